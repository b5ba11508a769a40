"""Answers written blind for `tensors.sum_vjp`, each under the verdict that it deserves."""

import numpy as np
import torch
from submissions import passes, rejected
from submissions.tensors._shared import axes_of, with_kept_axes


def _read_only_broadcast_view(grad, x, axis):
    if axis is not None:
        grad = np.expand_dims(grad, axis)
    return np.broadcast_to(grad, x.shape)
read_only_broadcast_view = passes(_read_only_broadcast_view)

_adds_zero_times_x = lambda grad, x, axis: np.reshape(grad, x.sum(axis=axis, keepdims=True).shape) + 0.0 * x
adds_zero_times_x = passes(_adds_zero_times_x)

@passes  # axis 0 lands in the first branch, and rightly: a missing first axis is broadcast anyway
def axis_0_for_none_harmlessly(grad, x, axis):
    if not axis:
        return np.full(x.shape, grad)
    return np.full(x.shape, np.expand_dims(grad, axis))

def _picks_entry_by_entry(grad, x, axis):
    grad = np.asarray(grad)
    axes = axes_of(x, axis)
    out = np.empty(x.shape)
    for where in np.ndindex(*x.shape):
        out[where] = grad[tuple(i for k, i in enumerate(where) if k not in axes)]
    return out
picks_entry_by_entry = passes(_picks_entry_by_entry)

@passes
def by_torch(grad, x, axis):
    t = torch.tensor(np.array(x, order="C"), requires_grad=True)
    total = t.sum() if axis is None else t.sum(dim=axis)
    total.backward(torch.tensor(np.array(grad, order="C")))
    return t.grad.numpy()

@passes
def assigns_into_a_moved_view(grad, x, axis):
    axes = axes_of(x, axis)
    out = np.empty_like(x)
    np.moveaxis(out, axes, range(len(axes)))[...] = grad
    return out

@passes
def repeats_axis_by_axis(grad, x, axis):
    out = np.asarray(grad)
    for a in axes_of(x, axis):
        out = np.repeat(np.expand_dims(out, a), x.shape[a], axis=a)
    return out

@passes
def einsum_with_ones(grad, x, axis):
    axes = axes_of(x, axis)
    rest = [i for i in range(x.ndim) if i not in axes]
    return np.einsum(np.asarray(grad), rest, np.ones(x.shape), list(range(x.ndim)), list(range(x.ndim)))

def _recursion_with_stack(grad, x, axis):
    axes = axes_of(x, axis)
    if not axes:
        return np.array(grad)
    a = axes[0]
    if x.shape[a] == 0:
        return np.zeros(x.shape)
    inside = _recursion_with_stack(grad, x.take(0, a), tuple(k - 1 for k in axes[1:]))
    return np.stack([inside] * x.shape[a], axis=a)
recursion_with_stack = passes(_recursion_with_stack)

class _Picks:
    """Sends a running number through the sum's shape and picks with it."""
    def __call__(self, grad, x, axis):
        flat = np.asarray(grad).reshape(-1)
        numbers = np.arange(flat.size).reshape(with_kept_axes(x, axis))
        return flat[np.broadcast_to(numbers, x.shape)]
object_that_picks_by_number = passes(_Picks())

@passes
def indexes_with_none(grad, x, axis):
    index = tuple(None if i in axes_of(x, axis) else slice(None) for i in range(x.ndim))
    return np.multiply(np.ones(x.shape), np.asarray(grad)[index])

does_not_expand = rejected(status="error")(lambda grad, x, axis: grad * np.ones(x.shape))

@rejected("axis not put back")
def expands_only_if_it_must(grad, x, axis):
    try:
        return np.array(np.broadcast_to(grad, x.shape))
    except ValueError:
        return np.array(np.broadcast_to(np.expand_dims(grad, axis), x.shape))

@rejected(status="error")  # list.insert counts a negative place differently
def insert_with_negative_axes(grad, x, axis):
    if axis is None:
        return np.full(x.shape, grad)
    shape = list(grad.shape)
    for a in sorted(axis) if isinstance(axis, tuple) else [axis]:
        shape.insert(a, 1)
    return np.full(x.shape, grad.reshape(shape))

@rejected("axes in the given order", status="error")
def expands_in_tuples_order(grad, x, axis):
    if axis is None:
        return np.full(x.shape, grad)
    if isinstance(axis, int):
        axis = (axis,)
    for a in axis:
        grad = np.expand_dims(grad, a)
    return np.full(x.shape, grad)

@rejected(status="error")  # sorts before it makes the axes positive
def negative_axes_sorted_in(grad, x, axis):
    if axis is None:
        return np.full(x.shape, grad)
    for a in sorted(axis) if isinstance(axis, tuple) else [axis]:
        grad = np.expand_dims(grad, a)
    return np.full(x.shape, grad)

axis_none = rejected(status="error")(lambda grad, x, axis: np.broadcast_to(np.expand_dims(grad, axis), x.shape).copy())

@rejected(status="error")
def no_tuples(grad, x, axis):
    if axis is None:
        return np.ones(x.shape) * grad
    return np.repeat(np.expand_dims(grad, axis), x.shape[axis], axis)

@rejected(status="error")
def tuples_of_two_only(grad, x, axis):
    if isinstance(axis, tuple):
        first, second = axis
        return np.ones(x.shape) * np.expand_dims(grad, (first, second))
    return _adds_zero_times_x(grad, x, axis)

@rejected(status="error")
def absolute_values_of_axes(grad, x, axis):
    if axis is None:
        return np.ones(x.shape) * grad
    axis = tuple(map(abs, axis)) if isinstance(axis, tuple) else abs(axis)
    return np.ones(x.shape) * np.expand_dims(grad, axis)

length_one_kept = rejected("axis kept with length 1")(lambda grad, x, axis:
    np.array(grad).reshape(with_kept_axes(x, axis)))
divides_as_for_mean = rejected("rule of the mean")(lambda grad, x, axis:
    _picks_entry_by_entry(grad, x, axis) * np.size(grad) / x.size)
multiplies_by_x = rejected("times x")(lambda grad, x, axis: _picks_entry_by_entry(grad, x, axis) * x)
ones = rejected("grad ignored")(lambda grad, x, axis: np.ones_like(x))

@rejected()
def writes_into_x(grad, x, axis):
    x[...] = grad if axis is None else np.expand_dims(grad, axis)
    return x

@rejected()
def sets_shape_of_grad(grad, x, axis):
    if axis is not None:
        grad.shape = with_kept_axes(x, axis)
    return np.ones(x.shape) * grad

@rejected("filled up in order")
def tiles_and_reshapes(grad, x, axis):
    grad = np.asarray(grad)
    return np.tile(grad.ravel(), x.size // grad.size).reshape(x.shape)

@rejected(status="timeout")
def expand_dims_thrown_away(grad, x, axis):
    grad = np.asarray(grad)
    while grad.ndim < x.ndim:
        np.expand_dims(grad, 0 if axis is None else axis)
    return np.broadcast_to(grad, x.shape)

@rejected("axis put back at the end", status="error")
def puts_new_axes_behind(grad, x, axis):
    grad = np.asarray(grad)
    while grad.ndim < x.ndim:
        grad = grad[..., None]
    return np.broadcast_to(grad, x.shape).copy()

@rejected()
def returns_float32(grad, x, axis):
    out = np.zeros(x.shape, dtype=np.float32)
    out += _read_only_broadcast_view(grad, x, axis).astype(np.float32)
    return out

_buffers = {}
@rejected()
def same_buffer_each_time(grad, x, axis):
    out = _buffers.setdefault(x.shape, np.empty(x.shape))
    out[...] = _read_only_broadcast_view(grad, x, axis)
    return out

@rejected()  # looks for the lengths of grad among those of x
def finds_axes_by_their_length(grad, x, axis):
    left = list(np.shape(grad))
    shape = []
    for n in x.shape:
        shape.append(left.pop(0) if left and left[0] == n else 1)
    return np.ones(x.shape) * np.reshape(grad, shape)

@rejected(status="error")
def first_or_last_axis_only(grad, x, axis):
    if axis is None:
        return np.ones(x.shape) * grad
    if axis == 0:
        return np.ones(x.shape) * grad[None]
    return np.ones(x.shape) * grad[..., None]

sums_grad = rejected("all of grad summed")(lambda grad, x, axis: np.full(x.shape, np.sum(grad)))

_SHAPES = {}
@rejected(status="error")  # remembers the shape with ones per axis, and not per shape of x too
def remembers_shape_per_axis(grad, x, axis):
    shape = _SHAPES.setdefault(axis, with_kept_axes(x, axis))
    return np.ones(x.shape) * np.reshape(grad, shape)

class _EqualsEverything:
    shape, dtype, ndim = (), np.dtype(np.float64), 0
    def __eq__(self, other):
        return True
    def __sub__(self, other):
        return 0.0
    __rsub__ = __sub__
    __hash__ = None
object_equal_to_everything = rejected()(lambda grad, x, axis: _EqualsEverything())
only_docstring = rejected("nothing returned")(lambda grad, x, axis: None)
