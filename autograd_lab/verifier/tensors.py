"""Functions of tensors as subjects: differentiated by `torch.autograd`, or by a rule written by hand for tensors.

The one module of the verifier that imports torch; `adapters.py` imports it when it is given tensors.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch.func import functional_call
from torch.overrides import TorchFunctionMode

from autograd_lab.engine import Array
from autograd_lab.verifier.rules import RuleSubject
from autograd_lab.verifier.subject import Failed, Layout, Subject, Unusable, flat, lift, quiet, strided


class TorchSubject(Subject):
    """A function of tensors, differentiated by `torch.autograd`.

    Attributes
    ----------
    upcast : bool
        Whether float32 tensors that fn brings along, such as weights in a closure, are lifted where they meet float64.
    """

    upcast = False

    def upcasts(self) -> bool:
        self.upcast = True
        return True

    def checked(self) -> list[int]:
        return [k for k, a in enumerate(self.given) if self.floating(a) and a.requires_grad]

    def floating(self, given: Any) -> bool:
        return isinstance(given, torch.Tensor) and (given.is_floating_point() or given.is_complex())

    def read(self, given: Any) -> Array:
        tensor = given.detach()
        if tensor.layout is not torch.strided:
            tensor = tensor.to_dense()
        tensor = tensor.cpu().resolve_conj().resolve_neg()
        if str(tensor.dtype) in ("torch.bfloat16", "torch.complex32"):  # NumPy has neither
            tensor = tensor.to(torch.promote_types(tensor.dtype, torch.float32))
        array: Array = (tensor.clone() if tensor._is_zerotensor() else tensor).numpy()
        return lift(array)

    def build(self, array: Array, like: Any) -> Any:
        tensor = self._placed(array, like)
        if not self.lifted and tensor.dtype is not like.dtype:
            tensor = tensor.to(like.dtype)
        return tensor.to(like.device).requires_grad_(like.requires_grad)

    def _placed(self, array: Array, like: Any) -> Any:
        """Return `array` as a tensor that lies in memory as `like` does, with what else its storage holds."""
        storage = like.untyped_storage().nbytes() // max(like.element_size(), 1)
        if array.size == storage or storage > 8 * array.size + 64 or like.is_conj() or like.is_neg():
            placed = strided(array, like.stride()) if like.stride() else array.copy()
            return torch.from_numpy(placed) if placed.ndim else torch.tensor(placed)
        whole = self.read(torch.as_strided(like.detach(), (storage,), (1,), 0)).copy()
        tensor = torch.from_numpy(whole).as_strided(like.shape, like.stride(), like.storage_offset())
        view = tensor.numpy()
        view[...] = array
        return tensor if np.array_equal(view, array, equal_nan=True) else torch.from_numpy(array.copy())

    def fix_other_states(self) -> None:
        torch.manual_seed(0)

    def lengthened(self, given: Any, length: int) -> Any:
        if not isinstance(given, torch.Tensor):
            return given
        longer = given.detach()
        for axis, n in enumerate(longer.shape):
            if n == length:
                again = longer.narrow(axis, 0, 1)
                longer = torch.cat([longer, again * 0.9 if self.floating(again) else again], axis)
        return longer.requires_grad_(given.requires_grad)

    def run(self, arguments: list[Any]) -> list[Any]:
        with self._precision(), torch.enable_grad():  # fn may take derivatives itself
            return self._results(self.fn(*arguments))

    @contextlib.contextmanager
    def _precision(self) -> Iterator[None]:
        """Let tensors that fn makes by itself, or brings along, be of the lifted precision too."""
        before = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64 if self.lifted else before)
        try:
            with _upcasting() if self.upcast else contextlib.nullcontext():
                yield
        finally:
            torch.set_default_dtype(before)

    def _results(self, result: Any) -> list[Any]:
        parts = list(flat(result))
        if not any(isinstance(part, torch.Tensor) for part in parts):
            advice = ": leave out .item() or float()" if isinstance(result, (int, float, complex)) else ""
            raise Unusable(f"fn must return a tensor or several; got {type(result).__name__}{advice}")
        found = [part for part in parts if self.floating(part)]
        return found if self.tracked is None else [found[o] for o in self.tracked]

    def track(self) -> list[int] | None:
        try:
            with quiet(), self._precision(), torch.enable_grad():
                outs = self._results(self.fn(*self.arguments(self.values)))
        except Exception as error:
            raise Failed from error
        return [o for o, out in enumerate(outs) if out.requires_grad]

    def differentiate(
        self, arguments: list[Any], cotangents: list[Array], layout: Layout | None, between: Callable[[], None] | None
    ) -> tuple[list[Any], bool]:
        with self._precision(), torch.enable_grad():
            outs = self._results(self.fn(*arguments))
            if between:
                between()
            incoming = [self._incoming(w, out, layout) for w, out in zip(cotangents, outs, strict=True)]
            before = [w.clone() for w in incoming]
            pairs = [(out, w) for out, w in zip(outs, incoming, strict=True) if out.requires_grad]
            leaves = [arguments[k] for k in self.slots]
            grads: Sequence[Any] = [None] * len(leaves)
            if pairs:
                grads = torch.autograd.grad(
                    [out for out, _ in pairs], leaves, [w for _, w in pairs], allow_unused=True, retain_graph=False
                )
        wrote = not all(_same_tensors(old, w) for old, w in zip(before, incoming, strict=True))
        return list(grads), wrote

    def _incoming(self, cotangent: Array, out: Any, layout: Layout | None) -> Any:
        placed = layout(cotangent) if layout else cotangent.copy()
        strides = tuple(s // placed.itemsize for s in placed.strides)
        if any(
            s == 0 and n > 1 for s, n in zip(strides, placed.shape, strict=True)
        ):  # torch makes its own expanded ones
            small = placed[tuple(slice(0, 1) if s == 0 else slice(None) for s in strides)]
            return torch.from_numpy(small.copy()).to(out.dtype).to(out.device).expand(placed.shape)
        tensor = torch.from_numpy(placed) if placed.ndim else torch.tensor(placed)
        return tensor.to(out.dtype).to(out.device)


def _upcasting() -> Any:
    """Return a context in which torch functions that mix precisions compute in the higher one."""
    higher = {torch.float32: torch.float64, torch.complex64: torch.complex128}

    def lifted(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return value.to(higher[value.dtype]) if value.dtype in higher else value
        if type(value) in (list, tuple):
            return type(value)(map(lifted, value))
        return {k: lifted(v) for k, v in value.items()} if type(value) is dict else value

    class Upcasting(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            dtypes = {part.dtype for part in flat([list(args), kwargs]) if isinstance(part, torch.Tensor)}
            if len(dtypes) > 1 and dtypes & set(higher.values()) and dtypes & set(higher):
                args, kwargs = lifted(list(args)), lifted(kwargs)
            return func(*args, **kwargs)

    return Upcasting()


def _same_tensors(a: Any, b: Any) -> bool:
    return bool(((a == b) | ((a != a) & (b != b))).all())


def of_module(module: Any, inputs: Sequence[Any], lifted: bool) -> tuple[Callable[..., Any], list[Any], list[str]]:
    """Return a module as a function of its inputs and its parameters, with the parameters and their names."""
    parameters = {name: p for name, p in module.named_parameters() if p.requires_grad}
    buffers = dict(module.named_buffers())
    rest = {name: p for name, p in module.named_parameters() if not p.requires_grad}

    def fn(*arguments: Any) -> Any:
        known = dict(zip(parameters, arguments[len(inputs) :], strict=True))
        for name, tensor in {**buffers, **rest}.items():
            copy = tensor.detach().clone()
            known[name] = copy.double() if lifted and copy.is_floating_point() else copy
        return functional_call(module, known, arguments[: len(inputs)], tie_weights=True)

    return fn, [p.detach().requires_grad_() for p in parameters.values()], list(parameters)


class TorchRuleSubject(RuleSubject, TorchSubject):
    """A function with a backward of its own, for tensors."""

    def checked(self) -> list[int]:
        floating = [k for k, a in enumerate(self.given) if self.floating(a)]
        return [k for k in floating if self.given[k].requires_grad] or floating

    floating, read, fix_other_states = TorchSubject.floating, TorchSubject.read, TorchSubject.fix_other_states
    lengthened, track = TorchSubject.lengthened, Subject.track
    _incoming, _results = TorchSubject._incoming, TorchSubject._results

    def build(self, array: Array, like: Any) -> Any:
        return TorchSubject.build(self, array, like).detach()

    def copy(self, given: Any) -> Any:
        return Subject.copy(self, given)

    def run(self, arguments: list[Any]) -> list[Any]:
        return TorchSubject.run(self, arguments)

    def differentiate(
        self, arguments: list[Any], cotangents: list[Array], layout: Layout | None, between: Callable[[], None] | None
    ) -> tuple[list[Any], bool]:
        with self._precision():
            return RuleSubject.differentiate(self, arguments, cotangents, layout, between)
