"""`softmax_vjp(grad, x)`: the way back through a softmax along the last axis."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.exercises.tensors.arrays import TERMS, Rule, by_torch
from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.probes import Case, over
from autograd_lab.grading.slips import mistakes, of_vjp, without

RIGHT = by_torch(lambda x: x.softmax(-1))

def scores(draw: Draw) -> Iterator[Case]:
    for shape in ((3,), (3,), (5,), (2, 3), (4, 3), (3, 3), (4, 1), (1, 4), (2, 3, 4), (3, 3, 3), (2, 1, 3)):
        yield f"x of shape {shape}", (draw.array(*shape), draw.array(*shape))
    x = draw.array(3, 4)
    yield "the same grad in each row", (np.tile(draw.array(4), (3, 1)), x)
    yield "grad the same everywhere", (np.full((3, 4), draw.number(1, 2)), x)
    yield "grad negative", (draw.array(3, 4, low=-3, high=-1), x)
    yield "all scores equal", (draw.array(4), np.full(4, draw.number()))
    yield "grad 0 but for one entry", (np.eye(4)[1] * draw.number(1, 3), draw.array(4))
    for words, shift in (("around 1000", 1000.0), ("around −1000", -1000.0)):
        yield f"scores {words}", (draw.array(5), draw.array(5) + shift)
        yield f"rows {words}", (draw.array(2, 3), draw.array(2, 3) + shift)
    mixed = draw.array(2, 4) + np.array([[1000.0], [-1000.0]])
    yield "one row around 1000, one around −1000", (draw.array(2, 4), mixed)
    yield "scores around 1000, 0 and −1000", (draw.array(3), np.array([1000.3, 0.1, -999.7]))

def _softmax(x: Array, axis: int | None = -1) -> Array:
    powers = np.exp(x - x.max(axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis, keepdims=True))

def _sum(terms: Array, axis: int | None = -1) -> Any:
    return terms.sum(axis, keepdims=True)

def _of(softmax: Callable[[Array], Array], axis: int | None = -1) -> Rule:
    """Return the rule for other probabilities, or with its sum over another axis."""
    def vjp(grad: Array, x: Array) -> Any:
        p = softmax(x)
        return p * (grad - _sum(grad * p, axis))
    return vjp

def _with(rule: Rule) -> Rule:
    """Return the rule that gets `grad` and the probabilities."""
    return lambda grad, x: rule(grad, _softmax(x))

EXERCISE = Exercise(
    name="tensors.softmax_vjp",
    probe=over(scores, TERMS),
    reference=RIGHT,
    alternatives=(
        _with(lambda grad, p: p * grad - p * np.sum(p * grad, -1, keepdims=True)),
        _with(lambda grad, p: np.einsum(
            "...i,...ij->...j", grad, p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :]))),
    ),
    mistakes=mistakes(without(of_vjp(RIGHT, "x"), "nothing sent") | {
        "all zero": (lambda grad, x: np.zeros(x.shape),
            "Nothing comes back from you. That is right only where `grad` is the same for all outputs."),
        "grad ignored": (_with(lambda grad, p: p * (1 - p)),
            "Your result is the same whatever comes back: `grad` is ignored. And that is the diagonal only."),
        "diagonal only": (_with(lambda grad, p: grad * p * (1 - p)),
            "That is the diagonal of the table, what each score does to its own probability. It moves all of them."),
        "off the diagonal only": (_with(lambda grad, p: -p * (_sum(grad * p) - grad * p)),
            "The diagonal of the table is missing: how each probability moves with its own score."),
        "sign of the sum": (_with(lambda grad, p: p * (grad + _sum(grad * p))),
            "Right but for one sign: off the diagonal the table is negative. A growing score takes from the others."),
        "sum missing": (_with(lambda grad, p: grad * p),
            "You multiply by the probabilities. That is the part with δ; the sum over all outputs is missing."),
        "diagonal missing": (_with(lambda grad, p: -p * _sum(grad * p)),
            "That is the part without δ. An output moves with its own score in one more way."),
        "not weighted outside": (_with(lambda grad, p: grad - _sum(grad * p)),
            "The bracket is right. It is multiplied by the probability p_j."),
        "not weighted inside": (_with(lambda grad, p: p * (grad - _sum(grad))),
            "The gradients are summed as they are. In the sum each is weighted by its probability."),
        "mean for the weighted sum": (_with(lambda grad, p: p * (grad - grad.mean(-1, keepdims=True))),
            "You subtract the plain mean. In the sum each gradient is weighted by its probability."),
        "weighted by the probability twice": (_with(lambda grad, p: p * (grad - _sum(grad * p**2))),
            "In the sum the probabilities stand squared. Each gradient is weighted once."),
        "unstable": (_of(lambda x: np.exp(x) / _sum(np.exp(x))),
            "Right for small scores. exp(1000) overflows, exp(−1000) is 0: subtract each row's largest score first."),
        "one largest for all rows": (_of(lambda x: np.exp(x - x.max()) / _sum(np.exp(x - x.max()))),
            "You subtract the largest of all scores, so rows far below become 0 / 0: each row needs its own largest."),
        "over the first axis": (_of(lambda x: _softmax(x, 0), 0),
            "The softmax is taken over the first axis. It goes over the last."),
        "over everything": (_of(lambda x: _softmax(x, None), None),
            "The softmax is taken over all entries at once. Each row along the last axis is one of its own."),
        "sum over the first axis": (_of(_softmax, 0),
            "The probabilities are right; the sum goes over the first axis. It goes over the last."),
        "sum over everything": (_of(_softmax, None),
            "The probabilities are right; the sum goes over all entries. It goes over the last axis, row by row."),
        "keepdims missing": (_with(lambda grad, p: p * (grad - (grad * p).sum(-1))),
            "Right for one row. With several the sums meet the wrong rows: keep their axis in place, `keepdims=True`."),
        "output for the input": (_of(lambda x: x),
            "You take x for the probabilities. It holds the scores: the softmax has to be computed first."),
        "softmax twice": (_of(lambda x: _softmax(_softmax(x))), "The softmax is taken twice."),
        "rule of log-softmax": (_with(lambda grad, p: grad - p * _sum(grad)),
            "That is the rule of log-softmax. Here the probabilities themselves are the result."),
        "rule of the cross-entropy": (_with(lambda grad, p: p - grad),
            "p − target is what cross-entropy sends back. Here `grad` is no target, but the probabilities' gradient."),
        "rule of exp": (lambda grad, x: grad * np.exp(x),
            "That is the rule of exp. The softmax divides by a sum, in which every score takes part."),
        "forward": (_with(lambda grad, p: p),
            "Those are the probabilities, the way forward. The way back multiplies `grad` by the table of slopes."),
    }),
    hints=(
        "How does p_i move with x_j? The table is given: multiply it by grad and add up over i.",
        "Σ_i grad_i p_i (δ_ij − p_j): the part with δ leaves one term, the other has p_j in front of a sum.",
        "With p the softmax, computed from x minus each row's largest: `p * (grad - (grad * p).sum(axis=-1, "
        "keepdims=True))`.",
    ),
    section="Softmax",
    notice="The same grad everywhere sends nothing back: probabilities always add up to 1, so only differences count.",
)
