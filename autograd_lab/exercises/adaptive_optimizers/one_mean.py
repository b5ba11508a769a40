"""What AdaGrad and RMSProp share: the runs, and rules that keep squares of gradients, added up or averaged."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograd_lab.grading.slips import Table, of_pieces
from autograd_lab.grading.update_rules import COMMON_RUNS, Run


def tiny_slopes(tensors: dict[str, Tensor]) -> None:
    """Alter a run: slopes are so small that it shows where eps stands."""
    for name, tensor in tensors.items():
        if name != "param":
            tensor.mul_(1e-4 if name in ("grad", "m") else 1e-8)

RUNS = (*COMMON_RUNS, Run((4,), steps=2, words="tiny slopes", alter=tiny_slopes))

def _by_the_root(g: Tensor, kept: Tensor, old: Tensor, lr: float, eps: float) -> Tensor:
    return lr * g / (kept.sqrt() + eps)

def keeping(
    keep: Callable[..., Tensor], move: Callable[..., Tensor] = _by_the_root,
    give: Callable[[Tensor, Tensor], Tensor] = lambda kept, g: kept,
) -> Callable[..., Any]:
    """Return a rule: what it keeps, keep(old, g, *settings); what it subtracts, move(g, kept, old, lr, eps).

    `give` makes of what is kept, and g, what is returned behind the param.
    """
    def rule(param: Tensor, g: Tensor, old: Tensor, *settings: float) -> tuple[Tensor, Tensor]:
        kept = keep(old, g, *settings)
        return param - move(g, kept, old, settings[0], settings[-1]), give(kept, g)
    return rule

def wrong_moves(keep: Callable[..., Tensor]) -> Table:
    """Return the slips in the move of a rule that keeps this."""
    return of_pieces(lambda move: keeping(keep, move), {
        "eps inside the root": (lambda g, kept, old, lr, eps: lr * g / (kept + eps).sqrt(),
            "You add eps under the root. In torch it is added to the root."),
        "no eps": (lambda g, kept, old, lr, eps: torch.where(g == 0, g, lr * g / kept.sqrt()),
            "eps has no effect. Where nothing but zeros has come yet, 0 would be divided by 0."),
        "no eps, NaN at 0": (lambda g, kept, old, lr, eps: lr * g / kept.sqrt(),
            "eps has no effect, and where nothing but zeros has come yet, 0 is divided by 0: that is NaN."),
        "no root": (lambda g, kept, old, lr, eps: lr * g / (kept + eps),
            "You divide by the squares themselves. Their root has the size of a gradient."),
        "multiplied by the root": (lambda g, kept, old, lr, eps: lr * g * (kept.sqrt() + eps),
            "You multiply by the root. Large slopes are to make the step size smaller: divide."),
        "not divided": (lambda g, kept, old, lr, eps: lr * g,
            "What is kept is right, but the param takes a plain gradient step. Divide by the root of it."),
        "the old squares": (lambda g, kept, old, lr, eps: lr * g / (old.sqrt() + eps),
            "You divide by the root of what was kept from before. The new gradient's square belongs to it already."),
        "one size for all": (lambda g, kept, old, lr, eps: lr * g / (kept.sum().sqrt() + eps),
            "You divide all entries by one number. Each entry has a step size of its own: that is the point."),
        "the mean size for all": (lambda g, kept, old, lr, eps: lr * g / (kept.mean().sqrt() + eps),
            "You divide all entries by one number. Each entry has a step size of its own: that is the point."),
        "only the sign": (lambda g, kept, old, lr, eps: lr * g.sign(),
            "You step by the sign of the gradient. The gradient itself is divided by the root."),
        "gradient squared in the move": (lambda g, kept, old, lr, eps: lr * g * g / (kept.sqrt() + eps),
            "You move by the square of the gradient, which is never uphill or downhill. The move has the gradient."),
        "size of the gradient in the move": (lambda g, kept, old, lr, eps: lr * g.abs() / (kept.sqrt() + eps),
            "You move by the size of the gradient, so its direction is lost."),
        "a gradient of 1 in the move": (lambda g, kept, old, lr, eps: lr / (kept.sqrt() + eps),
            "You subtract the step size itself. It is still to be multiplied by the gradient."),
        "learning rate in the denominator": (lambda g, kept, old, lr, eps: g / (lr * kept.sqrt() + eps),
            "The learning rate stands in the denominator. A larger one makes larger steps."),
        "eps outside the fraction": (lambda g, kept, old, lr, eps: torch.where(g == 0, g, lr * g / kept.sqrt()) + eps,
            "You add eps to the whole step. It belongs into the denominator."),
        "in float32": (lambda g, kept, old, lr, eps: (lr * g.float() / (kept.float().sqrt() + eps)).double(),
            "Only about seven digits are right: somewhere the numbers went through float32."),
    })
