"""`Scale.apply(x, factor)`, a tensor times a number: its backward forgets the factor."""

from collections.abc import Iterator
from typing import Any

import torch

from autograd_lab.exercises.gradient_checking import operations
from autograd_lab.exercises.gradient_checking.operations import Operation, eighth, signed
from autograd_lab.grading.exercise import Draw, Exercise


def _cases(draw: Draw) -> Iterator[tuple[Any, ...]]:
    yield signed(draw, 2, 3), eighth(draw, 2, 7)
    yield signed(draw, 2, 3), eighth(draw, -23, -9)
    yield signed(draw, 3), 2.5
    yield signed(draw, 3, 3), eighth(draw, -7, -2)
    yield signed(draw, 2, 1, 4), 0.0
    yield signed(draw, 1), 3
    yield signed(draw), eighth(draw, 9, 23)

SCALE = Operation("Scale", lambda x, factor: x * factor, _cases, others=("factor",))

def _keep_factor(ctx: Any, inputs: Any, output: Any) -> None:
    ctx.factor = inputs[1]

def _scale_keeping(ctx: Any, x: torch.Tensor, factor: float) -> torch.Tensor:
    ctx.factor = factor
    return factor * x

EXERCISE = Exercise(
    name="gradient_checking.Scale",
    probe=SCALE.probe,
    reference=SCALE.by_autograd(),
    alternatives=SCALE.all(
        SCALE.function(lambda x, factor: x.mul(factor), lambda ctx, g: (ctx.factor * g, None), _keep_factor),
        SCALE.function(_scale_keeping, lambda ctx, g: (g * ctx.factor if ctx.needs_input_grad[0] else None, None)),
        lambda g, x, f, y: (torch.zeros_like(g).add(g, alpha=f), None, None),
    ),
    mistakes=SCALE.mistakes(SCALE.slips(lambda g, x, f, y: g * f) | {
        "factor not applied": (lambda g, x, f, y: g,
            "The gradient passes as if nothing had happened to x. A small step of x makes another step of the result."),
        "divided by the factor": (lambda g, x, f, y: g / f,
            "You undo the forward. A gradient asks how much the result moves when x does, and a large factor makes it "
            "move more."),
        "times x": (lambda g, x, f, y: g * x,
            "You multiply by x. That is what the factor's own gradient is made of; which one does x's need?"),
        "times factor and x": (lambda g, x, f, y: g * y,
            "You multiply by the factor and by x as well. The slope of a straight line doesn't depend on x."),
        "factor squared": (lambda g, x, f, y: g * f * f, "The factor comes in twice."),
        "factor added": (lambda g, x, f, y: g + f,
            "You add the factor to the incoming gradient. What happens one after the other multiplies."),
        "size of the factor": (lambda g, x, f, y: g * abs(f),
            "A negative factor turns the direction round. Yours has lost its sign."),
        "a gradient for the factor": (lambda g, x, f, y: (g * f, (g * x).sum()),
            operations.NO_GRADIENT_FOR_A_NUMBER),
        "no factor anywhere": (SCALE.made(lambda g, x, f, y: g, lambda x, f: x.clone()),
            "Your forward doesn't scale either. The two agree, but Scale has to compute what its name says."),
    }),
    hints=(
        "x moves by a little. By how much does factor · x move?",
        "The slope is the factor, the same for every entry: multiply what comes back by it.",
        "`forward` has put it on ctx already: `return grad * ctx.factor, None`",
    ),
    section=operations.HUNT,
    notice="A straight line is its own derivative: backward does to the gradient what forward did to x.",
)
