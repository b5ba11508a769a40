"""`MeanSquare.apply(x)`, the mean of all squares: its backward forgets to divide by how many there are."""

import torch
from torch import Tensor

from autograd_lab.exercises.gradient_checking.operations import HUNT, Operation, of_shapes
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.slips import without

DRAWN = of_shapes((3, 3), (3, 3), (2, 4), (2, 3, 2), (5,), (1,), ())
MEAN_SQUARE = Operation("MeanSquare", lambda x: (x * x).mean(), DRAWN)

def _right(g: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return g * 2 * x / x.numel()

EXERCISE = Exercise(
    name="gradient_checking.MeanSquare",
    probe=MEAN_SQUARE.probe,
    reference=MEAN_SQUARE.by_autograd(),
    alternatives=MEAN_SQUARE.all(
        MEAN_SQUARE.function(
            lambda x: torch.nn.functional.mse_loss(x, torch.zeros_like(x)),
            lambda ctx, g: ctx.saved_tensors[0].mul(2).div(ctx.saved_tensors[0].numel()) * g,
            lambda ctx, inputs, output: ctx.save_for_backward(*inputs)),
        lambda g, x, y: (2 * g.item() / x.nelement() * x, None),
        lambda g, x, y: 2 * g * x / torch.ones_like(x).sum(),
    ),
    mistakes=MEAN_SQUARE.mistakes(without(MEAN_SQUARE.slips(_right), "view of the incoming gradient") | {
        "mean taken for a sum": (lambda g, x, y: g * 2 * x,
            "That is the gradient of the sum of the squares. The forward takes their mean."),
        "forward a sum, too": (MEAN_SQUARE.made(lambda g, x, y: g * 2 * x, lambda x: (x * x).sum()),
            "Now the two agree, but on the sum of the squares. MeanSquare has to compute what its name says."),
        "divided by the number of rows": (lambda g, x, y: g * 2 * x / len(x),
            "`len(x)` is the length of the first axis alone, and a single number has none. How many squares went into "
            "the mean?"),
        "divided by the last axis": (lambda g, x, y: g * 2 * x / x.shape[-1],
            "You divide by the length of one axis, and a single number has none. How many squares went into the mean?"),
        "matrices only": (lambda g, x, y: g * 2 * x / (x.shape[0] * x.shape[1]),
            "You divide by the lengths of two axes. x may have one, three or none: how many squares went into the "
            "mean?"),
        "2 missing": (lambda g, x, y: g * x / x.numel(),
            "Half of what it should be. What is the derivative of a square?"),
        "divided by one less": (lambda g, x, y: g * 2 * x / (x.numel() - 1),
            "You divide by one less than the number of entries, as a variance does. This is a plain mean."),
        "whole-number division": (lambda g, x, y: g * (2 // x.numel()) * x,
            "`//` rounds down to a whole number, and 2 // 15 is 0. `/` divides."),
        "divided twice": (lambda g, x, y: g * 2 * x / x.numel() ** 2,
            "You divide by the number of entries twice. The mean did so once."),
        "mean of the gradient": (lambda g, x, y: (g * 2 * x).mean(),
            "You return one number, a mean over all entries. Each entry of x has a gradient of its own."),
        "mean of the gradient, repeated": (lambda g, x, y: (g * 2 * x).mean().expand(x.shape),
            "All entries get the same, a mean. Each entry of x has a gradient of its own."),
        "x squared": (lambda g, x, y: g * 2 * x * x / x.numel(),
            "You multiply by the square itself. What is the derivative of a square?"),
        "size of x": (lambda g, x, y: g * 2 * x.abs() / x.numel(),
            "Where x is negative your sign is wrong: a larger x makes a smaller square there."),
        "forward writes into x": (MEAN_SQUARE.made(_right, lambda x: x.mul_(x).mean()),
            "Your forward squares x in place: afterwards neither the caller nor ctx has x, only its squares."),
        "root of the mean": (lambda g, x, y: g * x / (x.numel() * y.sqrt()),
            "That is the gradient of the root of the mean square. No root is taken here."),
        "mean of each row": (
            MEAN_SQUARE.made(lambda g, x, y: g[..., None] * 2 * x / x.shape[-1], lambda x: (x * x).mean(-1)),
            "Your forward takes a mean for each row. One mean over all entries is asked for."),
    }),
    hints=(
        "By how much does one of the squares move, and by how much the mean of all of them?",
        "2x, divided by the number of entries; times what comes back.",
        "`grad * 2 * x / x.numel()`",
    ),
    section=HUNT,
    notice="Descent with the broken one would still go downhill, with steps as many times too large as x has entries.",
)
