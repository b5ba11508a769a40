"""Answers written blind for `gradient_checking.LeakyReLU`, each under the verdict that it deserves."""

from typing import Any

import torch
import torch.nn.functional as F
from submissions import passes, rejected
from submissions.gradient_checking._shared import function_of
from torch.autograd.function import once_differentiable


def _forward(ctx, x, slope):
    y = torch.where(x > 0, x, slope * x)
    ctx.save_for_backward(x, y)
    ctx.slope = slope
    return y

def _leaky(backward, forward=_forward, setup_context=None, **more):
    """Make a LeakyReLU; backward is given grad, x, y and slope, and returns x's gradient."""
    def whole(ctx, grad):
        return backward(grad, *ctx.saved_tensors, ctx.slope), None
    return function_of("LeakyReLU", forward, whole, setup_context, **more)

_right = lambda grad, x, y, slope: torch.where(x > 0, grad, slope * grad)

where = passes(_leaky(_right))

@passes
class with_setup_context(torch.autograd.Function):
    @staticmethod
    def forward(x, slope):
        return F.leaky_relu(x, slope)
    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.slope = inputs
        ctx.save_for_backward(x)
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.ops.aten.leaky_relu_backward(grad, x, ctx.slope, False), None

@passes
class mask_in_ctx(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, slope):
        ctx.positive, ctx.slope = x > 0, slope
        return x.relu() - slope * (-x).relu()
    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        if not ctx.needs_input_grad[0]:
            return None, None
        out = grad.clone()
        out[~ctx.positive] *= ctx.slope
        return out, None

@passes
class autograd_inside_backward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, slope):
        ctx.x, ctx.slope = x.detach(), slope
        return torch.where(x > 0, x, x * slope)
    @staticmethod
    def backward(ctx, grad):
        with torch.enable_grad():
            x = ctx.x.detach().requires_grad_(True)
            y = torch.where(x > 0, x, x * ctx.slope)
        return torch.autograd.grad(y, x, grad)[0], None

one_at_zero = passes(_leaky(lambda g, x, y, s: torch.where(x >= 0, g, s * g)))
sign_formula = passes(_leaky(lambda g, x, y, s: g * ((1 + s) / 2 + (1 - s) / 2 * x.sign())))
arithmetic_with_masks = passes(_leaky(lambda g, x, y, s: g * (x > 0) + s * g * (x <= 0)))
lerp_between_slope_and_1 = passes(_leaky(lambda g, x, y, s: torch.lerp(s * g, g, (x > 0).to(g.dtype))))
heaviside = passes(_leaky(lambda g, x, y, s: g * (s + (1 - s) * torch.heaviside(x, x.new_full((), 0.25)))))
loop_over_flat_entries = passes(_leaky(lambda g, x, y, s: torch.tensor([b if a > 0 else s * b
    for a, b in zip(x.flatten().tolist(), g.flatten().tolist(), strict=True)], dtype=g.dtype).reshape(x.shape)))
masked_fill = passes(_leaky(lambda g, x, y, s: g * torch.ones_like(x).masked_fill(x <= 0, s)))

as_it_was = rejected("mask missing")(_leaky(lambda g, x, y, s: g))
mask_turned_round = rejected("mask turned round")(_leaky(lambda g, x, y, s: torch.where(x > 0, s * g, g)))
slope_everywhere = rejected("slope everywhere")(_leaky(lambda g, x, y, s: s * g))
relu = rejected("nothing below 0")(_leaky(lambda g, x, y, s: g * (x > 0)))
mask_of_gradient = rejected("mask of the gradient")(_leaky(lambda g, x, y, s: torch.where(g > 0, g, s * g)))
# wrong for a negative slope
mask_of_the_output = rejected("mask of the result")(_leaky(lambda g, x, y, s: torch.where(y > 0, g, s * g)))
above_slope = rejected("threshold at the slope")(_leaky(lambda g, x, y, s: torch.where(x > s, g, s * g)))
above_one = rejected()(_leaky(lambda g, x, y, s: torch.where(x > 1, g, s * g)))
size_above_zero = rejected("mask missing")(_leaky(lambda g, x, y, s: torch.where(x.abs() > 0, g, s * g)))
incoming_gradient_ignored = rejected("incoming gradient ignored")(_leaky(lambda g, x, y, s:
    torch.where(x > 0, torch.ones_like(x), s)))
negative_side_lost = rejected("gradient lost below 0")(_leaky(lambda g, x, y, s: torch.where(x > 0, g, s)))
slope_times_x_when_negative = rejected("value below 0")(_leaky(lambda g, x, y, s: torch.where(x > 0, g, s * x)))
times_output = rejected("times the result")(_leaky(lambda g, x, y, s: g * y))
output_over_input = rejected("NaN where x is 0")(_leaky(lambda g, x, y, s: g * y / x))  # NaN at 0
zero_at_zero = rejected("0 where x is 0")(_leaky(lambda g, x, y, s: g * (x > 0) + s * g * (x < 0)))
both_at_zero = rejected("both where x is 0")(_leaky(lambda g, x, y, s: g * (x >= 0) + s * g * (x <= 0)))
minus_slope = rejected("minus slope")(_leaky(lambda g, x, y, s: torch.where(x > 0, g, -s * g)))
size_of_the_slope = rejected("size of the slope")(_leaky(lambda g, x, y, s: torch.where(x > 0, g, abs(s) * g)))
divided_by_slope = rejected()(_leaky(lambda g, x, y, s: torch.where(x > 0, g, g / (s or 1.0))))
fixed_slope = rejected("a slope of its own")(_leaky(lambda g, x, y, s: torch.where(x > 0, g, 0.01 * g)))
max_of_both_gradients = rejected()(_leaky(lambda g, x, y, s: torch.maximum(g, s * g)))

@rejected("incoming gradient written into")
@_leaky
def grad_written_into(grad, x, y, slope):
    grad[x <= 0] *= slope
    return grad

@rejected("incoming gradient written into")
@_leaky
def contiguous_taken_for_a_copy(grad, x, y, slope):
    out = grad.contiguous()
    out[x <= 0] *= slope
    return out

float32_only = rejected()(_leaky(lambda g, x, y, s: _right(g.float(), x, y, s)))
viewed_flat = rejected("view of x", status="error")(_leaky(lambda g, x, y, s:
    _right(g.view(-1), x.view(-1), y, s).view(x.shape)))

def _maximum(ctx, x, slope):
    y = torch.maximum(x, slope * x)
    ctx.save_for_backward(x, y)
    ctx.slope = slope
    return y
forward_by_maximum = rejected("maximum of both")(_leaky(_right, _maximum))  # wrong above slope 1

def _writes(ctx, x, slope):
    ctx.save_for_backward(x.clone(), x)
    ctx.slope = slope
    with torch.no_grad():
        x[x <= 0] *= slope
    return x.clone()
forward_writes_into_x = rejected("argument written into")(_leaky(_right, _writes))

class _mask_kept_on_class(torch.autograd.Function):
    mask: Any = None
    @staticmethod
    def forward(ctx, x, slope):
        _mask_kept_on_class.mask = x > 0
        ctx.slope = slope
        return torch.where(x > 0, x, slope * x)
    @staticmethod
    def backward(ctx, grad):
        return torch.where(_mask_kept_on_class.mask, grad, ctx.slope * grad), None
mask_kept_on_class = rejected("mask remembered by the class")(_mask_kept_on_class)
one_gradient_only = rejected("one gradient only")(
    function_of("LeakyReLU", _forward, lambda ctx, g: _right(g, ctx.saved_tensors[0], None, ctx.slope)))
gradient_for_slope = rejected("a gradient for the slope")(function_of("LeakyReLU", _forward,
    lambda ctx, g: (_right(g, ctx.saved_tensors[0], None, ctx.slope), (g * ctx.saved_tensors[0]).sum())))
