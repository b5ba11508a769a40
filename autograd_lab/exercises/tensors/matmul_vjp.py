"""`matmul_vjp(grad, a, b)`: the way back through `a @ b`, batches of matrices included."""

from collections.abc import Iterator

import numpy as np
import torch

from autograd_lab.engine import Array
from autograd_lab.exercises.tensors.arrays import TERMS, Rule, Shape, by_torch, in_front, sum_down
from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.probes import Case, over
from autograd_lab.grading.slips import mistakes, of_vjp, renamed

SHAPES: tuple[tuple[Shape, Shape], ...] = (
    ((3, 3), (3, 3)), ((3, 3), (3, 3)), ((2, 3), (3, 4)), ((4, 2), (2, 3)), ((1, 3), (3, 1)), ((5, 1), (1, 2)),
    ((3, 3), (2, 3, 3)), ((2, 3, 3), (3, 3)), ((2, 3, 3), (2, 3, 3)), ((3, 3, 3), (3, 3, 3)),
    ((1, 3, 3), (2, 3, 3)), ((2, 3, 3), (1, 3, 3)), ((4, 2, 3), (4, 3, 5)), ((4, 2, 3), (3, 5)),
    ((2, 3), (4, 3, 5)), ((1, 2, 3), (4, 3, 5)), ((4, 1, 2, 3), (5, 3, 6)), ((5, 2, 3), (4, 1, 3, 6)),
    ((2, 3), (4, 5, 3, 2)), ((1, 1, 2, 3), (3, 4)),
)

def products(draw: Draw) -> Iterator[Case]:
    for first, second in SHAPES:
        a, b = draw.array(*first), draw.array(*second)
        yield f"a of shape {first}, b of shape {second}", (draw.array(*(a @ b).shape), a, b)

RIGHT = by_torch(torch.matmul, 2)

def _t(matrices: Array) -> Array:
    return np.swapaxes(matrices, -1, -2)

def _products(to_a: Rule, to_b: Rule) -> Rule:
    """Return the rule with other products, each summed down to its input's shape."""
    return lambda grad, a, b: (sum_down(to_a(grad, a, b), a.shape), sum_down(to_b(grad, a, b), b.shape))

def _down(for_a: Rule, for_b: Rule | None = None) -> Rule:
    """Return the rule in which the products are taken down to their inputs' shapes in another way."""
    return lambda grad, a, b: (for_a(grad @ _t(b), a.shape), (for_b or for_a)(_t(a) @ grad, b.shape))

def _not_summed(product: Array, shape: Shape) -> Array:
    return product

EXERCISE = Exercise(
    name="tensors.matmul_vjp",
    probe=over(products, TERMS),
    reference=RIGHT,
    alternatives=(
        lambda grad, a, b: [sum_down(_t(b @ _t(grad)), a.shape), sum_down(_t(_t(grad) @ a), b.shape)],
        _products(lambda grad, a, b: np.einsum("...ij,...kj->...ik", grad, b),
            lambda grad, a, b: (a[..., :, :, None] * grad[..., :, None, :]).sum(-3)),
    ),
    mistakes=mistakes(renamed(of_vjp(RIGHT, "a", "b"), {
        "swapped": "exchanged", "only the first": "only a", "only a": "nothing for b", "only b": "nothing for a",
    }) | {
        "transposes missing": (_products(lambda grad, a, b: grad @ b, lambda grad, a, b: a @ grad),
            "The right matrices stand on the right sides, but not transposed. By the shapes, which axes must meet?"),
        "wrong side": (_products(lambda grad, a, b: _t(b) @ grad, lambda grad, a, b: grad @ _t(a)),
            "The transposes are right, the sides aren't: b stands on the right in a @ b, and bᵀ does on the way back."),
        "own matrix": (_products(lambda grad, a, b: grad @ _t(a), lambda grad, a, b: _t(b) @ grad),
            "Each gradient is computed from its own matrix. How much the product moves with a depends on b."),
        "transposed": (lambda grad, a, b: tuple(map(_t, RIGHT(grad, a, b))),
            "Both gradients come out transposed: in entry (i, k) stands what belongs to (k, i)."),
        "b transposed": (lambda grad, a, b: (RIGHT(grad, a, b)[0], _t(RIGHT(grad, a, b)[1])),
            "The first is right. The second comes out transposed."),
        "a transposed": (lambda grad, a, b: (_t(RIGHT(grad, a, b)[0]), RIGHT(grad, a, b)[1]),
            "The second is right. The first comes out transposed."),
        "only b transposed first": (_products(lambda grad, a, b: grad @ _t(b), lambda grad, a, b: a @ grad),
            "The first is right. In the second a has to be transposed."),
        "only a transposed first": (_products(lambda grad, a, b: grad @ b, lambda grad, a, b: _t(a) @ grad),
            "The second is right. In the first b has to be transposed."),
        "batch not summed": (_down(_not_summed),
            "Right for equal batch axes. A matrix that served a whole batch fanned out: sum over the batch axes."),
        "batch not summed for a": (_down(_not_summed, sum_down),
            "The gradient of b is summed over the batch, that of a is not. Both may have been broadcast."),
        "batch not summed for b": (_down(sum_down, _not_summed),
            "The gradient of a is summed over the batch, that of b is not. Both may have been broadcast."),
        "mean over the batch": (_down(lambda product, shape: sum_down(product, shape, np.mean)),
            "You take the mean over the batch. What comes back along different paths adds up."),
        "only missing batch axes summed": (_down(lambda product, shape: product.sum(in_front(product, shape))),
            "Batch axes that are missing are summed. Those of length 1 were stretched, too."),
        "summed over all batches": (_down(lambda product, shape: product.sum(tuple(range(product.ndim - 2)))),
            "You sum over all batch axes. Sum only where one matrix served several: a batch has a batch of gradients."),
        "first of the batch": (_down(lambda product, shape: product[(0,) * (product.ndim - len(shape))]),
            "You take the gradient from the first of the batch. What comes from each of them adds up."),
        ".T for swapaxes": (_products(lambda grad, a, b: grad @ b.T, lambda grad, a, b: a.T @ grad),
            "Right for two axes. With a batch `.T` turns all axes round; only the last two should be exchanged."),
        "rule of the product": (lambda grad, a, b: (grad * b, grad * a),
            "That is the rule of `a * b`, entry by entry. In `a @ b` an entry of a goes into a whole row."),
        "operands sent back": (lambda grad, a, b: (b, a),
            "The other matrix comes back as it is. That is the slope of a product of numbers, without `grad`."),
    }),
    hints=(
        "Which shape must the gradient of a have, and how can it be made from those of grad and b?",
        "ā = ȳ bᵀ and b̄ = aᵀ ȳ, where ᵀ exchanges the last two axes. Then sum over what was broadcast.",
        "`grad @ b.swapaxes(-1, -2)` and `a.swapaxes(-1, -2) @ grad`, each through `unbroadcast` to its input's shape.",
    ),
    section="Matrix products",
    notice="Check the shapes: (n, m) @ (m, q) is grad @ bᵀ. They find many mistakes, but not where one of the matrices "
        "is square.",
)
