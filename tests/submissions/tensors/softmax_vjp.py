"""Answers written blind for `tensors.softmax_vjp`, each under the verdict that it deserves."""

import itertools
import math

import numpy as np
import torch
from submissions import passes, rejected


def _softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def _shift_then_formula(grad, x):
    s = _softmax(x)
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))
shift_then_formula = passes(_shift_then_formula)

@passes
def whole_jacobian(grad, x):
    s = _softmax(x)
    n = x.shape[-1]
    jacobian = s[..., :, None] * np.eye(n) - s[..., :, None] * s[..., None, :]
    return np.einsum("...i,...ij->...j", grad, jacobian)

@passes
def by_torch(grad, x):
    t = torch.tensor(np.array(x, order="C"), requires_grad=True)
    return torch.autograd.grad(t.softmax(-1), t, torch.tensor(np.array(grad, order="C")))[0].numpy()

@passes
def logaddexp_reduce(grad, x):
    s = np.exp(x - np.logaddexp.reduce(x, axis=-1, keepdims=True))
    return np.multiply(s, grad - np.einsum("...i,...i->...", s, grad)[..., np.newaxis])

@passes  # one over the sum of exp(x_j - x_i); the differences are cut off at 600
def pairwise_differences_cut_off(grad, x):
    apart = np.minimum(x[..., None, :] - x[..., :, None], 600.0)
    s = 1.0 / np.exp(apart).sum(axis=-1)
    centre = np.matmul(grad[..., None, :], s[..., :, None])[..., 0]
    return s * (grad - centre)

@passes
def row_by_row(grad, x):
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

def _recursion_to_one_axis(grad, x):
    if x.ndim > 1:
        return np.stack([_recursion_to_one_axis(g, v) for g, v in zip(grad, x)])
    s = _softmax(x)
    return np.diag(s) @ grad - np.outer(s, s) @ grad
recursion_to_one_axis = passes(_recursion_to_one_axis)

@passes
def in_place_on_copy(grad, x):
    s = x.copy()
    s -= np.amax(s, axis=-1)[..., None]
    np.exp(s, out=s)
    s /= np.add.reduce(s, -1)[..., None]
    out = s * grad
    out -= s * out.sum(-1, keepdims=True)
    return out

class _AlongAxis:
    def row(self, both):
        g, v = np.split(both, 2)
        s = _softmax(v)
        return s * (g - s @ g)
    def __call__(self, grad, x):
        return np.apply_along_axis(self.row, -1, np.concatenate([grad, x], axis=-1))
apply_along_axis = passes(_AlongAxis())

@passes  # s_i times the sum over j of s_j (g_i - g_j)
def differences_of_grad(grad, x):
    s = _softmax(x)
    return s * np.einsum("...j,...ij->...i", s, grad[..., :, None] - grad[..., None, :])

def _no_shift(grad, x):
    e = np.exp(x)
    s = e / e.sum(-1, keepdims=True)
    return s * (grad - (grad * s).sum(-1, keepdims=True))
no_shift = rejected("unstable")(_no_shift)

@rejected("unstable")
def silences_warnings(grad, x):
    with np.errstate(all="ignore"):
        return _no_shift(grad, x)

@rejected()
def turns_nan_into_numbers(grad, x):
    with np.errstate(all="ignore"):
        e = np.exp(x)
        s = np.nan_to_num(e / e.sum(-1, keepdims=True))
    return s * (grad - (grad * s).sum(-1, keepdims=True))

@rejected("one largest for all rows")
def shifts_by_overall_maximum(grad, x):
    e = np.exp(x - x.max())
    s = e / e.sum(-1, keepdims=True)
    return s * (grad - (grad * s).sum(-1, keepdims=True))

@rejected()
def overall_maximum_and_epsilon(grad, x):
    e = np.exp(x - x.max())
    s = e / (e.sum(-1, keepdims=True) + 1e-300)
    return s * (grad - (grad * s).sum(-1, keepdims=True))

@rejected()
def shifts_by_mean(grad, x):
    e = np.exp(x - x.mean(-1, keepdims=True))
    s = e / e.sum(-1, keepdims=True)
    return s * (grad - (grad * s).sum(-1, keepdims=True))

clips_x = rejected()(lambda grad, x: _no_shift(grad, np.clip(x, -500.0, 500.0)))

@rejected("over the first axis")
def axis_0(grad, x):
    e = np.exp(x - x.max(axis=0))
    s = e / e.sum(axis=0)
    return s * (grad - (grad * s).sum(axis=0))

@rejected(status="error")
def axis_1(grad, x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return s * (grad - (grad * s).sum(axis=1, keepdims=True))

@rejected("sum over everything")
def sums_over_all_axes(grad, x):
    s = _softmax(x)
    return s * (grad - (grad * s).sum())

@rejected("diagonal only")
def diagonal_of_jacobian_only(grad, x):
    s = _softmax(x)
    return grad * s * (1.0 - s)

@rejected("keepdims missing", status="error")
def no_keepdims(grad, x):
    s = _softmax(x)
    return s * (grad - (grad * s).sum(axis=-1))

@rejected("sign")
def wrong_sign(grad, x):
    s = _softmax(x)
    return s * ((grad * s).sum(axis=-1, keepdims=True) - grad)

@rejected("rule of log-softmax")
def log_softmax(grad, x):
    s = _softmax(x)
    return grad - s * grad.sum(axis=-1, keepdims=True)

takes_x_for_softmax = rejected("output for the input")(lambda grad, x:
    x * (grad - (grad * x).sum(axis=-1, keepdims=True)))

@rejected("mean for the weighted sum")
def subtracts_plain_mean(grad, x):
    s = _softmax(x)
    return s * (grad - grad.mean(axis=-1, keepdims=True))

@rejected()
def shifts_x_in_place(grad, x):
    x -= x.max(axis=-1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=-1, keepdims=True)
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))

@rejected()  # shifts x in place and adds the maximum again, which does not give all digits back
def shifts_x_and_shifts_it_back(grad, x):
    top = x.max(axis=-1, keepdims=True)
    x -= top
    e = np.exp(x)
    x += top
    s = e / e.sum(axis=-1, keepdims=True)
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))

@rejected()
def changes_grad_in_place(grad, x):
    s = _softmax(x)
    grad -= (grad * s).sum(axis=-1, keepdims=True)
    return s * grad

@rejected(status="error")
def diag_and_outer_for_one_axis(grad, x):
    s = _softmax(x)
    return (np.diag(s) - np.outer(s, s)) @ grad

@rejected(status="error")
def one_or_two_axes(grad, x):
    if x.ndim == 1:
        return _shift_then_formula(grad[None], x[None])[0]
    rows, cols = x.shape
    out = np.empty((rows, cols))
    for r in range(rows):
        out[r] = _shift_then_formula(grad[r], x[r])
    return out

in_float32 = rejected()(lambda grad, x:
    _shift_then_formula(grad.astype(np.float32), x.astype(np.float32)).astype(np.float64))

@rejected()
def large_epsilon(grad, x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    s = e / (e.sum(axis=-1, keepdims=True) + 1e-5)
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))

@rejected(status="timeout")
def loops_forever_for_large_ones(grad, x):
    y = x.copy()
    while np.abs(y).max() > 700:
        y - y.max(axis=-1, keepdims=True)
    return _shift_then_formula(grad, y)

_last = {}
@rejected()
def remembers_softmax(grad, x):
    if x.shape not in _last:
        _last[x.shape] = _softmax(x)
    s = _last[x.shape]
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))

@rejected()
def shifts_by_the_largest_size(grad, x):
    e = np.exp(x - np.abs(x).max(axis=-1, keepdims=True))
    s = e / np.maximum(e.sum(axis=-1, keepdims=True), 1e-300)
    return s * (grad - (grad * s).sum(axis=-1, keepdims=True))

@rejected()
def forward_differences(grad, x):
    out = np.zeros_like(x)
    for where in np.ndindex(x.shape):
        y = x.copy()
        y[where] += 1e-4
        out[where] = (grad * (_softmax(y) - _softmax(x))).sum() / 1e-4
    return out

rounds_to_five_digits = rejected()(lambda grad, x: np.round(_shift_then_formula(grad, x), 5))
returns_softmax = rejected("forward")(lambda grad, x: _softmax(x))
