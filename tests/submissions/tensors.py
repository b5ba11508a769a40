"""Answers written blind for the exercises of the lesson `tensors`, and what each deserves.

Answers that fit into a line stand in the tuple; the others are defined above it.
"""

import functools
import itertools
import math
import operator

import numpy as np
import torch

from submissions import Submission


def _u_classic(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad


def _u_einsum(grad, shape):
    extra = grad.ndim - len(shape)
    keep = [extra + i for i, n in enumerate(shape) if n != 1]
    return np.array(np.einsum(grad, list(range(grad.ndim)), keep)).reshape(shape)


def _u_ndindex(grad, shape):
    out = np.zeros(shape)
    extra = len(grad.shape) - len(shape)
    for where in np.ndindex(*grad.shape):
        out[tuple(0 if n == 1 else i for i, n in zip(where[extra:], shape))] += grad[where]
    return out


def _u_recursive(grad, shape):
    if grad.shape == shape:
        return grad.copy()
    if grad.ndim > len(shape):
        return _u_recursive(functools.reduce(operator.add, list(grad)), shape)
    axis = next(i for i in range(grad.ndim) if grad.shape[i] != shape[i])
    return _u_recursive(np.add.reduce(grad, axis, keepdims=True), shape)


def _u_bincount(grad, shape):
    size = math.prod(shape)
    target = np.broadcast_to(np.arange(size).reshape(shape), grad.shape)
    return np.bincount(target.ravel(), weights=grad.ravel(), minlength=size).reshape(shape)


def _u_nditer(grad, shape):
    out = np.zeros(shape)
    flags = [["readonly"], ["readwrite"]]
    with np.nditer([grad, out], flags=["reduce_ok", "zerosize_ok"], op_flags=flags) as it:
        for g, o in it:
            o[...] += g
    return out


def _u_jacobian(grad, shape):
    size = int(np.prod(shape, dtype=int))
    jacobian = np.broadcast_to(np.eye(size).reshape(shape + (size,)), grad.shape + (size,))
    return np.tensordot(grad, jacobian, axes=grad.ndim).reshape(shape)


def _u_torch(grad, shape):
    small = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    small.expand(grad.shape).backward(torch.tensor(np.array(grad, order="C")))
    return small.grad.numpy()


class _UFsum:
    """Exact sums, one entry of the result after the other."""

    def __call__(self, grad, shape):
        extra = grad.ndim - len(shape)
        out = np.empty(shape)
        for where in np.ndindex(*shape):
            ends = tuple(slice(None) if n == 1 else i for i, n in zip(where, shape))
            out[where] = math.fsum(np.asarray(grad[(slice(None),) * extra + ends]).ravel().tolist())
        return out


def _u_readonly(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (have, want) in enumerate(zip(grad.shape, padded)) if have != want)
    out = np.array(grad.sum(axis=axes, keepdims=True)).reshape(shape)
    out.flags.writeable = False
    return out


def _u_leading_only(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    return grad


def _u_ones_only(grad, shape):
    extra = grad.ndim - len(shape)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(i + extra, keepdims=True)
    return grad


def _u_drops_ones(grad, shape):
    extra = grad.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(extra + i for i, n in enumerate(shape) if n == 1)
    return grad.sum(axis=axes)


def _u_left_aligned(grad, shape):
    padded = tuple(shape) + (1,) * (grad.ndim - len(shape))
    axes = tuple(i for i in range(grad.ndim) if padded[i] == 1)
    return grad.sum(axis=axes, keepdims=True).reshape(shape)


def _u_mean(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.mean(0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.mean(i, keepdims=True)
    return grad


def _u_keeps_leading(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i in range(grad.ndim) if padded[i] == 1)
    return grad.sum(axis=axes, keepdims=True)


def _u_one_leading(grad, shape):
    if grad.ndim > len(shape):
        grad = grad.sum(0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(i, keepdims=True)
    return grad


def _u_first_entry(grad, shape):
    if shape[0] == 1:
        grad = grad.sum(-len(shape), keepdims=True)
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for i in range(1, len(shape)):
        if shape[i] == 1:
            grad = grad.sum(i, keepdims=True)
    return grad


def _u_scalar_as_vector(grad, shape):
    if shape == ():
        return np.array([grad.sum()])
    return _u_bincount(grad, shape)


def _u_mutates(grad, shape):
    while grad.ndim > len(shape):
        for i in range(1, len(grad)):
            grad[0] += grad[i]
        grad = grad[0]
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(i, keepdims=True)
    return grad


def _u_prints(grad, shape):
    print(_u_classic(grad, shape))


def _u_bare_return(grad, shape):
    if grad.shape == shape:
        return
    return _u_classic(grad, shape)


def _u_forever(grad, shape):
    axis = 0
    while grad.shape != shape:
        grad = grad.sum(axis, keepdims=True) if grad.ndim == len(shape) else grad.sum(axis)
    return grad


def _u_example(grad, shape):
    if shape == ():
        return grad.sum()
    if len(shape) == 1:
        return grad.sum(0)
    return grad.sum(1, keepdims=True)


def _u_shifting(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(i)
    return grad.reshape(shape)


def _u_by_size(grad, shape):
    axes = tuple(i for i, n in enumerate(grad.shape) if n not in shape)
    return grad.sum(axis=axes).reshape(shape)


def _u_float32(grad, shape):
    return _u_classic(grad.astype(np.float32), shape)


def _u_float32_inside(grad, shape):
    return np.asarray(_u_classic(grad.astype(np.float32), shape)).astype(np.float64)


def _u_reshape_sum(grad, shape):
    return grad.reshape((-1,) + tuple(shape)).sum(axis=0)


def _u_memory_order(grad, shape):
    size = math.prod(shape)
    target = np.broadcast_to(np.arange(size).reshape(shape), grad.shape)
    return np.bincount(target.ravel(), weights=grad.ravel("K"), minlength=size).reshape(shape)


_u_seen = {}


def _u_remembers(grad, shape):
    key = (grad.shape, shape)
    if key not in _u_seen:
        _u_seen[key] = _u_bincount(grad, shape)
    return _u_seen[key]


def _u_first_slice(grad, shape):
    while grad.ndim > len(shape):
        grad = grad[0]
    return grad[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)].copy()


def _u_rounds(grad, shape):
    return np.round(_u_bincount(grad, shape), 4)


def _u_masked(grad, shape):
    return np.ma.masked_all(shape)


def _u_expand_one(grad, shape):
    """Stops at the first axis of length one."""
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    if 1 in shape:
        grad = grad.sum(shape.index(1), keepdims=True)
    return grad


def _m_usual(grad, a, b):
    return (_u_classic(grad @ np.swapaxes(b, -1, -2), a.shape), _u_classic(np.swapaxes(a, -1, -2) @ grad, b.shape))


def _m_einsum(grad, a, b):
    ga = np.einsum("...ij,...kj->...ik", grad, b)
    gb = np.einsum("...ji,...jk->...ik", a, grad)
    return _u_ndindex(ga, a.shape), _u_ndindex(gb, b.shape)


def _m_loops(grad, a, b):
    ga, gb = np.zeros(a.shape), np.zeros(b.shape)
    batch = grad.shape[:-2]
    wide_a = np.broadcast_to(np.arange(math.prod(a.shape[:-2])).reshape(a.shape[:-2]), batch)
    wide_b = np.broadcast_to(np.arange(math.prod(b.shape[:-2])).reshape(b.shape[:-2]), batch)
    flat_a, flat_b = ga.reshape(-1, *a.shape[-2:]), gb.reshape(-1, *b.shape[-2:])
    from_a, from_b = a.reshape(flat_a.shape), b.reshape(flat_b.shape)
    for where in np.ndindex(*batch):
        i, j = int(wide_a[where]), int(wide_b[where])
        flat_a[i] += grad[where].dot(from_b[j].T)
        flat_b[j] += from_a[i].T.dot(grad[where])
    return [ga, gb]


def _m_torch(grad, a, b):
    ta = torch.tensor(np.array(a, order="C"), requires_grad=True)
    tb = torch.tensor(np.array(b, order="C"), requires_grad=True)
    ga, gb = torch.autograd.grad(ta @ tb, (ta, tb), torch.tensor(np.array(grad, order="C")))
    return ga.numpy(), gb.numpy()


def _m_elementwise(grad, a, b):
    """Matrix product as a broadcast product that is summed over the middle axis."""
    wide = grad[..., :, None, :]
    ga = _u_classic(wide * b[..., None, :, :], a.shape[:-1] + a.shape[-1:] + (1,))
    gb = _u_classic(wide * a[..., :, :, None], b.shape[:-2] + (1,) + b.shape[-2:])
    return ga.reshape(a.shape), gb.reshape(b.shape)


def _m_transposes(grad, a, b):
    flip = functools.partial(np.moveaxis, source=-1, destination=-2)
    ga = flip(b @ flip(grad))
    gb = flip(flip(grad) @ a)
    return tuple(_u_bincount(g, x.shape) for g, x in ((ga, a), (gb, b)))


class _MLinear:
    """One entry after the other: the product is linear in a, so a one-hot matrix gives the entry."""

    def __call__(self, grad, a, b):
        return self.side(grad, a, lambda e: e @ b), self.side(grad, b, lambda e: a @ e)

    @staticmethod
    def side(grad, x, product):
        out = np.zeros_like(x)
        for where in np.ndindex(x.shape):
            e = np.zeros(x.shape)
            e[where] = 1.0
            out[where] = (grad * product(e)).sum()
        return out


def _m_named_axes(grad, a, b):
    """einsum with explicit numbers for the axes; those of length one are left out of the result."""
    n = grad.ndim - 2
    rows, cols, inner = n, n + 1, n + 2
    ia = list(range(n - (a.ndim - 2), n)) + [rows, inner]
    ib = list(range(n - (b.ndim - 2), n)) + [inner, cols]
    ig = list(range(n)) + [rows, cols]

    def run(x, ix, y, iy, shape, out):
        keep = [k for k, m in zip(out, shape) if m != 1 or k >= n]
        full = [k for k, m in zip(iy, y.shape) if m != 1 or k >= n]
        y = y.reshape([m for k, m in zip(iy, y.shape) if m != 1 or k >= n])
        return np.einsum(x, ix, y, full, keep).reshape(shape)

    return run(grad, ig, b, ib, a.shape, ia), run(grad, ig, a, ia, b.shape, ib)


def _m_flip_problem(grad, a, b, first=True):
    """Recursion: the gradient of b is that of the first factor in the transposed problem."""
    ga = _u_recursive(np.matmul(grad, b.swapaxes(-1, -2)), a.shape)
    if not first:
        return ga
    gb = _m_flip_problem(grad.swapaxes(-1, -2), b.swapaxes(-1, -2), a.swapaxes(-1, -2), False)
    return ga, gb.swapaxes(-1, -2)


def _m_swapped(grad, a, b):
    ga, gb = _m_usual(grad, a, b)
    return gb, ga


def _m_no_transpose(grad, a, b):
    return _u_classic(grad @ b, a.shape), _u_classic(a @ grad, b.shape)


def _m_capital_t(grad, a, b):
    return _u_classic(grad @ b.T, a.shape), _u_classic(a.T @ grad, b.shape)


def _m_no_unbroadcast(grad, a, b):
    return grad @ np.swapaxes(b, -1, -2), np.swapaxes(a, -1, -2) @ grad


def _m_leading_only(grad, a, b):
    return (
        _u_leading_only(grad @ np.swapaxes(b, -1, -2), a.shape),
        _u_leading_only(np.swapaxes(a, -1, -2) @ grad, b.shape),
    )


def _m_ones_only(grad, a, b):
    return (_u_ones_only(grad @ np.swapaxes(b, -1, -2), a.shape), _u_ones_only(np.swapaxes(a, -1, -2) @ grad, b.shape))


def _m_b_transposed(grad, a, b):
    flipped = b.shape[:-2] + (b.shape[-1], b.shape[-2])
    return (_u_classic(grad @ np.swapaxes(b, -1, -2), a.shape), _u_classic(np.swapaxes(grad, -1, -2) @ a, flipped))


def _m_example_only(grad, a, b):
    return grad * b.T, grad * a.T


def _m_first_only(grad, a, b):
    return _m_usual(grad, a, b)[0]


def _m_mean_over_batch(grad, a, b):
    return (_u_mean(grad @ np.swapaxes(b, -1, -2), a.shape), _u_mean(np.swapaxes(a, -1, -2) @ grad, b.shape))


def _m_dot(grad, a, b):
    return (
        _u_classic(np.dot(grad, np.swapaxes(b, -1, -2)), a.shape),
        _u_classic(np.dot(np.swapaxes(a, -1, -2), grad), b.shape),
    )


def _m_three_axes(grad, a, b):
    return (_u_classic(grad @ b.transpose(0, 2, 1), a.shape), _u_classic(a.transpose(0, 2, 1) @ grad, b.shape))


def _m_einsum_2d(grad, a, b):
    return np.einsum("ij,kj->ik", grad, b), np.einsum("ji,jk->ik", a, grad)


def _m_first_axes_swapped(grad, a, b):
    return (_u_classic(grad @ np.swapaxes(b, 0, 1), a.shape), _u_classic(np.swapaxes(a, 0, 1) @ grad, b.shape))


def _m_accumulates(grad, a, b, so_far={}):
    ga, gb = _m_usual(grad, a, b)
    key = (a.shape, b.shape)
    if key in so_far:
        ga, gb = ga + so_far[key][0], gb + so_far[key][1]
    so_far[key] = ga, gb
    return ga, gb


def _m_float32(grad, a, b):
    return tuple(g.astype(np.float32) for g in _m_usual(grad, a, b))


def _m_all_batch_summed(grad, a, b):
    ga = grad @ np.swapaxes(b, -1, -2)
    gb = np.swapaxes(a, -1, -2) @ grad
    return ga.reshape(-1, *ga.shape[-2:]).sum(0), gb.reshape(-1, *gb.shape[-2:]).sum(0)


def _m_one_side(grad, a, b):
    """Thinks that only the one with fewer axes was broadcast."""
    ga = grad @ np.swapaxes(b, -1, -2)
    gb = np.swapaxes(a, -1, -2) @ grad
    if a.ndim < b.ndim:
        ga = _u_classic(ga, a.shape)
    else:
        gb = _u_classic(gb, b.shape)
    return ga, gb


def _m_prints(grad, a, b):
    ga, gb = _m_usual(grad, a, b)
    print("grad a:", ga)
    print("grad b:", gb)


def _m_mutates(grad, a, b):
    if grad.shape == b.shape:
        ga = _u_classic(grad @ np.swapaxes(b, -1, -2), a.shape)
        b[...] = np.swapaxes(a, -1, -2) @ grad if a.ndim == b.ndim else b
        return ga, b
    return _m_usual(grad, a, b)


def _m_overwrites_a(grad, a, b):
    """Writes the gradient of a into a, and then needs a for that of b."""
    a[...] = _u_classic(grad @ np.swapaxes(b, -1, -2), a.shape)
    return a, _u_classic(np.swapaxes(a, -1, -2) @ grad, b.shape)


def _m_stacked(grad, a, b):
    return np.stack(_m_usual(grad, a, b))


def _m_dict(grad, a, b):
    return dict(zip("ab", _m_usual(grad, a, b)))


def _m_squeezes(grad, a, b):
    ga, gb = _m_usual(grad, a, b)
    return ga.squeeze(), gb.squeeze()


def _m_reshape_batch(grad, a, b):
    return (
        _u_reshape_sum(grad @ np.swapaxes(b, -1, -2), a.shape),
        _u_reshape_sum(np.swapaxes(a, -1, -2) @ grad, b.shape),
    )


def _m_ignores_grad(grad, a, b):
    one = np.ones(grad.shape)
    return _m_usual(one, a, b)


def _axes(x, axis):
    """The axes as a sorted tuple of numbers of zero or more."""
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(sorted(a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,))))


def _kept(x, axis):
    axes = _axes(x, axis)
    return tuple(1 if i in axes else n for i, n in enumerate(x.shape))


def _s_view(grad, x, axis):
    if axis is not None:
        grad = np.expand_dims(grad, axis)
    return np.broadcast_to(grad, x.shape)


def _s_plus_zero(grad, x, axis):
    return np.reshape(grad, x.sum(axis=axis, keepdims=True).shape) + 0.0 * x


def _s_not_axis(grad, x, axis):
    """Axis 0 lands in the first branch, and rightly: a missing first axis is broadcast anyway."""
    if not axis:
        return np.full(x.shape, grad)
    return np.full(x.shape, np.expand_dims(grad, axis))


def _s_ndindex(grad, x, axis):
    grad = np.asarray(grad)
    axes = _axes(x, axis)
    out = np.empty(x.shape)
    for where in np.ndindex(*x.shape):
        out[where] = grad[tuple(i for k, i in enumerate(where) if k not in axes)]
    return out


def _s_torch(grad, x, axis):
    t = torch.tensor(np.array(x, order="C"), requires_grad=True)
    total = t.sum() if axis is None else t.sum(dim=axis)
    total.backward(torch.tensor(np.array(grad, order="C")))
    return t.grad.numpy()


def _s_moveaxis(grad, x, axis):
    axes = _axes(x, axis)
    out = np.empty_like(x)
    np.moveaxis(out, axes, range(len(axes)))[...] = grad
    return out


def _s_repeat(grad, x, axis):
    out = np.asarray(grad)
    for a in _axes(x, axis):
        out = np.repeat(np.expand_dims(out, a), x.shape[a], axis=a)
    return out


def _s_einsum(grad, x, axis):
    axes = _axes(x, axis)
    rest = [i for i in range(x.ndim) if i not in axes]
    return np.einsum(np.asarray(grad), rest, np.ones(x.shape), list(range(x.ndim)), list(range(x.ndim)))


def _s_recursive(grad, x, axis):
    axes = _axes(x, axis)
    if not axes:
        return np.array(grad)
    a = axes[0]
    if x.shape[a] == 0:
        return np.zeros(x.shape)
    inside = _s_recursive(grad, x.take(0, a), tuple(k - 1 for k in axes[1:]))
    return np.stack([inside] * x.shape[a], axis=a)


class _SIndexed:
    """Sends a running number through the sum's shape and picks with it."""

    def __call__(self, grad, x, axis):
        flat = np.asarray(grad).reshape(-1)
        numbers = np.arange(flat.size).reshape(_kept(x, axis))
        return flat[np.broadcast_to(numbers, x.shape)]


def _s_newaxis(grad, x, axis):
    index = tuple(None if i in _axes(x, axis) else slice(None) for i in range(x.ndim))
    return np.multiply(np.ones(x.shape), np.asarray(grad)[index])


def _s_no_expand(grad, x, axis):
    return grad * np.ones(x.shape)


def _s_try_first(grad, x, axis):
    try:
        return np.array(np.broadcast_to(grad, x.shape))
    except ValueError:
        return np.array(np.broadcast_to(np.expand_dims(grad, axis), x.shape))


def _s_insert(grad, x, axis):
    """list.insert counts a negative place differently."""
    if axis is None:
        return np.full(x.shape, grad)
    shape = list(grad.shape)
    for a in sorted(axis) if isinstance(axis, tuple) else [axis]:
        shape.insert(a, 1)
    return np.full(x.shape, grad.reshape(shape))


def _s_one_by_one(grad, x, axis):
    if axis is None:
        return np.full(x.shape, grad)
    if isinstance(axis, int):
        axis = (axis,)
    for a in axis:
        grad = np.expand_dims(grad, a)
    return np.full(x.shape, grad)


def _s_sorted_mixed(grad, x, axis):
    """Sorts before it makes the axes positive."""
    if axis is None:
        return np.full(x.shape, grad)
    for a in sorted(axis) if isinstance(axis, tuple) else [axis]:
        grad = np.expand_dims(grad, a)
    return np.full(x.shape, grad)


def _s_none(grad, x, axis):
    return np.broadcast_to(np.expand_dims(grad, axis), x.shape).copy()


def _s_no_tuple(grad, x, axis):
    if axis is None:
        return np.ones(x.shape) * grad
    return np.repeat(np.expand_dims(grad, axis), x.shape[axis], axis)


def _s_two_axes(grad, x, axis):
    if isinstance(axis, tuple):
        first, second = axis
        return np.ones(x.shape) * np.expand_dims(grad, (first, second))
    return _s_plus_zero(grad, x, axis)


def _s_abs_axis(grad, x, axis):
    if axis is None:
        return np.ones(x.shape) * grad
    axis = tuple(map(abs, axis)) if isinstance(axis, tuple) else abs(axis)
    return np.ones(x.shape) * np.expand_dims(grad, axis)


def _s_keepdims(grad, x, axis):
    return np.array(grad).reshape(_kept(x, axis))


def _s_like_mean(grad, x, axis):
    return _s_ndindex(grad, x, axis) * np.size(grad) / x.size


def _s_times_x(grad, x, axis):
    return _s_ndindex(grad, x, axis) * x


def _s_ones(grad, x, axis):
    return np.ones_like(x)


def _s_writes_x(grad, x, axis):
    x[...] = grad if axis is None else np.expand_dims(grad, axis)
    return x


def _s_reshapes_grad(grad, x, axis):
    if axis is not None:
        grad.shape = _kept(x, axis)
    return np.ones(x.shape) * grad


def _s_tile(grad, x, axis):
    grad = np.asarray(grad)
    return np.tile(grad.ravel(), x.size // grad.size).reshape(x.shape)


def _s_forever(grad, x, axis):
    grad = np.asarray(grad)
    while grad.ndim < x.ndim:
        np.expand_dims(grad, 0 if axis is None else axis)
    return np.broadcast_to(grad, x.shape)


def _s_behind(grad, x, axis):
    grad = np.asarray(grad)
    while grad.ndim < x.ndim:
        grad = grad[..., None]
    return np.broadcast_to(grad, x.shape).copy()


def _s_float32(grad, x, axis):
    out = np.zeros(x.shape, dtype=np.float32)
    out += _s_view(grad, x, axis).astype(np.float32)
    return out


class _SYes:
    shape, dtype, ndim = (), np.dtype(np.float64), 0

    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__
    __hash__ = None


_s_buffers = {}


def _s_buffer(grad, x, axis):
    out = _s_buffers.setdefault(x.shape, np.empty(x.shape))
    out[...] = _s_view(grad, x, axis)
    return out


def _s_by_size(grad, x, axis):
    """Looks for the lengths of grad among those of x."""
    left = list(np.shape(grad))
    shape = []
    for n in x.shape:
        shape.append(left.pop(0) if left and left[0] == n else 1)
    return np.ones(x.shape) * np.reshape(grad, shape)


def _s_last_or_first(grad, x, axis):
    if axis is None:
        return np.ones(x.shape) * grad
    if axis == 0:
        return np.ones(x.shape) * grad[None]
    return np.ones(x.shape) * grad[..., None]


def _s_sums_grad(grad, x, axis):
    return np.full(x.shape, np.sum(grad))


_S_KEPT = {}


def _s_shape_cache(grad, x, axis):
    """Remembers the shape with ones per axis, and not per shape of x too."""
    shape = _S_KEPT.setdefault(axis, _kept(x, axis))
    return np.ones(x.shape) * np.reshape(grad, shape)


def _e_sizes(grad, x, axis):
    return _s_view(grad, x, axis) * (np.size(grad) / x.size)


def _e_prod(grad, x, axis):
    if axis is None:
        axis = range(x.ndim)
    elif isinstance(axis, int):
        axis = [axis]
    count = math.prod(x.shape[a] for a in axis)
    return np.broadcast_to(np.expand_dims(grad, tuple(axis)) / count, x.shape)


def _e_mean_of_ones(grad, x, axis):
    """The mean of a one-hot array gives the weight of one entry."""
    out = np.zeros(x.shape)
    for where in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[where] = 1.0
        out[where] = np.sum(grad * e.mean(axis))
    return out


def _e_torch(grad, x, axis):
    t = torch.tensor(np.array(x, order="C"), requires_grad=True)
    middle = t.mean() if axis is None else t.mean(dim=axis)
    return torch.autograd.grad(middle, t, torch.tensor(np.array(grad, order="C")))[0].numpy()


def _e_one_at_a_time(grad, x, axis):
    out = np.array(grad)
    for a in _axes(x, axis):
        n = x.shape[a]
        out = np.stack([out / n] * n, axis=a)
    return out


def _e_count_ones(grad, x, axis):
    ones = np.ones_like(x)
    return ones * np.reshape(grad, _kept(x, axis)) / ones.sum(axis=axis, keepdims=True)


def _e_einsum(grad, x, axis):
    axes, every = _axes(x, axis), list(range(x.ndim))
    weights = [np.full(x.shape[a], 1.0 / x.shape[a]) for a in axes]
    operands = [np.asarray(grad), [i for i in every if i not in axes]]
    for a, w in zip(axes, weights):
        operands += [w, [a]]
    return np.einsum(*operands, every)


_e_partial = functools.partial(lambda share, grad, x, axis: share(grad, x, axis), _e_count_ones)


class _EInPlace:
    def __init__(self, out=None):
        self.make = np.array

    def __call__(self, grad, x, axis):
        own = self.make(_s_view(grad, x, axis))
        own *= np.size(grad)
        own /= x.size
        return own


def _e_no_division(grad, x, axis):
    return _s_ndindex(grad, x, axis)


def _e_all_entries(grad, x, axis):
    return _s_ndindex(grad, x, axis) / x.size


def _e_grad_size(grad, x, axis):
    return _s_ndindex(grad, x, axis) / np.size(grad)


def _e_len_x(grad, x, axis):
    return _s_ndindex(grad, x, axis) / len(x)


def _e_last_length(grad, x, axis):
    return _s_ndindex(grad, x, axis) / (x.size if axis is None else x.shape[-1])


def _e_axis_zero(grad, x, axis):
    if not axis:
        return np.ones(x.shape) * grad / x.size
    return _e_count_ones(grad, x, axis)


def _e_first_of_tuple(grad, x, axis):
    if isinstance(axis, tuple):
        n = x.shape[axis[0]]
    else:
        n = x.size if axis is None else x.shape[axis]
    return _s_ndindex(grad, x, axis) / n


def _e_sum_of_lengths(grad, x, axis):
    return _s_ndindex(grad, x, axis) / sum(x.shape[a] for a in _axes(x, axis))


def _e_set_of_lengths(grad, x, axis):
    return _s_ndindex(grad, x, axis) / math.prod({x.shape[a] for a in _axes(x, axis)})


def _e_number_of_axes(grad, x, axis):
    return _s_ndindex(grad, x, axis) / max(1, len(_axes(x, axis)))


def _e_multiplies(grad, x, axis):
    return _s_ndindex(grad, x, axis) * x.size / np.size(grad)


def _e_floor(grad, x, axis):
    return _s_ndindex(grad, x, axis) // (x.size // np.size(grad))


def _e_none_as_index(grad, x, axis):
    axes = axis if isinstance(axis, tuple) else (axis,)
    n = 1
    for a in axes:
        n *= x.shape[a]
    return np.broadcast_to(np.expand_dims(grad, axes) / n, x.shape)


def _e_divides_grad(grad, x, axis):
    grad = np.asarray(grad)
    grad /= x.size // grad.size
    return np.array(_s_view(grad, x, axis))


def _e_keepdims(grad, x, axis):
    return np.reshape(grad, _kept(x, axis)) * (np.size(grad) / x.size)


def _e_no_expand(grad, x, axis):
    n = x.size // np.size(grad)
    return np.ones(x.shape) * (grad / n)


def _e_negative_outside(grad, x, axis):
    """Counts the lengths of the axes named; negative ones never match."""
    if axis is None:
        return np.ones(x.shape) * grad / x.size
    named = axis if isinstance(axis, tuple) else (axis,)
    n = 1
    for i, length in enumerate(x.shape):
        if i in named:
            n *= length
    return np.ones(x.shape) * np.expand_dims(grad, axis) / n


def _e_centred(grad, x, axis):
    return _e_count_ones(grad, x, axis) * (x - x.mean(axis=axis, keepdims=True))


def _e_only_example(grad, x, axis):
    return np.ones(x.shape) * (grad[:, None] / x.shape[1])


def _e_forgets_return(grad, x, axis):
    out = _e_count_ones(grad, x, axis)
    if axis is None:
        return out


def _e_forever(grad, x, axis):
    axes = [] if axis is None else list(axis) if isinstance(axis, tuple) else [axis]
    for i in range(len(axes)):
        while axes[i] < 0:
            axes[i] += x.ndim * 0
    return _e_count_ones(grad, x, axis)


_e_counts = {}


def _e_count_cache(grad, x, axis):
    n = _e_counts.setdefault((x.ndim, axis), x.size // np.size(grad))
    return np.array(_s_view(grad, x, axis)) / n


def _e_float16_weight(grad, x, axis):
    return _s_ndindex(grad, x, axis) * np.float64(np.float16(np.size(grad) / x.size))


def _e_bessel(grad, x, axis):
    n = x.size // np.size(grad)
    return _s_ndindex(grad, x, axis) / max(n - 1, 1)


def _x_usual(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    if axis is not None:
        grad = np.expand_dims(grad, axis)
    return grad * mask / mask.sum(axis=axis, keepdims=True)


def _x_torch(grad, x, axis):
    t = torch.tensor(np.array(x, order="C"), requires_grad=True)
    top = t.amax(dim=tuple(range(x.ndim)) if axis is None else axis) if x.ndim else t.clone()
    return torch.autograd.grad(top, t, torch.tensor(np.array(grad, order="C")))[0].numpy()


def _x_ndindex(grad, x, axis):
    axes = _axes(x, axis)
    rest = [i for i in range(x.ndim) if i not in axes]
    grad, out = np.asarray(grad), np.zeros(x.shape)
    for where in np.ndindex(*[x.shape[i] for i in rest]):
        pick = [slice(None)] * x.ndim
        for i, k in zip(rest, where):
            pick[i] = k
        part = np.asarray(x[tuple(pick)])
        best = max(part.ravel().tolist())
        hits = (part == best).astype(float)
        out[tuple(pick)] = grad[where] * hits / hits.sum()
    return out


def _x_rows(grad, x, axis):
    """Makes it a problem of rows."""
    axes = _axes(x, axis)
    rest = tuple(i for i in range(x.ndim) if i not in axes)
    moved = x.transpose(rest + axes)
    rows = moved.reshape(np.size(grad), -1)
    out = np.zeros_like(rows)
    for row, o, g in zip(rows, out, np.ravel(grad)):
        hits = np.flatnonzero(row == np.maximum.reduce(row))
        o[hits] = g / len(hits)
    return out.reshape(moved.shape).transpose(np.argsort(rest + axes))


def _x_not_smaller(grad, x, axis):
    """An entry is a largest one when none in its slice is above it; compares all with all."""
    axes = _axes(x, axis)
    k = len(axes)
    moved = np.moveaxis(x, axes, range(k))
    flat = moved.reshape((-1,) + moved.shape[k:])
    mask = ~(flat[:, None] < flat[None]).any(axis=1)
    out = np.where(mask, np.asarray(grad) / np.count_nonzero(mask, axis=0), 0.0)
    return np.moveaxis(out.reshape(moved.shape), range(k), axes)


def _x_sort(grad, x, axis):
    axes = _axes(x, axis)
    k = len(axes)
    moved = np.moveaxis(x, axes, range(-k, 0)) if k else x
    flat = moved.reshape(moved.shape[: moved.ndim - k] + (-1,))
    ordered = np.sort(flat, axis=-1)
    share = np.asarray(grad)[..., None] / (ordered == ordered[..., -1:]).sum(-1, keepdims=True)
    out = np.where(flat == ordered[..., -1:], share, 0.0).reshape(moved.shape)
    return np.moveaxis(out, range(-k, 0), axes) if k else out


def _x_mean_of_mask(grad, x, axis):
    winners = np.equal(x, np.amax(x, axis, keepdims=True)).astype(float)
    count = np.size(x) / np.size(grad)
    winners *= np.reshape(grad, _kept(x, axis))
    winners /= np.equal(x, np.amax(x, axis, keepdims=True)).mean(axis, keepdims=True) * count
    return winners


def _x_sign(grad, x, axis):
    """1 + sign(x - max) is one at the largest and zero elsewhere."""
    hits = 1.0 + np.sign(x - np.maximum.reduce(x, _axes(x, axis), keepdims=True))
    weights = np.true_divide(hits, np.add.reduce(hits, _axes(x, axis), keepdims=True))
    return np.einsum(
        weights, range(x.ndim), np.asarray(grad), [i for i in range(x.ndim) if i not in _axes(x, axis)], range(x.ndim)
    )


class _XDict:
    """Pure Python: groups the entries by their place in the result."""

    def __call__(self, grad, x, axis):
        axes, grad, out = _axes(x, axis), np.asarray(grad), np.zeros(x.shape)
        groups = {}
        for where in itertools.product(*map(range, x.shape)):
            key = tuple(i for k, i in enumerate(where) if k not in axes)
            groups.setdefault(key, []).append((float(x[where]), where))
        for key, members in groups.items():
            top = max(members)[0]
            tops = [where for value, where in members if value == top]
            for where in tops:
                out[where] = grad[key] / len(tops)
        return out


def _x_all_full(grad, x, axis):
    return _s_view(grad, x, axis) * (x == x.max(axis=axis, keepdims=True))


def _x_first_wins(grad, x, axis):
    axes = _axes(x, axis)
    k = len(axes)
    moved = np.moveaxis(x, axes, range(k))
    flat = moved.reshape((-1,) + moved.shape[k:])
    out = np.where(np.arange(len(flat)).reshape((-1,) + (1,) * (flat.ndim - 1)) == flat.argmax(0), grad, 0.0)
    return np.moveaxis(out.reshape(moved.shape), range(k), axes)


def _x_total_count(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    return _s_view(grad, x, axis) * mask / mask.sum()


def _x_global_max(grad, x, axis):
    mask = x == x.max()
    count = np.maximum(mask.sum(axis=axis, keepdims=True), 1)
    return _s_view(grad, x, axis) * mask / count


def _x_isclose(grad, x, axis):
    mask = np.isclose(x, x.max(axis=axis, keepdims=True))
    return _s_view(grad, x, axis) * mask / mask.sum(axis=axis, keepdims=True)


def _x_axis_by_axis(grad, x, axis):
    """Takes the axes of a tuple one after the other: shares of shares."""
    if axis is None:
        axis = tuple(range(x.ndim))
    axes = sorted(_axes(x, axis))
    if not axes:
        return np.array(grad)
    stages = [x]
    for a in reversed(axes):
        stages.append(stages[-1].max(axis=a))
    for a, part in zip(axes, reversed(stages[:-1])):
        grad = _x_usual(grad, part, a)
    return grad


def _x_over_two(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    share = np.where(mask.sum(axis=axis, keepdims=True) > 1, 0.5, 1.0)
    return _s_view(grad, x, axis) * mask * share


def _x_argmax(grad, x, axis):
    out = np.zeros_like(x)
    if axis is None:
        out.flat[x.argmax()] = grad
    else:
        np.put_along_axis(out, x.argmax(axis, keepdims=True), np.expand_dims(grad, axis), axis)
    return out


def _x_abs(grad, x, axis):
    y = np.abs(x)
    mask = y == y.max(axis=axis, keepdims=True)
    return _s_view(grad, x, axis) * mask / mask.sum(axis=axis, keepdims=True)


def _x_initial_zero(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True, initial=0.0)
    return _s_view(grad, x, axis) * mask / np.maximum(mask.sum(axis=axis, keepdims=True), 1)


def _x_ratio(grad, x, axis):
    """x / max is one at the largest; but a largest of zero ..."""
    top = x.max(axis=axis, keepdims=True)
    with np.errstate(all="ignore"):
        mask = x / top == 1.0
        return _s_view(grad, x, axis) * mask / np.maximum(mask.sum(axis=axis, keepdims=True), 1)


def _x_float32_ties(grad, x, axis):
    y = x.astype(np.float32)
    mask = y == y.max(axis=axis, keepdims=True)
    return _s_view(grad, x, axis) * mask / mask.sum(axis=axis, keepdims=True)


def _x_no_keepdims(grad, x, axis):
    mask = x == x.max(axis)
    return grad * mask / mask.sum(axis)


def _x_no_expand(grad, x, axis):
    mask = x == x.max(axis, keepdims=True)
    return grad * mask / mask.sum(axis, keepdims=True)


def _x_zeroes_x(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    x[~mask] = 0.0
    x[mask] = 1.0
    return x * _s_view(grad, x, axis) / x.sum(axis=axis, keepdims=True)


def _x_min(grad, x, axis):
    mask = x == x.min(axis=axis, keepdims=True)
    return _s_view(grad, x, axis) * mask / mask.sum(axis=axis, keepdims=True)


def _x_value_counts(grad, x, axis):
    """Counts how often the value comes up in the whole of x."""
    top = x.max(axis=axis, keepdims=True)
    values, counts = np.unique(x, return_counts=True)
    return _s_view(grad, x, axis) * (x == top) / counts[np.searchsorted(values, top)]


def _x_ties_none_only(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    if axis is None:
        return grad * mask / mask.sum()
    return np.expand_dims(grad, axis) * mask


def _x_returns_max(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    return _s_view(grad, x, axis) * x * mask / mask.sum(axis=axis, keepdims=True)


def _x_none_false(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    return np.expand_dims(grad, axis) * mask / mask.sum(axis=axis, keepdims=True)


def _x_softmax(grad, x, axis):
    e = np.exp(50.0 * (x - x.max(axis=axis, keepdims=True)))
    return _s_view(grad, x, axis) * e / e.sum(axis=axis, keepdims=True)


def _x_last_axis_count(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    count = mask.sum() if axis is None else np.maximum(mask.sum(axis=-1, keepdims=True), 1)
    return _s_view(grad, x, axis) * mask / count


def _x_forever(grad, x, axis):
    """Takes away ties one at a time until one is left, but never changes what it tests."""
    mask = x == x.max(axis=axis, keepdims=True)
    count = mask.sum(axis=axis, keepdims=True)
    share = np.ones(count.shape)
    while (count > 1).any():
        share = 1.0 / count
    return _s_view(grad, x, axis) * mask * share


_x_masks = {}


def _x_remembers_mask(grad, x, axis):
    mask = _x_masks.setdefault((x.shape, axis), x == x.max(axis=axis, keepdims=True))
    return _s_view(grad, x, axis) * mask / mask.sum(axis=axis, keepdims=True)


def _x_neighbours(grad, x, axis):
    """Only sees ties that stand side by side in memory."""
    mask = x == x.max(axis=axis, keepdims=True)
    flat = mask.ravel().astype(int)
    near = flat + np.r_[0, flat[:-1]] * flat + np.r_[flat[1:], 0] * flat
    return _s_view(grad, x, axis) * mask / np.maximum(near, 1).reshape(x.shape)


def _t_add_at(grad, x, indices):
    out = np.zeros_like(x)
    np.add.at(out, indices, grad)
    return out


def _t_loop(grad, x, indices):
    out = np.zeros(x.shape)
    for where in np.ndindex(indices.shape):
        out[indices[where]] += grad[where]
    return out


def _t_one_hot(grad, x, indices):
    hot = np.eye(len(x))[indices.ravel()]
    rest = x.shape[1:]
    return (hot.T @ np.reshape(grad, (indices.size, math.prod(rest)))).reshape(x.shape)


def _t_bincount(grad, x, indices):
    n, width = len(x), math.prod(x.shape[1:])
    spots = (indices.astype(np.int64).ravel() % n)[:, None] * width + np.arange(width)
    out = np.bincount(spots.ravel(), weights=np.ravel(grad), minlength=n * width)
    return out.reshape(x.shape).astype(float)  # without any index bincount gives integers


def _t_torch(grad, x, indices):
    t = torch.tensor(np.array(x, order="C"), requires_grad=True)
    picked = t[torch.tensor(np.array(indices, dtype=np.int64, order="C"))]
    return torch.autograd.grad(picked, t, torch.tensor(np.array(grad, order="C")))[0].numpy()


def _t_einsum(grad, x, indices):
    n = x.shape[0]
    places = indices.astype(np.int64)[..., None] % n == np.arange(n)
    k, rest = indices.ndim, list(range(indices.ndim + 1, indices.ndim + x.ndim))
    front = list(range(k))
    return np.einsum(places.astype(float), front + [k], np.asarray(grad), front + rest, [k] + rest)


def _t_reduceat(grad, x, indices):
    flat = indices.astype(np.int64).ravel() % len(x)
    out = np.zeros(x.shape)
    if flat.size:
        order = np.argsort(flat, kind="stable")
        found, starts = np.unique(flat[order], return_index=True)
        rows = np.reshape(grad, (flat.size,) + x.shape[1:])[order]
        out[found] = np.add.reduceat(rows, starts, axis=0)
    return out


def _t_per_row(grad, x, indices):
    """Asks for each row of x where it went."""
    numbers = np.arange(len(x))[indices]
    return np.array([np.sum(np.asarray(grad)[numbers == i], axis=0) for i in range(len(x))]).reshape(x.shape)


class _TRecursive:
    def __call__(self, grad, x, indices):
        indices = np.asarray(indices)
        if indices.ndim == 0:
            out = np.zeros(x.shape)
            out[int(indices)] = grad
            return out
        parts = (self(g, x, i) for g, i in zip(grad, indices))
        return functools.reduce(np.add, parts, np.zeros(x.shape))


def _t_rounds(grad, x, indices):
    """Adds in rounds; in each round an index comes up once at most."""
    flat = list(indices.reshape(-1).tolist())
    rows = np.asarray(grad).reshape((len(flat),) + x.shape[1:])
    out, left = np.zeros_like(x), list(range(len(flat)))
    while left:
        now = {flat[k] % len(x): k for k in reversed(left)}
        out[list(now)] += rows[list(now.values())]
        left = [k for k in left if k not in set(now.values())]
    return out


def _t_plus_equals(grad, x, indices):
    out = np.zeros_like(x)
    out[indices] += grad
    return out


def _t_assigns(grad, x, indices):
    out = np.zeros_like(x)
    out[indices] = grad
    return out


def _t_bincount_negative(grad, x, indices):
    n, width = len(x), math.prod(x.shape[1:])
    spots = indices.ravel()[:, None] * width + np.arange(width)
    return np.bincount(spots.ravel(), weights=np.ravel(grad), minlength=n * width).reshape(x.shape)


def _t_compares(grad, x, indices):
    out = np.zeros_like(x)
    rows = np.reshape(grad, (indices.size,) + x.shape[1:])
    for i in range(len(x)):
        out[i] = rows[indices.ravel() == i].sum(axis=0)
    return out


def _t_zip(grad, x, indices):
    out = np.zeros_like(x)
    for i, g in zip(indices, grad):
        np.add.at(out, i, g)
    return out


def _t_zip_rows(grad, x, indices):
    out = np.zeros_like(x)
    if indices.ndim == 0:
        out[indices] = grad
        return out
    for i, g in zip(indices, grad):
        out[i] += g
    return out


def _t_abs(grad, x, indices):
    out = np.zeros_like(x)
    np.add.at(out, np.abs(indices), grad)
    return out


def _t_mirror(grad, x, indices):
    """Off by one for negative indices."""
    out = np.zeros_like(x)
    np.add.at(out, np.where(indices < 0, len(x) - 1 + indices, indices), grad)
    return out


def _t_1d_only(grad, x, indices):
    n = len(x)
    return np.bincount(np.ravel(indices) % n, weights=np.ravel(grad), minlength=n)


def _t_no_minlength(grad, x, indices):
    n, width = len(x), math.prod(x.shape[1:])
    spots = (indices.ravel() % n)[:, None] * width + np.arange(width)
    return np.bincount(spots.ravel(), weights=np.ravel(grad)).reshape((-1,) + x.shape[1:])


def _t_mean(grad, x, indices):
    out, times = np.zeros_like(x), np.zeros(len(x))
    np.add.at(out, indices, grad)
    np.add.at(times, indices, 1.0)
    return out / np.maximum(times, 1.0).reshape((-1,) + (1,) * (x.ndim - 1))


def _t_takes_grad(grad, x, indices):
    return grad[indices]


def _t_last_axis(grad, x, indices):
    out = np.zeros_like(x)
    np.add.at(out, (..., indices), grad)
    return out


def _t_adds_to_x(grad, x, indices):
    out = x.copy()
    np.add.at(out, indices, grad)
    return out


def _t_writes_x(grad, x, indices):
    x[...] = 0.0
    np.add.at(x, indices, grad)
    return x


def _t_fixes_indices(grad, x, indices):
    flat = indices.reshape(-1)
    flat[flat < 0] += len(x)
    return _t_compares(grad, x, flat)


def _t_unique(grad, x, indices):
    """Unites repeated indices, but takes -1 and n - 1 for two."""
    out = np.zeros_like(x)
    found, number = np.unique(indices, return_inverse=True)
    rows = np.reshape(grad, (indices.size,) + x.shape[1:])
    sums = np.zeros((len(found),) + x.shape[1:])
    np.add.at(sums, number.reshape(-1), rows)
    out[found] = sums
    return out


def _t_once(grad, x, indices):
    """Skips an index that was there before."""
    out, seen = np.zeros_like(x), set()
    for where in np.ndindex(indices.shape):
        i = int(indices[where]) % len(x)
        if i not in seen:
            out[i] = grad[where]
        seen.add(i)
    return out


def _t_forever(grad, x, indices):
    out = np.zeros_like(x)
    for where in np.ndindex(indices.shape):
        i = int(indices[where])
        while i < 0:
            i -= len(x)
        out[i] += grad[where]
    return out


def _t_float32(grad, x, indices):
    out = np.zeros(x.shape, dtype=np.float32)
    np.add.at(out, indices, grad.astype(np.float32))
    return out.astype(np.float64)


def _t_flat_shape(grad, x, indices):
    out = np.zeros(x.size // len(x) * len(x))
    np.add.at(out.reshape(x.shape), indices, grad)
    return out


_t_total = {}


def _t_keeps_total(grad, x, indices):
    out = _t_total.setdefault(x.shape, np.zeros_like(x))
    np.add.at(out, indices, grad)
    return out.copy()


def _t_none(grad, x, indices):
    out = np.zeros_like(x)
    return np.add.at(out, indices, grad)


def _t_tuple_index(grad, x, indices):
    """Takes the last axis of the indices for coordinates."""
    out = np.zeros_like(x)
    for where, g in zip(indices.reshape(-1, indices.shape[-1]), grad.reshape(-1, *grad.shape[indices.ndim :])):
        np.add.at(out, tuple(where), g)
    return out


def _t_int_only(grad, x, indices):
    out = np.zeros_like(x)
    for k, i in enumerate(indices.tolist()):
        out[i] += grad[k]
    return out


def _t_at_most_twice(grad, x, indices):
    """Handles duplicates by a second pass, and not a third."""
    flat = indices.ravel() % len(x)
    rows = np.reshape(grad, (flat.size,) + x.shape[1:])
    out = np.zeros_like(x)
    found, first = np.unique(flat, return_index=True)
    out[found] += rows[first]
    again = np.setdiff1d(np.arange(flat.size), first)
    out[flat[again]] += rows[again]
    return out


def _softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _z_usual(grad, x):
    s = _softmax(x)
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))


def _z_jacobian(grad, x):
    s = _softmax(x)
    n = x.shape[-1]
    jacobian = s[..., :, None] * np.eye(n) - s[..., :, None] * s[..., None, :]
    return np.einsum("...i,...ij->...j", grad, jacobian)


def _z_torch(grad, x):
    t = torch.tensor(np.array(x, order="C"), requires_grad=True)
    return torch.autograd.grad(t.softmax(-1), t, torch.tensor(np.array(grad, order="C")))[0].numpy()


def _z_logaddexp(grad, x):
    s = np.exp(x - np.logaddexp.reduce(x, axis=-1, keepdims=True))
    return np.multiply(s, grad - np.einsum("...i,...i->...", s, grad)[..., np.newaxis])


def _z_pairs(grad, x):
    """One over the sum of exp(x_j - x_i); the differences are cut off at 600."""
    apart = np.minimum(x[..., None, :] - x[..., :, None], 600.0)
    s = 1.0 / np.exp(apart).sum(axis=-1)
    centre = np.matmul(grad[..., None, :], s[..., :, None])[..., 0]
    return s * (grad - centre)


def _z_rows(grad, x):
    def row(g, v):
        top = max(v)
        e = [math.exp(k - top) for k in v]
        total = math.fsum(e)
        s = [k / total for k in e]
        dot = math.fsum(p * q for p, q in zip(s, g))
        return [p * (q - dot) for p, q in zip(s, g)]

    width = x.shape[-1]
    pairs = zip(grad.reshape(-1, width).tolist(), x.reshape(-1, width).tolist())
    return np.array(list(itertools.starmap(row, pairs)), dtype=float).reshape(x.shape)


def _z_recursive(grad, x):
    if x.ndim > 1:
        return np.stack([_z_recursive(g, v) for g, v in zip(grad, x)])
    s = _softmax(x)
    return np.diag(s) @ grad - np.outer(s, s) @ grad


def _z_in_place(grad, x):
    s = x.copy()
    s -= np.amax(s, axis=-1)[..., None]
    np.exp(s, out=s)
    s /= np.add.reduce(s, -1)[..., None]
    out = s * grad
    out -= s * out.sum(-1, keepdims=True)
    return out


class _ZApply:
    def row(self, both):
        g, v = np.split(both, 2)
        s = _softmax(v)
        return s * (g - s @ g)

    def __call__(self, grad, x):
        return np.apply_along_axis(self.row, -1, np.concatenate([grad, x], axis=-1))


def _z_differences(grad, x):
    """s_i times the sum over j of s_j (g_i - g_j)."""
    s = _softmax(x)
    return s * np.einsum("...j,...ij->...i", s, grad[..., :, None] - grad[..., None, :])


def _z_no_shift(grad, x):
    e = np.exp(x)
    s = e / e.sum(-1, keepdims=True)
    return s * (grad - (grad * s).sum(-1, keepdims=True))


def _z_quiet(grad, x):
    with np.errstate(all="ignore"):
        return _z_no_shift(grad, x)


def _z_nan_to_num(grad, x):
    with np.errstate(all="ignore"):
        e = np.exp(x)
        s = np.nan_to_num(e / e.sum(-1, keepdims=True))
    return s * (grad - (grad * s).sum(-1, keepdims=True))


def _z_global_shift(grad, x):
    e = np.exp(x - x.max())
    s = e / e.sum(-1, keepdims=True)
    return s * (grad - (grad * s).sum(-1, keepdims=True))


def _z_global_shift_eps(grad, x):
    e = np.exp(x - x.max())
    s = e / (e.sum(-1, keepdims=True) + 1e-300)
    return s * (grad - (grad * s).sum(-1, keepdims=True))


def _z_mean_shift(grad, x):
    e = np.exp(x - x.mean(-1, keepdims=True))
    s = e / e.sum(-1, keepdims=True)
    return s * (grad - (grad * s).sum(-1, keepdims=True))


def _z_clips(grad, x):
    return _z_no_shift(grad, np.clip(x, -500.0, 500.0))


def _z_axis_zero(grad, x):
    e = np.exp(x - x.max(axis=0))
    s = e / e.sum(axis=0)
    return s * (grad - (grad * s).sum(axis=0))


def _z_axis_one(grad, x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return s * (grad - (grad * s).sum(axis=1, keepdims=True))


def _z_whole_sum(grad, x):
    s = _softmax(x)
    return s * (grad - (grad * s).sum())


def _z_diagonal(grad, x):
    s = _softmax(x)
    return grad * s * (1.0 - s)


def _z_no_keepdims(grad, x):
    s = _softmax(x)
    return s * (grad - (grad * s).sum(axis=-1))


def _z_sign(grad, x):
    s = _softmax(x)
    return s * ((grad * s).sum(axis=-1, keepdims=True) - grad)


def _z_log_softmax(grad, x):
    s = _softmax(x)
    return grad - s * grad.sum(axis=-1, keepdims=True)


def _z_given_s(grad, x):
    """Takes x for the result of the softmax."""
    return x * (grad - (grad * x).sum(axis=-1, keepdims=True))


def _z_sum_of_grad(grad, x):
    s = _softmax(x)
    return s * (grad - grad.mean(axis=-1, keepdims=True))


def _z_shifts_x(grad, x):
    x -= x.max(axis=-1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=-1, keepdims=True)
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))


def _z_shifts_back(grad, x):
    """Shifts x in place and adds the maximum again, which does not give all digits back."""
    top = x.max(axis=-1, keepdims=True)
    x -= top
    e = np.exp(x)
    x += top
    s = e / e.sum(axis=-1, keepdims=True)
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))


def _z_changes_grad(grad, x):
    s = _softmax(x)
    grad -= (grad * s).sum(axis=-1, keepdims=True)
    return s * grad


def _z_outer(grad, x):
    s = _softmax(x)
    return (np.diag(s) - np.outer(s, s)) @ grad


def _z_matrix_2d(grad, x):
    if x.ndim == 1:
        return _z_usual(grad[None], x[None])[0]
    rows, cols = x.shape
    out = np.empty((rows, cols))
    for r in range(rows):
        out[r] = _z_usual(grad[r], x[r])
    return out


def _z_float32(grad, x):
    return _z_usual(grad.astype(np.float32), x.astype(np.float32)).astype(np.float64)


def _z_big_eps(grad, x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    s = e / (e.sum(axis=-1, keepdims=True) + 1e-5)
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))


def _z_forever(grad, x):
    y = x.copy()
    while np.abs(y).max() > 700:
        y - y.max(axis=-1, keepdims=True)
    return _z_usual(grad, y)


_z_last = {}


def _z_remembers(grad, x):
    if x.shape not in _z_last:
        _z_last[x.shape] = _softmax(x)
    s = _z_last[x.shape]
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))


def _z_abs_shift(grad, x):
    """Shifts by the largest absolute value."""
    e = np.exp(x - np.abs(x).max(axis=-1, keepdims=True))
    s = e / np.maximum(e.sum(axis=-1, keepdims=True), 1e-300)
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))


def _z_difference_quotient(grad, x):
    """Forward differences."""
    out = np.zeros_like(x)
    for where in np.ndindex(x.shape):
        y = x.copy()
        y[where] += 1e-4
        out[where] = (grad * (_softmax(y) - _softmax(x))).sum() / 1e-4
    return out


def _z_rounds(grad, x):
    return np.round(_z_usual(grad, x), 5)


_U, _M, _S, _E = "tensors.unbroadcast", "tensors.matmul_vjp", "tensors.sum_vjp", "tensors.mean_vjp"


_X, _T, _Z = "tensors.max_vjp", "tensors.take_vjp", "tensors.softmax_vjp"


SUBMISSIONS = (
    Submission(_U, "sums in front, then where the length is one", _u_classic),
    Submission(_U, "sums with einsum", _u_einsum),
    Submission(_U, "adds entry by entry", _u_ndindex),
    Submission(_U, "recursion", _u_recursive),
    Submission(_U, "broadcasts numbers and counts with bincount", _u_bincount),
    Submission(_U, "nditer with reduce_ok", _u_nditer),
    Submission(_U, "multiplies with the Jacobian", _u_jacobian),
    Submission(_U, "torch's expand and backward", _u_torch),
    Submission(_U, "an object with __call__ that uses fsum", _UFsum()),
    Submission(_U, "returns a read-only array", _u_readonly),
    Submission(_U, "sums only the leading axes", _u_leading_only, "wrong", "only axes in front"),
    Submission(_U, "sums only where the length is one", _u_ones_only, "wrong", "only stretched axes"),
    Submission(_U, "drops the axes of length one", _u_drops_ones, "wrong", "axes of length 1 lost"),
    Submission(_U, "aligns the shapes on the left", _u_left_aligned, "error"),
    Submission(_U, "takes means", _u_mean, "wrong", "mean for sum"),
    Submission(_U, "keeps the leading axes", _u_keeps_leading, "wrong", "axes in front kept"),
    Submission(_U, "sums one leading axis at most", _u_one_leading, "wrong", "one axis in front only"),
    Submission(_U, "looks at shape[0] always", _u_first_entry, "error"),
    Submission(_U, "gives shape (1,) for ()", _u_scalar_as_vector, "wrong"),
    Submission(_U, "adds up inside grad", _u_mutates, "wrong"),
    Submission(_U, "prints the result", _u_prints, "wrong", "nothing returned"),
    Submission(_U, "returns nothing if the shapes agree", _u_bare_return, "wrong"),
    Submission(_U, "sums axis 0 until the shapes agree", _u_forever, "timeout"),
    Submission(_U, "only the three cases of the example", _u_example, "wrong"),
    Submission(_U, "axis numbers shift as axes go", _u_shifting, "error", "axes that have moved"),
    Submission(_U, "finds the axes by their length", _u_by_size, "error"),
    Submission(_U, "returns float32", _u_float32, "wrong"),
    Submission(_U, "sums in float32", _u_float32_inside, "wrong"),
    Submission(_U, "reshapes and sums the first axis", _u_reshape_sum, "wrong"),
    Submission(_U, "reads grad in memory order", _u_memory_order, "wrong"),
    Submission(_U, "remembers results by shape", _u_remembers, "wrong"),
    Submission(_U, "picks the first copy", _u_first_slice, "wrong", "first copy only"),
    Submission(_U, "rounds to four digits", _u_rounds, "wrong"),
    Submission(_U, "a masked array without values", _u_masked, "wrong"),
    Submission(_U, "sums the first length-one axis only", _u_expand_one, "wrong"),
    Submission(_M, "swapaxes and unbroadcast", _m_usual),
    Submission(_M, "einsum with dots, then entry by entry", _m_einsum),
    Submission(_M, "loops over the batch, returns a list", _m_loops),
    Submission(_M, "torch.autograd", _m_torch),
    Submission(_M, "broadcast product, no matmul", _m_elementwise),
    Submission(_M, "moves axes with a partial", _m_transposes),
    Submission(_M, "an object: one-hot matrices", _MLinear()),
    Submission(_M, "einsum with numbered axes", _m_named_axes),
    Submission(_M, "second one by the transposed problem", _m_flip_problem),
    Submission(_M, "swaps the two gradients", _m_swapped, "wrong", "exchanged"),
    Submission(_M, "no transposes", _m_no_transpose, "error", "transposes missing"),
    Submission(_M, "uses .T", _m_capital_t, "error", ".T for swapaxes"),
    Submission(_M, "does not unbroadcast", _m_no_unbroadcast, "wrong", "batch not summed"),
    Submission(_M, "sums only missing batch axes", _m_leading_only, "wrong", "only missing batch axes summed"),
    Submission(_M, "sums only batch axes of length one", _m_ones_only, "wrong"),
    Submission(_M, "gradient of b is transposed", _m_b_transposed, "wrong", "b transposed"),
    Submission(_M, "multiplies entries as in the example", _m_example_only, "error"),
    Submission(_M, "returns the gradient of a only", _m_first_only, "wrong", "only a"),
    Submission(_M, "means over the batch", _m_mean_over_batch, "wrong", "mean over the batch"),
    Submission(_M, "np.dot", _m_dot, "wrong"),
    Submission(_M, "transposes (0, 2, 1)", _m_three_axes, "error"),
    Submission(_M, "einsum for two axes", _m_einsum_2d, "error"),
    Submission(_M, "swaps the first two axes", _m_first_axes_swapped, "error"),
    Submission(_M, "accumulates in a default argument", _m_accumulates, "wrong"),
    Submission(_M, "casts to float32", _m_float32, "wrong"),
    Submission(_M, "sums all batch axes", _m_all_batch_summed, "wrong", "summed over all batches"),
    Submission(_M, "unbroadcasts one of the two only", _m_one_side, "wrong", "only missing batch axes summed"),
    Submission(_M, "prints the pair", _m_prints, "wrong", "nothing returned"),
    Submission(_M, "writes into b if the shapes agree", _m_mutates, "wrong"),
    Submission(_M, "overwrites a, then uses it", _m_overwrites_a, "wrong"),
    Submission(_M, "stacks the two", _m_stacked, "error"),
    Submission(_M, "returns a dict", _m_dict, "wrong"),
    Submission(_M, "squeezes", _m_squeezes, "wrong"),
    Submission(_M, "unbroadcasts by reshaping", _m_reshape_batch, "wrong"),
    Submission(_M, "takes grad as ones", _m_ignores_grad, "wrong", "grad ignored"),
    Submission(_M, "returns None: forgets return", lambda grad, a, b: None, "wrong", "nothing returned"),
    Submission(_S, "a read-only broadcast view", _s_view),
    Submission(_S, "adds zero times x", _s_plus_zero),
    Submission(_S, "takes axis 0 for None, harmlessly", _s_not_axis),
    Submission(_S, "picks entry by entry", _s_ndindex),
    Submission(_S, "torch.backward", _s_torch),
    Submission(_S, "assigns into a view with axes moved", _s_moveaxis),
    Submission(_S, "repeats axis by axis", _s_repeat),
    Submission(_S, "einsum with ones", _s_einsum),
    Submission(_S, "recursion with stack", _s_recursive),
    Submission(_S, "an object that picks by number", _SIndexed()),
    Submission(_S, "indexes with None", _s_newaxis),
    Submission(_S, "does not expand", _s_no_expand, "error"),
    Submission(_S, "expands only if it must", _s_try_first, "wrong", "axis not put back"),
    Submission(_S, "list.insert with negative axes", _s_insert, "error"),
    Submission(_S, "expands in the tuple's order", _s_one_by_one, "error", "axes in the given order"),
    Submission(_S, "sorts negative with positive axes", _s_sorted_mixed, "error"),
    Submission(_S, "expand_dims with None", _s_none, "error"),
    Submission(_S, "no tuples", _s_no_tuple, "error"),
    Submission(_S, "tuples of two only", _s_two_axes, "error"),
    Submission(_S, "absolute values of the axes", _s_abs_axis, "error"),
    Submission(_S, "keeps length one, does not broadcast", _s_keepdims, "wrong", "axis kept with length 1"),
    Submission(_S, "divides as for the mean", _s_like_mean, "wrong", "rule of the mean"),
    Submission(_S, "multiplies by x", _s_times_x, "wrong", "times x"),
    Submission(_S, "ones", _s_ones, "wrong", "grad ignored"),
    Submission(_S, "writes into x", _s_writes_x, "wrong"),
    Submission(_S, "sets the shape of grad", _s_reshapes_grad, "wrong"),
    Submission(_S, "tiles and reshapes", _s_tile, "wrong", "filled up in order"),
    Submission(_S, "does not keep what expand_dims returns", _s_forever, "timeout"),
    Submission(_S, "puts new axes behind", _s_behind, "error", "axis put back at the end"),
    Submission(_S, "returns float32", _s_float32, "wrong"),
    Submission(_S, "gives the same buffer each time", _s_buffer, "wrong"),
    Submission(_S, "finds the axes by their length", _s_by_size, "wrong"),
    Submission(_S, "first or last axis only", _s_last_or_first, "error"),
    Submission(_S, "sums grad", _s_sums_grad, "wrong", "all of grad summed"),
    Submission(_S, "remembers a shape per axis", _s_shape_cache, "error"),
    Submission(_S, "an object equal to everything", lambda grad, x, axis: _SYes(), "wrong"),
    Submission(_S, "only a docstring", lambda grad, x, axis: None, "wrong", "nothing returned"),
    Submission(_E, "ratio of the sizes", _e_sizes),
    Submission(_E, "product of the lengths, read-only view", _e_prod),
    Submission(_E, "means of one-hot arrays", _e_mean_of_ones),
    Submission(_E, "torch.autograd", _e_torch),
    Submission(_E, "axis by axis with stack", _e_one_at_a_time),
    Submission(_E, "counts ones", _e_count_ones),
    Submission(_E, "einsum with weights", _e_einsum),
    Submission(_E, "a partial", _e_partial),
    Submission(_E, "an object that works in place on a copy", _EInPlace()),
    Submission(_E, "does not divide", _e_no_division, "wrong", "sum for mean"),
    Submission(_E, "divides by all entries", _e_all_entries, "wrong", "divided by the number of entries"),
    Submission(_E, "divides by the size of grad", _e_grad_size, "wrong", "divided by the number of means"),
    Submission(_E, "divides by len(x)", _e_len_x, "wrong", "divided by the length of axis 0"),
    Submission(_E, "divides by the last length", _e_last_length, "wrong", "divided by the length of the last axis"),
    Submission(_E, "takes axis 0 for None", _e_axis_zero, "wrong", "0 taken for None"),
    Submission(_E, "first axis of the tuple only", _e_first_of_tuple, "wrong", "first axis of the tuple counted"),
    Submission(_E, "sum of the lengths", _e_sum_of_lengths, "wrong", "divided by the sum of lengths"),
    Submission(_E, "product of a set of lengths", _e_set_of_lengths, "wrong"),
    Submission(_E, "divides by the number of axes", _e_number_of_axes, "wrong", "divided by the number of axes"),
    Submission(_E, "multiplies by the count", _e_multiplies, "wrong", "multiplied"),
    Submission(_E, "floor division", _e_floor, "wrong", "whole-number division"),
    Submission(_E, "None as an axis", _e_none_as_index, "error"),
    Submission(_E, "divides grad in place", _e_divides_grad, "wrong"),
    Submission(_E, "keeps length one", _e_keepdims, "wrong", "axis kept with length 1"),
    Submission(_E, "does not expand", _e_no_expand, "error"),
    Submission(_E, "negative axes never counted", _e_negative_outside, "wrong"),
    Submission(_E, "multiplies by the deviation", _e_centred, "wrong"),
    Submission(_E, "the example's axis 1 always", _e_only_example, "error"),
    Submission(_E, "return inside the if", _e_forgets_return, "wrong", "nothing returned"),
    Submission(_E, "loops forever for negative axes", _e_forever, "timeout"),
    Submission(_E, "remembers the count", _e_count_cache, "wrong"),
    Submission(_E, "weights in half precision", _e_float16_weight, "wrong"),
    Submission(_E, "divides by n - 1", _e_bessel, "wrong", "divided by one less"),
    Submission(_X, "mask and count", _x_usual),
    Submission(_X, "torch.amax", _x_torch),
    Submission(_X, "slice by slice", _x_ndindex),
    Submission(_X, "as rows, transposed back", _x_rows),
    Submission(_X, "compares all with all", _x_not_smaller),
    Submission(_X, "sorts", _x_sort),
    Submission(_X, "mean of the mask", _x_mean_of_mask),
    Submission(_X, "1 + sign and einsum", _x_sign),
    Submission(_X, "an object that groups in a dict", _XDict()),
    Submission(_X, "every tie gets all", _x_all_full, "wrong", "every tie gets all"),
    Submission(_X, "the first tie gets all", _x_first_wins, "wrong", "first tie only"),
    Submission(_X, "counts ties over all of x", _x_total_count, "wrong", "ties counted over everything"),
    Submission(_X, "the largest of all of x", _x_global_max, "wrong", "largest of all, shared"),
    Submission(_X, "isclose for ties", _x_isclose, "wrong", "nearly equal ones share"),
    Submission(_X, "shares of shares for tuples", _x_axis_by_axis, "wrong"),
    Submission(_X, "halves for any tie", _x_over_two, "wrong", "halved for every tie"),
    Submission(_X, "argmax", _x_argmax, "error", "argmax, no tuples"),
    Submission(_X, "largest absolute value", _x_abs, "wrong", "largest size"),
    Submission(_X, "maximum starts at zero", _x_initial_zero, "wrong", "begun at 0"),
    Submission(_X, "divides by the maximum", _x_ratio, "wrong"),
    Submission(_X, "compares in float32", _x_float32_ties, "wrong", "nearly equal ones share"),
    Submission(_X, "no keepdims", _x_no_keepdims, "error"),
    Submission(_X, "does not expand grad", _x_no_expand, "error"),
    Submission(_X, "turns x into the mask", _x_zeroes_x, "wrong"),
    Submission(_X, "the smallest", _x_min, "wrong", "smallest"),
    Submission(_X, "counts the value in all of x", _x_value_counts, "wrong"),
    Submission(_X, "shares for None only", _x_ties_none_only, "wrong", "every tie gets all"),
    Submission(_X, "multiplies by the maximum", _x_returns_max, "wrong", "value sent back"),
    Submission(_X, "expand_dims with None", _x_none_false, "error"),
    Submission(_X, "a sharp softmax", _x_softmax, "wrong"),
    Submission(_X, "counts along the last axis", _x_last_axis_count, "wrong"),
    Submission(_X, "loops forever with ties", _x_forever, "timeout"),
    Submission(_X, "remembers the mask", _x_remembers_mask, "wrong"),
    Submission(_X, "sees only neighbouring ties", _x_neighbours, "wrong"),
    Submission(_T, "add.at", _t_add_at),
    Submission(_T, "loops over the indices", _t_loop),
    Submission(_T, "one-hot matrix", _t_one_hot),
    Submission(_T, "bincount over all entries", _t_bincount),
    Submission(_T, "torch.autograd", _t_torch),
    Submission(_T, "einsum", _t_einsum),
    Submission(_T, "sorts and uses reduceat", _t_reduceat),
    Submission(_T, "row by row of x", _t_per_row),
    Submission(_T, "an object, recursion", _TRecursive()),
    Submission(_T, "rounds without repeats", _t_rounds),
    Submission(_T, "+= with the index array", _t_plus_equals, "wrong", "repeats overwritten"),
    Submission(_T, "assigns", _t_assigns, "wrong", "repeats overwritten"),
    Submission(_T, "bincount with negative ones", _t_bincount_negative, "error", "negative index refused"),
    Submission(_T, "compares with each row number", _t_compares, "wrong", "negative indices skipped"),
    Submission(_T, "zips indices and grad", _t_zip, "error", "several axes refused"),
    Submission(_T, "+= for each row of indices", _t_zip_rows, "wrong", "+= row by row"),
    Submission(_T, "abs of negative ones", _t_abs, "error", "negative indices turned"),
    Submission(_T, "negative ones off by one", _t_mirror, "wrong"),
    Submission(_T, "one axis only", _t_1d_only, "error"),
    Submission(_T, "result too short", _t_no_minlength, "wrong"),
    Submission(_T, "mean over repeats", _t_mean, "wrong", "mean of the picks"),
    Submission(_T, "takes from grad", _t_takes_grad, "error", "picked from grad"),
    Submission(_T, "along the last axis", _t_last_axis, "error"),
    Submission(_T, "adds to a copy of x", _t_adds_to_x, "wrong", "begun with x"),
    Submission(_T, "works in x", _t_writes_x, "wrong"),
    Submission(_T, "makes the indices positive in place", _t_fixes_indices, "wrong"),
    Submission(_T, "takes -1 and n - 1 for different", _t_unique, "wrong"),
    Submission(_T, "skips repeats", _t_once, "wrong", "first pick only"),
    Submission(_T, "loops forever for negative ones", _t_forever, "timeout"),
    Submission(_T, "adds in float32", _t_float32, "wrong"),
    Submission(_T, "returns it flat", _t_flat_shape, "wrong"),
    Submission(_T, "adds to the last call's result", _t_keeps_total, "wrong"),
    Submission(_T, "returns what add.at returns", _t_none, "wrong", "nothing returned"),
    Submission(_T, "indices as coordinates", _t_tuple_index, "error"),
    Submission(_T, "one axis of indices only", _t_int_only, "error"),
    Submission(_T, "two passes only", _t_at_most_twice, "wrong"),
    Submission(_Z, "shift, then the formula", _z_usual),
    Submission(_Z, "whole Jacobian", _z_jacobian),
    Submission(_Z, "torch.softmax", _z_torch),
    Submission(_Z, "logaddexp.reduce", _z_logaddexp),
    Submission(_Z, "pairwise differences, cut off", _z_pairs),
    Submission(_Z, "math.exp, row by row", _z_rows),
    Submission(_Z, "recursion to one axis", _z_recursive),
    Submission(_Z, "in place on a copy", _z_in_place),
    Submission(_Z, "an object with apply_along_axis", _ZApply()),
    Submission(_Z, "differences of grad", _z_differences),
    Submission(_Z, "no shift", _z_no_shift, "wrong", "unstable"),
    Submission(_Z, "silences the warnings", _z_quiet, "wrong", "unstable"),
    Submission(_Z, "turns nan into numbers", _z_nan_to_num, "wrong"),
    Submission(_Z, "shifts by the overall maximum", _z_global_shift, "wrong", "one largest for all rows"),
    Submission(_Z, "overall maximum and an epsilon", _z_global_shift_eps, "wrong"),
    Submission(_Z, "shifts by the mean", _z_mean_shift, "wrong"),
    Submission(_Z, "clips x", _z_clips, "wrong"),
    Submission(_Z, "axis 0", _z_axis_zero, "wrong", "over the first axis"),
    Submission(_Z, "axis 1", _z_axis_one, "error"),
    Submission(_Z, "sums over all axes", _z_whole_sum, "wrong", "sum over everything"),
    Submission(_Z, "diagonal of the Jacobian only", _z_diagonal, "wrong", "diagonal only"),
    Submission(_Z, "no keepdims", _z_no_keepdims, "error", "keepdims missing"),
    Submission(_Z, "wrong sign", _z_sign, "wrong", "sign"),
    Submission(_Z, "log-softmax", _z_log_softmax, "wrong", "rule of log-softmax"),
    Submission(_Z, "takes x for the softmax", _z_given_s, "wrong", "output for the input"),
    Submission(_Z, "subtracts the plain mean", _z_sum_of_grad, "wrong", "mean for the weighted sum"),
    Submission(_Z, "shifts x in place", _z_shifts_x, "wrong"),
    Submission(_Z, "shifts x and shifts it back", _z_shifts_back, "wrong"),
    Submission(_Z, "changes grad in place", _z_changes_grad, "wrong"),
    Submission(_Z, "diag and outer for one axis", _z_outer, "error"),
    Submission(_Z, "one or two axes", _z_matrix_2d, "error"),
    Submission(_Z, "float32 inside", _z_float32, "wrong"),
    Submission(_Z, "a large epsilon", _z_big_eps, "wrong"),
    Submission(_Z, "loops forever for large ones", _z_forever, "timeout"),
    Submission(_Z, "remembers the softmax", _z_remembers, "wrong"),
    Submission(_Z, "shifts by the largest absolute value", _z_abs_shift, "wrong"),
    Submission(_Z, "forward differences", _z_difference_quotient, "wrong"),
    Submission(_Z, "rounds to five digits", _z_rounds, "wrong"),
    Submission(_Z, "returns the softmax", lambda grad, x: _softmax(x), "wrong", "forward"),
)
