"""`max_vjp(grad, x, axis)`: the way back through `x.max(axis)`, where entries that are equally large share."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from autograd_lab.engine import Array
from autograd_lab.exercises.tensors.arrays import TERMS, Rule
from autograd_lab.exercises.tensors.reductions import Axis, axes_of, count, of_axes, reduction, reductions, spread
from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.probes import Case, over
from autograd_lab.grading.slips import mistakes, of_vjp, without

RIGHT = reduction(torch.amax)

def maxima(draw: Draw) -> Iterator[Case]:
    yield from reductions(draw, lambda draw, *shape: draw.array(*shape, low=-9, high=9), ", no ties")
    yield from reductions(draw, lambda draw, *shape: np.asarray(draw.rng.integers(-3, 1, shape) * 1.0), ", ties")
    high = draw.number(2, 4)
    special = {
        "one row's largest is in others too": [[high, high, 1.0], [high + 1, 1.0, high], [1.0, high, 0.0]],
        "all entries equal": [[-high] * 3] * 3,
        "nearly a tie": [[high, high - 1e-9, 0.0], [0.0, high, high]],
        "x all 0": [[0.0] * 3] * 2,
    }
    for words, rows in special.items():
        for axis in (1, 0, None):
            x = np.array(rows)
            yield f"{words}, axis = {axis}", (draw.array(*np.shape(x.max(axis))), x, axis)

def _largest(x: Array, axis: Axis) -> Array:
    return np.asarray(x == x.max(axis, keepdims=True))

def _shares(marked: Array, axis: Axis, most: float = np.inf) -> Array:
    """Return which part of `grad` each marked entry gets, when those of a group share, or so many at most."""
    return np.asarray(marked / np.minimum(most, marked.sum(axis, keepdims=True)))

def _times(parts: Callable[[Array, Axis], Array]) -> Rule:
    """Return the rule in which entries get other parts of `grad`."""
    return lambda grad, x, axis: parts(x, axis) * spread(grad, x, axis)

def _to(marked: Callable[[Array, Axis], Array]) -> Rule:
    """Return the rule in which other entries share `grad`."""
    return _times(lambda x, axis: _shares(marked(x, axis), axis))

def _one_tie(choose: Callable[..., Any]) -> Rule:
    """Return a rule in which one of the entries that are equally large gets all."""
    def chosen(x: Array, axis: Axis) -> Array:
        places = np.where(_largest(x, axis), np.arange(x.size).reshape(x.shape), np.nan)
        return np.asarray(places == choose(places, axis, keepdims=True))
    return _to(chosen)

def _by_argmax(grad: Array, x: Array, axis: Any) -> Any:
    if isinstance(axis, tuple):
        x.argmax(axis)  # type: ignore[call-overload]  # raises
    return _one_tie(np.nanmin)(grad, x, axis)

EXERCISE = Exercise(
    name="tensors.max_vjp",
    probe=over(maxima, TERMS),
    reference=RIGHT,
    alternatives=(
        lambda grad, x, axis: np.where(
            _largest(x, axis), np.expand_dims(grad / _largest(x, axis).sum(axis), axes_of(x, axis)), 0),
        lambda grad, x, axis: _largest(x, axis) * spread(np.divide(grad, _largest(x, axis).sum(axis)), x, axis),
    ),
    mistakes=mistakes(of_vjp(RIGHT, "x") | without(
        of_axes(lambda back: lambda grad, x, axis: _shares(_largest(x, axis), axis) * back(grad, x, axis)),
        "axis kept with length 1") | {
        "every tie gets all": (_times(_largest),
            "Right where one entry is the largest. Where several are, each gets all of `grad`; they should share it."),
        "first tie only": (_one_tie(np.nanmin),
            "Of several that are equally large only the first gets something, as with `argmax`; they should share."),
        "last tie only": (_one_tie(np.nanmax),
            "Of several that are equally large only the last gets something; they should share."),
        "divided by the axis length": (_times(lambda x, axis: _largest(x, axis) / count(x, axis)),
            "You divide by the number of entries that were compared. Only the largest ones share."),
        "ties counted over everything": (_times(lambda x, axis: _shares(_largest(x, axis), None)),
            "The ties of all groups are counted together. Each group shares its own gradient."),
        "largest of all": (_times(lambda x, axis: _largest(x, None)),
            "You look for the largest entry of all of x. Each group along the axis has its own."),
        "largest of all, shared": (
            _times(lambda x, axis: _largest(x, None) / np.maximum(1, _largest(x, None).sum(axis, keepdims=True))),
            "You look for the largest entry of all of x. Each group along the axis has its own."),
        "largest value anywhere": (_to(lambda x, axis: np.isin(x, x.max(axis))),
            "An entry gets something when it equals the largest of another group. Compare it with its own."),
        "halved for every tie": (_times(lambda x, axis: _shares(_largest(x, axis), axis, most=2)),
            "Where there are ties you halve the gradient. Three that are equal should get a third each."),
        "largest size": (_to(lambda x, axis: _largest(np.abs(x), axis)),
            "You look for the entry of the largest size. The maximum of -3 and 2 is 2."),
        "begun at 0": (lambda grad, x, axis: RIGHT(grad, x, axis) * (x.max(axis, keepdims=True) >= 0),
            "Where all entries are negative you find no largest one: does your search for it begin at 0?"),
        "argmax, no tuples": (_by_argmax,
            "`argmax` finds the first of several only, and takes no tuple of axes: compare x with its maximum."),
        "grad ignored, ties whole": (lambda grad, x, axis: _largest(x, axis) * 1.0,
            "You return where the largest entries are. The chain rule multiplies that by `grad`, and ties share."),
        "rule of the sum": (spread,
            "Every entry gets `grad`, as in a sum. A maximum moves only with its largest entries."),
        "smallest": (_to(lambda x, axis: _largest(-x, axis)),
            "The smallest entries get the gradient. It is the largest ones that were passed on."),
        "value sent back": (lambda grad, x, axis: RIGHT(grad, x, axis) * x,
            "You multiply by the value itself. A maximum moves as much as its largest entry does, whatever its size."),
        "axis not put back for the comparison": (_to(lambda x, axis: x == x.max(axis)),
            "`x == x.max(axis)` compares with the largest of the wrong group: keep the axis, with `keepdims=True`."),
        "nearly equal ones share": (_to(lambda x, axis: np.isclose(x, x.max(axis, keepdims=True))),
            "Entries that are only nearly the largest get a share: `np.isclose` does that. Here equal means equal."),
        "0 taken for None": (_times(lambda x, axis: _shares(_largest(x, axis or None), axis or None)),
            "You take axis = 0 for no axis at all: `if axis` and `not axis` take 0 for nothing. Ask `axis is None`."),
        "share of zeros": (_to(lambda x, axis: np.where(_largest(x, axis), x, 0)),
            "You share in proportion to the values. Where the largest is 0 that divides by 0: count the ties instead."),
        "not broadcast back": (lambda grad, x, axis: grad,
            "`grad` comes back as it was. The gradient of x has the shape of x."),
        "forward": (lambda grad, x, axis: x.max(axis),
            "That is the way forward, the maximum itself. The way back sends `grad` to where it came from."),
    }),
    hints=(
        "Which entries does the maximum move with? And how many of them are there in each group?",
        "An array of ones and zeros, one where x equals its group's largest, divided by their number in the group; "
        "times grad with its axis put back.",
        "`largest = x == x.max(axis, keepdims=True)`; `share = largest / largest.sum(axis, keepdims=True)`; then times "
        "what `sum_vjp` returns.",
    ),
    section="Reductions",
    notice="The gradient finds its way by comparing: a maximum is a switch that is set on the way forward.",
)
