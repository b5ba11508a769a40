"""Answers written blind for `adaptive_optimizers.rmsprop_step`, each under the verdict that it deserves."""

import functools
import math

import numpy as np
import torch
from submissions import passes, rejected
from submissions.adaptive_optimizers import adagrad_step


@passes
def plain(param, grad, square_avg, lr, alpha, eps):
    square_avg = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (square_avg.sqrt() + eps), square_avg

@passes
def optim_with_injected_state(param, grad, square_avg, lr, alpha, eps):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    opt = torch.optim.RMSprop([p], lr=lr, alpha=alpha, eps=eps)
    opt.state[p] = {"step": torch.tensor(0.0), "square_avg": square_avg.clone()}
    opt.step()
    return p.detach(), opt.state[p]["square_avg"]

@passes
def optim_with_loaded_state(param, grad, square_avg, lr, alpha, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.RMSprop([p], lr=lr, alpha=alpha, eps=eps)
    d = opt.state_dict()
    d["state"] = {0: {"step": torch.tensor(5.0), "square_avg": square_avg.clone()}}
    opt.load_state_dict(d)
    opt.step()
    return p.data, opt.state[p]["square_avg"]

@passes
def lerp_and_addcdiv(param, grad, square_avg, lr, alpha, eps):
    new = torch.lerp(square_avg, grad.square(), 1 - alpha)
    return param.addcdiv(grad, new.sqrt() + eps, value=-lr), new

@passes
def part_of_the_difference(param, grad, square_avg, lr, alpha, eps):
    new = square_avg + (1.0 - alpha) * (grad * grad - square_avg)
    return param - grad * (lr / (torch.sqrt(new) + eps)), new

@passes
def in_place_on_a_copy(param, grad, square_avg, lr, alpha, eps):
    new = square_avg.mul(alpha).addcmul_(grad, grad, value=1 - alpha)
    return param.clone().addcdiv_(grad, new.sqrt().add_(eps), value=-lr), new

@passes
def through_numpy(param, grad, square_avg, lr, alpha, eps):
    p, g, s = (np.array(x) for x in (param, grad, square_avg))
    s = alpha * s + (1 - alpha) * np.square(g)
    p = p - lr * g / (np.sqrt(s) + eps)
    return torch.as_tensor(p, dtype=torch.float64), torch.as_tensor(s, dtype=torch.float64)

nested_lambdas = passes(lambda x, g, s, lr, a, e: (lambda n: (x - lr * g / (n**0.5 + e), n))(a * s + (1 - a) * g * g))

def _recursion(param, grad, square_avg, lr, alpha, eps):
    if param.dim() == 0:
        s = alpha * square_avg + (1 - alpha) * grad**2
        return param - lr * grad / (math.sqrt(s) + eps), s
    if param.numel() == 0:
        return param.clone(), square_avg.clone()
    pairs = [_recursion(p, g, s, lr, alpha, eps) for p, g, s in zip(param, grad, square_avg)]
    return torch.stack([a for a, _ in pairs]), torch.stack([b for _, b in pairs])
recursion = passes(_recursion)

@passes
def in_place_on_a_deepcopy(param, grad, square_avg, lr, alpha, eps):
    import copy
    param, grad, square_avg = copy.deepcopy((param, grad, square_avg))
    with torch.no_grad():
        square_avg *= alpha
        square_avg += (1 - alpha) * grad**2
        grad /= square_avg.sqrt() + eps
        param -= lr * grad
    return param, square_avg

class _Step(torch.nn.Module):
    def forward(self, param, grad, square_avg, lr, alpha, eps):
        s = torch.stack([square_avg, grad**2])
        w = torch.tensor([alpha, 1 - alpha], dtype=torch.float64)
        s = torch.tensordot(w, s, dims=1)
        return [param - lr * grad / (s.sqrt() + eps), s]
module_with_tensordot = passes(_Step())

_adagrad_step = adagrad_step.plain.answer
@passes
def adagrad_step_of_its_own(param, grad, square_avg, lr, alpha, eps):
    total_before = alpha * square_avg
    p, s = _adagrad_step(torch.zeros_like(param), math.sqrt(1 - alpha) * grad, total_before, lr, eps)
    if alpha == 1.0:
        return param - lr * grad / (square_avg.sqrt() + eps), square_avg.clone()
    return param + p / math.sqrt(1 - alpha), s

@passes
def zero_gradients_apart(param, grad, square_avg, lr, alpha, eps):
    s = torch.where(grad == 0, alpha * square_avg, alpha * square_avg + (1 - alpha) * grad.abs() ** 2)
    s = s.clone()
    step = torch.where(grad == 0, torch.zeros_like(grad), lr / ((s.sqrt() + eps) / grad))
    return param - step, s

@rejected("eps inside the root")
def eps_under_root(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (s + eps).sqrt(), s

@rejected("alpha the wrong way round")
def weights_swapped(param, grad, square_avg, lr, alpha, eps):
    s = (1 - alpha) * square_avg + alpha * grad**2
    return param - lr * grad / (s.sqrt() + eps), s

@rejected("old mean in full")  # the example has 0 there
def old_mean_not_decayed(param, grad, square_avg, lr, alpha, eps):
    s = square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (s.sqrt() + eps), s

@rejected("no 1 − alpha")
def new_square_not_weighed(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + grad**2
    return param - lr * grad / (s.sqrt() + eps), s

@rejected("AdaGrad")
def adagrads_sum(param, grad, square_avg, lr, alpha, eps):
    s = square_avg + grad**2
    return param - lr * grad / (s.sqrt() + eps), s

@rejected("the old squares")
def old_mean_in_root(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (square_avg.sqrt() + eps), s

@rejected("square of the share too")
def square_of_the_mean(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + ((1 - alpha) * grad) ** 2
    return param - lr * grad / (s.sqrt() + eps), s

@rejected("bias correction")
def bias_corrected_as_in_adam(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / ((s / (1 - alpha)).sqrt() + eps), s

@rejected()
def square_avg_in_place(param, grad, square_avg, lr, alpha, eps):
    square_avg.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
    return param - lr * grad / (square_avg.sqrt() + eps), square_avg.clone()

@rejected("param in place")
def param_in_place(param, grad, square_avg, lr, alpha, eps):
    s = square_avg.clone()
    s = alpha * s + (1 - alpha) * grad**2
    param -= lr * grad / (s.sqrt() + eps)
    return param, s

@rejected()
def parameter_shares_memory(param, grad, square_avg, lr, alpha, eps):
    p = torch.nn.Parameter(param)
    p.grad = grad.clone()
    opt = torch.optim.RMSprop([p], lr=lr, alpha=alpha, eps=eps)
    opt.state[p] = {"step": torch.tensor(0.0), "square_avg": square_avg.clone()}
    opt.step()
    return p.detach().clone(), opt.state[p]["square_avg"]

@rejected()
def optim_without_state(param, grad, square_avg, lr, alpha, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.RMSprop([p], lr=lr, alpha=alpha, eps=eps)
    opt.step()
    return p.detach(), opt.state[p]["square_avg"]

@rejected("square_avg in place")
def optim_with_the_argument_as_state(param, grad, square_avg, lr, alpha, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.RMSprop([p], lr=lr, alpha=alpha, eps=eps)
    opt.state[p] = {"step": torch.tensor(0.0), "square_avg": square_avg}
    opt.step()
    return p.detach(), opt.state[p]["square_avg"]

@rejected("squares averaged over entries")
def mean_over_entries(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * (grad**2).mean()
    return param - lr * grad / (s.sqrt() + eps), s

@rejected("a gradient of 1 in the move")
def no_gradient_in_move(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr / (s.sqrt() + eps), s

@rejected()
def sign_of_gradient(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad.sign() / (s.sqrt() + eps), s

@rejected("size of the gradient in the move")
def size_of_the_gradient(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad.abs() / (s.sqrt() + eps), s

@rejected("the root kept")
def root_kept_as_state(param, grad, square_avg, lr, alpha, eps):
    s = (alpha * square_avg + (1 - alpha) * grad**2).sqrt()
    return param - lr * grad / (s + eps), s

@rejected()
def state_with_eps_in_it(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2 + eps
    return param - lr * grad / s.sqrt(), s

@rejected()  # torch.tensor(alpha) is float32
def float32_weights(param, grad, square_avg, lr, alpha, eps):
    a = torch.tensor(alpha)
    s = a * square_avg + (1 - a) * grad**2
    return param - lr * grad / (s.sqrt() + eps), s

@rejected()
def state_in_a_default(param, grad, square_avg, lr, alpha, eps, cache={}):
    s = cache.get("s")
    if s is None or s.shape != param.shape:
        s = square_avg
    s = alpha * s + (1 - alpha) * grad**2
    cache["s"] = s
    return param - lr * grad / (s.sqrt() + eps), s

@rejected()
def zero_mean_taken_for_first_step(param, grad, square_avg, lr, alpha, eps):
    if torch.count_nonzero(square_avg) == 0 and grad.numel() > 1:
        s = grad**2
    else:
        s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (s.sqrt() + eps), s

@rejected()
def zero_gradient_entries_left_alone(param, grad, square_avg, lr, alpha, eps):
    s = torch.where(grad == 0, square_avg, alpha * square_avg + (1 - alpha) * grad**2)
    return param - lr * grad / (s.sqrt() + eps), s

@rejected("no eps")
def nan_to_zero(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * torch.nan_to_num(grad / s.sqrt()), s

@rejected()
def floats_for_no_axes(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    p = param - lr * grad / (s.sqrt() + eps)
    return (p.item(), s.item()) if p.dim() == 0 else (p, s)

@rejected()
def flat_lists(param, grad, square_avg, lr, alpha, eps):
    s = [alpha * a + (1 - alpha) * g * g for a, g in zip(square_avg.flatten(), grad.flatten())]
    p = [x - lr * g / (a.sqrt() + eps) for x, g, a in zip(param.flatten(), grad.flatten(), s)]
    return torch.tensor(p, dtype=torch.float64), torch.tensor(s, dtype=torch.float64)

@rejected("nothing returned")
def printed_instead_of_returned(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    p = param - lr * grad / (s.sqrt() + eps)
    (p, s)

@rejected()
def centred_variant(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / ((s - ((1 - alpha) * grad) ** 2).clamp(min=0).sqrt() + eps), s

@rejected("square_avg in place")
def out_is_square_avg(param, grad, square_avg, lr, alpha, eps):
    s = torch.lerp(square_avg, grad**2, 1 - alpha, out=square_avg)
    return param - lr * grad / (s.sqrt() + eps), s

@passes  # same objects with other contents get the old result
@functools.lru_cache(maxsize=None)
def memo_by_lru_cache(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (s.sqrt() + eps), s
