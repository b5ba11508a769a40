"""Answers written blind for `gradient_descent.minimize`, each under the verdict that it deserves."""

import itertools

import numpy as np
import torch
from submissions import passes, rejected


def _gradient(f, x):
    with torch.enable_grad():
        x = x.detach().clone().requires_grad_()
        return torch.autograd.grad(f(x), x)[0]

def _loop(update, v0=None):
    """update(x, v, g, lr, m, k) -> x, v: a loop with this rule."""
    def minimize(f, start, lr, momentum, steps):
        x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
        for k in range(steps):
            x, v = update(x, v, _gradient(f, x), lr, momentum, k)
            path.append(x)
        return torch.stack(path)
    return minimize

def _update(fv, fx=None):
    def update(x, v, g, lr, m, k):
        w = fv(v, g, lr, m, k)
        return (x - lr * w if fx is None else fx(x, v, w, g, lr, m, k)), w
    return update

def _plain(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + _gradient(f, x)
        x = x - lr * v
        path.append(x)
    return torch.stack(path)
plain = passes(_plain)

@passes
def optim_sgd(f, start, lr, momentum, steps):
    x = torch.nn.Parameter(start.clone())
    opt = torch.optim.SGD([x], lr=lr, momentum=momentum)
    path = [x.detach().clone()]
    for _ in range(steps):
        opt.zero_grad()
        f(x).backward()
        opt.step()
        path.append(x.detach().clone())
    return torch.stack(path)

@passes
def optim_maximizes_minus_f(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    opt = torch.optim.SGD([x], lr=lr, momentum=momentum, maximize=True)
    rows = [start]
    for _ in range(steps):
        (x.grad,) = torch.autograd.grad(-f(x), [x])
        opt.step()
        rows.append(x.detach().clone())
    return torch.stack(rows)

@passes  # f gets the same tensor each time
def one_leaf_for_all_steps(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v = torch.zeros_like(start)
    path = torch.empty(steps + 1, *start.shape, dtype=start.dtype)
    path[0] = start
    for k in range(1, steps + 1):
        x.grad = None
        f(x).backward()
        with torch.no_grad():
            v.mul_(momentum).add_(x.grad)
            x.sub_(v, alpha=lr)
        path[k] = x.detach()
    return path

@passes  # the same path, as lr is constant
def lr_inside_the_velocity(f, start, lr, momentum, steps):
    x, v, path = start, torch.zeros_like(start), [start]
    for _ in range(steps):
        v = momentum * v - lr * _gradient(f, x)
        x = x + v
        path.append(x)
    return torch.stack(path)

@passes
def differences_of_points(f, start, lr, momentum, steps):
    path = [start.clone()]
    before = start
    for _ in range(steps):
        x = path[-1]
        path.append(x - lr * _gradient(f, x) + momentum * (x - before))
        before = x
    return torch.stack(path)

@passes
def func_grad(f, start, lr, momentum, steps):
    g = torch.func.grad(f)
    x, v, path = start, 0.0, [start]
    for _ in range(steps):
        v = momentum * v + g(x)
        x = x - lr * v
        path.append(x)
    return torch.vstack(path)

@passes
def functional_jacobian(f, start, lr, momentum, steps):
    rows = torch.zeros(steps + 1, start.numel(), dtype=start.dtype)
    rows[0] = start
    v = torch.zeros_like(start)
    for k in range(steps):
        v = torch.autograd.functional.jacobian(f, rows[k].clone()) + momentum * v
        rows[k + 1] = rows[k] - lr * v
    return rows

@passes
def by_accumulate(f, start, lr, momentum, steps):
    def one(state, _):
        x, v = state
        v = momentum * v + _gradient(f, x)
        return x - lr * v, v
    return torch.stack(
        [x for x, _ in itertools.accumulate(range(steps), one, initial=(start, torch.zeros_like(start)))])

@passes
def sum_over_all_gradients(f, start, lr, momentum, steps):
    x, grads, path = start, [], [start]
    for k in range(steps):
        grads.append(_gradient(f, x))
        x = x - lr * sum(momentum ** (k - j) * g for j, g in enumerate(grads))
        path.append(x)
    return torch.stack(path, 0)

@passes
def numpy_but_for_the_gradient(f, start, lr, momentum, steps):
    p = np.empty((steps + 1, len(start)), dtype=start.numpy().dtype)
    p[0] = start.numpy()
    v = np.zeros(len(start))
    for k in range(steps):
        t = torch.from_numpy(p[k].copy()).requires_grad_()
        f(t).backward(inputs=[t])
        v = momentum * v + t.grad.numpy()
        p[k + 1] = p[k] - lr * v
    return torch.from_numpy(p)

@passes
def detached_at_the_end(f, start, lr, momentum, steps):
    path = [start.clone().requires_grad_(True)]
    v = None
    for _ in range(steps):
        x = path[-1]
        (g,) = torch.autograd.grad(f(x), x)
        v = g.clone() if v is None else momentum * v + g
        path.append((x.detach() - lr * v).requires_grad_(True))
    return torch.stack(path).detach()

@passes
def create_graph_but_detached(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        x.requires_grad_()
        (g,) = torch.autograd.grad(f(x), x, create_graph=True)
        v = momentum * v + g.detach()
        x = (x - lr * v).detach()
        path.append(x.clone())
    return torch.stack(path)

@passes
def one_more_gradient_than_needed(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), []
    for _ in range(steps + 1):
        path.append(x)
        v = momentum * v + _gradient(f, x)
        x = x - lr * v
    return torch.stack(path)

@passes
def hook_catches_gradient(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        got = []
        x = x.detach().requires_grad_()
        x.register_hook(got.append)
        f(x).backward()
        v = momentum * v + got[0].detach()
        x = x.detach() - lr * v
        path.append(x)
    return torch.stack(path)

transposed_storage = passes(lambda f, start, lr, momentum, steps:
    torch.stack(list(_plain(f, start, lr, momentum, steps)), dim=1).T)

class _Minimizer:
    def __init__(self):
        self.reset()
    def reset(self):
        self.v = 0
    def __call__(self, f, start, lr, momentum, steps):
        self.reset()
        path = start[None].clone()
        for _ in range(steps):
            self.v = momentum * self.v + _gradient(f, path[-1])
            path = torch.cat([path, (path[-1] - lr * self.v)[None]])
        return path
object_reset_at_each_call = passes(_Minimizer())

@passes
def detached_in_place(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        x = x - lr * v
        x.detach_()
        path.append(x.clone())
        x.requires_grad_()
    return torch.stack(path)

def _with_gradient(make):
    def run(f, start, lr, momentum, steps):
        g = make(f)
        x, v, path = start, torch.zeros_like(start), [start]
        for _ in range(steps):
            v = momentum * v + g(x)
            x = x - lr * v
            path.append(x)
        return torch.stack(path)
    return run

forward_mode_gradient = passes(lambda f, start, lr, momentum, steps:
    _with_gradient(torch.func.jacfwd)(f, start, lr, momentum, steps))

def _recursion(f, start, lr, momentum, steps, velocity=None):
    if steps == 0:
        return start.clone()[None]
    v = _gradient(f, start) + (0 if velocity is None else momentum * velocity)
    return torch.cat([start[None], _recursion(f, start - lr * v, lr, momentum, steps - 1, v)])
recursion = passes(_recursion)

@passes
def path_in_float64_always(f, start, lr, momentum, steps):
    path = torch.zeros(steps + 1, len(start), dtype=torch.float64)
    path[:] = _plain(f, start, lr, momentum, steps)
    return path

@passes  # fills .grad of tensors that f closes over
def backward_without_inputs(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        x = x.detach().requires_grad_()
        f(x).backward()
        v = momentum * v + x.grad
        x = x.detach() - lr * v
        path.append(x)
    return torch.stack(path)

@passes
def requires_grad_set_and_reset(f, start, lr, momentum, steps):
    x, v, path = start, torch.zeros_like(start), [start]
    for _ in range(steps):
        x.requires_grad_()
        (g,) = torch.autograd.grad(f(x), x)
        x.requires_grad_(False)
        v = momentum * v + g
        x = x - lr * v
        path.append(x)
    return torch.stack(path)

@passes
def view_of_the_path_for_f(f, start, lr, momentum, steps):
    path = torch.empty(steps + 1, len(start), dtype=start.dtype)
    path[0] = start
    v = torch.zeros_like(start)
    for k in range(steps):
        x = path[k].detach().requires_grad_()
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        path[k + 1] = path[k] - lr * v
    return path

dampened = rejected("damped")(_loop(_update(lambda v, g, lr, m, k: m * v + (1 - m) * g)))
dampened_but_for_the_first = rejected("damped, but for the first step")(  # as torch's dampening
    _loop(_update(lambda v, g, lr, m, k: m * v + (1 - m) * g if k else g)))
nesterov = rejected("Nesterov")(
    _loop(_update(lambda v, g, lr, m, k: m * v + g, lambda x, v, w, g, lr, m, k: x - lr * (g + m * w))))
old_velocity = rejected("old velocity used")(
    _loop(_update(lambda v, g, lr, m, k: m * v + g, lambda x, v, w, g, lr, m, k: x - lr * v)))
plain_descent = rejected("velocity begun anew")(_loop(_update(lambda v, g, lr, m, k: g)))
no_damping = rejected("old velocity in full")(_loop(_update(lambda v, g, lr, m, k: v + g)))
ascent = rejected("uphill")(_loop(_update(lambda v, g, lr, m, k: m * v - g)))
lr_twice = rejected("learning rate twice")(_loop(_update(lambda v, g, lr, m, k: m * v + lr * g)))
lr_lost_on_old_velocity = rejected()(
    _loop(_update(lambda v, g, lr, m, k: m * v + g, lambda x, v, w, g, lr, m, k: x - lr * g - m * v)))
momentum_on_gradient_too = rejected("momentum on both")(_loop(_update(lambda v, g, lr, m, k: m * (v + g))))
momentum_from_third_step_on = rejected()(_loop(_update(lambda v, g, lr, m, k: g if k < 2 else m * v + g)))
only_last_gradient_remembered = rejected()(_loop(lambda x, v, g, lr, m, k: (x - lr * (g + m * v), g)))
momentum_power_k = rejected()(_loop(_update(lambda v, g, lr, m, k: m ** max(k, 1) * v + g)))
lr_decays = rejected()(_loop(lambda x, v, g, lr, m, k: (x - lr / (1 + 0.01 * k) * (m * v + g), m * v + g)))
bias_correction = rejected()(_loop(lambda x, v, g, lr, m, k:
    (x - lr * (m * v + (1 - m) * g) / (1 - m ** (k + 1) if m < 1 else 1), m * v + (1 - m) * g)))
clipped = rejected()(_loop(lambda x, v, g, lr, m, k: (x - lr * (m * v + g.clamp(-1, 1)), m * v + g.clamp(-1, 1))))
gradient_normalised = rejected()(_loop(lambda x, v, g, lr, m, k:
    (x - lr * (m * v + g / (g.norm() + 1e-300)), m * v + g / (g.norm() + 1e-300))))
velocity_through_float32 = rejected()(_loop(_update(lambda v, g, lr, m, k: (m * v + g).float().double())))
velocity_reset_every_ten_steps = rejected()(_loop(_update(lambda v, g, lr, m, k: m * (v if k % 10 else 0 * v) + g)))
restart_when_uphill = rejected()(_loop(_update(lambda v, g, lr, m, k: m * v + g if torch.dot(v, g) >= 0 else g)))
stops_at_tiny_gradient = rejected()(_loop(lambda x, v, g, lr, m, k:
    (x, v) if g.norm() < 1e-3 else (x - lr * (m * v + g), m * v + g)))
velocity_starts_at_the_gradient = rejected("velocity begun with the gradient")(_loop(lambda x, v, g, lr, m, k:
    (lambda w: (x - lr * w, w))(m * (g if k == 0 else v) + g)))
weight_decay_slips_in = rejected()(
    _loop(_update(lambda v, g, lr, m, k: m * v + g, lambda x, v, w, g, lr, m, k: x * (1 - 1e-4 * lr) - lr * w)))
error_from_the_fourth_step_on = rejected()(_loop(lambda x, v, g, lr, m, k:
    (x - lr * (m * v + g) if k < 3 else x - lr * (m * v + g) * (1 - 1e-3), m * v + g)))
no_start = rejected("start left out")(lambda f, start, lr, momentum, steps:
    _plain(f, start, lr, momentum, steps)[1:].clone())

@rejected(status="error")
def last_row_missing(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), []
    for _ in range(steps):
        path.append(x)
        v = momentum * v + _gradient(f, x)
        x = x - lr * v
    return torch.stack(path)

final_point_only = rejected("only the last point")(lambda f, start, lr, momentum, steps:
    _plain(f, start, lr, momentum, steps)[-1].clone())
one_step_more = rejected("a step too many")(lambda f, start, lr, momentum, steps:
    _plain(f, start, lr, momentum, steps + 1))

@rejected("rows that are one tensor")
def rows_aliased(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [x.detach()]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        with torch.no_grad():
            x -= lr * v
        path.append(x.detach())
    return torch.stack(path)

@rejected()
def only_row_0_aliased(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [x.data]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        x.data -= lr * v
        path.append(x.data.clone())
    return torch.stack(path)

@rejected("gradients accumulate")
def gradient_accumulates(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        f(x).backward()
        v = momentum * v + x.grad
        with torch.no_grad():
            x -= lr * v
        path.append(x.detach().clone())
    return torch.stack(path)

@rejected("gradients accumulate")
def optim_without_zero_grad(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    o = torch.optim.SGD([x], lr=lr, momentum=momentum)
    path = [start.clone()]
    for _ in range(steps):
        f(x).backward()
        o.step()
        path.append(x.detach().clone())
    return torch.stack(path)

@rejected()  # v is x.grad at the first step; zero_() wipes it
def velocity_is_the_zeroed_grad(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = None, [start.clone()]
    for _ in range(steps):
        if x.grad is not None:
            x.grad.zero_()
        f(x).backward()
        v = x.grad if v is None else momentum * v + x.grad
        with torch.no_grad():
            x -= lr * v
        path.append(x.detach().clone())
    return torch.stack(path)

@rejected("velocity begun anew")
def new_optimizer_each_step(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    path = [start.clone()]
    for _ in range(steps):
        o = torch.optim.SGD([x], lr=lr, momentum=momentum)
        o.zero_grad()
        f(x).backward()
        o.step()
        path.append(x.detach().clone())
    return torch.stack(path)

@rejected("the graph grows")  # values right, but f's input reaches back to start
def graph_kept(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [x]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        x = x - lr * v
        path.append(x)
    return torch.stack(path).detach()

@rejected("the graph grows")
def graph_kept_with_create_graph(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [x]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x, create_graph=True)
        v = momentum * v + g
        x = x - lr * v
        path.append(x)
    return torch.stack(path).detach()

@rejected("the graph grows")
def graph_kept_by_clone(f, start, lr, momentum, steps):
    x = start.detach().requires_grad_()
    v, path = torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        x = x.clone()
        x.retain_grad()
        f(x).backward(retain_graph=True)
        v = momentum * v + x.grad
        x = x - lr * v
        path.append(x.detach())
    return torch.stack(path)

@rejected("the graph grows")
def graph_kept_by_total_loss(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    total, v, path = 0.0, torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        total = total + f(x)
        (g,) = torch.autograd.grad(total, x, retain_graph=True)
        v = momentum * v + g
        x = x - lr * v
        path.append(x.detach())
    return torch.stack(path)

@rejected("the path requires grad")
def path_requires_grad(f, start, lr, momentum, steps):
    x, v = start.clone().requires_grad_(), torch.zeros_like(start)
    path = [x]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        x = (x.detach() - lr * v).requires_grad_()
        path.append(x)
    return torch.stack(path)

@rejected("the path requires grad")
def path_requires_grad_by_row_0(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    path, v = [x], torch.zeros_like(start)
    for _ in range(steps):
        v = momentum * v + _gradient(f, x)
        x = x.detach() - lr * v
        path.append(x)
    return torch.stack(path)

@rejected("start tracked")
def start_requires_grad(f, start, lr, momentum, steps):
    start.requires_grad_()
    return _plain(f, start.detach(), lr, momentum, steps)

@rejected("start tracked, the path requires grad")
def start_requires_grad_after_a_step(f, start, lr, momentum, steps):
    x, v, path = start, torch.zeros_like(start), [start.detach().clone()]
    for _ in range(steps):
        x.requires_grad_()
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        x = (x - lr * v).detach()
        path.append(x)
    return torch.stack(path)

@rejected("start moved")
def start_moved_in_place(f, start, lr, momentum, steps):
    x = start.detach().requires_grad_()
    v, path = torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        with torch.no_grad():
            x -= lr * v
        path.append(x.detach().clone())
    return torch.stack(path)

@rejected("start moved")
def parameter_shares_memory(f, start, lr, momentum, steps):
    x = torch.nn.Parameter(start)
    o = torch.optim.SGD([x], lr=lr, momentum=momentum)
    path = [x.detach().clone()]
    for _ in range(steps):
        o.zero_grad()
        f(x).backward()
        o.step()
        path.append(x.detach().clone())
    return torch.stack(path)

steps_0_aliases_start = rejected()(lambda f, start, lr, momentum, steps:
    start.unsqueeze(0) if steps == 0 else _plain(f, start, lr, momentum, steps))
steps_0_gives_a_vector = rejected()(lambda f, start, lr, momentum, steps:
    start.clone() if steps == 0 else _plain(f, start, lr, momentum, steps))
# an axis is lost where d = 1 or steps = 0
squeezed = rejected()(lambda f, start, lr, momentum, steps: _plain(f, start, lr, momentum, steps).squeeze())
at_least_one_step = rejected()(lambda f, start, lr, momentum, steps: _plain(f, start, lr, momentum, max(steps, 1)))

@rejected("the path in float32")
def float32_path(f, start, lr, momentum, steps):
    path = torch.zeros(steps + 1, len(start))
    path[:] = _plain(f, start, lr, momentum, steps)
    return path

@rejected()
def continued_from_a_float32_path(f, start, lr, momentum, steps):
    path = torch.zeros(steps + 1, len(start))
    path[0] = start
    v = torch.zeros_like(start)
    for k in range(steps):
        v = momentum * v + _gradient(f, path[k].to(start.dtype))
        path[k + 1] = path[k].to(start.dtype) - lr * v
    return path.to(start.dtype)

@rejected()
def stops_early_when_converged(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        g = _gradient(f, x)
        if g.norm() < 1e-8:
            break
        v = momentum * v + g
        x = x - lr * v
        path.append(x)
    return torch.stack(path)

@rejected()
def stops_when_loss_rises(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + _gradient(f, x)
        if f(x - lr * v) <= f(x):
            x = x - lr * v
        path.append(x)
    return torch.stack(path)

@rejected()
def best_so_far(f, start, lr, momentum, steps):
    p = _plain(f, start, lr, momentum, steps)
    best = p[0]
    for k in range(len(p)):
        best = p[k].clone() if f(p[k]) < f(best) else best.clone()
        p[k] = best
    return p

@rejected("the gradient at start")
def gradient_at_start_always(f, start, lr, momentum, steps):
    g = _gradient(f, start)
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + g
        x = x - lr * v
        path.append(x)
    return torch.stack(path)

@rejected()
def velocity_kept_between_calls(f, start, lr, momentum, steps, state={}):
    x, path = start.clone(), [start.clone()]
    v = state.get(len(start), torch.zeros_like(start))
    for _ in range(steps):
        v = momentum * v + _gradient(f, x)
        x = x - lr * v
        path.append(x)
    state[len(start)] = v
    return torch.stack(path)

@rejected()
def path_kept_between_calls(f, start, lr, momentum, steps, path=[]):
    path.append(start.clone())
    x, v = start.clone(), torch.zeros_like(start)
    for _ in range(steps):
        v = momentum * v + _gradient(f, x)
        x = x - lr * v
        path.append(x)
    return torch.stack([p for p in path if p.shape == start.shape])

def _recursion_drops_velocity(f, start, lr, momentum, steps):
    if steps == 0:
        return start.clone()[None]
    return torch.cat(
        [start[None], _recursion_drops_velocity(f, start - lr * _gradient(f, start), lr, momentum, steps - 1)])
recursion_drops_velocity = rejected("velocity begun anew")(_recursion_drops_velocity)

@rejected("the gradient ahead")
def look_ahead_gradient(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + _gradient(f, x - lr * momentum * v)
        x = x - lr * v
        path.append(x)
    return torch.stack(path)

@rejected()  # wrong from the 8th digit on
def forward_differences(f, start, lr, momentum, steps):
    def g(x):
        h = 1e-6
        return torch.stack([(f(x + h * e) - f(x)) / h for e in torch.eye(len(x), dtype=x.dtype)]).detach()
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + g(x)
        x = x - lr * v
        path.append(x)
    return torch.stack(path)

gradient_of_the_example = rejected()(lambda f, start, lr, momentum, steps:
    _plain(lambda x: (x * x).sum(), start, lr, momentum, steps))
a_pair = rejected()(lambda f, start, lr, momentum, steps:
    (_plain(f, start, lr, momentum, steps), torch.zeros_like(start)))
turned = rejected("points as columns")(lambda f, start, lr, momentum, steps: _plain(f, start, lr, momentum, steps).T)
flat_concatenation = rejected("one long row")(lambda f, start, lr, momentum, steps:
    torch.cat(list(_plain(f, start, lr, momentum, steps))))
rows_reversed = rejected()(lambda f, start, lr, momentum, steps: _plain(f, start, lr, momentum, steps).flip(0))
losses = rejected()(lambda f, start, lr, momentum, steps:
    torch.stack([f(x) for x in _plain(f, start, lr, momentum, steps)]))
velocities_in_rows = rejected()(lambda f, start, lr, momentum, steps:
    torch.diff(_plain(f, start, lr, momentum, steps), dim=0, prepend=torch.zeros(1, len(start), dtype=start.dtype)))
start_row_twice = rejected("start twice")(lambda f, start, lr, momentum, steps:
    torch.cat([start[None], _plain(f, start, lr, momentum, steps)])[: steps + 1])
rounded = rejected()(lambda f, start, lr, momentum, steps:
    torch.round(_plain(f, start, lr, momentum, steps), decimals=4))
float32_lr = rejected()(lambda f, start, lr, momentum, steps: _plain(f, start, torch.tensor(lr), momentum, steps))
float32_gradient = rejected()(lambda f, start, lr, momentum, steps:
    _loop(_update(lambda v, g, lr, m, k: m * v + g.float()))(f, start, lr, momentum, steps))

def _on_a_batch(f, start, lr, momentum, steps):
    g = lambda x: _gradient(f, x)
    x, v, path = start.clone()[None], torch.zeros_like(start)[None], [start.clone()[None]]
    for _ in range(steps):
        v = momentum * v + g(x)
        x = x - lr * v
        path.append(x)
    return torch.cat(path)
on_a_batch = rejected(status="error")(lambda f, start, lr, momentum, steps: _on_a_batch(f, start, lr, momentum, steps))
parameter_path = rejected("the path requires grad")(lambda f, start, lr, momentum, steps:
    torch.nn.Parameter(_plain(f, start, lr, momentum, steps)))
momentum_or_default = rejected()(lambda f, start, lr, momentum, steps: _plain(f, start, lr, momentum or 0.9, steps))
# the example has 1/4 and 1/2
lr_and_momentum_swapped = rejected("lr and momentum swapped")(lambda f, start, lr, momentum, steps:
    _plain(f, start, momentum, lr, steps))
steps_capped_at_100 = rejected()(lambda f, start, lr, momentum, steps: _plain(f, start, lr, momentum, min(steps, 100)))
