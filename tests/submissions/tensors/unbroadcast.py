"""Answers written blind for `tensors.unbroadcast`, each under the verdict that it deserves."""

import functools
import math
import operator

import numpy as np
import torch
from submissions import passes, rejected


def _sums_in_front_then_ones(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad
sums_in_front_then_ones = passes(_sums_in_front_then_ones)

@passes
def sums_with_einsum(grad, shape):
    extra = grad.ndim - len(shape)
    keep = [extra + i for i, n in enumerate(shape) if n != 1]
    return np.array(np.einsum(grad, list(range(grad.ndim)), keep)).reshape(shape)

@passes
def adds_entry_by_entry(grad, shape):
    out = np.zeros(shape)
    extra = len(grad.shape) - len(shape)
    for where in np.ndindex(*grad.shape):
        out[tuple(0 if n == 1 else i for i, n in zip(where[extra:], shape))] += grad[where]
    return out

def _recursion(grad, shape):
    if grad.shape == shape:
        return grad.copy()
    if grad.ndim > len(shape):
        return _recursion(functools.reduce(operator.add, list(grad)), shape)
    axis = next(i for i in range(grad.ndim) if grad.shape[i] != shape[i])
    return _recursion(np.add.reduce(grad, axis, keepdims=True), shape)
recursion = passes(_recursion)

def _counts_with_bincount(grad, shape):
    size = math.prod(shape)
    target = np.broadcast_to(np.arange(size).reshape(shape), grad.shape)
    return np.bincount(target.ravel(), weights=grad.ravel(), minlength=size).reshape(shape)
counts_with_bincount = passes(_counts_with_bincount)

@passes
def nditer_with_reduce_ok(grad, shape):
    out = np.zeros(shape)
    flags = [["readonly"], ["readwrite"]]
    with np.nditer([grad, out], flags=["reduce_ok", "zerosize_ok"], op_flags=flags) as it:
        for g, o in it:
            o[...] += g
    return out

@passes
def multiplies_with_jacobian(grad, shape):
    size = int(np.prod(shape, dtype=int))
    jacobian = np.broadcast_to(np.eye(size).reshape(shape + (size,)), grad.shape + (size,))
    return np.tensordot(grad, jacobian, axes=grad.ndim).reshape(shape)

@passes
def expand_and_backward(grad, shape):
    small = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    small.expand(grad.shape).backward(torch.tensor(np.array(grad, order="C")))
    return small.grad.numpy()

class _WithFsum:
    """Exact sums, one entry of the result after the other."""
    def __call__(self, grad, shape):
        extra = grad.ndim - len(shape)
        out = np.empty(shape)
        for where in np.ndindex(*shape):
            ends = tuple(slice(None) if n == 1 else i for i, n in zip(where, shape))
            out[where] = math.fsum(np.asarray(grad[(slice(None),) * extra + ends]).ravel().tolist())
        return out
callable_object_with_fsum = passes(_WithFsum())

@passes
def returns_read_only_array(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (have, want) in enumerate(zip(grad.shape, padded)) if have != want)
    out = np.array(grad.sum(axis=axes, keepdims=True)).reshape(shape)
    out.flags.writeable = False
    return out

@rejected("only axes in front")
def sums_only_leading_axes(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    return grad

@rejected("only stretched axes")
def sums_only_stretched_axes(grad, shape):
    extra = grad.ndim - len(shape)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(i + extra, keepdims=True)
    return grad

@rejected("axes of length 1 lost")
def drops_axes_of_length_one(grad, shape):
    extra = grad.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(extra + i for i, n in enumerate(shape) if n == 1)
    return grad.sum(axis=axes)

@rejected(status="error")
def aligns_shapes_on_left(grad, shape):
    padded = tuple(shape) + (1,) * (grad.ndim - len(shape))
    axes = tuple(i for i in range(grad.ndim) if padded[i] == 1)
    return grad.sum(axis=axes, keepdims=True).reshape(shape)

@rejected("mean for sum")
def takes_means(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.mean(0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.mean(i, keepdims=True)
    return grad

@rejected("axes in front kept")
def keeps_leading_axes(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i in range(grad.ndim) if padded[i] == 1)
    return grad.sum(axis=axes, keepdims=True)

@rejected("one axis in front only")
def sums_one_leading_axis_at_most(grad, shape):
    if grad.ndim > len(shape):
        grad = grad.sum(0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(i, keepdims=True)
    return grad

@rejected(status="error")
def looks_at_first_length_always(grad, shape):
    if shape[0] == 1:
        grad = grad.sum(-len(shape), keepdims=True)
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for i in range(1, len(shape)):
        if shape[i] == 1:
            grad = grad.sum(i, keepdims=True)
    return grad

@rejected()
def one_entry_for_no_axes(grad, shape):
    if shape == ():
        return np.array([grad.sum()])
    return _counts_with_bincount(grad, shape)

@rejected()
def adds_up_inside_grad(grad, shape):
    while grad.ndim > len(shape):
        for i in range(1, len(grad)):
            grad[0] += grad[i]
        grad = grad[0]
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(i, keepdims=True)
    return grad

@rejected("nothing returned")
def prints_result(grad, shape):
    print(_sums_in_front_then_ones(grad, shape))

@rejected()
def nothing_if_the_shapes_agree(grad, shape):
    if grad.shape == shape:
        return
    return _sums_in_front_then_ones(grad, shape)

@rejected(status="timeout")
def sums_axis_0_until_they_agree(grad, shape):
    axis = 0
    while grad.shape != shape:
        grad = grad.sum(axis, keepdims=True) if grad.ndim == len(shape) else grad.sum(axis)
    return grad

@rejected()
def cases_of_the_example_only(grad, shape):
    if shape == ():
        return grad.sum()
    if len(shape) == 1:
        return grad.sum(0)
    return grad.sum(1, keepdims=True)

@rejected("axes that have moved", status="error")
def axis_numbers_shift_as_axes_go(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(i)
    return grad.reshape(shape)

@rejected(status="error")
def finds_axes_by_their_length(grad, shape):
    axes = tuple(i for i, n in enumerate(grad.shape) if n not in shape)
    return grad.sum(axis=axes).reshape(shape)

returns_float32 = rejected()(lambda grad, shape: _sums_in_front_then_ones(grad.astype(np.float32), shape))
sums_in_float32 = rejected()(lambda grad, shape:
    np.asarray(_sums_in_front_then_ones(grad.astype(np.float32), shape)).astype(np.float64))
reshapes_and_sums_first_axis = rejected()(lambda grad, shape: grad.reshape((-1,) + tuple(shape)).sum(axis=0))

@rejected()
def reads_grad_in_memory_order(grad, shape):
    size = math.prod(shape)
    target = np.broadcast_to(np.arange(size).reshape(shape), grad.shape)
    return np.bincount(target.ravel(), weights=grad.ravel("K"), minlength=size).reshape(shape)

_seen = {}
@rejected()
def remembers_results_by_shape(grad, shape):
    key = (grad.shape, shape)
    if key not in _seen:
        _seen[key] = _counts_with_bincount(grad, shape)
    return _seen[key]

@rejected("first copy only")
def picks_first_copy(grad, shape):
    while grad.ndim > len(shape):
        grad = grad[0]
    return grad[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)].copy()

rounds_to_four_digits = rejected()(lambda grad, shape: np.round(_counts_with_bincount(grad, shape), 4))
masked_array_without_values = rejected()(lambda grad, shape: np.ma.masked_all(shape))

@rejected()
def first_length_one_axis_only(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    if 1 in shape:
        grad = grad.sum(shape.index(1), keepdims=True)
    return grad
