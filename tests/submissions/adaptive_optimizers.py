"""Answers written blind for the exercises of the lesson `adaptive_optimizers`, and what each deserves."""

import collections
import functools
import math

import numpy as np
import torch

from submissions import judged

ANSWERS = []


def ans(ex, what, kind, note=""):
    def deco(f):
        ANSWERS.append((ex, what, f, kind, note))
        return f

    return deco


# adagrad_step
_E = "adagrad_step"


@ans(_E, "plain", "right")
def ag_r1(param, grad, total, lr, eps):
    """Doc."""
    total = total + grad**2
    return param - lr * grad / (total.sqrt() + eps), total


@ans(_E, "torch.optim.Adagrad with injected state", "right")
def ag_r2(param, grad, total, lr, eps):
    p = torch.nn.Parameter(param.clone())
    opt = torch.optim.Adagrad([p], lr=lr, eps=eps)
    opt.state[p]["sum"] = total.clone()
    p.grad = grad.clone()
    opt.step()
    return p.detach(), opt.state[p]["sum"]


@ans(_E, "addcmul, addcdiv", "right")
def ag_r3(param, grad, total, lr, eps):
    new = torch.addcmul(total, grad, grad)
    return torch.addcdiv(param, grad, new.sqrt().add_(eps), value=-lr), new


@ans(_E, "clones changed in place", "right")
def ag_r4(param, grad, total, lr, eps):
    p, s = param.clone(), total.clone()
    s += grad * grad
    d = s.sqrt()
    d += eps
    p -= lr * (grad / d)
    return p, s


@ans(_E, "numpy, asarray against 0-d scalars", "right")
def ag_r5(param, grad, total, lr, eps):
    g = grad.numpy()
    s = np.asarray(total.numpy() + g * g)
    p = np.asarray(param.numpy() - lr * g / (np.sqrt(s) + eps))
    return torch.from_numpy(p), torch.from_numpy(s)


@ans(_E, "python loop over entries with math", "right")
def ag_r6(param, grad, total, lr, eps):
    ps, ss = [], []
    for p, g, s in zip(param.flatten().tolist(), grad.flatten().tolist(), total.flatten().tolist()):
        s = s + g * g
        ss.append(s)
        ps.append(p - lr * g / (math.sqrt(s) + eps))
    return (
        torch.tensor(ps, dtype=torch.float64).reshape(param.shape),
        torch.tensor(ss, dtype=torch.float64).reshape(param.shape),
    )


ans(_E, "lambda, short names, hypot", "right")(
    lambda p, g, s, lr, eps: (p - g * lr / (torch.hypot(s.sqrt(), g) + eps), s + g.abs().pow(2))
)


@ans(_E, "a list instead of a tuple", "right")
def ag_r8(param, grad, total, lr, eps):
    total = torch.add(total, torch.square(grad))
    return [torch.sub(param, torch.div(torch.mul(grad, lr), torch.add(torch.sqrt(total), eps))), total]


class _AgCall:
    def __call__(self, param, grad, total, lr=0.01, eps=1e-10):
        new_total = total + torch.pow(grad, 2.0)
        scale = lr / (new_total**0.5 + eps)
        return param - scale * grad, new_total


ans(_E, "object with __call__ and default settings", "right")(_AgCall())


@ans(_E, "views of one stacked tensor (unbind)", "right")
def ag_r10(param, grad, total, lr, eps):
    new = total + grad * grad
    return torch.stack([param - lr * grad / (eps + new.sqrt()), new]).unbind(0)


@ans(_E, "root by exp of half the log", "right")
def ag_r11(param, grad, total, lr, eps):
    new = total + grad.square()
    return param.add(grad.div(new.log().mul(0.5).exp().add(eps)), alpha=-lr), new


_AgOut = collections.namedtuple("_AgOut", "param total")


@ans(_E, "named tuple, functools.partial of a helper", "right")
def ag_r12(param, grad, total, lr, eps):
    move = functools.partial(lambda rate, g, s: rate * g / (s.sqrt() + eps), lr)
    new = sum([total, grad * grad])
    return _AgOut(param=param - move(grad, new), total=new)


@ans(_E, "torch's functional adagrad", "right")
def ag_r13(param, grad, total, lr, eps):
    from torch.optim.adagrad import adagrad

    p, s = param.clone(), total.clone()
    adagrad(
        [p],
        [grad.clone()],
        [s],
        [torch.tensor(0.0)],
        has_sparse_grad=False,
        foreach=False,
        lr=lr,
        weight_decay=0.0,
        lr_decay=0.0,
        eps=eps,
        maximize=False,
    )
    return p, s


@ans(_E, "np.nditer-like loop with ndindex on clones", "right")
def ag_r14(param, grad, total, lr, eps):
    p, s = torch.empty_like(param), torch.empty_like(total)
    for i in np.ndindex(tuple(param.shape)):
        s[i] = total[i] + grad[i] ** 2
        p[i] = param[i] - lr * grad[i] / (s[i].sqrt() + eps)
    return p, s


@ans(_E, "eps under the root", "wrong", "eps is to be added to the root, not under it")
def ag_w1(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / torch.sqrt(new + eps), new


@ans(_E, "old total in the root", "wrong", "the root is of the new total, with this gradient in it")
def ag_w2(param, grad, total, lr, eps):
    return param - lr * grad / (total.sqrt() + eps), total + grad**2


@ans(_E, "no root", "wrong", "forgot the square root")
def ag_w3(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / (new + eps), new


@ans(_E, "grad not squared", "wrong", "the total sums squares; abs was added")
def ag_w4(param, grad, total, lr, eps):
    new = total + grad.abs()
    return param - lr * grad / (new.sqrt() + eps), new


@ans(_E, "moves with the gradient", "wrong", "sign: the move is against the gradient")
def ag_w5(param, grad, total, lr, eps):
    new = total + grad**2
    return param + lr * grad / (new.sqrt() + eps), new


@ans(_E, "total changed in place", "wrong", "total += changes the argument (and the result is the argument)")
def ag_w6(param, grad, total, lr, eps):
    total += grad**2
    return param - lr * grad / (total.sqrt() + eps), total


@ans(_E, "param changed in place, total not", "wrong", "param.sub_ changes the argument")
def ag_w7(param, grad, total, lr, eps):
    new = total + grad**2
    return param.sub_(lr * grad / (new.sqrt() + eps)), new


@ans(_E, "squares the grad argument in place", "wrong", "grad is changed (and its sign lost)")
def ag_w8(param, grad, total, lr, eps):
    old = grad.clone()
    new = total + grad.pow_(2)
    return param - lr * old / (new.sqrt() + eps), new


@ans(_E, "one norm for the whole tensor", "wrong", "the root is taken entry by entry")
def ag_w9(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / (new.sum().sqrt() + eps), new


@ans(_E, "square by grad @ grad / sum", "wrong", "squares are taken entry by entry, the sum mixes entries")
def ag_w10(param, grad, total, lr, eps):
    new = total + (grad * grad).sum()
    return param - lr * grad / (new.sqrt() + eps), new


@ans(_E, "no return", "wrong", "forgot the return")
def ag_w11(param, grad, total, lr, eps):
    new = total + grad**2
    param = param - lr * grad / (new.sqrt() + eps)


@ans(_E, "results swapped", "wrong", "the pair is (param, total), not (total, param)")
def ag_w12(param, grad, total, lr, eps):
    new = total + grad**2
    return new, param - lr * grad / (new.sqrt() + eps)


@ans(_E, "old total returned", "wrong", "returned the total without this gradient")
def ag_w13(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / (new.sqrt() + eps), total.clone()


@ans(_E, "only param returned", "wrong", "a pair is asked for")
def ag_w14(param, grad, total, lr, eps):
    return param - lr * grad / ((total + grad**2).sqrt() + eps)


@ans(_E, "zero gradient: arguments handed back", "wrong", "shares memory with the arguments where grad is all zero")
def ag_w15(param, grad, total, lr, eps):
    if not grad.any():
        return param, total
    new = total + grad**2
    return param - lr * grad / (new.sqrt() + eps), new


@ans(_E, "loop over the first dimension", "wrong", "fails on shape (): len of a 0-d tensor")
def ag_w16(param, grad, total, lr, eps):
    p, s = param.clone(), total.clone()
    for i in range(len(param)):
        s[i] = total[i] + grad[i] ** 2
        p[i] = param[i] - lr * grad[i] / (s[i].sqrt() + eps)
    return p, s


@ans(_E, "numpy without care for 0-d", "wrong", "fails on shape (): numpy gives a scalar, not an array")
def ag_w17(param, grad, total, lr, eps):
    g = grad.numpy()
    s = total.numpy() + g**2
    return torch.from_numpy(param.numpy() - lr * g / (np.sqrt(s) + eps)), torch.from_numpy(s)


@ans(_E, "float32 rounding through torch.tensor of lists", "wrong", "results are float32, precision lost")
def ag_w18(param, grad, total, lr, eps):
    s = torch.tensor((total + grad**2).tolist())
    return torch.tensor((param - lr * grad / (s.sqrt() + eps)).tolist()), s


@ans(_E, "float32 and back", "wrong", "computed in float32, only the type is float64")
def ag_w19(param, grad, total, lr, eps):
    p, g, s = param.float(), grad.float(), total.float()
    s = s + g**2
    return (p - lr * g / (s.sqrt() + eps)).double(), s.double()


@ans(_E, "lr as a float32 tensor", "wrong", "torch.tensor(lr) rounds lr to float32")
def ag_w20(param, grad, total, lr, eps):
    lr = torch.tensor(lr)
    new = total + grad**2
    return param - lr * grad / (new.sqrt() + eps), new


@ans(_E, "root by x * rsqrt(x)", "wrong", "nan where the total is still 0")
def ag_w21(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / (new * new.rsqrt() + eps), new


@ans(_E, "eps as a floor (clamp)", "wrong", "eps is added, not used as a minimum")
def ag_w22(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / new.sqrt().clamp(min=eps), new


@ans(_E, "eps fixed at 1e-10", "wrong", "the argument eps is ignored")
def ag_w23(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / (new.sqrt() + 1e-10), new


_ag_total = None


@ans(_E, "total kept in a global", "wrong", "state from earlier calls instead of the argument total")
def ag_w24(param, grad, total, lr, eps):
    global _ag_total
    if _ag_total is None or _ag_total.shape != total.shape:
        _ag_total = total.clone()
    _ag_total = _ag_total + grad**2
    return param - lr * grad / (_ag_total.sqrt() + eps), _ag_total


@ans(_E, "eps added only after dividing (precedence)", "wrong", "brackets missing: g / root + eps")
def ag_w25(param, grad, total, lr, eps):
    new = total + grad**2
    return param - lr * grad / new.sqrt() + eps, new


@ans(_E, "total times a mean (RMSProp like)", "wrong", "the total is a sum, not a mean")
def ag_w26(param, grad, total, lr, eps):
    new = 0.9 * total + 0.1 * grad**2
    return param - lr * grad / (new.sqrt() + eps), new


@ans(_E, "eps kept in the total", "wrong", "eps goes into the state that is returned")
def ag_w27(param, grad, total, lr, eps):
    new = (total + grad**2).sqrt() + eps
    return param - lr * grad / new, new**2


@ans(
    _E,
    "total changed and put back",
    "wrong",
    "the argument is changed; taking the square off again leaves rounding errors",
)
def ag_w28(param, grad, total, lr, eps):
    total += grad**2
    new = total.clone()
    p = param - lr * grad / (total.sqrt() + eps)
    total -= grad**2
    return p, new


@ans(_E, "result flattened", "wrong", "shape lost: results are 1-d")
def ag_w29(param, grad, total, lr, eps):
    p, g, s = param.reshape(-1), grad.reshape(-1), total.reshape(-1)
    s = s + g**2
    return p - lr * g / (s.sqrt() + eps), s


@ans(_E, "numpy arrays returned", "wrong", "results are numpy, not torch tensors")
def ag_w30(param, grad, total, lr, eps):
    new = total + grad**2
    return (param - lr * grad / (new.sqrt() + eps)).numpy(), new.numpy()


@ans(
    _E,
    "param a Parameter that requires grad, not detached",
    "doubtful",
    "a result requires grad / is a Parameter; plain tensors are expected",
)
def ag_d1(param, grad, total, lr, eps):
    p = torch.nn.Parameter(param.clone())
    s = total + grad**2
    with torch.no_grad():
        p -= lr * grad / (s.sqrt() + eps)
    return p, s


@ans(_E, "view(-1) of the arguments", "doubtful", "fails on non-contiguous arguments only (a transposed one)")
def ag_d2(param, grad, total, lr, eps):
    p, g, s = param.view(-1), grad.view(-1), total.view(-1)
    s = s + g**2
    return (p - lr * g / (s.sqrt() + eps)).view(param.shape), s.view(param.shape)


@ans(
    _E,
    "whole pair as one stacked tensor",
    "doubtful",
    "one tensor of shape (2, ...) instead of a pair; unpacks the same",
)
def ag_d3(param, grad, total, lr, eps):
    new = total + grad**2
    return torch.stack((param - lr * grad / (new.sqrt() + eps), new))


@ans(_E, "generator yields the pair", "doubtful", "a generator is not a pair, though it unpacks")
def ag_d4(param, grad, total, lr, eps):
    new = total + grad**2
    yield param - lr * grad / (new.sqrt() + eps)
    yield new


# rmsprop_step
_E = "rmsprop_step"


@ans(_E, "plain", "right")
def rm_r1(param, grad, square_avg, lr, alpha, eps):
    square_avg = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (square_avg.sqrt() + eps), square_avg


@ans(_E, "torch.optim.RMSprop with injected state", "right")
def rm_r2(param, grad, square_avg, lr, alpha, eps):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    opt = torch.optim.RMSprop([p], lr=lr, alpha=alpha, eps=eps)
    opt.state[p] = {"step": torch.tensor(0.0), "square_avg": square_avg.clone()}
    opt.step()
    return p.detach(), opt.state[p]["square_avg"]


@ans(_E, "torch.optim with a state_dict loaded", "right")
def rm_r3(param, grad, square_avg, lr, alpha, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.RMSprop([p], lr=lr, alpha=alpha, eps=eps)
    d = opt.state_dict()
    d["state"] = {0: {"step": torch.tensor(5.0), "square_avg": square_avg.clone()}}
    opt.load_state_dict(d)
    opt.step()
    return p.data, opt.state[p]["square_avg"]


@ans(_E, "lerp and addcdiv", "right")
def rm_r4(param, grad, square_avg, lr, alpha, eps):
    new = torch.lerp(square_avg, grad.square(), 1 - alpha)
    return param.addcdiv(grad, new.sqrt() + eps, value=-lr), new


@ans(_E, "old plus a part of the difference", "right")
def rm_r5(param, grad, square_avg, lr, alpha, eps):
    new = square_avg + (1.0 - alpha) * (grad * grad - square_avg)
    return param - grad * (lr / (torch.sqrt(new) + eps)), new


@ans(_E, "mul then addcmul_ on the copy", "right")
def rm_r6(param, grad, square_avg, lr, alpha, eps):
    new = square_avg.mul(alpha).addcmul_(grad, grad, value=1 - alpha)
    return param.clone().addcdiv_(grad, new.sqrt().add_(eps), value=-lr), new


@ans(_E, "numpy via np.array and torch.as_tensor", "right")
def rm_r7(param, grad, square_avg, lr, alpha, eps):
    p, g, s = (np.array(x) for x in (param, grad, square_avg))
    s = alpha * s + (1 - alpha) * np.square(g)
    p = p - lr * g / (np.sqrt(s) + eps)
    return torch.as_tensor(p, dtype=torch.float64), torch.as_tensor(s, dtype=torch.float64)


ans(_E, "lambda inside a lambda, short names", "right")(
    lambda x, g, s, lr, a, e: (lambda n: (x - lr * g / (n**0.5 + e), n))(a * s + (1 - a) * g * g)
)


@ans(_E, "recursion down the shape", "right")
def rm_r9(param, grad, square_avg, lr, alpha, eps):
    if param.dim() == 0:
        s = alpha * square_avg + (1 - alpha) * grad**2
        return param - lr * grad / (math.sqrt(s) + eps), s
    if param.numel() == 0:
        return param.clone(), square_avg.clone()
    pairs = [rm_r9(p, g, s, lr, alpha, eps) for p, g, s in zip(param, grad, square_avg)]
    return torch.stack([a for a, _ in pairs]), torch.stack([b for _, b in pairs])


@ans(_E, "deepcopy, then in place under no_grad", "right")
def rm_r10(param, grad, square_avg, lr, alpha, eps):
    import copy

    param, grad, square_avg = copy.deepcopy((param, grad, square_avg))
    with torch.no_grad():
        square_avg *= alpha
        square_avg += (1 - alpha) * grad**2
        grad /= square_avg.sqrt() + eps
        param -= lr * grad
    return param, square_avg


class _RmCall(torch.nn.Module):
    def forward(self, param, grad, square_avg, lr, alpha, eps):
        s = torch.stack([square_avg, grad**2])
        w = torch.tensor([alpha, 1 - alpha], dtype=torch.float64)
        s = torch.tensordot(w, s, dims=1)
        return [param - lr * grad / (s.sqrt() + eps), s]


ans(_E, "an nn.Module, weights by tensordot, list", "right")(_RmCall())


@ans(_E, "calls an adagrad_step of its own", "right")
def rm_r12(param, grad, square_avg, lr, alpha, eps):
    total_before = alpha * square_avg
    p, s = ag_r1(torch.zeros_like(param), math.sqrt(1 - alpha) * grad, total_before, lr, eps)
    if alpha == 1.0:
        return param - lr * grad / (square_avg.sqrt() + eps), square_avg.clone()
    return param + p / math.sqrt(1 - alpha), s


@ans(_E, "torch.where, entries of zero gradient apart", "right")
def rm_r13(param, grad, square_avg, lr, alpha, eps):
    s = torch.where(grad == 0, alpha * square_avg, alpha * square_avg + (1 - alpha) * grad.abs() ** 2)
    s = s.clone()
    step = torch.where(grad == 0, torch.zeros_like(grad), lr / ((s.sqrt() + eps) / grad))
    return param - step, s


@ans(_E, "eps under the root", "wrong", "eps belongs outside the root")
def rm_w1(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (s + eps).sqrt(), s


@ans(_E, "alpha and 1 - alpha swapped", "wrong", "alpha weighs the old mean")
def rm_w2(param, grad, square_avg, lr, alpha, eps):
    s = (1 - alpha) * square_avg + alpha * grad**2
    return param - lr * grad / (s.sqrt() + eps), s


@ans(_E, "old mean not decayed", "wrong", "alpha times the old mean is missing (the example has 0 there)")
def rm_w3(param, grad, square_avg, lr, alpha, eps):
    s = square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (s.sqrt() + eps), s


@ans(_E, "new square not weighed", "wrong", "1 - alpha missing before the new square")
def rm_w4(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + grad**2
    return param - lr * grad / (s.sqrt() + eps), s


@ans(_E, "AdaGrad's sum", "wrong", "sum instead of running mean")
def rm_w5(param, grad, square_avg, lr, alpha, eps):
    s = square_avg + grad**2
    return param - lr * grad / (s.sqrt() + eps), s


@ans(_E, "old mean in the root", "wrong", "the new mean is to be used")
def rm_w6(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (square_avg.sqrt() + eps), s


@ans(
    _E,
    "mean of the square: (mean of grads) squared",
    "wrong",
    "the square is of the gradient, the weight is squared too",
)
def rm_w7(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + ((1 - alpha) * grad) ** 2
    return param - lr * grad / (s.sqrt() + eps), s


@ans(_E, "bias corrected as Adam's first step", "wrong", "RMSProp has no correction")
def rm_w8(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / ((s / (1 - alpha)).sqrt() + eps), s


@ans(_E, "square_avg.mul_ in place", "wrong", "changes its argument")
def rm_w9(param, grad, square_avg, lr, alpha, eps):
    square_avg.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
    return param - lr * grad / (square_avg.sqrt() + eps), square_avg.clone()


@ans(_E, "clone of the state only, param in place", "wrong", "param -= changes the argument")
def rm_w10(param, grad, square_avg, lr, alpha, eps):
    s = square_avg.clone()
    s = alpha * s + (1 - alpha) * grad**2
    param -= lr * grad / (s.sqrt() + eps)
    return param, s


@ans(_E, "torch.optim on a Parameter around the argument", "wrong", "Parameter(param) shares memory: param is changed")
def rm_w11(param, grad, square_avg, lr, alpha, eps):
    p = torch.nn.Parameter(param)
    p.grad = grad.clone()
    opt = torch.optim.RMSprop([p], lr=lr, alpha=alpha, eps=eps)
    opt.state[p] = {"step": torch.tensor(0.0), "square_avg": square_avg.clone()}
    opt.step()
    return p.detach().clone(), opt.state[p]["square_avg"]


@ans(_E, "torch.optim, state not injected", "wrong", "square_avg is ignored: the optimizer starts at zeros")
def rm_w12(param, grad, square_avg, lr, alpha, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.RMSprop([p], lr=lr, alpha=alpha, eps=eps)
    opt.step()
    return p.detach(), opt.state[p]["square_avg"]


@ans(
    _E,
    "torch.optim, square_avg injected without clone",
    "wrong",
    "the optimizer changes the argument square_avg in place",
)
def rm_w13(param, grad, square_avg, lr, alpha, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.RMSprop([p], lr=lr, alpha=alpha, eps=eps)
    opt.state[p] = {"step": torch.tensor(0.0), "square_avg": square_avg}
    opt.step()
    return p.detach(), opt.state[p]["square_avg"]


@ans(_E, "mean of the squares over the tensor", "wrong", "mean() over entries instead of a running mean per entry")
def rm_w14(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * (grad**2).mean()
    return param - lr * grad / (s.sqrt() + eps), s


@ans(_E, "no gradient in the move", "wrong", "lr / root without the gradient")
def rm_w15(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr / (s.sqrt() + eps), s


@ans(_E, "sign of the gradient", "wrong", "grad.sign() instead of grad")
def rm_w16(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad.sign() / (s.sqrt() + eps), s


@ans(_E, "abs of the gradient in the move", "wrong", "moves down for negative gradients too")
def rm_w17(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad.abs() / (s.sqrt() + eps), s


@ans(_E, "root kept as state", "wrong", "returns the root of the mean, the plain mean is asked for")
def rm_w18(param, grad, square_avg, lr, alpha, eps):
    s = (alpha * square_avg + (1 - alpha) * grad**2).sqrt()
    return param - lr * grad / (s + eps), s


@ans(_E, "state with eps in it", "wrong", "eps is added to the state that is kept")
def rm_w19(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2 + eps
    return param - lr * grad / s.sqrt(), s


@ans(_E, "float32 weights", "wrong", "torch.tensor(alpha) is float32: alpha is rounded")
def rm_w20(param, grad, square_avg, lr, alpha, eps):
    a = torch.tensor(alpha)
    s = a * square_avg + (1 - a) * grad**2
    return param - lr * grad / (s.sqrt() + eps), s


def _rm_default(param, grad, square_avg, lr, alpha, eps, cache={}):
    s = cache.get("s")
    if s is None or s.shape != param.shape:
        s = square_avg
    s = alpha * s + (1 - alpha) * grad**2
    cache["s"] = s
    return param - lr * grad / (s.sqrt() + eps), s


ans(
    _E, "state in a default argument", "wrong", "remembers the mean of the call before, the argument is used once only"
)(_rm_default)


@ans(
    _E,
    "zero mean means first step: set to the square",
    "wrong",
    "starts the mean at grad² instead of (1 - alpha) grad²",
)
def rm_w22(param, grad, square_avg, lr, alpha, eps):
    if torch.count_nonzero(square_avg) == 0 and grad.numel() > 1:
        s = grad**2
    else:
        s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (s.sqrt() + eps), s


@ans(_E, "entries with zero gradient left alone", "wrong", "the mean must decay there too")
def rm_w23(param, grad, square_avg, lr, alpha, eps):
    s = torch.where(grad == 0, square_avg, alpha * square_avg + (1 - alpha) * grad**2)
    return param - lr * grad / (s.sqrt() + eps), s


@ans(_E, "no eps, nan to 0", "wrong", "eps is left out; nan_to_num hides it")
def rm_w24(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * torch.nan_to_num(grad / s.sqrt()), s


@ans(_E, "results as floats for shape ()", "wrong", "item(): a python float, not a tensor")
def rm_w25(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    p = param - lr * grad / (s.sqrt() + eps)
    return (p.item(), s.item()) if p.dim() == 0 else (p, s)


@ans(_E, "list comprehension without reshape", "wrong", "shape (1,) or flat instead of the argument's shape")
def rm_w26(param, grad, square_avg, lr, alpha, eps):
    s = [alpha * a + (1 - alpha) * g * g for a, g in zip(square_avg.flatten(), grad.flatten())]
    p = [x - lr * g / (a.sqrt() + eps) for x, g, a in zip(param.flatten(), grad.flatten(), s)]
    return torch.tensor(p, dtype=torch.float64), torch.tensor(s, dtype=torch.float64)


@ans(_E, "printed instead of returned", "wrong", "no return")
def rm_w27(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    p = param - lr * grad / (s.sqrt() + eps)
    (p, s)


@ans(_E, "the centred variant", "wrong", "subtracts the square of the mean; not asked")
def rm_w28(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / ((s - ((1 - alpha) * grad) ** 2).clamp(min=0).sqrt() + eps), s


@ans(
    _E,
    "computed in bulk, both results one tensor memory with arguments (out=)",
    "wrong",
    "out=square_avg writes to the argument",
)
def rm_w29(param, grad, square_avg, lr, alpha, eps):
    s = torch.lerp(square_avg, grad**2, 1 - alpha, out=square_avg)
    return param - lr * grad / (s.sqrt() + eps), s


@ans(
    _E,
    "memo by lru_cache",
    "doubtful",
    "same objects with other contents give the old result, results are shared between calls",
)
@functools.lru_cache(maxsize=None)
def rm_d1(param, grad, square_avg, lr, alpha, eps):
    s = alpha * square_avg + (1 - alpha) * grad**2
    return param - lr * grad / (s.sqrt() + eps), s


# adam_step
_E = "adam_step"


@ans(_E, "plain", "right")
def adam_step(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return param - lr * m_hat / (v_hat.sqrt() + eps), m, v


@ans(_E, "torch.optim.Adam with injected state", "right")
def ad_r1(param, grad, m, v, t, lr, beta1, beta2, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.Adam([p], lr=lr, betas=(beta1, beta2), eps=eps)
    opt.state[p] = {"step": torch.tensor(float(t - 1)), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    opt.step()
    return p.detach(), opt.state[p]["exp_avg"], opt.state[p]["exp_avg_sq"]


@ans(_E, "torch's functional adam", "right")
def ad_r2(param, grad, m, v, t, lr, beta1, beta2, eps):
    from torch.optim.adam import adam

    p, m, v = param.clone(), m.clone(), v.clone()
    adam(
        [p],
        [grad.clone()],
        [m],
        [v],
        [],
        [torch.tensor(t - 1.0)],
        foreach=False,
        amsgrad=False,
        beta1=beta1,
        beta2=beta2,
        lr=lr,
        weight_decay=0.0,
        eps=eps,
        maximize=False,
    )
    return p, m, v


@ans(_E, "lerp, addcmul, addcdiv, the correction in the step size as torch does", "right")
def ad_r3(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = torch.lerp(m, grad, 1 - beta1)
    v = (v * beta2).addcmul_(grad, grad, value=1 - beta2)
    denom = (v.sqrt() / math.sqrt(1 - beta2**t)).add_(eps)
    return torch.addcdiv(param, m, denom, value=-lr / (1 - beta1**t)), m, v


@ans(_E, "the paper's fast form, with eps scaled along", "right")
def ad_r4(param, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad * grad
    c2 = (1 - beta2**t) ** 0.5
    rate = lr * c2 / (1 - beta1**t)
    return param - rate * m / (v**0.5 + eps * c2), m, v


@ans(_E, "powers of beta by a loop, list returned", "right")
def ad_r5(param, grad, m, v, t, lr, beta1, beta2, eps):
    b1 = b2 = 1.0
    for _ in range(t):
        b1 *= beta1
        b2 *= beta2
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad.square() - v)
    return [param - lr * (m / (1 - b1)) / ((v / (1 - b2)).sqrt() + eps), m, v]


@ans(_E, "geometric sum: 1 - beta^t = (1 - beta) (1 + beta + ...)", "right")
def ad_r6(param, grad, m, v, t, lr, beta1, beta2, eps):
    c1 = (1 - beta1) * math.fsum(beta1**k for k in range(t))
    c2 = (1 - beta2) * math.fsum(beta2**k for k in range(t))
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param - lr * m / c1 / (torch.sqrt(v / c2) + eps), m, v


@ans(_E, "numpy, 0-d kept by out of np.empty_like", "right")
def ad_r7(param, grad, m, v, t, lr, beta1, beta2, eps):
    p, g, m, v = [x.clone().numpy() for x in (param, grad, m, v)]
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g * g
    p -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return tuple(torch.from_numpy(x) for x in (p, m, v))


@ans(_E, "entry by entry in pure python", "right")
def ad_r8(param, grad, m, v, t, lr, beta1, beta2, eps):
    out = torch.empty((3,) + tuple(param.shape), dtype=param.dtype)
    for i in np.ndindex(*param.shape):
        g = float(grad[i])
        mi = beta1 * float(m[i]) + (1 - beta1) * g
        vi = beta2 * float(v[i]) + (1 - beta2) * g * g
        out[(0,) + i] = float(param[i]) - lr * mi / (1 - beta1**t) / (math.sqrt(vi / (1 - beta2**t)) + eps)
        out[(1,) + i], out[(2,) + i] = mi, vi
    return tuple(out)


ans(_E, "nested lambdas, short names", "right")(
    lambda p, g, m, v, t, lr, b1, b2, e: (
        lambda M, V: (p - lr * M / (1 - pow(b1, t)) / (torch.sqrt(V / (1 - pow(b2, t))) + e), M, V)
    )(b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g.pow(2))
)


class _AdCall:
    @staticmethod
    def mean(old, new, beta):
        return torch.stack([old, new], -1) @ torch.tensor([beta, 1 - beta], dtype=torch.float64)

    def __call__(self, param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v = self.mean(m, grad, beta1), self.mean(v, grad * grad, beta2)
        hats = [x / (1 - math.pow(b, t)) for x, b in ((m, beta1), (v, beta2))]
        return param - lr * hats[0] / (hats[1].sqrt() + eps), m, v


ans(_E, "class with __call__, mean by matmul, default settings", "right")(_AdCall())


@ans(_E, "correction by expm1 of t log beta, beta 0 apart", "right")
def ad_r11(param, grad, m, v, t, lr, beta1, beta2, eps):
    def c(b):
        return -math.expm1(t * math.log(b)) if b > 0 else 1.0

    m = torch.add(beta1 * m, grad, alpha=1 - beta1)
    v = torch.add(beta2 * v, grad.abs() ** 2, alpha=1 - beta2)
    return param.sub(m.div(c(beta1)).div(v.div(c(beta2)).sqrt().add(eps)), alpha=lr), m, v


@ans(_E, "named tuple, no_grad decorator, t and betas as float64 tensors", "right")
@torch.no_grad()
def ad_r12(param, grad, m, v, t, lr, beta1, beta2, eps):
    t = torch.tensor(t, dtype=torch.float64)
    b1, b2 = torch.tensor([beta1, beta2], dtype=torch.float64)
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    R = collections.namedtuple("R", "param m v")
    return R(param - lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps), m, v)


@ans(_E, "_foreach functions", "right")
def ad_r13(param, grad, m, v, t, lr, beta1, beta2, eps):
    (p,), (g,), (m,), (v,) = [torch._foreach_mul([x], 1.0) for x in (param, grad, m, v)]
    torch._foreach_lerp_([m], [g], 1 - beta1)
    torch._foreach_mul_([v], beta2)
    torch._foreach_addcmul_([v], [g], [g], 1 - beta2)
    d = torch._foreach_sqrt([v / (1 - beta2**t)])
    torch._foreach_add_(d, eps)
    torch._foreach_addcdiv_([p], [m], d, -lr / (1 - beta1**t))
    return p, m, v


def _adam_like(what, note, kind="wrong", *, move=None, m1=None, v1=None, ret=None):
    """An answer that differs from the plain one in the given parts (all as a learner's one function)."""

    def f(param, grad, m, v, t, lr, beta1, beta2, eps):
        new_m = (m1 or (lambda m, g, b1, b2, t: b1 * m + (1 - b1) * g))(m, grad, beta1, beta2, t)
        new_v = (v1 or (lambda v, g, b1, b2, t, m, nm: b2 * v + (1 - b2) * g**2))(v, grad, beta1, beta2, t, m, new_m)
        d = (move or (lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + e)))(
            new_m, new_v, t, lr, beta1, beta2, eps, grad
        )
        return (ret or (lambda p, m, v, b1, b2, t: (p, m, v)))(param - d, new_m, new_v, beta1, beta2, t)

    ans("adam_step", what, kind, note)(f)


_adam_like(
    "eps under the root",
    "eps belongs outside the root",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1**t)) / (v / (1 - b2**t) + e).sqrt(),
)
_adam_like(
    "TensorFlow's form: eps added before the correction",
    "eps is added to the corrected root; here it is scaled by the correction",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * math.sqrt(1 - b2**t) / (1 - b1**t) * m / (v.sqrt() + e),
)
_adam_like(
    "no correction", "the means aren't corrected", move=lambda m, v, t, lr, b1, b2, e, g: lr * m / (v.sqrt() + e)
)
_adam_like(
    "only m corrected",
    "v isn't corrected",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * m / (1 - b1**t) / (v.sqrt() + e),
)
_adam_like(
    "only v corrected",
    "m isn't corrected",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * m / ((v / (1 - b2**t)).sqrt() + e),
)
_adam_like(
    "both corrected by beta1",
    "v is to be corrected with beta2",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1**t)) / ((v / (1 - b1**t)).sqrt() + e),
)
_adam_like(
    "both corrected by beta2",
    "m is to be corrected with beta1",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b2**t)) / ((v / (1 - b2**t)).sqrt() + e),
)
_adam_like(
    "corrected by 1 - beta, without t",
    "the power t is missing; right at t = 1 only",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1)) / ((v / (1 - b2)).sqrt() + e),
)
_adam_like(
    "t + 1 in the power",
    "t counts from 1 already",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1 ** (t + 1))) / ((v / (1 - b2 ** (t + 1))).sqrt() + e),
)
_adam_like(
    "t - 1 in the power (max 1)",
    "power one too small after step 1",
    move=lambda m, v, t, lr, b1, b2, e, g: (
        lr * (m / (1 - b1 ** max(t - 1, 1))) / ((v / (1 - b2 ** max(t - 1, 1))).sqrt() + e)
    ),
)
_adam_like(
    "beta * t instead of beta ** t",
    "power, not product",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1 * t)) / ((v / (1 - b2 * t)).abs().sqrt() + e),
)
_adam_like(
    "(1 - beta) ** t",
    "the power is of beta alone",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1) ** t) / ((v / (1 - b2) ** t).sqrt() + e),
)
_adam_like(
    "brackets missing in v / 1 - beta2**t",
    "precedence; root of a negative number gives nan",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1**t)) / ((v / 1 - b2**t).sqrt() + e),
)
_adam_like(
    "only the first step corrected",
    "every step is corrected, not only t = 1",
    move=lambda m, v, t, lr, b1, b2, e, g: (
        lr * (m / (1 - b1)) / ((v / (1 - b2)).sqrt() + e) if t == 1 else lr * m / (v.sqrt() + e)
    ),
)
_adam_like(
    "correction stopped after 1000 steps",
    "with beta2 0.999 or more the correction still matters then",
    move=lambda m, v, t, lr, b1, b2, e, g: (
        lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + e) if t <= 1000 else lr * m / (v.sqrt() + e)
    ),
)
_adam_like(
    "grad instead of the mean in the move",
    "momentum isn't used; right at t = 1 only",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * g / ((v / (1 - b2**t)).sqrt() + e),
)
_adam_like(
    "correction of v outside the root",
    "the corrected mean goes under the root",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1**t)) / (v.sqrt() / (1 - b2**t) + e),
)
_adam_like(
    "adds the move",
    "sign: against the mean of gradients",
    move=lambda m, v, t, lr, b1, b2, e, g: -lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + e),
)
_adam_like(
    "root of the mean over the tensor",
    "root entry by entry, not of v.mean()",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).mean().sqrt() + e),
)
_adam_like(
    "corrected moments returned",
    "m and v are to be kept uncorrected",
    ret=lambda p, m, v, b1, b2, t: (p, m / (1 - b1**t), v / (1 - b2**t)),
)
_adam_like("order param, v, m", "results in the wrong order", ret=lambda p, m, v, b1, b2, t: (p, v, m))
_adam_like("order m, v, param", "results in the wrong order", ret=lambda p, m, v, b1, b2, t: (m, v, p))
_adam_like("t returned as well", "three results are asked for", ret=lambda p, m, v, b1, b2, t: (p, m, v, t + 1))
_adam_like("only param", "m and v not returned", ret=lambda p, m, v, b1, b2, t: p)
_adam_like(
    "betas swapped",
    "beta1 is for m",
    m1=lambda m, g, b1, b2, t: b2 * m + (1 - b2) * g,
    v1=lambda v, g, b1, b2, t, m, nm: b1 * v + (1 - b1) * g**2,
)
_adam_like("beta and 1 - beta swapped in m", "beta1 weighs the old m", m1=lambda m, g, b1, b2, t: (1 - b1) * m + b1 * g)
_adam_like(
    "grad not squared", "v is the mean of squares", v1=lambda v, g, b1, b2, t, m, nm: b2 * v + (1 - b2) * g.abs()
)
_adam_like(
    "v from the square of m",
    "the squares are of the gradient",
    v1=lambda v, g, b1, b2, t, m, nm: b2 * v + (1 - b2) * nm**2,
)
_adam_like(
    "AdaBelief: square of grad - m",
    "another optimizer",
    v1=lambda v, g, b1, b2, t, m, nm: b2 * v + (1 - b2) * (g - nm) ** 2,
)
_adam_like(
    "AMSGrad: v never falls",
    "max with the old v isn't asked for",
    v1=lambda v, g, b1, b2, t, m, nm: torch.maximum(v, b2 * v + (1 - b2) * g**2),
)
_adam_like(
    "momentum without 1 - beta1", "1 - beta1 before the gradient is missing", m1=lambda m, g, b1, b2, t: b1 * m + g
)
_adam_like("old m not decayed", "beta1 times the old m is missing", m1=lambda m, g, b1, b2, t: m + (1 - b1) * g)
_adam_like("beta1 for v too", "beta2 is for v", v1=lambda v, g, b1, b2, t, m, nm: b1 * v + (1 - b1) * g**2)
_adam_like(
    "Nesterov (NAdam) move",
    "the move takes the corrected mean, without looking ahead",
    move=lambda m, v, t, lr, b1, b2, e, g: (
        lr * (b1 * m / (1 - b1 ** (t + 1)) + (1 - b1) * g / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + e)
    ),
)
_adam_like(
    "powers in float32",
    "torch.tensor(beta) is float32; 1 - beta2**t loses digits",
    move=lambda m, v, t, lr, b1, b2, e, g: (
        lr * (m / (1 - torch.tensor(b1) ** t)) / ((v / (1 - torch.tensor(b2) ** t)).sqrt() + e)
    ),
)
_adam_like(
    "t cut at 255 (uint8)",
    "t is turned into a small integer type, wraps round",
    move=lambda m, v, t, lr, b1, b2, e, g: (
        lr * (m / (1 - b1 ** (t & 255 or 256))) / ((v / (1 - b2 ** (t & 255 or 256))).sqrt() + e)
    ),
)
_adam_like(
    "eps 1e-8 fixed",
    "the argument eps is ignored",
    move=lambda m, v, t, lr, b1, b2, e, g: lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + 1e-8),
)
_adam_like(
    "results cast to float32 and back",
    "precision lost",
    ret=lambda p, m, v, b1, b2, t: (p.float().double(), m.float().double(), v.float().double()),
)
_adam_like(
    "m and v with one dimension too many",
    "results have one dimension too many (unsqueeze)",
    ret=lambda p, m, v, b1, b2, t: (p, m[None], v[None]),
)


@ans(_E, "m and v in place", "wrong", "m.mul_, v.mul_ change the arguments")
def ad_w1(param, grad, m, v, t, lr, beta1, beta2, eps):
    m.mul_(beta1).add_(grad, alpha=1 - beta1)
    v.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
    return param - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps), m, v


@ans(_E, "corrections in place on the new m, v", "wrong", "m /= ... corrects the state that is returned")
def ad_w2(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m, v
    m_hat /= 1 - beta1**t
    v_hat /= 1 - beta2**t
    return param - lr * m_hat / (v_hat.sqrt() + eps), m, v


@ans(_E, "old m and v in the move", "wrong", "the new means are to be used")
def ad_w3(param, grad, m, v, t, lr, beta1, beta2, eps):
    p = param - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps)
    return p, beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2


@ans(_E, "param -= in place", "wrong", "changes param and returns the argument")
def ad_w4(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    param -= lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps)
    return param, m, v


_ad_t = 0


@ans(_E, "t counted in a global", "wrong", "the argument t is ignored, calls are counted")
def ad_w5(param, grad, m, v, t, lr, beta1, beta2, eps):
    global _ad_t
    _ad_t += 1
    return adam_step(param, grad, m, v, _ad_t, lr, beta1, beta2, eps)


@ans(_E, "t guessed from zeros of m", "wrong", "ignores t unless m is zero")
def ad_w6(param, grad, m, v, t, lr, beta1, beta2, eps):
    return adam_step(param, grad, m, v, t if m.any() else 1, lr, beta1, beta2, eps)


@ans(_E, "torch.optim, step not injected", "wrong", "t is ignored: each call is the optimizer's step 1")
def ad_w7(param, grad, m, v, t, lr, beta1, beta2, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.Adam([p], lr=lr, betas=(beta1, beta2), eps=eps)
    opt.state[p] = {"step": torch.tensor(0.0), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    opt.step()
    return p.detach(), opt.state[p]["exp_avg"], opt.state[p]["exp_avg_sq"]


@ans(_E, "torch.optim, step injected as t", "wrong", "the optimizer counts on to t + 1")
def ad_w8(param, grad, m, v, t, lr, beta1, beta2, eps):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.Adam([p], lr=lr, betas=(beta1, beta2), eps=eps)
    opt.state[p] = {"step": torch.tensor(float(t)), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    opt.step()
    return p.detach(), opt.state[p]["exp_avg"], opt.state[p]["exp_avg_sq"]


@ans(_E, "m and v the same tensor at t = 1", "wrong", "m = v = zeros_like at t = 1, both changed in place")
def ad_w9(param, grad, m, v, t, lr, beta1, beta2, eps):
    if t == 1:
        m = v = torch.zeros_like(param)
    else:
        m, v = m.clone(), v.clone()
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad * grad
    return param - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps), m, v


@ans(_E, "entry by entry with enumerate(grad)", "wrong", "iteration over a 0-d tensor fails")
def ad_w10(param, grad, m, v, t, lr, beta1, beta2, eps):
    p, m, v = param.clone(), m.clone(), v.clone()
    for i, g in enumerate(grad):
        p[i], m[i], v[i] = adam_step(p[i], g, m[i], v[i], t, lr, beta1, beta2, eps)
    return p, m, v


@ans(_E, "no return", "wrong", "forgot the return")
def ad_w11(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    param = param - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps)


@ans(
    _E,
    "beta1 = 0: the grad argument handed back as new m",
    "wrong",
    "with beta1 0 the new m is the grad argument itself (shared memory)",
)
def ad_w12(param, grad, m, v, t, lr, beta1, beta2, eps):
    p, new_m, new_v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p, (grad if beta1 == 0 else new_m), new_v


@ans(_E, "lr 0: param handed back", "wrong", "with lr 0 the new param is the argument itself")
def ad_w13(param, grad, m, v, t, lr, beta1, beta2, eps):
    p, new_m, new_v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return (param if lr == 0 else p), new_m, new_v


@ans(
    _E,
    "correction by expm1(t log beta), no care for beta 0",
    "doubtful",
    "fails for beta 0 only (log of 0), which torch allows",
)
def ad_d1(param, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    c1, c2 = (-math.expm1(t * math.log(b)) for b in (beta1, beta2))
    return param - lr * (m / c1) / ((v / c2).sqrt() + eps), m, v


# adamw_step
_E = "adamw_step"


@ans(_E, "own adam_step and the decay", "right")
def aw_r1(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, m, v


@ans(_E, "shrunken param into adam_step (moments don't see param)", "right")
def aw_r2(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_step(param * (1 - lr * weight_decay), grad, m, v, t, lr, beta1, beta2, eps)


@ans(_E, "torch.optim.AdamW with injected state", "right")
def aw_r3(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.AdamW([p], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)
    opt.state[p] = {"step": torch.tensor(float(t - 1)), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    opt.step()
    return p.detach(), opt.state[p]["exp_avg"], opt.state[p]["exp_avg_sq"]


@ans(_E, "torch.optim.Adam with decoupled_weight_decay", "right")
def aw_r4(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p = param.clone().requires_grad_(True)
    p.grad = grad.clone()
    opt = torch.optim.Adam(
        [p], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay, decoupled_weight_decay=True, foreach=True
    )
    opt.state[p].update(step=torch.tensor(t - 1.0), exp_avg=m.clone(), exp_avg_sq=v.clone())
    opt.step()
    s = opt.state[p]
    return [p.detach(), s["exp_avg"], s["exp_avg_sq"]]


@ans(_E, "torch's functional adamw", "right")
def aw_r5(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    from torch.optim.adamw import adamw

    p, m, v = param.clone(), m.clone(), v.clone()
    adamw(
        [p],
        [grad],
        [m],
        [v],
        [],
        [torch.tensor(t - 1.0)],
        foreach=False,
        amsgrad=False,
        beta1=beta1,
        beta2=beta2,
        lr=lr,
        weight_decay=weight_decay,
        eps=eps,
        maximize=False,
    )
    return p, m, v


@ans(_E, "lerp, addcdiv", "right")
def aw_r6(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = m.lerp(grad, 1 - beta1)
    v = v.lerp(grad * grad, 1 - beta2)
    p = param.mul(1 - lr * weight_decay)
    return p.addcdiv_(m, v.sqrt().div_((1 - beta2**t) ** 0.5).add_(eps), value=-lr / (1 - beta1**t)), m, v


@ans(_E, "decay put into the corrected direction, lr outside", "right")
def aw_r7(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    direction = (m / (1 - beta1**t)) / (torch.sqrt(v / (1 - beta2**t)) + eps) + weight_decay * param
    return param - lr * direction, m, v


@ans(_E, "step of a zero param, moved onto the shrunken one", "right")
def aw_r8(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    delta, m, v = adam_step(torch.zeros_like(param), grad, m, v, t, lr, beta1, beta2, eps)
    return torch.sub(param, param, alpha=lr * weight_decay) + delta, m, v


@ans(_E, "numpy with vectorize, otypes for empty arrays", "right")
def aw_r9(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    def one(p, g, m, v):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        step = lr * m / (1 - beta1**t) / (math.sqrt(v / (1 - beta2**t)) + eps)
        return p - step - lr * weight_decay * p, m, v

    f = np.vectorize(one, otypes=[np.float64] * 3)
    out = f(param.numpy(), grad.numpy(), m.numpy(), v.numpy()) if param.numel() else [np.zeros(param.shape)] * 3
    return tuple(torch.tensor(x, dtype=torch.float64) for x in out)


ans(_E, "lambda with *rest", "right")(
    lambda param, grad, m, v, *rest: (lambda *r: (r[0] - rest[1] * rest[5] * param, *r[1:]))(
        *adam_step(param, grad, m, v, *rest[:5])
    )
)


@ans(_E, "decay by a plain SGD step on wd/2 |p|^2 with autograd", "right")
def aw_r11(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    q = param.clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(0.5 * weight_decay * (q * q).sum(), q)
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return (p - lr * g).detach(), m, v


class _AwCall:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay=0.01):
        new = list(self.inner(param, grad, m, v, t, lr, beta1, beta2, eps))
        new[0] = new[0].sub_(param, alpha=lr * weight_decay)
        return new


ans(_E, "wrapping object, list, sub_ on the new tensor", "right")(_AwCall(adam_step))


def _aw(what, note, kind="wrong"):
    return ans("adamw_step", what, kind, note)


@_aw("L2 in the gradient", "the decay is coupled: it enters m and v")
def aw_w1(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_step(param, grad + weight_decay * param, m, v, t, lr, beta1, beta2, eps)


@_aw("torch.optim.Adam with weight_decay", "Adam's weight_decay is the coupled one")
def aw_w2(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    opt = torch.optim.Adam([p], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)
    opt.state[p] = {"step": torch.tensor(float(t - 1)), "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
    opt.step()
    return p.detach(), opt.state[p]["exp_avg"], opt.state[p]["exp_avg_sq"]


@_aw("decay not times lr", "weight_decay * param without lr")
def aw_w3(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - weight_decay * param, m, v


@_aw("decay of the moved param", "param as it was before the step is to be decayed")
def aw_w4(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p * (1 - lr * weight_decay), m, v


@_aw("decay added", "sign of the decay")
def aw_w5(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p + lr * weight_decay * param, m, v


@_aw("no decay", "weight_decay isn't used")
def aw_w6(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)


@_aw("decay divided by the root", "the decay goes through the adaptive scaling")
def aw_w7(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param - lr * (m / (1 - beta1**t) + weight_decay * param) / ((v / (1 - beta2**t)).sqrt() + eps), m, v


@_aw("decay of the sign (L1)", "sign(param) instead of param")
def aw_w8(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param.sign(), m, v


@_aw("decay of param squared", "gradient of the penalty is param, not its square")
def aw_w9(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param**2, m, v


@_aw("twice the decay", "2 * weight_decay * param (derivative of wd p² without 1/2)")
def aw_w10(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - 2 * lr * weight_decay * param, m, v


@_aw("decay in m only", "the decay enters the first moment")
def aw_w11(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * (grad + weight_decay * param)
    v = beta2 * v + (1 - beta2) * grad**2
    return param - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps), m, v


@_aw("decay also added to m that is kept", "the decay is decoupled but m is returned with it")
def aw_w12(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, m + weight_decay * param, v


@_aw("param.mul_ before", "the argument param is shrunk in place")
def aw_w13(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    param.mul_(1 - lr * weight_decay)
    return adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)


@_aw("no decay for 1-d and 0-d tensors", "biases left out as in training scripts; every shape is to be decayed")
def aw_w14(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return (p - lr * weight_decay * param if param.dim() >= 2 else p), m, v


@_aw("decay corrected by 1 - beta1^t", "the decay is divided by the correction")
def aw_w15(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    size = lr / (1 - beta1**t)
    return param - size * m / ((v / (1 - beta2**t)).sqrt() + eps) - size * weight_decay * param, m, v


@_aw("decay only in the first step", "if t == 1")
def aw_w16(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return (p - lr * weight_decay * param if t == 1 else p), m, v


@_aw("lr twice", "lr * lr * weight_decay")
def aw_w17(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    step = (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps) + lr * weight_decay * param
    return param - lr * step, m, v


@_aw("eps in the root", "eps belongs outside the root")
def aw_w18(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param - lr * (m / (1 - beta1**t)) / (v / (1 - beta2**t) + eps).sqrt() - lr * weight_decay * param, m, v


@_aw("no correction", "Adam's bias correction is missing")
def aw_w19(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param * (1 - lr * weight_decay) - lr * m / (v.sqrt() + eps), m, v


@_aw("old m, v returned", "the new moments of adam_step are thrown away")
def aw_w20(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, _, _ = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, m, v


@_aw("adam_step without t's power (1 - beta)", "the correction forgets t")
def aw_w21(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, 1, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, m, v


@_aw("returns the tuple of adam_step, decay result lost", "param with the decay isn't returned")
def aw_w22(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    out = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    param = out[0] - lr * weight_decay * param
    return out


@_aw("nested result (p, (m, v))", "three results, not a pair with a pair")
def aw_w23(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, (m, v)


@_aw("decay of the mean over entries", "param.mean() / norm instead of the entry")
def aw_w24(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param.norm(), m, v


@_aw("decay as float32 factor", "torch.tensor(1 - lr * wd) rounds to float32")
def aw_w25(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_step(param * torch.tensor(1 - lr * weight_decay), grad, m, v, t, lr, beta1, beta2, eps)


@_aw("clamped decay", "the factor is kept from going below 0; torch doesn't")
def aw_w26(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_step(param * max(0.0, 1 - lr * weight_decay), grad, m, v, t, lr, beta1, beta2, eps)


@_aw("exp(-lr wd) instead of 1 - lr wd", "nearly the same for small lr·wd only")
def aw_w27(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_step(param * math.exp(-lr * weight_decay), grad, m, v, t, lr, beta1, beta2, eps)


@_aw("decay where there is a gradient only", "entries of zero gradient must decay too")
def aw_w28(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, m, v = adam_step(param, grad, m, v, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param * (grad != 0), m, v


@_aw(
    "decay skipped when weight_decay is large/zero: argument handed back",
    "with weight_decay 0 and zero grad param itself is returned",
)
def aw_w29(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    if weight_decay == 0 and not grad.any() and not m.any():
        return param, m * beta1, v * beta2
    return aw_r1(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay)


@_aw("moments swapped in the call of adam_step", "adam_step(param, grad, v, m, ...)")
def aw_w30(param, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    p, v, m = adam_step(param, grad, v, m, t, lr, beta1, beta2, eps)
    return p - lr * weight_decay * param, m, v


# Adam
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


def A(what, kind, note=""):
    return ans("Adam", what, kind, note)


@A("whole class, own adam_step, copy_", "right")
class AR0(torch.optim.Optimizer):
    """Adam, as in torch.optim, for parameter groups."""

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
        """Take one step and return the closure's loss, or None."""
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
                new, s["m"], s["v"] = adam_step(
                    p, p.grad, s["m"], s["v"], s["t"], group["lr"], *group["betas"], group["eps"]
                )
                p.copy_(new)
        return loss


@A(
    "in place on the state, step a float32 tensor as in torch (state aliased by load_state_dict, as torch's own)",
    "right",
)
class AR1(_Given):
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


@A("_foreach over each group, helper methods, step sizes per parameter", "right")
class AR2(_Given):
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


@A("torch's functional adam on lists", "right")
class AR3(_Given):
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
                adam(
                    ps,
                    [p.grad for p in ps],
                    [s["a"] for s in st],
                    [s["b"] for s in st],
                    [],
                    [s["step"] for s in st],
                    foreach=False,
                    amsgrad=False,
                    beta1=g["betas"][0],
                    beta2=g["betas"][1],
                    lr=g["lr"],
                    weight_decay=0.0,
                    eps=g["eps"],
                    maximize=False,
                )
        return loss


@A("one stacked tensor (2, ...) as state, t a float", "right")
class AR4(_Given):
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


@A("state as one list [t, m, v] under one name", "right")
class AR5(_Given):
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


@A("state set up at once in add_param_group (zeros before the first step)", "right")
class AR6(_Given):
    def add_param_group(self, param_group):
        super().add_param_group(param_group)
        for p in self.param_groups[-1]["params"]:
            self._fresh(p)

    def _fresh(self, p):
        if not self.state[p]:
            self.state[p] = {
                "t": 0,
                "m": torch.zeros_like(p, requires_grad=False),
                "v": torch.zeros_like(p, requires_grad=False),
            }
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
                new, s["m"], s["v"] = adam_step(
                    p, p.grad, s["m"], s["v"], s["t"], group["lr"], *group["betas"], group["eps"]
                )
                p.copy_(new)
        return loss


@A("no decorator; p.data and grad.data, with enable_grad for the closure", "right")
class AR7(_Given):
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


@A("numpy views of the parameters' memory", "right")
class AR8(_Given):
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


@A("entry by entry with ndindex", "right")
class AR9(_Given):
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
                    p[i], m[i], v[i] = adam_step(
                        p[i], p.grad[i], m[i], v[i], s["t"], group["lr"], *group["betas"], group["eps"]
                    )
        return loss


@A("a torch.optim.Adam for each parameter and step, state lent to it", "right")
class AR10(_Given):
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


@A("all of a group as one flat vector, t per entry", "right")
class AR11(_Given):
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
            new, m, v = adam_step(
                flat(ps), flat([p.grad for p in ps]), m, v, t, group["lr"], *group["betas"], group["eps"]
            )
            sizes = [p.numel() for p in ps]
            for p, s, x, a, b in zip(ps, ss, new.split(sizes), m.split(sizes), v.split(sizes)):
                p.copy_(x.view(p.shape))
                s["m"], s["v"] = a.clone().view(p.shape), b.clone().view(p.shape)
        return loss


@A("backwards through groups and parameters, -m kept, t as int64 tensor named t", "right")
class AR12(_Given):
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


@A("two passes (all states, then all parameters), a generator, betas kept as list, more defaults", "right")
class AR13(torch.optim.Optimizer):
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


@A("looks at self.state[p] before the None test (an empty dict for skipped parameters)", "right")
class AR14(_Given):
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
                new, s["m"], s["v"] = adam_step(
                    p, p.grad, s["m"], s["v"], s["t"], group["lr"], *group["betas"], group["eps"]
                )
                p.copy_(new)
        return loss


@A("nested dict in the state, extra entries kept (last update, settings seen)", "right")
class AR15(_Given):
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


@A("moments always held in float64, shape (n,)", "right")
class AR16(_Given):
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
                    s.update(
                        t=0, m=torch.zeros(p.numel(), dtype=torch.double), v=torch.zeros(p.numel(), dtype=torch.double)
                    )
                s["t"] += 1
                new, s["m"], s["v"] = adam_step(
                    p.detach().flatten(),
                    p.grad.flatten(),
                    s["m"],
                    s["v"],
                    s["t"],
                    group["lr"],
                    *group["betas"],
                    group["eps"],
                )
                p.copy_(new.unflatten(0, p.shape) if p.dim() else new.squeeze())
        return loss


@A("t as a (1,)-tensor of doubles, everything by out= into the state", "right")
class AR17(_Given):
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


@A(
    "running products of the betas instead of t",
    "doubtful",
    "the same as long as a group's betas don't change between steps",
)
class AD0(_Given):
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


@A(
    "all past gradients kept in the state and the means built anew",
    "doubtful",
    "the same as long as the betas don't change; grows without end",
)
class AD1(_Given):
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


@A("corrected means kept, uncorrected again in the next step", "doubtful", "the same as long as the betas don't change")
class AD2(_Given):
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


@A("subclass of torch.optim.Adam", "doubtful", "behaves right, but isn't the learner's own step")
class AD3(torch.optim.Adam):
    pass


@A(
    "parameters with requires_grad False skipped though they have a grad",
    "doubtful",
    "a frozen parameter with a leftover grad isn't moved; torch moves it",
)
class AD4(_Given):
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
                new, s["m"], s["v"] = adam_step(
                    p, p.grad, s["m"], s["v"], s["t"], group["lr"], *group["betas"], group["eps"]
                )
                p.copy_(new)
        return loss


class _Moments:
    def __init__(self, p):
        self.t, self.m, self.v = 0, torch.zeros_like(p), torch.zeros_like(p)


@A(
    "an object of an own class instead of a dict in state[p]",
    "doubtful",
    "not a dict; load_state_dict shares the object between two optimizers",
)
class AD5(_Given):
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


@A(
    "self.zero_grad() before calling the closure",
    "doubtful",
    "harmless with a closure that clears all gradients itself; touches gradients of parameters outside the loss",
)
class AD6(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                self.zero_grad()
                loss = closure()
        AR14.step(self)
        return loss


class _W(_Given):
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


def W(what, note, kind="wrong", base=_W, **parts):
    """Register a class with the given methods put in place of _W's."""
    cls = type("AW%d" % len(ANSWERS), (base,), dict(parts))
    globals()[cls.__name__] = cls
    cls.__module__ = __name__
    ans("Adam", what, kind, note)(cls)


# --- None gradients
W("no test for None", "crashes where a grad is None", skip=lambda self, p: False)


def _k(self, p):
    s = _W.kept(self, p)
    s["t"] += 1
    return s


def _f(self, closure=None):
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


W("t counted before the None test", "a step without a gradient counts", step=torch.no_grad()(_f))


def _f(self, p, s, conf):
    s["t"] += 1
    g = p.grad if p.grad is not None else torch.zeros_like(p)
    new, s["m"], s["v"] = adam_step(p, g, s["m"], s["v"], s["t"], *conf)
    p.copy_(new)


W(
    "None taken as a zero gradient",
    "a parameter without gradient moves on by its momentum",
    skip=lambda self, p: False,
    move=_f,
)
W(
    "all-zero gradient skipped like None",
    "a zero gradient is a gradient: momentum moves on, t counts",
    skip=lambda self, p: p.grad is None or not p.grad.any(),
)


def _f(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is None:
                break
            self.move(p, self.kept(p), self.conf(group))
    return loss


W("break at the first None", "the parameters after one without gradient are left out", step=torch.no_grad()(_f))


def _f(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is None:
                return None
            self.move(p, self.kept(p), self.conf(group))
    return loss


W("return at the first None", "step ends early and the loss is lost", step=torch.no_grad()(_f))


def _f(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        if any(p.grad is None for p in group["params"]):
            continue
        for p in group["params"]:
            self.move(p, self.kept(p), self.conf(group))
    return loss


W("whole group skipped when one grad is None", "only that parameter is to be left alone", step=torch.no_grad()(_f))


def _f(self, closure=None):
    live = [(g, p) for g in self.param_groups for p in g["params"] if p.grad is not None]
    loss = self.loss(closure)
    for group, p in live:
        if p.grad is not None:
            self.move(p, self.kept(p), self.conf(group))
    return loss


W(
    "list of parameters with gradients made before the closure",
    "gradients appear in the closure; in the first step nothing moves",
    step=torch.no_grad()(_f),
)


def _f(self, closure=None):
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


W(
    "gradients read before the closure (stale)",
    "the gradients of the step before are used when a closure is given",
    step=torch.no_grad()(_f),
)


# --- groups and settings
W(
    "settings of the first group for all",
    "each group has its own settings",
    conf=lambda self, g: _W.conf(self, self.param_groups[0]),
)
W(
    "self.defaults for all",
    "group settings and later lr changes are ignored",
    conf=lambda self, g: _W.conf(self, self.defaults),
)
W(
    "lr from the group, betas and eps from the defaults",
    "betas, eps of the group are ignored",
    conf=lambda self, g: (g["lr"], *self.defaults["betas"], self.defaults["eps"]),
)
W(
    "eps from the defaults",
    "eps of the group is ignored",
    conf=lambda self, g: (g["lr"], *g["betas"], self.defaults["eps"]),
)
W("eps fixed at 1e-8", "eps of the group is ignored", conf=lambda self, g: (g["lr"], *g["betas"], 1e-8))
W(
    "lr of the first group, the rest own",
    "lr of the other groups is ignored",
    conf=lambda self, g: (self.param_groups[0]["lr"], *g["betas"], g["eps"]),
)


def _f(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _Given.__init__(self, params, lr, betas, eps)
    self.lr = lr


W(
    "lr kept in self.lr",
    "schedulers and group settings of lr are ignored",
    __init__=_f,
    conf=lambda self, g: (self.lr, *g["betas"], g["eps"]),
)


def _f(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _Given.__init__(self, params, lr, betas, eps)
    self._settings = [_W.conf(self, g) for g in self.param_groups]


def _g(self, g):
    i = self.param_groups.index(g)
    return self._settings[i] if i < len(self._settings) else _W.conf(self, g)


def _g(self, g):
    for h, c in zip(self.param_groups, self._settings):
        if h is g:
            return c
    return _W.conf(self, g)


W(
    "settings of all groups read once in __init__",
    "later changes of lr (schedulers, load_state_dict) are ignored",
    __init__=_f,
    conf=_g,
)


def _f(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    torch.optim.Optimizer.__init__(self, params, {"lr": lr, "beta1": betas[0], "beta2": betas[1], "eps": eps})


W(
    "beta1, beta2 as settings of their own",
    "a group's own betas are ignored (they stay under 'betas')",
    __init__=_f,
    conf=lambda self, g: (g["lr"], g["beta1"], g["beta2"], g["eps"]),
)


def _f(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _Given.__init__(self, params, lr, betas, eps)
    self._all = [(g, p) for g in self.param_groups for p in g["params"]]


def _g(self, closure=None):
    loss = self.loss(closure)
    for group, p in self._all:
        if not self.skip(p):
            self.move(p, self.kept(p), self.conf(group))
    return loss


W(
    "list of parameters and groups made once in __init__",
    "add_param_group is ignored; load_state_dict makes new group dicts, their lr is ignored",
    __init__=_f,
    step=torch.no_grad()(_g),
)


def _f(self, closure=None):
    loss = self.loss(closure)
    for p in self.param_groups[0]["params"]:
        if not self.skip(p):
            self.move(p, self.kept(p), self.conf(self.param_groups[0]))
    return loss


W("only the first group moved", "all groups are to be moved", step=torch.no_grad()(_f))


def _f(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
        return loss


W("return inside the loop over groups", "indentation: only the first group is moved", step=torch.no_grad()(_f))


def _f(self, closure=None):
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


W(
    "corrected rate written back to group['lr']",
    "the group's lr is changed; the next step corrects it again",
    step=torch.no_grad()(_f),
)


def _f(self, p, s, conf):
    _W.move(self, p, s, (conf[0] / math.sqrt(s["t"] + 1), *conf[1:]))


W("lr decayed by root t", "lr is to be used as it is (proof in the paper only)", move=_f)


def _f(self, p, s, conf):
    _W.move(self, p, s, (self.param_groups[-1]["lr"], *conf[1:]))


W("lr of the last group", "a variable left over from the loop", move=_f)


# --- where t and the moments live
def _f(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _Given.__init__(self, params, lr, betas, eps)
    self.t = 0


def _g(self, closure=None):
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


W("one t in self.t", "t is one for all parameters and lost by state_dict", __init__=_f, step=torch.no_grad()(_g))


def _g(self, closure=None):
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


W("t in the group", "one t for the group, steps without gradient count", step=torch.no_grad()(_g))


def _g(self, closure=None):
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


W("self.t counted once per parameter", "t grows by the number of parameters", __init__=_f, step=torch.no_grad()(_g))


def _g(self, closure=None):
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


W("one t in self.state['step']", "survives state_dict but is one for all parameters", step=torch.no_grad()(_g))


def _f(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _Given.__init__(self, params, lr, betas, eps)
    self._t = collections.defaultdict(int)


def _g(self, p, s, conf):
    self._t[p] += 1
    new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], self._t[p], *conf)
    p.copy_(new)


W("t per parameter in a dict self._t", "moments survive state_dict, t doesn't", __init__=_f, move=_g)


def _f(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _Given.__init__(self, params, lr, betas, eps)
    self.mem = {}


def _g(self, p):
    if id(p) not in self.mem:
        self.mem[id(p)] = {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
    return self.mem[id(p)]


W("all state in self.mem keyed by id", "not in self.state: state_dict is empty", __init__=_f, kept=_g)


def _g(self, p):
    if id(p) not in self.mem:
        self.mem[id(p)] = {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
    self.state[p] = self.mem[id(p)]
    return self.mem[id(p)]


W(
    "self.mem keyed by id, shown in self.state too",
    "state_dict looks right, but a loaded state is never read",
    __init__=_f,
    kept=_g,
)


def _g(self, p):
    s = self.state[id(p)]
    if not s:
        s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
    return s


W("self.state[id(p)]", "keyed by id: the loaded state isn't found by another instance", kept=_g)


def _f(self, closure=None):
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


W(
    "self.state[i] by position",
    "load_state_dict puts the state under the parameter, position i is empty then",
    step=torch.no_grad()(_f),
)


def _f(self, closure=None):
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


W(
    "a list by position among those with gradients",
    "a None gradient shifts the positions: states get mixed up",
    step=torch.no_grad()(_f),
)


def _g(self, p):
    s = self.state[p.data]
    if not s:
        s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
    return s


W("self.state[p.data]", "p.data is a new object each time: the state is lost from step to step", kept=_g)


def _f(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _Given.__init__(self, params, lr, betas, eps)
    self.by = {}


def _g(self, p):
    return self.by.setdefault(p.shape, {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)})


W("state keyed by shape", "parameters of the same shape share their state", __init__=_f, kept=_g)
W(
    "class attribute as memory",
    "instances on the same parameters share the state; state_dict is empty",
    by={},
    kept=lambda self, p: self.by.setdefault(p, {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}),
)


def _f(self, p, s, conf, shared={"t": 0}):
    shared["t"] += 1
    new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], shared["t"], *conf)
    p.copy_(new)


W("t in a default argument", "t is shared by all parameters and instances", move=_f)


def _f(self, closure=None):
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


W(
    "states made for all at the first step only",
    "KeyError for parameters of a group added later",
    step=torch.no_grad()(_f),
)


def _f(self, closure=None):
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


W(
    "states made anew in the first step of each instance",
    "a loaded state is thrown away in the first step after it",
    step=torch.no_grad()(_f),
)


def _f(self, state_dict):
    _W.load_state_dict(self, state_dict)
    for s in self.state.values():
        s["t"] = 0


W("load_state_dict sets t to 0", "t is lost by loading", load_state_dict=_f)


def _f(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        old, self.state = self.state, collections.defaultdict(dict)
        for p in group["params"]:
            if not self.skip(p):
                self.state[p] = old[p] or {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
                self.move(p, self.state[p], self.conf(group))
    return loss


W("self.state made anew for each group", "only the last group's state remains", step=torch.no_grad()(_f))


def _f(self, p, s, conf):
    m, v = torch.from_numpy(np.asarray(s["m"])), torch.from_numpy(np.asarray(s["v"]))
    s["t"] += 1
    new, m, v = adam_step(p, p.grad, m, v, s["t"], *conf)
    s["m"], s["v"] = m.numpy(), v.numpy()
    p.copy_(new)


W("moments kept as numpy arrays", "load_state_dict crashes or breaks them: it knows tensors only", move=_f)

_Kept = collections.namedtuple("_Kept", "m v")


def _f(self, p, s, conf):
    k = s.get("k", _Kept(torch.zeros_like(p), torch.zeros_like(p)))
    s["t"] += 1
    new, m, v = adam_step(p, p.grad, k.m, k.v, s["t"], *conf)
    s["k"] = _Kept(m, v)
    p.copy_(new)


W("moments kept as a named tuple", "load_state_dict can't rebuild a named tuple", move=_f)


def _f(self, p):
    s = self.state[p]
    if not s:
        s["t"] = torch.zeros((), dtype=torch.uint8)
        s["m"], s["v"] = torch.zeros_like(p), torch.zeros_like(p)
    return s


def _g(self, p, s, conf):
    s["t"] += 1
    new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], int(s["t"]), *conf)
    p.copy_(new)


W("t as a uint8 tensor", "wraps round (division by 0) at step 256", kept=_f, move=_g)


def _f(self, p):
    s = self.state[p]
    if not s:
        s["step"], s["m"], s["v"] = torch.tensor(0.0), torch.zeros_like(p), torch.zeros_like(p)
    return s


def _g(self, p, s, conf):
    s["step"] += 1
    new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["step"], *conf)
    p.copy_(new)


W("t a float32 tensor used in the powers", "1 - beta^t is rounded to float32", kept=_f, move=_g)


def _f(self, p):
    s = self.state[p]
    if not s:
        s["t"], s["m"], s["v"] = 0, torch.zeros(p.shape), torch.zeros(p.shape)
    return s


def _g(self, p, s, conf):
    lr, b1, b2, eps = conf
    s["t"] += 1
    s["m"].mul_(b1).add_(p.grad, alpha=1 - b1)
    s["v"].mul_(b2).add_(p.grad**2, alpha=1 - b2)
    p -= lr * (s["m"] / (1 - b1 ** s["t"])) / ((s["v"] / (1 - b2 ** s["t"])).sqrt() + eps)


W("moments from torch.zeros(p.shape)", "float32 state for float64 parameters: rounded", kept=_f, move=_g)


def _f(self, p):
    s = self.state[p]
    if not s:
        s["t"], s["m"] = 0, torch.zeros_like(p)
        s["v"] = s["m"]
    return s


W("m and v one tensor, changed in place", "m = v = zeros_like(p): both share memory", kept=_f, move=_g)


def _f(self, p):
    s = self.state[p]
    if not s:
        s["t"], s["m"], s["v"] = 0, p.grad, p.grad**2
    return s


W(
    "m starts as p.grad itself",
    "m is the gradient's memory (changed in place), and starts at grad instead of 0",
    kept=_f,
    move=_g,
)


def _f(self, p):
    s = self.state[p]
    if not s:
        s["t"], s["m"], s["v"] = 0, p.grad.clone(), p.grad**2
    return s


W("m and v start as grad and its square", "they start at zeros", kept=_f)


def _f(self, p):
    s = self.state[p]
    if not s:
        s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.ones_like(p)
    return s


W("v starts at ones", "it starts at zeros", kept=_f)


def _f(self, p, s, conf):
    lr, b1, b2, eps = conf
    s["t"] += 1
    g = p.grad
    if b1 == 0:
        s["m"] = g
    else:
        s["m"] = b1 * s["m"] + (1 - b1) * g
    s["v"] = b2 * s["v"] + (1 - b2) * g**2
    p -= lr * (s["m"] / (1 - b1 ** s["t"])) / ((s["v"] / (1 - b2 ** s["t"])).sqrt() + eps)


W(
    "beta1 0: m is the gradient tensor itself",
    "kept state shares memory with .grad when beta1 is 0",
    "doubtful",
    move=_f,
)
W(
    "state.setdefault on a shared template",
    "all parameters' moments of one shape come from one cached zeros tensor, changed in place",
    _z={},
    kept=lambda self, p: (
        self.state[p]
        if self.state[p]
        else self.state[p].update(
            t=0,
            m=self._z.setdefault((p.shape, "m"), torch.zeros_like(p)),
            v=self._z.setdefault((p.shape, "v"), torch.zeros_like(p)),
        )
        or self.state[p]
    ),
    move=_g,
)


# --- in place, or not
def _f(self, p, s, conf):
    s["t"] += 1
    new, s["m"], s["v"] = adam_step(p, p.grad, s["m"], s["v"], s["t"], *conf)
    p = new


W("p = new", "rebinds the name: no parameter moves", move=_f)


def _f(self, p, s, conf):
    s["t"] += 1
    p.data, s["m"], s["v"] = adam_step(p.data, p.grad, s["m"], s["v"], s["t"], *conf)


W("p.data = new", "the storage is replaced, not changed in place: views of the parameter don't see it", move=_f)


def _f(self, closure=None):
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


W("new Parameter put into the group", "the model's parameter stays where it was", step=torch.no_grad()(_f))
W(
    "without no_grad, in place on p",
    "in-place change of a leaf that requires grad: RuntimeError",
    step=_W.step.__wrapped__,
)


def _f(self, closure=None):
    loss = closure() if closure is not None else None
    with torch.no_grad():
        for group in self.param_groups:
            for p in group["params"]:
                if not self.skip(p):
                    self.move(p, self.kept(p), self.conf(group))
    return loss


W(
    "no decorator, closure without enable_grad",
    "fails when step is called under no_grad: gradients aren't switched on",
    step=_f,
)


def _f(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
                p.grad.zero_()
    return loss


W("gradient zeroed after the move", ".grad is to be left as it is", step=torch.no_grad()(_f))


def _f(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
    self.zero_grad()
    return loss


W("zero_grad at the end", ".grad is set to None", step=torch.no_grad()(_f))


def _f(self, p, s, conf):
    lr, b1, b2, eps = conf
    s["t"] += 1
    s["m"] = b1 * s["m"] + (1 - b1) * p.grad
    s["v"] = b2 * s["v"] + (1 - b2) * p.grad.pow_(2)
    p -= lr * (s["m"] / (1 - b1 ** s["t"])) / ((s["v"] / (1 - b2 ** s["t"])).sqrt() + eps)


W("p.grad.pow_(2)", ".grad is squared in place", move=_f)


def _f(self, p, s, conf):
    torch.nn.utils.clip_grad_norm_([p], 1.0)
    _W.move(self, p, s, conf)


W("gradient clipped", "changes .grad and the step where its norm is above 1", move=_f)


def _f(self, p, s, conf):
    s["t"] += 1
    new, s["m"], s["v"] = adam_step(p, p.grad + 0.01 * p, s["m"], s["v"], s["t"], *conf)
    p.copy_(new)


W("weight decay slipped in", "no decay is asked for", move=_f)


# --- closures
W("closure ignored", "the closure isn't called", loss=lambda self, c: None)
W("closure without enable_grad", "under no_grad backward fails", loss=lambda self, c: None if c is None else c())


def _f(self, c):
    if c is None:
        return None
    with torch.enable_grad():
        c()
        return c()


W("closure called twice", "called once, please", loss=_f)


def _f(self, closure=None):
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
    return self.loss(closure)


W("closure after the move", "it comes first: its gradients are for this step", step=torch.no_grad()(_f))
W(
    "loss not returned",
    "what the closure returned is to be returned",
    loss=lambda self, c: None if c is None else (_W.loss(self, c), None)[1],
)
W(
    "loss.item() returned",
    "a float instead of the closure's value",
    loss=lambda self, c: None if c is None else _W.loss(self, c).item(),
)
W(
    "loss.detach() returned",
    "another tensor than the closure returned; fails for a float",
    loss=lambda self, c: None if c is None else _W.loss(self, c).detach(),
)
W("loss or None", "a loss of 0 is returned as None", loss=lambda self, c: _W.loss(self, c) or None)


def _f(self, c):
    loss = _W.loss(self, c)
    if loss is not None:
        loss.backward()
    return loss


W("backward in step again", "the closure calls backward already: error or doubled gradients", loss=_f)
W("float 0 without a closure", "None is to be returned", loss=lambda self, c: 0.0 if c is None else _W.loss(self, c))


def _f(self, c):
    if c is None:
        return None
    with torch.enable_grad():
        return c(self)


W("closure(self)", "the closure takes no argument", loss=_f)


def _f(self, closure=None):
    loss = self.loss(closure)
    moved = []
    for group in self.param_groups:
        for p in group["params"]:
            if not self.skip(p):
                self.move(p, self.kept(p), self.conf(group))
                moved.append(p)
    return loss if closure else moved


W("the list of parameters returned without closure", "None is to be returned", step=torch.no_grad()(_f))


def _f(self, closure):
    return _W.step(self, closure)


W("closure without a default", "step() fails: closure must be optional", step=_f)


# --- the rule
def _rule(what, note, update, kind="wrong"):
    def move(self, p, s, conf):
        s["t"] += 1
        update(p, p.grad, s, s["t"], *conf)

    W(what, note, kind, move=move)


def _mv(s, g, b1, b2):
    s["m"] = b1 * s["m"] + (1 - b1) * g
    s["v"] = b2 * s["v"] + (1 - b2) * g**2
    return s["m"], s["v"]


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    p -= lr * (m / (1 - b1**t)) / (v / (1 - b2**t) + eps).sqrt()


_rule("eps under the root", "eps is added to the root", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    p -= lr * math.sqrt(1 - b2**t) / (1 - b1**t) * m / (v.sqrt() + eps)


_rule("TensorFlow's eps (before the correction)", "eps is added to the corrected root", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    p -= lr * m / (v.sqrt() + eps)


_rule("no correction", "m and v aren't corrected", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    m /= 1 - b1**t
    v /= 1 - b2**t
    p -= lr * m / (v.sqrt() + eps)


_rule("state corrected in place", "the kept m and v are to stay uncorrected (differs from step 2 on)", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b2, b1)
    p -= lr * (m / (1 - b2**t)) / ((v / (1 - b1**t)).sqrt() + eps)


_rule("betas swapped", "betas[0] is for m", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    t += 1
    p -= lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)


_rule("t one too high", "the first step is number 1, not 2", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = s["m"], s["v"]
    p -= lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)
    _mv(s, g, b1, b2)


_rule("moved by the old m and v", "m and v are to be renewed first", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    p -= lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).norm() + eps)


_rule("norm of the whole tensor", "root entry by entry", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    p += lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)


_rule("uphill", "sign of the move", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    for i in range(p.shape[0]):
        p[i] -= lr * (m[i] / (1 - b1**t)) / ((v[i] / (1 - b2**t)).sqrt() + eps)


_rule("loop over rows", "IndexError for parameters of shape ()", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    step = lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)
    p.sub_(step.to(torch.float32))


_rule("step rounded to float32", "precision lost", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    step = lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)
    p.reshape(-1).sub_(step.reshape(-1))


_rule("in place on reshape(-1)", "for a non-contiguous parameter reshape copies: it doesn't move", _f, "doubtful")


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    s["vmax"] = torch.maximum(s.get("vmax", v), v)
    p -= lr * (m / (1 - b1**t)) / ((s["vmax"] / (1 - b2**t)).sqrt() + eps)


_rule("AMSGrad", "the largest v isn't asked for", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    if v.abs().max() > 0:
        p -= lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt())


_rule("eps left out, all-zero v guarded", "eps isn't used; nan for single zero entries", _f)


def _f(p, g, s, t, lr, b1, b2, eps):
    m, v = _mv(s, g, b1, b2)
    p -= lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)
    if t >= 100:
        s["t"] = 0


_rule("t started again at 100", "t counts on for ever", _f)


@A("step not written", "wrong", "raises NotImplementedError")
class AWN(_Given):
    @torch.no_grad()
    def step(self, closure=None):
        """Take one step and return the closure's loss, or None."""
        raise NotImplementedError


@A(
    "a torch.optim.Adam inside, made at the first step",
    "wrong",
    "state lives in the inner optimizer: state_dict is empty; groups are copied once",
)
class AWI(_Given):
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


@A(
    "inner torch.optim.Adam sharing groups and state at the first step only",
    "wrong",
    "after load_state_dict self.state and self.param_groups are new objects, the inner optimizer keeps the old ones",
)
class AWJ(_Given):
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


def _f(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _Given.__init__(self, params, lr, betas, eps)
    for group in self.param_groups:
        for p in group["params"]:
            self.state[p] = {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}


W(
    "states made in __init__ only",
    "KeyError for groups added later; moments of parameters that require grad are fine",
    __init__=_f,
    kept=lambda self, p: self.state[p],
)


def _f(self, p):
    s = self.state[p]
    if not s:
        s["t"], s["m"], s["v"] = 0, p.detach(), torch.zeros_like(p)
        s["m"] = s["m"] * 0 if p.dim() else s["m"]
    return s


W("m of a 0-d parameter starts as the parameter", "m starts at p instead of 0 for shape ()", kept=_f)


def _f(self, closure=None):
    loss = self.loss(closure)
    for group in self.param_groups:
        for p in group["params"]:
            if self.skip(p):
                self.state.pop(p, None)
                continue
            self.move(p, self.kept(p), self.conf(group))
    return loss


W(
    "state dropped when the grad is None",
    "the state of a skipped parameter is to stay as it is",
    step=torch.no_grad()(_f),
)


def _f(self, closure=None):
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


W(
    "means decay while the grad is None",
    "the state of a skipped parameter is to stay as it is (t does, m and v don't)",
    step=torch.no_grad()(_f),
)


def _f(self, closure=None):
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


W(
    "foreach style: t of the group's first parameter for all of it",
    "each parameter has its own t",
    step=torch.no_grad()(_f),
)


def _f(self):
    sd = _W.state_dict(self)
    self.state.clear()
    return sd


W("state_dict empties the optimizer", "the original must go on unharmed after state_dict()", state_dict=_f)


# What those deserve that don't pass.
VERDICTS: dict[str, dict[str, str | None]] = {
    "adagrad_step": {
        "eps under the root": "eps inside the root",
        "old total in the root": "the old squares",
        "no root": "no root",
        "grad not squared": "size of the gradient added",
        "moves with the gradient": "uphill",
        "total changed in place": "total in place",
        "param changed in place, total not": "param in place",
        "squares the grad argument in place": "grad in place",
        "one norm for the whole tensor": "one size for all",
        "square by grad @ grad / sum": "squares summed over entries",
        "no return": "nothing returned",
        "results swapped": "the pair swapped",
        "old total returned": "total not renewed",
        "only param returned": "only the param",
        "zero gradient: arguments handed back": "",
        "loop over the first dimension": "error: ",
        "numpy without care for 0-d": "error: ",
        "float32 rounding through torch.tensor of lists": "",
        "float32 and back": "",
        "lr as a float32 tensor": "",
        "root by x * rsqrt(x)": "",
        "eps as a floor (clamp)": "",
        "eps fixed at 1e-10": "",
        "total kept in a global": "",
        "eps added only after dividing (precedence)": "",
        "total times a mean (RMSProp like)": "running mean",
        "eps kept in the total": "",
        "total changed and put back": "",
        "result flattened": "",
        "numpy arrays returned": None,
        "param a Parameter that requires grad, not detached": "tracked",
        "view(-1) of the arguments": "error: ",
        "whole pair as one stacked tensor": "",
        "generator yields the pair": "",
    },
    "rmsprop_step": {
        "eps under the root": "eps inside the root",
        "alpha and 1 - alpha swapped": "alpha the wrong way round",
        "old mean not decayed": "old mean in full",
        "new square not weighed": "no 1 − alpha",
        "AdaGrad's sum": "AdaGrad",
        "old mean in the root": "the old squares",
        "mean of the square: (mean of grads) squared": "square of the share too",
        "bias corrected as Adam's first step": "bias correction",
        "square_avg.mul_ in place": "",
        "clone of the state only, param in place": "param in place",
        "torch.optim on a Parameter around the argument": "",
        "torch.optim, state not injected": "",
        "torch.optim, square_avg injected without clone": "square_avg in place",
        "mean of the squares over the tensor": "squares averaged over entries",
        "no gradient in the move": "a gradient of 1 in the move",
        "sign of the gradient": "",
        "abs of the gradient in the move": "size of the gradient in the move",
        "root kept as state": "the root kept",
        "state with eps in it": "",
        "float32 weights": "",
        "state in a default argument": "",
        "zero mean means first step: set to the square": "",
        "entries with zero gradient left alone": "",
        "no eps, nan to 0": "no eps",
        "results as floats for shape ()": "",
        "list comprehension without reshape": "",
        "printed instead of returned": "nothing returned",
        "the centred variant": "",
        "computed in bulk, both results one tensor memory with arguments (out=)": "square_avg in place",
    },
    "adam_step": {
        "eps under the root": "eps inside the root",
        "TensorFlow's form: eps added before the correction": "eps before the correction",
        "no correction": "no bias correction",
        "only m corrected": "only m corrected",
        "only v corrected": "only v corrected",
        "both corrected by beta1": "both corrected by beta1",
        "both corrected by beta2": "both corrected by beta2",
        "corrected by 1 - beta, without t": "corrected without t",
        "t + 1 in the power": "one t too much",
        "t - 1 in the power (max 1)": "",
        "beta * t instead of beta ** t": "",
        "(1 - beta) ** t": "",
        "brackets missing in v / 1 - beta2**t": "",
        "only the first step corrected": "",
        "correction stopped after 1000 steps": "",
        "grad instead of the mean in the move": "gradient instead of m",
        "correction of v outside the root": "",
        "adds the move": "uphill",
        "root of the mean over the tensor": "the mean size for all",
        "corrected moments returned": "corrected means kept",
        "order param, v, m": "m and v swapped",
        "order m, v, param": "the param last",
        "t returned as well": "",
        "only param": "only the param",
        "betas swapped": "",
        "beta and 1 - beta swapped in m": "",
        "grad not squared": "",
        "v from the square of m": "m squared in v",
        "AdaBelief: square of grad - m": "",
        "AMSGrad: v never falls": "",
        "momentum without 1 - beta1": "no 1 − beta1",
        "old m not decayed": "",
        "beta1 for v too": "beta1 for v",
        "Nesterov (NAdam) move": "",
        "powers in float32": "",
        "t cut at 255 (uint8)": "",
        "eps 1e-8 fixed": "",
        "results cast to float32 and back": "",
        "m and v with one dimension too many": "",
        "m and v in place": "m and v in place",
        "corrections in place on the new m, v": "corrected means kept",
        "old m and v in the move": "old means used",
        "param -= in place": "param in place",
        "t counted in a global": "",
        "t guessed from zeros of m": "",
        "torch.optim, step not injected": "corrected without t",
        "torch.optim, step injected as t": "one t too much",
        "m and v the same tensor at t = 1": "",
        "entry by entry with enumerate(grad)": "error: ",
        "no return": "nothing returned",
        "beta1 = 0: the grad argument handed back as new m": "",
        "lr 0: param handed back": "",
        "correction by expm1(t log beta), no care for beta 0": "error: ",
    },
    "adamw_step": {
        "L2 in the gradient": "coupled",
        "torch.optim.Adam with weight_decay": "coupled",
        "decay not times lr": "decay not scaled by lr",
        "decay of the moved param": "decay after the step",
        "decay added": "weights grow",
        "no decay": "no decay",
        "decay divided by the root": "decay divided by the root too",
        "decay of the sign (L1)": "sign of the param",
        "decay of param squared": "square of the param",
        "twice the decay": "twice the decay",
        "decay in m only": "coupled in m only",
        "decay also added to m that is kept": "the means decay",
        "param.mul_ before": "",
        "no decay for 1-d and 0-d tensors": "no decay",
        "decay corrected by 1 - beta1^t": "",
        "decay only in the first step": "",
        "lr twice": "",
        "eps in the root": "eps inside the root",
        "no correction": "no bias correction",
        "old m, v returned": "m and v not renewed",
        "adam_step without t's power (1 - beta)": "",
        "returns the tuple of adam_step, decay result lost": "no decay",
        "nested result (p, (m, v))": "",
        "decay of the mean over entries": "",
        "decay as float32 factor": "",
        "clamped decay": "",
        "exp(-lr wd) instead of 1 - lr wd": "",
        "decay where there is a gradient only": "",
        "decay skipped when weight_decay is large/zero: argument handed back": "",
        "moments swapped in the call of adam_step": "",
    },
    "Adam": {
        "running products of the betas instead of t": "",
        "all past gradients kept in the state and the means built anew": "",
        "corrected means kept, uncorrected again in the next step": "",
        "no test for None": "error: None not skipped",
        "t counted before the None test": "None counts as a step",
        "None taken as a zero gradient": "None taken for zeros",
        "all-zero gradient skipped like None": "zeros taken for None",
        "break at the first None": "next group at None",
        "return at the first None": "stops at None",
        "whole group skipped when one grad is None": "a group skipped for one None",
        "list of parameters with gradients made before the closure": "",
        "gradients read before the closure (stale)": "",
        "settings of the first group for all": "the first group's settings",
        "self.defaults for all": "the default settings",
        "lr from the group, betas and eps from the defaults": "betas and eps of the beginning",
        "eps from the defaults": "eps of the beginning",
        "eps fixed at 1e-8": "",
        "lr of the first group, the rest own": "lr of the first group",
        "lr kept in self.lr": "lr of the beginning",
        "settings of all groups read once in __init__": "",
        "beta1, beta2 as settings of their own": "",
        "list of parameters and groups made once in __init__": "",
        "only the first group moved": "only the first group",
        "return inside the loop over groups": "only the first group",
        "corrected rate written back to group['lr']": "",
        "lr decayed by root t": "",
        "lr of the last group": "",
        "one t in self.t": "one t for all",
        "t in the group": "None counts as a step",
        "self.t counted once per parameter": "",
        "one t in self.state['step']": "",
        "t per parameter in a dict self._t": "t in self",
        "all state in self.mem keyed by id": "state outside self.state",
        "self.mem keyed by id, shown in self.state too": "state outside self.state",
        "self.state[id(p)]": "state outside self.state",
        "self.state[i] by position": "state outside self.state",
        "a list by position among those with gradients": "error: ",
        "self.state[p.data]": "",
        "state keyed by shape": "one state for a shape",
        "class attribute as memory": "state outside self.state",
        "t in a default argument": "",
        "states made for all at the first step only": "error: ",
        "states made anew in the first step of each instance": "state outside self.state",
        "load_state_dict sets t to 0": "t in self",
        "self.state made anew for each group": "",
        "moments kept as numpy arrays": "",
        "moments kept as a named tuple": "",
        "t as a uint8 tensor": None,
        "t a float32 tensor used in the powers": "",
        "moments from torch.zeros(p.shape)": "",
        "m and v one tensor, changed in place": "",
        "m starts as p.grad itself": "",
        "m and v start as grad and its square": "state begun with the gradient",
        "v starts at ones": "",
        "state.setdefault on a shared template": "",
        "p = new": "parameters not moved",
        "p.data = new": "parameters replaced",
        "new Parameter put into the group": "parameters not moved",
        "without no_grad, in place on p": "error: gradients not switched off",
        "no decorator, closure without enable_grad": "",
        "gradient zeroed after the move": "gradients cleared",
        "zero_grad at the end": "gradients cleared",
        "p.grad.pow_(2)": "gradients cleared",
        "gradient clipped": "",
        "weight decay slipped in": "",
        "closure ignored": "closure not called",
        "closure without enable_grad": "closure without gradients",
        "closure called twice": "closure called twice",
        "closure after the move": "closure called last",
        "loss not returned": "loss not returned",
        "loss.item() returned": "error: ",
        "loss.detach() returned": "error: ",
        "loss or None": "loss or None",
        "backward in step again": "error: ",
        "float 0 without a closure": "",
        "closure(self)": "error: ",
        "the list of parameters returned without closure": "",
        "closure without a default": "error: ",
        "eps under the root": "eps inside the root",
        "TensorFlow's eps (before the correction)": "eps before the correction",
        "no correction": "no bias correction",
        "state corrected in place": "corrected means kept",
        "betas swapped": "betas swapped",
        "t one too high": "one t too much",
        "moved by the old m and v": "old means used",
        "norm of the whole tensor": "",
        "uphill": "uphill",
        "loop over rows": "error: ",
        "step rounded to float32": "",
        "AMSGrad": "",
        "eps left out, all-zero v guarded": "no eps",
        "t started again at 100": None,
        "step not written": "todo: ",
        "a torch.optim.Adam inside, made at the first step": "",
        "inner torch.optim.Adam sharing groups and state at the first step only": "error: ",
        "states made in __init__ only": "error: ",
        "m of a 0-d parameter starts as the parameter": "",
        "state dropped when the grad is None": "state dropped at None",
        "means decay while the grad is None": "",
        "foreach style: t of the group's first parameter for all of it": "",
        "state_dict empties the optimizer": "",
    },
}

SUBMISSIONS = judged("adaptive_optimizers", ANSWERS, VERDICTS)
