"""Answers written blind for `tensors.max_vjp`, each under the verdict that it deserves."""

import itertools

import numpy as np
import torch
from submissions import passes, rejected
from submissions.tensors import sum_vjp
from submissions.tensors._shared import axes_of, with_kept_axes

_spread = sum_vjp.read_only_broadcast_view.answer

def _mask_and_count(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    if axis is not None:
        grad = np.expand_dims(grad, axis)
    return grad * mask / mask.sum(axis=axis, keepdims=True)
mask_and_count = passes(_mask_and_count)

@passes
def by_amax(grad, x, axis):
    t = torch.tensor(np.array(x, order="C"), requires_grad=True)
    top = t.amax(dim=tuple(range(x.ndim)) if axis is None else axis) if x.ndim else t.clone()
    return torch.autograd.grad(top, t, torch.tensor(np.array(grad, order="C")))[0].numpy()

@passes
def slice_by_slice(grad, x, axis):
    axes = axes_of(x, axis)
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

@passes
def as_rows_transposed_back(grad, x, axis):
    axes = axes_of(x, axis)
    rest = tuple(i for i in range(x.ndim) if i not in axes)
    moved = x.transpose(rest + axes)
    rows = moved.reshape(np.size(grad), -1)
    out = np.zeros_like(rows)
    for row, o, g in zip(rows, out, np.ravel(grad)):
        hits = np.flatnonzero(row == np.maximum.reduce(row))
        o[hits] = g / len(hits)
    return out.reshape(moved.shape).transpose(np.argsort(rest + axes))

@passes  # an entry is a largest one when none in its slice is above it; compares all with all
def compares_all_with_all(grad, x, axis):
    axes = axes_of(x, axis)
    k = len(axes)
    moved = np.moveaxis(x, axes, range(k))
    flat = moved.reshape((-1,) + moved.shape[k:])
    mask = ~(flat[:, None] < flat[None]).any(axis=1)
    out = np.where(mask, np.asarray(grad) / np.count_nonzero(mask, axis=0), 0.0)
    return np.moveaxis(out.reshape(moved.shape), range(k), axes)

@passes
def sorts(grad, x, axis):
    axes = axes_of(x, axis)
    k = len(axes)
    moved = np.moveaxis(x, axes, range(-k, 0)) if k else x
    flat = moved.reshape(moved.shape[: moved.ndim - k] + (-1,))
    ordered = np.sort(flat, axis=-1)
    share = np.asarray(grad)[..., None] / (ordered == ordered[..., -1:]).sum(-1, keepdims=True)
    out = np.where(flat == ordered[..., -1:], share, 0.0).reshape(moved.shape)
    return np.moveaxis(out, range(-k, 0), axes) if k else out

@passes
def mean_of_mask(grad, x, axis):
    winners = np.equal(x, np.amax(x, axis, keepdims=True)).astype(float)
    count = np.size(x) / np.size(grad)
    winners *= np.reshape(grad, with_kept_axes(x, axis))
    winners /= np.equal(x, np.amax(x, axis, keepdims=True)).mean(axis, keepdims=True) * count
    return winners

@passes  # 1 + sign(x - max) is one at the largest and zero elsewhere
def sign_and_einsum(grad, x, axis):
    hits = 1.0 + np.sign(x - np.maximum.reduce(x, axes_of(x, axis), keepdims=True))
    weights = np.true_divide(hits, np.add.reduce(hits, axes_of(x, axis), keepdims=True))
    return np.einsum(weights, range(x.ndim), np.asarray(grad), [i for i in range(x.ndim) if i not in axes_of(x, axis)],
        range(x.ndim))

class _Groups:
    """Pure Python: groups the entries by their place in the result."""
    def __call__(self, grad, x, axis):
        axes, grad, out = axes_of(x, axis), np.asarray(grad), np.zeros(x.shape)
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
object_that_groups_in_dict = passes(_Groups())

every_tie_gets_all = rejected("every tie gets all")(lambda grad, x, axis:
    _spread(grad, x, axis) * (x == x.max(axis=axis, keepdims=True)))

@rejected("first tie only")
def first_tie_gets_all(grad, x, axis):
    axes = axes_of(x, axis)
    k = len(axes)
    moved = np.moveaxis(x, axes, range(k))
    flat = moved.reshape((-1,) + moved.shape[k:])
    out = np.where(np.arange(len(flat)).reshape((-1,) + (1,) * (flat.ndim - 1)) == flat.argmax(0), grad, 0.0)
    return np.moveaxis(out.reshape(moved.shape), range(k), axes)

@rejected("ties counted over everything")
def counts_ties_over_all_of_x(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    return _spread(grad, x, axis) * mask / mask.sum()

@rejected("largest of all, shared")
def largest_of_all_of_x(grad, x, axis):
    mask = x == x.max()
    count = np.maximum(mask.sum(axis=axis, keepdims=True), 1)
    return _spread(grad, x, axis) * mask / count

@rejected("nearly equal ones share")
def isclose_for_ties(grad, x, axis):
    mask = np.isclose(x, x.max(axis=axis, keepdims=True))
    return _spread(grad, x, axis) * mask / mask.sum(axis=axis, keepdims=True)

@rejected()  # takes the axes of a tuple one after the other: shares of shares
def shares_of_shares_for_tuples(grad, x, axis):
    if axis is None:
        axis = tuple(range(x.ndim))
    axes = sorted(axes_of(x, axis))
    if not axes:
        return np.array(grad)
    stages = [x]
    for a in reversed(axes):
        stages.append(stages[-1].max(axis=a))
    for a, part in zip(axes, reversed(stages[:-1])):
        grad = _mask_and_count(grad, part, a)
    return grad

@rejected("halved for every tie")
def halves_for_any_tie(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    share = np.where(mask.sum(axis=axis, keepdims=True) > 1, 0.5, 1.0)
    return _spread(grad, x, axis) * mask * share

@rejected("argmax, no tuples", status="error")
def argmax(grad, x, axis):
    out = np.zeros_like(x)
    if axis is None:
        out.flat[x.argmax()] = grad
    else:
        np.put_along_axis(out, x.argmax(axis, keepdims=True), np.expand_dims(grad, axis), axis)
    return out

@rejected("largest size")
def largest_absolute_value(grad, x, axis):
    y = np.abs(x)
    mask = y == y.max(axis=axis, keepdims=True)
    return _spread(grad, x, axis) * mask / mask.sum(axis=axis, keepdims=True)

@rejected("begun at 0")
def maximum_starts_at_zero(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True, initial=0.0)
    return _spread(grad, x, axis) * mask / np.maximum(mask.sum(axis=axis, keepdims=True), 1)

@rejected()  # x / max is one at the largest; but a largest of zero ...
def divides_by_maximum(grad, x, axis):
    top = x.max(axis=axis, keepdims=True)
    with np.errstate(all="ignore"):
        mask = x / top == 1.0
        return _spread(grad, x, axis) * mask / np.maximum(mask.sum(axis=axis, keepdims=True), 1)

@rejected("nearly equal ones share")
def compares_in_float32(grad, x, axis):
    y = x.astype(np.float32)
    mask = y == y.max(axis=axis, keepdims=True)
    return _spread(grad, x, axis) * mask / mask.sum(axis=axis, keepdims=True)

@rejected(status="error")
def no_keepdims(grad, x, axis):
    mask = x == x.max(axis)
    return grad * mask / mask.sum(axis)

@rejected(status="error")
def does_not_expand_grad(grad, x, axis):
    mask = x == x.max(axis, keepdims=True)
    return grad * mask / mask.sum(axis, keepdims=True)

@rejected()
def turns_x_into_mask(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    x[~mask] = 0.0
    x[mask] = 1.0
    return x * _spread(grad, x, axis) / x.sum(axis=axis, keepdims=True)

@rejected("smallest")
def smallest(grad, x, axis):
    mask = x == x.min(axis=axis, keepdims=True)
    return _spread(grad, x, axis) * mask / mask.sum(axis=axis, keepdims=True)

@rejected()  # counts how often the value comes up in the whole of x
def counts_value_in_all_of_x(grad, x, axis):
    top = x.max(axis=axis, keepdims=True)
    values, counts = np.unique(x, return_counts=True)
    return _spread(grad, x, axis) * (x == top) / counts[np.searchsorted(values, top)]

@rejected("every tie gets all")
def shares_for_none_only(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    if axis is None:
        return grad * mask / mask.sum()
    return np.expand_dims(grad, axis) * mask

@rejected("value sent back")
def multiplies_by_maximum(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    return _spread(grad, x, axis) * x * mask / mask.sum(axis=axis, keepdims=True)

@rejected(status="error")
def expand_dims_with_none(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    return np.expand_dims(grad, axis) * mask / mask.sum(axis=axis, keepdims=True)

@rejected()
def sharp_softmax(grad, x, axis):
    e = np.exp(50.0 * (x - x.max(axis=axis, keepdims=True)))
    return _spread(grad, x, axis) * e / e.sum(axis=axis, keepdims=True)

@rejected()
def counts_along_last_axis(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    count = mask.sum() if axis is None else np.maximum(mask.sum(axis=-1, keepdims=True), 1)
    return _spread(grad, x, axis) * mask / count

@rejected(status="timeout")  # takes away ties one at a time until one is left, but never changes what it tests
def loops_forever_with_ties(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    count = mask.sum(axis=axis, keepdims=True)
    share = np.ones(count.shape)
    while (count > 1).any():
        share = 1.0 / count
    return _spread(grad, x, axis) * mask * share

_masks = {}
@rejected()
def remembers_mask(grad, x, axis):
    mask = _masks.setdefault((x.shape, axis), x == x.max(axis=axis, keepdims=True))
    return _spread(grad, x, axis) * mask / mask.sum(axis=axis, keepdims=True)

@rejected()  # only sees ties that stand side by side in memory
def sees_only_neighbouring_ties(grad, x, axis):
    mask = x == x.max(axis=axis, keepdims=True)
    flat = mask.ravel().astype(int)
    near = flat + np.r_[0, flat[:-1]] * flat + np.r_[flat[1:], 0] * flat
    return _spread(grad, x, axis) * mask / np.maximum(near, 1).reshape(x.shape)
