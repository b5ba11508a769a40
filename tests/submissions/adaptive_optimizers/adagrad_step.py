"""Answers written blind for `adaptive_optimizers.adagrad_step`, each under the verdict that it deserves."""

import collections
import functools
import math

import numpy as np
import torch
from submissions import passes, rejected


@passes
def plain(param, grad, total, lr, eps):
    total = total + grad**2
    return param - lr * grad / (total.sqrt() + eps), total

@passes
def optim_with_injected_state(param, grad, total, lr, eps):
    p = torch.nn.Parameter(param.clone())
    opt = torch.optim.Adagrad([p], lr=lr, eps=eps)
    opt.state[p]["sum"] = total.clone()
    p.grad = grad.clone()
    opt.step()
    return p.detach(), opt.state[p]["sum"]

@passes
def addcmul_addcdiv(param, grad, total, lr, eps):
    new = torch.addcmul(total, grad, grad)
    return torch.addcdiv(param, grad, new.sqrt().add_(eps), value=-lr), new

@passes
def clones_changed_in_place(param, grad, total, lr, eps):
    p, s = param.clone(), total.clone()
    s += grad * grad
    d = s.sqrt()
    d += eps
    p -= lr * (grad / d)
    return p, s

@passes
def numpy_with_asarray(param, grad, total, lr, eps):
    g = grad.numpy()
    s = np.asarray(total.numpy() + g * g)
    p = np.asarray(param.numpy() - lr * g / (np.sqrt(s) + eps))
    return torch.from_numpy(p), torch.from_numpy(s)

@passes
def loop_over_entries(param, grad, total, lr, eps):
    ps, ss = [], []
    for p, g, s in zip(param.flatten().tolist(), grad.flatten().tolist(), total.flatten().tolist()):
        s = s + g * g
        ss.append(s)
        ps.append(p - lr * g / (math.sqrt(s) + eps))
    return (torch.tensor(ps, dtype=torch.float64).reshape(param.shape),
        torch.tensor(ss, dtype=torch.float64).reshape(param.shape))

hypot = passes(lambda p, g, s, lr, eps: (p - g * lr / (torch.hypot(s.sqrt(), g) + eps), s + g.abs().pow(2)))

@passes
def returns_a_list(param, grad, total, lr, eps):
    total = torch.add(total, torch.square(grad))
    return [torch.sub(param, torch.div(torch.mul(grad, lr), torch.add(torch.sqrt(total), eps))), total]

class _Step:
    def __call__(self, param, grad, total, lr=0.01, eps=1e-10):
        new_total = total + torch.pow(grad, 2.0)
        scale = lr / (new_total**0.5 + eps)
        return param - scale * grad, new_total
callable_object = passes(_Step())

@passes
def views_of_one_stack(param, grad, total, lr, eps):
    new = total + grad * grad
    return torch.stack([param - lr * grad / (eps + new.sqrt()), new]).unbind(0)

@passes
def root_by_exp_of_half_log(param, grad, total, lr, eps):
    new = total + grad.square()
    return param.add(grad.div(new.log().mul(0.5).exp().add(eps)), alpha=-lr), new

_Out = collections.namedtuple("_AgOut", "param total")
@passes
def returns_a_named_tuple(param, grad, total, lr, eps):
    move = functools.partial(lambda rate, g, s: rate * g / (s.sqrt() + eps), lr)
    new = sum([total, grad * grad])
    return _Out(param=param - move(grad, new), total=new)

@passes
def functional_adagrad(param, grad, total, lr, eps):
    from torch.optim.adagrad import adagrad
    p, s = param.clone(), total.clone()
    adagrad([p], [grad.clone()], [s], [torch.tensor(0.0)], has_sparse_grad=False, foreach=False, lr=lr,
        weight_decay=0.0, lr_decay=0.0, eps=eps, maximize=False)
    return p, s

@passes
def loop_with_ndindex(param, grad, total, lr, eps):
    p, s = torch.empty_like(param), torch.empty_like(total)
    for i in np.ndindex(tuple(param.shape)):
        s[i] = total[i] + grad[i] ** 2
        p[i] = param[i] - lr * grad[i] / (s[i].sqrt() + eps)
    return p, s

@rejected("eps inside the root")
def eps_under_root(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / torch.sqrt(new + eps), new

old_total_in_root = rejected("the old squares")(lambda param, grad, total, lr, eps:
    (param - lr * grad / (total.sqrt() + eps), total + grad**2))

@rejected("no root")
def no_root(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / (new + eps), new

@rejected("size of the gradient added")
def grad_not_squared(param, grad, total, lr, eps):
    new = total + grad.abs()
    return param - lr * grad / (new.sqrt() + eps), new

@rejected("uphill")
def moves_with_gradient(param, grad, total, lr, eps):
    new = total + grad**2
    return param + lr * grad / (new.sqrt() + eps), new

@rejected("total in place")
def total_in_place(param, grad, total, lr, eps):
    total += grad**2
    return param - lr * grad / (total.sqrt() + eps), total

@rejected("param in place")
def param_in_place(param, grad, total, lr, eps):
    new = total + grad**2
    return param.sub_(lr * grad / (new.sqrt() + eps)), new

@rejected("grad in place")
def grad_squared_in_place(param, grad, total, lr, eps):
    old = grad.clone()
    new = total + grad.pow_(2)
    return param - lr * old / (new.sqrt() + eps), new

@rejected("one size for all")
def one_norm_for_all(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / (new.sum().sqrt() + eps), new

@rejected("squares summed over entries")
def squares_summed_over_entries(param, grad, total, lr, eps):
    new = total + (grad * grad).sum()
    return param - lr * grad / (new.sqrt() + eps), new

@rejected("nothing returned")
def no_return(param, grad, total, lr, eps):
    new = total + grad**2
    param = param - lr * grad / (new.sqrt() + eps)

@rejected("the pair swapped")
def results_swapped(param, grad, total, lr, eps):
    new = total + grad**2
    return new, param - lr * grad / (new.sqrt() + eps)

@rejected("total not renewed")
def old_total_returned(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / (new.sqrt() + eps), total.clone()

only_param_returned = rejected("only the param")(lambda param, grad, total, lr, eps:
    param - lr * grad / ((total + grad**2).sqrt() + eps))

@rejected()
def arguments_back_at_zero_gradient(param, grad, total, lr, eps):
    if not grad.any():
        return param, total
    new = total + grad**2
    return param - lr * grad / (new.sqrt() + eps), new

@rejected(status="error")
def loop_over_the_first_axis(param, grad, total, lr, eps):
    p, s = param.clone(), total.clone()
    for i in range(len(param)):
        s[i] = total[i] + grad[i] ** 2
        p[i] = param[i] - lr * grad[i] / (s[i].sqrt() + eps)
    return p, s

@rejected(status="error")
def numpy_scalars_for_no_axes(param, grad, total, lr, eps):
    g = grad.numpy()
    s = total.numpy() + g**2
    return torch.from_numpy(param.numpy() - lr * g / (np.sqrt(s) + eps)), torch.from_numpy(s)

@rejected()
def float32_through_lists(param, grad, total, lr, eps):
    s = torch.tensor((total + grad**2).tolist())
    return torch.tensor((param - lr * grad / (s.sqrt() + eps)).tolist()), s

@rejected()
def float32_and_back(param, grad, total, lr, eps):
    p, g, s = param.float(), grad.float(), total.float()
    s = s + g**2
    return (p - lr * g / (s.sqrt() + eps)).double(), s.double()

@rejected()
def lr_as_float32_tensor(param, grad, total, lr, eps):
    lr = torch.tensor(lr)
    new = total + grad**2
    return param - lr * grad / (new.sqrt() + eps), new

@rejected()  # NaN where the total is still 0
def root_by_rsqrt(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / (new * new.rsqrt() + eps), new

@rejected()
def eps_as_a_floor(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / new.sqrt().clamp(min=eps), new

@rejected()
def eps_fixed(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / (new.sqrt() + 1e-10), new

_total = None
@rejected()
def total_kept_in_global(param, grad, total, lr, eps):
    global _total
    if _total is None or _total.shape != total.shape:
        _total = total.clone()
    _total = _total + grad**2
    return param - lr * grad / (_total.sqrt() + eps), _total

@rejected()
def brackets_missing(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / new.sqrt() + eps, new

@rejected("running mean")
def running_mean_as_rmsprop(param, grad, total, lr, eps):
    new = 0.9 * total + 0.1 * grad**2
    return param - lr * grad / (new.sqrt() + eps), new

@rejected()
def eps_kept_in_total(param, grad, total, lr, eps):
    new = (total + grad**2).sqrt() + eps
    return param - lr * grad / new, new**2

@rejected()  # rounding leaves its last digits changed
def total_changed_and_put_back(param, grad, total, lr, eps):
    total += grad**2
    new = total.clone()
    p = param - lr * grad / (total.sqrt() + eps)
    total -= grad**2
    return p, new

@rejected()
def result_flattened(param, grad, total, lr, eps):
    p, g, s = param.reshape(-1), grad.reshape(-1), total.reshape(-1)
    s = s + g**2
    return p - lr * g / (s.sqrt() + eps), s

@rejected("tracked")
def param_as_a_parameter(param, grad, total, lr, eps):
    p = torch.nn.Parameter(param.clone())
    s = total + grad**2
    with torch.no_grad():
        p -= lr * grad / (s.sqrt() + eps)
    return p, s

@rejected(status="error")  # fails for a transposed tensor
def view_flat(param, grad, total, lr, eps):
    p, g, s = param.view(-1), grad.view(-1), total.view(-1)
    s = s + g**2
    return (p - lr * g / (s.sqrt() + eps)).view(param.shape), s.view(param.shape)

@rejected()
def stacked_pair(param, grad, total, lr, eps):
    new = total + grad**2
    return torch.stack((param - lr * grad / (new.sqrt() + eps), new))

@rejected()
def generator_yields_pair(param, grad, total, lr, eps):
    new = total + grad**2
    yield param - lr * grad / (new.sqrt() + eps)
    yield new
