"""Answers written blind for `tensors.matmul_vjp`, each under the verdict that it deserves."""

import functools
import math

import numpy as np
import torch
from submissions import passes, rejected
from submissions.tensors import unbroadcast

_unbroadcast = unbroadcast.sums_in_front_then_ones.answer

def _swapaxes_and_unbroadcast(grad, a, b):
    return (_unbroadcast(grad @ np.swapaxes(b, -1, -2), a.shape), _unbroadcast(np.swapaxes(a, -1, -2) @ grad, b.shape))
swapaxes_and_unbroadcast = passes(_swapaxes_and_unbroadcast)

_by_ndindex = unbroadcast.adds_entry_by_entry.answer
@passes
def einsum_with_dots(grad, a, b):
    ga = np.einsum("...ij,...kj->...ik", grad, b)
    gb = np.einsum("...ji,...jk->...ik", a, grad)
    return _by_ndindex(ga, a.shape), _by_ndindex(gb, b.shape)

@passes
def loop_over_the_batch(grad, a, b):
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

@passes
def by_autograd(grad, a, b):
    ta = torch.tensor(np.array(a, order="C"), requires_grad=True)
    tb = torch.tensor(np.array(b, order="C"), requires_grad=True)
    ga, gb = torch.autograd.grad(ta @ tb, (ta, tb), torch.tensor(np.array(grad, order="C")))
    return ga.numpy(), gb.numpy()

@passes  # matrix product as a broadcast product that is summed over the middle axis
def broadcast_product(grad, a, b):
    wide = grad[..., :, None, :]
    ga = _unbroadcast(wide * b[..., None, :, :], a.shape[:-1] + a.shape[-1:] + (1,))
    gb = _unbroadcast(wide * a[..., :, :, None], b.shape[:-2] + (1,) + b.shape[-2:])
    return ga.reshape(a.shape), gb.reshape(b.shape)

_by_bincount = unbroadcast.counts_with_bincount.answer
@passes
def moves_axes_with_partial(grad, a, b):
    flip = functools.partial(np.moveaxis, source=-1, destination=-2)
    ga = flip(b @ flip(grad))
    gb = flip(flip(grad) @ a)
    return tuple(_by_bincount(g, x.shape) for g, x in ((ga, a), (gb, b)))

class _OneHot:
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
one_hot_matrices = passes(_OneHot())

@passes  # einsum with explicit numbers for the axes; those of length one are left out of the result
def einsum_with_numbered_axes(grad, a, b):
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

_by_recursion = unbroadcast.recursion.answer

def _second_by_transposition(grad, a, b, first=True):
    """Recursion: the gradient of b is that of the first factor in the transposed problem."""
    ga = _by_recursion(np.matmul(grad, b.swapaxes(-1, -2)), a.shape)
    if not first:
        return ga
    gb = _second_by_transposition(grad.swapaxes(-1, -2), b.swapaxes(-1, -2), a.swapaxes(-1, -2), False)
    return ga, gb.swapaxes(-1, -2)
second_by_transposition = passes(_second_by_transposition)

@rejected("exchanged")
def swaps_two_gradients(grad, a, b):
    ga, gb = _swapaxes_and_unbroadcast(grad, a, b)
    return gb, ga

no_transposes = rejected("transposes missing", status="error")(lambda grad, a, b:
    (_unbroadcast(grad @ b, a.shape), _unbroadcast(a @ grad, b.shape)))
reverses_all_axes = rejected(".T for swapaxes", status="error")(lambda grad, a, b:
    (_unbroadcast(grad @ b.T, a.shape), _unbroadcast(a.T @ grad, b.shape)))
does_not_unbroadcast = rejected("batch not summed")(lambda grad, a, b:
    (grad @ np.swapaxes(b, -1, -2), np.swapaxes(a, -1, -2) @ grad))

_leading_only = unbroadcast.sums_only_leading_axes.answer
sums_only_missing_batch_axes = rejected("only missing batch axes summed")(lambda grad, a, b:
    (_leading_only(grad @ np.swapaxes(b, -1, -2), a.shape), _leading_only(np.swapaxes(a, -1, -2) @ grad, b.shape)))

_ones_only = unbroadcast.sums_only_stretched_axes.answer
sums_only_stretched_batch_axes = rejected()(lambda grad, a, b:
    (_ones_only(grad @ np.swapaxes(b, -1, -2), a.shape), _ones_only(np.swapaxes(a, -1, -2) @ grad, b.shape)))

@rejected("b transposed")
def gradient_of_b_is_transposed(grad, a, b):
    flipped = b.shape[:-2] + (b.shape[-1], b.shape[-2])
    return (_unbroadcast(grad @ np.swapaxes(b, -1, -2), a.shape), _unbroadcast(np.swapaxes(grad, -1, -2) @ a, flipped))

entries_multiplied = rejected(status="error")(lambda grad, a, b: (grad * b.T, grad * a.T))
gradient_of_a_only = rejected("only a")(lambda grad, a, b: _swapaxes_and_unbroadcast(grad, a, b)[0])

_means = unbroadcast.takes_means.answer
means_over_batch = rejected("mean over the batch")(lambda grad, a, b:
    (_means(grad @ np.swapaxes(b, -1, -2), a.shape), _means(np.swapaxes(a, -1, -2) @ grad, b.shape)))
numpy_dot = rejected()(lambda grad, a, b: (_unbroadcast(np.dot(grad, np.swapaxes(b, -1, -2)), a.shape),
    _unbroadcast(np.dot(np.swapaxes(a, -1, -2), grad), b.shape)))
transposes_three_axes = rejected(status="error")(lambda grad, a, b:
    (_unbroadcast(grad @ b.transpose(0, 2, 1), a.shape), _unbroadcast(a.transpose(0, 2, 1) @ grad, b.shape)))
einsum_for_two_axes = rejected(status="error")(lambda grad, a, b:
    (np.einsum("ij,kj->ik", grad, b), np.einsum("ji,jk->ik", a, grad)))
swaps_first_two_axes = rejected(status="error")(lambda grad, a, b:
    (_unbroadcast(grad @ np.swapaxes(b, 0, 1), a.shape), _unbroadcast(np.swapaxes(a, 0, 1) @ grad, b.shape)))

@rejected()
def accumulates_in_a_default(grad, a, b, so_far={}):
    ga, gb = _swapaxes_and_unbroadcast(grad, a, b)
    key = (a.shape, b.shape)
    if key in so_far:
        ga, gb = ga + so_far[key][0], gb + so_far[key][1]
    so_far[key] = ga, gb
    return ga, gb

in_float32 = rejected()(lambda grad, a, b: tuple(g.astype(np.float32) for g in _swapaxes_and_unbroadcast(grad, a, b)))

@rejected("summed over all batches")
def sums_all_batch_axes(grad, a, b):
    ga = grad @ np.swapaxes(b, -1, -2)
    gb = np.swapaxes(a, -1, -2) @ grad
    return ga.reshape(-1, *ga.shape[-2:]).sum(0), gb.reshape(-1, *gb.shape[-2:]).sum(0)

@rejected("only missing batch axes summed")  # thinks that only the one with fewer axes was broadcast
def unbroadcasts_only_one(grad, a, b):
    ga = grad @ np.swapaxes(b, -1, -2)
    gb = np.swapaxes(a, -1, -2) @ grad
    if a.ndim < b.ndim:
        ga = _unbroadcast(ga, a.shape)
    else:
        gb = _unbroadcast(gb, b.shape)
    return ga, gb

@rejected("nothing returned")
def prints_pair(grad, a, b):
    ga, gb = _swapaxes_and_unbroadcast(grad, a, b)
    print("grad a:", ga)
    print("grad b:", gb)

@rejected()
def writes_into_b(grad, a, b):
    if grad.shape == b.shape:
        ga = _unbroadcast(grad @ np.swapaxes(b, -1, -2), a.shape)
        b[...] = np.swapaxes(a, -1, -2) @ grad if a.ndim == b.ndim else b
        return ga, b
    return _swapaxes_and_unbroadcast(grad, a, b)

@rejected()  # writes the gradient of a into a, and then needs a for that of b
def overwrites_a_then_uses_it(grad, a, b):
    a[...] = _unbroadcast(grad @ np.swapaxes(b, -1, -2), a.shape)
    return a, _unbroadcast(np.swapaxes(a, -1, -2) @ grad, b.shape)

stacks_two = rejected(status="error")(lambda grad, a, b: np.stack(_swapaxes_and_unbroadcast(grad, a, b)))
returns_dict = rejected()(lambda grad, a, b: dict(zip("ab", _swapaxes_and_unbroadcast(grad, a, b))))

@rejected()
def squeezes(grad, a, b):
    ga, gb = _swapaxes_and_unbroadcast(grad, a, b)
    return ga.squeeze(), gb.squeeze()

_by_reshaping = unbroadcast.reshapes_and_sums_first_axis.answer
unbroadcasts_by_reshaping = rejected()(lambda grad, a, b:
    (_by_reshaping(grad @ np.swapaxes(b, -1, -2), a.shape), _by_reshaping(np.swapaxes(a, -1, -2) @ grad, b.shape)))

@rejected("grad ignored")
def takes_grad_as_ones(grad, a, b):
    one = np.ones(grad.shape)
    return _swapaxes_and_unbroadcast(one, a, b)

forgets_return = rejected("nothing returned")(lambda grad, a, b: None)
