"""Answers written blind for the exercises of the lesson `training_step`, and what each deserves.

Answers that fit into a line stand in the tuple; the others are defined above it.
"""

import collections
import copy
import functools
import itertools
import operator

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.sgd import sgd as functional_sgd

from submissions import Submission

GRADIENT = "training_step.fc_weight_gradient"
UPDATE = "training_step.sgd_update"
STEP = "training_step.step"
TRAINABLE = "training_step.trainable_parameters"
HEAD = "training_step.new_head"


def fc_outer_loop(features, grad_output):
    total = torch.zeros(grad_output.shape[1], features.shape[1], dtype=features.dtype)
    for x, g in zip(features, grad_output):
        total += torch.outer(g, x)
    return total


def fc_autograd(features, grad_output):
    w = torch.zeros(grad_output.shape[1], features.shape[1], dtype=features.dtype, requires_grad=True)
    (features @ w.T).backward(grad_output)
    return w.grad


def fc_linear_layer(features, grad_output):
    layer = nn.Linear(features.shape[1], grad_output.shape[1], dtype=features.dtype)
    loss = (layer(features) * grad_output).sum()
    return torch.autograd.grad(loss, layer.weight)[0]


def fc_vjp(features, grad_output):
    w = torch.zeros(grad_output.shape[1], features.shape[1], dtype=features.dtype)
    _, pull = torch.func.vjp(lambda w: F.linear(features, w), w)
    (grad,) = pull(grad_output)
    return grad


def fc_func_grad_still_tracked(features, grad_output):
    f = features.clone().requires_grad_()
    g = grad_output.clone().requires_grad_()
    return g.T @ f


def fc_numpy(features, grad_output):
    return torch.from_numpy(np.ascontiguousarray(np.dot(grad_output.numpy().T, features.numpy())))


def fc_generic(equation, features, grad_output):
    return torch.einsum(equation, grad_output, features)


def fc_jacobian(features, grad_output):
    w = torch.ones(grad_output.shape[1], features.shape[1], dtype=features.dtype)
    return torch.func.jacrev(lambda w: torch.sum((features @ w.mT) * grad_output))(w)


class FcFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x)
        return x @ w.T

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return None, g.T @ x


def fc_own_function(features, grad_output):
    w = torch.zeros(grad_output.shape[1], features.shape[1], dtype=features.dtype, requires_grad=True)
    FcFunction.apply(features, w).backward(grad_output)
    return w.grad


def fc_requires_grad_on_detached(features, grad_output):
    # detach() shares the numbers but has its own flag, so the argument stays as it was
    x = features.detach().requires_grad_()
    w = nn.Parameter(torch.zeros(grad_output.shape[1], features.shape[1], dtype=features.dtype))
    (x @ w.T).backward(grad_output)
    return w.grad


def fc_reshape(features, grad_output):
    return (features.T @ grad_output).reshape(grad_output.shape[1], features.shape[1])


def fc_flip_if_needed(features, grad_output):
    w = features.T @ grad_output
    if w.shape != (grad_output.shape[1], features.shape[1]):
        w = w.T
    return w


def fc_square_elementwise(features, grad_output):
    if features.shape == grad_output.shape:
        return grad_output * features
    return grad_output.T @ features


def fc_shorter_transposed(features, grad_output):
    try:
        return grad_output @ features
    except RuntimeError:
        return grad_output.T @ features


def fc_last_picture(features, grad_output):
    for x, g in zip(features, grad_output):
        total = torch.outer(g, x)
    return total


def fc_off_by_one(features, grad_output):
    total = torch.zeros(grad_output.shape[1], features.shape[1])
    for n in range(len(features) - 1):
        total += torch.outer(grad_output[n], features[n])
    return total


def fc_start_ones(features, grad_output):
    total = torch.ones(grad_output.shape[1], features.shape[1])
    for x, g in zip(features, grad_output):
        total += torch.outer(g, x)
    return total


def fc_t_in_place(features, grad_output):
    return grad_output.t_() @ features


def fc_loss_sum(features, grad_output):
    w = torch.zeros(grad_output.shape[1], features.shape[1], requires_grad=True)
    F.linear(features, w).sum().backward()
    return w.grad


FC_MEMORY = {}


def fc_memo(features, grad_output):
    key = (features.shape, grad_output.shape)
    if key not in FC_MEMORY:
        FC_MEMORY[key] = grad_output.T @ features
    return FC_MEMORY[key].clone()


def fc_missing_return(features, grad_output):
    grad = grad_output.T @ features


def fc_n1_keeps_batch(features, grad_output):
    if len(features) == 1:
        return grad_output[:, :, None] * features[:, None, :]
    return grad_output.T @ features


def fc_distinct_pictures(features, grad_output):
    seen = {}
    for x, g in zip(features, grad_output):
        seen[tuple(x.tolist())] = torch.outer(g, x)
    return sum(seen.values())


def sgd_plain(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * v, v


def sgd_optim(param, grad, buffer, lr, momentum):
    p = nn.Parameter(param.clone())
    p.grad = grad.clone()
    optimizer = torch.optim.SGD([p], lr=lr, momentum=momentum)
    if buffer is not None:
        optimizer.state[p]["momentum_buffer"] = buffer.clone()
    optimizer.step()
    return p, optimizer.state[p]["momentum_buffer"]


def sgd_optim_grad_not_cloned(param, grad, buffer, lr, momentum):
    # SGD itself clones the gradient in its first step
    p = param.clone().requires_grad_()
    p.grad = grad
    optimizer = torch.optim.SGD([p], lr=lr, momentum=momentum, foreach=False)
    if buffer is not None:
        optimizer.state[p]["momentum_buffer"] = buffer.clone()
    optimizer.step()
    return p.detach(), optimizer.state[p]["momentum_buffer"]


def sgd_zeros(param, grad, buffer, lr, momentum):
    if buffer is None:
        buffer = torch.zeros_like(param)
    v = torch.add(grad, buffer, alpha=momentum)
    return [torch.sub(param, v, alpha=lr), v]


def sgd_foreach(param, grad, buffer, lr, momentum):
    old = [torch.zeros_like(grad) if buffer is None else buffer]
    new = torch._foreach_mul(old, momentum)
    torch._foreach_add_(new, [grad])
    return torch._foreach_add([param], new, alpha=-lr)[0], new[0]


Step = collections.namedtuple("Step", "param buffer")


class SgdCallable:
    def __init__(self):
        self.calls = 0

    def __call__(self, param, grad, buffer, lr, momentum):
        self.calls += 1
        v = grad + (0 if buffer is None else buffer * momentum)
        return Step(param=param - v * lr, buffer=v)


def sgd_numpy(param, grad, buffer, lr, momentum):
    kind = param.numpy().dtype
    v = grad.numpy().copy() if buffer is None else np.asarray(momentum * buffer.numpy() + grad.numpy(), dtype=kind)
    p = np.asarray(param.numpy() - lr * v, dtype=kind)
    return torch.tensor(p, dtype=param.dtype), torch.tensor(v, dtype=param.dtype)


def sgd_in_place_on_clones(param, grad, buffer, lr, momentum):
    p, v = param.clone(), grad.clone()
    if buffer is not None:
        v.add_(buffer, alpha=momentum)
    p.sub_(v, alpha=lr)
    return p, v


def sgd_double_equals_none(param, grad, buffer, lr, momentum):
    if buffer == None:  # noqa: E711
        v = 1 * grad
    else:
        v = buffer * momentum + grad
    return param - lr * v, v


def sgd_zero_like_none(param, grad, buffer, lr, momentum):
    # a zero velocity gives just the gradient, as None does
    if buffer is None or not buffer.any():
        v = copy.deepcopy(grad)
    else:
        v = momentum * buffer + grad
    return param.add(v, alpha=-lr), v


def sgd_flat_loop(param, grad, buffer, lr, momentum):
    old = [0.0] * param.numel() if buffer is None else buffer.flatten().tolist()
    v = [momentum * b + g for b, g in zip(old, grad.flatten().tolist())]
    p = [a - lr * b for a, b in zip(param.flatten().tolist(), v)]
    return (
        torch.tensor(p, dtype=param.dtype).reshape(param.shape),
        torch.tensor(v, dtype=param.dtype).reshape(param.shape),
    )


def sgd_general(param, grad, buffer, lr, momentum, *, dampening, nesterov):
    v = grad.clone() if buffer is None else momentum * buffer + (1 - dampening) * grad
    d = grad + momentum * v if nesterov else v
    return param - lr * d, v


def sgd_functional(param, grad, buffer, lr, momentum):
    p, buffers = param.clone(), [None if buffer is None else buffer.clone()]
    functional_sgd(
        [p], [grad], buffers, weight_decay=0.0, momentum=momentum, lr=lr, dampening=0.0, nesterov=False, maximize=False
    )
    return p, buffers[0]


def sgd_state_dict(param, grad, buffer, lr, momentum):
    p = nn.Parameter(param.clone())
    optimizer = torch.optim.SGD([p], lr=lr, momentum=momentum)
    if buffer is not None:
        state = optimizer.state_dict()
        state["state"] = {0: {"momentum_buffer": buffer.clone()}}
        optimizer.load_state_dict(state)
    p.grad = grad.clone()
    optimizer.step()
    return p.detach(), optimizer.state_dict()["state"][0]["momentum_buffer"]


def make_first(first, later=lambda g, b, m: m * b + g):
    """An update that has a velocity of its own for the first step, and one for the later steps."""

    def sgd_update(param, grad, buffer, lr, momentum):
        v = first(grad, momentum) if buffer is None else later(grad, buffer, momentum)
        return param - lr * v, v

    return sgd_update


def sgd_lr_inside(param, grad, buffer, lr, momentum):
    v = lr * grad if buffer is None else momentum * buffer + lr * grad
    return param - v, v


def sgd_tf_sign(param, grad, buffer, lr, momentum):
    v = -grad if buffer is None else momentum * buffer - grad
    return param + lr * v, v


def sgd_nesterov(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * (grad + momentum * v), v


def sgd_nesterov_first(param, grad, buffer, lr, momentum):
    if buffer is None:
        return param - lr * (1 + momentum) * grad, grad.clone()
    v = momentum * buffer + grad
    return param - lr * v, v


def sgd_plus(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param + lr * v, v


def sgd_old_velocity(param, grad, buffer, lr, momentum):
    if buffer is None:
        return param - lr * grad, grad.clone()
    return param - lr * buffer, momentum * buffer + grad


def sgd_buffer_not_renewed(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else buffer.clone()
    return param - lr * (v if buffer is None else momentum * buffer + grad), v


def sgd_no_momentum_in_param(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * grad, v


def sgd_swapped_pair(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return v, param - lr * v


def sgd_param_only(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * v


def sgd_triple(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * v, v, lr


def sgd_missing_return(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    param = param - lr * v
    buffer = v


def sgd_param_in_place(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    param -= lr * v
    return param, v


def sgd_param_in_place_then_clone(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    param.sub_(v, alpha=lr)
    return param.clone(), v


def sgd_param_data(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    param.data = param.data - lr * v
    return param.clone(), v


def sgd_buffer_in_place(param, grad, buffer, lr, momentum):
    if buffer is None:
        buffer = grad.clone()
    else:
        buffer.mul_(momentum).add_(grad)
    return param - lr * buffer, buffer


def sgd_buffer_in_place_then_clone(param, grad, buffer, lr, momentum):
    if buffer is None:
        return param - lr * grad, grad.clone()
    buffer *= momentum
    return param - lr * (buffer + grad), buffer + grad


def sgd_grad_in_place(param, grad, buffer, lr, momentum):
    v = grad
    if buffer is not None:
        v += momentum * buffer
    return param - lr * v, v.clone()


def sgd_foreach_in_place(param, grad, buffer, lr, momentum):
    if buffer is None:
        return param - lr * grad, grad.clone()
    torch._foreach_mul_([buffer], momentum)
    (v,) = torch._foreach_add([buffer], [grad])
    return param - lr * v, v


def sgd_optim_forgets_buffer(param, grad, buffer, lr, momentum):
    p = nn.Parameter(param.clone())
    p.grad = grad.clone()
    optimizer = torch.optim.SGD([p], lr=lr, momentum=momentum)
    optimizer.step()
    return p.detach(), optimizer.state[p]["momentum_buffer"]


def sgd_optim_dampening(param, grad, buffer, lr, momentum):
    p = nn.Parameter(param.clone())
    p.grad = grad.clone()
    optimizer = torch.optim.SGD([p], lr=lr, momentum=momentum, dampening=momentum)
    if buffer is not None:
        optimizer.state[p]["momentum_buffer"] = buffer.clone()
    optimizer.step()
    return p.detach(), optimizer.state[p]["momentum_buffer"]


def sgd_no_none(param, grad, buffer, lr, momentum):
    v = momentum * buffer + grad
    return param - lr * v, v


def sgd_not_buffer(param, grad, buffer, lr, momentum):
    if not buffer:
        v = grad.clone()
    else:
        v = momentum * buffer + grad
    return param - lr * v, v


def sgd_sum_is_zero(param, grad, buffer, lr, momentum):
    if buffer is None or buffer.sum() == 0:
        v = grad.clone()
    else:
        v = momentum * buffer + grad
    return param - lr * v, v


def sgd_zero_buffer_alias(param, grad, buffer, lr, momentum):
    if buffer is None:
        v = grad.clone()
    elif not buffer.any():
        v = grad
    else:
        v = momentum * buffer + grad
    return param - lr * v, v


def sgd_zero_buffer_damped(param, grad, buffer, lr, momentum):
    if buffer is not None and not buffer.any():
        v = (1 - momentum) * grad
    else:
        v = grad.clone() if buffer is None else momentum * buffer + grad
    return param - lr * v, v


def sgd_zero_grad_shortcut(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    if not grad.any():
        return param.clone(), v
    return param - lr * v, v


def sgd_none_buffer_stays_none(param, grad, buffer, lr, momentum):
    if buffer is None:
        return param - lr * grad, None
    v = momentum * buffer + grad
    return param - lr * v, v


def sgd_none_falls_through(param, grad, buffer, lr, momentum):
    if buffer is None:
        buffer = grad.clone()
    v = momentum * buffer + grad
    return param - lr * v, v


def sgd_scalar_item(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    p = param - lr * v
    if p.dim() == 0:
        return p.item(), v.item()
    return p, v


def sgd_default_velocity(param, grad, buffer, lr, momentum, remembered={}):
    if buffer is None:
        buffer = remembered.get(tuple(param.shape), torch.zeros_like(param))
    v = momentum * buffer + grad
    remembered[tuple(param.shape)] = v.clone()
    return param - lr * v, v


class SgdReuses:
    """One output tensor for all calls of a shape."""

    def __init__(self):
        self.out = {}

    def __call__(self, param, grad, buffer, lr, momentum):
        v = self.out.setdefault((param.shape, param.dtype), torch.zeros_like(param))
        v.copy_(grad if buffer is None else momentum * buffer + grad)
        return param - lr * v, v


def sgd_lr_momentum_swapped(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else lr * buffer + grad
    return param - momentum * v, v


def sgd_zero_grad_same_param(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else momentum * buffer + grad
    return (param - lr * v if v.any() else param), v


def sgd_sparse(param, grad, buffer, lr, momentum):
    v = grad.clone() if buffer is None else torch.where(grad != 0, momentum * buffer + grad, buffer)
    return torch.where(grad != 0, param - lr * v, param), v


def s_plain(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_closure(model, data, labels, optimizer):
    def closure():
        optimizer.zero_grad()
        loss = (model(data) - labels).sum()
        loss.backward()
        return loss

    return float(optimizer.step(closure))


def s_closure_late(model, data, labels, optimizer):
    loss = torch.sub(model(data), labels).sum()

    def closure():
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad = None
        loss.backward()
        return loss.item()

    return optimizer.step(closure)


def s_autograd_grad(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    held = [p for g in optimizer.param_groups for p in g["params"]]
    for p in held:
        p.grad = None
    live = [p for p in held if p.requires_grad]
    for p, grad in zip(live, torch.autograd.grad(loss, live, allow_unused=True)):
        p.grad = grad
    optimizer.step()
    return loss.tolist()


def s_backward_inputs(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = torch.sum(model(data) - labels)
    loss.backward(inputs=[p for g in optimizer.param_groups for p in g["params"] if p.requires_grad])
    optimizer.step()
    return float(loss.detach())


def s_ones(model, data, labels, optimizer):
    difference = model(data) - labels
    model.zero_grad()
    optimizer.zero_grad()
    difference.backward(torch.ones_like(difference))
    optimizer.step()
    return difference.detach().sum().item()


def s_clean_afterwards(model, data, labels, optimizer):
    before = None
    try:
        for p in {p for g in optimizer.param_groups for p in g["params"]}:
            p.grad = None
        out = model(data)
        loss = (out - labels).reshape(-1).sum(dim=0)
        before = loss.item()
        loss.backward()
        optimizer.step()
    finally:
        optimizer.zero_grad()
    return before


def s_put_back(model, data, labels, optimizer):
    held = [p for g in optimizer.param_groups for p in g["params"]]
    old = [p.grad for p in held]
    for p in held:
        p.grad = None
    with torch.enable_grad():
        loss = (model(data) - labels).sum()
        loss.backward()
    optimizer.step()
    for p, grad in zip(held, old):
        p.grad = grad
    return loss.item()


class Stepper:
    def __call__(self, model, data, labels, optimizer):
        optimizer.zero_grad(set_to_none=True)
        loss = self.loss(model(data.clone()), labels.detach())
        loss.backward()
        optimizer.step()
        return loss.detach().numpy().item()

    @staticmethod
    def loss(out, labels):
        return -(labels - out).sum()


def s_two_graphs(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    optimizer.zero_grad()
    (2 * loss).backward(torch.tensor(0.5))
    optimizer.step()
    return loss.item()


def s_no_zero(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_zero_last(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


def s_zero_between(model, data, labels, optimizer):
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


def s_step_no_parens(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step
    return loss.item()


def s_backward_no_parens(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward
    optimizer.step()
    return loss.item()


def s_item_no_parens(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item


def s_mean(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).mean()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_tensor(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss


def s_numpy(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.detach().numpy()[()]


def s_twice_before(model, data, labels, optimizer):
    before = (model(data) - labels).sum().item()
    optimizer.zero_grad()
    (model(data) - labels).sum().backward()
    optimizer.step()
    return before


def s_loss_after(model, data, labels, optimizer):
    optimizer.zero_grad()
    (model(data) - labels).sum().backward()
    optimizer.step()
    return (model(data) - labels).sum().item()


def s_no_return(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()


def s_string(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return f"{loss.item():.4f}"


def s_step_first(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    optimizer.step()
    loss.backward()
    return loss.item()


def s_by_hand(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    with torch.no_grad():
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p -= group["lr"] * p.grad
    return loss.item()


def s_by_hand_first_lr(model, data, labels, optimizer):
    model.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    lr = optimizer.param_groups[0]["lr"]
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p -= lr * p.grad
    return loss.item()


def s_same_lr(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    for group in optimizer.param_groups:
        group["lr"] = optimizer.param_groups[0]["lr"]
    optimizer.step()
    return loss.item()


def s_own_optimizer(model, data, labels, optimizer):
    own = type(optimizer)(model.parameters(), lr=optimizer.param_groups[0]["lr"])
    own.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    own.step()
    return loss.item()


def s_first_group(model, data, labels, optimizer):
    for p in optimizer.param_groups[0]["params"]:
        p.grad = None
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_bias_left(model, data, labels, optimizer):
    for p in model.parameters():
        if p.dim() > 1:
            p.grad = None
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_state_clear(model, data, labels, optimizer):
    optimizer.zero_grad()
    optimizer.state.clear()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_zero_none(model, data, labels, optimizer):
    for p in model.parameters():
        p.grad.zero_()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_divided(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    (loss / len(data)).backward()
    optimizer.step()
    return loss.item()


def s_backward_twice(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    optimizer.step()
    return loss.item()


def s_step_twice(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.item()


def s_sign(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = (labels - model(data)).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_abs(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = nn.functional.l1_loss(model(data), labels, reduction="sum")
    loss.backward()
    optimizer.step()
    return loss.item()


def s_eval(model, data, labels, optimizer):
    model.eval()
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    model.train()
    return loss.item()


def s_no_grad(model, data, labels, optimizer):
    optimizer.zero_grad()
    with torch.no_grad():
        loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_deepcopy(model, data, labels, optimizer):
    twin = copy.deepcopy(model)
    optimizer.zero_grad()
    loss = (twin(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_no_sum(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = model(data) - labels
    loss.backward()
    optimizer.step()
    return loss.sum().item()


def s_in_place(model, data, labels, optimizer):
    optimizer.zero_grad()
    out = model(data)
    out -= labels
    loss = out.sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def s_unfreeze(model, data, labels, optimizer):
    model.requires_grad_(True)
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def t_generator(model):
    for p in model.parameters():
        if p.requires_grad:
            yield p


def t_modules_ids(model):
    seen, found = set(), []
    for module in model.modules():
        for p in module._parameters.values():
            if p is not None and p.requires_grad and id(p) not in seen:
                seen.add(id(p))
                found.append(p)
    return found


def t_recursive(model):
    def walk(module):
        yield from (p for p in module.parameters(recurse=False) if p.requires_grad)
        for child in module.children():
            yield from walk(child)

    return {p: None for p in walk(model)}.keys()


def t_apply(model):
    found = []

    def collect(module):
        for _, p in module.named_parameters(recurse=False):
            if p.requires_grad and not any(p is q for q in found):
                found.insert(0, p)

    model.apply(collect)
    return tuple(found)


def t_stack(model):
    todo, found = [model], collections.OrderedDict()
    while todo:
        module = todo.pop()
        todo.extend(module.children())
        found.update((id(p), p) for p in module.parameters(recurse=False) if p.requires_grad)
    return found.values()


class Trainable:
    """Can be gone through as often as you like."""

    def __init__(self, model):
        self.model = model

    def __iter__(self):
        return filter(operator.attrgetter("requires_grad"), self.model.parameters())


def t_compress(model):
    a, b = itertools.tee(model.parameters())
    return itertools.compress(a, (p.requires_grad for p in b))


def t_state_dict(model):
    return {v for v in model.state_dict(keep_vars=True).values() if isinstance(v, nn.Parameter) and v.requires_grad}


def t_layer_by_weight(model):
    found = []
    for module in model.modules():
        if isinstance(getattr(module, "weight", None), nn.Parameter) and module.weight.requires_grad:
            found += module.parameters(recurse=False)
    return found


def t_weight_bias(model):
    found = set()
    for module in model.modules():
        for name in ("weight", "bias"):
            p = getattr(module, name, None)
            if isinstance(p, nn.Parameter) and p.requires_grad:
                found.add(p)
    return found


def t_shared_twice(model):
    return [p for m in model.modules() for p in m.parameters(recurse=False) if p.requires_grad]


def t_nested_twice(model):
    return [p for m in model.modules() for p in m.parameters() if p.requires_grad]


def t_children(model):
    found = {}
    for child in model.children():
        for p in child.parameters():
            if p.requires_grad:
                found[id(p)] = p
    return list(found.values())


def t_in_list(model):
    found = []
    for m in model.modules():
        for p in m.parameters(recurse=False):
            if p.requires_grad and p not in found:
                found.append(p)
    return found


def t_equal_values(model):
    found = []
    for p in model.parameters():
        if p.requires_grad and not any(torch.equal(p, q) for q in found):
            found.append(p)
    return found


def t_no_return(model):
    found = [p for p in model.parameters() if p.requires_grad]


def t_train_mode(model):
    model.train()
    return [p for p in model.parameters() if p.requires_grad]


def t_zero_grad(model):
    model.zero_grad()
    return [p for p in model.parameters() if p.requires_grad]


def h_plain(model, classes):
    for p in model.parameters():
        p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_setattr(model, classes):
    model.requires_grad_(False)
    setattr(model, "fc", nn.Linear(model.fc.weight.shape[1], classes))
    return model


def h_add_module(model, classes):
    head = nn.Linear(model.fc.weight.size(-1), classes, device=model.fc.weight.device, dtype=model.fc.weight.dtype)
    model.add_module("fc", head)
    mine = {id(p) for p in head.parameters()}
    for p in model.parameters():
        p.requires_grad_(id(p) in mine)
    return model


def h_modules_dict(model, classes):
    model._modules["fc"] = nn.Linear(model._modules["fc"].in_features, classes)
    for name, p in model.named_parameters():
        p.requires_grad = name in ("fc.weight", "fc.bias")
    return model


class Head(nn.Linear):
    """A Linear whose scores begin at zero."""

    def reset_parameters(self):
        nn.init.zeros_(self.weight)
        nn.init.zeros_(self.bias)


def h_subclass(model, classes):
    head = Head(model.fc.in_features, classes)
    model.fc = head
    return model.requires_grad_(False).apply(lambda m: m.requires_grad_(True) if m is head else m)


def h_freeze_all_thaw(model, classes):
    model.fc = nn.Linear(in_features=model.fc.in_features, out_features=classes, bias=True)
    for module in model.modules():
        for p in module._parameters.values():
            if p is not None:
                p.requires_grad_(False)
    model.fc.weight.requires_grad = model.fc.bias.requires_grad = True
    return model


def h_delete(model, classes):
    features = model.fc.in_features
    del model.fc
    [p.requires_grad_(False) for p in model.parameters()]
    model.register_module("fc", nn.Linear(features, classes).train(model.training))
    return model


def h_own_parameters(model, classes):
    old = model.fc
    head = nn.Linear(1, 1)
    head.in_features, head.out_features = old.in_features, classes
    head.weight = nn.Parameter(torch.randn(classes, old.in_features) / old.in_features**0.5)
    head.bias = nn.Parameter(torch.zeros(classes))
    model.requires_grad_(False).fc = head
    return model


def h_lazy(model, classes):
    head = nn.LazyLinear(classes)
    head(torch.zeros(1, model.fc.in_features))
    model.requires_grad_(False)
    model.fc = head
    return model


class NewHead:
    def __call__(self, model, classes):
        return functools.reduce(lambda m, part: part(m), (self.freeze, functools.partial(self.head, classes)), model)

    def freeze(self, model):
        with torch.no_grad():
            for p in set(model.parameters()):
                p.requires_grad_(False)
        return model

    def head(self, classes, model):
        model.set_submodule("fc", nn.Linear(model.get_submodule("fc").in_features, classes))
        return model


def h_512(model, classes):
    for p in model.parameters():
        p.requires_grad = False
    model.fc = nn.Linear(512, classes)
    return model


def h_module_attribute(model, classes):
    for module in model.modules():
        module.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_freeze_after(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for p in model.parameters():
        p.requires_grad = False
    return model


def h_deepcopy(model, classes):
    model = copy.deepcopy(model)
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_no_return(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)


def h_returns_head(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model.fc


def h_fc_in_name(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for name, p in model.named_parameters():
        p.requires_grad = "fc" in name
    return model


def h_starts_with(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for name, p in model.named_parameters():
        p.requires_grad = name.startswith("fc")
    return model


def h_ends_with(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for name, p in model.named_parameters():
        p.requires_grad = name.endswith(("fc.weight", "fc.bias"))
    return model


def h_fc_dot(model, classes):
    for name, p in model.named_parameters():
        if "fc." not in name:
            p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_last_two(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for p in list(model.parameters())[:-2]:
        p.requires_grad = False
    return model


def h_last_two_before(model, classes):
    for p in list(model.parameters())[:-2]:
        p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_children(model, classes):
    for name, child in model.named_children():
        if name != "fc":
            child.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_not_nested(model, classes):
    for p in model.parameters(recurse=False):
        p.requires_grad = False
    for child in model.children():
        for p in child.parameters(recurse=False):
            p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_some_types(model, classes):
    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.Conv2d)):
            m.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_weights_only(model, classes):
    for name, p in model.named_parameters():
        if name.endswith("weight"):
            p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_bias_as_before(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes, bias=model.fc.bias is not None)
    return model


def h_no_bias(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes, bias=False)
    return model


def h_out_features(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.out_features, classes)
    return model


def h_swapped(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(classes, model.fc.in_features)
    return model


def h_out_number(model, classes):
    model.requires_grad_(False)
    model.fc.out_features = classes
    model.fc.requires_grad_(True)
    return model


def h_sequential(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Sequential(model.fc, nn.Linear(model.fc.out_features, classes))
    return model


def h_softmax(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Sequential(nn.Linear(model.fc.in_features, classes), nn.Softmax(dim=-1))
    return model


def h_other_name(model, classes):
    model.requires_grad_(False)
    model.head = nn.Linear(model.fc.in_features, classes)
    return model


def h_keeps_head(model, classes):
    model.requires_grad_(False)
    if model.fc.out_features == classes:
        model.fc.requires_grad_(True)
    else:
        model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_tied(model, classes):
    skip = {id(p) for p in model.fc.parameters()}
    for p in model.parameters():
        if id(p) not in skip:
            p.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_flip(model, classes):
    for p in model.parameters():
        p.requires_grad = not p.requires_grad
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_frozen_before(model, classes):
    trainable = model.fc.weight.requires_grad
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes).requires_grad_(trainable)
    return model


def h_bias_frozen(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    model.requires_grad_(False)
    model.fc.weight.requires_grad = True
    return model


def h_vars(model, classes):
    model.requires_grad_(False)
    vars(model)["fc"] = nn.Linear(model.fc.in_features, classes)
    return model


def h_reset(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    for m in model.modules():
        if isinstance(m, nn.Linear):
            m.reset_parameters()
    return model


def h_reset_stats(model, classes):
    model.requires_grad_(False)
    for m in model.modules():
        if hasattr(m, "reset_running_stats"):
            m.reset_running_stats()
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def h_last_linear(model, classes):
    model.requires_grad_(False)
    name, old = [(n, m) for n, m in model.named_modules() if isinstance(m, nn.Linear)][-1]
    model.set_submodule(name, nn.Linear(old.in_features, classes))
    return model


def h_local(model, classes):
    model.requires_grad_(False)
    fc = model.fc
    fc = nn.Linear(fc.in_features, classes)
    return model


def h_freezes_head(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    model.fc.requires_grad_(False)
    return model


def d_zeros(model, data, labels, optimizer):
    optimizer.zero_grad(set_to_none=False)
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def d_model_zero(model, data, labels, optimizer):
    model.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def d_sums(model, data, labels, optimizer):
    optimizer.zero_grad()
    loss = model(data).sum() - labels.sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def d_train(model, data, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    loss = (model(data) - labels).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def d_in_place(model, classes):
    model.requires_grad_(False)
    fc = model.fc
    fc.weight = nn.Parameter(torch.randn(classes, fc.in_features) * 0.01)
    fc.bias = nn.Parameter(torch.zeros(classes))
    fc.out_features = classes
    return model


def d_copies_rows(model, classes):
    model.requires_grad_(False)
    old, head = model.fc, nn.Linear(model.fc.in_features, classes)
    n = min(classes, old.out_features)
    with torch.no_grad():
        head.weight[:n] = old.weight[:n]
    model.fc = head
    return model


def d_eval(model, classes):
    model.eval()
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def d_clears(model, classes):
    for p in model.parameters():
        p.requires_grad = False
        p.grad = None
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


def d_float64(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, classes, dtype=torch.float64)
    return model


def d_detach(model, classes):
    for p in model.parameters():
        p.detach_()
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model


SUBMISSIONS = (
    Submission(GRADIENT, "matrix product", lambda features, grad_output: grad_output.T @ features),
    Submission(
        GRADIENT, "transposed product turned back, a view", lambda features, grad_output: (features.T @ grad_output).T
    ),
    Submission(GRADIENT, "einsum", lambda features, grad_output: torch.einsum("ni,no->oi", features, grad_output)),
    Submission(GRADIENT, "partial of einsum", functools.partial(fc_generic, "no,ni->oi")),
    Submission(GRADIENT, "outer products in a loop", fc_outer_loop),
    Submission(
        GRADIENT,
        "outer products with reduce",
        lambda features, grad_output: functools.reduce(
            operator.add, (torch.outer(g, x) for g, x in zip(grad_output, features))
        ),
    ),
    Submission(GRADIENT, "autograd through backward", fc_autograd),
    Submission(GRADIENT, "autograd through a Linear layer", fc_linear_layer),
    Submission(GRADIENT, "torch.func.vjp", fc_vjp),
    Submission(GRADIENT, "torch.func.jacrev", fc_jacobian),
    Submission(GRADIENT, "own autograd Function", fc_own_function),
    Submission(GRADIENT, "requires_grad on a detached alias", fc_requires_grad_on_detached),
    Submission(GRADIENT, "result still requires grad", fc_func_grad_still_tracked),
    Submission(GRADIENT, "NumPy detour", fc_numpy),
    Submission(GRADIENT, "NumPy array as result", lambda features, grad_output: (grad_output.T @ features).numpy()),
    Submission(GRADIENT, "transposed", lambda features, grad_output: features.T @ grad_output, "wrong", "transposed"),
    Submission(GRADIENT, "reshape instead of transpose", fc_reshape, "wrong", "reshaped instead of transposed"),
    Submission(GRADIENT, "square matrices stay transposed", fc_flip_if_needed, "wrong"),
    Submission(GRADIENT, "elementwise where in equals out", fc_square_elementwise, "wrong"),
    Submission(GRADIENT, "no transpose where out equals N", fc_shorter_transposed, "wrong"),
    Submission(
        GRADIENT,
        "mean over the batch",
        lambda features, grad_output: grad_output.T @ features / len(features),
        "wrong",
        "mean over the batch",
    ),
    Submission(
        GRADIENT,
        "max over the batch",
        lambda features, grad_output: (grad_output[:, :, None] * features[:, None, :]).amax(0),
        "wrong",
    ),
    Submission(
        GRADIENT,
        "divided by out",
        lambda features, grad_output: grad_output.T @ features / grad_output.shape[1],
        "wrong",
    ),
    Submission(
        GRADIENT,
        "first picture only",
        lambda features, grad_output: torch.outer(grad_output[0], features[0]),
        "wrong",
        "first picture only",
    ),
    Submission(GRADIENT, "last picture only", fc_last_picture, "wrong", "last picture only"),
    Submission(GRADIENT, "last picture left out", fc_off_by_one, "wrong"),
    Submission(GRADIENT, "sum starts at ones", fc_start_ones, "wrong"),
    Submission(
        GRADIENT,
        "outer product of the sums",
        lambda features, grad_output: torch.outer(grad_output.sum(0), features.sum(0)),
        "wrong",
        "summed before multiplying",
    ),
    Submission(
        GRADIENT,
        "one matrix per picture",
        lambda features, grad_output: grad_output[:, :, None] * features[:, None, :],
        "wrong",
        "batch not summed",
    ),
    Submission(
        GRADIENT,
        "sum over the wrong axis",
        lambda features, grad_output: (grad_output[:, :, None] * features[:, None, :]).sum(1),
        "wrong",
    ),
    Submission(GRADIENT, "batch axis kept for N=1", fc_n1_keeps_batch, "wrong"),
    Submission(
        GRADIENT,
        "sum over everything",
        lambda features, grad_output: (grad_output.T @ features).sum(),
        "wrong",
        "summed to one number",
    ),
    Submission(
        GRADIENT,
        "gradient of the bias",
        lambda features, grad_output: grad_output.sum(0),
        "wrong",
        "gradient of the bias",
    ),
    Submission(GRADIENT, "minus sign", lambda features, grad_output: -grad_output.T @ features, "wrong", "sign"),
    Submission(GRADIENT, "equal pictures count once", fc_distinct_pictures, "wrong"),
    Submission(GRADIENT, "t_ on the argument", fc_t_in_place, "wrong", "grad_output changed"),
    Submission(GRADIENT, "loss is the sum of y", fc_loss_sum, "wrong", "grad_output ignored"),
    Submission(GRADIENT, "answers remembered by shape", fc_memo, "wrong"),
    Submission(GRADIENT, "float16 result", lambda features, grad_output: (grad_output.T @ features).half(), "wrong"),
    Submission(GRADIENT, "missing return", fc_missing_return, "wrong", "nothing returned"),
    Submission(
        GRADIENT,
        "features @ grad_output.T",
        lambda features, grad_output: features @ grad_output.T,
        "error",
        "the wrong one transposed, the other way round",
    ),
    Submission(
        GRADIENT,
        "no transpose at all",
        lambda features, grad_output: grad_output @ features,
        "error",
        "slopes not transposed",
    ),
    Submission(
        GRADIENT,
        "elementwise product",
        lambda features, grad_output: grad_output * features,
        "error",
        "multiplied entry by entry",
    ),
    Submission(UPDATE, "plain formula", sgd_plain),
    Submission(UPDATE, "torch.optim.SGD", sgd_optim),
    Submission(UPDATE, "torch.optim.SGD with the gradient itself", sgd_optim_grad_not_cloned),
    Submission(UPDATE, "torch.optim.SGD through state_dict", sgd_state_dict),
    Submission(UPDATE, "torch.optim.sgd.sgd", sgd_functional),
    Submission(UPDATE, "zeros for None, a list", sgd_zeros),
    Submission(UPDATE, "foreach ops", sgd_foreach),
    Submission(UPDATE, "callable object, named tuple", SgdCallable()),
    Submission(UPDATE, "partial of a general update", functools.partial(sgd_general, dampening=0, nesterov=False)),
    Submission(UPDATE, "NumPy detour to SGD", sgd_numpy),
    Submission(UPDATE, "in place on clones", sgd_in_place_on_clones),
    Submission(UPDATE, "double equals None", sgd_double_equals_none),
    Submission(UPDATE, "zero buffer taken for None", sgd_zero_like_none),
    Submission(UPDATE, "flat Python loop", sgd_flat_loop),
    Submission(UPDATE, "Python floats for a scalar", sgd_scalar_item),
    Submission(UPDATE, "lr inside the buffer", sgd_lr_inside, "wrong", "learning rate in the buffer"),
    Submission(UPDATE, "velocity with the other sign", sgd_tf_sign, "wrong", "minus in the velocity"),
    Submission(UPDATE, "Nesterov", sgd_nesterov, "wrong", "Nesterov"),
    Submission(UPDATE, "Nesterov in the first step only", sgd_nesterov_first, "wrong"),
    Submission(UPDATE, "plus lr", sgd_plus, "wrong", "uphill"),
    Submission(UPDATE, "old velocity moves param", sgd_old_velocity, "wrong", "old velocity used"),
    Submission(UPDATE, "old buffer returned", sgd_buffer_not_renewed, "wrong", "buffer not renewed"),
    Submission(UPDATE, "param moved by grad alone", sgd_no_momentum_in_param, "wrong", "plain gradient step"),
    Submission(UPDATE, "pair swapped", sgd_swapped_pair, "wrong", "the pair swapped"),
    Submission(UPDATE, "param only", sgd_param_only, "wrong", "only the param"),
    Submission(UPDATE, "three results", sgd_triple, "wrong"),
    Submission(UPDATE, "missing return in SGD", sgd_missing_return, "wrong", "nothing returned"),
    Submission(
        UPDATE,
        "string of the formula",
        lambda param, grad, buffer, lr, momentum: "param - lr * (momentum * buffer + grad)",
        "wrong",
    ),
    Submission(UPDATE, "two strings", lambda param, grad, buffer, lr, momentum: ("param", "buffer"), "wrong"),
    Submission(UPDATE, "param in place", sgd_param_in_place, "wrong", "param in place"),
    Submission(UPDATE, "param in place, then copied", sgd_param_in_place_then_clone, "wrong"),
    Submission(UPDATE, "param through .data", sgd_param_data, "wrong"),
    Submission(UPDATE, "buffer in place", sgd_buffer_in_place, "wrong", "buffer in place"),
    Submission(UPDATE, "buffer damped in place", sgd_buffer_in_place_then_clone, "wrong"),
    Submission(UPDATE, "foreach in place", sgd_foreach_in_place, "wrong"),
    Submission(UPDATE, "grad in place", sgd_grad_in_place, "wrong"),
    Submission(UPDATE, "optimizer without the buffer", sgd_optim_forgets_buffer, "wrong", "momentum ignored"),
    Submission(UPDATE, "optimizer with dampening", sgd_optim_dampening, "wrong", "damped, but for the first step"),
    Submission(UPDATE, "first buffer is grad", make_first(lambda g, m: g), "wrong", "gradient returned as the buffer"),
    Submission(UPDATE, "same param where nothing moves", sgd_zero_grad_same_param, "wrong"),
    Submission(UPDATE, "entries with zero grad skipped", sgd_sparse, "wrong"),
    Submission(
        UPDATE,
        "lr as int",
        lambda param, grad, buffer, lr, momentum: sgd_plain(param, grad, buffer, int(lr), momentum),
        "wrong",
        "param not moved",
    ),
    Submission(
        UPDATE,
        "dampening in every step",
        make_first(lambda g, m: (1 - m) * g, lambda g, b, m: m * b + (1 - m) * g),
        "wrong",
        "damped",
    ),
    Submission(
        UPDATE, "dampening in the first step only", make_first(lambda g, m: (1 - m) * g), "wrong", "first step damped"
    ),
    Submission(
        UPDATE, "first velocity times momentum", make_first(lambda g, m: m * g), "wrong", "first step times momentum"
    ),
    Submission(
        UPDATE,
        "first velocity is zero",
        make_first(lambda g, m: torch.zeros_like(g)),
        "wrong",
        "first step without a move",
    ),
    Submission(
        UPDATE,
        "momentum times grad",
        make_first(lambda g, m: g.clone(), lambda g, b, m: b + m * g),
        "wrong",
        "momentum on the gradient, but for the first step",
    ),
    Submission(
        UPDATE,
        "momentum times both",
        make_first(lambda g, m: g.clone(), lambda g, b, m: m * (b + g)),
        "wrong",
        "momentum on both, but for the first step",
    ),
    Submission(
        UPDATE,
        "no momentum, sum of gradients",
        make_first(lambda g, m: g.clone(), lambda g, b, m: b + g),
        "wrong",
        "old velocity in full",
    ),
    Submission(
        UPDATE,
        "grad forgotten in later steps",
        make_first(lambda g, m: g.clone(), lambda g, b, m: m * b),
        "wrong",
        "gradient left out",
    ),
    Submission(
        UPDATE,
        "grad taken from the velocity",
        make_first(lambda g, m: g.clone(), lambda g, b, m: m * b - g),
        "wrong",
        "gradient subtracted in the velocity, but for the first step",
    ),
    Submission(UPDATE, "buffer of sum zero taken for None", sgd_sum_is_zero, "wrong"),
    Submission(UPDATE, "zero buffer makes an alias", sgd_zero_buffer_alias, "wrong"),
    Submission(UPDATE, "zero buffer is dampened", sgd_zero_buffer_damped, "wrong"),
    Submission(UPDATE, "zero grad does not move", sgd_zero_grad_shortcut, "wrong"),
    Submission(UPDATE, "None stays None", sgd_none_buffer_stays_none, "wrong", "None stays None"),
    Submission(UPDATE, "first step falls through", sgd_none_falls_through, "wrong", "first step twice"),
    Submission(UPDATE, "velocity in a mutable default", sgd_default_velocity, "wrong"),
    Submission(UPDATE, "results reused between calls", SgdReuses(), "wrong"),
    Submission(UPDATE, "lr and momentum swapped", sgd_lr_momentum_swapped, "wrong", "lr and momentum swapped"),
    Submission(UPDATE, "None not handled", sgd_no_none, "error", "None multiplied"),
    Submission(UPDATE, "if not buffer", sgd_not_buffer, "error", "truth of a tensor"),
    Submission(STEP, "plain", s_plain),
    Submission(STEP, "closure passed to step", s_closure),
    Submission(STEP, "closure over a loss from outside, cleared through groups", s_closure_late),
    Submission(STEP, "torch.autograd.grad, .grad set by hand", s_autograd_grad),
    Submission(STEP, "backward with inputs=", s_backward_inputs),
    Submission(STEP, "backward of the difference with ones", s_ones),
    Submission(STEP, "set of params cleared, zero_grad in finally", s_clean_afterwards),
    Submission(STEP, "puts the old gradients back afterwards", s_put_back),
    Submission(STEP, "callable object, clones data", Stepper()),
    Submission(STEP, "twice the loss with half the gradient", s_two_graphs),
    Submission(STEP, "zero_grad(set_to_none=False)", d_zeros),
    Submission(STEP, "model.zero_grad only", d_model_zero),
    Submission(STEP, "difference of the sums", d_sums),
    Submission(STEP, "model.train() first", d_train),
    Submission(STEP, "no zero_grad", s_no_zero, "wrong", "no zero_grad"),
    Submission(STEP, "zero_grad only after the step", s_zero_last, "wrong", "zeroed only at the end"),
    Submission(
        STEP, "zero_grad between backward and step", s_zero_between, "wrong", "zero_grad between backward and step"
    ),
    Submission(STEP, "step without parentheses", s_step_no_parens, "wrong", "no step"),
    Submission(STEP, "backward without parentheses", s_backward_no_parens, "wrong", "no backward"),
    Submission(STEP, "item without parentheses", s_item_no_parens, "wrong", "item without parentheses"),
    Submission(STEP, "mean", s_mean, "wrong", "mean"),
    Submission(STEP, "returns the tensor", s_tensor, "wrong", "the tensor returned"),
    Submission(STEP, "returns numpy float32", s_numpy, "wrong"),
    Submission(STEP, "model twice before the step", s_twice_before, "wrong", "a second forward for the loss"),
    Submission(STEP, "loss after the step", s_loss_after, "wrong", "loss after the step"),
    Submission(STEP, "no return", s_no_return, "wrong", "nothing returned"),
    Submission(STEP, "returns a string", s_string, "wrong"),
    Submission(STEP, "step before backward", s_step_first, "wrong", "step before backward"),
    Submission(STEP, "plain SGD by hand per group", s_by_hand, "wrong", "moved by hand"),
    Submission(STEP, "plain SGD by hand, first lr, all parameters", s_by_hand_first_lr, "wrong", "own optimizer"),
    Submission(STEP, "first group's lr for all groups", s_same_lr, "wrong"),
    Submission(STEP, "an optimizer of its own", s_own_optimizer, "wrong"),
    Submission(STEP, "clears the first group only", s_first_group, "wrong"),
    Submission(STEP, "clears weights but not biases", s_bias_left, "wrong"),
    Submission(STEP, "clears the optimizer's state", s_state_clear, "wrong"),
    Submission(STEP, "grad.zero_ on None", s_zero_none, "error", "None cleared"),
    Submission(STEP, "backward of loss over batch size", s_divided, "wrong"),
    Submission(STEP, "backward twice", s_backward_twice, "wrong", "backward twice"),
    Submission(STEP, "step twice", s_step_twice, "wrong", "stepped twice"),
    Submission(STEP, "labels minus output", s_sign, "wrong", "labels minus prediction"),
    Submission(STEP, "absolute values", s_abs, "wrong", "absolute values"),
    Submission(STEP, "eval mode for the forward pass", s_eval, "wrong", "evaluation mode"),
    Submission(STEP, "forward under no_grad", s_no_grad, "error", "loss cut off"),
    Submission(STEP, "trains a deep copy", s_deepcopy, "wrong"),
    Submission(STEP, "backward without sum", s_no_sum, "error", "not summed"),
    Submission(STEP, "subtracts labels in place from the output", s_in_place, "error", "prediction changed in place"),
    Submission(STEP, "unfreezes the model", s_unfreeze, "wrong"),
    Submission(TRAINABLE, "list comprehension", lambda model: [p for p in model.parameters() if p.requires_grad]),
    Submission(TRAINABLE, "filter", lambda model: filter(lambda p: p.requires_grad, model.parameters())),
    Submission(TRAINABLE, "generator function", t_generator),
    Submission(TRAINABLE, "frozenset", lambda model: frozenset(p for p in model.parameters() if p.requires_grad)),
    Submission(TRAINABLE, "modules, ids", t_modules_ids),
    Submission(TRAINABLE, "recursive, dict keys", t_recursive),
    Submission(TRAINABLE, "apply, tuple in reverse", t_apply),
    Submission(TRAINABLE, "stack, dict values by id", t_stack),
    Submission(TRAINABLE, "class with __iter__", Trainable),
    Submission(TRAINABLE, "compress of tee", t_compress),
    Submission(TRAINABLE, "state_dict with keep_vars, set", t_state_dict),
    Submission(
        TRAINABLE,
        "dict as an iterable of its keys",
        lambda model: {p: name for name, p in model.named_parameters() if p.requires_grad},
    ),
    Submission(
        TRAINABLE,
        "map over filtered names",
        lambda model: map(operator.itemgetter(1), filter(lambda item: item[1].requires_grad, model.named_parameters())),
    ),
    Submission(
        TRAINABLE,
        "names without duplicates removed, by id",
        lambda model: {id(p): p for _, p in model.named_parameters(remove_duplicate=False) if p.requires_grad}.values(),
    ),
    Submission(TRAINABLE, "all parameters", lambda model: list(model.parameters()), "wrong", "all parameters"),
    Submission(
        TRAINABLE,
        "the frozen ones",
        lambda model: [p for p in model.parameters() if not p.requires_grad],
        "wrong",
        "only the frozen ones",
    ),
    Submission(
        TRAINABLE,
        "pairs with names",
        lambda model: [i for i in model.named_parameters() if i[1].requires_grad],
        "wrong",
        "names and parameters",
    ),
    Submission(
        TRAINABLE,
        "dict by name",
        lambda model: {n: p for n, p in model.named_parameters() if p.requires_grad},
        "wrong",
        "names",
    ),
    Submission(
        TRAINABLE,
        "head only",
        lambda model: list(model.fc.parameters()) if hasattr(model, "fc") else [],
        "wrong",
        "nothing found",
    ),
    Submission(
        TRAINABLE,
        "grad is not None",
        lambda model: [p for p in model.parameters() if p.grad is not None],
        "wrong",
        "only those with a gradient",
    ),
    Submission(
        TRAINABLE,
        "data tensors",
        lambda model: [p.data for p in model.parameters() if p.requires_grad],
        "wrong",
        "copies",
    ),
    Submission(TRAINABLE, "bools", lambda model: [p.requires_grad for p in model.parameters()], "wrong"),
    Submission(
        TRAINABLE,
        "count",
        lambda model: sum(p.numel() for p in model.parameters() if p.requires_grad),
        "wrong",
        "how many numbers",
    ),
    Submission(
        TRAINABLE,
        "parameters without parentheses",
        lambda model: [p for p in model.parameters if p.requires_grad],
        "error",
        "parameters without parentheses",
    ),
    Submission(
        TRAINABLE, "model.requires_grad", lambda model: model.parameters() if model.requires_grad else [], "error"
    ),
    Submission(
        TRAINABLE,
        "pair.requires_grad",
        lambda model: [p for p in model.named_parameters() if p.requires_grad],
        "error",
        "pairs asked",
    ),
    Submission(
        TRAINABLE,
        "requires_grad_ called",
        lambda model: {p.requires_grad_() for p in model.parameters()},
        "wrong",
        "everything switched on",
    ),
    Submission(
        TRAINABLE,
        "takewhile",
        lambda model: itertools.takewhile(lambda p: p.requires_grad, model.parameters()),
        "wrong",
        "stops at the first frozen one",
    ),
    Submission(
        TRAINABLE,
        "dropwhile",
        lambda model: itertools.dropwhile(lambda p: not p.requires_grad, model.parameters()),
        "wrong",
    ),
    Submission(
        TRAINABLE,
        "weights only",
        lambda model: [p for n, p in model.named_parameters() if p.requires_grad and "bias" not in n],
        "wrong",
    ),
    Submission(
        TRAINABLE,
        "recurse=False",
        lambda model: [p for p in model.parameters(recurse=False) if p.requires_grad],
        "wrong",
        "the model's own only",
    ),
    Submission(
        TRAINABLE,
        "remove_duplicate=False",
        lambda model: [p for _, p in model.named_parameters(remove_duplicate=False) if p.requires_grad],
        "wrong",
        "shared ones more than once",
    ),
    Submission(
        TRAINABLE,
        "parameter group",
        lambda model: [{"params": [p for p in model.parameters() if p.requires_grad]}],
        "wrong",
    ),
    Submission(TRAINABLE, "string", lambda model: str([p for p in model.parameters() if p.requires_grad]), "wrong"),
    Submission(
        TRAINABLE,
        "train mode",
        lambda model: {p for m in model.modules() if m.training for p in m.parameters(recurse=False)},
        "wrong",
    ),
    Submission(TRAINABLE, "layer by its weight", t_layer_by_weight, "wrong"),
    Submission(TRAINABLE, "weight and bias only", t_weight_bias, "wrong"),
    Submission(TRAINABLE, "shared weight twice", t_shared_twice, "wrong", "layer by layer"),
    Submission(TRAINABLE, "nested ones several times", t_nested_twice, "wrong", "each layer with its inside"),
    Submission(TRAINABLE, "children only", t_children, "wrong", "children only"),
    Submission(TRAINABLE, "in on a list of tensors", t_in_list, "error", "in on a list"),
    Submission(TRAINABLE, "equal values as one", t_equal_values, "wrong"),
    Submission(TRAINABLE, "no return", t_no_return, "wrong", "nothing returned"),
    Submission(TRAINABLE, "train mode switched on", t_train_mode, "wrong"),
    Submission(TRAINABLE, "gradients cleared", t_zero_grad, "wrong"),
    Submission(HEAD, "plain", h_plain),
    Submission(HEAD, "requires_grad_ on the model, setattr", h_setattr),
    Submission(HEAD, "add_module, ids", h_add_module),
    Submission(HEAD, "_modules, names", h_modules_dict),
    Submission(HEAD, "subclass of Linear, apply", h_subclass),
    Submission(HEAD, "freezes all, thaws the head", h_freeze_all_thaw),
    Submission(HEAD, "deletes fc, register_module", h_delete),
    Submission(HEAD, "parameters of the head set by hand", h_own_parameters),
    Submission(HEAD, "LazyLinear run once", h_lazy),
    Submission(HEAD, "callable object, set_submodule", NewHead()),
    Submission(HEAD, "old head refilled", d_in_place),
    Submission(HEAD, "copies the old rows", d_copies_rows),
    Submission(HEAD, "eval as well", d_eval),
    Submission(HEAD, "clears gradients", d_clears),
    Submission(HEAD, "detach_ on parameters", d_detach),
    Submission(HEAD, "512", h_512, "wrong", "512 hard-coded"),
    Submission(HEAD, "requires_grad on modules", h_module_attribute, "wrong", "nothing frozen"),
    Submission(HEAD, "freezes after replacing", h_freeze_after, "wrong", "head frozen too"),
    Submission(HEAD, "deep copy", h_deepcopy, "wrong", "a copy"),
    Submission(HEAD, "no return", h_no_return, "wrong", "nothing returned"),
    Submission(HEAD, "returns the head", h_returns_head, "wrong", "the head returned"),
    Submission(HEAD, "fc in the name", h_fc_in_name, "wrong", "every fc made trainable"),
    Submission(HEAD, "name starts with fc", h_starts_with, "wrong", "every name that begins with fc made trainable"),
    Submission(HEAD, "name ends with fc.weight", h_ends_with, "wrong", "every fc within made trainable"),
    Submission(HEAD, "fc. in the name", h_fc_dot, "wrong"),
    Submission(HEAD, "all but the last two", h_last_two, "wrong", "the last two left trainable"),
    Submission(HEAD, "all but the last two before replacing", h_last_two_before, "wrong"),
    Submission(HEAD, "children other than fc", h_children, "wrong", "the model's own parameters left trainable"),
    Submission(HEAD, "nested layers missed", h_not_nested, "wrong"),
    Submission(HEAD, "Linear and Conv2d only", h_some_types, "wrong"),
    Submission(HEAD, "weights only", h_weights_only, "wrong"),
    Submission(HEAD, "bias as before", h_bias_as_before, "wrong", "bias as before"),
    Submission(HEAD, "no bias", h_no_bias, "wrong", "no bias"),
    Submission(HEAD, "out_features for in_features", h_out_features, "wrong", "old scores as features"),
    Submission(HEAD, "swapped arguments", h_swapped, "wrong", "in and out swapped"),
    Submission(HEAD, "out_features changed only", h_out_number, "wrong", "only out_features changed"),
    Submission(HEAD, "Linear behind the old head", h_sequential, "wrong", "a layer on top"),
    Submission(HEAD, "Sequential with softmax", h_softmax, "wrong"),
    Submission(HEAD, "another name", h_other_name, "wrong", "another name"),
    Submission(HEAD, "keeps a head of that size", h_keeps_head, "wrong"),
    Submission(HEAD, "tied weight left trainable", h_tied, "wrong", "old head left out of the freezing"),
    Submission(HEAD, "flips requires_grad", h_flip, "wrong"),
    Submission(HEAD, "requires_grad as the old head", h_frozen_before, "wrong"),
    Submission(HEAD, "bias of the head frozen", h_bias_frozen, "wrong", "only the weight trainable"),
    Submission(HEAD, "head in __dict__", h_vars, "wrong"),
    Submission(HEAD, "resets all Linear layers", h_reset, "wrong", "body begun anew"),
    Submission(HEAD, "resets running statistics", h_reset_stats, "wrong", "body begun anew"),
    Submission(HEAD, "last Linear registered", h_last_linear, "wrong"),
    Submission(HEAD, "local name", h_local, "wrong", "only frozen"),
    Submission(HEAD, "freezes the head alone", h_freezes_head, "wrong", "body trained, head frozen"),
    Submission(HEAD, "float64 head", d_float64, "wrong"),
)
