"""Answers written blind for `gradient_checking.Norm`, each under the verdict that it deserves."""

import torch
import torch.nn.functional as F
from submissions import passes, rejected
from submissions.gradient_checking._shared import function_of
from torch.autograd.function import once_differentiable


def _forward(ctx, x):
    norm = (x * x).sum().sqrt()
    ctx.save_for_backward(x, norm)
    return norm

def _norm(backward, forward=_forward, setup_context=None, **more):
    """Make a Norm; backward is given grad, x and the norm."""
    return function_of("Norm", forward, lambda ctx, grad: backward(grad, *ctx.saved_tensors), setup_context, **more)

def _with_forward(forward):
    """A right backward after another forward."""
    def whole(ctx, x):
        norm = forward(x)
        ctx.save_for_backward(x, norm)
        return norm
    return _norm(lambda g, x, n: g * x / n, whole)

plain = passes(_norm(lambda g, x, n: g * x / n))

@passes
class with_setup_context(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return torch.linalg.vector_norm(x)
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(inputs[0], output)
    @staticmethod
    def backward(ctx, grad):
        x, norm = ctx.saved_tensors
        return x * (grad / norm)

@passes
class unit_vector_in_ctx(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        norm = x.detach().norm()
        ctx.unit = x.detach() / norm
        return norm
    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        return None if not ctx.needs_input_grad[0] else grad * ctx.unit

@passes
class autograd_inside(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x * x).sum().sqrt()
    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().clone().requires_grad_()
        with torch.enable_grad():
            torch.linalg.vector_norm(x).backward(grad)
        return x.grad

rsqrt_of_the_sum = passes(_norm(lambda g, x, n: g * x * (x * x).sum().rsqrt()))
normalize_flat = passes(_norm(lambda g, x, n: g * F.normalize(x.reshape(-1), dim=0, eps=0).reshape(x.shape)))

def _hypotenuse(flat):
    if len(flat) == 1:
        return flat[0].abs()
    middle = len(flat) // 2
    return torch.hypot(_hypotenuse(flat[:middle]), _hypotenuse(flat[middle:]))
recursion_with_hypot = passes(_norm(lambda g, x, n: g * x / _hypotenuse(x.reshape(-1))))
chain_rule = passes(_norm(lambda g, x, n: (g * 0.5 / n) * (2 * x)))
einsum = passes(_norm(lambda g, x, n: torch.einsum(",,...->...", g, 1 / n, x)))
norm_as_a_number = passes(_norm(lambda g, x, n: x * (g.item() / n.item())))
clone_written_into = passes(_norm(lambda g, x, n: x.clone().mul_(g).div_(n)))

as_it_was = rejected("not divided by the norm")(_norm(lambda g, x, n: g * x))
incoming_gradient_ignored = rejected("incoming gradient ignored")(_norm(lambda g, x, n: x / n))
size_of_incoming_gradient = rejected("sign of the incoming gradient lost")(_norm(lambda g, x, n: g.abs() * x / n))
times_norm = rejected("times the norm")(_norm(lambda g, x, n: g * x * n))
norm_squared = rejected("norm squared")(_norm(lambda g, x, n: g * x / n**2))
over_two_norms = rejected("divided by twice the norm")(_norm(lambda g, x, n: g * x / (2 * n)))
two_x = rejected("2 left over")(_norm(lambda g, x, n: g * 2 * x / n))
two_x_alone = rejected("without the root")(_norm(lambda g, x, n: g * 2 * x))
root_of_norm = rejected("root of the norm")(_norm(lambda g, x, n: g * x / n.sqrt()))
norm_over_x = rejected("upside down")(_norm(lambda g, x, n: g * n / x))
x_forgotten = rejected("x missing")(_norm(lambda g, x, n: (g / n).expand_as(x)))
one_over_norm_as_a_number = rejected("x missing, one number")(_norm(lambda g, x, n: g / n))
size_of_x = rejected("size of x")(_norm(lambda g, x, n: g * x.abs() / n))
sign_of_x = rejected("sign of x")(_norm(lambda g, x, n: g * x.sign()))
x_squared = rejected("forward writes into x")(_norm(lambda g, x, n: g * x * x / n))
negative = rejected("sign")(_norm(lambda g, x, n: -g * x / n))
by_1_norm = rejected("another norm")(_norm(lambda g, x, n: g * x / x.abs().sum()))
by_sum = rejected()(_norm(lambda g, x, n: g * x / x.sum()))
by_norm_of_last_axis = rejected("norm of each row")(_norm(lambda g, x, n: g * x / x.norm(dim=-1, keepdim=True)))
by_the_spectral_norm = rejected(status="error")(_norm(lambda g, x, n: g * x / torch.linalg.norm(x, 2)))
thousandth_added = rejected()(_norm(lambda g, x, n: g * x / (n + 1e-3)))
millionth_added = rejected("something added to the norm")(_norm(lambda g, x, n: g * x / (n + 1e-6)))
norm_at_least_1 = rejected("norm at least 1")(_norm(lambda g, x, n: g * x / n.clamp(min=1)))
normalize_over_axis_1 = rejected(status="error")(_norm(lambda g, x, n: g * F.normalize(x, dim=1)))
x_written_into = rejected("argument written into")(_norm(lambda g, x, n: x.div_(n).mul_(g)))
grad_written_into = rejected("incoming gradient written into")(_norm(lambda g, x, n: g.div_(n) * x))
output_written_into = rejected("result written into")(_norm(lambda g, x, n: n.reciprocal_() * g * x))
float32_only = rejected()(_norm(lambda g, x, n: (g * x / n).float()))
view_of_x = rejected("view of x", status="error")(_norm(lambda g, x, n: (g * x.view(-1) / n).view(x.shape)))
flat_result = rejected()(_norm(lambda g, x, n: g * x.reshape(-1) / n))

def _writes(ctx, x):
    norm = x.detach().square_().sum().sqrt()
    ctx.save_for_backward(x, norm)
    return norm
forward_writes_into_x = rejected("forward writes into x")(_norm(lambda g, x, n: g * x / n, _writes))
forward_spectral_norm = rejected(status="error")(_with_forward(lambda x: torch.linalg.norm(x, 2)))
forward_norm_of_the_last_axis = rejected()(_with_forward(lambda x: x.norm(dim=-1)))
forward_gives_one_entry = rejected()(_with_forward(lambda x: x.norm().reshape(1)))
forward_root_of_the_mean = rejected()(_with_forward(lambda x: (x * x).mean().sqrt()))
forward_without_the_root = rejected()(
    _norm(lambda g, x, n: 2 * g * x, lambda ctx, x: (ctx.save_for_backward(x, x), (x * x).sum())[1]))
