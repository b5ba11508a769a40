"""Answers written blind for `gradient_checking.Scale`, each under the verdict that it deserves."""

from typing import Any

import torch
from submissions import passes, rejected
from submissions.gradient_checking._shared import function_of
from torch.autograd.function import once_differentiable


def _forward(ctx, x, factor):
    ctx.factor = factor
    ctx.x = x.detach()
    return x * factor

def _scale(backward, forward=_forward, setup_context=None, **more):
    return function_of("Scale", forward, backward, setup_context, **more)

class _Base(torch.autograd.Function):
    power = 1
    @classmethod
    def rule(cls, value, ctx):
        return value * ctx.factor**cls.power
    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return _Base.rule(x, ctx)
    @staticmethod
    def backward(ctx, grad):
        return _Base.rule(grad, ctx), None

def _factor(change):
    """Keep a changed factor for the backward, and let the forward be right."""
    def forward(ctx, x, factor):
        ctx.factor = change(factor)
        return x * factor
    return _scale(lambda ctx, grad: (grad * ctx.factor, None), forward)

plain = passes(_scale(lambda ctx, grad: (grad * ctx.factor, None)))

@passes
class with_setup_context(torch.autograd.Function):
    generate_vmap_rule = True
    @staticmethod
    def forward(x, factor):
        return x.mul(factor)
    @staticmethod
    def setup_context(ctx, inputs, output):
        _, ctx.factor = inputs
    @staticmethod
    def backward(ctx, grad):
        return torch.mul(grad, ctx.factor), None

@passes
class factor_saved_as_a_tensor(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.save_for_backward(torch.tensor(factor, dtype=torch.float64))
        ctx.set_materialize_grads(False)
        return factor * x
    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        if grad is None or not ctx.needs_input_grad[0]:
            return None, None
        (factor,) = ctx.saved_tensors
        return grad * factor, None

@passes
class autograd_inside_backward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.again = lambda y: factor * y
        ctx.save_for_backward(x)
        return x * factor
    @staticmethod
    def backward(ctx, grad):
        with torch.enable_grad():
            y = ctx.saved_tensors[0].detach().requires_grad_()
            (x_grad,) = torch.autograd.grad(ctx.again(y), y, grad)
        return x_grad, None

@passes
class inherited(_Base):
    pass

clone_then_in_place = passes(_scale(lambda ctx, grad: (grad.clone().mul_(ctx.factor), None)))
add_with_alpha = passes(_scale(lambda ctx, grad: (torch.zeros_like(grad).add(grad, alpha=ctx.factor), None)))
through_float64_and_back = passes(_scale(lambda ctx, grad: ((grad.double() * ctx.factor).to(grad.dtype), None)))
tuple_padded_with_none = passes(_scale(lambda ctx, grad: (grad * ctx.factor,) + (None,) * 1))

list_for_a_tuple = rejected("one gradient only")(_scale(lambda ctx, grad: [grad * ctx.factor, None]))

scale_in_the_backward = passes(_scale(lambda ctx, grad: (_Base.apply(grad, ctx.factor), None)))

as_it_was = rejected("factor not applied")(_scale(lambda ctx, grad: (grad, None)))
divided_by_factor = rejected("divided by the factor")(_scale(lambda ctx, grad: (grad / ctx.factor, None)))
times_x = rejected("times x")(_scale(lambda ctx, grad: (grad * ctx.x, None)))
times_factor_and_x = rejected("times factor and x")(_scale(lambda ctx, grad: (grad * ctx.factor * ctx.x, None)))
one_gradient_only = rejected("one gradient only")(_scale(lambda ctx, grad: grad * ctx.factor))
gradient_for_the_number_too = rejected("a gradient for the factor")(_scale(lambda ctx, grad:
    (grad * ctx.factor, (grad * ctx.x).sum())))
two_gradients_swapped = rejected("a gradient for the factor")(_scale(lambda ctx, grad: (None, grad * ctx.factor)))
grad_written_into = rejected("incoming gradient written into")(_scale(lambda ctx, grad: (grad.mul_(ctx.factor), None)))
incoming_gradient_ignored = rejected("incoming gradient ignored")(_scale(lambda ctx, grad:
    (torch.full_like(grad, ctx.factor), None)))
size_of_factor = rejected("size of the factor")(_scale(lambda ctx, grad: (grad * abs(ctx.factor), None)))
squared_factor = rejected("factor squared")(_scale(lambda ctx, grad: (grad * ctx.factor**2, None)))
negative = rejected("sign")(_scale(lambda ctx, grad: (-grad * ctx.factor, None)))
gradient_plus_factor = rejected("factor added")(_scale(lambda ctx, grad: (grad + ctx.factor, None)))
positive_gradients_only = rejected()(_scale(lambda ctx, grad: (grad.relu() * ctx.factor, None)))
matrices_only = rejected(status="error")(_scale(lambda ctx, grad: (torch.einsum("ij->ij", grad) * ctx.factor, None)))
view_of_grad = rejected("view of the incoming gradient", status="error")(_scale(lambda ctx, grad:
    ((grad.view(-1) * ctx.factor).view(grad.shape), None)))
float32_only = rejected()(_scale(lambda ctx, grad: (grad.float() * ctx.factor, None)))
mean_over_entries = rejected()(_scale(lambda ctx, grad: ((grad * ctx.factor).mean(), None)))
detached_to_numbers = rejected()(_scale(lambda ctx, grad: ((grad * ctx.factor).tolist(), None)))
factor_cut_to_whole_number = rejected()(_factor(int))
factor_0_taken_for_missing = rejected()(_factor(lambda factor: factor or 1.0))

class _factor_on_the_class(torch.autograd.Function):
    factor: Any = 1.0
    @staticmethod
    def forward(ctx, x, factor):
        _factor_on_the_class.factor = factor
        return x * factor
    @staticmethod
    def backward(ctx, grad):
        return grad * _factor_on_the_class.factor, None
factor_on_the_class = rejected("remembered by the class")(_factor_on_the_class)

@rejected()
class number_to_save_for_backward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.save_for_backward(factor)
        return x * factor
    @staticmethod
    def backward(ctx, grad):
        (factor,) = ctx.saved_tensors
        return grad * factor, None

def _writes(ctx, x, factor):
    ctx.factor = factor
    with torch.no_grad():
        return x.mul_(factor).clone()
forward_writes_into_x = rejected("argument written into")(_scale(lambda ctx, grad: (grad * ctx.factor, None), _writes))
identity_twice = rejected("no factor anywhere")(
    _scale(lambda ctx, grad: (grad, None), lambda ctx, x, factor: x.clone()))
needs_input_grad_turned_round = rejected("no gradient")(_scale(lambda ctx, grad:
    (None if ctx.needs_input_grad[0] else grad * ctx.factor, None)))
