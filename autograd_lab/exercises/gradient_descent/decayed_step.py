"""`decayed_step(param, grad, lr, weight_decay)`: a step downhill that makes the weights decay as well."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.exercises.gradient_descent.rules import RUNS, lr_and
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import mistakes, of_pieces, of_update
from autograd_lab.grading.update_rules import Run, by_torch, drive, no_slope


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    runs = (
        Run((3,), words="no decay", settings=lr_and(0.0, 0.0)),
        Run((3,), words="no decay, and slopes that are all 0", alter=no_slope, settings=lr_and(0.0, 0.0)),
        Run((3,), words="a decay above 1/lr", settings=lambda draw, step: (0.5, draw.number(2.5, 4.0))),
    )
    yield from drive(answer, draw, (), lr_and(0.05, 0.9), (*RUNS, *runs))

def _decayed(param: Tensor, grad: Tensor, lr: float, weight_decay: float) -> Tensor:
    return by_torch(torch.optim.SGD, param, grad, {}, lr=lr, weight_decay=weight_decay)[0]

# What is added to the gradient, of the param and its weight decay, in place of their product.
_DECAYS = of_pieces(lambda decay: lambda p, g, lr, wd: p - lr * (g + decay(p, wd)), {
    "weights grow": (lambda p, wd: -wd * p,
        "Your weights grow: the decay has the sign of the gradient's step the wrong way round."),
    "twice the decay": (lambda p, wd: 2 * wd * p,
        "You decay twice as much: that is the slope of weight_decay · param², without a half."),
    "half the decay": (lambda p, wd: wd * p / 2,
        "You decay half as much. The half in ½ · weight_decay · param² goes away with the slope."),
    "sign of the param": (lambda p, wd: wd * p.sign(),
        "Each weight decays by the same amount. That is the slope of |param|; here it decays in proportion."),
    "square of the param": (lambda p, wd: wd * p**2,
        "You add weight_decay · param² to the gradient. Its slope belongs there."),
    "half the square": (lambda p, wd: wd / 2 * p**2,
        "You add ½ · weight_decay · param² to the gradient. Its slope belongs there."),
    "sum of the params": (lambda p, wd: wd * p.sum(),
        "Every weight decays by the sum of all. Each decays by its own size."),
    "norm of the params": (lambda p, wd: wd * p.norm(),
        "Every weight decays by the norm of all. Each decays by its own size."),
    "a constant": (lambda p, wd: wd,
        "You subtract lr · weight_decay without the param: weights would not decay, but drift."),
})

EXERCISE = Exercise(
    name="gradient_descent.decayed_step",
    probe=probe,
    reference=_decayed,
    alternatives=(lambda p, g, lr, wd: p - lr * (g + wd * p), lambda p, g, lr, wd: (1 - lr * wd) * p - lr * g),
    mistakes=mistakes(of_update(_decayed) | _DECAYS | {
        "decay after the step": (lambda p, g, lr, wd: (1 - lr * wd) * (p - lr * g),
            "You decay the param that has moved already. Both are taken at the param from before the step."),
        "decay not scaled by lr": (lambda p, g, lr, wd: p - lr * g - wd * p,
            "The decay isn't multiplied by the learning rate."),
        "decay not scaled, after the step": (lambda p, g, lr, wd: (1 - wd) * (p - lr * g),
            "You multiply the moved param by 1 − weight_decay. The decay is lr · weight_decay · the old param."),
        "no decay": (lambda p, g, lr, wd: p - lr * g, "The weight decay has no effect."),
        "only decay": (lambda p, g, lr, wd: p - lr * wd * p,
            "Only the decay is left: the step against the gradient is missing."),
        "decays the gradient": (lambda p, g, lr, wd: p - lr * (1 - wd) * g,
            "You shrink the gradient. It is the param that decays."),
        "gradient scaled by the decay": (lambda p, g, lr, wd: p - lr * (wd * g + p),
            "weight_decay multiplies the gradient in your step. It belongs to the param."),
        "gradient added to the decay": (lambda p, g, lr, wd: p - lr * wd * (g + p),
            "weight_decay multiplies the gradient too. It belongs to the param alone."),
        "settings swapped": (lambda p, g, lr, wd: p - wd * (g + lr * p), "Learning rate and weight decay are swapped."),
        "grad in place": (lambda p, g, lr, wd: p - lr * g.add_(wd * p),
            "The numbers are right, but you change the caller's `grad` (`+=`, or a method that ends in `_`)."),
    }),
    hints=(
        "Two things are subtracted from param. Which param do both of them see?",
        "lr · grad and lr · weight_decay · param.",
        "`param - lr * (grad + ...)`: what has to be added to the gradient?",
    ),
    section="Weight decay",
    notice="Without a gradient the weight shrinks by the factor 1 − lr · weight_decay at each step, towards 0.",
)
