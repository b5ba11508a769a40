"""Answers written blind for `gradient_checking.Cumsum`, each under the verdict that it deserves."""

import itertools

import numpy as np
import torch
import torch.nn.functional as F
from submissions import passes, rejected
from submissions.gradient_checking._shared import function_of
from torch.autograd.function import once_differentiable


def _forward(ctx, x):
    ctx.save_for_backward(x)
    return x.cumsum(-1)

def _cumsum(backward, forward=_forward, setup_context=None, **more):
    """Make a Cumsum; backward is given grad, and returns x's gradient."""
    return function_of("Cumsum", forward, lambda ctx, grad: backward(grad), setup_context, **more)

_right = lambda grad: grad.flip(-1).cumsum(-1).flip(-1)

flip_cumsum_flip = passes(_cumsum(_right))

@passes
class with_setup_context(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return torch.cumsum(x, dim=-1)
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.last = inputs[0].ndim - 1
    @staticmethod
    def backward(ctx, grad):
        back = torch.flip(grad, (ctx.last,))
        return torch.flip(torch.cumsum(back, ctx.last), (ctx.last,))

@passes
class triangle_both_ways(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        upper = torch.ones(x.shape[-1], x.shape[-1], dtype=x.dtype, device=x.device).triu()
        ctx.save_for_backward(upper)
        return x @ upper
    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        (upper,) = ctx.saved_tensors
        return grad @ upper.T if ctx.needs_input_grad[0] else None

@passes
class autograd_inside_backward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.cumsum(-1)
    @staticmethod
    def backward(ctx, grad):
        with torch.enable_grad():
            x = ctx.saved_tensors[0].detach().requires_grad_()
            return torch.autograd.grad(x.cumsum(-1), x, grad)[0]

total_less_running_sum = passes(_cumsum(lambda g: g.sum(-1, keepdim=True) - g.cumsum(-1) + g))

@passes
@_cumsum
def loop_from_the_end(grad):
    out, total = torch.empty_like(grad), torch.zeros_like(grad[..., 0])
    for k in range(grad.shape[-1] - 1, -1, -1):
        total = total + grad[..., k]
        out[..., k] = total
    return out

@passes
@_cumsum
def numpy_and_accumulate(grad):
    back = list(itertools.accumulate(np.moveaxis(grad.numpy(), -1, 0)[::-1], np.add))
    return torch.tensor(np.moveaxis(np.array(back[::-1]), 0, -1).copy())

def _recursive(grad):
    if grad.shape[-1] == 1:
        return grad.clone()
    tail = _recursive(grad[..., 1:])
    return torch.cat([grad[..., :1] + tail[..., :1], tail], -1)
recursion_on_tail = passes(_cumsum(_recursive))

@passes
@_cumsum
def doubling_steps(grad):
    out, step = grad, 1
    while step < grad.shape[-1]:
        out = out + F.pad(out[..., step:], (0, step))
        step *= 2
    return out.clone() if out is grad else out

einsum_with_tril = passes(_cumsum(lambda g:
    torch.einsum("...i,ij->...j", g, torch.tril(torch.ones(g.shape[-1], g.shape[-1], dtype=g.dtype)))))
indexed_other_way_round = passes(_cumsum(lambda g:
    g[..., torch.arange(g.shape[-1]).flip(0)].cumsum(-1)[..., torch.arange(g.shape[-1]).flip(0)]))

as_it_was = rejected("flipped once only")(_cumsum(lambda g: g.flip(-1).cumsum(-1)))
no_flip = rejected("not flipped")(_cumsum(lambda g: g.cumsum(-1)))
flip_at_end_only = rejected("flipped at the end only")(_cumsum(lambda g: g.cumsum(-1).flip(-1)))
second_flip_on_axis_0 = rejected("second flip along another axis")(_cumsum(lambda g: g.flip(-1).cumsum(-1).flip(0)))
flips_on_axis_0 = rejected("flips along axis 0")(_cumsum(lambda g: g.flip(0).cumsum(-1).flip(0)))
everything_on_axis_0 = rejected("sums along axis 0")(_cumsum(lambda g: g.flip(0).cumsum(0).flip(0)))
everything_on_axis_1 = rejected("axis 1", status="error")(_cumsum(lambda g: g.flip(1).cumsum(1).flip(1)))
cumsum_on_axis_0 = rejected("right flips, sum along axis 0")(_cumsum(lambda g: g.flip(-1).cumsum(0).flip(-1)))
all_axes_flipped = rejected("all axes flipped")(_cumsum(lambda g: g.flip(-1).cumsum(-1).flip(tuple(range(g.ndim)))))
fliplr_on_axis_1 = rejected(status="error")(_cumsum(lambda g: g.fliplr().cumsum(-1).fliplr()))
grad_passed_on = rejected("passed on")(_cumsum(lambda g: g.clone()))
total_everywhere = rejected("total for all")(_cumsum(lambda g: g.sum(-1, keepdim=True).expand_as(g)))
own_entry_left_out = rejected("own place left out")(_cumsum(lambda g: g.sum(-1, keepdim=True) - g.cumsum(-1)))
own_entry_twice = rejected("own place twice")(_cumsum(lambda g: _right(g) + g))
grand_total_less_running_sum = rejected()(_cumsum(lambda g: g.sum() - g.cumsum(-1) + g))
no_keepdim = rejected("axis lost in the total", status="error")(_cumsum(lambda g: g.sum(-1) - g.cumsum(-1) + g))
wrong_triangle = rejected("not flipped")(_cumsum(lambda g:
    g @ torch.ones(g.shape[-1], g.shape[-1], dtype=g.dtype).triu()))
triangle_without_its_diagonal = rejected("own place left out")(_cumsum(lambda g:
    g @ torch.ones(g.shape[-1], g.shape[-1], dtype=g.dtype).tril(-1)))
triangle_in_float32 = rejected("triangle in float32", status="error")(_cumsum(lambda g:
    g @ torch.ones(g.shape[-1], g.shape[-1]).tril()))
triangle_on_the_left = rejected(status="error")(_cumsum(lambda g:  # vectors only
    torch.ones(g.shape[-1], g.shape[-1], dtype=g.dtype).triu() @ g))
differences = rejected("differences")(_cumsum(lambda g: torch.diff(g, prepend=torch.zeros_like(g[..., :1]))))
running_mean = rejected("mean for sum")(_cumsum(lambda g: _right(g) / g.shape[-1]))
negative = rejected("sign")(_cumsum(lambda g: -_right(g)))
incoming_gradient_ignored = rejected("incoming gradient ignored")(_cumsum(lambda g: _right(torch.ones_like(g))))
running_products = rejected()(_cumsum(lambda g: g.flip(-1).cumprod(-1).flip(-1)))

@rejected("incoming gradient written into")
@_cumsum
def loop_writes_into_grad(grad):
    for k in range(grad.shape[-1] - 2, -1, -1):
        grad[..., k] += grad[..., k + 1]
    return grad

@rejected("incoming gradient written into")  # total is a view of grad
@_cumsum
def clone_missing(grad):
    out, total = torch.empty_like(grad), grad[..., -1]
    out[..., -1] = total
    for k in range(grad.shape[-1] - 2, -1, -1):
        total += grad[..., k]
        out[..., k] = total
    return out

in_place_cumsum = rejected("incoming gradient written into")(_cumsum(lambda g:
    g.sum(-1, keepdim=True) + g.clone() - g.cumsum_(-1)))

@rejected()
@_cumsum
def first_entry_never_reached(grad):
    out, total = torch.zeros_like(grad), torch.zeros_like(grad[..., 0])
    for k in range(grad.shape[-1] - 1, 0, -1):
        total = total + grad[..., k]
        out[..., k] = total
    return out

float32_only = rejected()(_cumsum(lambda g: _right(g.float())))
view_to_rows = rejected("view of the incoming gradient", status="error")(_cumsum(lambda g:
    _right(g.view(-1, g.shape[-1])).view(g.shape)))
flattened = rejected()(_cumsum(lambda g: _right(g.reshape(-1)).reshape(g.shape)))
two_gradients = rejected("two gradients")(_cumsum(lambda g: (_right(g), g)))
forward_flipped_to_fit = rejected("forward turned round")(
    _cumsum(lambda g: g.cumsum(-1), lambda ctx, x: x.flip(-1).cumsum(-1).flip(-1)))
forward_over_axis_0 = rejected()(_cumsum(lambda g: g.flip(0).cumsum(0).flip(0), lambda ctx, x: x.cumsum(0)))
forward_writes_x = rejected("argument written into")(_cumsum(_right, lambda ctx, x: x.detach().cumsum_(-1).clone()))
