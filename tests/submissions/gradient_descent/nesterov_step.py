"""Answers written blind for `gradient_descent.nesterov_step`, each under the verdict that it deserves."""

import collections
import functools

import numpy as np
import torch
from submissions import passes, rejected
from submissions.gradient_descent import momentum_step
from submissions.gradient_descent._shared import moved, step_of, velocity_of

_heavy_ball = momentum_step.plain.answer

def _plain(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    return param - lr * (grad + momentum * v), v
plain = passes(_plain)
expanded = passes(lambda param, grad, velocity, lr, momentum:
    (param - lr * ((1 + momentum) * grad + momentum**2 * velocity), grad + momentum * velocity))
two_moves = passes(lambda param, grad, velocity, lr, momentum:
    [param - lr * grad - lr * momentum * (momentum * velocity + grad), velocity * momentum + grad])
heavy_ball_plus_correction = passes(lambda param, grad, velocity, lr, momentum:
    (lambda p, v: (p - lr * momentum * (v - velocity), v))(*_heavy_ball(param, grad, velocity, lr, momentum)))
chain_of_adds = passes(lambda param, grad, velocity, lr, momentum:
    (lambda v: (param.sub(grad.add(v, alpha=momentum), alpha=lr), v))(velocity.mul(momentum).add(grad)))

_Pair = collections.namedtuple("_Pair", "param velocity")
wording_of_torch = passes(lambda param, grad, velocity, lr, momentum: (lambda buf: _Pair(
    param.add(grad.add(buf, alpha=momentum), alpha=-lr), buf))(velocity.clone().mul_(momentum).add_(grad, alpha=1)))
two_heavy_ball_steps = passes(lambda param, grad, velocity, lr, momentum:
    (lambda v: (_heavy_ball(param, grad, v, lr, momentum)[0], v))(_heavy_ball(param, grad, velocity, lr, momentum)[1]))

@passes
def optim_with_nesterov(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum, nesterov=momentum > 0)
    buf = velocity.clone() if momentum > 0 else grad.clone()
    o.state[p]["momentum_buffer"] = buf
    o.step()
    return p.detach(), buf

@passes
def through_numpy(param, grad, velocity, lr, momentum):
    g = grad.numpy()
    v = np.asarray(velocity.numpy() * momentum + g)
    return torch.from_numpy(np.asarray(param.numpy() - lr * (g + momentum * v))), torch.from_numpy(v)

@passes
def flat_loop(param, grad, velocity, lr, momentum):
    out_p, out_v = torch.zeros(param.numel(), dtype=param.dtype), torch.zeros(param.numel(), dtype=param.dtype)
    p, g, v = param.reshape(-1), grad.reshape(-1), velocity.reshape(-1)
    for i in range(param.numel()):
        out_v[i] = momentum * v[i] + g[i]
        out_p[i] = p[i] - lr * (g[i] + momentum * out_v[i])
    return out_p.reshape(param.shape), out_v.reshape(param.shape)

@passes
def look_ahead_translated(param, grad, velocity, lr, momentum):
    theta = param + lr * momentum * velocity  # the point before the look-ahead
    v = momentum * velocity + grad
    theta = theta - lr * v
    return theta - lr * momentum * v, v

@passes
def einsum(param, grad, velocity, lr, momentum):
    m = torch.tensor([[1.0, -lr * (1 + momentum), -lr * momentum**2], [0, 1, momentum]], dtype=param.dtype)
    a, b = torch.einsum("ij,j...->i...", m, torch.stack((param, grad, velocity)))
    return a.clone(), b.clone()

as_a_class = passes(type("N", (),
    {"__call__": lambda self, param, grad, velocity, lr, momentum: _plain(param, grad, velocity, lr, momentum)})())
horner_by_reduce = passes(lambda param, grad, velocity, lr, momentum:
    (param - lr * functools.reduce(lambda a, _: a * momentum + grad, range(2), velocity), velocity * momentum + grad))
velocity_computed_twice = passes(lambda param, grad, velocity, lr, momentum:
    (torch.sub(param, torch.add(grad, torch.add(grad, velocity, alpha=momentum), alpha=momentum), alpha=lr),
    torch.add(grad, velocity, alpha=momentum)))

stacked = rejected()(lambda param, grad, velocity, lr, momentum:
    torch.stack(_plain(param, grad, velocity, lr, momentum)))
heavy_ball = rejected("heavy ball")(step_of(velocity_of, moved))
old_velocity_in_move = rejected("heavy ball")(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (g + m * o)))
# right while velocity is 0
velocity_for_the_gradient = rejected()(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (v + m * v)))
swapped_roles = rejected("momentum on the gradient")(  # right while velocity is 0
    step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (v + m * g)))
old_velocity_added = rejected()(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (v + m * o)))
other_form_wrong_sign = rejected()(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * ((1 + m) * v + m * o)))
keras = rejected("textbook form")(
    step_of(lambda g, v, lr, m: m * v - lr * g, lambda p, g, v, lr, m, o: p + m * v - lr * g))
lr_inside_positive = rejected("learning rate in the velocity")(
    step_of(lambda g, v, lr, m: m * v + lr * g, lambda p, g, v, lr, m, o: p - (m * v + lr * g)))

_nesterov = lambda p, g, v, lr, m, o: p - lr * (g + m * v)
dampened = rejected("damped")(step_of(lambda g, v, lr, m: m * v + (1 - m) * g, _nesterov))
dampened_both = rejected()(
    step_of(lambda g, v, lr, m: m * v + (1 - m) * g, lambda p, g, v, lr, m, o: p - lr * ((1 - m) * g + m * v)))
returns_the_move_as_velocity = rejected("velocity looks ahead too")(lambda param, grad, velocity, lr, momentum:
    (lambda u: (param - lr * u, u))(grad + momentum * (momentum * velocity + grad)))
momentum_once_more_in_move = rejected()(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (g + m * (m * v + g))))
momentum_on_both = rejected("momentum on both")(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * m * (g + v)))
no_momentum_in_move = rejected("velocity in full")(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (g + v)))
lr_only_on_gradient = rejected()(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * g - m * v))
minus_momentum = rejected()(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (g - m * v)))
ascent = rejected("uphill")(step_of(velocity_of, lambda p, g, v, lr, m, o: p + lr * (g + m * v)))
classical_look_ahead = rejected()(lambda param, grad, velocity, lr, momentum:
    (lambda v: (param - lr * momentum * velocity - lr * v, v))(momentum * velocity + grad))
returns_the_point_before_looking_ahead = rejected("plain step")(lambda param, grad, velocity, lr, momentum:
    (lambda v: (param + lr * momentum * velocity - lr * v, v))(momentum * velocity + grad))
momentum_once_on_the_old_velocity = rejected("momentum on the gradient")(lambda param, grad, velocity, lr, momentum:
    (param - lr * ((1 + momentum) * grad + momentum * velocity), momentum * velocity + grad))
momentum_squared_on_everything = rejected()(lambda param, grad, velocity, lr, momentum:
    (param - lr * (grad + momentum**2 * (velocity + grad)), momentum * velocity + grad))
swapped_pair = rejected("the pair swapped")(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, lr, momentum)[::-1])
only_param = rejected("only the param")(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, lr, momentum)[0])
old_velocity_returned = rejected("velocity not renewed")(lambda param, grad, velocity, lr, momentum:
    (_plain(param, grad, velocity, lr, momentum)[0], velocity.clone()))
returns_lr_times_velocity = rejected()(lambda param, grad, velocity, lr, momentum:
    (_plain(param, grad, velocity, lr, momentum)[0], lr * _plain(param, grad, velocity, lr, momentum)[1]))
returns_momentum_times_velocity = rejected()(lambda param, grad, velocity, lr, momentum:
    (_plain(param, grad, velocity, lr, momentum)[0], momentum * _plain(param, grad, velocity, lr, momentum)[1]))
heavy_ball_at_first = rejected()(step_of(velocity_of, lambda p, g, v, lr, m, o: p - lr * (g + m * v if o.any() else v)))
first_velocity_zero_stays = rejected()(lambda param, grad, velocity, lr, momentum:
    (lambda v: (param - lr * (grad + momentum * v), v))(momentum * velocity + grad if velocity.any() else velocity * 0))

@rejected(status="error")
def optim_raises_at_momentum_0(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum, nesterov=True)
    o.state[p]["momentum_buffer"] = velocity.clone()
    o.step()
    return p.detach(), o.state[p]["momentum_buffer"]

momentum_0_keeps_velocity = rejected()(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, lr, momentum) if momentum else (param - lr * grad, velocity.clone()))
momentum_0_aliases_grad = rejected()(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, lr, momentum) if momentum else (param - lr * grad, grad))
zero_velocity_aliases_grad = rejected()(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, lr, momentum) if velocity.any() else (param - lr * (1 + momentum) * grad, grad))
momentum_1_made_smaller = rejected()(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, lr, min(momentum, 0.999)))
float32_momentum = rejected()(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad, velocity, lr, torch.tensor(momentum)))
float32_result = rejected()(lambda param, grad, velocity, lr, momentum:
    tuple(t.float() for t in _plain(param, grad, velocity, lr, momentum)))
squeezed = rejected()(lambda param, grad, velocity, lr, momentum:
    tuple(t.squeeze() for t in _plain(param, grad, velocity, lr, momentum)))
rows_only = rejected(status="error")(lambda param, grad, velocity, lr, momentum: tuple(torch.stack(x)
    for x in zip(*[_plain(param[i], grad[i], velocity[i], lr, momentum) for i in range(len(param))])))
mean_gradient = rejected()(lambda param, grad, velocity, lr, momentum:
    _plain(param, grad.mean().expand_as(grad), velocity, lr, momentum))

@rejected("velocity in place")
def velocity_in_place(param, grad, velocity, lr, momentum):
    velocity.mul_(momentum).add_(grad)
    return param - lr * (grad + momentum * velocity), velocity

@rejected()
def grad_in_place(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    grad.add_(v, alpha=momentum)
    return param - lr * grad, v

@rejected()
def velocity_scaled_in_place(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    u = v.mul_(momentum).add(grad)
    return param - lr * u, v

@rejected("velocity looks ahead too")
def update_is_the_velocity(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    u = v
    u *= momentum
    u += grad
    return param - lr * u, v

@rejected()
def param_in_place(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    param -= lr * (grad + momentum * v)
    return param.clone(), v

@rejected()
def own_velocity_kept(param, grad, velocity, lr, momentum, state={}):
    v = momentum * state.get(param.shape, torch.zeros_like(param)) + grad
    state[param.shape] = v
    return param - lr * (grad + momentum * v), v.clone()

@rejected()  # shows only when lr changes
def previous_lr_used(param, grad, velocity, lr, momentum, last=[None]):
    v = momentum * velocity + grad
    old = lr if last[0] is None else last[0]
    last[0] = lr
    return param - lr * grad - old * momentum * v, v

@rejected()
def optim_with_empty_buffer(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum, nesterov=momentum > 0)
    o.step()
    b = o.state[p].get("momentum_buffer")
    return p.detach(), grad.clone() if b is None else b
