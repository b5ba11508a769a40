"""`take_vjp(grad, x, indices)`: the way back through `x[indices]`, where an index may come up again."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from autograd_lab.engine import Array
from autograd_lab.exercises.tensors.arrays import TERMS, Rule, by_torch
from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.probes import Case, over
from autograd_lab.grading.slips import mistakes, of_vjp

RIGHT = by_torch(lambda x, indices: x[torch.tensor(indices.copy())])

def picks(draw: Draw) -> Iterator[Case]:
    for shape in ((5,), (5, 3), (4, 2, 3), (3, 3)):
        n = shape[0]
        once, other = (int(i) for i in draw.rng.permutation(n)[:2])
        rows, columns = draw.rng.integers(0, n, (2, 3)), draw.rng.integers(0, n, (3, 2))
        rows[0, 1], columns[2] = rows[0, 0], columns[0]
        for indices in (
            [once, other], [other, once], [once, once], [once, other, once], [once - n, other], [once, once - n],
            once, once - n, rows, columns, draw.rng.integers(-n, n, (2, 1, 3)),
        ):
            array = np.asarray(indices)
            yield f"x of shape {shape}, indices {array.tolist()}", _pick(draw, shape, array)
    yield "x of shape (5, 2), indices of all rows, the last first", _pick(draw, (5, 2), np.arange(5)[::-1])
    yield "x of shape (3, 2), indices of shape (0,)", _pick(draw, (3, 2), np.zeros(0, int))

def _pick(draw: Draw, shape: tuple[int, ...], indices: Array) -> tuple[Array, Array, Array]:
    return draw.array(*indices.shape, *shape[1:]), draw.array(*shape), indices

def _put(write: Callable[[Array, Array, Array], Any]) -> Rule:
    """Return a rule that writes `grad` into zeros somehow: `write(gradient, indices, grad)`."""
    def vjp(grad: Array, x: Array, indices: Array) -> Array:
        gradient = np.zeros(x.shape)
        write(gradient, indices, grad)
        return gradient
    return vjp

def _add_row_by_row(gradient: Array, indices: Array, grad: Array) -> None:
    for index, row in zip(indices, grad, strict=True) if indices.ndim else [(indices, grad)]:
        gradient[index] += row

def _counted(grad: Array, x: Array, indices: Array) -> Any:
    np.bincount(indices.ravel())  # refuses negative numbers
    return RIGHT(grad, x, indices)

def _in_a_list(grad: Array, x: Array, indices: Array) -> Any:
    return RIGHT(grad, x, np.array([int(index) for index in indices], int))

def _once_each(reduce: Callable[..., Any]) -> Rule:
    """Return a rule that puts together what comes back to the picks of one row."""
    def write(gradient: Array, indices: Array, grad: Array) -> None:
        flat, rows = indices.ravel() % len(gradient), grad.reshape(indices.size, *gradient.shape[1:])
        for index in set(flat.tolist()):
            gradient[index] = reduce(rows[flat == index], 0)
    return _put(write)

def _at(places: Callable[[Array, int], Array]) -> Rule:
    """Return a rule that adds at other places than the indices: `places(indices, n)`."""
    return _put(lambda gradient, indices, grad: np.add.at(gradient, places(indices, len(gradient)), grad))

EXERCISE = Exercise(
    name="tensors.take_vjp",
    probe=over(picks, TERMS),
    reference=RIGHT,
    alternatives=(
        lambda grad, x, indices: np.tensordot(
            np.eye(len(x))[:, indices.ravel()], grad.reshape(indices.size, *x.shape[1:]), 1),
        _once_each(np.sum),
    ),
    mistakes=mistakes(of_vjp(RIGHT, "x") | {
        "grad ignored": (lambda grad, x, indices: RIGHT(np.ones(grad.shape), x, indices),
            "You count how often each was picked. The chain rule multiplies each pick by its `grad`."),
        "repeats overwritten": (_once_each(lambda rows, axis: rows[-1]),
            "Of a repeated index only the last pick counts. `=` overwrites those before, and `gradient[indices] += …` "
            "has done all its reading before it writes."),
        "+= row by row": (_put(_add_row_by_row),
            "Where `indices` has more axes you go through the first only, and `+=` loses what repeats within a row."),
        "first pick only": (_once_each(lambda rows, axis: rows[0]),
            "Of a repeated index only the first pick counts. All of them add up."),
        "mean of the picks": (_once_each(np.mean),
            "The picks of one row are averaged. What comes back along different paths adds up."),
        "largest of the picks": (_once_each(np.max),
            "Of several picks of one row the largest gradient is kept. They add up."),
        "shaped like grad": (lambda grad, x, indices: grad,
            "`grad` comes back as it was. The gradient has the shape of x, with 0 where nothing was picked."),
        "picked again": (lambda grad, x, indices: x[indices],
            "That is the way forward, picking itself. The way back puts `grad` where the entries came from."),
        "picked from grad": (lambda grad, x, indices: grad[indices],
            "You pick from `grad`. It has to be put into an array of the shape of x."),
        "marked": (_once_each(lambda rows, axis: 1.0),
            "Everything that was picked gets 1. It should get what comes back in `grad`."),
        "negative indices skipped": (lambda grad, x, indices: RIGHT(grad[indices >= 0], x, indices[indices >= 0]),
            "Negative indices are passed over. They count from the end, and their entries were picked, too."),
        "negative indices turned": (_at(lambda indices, n: np.abs(indices)),
            "A negative index counts from the end; yours goes to the same number from the beginning."),
        "from the end": (_at(lambda indices, n: -1 - indices % n),
            "Your rows are counted from the end. Index 0 is the first."),
        "off by one": (_at(lambda indices, n: indices % n - 1),
            "Each gradient lands one row too early. Index 0 is the first row."),
        "in order": (lambda grad, x, indices: np.resize(np.concatenate([grad.ravel(), np.zeros(x.size)]), x.shape),
            "The numbers of `grad` are filled in from the beginning. Each belongs where `indices` says."),
        "counted in a flat array": (
            _put(lambda gradient, indices, grad: np.add.at(gradient.reshape(-1), indices, grad.reshape(-1)[0:1])),
            "Your indices count single entries. They pick whole rows, along axis 0."),
        "begun with x": (lambda grad, x, indices: x + RIGHT(grad, x, indices),
            "The sums are right, but they were added to x. Begin with zeros: the gradient doesn't contain x."),
        "negative index refused": (_counted,
            "It stops at a negative index. They count from the end: adding the length of x makes them positive."),
        "several axes refused": (_in_a_list,
            "Your loop takes `indices` for a list of numbers. They may have any shape, even (): flatten both first."),
    }),
    hints=(
        "Into how many results did row 3 go? What comes back to it, and what to a row that was never picked?",
        "Begin with zeros of x's shape. For each index, add the piece of grad that belongs to it. `np.add.at` does.",
        "`gradient = np.zeros(x.shape)`; `np.add.at(gradient, indices, grad)`; return it.",
    ),
    section="Picking entries",
    notice="Picking is a product with a matrix of ones and zeros; the way back is the product with its transpose.",
)
