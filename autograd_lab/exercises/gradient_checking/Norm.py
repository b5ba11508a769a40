"""`Norm.apply(x)`, the root of the sum of all squares: its backward forgets the root."""

from collections.abc import Iterator

import torch
from torch import Tensor

from autograd_lab.exercises.gradient_checking.operations import HUNT, Operation, signed
from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.slips import renamed, without

SHAPES = (3, 3), (3, 3), (2, 4), (2, 3), (2, 3), (2, 3, 2), (5,), (1,), ()
SIZES = 1.0, 1.0, 1.0, 0.01, 100.0, 1.0, 1.0, 1.0, 1.0

def _cases(draw: Draw) -> Iterator[tuple[Tensor]]:
    yield from ((size * signed(draw, *shape),) for shape, size in zip(SHAPES, SIZES, strict=True))

NORM = Operation("Norm", lambda x: (x * x).sum().sqrt(), _cases)

def _right(g: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return g * x / y

SLIPS = renamed(NORM.slips(_right), {"size of grad": "sign of the incoming gradient lost"})

EXERCISE = Exercise(
    name="gradient_checking.Norm",
    probe=NORM.probe,
    reference=NORM.by_autograd(),
    alternatives=NORM.all(
        NORM.function(
            lambda x: torch.linalg.vector_norm(x), lambda ctx, g: g * ctx.unit,
            lambda ctx, inputs, output: setattr(ctx, "unit", inputs[0] / output)),
        lambda g, x, y: (g * 0.5 / y) * (2 * x),
        lambda g, x, y: (g * x * (x * x).sum().rsqrt(), None),
    ),
    mistakes=NORM.mistakes(without(SLIPS, "view of the incoming gradient") | {
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
        "forward writes into x": (NORM.made(_right, lambda x: x.mul_(x).sum().sqrt()),
            "Your forward squares x in place: afterwards neither the caller nor ctx has x, only its squares."),
        "upside down": (lambda g, x, y: g * y / x,
            "You divide the norm by x. A large entry of x moves the norm more than a small one."),
        "norm at least 1": (lambda g, x, y: g * x / y.clamp(min=1),
            "You never divide by less than 1. A short vector has a gradient that is as long as any other's."),
    }),
    hints=(
        "The norm is the root of a sum of squares. What is the derivative of the root, and of the sum inside?",
        "1 / (2 · norm) times 2x: x divided by the norm, times what comes back.",
        "`norm` has been saved, too: `grad * x / norm`",
    ),
    section=HUNT,
    notice="The gradient has length 1, however long x is. At x = 0 it has no direction.",
)
