"""Answers written blind for `tensors.take_vjp`, each under the verdict that it deserves."""

import functools
import math

import numpy as np
import torch
from submissions import passes, rejected


@passes
def add_at(grad, x, indices):
    out = np.zeros_like(x)
    np.add.at(out, indices, grad)
    return out

@passes
def loops_over_indices(grad, x, indices):
    out = np.zeros(x.shape)
    for where in np.ndindex(indices.shape):
        out[indices[where]] += grad[where]
    return out

@passes
def one_hot_matrix(grad, x, indices):
    hot = np.eye(len(x))[indices.ravel()]
    rest = x.shape[1:]
    return (hot.T @ np.reshape(grad, (indices.size, math.prod(rest)))).reshape(x.shape)

@passes
def bincount_over_all_entries(grad, x, indices):
    n, width = len(x), math.prod(x.shape[1:])
    spots = (indices.astype(np.int64).ravel() % n)[:, None] * width + np.arange(width)
    out = np.bincount(spots.ravel(), weights=np.ravel(grad), minlength=n * width)
    return out.reshape(x.shape).astype(float)  # without any index bincount gives integers

@passes
def by_autograd(grad, x, indices):
    t = torch.tensor(np.array(x, order="C"), requires_grad=True)
    picked = t[torch.tensor(np.array(indices, dtype=np.int64, order="C"))]
    return torch.autograd.grad(picked, t, torch.tensor(np.array(grad, order="C")))[0].numpy()

@passes
def einsum(grad, x, indices):
    n = x.shape[0]
    places = indices.astype(np.int64)[..., None] % n == np.arange(n)
    k, rest = indices.ndim, list(range(indices.ndim + 1, indices.ndim + x.ndim))
    front = list(range(k))
    return np.einsum(places.astype(float), front + [k], np.asarray(grad), front + rest, [k] + rest)

@passes
def sorts_and_uses_reduceat(grad, x, indices):
    flat = indices.astype(np.int64).ravel() % len(x)
    out = np.zeros(x.shape)
    if flat.size:
        order = np.argsort(flat, kind="stable")
        found, starts = np.unique(flat[order], return_index=True)
        rows = np.reshape(grad, (flat.size,) + x.shape[1:])[order]
        out[found] = np.add.reduceat(rows, starts, axis=0)
    return out

@passes  # asks for each row of x where it went
def row_by_row_of_x(grad, x, indices):
    numbers = np.arange(len(x))[indices]
    return np.array([np.sum(np.asarray(grad)[numbers == i], axis=0) for i in range(len(x))]).reshape(x.shape)

class _Recursive:
    def __call__(self, grad, x, indices):
        indices = np.asarray(indices)
        if indices.ndim == 0:
            out = np.zeros(x.shape)
            out[int(indices)] = grad
            return out
        parts = (self(g, x, i) for g, i in zip(grad, indices))
        return functools.reduce(np.add, parts, np.zeros(x.shape))
object_recursion = passes(_Recursive())

@passes  # adds in rounds; in each round an index comes up once at most
def rounds_without_repeats(grad, x, indices):
    flat = list(indices.reshape(-1).tolist())
    rows = np.asarray(grad).reshape((len(flat),) + x.shape[1:])
    out, left = np.zeros_like(x), list(range(len(flat)))
    while left:
        now = {flat[k] % len(x): k for k in reversed(left)}
        out[list(now)] += rows[list(now.values())]
        left = [k for k in left if k not in set(now.values())]
    return out

@rejected("repeats overwritten")
def plus_equals_with_the_index(grad, x, indices):
    out = np.zeros_like(x)
    out[indices] += grad
    return out

@rejected("repeats overwritten")
def assigns(grad, x, indices):
    out = np.zeros_like(x)
    out[indices] = grad
    return out

@rejected("negative index refused", status="error")
def bincount_with_negative_ones(grad, x, indices):
    n, width = len(x), math.prod(x.shape[1:])
    spots = indices.ravel()[:, None] * width + np.arange(width)
    return np.bincount(spots.ravel(), weights=np.ravel(grad), minlength=n * width).reshape(x.shape)

def _compares_with_each_row_number(grad, x, indices):
    out = np.zeros_like(x)
    rows = np.reshape(grad, (indices.size,) + x.shape[1:])
    for i in range(len(x)):
        out[i] = rows[indices.ravel() == i].sum(axis=0)
    return out
compares_with_each_row_number = rejected("negative indices skipped")(_compares_with_each_row_number)

@rejected("several axes refused", status="error")
def zips_indices_and_grad(grad, x, indices):
    out = np.zeros_like(x)
    for i, g in zip(indices, grad):
        np.add.at(out, i, g)
    return out

@rejected("+= row by row")
def plus_equals_for_each_row(grad, x, indices):
    out = np.zeros_like(x)
    if indices.ndim == 0:
        out[indices] = grad
        return out
    for i, g in zip(indices, grad):
        out[i] += g
    return out

@rejected("negative indices turned", status="error")
def abs_of_negative_ones(grad, x, indices):
    out = np.zeros_like(x)
    np.add.at(out, np.abs(indices), grad)
    return out

@rejected()
def negative_ones_off_by_one(grad, x, indices):
    out = np.zeros_like(x)
    np.add.at(out, np.where(indices < 0, len(x) - 1 + indices, indices), grad)
    return out

@rejected(status="error")
def one_axis_only(grad, x, indices):
    n = len(x)
    return np.bincount(np.ravel(indices) % n, weights=np.ravel(grad), minlength=n)

@rejected()
def result_too_short(grad, x, indices):
    n, width = len(x), math.prod(x.shape[1:])
    spots = (indices.ravel() % n)[:, None] * width + np.arange(width)
    return np.bincount(spots.ravel(), weights=np.ravel(grad)).reshape((-1,) + x.shape[1:])

@rejected("mean of the picks")
def mean_over_repeats(grad, x, indices):
    out, times = np.zeros_like(x), np.zeros(len(x))
    np.add.at(out, indices, grad)
    np.add.at(times, indices, 1.0)
    return out / np.maximum(times, 1.0).reshape((-1,) + (1,) * (x.ndim - 1))

takes_from_grad = rejected("picked from grad", status="error")(lambda grad, x, indices: grad[indices])

@rejected(status="error")
def along_last_axis(grad, x, indices):
    out = np.zeros_like(x)
    np.add.at(out, (..., indices), grad)
    return out

@rejected("begun with x")
def adds_to_copy_of_x(grad, x, indices):
    out = x.copy()
    np.add.at(out, indices, grad)
    return out

@rejected()
def works_in_x(grad, x, indices):
    x[...] = 0.0
    np.add.at(x, indices, grad)
    return x

@rejected()
def indices_made_positive_in_place(grad, x, indices):
    flat = indices.reshape(-1)
    flat[flat < 0] += len(x)
    return _compares_with_each_row_number(grad, x, flat)

@rejected()  # unites repeated indices, but takes -1 and n - 1 for two
def last_row_under_two_numbers(grad, x, indices):
    out = np.zeros_like(x)
    found, number = np.unique(indices, return_inverse=True)
    rows = np.reshape(grad, (indices.size,) + x.shape[1:])
    sums = np.zeros((len(found),) + x.shape[1:])
    np.add.at(sums, number.reshape(-1), rows)
    out[found] = sums
    return out

@rejected("first pick only")  # skips an index that was there before
def skips_repeats(grad, x, indices):
    out, seen = np.zeros_like(x), set()
    for where in np.ndindex(indices.shape):
        i = int(indices[where]) % len(x)
        if i not in seen:
            out[i] = grad[where]
        seen.add(i)
    return out

@rejected(status="timeout")
def endless_for_negative_ones(grad, x, indices):
    out = np.zeros_like(x)
    for where in np.ndindex(indices.shape):
        i = int(indices[where])
        while i < 0:
            i -= len(x)
        out[i] += grad[where]
    return out

@rejected()
def adds_in_float32(grad, x, indices):
    out = np.zeros(x.shape, dtype=np.float32)
    np.add.at(out, indices, grad.astype(np.float32))
    return out.astype(np.float64)

@rejected()
def returns_it_flat(grad, x, indices):
    out = np.zeros(x.size // len(x) * len(x))
    np.add.at(out.reshape(x.shape), indices, grad)
    return out

_total = {}
@rejected()
def adds_to_last_calls_result(grad, x, indices):
    out = _total.setdefault(x.shape, np.zeros_like(x))
    np.add.at(out, indices, grad)
    return out.copy()

@rejected("nothing returned")
def returns_what_add_at_returns(grad, x, indices):
    out = np.zeros_like(x)
    return np.add.at(out, indices, grad)

@rejected(status="error")  # takes the last axis of the indices for coordinates
def indices_as_coordinates(grad, x, indices):
    out = np.zeros_like(x)
    for where, g in zip(indices.reshape(-1, indices.shape[-1]), grad.reshape(-1, *grad.shape[indices.ndim :])):
        np.add.at(out, tuple(where), g)
    return out

@rejected(status="error")
def one_axis_of_indices_only(grad, x, indices):
    out = np.zeros_like(x)
    for k, i in enumerate(indices.tolist()):
        out[i] += grad[k]
    return out

@rejected()  # handles duplicates by a second pass, and not a third
def two_passes_only(grad, x, indices):
    flat = indices.ravel() % len(x)
    rows = np.reshape(grad, (flat.size,) + x.shape[1:])
    out = np.zeros_like(x)
    found, first = np.unique(flat, return_index=True)
    out[found] += rows[first]
    again = np.setdiff1d(np.arange(flat.size), first)
    out[flat[again]] += rows[again]
    return out
