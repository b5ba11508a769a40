"""Answers written blind for `training_step.sgd_update`, each under the verdict that it deserves."""

import collections
import copy
import functools

import numpy as np
import torch
from submissions import passes, rejected
from torch import nn
from torch.optim.sgd import sgd as functional_sgd


def _make_first(first, later=lambda g, b, m: m * b + g):
    """An update that has a velocity of its own for the first step, and one for the later steps."""
    def sgd_update(param, grad, buffer, lr, momentum):
        v = first(grad, momentum) if buffer is None else later(grad, buffer, momentum)
        return param - lr * v, v
    return sgd_update

def _plain_formula(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * v, v
plain_formula = passes(_plain_formula)

@passes
def optim_sgd(param, grad, buffer, lr, momentum):
    p = nn.Parameter(param.clone())
    p.grad = grad.clone()
    optimizer = torch.optim.SGD([p], lr=lr, momentum=momentum)
    if buffer is not None:
        optimizer.state[p]["momentum_buffer"] = buffer.clone()
    optimizer.step()
    return p, optimizer.state[p]["momentum_buffer"]

@passes
def optim_sgd_on_the_gradient_itself(param, grad, buffer, lr, momentum):
    # SGD itself clones the gradient in its first step
    p = param.clone().requires_grad_()
    p.grad = grad
    optimizer = torch.optim.SGD([p], lr=lr, momentum=momentum, foreach=False)
    if buffer is not None:
        optimizer.state[p]["momentum_buffer"] = buffer.clone()
    optimizer.step()
    return p.detach(), optimizer.state[p]["momentum_buffer"]

@passes
def optim_sgd_through_state_dict(param, grad, buffer, lr, momentum):
    p = nn.Parameter(param.clone())
    optimizer = torch.optim.SGD([p], lr=lr, momentum=momentum)
    if buffer is not None:
        state = optimizer.state_dict()
        state["state"] = {0: {"momentum_buffer": buffer.clone()}}
        optimizer.load_state_dict(state)
    p.grad = grad.clone()
    optimizer.step()
    return p.detach(), optimizer.state_dict()["state"][0]["momentum_buffer"]

@passes
def functional_sgd_itself(param, grad, buffer, lr, momentum):
    p, buffers = param.clone(), [None if buffer is None else buffer.clone()]
    functional_sgd([p], [grad], buffers, weight_decay=0.0, momentum=momentum, lr=lr, dampening=0.0, nesterov=False,
        maximize=False)
    return p, buffers[0]

@passes
def zeros_for_none(param, grad, buffer, lr, momentum):
    if buffer is None:
        buffer = torch.zeros_like(param)
    v = torch.add(grad, buffer, alpha=momentum)
    return [torch.sub(param, v, alpha=lr), v]

@passes
def foreach_ops(param, grad, buffer, lr, momentum):
    old = [torch.zeros_like(grad) if buffer is None else buffer]
    new = torch._foreach_mul(old, momentum)
    torch._foreach_add_(new, [grad])
    return torch._foreach_add([param], new, alpha=-lr)[0], new[0]

_Step = collections.namedtuple("Step", "param buffer")

class _Callable:
    def __init__(self):
        self.calls = 0
    def __call__(self, param, grad, buffer, lr, momentum):
        self.calls += 1
        v = grad + (0 if buffer is None else buffer * momentum)
        return _Step(param=param - v * lr, buffer=v)
callable_object = passes(_Callable())

def _general(param, grad, buffer, lr, momentum, *, dampening, nesterov):
    v = grad.clone() if buffer is None else momentum * buffer + (1 - dampening) * grad
    d = grad + momentum * v if nesterov else v
    return param - lr * d, v
partial_of_general_update = passes(functools.partial(_general, dampening=0, nesterov=False))

@passes
def numpy_detour_to_sgd(param, grad, buffer, lr, momentum):
    kind = param.numpy().dtype
    v = grad.numpy().copy() if buffer is None else np.asarray(momentum * buffer.numpy() + grad.numpy(), dtype=kind)
    p = np.asarray(param.numpy() - lr * v, dtype=kind)
    return torch.tensor(p, dtype=param.dtype), torch.tensor(v, dtype=param.dtype)

@passes
def in_place_on_clones(param, grad, buffer, lr, momentum):
    p, v = param.clone(), grad.clone()
    if buffer is not None:
        v.add_(buffer, alpha=momentum)
    p.sub_(v, alpha=lr)
    return p, v

@passes
def double_equals_none(param, grad, buffer, lr, momentum):
    if buffer == None:  # noqa: E711
        v = 1 * grad
    else:
        v = buffer * momentum + grad
    return param - lr * v, v

@passes
def zero_buffer_taken_for_none(param, grad, buffer, lr, momentum):
    # a zero velocity gives just the gradient, as None does
    if buffer is None or not buffer.any():
        v = copy.deepcopy(grad)
    else:
        v = momentum * buffer + grad
    return param.add(v, alpha=-lr), v

@passes
def flat_python_loop(param, grad, buffer, lr, momentum):
    old = [0.0] * param.numel() if buffer is None else buffer.flatten().tolist()
    v = [momentum * b + g for b, g in zip(old, grad.flatten().tolist())]
    p = [a - lr * b for a, b in zip(param.flatten().tolist(), v)]
    return (torch.tensor(p, dtype=param.dtype).reshape(param.shape),
        torch.tensor(v, dtype=param.dtype).reshape(param.shape))

@passes
def python_floats_for_scalar(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    p = param - lr * v
    if p.dim() == 0:
        return p.item(), v.item()
    return p, v

@rejected("learning rate in the buffer")
def lr_inside_buffer(param, grad, buffer, lr, momentum):
    v = lr * grad if buffer is None else momentum * buffer + lr * grad
    return param - v, v

@rejected("minus in the velocity")
def velocity_with_other_sign(param, grad, buffer, lr, momentum):
    v = -grad if buffer is None else momentum * buffer - grad
    return param + lr * v, v

@rejected("Nesterov")
def nesterov(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * (grad + momentum * v), v

@rejected()
def nesterov_in_first_step_only(param, grad, buffer, lr, momentum):
    if buffer is None:
        return param - lr * (1 + momentum) * grad, grad.clone()
    v = momentum * buffer + grad
    return param - lr * v, v

@rejected("uphill")
def plus_lr(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param + lr * v, v

@rejected("old velocity used")
def old_velocity_moves_param(param, grad, buffer, lr, momentum):
    if buffer is None:
        return param - lr * grad, grad.clone()
    return param - lr * buffer, momentum * buffer + grad

@rejected("buffer not renewed")
def old_buffer_returned(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else buffer.clone()
    return param - lr * (v if buffer is None else momentum * buffer + grad), v

@rejected("plain gradient step")
def param_moved_by_grad_alone(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * grad, v

@rejected("the pair swapped")
def pair_swapped(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return v, param - lr * v

@rejected("only the param")
def param_only(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * v

@rejected()
def three_results(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * v, v, lr

@rejected("nothing returned")
def missing_return_in_sgd(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    param = param - lr * v
    buffer = v

string_of_formula = rejected()(lambda param, grad, buffer, lr, momentum: "param - lr * (momentum * buffer + grad)")
two_strings = rejected()(lambda param, grad, buffer, lr, momentum: ("param", "buffer"))

@rejected("param in place")
def param_in_place(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    param -= lr * v
    return param, v

@rejected()
def param_in_place_then_copied(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    param.sub_(v, alpha=lr)
    return param.clone(), v

@rejected()
def param_through_data(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    param.data = param.data - lr * v
    return param.clone(), v

@rejected("buffer in place")
def buffer_in_place(param, grad, buffer, lr, momentum):
    if buffer is None:
        buffer = grad.clone()
    else:
        buffer.mul_(momentum).add_(grad)
    return param - lr * buffer, buffer

@rejected()
def buffer_damped_in_place(param, grad, buffer, lr, momentum):
    if buffer is None:
        return param - lr * grad, grad.clone()
    buffer *= momentum
    return param - lr * (buffer + grad), buffer + grad

@rejected()
def foreach_in_place(param, grad, buffer, lr, momentum):
    if buffer is None:
        return param - lr * grad, grad.clone()
    torch._foreach_mul_([buffer], momentum)
    (v,) = torch._foreach_add([buffer], [grad])
    return param - lr * v, v

@rejected()
def grad_in_place(param, grad, buffer, lr, momentum):
    v = grad
    if buffer is not None:
        v += momentum * buffer
    return param - lr * v, v.clone()

@rejected("momentum ignored")
def optimizer_without_buffer(param, grad, buffer, lr, momentum):
    p = nn.Parameter(param.clone())
    p.grad = grad.clone()
    optimizer = torch.optim.SGD([p], lr=lr, momentum=momentum)
    optimizer.step()
    return p.detach(), optimizer.state[p]["momentum_buffer"]

@rejected("damped, but for the first step")
def optimizer_with_dampening(param, grad, buffer, lr, momentum):
    p = nn.Parameter(param.clone())
    p.grad = grad.clone()
    optimizer = torch.optim.SGD([p], lr=lr, momentum=momentum, dampening=momentum)
    if buffer is not None:
        optimizer.state[p]["momentum_buffer"] = buffer.clone()
    optimizer.step()
    return p.detach(), optimizer.state[p]["momentum_buffer"]

first_buffer_is_grad = rejected("gradient returned as the buffer")(_make_first(lambda g, m: g))

@rejected()
def same_param_where_nothing_moves(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return (param - lr * v if v.any() else param), v

@rejected()
def zero_grad_entries_skipped(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else torch.where(grad != 0, momentum * buffer + grad, buffer)
    return torch.where(grad != 0, param - lr * v, param), v

lr_as_int = rejected("param not moved")(lambda param, grad, buffer, lr, momentum:
    _plain_formula(param, grad, buffer, int(lr), momentum))
dampening_in_every_step = rejected("damped")(_make_first(lambda g, m: (1 - m) * g, lambda g, b, m: m * b + (1 - m) * g))
dampening_in_first_step_only = rejected("first step damped")(_make_first(lambda g, m: (1 - m) * g))
first_velocity_times_momentum = rejected("first step times momentum")(_make_first(lambda g, m: m * g))
first_velocity_is_zero = rejected("first step without a move")(_make_first(lambda g, m: torch.zeros_like(g)))
momentum_times_grad = rejected("momentum on the gradient, but for the first step")(
    _make_first(lambda g, m: g.clone(), lambda g, b, m: b + m * g))
momentum_times_both = rejected("momentum on both, but for the first step")(
    _make_first(lambda g, m: g.clone(), lambda g, b, m: m * (b + g)))
sum_of_gradients = rejected("old velocity in full")(_make_first(lambda g, m: g.clone(), lambda g, b, m: b + g))
grad_forgotten_later = rejected("gradient left out")(_make_first(lambda g, m: g.clone(), lambda g, b, m: m * b))
grad_taken_from_velocity = rejected("gradient subtracted in the velocity, but for the first step")(
    _make_first(lambda g, m: g.clone(), lambda g, b, m: m * b - g))

@rejected()
def buffer_of_sum_zero_is_none(param, grad, buffer, lr, momentum):
    if buffer is None or buffer.sum() == 0:
        v = grad.clone()
    else:
        v = momentum * buffer + grad
    return param - lr * v, v

@rejected()
def zero_buffer_makes_alias(param, grad, buffer, lr, momentum):
    if buffer is None:
        v = grad.clone()
    elif not buffer.any():
        v = grad
    else:
        v = momentum * buffer + grad
    return param - lr * v, v

@rejected()
def zero_buffer_is_dampened(param, grad, buffer, lr, momentum):
    if buffer is not None and not buffer.any():
        v = (1 - momentum) * grad
    else:
        v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * v, v

@rejected()
def zero_grad_does_not_move(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    if not grad.any():
        return param.clone(), v
    return param - lr * v, v

@rejected("None stays None")
def none_stays_none(param, grad, buffer, lr, momentum):
    if buffer is None:
        return param - lr * grad, None
    v = momentum * buffer + grad
    return param - lr * v, v

@rejected("first step twice")
def first_step_falls_through(param, grad, buffer, lr, momentum):
    if buffer is None:
        buffer = grad.clone()
    v = momentum * buffer + grad
    return param - lr * v, v

@rejected()
def velocity_in_mutable_default(param, grad, buffer, lr, momentum, remembered={}):
    if buffer is None:
        buffer = remembered.get(tuple(param.shape), torch.zeros_like(param))
    v = momentum * buffer + grad
    remembered[tuple(param.shape)] = v.clone()
    return param - lr * v, v

class _Reuses:
    """One output tensor for all calls of a shape."""
    def __init__(self):
        self.out = {}
    def __call__(self, param, grad, buffer, lr, momentum):
        v = self.out.setdefault((param.shape, param.dtype), torch.zeros_like(param))
        v.copy_(grad if buffer is None else momentum * buffer + grad)
        return param - lr * v, v
results_reused_between_calls = rejected()(_Reuses())

@rejected("lr and momentum swapped")
def lr_and_momentum_swapped(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else lr * buffer + grad
    return param - momentum * v, v

@rejected("None multiplied", status="error")
def none_not_handled(param, grad, buffer, lr, momentum):
    v = momentum * buffer + grad
    return param - lr * v, v

@rejected("truth of a tensor", status="error")
def not_buffer(param, grad, buffer, lr, momentum):
    if not buffer:
        v = grad.clone()
    else:
        v = momentum * buffer + grad
    return param - lr * v, v
