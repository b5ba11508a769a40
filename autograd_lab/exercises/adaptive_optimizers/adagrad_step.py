"""`adagrad_step(param, grad, total, lr, eps)`: one step of AdaGrad, as torch has it."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.exercises.adaptive_optimizers.one_mean import RUNS, keeping, wrong_moves
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import mistakes, of_pieces, of_update
from autograd_lab.grading.update_rules import by_torch, drive


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    def lr_eps(draw: Draw, step: int) -> tuple[float, float]:
        return draw.number(0.05, 0.6), draw.number(0.01, 0.3)

    yield from drive(answer, draw, ("total",), lr_eps, RUNS)

def _adagrad(param: Tensor, grad: Tensor, total: Tensor, lr: float, eps: float) -> tuple[Any, Any]:
    new, state = by_torch(torch.optim.Adagrad, param, grad, {"sum": total, "step": 0.0}, lr=lr, eps=eps)
    return new, state["sum"]

def _sum(total: Tensor, g: Tensor, lr: float, eps: float) -> Tensor:
    return total + g * g

_TOTALS = of_pieces(keeping, {
    "gradient not squared": (lambda total, g, lr, eps: total + g,
        "You add the gradient itself to the total. Its square is added, so that nothing cancels; roots of sums that "
        "went below 0 are NaN."),
    "size of the gradient added": (lambda total, g, lr, eps: total + g.abs(),
        "You add the size of the gradient to the total. Its square is added, since a root is taken."),
    "total not added up": (lambda total, g, lr, eps: g * g,
        "Your total is the newest square alone. All squares so far add up."),
    "new squares left out": (lambda total, g, lr, eps: total.clone(),
        "The new gradient's square doesn't get into the total."),
    "squares summed over entries": (lambda total, g, lr, eps: total + (g * g).sum(),
        "You add the squares of all entries to each total. Each entry has a total of its own."),
    "running mean": (lambda total, g, lr, eps: 0.9 * total + 0.1 * g * g,
        "You keep a running mean, as RMSProp does. AdaGrad adds up and forgets nothing."),
    "learning rate in the total": (lambda total, g, lr, eps: total + lr * g * g,
        "The learning rate gets into the total. Only the squares of gradients do."),
    "eps in the total": (lambda total, g, lr, eps: total + g * g + eps,
        "You add eps to the total, again in every step. It is added to the root, when that is used."),
    "square of the sum": (lambda total, g, lr, eps: (total + g) ** 2,
        "You square the sum of total and gradient. Square the gradient, then add."),
})

EXERCISE = Exercise(
    name="adaptive_optimizers.adagrad_step",
    probe=probe,
    reference=_adagrad,
    alternatives=(
        keeping(_sum),
        lambda p, g, total, lr, eps: [
            p.addcdiv(g, (total + g.square()).sqrt().add(eps), value=-lr), total.addcmul(g, g)],
    ),
    mistakes=mistakes(of_update(_adagrad, ("total",)) | wrong_moves(_sum) | _TOTALS | {
        "the root kept": (keeping(_sum, give=lambda total, g: total.sqrt()),
            "The new param is right, but you return the root of the total. The next step adds to the total itself."),
        "the move with the old gradient's total": (keeping(_sum, give=lambda total, g: g * g),
            "The new param is right, but you return the newest square alone. The next step needs the total."),
    }),
    hints=(
        "What is remembered is one number for each entry. What is added to it, and what is it used for?",
        "total ← total + grad², then param ← param − lr · grad / (√total + eps).",
        "`new = total + grad**2`, then `param - lr * grad / (new.sqrt() + eps)`, and return both.",
    ),
    section="AdaGrad: remember every slope",
    notice="In the first step the slope divides itself: but for eps, every entry moves by lr, steep or flat.",
)
