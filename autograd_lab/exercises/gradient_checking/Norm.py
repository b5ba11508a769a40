"""`gradient_checking.Norm`."""

from collections.abc import Iterator
from typing import Any

import torch

from autograd_lab.exercises.gradient_checking.hunt_shared import (
    Tensor,
    _Broken,
    _common,
    _function,
    _made,
    _remembered,
    _result_written,
    _two_gradients,
    _viewed,
    hunted,
)
from autograd_lab.grading.exercise import Draw


def _draw_norm(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for shape, size in (
        ((3, 3), 1.0),
        ((3, 3), 1.0),
        ((2, 4), 1.0),
        ((2, 3), 0.01),
        ((2, 3), 100.0),
        ((2, 3, 2), 1.0),
        ((5,), 1.0),
        ((1,), 1.0),
        ((), 1.0),
    ):
        yield (size * draw.tensor(*shape, low=0.3) * torch.sign(draw.tensor(*shape)),)

_NORM = _Broken("Norm", lambda x: (x * x).sum().sqrt(), ("x",), _draw_norm)

def _norm_back(g: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return g * x / y

EXERCISE = hunted(_NORM,
    {
        "not divided by the norm": (lambda g, x, y: g * x,
            "That would be the gradient of half the sum of the squares. The root has a derivative, too."),
        "without the root": (lambda g, x, y: 2 * g * x,
            "That is the gradient of the sum of the squares. The root has a derivative, too."),
        "2 left over": (lambda g, x, y: g * 2 * x / y,
            "Twice what it should be. The square has brought a 2 in: what does the root bring?"),
        "divided by twice the norm": (lambda g, x, y: g * x / (2 * y),
            "Half of what it should be. The root has brought a 2 in: what does the square bring?"),
        "times the norm": (lambda g, x, y: g * x * y,
            "You multiply by the norm. The root of something large grows slowly."),
        "sign of the incoming gradient lost": (lambda g, x, y: g.abs() * x / y,
            "Only the size of the incoming gradient counts. Where it is negative, yours should change sign, too."),
        "norm squared": (lambda g, x, y: g * x / y**2,
            "You divide by the square of the norm. What was returned is the root already."),
        "root of the norm": (lambda g, x, y: g * x / y.sqrt(),
            "You divide by the root of the norm. The norm is the root already."),
        "x missing": (lambda g, x, y: (g / y).expand(x.shape),
            "All entries get the same. A large entry of x moves the norm more than a small one."),
        "x missing, one number": (lambda g, x, y: g / y,
            "One number comes back for all entries. A large entry of x moves the norm more than a small one."),
        "size of x": (lambda g, x, y: g * x.abs() / y,
            "Where x is negative your sign is wrong: a larger x makes a shorter vector there."),
        "sign of x": (lambda g, x, y: g * x.sign(),
            "That is the gradient of the sum of the absolute values. This norm adds up squares."),
        "another norm": (lambda g, x, y: g * x / x.abs().sum(),
            "You divide by the sum of the absolute values. This norm is the root of the sum of the squares."),
        "norm of each row": (lambda g, x, y: g * x / x.norm(dim=-1, keepdim=True),
            "You divide each row by its own norm. The norm goes over all entries."),
        "something added to the norm": (lambda g, x, y: g * x / (y + 1e-6),
            "You add 10⁻⁶ before you divide. x is never all zero here, and for a small x that is much too much."),
        "forward writes into x": (_made(_NORM, _norm_back, lambda x: x.mul_(x).sum().sqrt()),
            "Your forward squares x in place: afterwards neither the caller nor ctx has x, only its squares."),
        "upside down": (lambda g, x, y: g * y / x,
            "You divide the norm by x. A large entry of x moves the norm more than a small one."),
        "norm at least 1": (lambda g, x, y: g * x / y.clamp(min=1),
            "You never divide by less than 1. A short vector has a gradient that is as long as any other's."),
        "view of x": _viewed(_norm_back, at=1),
        "two gradients": _two_gradients(_norm_back),
        "result written into": _result_written(_norm_back),
        "remembered by the class": _remembered(_NORM, _norm_back),
        **_common(_norm_back),
    },
    alternatives=(
        _function(
            "Norm",
            lambda x: torch.linalg.vector_norm(x),
            lambda ctx, g: g * ctx.unit,
            lambda ctx, inputs, output: setattr(ctx, "unit", inputs[0] / output),
        ),
        lambda g, x, y: (g * 0.5 / y) * (2 * x),
        lambda g, x, y: (g * x * (x * x).sum().rsqrt(), None),
    ),
    hints=(
        "The norm is the root of a sum of squares. What is the derivative of the root, and of the sum inside?",
        "1 / (2 · norm) times 2x: x divided by the norm, times what comes back.",
        "`norm` has been saved, too: `grad * x / norm`",
    ),
    notice="The gradient has length 1, however long x is. At x = 0 it has no direction.",
)
