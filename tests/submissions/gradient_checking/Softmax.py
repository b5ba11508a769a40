"""Answers written blind for `gradient_checking.Softmax`, each under the verdict that it deserves."""

import torch
import torch.nn.functional as F
from submissions import passes, rejected
from submissions.gradient_checking._shared import function_of
from torch.autograd.function import once_differentiable


def _forward(ctx, x):
    y = torch.softmax(x, -1)
    ctx.save_for_backward(x, y)
    return y

def _softmax(backward, forward=_forward, setup_context=None, **more):
    """Make a Softmax; backward is given grad, x and y."""
    return function_of("Softmax", forward, lambda ctx, grad: backward(grad, *ctx.saved_tensors), setup_context, **more)

_right = lambda grad, x, y: y * (grad - (grad * y).sum(-1, keepdim=True))

def _over(axis):
    def forward(ctx, x):
        y = x.softmax(axis)
        ctx.save_for_backward(x, y)
        return y
    return forward

plain = passes(_softmax(_right))

@passes
class with_setup_context(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return F.softmax(x, dim=-1)
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)
    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return torch.ops.aten._softmax_backward_data(grad, y, -1, y.dtype)

@passes
class kept_as_a_logarithm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.log = x.detach() - x.detach().logsumexp(-1, keepdim=True)
        return ctx.log.exp()
    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        weighted = ctx.log.exp() * grad
        return weighted - ctx.log.exp() * weighted.sum(dim=-1, keepdim=True)

@passes
class vjp_inside(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.softmax(-1)
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        _, pull = torch.func.vjp(lambda t: t.softmax(-1), x.detach())
        return pull(grad)[0]

@passes
class output_kept_as_attribute(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.y = torch.softmax(x, x.ndim - 1)
        return ctx.y
    @staticmethod
    def backward(ctx, grad):
        y, g = ctx.y.movedim(-1, 0), grad.movedim(-1, 0)
        return (y * (g - (y * g).sum(0))).movedim(0, -1)

def _rows(grad, x, y):
    if y.ndim == 1:
        return y * (grad - torch.dot(grad, y))
    return torch.stack([_rows(g, None, r) for g, r in zip(grad, y, strict=True)]) if len(y) else grad
recursion_down_to_rows = passes(_softmax(_rows))

@passes
@_softmax
def whole_jacobians(grad, x, y):
    jacobian = torch.diag_embed(y) - y.unsqueeze(-1) * y.unsqueeze(-2)
    return torch.einsum("...ij,...j->...i", jacobian, grad)

pairwise = passes(_softmax(lambda g, x, y: y * ((g.unsqueeze(-1) - g.unsqueeze(-2)) * y.unsqueeze(-2)).sum(-1)))
starter_mended = passes(_softmax(lambda g, x, y: g * y * (1 - y) - y * ((g * y).sum(-1, keepdim=True) - g * y)))
softmax_computed_again = passes(_softmax(lambda g, x, y:
    x.softmax(-1) * (g - (g.unsqueeze(-2) @ x.softmax(-1).unsqueeze(-1)).squeeze(-1))))
centred_gradients_first = passes(_softmax(lambda g, x, y: _right(g - g.mean(-1, keepdim=True), x, y)))

as_it_was = rejected("only the diagonal")(_softmax(lambda g, x, y: g * y * (1 - y)))
sum_over_everything = rejected("summed over everything")(_softmax(lambda g, x, y: y * (g - (g * y).sum())))
sum_over_axis_0 = rejected("summed over axis 0")(_softmax(lambda g, x, y: y * (g - (g * y).sum(0))))
axis_0_with_keepdim = rejected("summed over axis 0")(_softmax(lambda g, x, y: y * (g - (g * y).sum(0, keepdim=True))))
over_axis_1 = rejected("summed over axis 1", status="error")(_softmax(lambda g, x, y:
    y * (g - (g * y).sum(1, keepdim=True))))
no_keepdim = rejected("axis lost in the sum", status="error")(_softmax(lambda g, x, y: y * (g - (g * y).sum(-1))))
keepdim_forgotten_axis_in_front = rejected("axis lost in the sum", status="error")(_softmax(lambda g, x, y:
    y * (g - (g * y).sum(-1).unsqueeze(0))))
mean_in_place_of_sum = rejected("mean for sum")(_softmax(lambda g, x, y: y * (g - (g * y).mean(-1, keepdim=True))))
sum_of_grad_without_y = rejected("sum without weights")(_softmax(lambda g, x, y: y * (g - g.sum(-1, keepdim=True))))
mean_of_grad = rejected("mean without weights")(_softmax(lambda g, x, y: y * (g - g.mean(-1, keepdim=True))))
x_in_place_of_y = rejected("arguments for shares")(_softmax(lambda g, x, y: _right(g, x, x)))
x_in_sum = rejected()(_softmax(lambda g, x, y: y * (g - (g * x).sum(-1, keepdim=True))))
softmax_of_y = rejected()(_softmax(lambda g, x, y: _right(g, x, y.softmax(-1))))
plus_in_place_of_minus = rejected("plus for minus")(_softmax(lambda g, x, y: y * (g + (g * y).sum(-1, keepdim=True))))
negative = rejected("sign")(_softmax(lambda g, x, y: -_right(g, x, y)))
y_in_front_forgotten = rejected("not weighted in front")(_softmax(lambda g, x, y: g - (g * y).sum(-1, keepdim=True)))
no_y_before_the_sum = rejected("second term not weighted")(_softmax(lambda g, x, y:
    g * y - (g * y).sum(-1, keepdim=True)))
log_softmaxs_backward = rejected("log-softmax")(_softmax(lambda g, x, y: g - y * g.sum(-1, keepdim=True)))
diagonal_taken_away_twice = rejected("own entry taken away twice")(_softmax(lambda g, x, y:
    g * y * (1 - y) - y * (g * y).sum(-1, keepdim=True)))
gradient_ignored = rejected("only the diagonal, incoming gradient ignored")(_softmax(lambda g, x, y: y * (1 - y)))
grad_times_y = rejected("denominator taken for constant")(_softmax(lambda g, x, y: g * y))
jacobian_for_vectors_only = rejected(status="error")(_softmax(lambda g, x, y: (torch.diag(y) - torch.outer(y, y)) @ g))
einsum_for_two = rejected(status="error")(_softmax(lambda g, x, y: y * g - y * torch.einsum("ij,ij->i", g, y)[:, None]))
grad_written_into = rejected("incoming gradient written into")(_softmax(lambda g, x, y:
    g.sub_((g * y).sum(-1, keepdim=True)).mul_(y)))
output_written = rejected("result written into")(_softmax(lambda g, x, y: y.mul_(g - (g * y).sum(-1, keepdim=True))))
float32_only = rejected()(_softmax(lambda g, x, y: _right(g.float(), x, y.float())))
view_to_rows = rejected("view of the incoming gradient", status="error")(_softmax(lambda g, x, y:
    _right(g.view(-1, g.shape[-1]), x, y.view(-1, g.shape[-1])).view(x.shape)))

def _unstable(ctx, x):
    y = x.exp() / x.exp().sum(-1, keepdim=True)
    ctx.save_for_backward(x, y)
    return y
forward_without_the_maximum = rejected("overflow")(_softmax(_right, _unstable))  # NaN at 1000
forward_over_axis_0 = rejected("forward over axis 0")(_softmax(lambda g, x, y: y * (g - (g * y).sum(0)), _over(0)))
forward_over_axis_1 = rejected(status="error")(_softmax(_right, _over(1)))

def _log_forward(ctx, x):
    ctx.save_for_backward(x, x.softmax(-1))
    return x.log_softmax(-1)
log_softmax_both_ways = rejected()(_softmax(lambda g, x, y: g - y * g.sum(-1, keepdim=True), _log_forward))
two_gradients = rejected("two gradients")(_softmax(lambda g, x, y: (_right(g, x, y), y)))
