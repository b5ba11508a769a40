"""Answers written blind for `adaptive_optimizers.adamw_step`, each under the verdict that it deserves."""

import math

import numpy as np
import torch
from submissions import passes, rejected
from submissions.adaptive_optimizers._shared import adam_step


def _adam_step_and_the_decay(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, m, v
adam_step_and_the_decay = passes(_adam_step_and_the_decay)
shrunken_param_into_adam_step = passes(lambda param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay:
    adam_step(param * (1 - lr * weight_decay), grad, m, v, t, lr, beta1, beta2, eps))

@passes
def optim_with_injected_state(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.AdamW([p], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)
    opt.state[p] = {"step": torch.tensor(float(t - 1)), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    opt.step()
    return p.detach(), opt.state[p]["exp_avg"], opt.state[p]["exp_avg_sq"]

@passes
def optim_adam_decoupled(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p = param.clone().requires_grad_(True)
    p.grad = grad.clone()
    opt = torch.optim.Adam([p], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay,
        decoupled_weight_decay=True, foreach=True)
    opt.state[p].update(step=torch.tensor(t - 1.0), exp_avg=m.clone(), exp_avg_sq=v.clone())
    opt.step()
    s = opt.state[p]
    return [p.detach(), s["exp_avg"], s["exp_avg_sq"]]

@passes
def functional_adamw(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    from torch.optim.adamw import adamw
    p, m, v = param.clone(), m.clone(), v.clone()
    adamw([p], [grad], [m], [v], [], [torch.tensor(t - 1.0)], foreach=False, amsgrad=False, beta1=beta1, beta2=beta2,
        lr=lr, weight_decay=weight_decay, eps=eps, maximize=False)
    return p, m, v

@passes
def lerp_and_addcdiv(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = m.lerp(grad, 1 - beta1)
    v = v.lerp(grad * grad, 1 - beta2)
    p = param.mul(1 - lr * weight_decay)
    return p.addcdiv_(m, v.sqrt().div_((1 - beta2**t) ** 0.5).add_(eps), value=-lr / (1 - beta1**t)), m, v

@passes
def decay_in_the_direction(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    direction = (m / (1 - beta1**t)) / (torch.sqrt(v / (1 - beta2**t)) + eps) + weight_decay * param
    return param - lr * direction, m, v

@passes
def step_of_a_zero_param(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    delta, m, v = adam_step(torch.zeros_like(param), grad, m, v, t, lr, beta1, beta2, eps)
    return torch.sub(param, param, alpha=lr * weight_decay) + delta, m, v

@passes
def numpy_vectorize(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    def one(p, g, m, v):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        step = lr * m / (1 - beta1**t) / (math.sqrt(v / (1 - beta2**t)) + eps)
        return p - step - lr * weight_decay * p, m, v
    f = np.vectorize(one, otypes=[np.float64] * 3)
    out = f(param.numpy(), grad.numpy(), m.numpy(), v.numpy()) if param.numel() else [np.zeros(param.shape)] * 3
    return tuple(torch.tensor(x, dtype=torch.float64) for x in out)

lambda_with_rest = passes(lambda param, grad, m, v, *rest:
    (lambda *r: (r[0] - rest[1] * rest[5] * param, *r[1:]))(*adam_step(param, grad, m, v, *rest[:5])))

@passes
def decay_by_autograd(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    q = param.clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(0.5 * weight_decay * (q * q).sum(), q)
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return (p - lr * g).detach(), m, v

class _Wrapped:
    def __init__(self, inner):
        self.inner = inner
    def __call__(self, param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay=0.01):
        new = list(self.inner(param, grad, m, v, t, lr, beta1, beta2, eps))
        new[0] = new[0].sub_(param, alpha=lr * weight_decay)
        return new
wrapping_object = passes(_Wrapped(adam_step))

l2_in_gradient = rejected("coupled")(lambda param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay:
    adam_step(param, grad + weight_decay * param, m, v, t, lr, beta1, beta2, eps))

@rejected("coupled")
def optim_adam_coupled(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.Adam([p], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)
    opt.state[p] = {"step": torch.tensor(float(t - 1)), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    opt.step()
    return p.detach(), opt.state[p]["exp_avg"], opt.state[p]["exp_avg_sq"]

@rejected("decay not scaled by lr")
def decay_not_times_lr(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - weight_decay * param, m, v

@rejected("decay after the step")
def decay_of_moved_param(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p * (1 - lr * weight_decay), m, v

@rejected("weights grow")
def decay_added(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p + lr * weight_decay * param, m, v

no_decay = rejected("no decay")(lambda param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay:
    adam_step(param, grad, m, v, t, lr, beta1, beta2, eps))

@rejected("decay divided by the root too")
def decay_divided_by_root(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param - lr * (m / (1 - beta1**t) + weight_decay * param) / ((v / (1 - beta2**t)).sqrt() + eps), m, v

@rejected("sign of the param")
def decay_of_the_sign(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param.sign(), m, v

@rejected("square of the param")
def decay_of_param_squared(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param**2, m, v

@rejected("twice the decay")  # the derivative of weight_decay p² without 1/2
def twice_the_decay(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - 2 * lr * weight_decay * param, m, v

@rejected("coupled in m only")
def decay_in_m_only(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * (grad + weight_decay * param)
    v = beta2 * v + (1 - beta2) * grad**2
    return param - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps), m, v

@rejected("the means decay")
def decay_kept_in_m(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, m + weight_decay * param, v

@rejected()
def param_shrunk_in_place(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    param.mul_(1 - lr * weight_decay)
    return adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)

@rejected("no decay")
def matrices_only(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return (p - lr * weight_decay * param if param.dim() >= 2 else p), m, v

@rejected()
def decay_corrected(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    size = lr / (1 - beta1**t)
    return param - size * m / ((v / (1 - beta2**t)).sqrt() + eps) - size * weight_decay * param, m, v

@rejected()
def decay_only_in_first_step(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return (p - lr * weight_decay * param if t == 1 else p), m, v

@rejected()
def lr_twice(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    step = (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps) + lr * weight_decay * param
    return param - lr * step, m, v

@rejected("eps inside the root")
def eps_in_root(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param - lr * (m / (1 - beta1**t)) / (v / (1 - beta2**t) + eps).sqrt() - lr * weight_decay * param, m, v

@rejected("no bias correction")
def no_correction(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param * (1 - lr * weight_decay) - lr * m / (v.sqrt() + eps), m, v

@rejected("m and v not renewed")
def old_m_v_returned(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, _, _ = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, m, v

@rejected()
def corrected_without_t(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, 1, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, m, v

@rejected("no decay")
def decay_lost(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    out = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    param = out[0] - lr * weight_decay * param
    return out

@rejected()
def nested_result(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, (m, v)

@rejected()
def decay_of_mean_over_entries(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param.norm(), m, v

decay_as_a_float32_factor = rejected()(lambda param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay:
    adam_step(param * torch.tensor(1 - lr * weight_decay), grad, m, v, t, lr, beta1, beta2, eps))
clamped_decay = rejected()(lambda param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay:
    adam_step(param * max(0.0, 1 - lr * weight_decay), grad, m, v, t, lr, beta1, beta2, eps))
exponential_decay = rejected()(lambda param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay:
    adam_step(param * math.exp(-lr * weight_decay), grad, m, v, t, lr, beta1, beta2, eps))

@rejected()
def decay_only_where_a_gradient_is(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param * (grad != 0), m, v

@rejected()
def param_itself_where_nothing_moves(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    if weight_decay == 0 and not grad.any() and not m.any():
        return param, m * beta1, v * beta2
    return _adam_step_and_the_decay(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay)

@rejected()
def moments_swapped_in_the_call(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, v, m = adam_step(param, grad, v, m, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, m, v
