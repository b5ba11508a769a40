"""`gradient_checking.Scale`."""

from collections.abc import Iterator
from typing import Any

import torch

from autograd_lab.exercises.gradient_checking.hunt_shared import (
    NO_GRADIENT_FOR_A_NUMBER,
    Tensor,
    _Broken,
    _common,
    _eighths,
    _function,
    _made,
    _one_gradient,
    _remembered,
    _viewed,
    hunted,
)
from autograd_lab.grading.exercise import Draw


def _draw_scale(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for shape, factor in (
        ((2, 3), _eighths(draw, 2, 7)),
        ((2, 3), _eighths(draw, -23, -9)),
        ((3,), 2.5),
        ((3, 3), _eighths(draw, -7, -2)),
        ((2, 1, 4), 0.0),
        ((1,), 3),
        ((), _eighths(draw, 9, 23)),
    ):
        yield draw.tensor(*shape, low=0.3) * torch.sign(draw.tensor(*shape)), factor

_SCALE = _Broken("Scale", lambda x, factor: x * factor, ("x", "factor"), _draw_scale)

def _scale_back(g: Tensor, x: Tensor, factor: float, y: Tensor) -> Any:
    return g * factor, None

def _keep_factor(ctx: Any, inputs: Any, output: Any) -> None:
    ctx.factor = inputs[1]

def _scale_remembering(ctx: Any, x: Tensor, factor: float) -> Tensor:
    ctx.factor = factor
    return factor * x

EXERCISE = hunted(_SCALE,
    {
        "factor not applied": (lambda g, x, f, y: (g, None),
            "The gradient passes as if nothing had happened to x. A small step of x makes another step of the result."),
        "divided by the factor": (lambda g, x, f, y: (g / f, None),
            "You undo the forward. A gradient asks how much the result moves when x does, and a large factor makes it "
            "move more."),
        "times x": (lambda g, x, f, y: (g * x, None),
            "You multiply by x. That is what the factor's own gradient is made of; which one does x's need?"),
        "times factor and x": (lambda g, x, f, y: (g * y, None),
            "You multiply by the factor and by x as well. The slope of a straight line doesn't depend on x."),
        "factor squared": (lambda g, x, f, y: (g * f * f, None), "The factor comes in twice."),
        "factor added": (lambda g, x, f, y: (g + f, None),
            "You add the factor to the incoming gradient. What happens one after the other multiplies."),
        "size of the factor": (lambda g, x, f, y: (g * abs(f), None),
            "A negative factor turns the direction round. Yours has lost its sign."),
        "one gradient only": _one_gradient(_scale_back),
        "a gradient for the factor": (lambda g, x, f, y: (g * f, (g * x).sum()), NO_GRADIENT_FOR_A_NUMBER),
        "no factor anywhere": (_made(_SCALE, lambda g, x, f, y: (g, None), lambda x, f: x.clone()),
            "Your forward doesn't scale either. The two agree, but Scale has to compute what its name says."),
        "view of the incoming gradient": _viewed(_scale_back),
        "remembered by the class": _remembered(_SCALE, _scale_back),
        **_common(_scale_back),
    },
    alternatives=(
        _function("Scale", lambda x, factor: x.mul(factor), lambda ctx, g: (ctx.factor * g, None), _keep_factor),
        lambda g, x, f, y: (torch.zeros_like(g).add(g, alpha=f), None, None),
        _function(
            "Scale", _scale_remembering, lambda ctx, g: (g * ctx.factor if ctx.needs_input_grad[0] else None, None)
        ),
    ),
    hints=(
        "x moves by a little. By how much does factor · x move?",
        "The slope is the factor, the same for every entry: multiply what comes back by it.",
        "`forward` has put it on ctx already: `return grad * ctx.factor, None`",
    ),
    notice="A straight line is its own derivative: backward does to the gradient what forward did to x.",
)
