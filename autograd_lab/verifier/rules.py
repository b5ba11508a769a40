"""Functions with a backward written by hand, for NumPy arrays and numbers, as subjects."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.subject import Layout, Subject, Unusable, flat, lift, strided


class RuleSubject(Subject):
    """A function with a backward of its own, for NumPy arrays and numbers."""

    def __init__(
        self,
        fn: Callable[..., Any],
        given: Sequence[Any],
        names: Sequence[str | None],
        lifted: bool,
        rule: Callable[..., Any],
    ) -> None:
        self.rule = rule
        super().__init__(fn, given, names, lifted)

    def checked(self) -> list[int]:
        return [k for k, a in enumerate(self.given) if self.floating(a)]

    def floating(self, given: Any) -> bool:
        if isinstance(given, (float, complex)):
            return True
        return isinstance(given, (np.ndarray, np.generic)) and given.dtype.kind in "fc"

    def read(self, given: Any) -> Array:
        array = np.array(given)
        if array.dtype.kind not in "fciub":
            raise TypeError(f"numbers are wanted; got {type(given).__name__}")
        return lift(array)

    def build(self, array: Array, like: Any) -> Any:
        if not self.lifted and hasattr(like, "dtype"):
            array = array.astype(like.dtype)
        if not isinstance(like, np.ndarray):
            return type(like)(array.item()) if isinstance(like, (float, complex)) else array[()]
        if like.ndim == 0 or like.itemsize == 0:
            return array.copy()
        return strided(array, tuple(s // like.itemsize for s in like.strides))

    def lengthened(self, given: Any, length: int) -> Any:
        if not isinstance(given, np.ndarray):
            return given
        for axis, n in enumerate(given.shape):
            if n == length:
                again = given.take([0], axis)
                given = np.concatenate([given, again * 0.9 if self.floating(again) else again], axis)
        return given

    def copy(self, given: Any) -> Any:
        return given.copy() if isinstance(given, np.ndarray) and not self.floating(given) else super().copy(given)

    def run(self, arguments: list[Any]) -> list[Any]:
        return self._results(self.fn(*arguments))

    def _results(self, result: Any) -> list[Any]:
        parts = [part for part in flat(result) if self.floating(part)]
        if not parts:
            raise Unusable(f"fn must return floating-point arrays; got {type(result).__name__}")
        return parts

    def _incoming(self, cotangent: Array, out: Any, layout: Layout | None) -> Any:
        placed = layout(cotangent) if layout else cotangent.copy()
        return placed if isinstance(out, np.ndarray) else placed[()]

    def differentiate(
        self, arguments: list[Any], cotangents: list[Array], layout: Layout | None, between: Callable[[], None] | None
    ) -> tuple[list[Any], bool]:
        outs = self._results(self.fn(*arguments))
        if between:
            between()
        incoming = [self._incoming(w, out, layout) for w, out in zip(cotangents, outs, strict=True)]
        before = [self.read(w).copy() for w in incoming]
        grads = self.rule(incoming[0] if len(incoming) == 1 else tuple(incoming), *arguments)
        wrote = not all(
            np.array_equal(old, self.read(w), equal_nan=True) for old, w in zip(before, incoming, strict=True)
        )
        return self._in_slots(grads), wrote

    def _in_slots(self, grads: Any) -> list[Any]:
        """Return the gradients of the checked inputs, of what a rule returned for all of them or for these."""
        if not isinstance(grads, (tuple, list)) or (len(self.given) == 1 and len(grads) != 1):
            grads = (grads,)
        if len(grads) == len(self.given):
            return [grads[k] for k in self.slots]
        if len(grads) == len(self.slots):
            return list(grads)
        what = "nothing" if grads == (None,) else f"{len(grads)} gradient{'s' * (len(grads) != 1)}"
        raise Unusable(f"backward returned {what} for {len(self.given)} inputs: return one gradient for each of them")
