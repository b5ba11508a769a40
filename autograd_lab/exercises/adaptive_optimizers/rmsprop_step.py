"""`rmsprop_step(param, grad, square_avg, lr, alpha, eps)`: one step of RMSProp, as torch has it."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.exercises.adaptive_optimizers.one_mean import RUNS, keeping, wrong_moves
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import mistakes, of_pieces, of_update
from autograd_lab.grading.update_rules import by_torch, drive


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    def lr_alpha_eps(draw: Draw, step: int) -> tuple[float, float, float]:
        return draw.number(0.05, 0.6), draw.number(0.6, 0.95), draw.number(0.01, 0.3)

    yield from drive(answer, draw, ("square_avg",), lr_alpha_eps, RUNS)

def _rmsprop(param: Tensor, grad: Tensor, square_avg: Tensor, lr: float, alpha: float, eps: float) -> tuple[Any, Any]:
    state = {"square_avg": square_avg, "step": 0.0}
    new, renewed = by_torch(torch.optim.RMSprop, param, grad, state, lr=lr, alpha=alpha, eps=eps)
    return new, renewed["square_avg"]

def _mean(s: Tensor, g: Tensor, lr: float, alpha: float, eps: float) -> Tensor:
    return alpha * s + (1 - alpha) * g * g

def _lerped(p: Tensor, g: Tensor, s: Tensor, lr: float, alpha: float, eps: float) -> list[Tensor]:
    new = torch.lerp(g.square(), s, alpha)
    return [p - lr * g / (new**0.5 + eps), new]

def _bias_corrected(p: Tensor, g: Tensor, s: Tensor, lr: float, alpha: float, eps: float) -> tuple[Tensor, Tensor]:
    new = _mean(s, g, lr, alpha, eps)
    return p - lr * g / ((new / (1 - alpha)).sqrt() + eps), new

_MEANS = of_pieces(keeping, {
    "alpha the wrong way round": (lambda s, g, lr, a, eps: (1 - a) * s + a * g * g,
        "alpha and 1 − alpha are swapped: the old mean keeps the share alpha."),
    "no 1 − alpha": (lambda s, g, lr, a, eps: a * s + g * g,
        "The new square enters in full. It gets the share 1 − alpha, so that the result is a mean."),
    "alpha twice": (lambda s, g, lr, a, eps: a * s + a * g * g,
        "Both get the share alpha. The shares of a mean add up to 1."),
    "AdaGrad": (lambda s, g, lr, a, eps: s + g * g,
        "You add up, as AdaGrad does: alpha has no effect, and nothing is forgotten."),
    "gradient not squared": (lambda s, g, lr, a, eps: a * s + (1 - a) * g,
        "You average the gradient itself. Its square is averaged; the root of a mean below 0 is NaN."),
    "size of the gradient averaged": (lambda s, g, lr, a, eps: a * s + (1 - a) * g.abs(),
        "You average the size of the gradient. Its square is averaged, since a root is taken."),
    "square of the share too": (lambda s, g, lr, a, eps: a * s + ((1 - a) * g) ** 2,
        "1 − alpha is squared as well. Square the gradient alone."),
    "old mean in full": (lambda s, g, lr, a, eps: s + (1 - a) * g * g,
        "The old mean is kept in full. It gets the share alpha."),
    "squares averaged over entries": (lambda s, g, lr, a, eps: a * s + (1 - a) * (g * g).mean(),
        "You average over the entries. Each entry has a running mean of its own, over the steps."),
    "mean of roots": (lambda s, g, lr, a, eps: (a * s.sqrt() + (1 - a) * g.abs()) ** 2,
        "You average the roots. The squares are averaged, and the root comes last."),
    "the newest square alone": (lambda s, g, lr, a, eps: g * g,
        "Only the newest square counts: nothing is carried over."),
    "new squares left out": (lambda s, g, lr, a, eps: a * s, "The new gradient's square doesn't get into the mean."),
    "a fixed alpha": (lambda s, g, lr, a, eps: 0.99 * s + 0.01 * g * g,
        "Your alpha is always 0.99, torch's default. Use the one that is given."),
})

EXERCISE = Exercise(
    name="adaptive_optimizers.rmsprop_step",
    probe=probe,
    reference=_rmsprop,
    alternatives=(keeping(_mean), _lerped),
    mistakes=mistakes(of_update(_rmsprop, ("square_avg",)) | wrong_moves(_mean) | _MEANS | {
        "the root kept": (keeping(_mean, give=lambda mean, g: mean.sqrt()),
            "The new param is right, but you return the root of the mean. The next step needs the mean of squares."),
        "bias correction": (_bias_corrected,
            "You divide the mean by 1 − alpha. RMSProp has no bias correction; that is Adam's."),
    }),
    hints=(
        "It is AdaGrad with another memory. What is a running mean of squares?",
        "square_avg ← alpha · square_avg + (1 − alpha) · grad², and the move is AdaGrad's.",
        "`new = alpha * square_avg + (1 - alpha) * grad**2`; `param - lr * grad / (new.sqrt() + eps)`; return both.",
    ),
    section="RMSProp: forget the old ones",
    notice="After 1/(1 − alpha) steps, or so, a slope is forgotten: step sizes may grow again.",
)
