"""What sum, mean and maximum have in common: the axes they go over, and how `grad` gets these back, or doesn't."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from autograd_lab.engine import Array
from autograd_lab.exercises.tensors.arrays import TERMS, Rule, Shape, by_torch
from autograd_lab.grading.exercise import Draw
from autograd_lab.grading.probes import Case, over
from autograd_lab.grading.slips import Table

Axis = int | tuple[int, ...] | None

AXES: dict[Shape, tuple[Axis, ...]] = {
    (3, 3): (0, 1, -1),
    (2, 3): (1, 0, -1, -2, None),
    (5,): (None, 0, -1, (0,)),
    (2, 3, 4): (None, 0, 1, 2, -1, -2, (0, 1), (1, 2), (0, 2), (2, 0), (-1, 0), (-3, -2), (-2,), (0, 1, 2)),
    (2, 3, 3): ((1, 2),),
    (4, 1): (1,),
}

def reductions(draw: Draw, entries: Callable[..., Array] = Draw.array, words: str = "") -> Iterator[Case]:
    """Yield x of each shape with each axis; `entries(draw, *shape)` draws x, and `words` says what is special in it."""
    for shape, axes in AXES.items():
        for axis in axes:
            x = entries(draw, *shape)
            yield f"x of shape {shape}, axis = {axis}{words}", (draw.array(*np.shape(x.sum(axis))), x, axis)

probe_reduction = over(reductions, TERMS)

def reduction(operation: Callable[..., torch.Tensor]) -> Rule:
    """Return the vjp of a reduction of torch's that takes a tuple of axes."""
    return by_torch(lambda x, axis: operation(x, axes_of(x, axis)))

def axes_of(x: Any, axis: Axis) -> tuple[int, ...]:
    """Return the axes as a tuple of non-negative ones."""
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,)))

def count(x: Array, axis: Axis) -> int:
    """Return how many entries of x go into one."""
    return math.prod(x.shape[a] for a in axes_of(x, axis))

def spread(grad: Array, x: Array, axis: Axis) -> Array:
    """Return for each entry of x what comes back to the number it went into."""
    return np.broadcast_to(np.expand_dims(grad, axes_of(x, axis)), x.shape)

def _one_after_another(grad: Array, x: Array, axis: Axis) -> Array:
    for a in axes_of(x, axis):
        grad = np.expand_dims(grad, a)
    return np.broadcast_to(grad, x.shape)

def _inserted(grad: Array, x: Array, axis: Axis) -> Array:
    """Put axes back with list.insert, which counts negative places from the end of the shorter list."""
    shape = list(np.shape(grad))
    for a in sorted(axes_of(x, None) if axis is None else axis if isinstance(axis, tuple) else (axis,)):
        shape.insert(a, 1)
    return np.broadcast_to(np.reshape(grad, shape), x.shape)

def of_axes(made: Callable[[Rule], Rule]) -> Table:
    """Return what goes wrong with axes: ``made(back)`` returns the rule in which `back` takes the place of `spread`."""
    return {
        "not broadcast back": (made(lambda grad, x, axis: grad),
            "What comes back has the shape of `grad`. The gradient of x has the shape of x: each entry has its own."),
        "axis not put back": (made(lambda grad, x, axis: np.broadcast_to(grad, x.shape)),
            "`grad` lacks an axis, so NumPy matches the others from the right, wrongly. Put it back, with length 1."),
        "axis put back at the end": (made(lambda grad, x, axis: np.broadcast_to(np.expand_dims(grad, -1), x.shape)),
            "The axis is put back as the last one, always. It belongs where it was."),
        "axis put back in front": (made(lambda grad, x, axis: np.broadcast_to(np.expand_dims(grad, 0), x.shape)),
            "The axis is put back as the first one, always. It belongs where it was."),
        "filled up in order": (made(lambda grad, x, axis: np.resize(grad, x.shape)),
            "The numbers of `grad` fill x's shape one after another. Each belongs where the entries of its group are."),
        "repeated in a row": (made(lambda grad, x, axis: np.repeat(grad, x.size // np.size(grad)).reshape(x.shape)),
            "Each number of `grad` is repeated in a row. That is right for the last axes only."),
        "negative axis inserted": (made(_inserted),
            "For negative axes it goes wrong: `insert` counts -1 from the end of the shorter list. Add x.ndim first."),
        "axes in the given order": (made(_one_after_another),
            "You put the axes back one by one in the given order: wrong for (2, 0). Sort them, or do it all at once."),
        "first axis of the tuple only": (
            made(lambda grad, x, axis: np.broadcast_to(np.expand_dims(grad, axes_of(x, axis)[:1]), x.shape)),
            "Only the first axis of the tuple is put back. All of them are gone from `grad`."),
        "axis kept with length 1": (made(lambda grad, x, axis: np.expand_dims(grad, axes_of(x, axis))),
            "The axis is back, but with length 1. Each entry of x should have its own number."),
    }
