"""`sgd_step(param, grad, lr)`: one step of plain gradient descent."""

from collections.abc import Iterator
from typing import Any

import torch

from autograd_lab.exercises.gradient_descent.rules import RUNS, sgd
from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import mistakes, of_update
from autograd_lab.grading.update_rules import Run, drive


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    tiny = Run((2,), words="a tiny lr", settings=lambda draw, step: (5e-7,))
    yield from drive(answer, draw, (), lambda draw, step: (draw.number(0.05, 0.6),), (*RUNS, tiny))

_UNIT_LENGTH = "You make the gradient's length 1 first. Plain gradient descent takes it as it is."

EXERCISE = Exercise(
    name="gradient_descent.sgd_step",
    probe=probe,
    reference=sgd,
    alternatives=(lambda param, grad, lr: param - lr * grad, lambda param, grad, lr: torch.sub(param, grad, alpha=lr)),
    mistakes=mistakes(of_update(sgd) | {
        "grad returned": (lambda p, g, lr: g.clone(), "You return the gradient. The new param is asked for."),
        "param returned": (lambda p, g, lr: p.clone(), "The param came back as it was."),
        "param itself returned": (lambda p, g, lr: p, "The param itself came back, as it was."),
        "divided by lr": (lambda p, g, lr: p - g / lr,
            "You divide by the learning rate. A larger one makes a larger step."),
        "param scaled by lr": (lambda p, g, lr: lr * p - g,
            "The learning rate multiplies the param. It belongs to the gradient."),
        "lr on both": (lambda p, g, lr: lr * (p - g),
            "The learning rate multiplies the param as well. Only the gradient is scaled."),
        "lr subtracted": (lambda p, g, lr: p - g - lr,
            "You subtract the learning rate. It is a factor of the gradient."),
        "only the sign": (lambda p, g, lr: p - lr * g.sign(),
            "You step by the sign of the gradient alone, as far wherever you stand. Its size counts too."),
        "unit length": (lambda p, g, lr: p - lr * g / g.norm().clamp(min=1e-12), _UNIT_LENGTH),
        "unit length, NaN at 0": (lambda p, g, lr: p - lr * g / g.norm(), _UNIT_LENGTH),
        "divided by the number of entries": (lambda p, g, lr: p - lr * g / g.numel(),
            "You divide by the number of entries. Whether the loss is a mean is already in the gradient."),
        "param and grad swapped": (lambda p, g, lr: g - lr * p, "Param and gradient are swapped."),
        "mean of the gradient": (lambda p, g, lr: p - lr * g.mean(),
            "You average the gradient over all entries, so each moves by the same. Each has its own slope."),
        "sum of the gradient": (lambda p, g, lr: p - lr * g.sum(),
            "You add the gradient up over all entries, so each moves by the same. Each has its own slope."),
        "times the param": (lambda p, g, lr: p - lr * g * p,
            "Your step is also multiplied by the param. It is the learning rate times the gradient, no more."),
        "in float32": (lambda p, g, lr: (p.float() - lr * g.float()).double(),
            "Only about seven digits are right: somewhere the numbers went through float32."),
    }),
    hints=(
        "Which way is downhill, seen from where the gradient points?",
        "The move is minus lr times the gradient.",
        "`param - ...`, with lr and grad in one product; `-=` would change the caller's tensor.",
    ),
    section="One step downhill",
    notice="Where it gets flat the steps get short by themselves: the gradient shrinks, lr doesn't have to.",
)
