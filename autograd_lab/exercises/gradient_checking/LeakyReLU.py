"""`LeakyReLU.apply(x, slope)`: x where that is positive, elsewhere slope · x; its backward forgets which is which."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lab.exercises.gradient_checking import operations
from autograd_lab.exercises.gradient_checking.operations import Operation, eighth
from autograd_lab.grading.exercise import Draw, Exercise

AT_ZERO = "between slope and 1 times the incoming gradient"

def _cases(draw: Draw) -> Iterator[tuple[Any, ...]]:
    for number, (shape, slope, zeros) in enumerate((
        ((3, 3), eighth(draw, 1, 3), 0), ((3, 3), eighth(draw, 4, 7), 0), ((2, 3), eighth(draw, -7, -2), 0),
        ((2, 1, 4), eighth(draw, 10, 20), 0), ((6,), 0.0, 0), ((5, 4), eighth(draw, 1, 3), 3),
        ((2, 3), eighth(draw, 10, 20), 2), ((2, 3), eighth(draw, -7, -2), 2), ((1,), eighth(draw, -7, -2), 0),
        ((), eighth(draw, 1, 3), 0),
    )):
        x = draw.tensor(*shape, low=0.1) * (-1) ** number  # so that the first two have different masks
        x.view(-1)[1::2] *= -1
        x.view(-1)[:zeros] = 0
        yield x, slope

def _without_zeros(gradient: Any, incoming: Tensor, x: Tensor, slope: float) -> tuple[Any, str]:
    """Return the gradient without what stands where x is 0, and in words what stands there."""
    zero = x == 0
    if not isinstance(gradient, Tensor) or not zero.any():
        return gradient, AT_ZERO if zero.any() else ""
    low, high = min(slope, 1) - 1e-6, max(slope, 1) + 1e-6
    wrong = [ratio for ratio in (gradient / incoming)[zero].tolist() if not low <= ratio <= high]
    said = f"{wrong[0]:.3g} times the incoming gradient, in {len(wrong)} of {int(zero.sum())} places" if wrong else ""
    return gradient.masked_fill(zero, 0.0), said or AT_ZERO

LEAKY = Operation(
    "LeakyReLU", lambda x, slope: torch.where(x > 0, x, slope * x), _cases, others=("slope",), free=_without_zeros)

def _right(g: Tensor, x: Tensor, s: float, y: Tensor) -> Tensor:
    return torch.where(x > 0, g, s * g)

def _keep_slopes(ctx: Any, inputs: Any, output: Any) -> None:
    ctx.slopes = torch.where(inputs[0] >= 0, torch.ones_like(inputs[0]), inputs[1])

EXERCISE = Exercise(
    name="gradient_checking.LeakyReLU",
    probe=LEAKY.probe,
    reference=LEAKY.by_autograd(),
    alternatives=LEAKY.all(
        LEAKY.function(
            lambda x, s: torch.nn.functional.leaky_relu(x, s), lambda ctx, g: (g * ctx.slopes, None), _keep_slopes),
        lambda g, x, s, y: g * ((1 + s) / 2 + (1 - s) / 2 * x.sign()),
        lambda g, x, s, y: (g * (x > 0) + s * g * (x <= 0), None, None),
        lambda g, x, s, y: g * torch.where(x > 0, 1.0, s),
    ),
    mistakes=LEAKY.mistakes(LEAKY.slips(_right) | {
        "mask missing": (lambda g, x, s, y: g,
            "Where x is negative the incoming gradient passes as it is. The forward does something else there: does "
            "your backward ask where x is positive, and where not?"),
        "mask turned round": (lambda g, x, s, y: torch.where(x > 0, s * g, g),
            "The two branches have changed places: the slope belongs to where x is negative."),
        "slope everywhere": (lambda g, x, s, y: s * g,
            "The slope multiplies everywhere. Where x is positive it comes out as it is."),
        "nothing below 0": (lambda g, x, s, y: g * (x > 0),
            "Where x is negative nothing comes back, as in a plain ReLU. This one leaks."),
        "mask of the gradient": (lambda g, x, s, y: torch.where(g > 0, g, s * g),
            "Your mask asks for the sign of the incoming gradient. Which branch was taken was decided by x."),
        "mask of the result": (lambda g, x, s, y: torch.where(y > 0, g, s * g),
            "Your mask asks for the sign of the result. With a negative slope the result is positive on both sides: "
            "which branch was taken was decided by x."),
        "gradient lost below 0": (lambda g, x, s, y: torch.where(x > 0, g, torch.full_like(g, s)),
            "Where x is negative you return the slope alone. The chain rule brings the incoming gradient in there, "
            "too."),
        "value below 0": (lambda g, x, s, y: torch.where(x > 0, g, s * x),
            "Where x is negative you return the value of the forward. Its derivative is wanted, times what comes "
            "back."),
        "times the result": (lambda g, x, s, y: g * y,
            "You multiply by the result itself. How much it moves is its derivative."),
        "minus slope": (lambda g, x, s, y: torch.where(x > 0, g, -s * g), "Where x is negative your sign is wrong."),
        "size of the slope": (lambda g, x, s, y: torch.where(x > 0, g, abs(s) * g),
            "A slope may be negative; yours has lost its sign."),
        "a slope of its own": (lambda g, x, s, y: torch.where(x > 0, g, 0.01 * g),
            "Where x is negative you multiply by 0.01, whatever slope is given."),
        "threshold at the slope": (lambda g, x, s, y: torch.where(x > s, g, s * g),
            "Your mask compares x with the slope. The function has its corner at 0."),
        "0 where x is 0": (lambda g, x, s, y: g * (x > 0) + s * g * (x < 0),
            "Right, but where x is exactly 0 neither of your cases holds, and nothing comes back."),
        "both where x is 0": (lambda g, x, s, y: g * (x >= 0) + s * g * (x <= 0),
            "Right, but where x is exactly 0 both of your cases hold, and they add up."),
        "NaN where x is 0": (lambda g, x, s, y: g * y / x,
            "Right, but where x is exactly 0 you divide 0 by 0."),
        "maximum of both": (LEAKY.made(_right, lambda x, s: torch.maximum(x, s * x)),
            "Your forward takes the larger of x and slope · x. For a slope above 1 that is the wrong one."),
        "a gradient for the slope": (lambda g, x, s, y: (_right(g, x, s, y), (g * x).sum()),
            operations.NO_GRADIENT_FOR_A_NUMBER),
        "mask remembered by the class": (LEAKY.made(_right, remembers="tensors"), operations.REMEMBERED),
    }),
    hints=(
        "Which of the two branches did an entry take, and what is the slope of that branch?",
        "1 where x > 0, the slope elsewhere; times the incoming gradient.",
        "x is in `ctx.saved_tensors`: `torch.where(x > 0, grad, ctx.slope * grad)`",
    ),
    section=operations.HUNT,
    notice="Had all of x been positive, no check could have seen it: each branch must be taken.",
)
