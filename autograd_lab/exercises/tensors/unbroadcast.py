"""`unbroadcast(grad, shape)`: the gradient of an array of that shape which was broadcast."""

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from autograd_lab.engine import Array
from autograd_lab.exercises.tensors.arrays import TERMS, Shape, by_torch, in_front, of_length_1, repeated, sum_down
from autograd_lab.grading.exercise import Draw, Exercise
from autograd_lab.grading.probes import Case, over
from autograd_lab.grading.slips import mistakes, of_vjp

SHAPES: tuple[tuple[Shape, Shape], ...] = (
    ((2, 3), (3,)), ((4, 3), (3,)), ((3, 3), (3,)), ((3, 3), (3, 1)), ((3, 3), (1, 3)), ((2, 3), (2, 1)),
    ((2, 3), (1, 3)), ((2, 3), (1, 1)), ((2, 3), (1,)), ((2, 3), ()), ((5,), (1,)), ((5,), ()), ((), ()),
    ((2, 3), (2, 3)), ((3, 1), (3, 1)), ((4, 2, 3), (3,)), ((4, 2, 3), (2, 3)), ((4, 2, 3), (1, 3)),
    ((4, 2, 3), (2, 1)), ((4, 2, 3), (4, 1, 3)), ((4, 2, 3), (1, 2, 1)), ((4, 2, 3), (4, 1, 1)), ((4, 2, 3), ()),
    ((2, 2, 2), (2, 1)), ((3, 3, 3), (3, 1, 3)), ((5, 4, 2, 3), (4, 1, 3)), ((5, 4, 2, 3), (2, 1)),
    ((5, 4, 2, 3), (1, 1, 3)), ((1, 3), (3,)), ((1, 4, 3), (1, 3)),
)

def broadcasts(draw: Draw) -> Iterator[Case]:
    for large, small in SHAPES:
        yield f"grad of shape {large}, shape = {small}", (draw.array(*large), small)
    yield "grad of shape (4, 3), transposed in memory", (draw.array(3, 4).T, (3,))

def _right(grad: Array, shape: Shape) -> Any:
    return by_torch(torch.broadcast_to)(grad, np.zeros(shape), grad.shape)

def _first(grad: Array, axis: Shape) -> Any:
    return grad[tuple(0 if i in axis else slice(None) for i in range(grad.ndim))]

def _matched_from_the_left(grad: Array, shape: Shape) -> Any:
    axes = tuple(i for i in range(grad.ndim) if i >= len(shape) or shape[i] == 1)
    return grad.sum(axes, keepdims=True).reshape([1 if i in axes else grad.shape[i] for i in range(len(shape))])

def _one_axis_in_front(grad: Array, shape: Shape) -> Any:
    if grad.ndim > len(shape):
        grad = grad.sum(0)
    return grad.sum(tuple(i for i, length in enumerate(shape) if length == 1), keepdims=True)

EXERCISE = Exercise(
    name="tensors.unbroadcast",
    probe=over(broadcasts, TERMS),
    reference=_right,
    alternatives=(
        lambda grad, shape: grad.sum(in_front(grad, shape)).sum(of_length_1(np.zeros(shape), shape), keepdims=True),
        lambda grad, shape: np.einsum(
            grad, range(grad.ndim), [i for i in range(grad.ndim) if i not in repeated(grad, shape)]).reshape(shape),
    ),
    mistakes=mistakes(of_vjp(_right, "x") | {
        "only axes in front": (lambda grad, shape: grad.sum(in_front(grad, shape)),
            "You sum over the axes that were put in front. Those of length 1 that were stretched count as well."),
        "only stretched axes": (lambda grad, shape: grad.sum(of_length_1(grad, shape), keepdims=True),
            "You sum over the axes of length 1. The axes that NumPy put in front have to be summed as well."),
        "axes of length 1 lost": (lambda grad, shape: grad.sum(repeated(grad, shape)),
            "The numbers are right, but the axes of length 1 are gone: the result must have the shape `shape`."),
        "axes in front kept": (lambda grad, shape: grad.sum(repeated(grad, shape), keepdims=True),
            "The numbers are right, but the axes that were put in front are still there, with length 1."),
        "mean for sum": (lambda grad, shape: sum_down(grad, shape, np.mean),
            "You take the mean over the copies. Each of them has its own effect, and effects add up."),
        "largest for sum": (lambda grad, shape: sum_down(grad, shape, np.max),
            "You keep the largest of what comes back. Contributions along different paths add up."),
        "first copy only": (lambda grad, shape: sum_down(grad, shape, _first),
            "You keep what comes back to the first copy. All copies are one number: add up what comes to each."),
        "reshaped": (lambda grad, shape: grad.reshape(shape),
            "`reshape` keeps all the numbers and only lays them out anew. Here they have to be added up."),
        "cut to size": (lambda grad, shape: np.resize(grad, shape),
            "`np.resize` keeps the first numbers and drops the others. They have to be added up."),
        "matched from the left": (_matched_from_the_left,
            "The two shapes are matched from the left. NumPy matches them from the right: new axes come in front."),
        "all summed up": (lambda grad, shape: grad.sum(),
            "Everything is summed up into one number. Sum only over the axes along which the array was repeated."),
        "all summed up and repeated": (lambda grad, shape: np.broadcast_to(grad.sum(), shape),
            "The shape is right, but every entry is the sum of all. Sum only over the axes of repetition."),
        "not summed": (lambda grad, shape: grad,
            "`grad` comes back as it was. Where the array was repeated, its copies' gradients add up."),
        "first axis only": (lambda grad, shape: grad.sum(0) if grad.ndim else grad,
            "You sum over axis 0, always. Which axes have to be summed depends on `shape`."),
        "one axis in front only": (_one_axis_in_front, "One axis in front is summed. There may be several."),
        "shape () forgotten": (lambda grad, shape: sum_down(grad, shape) if shape else grad,
            "Right, but for the shape (), which is that of a single number: there everything is summed."),
        "axes that have moved": (
            lambda grad, shape: functools.reduce(np.sum, repeated(grad, shape), grad).reshape(shape),
            "You sum axis after axis, but after the first sum those behind have moved forward. Sum over all at once."),
        "axes of length 1 only where new ones are": (
            lambda grad, shape: sum_down(grad, shape) if grad.ndim > len(shape) else grad,
            "Where both have as many axes nothing is summed. Axes of length 1 may have been stretched there, too."),
    }),
    hints=(
        "Into how many entries of the result did one entry of the array go? And which ones?",
        "Sum over the first grad.ndim − len(shape) axes, and over those whose length in `shape` is 1. Give the result "
        "the shape `shape`.",
        "`new = grad.ndim - len(shape)`; the axes are `range(new)`, and `new + i` for each i with `shape[i] == 1`; "
        "then `grad.sum(axis=tuple(axes)).reshape(shape)`.",
    ),
    section="Fan-out: what broadcasting does on the way back",
    notice="A sum over an axis of length 1 changes nothing, so it needn't be asked whether it was stretched.",
)
