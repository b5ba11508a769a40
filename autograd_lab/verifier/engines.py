"""Programs for the engines that the lessons build, `Tensor`, `Value` or `Dual`, as subjects."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.subject import Layout, Subject, Unusable, flat, lift


class EngineSubject(Subject):
    """A program for `Tensor`, `Value` or `Dual` of `autograd_lab.engine`, all of one kind."""

    def checked(self) -> list[int]:
        return [k for k, a in enumerate(self.given) if self.floating(a) and getattr(a, "requires_grad", True)]

    def floating(self, given: Any) -> bool:
        from autograd_lab.engine import Dual, Tensor, Value

        return isinstance(given, (Dual, Value)) or (isinstance(given, Tensor) and given.dtype.kind == "f")

    def read(self, given: Any) -> Array:
        from autograd_lab.engine import Dual

        if isinstance(given, Dual):
            return np.array(given.value, dtype=float)
        return lift(np.array(getattr(given, "data", given)))

    def build(self, array: Array, like: Any) -> Any:
        from autograd_lab.engine import Tensor

        if isinstance(like, Tensor):
            return Tensor(array if self.lifted else array.astype(like.dtype), requires_grad=like.requires_grad)
        return type(like)(float(array))

    def run(self, arguments: list[Any]) -> list[Any]:
        parts = [part for part in flat(self.fn(*arguments)) if self.floating(part) or isinstance(part, float)]
        if not parts:
            raise Unusable("fn must return a Tensor, a Value or a Dual, or several")
        return parts

    def differentiate(
        self, arguments: list[Any], cotangents: list[Array], layout: Layout | None, between: Callable[[], None] | None
    ) -> tuple[list[Any], bool]:
        from autograd_lab.engine import Dual

        if isinstance(arguments[self.slots[0]], Dual):
            return self._forward_mode(arguments, cotangents)
        outs = self.run(arguments)
        if between:
            between()
        incoming = [layout(w) if layout else w.copy() for w in cotangents]
        before = [w.copy() for w in incoming]
        leaves = [arguments[k] for k in self.slots]
        grads: list[Any] = [None] * len(leaves)
        for out, w in zip(outs, incoming, strict=True):
            if isinstance(out, float) or not getattr(out, "requires_grad", True):
                continue
            for leaf in leaves:
                leaf.grad = None if hasattr(leaf, "shape") else 0.0
            if hasattr(out, "shape"):
                out.backward(w, retain_graph=True)
                found = [leaf.grad for leaf in leaves]
            else:
                out.backward()
                found = [leaf.grad * float(w) for leaf in leaves]
            grads = [g if old is None else old if g is None else old + g for old, g in zip(grads, found, strict=True)]
        return grads, not all(map(np.array_equal, before, incoming))

    def _forward_mode(self, arguments: list[Any], cotangents: list[Array]) -> tuple[list[Any], bool]:
        from autograd_lab.engine import Dual

        grads = []
        for slot in self.slots:
            seeded = [Dual(a.value, float(k == slot)) if isinstance(a, Dual) else a for k, a in enumerate(arguments)]
            tangents = [out.tangent if isinstance(out, Dual) else 0.0 for out in self.run(seeded)]
            slopes = [float(w) * float(t) for w, t in zip(cotangents, tangents, strict=True)]  # type: ignore[arg-type]
            grads.append(sum(slopes))
        return grads, False
