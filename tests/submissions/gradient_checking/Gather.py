"""Answers written blind for `gradient_checking.Gather`, each under the verdict that it deserves."""

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from submissions import passes, rejected
from submissions.gradient_checking._shared import function_of
from torch.autograd.function import once_differentiable


def _forward(ctx, x, index):
    ctx.save_for_backward(x, index)
    ctx.shape = x.shape
    return x[index]

def _gather(backward, forward=_forward, setup_context=None, **more):
    """Make a Gather; backward is given grad, the shape of x and the index, and returns x's gradient."""
    return function_of("Gather", forward, lambda ctx, grad: (backward(grad, ctx.shape, ctx.saved_tensors[1]), None),
        setup_context, **more)

def _assign(grad, shape, index):
    out = grad.new_zeros(shape)
    for k, row in enumerate(index.tolist()):
        out[row] = grad[k]
    return out

_right = lambda grad, shape, index: grad.new_zeros(shape).index_add_(0, index, grad)

index_add = passes(_gather(_right))

@passes
class with_setup_context(torch.autograd.Function):
    @staticmethod
    def forward(x, index):
        return x.index_select(0, index)
    @staticmethod
    def setup_context(ctx, inputs, output):
        x, index = inputs
        ctx.size = x.shape
        ctx.save_for_backward(index)
    @staticmethod
    def backward(ctx, grad):
        (index,) = ctx.saved_tensors
        return grad.new_zeros(ctx.size).index_put((index,), grad, accumulate=True), None

@passes
class rows_with_masks(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, index):
        ctx.index, ctx.rows = index, len(x)
        return x[index]
    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        if not ctx.needs_input_grad[0]:
            return None, None
        rows = [grad[ctx.index == row].sum(0) for row in range(ctx.rows)]
        return torch.stack(rows), None

@passes
class autograd_inside_backward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, index):
        ctx.save_for_backward(x, index)
        return x[index]
    @staticmethod
    def backward(ctx, grad):
        x, index = ctx.saved_tensors
        with torch.enable_grad():
            copy = x.detach().requires_grad_()
            (x_grad,) = torch.autograd.grad(copy[index], copy, grad)
        return x_grad, None

@passes
@_gather
def loop(grad, shape, index):
    out = grad.new_zeros(shape)
    for k, row in enumerate(index.tolist()):
        out[row] += grad[k]
    return out

@passes
@_gather
def scatter_add_with_spread_index(grad, shape, index):
    where = index.reshape((-1,) + (1,) * (grad.ndim - 1)).expand_as(grad)
    return torch.zeros(shape, dtype=grad.dtype).scatter_add(0, where, grad)

@passes
@_gather
def one_hot_einsum(grad, shape, index):
    hot = (index[:, None] == torch.arange(shape[0])).to(grad.dtype)
    return torch.einsum("kn,k...->n...", hot, grad)

@passes
@_gather
def add_at(grad, shape, index):
    out = np.zeros(shape, dtype=grad.numpy().dtype)
    np.add.at(out, index.numpy(), grad.numpy())
    return torch.from_numpy(out)

def _recursive(grad, shape, index):
    if len(index) == 0:
        return grad.new_zeros(shape)
    out = _recursive(grad[1:], shape, index[1:])
    out[index[0]] += grad[0]
    return out
recursion_over_index = passes(_gather(_recursive))

@passes
@_gather
def sorted_split_summed(grad, shape, index):
    order = torch.argsort(index, stable=True)
    counts = torch.bincount(index, minlength=shape[0])
    pieces = torch.split(grad[order], counts.tolist())
    return torch.stack([piece.sum(0) for piece in pieces])

sparse_tensor_made_dense = passes(_gather(lambda g, s, i:
    torch.sparse_coo_tensor(i[None], g, tuple(s), check_invariants=True).to_dense()))

# the last of equal indices wins
as_it_was = rejected("assigned, not added")(_gather(lambda g, s, i: g.new_zeros(s).index_copy(0, i, g)))
loop_that_assigns = rejected("assigned, not added")(_gather(_assign))

@rejected("assigned, not added")
@_gather
def plus_equals_with_the_index(grad, shape, index):
    out = grad.new_zeros(shape)
    out[index] += grad
    return out

@rejected("mean of a row's gradients")
@_gather
def mean_of_rows_gradients(grad, shape, index):
    counts = torch.bincount(index, minlength=shape[0]).clamp(min=1).to(grad.dtype)
    total = grad.new_zeros(shape).index_add(0, index, grad)
    return total / counts.reshape((-1,) + (1,) * (len(shape) - 1))

@rejected("last gradient times the count")
@_gather
def last_gradient_times_count(grad, shape, index):
    out = _assign(grad, shape, index)
    counts = torch.bincount(index, minlength=shape[0]).to(grad.dtype)
    return out * counts.reshape((-1,) + (1,) * (len(shape) - 1))

@rejected("last gradient twice")
@_gather
def counted_twice(grad, shape, index):
    out = grad.new_zeros(shape)
    out[index] = grad
    out.index_add_(0, index, grad)
    return out

@rejected("places exchanged", status="error")
@_gather
def roles_of_k_and_row_swapped(grad, shape, index):
    out = grad.new_zeros(shape)
    for k, row in enumerate(index.tolist()):
        out[k] += grad[row]
    return out

takes_from_grad = rejected("gathered again")(_gather(lambda g, s, i: g[i]))
index_add_on_axis_1 = rejected("added along the last axis", status="error")(_gather(lambda g, s, i:
    g.new_zeros(s).index_add(1, i, g)))
index_add_on_last_axis = rejected("added along the last axis", status="error")(_gather(lambda g, s, i:
    g.new_zeros(s).index_add(-1, i, g)))

@rejected("index not spread out")
@_gather
def scatter_add_index_not_spread(grad, shape, index):
    where = index.reshape((-1,) + (1,) * (grad.ndim - 1))
    return grad.new_zeros(shape).scatter_add(0, where, grad)

scatter_add_on_last_axis = rejected(status="error")(_gather(lambda grad, shape, index:
    grad.new_zeros(shape).scatter_add(-1, index.expand(grad.shape), grad)))
zeros_like_grad = rejected("zeros as the incoming gradient")(_gather(lambda g, s, i:
    torch.zeros_like(g).index_add(0, i, g)))
rows_up_to_the_largest = rejected("rows up to the last one named")(_gather(lambda g, s, i:
    g.new_zeros((int(i.max()) + 1, *s[1:])).index_add(0, i, g)))
float32_zeros = rejected("zeros in float32", status="error")(_gather(lambda g, s, i: torch.zeros(s).index_add(0, i, g)))
float64_only = rejected("zeros in float64", status="error")(_gather(lambda g, s, i:
    torch.zeros(s, dtype=torch.float64).index_add(0, i, g)))
float32_only = rejected()(_gather(lambda g, s, i: _right(g.float(), s, i)))
one_hot_up_to_matrices = rejected()(_gather(lambda g, s, i: F.one_hot(i, s[0]).to(g.dtype).T @ g))
matrices_only = rejected(status="error")(_gather(lambda g, s, i: g.new_zeros(s[0], s[1]).index_add(0, i, g)))
ones_added = rejected("incoming gradient ignored")(_gather(lambda g, s, i: _right(torch.ones_like(g), s, i)))

@rejected("first row lost")
@_gather
def row_0_taken_for_padding(grad, shape, index):
    out = _right(grad, shape, index)
    out[0] = 0
    return out

@rejected("only neighbours added")  # add neighbours that repeat, and forget repeats further apart
@_gather
def neighbouring_repeats_only(grad, shape, index):
    keep = torch.ones(len(index), dtype=torch.bool)
    keep[1:] = index[1:] != index[:-1]
    group = keep.cumsum(0) - 1
    total = grad.new_zeros((int(keep.sum()), *grad.shape[1:])).index_add(0, group, grad)
    out = grad.new_zeros(shape)
    out[index[keep]] = total
    return out

@rejected()
@_gather
def split_without_sorting(grad, shape, index):
    counts = torch.bincount(index, minlength=shape[0])
    pieces = torch.split(grad, counts.tolist())
    return torch.stack([piece.sum(0) for piece in pieces])

@rejected("incoming gradient written into")  # adds into grad
@_gather
def clone_missing(grad, shape, index):
    rows: dict[int, Any] = {}
    for k, row in enumerate(index.tolist()):
        if row in rows:
            rows[row] += grad[k]
        else:
            rows[row] = grad[k]
    empty = grad.new_zeros(shape[1:])
    return torch.stack([rows.get(row, empty) for row in range(shape[0])])

negative = rejected("sign")(_gather(lambda g, s, i: -_right(g, s, i)))
gradients_other_way_round = rejected("order turned round")(_gather(lambda g, s, i: _right(g.flip(0), s, i)))
shape_transposed = rejected(status="error")(_gather(lambda g, s, i: g.new_zeros(tuple(reversed(s))).index_add(0, i, g)))
largest_gradient_of_row = rejected("largest of a row's gradients")(_gather(lambda g, s, i:
    torch.stack([g[i == r].amax(0) if (i == r).any() else g.new_zeros(s[1:]) for r in range(s[0])])))
view_of_grad = rejected("view of the incoming gradient", status="error")(_gather(lambda g, s, i:
    _right(g.view(len(i), -1), (s[0], math.prod(s[1:])), i).view(s)))
one_gradient_only = rejected("one gradient only")(
    function_of("Gather", _forward, lambda ctx, g: _right(g, ctx.shape, ctx.saved_tensors[1])))
forward_last_axis = rejected(status="error")(_gather(lambda g, s, i: g.new_zeros(s).index_add(-1, i, g),
    lambda ctx, x, index: (_forward(ctx, x, torch.zeros_like(index)),
        ctx.save_for_backward(x, index), x[..., index])[2]))
forward_without_repeats = rejected()(_gather(lambda g, s, i: _right(g, s, i.unique()),
    lambda ctx, x, index: (_forward(ctx, x, index), x[index.unique()])[1]))
