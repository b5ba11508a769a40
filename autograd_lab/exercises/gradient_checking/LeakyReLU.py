"""`gradient_checking.LeakyReLU`."""

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

AT_ZERO = "between slope and 1 times the incoming gradient"

def _draw_leaky(draw: Draw) -> Iterator[tuple[Any, ...]]:
    cases = (
        ((3, 3), _eighths(draw, 1, 3), 0),
        ((3, 3), _eighths(draw, 4, 7), 0),
        ((2, 3), _eighths(draw, -7, -2), 0),
        ((2, 1, 4), _eighths(draw, 10, 20), 0),
        ((6,), 0.0, 0),
        ((5, 4), _eighths(draw, 1, 3), 3),
        ((2, 3), _eighths(draw, 10, 20), 2),
        ((2, 3), _eighths(draw, -7, -2), 2),
        ((1,), _eighths(draw, -7, -2), 0),
        ((), _eighths(draw, 1, 3), 0),
    )
    for number, (shape, slope, zeros) in enumerate(cases):
        x = draw.tensor(*shape, low=0.1) * (-1) ** number  # so that the first two have different masks
        x.view(-1)[1::2] *= -1
        x.view(-1)[:zeros] = 0
        yield x, slope

_LEAKY = _Broken("LeakyReLU", lambda x, slope: torch.where(x > 0, x, slope * x), ("x", "slope"), _draw_leaky)

def _leaky_back(g: Tensor, x: Tensor, slope: float, y: Tensor) -> Any:
    return torch.where(x > 0, g, slope * g), None

def _free_at_zero(gradient: Any, incoming: Tensor, x: Tensor, slope: float) -> tuple[Any, str]:
    """Return the gradient without what stands where x is 0, and in words what stands there."""
    zero = x == 0
    if not isinstance(gradient, Tensor) or not zero.any():
        return gradient, AT_ZERO if zero.any() else ""
    wrong = [
        ratio
        for ratio in (gradient / incoming)[zero].tolist()
        if not min(slope, 1) - 1e-6 <= ratio <= max(slope, 1) + 1e-6
    ]
    said = f"{wrong[0]:.3g} times the incoming gradient, in {len(wrong)} of {int(zero.sum())} places" if wrong else ""
    return gradient.masked_fill(zero, 0.0), said or AT_ZERO

EXERCISE = hunted(_LEAKY,
    {
        "mask missing": (lambda g, x, s, y: (g, None),
            "Where x is negative the incoming gradient passes as it is. The forward does something else there: does "
            "your backward ask where x is positive, and where not?"),
        "mask turned round": (lambda g, x, s, y: (torch.where(x > 0, s * g, g), None),
            "The two branches have changed places: the slope belongs to where x is negative."),
        "slope everywhere": (lambda g, x, s, y: (s * g, None),
            "The slope multiplies everywhere. Where x is positive it comes out as it is."),
        "nothing below 0": (lambda g, x, s, y: (g * (x > 0), None),
            "Where x is negative nothing comes back, as in a plain ReLU. This one leaks."),
        "mask of the gradient": (lambda g, x, s, y: (torch.where(g > 0, g, s * g), None),
            "Your mask asks for the sign of the incoming gradient. Which branch was taken was decided by x."),
        "mask of the result": (lambda g, x, s, y: (torch.where(y > 0, g, s * g), None),
            "Your mask asks for the sign of the result. With a negative slope the result is positive on both sides: "
            "which branch was taken was decided by x."),
        "gradient lost below 0": (lambda g, x, s, y: (torch.where(x > 0, g, torch.full_like(g, s)), None),
            "Where x is negative you return the slope alone. The chain rule brings the incoming gradient in there, "
            "too."),
        "value below 0": (lambda g, x, s, y: (torch.where(x > 0, g, s * x), None),
            "Where x is negative you return the value of the forward. Its derivative is wanted, times what comes "
            "back."),
        "times the result": (lambda g, x, s, y: (g * y, None),
            "You multiply by the result itself. How much it moves is its derivative."),
        "minus slope": (lambda g, x, s, y: (torch.where(x > 0, g, -s * g), None),
            "Where x is negative your sign is wrong."),
        "size of the slope": (lambda g, x, s, y: (torch.where(x > 0, g, abs(s) * g), None),
            "A slope may be negative; yours has lost its sign."),
        "a slope of its own": (lambda g, x, s, y: (torch.where(x > 0, g, 0.01 * g), None),
            "Where x is negative you multiply by 0.01, whatever slope is given."),
        "threshold at the slope": (lambda g, x, s, y: (torch.where(x > s, g, s * g), None),
            "Your mask compares x with the slope. The function has its corner at 0."),
        "0 where x is 0": (lambda g, x, s, y: (g * (x > 0) + s * g * (x < 0), None),
            "Right, but where x is exactly 0 neither of your cases holds, and nothing comes back."),
        "both where x is 0": (lambda g, x, s, y: (g * (x >= 0) + s * g * (x <= 0), None),
            "Right, but where x is exactly 0 both of your cases hold, and they add up."),
        "NaN where x is 0": (lambda g, x, s, y: (g * y / x, None),
            "Right, but where x is exactly 0 you divide 0 by 0."),
        "maximum of both": (_made(_LEAKY, _leaky_back, lambda x, s: torch.maximum(x, s * x)),
            "Your forward takes the larger of x and slope · x. For a slope above 1 that is the wrong one."),
        "one gradient only": _one_gradient(_leaky_back),
        "a gradient for the slope": (lambda g, x, s, y: (_leaky_back(g, x, s, y)[0], (g * x).sum()),
            NO_GRADIENT_FOR_A_NUMBER),
        "view of x": _viewed(_leaky_back, at=1),
        "view of the incoming gradient": _viewed(_leaky_back),
        "remembered by the class": _remembered(_LEAKY, _leaky_back),
        "mask remembered by the class": _remembered(_LEAKY, _leaky_back, tensors_only=True),
        **_common(_leaky_back),
    },
    alternatives=(
        _function(
            "LeakyReLU",
            lambda x, slope: torch.nn.functional.leaky_relu(x, slope),
            lambda ctx, g: (g * ctx.factor, None),
            lambda ctx, inputs, output: setattr(
                ctx, "factor", torch.where(inputs[0] >= 0, torch.ones_like(inputs[0]), inputs[1])
            ),
        ),
        lambda g, x, s, y: (g * ((1 + s) / 2 + (1 - s) / 2 * x.sign()), None),
        lambda g, x, s, y: (g * (x > 0) + s * g * (x <= 0), None, None),
        lambda g, x, s, y: (g * torch.where(x > 0, 1.0, s), None),
    ),
    hints=(
        "Which of the two branches did an entry take, and what is the slope of that branch?",
        "1 where x > 0, the slope elsewhere; times the incoming gradient.",
        "x is in `ctx.saved_tensors`: `torch.where(x > 0, grad, ctx.slope * grad)`",
    ),
    notice="Had all of x been positive, no check could have seen it: each branch must be taken.",
    free=_free_at_zero,
)
