"""What AdaGrad and RMSProp share: runs, and rules that keep one tensor beside the parameter."""

from collections.abc import Callable
from typing import Any

import torch

from autograd_lab.grading.update_rules import Run, no_slope, same_slope, transposed

Tensor = torch.Tensor

Answer = Callable[..., Any]

def a_zero_slope(tensors: dict[str, Tensor]) -> None:
    for name, tensor in tensors.items():
        if name != "param":
            tensor.view(-1)[0] = 0

def tiny_slopes(tensors: dict[str, Tensor]) -> None:
    """Make slopes so small that it shows where eps stands."""
    for name, tensor in tensors.items():
        if name != "param":
            tensor.mul_(1e-4 if name in ("grad", "m") else 1e-8)

RUNS = (
    Run((3,), steps=4, fresh=True),
    Run((), steps=3, fresh=True),
    Run((2, 3)),
    Run((2, 3), words="a slope that is 0, with nothing kept from before", alter=a_zero_slope),
    Run((2, 1, 4), words="slopes that are all 0", alter=no_slope),
    Run((4,), steps=2, words="tiny slopes", alter=tiny_slopes),
    Run((3, 3), steps=2, words="slopes that are all equal", alter=same_slope),
    Run((2, 3), words="transposed tensors", alter=transposed),
    Run((1,), fresh=True),
    Run((3,), steps=2),
)

Kept = Callable[..., Tensor]

Move = Callable[..., Tensor]

def one_mean(kept: Kept, move: Move, state: Kept | None = None) -> Answer:
    """Return a rule that keeps one tensor: kept(old, grad, *settings), then param − move(grad, kept, old, *settings).

    `state` is what is returned instead of it, of (kept, old, grad, *settings).
    """

    def rule(param: Tensor, grad: Tensor, old: Tensor, *settings: float) -> tuple[Tensor, Tensor]:
        new = kept(old, grad, *settings)
        returned = new if state is None else state(new, old, grad, *settings)
        return param - move(grad, new, old, *settings), returned

    return rule

def by_the_root(g: Tensor, new: Tensor, old: Tensor, lr: float, *rest: float) -> Tensor:
    return lr * g / (new.sqrt() + rest[-1])

# Slips that AdaGrad and RMSProp share: name, move of (grad, new, old, lr, …, eps), because.
_MOVES: tuple[tuple[str, Move, str], ...] = (
    ("eps inside the root", lambda g, new, old, lr, *rest: lr * g / (new + rest[-1]).sqrt(),
        "You add eps under the root. In torch it is added to the root."),
    ("no eps", lambda g, new, old, lr, *rest: torch.where(g == 0, g, lr * g / new.sqrt()),
        "eps has no effect. Where nothing but zeros has come yet, 0 would be divided by 0."),
    ("no eps, NaN at 0", lambda g, new, old, lr, *rest: lr * g / new.sqrt(),
        "eps has no effect, and where nothing but zeros has come yet, 0 is divided by 0: that is NaN."),
    ("no root", lambda g, new, old, lr, *rest: lr * g / (new + rest[-1]),
        "You divide by the squares themselves. Their root has the size of a gradient."),
    ("multiplied by the root", lambda g, new, old, lr, *rest: lr * g * (new.sqrt() + rest[-1]),
        "You multiply by the root. Large slopes are to make the step size smaller: divide."),
    ("not divided", lambda g, new, old, lr, *rest: lr * g,
        "What is kept is right, but the param takes a plain gradient step. Divide by the root of it."),
    ("the old squares", lambda g, new, old, lr, *rest: lr * g / (old.sqrt() + rest[-1]),
        "You divide by the root of what was kept from before. The new gradient's square belongs to it already."),
    ("one size for all", lambda g, new, old, lr, *rest: lr * g / (new.sum().sqrt() + rest[-1]),
        "You divide all entries by one number. Each entry has a step size of its own: that is the point."),
    ("the mean size for all", lambda g, new, old, lr, *rest: lr * g / (new.mean().sqrt() + rest[-1]),
        "You divide all entries by one number. Each entry has a step size of its own: that is the point."),
    ("only the sign", lambda g, new, old, lr, *rest: lr * g.sign(),
        "You step by the sign of the gradient. The gradient itself is divided by the root."),
    ("gradient squared in the move", lambda g, new, old, lr, *rest: lr * g * g / (new.sqrt() + rest[-1]),
        "You move by the square of the gradient, which never points uphill or downhill. The move has the gradient."),
    ("size of the gradient in the move", lambda g, new, old, lr, *rest: lr * g.abs() / (new.sqrt() + rest[-1]),
        "You move by the size of the gradient, so its direction is lost."),
    ("a gradient of 1 in the move", lambda g, new, old, lr, *rest: lr / (new.sqrt() + rest[-1]) + 0 * g,
        "You subtract the step size itself. It is still to be multiplied by the gradient."),
    ("learning rate in the denominator", lambda g, new, old, lr, *rest: g / (lr * new.sqrt() + rest[-1]),
        "The learning rate stands in the denominator. A larger one makes larger steps."),
    ("eps outside the fraction", lambda g, new, old, lr, *rest: torch.where(g == 0, g, lr * g / new.sqrt()) + rest[-1],
        "You add eps to the whole step. It belongs into the denominator."),
    ("in float32", lambda g, new, old, lr, *rest: (lr * g.float() / (new.float().sqrt() + rest[-1])).double(),
        "Only about seven digits are right: somewhere the numbers went through float32."),
)

def moved(kept: Kept) -> dict[str, tuple[Answer, str]]:
    return {name: (one_mean(kept, move), because) for name, move, because in _MOVES}
