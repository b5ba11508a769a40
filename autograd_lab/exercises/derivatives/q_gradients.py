"""`q_gradients(a, b, external_grad)`: the gradients of Σ external_grad · Q for a and for b, where Q = 3a³ − b²."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.slips import mistakes, of_pieces


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    for shape in ((3,), (), (2, 3), (3, 1)):
        a, b = draw.tensor(*shape), draw.tensor(*shape)
        for time in ("", ", asked again with another external_grad"):
            given = {"a": a, "b": b, "external_grad": draw.tensor(*shape, low=-3, high=3)}
            yield f"tensors of shape {shape}{time}", answer(*given.values())
            for name, tensor in given.items():
                flags = [tensor.requires_grad, tensor.grad is None]
                yield Rule(f"`{name}` is left as it was"), tensor
                yield Rule(f"`{name}` doesn't require grad afterwards, and its `.grad` is None"), flags

def _by_formula(a: Tensor, b: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
    return w * 9 * a * a, w * -2 * b

def _by_autograd(a: Tensor, b: Tensor, w: Tensor) -> tuple[Tensor, ...]:
    a, b = (x.clone().requires_grad_() for x in (a, b))
    return torch.autograd.grad(3 * a**3 - b**2, (a, b), w)

def _on_the_callers_tensors(a: Tensor, b: Tensor, w: Tensor) -> tuple[Any, Any]:
    a.requires_grad_()
    b.requires_grad_()
    (3 * a**3 - b**2).backward(gradient=w)  # type: ignore[no-untyped-call]
    return a.grad, b.grad

EXERCISE = Exercise(
    name="derivatives.q_gradients",
    probe=probe,
    reference=_by_formula,
    alternatives=(_by_autograd, lambda a, b, w: list(torch.func.vjp(lambda x, y: 3 * x**3 - y**2, a, b)[1](w))),
    mistakes=mistakes(of_pieces(lambda weights: lambda a, b, w: _by_formula(a, b, weights(w)), {
        "external_grad ignored": (torch.ones_like,
            "You ignore external_grad: that is the gradient of the plain sum of Q. Each entry counts by its weight."),
        "external_grad twice": (lambda w: w * w,
            "external_grad enters twice: was Q multiplied by it, and `backward` given it as well? Once is right."),
        "one weight for all": (lambda w: w.sum(),
            "You multiply by the sum of external_grad. Each entry of Q has a weight of its own."),
        "mean weight for all": (lambda w: w.mean(),
            "You multiply by the mean of external_grad. Each entry of Q has a weight of its own."),
        "divided by external_grad": (lambda w: 1 / w,
            "You divide by external_grad. It says how much each entry of Q counts: it multiplies."),
    }) | {
        "on the caller's tensors": (_on_the_callers_tensors,
            "You call `requires_grad_` and `backward` on the caller's tensors, so they keep their new state, and a "
            "second call adds its gradients to the first one's. Work on copies: `clone()`."),
        "the two swapped": (lambda a, b, w: (-2 * b * w, 9 * a**2 * w),
            "The two gradients are swapped: the one for a comes first."),
        "sign of b": (lambda a, b, w: (9 * a**2 * w, 2 * b * w),
            "The gradient for a is right; the one for b has the wrong sign, since b² is subtracted."),
        "b not weighted": (lambda a, b, w: (9 * a**2 * w, -2 * b),
            "The gradient for a is right; the one for b is not yet multiplied by external_grad."),
        "a not weighted": (lambda a, b, w: (9 * a**2, -2 * b * w),
            "The gradient for b is right; the one for a is not yet multiplied by external_grad."),
        "added up": (lambda a, b, w: ((9 * a**2 * w).sum(), (-2 * b * w).sum()),
            "You add up each gradient to one number. A gradient has the shape of the tensor that it belongs to."),
        "added external_grad": (lambda a, b, w: (9 * a**2 + w, -2 * b + w),
            "You add external_grad. It says how much each entry of Q counts: it multiplies."),
        "Q returned": (lambda a, b, w: 3 * a**3 - b**2,
            "You return Q itself. The gradients for a and for b are asked for."),
        "parts of Q returned": (lambda a, b, w: (3 * a**3 * w, -(b**2) * w),
            "You return the two parts of Q, weighted, but not differentiated."),
        "only the first": (lambda a, b, w: 9 * a**2 * w,
            "Only the gradient for a came back. Return the pair: the one for a, then the one for b."),
    }),
    hints=(
        "`backward(gradient=w)` collects the gradient of one number, Σ w·Q. What does entry i of a do to that number?",
        "The gradient for a is external_grad · ∂Q/∂a, entry by entry, and likewise for b.",
        "Either your two functions from above, each times external_grad; or copies made with "
        "`clone().requires_grad_()`, Q from them, `Q.backward(gradient=external_grad)`, and their `.grad`.",
    ),
    section="What `backward` collects",
    notice="Each partial derivative is multiplied by its weight on the way; the whole table of them is never made.",
)
