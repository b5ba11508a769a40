"""`sum_vjp(grad, x, axis)`: the way back through `x.sum(axis)`."""

import numpy as np
import torch

from autograd_lab.exercises.tensors.reductions import axes_of, count, of_axes, probe_reduction, reduction, spread
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import mistakes, of_vjp

RIGHT = reduction(torch.sum)

EXERCISE = Exercise(
    name="tensors.sum_vjp",
    probe=probe_reduction,
    reference=RIGHT,
    alternatives=(
        lambda grad, x, axis: np.ones(x.shape) * np.reshape(grad, x.sum(axis, keepdims=True).shape),
        lambda grad, x, axis: np.moveaxis(
            np.broadcast_to(grad, (*(x.shape[a] for a in sorted(axes_of(x, axis))), *np.shape(grad))),
            range(len(axes_of(x, axis))), sorted(axes_of(x, axis))),
    ),
    mistakes=mistakes(of_vjp(RIGHT, "x") | of_axes(lambda back: back) | {
        "rule of the mean": (lambda grad, x, axis: spread(grad, x, axis) / count(x, axis),
            "You divide by how many were summed. That is the rule of a mean; in a sum each entry counts fully."),
        "times x": (lambda grad, x, axis: spread(grad, x, axis) * x,
            "You multiply by x. A sum moves as much as its entry does, however large that is."),
        "times the count": (lambda grad, x, axis: spread(grad, x, axis) * count(x, axis),
            "You multiply by how many were summed. Each of them gets `grad` once."),
        "all of grad summed": (lambda grad, x, axis: np.full(x.shape, np.sum(grad)),
            "Every entry gets the sum of all of `grad`. An entry of x went into one sum only: which one?"),
        "forward": (lambda grad, x, axis: x.sum(axis),
            "That is the way forward, the sum itself. The way back spreads `grad` over x."),
        "summed again": (lambda grad, x, axis: spread(grad, x, axis).sum(axis),
            "`grad` is spread and then summed once more. The gradient of x has the shape of x."),
    }),
    hints=(
        "In which sum did an entry of x take part, and how much does that sum move when the entry does?",
        "Put the summed axes back with length 1, then broadcast to x's shape.",
        "For None take `tuple(range(x.ndim))`. Then `np.broadcast_to(np.expand_dims(grad, axis), x.shape)`.",
    ),
    section="Reductions",
    notice="A sum's way back is a broadcast, and a broadcast's way back is a sum: each is the transpose of the other.",
)
