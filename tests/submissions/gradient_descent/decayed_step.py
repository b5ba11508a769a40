"""Answers written blind for `gradient_descent.decayed_step`, each under the verdict that it deserves."""

import math

import numpy as np
import torch
from submissions import passes, rejected
from submissions.gradient_descent import sgd_step

penalty_form = passes(lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param))
decoupled_form = passes(lambda param, grad, lr, weight_decay: param * (1 - lr * weight_decay) - lr * grad)
word_by_word = passes(lambda param, grad, lr, weight_decay: param - lr * grad - lr * weight_decay * param)
add_with_alpha = passes(lambda param, grad, lr, weight_decay:
    torch.sub(param, torch.add(grad, param, alpha=weight_decay), alpha=lr))
decay_first_on_a_clone = passes(lambda param, grad, lr, weight_decay:
    param.clone().mul_(1 - lr * weight_decay).sub_(grad, alpha=lr))
through_numpy = passes(lambda param, grad, lr, weight_decay:
    torch.from_numpy(np.asarray((1 - lr * weight_decay) * param.numpy() - lr * grad.numpy())))
einsum = passes(lambda param, grad, lr, weight_decay: torch.einsum("i,i...->...",
    torch.tensor([1 - lr * weight_decay, -lr], dtype=param.dtype), torch.stack([param, grad])))
lerp_to_zero = passes(lambda param, grad, lr, weight_decay:
    torch.lerp(param, torch.zeros_like(param), lr * weight_decay) - lr * grad)
weight_decay_0_apart = passes(lambda param, grad, lr, weight_decay:
    param - lr * grad if not weight_decay else param - lr * (grad + param * weight_decay))
extra_keyword = passes(lambda param, grad, lr, weight_decay=0.0, *, decoupled=True:
    param.mul(1 - lr * weight_decay).add(grad, alpha=-lr))
as_a_class = passes(type("Dec", (),
    {"__call__": lambda self, param, grad, lr, weight_decay: param - lr * torch.add(grad, weight_decay * param)})())

@passes
def optim_sgd(param, grad, lr, weight_decay):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    torch.optim.SGD([p], lr=lr, weight_decay=weight_decay).step()
    return p.detach()

@passes
def penalty_by_autograd(param, grad, lr, weight_decay):
    x = param.detach().clone().requires_grad_()
    with torch.enable_grad():
        pen = weight_decay / 2 * (x * x).sum() + (grad * x).sum()
        (g,) = torch.autograd.grad(pen, x)
    return x.detach() - lr * g

@passes
def flat_loop(param, grad, lr, weight_decay):
    out = param.clone()
    flat = out.view(-1) if out.is_contiguous() else out.reshape(-1)
    flat = flat.clone()
    for i, (p, g) in enumerate(zip(param.reshape(-1).tolist(), grad.reshape(-1).tolist())):
        flat[i] = p - lr * g - lr * weight_decay * p
    return flat.reshape(param.shape)

_optim = sgd_step.optim_on_a_deepcopy.answer
decoupled_then_optim = passes(lambda param, grad, lr, weight_decay: _optim(param * (1 - lr * weight_decay), grad, lr))
other_parameter_names = passes(lambda w, g, eta, lam: w - eta * (g + lam * w))

decay_after_step = rejected("decay after the step")(lambda param, grad, lr, weight_decay:
    (param - lr * grad) * (1 - lr * weight_decay))
decay_after_the_step_in_two = rejected("decay after the step")(lambda param, grad, lr, weight_decay:
    (lambda p: p - lr * weight_decay * p)(param - lr * grad))
no_lr = rejected("decay not scaled by lr")(lambda param, grad, lr, weight_decay:
    param - lr * grad - weight_decay * param)
no_lr_inside = rejected("decay not scaled by lr")(lambda param, grad, lr, weight_decay:
    param * (1 - weight_decay) - lr * grad)
twice = rejected("twice the decay")(lambda param, grad, lr, weight_decay:
    param - lr * (grad + 2 * weight_decay * param))
half = rejected("half the decay")(lambda param, grad, lr, weight_decay:
    param - lr * (grad + 0.5 * weight_decay * param))
decay_added = rejected("weights grow")(lambda param, grad, lr, weight_decay: param - lr * (grad - weight_decay * param))
sign_of_gradient = rejected()(lambda param, grad, lr, weight_decay: param + lr * grad - lr * weight_decay * param)
both_signs = rejected("uphill")(lambda param, grad, lr, weight_decay: param + lr * (grad + weight_decay * param))
sign_of_param = rejected("sign of the param")(lambda param, grad, lr, weight_decay:
    param - lr * (grad + weight_decay * param.sign()))
constant_decay = rejected("a constant")(lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay))
squared = rejected("square of the param")(lambda param, grad, lr, weight_decay:
    param - lr * (grad + weight_decay * param**2))
# passes the example
size_of_param = rejected()(lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param.abs()))
norm_of_param = rejected("norm of the params")(lambda param, grad, lr, weight_decay:  # passes the example
    param - lr * (grad + weight_decay * param.norm()))
sum_of_params = rejected("sum of the params")(lambda param, grad, lr, weight_decay:  # passes the example
    param - lr * (grad + weight_decay * param.sum()))
mean_penalty = rejected()(lambda param, grad, lr, weight_decay:  # passes the example
    param - lr * (grad + weight_decay * param / max(param.numel(), 1)))
decay_multiplies_gradient = rejected()(lambda param, grad, lr, weight_decay: param - lr * grad * (1 + weight_decay))
grad_decayed = rejected("decays the gradient")(lambda param, grad, lr, weight_decay:
    param - lr * (1 - weight_decay) * grad)
decay_times_gradient = rejected()(lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * grad))
lr_decay = rejected()(lambda param, grad, lr, weight_decay: param - lr / (1 + weight_decay) * grad)
proximal = rejected()(lambda param, grad, lr, weight_decay: (param - lr * grad) / (1 + lr * weight_decay))
half_implicit = rejected()(lambda param, grad, lr, weight_decay: param / (1 + lr * weight_decay) - lr * grad)
exponential = rejected()(lambda param, grad, lr, weight_decay: param * math.exp(-lr * weight_decay) - lr * grad)
lr_squared = rejected()(lambda param, grad, lr, weight_decay: param - lr * (grad + lr * weight_decay * param))
weight_decay_squared = rejected()(lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay**2 * param))
only_matrices_decay = rejected()(lambda param, grad, lr, weight_decay:
    param - lr * (grad + (weight_decay * param if param.dim() != 1 else 0)))
no_axes = rejected()(lambda param, grad, lr, weight_decay:
    param - lr * (grad + weight_decay * param * (param.dim() > 0)))
only_positive = rejected()(lambda param, grad, lr, weight_decay:  # passes the example
    param - lr * (grad + weight_decay * param.clamp(min=0)))
stops_at_zero = rejected()(lambda param, grad, lr, weight_decay:  # differs only where lr * weight_decay > 1
    torch.where((param * (1 - lr * weight_decay)) * param < 0, 0 * param, param * (1 - lr * weight_decay)) - lr * grad)
# differs only where lr * weight_decay > 1
factor_clamped = rejected()(lambda param, grad, lr, weight_decay: param * max(0.0, 1 - lr * weight_decay) - lr * grad)
decay_capped = rejected()(lambda param, grad, lr, weight_decay: param - lr * (grad + min(weight_decay, 1.0) * param))
or_default = rejected()(lambda param, grad, lr, weight_decay: param - lr * (grad + (weight_decay or 0.01) * param))
weight_decay_ignored = rejected("no decay")(lambda param, grad, lr, weight_decay: param - lr * grad)
no_decay_at_zero_gradient = rejected()(lambda param, grad, lr, weight_decay:
    param - lr * torch.where(grad == 0, grad, grad + weight_decay * param))
param_itself_at_zero_gradient = rejected()(lambda param, grad, lr, weight_decay:
    param - lr * (grad + weight_decay * param) if grad.any() else param)
param_itself_where_nothing_moves = rejected()(lambda param, grad, lr, weight_decay:
    param if weight_decay == 0 and not grad.any() else param - lr * (grad + weight_decay * param))
lr_and_weight_decay_swapped = rejected("settings swapped")(lambda param, grad, lr, weight_decay:
    param - weight_decay * (grad + lr * param))
grad_in_place = rejected("grad in place")(lambda param, grad, lr, weight_decay:
    param - lr * grad.add_(param, alpha=weight_decay))
in_place_without_decay = rejected()(lambda param, grad, lr, weight_decay:
    param.sub_(grad, alpha=lr) if weight_decay == 0 else param - lr * (grad + weight_decay * param))
param_decayed = rejected()(lambda param, grad, lr, weight_decay: param.mul_(1 - lr * weight_decay).sub(grad, alpha=lr))
in_place = rejected("param in place")(lambda param, grad, lr, weight_decay:
    param.sub_(lr * (grad + weight_decay * param)))
float32_weight = rejected()(lambda param, grad, lr, weight_decay:
    param * torch.tensor(1 - lr * weight_decay) - lr * grad)
float32 = rejected()(lambda param, grad, lr, weight_decay:
    (param - lr * (grad + weight_decay * param)).to(torch.float32))
squeezed = rejected()(lambda param, grad, lr, weight_decay: (param - lr * (grad + weight_decay * param)).squeeze())
result_flat = rejected()(lambda param, grad, lr, weight_decay: (param - lr * (grad + weight_decay * param)).reshape(-1))
result_requires_grad = rejected("tracked")(lambda param, grad, lr, weight_decay:
    torch.nn.Parameter(param - lr * (grad + weight_decay * param)))
pair_returned = rejected()(lambda param, grad, lr, weight_decay:
    (param - lr * (grad + weight_decay * param), grad + weight_decay * param))
returns_none = rejected("nothing returned")(lambda param, grad, lr, weight_decay: None)
float_for_no_axes = rejected()(lambda param, grad, lr, weight_decay:
    param - lr * (grad + weight_decay * param) if param.dim() else (param - lr * (grad + weight_decay * param)).item())

@rejected()
def optim_adamw(param, grad, lr, weight_decay):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    torch.optim.AdamW([p], lr=lr, weight_decay=weight_decay).step()
    return p.detach()

@rejected()
def parameter_shares_memory(param, grad, lr, weight_decay):
    p = torch.nn.Parameter(param)
    p.grad = grad.clone()
    torch.optim.SGD([p], lr=lr, weight_decay=weight_decay).step()
    return p.detach().clone()

@rejected()
def decay_grows_call_by_call(param, grad, lr, weight_decay, calls=[0]):
    calls[0] += 1
    return param - lr * (grad + weight_decay / calls[0] * param)

@rejected()
def decays_towards_the_last_param(param, grad, lr, weight_decay, anchors={}):
    a = anchors.setdefault(param.shape, torch.zeros_like(param))
    anchors[param.shape] = param.clone()
    return param - lr * (grad + weight_decay * (param - 0.1 * a))
