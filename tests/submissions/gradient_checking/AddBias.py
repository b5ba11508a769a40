"""Answers written blind for `gradient_checking.AddBias`, each under the verdict that it deserves."""

import functools

import torch
from submissions import passes, rejected
from submissions.gradient_checking._shared import function_of
from torch.autograd.function import once_differentiable


def _forward(ctx, x, bias):
    ctx.save_for_backward(x, bias)
    return x + bias

def _add_bias(backward, forward=_forward, setup_context=None, **more):
    return function_of("AddBias", forward, backward, setup_context, **more)

plain = passes(_add_bias(lambda ctx, grad: (grad, grad.sum(0))))

@passes
class with_setup_context(torch.autograd.Function):
    @staticmethod
    def forward(x, bias):
        return torch.add(x, bias)
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.rows = inputs[0].shape[0]
    @staticmethod
    def backward(ctx, grad):
        return grad, torch.ones(ctx.rows, dtype=grad.dtype, device=grad.device) @ grad

@passes
class asks_needs_input_grad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, bias):
        return x + bias[None, :]
    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        x_grad = bias_grad = None
        if ctx.needs_input_grad[0]:
            x_grad = grad.clone()
        if ctx.needs_input_grad[1]:
            bias_grad = grad.sum(dim=0)
        return x_grad, bias_grad

@passes
class autograd_inside_backward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, bias):
        ctx.save_for_backward(x, bias)
        return x + bias
    @staticmethod
    def backward(ctx, grad):
        inputs = [t.detach().requires_grad_() for t in ctx.saved_tensors]
        with torch.enable_grad():
            y = inputs[0] + inputs[1]
        return torch.autograd.grad(y, inputs, grad)

einsum = passes(_add_bias(lambda ctx, grad: (grad, torch.einsum("nd->d", grad))))

@passes
@_add_bias
def loop_over_rows(ctx, grad):
    total = grad.new_zeros(grad.shape[1])
    for row in grad:
        total += row
    return grad, total

def _halving_sum(rows):
    if len(rows) == 1:
        return rows[0].clone()
    middle = len(rows) // 2
    return _halving_sum(rows[:middle]) + _halving_sum(rows[middle:])
recursion_over_halves = passes(_add_bias(lambda ctx, grad: (grad, _halving_sum(grad))))
sum_to_size = passes(_add_bias(lambda ctx, grad: (grad, grad.sum_to_size(ctx.saved_tensors[1].shape))))
last_of_running_sums = passes(_add_bias(lambda ctx, grad: (grad, grad.cumsum(0)[-1])))
mean_times_number_of_rows = passes(_add_bias(lambda ctx, grad: (grad, grad.mean(0) * grad.shape[0])))
transposed_first = passes(_add_bias(lambda ctx, grad: (grad, grad.t().sum(1))))
reduce_over_unbind = passes(_add_bias(lambda ctx, grad: (grad, functools.reduce(torch.add, grad.unbind(0)))))

as_it_was = rejected("not summed over the rows")(_add_bias(lambda ctx, grad: (grad, grad[0])))
last_row = rejected("last row only")(_add_bias(lambda ctx, grad: (grad, grad[-1])))
first_two_rows = rejected()(_add_bias(lambda ctx, grad: (grad, grad[:2].sum(0))))
mean_over_rows = rejected("mean over the rows")(_add_bias(lambda ctx, grad: (grad, grad.mean(0))))
sum_over_columns = rejected("summed over the columns")(_add_bias(lambda ctx, grad: (grad, grad.sum(1))))
sum_over_the_last_axis = rejected("summed over the columns")(_add_bias(lambda ctx, grad: (grad, grad.sum(-1))))
sum_over_everything = rejected("all summed up")(_add_bias(lambda ctx, grad: (grad, grad.sum())))
sum_over_everything_spread_out = rejected("all summed up and repeated")(_add_bias(lambda ctx, grad:
    (grad, grad.sum().expand(grad.shape[1]))))
largest_row_entry = rejected("largest for sum")(_add_bias(lambda ctx, grad: (grad, grad.amax(0))))
sizes_summed = rejected("sizes added up")(_add_bias(lambda ctx, grad: (grad, grad.abs().sum(0))))
negative = rejected("sign of the bias's gradient")(_add_bias(lambda ctx, grad: (grad, -grad.sum(0))))
number_of_rows = rejected("rows counted")(_add_bias(lambda ctx, grad: (grad, torch.full_like(grad[0], grad.shape[0]))))
swapped = rejected("exchanged")(_add_bias(lambda ctx, grad: (grad.sum(0), grad)))
one_gradient_only = rejected("one gradient only")(_add_bias(lambda ctx, grad: grad))
none_for_bias = rejected("nothing for the bias")(_add_bias(lambda ctx, grad: (grad, None)))
none_for_x = rejected("nothing for x")(_add_bias(lambda ctx, grad: (None, grad.sum(0))))
ones_for_x = rejected("ones for x")(_add_bias(lambda ctx, grad: (torch.ones_like(grad), grad.sum(0))))
x_divided_by_n = rejected("x divided by the rows")(_add_bias(lambda ctx, grad: (grad / grad.shape[0], grad.sum(0))))
times_bias = rejected("times the bias")(_add_bias(lambda ctx, grad: (grad, (grad * ctx.saved_tensors[1]).sum(0))))
by_x = rejected("times the other argument")(_add_bias(lambda ctx, grad: (grad, (grad * ctx.saved_tensors[0]).sum(0))))

@rejected()  # sums into grad[0]
@_add_bias
def clone_missing(ctx, grad):
    total = grad[0]
    for row in grad[1:]:
        total += row
    return grad, total

running_sums_in_place = rejected()(_add_bias(lambda ctx, grad: (grad, grad.cumsum_(0)[-1])))

@rejected("last row lost")
@_add_bias
def last_row_lost_by_range(ctx, grad):
    total = torch.zeros_like(grad[0])
    for k in range(grad.shape[0] - 1):
        total = total + grad[k]
    return grad, total

ones_in_32 = rejected("ones in float32", status="error")(_add_bias(lambda ctx, grad:
    (grad, torch.ones(len(grad)) @ grad)))
float32_only = rejected()(_add_bias(lambda ctx, grad: (grad, grad.float().sum(0))))
view_of_grad = rejected("view of the incoming gradient", status="error")(_add_bias(lambda ctx, grad:
    (grad, grad.view(-1).view(grad.shape).sum(0))))
flat_tail_for_square_only = rejected()(_add_bias(lambda ctx, grad: (grad, grad.reshape(grad.shape[1], -1).sum(1))))
first_flag_for_both = rejected("the bias asked for x")(_add_bias(lambda ctx, grad:
    (grad, grad.sum(0)) if ctx.needs_input_grad[0] else (None, None)))

def _writes(ctx, x, bias):
    with torch.no_grad():
        x += bias
        return x.clone()
forward_writes_into_x = rejected("argument written into")(_add_bias(lambda ctx, grad: (grad, grad.sum(0)), _writes))
forward_subtracts = rejected()(_add_bias(lambda ctx, grad: (grad, grad.sum(0)), lambda ctx, x, bias: x - bias))
forward_adds_first_bias = rejected()(_add_bias(lambda ctx, grad: (grad, grad.sum(0)), lambda ctx, x, bias: x + bias[0]))
