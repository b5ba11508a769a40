"""The exercises of lesson 04, `tensors`."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from autograd_lab.engine import Array
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step, mistakes

Axis = int | tuple[int, ...] | None


def _by_torch(operation: Callable[..., torch.Tensor], inputs: int) -> Callable[..., Any]:
    """Return the vjp of an operation of the first so many arrays, as torch.autograd computes it."""

    def vjp(grad: Array, *arguments: Any) -> Any:
        leaves = [torch.tensor(array, requires_grad=True) for array in arguments[:inputs]]
        result = operation(*leaves, *arguments[inputs:])
        back = [g.numpy() for g in torch.autograd.grad(result, leaves, torch.tensor(grad))]
        return tuple(back) if inputs > 1 else back[0]

    return vjp


Case = tuple[str, tuple[Any, ...]]


def _observed(answer: Any, cases: list[Case]) -> Iterator[Step]:
    """Call the answer for each case; then for the first again, and keep a result while another is computed."""
    kept = True
    for words, arguments in cases:
        given = _copies(arguments)
        yield words, answer(*given), _terms(arguments)
        kept = kept and all(map(np.array_equal, given, arguments))
    yield Rule("the arguments are left as they were"), kept
    (words, first), (_, second) = cases[0], cases[1]
    result = answer(*_copies(first))
    answer(*_copies(second))
    yield f"{words}, a result kept while another is computed", result, _terms(first)


def _copies(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return arrays of the answer's own, which lie in memory as the given ones do."""
    return tuple(a.copy(order="K") if isinstance(a, np.ndarray) else a for a in arguments)


def _terms(arguments: tuple[Any, ...]) -> float:
    """Return the size of what is added up: rounding is in proportion to it, however small the sum is."""
    return 10 * max(1.0, float(np.abs(arguments[0]).max(initial=0)))


GRAD_IGNORED = "Your result is the same whatever comes back: `grad` is ignored. The chain rule multiplies by it."
GRAD_SQUARED = "`grad` is multiplied in twice. Once is enough."
SIGN = "The size is right and the sign is wrong."


# Broadcasting


def _split(grad: Array, shape: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the axes of `grad` that were put in front, and those that have length 1 in `shape`."""
    front = tuple(range(grad.ndim - len(shape)))
    return front, tuple(len(front) + i for i, length in enumerate(shape) if length == 1)


def _sum_down(grad: Array, shape: tuple[int, ...], reduce: Callable[..., Any] = np.sum) -> Any:
    front, ones = _split(grad, shape)
    return np.reshape(reduce(grad, axis=(*front, *ones)), shape)


def probe_unbroadcast(answer: Any, draw: Draw) -> Iterator[Step]:
    cases: list[Case] = []
    for large, small in (
        ((2, 3), (3,)),
        ((4, 3), (3,)),
        ((3, 3), (3,)),
        ((3, 3), (3, 1)),
        ((3, 3), (1, 3)),
        ((2, 3), (2, 1)),
        ((2, 3), (1, 3)),
        ((2, 3), (1, 1)),
        ((2, 3), (1,)),
        ((2, 3), ()),
        ((5,), (1,)),
        ((5,), ()),
        ((), ()),
        ((2, 3), (2, 3)),
        ((3, 1), (3, 1)),
        ((4, 2, 3), (3,)),
        ((4, 2, 3), (2, 3)),
        ((4, 2, 3), (1, 3)),
        ((4, 2, 3), (2, 1)),
        ((4, 2, 3), (4, 1, 3)),
        ((4, 2, 3), (1, 2, 1)),
        ((4, 2, 3), (4, 1, 1)),
        ((4, 2, 3), ()),
        ((2, 2, 2), (2, 1)),
        ((3, 3, 3), (3, 1, 3)),
        ((5, 4, 2, 3), (4, 1, 3)),
        ((5, 4, 2, 3), (2, 1)),
        ((5, 4, 2, 3), (1, 1, 3)),
        ((1, 3), (3,)),
        ((1, 4, 3), (1, 3)),
    ):
        cases.append((f"grad of shape {large}, shape = {small}", (draw.array(*large), small)))
    cases.append(("grad of shape (4, 3), transposed in memory", (draw.array(3, 4).T, (3,))))
    yield from _observed(answer, cases)


def _as_if_from_the_left(grad: Array, shape: tuple[int, ...]) -> Any:
    axes = tuple(i for i in range(grad.ndim) if i >= len(shape) or shape[i] == 1)
    return grad.sum(axes, keepdims=True).reshape([grad.shape[i] if i not in axes else 1 for i in range(len(shape))])


def _one_axis_in_front(grad: Array, shape: tuple[int, ...]) -> Any:
    if grad.ndim > len(shape):
        grad = grad.sum(0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis, keepdims=True)
    return grad


def _one_axis_after_another(grad: Array, shape: tuple[int, ...]) -> Any:
    """Sum axis after axis without noticing that those behind move forward."""
    for axis in [*_split(grad, shape)[0], *_split(grad, shape)[1]]:
        grad = grad.sum(axis)
    return grad.reshape(shape)


UNBROADCAST = Exercise(
    name="tensors.unbroadcast",
    probe=probe_unbroadcast,
    reference=lambda grad, shape: _by_torch(torch.broadcast_to, 1)(grad, np.zeros(shape), grad.shape),
    alternatives=(
        lambda grad, shape: grad.sum(_split(grad, shape)[0]).sum(
            tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True
        ),
        lambda grad, shape: np.einsum(
            grad,
            list(range(grad.ndim)),
            [i for i in range(grad.ndim) if i not in (*_split(grad, shape)[0], *_split(grad, shape)[1])],
        ).reshape(shape),
    ),
    mistakes=mistakes(
        {
            "only axes in front": (
                lambda grad, shape: grad.sum(_split(grad, shape)[0]),
                "You sum over the axes that were put in front. Axes of length 1 that were stretched have to be summed "
                "as well.",
            ),
            "only stretched axes": (
                lambda grad, shape: grad.sum(_split(grad, shape)[1], keepdims=True),
                "You sum over the axes of length 1. The axes that NumPy put in front have to be summed as well.",
            ),
            "axes of length 1 lost": (
                lambda grad, shape: grad.sum((*_split(grad, shape)[0], *_split(grad, shape)[1])),
                "The numbers are right, but the axes of length 1 are gone: the result must have the shape `shape`.",
            ),
            "axes in front kept": (
                lambda grad, shape: grad.sum((*_split(grad, shape)[0], *_split(grad, shape)[1]), keepdims=True),
                "The numbers are right, but the axes that were put in front are still there, with length 1.",
            ),
            "mean for sum": (
                lambda grad, shape: _sum_down(grad, shape, np.mean),
                "You take the mean over the copies. Each of them has its own effect, and effects add up.",
            ),
            "largest for sum": (
                lambda grad, shape: _sum_down(grad, shape, np.max),
                "You keep the largest of what comes back. Contributions along different paths add up.",
            ),
            "first copy only": (
                lambda grad, shape: grad[
                    tuple(
                        0 if i in _split(grad, shape)[0] else slice(1 if i in _split(grad, shape)[1] else None)
                        for i in range(grad.ndim)
                    )
                ],
                "You keep what comes back to the first copy. All copies are one number: add up what comes to each.",
            ),
            "reshaped": (
                lambda grad, shape: grad.reshape(shape),
                "`reshape` keeps all the numbers and only lays them out anew. Here they have to be added up.",
            ),
            "cut to size": (
                lambda grad, shape: np.resize(grad, shape),
                "`np.resize` keeps the first numbers and drops the others. They have to be added up.",
            ),
            "matched from the left": (
                _as_if_from_the_left,
                "The two shapes are matched from the left. NumPy matches them from the right: new axes come in front.",
            ),
            "all summed up": (
                lambda grad, shape: grad.sum(),
                "Everything is summed up into one number. Sum only over the axes along which the array was repeated.",
            ),
            "all summed up and repeated": (
                lambda grad, shape: np.broadcast_to(grad.sum(), shape),
                "The shape is right, but every entry is the sum of all. Sum only over the axes of repetition.",
            ),
            "not summed": (
                lambda grad, shape: grad,
                "`grad` comes back as it was. Where the array was repeated, its copies' gradients add up.",
            ),
            "first axis only": (
                lambda grad, shape: grad.sum(0) if grad.ndim else grad,
                "You sum over axis 0, always. Which axes have to be summed depends on `shape`.",
            ),
            "one axis in front only": (
                _one_axis_in_front,
                "One axis in front is summed. There may be several.",
            ),
            "shape () forgotten": (
                lambda grad, shape: _sum_down(grad, shape) if shape else grad,
                "Right, but for the shape (), which is that of a single number: there everything is summed.",
            ),
            "axes that have moved": (
                _one_axis_after_another,
                "You sum axis after axis. After the first sum the axes behind it have moved forward, and the next sum "
                "takes the wrong one. Sum over all at once, or from the last to the first.",
            ),
            "axes of length 1 only where new ones are": (
                lambda grad, shape: _sum_down(grad, shape) if grad.ndim > len(shape) else grad,
                "Where both have as many axes nothing is summed. Axes of length 1 may have been stretched there, too.",
            ),
            "sign": (lambda grad, shape: -_sum_down(grad, shape), SIGN),
        }
    ),
    hints=(
        "Into how many entries of the result did one entry of the array go? And which ones?",
        "Sum over the first grad.ndim − len(shape) axes, and over those whose length in `shape` is 1. Give the result "
        "the shape `shape`.",
        "`new = grad.ndim - len(shape)`; the axes are `range(new)`, and `new + i` for each i with `shape[i] == 1`; then"
        " `grad.sum(axis=tuple(axes)).reshape(shape)`.",
    ),
    section="Fan-out: what broadcasting does on the way back",
    notice="A sum over an axis of length 1 changes nothing, so it needn't be asked whether it was stretched.",
)


# Matrix products


def _t(matrices: Array) -> Array:
    return np.swapaxes(matrices, -1, -2)


def _matmul_back(
    grad: Array, a: Array, b: Array, down: Callable[[Array, tuple[int, ...]], Any] = _sum_down
) -> tuple[Any, Any]:
    return down(grad @ _t(b), a.shape), down(_t(a) @ grad, b.shape)


def probe_matmul(answer: Any, draw: Draw) -> Iterator[Step]:
    cases: list[Case] = []
    for first, second in (
        ((3, 3), (3, 3)),
        ((3, 3), (3, 3)),
        ((2, 3), (3, 4)),
        ((4, 2), (2, 3)),
        ((1, 3), (3, 1)),
        ((5, 1), (1, 2)),
        ((3, 3), (2, 3, 3)),
        ((2, 3, 3), (3, 3)),
        ((2, 3, 3), (2, 3, 3)),
        ((3, 3, 3), (3, 3, 3)),
        ((1, 3, 3), (2, 3, 3)),
        ((2, 3, 3), (1, 3, 3)),
        ((4, 2, 3), (4, 3, 5)),
        ((4, 2, 3), (3, 5)),
        ((2, 3), (4, 3, 5)),
        ((1, 2, 3), (4, 3, 5)),
        ((4, 1, 2, 3), (5, 3, 6)),
        ((5, 2, 3), (4, 1, 3, 6)),
        ((2, 3), (4, 5, 3, 2)),
        ((1, 1, 2, 3), (3, 4)),
    ):
        a, b = draw.array(*first), draw.array(*second)
        cases.append((f"a of shape {first}, b of shape {second}", (draw.array(*(a @ b).shape), a, b)))
    yield from _observed(answer, cases)


MATMUL_VJP = Exercise(
    name="tensors.matmul_vjp",
    probe=probe_matmul,
    reference=_by_torch(torch.matmul, 2),
    alternatives=(
        lambda grad, a, b: [_sum_down(_t(b @ _t(grad)), a.shape), _sum_down(_t(_t(grad) @ a), b.shape)],
        lambda grad, a, b: (
            _sum_down(np.einsum("...ij,...kj->...ik", grad, b), a.shape),
            _sum_down((a[..., :, :, None] * grad[..., :, None, :]).sum(-3), b.shape),
        ),
    ),
    mistakes=mistakes(
        {
            "exchanged": (
                lambda grad, a, b: _matmul_back(grad, a, b)[::-1],
                "The two gradients have changed places: the first belongs to a.",
            ),
            "transposes missing": (
                lambda grad, a, b: (_sum_down(grad @ b, a.shape), _sum_down(a @ grad, b.shape)),
                "The right matrices stand on the right sides, but not transposed. Compare the shapes: which axes must "
                "meet?",
            ),
            "wrong side": (
                lambda grad, a, b: (_sum_down(_t(b) @ grad, a.shape), _sum_down(grad @ _t(a), b.shape)),
                "The transposes are right, the sides are not: b stands on the right in a @ b, and its transpose does "
                "in what goes back to a.",
            ),
            "own matrix": (
                lambda grad, a, b: (_sum_down(grad @ _t(a), a.shape), _sum_down(_t(b) @ grad, b.shape)),
                "Each gradient is computed from its own matrix. How much the product moves with a depends on b.",
            ),
            "transposed": (
                lambda grad, a, b: tuple(map(_t, _matmul_back(grad, a, b))),
                "Both gradients come out transposed: in entry (i, k) stands what belongs to (k, i).",
            ),
            "b transposed": (
                lambda grad, a, b: (_matmul_back(grad, a, b)[0], _t(_matmul_back(grad, a, b)[1])),
                "The first is right. The second comes out transposed.",
            ),
            "a transposed": (
                lambda grad, a, b: (_t(_matmul_back(grad, a, b)[0]), _matmul_back(grad, a, b)[1]),
                "The second is right. The first comes out transposed.",
            ),
            "only b transposed first": (
                lambda grad, a, b: (_sum_down(grad @ _t(b), a.shape), _sum_down(a @ grad, b.shape)),
                "The first is right. In the second a has to be transposed.",
            ),
            "only a transposed first": (
                lambda grad, a, b: (_sum_down(grad @ b, a.shape), _sum_down(_t(a) @ grad, b.shape)),
                "The second is right. In the first b has to be transposed.",
            ),
            "batch not summed": (
                lambda grad, a, b: (grad @ _t(b), _t(a) @ grad),
                "Right for equal batch axes. Where one matrix served a whole batch its gradient has the batch axes "
                "still: it fanned out, so they have to be summed.",
            ),
            "batch not summed for a": (
                lambda grad, a, b: (grad @ _t(b), _sum_down(_t(a) @ grad, b.shape)),
                "The gradient of b is summed over the batch, that of a is not. Both may have been broadcast.",
            ),
            "batch not summed for b": (
                lambda grad, a, b: (_sum_down(grad @ _t(b), a.shape), _t(a) @ grad),
                "The gradient of a is summed over the batch, that of b is not. Both may have been broadcast.",
            ),
            "mean over the batch": (
                lambda grad, a, b: _matmul_back(grad, a, b, lambda g, shape: _sum_down(g, shape, np.mean)),
                "You take the mean over the batch. What comes back along different paths adds up.",
            ),
            "only missing batch axes summed": (
                lambda grad, a, b: _matmul_back(grad, a, b, lambda g, shape: g.sum(_split(g, shape)[0])),
                "Batch axes that are missing are summed. Those of length 1 were stretched, too.",
            ),
            "summed over all batches": (
                lambda grad, a, b: _matmul_back(grad, a, b, lambda g, shape: g.sum(tuple(range(g.ndim - 2)))),
                "You sum over all batch axes. A batch of matrices has a batch of gradients: sum only where one matrix "
                "served several.",
            ),
            "first of the batch": (
                lambda grad, a, b: _matmul_back(grad, a, b, lambda g, shape: g[(0,) * (g.ndim - len(shape))]),
                "You take the gradient from the first of the batch. What comes from each of them adds up.",
            ),
            ".T for swapaxes": (
                lambda grad, a, b: (_sum_down(grad @ b.T, a.shape), _sum_down(a.T @ grad, b.shape)),
                "Right for two axes. With a batch `.T` turns all axes round; only the last two should be exchanged.",
            ),
            "rule of the product": (
                lambda grad, a, b: (grad * b, grad * a),
                "That is the rule of `a * b`, entry by entry. In `a @ b` an entry of a goes into a whole row.",
            ),
            "grad ignored": (
                lambda grad, a, b: _matmul_back(np.ones(np.shape(grad)), a, b),
                GRAD_IGNORED,
            ),
            "operands sent back": (
                lambda grad, a, b: (b, a),
                "The other matrix comes back as it is. That is the slope of a product of numbers, without `grad`.",
            ),
            "only a": (
                lambda grad, a, b: _matmul_back(grad, a, b)[0],
                "One array came back, that for a. Return a pair, one for each input.",
            ),
            "nothing for b": (
                lambda grad, a, b: (_matmul_back(grad, a, b)[0], np.zeros_like(b)),
                "Nothing goes back to b. Both matrices move the product.",
            ),
            "sign": (lambda grad, a, b: tuple(-g for g in _matmul_back(grad, a, b)), SIGN),
        }
    ),
    hints=(
        "Which shape must the gradient of a have, and how can it be made from those of grad and b?",
        "ā = ȳ bᵀ and b̄ = aᵀ ȳ, where ᵀ exchanges the last two axes. Then sum over what was broadcast.",
        "`grad @ b.swapaxes(-1, -2)` and `a.swapaxes(-1, -2) @ grad`, each through `unbroadcast` to its input's shape.",
    ),
    section="Matrix products",
    notice="Check the shapes: (n, m) @ (m, q) is grad @ bᵀ. They find many mistakes, but not where one of the matrices "
    "is square.",
)


# Reductions


def _axes(x: Array, axis: Axis) -> tuple[int, ...]:
    """Return the axes as a tuple of non-negative ones."""
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,)))


def _count(x: Array, axis: Axis) -> int:
    return math.prod(x.shape[a] for a in _axes(x, axis))


def _spread(grad: Array, x: Array, axis: Axis) -> Array:
    return np.broadcast_to(np.expand_dims(grad, _axes(x, axis)), x.shape)


def _torch_axes(x: torch.Tensor, axis: Axis) -> tuple[int, ...]:
    return tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)


AXES: tuple[tuple[tuple[int, ...], Axis], ...] = (
    ((3, 3), 0),
    ((3, 3), 1),
    ((3, 3), -1),
    ((2, 3), 1),
    ((2, 3), 0),
    ((2, 3), -1),
    ((2, 3), -2),
    ((2, 3), None),
    ((5,), None),
    ((5,), 0),
    ((5,), -1),
    ((5,), (0,)),
    ((2, 3, 4), None),
    ((2, 3, 4), 0),
    ((2, 3, 4), 1),
    ((2, 3, 4), 2),
    ((2, 3, 4), -1),
    ((2, 3, 4), -2),
    ((2, 3, 4), (0, 1)),
    ((2, 3, 4), (1, 2)),
    ((2, 3, 4), (0, 2)),
    ((2, 3, 4), (2, 0)),
    ((2, 3, 4), (-1, 0)),
    ((2, 3, 4), (-3, -2)),
    ((2, 3, 4), (-2,)),
    ((2, 3, 4), (0, 1, 2)),
    ((2, 3, 3), (1, 2)),
    ((4, 1), 1),
)


def _reductions(draw: Draw) -> list[Case]:
    cases: list[Case] = []
    for shape, axis in AXES:
        x = draw.array(*shape)
        grad = draw.array(*np.shape(x.sum(axis)))
        cases.append((f"x of shape {shape}, axis = {axis}", (grad, x, axis)))
    return cases


def probe_reduction(answer: Any, draw: Draw) -> Iterator[Step]:
    yield from _observed(answer, _reductions(draw))


def _inserted(grad: Array, x: Array, axis: Axis) -> Array:
    """Put axes back with list.insert, which counts negative places from the end of the shorter list."""
    shape = list(np.shape(grad))
    for a in sorted(_axes(x, None) if axis is None else axis if isinstance(axis, tuple) else (axis,)):
        shape.insert(a, 1)
    return np.broadcast_to(np.reshape(grad, shape), x.shape)


def _in_the_given_order(grad: Array, x: Array, axis: Axis) -> Array:
    for a in _axes(x, axis):
        grad = np.expand_dims(grad, a)
    return np.broadcast_to(grad, x.shape)


def _zero_for_none(axis: Axis) -> Axis:
    """Return what `if axis:` sees."""
    return axis or None


NOT_PUT_BACK = (
    "The summed axis is missing in `grad`, so NumPy matches the others from the right, and takes the wrong one. Put "
    "the axis back first, with length 1."
)
ZERO_FOR_NONE = (
    "axis = 0 is treated as if there were none: `if axis` and `not axis` take 0 for nothing. Ask `axis is None`."
)
GIVEN_ORDER = (
    "You put the axes back one after another in the order in which they are given. For (2, 0) that order is the wrong "
    "one. Go from the smallest to the largest, or put them back at once."
)


SUM_VJP = Exercise(
    name="tensors.sum_vjp",
    probe=probe_reduction,
    reference=_by_torch(lambda x, axis: x.sum(_torch_axes(x, axis)), 1),
    alternatives=(
        lambda grad, x, axis: np.ones(x.shape) * np.reshape(grad, x.sum(axis, keepdims=True).shape),
        lambda grad, x, axis: np.moveaxis(
            np.broadcast_to(grad, (*(x.shape[a] for a in sorted(_axes(x, axis))), *np.shape(grad))),
            range(len(_axes(x, axis))),
            sorted(_axes(x, axis)),
        ),
    ),
    mistakes=mistakes(
        {
            "not broadcast back": (
                lambda grad, x, axis: grad,
                "`grad` comes back as it was. The gradient of x has the shape of x: each entry that was summed gets "
                "what came back to the sum.",
            ),
            "axis not put back": (lambda grad, x, axis: np.broadcast_to(grad, x.shape), NOT_PUT_BACK),
            "axis put back at the end": (
                lambda grad, x, axis: np.broadcast_to(np.expand_dims(grad, -1), x.shape),
                "The axis is put back as the last one, always. It belongs where it was.",
            ),
            "axis put back in front": (
                lambda grad, x, axis: np.broadcast_to(np.expand_dims(grad, 0), x.shape),
                "The axis is put back as the first one, always. It belongs where it was.",
            ),
            "grad ignored": (
                lambda grad, x, axis: np.ones(x.shape),
                "Everything is 1: that is the slope of a sum. The chain rule multiplies it by `grad`.",
            ),
            "rule of the mean": (
                lambda grad, x, axis: _spread(grad, x, axis) / _count(x, axis),
                "You divide by how many were summed. That is the rule of a mean; in a sum each entry counts fully.",
            ),
            "times x": (
                lambda grad, x, axis: _spread(grad, x, axis) * x,
                "You multiply by x. A sum moves as much as its entry does, however large that is.",
            ),
            "times the count": (
                lambda grad, x, axis: _spread(grad, x, axis) * _count(x, axis),
                "You multiply by how many were summed. Each of them gets `grad` once.",
            ),
            "all of grad summed": (
                lambda grad, x, axis: np.full(x.shape, np.sum(grad)),
                "Every entry gets the sum of all of `grad`. An entry of x went into one sum only: which one?",
            ),
            "filled up in order": (
                lambda grad, x, axis: np.resize(grad, x.shape),
                "The numbers of `grad` are filled in one after another until x's shape is full. Each has to go where "
                "the entries of its sum stood.",
            ),
            "repeated in a row": (
                lambda grad, x, axis: np.repeat(grad, x.size // np.size(grad)).reshape(x.shape),
                "Each number of `grad` is repeated in a row. That is right for the last axes only.",
            ),
            "negative axis inserted": (
                _inserted,
                "For negative axes it goes wrong: `insert` counts -1 from the end of the shorter list. Add x.ndim to a "
                "negative axis first.",
            ),
            "axes in the given order": (_in_the_given_order, GIVEN_ORDER),
            "first axis of the tuple only": (
                lambda grad, x, axis: np.broadcast_to(np.expand_dims(grad, _axes(x, axis)[:1]), x.shape),
                "Only the first axis of the tuple is put back. All of them were summed away.",
            ),
            "axis kept with length 1": (
                lambda grad, x, axis: np.expand_dims(grad, _axes(x, axis)),
                "The axis is back, but with length 1. Each entry of x should have its own number.",
            ),
            "forward": (
                lambda grad, x, axis: x.sum(axis),
                "That is the way forward, the sum itself. The way back spreads `grad` over x.",
            ),
            "summed again": (
                lambda grad, x, axis: _spread(grad, x, axis).sum(axis),
                "`grad` is spread and then summed once more. The gradient of x has the shape of x.",
            ),
            "sign": (lambda grad, x, axis: -_spread(grad, x, axis), SIGN),
        }
    ),
    hints=(
        "In which sum did an entry of x take part, and how much does that sum move when the entry does?",
        "Put the summed axes back with length 1, then broadcast to x's shape.",
        "For None take `tuple(range(x.ndim))`. Then `np.broadcast_to(np.expand_dims(grad, axis), x.shape)`.",
    ),
    section="Reductions",
    notice="A sum's way back is a broadcast, and a broadcast's way back is a sum: each is the transpose of the other.",
)


def _divided(count: Callable[[Array, Array, Axis], float]) -> Callable[[Array, Array, Axis], Any]:
    """Return a rule of the mean that divides by another number."""
    return lambda grad, x, axis: _spread(grad, x, axis) / count(grad, x, axis)


MEAN_VJP = Exercise(
    name="tensors.mean_vjp",
    probe=probe_reduction,
    reference=_by_torch(lambda x, axis: x.mean(_torch_axes(x, axis)), 1),
    alternatives=(
        lambda grad, x, axis: _spread(grad, x, axis) * np.mean(np.ones(x.shape)) / _count(x, axis),
        lambda grad, x, axis: _spread(grad / (x.size / np.size(grad)), x, axis).tolist(),
    ),
    mistakes=mistakes(
        {
            "sum for mean": (
                lambda grad, x, axis: _spread(grad, x, axis),
                "That is the rule of a sum. When one of n entries moves, their mean moves an nth as much.",
            ),
            "divided by the length of axis 0": (
                _divided(lambda grad, x, axis: x.shape[0]),
                "You divide by the length of axis 0, whichever axes the mean was taken over.",
            ),
            "divided by the length of the last axis": (
                _divided(lambda grad, x, axis: x.shape[-1]),
                "You divide by the length of the last axis, whichever axes the mean was taken over.",
            ),
            "divided by the number of entries": (
                _divided(lambda grad, x, axis: x.size),
                "You divide by the number of all entries of x. Each mean was taken over some of them only.",
            ),
            "divided by the number of means": (
                _divided(lambda grad, x, axis: np.size(grad)),
                "You divide by the number of means. It is the number of entries in each that counts.",
            ),
            "divided by the number of axes": (
                _divided(lambda grad, x, axis: len(_axes(x, axis))),
                "You divide by the number of axes. It is their lengths that count.",
            ),
            "divided by the sum of lengths": (
                _divided(lambda grad, x, axis: sum(x.shape[a] for a in _axes(x, axis))),
                "For several axes you divide by the sum of their lengths. How many entries do they hold together?",
            ),
            "first axis of the tuple counted": (
                _divided(lambda grad, x, axis: x.shape[_axes(x, axis)[0]]),
                "For several axes you divide by the length of the first one only.",
            ),
            "multiplied": (
                lambda grad, x, axis: _spread(grad, x, axis) * _count(x, axis),
                "You multiply by the number of entries. One entry among many moves the mean only a little.",
            ),
            "divided twice": (
                _divided(lambda grad, x, axis: _count(x, axis) ** 2),
                "You divide by the number of entries twice.",
            ),
            "whole-number division": (
                lambda grad, x, axis: _spread(grad, x, axis) // _count(x, axis),
                "`//` rounds down to a whole number. `/` divides.",
            ),
            "not broadcast back": (
                lambda grad, x, axis: grad / _count(x, axis),
                "The numbers are right, but the shape is still that of the mean. Each entry of x gets its share.",
            ),
            "axis not put back": (
                lambda grad, x, axis: np.broadcast_to(grad, x.shape) / _count(x, axis),
                NOT_PUT_BACK,
            ),
            "axis kept with length 1": (
                lambda grad, x, axis: np.expand_dims(grad, _axes(x, axis)) / _count(x, axis),
                "The axis is back, but with length 1. Each entry of x should have its own number.",
            ),
            "divided by one less": (
                _divided(lambda grad, x, axis: _count(x, axis) - 1 or np.nan),
                "You divide by n − 1, as in a variance. A mean divides by n.",
            ),
            "grad ignored": (
                lambda grad, x, axis: np.ones(x.shape) / _count(x, axis),
                GRAD_IGNORED,
            ),
            "mean of grad": (
                lambda grad, x, axis: np.full(x.shape, np.mean(grad)),
                "Every entry gets the mean of all of `grad`. An entry of x went into one mean only: which one?",
            ),
            "0 taken for None": (
                lambda grad, x, axis: (
                    np.broadcast_to(
                        grad if _zero_for_none(axis) is None else np.expand_dims(grad, _axes(x, axis)), x.shape
                    )
                    / _count(x, _zero_for_none(axis))
                ),
                ZERO_FOR_NONE,
            ),
            "times x": (
                lambda grad, x, axis: _spread(grad, x, axis) * x / _count(x, axis),
                "You multiply by x. A mean moves with its entry, however large that is.",
            ),
            "axes in the given order": (
                lambda grad, x, axis: _in_the_given_order(grad, x, axis) / _count(x, axis),
                GIVEN_ORDER,
            ),
            "sign": (lambda grad, x, axis: -_spread(grad, x, axis) / _count(x, axis), SIGN),
        }
    ),
    hints=(
        "A mean is a sum and a division. By which number?",
        "The rule of the sum, divided by how many entries went into each mean.",
        "`sum_vjp(grad, x, axis) / count`, where `count = x.size / np.size(grad)`.",
    ),
    section="Reductions",
    notice="The mean's gradient is the sum's divided by the number of entries: one reason why a learning rate depends "
    "on how a loss is averaged.",
)


def probe_max(answer: Any, draw: Draw) -> Iterator[Step]:
    cases: list[Case] = []
    for words in ("no ties", "ties"):
        for shape, axis in AXES:
            x = draw.array(*shape, low=-9, high=9)
            if words == "ties":
                x = np.asarray(draw.rng.integers(-3, 1, shape).astype(float))
            grad = draw.array(*np.shape(x.max(axis)))
            cases.append((f"x of shape {shape}, axis = {axis}, {words}", (grad, x, axis)))
    high = draw.number(2, 4)
    special: tuple[tuple[str, list[list[float]]], ...] = (
        ("one row's largest is in others too", [[high, high, 1.0], [high + 1, 1.0, high], [1.0, high, 0.0]]),
        ("all entries equal", [[-high] * 3] * 3),
        ("nearly a tie", [[high, high - 1e-9, 0.0], [0.0, high, high]]),
        ("x all 0", [[0.0] * 3] * 2),
    )
    axes: tuple[Axis, ...] = (1, 0, None)
    for words, rows in special:
        for axis in axes:
            x = np.array(rows)
            cases.append((f"{words}, axis = {axis}", (draw.array(*np.shape(x.max(axis))), x, axis)))
    yield from _observed(answer, cases)


def _largest(x: Array, axis: Axis) -> Array:
    return np.asarray(x == x.max(axis, keepdims=True))


def _shared(grad: Array, x: Array, axis: Axis) -> Array:
    mask = _largest(x, axis)
    return np.asarray(mask / mask.sum(axis, keepdims=True) * _spread(grad, x, axis))


def _one_of_the_ties(last: bool) -> Callable[[Array, Array, Axis], Any]:
    def vjp(grad: Array, x: Array, axis: Axis) -> Any:
        axes = tuple(sorted(_axes(x, axis)))
        rest = tuple(a for a in range(x.ndim) if a not in axes)
        rows = np.transpose(x, (*rest, *axes)).reshape(*(x.shape[a] for a in rest), -1)
        place = rows.shape[-1] - 1 - rows[..., ::-1].argmax(-1) if last else rows.argmax(-1)
        chosen = np.arange(rows.shape[-1]) == np.expand_dims(place, -1)
        back = chosen.reshape([x.shape[a] for a in (*rest, *axes)]).transpose(np.argsort((*rest, *axes)).tolist())
        return back * _spread(grad, x, axis)

    return vjp


def _by_argmax(grad: Array, x: Array, axis: Axis) -> Any:
    if isinstance(axis, tuple):
        x.argmax(axis)  # type: ignore[call-overload]  # raises
    return _one_of_the_ties(last=False)(grad, x, axis)


MAX_VJP = Exercise(
    name="tensors.max_vjp",
    probe=probe_max,
    reference=_by_torch(lambda x, axis: x.amax(_torch_axes(x, axis)), 1),
    alternatives=(
        lambda grad, x, axis: np.where(
            _largest(x, axis), np.expand_dims(grad / _largest(x, axis).sum(axis), _axes(x, axis)), 0
        ),
        lambda grad, x, axis: _largest(x, axis) * _spread(np.divide(grad, _largest(x, axis).sum(axis)), x, axis),
    ),
    mistakes=mistakes(
        {
            "every tie gets all": (
                lambda grad, x, axis: _largest(x, axis) * _spread(grad, x, axis),
                "Right where one entry is the largest. Where several are, each gets all of `grad`; they should share "
                "it.",
            ),
            "first tie only": (
                _one_of_the_ties(last=False),
                "Right where one entry is the largest. Where several are, only the first of them gets something, as "
                "`argmax` finds it; they should share.",
            ),
            "last tie only": (
                _one_of_the_ties(last=True),
                "Right where one entry is the largest. Where several are, only the last of them gets something; they "
                "should share.",
            ),
            "divided by the axis length": (
                lambda grad, x, axis: _largest(x, axis) * _spread(grad, x, axis) / _count(x, axis),
                "You divide by the number of entries that were compared. Only the largest ones share.",
            ),
            "ties counted over everything": (
                lambda grad, x, axis: _largest(x, axis) * _spread(grad, x, axis) / _largest(x, axis).sum(),
                "The ties of all groups are counted together. Each group shares its own gradient.",
            ),
            "largest of all": (
                lambda grad, x, axis: (x == x.max()) * _spread(grad, x, axis),
                "You look for the largest entry of all of x. Each group along the axis has its own.",
            ),
            "largest of all, shared": (
                lambda grad, x, axis: (
                    (x == x.max()) / np.maximum(1, (x == x.max()).sum(axis, keepdims=True)) * _spread(grad, x, axis)
                ),
                "You look for the largest entry of all of x. Each group along the axis has its own.",
            ),
            "largest value anywhere": (
                lambda grad, x, axis: (
                    np.isin(x, x.max(axis)) / np.isin(x, x.max(axis)).sum(axis, keepdims=True) * _spread(grad, x, axis)
                ),
                "An entry gets something when it equals the largest of another group. Compare it with its own.",
            ),
            "grad ignored": (
                lambda grad, x, axis: _largest(x, axis) / _largest(x, axis).sum(axis, keepdims=True),
                GRAD_IGNORED,
            ),
            "halved for every tie": (
                lambda grad, x, axis: (
                    _largest(x, axis)
                    / np.minimum(2, _largest(x, axis).sum(axis, keepdims=True))
                    * _spread(grad, x, axis)
                ),
                "Where there are ties you halve the gradient. Three that are equal should get a third each.",
            ),
            "largest size": (
                lambda grad, x, axis: _shared(grad, np.abs(x), axis),
                "You look for the entry of the largest size. The maximum of -3 and 2 is 2.",
            ),
            "begun at 0": (
                lambda grad, x, axis: _shared(grad, x, axis) * (_spread(x.max(axis), x, axis) >= 0),
                "Where all entries are negative you find no largest one: does your search for it begin at 0?",
            ),
            "argmax, no tuples": (
                _by_argmax,
                "`argmax` finds only the first of several that are equal, and takes no tuple of axes. Compare x with "
                "its maximum instead.",
            ),
            "grad ignored, ties whole": (
                lambda grad, x, axis: _largest(x, axis).astype(float),
                "You return where the largest entries are. The chain rule multiplies that by `grad`, and ties share.",
            ),
            "rule of the sum": (
                lambda grad, x, axis: _spread(grad, x, axis),
                "Every entry gets `grad`, as in a sum. A maximum moves only with its largest entries.",
            ),
            "smallest": (
                lambda grad, x, axis: _shared(grad, -x, axis),
                "The smallest entries get the gradient. It is the largest ones that were passed on.",
            ),
            "value sent back": (
                lambda grad, x, axis: _shared(grad, x, axis) * x,
                "You multiply by the value itself. A maximum moves as much as its largest entry does, whatever its "
                "size.",
            ),
            "axis not put back": (
                lambda grad, x, axis: _largest(x, axis) / _largest(x, axis).sum(axis, keepdims=True) * grad,
                NOT_PUT_BACK,
            ),
            "axis not put back for the comparison": (
                lambda grad, x, axis: (
                    (x == x.max(axis)) / (x == x.max(axis)).sum(axis, keepdims=True) * _spread(grad, x, axis)
                ),
                "`x == x.max(axis)` compares each entry with the largest of the wrong group: the axis is missing. "
                "`keepdims=True` leaves it in place.",
            ),
            "nearly equal ones share": (
                lambda grad, x, axis: (
                    np.isclose(x, x.max(axis, keepdims=True))
                    / np.isclose(x, x.max(axis, keepdims=True)).sum(axis, keepdims=True)
                    * _spread(grad, x, axis)
                ),
                "Entries that are only nearly the largest get a share: that is what `np.isclose` does. Here equal "
                "means equal, since the maximum is one of the entries.",
            ),
            "0 taken for None": (
                lambda grad, x, axis: (
                    _largest(x, _zero_for_none(axis))
                    / _largest(x, _zero_for_none(axis)).sum(_axes(x, _zero_for_none(axis)), keepdims=True)
                    * (grad if _zero_for_none(axis) is None else _spread(grad, x, axis))
                ),
                ZERO_FOR_NONE,
            ),
            "share of zeros": (
                lambda grad, x, axis: (
                    np.where(x == x.max(axis, keepdims=True), x, 0)
                    / np.where(x == x.max(axis, keepdims=True), x, 0).sum(axis, keepdims=True)
                    * _spread(grad, x, axis)
                ),
                "You share in proportion to the values. Where the largest is 0 that divides by 0: count the ties "
                "instead.",
            ),
            "not broadcast back": (
                lambda grad, x, axis: grad,
                "`grad` comes back as it was. The gradient of x has the shape of x.",
            ),
            "forward": (
                lambda grad, x, axis: x.max(axis),
                "That is the way forward, the maximum itself. The way back sends `grad` to where it came from.",
            ),
            "sign": (lambda grad, x, axis: -_shared(grad, x, axis), SIGN),
        }
    ),
    hints=(
        "Which entries does the maximum move with? And how many of them are there in each group?",
        "An array of ones and zeros, one where x equals its group's largest, divided by their number in the group; "
        "times grad with its axis put back.",
        "`largest = x == x.max(axis, keepdims=True)`; `share = largest / largest.sum(axis, keepdims=True)`; then times "
        "what `sum_vjp` returns.",
    ),
    section="Reductions",
    notice="The gradient finds its way by comparing: a maximum is a switch that is set on the way forward.",
)


# Indexing


def probe_take(answer: Any, draw: Draw) -> Iterator[Step]:
    cases: list[Case] = []

    def add(words: str, shape: tuple[int, ...], indices: Array) -> None:
        grad = draw.array(*indices.shape, *shape[1:])
        cases.append((f"x of shape {shape}, indices {words}", (grad, draw.array(*shape), indices)))

    for shape in ((5,), (5, 3), (4, 2, 3), (3, 3)):
        n = shape[0]
        once, other = (int(i) for i in draw.rng.permutation(n)[:2])
        add(f"[{once}, {other}]", shape, np.array([once, other]))
        add(f"[{other}, {once}]", shape, np.array([other, once]))
        add(f"[{once}, {once}]", shape, np.array([once, once]))
        add(f"[{once}, {other}, {once}]", shape, np.array([once, other, once]))
        add(f"[{once - n}, {other}]", shape, np.array([once - n, other]))
        add(f"[{once}, {once - n}]", shape, np.array([once, once - n]))
        add(str(once), shape, np.array(once))
        add(str(once - n), shape, np.array(once - n))
        rows = draw.rng.integers(0, n, (2, 3))
        rows[0, 1] = rows[0, 0]
        add(f"{rows.tolist()}", shape, rows)
        columns = draw.rng.integers(0, n, (3, 2))
        columns[2] = columns[0]
        add(f"{columns.tolist()}", shape, columns)
        deep = draw.rng.integers(-n, n, (2, 1, 3))
        add(f"{deep.tolist()}", shape, deep)
    add("of all rows, the last first", (5, 2), np.arange(5)[::-1])
    add("of shape (0,)", (3, 2), np.zeros(0, int))
    yield from _observed(answer, cases)


def _put(write: Callable[[Array, Array, Array], None]) -> Callable[[Array, Array, Array], Array]:
    """Return a rule that writes `grad` into zeros somehow: `write(gradient, indices, grad)`."""

    def vjp(grad: Array, x: Array, indices: Array) -> Array:
        gradient = np.zeros(x.shape)
        write(gradient, indices, grad)
        return gradient

    return vjp


def _assign(gradient: Array, indices: Array, grad: Array) -> None:
    gradient[indices] = grad


def _add_by_index(gradient: Array, indices: Array, grad: Array) -> None:
    gradient[indices] += grad


def _add_row_by_row(gradient: Array, indices: Array, grad: Array) -> None:
    pairs = zip(indices, grad, strict=True) if indices.ndim else [(indices, grad)]
    for index, row in pairs:
        gradient[index] += row


def _first_pick(gradient: Array, indices: Array, grad: Array) -> None:
    for index in reversed(list(np.ndindex(indices.shape))):
        gradient[indices[index]] = grad[index]


def _once_each(reduce: Callable[..., Any]) -> Callable[[Array, Array, Array], None]:
    def write(gradient: Array, indices: Array, grad: Array) -> None:
        flat, rows = indices.ravel() % len(gradient), grad.reshape(indices.size, *gradient.shape[1:])
        for index in set(flat.tolist()):
            gradient[index] = reduce(rows[flat == index], 0)

    return write


def _scatter(transform: Callable[[Array, int], Array]) -> Callable[[Array, Array, Array], None]:
    """Return a writer that adds at other indices: `transform(indices, n)`."""
    return lambda gradient, indices, grad: np.add.at(gradient, transform(indices, len(gradient)), grad)


def _skip_negative(gradient: Array, indices: Array, grad: Array) -> None:
    np.add.at(gradient, indices[indices >= 0], grad[indices >= 0])


def _one_number_each(gradient: Array, indices: Array, grad: Array) -> None:
    for index, row in zip(indices, grad, strict=True):
        gradient[int(index)] += row


def _counted(gradient: Array, indices: Array, grad: Array) -> None:
    flat, rows = indices.ravel(), grad.reshape(indices.size, -1)
    for column in range(rows.shape[1]):
        gradient.reshape(len(gradient), -1)[:, column] = np.bincount(flat, rows[:, column], len(gradient))


TAKE_VJP = Exercise(
    name="tensors.take_vjp",
    probe=probe_take,
    reference=_by_torch(lambda x, indices: x[torch.tensor(indices.copy())], 1),
    alternatives=(
        lambda grad, x, indices: np.tensordot(
            np.eye(len(x))[:, indices.ravel()], grad.reshape(indices.size, *x.shape[1:]), 1
        ),
        _put(_once_each(np.sum)),
    ),
    mistakes=mistakes(
        {
            "repeats overwritten": (
                _put(_add_by_index),
                "Right where every index comes up once. Of a repeated one only the last pick counts: `=` puts it in the"
                " place of those before, and `gradient[indices] += …` has done all its reading before it writes.",
            ),
            "+= row by row": (
                _put(_add_row_by_row),
                "Right for a list of indices. Where `indices` has more axes you go through the first only, and `+=` "
                "loses what is repeated within a row.",
            ),
            "first pick only": (
                _put(_first_pick),
                "Of a repeated index only the first pick counts. All of them add up.",
            ),
            "mean of the picks": (
                _put(_once_each(np.mean)),
                "The picks of one row are averaged. What comes back along different paths adds up.",
            ),
            "largest of the picks": (
                _put(_once_each(np.max)),
                "Of several picks of one row the largest gradient is kept. They add up.",
            ),
            "shaped like grad": (
                lambda grad, x, indices: grad,
                "`grad` comes back as it was. The gradient has the shape of x, with 0 where nothing was picked.",
            ),
            "picked again": (
                lambda grad, x, indices: x[indices],
                "That is the way forward, picking itself. The way back puts `grad` where the entries came from.",
            ),
            "picked from grad": (
                lambda grad, x, indices: grad[indices],
                "You pick from `grad`. It has to be put into an array of the shape of x.",
            ),
            "grad ignored": (
                _put(lambda gradient, indices, grad: np.add.at(gradient, indices, 1.0)),
                "You count how often each was picked. The chain rule multiplies each pick by its `grad`.",
            ),
            "marked": (
                _put(lambda gradient, indices, grad: _assign(gradient, indices, np.ones(grad.shape))),
                "Everything that was picked gets 1. It should get what comes back in `grad`.",
            ),
            "negative indices skipped": (
                _put(_skip_negative),
                "Negative indices are passed over. They count from the end, and their entries were picked, too.",
            ),
            "negative indices turned": (
                _put(_scatter(lambda indices, n: np.abs(indices))),
                "A negative index counts from the end; yours goes to the same number from the beginning.",
            ),
            "from the end": (
                _put(_scatter(lambda indices, n: -1 - indices % n)),
                "Your rows are counted from the end. Index 0 is the first.",
            ),
            "off by one": (
                _put(_scatter(lambda indices, n: indices % n - 1)),
                "Each gradient lands one row too early. Index 0 is the first row.",
            ),
            "in order": (
                lambda grad, x, indices: np.resize(np.concatenate([grad.ravel(), np.zeros(x.size)]), x.shape),
                "The numbers of `grad` are filled in from the beginning. Each belongs where `indices` says.",
            ),
            "counted in a flat array": (
                _put(lambda gradient, indices, grad: np.add.at(gradient.reshape(-1), indices, grad.reshape(-1)[0:1])),
                "Your indices count single entries. They pick whole rows, along axis 0.",
            ),
            "begun with x": (
                lambda grad, x, indices: x + _put(_scatter(lambda i, n: i))(grad, x, indices),
                "The sums are right, but they were added to x. Begin with zeros: the gradient doesn't contain x.",
            ),
            "negative index refused": (
                _put(_counted),
                "It stops at a negative index. They count from the end: adding the length of x to them makes them "
                "positive.",
            ),
            "several axes refused": (
                _put(_one_number_each),
                "Your loop takes `indices` for a list of numbers. They may have any shape, that of a single number "
                "too: flatten both first.",
            ),
            "sign": (
                _put(lambda gradient, indices, grad: np.add.at(gradient, indices, -grad)),
                SIGN,
            ),
        }
    ),
    hints=(
        "Into how many results did row 3 go? What comes back to it, and what to a row that was never picked?",
        "Begin with zeros of x's shape. For each index, add the piece of grad that belongs to it. `np.add.at` does.",
        "`gradient = np.zeros(x.shape)`; `np.add.at(gradient, indices, grad)`; return it.",
    ),
    section="Picking entries",
    notice="Picking is a product with a matrix of ones and zeros; the way back is the product with its transpose.",
)


# Softmax


def _softmax(x: Array, axis: Axis = -1) -> Array:
    powers = np.exp(x - x.max(axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis, keepdims=True))


def _softmax_back(grad: Array, p: Array, axis: Axis = -1) -> Any:
    return p * (grad - (grad * p).sum(axis, keepdims=True))


def _unstable(x: Array) -> Array:
    return np.asarray(np.exp(x) / np.exp(x).sum(-1, keepdims=True))


def probe_softmax(answer: Any, draw: Draw) -> Iterator[Step]:
    cases: list[Case] = []
    for shape in ((3,), (3,), (5,), (2, 3), (4, 3), (3, 3), (4, 1), (1, 4), (2, 3, 4), (3, 3, 3), (2, 1, 3)):
        cases.append((f"x of shape {shape}", (draw.array(*shape), draw.array(*shape))))
    x = draw.array(3, 4)
    cases.append(("the same grad in each row", (np.tile(draw.array(4), (3, 1)), x)))
    cases.append(("grad the same everywhere", (np.full((3, 4), draw.number(1, 2)), x)))
    cases.append(("grad negative", (draw.array(3, 4, low=-3, high=-1), x)))
    cases.append(("all scores equal", (draw.array(4), np.full(4, draw.number()))))
    cases.append(("grad 0 but for one entry", (np.eye(4)[1] * draw.number(1, 3), draw.array(4))))
    for words, shift in (("around 1000", 1000.0), ("around −1000", -1000.0)):
        cases.append((f"scores {words}", (draw.array(5), draw.array(5) + shift)))
        cases.append((f"rows {words}", (draw.array(2, 3), draw.array(2, 3) + shift)))
    mixed = draw.array(2, 4) + np.array([[1000.0], [-1000.0]])
    cases.append(("one row around 1000, one around −1000", (draw.array(2, 4), mixed)))
    cases.append(("scores around 1000, 0 and −1000", (draw.array(3), np.array([1000.3, 0.1, -999.7]))))
    yield from _observed(answer, cases)


SOFTMAX_VJP = Exercise(
    name="tensors.softmax_vjp",
    probe=probe_softmax,
    reference=_by_torch(lambda x: x.softmax(-1), 1),
    alternatives=(
        lambda grad, x: _softmax(x) * grad - _softmax(x) * np.sum(_softmax(x) * grad, -1, keepdims=True),
        lambda grad, x: np.einsum(
            "...i,...ij->...j",
            grad,
            _softmax(x)[..., :, None] * (np.eye(x.shape[-1]) - _softmax(x)[..., None, :]),
        ),
    ),
    mistakes=mistakes(
        {
            "diagonal only": (
                lambda grad, x: grad * _softmax(x) * (1 - _softmax(x)),
                "That is the diagonal of the table: how each probability moves with its own score. Every score moves "
                "every probability.",
            ),
            "off the diagonal only": (
                lambda grad, x: -_softmax(x) * ((grad * _softmax(x)).sum(-1, keepdims=True) - grad * _softmax(x)),
                "The diagonal of the table is missing: how each probability moves with its own score.",
            ),
            "sign of the sum": (
                lambda grad, x: _softmax(x) * (grad + (grad * _softmax(x)).sum(-1, keepdims=True)),
                "The two parts are right and their sign isn't: off the diagonal the table is negative, since a score "
                "that grows takes from the others.",
            ),
            "sum missing": (
                lambda grad, x: grad * _softmax(x),
                "You multiply by the probabilities. That is the part with δ; the sum over all outputs is missing.",
            ),
            "diagonal missing": (
                lambda grad, x: -_softmax(x) * (grad * _softmax(x)).sum(-1, keepdims=True),
                "That is the part without δ. An output moves with its own score in one more way.",
            ),
            "not weighted outside": (
                lambda grad, x: grad - (grad * _softmax(x)).sum(-1, keepdims=True),
                "The bracket is right. It is multiplied by the probability p_j.",
            ),
            "not weighted inside": (
                lambda grad, x: _softmax(x) * (grad - grad.sum(-1, keepdims=True)),
                "The gradients are summed as they are. In the sum each is weighted by its probability.",
            ),
            "mean for the weighted sum": (
                lambda grad, x: _softmax(x) * (grad - grad.mean(-1, keepdims=True)),
                "You subtract the plain mean. In the sum each gradient is weighted by its probability.",
            ),
            "weighted by the probability twice": (
                lambda grad, x: _softmax(x) * (grad - (grad * _softmax(x) ** 2).sum(-1, keepdims=True)),
                "In the sum the probabilities stand squared. Each gradient is weighted once.",
            ),
            "unstable": (
                lambda grad, x: _softmax_back(grad, _unstable(x)),
                "Right for small scores. exp(1000) overflows, and exp(−1000) is 0 for all: subtract each row's largest "
                "score first, which changes nothing else.",
            ),
            "one largest for all rows": (
                lambda grad, x: _softmax_back(grad, np.exp(x - x.max()) / np.exp(x - x.max()).sum(-1, keepdims=True)),
                "You subtract the largest score of all rows. In a row far below it every exponential is 0: each row "
                "needs its own largest.",
            ),
            "over the first axis": (
                lambda grad, x: _softmax_back(grad, _softmax(x, 0), 0),
                "The softmax is taken over the first axis. It goes over the last.",
            ),
            "over everything": (
                lambda grad, x: _softmax_back(grad, _softmax(x, None), None),
                "The softmax is taken over all entries at once. Each row along the last axis is one of its own.",
            ),
            "sum over the first axis": (
                lambda grad, x: _softmax_back(grad, _softmax(x), 0),
                "The probabilities are right; the sum goes over the first axis. It goes over the last.",
            ),
            "sum over everything": (
                lambda grad, x: _softmax_back(grad, _softmax(x), None),
                "The probabilities are right; the sum goes over all entries. It goes over the last axis, row by row.",
            ),
            "keepdims missing": (
                lambda grad, x: _softmax(x) * (grad - (grad * _softmax(x)).sum(-1)),
                "Right for one row. With several, the summed axis has to stay in place with length 1, or the sums meet "
                "the wrong rows: `keepdims=True`.",
            ),
            "output for the input": (
                lambda grad, x: _softmax_back(grad, x),
                "You take x for the probabilities. It holds the scores: the softmax has to be computed first.",
            ),
            "softmax twice": (
                lambda grad, x: _softmax_back(grad, _softmax(_softmax(x))),
                "The softmax is taken twice.",
            ),
            "grad ignored": (
                lambda grad, x: _softmax(x) * (1 - _softmax(x)),
                "Your result is the same whatever comes back: `grad` is ignored. And that is the diagonal only.",
            ),
            "rule of log-softmax": (
                lambda grad, x: grad - _softmax(x) * grad.sum(-1, keepdims=True),
                "That is the rule of log-softmax. Here the probabilities themselves are the result.",
            ),
            "rule of the cross-entropy": (
                lambda grad, x: _softmax(x) - grad,
                "p − target is what cross-entropy sends back to the scores, when `grad` holds targets. Here `grad` is "
                "the gradient of the probabilities.",
            ),
            "rule of exp": (
                lambda grad, x: grad * np.exp(x),
                "That is the rule of exp. The softmax divides by a sum, in which every score takes part.",
            ),
            "forward": (
                lambda grad, x: _softmax(x),
                "That is the way forward, the probabilities themselves. The way back multiplies by `grad` and the "
                "table of slopes.",
            ),
            "all zero": (
                lambda grad, x: np.zeros(x.shape),
                "Nothing comes back from you. That is right only where `grad` is the same for all outputs.",
            ),
            "grad squared": (lambda grad, x: _softmax_back(grad * grad, _softmax(x)), GRAD_SQUARED),
            "sign": (lambda grad, x: -_softmax_back(grad, _softmax(x)), SIGN),
        }
    ),
    hints=(
        "How does p_i move with x_j? The table is given: multiply it by grad and add up over i.",
        "Σ_i grad_i p_i (δ_ij − p_j): the part with δ leaves one term, the other has p_j in front of a sum.",
        "With p the softmax, computed from x minus each row's largest: `p * (grad - (grad * p).sum(axis=-1, "
        "keepdims=True))`.",
    ),
    section="Softmax",
    notice="The same grad everywhere sends nothing back: probabilities always add up to 1, so only differences count.",
)


EXERCISES = (UNBROADCAST, MATMUL_VJP, SUM_VJP, MEAN_VJP, MAX_VJP, TAKE_VJP, SOFTMAX_VJP)
