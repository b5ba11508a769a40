"""Answers written blind for `gradient_descent.sgd_step`, each under the verdict that it deserves."""

import copy
import functools

import numpy as np
import torch
from submissions import passes, rejected

plain = passes(lambda param, grad, lr: param - lr * grad)
sub_with_alpha = passes(lambda param, grad, lr: torch.sub(param, grad, alpha=lr))
in_place_on_a_clone = passes(lambda param, grad, lr: param.clone().sub_(grad, alpha=lr))
numpy_with_asarray = passes(lambda param, grad, lr: torch.from_numpy(np.asarray(param.numpy() - lr * grad.numpy())))
einsum = passes(lambda param, grad, lr: param + torch.einsum("...,->...", grad, torch.tensor(-lr, dtype=grad.dtype)))
lerp_towards_param_minus_grad = passes(lambda param, grad, lr: torch.lerp(param, param - grad, lr))

@passes
def optim_on_a_deepcopy(param, grad, lr):
    p = copy.deepcopy(param).requires_grad_()
    p.grad = grad.clone()
    torch.optim.SGD([p], lr=lr).step()
    return p.detach()

@passes
def flat_python_loop(param, grad, lr):
    out = [p - lr * g for p, g in zip(param.flatten().tolist(), grad.flatten().tolist())]
    return torch.tensor(out, dtype=param.dtype).reshape(param.shape)

class _Step:
    def __call__(self, param, grad, lr):
        return param.add(grad.neg().mul(lr))
callable_object = passes(_Step())
addcmul = passes(lambda param, grad, lr: torch.addcmul(param, grad, torch.full_like(grad, lr), value=-1))
stack_and_tensordot = passes(lambda param, grad, lr:
    torch.tensordot(torch.tensor([1.0, -lr], dtype=param.dtype), torch.stack([param, grad]), dims=1))

def _recursion_over_rows(param, grad, lr):
    if param.dim() == 0:
        return param - lr * grad
    if len(param) == 0:
        return torch.empty_like(param)
    return torch.stack([_recursion_over_rows(p, g, lr) for p, g in zip(param, grad)])
recursion_over_rows = passes(_recursion_over_rows)

@passes
def out_into_an_empty_tensor(param, grad, lr):
    out = torch.empty(param.shape, dtype=param.dtype)
    torch.mul(grad, lr, out=out)
    torch.sub(param, out, out=out)
    return out

long_double_in_numpy = passes(lambda param, grad, lr: torch.from_numpy(
    np.asarray(param.numpy().astype(np.longdouble) - np.longdouble(lr) * grad.numpy(), dtype=np.float64)))

@passes
def autograd_of_linear_surrogate(param, grad, lr):
    x = param.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad((x * grad).sum(), x)
    return (x - lr * g).detach()

zeros_like_then_add = passes(lambda param, grad, lr: torch.zeros_like(param).add_(param).add_(grad * -lr))
partial_with_a_sign = passes(functools.partial(lambda sign, param, grad, lr: param + sign * lr * grad, -1))
keyword_default_extra = passes(lambda param, grad, lr=0.01, maximize=False: param + (lr if maximize else -lr) * grad)
result_stored_in_other_strides = passes(lambda param, grad, lr:
    (param - lr * grad).T.contiguous().T if param.dim() == 2 else param - lr * grad)
view_of_bigger_new_storage = passes(lambda param, grad, lr: torch.stack([param, param - lr * grad])[1])
other_parameter_names = passes(lambda w, g, eta: w - eta * g)
parameter_without_grad = passes(lambda param, grad, lr: torch.nn.Parameter(param - lr * grad, requires_grad=False))

ascent = rejected("uphill")(lambda param, grad, lr: param + lr * grad)
param_and_grad_swapped = rejected("param and grad swapped")(lambda param, grad, lr: grad - lr * param)
# the same as the rule where param is 1, as in the example
times_param = rejected("times the param")(lambda param, grad, lr: param * (1 - lr * grad))
no_lr = rejected("no learning rate")(lambda param, grad, lr: param - grad)
divides_by_lr = rejected("divided by lr")(lambda param, grad, lr: param - grad / lr)
lr_on_both = rejected("lr on both")(lambda param, grad, lr: lr * (param - grad))
moving_average = rejected()(lambda param, grad, lr: (1 - lr) * param - lr * grad)
lerp_to_grad = rejected()(lambda param, grad, lr: torch.lerp(param, grad, lr))
sign_descent = rejected("only the sign")(lambda param, grad, lr: param - lr * grad.sign())
normalised_gradient = rejected("unit length, NaN at 0")(lambda param, grad, lr: param - lr * grad / grad.norm())
gradient_norm_clipped = rejected()(lambda param, grad, lr:
    param - lr * grad * torch.clamp(5.0 / (grad.norm() + 1e-300), max=1.0))
summed_gradient = rejected("sum of the gradient")(lambda param, grad, lr: param - lr * grad.sum())  # passes the example
mean_gradient = rejected("mean of the gradient")(lambda param, grad, lr: param - lr * grad.mean())  # passes the example
divided_by_the_first_length = rejected()(lambda param, grad, lr: param - lr * grad / (len(grad) if grad.dim() else 1))
abs_of_gradient = rejected()(lambda param, grad, lr: param - lr * grad.abs())  # passes the example
squared_over_four = rejected()(lambda param, grad, lr: param - lr * grad * grad / 4)  # fits the example
clamped_at_0 = rejected()(lambda param, grad, lr: torch.relu(param - lr * grad))
# torch.tensor(lr) is float32
lr_as_float32_tensor = rejected()(lambda param, grad, lr: param - torch.tensor(lr) * grad)
result_float32 = rejected()(lambda param, grad, lr: (param - lr * grad).float())
through_float32_and_back = rejected("in float32")(lambda param, grad, lr: (param.float() - lr * grad.float()).double())
loop_without_dtype = rejected()(lambda param, grad, lr:  # float32
    torch.tensor([p - lr * g for p, g in zip(param.flatten().tolist(), grad.flatten().tolist())]).reshape(param.shape))
loop_dtype_only_at_end = rejected()(lambda param, grad, lr: torch.tensor([p - lr * g
    for p, g in zip(param.flatten().tolist(), grad.flatten().tolist())]).reshape(param.shape).to(param.dtype))
rounded_to_4_decimals = rejected()(lambda param, grad, lr: torch.round(param - lr * grad, decimals=4))
flattened = rejected()(lambda param, grad, lr: (param - lr * grad).flatten())
squeezed = rejected()(lambda param, grad, lr: (param - lr * grad).squeeze())
atleast_1d = rejected()(lambda param, grad, lr: torch.atleast_1d(param) - lr * torch.atleast_1d(grad))
stacked_entries = rejected(status="error")(lambda param, grad, lr:
    torch.stack([p - lr * g for p, g in zip(param, grad)]))
by_item = rejected(status="error")(lambda param, grad, lr: param.item() - lr * grad.item())
float_for_no_axes = rejected()(lambda param, grad, lr: param - lr * grad if param.dim() else float(param - lr * grad))
transposed_gradient = rejected()(lambda param, grad, lr:
    param - lr * (grad.mT if grad.dim() > 1 and grad.shape[-1] == grad.shape[-2] else grad))
diagonal_only = rejected()(lambda param, grad, lr:
    param - lr * (torch.diag(torch.diag(grad)) if grad.dim() == 2 and grad.shape[0] == grad.shape[1] else grad))
param_itself_at_zero_gradient = rejected()(lambda param, grad, lr: param if not grad.any() else param - lr * grad)
no_step_if_lr_is_tiny = rejected()(lambda param, grad, lr: param if lr < 1e-6 else param - lr * grad)
# fails for a transposed tensor
view_flat = rejected(status="error")(lambda param, grad, lr: (param.view(-1) - lr * grad.view(-1)).view(param.shape))
result_requires_grad = rejected("tracked")(lambda param, grad, lr: (param - lr * grad).requires_grad_())
returns_a_parameter = rejected("tracked")(lambda param, grad, lr: torch.nn.Parameter(param - lr * grad))
in_place = rejected("param in place")(lambda param, grad, lr: param.sub_(grad, alpha=lr))
clone_of_changed_param = rejected()(lambda param, grad, lr: param.sub_(grad, alpha=lr).clone())
grad_scaled_in_place = rejected("grad in place")(lambda param, grad, lr: param - grad.mul_(lr))
grad_as_output = rejected()(lambda param, grad, lr: grad.mul_(-lr).add_(param))
out_is_param = rejected("param in place")(lambda param, grad, lr: torch.sub(param, lr * grad, out=param))

@rejected()
def numpy_in_place_shares_memory(param, grad, lr):
    p = param.numpy()
    p -= lr * grad.numpy()
    return torch.from_numpy(np.array(p))

@rejected("param in place")
def data_shares_memory(param, grad, lr):
    p = param.data
    p -= lr * grad
    return p

@rejected("param in place")
def double_is_no_copy(param, grad, lr):
    p = param.double()
    p -= lr * grad
    return p

@rejected("param in place")
def shallow_copy(param, grad, lr):
    p = copy.copy(param)
    p -= lr * grad
    return p

@rejected("param in place")
def contiguous_is_no_copy(param, grad, lr):
    p = param.contiguous()
    p -= lr * grad
    return p

@rejected("nothing returned")
def returns_nothing(param, grad, lr):
    param = param - lr * grad

@rejected()
def remembers_a_velocity(param, grad, lr, state={}):
    v = state.get(tuple(param.shape), 0) * 0.9 + grad
    state[tuple(param.shape)] = v.clone()
    return param - lr * v

_SUMS = {}
@rejected()
def gradients_added_up_in_a_global(param, grad, lr):
    g = _SUMS.get(param.shape, torch.zeros_like(grad)) + grad
    _SUMS[param.shape] = g
    return param - lr * g

class _Average:
    last = None
    def __call__(self, param, grad, lr):
        g = grad if self.last is None or self.last.shape != grad.shape else 0.5 * (grad + self.last)
        self.last = grad.clone()
        return param - lr * g
averaged_with_the_last_grad = rejected()(_Average())

@rejected()
def optim_on_param_itself(param, grad, lr):
    param.requires_grad_()
    param.grad = grad
    torch.optim.SGD([param], lr=lr).step()
    return param.detach().clone()

@rejected()
def optim_with_default_lr(param, grad, lr):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    torch.optim.SGD([p]).step()
    return p.detach()

@rejected()
def leaves_a_grad_on_param(param, grad, lr):
    param.grad = grad
    return param - lr * param.grad

@rejected()  # rounding leaves its last digits changed
def param_restored_by_adding_back(param, grad, lr):
    param -= lr * grad
    out = param.clone()
    param += lr * grad
    return out
