"""Answers written blind for `gradient_checking.MeanSquare`, each under the verdict that it deserves."""

import math

import torch
import torch.nn.functional as F
from submissions import passes, rejected
from submissions.gradient_checking._shared import function_of
from torch.autograd.function import once_differentiable


def _forward(ctx, x):
    y = (x * x).mean()
    ctx.save_for_backward(x, y)
    return y

def _mean_square(backward, forward=_forward, setup_context=None, **more):
    """Make a MeanSquare; backward is given grad, x and y."""
    return function_of("MeanSquare", forward, lambda ctx, grad: backward(grad, *ctx.saved_tensors), setup_context,
        **more)

plain = passes(_mean_square(lambda g, x, y: g * 2 * x / x.numel()))

@passes
class with_setup_context(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return F.mse_loss(x, torch.zeros_like(x))
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * x.mul(2).div(math.prod(x.shape))

@passes
class factor_computed_ahead(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.factor = x.detach() * (2.0 / x.numel())
        return torch.linalg.vector_norm(x) ** 2 / x.numel()
    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        return ctx.factor * grad if ctx.needs_input_grad[0] else None

@passes
class autograd_inside_backward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.square().mean()
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            y = x.detach().requires_grad_()
            return torch.autograd.grad(y.square().mean(), y, grad)[0]

_entries = lambda shape: 1 if len(shape) == 0 else shape[0] * _entries(shape[1:])
recursive_count = passes(_mean_square(lambda g, x, y: (g + g) / _entries(x.shape) * x))
einsum = passes(_mean_square(lambda g, x, y: torch.einsum(",...->...", g, 2 * x) / x.nelement()))
sum_of_ones = passes(_mean_square(lambda g, x, y: 2 * g * x / torch.ones_like(x).sum()))
grad_as_a_number = passes(_mean_square(lambda g, x, y: x * (2 * g.item() / x.numel())))
expanded = passes(_mean_square(lambda g, x, y:
    torch.addcmul(torch.zeros_like(x), g.expand_as(x), x, value=2 / x.numel())))
clone_written_into = passes(_mean_square(lambda g, x, y: x.clone().mul_(2).mul_(g).div_(x.numel())))

as_it_was = rejected("mean taken for a sum")(_mean_square(lambda g, x, y: g * 2 * x))
vectors_only = rejected("divided by the number of rows", status="error")(_mean_square(lambda g, x, y:
    g * 2 * x / len(x)))
last_axis = rejected("divided by the last axis", status="error")(_mean_square(lambda g, x, y: g * 2 * x / x.shape[-1]))
only_matrices = rejected("matrices only", status="error")(_mean_square(lambda g, x, y:
    g * 2 * x / (x.shape[0] * x.shape[1])))
two_forgotten = rejected("2 missing")(_mean_square(lambda g, x, y: g * x / x.numel()))
incoming_gradient_ignored = rejected("incoming gradient ignored")(_mean_square(lambda g, x, y: 2 * x / x.numel()))
only_sign_of_gradient = rejected()(_mean_square(lambda g, x, y: g.sign() * 2 * x / x.numel()))
one_less = rejected("divided by one less")(_mean_square(lambda g, x, y: g * 2 * x / (x.numel() - 1)))
numel_squared = rejected("divided twice")(_mean_square(lambda g, x, y: g * 2 * x / x.numel() ** 2))
whole_division = rejected("whole-number division")(_mean_square(lambda g, x, y: g * (2 // x.numel()) * x))
mean_of_it = rejected("mean of the gradient")(_mean_square(lambda g, x, y: (g * 2 * x).mean()))
mean_spread_out = rejected("mean of the gradient, repeated")(_mean_square(lambda g, x, y:
    (g * 2 * x).mean().expand_as(x)))
y_in_place_of_x = rejected()(_mean_square(lambda g, x, y: (g * 2 * y / x.numel()).expand_as(x)))
x_squared = rejected("x squared")(_mean_square(lambda g, x, y: g * 2 * x * x / x.numel()))
size_of_x = rejected("size of x")(_mean_square(lambda g, x, y: g * 2 * x.abs() / x.numel()))
negative = rejected("sign")(_mean_square(lambda g, x, y: -g * 2 * x / x.numel()))
backward_of_the_root = rejected("root of the mean")(_mean_square(lambda g, x, y: g * x / (x.numel() * y.sqrt())))
numel_of_grad = rejected("mean taken for a sum")(_mean_square(lambda g, x, y: g * 2 * x / g.numel()))
x_written_into = rejected("argument written into")(_mean_square(lambda g, x, y: x.mul_(2 * g / x.numel())))
grad_written_into = rejected("incoming gradient written into")(_mean_square(lambda g, x, y: g.mul_(2) * x / x.numel()))
float32_only = rejected()(_mean_square(lambda g, x, y: (g * 2 * x / x.numel()).float()))
viewed = rejected("view of x", status="error")(_mean_square(lambda g, x, y:
    (g * 2 * x.view(-1) / x.numel()).view(x.shape)))
flat_result = rejected()(_mean_square(lambda g, x, y: g * 2 * x.reshape(-1) / x.numel()))
detach_is_no_copy = rejected("argument written into")(_mean_square(lambda g, x, y:
    x.detach().mul_(g).mul_(2 / x.numel())))

def _writes(ctx, x):
    ctx.save_for_backward(x, x)
    return x.detach().mul_(x).mean()
forward_writes_into_x = rejected("forward writes into x")(_mean_square(lambda g, x, y: g * 2 * x / x.numel(), _writes))
forward_the_sum = rejected("forward a sum, too")(  # the backward as it was is right for it
    _mean_square(lambda g, x, y: g * 2 * x, lambda ctx, x: (ctx.save_for_backward(x, x), (x * x).sum())[1]))
forward_over_the_last_axis = rejected("mean of each row", status="error")(_mean_square(lambda g, x, y:
    g.unsqueeze(-1) * 2 * x / x.shape[-1], lambda ctx, x: (ctx.save_for_backward(x, x), (x * x).mean(-1))[1]))
forward_halved_2_gone = rejected()(_mean_square(lambda g, x, y: g * x / x.numel(),
    lambda ctx, x: (ctx.save_for_backward(x, x), (x * x).mean() / 2)[1]))
forward_gives_one_entry = rejected()(_mean_square(lambda g, x, y: g * 2 * x / x.numel(),
    lambda ctx, x: (ctx.save_for_backward(x, x), (x * x).mean().reshape(1))[1]))
