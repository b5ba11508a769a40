"""Answers written blind for `adaptive_optimizers.adam_step`, each under the verdict that it deserves."""

import collections
import math

import numpy as np
import torch
from submissions import passes, rejected


def _adam(*, move=None, m1=None, v1=None, ret=None):
    """Make a step that differs from the plain one in the given parts."""
    def step(param, grad, m, v, t, lr, beta1, beta2, eps):
        new_m = (m1 or (lambda m, g, b1, b2, t: b1 * m + (1 - b1) * g))(m, grad, beta1, beta2, t)
        new_v = (v1 or (lambda v, g, b1, b2, t, m, nm: b2 * v + (1 - b2) * g**2))(v, grad, beta1, beta2, t, m, new_m)
        d = (move or (lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + e)))(
            new_m, new_v, t, lr, beta1, beta2, eps, grad)
        return (ret or (lambda p, m, v, b1, b2, t: (p, m, v)))(param - d, new_m, new_v, beta1, beta2, t)
    return step

def _plain(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return param - lr * m_hat / (v_hat.sqrt() + eps), m, v
plain = passes(_plain)

@passes
def optim_with_injected_state(param, grad, m, v, t, lr, beta1, beta2, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.Adam([p], lr=lr, betas=(beta1, beta2), eps=eps)
    opt.state[p] = {"step": torch.tensor(float(t - 1)), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    opt.step()
    return p.detach(), opt.state[p]["exp_avg"], opt.state[p]["exp_avg_sq"]

@passes
def functional_adam(param, grad, m, v, t, lr, beta1, beta2, eps):
    from torch.optim.adam import adam
    p, m, v = param.clone(), m.clone(), v.clone()
    adam([p], [grad.clone()], [m], [v], [], [torch.tensor(t - 1.0)], foreach=False, amsgrad=False, beta1=beta1,
        beta2=beta2, lr=lr, weight_decay=0.0, eps=eps, maximize=False)
    return p, m, v

@passes
def correction_in_the_step_size(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = torch.lerp(m, grad, 1 - beta1)
    v = (v * beta2).addcmul_(grad, grad, value=1 - beta2)
    denom = (v.sqrt() / math.sqrt(1 - beta2**t)).add_(eps)
    return torch.addcdiv(param, m, denom, value=-lr / (1 - beta1**t)), m, v

@passes
def fast_form_of_the_paper(param, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad * grad
    c2 = (1 - beta2**t) ** 0.5
    rate = lr * c2 / (1 - beta1**t)
    return param - rate * m / (v**0.5 + eps * c2), m, v

@passes
def powers_by_a_loop(param, grad, m, v, t, lr, beta1, beta2, eps):
    b1 = b2 = 1.0
    for _ in range(t):
        b1 *= beta1
        b2 *= beta2
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad.square() - v)
    return [param - lr * (m / (1 - b1)) / ((v / (1 - b2)).sqrt() + eps), m, v]

@passes  # 1 - beta^t = (1 - beta) (1 + beta + ...)
def geometric_sum(param, grad, m, v, t, lr, beta1, beta2, eps):
    c1 = (1 - beta1) * math.fsum(beta1**k for k in range(t))
    c2 = (1 - beta2) * math.fsum(beta2**k for k in range(t))
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param - lr * m / c1 / (torch.sqrt(v / c2) + eps), m, v

@passes
def numpy_with_out(param, grad, m, v, t, lr, beta1, beta2, eps):
    p, g, m, v = [x.clone().numpy() for x in (param, grad, m, v)]
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g * g
    p -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return tuple(torch.from_numpy(x) for x in (p, m, v))

@passes
def entry_by_entry(param, grad, m, v, t, lr, beta1, beta2, eps):
    out = torch.empty((3,) + tuple(param.shape), dtype=param.dtype)
    for i in np.ndindex(*param.shape):
        g = float(grad[i])
        mi = beta1 * float(m[i]) + (1 - beta1) * g
        vi = beta2 * float(v[i]) + (1 - beta2) * g * g
        out[(0,) + i] = float(param[i]) - lr * mi / (1 - beta1**t) / (math.sqrt(vi / (1 - beta2**t)) + eps)
        out[(1,) + i], out[(2,) + i] = mi, vi
    return tuple(out)

nested_lambdas = passes(lambda p, g, m, v, t, lr, b1, b2, e: (lambda M, V:
    (p - lr * M / (1 - pow(b1, t)) / (torch.sqrt(V / (1 - pow(b2, t))) + e), M, V))(
        b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g.pow(2)))

class _Step:
    @staticmethod
    def mean(old, new, beta):
        return torch.stack([old, new], -1) @ torch.tensor([beta, 1 - beta], dtype=torch.float64)
    def __call__(self, param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v = self.mean(m, grad, beta1), self.mean(v, grad * grad, beta2)
        hats = [x / (1 - math.pow(b, t)) for x, b in ((m, beta1), (v, beta2))]
        return param - lr * hats[0] / (hats[1].sqrt() + eps), m, v
callable_object = passes(_Step())

@passes
def correction_by_expm1(param, grad, m, v, t, lr, beta1, beta2, eps):
    def c(b):
        return -math.expm1(t * math.log(b)) if b > 0 else 1.0
    m = torch.add(beta1 * m, grad, alpha=1 - beta1)
    v = torch.add(beta2 * v, grad.abs() ** 2, alpha=1 - beta2)
    return param.sub(m.div(c(beta1)).div(v.div(c(beta2)).sqrt().add(eps)), alpha=lr), m, v

@passes
@torch.no_grad()
def float64_tensors_for_betas(param, grad, m, v, t, lr, beta1, beta2, eps):
    t = torch.tensor(t, dtype=torch.float64)
    b1, b2 = torch.tensor([beta1, beta2], dtype=torch.float64)
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    R = collections.namedtuple("R", "param m v")
    return R(param - lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps), m, v)

@passes
def foreach_functions(param, grad, m, v, t, lr, beta1, beta2, eps):
    (p,), (g,), (m,), (v,) = [torch._foreach_mul([x], 1.0) for x in (param, grad, m, v)]
    torch._foreach_lerp_([m], [g], 1 - beta1)
    torch._foreach_mul_([v], beta2)
    torch._foreach_addcmul_([v], [g], [g], 1 - beta2)
    d = torch._foreach_sqrt([v / (1 - beta2**t)])
    torch._foreach_add_(d, eps)
    torch._foreach_addcdiv_([p], [m], d, -lr / (1 - beta1**t))
    return p, m, v

eps_under_root = rejected("eps inside the root")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1**t)) / (v / (1 - b2**t) + e).sqrt()))
# TensorFlow's form
eps_before_the_correction = rejected("eps before the correction")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * math.sqrt(1 - b2**t) / (1 - b1**t) * m / (v.sqrt() + e)))
no_correction = rejected("no bias correction")(_adam(move=lambda m, v, t, lr, b1, b2, e, g: lr * m / (v.sqrt() + e)))
m_corrected = rejected("only m corrected")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * m / (1 - b1**t) / (v.sqrt() + e)))
v_corrected = rejected("only v corrected")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * m / ((v / (1 - b2**t)).sqrt() + e)))
both_corrected_by_beta1 = rejected("both corrected by beta1")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1**t)) / ((v / (1 - b1**t)).sqrt() + e)))
both_corrected_by_beta2 = rejected("both corrected by beta2")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b2**t)) / ((v / (1 - b2**t)).sqrt() + e)))
corrected_without_t = rejected("corrected without t")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1)) / ((v / (1 - b2)).sqrt() + e)))
t_plus_one = rejected("one t too much")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1 ** (t + 1))) / ((v / (1 - b2 ** (t + 1))).sqrt() + e)))
t_minus_one = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1 ** max(t - 1, 1))) / ((v / (1 - b2 ** max(t - 1, 1))).sqrt() + e)))
product_for_power = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1 * t)) / ((v / (1 - b2 * t)).abs().sqrt() + e)))
power_of_one_minus_beta = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1) ** t) / ((v / (1 - b2) ** t).sqrt() + e)))
no_brackets = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1**t)) / ((v / 1 - b2**t).sqrt() + e)))
only_first_step_corrected = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1)) / ((v / (1 - b2)).sqrt() + e) if t == 1 else lr * m / (v.sqrt() + e)))
no_correction_after_1000_steps = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + e) if t <= 1000 else lr * m / (v.sqrt() + e)))
gradient_for_the_mean = rejected("gradient instead of m")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * g / ((v / (1 - b2**t)).sqrt() + e)))
correction_of_v_outside_root = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1**t)) / (v.sqrt() / (1 - b2**t) + e)))
adds_move = rejected("uphill")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    -lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + e)))
root_of_the_mean = rejected("the mean size for all")(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).mean().sqrt() + e)))
corrected_moments_returned = rejected("corrected means kept")(_adam(ret=lambda p, m, v, b1, b2, t:
    (p, m / (1 - b1**t), v / (1 - b2**t))))
order_param_v_m = rejected("m and v swapped")(_adam(ret=lambda p, m, v, b1, b2, t: (p, v, m)))
order_m_v_param = rejected("the param last")(_adam(ret=lambda p, m, v, b1, b2, t: (m, v, p)))
t_returned_as_well = rejected()(_adam(ret=lambda p, m, v, b1, b2, t: (p, m, v, t + 1)))
only_param = rejected("only the param")(_adam(ret=lambda p, m, v, b1, b2, t: p))
betas_swapped = rejected()(_adam(m1=lambda m, g, b1, b2, t: b2 * m + (1 - b2) * g, v1=lambda v, g, b1, b2, t, m, nm:
    b1 * v + (1 - b1) * g**2))
weights_of_m_swapped = rejected()(_adam(m1=lambda m, g, b1, b2, t: (1 - b1) * m + b1 * g))
grad_not_squared = rejected()(_adam(v1=lambda v, g, b1, b2, t, m, nm: b2 * v + (1 - b2) * g.abs()))
v_from_square_of_m = rejected("m squared in v")(_adam(v1=lambda v, g, b1, b2, t, m, nm: b2 * v + (1 - b2) * nm**2))
as_in_adabelief = rejected()(_adam(v1=lambda v, g, b1, b2, t, m, nm: b2 * v + (1 - b2) * (g - nm) ** 2))
as_in_amsgrad = rejected()(_adam(v1=lambda v, g, b1, b2, t, m, nm: torch.maximum(v, b2 * v + (1 - b2) * g**2)))
gradient_not_weighed = rejected("no 1 − beta1")(_adam(m1=lambda m, g, b1, b2, t: b1 * m + g))
old_m_not_decayed = rejected()(_adam(m1=lambda m, g, b1, b2, t: m + (1 - b1) * g))
beta1_for_v_too = rejected("beta1 for v")(_adam(v1=lambda v, g, b1, b2, t, m, nm: b1 * v + (1 - b1) * g**2))
nesterov_move = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (b1 * m / (1 - b1 ** (t + 1)) + (1 - b1) * g / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + e)))
powers_in_float32 = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - torch.tensor(b1) ** t)) / ((v / (1 - torch.tensor(b2) ** t)).sqrt() + e)))
t_as_uint8 = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1 ** (t & 255 or 256))) / ((v / (1 - b2 ** (t & 255 or 256))).sqrt() + e)))
eps_1e_8_fixed = rejected()(_adam(move=lambda m, v, t, lr, b1, b2, e, g:
    lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + 1e-8)))
results_through_float32 = rejected()(_adam(ret=lambda p, m, v, b1, b2, t:
    (p.float().double(), m.float().double(), v.float().double())))
one_axis_too_many = rejected()(_adam(ret=lambda p, m, v, b1, b2, t: (p, m[None], v[None])))

@rejected("m and v in place")
def m_and_v_in_place(param, grad, m, v, t, lr, beta1, beta2, eps):
    m.mul_(beta1).add_(grad, alpha=1 - beta1)
    v.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
    return param - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps), m, v

@rejected("corrected means kept")
def corrections_in_place(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m, v
    m_hat /= 1 - beta1**t
    v_hat /= 1 - beta2**t
    return param - lr * m_hat / (v_hat.sqrt() + eps), m, v

@rejected("old means used")
def old_m_and_v_in_move(param, grad, m, v, t, lr, beta1, beta2, eps):
    p = param - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps)
    return p, beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2

@rejected("param in place")
def param_in_place(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    param -= lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps)
    return param, m, v

_t = 0
@rejected()
def t_counted_in_global(param, grad, m, v, t, lr, beta1, beta2, eps):
    global _t
    _t += 1
    return _plain(param, grad, m, v, _t, lr, beta1, beta2, eps)

t_guessed_from_zeros_of_m = rejected()(lambda param, grad, m, v, t, lr, beta1, beta2, eps:
    _plain(param, grad, m, v, t if m.any() else 1, lr, beta1, beta2, eps))

@rejected("corrected without t")
def optim_without_the_step(param, grad, m, v, t, lr, beta1, beta2, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.Adam([p], lr=lr, betas=(beta1, beta2), eps=eps)
    opt.state[p] = {"step": torch.tensor(0.0), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    opt.step()
    return p.detach(), opt.state[p]["exp_avg"], opt.state[p]["exp_avg_sq"]

@rejected("one t too much")  # the optimizer counts on to t + 1
def optim_one_step_too_far(param, grad, m, v, t, lr, beta1, beta2, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.Adam([p], lr=lr, betas=(beta1, beta2), eps=eps)
    opt.state[p] = {"step": torch.tensor(float(t)), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    opt.step()
    return p.detach(), opt.state[p]["exp_avg"], opt.state[p]["exp_avg_sq"]

@rejected()
def m_and_v_one_tensor_at_first(param, grad, m, v, t, lr, beta1, beta2, eps):
    if t == 1:
        m = v = torch.zeros_like(param)
    else:
        m, v = m.clone(), v.clone()
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad * grad
    return param - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps), m, v

@rejected(status="error")  # fails for tensors of no axes
def enumerate_over_grad(param, grad, m, v, t, lr, beta1, beta2, eps):
    p, m, v = param.clone(), m.clone(), v.clone()
    for i, g in enumerate(grad):
        p[i], m[i], v[i] = _plain(p[i], g, m[i], v[i], t, lr, beta1, beta2, eps)
    return p, m, v

@rejected("nothing returned")
def no_return(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    param = param - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps)

@rejected()
def grad_itself_as_m_for_beta1_0(param, grad, m, v, t, lr, beta1, beta2, eps):
    p, new_m, new_v = _plain(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p, (grad if beta1 == 0 else new_m), new_v

@rejected()
def param_itself_for_lr_0(param, grad, m, v, t, lr, beta1, beta2, eps):
    p, new_m, new_v = _plain(param, grad, m, v, t, lr, beta1, beta2, eps)
    return (param if lr == 0 else p), new_m, new_v

@rejected(status="error")
def log_of_beta_0(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    c1, c2 = (-math.expm1(t * math.log(b)) for b in (beta1, beta2))
    return param - lr * (m / c1) / ((v / c2).sqrt() + eps), m, v
