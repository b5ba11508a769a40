"""`Softmax.apply(x)`, over the last axis: its backward has the diagonal of the Jacobian only."""

import torch
from torch import Tensor

from autograd_lab.exercises.gradient_checking.operations import HUNT, Operation, of_shapes
from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.slips import without

DRAWN = of_shapes((3, 3), (3, 3), (2, 4), (2, 3, 4), (3, 3, 3), (5,), (3, 1))

def _far_apart(draw: Draw) -> Tensor:
    return draw.tensor(2, 3) + 1000 * torch.tensor([[1.0], [-1.0]], dtype=torch.float64)

SOFTMAX = Operation(
    "Softmax", lambda x: torch.softmax(x, -1), lambda draw: (*DRAWN(draw), (_far_apart(draw),), (draw.tensor(4) * 20,)))

def _right(g: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return y * (g - (g * y).sum(-1, keepdim=True))

EXERCISE = Exercise(
    name="gradient_checking.Softmax",
    probe=SOFTMAX.probe,
    reference=SOFTMAX.by_autograd(),
    alternatives=SOFTMAX.all(
        SOFTMAX.function(
            lambda x: (x - x.logsumexp(-1, keepdim=True)).exp(),
            lambda ctx, g: torch.ops.aten._softmax_backward_data(g, ctx.saved_tensors[0], -1, g.dtype),
            lambda ctx, inputs, output: ctx.save_for_backward(output)),
        lambda g, x, y: torch.einsum("...ij,...j->...i", torch.diag_embed(y) - y[..., None] * y[..., None, :], g),
        lambda g, x, y: (g * y * (1 - y) - y * ((g * y).sum(-1, keepdim=True) - g * y), None),
    ),
    mistakes=SOFTMAX.mistakes(without(SOFTMAX.slips(_right), "nothing sent") | {
        "only the diagonal": (lambda g, x, y: g * y * (1 - y),
            "That is how each result moves with its own entry. All of them share a denominator: each moves with the "
            "others' entries, too."),
        "only the diagonal, incoming gradient ignored": (lambda g, x, y: y * (1 - y),
            "That is how each result moves with its own entry, whatever comes back. The incoming gradient is missing, "
            "and so is what the others have to do with it."),
        "denominator taken for constant": (lambda g, x, y: g * y,
            "Your gradient is that of exp(x) over a fixed number. The denominator moves with x, too."),
        "summed over everything": (lambda g, x, y: y * (g - (g * y).sum()),
            "Your sum runs over all entries. Each row has a softmax of its own."),
        "summed over axis 0": (lambda g, x, y: y * (g - (g * y).sum(0)),
            "Your sum runs over axis 0. The entries that share a denominator lie along the last."),
        "summed over axis 1": (lambda g, x, y: y * (g - (g * y).sum(1, keepdim=True)),
            "Axis 1 is the last only for a matrix. x may have one axis, or three."),
        "axis lost in the sum": (lambda g, x, y: y * (g - (g * y).sum(-1)),
            "The sum runs over the right axis and takes it away: where the shapes fit at all, each row's sum goes to a "
            "column. Keep the axis."),
        "mean for sum": (lambda g, x, y: y * (g - (g * y).mean(-1, keepdim=True)),
            "You subtract a mean where a sum is due: the weights y add up to 1 already."),
        "sum without weights": (lambda g, x, y: y * (g - g.sum(-1, keepdim=True)),
            "The sum that you subtract takes all incoming gradients alike. Each has its weight."),
        "mean without weights": (lambda g, x, y: y * (g - g.mean(-1, keepdim=True)),
            "The mean that you subtract takes all incoming gradients alike. Each has its weight."),
        "plus for minus": (lambda g, x, y: y * (g + (g * y).sum(-1, keepdim=True)),
            "The right two terms, joined by the wrong sign: what another entry gains is taken from this one."),
        "not weighted in front": (lambda g, x, y: g - (g * y).sum(-1, keepdim=True),
            "What stands in the bracket is right. How much an entry moves the result also depends on its own share."),
        "second term not weighted": (lambda g, x, y: g * y - (g * y).sum(-1, keepdim=True),
            "The sum is subtracted from every entry alike. Each entry's share belongs to that term, too."),
        "own entry taken away twice": (lambda g, x, y: g * y * (1 - y) - y * (g * y).sum(-1, keepdim=True),
            "To the diagonal you add the whole sum, which has the entry itself in it: it counts twice."),
        "log-softmax": (lambda g, x, y: g - y * g.sum(-1, keepdim=True),
            "That is the backward of the logarithm of softmax. This one returns the softmax itself."),
        "arguments for shares": (lambda g, x, y: _right(g, x, x),
            "The formula is right, but it is fed with x. It speaks of the result."),
        "overflow": (SOFTMAX.made(_right, lambda x: x.exp() / x.exp().sum(-1, keepdim=True)),
            "Right for small numbers. exp(1000) is infinite and exp(−1000) is 0: `torch.softmax` takes care of that."),
        "forward over axis 0": (SOFTMAX.made(lambda g, x, y: y * (g - (g * y).sum(0)), lambda x: torch.softmax(x, 0)),
            "Your forward goes along axis 0. It was right along the last."),
    }),
    hints=(
        "x at j moves: which of the results move, and by how much, the j-th and another one, the i-th?",
        "The i-th moves by yᵢ(1 − yᵢ) with its own entry, and by −yᵢyⱼ with another. Times gᵢ and added up over i: "
        "yⱼ(gⱼ − Σ gᵢyᵢ).",
        "`y * (grad - (grad * y).sum(-1, keepdim=True))`",
    ),
    section=HUNT,
    notice="Every row of the gradient adds up to 0: adding the same number to a whole row of x changes nothing.",
)
