"""`mean_vjp(grad, x, axis)`: the way back through `x.mean(axis)`."""

import numpy as np
import torch

from autograd_lab.exercises.tensors.arrays import Rule
from autograd_lab.exercises.tensors.reductions import axes_of, count, of_axes, probe_reduction, reduction, spread
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import mistakes, of_vjp

RIGHT = reduction(torch.mean)

def _divided(number: Rule) -> Rule:
    """Return a rule of the mean that divides by another number."""
    return lambda grad, x, axis: spread(grad, x, axis) / number(grad, x, axis)

EXERCISE = Exercise(
    name="tensors.mean_vjp",
    probe=probe_reduction,
    reference=RIGHT,
    alternatives=(
        lambda grad, x, axis: spread(grad, x, axis) * np.mean(np.ones(x.shape)) / count(x, axis),
        lambda grad, x, axis: spread(grad / (x.size / np.size(grad)), x, axis).tolist(),
    ),
    mistakes=mistakes(of_vjp(RIGHT, "x")
        | of_axes(lambda back: lambda grad, x, axis: back(grad, x, axis) / count(x, axis)) | {
        "sum for mean": (spread,
            "That is the rule of a sum. When one of n entries moves, their mean moves an nth as much."),
        "divided by the length of axis 0": (_divided(lambda grad, x, axis: x.shape[0]),
            "You divide by the length of axis 0, whichever axes the mean was taken over."),
        "divided by the length of the last axis": (_divided(lambda grad, x, axis: x.shape[-1]),
            "You divide by the length of the last axis, whichever axes the mean was taken over."),
        "divided by the number of entries": (_divided(lambda grad, x, axis: x.size),
            "You divide by the number of all entries of x. Each mean was taken over some of them only."),
        "divided by the number of means": (_divided(lambda grad, x, axis: np.size(grad)),
            "You divide by the number of means. It is the number of entries in each that counts."),
        "divided by the number of axes": (_divided(lambda grad, x, axis: len(axes_of(x, axis))),
            "You divide by the number of axes. It is their lengths that count."),
        "divided by the sum of lengths": (_divided(lambda grad, x, axis: sum(x.shape[a] for a in axes_of(x, axis))),
            "For several axes you divide by the sum of their lengths. How many entries do they hold together?"),
        "first axis of the tuple counted": (_divided(lambda grad, x, axis: x.shape[axes_of(x, axis)[0]]),
            "For several axes you divide by the length of the first one only."),
        "multiplied": (_divided(lambda grad, x, axis: 1 / count(x, axis)),
            "You multiply by the number of entries. One entry among many moves the mean only a little."),
        "divided twice": (_divided(lambda grad, x, axis: count(x, axis) ** 2),
            "You divide by the number of entries twice."),
        "whole-number division": (lambda grad, x, axis: spread(grad, x, axis) // count(x, axis),
            "`//` rounds down to a whole number. `/` divides."),
        "divided by one less": (_divided(lambda grad, x, axis: count(x, axis) - 1 or np.nan),
            "You divide by n − 1, as in a variance. A mean divides by n."),
        "mean of grad": (lambda grad, x, axis: np.full(x.shape, np.mean(grad)),
            "Every entry gets the mean of all of `grad`. An entry of x went into one mean only: which one?"),
        "0 taken for None": (_divided(lambda grad, x, axis: count(x, axis or None)),
            "You take axis = 0 for no axis at all: `if axis` and `not axis` take 0 for nothing. Ask `axis is None`."),
        "times x": (lambda grad, x, axis: RIGHT(grad, x, axis) * x,
            "You multiply by x. A mean moves with its entry, however large that is."),
    }),
    hints=(
        "A mean is a sum and a division. By which number?",
        "The rule of the sum, divided by how many entries went into each mean.",
        "`sum_vjp(grad, x, axis) / count`, where `count = x.size / np.size(grad)`.",
    ),
    section="Reductions",
    notice="The mean's gradient is the sum's divided by the number of entries: one reason why a learning rate depends "
        "on how a loss is averaged.",
)
