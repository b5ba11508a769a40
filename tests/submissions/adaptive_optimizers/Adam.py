"""Answers written blind for `adaptive_optimizers.Adam`, each under the verdict that it deserves."""

import collections
import math

import numpy as np
import torch
from submissions import passes, rejected
from submissions.adaptive_optimizers._shared import adam_step


class _Given(torch.optim.Optimizer):
    """The __init__ of the text, word for word; the answers below add their step."""
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        if not lr >= 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not eps >= 0.0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for i, beta in enumerate(betas):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

class _Right(_Given):
    """A right step in pieces; each wrong class below changes one piece (as if written in one step)."""
    def loss(self, closure):
        if closure is None:
            return None
        with torch.enable_grad():
            return closure()
    def conf(self, group):
        return (group["lr"], *group["betas"], group["eps"])
    def kept(self, p):
        s = self.state[p]
        if not s:
            s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
        return s
    def skip(self, p):
        return p.grad is None
    def move(self, p, s, conf):
        s["t"] += 1
        new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["t"], *conf)
        p.copy_(new)
    @torch.no_grad()
    def step(self, closure=None):
        loss = self.loss(closure)
        for group in self.param_groups:
            for p in group["params"]:
                if not self.skip(p):
                    self.move(p, self.kept(p), self.conf(group))
        return loss

def _means(s, g, b1, b2):
    s["m"] = b1 * s["m"] + (1 - b1) * g
    s["v"] = b2 * s["v"] + (1 - b2) * g**2
    return s["m"], s["v"]

def _with(**parts):
    """Make a class with these methods in place of those above."""
    return type("Adam", (_Right,), parts)

_step = lambda step: _with(step=torch.no_grad()(step))

def _rule(update):
    """Make a class that moves a parameter by this rule."""
    def move(self, p, s, conf):
        s["t"] += 1
        update(p, p.grad, s, s["t"], *conf)
    return _with(move=move)

def _moves_in_place(self, p, s, conf):
    lr, b1, b2, eps = conf
    s["t"] += 1
    s["m"].mul_(b1).add_(p.grad, alpha=1 - b1)
    s["v"].mul_(b2).add_(p.grad**2, alpha=1 - b2)
    p -= lr * (s["m"] / (1 - b1 ** s["t"])) / ((s["v"] / (1 - b2 ** s["t"])).sqrt() + eps)

@passes
class whole_class(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        if not lr >= 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not eps >= 0.0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for i, beta in enumerate(betas):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["t"], group["lr"], *group["betas"],
                    group["eps"])
                p.copy_(new)
        return loss

@passes  # step a float32 tensor, state aliased by load_state_dict: as torch's own
class in_place_on_the_state(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is not None:
                    state = self.state[p]
                    if len(state) == 0:
                        state["step"] = torch.tensor(0.0)
                        state["exp_avg"] = torch.zeros_like(p, memory_format=torch.preserve_format)
                        state["exp_avg_sq"] = torch.zeros_like(p, memory_format=torch.preserve_format)
                    state["step"] += 1
                    t = state["step"].item()
                    state["exp_avg"].lerp_(p.grad, 1 - beta1)
                    state["exp_avg_sq"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                    denom = (state["exp_avg_sq"].sqrt() / math.sqrt(1 - beta2**t)).add_(group["eps"])
                    p.addcdiv_(state["exp_avg"], denom, value=-group["lr"] / (1 - beta1**t))
        return loss

@passes
class foreach_over_each_group(_Given):
    def _gather(self, group):
        ps = [p for p in group["params"] if p.grad is not None]
        for p in ps:
            if "m" not in self.state[p]:
                self.state[p].update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
            self.state[p]["t"] += 1
        return ps, [p.grad for p in ps], [self.state[p] for p in ps]
    def _group(self, group):
        ps, gs, ss = self._gather(group)
        if not ps:
            return
        (b1, b2), lr, eps = group["betas"], group["lr"], group["eps"]
        ms, vs = [s["m"] for s in ss], [s["v"] for s in ss]
        torch._foreach_lerp_(ms, gs, 1 - b1)
        torch._foreach_mul_(vs, b2)
        torch._foreach_addcmul_(vs, gs, gs, 1 - b2)
        den = torch._foreach_sqrt(vs)
        torch._foreach_div_(den, [math.sqrt(1 - b2 ** s["t"]) for s in ss])
        torch._foreach_add_(den, eps)
        torch._foreach_addcdiv_(ps, ms, den, [-lr / (1 - b1 ** s["t"]) for s in ss])
    @torch.no_grad()
    def step(self, closure=None):
        loss = closure if closure is None else torch.enable_grad()(closure)()
        for group in self.param_groups:
            self._group(group)
        return loss

@passes
class functional_adam(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        from torch.optim.adam import adam
        loss = None
        if closure:
            with torch.set_grad_enabled(True):
                loss = closure()
        for g in self.param_groups:
            ps = [p for p in g["params"] if p.grad is not None]
            for p in ps:
                s = self.state[p]
                s.setdefault("step", torch.tensor(0.0))
                s.setdefault("a", torch.zeros_like(p))
                s.setdefault("b", torch.zeros_like(p))
            if ps:
                st = [self.state[p] for p in ps]
                adam(ps, [p.grad for p in ps], [s["a"] for s in st], [s["b"] for s in st], [], [s["step"] for s in st],
                    foreach=False, amsgrad=False, beta1=g["betas"][0], beta2=g["betas"][1], lr=g["lr"],
                    weight_decay=0.0, eps=g["eps"], maximize=False)
        return loss

@passes
class stacked_state(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            b = group["betas"]
            for p in filter(lambda q: q.grad is not None, group["params"]):
                s = self.state[p]
                mv = s.get("mv", torch.zeros((2,) + tuple(p.shape), dtype=p.dtype))
                t = s["t"] = s.get("t", 0.0) + 1.0
                mv = torch.stack([b[0] * mv[0] + (1 - b[0]) * p.grad, b[1] * mv[1] + (1 - b[1]) * p.grad**2])
                s["mv"] = mv
                p -= group["lr"] * mv[0] / (1 - b[0] ** t) / ((mv[1] / (1 - b[1] ** t)).sqrt() + group["eps"])
        return loss

@passes
class state_as_one_list(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                t, m, v = self.state[p].get("kept", [0, torch.zeros_like(p), torch.zeros_like(p)])
                new, m, v = adam_step(p, p.grad, m, v, t + 1, group["lr"], *group["betas"], group["eps"])
                self.state[p]["kept"] = [t + 1, m, v]
                p[...] = new
        return loss

@passes
class state_set_up_at_once(_Given):
    def add_param_group(self, param_group):
        super().add_param_group(param_group)
        for p in self.param_groups[-1]["params"]:
            self._fresh(p)
    def _fresh(self, p):
        if not self.state[p]:
            self.state[p] = {"t": 0, "m": torch.zeros_like(p, requires_grad=False),
                "v": torch.zeros_like(p, requires_grad=False)}
        return self.state[p]
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self._fresh(p)
                s["t"] += 1
                new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["t"], group["lr"], *group["betas"],
                    group["eps"])
                p.copy_(new)
        return loss

@passes
class without_decorator(_Given):
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                g, s = p.grad.data, self.state[p]
                if "t" not in s:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p.data), torch.zeros_like(p.data)
                new, m, v = adam_step(p.data, g, s["m"], s["v"], s["t"] + 1, group["lr"], *group["betas"], group["eps"])
                self.state[p] = dict(t=s["t"] + 1, m=m, v=v)
                p.data.copy_(new)
        return loss

@passes
class numpy_views(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s.update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                s["t"] += 1
                x, g, m, v = (z.detach().numpy() for z in (p, p.grad, s["m"], s["v"]))
                m[...] = b1 * m + (1 - b1) * g
                v[...] = b2 * v + (1 - b2) * g**2
                x[...] -= group["lr"] * m / (1 - b1 ** s["t"]) / (np.sqrt(v / (1 - b2 ** s["t"])) + group["eps"])
        return loss

@passes
class entry_by_entry(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                s["t"] = s.get("t", 0) + 1
                m, v = s.setdefault("m", torch.zeros_like(p)), s.setdefault("v", torch.zeros_like(p))
                for i in np.ndindex(tuple(p.shape)):
                    p[i], m[i], v[i] = adam_step(p[i], p.grad[i], m[i], v[i], s["t"], group["lr"], *group["betas"],
                        group["eps"])
        return loss

@passes
class optim_for_each_parameter(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                inner = torch.optim.Adam([p], lr=group["lr"], betas=group["betas"], eps=group["eps"])
                inner.state[p] = self.state[p]
                inner.step()
                self.state[p] = inner.state[p]
        return loss

@passes
class group_as_one_vector(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            ps = [p for p in group["params"] if p.grad is not None]
            if not ps:
                continue
            ss = [self.state[p] for p in ps]
            for p, s in zip(ps, ss):
                s["t"] = s.get("t", 0) + 1
            flat = lambda xs: torch.cat([x.reshape(-1) for x in xs])
            m = flat([s.get("m", torch.zeros_like(p)) for p, s in zip(ps, ss)])
            v = flat([s.get("v", torch.zeros_like(p)) for p, s in zip(ps, ss)])
            t = flat([torch.full_like(p, s["t"]) for p, s in zip(ps, ss)])
            new, m, v = adam_step(flat(ps), flat([p.grad for p in ps]), m, v, t, group["lr"], *group["betas"],
                group["eps"])
            sizes = [p.numel() for p in ps]
            for p, s, x, a, b in zip(ps, ss, new.split(sizes), m.split(sizes), v.split(sizes)):
                p.copy_(x.view(p.shape))
                s["m"], s["v"] = a.clone().view(p.shape), b.clone().view(p.shape)
        return loss

@passes
class backwards_through_groups(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in reversed(self.param_groups):
            b1, b2 = group["betas"]
            for p in reversed(group["params"]):
                if p.grad is None:
                    continue
                s = self.state[p]
                if "t" not in s:
                    s["t"] = torch.zeros((), dtype=torch.int64)
                    s["n"] = p.new_zeros(p.shape)
                    s["v"] = p.new_zeros(p.shape)
                s["t"] = s["t"] + 1
                t = int(s["t"])
                s["n"] = b1 * s["n"] - (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad.square()
                p += group["lr"] * (s["n"] / (1 - b1**t)) / ((s["v"] / (1 - b2**t)).sqrt() + group["eps"])
        return loss

@passes
class two_passes(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        if not lr >= 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not eps >= 0.0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for i, beta in enumerate(betas):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=0.0))
    def live(self):
        for group in self.param_groups:
            yield from ((group, p) for p in group["params"] if p.grad is not None)
    @torch.no_grad()
    def step(self, closure=None):
        loss = self.call(closure) if closure is not None else None
        for group, p in self.live():
            s = self.state[p]
            for name, beta, x in zip("mv", group["betas"], (p.grad, p.grad * p.grad)):
                s[name] = torch.lerp(s.get(name, torch.zeros_like(x)), x, 1 - beta)
            s["t"] = s.get("t", 0) + 1
        for group, p in self.live():
            s, (b1, b2) = self.state[p], group["betas"]
            p.sub_(group["lr"] * (s["m"] / (1 - b1 ** s["t"])) / ((s["v"] / (1 - b2 ** s["t"])).sqrt() + group["eps"]))
        return loss
    @staticmethod
    @torch.enable_grad()
    def call(closure):
        return closure()

class _state_before_the_none_test(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                s = self.state[p]
                if p.grad is None:
                    continue
                if not s:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["t"], group["lr"], *group["betas"],
                    group["eps"])
                p.copy_(new)
        return loss
state_before_the_none_test = passes(_state_before_the_none_test)  # an empty dict for skipped parameters

@passes
class nested_state(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                mom = s.setdefault("moments", {"m": torch.zeros_like(p), "v": torch.zeros_like(p)})
                count = s.setdefault("count", 0) + 1
                new, m, v = adam_step(p, p.grad, mom["m"], mom["v"], count, group["lr"], *group["betas"], group["eps"])
                s.update(count=count, moments={"m": m, "v": v}, last=(new - p), lr=group["lr"])
                p.add_(s["last"])
        return loss

@passes
class flat_moments_in_float64(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s.update(t=0, m=torch.zeros(p.numel(), dtype=torch.double),
                        v=torch.zeros(p.numel(), dtype=torch.double))
                s["t"] += 1
                new, s["m"], s["v"] = adam_step(p.detach().flatten(), p.grad.flatten(), s["m"], s["v"], s["t"],
                    group["lr"], *group["betas"], group["eps"])
                p.copy_(new.unflatten(0, p.shape) if p.dim() else new.squeeze())
        return loss

@passes
class everything_by_out(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        ret = None
        if callable(closure):
            with torch.enable_grad():
                ret = closure()
        for group in self.param_groups:
            lr, (b1, b2), eps = group["lr"], group["betas"], group["eps"]
            for p in group["params"]:
                g = p.grad
                if g is None:
                    continue
                s = self.state[p]
                if p not in self.state or not s:
                    s["beat"] = torch.zeros(1, dtype=torch.float64)
                    s["m"], s["v"] = torch.zeros_like(g), torch.zeros_like(g)
                s["beat"].add_(1)
                k = s["beat"].item()
                torch.add(s["m"] * b1, g, alpha=1 - b1, out=s["m"])
                torch.addcmul(s["v"] * b2, g, g, value=1 - b2, out=s["v"])
                torch.sub(p, lr * s["m"] / (1 - b1**k) / ((s["v"] / (1 - b2**k)).sqrt() + eps), out=p)
        return ret

@rejected()  # the same as long as the betas don't change
class running_products_of_betas(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s.update(q1=1.0, q2=1.0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                s["q1"] *= b1
                s["q2"] *= b2
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                p -= group["lr"] * s["m"] / (1 - s["q1"]) / ((s["v"] / (1 - s["q2"])).sqrt() + group["eps"])
        return loss

@rejected()
class all_gradients_kept(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                h = self.state[p].setdefault("history", [])
                h.append(p.grad.clone())
                n = len(h)
                m = sum((1 - b1) * b1 ** (n - 1 - i) * g for i, g in enumerate(h))
                v = sum((1 - b2) * b2 ** (n - 1 - i) * g * g for i, g in enumerate(h))
                p -= group["lr"] * m / (1 - b1**n) / ((v / (1 - b2**n)).sqrt() + group["eps"])
        return loss

@rejected()  # the same as long as the betas don't change
class corrected_means_kept(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s.update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                t = s["t"] = s["t"] + 1
                m = b1 * s["m"] * (1 - b1 ** (t - 1)) + (1 - b1) * p.grad
                v = b2 * s["v"] * (1 - b2 ** (t - 1)) + (1 - b2) * p.grad**2
                s["m"], s["v"] = m / (1 - b1**t), v / (1 - b2**t)
                p -= group["lr"] * s["m"] / (s["v"].sqrt() + group["eps"])
        return loss

@passes
class subclass_of_optim_adam(torch.optim.Adam):
    pass

@passes
class frozen_parameters_skipped(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None or not p.requires_grad:
                    continue
                s = self.state[p]
                if not s:
                    s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                s["t"] += 1
                new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["t"], group["lr"], *group["betas"],
                    group["eps"])
                p.copy_(new)
        return loss

class _Moments:
    def __init__(self, p):
        self.t, self.m, self.v = 0, torch.zeros_like(p), torch.zeros_like(p)

@passes  # load_state_dict shares it between two optimizers
class object_for_a_dict(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if p not in self.state:
                    self.state[p] = _Moments(p)
                s = self.state[p]
                s.t += 1
                new, s.m, s.v = adam_step(p, p.grad, s.m, s.v, s.t, group["lr"], *group["betas"], group["eps"])
                p.copy_(new)
        return loss

@passes
class zero_grad_before_the_closure(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                self.zero_grad()
                loss = closure()
        _state_before_the_none_test.step(self)
        return loss

no_test_for_none = rejected("None not skipped", status="error")(_with(skip=lambda self, p: False))

@rejected("None counts as a step")
@_step
def t_counted_before_none_test(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            s = self.kept(p)
            s["t"] += 1
            if p.grad is None:
                continue
            new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["t"], *self.conf(group))
            p.copy_(new)
    return loss

@rejected("None taken for zeros")
class none_taken_for_zero(_Right):
    skip = lambda self, p: False
    def move(self, p, s, conf):
        s["t"] += 1
        g = p.grad if p.grad is not None else torch.zeros_like(p)
        new, s["m"], s["v"] = adam_step(p, g, s["m"], s["v"], s["t"], *conf)
        p.copy_(new)

zero_gradient_skipped = rejected("zeros taken for None")(_with(skip=lambda self, p: p.grad is None or not p.grad.any()))

@rejected("next group at None")
@_step
def break_at_first_none(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is None:
                break
            self.move(p, self.kept(p), self.conf(group))
    return loss

@rejected("stops at None")
@_step
def return_at_first_none(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is None:
                return None
            self.move(p, self.kept(p), self.conf(group))
    return loss

@rejected("a group skipped for one None")
@_step
def group_skipped_at_none(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        if any(p.grad is None for p in group["params"]):
            continue
        for p in group["params"]:
            self.move(p, self.kept(p), self.conf(group))
    return loss

@rejected()
@_step
def list_made_before_the_closure(self, closure=None):
    live = [(g, p) for g in self.param_groups for p in g["params"] if p.grad is not None]
    loss = self.loss(closure)
    for group, p in live:
        if p.grad is not None:
            self.move(p, self.kept(p), self.conf(group))
    return loss

@rejected()
@_step
def gradients_read_before_the_closure(self, closure=None):
    grads = {p: p.grad.clone() for g in self.param_groups for p in g["params"] if p.grad is not None}
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is None:
                continue
            s = self.kept(p)
            s["t"] += 1
            new, s["m"], s["v"] = adam_step(p, grads.get(p, p.grad), s["m"], s["v"], s["t"], *self.conf(group))
            p.copy_(new)
    return loss

settings_of_the_first_group = rejected("the first group's settings")(_with(conf=lambda self, g:
    _Right.conf(self, self.param_groups[0])))
defaults_for_all = rejected("the default settings")(_with(conf=lambda self, g: _Right.conf(self, self.defaults)))
only_lr_from_the_group = rejected("betas and eps of the beginning")(_with(conf=lambda self, g:
    (g["lr"], *self.defaults["betas"], self.defaults["eps"])))
default_eps = rejected("eps of the beginning")(_with(conf=lambda self, g: (g["lr"], *g["betas"], self.defaults["eps"])))
eps_fixed = rejected()(_with(conf=lambda self, g: (g["lr"], *g["betas"], 1e-8)))
lr_of_the_first_group = rejected("lr of the first group")(_with(conf=lambda self, g:
    (self.param_groups[0]["lr"], *g["betas"], g["eps"])))

@rejected("lr of the beginning")
class lr_kept_in_the_object(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _Given.__init__(self, params, lr, betas, eps)
        self.lr = lr
    conf = lambda self, g: (self.lr, *g["betas"], g["eps"])

@rejected()
class settings_read_once(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _Given.__init__(self, params, lr, betas, eps)
        self._settings = [_Right.conf(self, g) for g in self.param_groups]
    def conf(self, g):
        for h, c in zip(self.param_groups, self._settings):
            if h is g:
                return c
        return _Right.conf(self, g)

@rejected()
class betas_under_names_of_their_own(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        torch.optim.Optimizer.__init__(self, params, {"lr": lr, "beta1": betas[0], "beta2": betas[1], "eps": eps})
    conf = lambda self, g: (g["lr"], g["beta1"], g["beta2"], g["eps"])

@rejected()
class parameters_listed_once(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _Given.__init__(self, params, lr, betas, eps)
        self._all = [(g, p) for g in self.param_groups for p in g["params"]]
    @torch.no_grad()
    def step(self, closure=None):
        loss = self.loss(closure)
        for group, p in self._all:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
        return loss

@rejected("only the first group")
@_step
def only_first_group_moved(self, closure=None):
    loss = self.loss(closure)
    for p in self.param_groups[0]["params"]:
        if not self.skip(p):
            self.move(p, self.kept(p), self.conf(self.param_groups[0]))
    return loss

@rejected("only the first group")
@_step
def return_inside_the_loop(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
        return loss

@rejected()
@_step
def corrected_rate_written_back(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        lr, b1, b2, eps = self.conf(group)
        for p in group["params"]:
            if self.skip(p):
                continue
            s = self.kept(p)
            s["t"] += 1
            group["lr"] = lr * math.sqrt(1 - b2 ** s["t"]) / (1 - b1 ** s["t"])
            s["m"] = b1 * s["m"] + (1 - b1) * p.grad
            s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
            p -= group["lr"] * s["m"] / (s["v"].sqrt() + eps * math.sqrt(1 - b2 ** s["t"]))
    return loss

@rejected()
class lr_decayed_by_root_t(_Right):
    def move(self, p, s, conf):
        _Right.move(self, p, s, (conf[0] / math.sqrt(s["t"] + 1), *conf[1:]))

@rejected()  # a variable left over from the loop
class lr_of_the_last_group(_Right):
    def move(self, p, s, conf):
        _Right.move(self, p, s, (self.param_groups[-1]["lr"], *conf[1:]))

@rejected("one t for all")
class one_t_in_the_object(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _Given.__init__(self, params, lr, betas, eps)
        self.t = 0
    @torch.no_grad()
    def step(self, closure=None):
        loss = self.loss(closure)
        self.t += 1
        for group in self.param_groups:
            for p in group["params"]:
                if self.skip(p):
                    continue
                s = self.kept(p)
                new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], self.t, *self.conf(group))
                p.copy_(new)
        return loss

@rejected("None counts as a step")
@_step
def t_in_group(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        group["step"] = group.get("step", 0) + 1
        for p in group["params"]:
            if self.skip(p):
                continue
            s = self.kept(p)
            new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], group["step"], *self.conf(group))
            p.copy_(new)
    return loss

@rejected()
class one_t_counted_per_parameter(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _Given.__init__(self, params, lr, betas, eps)
        self.t = 0
    @torch.no_grad()
    def step(self, closure=None):
        loss = self.loss(closure)
        for group in self.param_groups:
            for p in group["params"]:
                if self.skip(p):
                    continue
                self.t += 1
                s = self.kept(p)
                new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], self.t, *self.conf(group))
                p.copy_(new)
        return loss

@rejected()
@_step
def one_t_in_the_state(self, closure=None):
    loss = self.loss(closure)
    self.state["step"] = (self.state.get("step") or 0) + 1
    for group in self.param_groups:
        for p in group["params"]:
            if self.skip(p):
                continue
            s = self.kept(p)
            new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], self.state["step"], *self.conf(group))
            p.copy_(new)
    return loss

@rejected("t in self")  # the moments survive state_dict, t doesn't
class t_in_a_dict_of_its_own(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _Given.__init__(self, params, lr, betas, eps)
        self._t = collections.defaultdict(int)
    def move(self, p, s, conf):
        self._t[p] += 1
        new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], self._t[p], *conf)
        p.copy_(new)

@rejected("state outside self.state")  # state_dict is empty
class state_elsewhere_by_id(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _Given.__init__(self, params, lr, betas, eps)
        self.mem = {}
    def kept(self, p):
        if id(p) not in self.mem:
            self.mem[id(p)] = {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
        return self.mem[id(p)]

@rejected("state outside self.state")  # a loaded state is never read
class state_shown_but_never_read(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _Given.__init__(self, params, lr, betas, eps)
        self.mem = {}
    def kept(self, p):
        if id(p) not in self.mem:
            self.mem[id(p)] = {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
        self.state[p] = self.mem[id(p)]
        return self.mem[id(p)]

@rejected("state outside self.state")
class state_by_id(_Right):
    def kept(self, p):
        s = self.state[id(p)]
        if not s:
            s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
        return s

@rejected("state outside self.state")
@_step
def state_by_position(self, closure=None):
    loss = self.loss(closure)
    i = 0
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                s = self.state[i]
                if not s:
                    s.update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                self.move(p, s, self.conf(group))
            i += 1
    return loss

@rejected(status="error")  # a None gradient shifts the positions
@_step
def list_by_position(self, closure=None):
    loss = self.loss(closure)
    i = 0
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.ms = getattr(self, "ms", [])
                if i == len(self.ms):
                    self.ms.append({"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)})
                self.move(p, self.ms[i], self.conf(group))
                i += 1
    return loss

@rejected()  # p.data is a new object each time
class state_by_data(_Right):
    def kept(self, p):
        s = self.state[p.data]
        if not s:
            s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
        return s

@rejected("one state for a shape")
class state_keyed_by_shape(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _Given.__init__(self, params, lr, betas, eps)
        self.by = {}
    def kept(self, p):
        return self.by.setdefault(p.shape, {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)})

class_attribute_as_memory = rejected("state outside self.state")(_with(by={}, kept=lambda self, p:
    self.by.setdefault(p, {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)})))

@rejected()
class t_in_default_argument(_Right):
    def move(self, p, s, conf, shared={"t": 0}):
        shared["t"] += 1
        new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], shared["t"], *conf)
        p.copy_(new)

@rejected(status="error")  # KeyError in a group that is added later
@_step
def states_made_at_first_step(self, closure=None):
    loss = self.loss(closure)
    if len(self.state) == 0:
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p] = {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.state[p], self.conf(group))
    return loss

@rejected("state outside self.state")  # a loaded state is thrown away
@_step
def states_made_anew(self, closure=None):
    loss = self.loss(closure)
    if not getattr(self, "_ready", False):
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p] = {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
        self._ready = True
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
    return loss

@rejected("t in self")
class load_state_dict_sets_t_to_0(_Right):
    def load_state_dict(self, state_dict):
        _Right.load_state_dict(self, state_dict)
        for s in self.state.values():
            s["t"] = 0

@rejected()
@_step
def state_made_anew_per_group(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        old, self.state = self.state, collections.defaultdict(dict)
        for p in group["params"]:
            if not self.skip(p):
                self.state[p] = old[p] or {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
                self.move(p, self.state[p], self.conf(group))
    return loss

@rejected()  # load_state_dict knows tensors only
class moments_as_numpy(_Right):
    def move(self, p, s, conf):
        m, v = torch.from_numpy(np.asarray(s["m"])), torch.from_numpy(np.asarray(s["v"]))
        s["t"] += 1
        new, m, v = adam_step(p, p.grad, m, v, s["t"], *conf)
        s["m"], s["v"] = m.numpy(), v.numpy()
        p.copy_(new)

_Kept = collections.namedtuple("_Kept", "m v")

@rejected()  # load_state_dict can't rebuild it
class moments_as_named_tuple(_Right):
    def move(self, p, s, conf):
        k = s.get("k", _Kept(torch.zeros_like(p), torch.zeros_like(p)))
        s["t"] += 1
        new, m, v = adam_step(p, p.grad, k.m, k.v, s["t"], *conf)
        s["k"] = _Kept(m, v)
        p.copy_(new)

@rejected()
class t_as_float32_in_the_powers(_Right):
    def kept(self, p):
        s = self.state[p]
        if not s:
            s["step"], s["m"], s["v"] = torch.tensor(0.0), torch.zeros_like(p), torch.zeros_like(p)
        return s
    def move(self, p, s, conf):
        s["step"] += 1
        new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["step"], *conf)
        p.copy_(new)

@rejected()
class moments_in_float32(_Right):
    def kept(self, p):
        s = self.state[p]
        if not s:
            s["t"], s["m"], s["v"] = 0, torch.zeros(p.shape), torch.zeros(p.shape)
        return s
    move = _moves_in_place

@rejected()
class m_and_v_one_tensor(_Right):
    def kept(self, p):
        s = self.state[p]
        if not s:
            s["t"], s["m"] = 0, torch.zeros_like(p)
            s["v"] = s["m"]
        return s
    move = _moves_in_place

@rejected()
class m_starts_as_the_grad_itself(_Right):
    def kept(self, p):
        s = self.state[p]
        if not s:
            s["t"], s["m"], s["v"] = 0, p.grad, p.grad**2
        return s
    move = _moves_in_place

@rejected("state begun with the gradient")
class m_and_v_start_at_the_gradient(_Right):
    def kept(self, p):
        s = self.state[p]
        if not s:
            s["t"], s["m"], s["v"] = 0, p.grad.clone(), p.grad**2
        return s

@rejected()
class v_starts_at_ones(_Right):
    def kept(self, p):
        s = self.state[p]
        if not s:
            s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.ones_like(p)
        return s

@passes
class grad_itself_as_m_for_beta1_0(_Right):
    def move(self, p, s, conf):
        lr, b1, b2, eps = conf
        s["t"] += 1
        g = p.grad
        if b1 == 0:
            s["m"] = g
        else:
            s["m"] = b1 * s["m"] + (1 - b1) * g
        s["v"] = b2 * s["v"] + (1 - b2) * g**2
        p -= lr * (s["m"] / (1 - b1 ** s["t"])) / ((s["v"] / (1 - b2 ** s["t"])).sqrt() + eps)

@rejected()
class moments_from_shared_zeros(_Right):
    _z = {}
    kept = lambda self, p: self.state[p] if self.state[p] else self.state[p].update(
        t=0, m=self._z.setdefault((p.shape, "m"), torch.zeros_like(p)),
        v=self._z.setdefault((p.shape, "v"), torch.zeros_like(p))) or self.state[p]
    move = _moves_in_place

@rejected("parameters not moved")
class name_rebound(_Right):
    def move(self, p, s, conf):
        s["t"] += 1
        new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["t"], *conf)
        p = new

@rejected("parameters replaced")  # views of the parameter don't see it
class storage_replaced(_Right):
    def move(self, p, s, conf):
        s["t"] += 1
        p.data, s["m"], s["v"] = adam_step(p.data, p.grad, s["m"], s["v"], s["t"], *conf)

@rejected("parameters not moved")
@_step
def new_parameter_in_the_group(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for i, p in enumerate(group["params"]):
            if self.skip(p):
                continue
            s = self.kept(p)
            s["t"] += 1
            new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["t"], *self.conf(group))
            q = torch.nn.Parameter(new)
            self.state[q] = self.state.pop(p)
            group["params"][i] = q
    return loss

without_no_grad = rejected("gradients not switched off", status="error")(_with(step=_Right.step.__wrapped__))

@rejected()
class no_decorator_no_enable_grad(_Right):
    def step(self, closure=None):
        loss = closure() if closure is not None else None
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    if not self.skip(p):
                        self.move(p, self.kept(p), self.conf(group))
        return loss

@rejected("gradients cleared")
@_step
def gradient_zeroed_after_move(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
                p.grad.zero_()
    return loss

@rejected("gradients cleared")
@_step
def zero_grad_at_end(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
    self.zero_grad()
    return loss

@rejected("gradients cleared")
class grad_squared_in_place(_Right):
    def move(self, p, s, conf):
        lr, b1, b2, eps = conf
        s["t"] += 1
        s["m"] = b1 * s["m"] + (1 - b1) * p.grad
        s["v"] = b2 * s["v"] + (1 - b2) * p.grad.pow_(2)
        p -= lr * (s["m"] / (1 - b1 ** s["t"])) / ((s["v"] / (1 - b2 ** s["t"])).sqrt() + eps)

@rejected()
class gradient_clipped(_Right):
    def move(self, p, s, conf):
        torch.nn.utils.clip_grad_norm_([p], 1.0)
        _Right.move(self, p, s, conf)

@rejected()
class weight_decay_slipped_in(_Right):
    def move(self, p, s, conf):
        s["t"] += 1
        new, s["m"], s["v"] = adam_step(p, p.grad + 0.01 * p, s["m"], s["v"], s["t"], *conf)
        p.copy_(new)

closure_ignored = rejected("closure not called")(_with(loss=lambda self, c: None))
without_enable_grad = rejected("closure without gradients")(_with(loss=lambda self, c: None if c is None else c()))

@rejected("closure called twice")
class closure_called_twice(_Right):
    def loss(self, c):
        if c is None:
            return None
        with torch.enable_grad():
            c()
            return c()

@rejected("closure called last")
@_step
def closure_after_move(self, closure=None):
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
    return self.loss(closure)

no_loss = rejected("loss not returned")(_with(loss=lambda self, c:
    None if c is None else (_Right.loss(self, c), None)[1]))
returns_item = rejected(status="error")(_with(loss=lambda self, c: None if c is None else _Right.loss(self, c).item()))
returns_detached = rejected(status="error")(_with(loss=lambda self, c:
    None if c is None else _Right.loss(self, c).detach()))
loss_or_none = rejected("loss or None")(_with(loss=lambda self, c: _Right.loss(self, c) or None))

@rejected(status="error")
class backward_in_step_again(_Right):
    def loss(self, c):
        loss = _Right.loss(self, c)
        if loss is not None:
            loss.backward()
        return loss

zero_without_a_closure = rejected()(_with(loss=lambda self, c: 0.0 if c is None else _Right.loss(self, c)))

@rejected(status="error")
class closure_given_self(_Right):
    def loss(self, c):
        if c is None:
            return None
        with torch.enable_grad():
            return c(self)

@rejected()
@_step
def returns_a_list_without_closure(self, closure=None):
    loss = self.loss(closure)
    moved = []
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
                moved.append(p)
    return loss if closure else moved

@rejected(status="error")
class closure_without_default(_Right):
    def step(self, closure):
        return _Right.step(self, closure)

@rejected("eps inside the root")
@_rule
def eps_under_root(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    p -= lr * (m / (1 - b1**t)) / (v / (1 - b2**t) + eps).sqrt()

@rejected("eps before the correction")  # TensorFlow's form
@_rule
def eps_before_the_correction(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    p -= lr * math.sqrt(1 - b2**t) / (1 - b1**t) * m / (v.sqrt() + eps)

@rejected("no bias correction")
@_rule
def no_correction(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    p -= lr * m / (v.sqrt() + eps)

@rejected("corrected means kept")
@_rule
def state_corrected_in_place(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    m /= 1 - b1**t
    v /= 1 - b2**t
    p -= lr * m / (v.sqrt() + eps)

@rejected("betas swapped")
@_rule
def betas_swapped(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b2, b1)
    p -= lr * (m / (1 - b2**t)) / ((v / (1 - b1**t)).sqrt() + eps)

@rejected("one t too much")
@_rule
def t_one_too_high(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    t += 1
    p -= lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)

@rejected("old means used")
@_rule
def moved_by_old_m_and_v(p, g, s, t, lr, b1, b2, eps):
    m, v = s["m"], s["v"]
    p -= lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)
    _means(s, g, b1, b2)

@rejected()
@_rule
def norm_of_whole_tensor(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    p -= lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).norm() + eps)

@rejected("uphill")
@_rule
def uphill(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    p += lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)

@rejected(status="error")
@_rule
def loop_over_rows(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    for i in range(p.shape[0]):
        p[i] -= lr * (m[i] / (1 - b1**t)) / ((v[i] / (1 - b2**t)).sqrt() + eps)

@rejected()
@_rule
def step_rounded_to_float32(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    step = lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)
    p.sub_(step.to(torch.float32))

@passes  # a copy, where the parameter isn't contiguous
@_rule
def in_place_on_a_reshape(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    step = lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)
    p.reshape(-1).sub_(step.reshape(-1))

@rejected()
@_rule
def as_in_amsgrad(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    s["vmax"] = torch.maximum(s.get("vmax", v), v)
    p -= lr * (m / (1 - b1**t)) / ((s["vmax"] / (1 - b2**t)).sqrt() + eps)

@rejected("no eps")
@_rule
def eps_left_out(p, g, s, t, lr, b1, b2, eps):
    m, v = _means(s, g, b1, b2)
    if v.abs().max() > 0:
        p -= lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt())

@rejected(status="todo")
class step_not_written(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        raise NotImplementedError

@rejected()  # its state isn't in state_dict
class optim_inside(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        if not hasattr(self, "inner"):
            self.inner = torch.optim.Adam([dict(g) for g in self.param_groups])
        self.inner.step()
        return loss

@rejected(status="error")  # after load_state_dict it keeps the old ones
class optim_sharing_groups_at_first(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        if not hasattr(self, "inner"):
            self.inner = torch.optim.Adam([torch.zeros(1)])
            for g in self.param_groups:
                for k, x in self.inner.defaults.items():
                    g.setdefault(k, x)
            self.inner.param_groups, self.inner.state = self.param_groups, self.state
        self.inner.step()
        return loss

@rejected(status="error")  # KeyError in a group that is added later
class states_made_in_init(_Right):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _Given.__init__(self, params, lr, betas, eps)
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p] = {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
    kept = lambda self, p: self.state[p]

@rejected()
class m_of_a_scalar_starts_as_it(_Right):
    def kept(self, p):
        s = self.state[p]
        if not s:
            s["t"], s["m"], s["v"] = 0, p.detach(), torch.zeros_like(p)
            s["m"] = s["m"] * 0 if p.dim() else s["m"]
        return s

@rejected("state dropped at None")
@_step
def state_dropped_at_none(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if self.skip(p):
                self.state.pop(p, None)
                continue
            self.move(p, self.kept(p), self.conf(group))
    return loss

@rejected()
@_step
def means_decay_at_none(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if self.skip(p):
                if p in self.state:
                    s, (b1, b2) = self.state[p], group["betas"]
                    s["m"], s["v"] = b1 * s["m"], b2 * s["v"]
                continue
            self.move(p, self.kept(p), self.conf(group))
    return loss

@rejected()
@_step
def one_t_for_the_group(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        live = [p for p in group["params"] if not self.skip(p)]
        for p in live:
            self.kept(p)["t"] += 1
        for p in live:
            s = self.state[p]
            new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], self.state[live[0]]["t"], *self.conf(group))
            p.copy_(new)
    return loss

@rejected()
class state_dict_empties(_Right):
    def state_dict(self):
        sd = _Right.state_dict(self)
        self.state.clear()
        return sd
