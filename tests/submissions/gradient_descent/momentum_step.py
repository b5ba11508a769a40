"""Answers written blind for `gradient_descent.momentum_step`, each under the verdict that it deserves."""

import collections

import numpy as np
import torch
from submissions import passes, rejected
from submissions.gradient_descent._shared import moved, step_of, velocity_of


def _plain(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    return param - lr * v, v
plain = passes(_plain)
returns_a_list = passes(lambda param, grad, velocity, lr, momentum:
    [param - lr * (momentum * velocity + grad), momentum * velocity + grad])

_Pair = collections.namedtuple("_Pair", "param velocity")
returns_a_named_tuple = passes(lambda param, grad, velocity, lr, momentum:
    _Pair(param - lr * grad - lr * momentum * velocity, grad + velocity * momentum))
add_with_alpha = passes(lambda param, grad, velocity, lr, momentum:
    (lambda v: (torch.sub(param, v, alpha=lr), v))(torch.add(grad, velocity, alpha=momentum)))
walrus = passes(lambda param, grad, velocity, lr, momentum:
    (param - lr * (v := torch.mul(velocity, momentum) + grad), v))

@passes
def optim_with_a_seeded_buffer(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum)
    o.state[p]["momentum_buffer"] = velocity.clone()
    if momentum == 0:
        o.step()
        return p.detach(), grad.clone()
    o.step()
    return p.detach(), o.state[p]["momentum_buffer"]

@passes
def through_numpy(param, grad, velocity, lr, momentum):
    p, g, v = (np.array(t) for t in (param, grad, velocity))
    v = np.asarray(momentum * v + g)
    return torch.tensor(np.asarray(p - lr * v)), torch.tensor(v)

@passes
def flat_loop(param, grad, velocity, lr, momentum):
    ps, vs = [], []
    for p, g, v in zip(*(t.reshape(-1).tolist() for t in (param, grad, velocity))):
        v = v * momentum + g
        vs.append(v)
        ps.append(p - lr * v)
    return (torch.tensor(ps, dtype=param.dtype).reshape(param.shape),
        torch.tensor(vs, dtype=param.dtype).reshape(param.shape))

@passes
def matrix_on_the_stack(param, grad, velocity, lr, momentum):
    m = torch.tensor([[1.0, -lr, -lr * momentum], [0.0, 1.0, momentum]], dtype=param.dtype)
    return torch.einsum("ij,j...->i...", m, torch.stack([param, grad, velocity])).unbind(0)

@passes
def in_place_on_clones(param, grad, velocity, lr, momentum):
    velocity = velocity.clone()
    velocity *= momentum
    velocity += grad
    param = param.clone()
    param -= lr * velocity
    return param, velocity

@passes
def lr_inside_divided_out(param, grad, velocity, lr, momentum):
    step = momentum * (lr * velocity) + lr * grad
    return param - step, step / lr

class _Step:
    def __init__(self):
        self.v = None
    def __call__(self, param, grad, velocity, lr, momentum):
        self.v = momentum * velocity + grad
        return param - lr * self.v, self.v.clone()
object_that_starts_anew = passes(_Step())

@passes
def generator_made_pair(param, grad, velocity, lr, momentum):
    def both():
        v = torch.lerp(torch.zeros_like(velocity), velocity, momentum) + grad
        yield param - lr * v
        yield v
    return tuple(both())

addcmul_under_no_grad = passes(torch.no_grad()(lambda param, grad, velocity, lr, momentum:
    (param - lr * torch.addcmul(grad, velocity, torch.full_like(velocity, momentum)),
    torch.addcmul(grad, velocity, torch.full_like(velocity, momentum)))))
momentum_0_apart = passes(lambda param, grad, velocity, lr, momentum:
    (param - lr * grad, grad.clone()) if momentum == 0 else _plain(param, grad, velocity, lr, momentum))
averages_undone = passes(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, lr, momentum) if momentum == 1
    else (lambda e: (param - lr / (1 - momentum) * e, e / (1 - momentum)))(
        momentum * ((1 - momentum) * velocity) + (1 - momentum) * grad))

stacked = rejected()(lambda param, grad, velocity, lr, momentum:
    torch.stack(_plain(param, grad, velocity, lr, momentum)))
generator_returned = rejected()(lambda param, grad, velocity, lr, momentum:
    (t for t in _plain(param, grad, velocity, lr, momentum)))

inference_mode = passes(torch.inference_mode()(_plain))

dampened = rejected("damped")(step_of(lambda g, v, lr, m: m * v + (1 - m) * g, moved))
by_lerp = rejected("damped")(step_of(lambda g, v, lr, m: torch.lerp(g, v, m), moved))
swapped_lerp = rejected()(step_of(lambda g, v, lr, m: torch.lerp(v, g, m), moved))
lr_inside_with_plus = rejected("velocity pointing downhill")(  # as in Keras
    step_of(lambda g, v, lr, m: m * v - lr * g, lambda p, g, v, lr, m, o: p + v))
lr_inside_with_minus = rejected("learning rate in the buffer")(  # as in some textbooks
    step_of(lambda g, v, lr, m: m * v + lr * g, lambda p, g, v, lr, m, o: p - v))
sutskever_sign_repaired = rejected()(lambda param, grad, velocity, lr, momentum:
    (param - (momentum * velocity + lr * grad), (momentum * velocity + lr * grad) / lr))
lr_twice = rejected("learning rate twice")(step_of(lambda g, v, lr, m: m * v + lr * g, moved))
downwards = rejected("minus in the velocity")(
    step_of(lambda g, v, lr, m: m * v - g, lambda p, g, v, lr, m, o: p + lr * v))
returns_minus_velocity = rejected()(lambda param, grad, velocity, lr, momentum:
    (param - lr * (momentum * velocity + grad), -(momentum * velocity + grad)))
ascent = rejected("uphill")(step_of(velocity_of, lambda p, g, v, lr, m, o: p + lr * v))
velocity_minus = rejected()(step_of(lambda g, v, lr, m: g - m * v, moved))
move_with_old_velocity = rejected("old velocity used")(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * o))
returns_old_velocity = rejected("velocity not renewed")(lambda param, grad, velocity, lr, momentum:
    (param - lr * (momentum * velocity + grad), velocity.clone()))
returns_the_velocity_argument = rejected("velocity not renewed")(lambda param, grad, velocity, lr, momentum:
    (param - lr * (momentum * velocity + grad), velocity))
returns_lr_times_velocity = rejected()(lambda param, grad, velocity, lr, momentum:
    (param - lr * (momentum * velocity + grad), lr * (momentum * velocity + grad)))
swapped_pair = rejected("the pair swapped")(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, lr, momentum)[::-1])
only_param = rejected("only the param")(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, lr, momentum)[0])
nesterov = rejected("Nesterov")(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (g + m * v)))
lr_not_on_the_old_velocity = rejected()(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * g - m * o))
momentum_on_gradient = rejected("momentum on the gradient")(step_of(lambda g, v, lr, m: v + m * g, moved))
momentum_on_both = rejected("momentum on both")(step_of(lambda g, v, lr, m: m * (v + g), moved))
momentum_ignored = rejected("old velocity in full")(step_of(lambda g, v, lr, m: v + g, moved))
velocity_ignored = rejected("momentum ignored")(step_of(lambda g, v, lr, m: 1 * g, moved))
momentum_fixed = rejected()(step_of(lambda g, v, lr, m: 0.9 * v + g, moved))
momentum_of_the_example = rejected()(step_of(lambda g, v, lr, m: 0.5 * v + g, moved))
lr_and_momentum_swapped = rejected("lr and momentum swapped")(
    step_of(lambda g, v, lr, m: lr * v + g, lambda p, g, v, lr, m, o: p - m * v))
move_times_one_minus_momentum = rejected()(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (1 - m) * v))
momentum_twice = rejected("Nesterov")(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (m * v + g)))
bias_corrected_like_adam = rejected()(
    step_of(lambda g, v, lr, m: m * v + g, lambda p, g, v, lr, m, o: p - lr * v * (1 if o.any() else (1 - m))))
first_step_without_lr = rejected()(step_of(velocity_of, lambda p, g, v, lr, m, o: p - (lr if o.any() else 1.0) * v))
momentum_0_keeps_velocity = rejected()(lambda param, grad, velocity, lr, momentum:
    (param - lr * grad, velocity.clone()) if momentum == 0 else _plain(param, grad, velocity, lr, momentum))
momentum_0_gives_zeros = rejected()(lambda param, grad, velocity, lr, momentum:
    (param - lr * grad, torch.zeros_like(velocity)) if momentum == 0 else _plain(param, grad, velocity, lr, momentum))
momentum_0_aliases_grad = rejected()(lambda param, grad, velocity, lr, momentum:
    (param - lr * grad, grad) if momentum == 0 else _plain(param, grad, velocity, lr, momentum))
zero_velocity_aliases_grad = rejected()(lambda param, grad, velocity, lr, momentum:
    (lambda v: (param - lr * v, v))(grad if not velocity.any() else momentum * velocity + grad))
detached_grad_on_the_first_step = rejected()(lambda param, grad, velocity, lr, momentum:  # shares memory with grad
    (lambda v: (param - lr * v, v))(grad.detach() if not velocity.any() else momentum * velocity + grad))

def _reject(param, grad, velocity, lr, momentum):
    if not 0 <= momentum < 1:
        raise ValueError("momentum")
    return _plain(param, grad, velocity, lr, momentum)
momentum_1_rejected = rejected(status="error")(lambda param, grad, velocity, lr, momentum:
    _reject(param, grad, velocity, lr, momentum))
or_default = rejected()(lambda param, grad, velocity, lr, momentum: _plain(param, grad, velocity, lr, momentum or 0.9))
velocity_clipped = rejected()(step_of(lambda g, v, lr, m: (m * v + g).clamp(-10, 10), moved))
restart_when_uphill = rejected()(step_of(lambda g, v, lr, m: torch.where(g * v < 0, g, m * v + g), moved))
summed_gradient = rejected()(step_of(lambda g, v, lr, m: m * v + g.sum(), moved))
float32_scalars = rejected()(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, torch.tensor(lr), torch.tensor(momentum)))
velocity_float32 = rejected()(lambda param, grad, velocity, lr, momentum:
    (lambda v: (param - lr * v, v))((momentum * velocity + grad).float()))
velocity_through_float32 = rejected()(lambda param, grad, velocity, lr, momentum:
    (param - lr * (momentum * velocity + grad), (momentum * velocity + grad).float().double()))
at_least_one_axis = rejected()(lambda param, grad, velocity, lr, momentum:
    tuple(torch.atleast_1d(t) for t in _plain(param, grad, velocity, lr, momentum)))
only_velocity_squeezed = rejected()(lambda param, grad, velocity, lr, momentum:
    (_plain(param, grad, velocity, lr, momentum)[0], _plain(param, grad, velocity, lr, momentum)[1].squeeze()))
zip_over_rows = rejected(status="error")(lambda param, grad, velocity, lr, momentum:
    tuple(torch.stack(x) for x in zip(*[_plain(p, g, v, lr, momentum) for p, g, v in zip(param, grad, velocity)])))
floats_for_no_axes = rejected()(lambda param, grad, velocity, lr, momentum: _plain(param, grad, velocity, lr, momentum)
    if param.dim() else tuple(float(t) for t in _plain(param, grad, velocity, lr, momentum)))

@rejected("velocity in place")
def velocity_in_place(param, grad, velocity, lr, momentum):
    velocity.mul_(momentum).add_(grad)
    return param - lr * velocity, velocity

@rejected()
def velocity_in_place_then_cloned(param, grad, velocity, lr, momentum):
    velocity *= momentum
    velocity += grad
    return param - lr * velocity, velocity.clone()

@rejected("param in place")
def param_in_place(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    param -= lr * v
    return param, v

@rejected()
def grad_in_place(param, grad, velocity, lr, momentum):
    grad += momentum * velocity
    return param - lr * grad, grad.clone()

@rejected()
def returns_changed_grad(param, grad, velocity, lr, momentum):
    grad.add_(velocity, alpha=momentum)
    return param.sub(grad, alpha=lr), grad

@rejected("momentum ignored")
def optim_with_empty_buffer(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum)
    o.step()
    b = o.state[p].get("momentum_buffer")
    return p.detach(), grad.clone() if b is None else b

@rejected()
def optim_seeded_with_velocity_itself(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum)
    o.state[p]["momentum_buffer"] = velocity
    o.step()
    return p.detach(), velocity.clone() if momentum else grad.clone()

@rejected()  # SGD with momentum 0 doesn't touch the buffer
def optim_momentum_0_forgotten(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum)
    o.state[p]["momentum_buffer"] = velocity.clone()
    o.step()
    return p.detach(), o.state[p]["momentum_buffer"]

@rejected()
def parameter_shares_memory(param, grad, velocity, lr, momentum):
    p = torch.nn.Parameter(param)
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum)
    o.state[p]["momentum_buffer"] = velocity.clone()
    o.step()
    return p.detach().clone(), o.state[p]["momentum_buffer"] if momentum else grad.clone()

@rejected("tracked")
def result_requires_grad(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    v = momentum * velocity + grad
    return p - lr * v, v

@rejected()
def velocity_in_a_default(param, grad, velocity, lr, momentum, state={}):
    v = state.get(param.shape, velocity)
    v = momentum * v + grad
    state[param.shape] = v
    return param - lr * v, v.clone()

class _OwnVelocity:
    v = None
    def __call__(self, param, grad, velocity, lr, momentum):
        if self.v is None or self.v.shape != param.shape:
            self.v = torch.zeros_like(param)
        self.v = momentum * self.v + grad
        return param - lr * self.v, self.v.clone()
velocity_kept_in_object = rejected()(_OwnVelocity())

class _Buffer:
    buf = {}
    def __call__(self, param, grad, velocity, lr, momentum):
        out = self.buf.setdefault(param.shape, torch.empty_like(param))
        torch.add(grad, velocity, alpha=momentum, out=out)
        return param - lr * out, out
reused_output_buffer = rejected()(_Buffer())  # the next call overwrites what was returned

class _Rescaled:
    lr = None
    def __call__(self, param, grad, velocity, lr, momentum):
        old, self.lr = self.lr or lr, lr
        v = momentum * velocity * (old / lr) + grad
        return param - lr * v, v
velocity_rescaled_with_lr = rejected()(_Rescaled())  # shows only when lr changes between calls
