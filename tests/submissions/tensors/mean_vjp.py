"""Answers written blind for `tensors.mean_vjp`, each under the verdict that it deserves."""

import functools
import math

import numpy as np
import torch
from submissions import passes, rejected
from submissions.tensors import sum_vjp
from submissions.tensors._shared import axes_of, with_kept_axes

_spread = sum_vjp.read_only_broadcast_view.answer
_spread_by_ndindex = sum_vjp.picks_entry_by_entry.answer

ratio_of_sizes = passes(lambda grad, x, axis: _spread(grad, x, axis) * (np.size(grad) / x.size))

@passes
def read_only_view(grad, x, axis):
    if axis is None:
        axis = range(x.ndim)
    elif isinstance(axis, int):
        axis = [axis]
    count = math.prod(x.shape[a] for a in axis)
    return np.broadcast_to(np.expand_dims(grad, tuple(axis)) / count, x.shape)

@passes  # the mean of a one-hot array gives the weight of one entry
def means_of_one_hot_arrays(grad, x, axis):
    out = np.zeros(x.shape)
    for where in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[where] = 1.0
        out[where] = np.sum(grad * e.mean(axis))
    return out

@passes
def by_autograd(grad, x, axis):
    t = torch.tensor(np.array(x, order="C"), requires_grad=True)
    middle = t.mean() if axis is None else t.mean(dim=axis)
    return torch.autograd.grad(middle, t, torch.tensor(np.array(grad, order="C")))[0].numpy()

@passes
def axis_by_axis_with_stack(grad, x, axis):
    out = np.array(grad)
    for a in axes_of(x, axis):
        n = x.shape[a]
        out = np.stack([out / n] * n, axis=a)
    return out

def _counts_ones(grad, x, axis):
    ones = np.ones_like(x)
    return ones * np.reshape(grad, with_kept_axes(x, axis)) / ones.sum(axis=axis, keepdims=True)
counts_ones = passes(_counts_ones)

@passes
def einsum_with_weights(grad, x, axis):
    axes, every = axes_of(x, axis), list(range(x.ndim))
    weights = [np.full(x.shape[a], 1.0 / x.shape[a]) for a in axes]
    operands = [np.asarray(grad), [i for i in every if i not in axes]]
    for a, w in zip(axes, weights):
        operands += [w, [a]]
    return np.einsum(*operands, every)

_partial = functools.partial(lambda share, grad, x, axis: share(grad, x, axis), _counts_ones)
as_a_partial = passes(_partial)

class _InPlace:
    def __init__(self, out=None):
        self.make = np.array
    def __call__(self, grad, x, axis):
        own = self.make(_spread(grad, x, axis))
        own *= np.size(grad)
        own /= x.size
        return own
in_place_on_a_copy = passes(_InPlace())

does_not_divide = rejected("sum for mean")(lambda grad, x, axis: _spread_by_ndindex(grad, x, axis))
divides_by_all_entries = rejected("divided by the number of entries")(lambda grad, x, axis:
    _spread_by_ndindex(grad, x, axis) / x.size)
divides_by_size_of_grad = rejected("divided by the number of means")(lambda grad, x, axis:
    _spread_by_ndindex(grad, x, axis) / np.size(grad))
divides_by_first_length = rejected("divided by the length of axis 0")(lambda grad, x, axis:
    _spread_by_ndindex(grad, x, axis) / len(x))
divides_by_last_length = rejected("divided by the length of the last axis")(lambda grad, x, axis:
    _spread_by_ndindex(grad, x, axis) / (x.size if axis is None else x.shape[-1]))

@rejected("0 taken for None")
def takes_axis_0_for_none(grad, x, axis):
    if not axis:
        return np.ones(x.shape) * grad / x.size
    return _counts_ones(grad, x, axis)

@rejected("first axis of the tuple counted")
def first_axis_of_tuple_only(grad, x, axis):
    if isinstance(axis, tuple):
        n = x.shape[axis[0]]
    else:
        n = x.size if axis is None else x.shape[axis]
    return _spread_by_ndindex(grad, x, axis) / n

sum_of_lengths = rejected("divided by the sum of lengths")(lambda grad, x, axis:
    _spread_by_ndindex(grad, x, axis) / sum(x.shape[a] for a in axes_of(x, axis)))
set_of_lengths = rejected()(lambda grad, x, axis:
    _spread_by_ndindex(grad, x, axis) / math.prod({x.shape[a] for a in axes_of(x, axis)}))
divides_by_number_of_axes = rejected("divided by the number of axes")(lambda grad, x, axis:
    _spread_by_ndindex(grad, x, axis) / max(1, len(axes_of(x, axis))))
times_the_count = rejected("multiplied")(lambda grad, x, axis:
    _spread_by_ndindex(grad, x, axis) * x.size / np.size(grad))
floor_division = rejected("whole-number division")(lambda grad, x, axis:
    _spread_by_ndindex(grad, x, axis) // (x.size // np.size(grad)))

@rejected(status="error")
def none_as_axis(grad, x, axis):
    axes = axis if isinstance(axis, tuple) else (axis,)
    n = 1
    for a in axes:
        n *= x.shape[a]
    return np.broadcast_to(np.expand_dims(grad, axes) / n, x.shape)

@rejected()
def divides_grad_in_place(grad, x, axis):
    grad = np.asarray(grad)
    grad /= x.size // grad.size
    return np.array(_spread(grad, x, axis))

keeps_length_one = rejected("axis kept with length 1")(lambda grad, x, axis:
    np.reshape(grad, with_kept_axes(x, axis)) * (np.size(grad) / x.size))

@rejected(status="error")
def does_not_expand(grad, x, axis):
    n = x.size // np.size(grad)
    return np.ones(x.shape) * (grad / n)

@rejected()  # counts the lengths of the axes named; negative ones never match
def negative_axes_never_counted(grad, x, axis):
    if axis is None:
        return np.ones(x.shape) * grad / x.size
    named = axis if isinstance(axis, tuple) else (axis,)
    n = 1
    for i, length in enumerate(x.shape):
        if i in named:
            n *= length
    return np.ones(x.shape) * np.expand_dims(grad, axis) / n

times_the_deviation = rejected()(lambda grad, x, axis:
    _counts_ones(grad, x, axis) * (x - x.mean(axis=axis, keepdims=True)))
examples_axis_1_always = rejected(status="error")(lambda grad, x, axis: np.ones(x.shape) * (grad[:, None] / x.shape[1]))

@rejected("nothing returned")
def return_inside_if(grad, x, axis):
    out = _counts_ones(grad, x, axis)
    if axis is None:
        return out

@rejected(status="timeout")
def endless_for_negative_axes(grad, x, axis):
    axes = [] if axis is None else list(axis) if isinstance(axis, tuple) else [axis]
    for i in range(len(axes)):
        while axes[i] < 0:
            axes[i] += x.ndim * 0
    return _counts_ones(grad, x, axis)

_counts = {}
@rejected()
def remembers_count(grad, x, axis):
    n = _counts.setdefault((x.ndim, axis), x.size // np.size(grad))
    return np.array(_spread(grad, x, axis)) / n

weights_in_half_precision = rejected()(lambda grad, x, axis:
    _spread_by_ndindex(grad, x, axis) * np.float64(np.float16(np.size(grad) / x.size)))

@rejected("divided by one less")
def divides_by_one_less(grad, x, axis):
    n = x.size // np.size(grad)
    return _spread_by_ndindex(grad, x, axis) / max(n - 1, 1)
