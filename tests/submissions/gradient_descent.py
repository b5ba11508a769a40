"""Answers written blind for the exercises of the lesson `gradient_descent`, and what each deserves."""

import collections
import copy
import functools
import itertools
import math

import numpy as np
import torch

from submissions import judged

ANSWERS = []


def add(ex, what, verdict, tell=""):
    def deco(fn):
        ANSWERS.append((ex, what, fn, verdict, tell))
        return fn

    return deco


def R(ex, what, fn, note=""):
    ANSWERS.append((ex, what, fn, "right", note))


def W(ex, what, fn, tell):
    ANSWERS.append((ex, what, fn, "wrong", tell))


def D(ex, what, fn, tell):
    ANSWERS.append((ex, what, fn, "doubtful", tell))


# sgd_step
E = "sgd_step"
R(E, "operator", lambda param, grad, lr: param - lr * grad)
R(E, "torch.sub with alpha", lambda param, grad, lr: torch.sub(param, grad, alpha=lr))
R(E, "clone then in-place on the clone", lambda param, grad, lr: param.clone().sub_(grad, alpha=lr))
R(E, "numpy, asarray for ()", lambda param, grad, lr: torch.from_numpy(np.asarray(param.numpy() - lr * grad.numpy())))
R(E, "einsum", lambda param, grad, lr: param + torch.einsum("...,->...", grad, torch.tensor(-lr, dtype=grad.dtype)))
R(E, "lerp towards param - grad", lambda param, grad, lr: torch.lerp(param, param - grad, lr))
R(E, "torch.optim.SGD on deepcopy", None)
R(E, "flat python loop", None)
R(E, "class with __call__", None)
R(E, "addcmul", lambda param, grad, lr: torch.addcmul(param, grad, torch.full_like(grad, lr), value=-1))
R(
    E,
    "stack and tensordot",
    lambda param, grad, lr: torch.tensordot(
        torch.tensor([1.0, -lr], dtype=param.dtype), torch.stack([param, grad]), dims=1
    ),
)
R(E, "recursion over rows", None)
R(E, "out= into an empty tensor", None)
R(
    E,
    "long double in numpy",
    lambda param, grad, lr: torch.from_numpy(
        np.asarray(param.numpy().astype(np.longdouble) - np.longdouble(lr) * grad.numpy(), dtype=np.float64)
    ),
)
R(E, "autograd of a linear surrogate", None)
R(E, "zeros_like then add_", lambda param, grad, lr: torch.zeros_like(param).add_(param).add_(grad * -lr))
R(E, "functools.partial", functools.partial(lambda sign, param, grad, lr: param + sign * lr * grad, -1))
R(E, "keyword default extra", lambda param, grad, lr=0.01, maximize=False: param + (lr if maximize else -lr) * grad)
R(
    E,
    "result stored in other strides",
    lambda param, grad, lr: (param - lr * grad).T.contiguous().T if param.dim() == 2 else param - lr * grad,
)
R(E, "a view of a bigger new storage", lambda param, grad, lr: torch.stack([param, param - lr * grad])[1])
D(E, "other parameter names", lambda w, g, eta: w - eta * g, "right if called by position only")
D(
    E,
    "nn.Parameter that requires no grad",
    lambda param, grad, lr: torch.nn.Parameter(param - lr * grad, requires_grad=False),
    "a Parameter is a tensor, but not a plain one",
)


def _sgd_optim(param, grad, lr):
    p = copy.deepcopy(param).requires_grad_()
    p.grad = grad.clone()
    torch.optim.SGD([p], lr=lr).step()
    return p.detach()


def _sgd_loop(param, grad, lr):
    out = [p - lr * g for p, g in zip(param.flatten().tolist(), grad.flatten().tolist())]
    return torch.tensor(out, dtype=param.dtype).reshape(param.shape)


class _SgdClass:
    def __call__(self, param, grad, lr):
        return param.add(grad.neg().mul(lr))


def _sgd_rec(param, grad, lr):
    if param.dim() == 0:
        return param - lr * grad
    if len(param) == 0:
        return torch.empty_like(param)
    return torch.stack([_sgd_rec(p, g, lr) for p, g in zip(param, grad)])


def _sgd_out(param, grad, lr):
    out = torch.empty(param.shape, dtype=param.dtype)
    torch.mul(grad, lr, out=out)
    torch.sub(param, out, out=out)
    return out


def _sgd_surrogate(param, grad, lr):
    x = param.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad((x * grad).sum(), x)
    return (x - lr * g).detach()


def _fill(ex, table):
    for i, (e, what, fn, v, tell) in enumerate(ANSWERS):
        if fn is None and e == ex:
            ANSWERS[i] = (e, what, table[what], v, tell)


_fill(
    E,
    {
        "torch.optim.SGD on deepcopy": _sgd_optim,
        "flat python loop": _sgd_loop,
        "class with __call__": _SgdClass(),
        "recursion over rows": _sgd_rec,
        "out= into an empty tensor": _sgd_out,
        "autograd of a linear surrogate": _sgd_surrogate,
    },
)

W(E, "ascent", lambda param, grad, lr: param + lr * grad, "sign: goes up the gradient")
W(E, "grad - lr*param", lambda param, grad, lr: grad - lr * param, "param and grad swapped")
W(
    E,
    "param *(1 - lr*grad)",
    lambda param, grad, lr: param * (1 - lr * grad),
    "multiplies the step by param; agrees with the example as param is 1",
)
W(E, "no lr", lambda param, grad, lr: param - grad, "learning rate forgotten")
W(E, "divides by lr", lambda param, grad, lr: param - grad / lr, "divides by lr instead of multiplying")
W(E, "returns the update only", lambda param, grad, lr: -lr * grad, "returns the step, not the new param")
W(E, "lr*(param - grad)", lambda param, grad, lr: lr * (param - grad), "lr also multiplies param")
W(E, "moving average", lambda param, grad, lr: (1 - lr) * param - lr * grad, "shrinks param by 1 - lr")
W(E, "lerp to grad", lambda param, grad, lr: torch.lerp(param, grad, lr), "interpolates between param and grad")
W(E, "sign descent", lambda param, grad, lr: param - lr * grad.sign(), "only the sign of the gradient")
W(
    E,
    "normalised gradient",
    lambda param, grad, lr: param - lr * grad / grad.norm(),
    "gradient normalised (and nan at zero gradient)",
)
W(
    E,
    "clips gradient norm at 5",
    lambda param, grad, lr: param - lr * grad * torch.clamp(5.0 / (grad.norm() + 1e-300), max=1.0),
    "gradient clipped: differs for large gradients only",
)
W(
    E,
    "summed gradient",
    lambda param, grad, lr: param - lr * grad.sum(),
    "one common gradient for all entries (sum); example passes",
)
W(
    E,
    "mean gradient",
    lambda param, grad, lr: param - lr * grad.mean(),
    "one common gradient for all entries (mean); example passes",
)
W(
    E,
    "divided by batch = first dim",
    lambda param, grad, lr: param - lr * grad / (len(grad) if grad.dim() else 1),
    "divides by the length, as if it were a batch",
)
W(
    E,
    "abs of the gradient",
    lambda param, grad, lr: param - lr * grad.abs(),
    "always goes down in param; example passes",
)
W(E, "squared, 1/4", lambda param, grad, lr: param - lr * grad * grad / 4, "fits the example, not the rule")
W(E, "clamped at 0", lambda param, grad, lr: torch.relu(param - lr * grad), "negative results are cut off")
W(
    E,
    "lr as float32 tensor",
    lambda param, grad, lr: param - torch.tensor(lr) * grad,
    "torch.tensor(lr) is float32: rounds lr to 7 digits though the result is float64",
)
W(E, "result float32", lambda param, grad, lr: (param - lr * grad).float(), "dtype: float32")
W(
    E,
    "through float32 and back",
    lambda param, grad, lr: (param.float() - lr * grad.float()).double(),
    "rounded to float32 on the way",
)
W(
    E,
    "loop without dtype",
    lambda param, grad, lr: torch.tensor(
        [p - lr * g for p, g in zip(param.flatten().tolist(), grad.flatten().tolist())]
    ).reshape(param.shape),
    "torch.tensor(list) is float32",
)
W(
    E,
    "loop, dtype only at the end",
    lambda param, grad, lr: (
        torch.tensor([p - lr * g for p, g in zip(param.flatten().tolist(), grad.flatten().tolist())])
        .reshape(param.shape)
        .to(param.dtype)
    ),
    "rounded to float32 on the way",
)
W(E, "rounded to 4 decimals", lambda param, grad, lr: torch.round(param - lr * grad, decimals=4), "rounds the result")
W(E, "flattened", lambda param, grad, lr: (param - lr * grad).flatten(), "shape is lost (() becomes (1,))")
W(E, "squeezed", lambda param, grad, lr: (param - lr * grad).squeeze(), "dims of size 1 are lost")
W(E, "atleast_1d", lambda param, grad, lr: torch.atleast_1d(param) - lr * torch.atleast_1d(grad), "() becomes (1,)")
W(
    E,
    "stack of entries, fails at ()",
    lambda param, grad, lr: torch.stack([p - lr * g for p, g in zip(param, grad)]),
    "iterating a 0-d tensor fails",
)
W(E, "item", lambda param, grad, lr: param.item() - lr * grad.item(), "only works for one entry and returns a float")
W(
    E,
    "float for () only",
    lambda param, grad, lr: param - lr * grad if param.dim() else float(param - lr * grad),
    "returns a Python float for ()",
)
W(E, "numpy array returned", lambda param, grad, lr: param.numpy() - lr * grad.numpy(), "returns numpy, not a tensor")
W(
    E,
    "transposed gradient",
    lambda param, grad, lr: param - lr * (grad.mT if grad.dim() > 1 and grad.shape[-1] == grad.shape[-2] else grad),
    "gradient transposed for square matrices",
)
W(
    E,
    "matmul lr eye",
    lambda param, grad, lr: (
        param - lr * (torch.diag(torch.diag(grad)) if grad.dim() == 2 and grad.shape[0] == grad.shape[1] else grad)
    ),
    "only the diagonal of a square gradient",
)
W(
    E,
    "zero gradient: returns param itself",
    lambda param, grad, lr: param if not grad.any() else param - lr * grad,
    "aliases param at zero gradient",
)
W(
    E,
    "no step, lr tiny",
    lambda param, grad, lr: param if lr < 1e-6 else param - lr * grad,
    "returns param itself at a small lr",
)
W(
    E,
    "view(-1)",
    lambda param, grad, lr: (param.view(-1) - lr * grad.view(-1)).view(param.shape),
    "view(-1) fails for a transposed (not contiguous) tensor",
)
W(E, "requires grad", lambda param, grad, lr: (param - lr * grad).requires_grad_(), "result requires grad")
W(E, "nn.Parameter result", lambda param, grad, lr: torch.nn.Parameter(param - lr * grad), "result requires grad")
W(E, "param.sub_", lambda param, grad, lr: param.sub_(grad, alpha=lr), "changes param in place and returns it")
W(
    E,
    "clone of changed param",
    lambda param, grad, lr: param.sub_(grad, alpha=lr).clone(),
    "result is new, but param was changed",
)
W(E, "grad.mul_", lambda param, grad, lr: param - grad.mul_(lr), "changes grad in place")
W(E, "grad as output", lambda param, grad, lr: grad.mul_(-lr).add_(param), "writes the result into grad")
W(E, "out=param", lambda param, grad, lr: torch.sub(param, lr * grad, out=param), "out=param overwrites the argument")
W(E, "numpy in place shares memory", None, ".numpy() shares memory, -= changes param")
W(E, "param.data", None, "param.data shares memory; param is changed")
W(E, ".double() is no copy", None, ".double() on a float64 tensor is no copy; param is changed")
W(E, "copy.copy", None, "shallow copy shares the storage")
W(E, "contiguous() is no copy", None, ".contiguous() is a copy only when not contiguous")
W(E, "returns nothing", None, "forgets return")
W(E, "remembers a velocity (default arg)", None, "keeps state between calls in a default argument")
W(E, "adds up gradients in a global", None, "gradients accumulate between calls")
W(E, "averaged with the last call's grad", None, "keeps state between calls")
W(E, "optim.SGD on param itself", None, "param is changed: requires grad and in-place step")
W(E, "optim.SGD default lr", None, "lr not passed on (default 1e-3)")
W(E, "leaves param.grad set", None, "sets param.grad on the argument: leaves a trace")
W(E, "restores param by adding back", None, "in place and undone: rounding leaves param changed in the last digits")


def _s_np(param, grad, lr):
    p = param.numpy()
    p -= lr * grad.numpy()
    return torch.from_numpy(np.array(p))


def _s_data(param, grad, lr):
    p = param.data
    p -= lr * grad
    return p


def _s_double(param, grad, lr):
    p = param.double()
    p -= lr * grad
    return p


def _s_copy(param, grad, lr):
    p = copy.copy(param)
    p -= lr * grad
    return p


def _s_contig(param, grad, lr):
    p = param.contiguous()
    p -= lr * grad
    return p


def _s_none(param, grad, lr):
    param = param - lr * grad


def _s_state(param, grad, lr, state={}):
    v = state.get(tuple(param.shape), 0) * 0.9 + grad
    state[tuple(param.shape)] = v.clone()
    return param - lr * v


_ACC = {}


def _s_global(param, grad, lr):
    g = _ACC.get(param.shape, torch.zeros_like(grad)) + grad
    _ACC[param.shape] = g
    return param - lr * g


class _SAvg:
    last = None

    def __call__(self, param, grad, lr):
        g = grad if self.last is None or self.last.shape != grad.shape else 0.5 * (grad + self.last)
        self.last = grad.clone()
        return param - lr * g


def _s_optself(param, grad, lr):
    param.requires_grad_()
    param.grad = grad
    torch.optim.SGD([param], lr=lr).step()
    return param.detach().clone()


def _s_optdef(param, grad, lr):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    torch.optim.SGD([p]).step()
    return p.detach()


def _s_leavegrad(param, grad, lr):
    param.grad = grad
    return param - lr * param.grad


def _s_undo(param, grad, lr):
    param -= lr * grad
    out = param.clone()
    param += lr * grad
    return out


_fill(
    E,
    {
        "numpy in place shares memory": _s_np,
        "param.data": _s_data,
        ".double() is no copy": _s_double,
        "copy.copy": _s_copy,
        "contiguous() is no copy": _s_contig,
        "returns nothing": _s_none,
        "remembers a velocity (default arg)": _s_state,
        "adds up gradients in a global": _s_global,
        "averaged with the last call's grad": _SAvg(),
        "optim.SGD on param itself": _s_optself,
        "optim.SGD default lr": _s_optdef,
        "leaves param.grad set": _s_leavegrad,
        "restores param by adding back": _s_undo,
    },
)

# largest_stable_lr
E = "largest_stable_lr"
R(E, "eigvalsh last", lambda hessian: 2 / torch.linalg.eigvalsh(hessian)[-1].item())
R(E, "matrix norm 2", lambda hessian: 2.0 / float(torch.linalg.matrix_norm(hessian, 2)))
R(E, "svdvals", lambda hessian: float(2 / torch.linalg.svdvals(hessian)[0]))
R(
    E,
    "numpy norm 2, np.float64",
    lambda hessian: 2 / np.linalg.norm(hessian.numpy(), 2),
    "np.float64 is a Python float by isinstance",
)
R(E, "numpy eigvals max real", lambda hessian: float(2 / np.linalg.eigvals(hessian.numpy()).real.max()))
R(E, "torch eigvals abs", lambda hessian: (2 / torch.linalg.eigvals(hessian).abs().max()).item())
R(
    E,
    "twice the smallest eigenvalue of the inverse",
    lambda hessian: float(2 * torch.linalg.eigvalsh(torch.linalg.inv(hessian)).min()),
)
R(E, "eigenvalues of half H", lambda hessian: 1 / max(torch.linalg.eigvalsh(hessian / 2).tolist()))
R(
    E,
    "root of the largest eigenvalue of H H",
    lambda hessian: 2 / math.sqrt(float(torch.linalg.eigvalsh(hessian @ hessian).max())),
)
R(E, "eigh + Rayleigh quotient", None)
R(E, "repeated squaring", None)
R(E, "bisection with cholesky", None)
R(E, "bisection on the spectral radius of I - lr H", None)
R(E, "power iteration from a random start, long", None)
R(E, "Jacobi rotations", None)
R(E, "autograd Hessian of the quadratic", None)
R(E, "eigenvectors of eigh with U", lambda hessian: 2 / float(torch.linalg.eigh(hessian, UPLO="U").eigenvalues.max()))
R(E, "min over eigenvalues of 2/l", lambda hessian: min(2.0 / e for e in torch.linalg.eigvalsh(hessian).tolist()))
R(E, "roots of the characteristic polynomial by QR algorithm", None)
D(
    E,
    "np.poly roots",
    lambda hessian: float(2 / np.roots(np.poly(hessian.numpy())).real.max()),
    "right in exact arithmetic; the characteristic polynomial loses digits for bigger n",
)
D(E, "simulated gradient descent, bisection to 1e-3", None, "approximate only")


def _l_ray(hessian):
    w, q = torch.linalg.eigh(hessian)
    v = q[:, w.argmax()]
    return 2.0 / torch.dot(v, hessian @ v).item()


def _l_square(hessian):
    a = hessian / torch.trace(hessian)
    for _ in range(80):
        a = a @ a
        a = a / torch.trace(a)
        a = (a + a.mT) / 2
    return 2 / float((a * hessian).sum() / torch.trace(a))


def _l_chol(hessian):
    lo, hi = 0.0, 2 * float(hessian.abs().sum())
    eye = torch.eye(len(hessian), dtype=hessian.dtype)
    for _ in range(100):
        mid = (lo + hi) / 2
        if torch.linalg.cholesky_ex(mid * eye - hessian).info == 0:
            hi = mid
        else:
            lo = mid
    return 2 / hi


def _l_bisect(hessian):
    n = hessian.shape[0]
    lo, hi = 0.0, 2.5 / float(hessian.diagonal().max())
    for _ in range(80):
        mid = 0.5 * (lo + hi)
        r = torch.linalg.eigvalsh(torch.eye(n, dtype=hessian.dtype) - mid * hessian).abs().max()
        if r < 1:
            lo = mid
        else:
            hi = mid
    return lo


def _l_power(hessian):
    h = hessian.numpy()
    m = h / np.trace(h)
    for _ in range(40):
        m = m @ m
        m /= np.linalg.norm(m)
    v = m @ np.random.standard_normal(len(h))
    for _ in range(5):
        v = h @ v
        v /= np.linalg.norm(v)
    return float(2 / (v @ h @ v))


def _l_jacobi(hessian):
    a = hessian.numpy().copy()
    n = len(a)
    for _ in range(60):
        if n == 1 or np.abs(a - np.diag(np.diag(a))).max() < 1e-14 * np.abs(a).max():
            break
        for i in range(n):
            for j in range(i + 1, n):
                t = 0.5 * math.atan2(2 * a[i, j], a[j, j] - a[i, i])
                r = np.eye(n)
                r[i, i] = r[j, j] = math.cos(t)
                r[i, j], r[j, i] = math.sin(t), -math.sin(t)
                a = r.T @ a @ r
    return float(2 / np.diag(a).max())


def _l_auto(hessian):
    h = torch.autograd.functional.hessian(
        lambda x: 0.5 * x @ hessian @ x, torch.zeros(len(hessian), dtype=hessian.dtype)
    )
    return 2 / torch.linalg.eigvalsh(h).amax().item()


def _l_qr(hessian):
    a = hessian.clone()
    n = len(a)
    eye = torch.eye(n, dtype=a.dtype)
    for k in range(n - 1, 0, -1):  # Wilkinson-shifted QR with deflation
        for _ in range(200):
            if a[k, :k].abs().max() < 1e-15 * hessian.abs().max():
                break
            d = (a[k - 1, k - 1] - a[k, k]) / 2
            b = a[k, k - 1]
            s = 1.0 if d >= 0 else -1.0
            den = abs(d) + torch.sqrt(d * d + b * b)
            mu = a[k, k] - s * b * b / den if den > 0 else a[k, k]
            q, r = torch.linalg.qr(a[: k + 1, : k + 1] - mu * eye[: k + 1, : k + 1])
            a[: k + 1, : k + 1] = r @ q + mu * eye[: k + 1, : k + 1]
    return 2 / a.diagonal().max().item()


def _l_sim(hessian):
    lo, hi = 0.0, 3 / float(hessian.diagonal().max())
    x0 = torch.from_numpy(np.random.standard_normal(len(hessian)))
    while hi - lo > 1e-3 * hi:
        lr = (lo + hi) / 2
        x = x0.clone()
        for _ in range(400):
            x = x - lr * (hessian @ x)
        if x.norm() < 1e8 and (hessian @ x).norm() <= (hessian @ x - lr * hessian @ (hessian @ x)).norm():
            hi = lr
        elif x.norm() >= 1e8:
            hi = lr
        else:
            lo = lr
    return lo


_fill(
    E,
    {
        "eigh + Rayleigh quotient": _l_ray,
        "repeated squaring": _l_square,
        "bisection with cholesky": _l_chol,
        "bisection on the spectral radius of I - lr H": _l_bisect,
        "power iteration from a random start, long": _l_power,
        "Jacobi rotations": _l_jacobi,
        "autograd Hessian of the quadratic": _l_auto,
        "roots of the characteristic polynomial by QR algorithm": _l_qr,
        "simulated gradient descent, bisection to 1e-3": _l_sim,
    },
)

_eig = torch.linalg.eigvalsh
W(E, "1/largest", lambda hessian: 1 / _eig(hessian)[-1].item(), "1/L is the safe textbook choice; the limit is 2/L")
W(E, "2/smallest", lambda hessian: 2 / _eig(hessian)[0].item(), "wrong eigenvalue")
W(E, "1/smallest", lambda hessian: 1 / _eig(hessian)[0].item(), "wrong eigenvalue and factor")
W(
    E,
    "2/(smallest+largest)",
    lambda hessian: float(2 / (_eig(hessian)[0] + _eig(hessian)[-1])),
    "that is the fastest lr, not the limit",
)
W(E, "4/(largest)", lambda hessian: 4 / _eig(hessian)[-1].item(), "factor: for f = 1/2 x'Hx the gradient is Hx")
W(E, "2*largest", lambda hessian: 2 * _eig(hessian)[-1].item(), "reciprocal forgotten")
W(E, "largest/2", lambda hessian: _eig(hessian)[-1].item() / 2, "reciprocal")
W(E, "the largest eigenvalue", lambda hessian: _eig(hessian)[-1].item(), "returns the eigenvalue")
W(E, "2/trace", lambda hessian: 2 / float(hessian.trace()), "trace is the sum of the eigenvalues; passes for n=1")
W(
    E,
    "2/Frobenius",
    lambda hessian: 2 / float(hessian.norm()),
    "H.norm() is Frobenius, not the spectral norm; passes for n=1",
)
W(E, "linalg.norm without ord", lambda hessian: 2 / torch.linalg.norm(hessian).item(), "default is Frobenius")
W(
    E,
    "vector 2-norm",
    lambda hessian: 2 / torch.linalg.vector_norm(hessian, 2).item(),
    "vector norm flattens the matrix",
)
W(E, "nuclear norm", lambda hessian: 2 / torch.linalg.matrix_norm(hessian, "nuc").item(), "sum of eigenvalues")
W(
    E,
    "inf norm / Gershgorin",
    lambda hessian: 2 / hessian.abs().sum(1).max().item(),
    "row sum is only an upper bound; safe, not the limit",
)
W(E, "1 norm", lambda hessian: 2 / torch.linalg.matrix_norm(hessian, 1).item(), "column sum is only a bound")
W(E, "row sums without abs", lambda hessian: 2 / hessian.sum(1).max().item(), "row sums are no eigenvalues")
W(E, "max of diagonal", lambda hessian: 2 / hessian.diagonal().max().item(), "diagonal only: right for diagonal H")
W(E, "max of entries", lambda hessian: 2 / hessian.max().item(), "largest entry")
W(E, "last diagonal entry", lambda hessian: 2 / hessian[-1, -1].item(), "last diagonal entry")
W(E, "determinant", lambda hessian: 2 / torch.linalg.det(hessian).item(), "determinant is the product; n=1 passes")
W(
    E,
    "condition number",
    lambda hessian: 2 / torch.linalg.cond(hessian).item(),
    "condition number: right only if smallest eigenvalue is 1 (as in the example)",
)
W(
    E,
    "2/kappa from eigenvalues",
    lambda hessian: 2 * (_eig(hessian)[0] / _eig(hessian)[-1]).item(),
    "condition number: example passes as smallest is 1",
)
W(
    E,
    "2/(largest*smallest)",
    lambda hessian: 2 / (_eig(hessian)[0] * _eig(hessian)[-1]).item(),
    "product; example passes as smallest is 1",
)
W(
    E,
    "2x2 formula",
    lambda hessian: (
        2
        / float(
            (hessian[0, 0] + hessian[-1, -1]) / 2
            + torch.sqrt(((hessian[0, 0] - hessian[-1, -1]) / 2) ** 2 + hessian[0, -1] ** 2)
        )
    ),
    "formula for n=2 only (corner entries)",
)
W(E, "eigvals of H'H without root", lambda hessian: 2 / _eig(hessian.T @ hessian)[-1].item(), "square root missing")
W(E, "root too many", lambda hessian: 2 / math.sqrt(_eig(hessian)[-1].item()), "square root too many")
W(E, "heavy ball limit", lambda hessian: 2 * 1.9 / _eig(hessian)[-1].item(), "limit with momentum 0.9: 2(1+mu)/L")
W(E, "2/mean eigenvalue", lambda hessian: 2 / _eig(hessian).mean().item(), "mean eigenvalue")
W(
    E,
    "first of eigvals (unsorted)",
    lambda hessian: 2 / torch.linalg.eigvals(hessian)[0].real.item(),
    "eigvals is not sorted; [0] may be any",
)
W(
    E,
    "last of numpy eig (unsorted)",
    lambda hessian: float(2 / np.linalg.eig(hessian.numpy())[0][-1].real),
    "eig is not sorted",
)
W(
    E,
    "first singular of cholesky",
    lambda hessian: 2 / torch.linalg.svdvals(torch.linalg.cholesky(hessian))[0].item(),
    "singular values of the Cholesky factor are the roots",
)
W(
    E,
    "cholesky diagonal squared",
    lambda hessian: 2 / (torch.linalg.cholesky(hessian).diagonal() ** 2).max().item(),
    "pivots are not eigenvalues",
)
W(
    E,
    "diagonal of R",
    lambda hessian: 2 / torch.linalg.qr(hessian).R.diagonal().abs().max().item(),
    "diagonal of R are not eigenvalues",
)
W(E, "tensor returned", lambda hessian: 2 / _eig(hessian)[-1], "returns a 0-d tensor, not a float")
W(E, "all of them", lambda hessian: (2 / _eig(hessian)).tolist(), "returns one limit per eigenvalue")
W(E, "float32", lambda hessian: 2 / _eig(hessian.float())[-1].item(), "float32 eigenvalues")
W(E, "rounded 4", lambda hessian: round(2 / _eig(hessian)[-1].item(), 4), "rounded to the example's digits")
W(E, "minus eps", lambda hessian: 2 / _eig(hessian)[-1].item() - 1e-6, "a bit less than the limit (absolute 1e-6)")
W(E, "eigenvalues + damping", lambda hessian: 2 / (_eig(hessian)[-1].item() + 1e-6), "eps in the denominator")
W(E, "capped at 1", lambda hessian: min(1.0, 2 / _eig(hessian)[-1].item()), "capped at 1: matters for flat H only")
W(E, "squeezed H", lambda hessian: 2 / _eig(hessian.squeeze())[-1].item(), "n=1 fails")
W(
    E,
    "n=1 special case 1/h",
    lambda hessian: 1 / hessian.item() if len(hessian) == 1 else 2 / _eig(hessian)[-1].item(),
    "n=1 special case wrong",
)
W(E, "second largest", lambda hessian: 2 / _eig(hessian)[max(len(hessian) - 2, 0)].item(), "index off by one")
W(E, "eigenvalue [1]", lambda hessian: 2 / _eig(hessian)[1].item(), "index 1 is the largest only for n=2; n=1 fails")
W(E, "int division", lambda hessian: 2 // _eig(hessian)[-1].item(), "floor division")
W(
    E,
    "lower triangle only",
    lambda hessian: 2 / torch.linalg.eigvals(hessian.tril()).real.max().item(),
    "eigenvalues of a triangle are its diagonal",
)
W(
    E,
    "power iteration from ones",
    None,
    "start vector of ones may be orthogonal to the top eigenvector (rows (2,-1),(-1,2))",
)
W(E, "power iteration from e1", None, "start e1 may be an eigenvector (diagonal H)")
W(E, "power iteration 10 steps", None, "too few steps")
W(E, "power iteration without normalising", None, "overflows")
W(E, "symmetrised in place", None, "changes hessian in place")
W(E, "deflation in place", None, "changes hessian in place")
W(E, "simulation from ones", None, "one start only: ones may miss the top eigenvector; coarse grid")
W(E, "cached for the shape", None, "remembers the answer by shape")
W(E, "forgets return", lambda hessian: None, "returns nothing")
W(E, "float of str", lambda hessian: f"{2 / _eig(hessian)[-1].item():.4f}", "returns a string")


def _pow(v, h, n):
    for _ in range(n):
        v = h @ v
        v = v / v.norm()
    return 2 / float(v @ h @ v)


def _l_inplace(hessian):
    hessian *= 0.5
    hessian += hessian.T.clone()
    hessian /= 2
    return 1 / _eig(hessian)[-1].item()


def _l_defl(hessian):
    w, q = torch.linalg.eigh(hessian)
    hessian -= w[-1] * torch.outer(q[:, -1], q[:, -1])
    return 2 / w[-1].item()


def _l_over(hessian):
    v = torch.ones(len(hessian), dtype=hessian.dtype) + 0.1 * torch.arange(len(hessian), dtype=hessian.dtype)
    for _ in range(1000):
        v = hessian @ v
    return 2 / float((v @ hessian @ v) / (v @ v))


def _l_simones(hessian):
    for lr in np.linspace(0.01, 2, 200):
        x = torch.ones(len(hessian), dtype=hessian.dtype)
        for _ in range(100):
            x = x - lr * (hessian @ x)
        if not x.norm() < 1e3:
            return float(lr)
    return 2.0


_LC = {}
_fill(
    E,
    {
        "power iteration from ones": lambda hessian: _pow(torch.ones(len(hessian), dtype=hessian.dtype), hessian, 2000),
        "power iteration from e1": lambda hessian: _pow(torch.eye(len(hessian), dtype=hessian.dtype)[0], hessian, 2000),
        "power iteration 10 steps": lambda hessian: _pow(
            torch.from_numpy(np.random.standard_normal(len(hessian))), hessian, 10
        ),
        "power iteration without normalising": _l_over,
        "symmetrised in place": _l_inplace,
        "deflation in place": _l_defl,
        "simulation from ones": _l_simones,
        "cached for the shape": lambda hessian: _LC.setdefault(len(hessian), 2 / _eig(hessian)[-1].item()),
    },
)

# momentum_step
E = "momentum_step"


@add(E, "plain", "right")
def _m_plain(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    return param - lr * v, v


R(
    E,
    "list instead of tuple",
    lambda param, grad, velocity, lr, momentum: [param - lr * (momentum * velocity + grad), momentum * velocity + grad],
)
_Pair = collections.namedtuple("_Pair", "param velocity")
R(
    E,
    "namedtuple",
    lambda param, grad, velocity, lr, momentum: _Pair(
        param - lr * grad - lr * momentum * velocity, grad + velocity * momentum
    ),
)
R(
    E,
    "torch.add alpha",
    lambda param, grad, velocity, lr, momentum: (lambda v: (torch.sub(param, v, alpha=lr), v))(
        torch.add(grad, velocity, alpha=momentum)
    ),
)
R(
    E,
    "walrus",
    lambda param, grad, velocity, lr, momentum: (param - lr * (v := torch.mul(velocity, momentum) + grad), v),
)


@add(E, "torch.optim.SGD with a seeded buffer", "right")
def _m_optim(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum)
    o.state[p]["momentum_buffer"] = velocity.clone()
    if momentum == 0:
        o.step()
        return p.detach(), grad.clone()
    o.step()
    return p.detach(), o.state[p]["momentum_buffer"]


@add(E, "numpy", "right")
def _m_np(param, grad, velocity, lr, momentum):
    p, g, v = (np.array(t) for t in (param, grad, velocity))
    v = np.asarray(momentum * v + g)
    return torch.tensor(np.asarray(p - lr * v)), torch.tensor(v)


@add(E, "flat loop", "right")
def _m_loop(param, grad, velocity, lr, momentum):
    ps, vs = [], []
    for p, g, v in zip(*(t.reshape(-1).tolist() for t in (param, grad, velocity))):
        v = v * momentum + g
        vs.append(v)
        ps.append(p - lr * v)
    return torch.tensor(ps, dtype=param.dtype).reshape(param.shape), torch.tensor(vs, dtype=param.dtype).reshape(
        param.shape
    )


@add(
    E,
    "matrix product on the stack of three, unbind",
    "right",
    "the two results are views of one new storage, sharing none with the arguments",
)
def _m_mat(param, grad, velocity, lr, momentum):
    m = torch.tensor([[1.0, -lr, -lr * momentum], [0.0, 1.0, momentum]], dtype=param.dtype)
    return torch.einsum("ij,j...->i...", m, torch.stack([param, grad, velocity])).unbind(0)


@add(E, "in place on clones", "right")
def _m_clone(param, grad, velocity, lr, momentum):
    velocity = velocity.clone()
    velocity *= momentum
    velocity += grad
    param = param.clone()
    param -= lr * velocity
    return param, velocity


@add(E, "lr inside, then divided out for the return", "right", "right up to rounding")
def _m_inside(param, grad, velocity, lr, momentum):
    step = momentum * (lr * velocity) + lr * grad
    return param - step, step / lr


class _MomClass:
    def __init__(self):
        self.v = None

    def __call__(self, param, grad, velocity, lr, momentum):
        self.v = momentum * velocity + grad
        return param - lr * self.v, self.v.clone()


R(E, "class that stores v but starts anew", _MomClass())


@add(E, "generator-made pair", "right")
def _m_gen(param, grad, velocity, lr, momentum):
    def both():
        v = torch.lerp(torch.zeros_like(velocity), velocity, momentum) + grad
        yield param - lr * v
        yield v

    return tuple(both())


R(
    E,
    "addcmul / no_grad decorated",
    torch.no_grad()(
        lambda param, grad, velocity, lr, momentum: (
            param - lr * torch.addcmul(grad, velocity, torch.full_like(velocity, momentum)),
            torch.addcmul(grad, velocity, torch.full_like(velocity, momentum)),
        )
    ),
)
R(
    E,
    "momentum 0 special case, done right",
    lambda param, grad, velocity, lr, momentum: (
        (param - lr * grad, grad.clone()) if momentum == 0 else _m_plain(param, grad, velocity, lr, momentum)
    ),
)
R(
    E,
    "from (1-mu) averages, undone",
    lambda param, grad, velocity, lr, momentum: (
        _m_plain(param, grad, velocity, lr, momentum)
        if momentum == 1
        else (lambda e: (param - lr / (1 - momentum) * e, e / (1 - momentum)))(
            momentum * ((1 - momentum) * velocity) + (1 - momentum) * grad
        )
    ),
)
D(
    E,
    "stacked tensor of shape (2, ...)",
    lambda param, grad, velocity, lr, momentum: torch.stack(_m_plain(param, grad, velocity, lr, momentum)),
    "one tensor, not a pair; but it unpacks into the right two",
)
D(
    E,
    "generator returned",
    lambda param, grad, velocity, lr, momentum: (t for t in _m_plain(param, grad, velocity, lr, momentum)),
    "unpacks to the right two, but is no pair",
)
D(
    E,
    "inference mode",
    torch.inference_mode()(_m_plain),
    "results are inference tensors: cannot be used in autograd later",
)


def _mv(f):
    """f(p, g, v, lr, m) as is: only to keep lines short."""
    return lambda param, grad, velocity, lr, momentum: f(param, grad, velocity, lr, momentum)


def _two(fv, fp):
    def step(param, grad, velocity, lr, momentum):
        v = fv(grad, velocity, lr, momentum)
        return fp(param, grad, v, lr, momentum, velocity), v

    return step


_V = lambda g, v, lr, m: m * v + g
_P = lambda p, g, v, lr, m, old: p - lr * v
W(E, "dampened (1-mu) g", _two(lambda g, v, lr, m: m * v + (1 - m) * g, _P), "gradient enters with 1 - momentum (EMA)")
W(E, "lerp", _two(lambda g, v, lr, m: torch.lerp(g, v, m), _P), "lerp is the exponential average")
W(E, "swapped lerp", _two(lambda g, v, lr, m: torch.lerp(v, g, m), _P), "average with the weights swapped")
W(
    E,
    "lr inside the velocity, plus",
    _two(lambda g, v, lr, m: m * v - lr * g, lambda p, g, v, lr, m, o: p + v),
    "Keras/Sutskever: velocity contains -lr",
)
W(
    E,
    "lr inside the velocity, minus",
    _two(lambda g, v, lr, m: m * v + lr * g, lambda p, g, v, lr, m, o: p - v),
    "lr stands inside the velocity (textbook)",
)
W(
    E,
    "Sutskever with sign repaired",
    lambda param, grad, velocity, lr, momentum: (
        param - (momentum * velocity + lr * grad),
        (momentum * velocity + lr * grad) / lr,
    ),
    "lr multiplies only the gradient, old velocity treated as containing lr",
)
W(E, "lr twice", _two(lambda g, v, lr, m: m * v + lr * g, _P), "lr twice on the gradient")
W(
    E,
    "negative velocity",
    _two(lambda g, v, lr, m: m * v - g, lambda p, g, v, lr, m, o: p + lr * v),
    "velocity points down: sign convention of physics",
)
W(
    E,
    "move is right, velocity returned negative",
    lambda param, grad, velocity, lr, momentum: (
        param - lr * (momentum * velocity + grad),
        -(momentum * velocity + grad),
    ),
    "returned velocity has the wrong sign",
)
W(E, "ascent", _two(_V, lambda p, g, v, lr, m, o: p + lr * v), "sign of the move")
W(E, "velocity minus", _two(lambda g, v, lr, m: g - m * v, _P), "sign of the momentum term")
W(E, "move with old velocity", _two(_V, lambda p, g, v, lr, m, o: p - lr * o), "moves with the old velocity")
W(
    E,
    "returns old velocity",
    lambda param, grad, velocity, lr, momentum: (param - lr * (momentum * velocity + grad), velocity.clone()),
    "velocity not renewed in the result",
)
W(
    E,
    "returns velocity argument itself",
    lambda param, grad, velocity, lr, momentum: (param - lr * (momentum * velocity + grad), velocity),
    "velocity not renewed (and aliased)",
)
W(
    E,
    "returns lr * velocity",
    lambda param, grad, velocity, lr, momentum: (
        param - lr * (momentum * velocity + grad),
        lr * (momentum * velocity + grad),
    ),
    "returned velocity carries lr; only the next step shows it",
)
W(
    E,
    "swapped pair",
    lambda param, grad, velocity, lr, momentum: _m_plain(param, grad, velocity, lr, momentum)[::-1],
    "pair in the wrong order",
)
W(
    E,
    "only param",
    lambda param, grad, velocity, lr, momentum: _m_plain(param, grad, velocity, lr, momentum)[0],
    "velocity not returned",
)
W(E, "Nesterov", _two(_V, lambda p, g, v, lr, m, o: p - lr * (g + m * v)), "that is Nesterov's move")
W(
    E,
    "heavy ball plus momentum outside",
    _two(_V, lambda p, g, v, lr, m, o: p - lr * g - m * o),
    "old velocity is not multiplied by lr",
)
W(E, "momentum on the gradient", _two(lambda g, v, lr, m: v + m * g, _P), "momentum multiplies the gradient")
W(E, "momentum on both", _two(lambda g, v, lr, m: m * (v + g), _P), "momentum multiplies the sum")
W(E, "momentum ignored", _two(lambda g, v, lr, m: v + g, _P), "velocity isn't damped")
W(E, "velocity ignored", _two(lambda g, v, lr, m: 1 * g, _P), "plain step")
W(E, "momentum fixed 0.9", _two(lambda g, v, lr, m: 0.9 * v + g, _P), "momentum is fixed")
W(E, "momentum fixed 0.5 (example)", _two(lambda g, v, lr, m: 0.5 * v + g, _P), "momentum fixed at the example's")
W(
    E,
    "lr and momentum swapped",
    _two(lambda g, v, lr, m: lr * v + g, lambda p, g, v, lr, m, o: p - m * v),
    "lr and momentum swapped",
)
W(E, "move times 1-mu", _two(_V, lambda p, g, v, lr, m, o: p - lr * (1 - m) * v), "move scaled by 1 - momentum")
W(
    E,
    "momentum twice in the move",
    _two(_V, lambda p, g, v, lr, m, o: p - lr * (m * v + g)),
    "momentum applied again to the new velocity (Nesterov)",
)
W(
    E,
    "bias-corrected like Adam",
    _two(lambda g, v, lr, m: m * v + g, lambda p, g, v, lr, m, o: p - lr * v * (1 if o.any() else (1 - m))),
    "first step (velocity 0) is scaled",
)
W(
    E,
    "first step without lr",
    _two(_V, lambda p, g, v, lr, m, o: p - (lr if o.any() else 1.0) * v),
    "first step without lr",
)
W(
    E,
    "momentum 0 keeps the velocity",
    lambda param, grad, velocity, lr, momentum: (
        (param - lr * grad, velocity.clone()) if momentum == 0 else _m_plain(param, grad, velocity, lr, momentum)
    ),
    "momentum 0: velocity must become grad",
)
W(
    E,
    "momentum 0 gives zeros",
    lambda param, grad, velocity, lr, momentum: (
        (param - lr * grad, torch.zeros_like(velocity))
        if momentum == 0
        else _m_plain(param, grad, velocity, lr, momentum)
    ),
    "momentum 0: velocity must become grad",
)
W(
    E,
    "momentum 0 aliases grad",
    lambda param, grad, velocity, lr, momentum: (
        (param - lr * grad, grad) if momentum == 0 else _m_plain(param, grad, velocity, lr, momentum)
    ),
    "momentum 0: returned velocity is grad itself",
)
W(
    E,
    "zero velocity aliases grad",
    lambda param, grad, velocity, lr, momentum: (lambda v: (param - lr * v, v))(
        grad if not velocity.any() else momentum * velocity + grad
    ),
    "first step: returned velocity is grad itself (as old torch: buf = grad)",
)
W(
    E,
    "grad.detach() on the first step",
    lambda param, grad, velocity, lr, momentum: (lambda v: (param - lr * v, v))(
        grad.detach() if not velocity.any() else momentum * velocity + grad
    ),
    "detach shares memory",
)
W(
    E,
    "momentum 1 rejected",
    lambda param, grad, velocity, lr, momentum: _m_reject(param, grad, velocity, lr, momentum),
    "momentum 1 is allowed",
)
W(
    E,
    "momentum or 0.9",
    lambda param, grad, velocity, lr, momentum: _m_plain(param, grad, velocity, lr, momentum or 0.9),
    "`momentum or default`: 0 replaced",
)
W(
    E,
    "velocity clipped",
    _two(lambda g, v, lr, m: (m * v + g).clamp(-10, 10), _P),
    "velocity clipped: differs only for large",
)
W(
    E,
    "restart when uphill",
    _two(lambda g, v, lr, m: torch.where(g * v < 0, g, m * v + g), _P),
    "adaptive restart where grad and velocity disagree in sign",
)
W(E, "summed gradient", _two(lambda g, v, lr, m: m * v + g.sum(), _P), "gradient summed over entries")
W(
    E,
    "float32 scalars",
    lambda param, grad, velocity, lr, momentum: _m_plain(
        param, grad, velocity, torch.tensor(lr), torch.tensor(momentum)
    ),
    "torch.tensor(lr) is float32; rounds lr and momentum",
)
W(
    E,
    "velocity float32",
    lambda param, grad, velocity, lr, momentum: (lambda v: (param - lr * v, v))((momentum * velocity + grad).float()),
    "velocity is float32",
)
W(
    E,
    "velocity rounded through float32",
    lambda param, grad, velocity, lr, momentum: (
        param - lr * (momentum * velocity + grad),
        (momentum * velocity + grad).float().double(),
    ),
    "velocity is rounded; only digits 8+ show",
)
W(
    E,
    "() becomes (1,)",
    lambda param, grad, velocity, lr, momentum: tuple(
        torch.atleast_1d(t) for t in _m_plain(param, grad, velocity, lr, momentum)
    ),
    "() becomes (1,)",
)
W(
    E,
    "only velocity squeezed",
    lambda param, grad, velocity, lr, momentum: (
        _m_plain(param, grad, velocity, lr, momentum)[0],
        _m_plain(param, grad, velocity, lr, momentum)[1].squeeze(),
    ),
    "velocity's dims of size 1 are lost",
)
W(
    E,
    "fails at () (zip over rows)",
    lambda param, grad, velocity, lr, momentum: tuple(
        torch.stack(x) for x in zip(*[_m_plain(p, g, v, lr, momentum) for p, g, v in zip(param, grad, velocity)])
    ),
    "0-d can't be iterated",
)
W(
    E,
    "floats for ()",
    lambda param, grad, velocity, lr, momentum: (
        _m_plain(param, grad, velocity, lr, momentum)
        if param.dim()
        else tuple(float(t) for t in _m_plain(param, grad, velocity, lr, momentum))
    ),
    "floats instead of tensors at ()",
)


def _m_reject(param, grad, velocity, lr, momentum):
    if not 0 <= momentum < 1:
        raise ValueError("momentum")
    return _m_plain(param, grad, velocity, lr, momentum)


@add(E, "velocity.mul_", "wrong", "changes velocity in place and returns it")
def _m1(param, grad, velocity, lr, momentum):
    velocity.mul_(momentum).add_(grad)
    return param - lr * velocity, velocity


@add(E, "velocity.mul_, clone returned", "wrong", "changes the argument velocity")
def _m2(param, grad, velocity, lr, momentum):
    velocity *= momentum
    velocity += grad
    return param - lr * velocity, velocity.clone()


@add(E, "param in place", "wrong", "changes param")
def _m3(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    param -= lr * v
    return param, v


@add(E, "grad += momentum*velocity", "wrong", "changes grad in place")
def _m4(param, grad, velocity, lr, momentum):
    grad += momentum * velocity
    return param - lr * grad, grad.clone()


@add(E, "returned velocity is changed grad", "wrong", "changes grad and returns it as velocity")
def _m5(param, grad, velocity, lr, momentum):
    grad.add_(velocity, alpha=momentum)
    return param.sub(grad, alpha=lr), grad


@add(E, "optim with unseeded state", "wrong", "torch.optim starts with an empty buffer: velocity ignored")
def _m6(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum)
    o.step()
    b = o.state[p].get("momentum_buffer")
    return p.detach(), grad.clone() if b is None else b


@add(E, "optim seeded with velocity itself", "wrong", "the buffer is the argument: changed in place")
def _m7(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum)
    o.state[p]["momentum_buffer"] = velocity
    o.step()
    return p.detach(), velocity.clone() if momentum else grad.clone()


@add(
    E,
    "optim seeded, momentum 0 forgotten",
    "wrong",
    "SGD with momentum 0 doesn't touch the buffer: old velocity is returned",
)
def _m8(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum)
    o.state[p]["momentum_buffer"] = velocity.clone()
    o.step()
    return p.detach(), o.state[p]["momentum_buffer"]


@add(E, "nn.Parameter(param) shares memory", "wrong", "Parameter(param) shares memory: param changed")
def _m9(param, grad, velocity, lr, momentum):
    p = torch.nn.Parameter(param)
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum)
    o.state[p]["momentum_buffer"] = velocity.clone()
    o.step()
    return p.detach().clone(), o.state[p]["momentum_buffer"] if momentum else grad.clone()


@add(E, "result requires grad", "wrong", "param returned requires grad")
def _m10(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    v = momentum * velocity + grad
    return p - lr * v, v


@add(
    E,
    "velocity in a default argument",
    "wrong",
    "own velocity is kept between calls; argument ignored after the first call",
)
def _m11(param, grad, velocity, lr, momentum, state={}):
    v = state.get(param.shape, velocity)
    v = momentum * v + grad
    state[param.shape] = v
    return param - lr * v, v.clone()


class _M12:
    v = None

    def __call__(self, param, grad, velocity, lr, momentum):
        if self.v is None or self.v.shape != param.shape:
            self.v = torch.zeros_like(param)
        self.v = momentum * self.v + grad
        return param - lr * self.v, self.v.clone()


W(E, "velocity kept in the object", _M12(), "ignores the velocity handed over, keeps its own")


class _M13:
    buf = {}

    def __call__(self, param, grad, velocity, lr, momentum):
        out = self.buf.setdefault(param.shape, torch.empty_like(param))
        torch.add(grad, velocity, alpha=momentum, out=out)
        return param - lr * out, out


W(
    E,
    "reused output buffer",
    _M13(),
    "the returned velocity is one buffer reused for all calls: next call overwrites it",
)


class _M14:
    lr = None

    def __call__(self, param, grad, velocity, lr, momentum):
        old, self.lr = self.lr or lr, lr
        v = momentum * velocity * (old / lr) + grad
        return param - lr * v, v


W(
    E,
    "rescales velocity when lr changes",
    _M14(),
    "velocity rescaled by old lr/new lr (lr inside velocity); shows only when lr changes between calls",
)

# best_heavy_ball
E = "best_heavy_ball"


@add(E, "textbook", "right")
def _b_text(smallest, largest):
    a, b = math.sqrt(smallest), math.sqrt(largest)
    return 4 / (a + b) ** 2, ((b - a) / (b + a)) ** 2


@add(E, "condition number", "right")
def _b_kappa(smallest, largest):
    k = largest / smallest
    return 4 / (smallest * (1 + k**0.5) ** 2), ((k**0.5 - 1) / (k**0.5 + 1)) ** 2


@add(E, "inverse condition number", "right")
def _b_ikappa(smallest, largest):
    q = (smallest / largest) ** 0.5
    return 4 / largest / (1 + q) ** 2, ((q - 1) / (q + 1)) ** 2


@add(E, "lr from momentum, largest", "right")
def _b_from_l(smallest, largest):
    r = 1 - 2 / (1 + math.sqrt(largest / smallest))
    return (1 + r) ** 2 / largest, r * r


R(
    E,
    "lr = 2(1+mu)/(l+L)",
    lambda smallest, largest: (lambda m: (2 * (1 + m) / (smallest + largest), m))(_b_text(smallest, largest)[1]),
)
R(
    E,
    "lr = (1-sqrt mu)^2/l",
    lambda smallest, largest: (lambda m: [(1 - m**0.5) ** 2 / smallest, m])(_b_text(smallest, largest)[1]),
    "list; a digit or so lost when l << L",
)
R(
    E,
    "momentum from lr",
    lambda smallest, largest: (lambda lr: (lr, (1 - math.sqrt(lr * smallest)) ** 2))(
        4 / (math.sqrt(smallest) + math.sqrt(largest)) ** 2
    ),
)
R(
    E,
    "momentum from lr, other end",
    lambda smallest, largest: (lambda lr: (lr, (math.sqrt(lr * largest) - 1) ** 2))(
        (2 / (math.sqrt(smallest) + math.sqrt(largest))) ** 2
    ),
)
R(
    E,
    "numpy, np.float64s",
    lambda smallest, largest: (
        4 / np.square(np.sqrt(smallest) + np.sqrt(largest)),
        np.square((np.sqrt(largest) - np.sqrt(smallest)) / (np.sqrt(largest) + np.sqrt(smallest))),
    ),
    "np.float64 are floats",
)
R(
    E,
    "expanded squares",
    lambda smallest, largest: (
        4 / (smallest + largest + 2 * math.sqrt(smallest * largest)),
        (smallest + largest - 2 * math.sqrt(smallest * largest))
        / (smallest + largest + 2 * math.sqrt(smallest * largest)),
    ),
    "loses digits of mu when l is near L, absolute error 1e-16",
)
R(
    E,
    "torch float64, floats at the end",
    lambda smallest, largest: (lambda s: (float(4 / s.sum() ** 2), float((s.diff() / s.sum())[0] ** 2)))(
        torch.tensor([smallest, largest], dtype=torch.float64).sqrt()
    ),
)
R(
    E,
    "tanh form",
    lambda smallest, largest: (lambda t: ((1 + t) ** 2 / largest, t * t))(math.tanh(math.log(largest / smallest) / 4)),
)
R(E, "the ends swapped (symmetric)", lambda smallest, largest: _b_text(largest, smallest))
R(E, "bisection on r", None)
R(E, "namedtuple", lambda smallest, largest: collections.namedtuple("HB", "lr momentum")(*_b_text(smallest, largest)))
R(
    E,
    "sqrt lr first, geometric",
    lambda smallest, largest: (
        1 / (0.5 * (math.sqrt(smallest) + math.sqrt(largest))) ** 2,
        1 - 4 * math.sqrt(smallest * largest) / (math.sqrt(smallest) + math.sqrt(largest)) ** 2,
    ),
    "mu absolute error 1e-16",
)
R(E, "class", type("BHB", (), {"__call__": lambda self, smallest, largest: _b_kappa(smallest, largest)})())
D(E, "grid search 200x200, refined", None, "numeric search: only to ~1e-4")
D(
    E,
    "Fraction/Decimal via float32-free tuple of 0-d arrays",
    lambda smallest, largest: tuple(np.asarray(x) for x in _b_text(smallest, largest)),
    "0-d arrays, not floats",
)
D(
    E,
    "dict values view",
    lambda smallest, largest: {"lr": _b_text(smallest, largest)[0], "momentum": _b_text(smallest, largest)[1]}.values(),
    "unpacks rightly but is no pair",
)


def _b_bis(smallest, largest):
    lo, hi = 0.0, 1.0
    for _ in range(200):
        r = (lo + hi) / 2
        if (1 + r) ** 2 / largest < (1 - r) ** 2 / smallest:
            lo = r
        else:
            hi = r
    return (1 + hi) ** 2 / largest, hi**2


def _b_grid(smallest, largest):
    def rate(lr, m, lam):
        b = 1 + m - lr * lam
        d = b * b - 4 * m
        return math.sqrt(m) if d <= 0 else (abs(b) + math.sqrt(d)) / 2

    best, centre, width = None, (1 / largest * 2, 0.5), (2 / largest, 0.5)
    for _ in range(8):
        cand = [
            (max(rate(lr, m, smallest), rate(lr, m, largest)), lr, m)
            for lr in np.linspace(max(centre[0] - width[0], 1e-12), centre[0] + width[0], 60)
            for m in np.linspace(max(centre[1] - width[1], 0), min(centre[1] + width[1], 1), 60)
        ]
        best = min(cand)
        centre, width = best[1:], (width[0] / 4, width[1] / 4)
    return float(best[1]), float(best[2])


_fill(E, {"bisection on r": _b_bis, "grid search 200x200, refined": _b_grid})
_s = math.sqrt
W(
    E,
    "momentum without square",
    lambda smallest, largest: (
        4 / (_s(smallest) + _s(largest)) ** 2,
        (_s(largest) - _s(smallest)) / (_s(largest) + _s(smallest)),
    ),
    "momentum is the square of this (this is the rate sqrt mu)",
)
W(
    E,
    "Nesterov's choice",
    lambda smallest, largest: (1 / largest, (_s(largest) - _s(smallest)) / (_s(largest) + _s(smallest))),
    "Nesterov's lr and momentum",
)
W(
    E,
    "lr 1/L, right momentum",
    lambda smallest, largest: (1 / largest, _b_text(smallest, largest)[1]),
    "lr of plain descent",
)
W(
    E,
    "lr 2/(l+L), right momentum",
    lambda smallest, largest: (2 / (smallest + largest), _b_text(smallest, largest)[1]),
    "best lr of plain descent",
)
W(E, "best plain descent", lambda smallest, largest: (2 / (smallest + largest), 0.0), "best without momentum")
W(
    E,
    "no square roots",
    lambda smallest, largest: (4 / (smallest + largest) ** 2, ((largest - smallest) / (largest + smallest)) ** 2),
    "square roots forgotten",
)
W(
    E,
    "momentum without roots",
    lambda smallest, largest: (_b_text(smallest, largest)[0], ((largest - smallest) / (largest + smallest)) ** 2),
    "momentum: square roots forgotten",
)
W(
    E,
    "lr without roots",
    lambda smallest, largest: (4 / (smallest + largest), _b_text(smallest, largest)[1]),
    "lr: square roots and square forgotten",
)
W(
    E,
    "lr without square",
    lambda smallest, largest: (4 / (_s(smallest) + _s(largest)), _b_text(smallest, largest)[1]),
    "lr: square forgotten",
)
W(
    E,
    "lr 2/(..)",
    lambda smallest, largest: (2 / (_s(smallest) + _s(largest)), _b_text(smallest, largest)[1]),
    "square root of lr",
)
W(
    E,
    "lr 2/(..)^2",
    lambda smallest, largest: (2 / (_s(smallest) + _s(largest)) ** 2, _b_text(smallest, largest)[1]),
    "factor 2 instead of 4",
)
W(
    E,
    "lr 1/(..)^2",
    lambda smallest, largest: (1 / (_s(smallest) + _s(largest)) ** 2, _b_text(smallest, largest)[1]),
    "factor 4 forgotten",
)
W(E, "swapped pair", lambda smallest, largest: _b_text(smallest, largest)[::-1], "pair in the wrong order")
W(
    E,
    "lr for kappa only",
    lambda smallest, largest: (4 / (1 + _s(largest / smallest)) ** 2, _b_text(smallest, largest)[1]),
    "lr isn't divided by smallest: passes where smallest is 1 (example)",
)
W(
    E,
    "smallest taken as 1",
    lambda smallest, largest: (4 / (1 + _s(largest)) ** 2, ((_s(largest) - 1) / (_s(largest) + 1)) ** 2),
    "smallest ignored: passes the example",
)
W(
    E,
    "root of smallest forgotten",
    lambda smallest, largest: (
        4 / (smallest + _s(largest)) ** 2,
        ((_s(largest) - smallest) / (_s(largest) + smallest)) ** 2,
    ),
    "sqrt(smallest) forgotten: passes the example",
)
W(
    E,
    "lr divided by largest",
    lambda smallest, largest: (4 / (1 + _s(largest / smallest)) ** 2 / largest, _b_text(smallest, largest)[1]),
    "lr divided by the wrong end",
)
W(
    E,
    "lr times smallest",
    lambda smallest, largest: (4 * smallest / (1 + _s(largest / smallest)) ** 2, _b_text(smallest, largest)[1]),
    "multiplied by smallest instead of divided: passes the example",
)
W(
    E,
    "momentum only just feasible for lr=1/L",
    lambda smallest, largest: (1 / largest, (1 - _s(smallest / largest)) ** 2),
    "best momentum for lr 1/L; lr itself not optimised",
)
W(
    E,
    "right lr, momentum (1-1/sqrt k)^2",
    lambda smallest, largest: (_b_text(smallest, largest)[0], (1 - _s(smallest / largest)) ** 2),
    "momentum belongs to lr 1/L",
)
W(
    E,
    "lr at the stability limit",
    lambda smallest, largest: (lambda m: (2 * (1 + m) / largest, m))(_b_text(smallest, largest)[1]),
    "lr at the limit of stability",
)
W(
    E,
    "lr 2(1+mu)/(l+L), mu unsquared",
    lambda smallest, largest: (lambda m: (2 * (1 + m) / (smallest + largest), m))(
        (_s(largest) - _s(smallest)) / (_s(largest) + _s(smallest))
    ),
    "momentum not squared, lr consequent",
)
W(
    E,
    "lr = (1+mu)^2/L",
    lambda smallest, largest: (lambda m: ((1 + m) ** 2 / largest, m))(_b_text(smallest, largest)[1]),
    "sqrt(mu) forgotten in the range's end",
)
W(
    E,
    "lr = (1+sqrt mu)^2/l",
    lambda smallest, largest: (lambda m: ((1 + _s(m)) ** 2 / smallest, m))(_b_text(smallest, largest)[1]),
    "ends of the range paired with the wrong eigenvalue",
)
W(
    E,
    "lr = (1-sqrt mu)^2/L",
    lambda smallest, largest: (lambda m: ((1 - _s(m)) ** 2 / largest, m))(_b_text(smallest, largest)[1]),
    "ends paired with the wrong eigenvalue",
)
W(
    E,
    "momentum 4th power",
    lambda smallest, largest: (_b_text(smallest, largest)[0], _b_text(smallest, largest)[1] ** 2),
    "squared once too often",
)
W(
    E,
    "negative momentum",
    lambda smallest, largest: (_b_text(smallest, largest)[0], -_b_text(smallest, largest)[1]),
    "sign",
)
W(
    E,
    "1 - momentum",
    lambda smallest, largest: (_b_text(smallest, largest)[0], 1 - _b_text(smallest, largest)[1]),
    "one minus momentum",
)
W(
    E,
    "dampened convention lr/(1-mu)",
    lambda smallest, largest: (
        _b_text(smallest, largest)[0] / (1 - _b_text(smallest, largest)[1]),
        _b_text(smallest, largest)[1],
    ),
    "lr for the EMA convention (gradient enters with 1 - mu)",
)
W(
    E,
    "lr times 1-mu",
    lambda smallest, largest: (
        _b_text(smallest, largest)[0] * (1 - _b_text(smallest, largest)[1]),
        _b_text(smallest, largest)[1],
    ),
    "another convention",
)
W(
    E,
    "f = x'Hx convention",
    lambda smallest, largest: (_b_text(smallest, largest)[0] / 2, _b_text(smallest, largest)[1]),
    "half lr: took the gradient as 2Hx",
)
W(
    E,
    "momentum 0.9 fixed",
    lambda smallest, largest: ((1 + _s(0.9)) ** 2 / largest, 0.9),
    "momentum default 0.9 with matching lr",
)
W(
    E,
    "the average eigenvalue critical",
    lambda smallest, largest: (2 / (smallest + largest), (1 - _s(2 * smallest / (smallest + largest))) ** 2),
    "critical damping for lr 2/(l+L)",
)
W(
    E,
    "kappa -1/+1",
    lambda smallest, largest: (_b_text(smallest, largest)[0], (largest / smallest - 1) / (largest / smallest + 1)),
    "rate of plain descent as momentum",
)
W(E, "only the momentum", lambda smallest, largest: _b_text(smallest, largest)[1], "lr not returned")
W(
    E,
    "rounded to 2",
    lambda smallest, largest: tuple(round(x, 2) for x in _b_text(smallest, largest)),
    "rounded like the example",
)
W(E, "rounded to 4", lambda smallest, largest: tuple(round(x, 4) for x in _b_text(smallest, largest)), "rounded")
W(E, "isqrt", lambda smallest, largest: _b_isq(smallest, largest), "integer roots: right for squares only (example)")
W(
    E,
    "floor division",
    lambda smallest, largest: (lambda k: (4 / (smallest * (1 + _s(k)) ** 2), ((_s(k) - 1) / (_s(k) + 1)) ** 2))(
        max(largest // smallest, 1)
    ),
    "floor division: right when L/l is whole",
)
W(
    E,
    "float32 tensors",
    lambda smallest, largest: (lambda s: (float(4 / s.sum() ** 2), float((s.diff() / s.sum())[0] ** 2)))(
        torch.tensor([smallest, largest]).sqrt()
    ),
    "torch.tensor is float32",
)
W(
    E,
    "tensors returned",
    lambda smallest, largest: tuple(torch.tensor(x, dtype=torch.float64) for x in _b_text(smallest, largest)),
    "tensors, not floats",
)
W(
    E,
    "complex returned",
    lambda smallest, largest: tuple(complex(x) for x in _b_text(smallest, largest)),
    "complex numbers",
)
W(
    E,
    "dict returned",
    lambda smallest, largest: dict(zip(("lr", "momentum"), _b_text(smallest, largest))),
    "a dict; unpacks into its keys",
)
W(E, "strings", lambda smallest, largest: tuple(f"{x:.3f}" for x in _b_text(smallest, largest)), "strings")
W(
    E,
    "lr capped at 1",
    lambda smallest, largest: (min(1.0, _b_text(smallest, largest)[0]), _b_text(smallest, largest)[1]),
    "lr capped: matters for small eigenvalues",
)
W(
    E,
    "momentum at least 0.1",
    lambda smallest, largest: (_b_text(smallest, largest)[0], max(0.1, _b_text(smallest, largest)[1])),
    "momentum bounded below: matters for small kappa",
)
W(
    E,
    "momentum at most 0.99",
    lambda smallest, largest: (_b_text(smallest, largest)[0], min(0.99, _b_text(smallest, largest)[1])),
    "momentum bounded above: matters for large kappa",
)
W(
    E,
    "lr a tad smaller for safety",
    lambda smallest, largest: (0.99 * _b_text(smallest, largest)[0], _b_text(smallest, largest)[1]),
    "safety factor: slower",
)
W(E, "returns None", lambda smallest, largest: None, "forgets return")
W(
    E,
    "returns the rate as third",
    lambda smallest, largest: (*_b_text(smallest, largest), _s(_b_text(smallest, largest)[1])),
    "three values instead of a pair",
)


def _b_isq(smallest, largest):
    a, b = math.isqrt(int(smallest)), math.isqrt(int(largest))
    return 4 / (a + b) ** 2, ((b - a) / (b + a)) ** 2


# nesterov_step
E = "nesterov_step"


@add(E, "plain", "right")
def _n_plain(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    return param - lr * (grad + momentum * v), v


R(
    E,
    "expanded",
    lambda param, grad, velocity, lr, momentum: (
        param - lr * ((1 + momentum) * grad + momentum**2 * velocity),
        grad + momentum * velocity,
    ),
)
R(
    E,
    "two moves after each other",
    lambda param, grad, velocity, lr, momentum: [
        param - lr * grad - lr * momentum * (momentum * velocity + grad),
        velocity * momentum + grad,
    ],
)
R(
    E,
    "heavy-ball step plus correction",
    lambda param, grad, velocity, lr, momentum: (lambda p, v: (p - lr * momentum * (v - velocity), v))(
        *_m_plain(param, grad, velocity, lr, momentum)
    ),
)
R(
    E,
    "torch.add chain",
    lambda param, grad, velocity, lr, momentum: (lambda v: (param.sub(grad.add(v, alpha=momentum), alpha=lr), v))(
        velocity.mul(momentum).add(grad)
    ),
)
R(
    E,
    "reference torch wording: grad.add(buf, alpha)",
    lambda param, grad, velocity, lr, momentum: (
        lambda buf: _Pair(param.add(grad.add(buf, alpha=momentum), alpha=-lr), buf)
    )(velocity.clone().mul_(momentum).add_(grad, alpha=1)),
)
R(
    E,
    "momentum_step of two steps",
    lambda param, grad, velocity, lr, momentum: (lambda v: (_m_plain(param, grad, v, lr, momentum)[0], v))(
        _m_plain(param, grad, velocity, lr, momentum)[1]
    ),
)


@add(E, "torch.optim.SGD nesterov, momentum 0 apart", "right")
def _n_optim(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum, nesterov=momentum > 0)
    buf = velocity.clone() if momentum > 0 else grad.clone()
    o.state[p]["momentum_buffer"] = buf
    o.step()
    return p.detach(), buf


@add(E, "numpy", "right")
def _n_np(param, grad, velocity, lr, momentum):
    g = grad.numpy()
    v = np.asarray(velocity.numpy() * momentum + g)
    return torch.from_numpy(np.asarray(param.numpy() - lr * (g + momentum * v))), torch.from_numpy(v)


@add(E, "flat loop", "right")
def _n_loop(param, grad, velocity, lr, momentum):
    out_p, out_v = torch.zeros(param.numel(), dtype=param.dtype), torch.zeros(param.numel(), dtype=param.dtype)
    p, g, v = param.reshape(-1), grad.reshape(-1), velocity.reshape(-1)
    for i in range(param.numel()):
        out_v[i] = momentum * v[i] + g[i]
        out_p[i] = p[i] - lr * (g[i] + momentum * out_v[i])
    return out_p.reshape(param.shape), out_v.reshape(param.shape)


@add(E, "true look-ahead form, translated", "right", "undo the look-ahead, step, look ahead again")
def _n_true(param, grad, velocity, lr, momentum):
    theta = param + lr * momentum * velocity  # the point before the look-ahead
    v = momentum * velocity + grad
    theta = theta - lr * v
    return theta - lr * momentum * v, v


@add(E, "einsum", "right")
def _n_ein(param, grad, velocity, lr, momentum):
    m = torch.tensor([[1.0, -lr * (1 + momentum), -lr * momentum**2], [0, 1, momentum]], dtype=param.dtype)
    a, b = torch.einsum("ij,j...->i...", m, torch.stack((param, grad, velocity)))
    return a.clone(), b.clone()


R(
    E,
    "class",
    type(
        "N",
        (),
        {"__call__": lambda self, param, grad, velocity, lr, momentum: _n_plain(param, grad, velocity, lr, momentum)},
    )(),
)
R(
    E,
    "Horner by reduce",
    lambda param, grad, velocity, lr, momentum: (
        param - lr * functools.reduce(lambda a, _: a * momentum + grad, range(2), velocity),
        velocity * momentum + grad,
    ),
)
R(
    E,
    "velocity computed twice, result fresh",
    lambda param, grad, velocity, lr, momentum: (
        torch.sub(param, torch.add(grad, torch.add(grad, velocity, alpha=momentum), alpha=momentum), alpha=lr),
        torch.add(grad, velocity, alpha=momentum),
    ),
)
D(
    E,
    "stacked tensor",
    lambda param, grad, velocity, lr, momentum: torch.stack(_n_plain(param, grad, velocity, lr, momentum)),
    "a tensor of shape (2, ...), not a pair",
)

_NP = lambda p, g, v, lr, m, o: p - lr * (g + m * v)
W(E, "heavy ball", _two(_V, _P), "that's the heavy ball")
W(
    E,
    "old velocity in the move",
    _two(_V, lambda p, g, v, lr, m, o: p - lr * (g + m * o)),
    "momentum times the OLD velocity = heavy ball",
)
W(
    E,
    "v + momentum*v",
    _two(_V, lambda p, g, v, lr, m, o: p - lr * (v + m * v)),
    "the new velocity stands where the gradient should; right while velocity is 0 (first step)",
)
W(
    E,
    "v + momentum*g",
    _two(_V, lambda p, g, v, lr, m, o: p - lr * (v + m * g)),
    "roles swapped; right while velocity is 0",
)
W(E, "v + momentum*v_old", _two(_V, lambda p, g, v, lr, m, o: p - lr * (v + m * o)), "old velocity added")
W(
    E,
    "(1+m) v - m v_old (other sign mix)",
    _two(_V, lambda p, g, v, lr, m, o: p - lr * ((1 + m) * v + m * o)),
    "Bengio/Keras form with a wrong sign",
)
W(
    E,
    "Keras",
    _two(lambda g, v, lr, m: m * v - lr * g, lambda p, g, v, lr, m, o: p + m * v - lr * g),
    "Keras: lr inside the velocity",
)
W(
    E,
    "lr inside, positive",
    _two(lambda g, v, lr, m: m * v + lr * g, lambda p, g, v, lr, m, o: p - (m * v + lr * g)),
    "lr inside the velocity",
)
W(E, "dampened", _two(lambda g, v, lr, m: m * v + (1 - m) * g, _NP), "gradient enters with 1 - momentum")
W(
    E,
    "dampened both",
    _two(lambda g, v, lr, m: m * v + (1 - m) * g, lambda p, g, v, lr, m, o: p - lr * ((1 - m) * g + m * v)),
    "EMA convention (NAdam like)",
)
W(
    E,
    "velocity returned is the update",
    lambda param, grad, velocity, lr, momentum: (lambda u: (param - lr * u, u))(
        grad + momentum * (momentum * velocity + grad)
    ),
    "returns the move as velocity",
)
W(
    E,
    "move with momentum once more",
    _two(_V, lambda p, g, v, lr, m, o: p - lr * (g + m * (m * v + g))),
    "one look-ahead too many",
)
W(E, "m*(g + v)", _two(_V, lambda p, g, v, lr, m, o: p - lr * m * (g + v)), "bracket wrong")
W(E, "momentum missing in move", _two(_V, lambda p, g, v, lr, m, o: p - lr * (g + v)), "momentum missing in the move")
W(E, "lr only on gradient", _two(_V, lambda p, g, v, lr, m, o: p - lr * g - m * v), "lr missing at momentum*velocity")
W(E, "g - m v", _two(_V, lambda p, g, v, lr, m, o: p - lr * (g - m * v)), "sign of the momentum term")
W(E, "ascent", _two(_V, lambda p, g, v, lr, m, o: p + lr * (g + m * v)), "sign of the move")
W(
    E,
    "classical look-ahead param",
    lambda param, grad, velocity, lr, momentum: (lambda v: (param - lr * momentum * velocity - lr * v, v))(
        momentum * velocity + grad
    ),
    "looks ahead with the old velocity and moves: stored point is taken as the one before the look-ahead",
)
W(
    E,
    "returns the un-looked-ahead point",
    lambda param, grad, velocity, lr, momentum: (lambda v: (param + lr * momentum * velocity - lr * v, v))(
        momentum * velocity + grad
    ),
    "returns the point before the look-ahead (= param - lr*grad)",
)
W(
    E,
    "momentum squared twice",
    lambda param, grad, velocity, lr, momentum: (
        param - lr * ((1 + momentum) * grad + momentum * velocity),
        momentum * velocity + grad,
    ),
    "momentum^2 needed at the old velocity",
)
W(
    E,
    "m^2 on everything",
    lambda param, grad, velocity, lr, momentum: (
        param - lr * (grad + momentum**2 * (velocity + grad)),
        momentum * velocity + grad,
    ),
    "momentum^2 on the gradient, too",
)
W(
    E,
    "swapped pair",
    lambda param, grad, velocity, lr, momentum: _n_plain(param, grad, velocity, lr, momentum)[::-1],
    "pair in the wrong order",
)
W(
    E,
    "only param",
    lambda param, grad, velocity, lr, momentum: _n_plain(param, grad, velocity, lr, momentum)[0],
    "velocity not returned",
)
W(
    E,
    "old velocity returned",
    lambda param, grad, velocity, lr, momentum: (_n_plain(param, grad, velocity, lr, momentum)[0], velocity.clone()),
    "velocity not renewed",
)
W(
    E,
    "lr*velocity returned",
    lambda param, grad, velocity, lr, momentum: (
        _n_plain(param, grad, velocity, lr, momentum)[0],
        lr * _n_plain(param, grad, velocity, lr, momentum)[1],
    ),
    "velocity carries lr",
)
W(
    E,
    "momentum*velocity returned",
    lambda param, grad, velocity, lr, momentum: (
        _n_plain(param, grad, velocity, lr, momentum)[0],
        momentum * _n_plain(param, grad, velocity, lr, momentum)[1],
    ),
    "velocity multiplied by momentum already",
)
W(
    E,
    "first step: heavy ball",
    _two(_V, lambda p, g, v, lr, m, o: p - lr * (g + m * v if o.any() else v)),
    "velocity 0: only the gradient; torch moves (1+m) g already at the first step",
)
W(
    E,
    "first velocity zero stays",
    lambda param, grad, velocity, lr, momentum: (lambda v: (param - lr * (grad + momentum * v), v))(
        momentum * velocity + grad if velocity.any() else velocity * 0
    ),
    "velocity is not renewed at the first step",
)
W(E, "optim: momentum 0 raises", None, "SGD(nesterov=True) raises at momentum 0; the text allows momentum 0")
W(
    E,
    "momentum 0 keeps velocity",
    lambda param, grad, velocity, lr, momentum: (
        _n_plain(param, grad, velocity, lr, momentum) if momentum else (param - lr * grad, velocity.clone())
    ),
    "momentum 0: velocity becomes grad",
)
W(
    E,
    "momentum 0 aliases grad",
    lambda param, grad, velocity, lr, momentum: (
        _n_plain(param, grad, velocity, lr, momentum) if momentum else (param - lr * grad, grad)
    ),
    "momentum 0: returns grad itself",
)
W(
    E,
    "zero velocity aliases grad",
    lambda param, grad, velocity, lr, momentum: (
        _n_plain(param, grad, velocity, lr, momentum) if velocity.any() else (param - lr * (1 + momentum) * grad, grad)
    ),
    "first step: velocity is grad itself",
)
W(
    E,
    "momentum 1 -> 0.999",
    lambda param, grad, velocity, lr, momentum: _n_plain(param, grad, velocity, lr, min(momentum, 0.999)),
    "momentum 1 is allowed",
)
W(
    E,
    "float32 momentum",
    lambda param, grad, velocity, lr, momentum: _n_plain(param, grad, velocity, lr, torch.tensor(momentum)),
    "momentum rounded to float32 by torch.tensor",
)
W(
    E,
    "float32 result",
    lambda param, grad, velocity, lr, momentum: tuple(t.float() for t in _n_plain(param, grad, velocity, lr, momentum)),
    "float32",
)
W(
    E,
    "squeezed",
    lambda param, grad, velocity, lr, momentum: tuple(
        t.squeeze() for t in _n_plain(param, grad, velocity, lr, momentum)
    ),
    "dims of size 1 lost",
)
W(
    E,
    "1-d only",
    lambda param, grad, velocity, lr, momentum: tuple(
        torch.stack(x)
        for x in zip(*[_n_plain(param[i], grad[i], velocity[i], lr, momentum) for i in range(len(param))])
    ),
    "fails at ()",
)
W(
    E,
    "mean gradient",
    lambda param, grad, velocity, lr, momentum: _n_plain(param, grad.mean().expand_as(grad), velocity, lr, momentum),
    "gradient averaged",
)


@add(E, "velocity in place", "wrong", "changes velocity")
def _n1(param, grad, velocity, lr, momentum):
    velocity.mul_(momentum).add_(grad)
    return param - lr * (grad + momentum * velocity), velocity


@add(E, "grad in place", "wrong", "changes grad (as old torch code: grad.add_)")
def _n2(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    grad.add_(v, alpha=momentum)
    return param - lr * grad, v


@add(
    E,
    "v aliases itself: v *= momentum after",
    "wrong",
    "the move's momentum*v is done in place on the velocity returned",
)
def _n3(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    u = v.mul_(momentum).add(grad)
    return param - lr * u, v


@add(E, "v += in the update (alias u = v)", "wrong", "u = v; u += ... changes the velocity returned")
def _n4(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    u = v
    u *= momentum
    u += grad
    return param - lr * u, v


@add(E, "param in place", "wrong", "changes param")
def _n5(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    param -= lr * (grad + momentum * v)
    return param.clone(), v


@add(E, "own velocity kept", "wrong", "keeps velocity between calls, ignores the argument")
def _n6(param, grad, velocity, lr, momentum, state={}):
    v = momentum * state.get(param.shape, torch.zeros_like(param)) + grad
    state[param.shape] = v
    return param - lr * (grad + momentum * v), v.clone()


@add(E, "previous lr used", "wrong", "lr of the last call is used for the momentum part (shows only when lr changes)")
def _n7(param, grad, velocity, lr, momentum, last=[None]):
    v = momentum * velocity + grad
    old = lr if last[0] is None else last[0]
    last[0] = lr
    return param - lr * grad - old * momentum * v, v


@add(E, "optim unseeded", "wrong", "velocity not handed to the optimizer")
def _n8(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum, nesterov=momentum > 0)
    o.step()
    b = o.state[p].get("momentum_buffer")
    return p.detach(), grad.clone() if b is None else b


def _n_raise(param, grad, velocity, lr, momentum):
    p = param.clone().requires_grad_()
    p.grad = grad.clone()
    o = torch.optim.SGD([p], lr=lr, momentum=momentum, nesterov=True)
    o.state[p]["momentum_buffer"] = velocity.clone()
    o.step()
    return p.detach(), o.state[p]["momentum_buffer"]


_fill(E, {"optim: momentum 0 raises": _n_raise})

# decayed_step
E = "decayed_step"
R(E, "L2 form", lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param))
R(
    E,
    "AdamW form (decoupled, the same for SGD)",
    lambda param, grad, lr, weight_decay: param * (1 - lr * weight_decay) - lr * grad,
)
R(E, "word by word", lambda param, grad, lr, weight_decay: param - lr * grad - lr * weight_decay * param)
R(
    E,
    "torch.add alpha",
    lambda param, grad, lr, weight_decay: torch.sub(param, torch.add(grad, param, alpha=weight_decay), alpha=lr),
)
R(
    E,
    "decay first on a clone, then step",
    lambda param, grad, lr, weight_decay: param.clone().mul_(1 - lr * weight_decay).sub_(grad, alpha=lr),
)
R(
    E,
    "numpy",
    lambda param, grad, lr, weight_decay: torch.from_numpy(
        np.asarray((1 - lr * weight_decay) * param.numpy() - lr * grad.numpy())
    ),
)
R(
    E,
    "einsum",
    lambda param, grad, lr, weight_decay: torch.einsum(
        "i,i...->...", torch.tensor([1 - lr * weight_decay, -lr], dtype=param.dtype), torch.stack([param, grad])
    ),
)
R(
    E,
    "lerp to zero",
    lambda param, grad, lr, weight_decay: torch.lerp(param, torch.zeros_like(param), lr * weight_decay) - lr * grad,
)
R(
    E,
    "wd 0 special case",
    lambda param, grad, lr, weight_decay: (
        param - lr * grad if not weight_decay else param - lr * (grad + param * weight_decay)
    ),
)
R(
    E,
    "extra keyword",
    lambda param, grad, lr, weight_decay=0.0, *, decoupled=True: param.mul(1 - lr * weight_decay).add(grad, alpha=-lr),
)
R(
    E,
    "class",
    type(
        "Dec",
        (),
        {"__call__": lambda self, param, grad, lr, weight_decay: param - lr * torch.add(grad, weight_decay * param)},
    )(),
)


@add(E, "torch.optim.SGD", "right")
def _d_opt(param, grad, lr, weight_decay):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    torch.optim.SGD([p], lr=lr, weight_decay=weight_decay).step()
    return p.detach()


@add(E, "penalty by autograd", "right")
def _d_auto(param, grad, lr, weight_decay):
    x = param.detach().clone().requires_grad_()
    with torch.enable_grad():
        pen = weight_decay / 2 * (x * x).sum() + (grad * x).sum()
        (g,) = torch.autograd.grad(pen, x)
    return x.detach() - lr * g


@add(E, "flat loop", "right")
def _d_loop(param, grad, lr, weight_decay):
    out = param.clone()
    flat = out.view(-1) if out.is_contiguous() else out.reshape(-1)
    flat = flat.clone()
    for i, (p, g) in enumerate(zip(param.reshape(-1).tolist(), grad.reshape(-1).tolist())):
        flat[i] = p - lr * g - lr * weight_decay * p
    return flat.reshape(param.shape)


R(
    E,
    "AdamW-like with SGD of torch: decoupled then SGD",
    lambda param, grad, lr, weight_decay: _sgd_optim(param * (1 - lr * weight_decay), grad, lr),
)
D(
    E,
    "positional names w, g, eta, lam",
    lambda w, g, eta, lam: w - eta * (g + lam * w),
    "right if called by position only",
)

W(
    E,
    "decay after the step",
    lambda param, grad, lr, weight_decay: (param - lr * grad) * (1 - lr * weight_decay),
    "decays the new param: lr^2*wd*grad too little",
)
W(
    E,
    "decay after the step, two lines",
    lambda param, grad, lr, weight_decay: (lambda p: p - lr * weight_decay * p)(param - lr * grad),
    "decays the new param",
)
W(
    E,
    "no lr on the decay",
    lambda param, grad, lr, weight_decay: param - lr * grad - weight_decay * param,
    "lr missing at the decay",
)
W(
    E,
    "param*(1-wd)",
    lambda param, grad, lr, weight_decay: param * (1 - weight_decay) - lr * grad,
    "lr missing at the decay",
)
W(
    E,
    "factor 2",
    lambda param, grad, lr, weight_decay: param - lr * (grad + 2 * weight_decay * param),
    "gradient of wd*|x|^2: torch has no factor 2",
)
W(
    E,
    "factor 1/2",
    lambda param, grad, lr, weight_decay: param - lr * (grad + 0.5 * weight_decay * param),
    "factor 1/2 left in",
)
W(E, "sign of decay", lambda param, grad, lr, weight_decay: param - lr * (grad - weight_decay * param), "weights grow")
W(E, "sign of gradient", lambda param, grad, lr, weight_decay: param + lr * grad - lr * weight_decay * param, "ascent")
W(E, "both signs", lambda param, grad, lr, weight_decay: param + lr * (grad + weight_decay * param), "ascent")
W(E, "L1", lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param.sign()), "L1 decay")
W(
    E,
    "constant decay",
    lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay),
    "param missing at the decay",
)
W(
    E,
    "penalty value",
    lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param**2),
    "penalty instead of its gradient",
)
W(
    E,
    "abs",
    lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param.abs()),
    "negative params grow; example passes",
)
W(
    E,
    "norm",
    lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param.norm()),
    "norm of param; example passes",
)
W(
    E,
    "sum of params",
    lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param.sum()),
    "sum over entries; example passes",
)
W(
    E,
    "mean penalty",
    lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param / max(param.numel(), 1)),
    "divides by the number of entries; example passes",
)
W(
    E,
    "decay multiplies gradient",
    lambda param, grad, lr, weight_decay: param - lr * grad * (1 + weight_decay),
    "decay acts on the gradient",
)
W(
    E,
    "decayed gradient",
    lambda param, grad, lr, weight_decay: param - lr * (1 - weight_decay) * grad,
    "decay of the gradient/lr",
)
W(
    E,
    "wd * grad",
    lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * grad),
    "grad instead of param",
)
W(
    E,
    "lr decay",
    lambda param, grad, lr, weight_decay: param - lr / (1 + weight_decay) * grad,
    "decays the learning rate",
)
W(
    E,
    "proximal",
    lambda param, grad, lr, weight_decay: (param - lr * grad) / (1 + lr * weight_decay),
    "implicit (proximal) decay",
)
W(
    E,
    "half-implicit",
    lambda param, grad, lr, weight_decay: param / (1 + lr * weight_decay) - lr * grad,
    "implicit decay of param",
)
W(
    E,
    "exponential",
    lambda param, grad, lr, weight_decay: param * math.exp(-lr * weight_decay) - lr * grad,
    "exp(-lr*wd): equal to first order only",
)
W(
    E,
    "lr squared",
    lambda param, grad, lr, weight_decay: param - lr * (grad + lr * weight_decay * param),
    "lr twice at the decay",
)
W(E, "wd squared", lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay**2 * param), "wd squared")
W(
    E,
    "only matrices decay",
    lambda param, grad, lr, weight_decay: param - lr * (grad + (weight_decay * param if param.dim() != 1 else 0)),
    "1-d params (biases) are not decayed",
)
W(
    E,
    "only dim >= 2 or scalar; zero-d skipped",
    lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param * (param.dim() > 0)),
    "() is not decayed",
)
W(
    E,
    "only positive params",
    lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param.clamp(min=0)),
    "negative params are not decayed; example passes",
)
W(
    E,
    "stops at zero",
    lambda param, grad, lr, weight_decay: (
        torch.where((param * (1 - lr * weight_decay)) * param < 0, 0 * param, param * (1 - lr * weight_decay))
        - lr * grad
    ),
    "decay clipped at zero: differs for lr*wd > 1 only",
)
W(
    E,
    "decay factor clamped",
    lambda param, grad, lr, weight_decay: param * max(0.0, 1 - lr * weight_decay) - lr * grad,
    "factor clamped at 0: differs for lr*wd > 1 only",
)
W(
    E,
    "wd capped at 1",
    lambda param, grad, lr, weight_decay: param - lr * (grad + min(weight_decay, 1.0) * param),
    "wd is capped: may be larger than 1",
)
W(
    E,
    "wd or default",
    lambda param, grad, lr, weight_decay: param - lr * (grad + (weight_decay or 0.01) * param),
    "wd=0 replaced by a default",
)
W(E, "wd ignored", lambda param, grad, lr, weight_decay: param - lr * grad, "no decay")
W(
    E,
    "zero gradient: no decay",
    lambda param, grad, lr, weight_decay: param - lr * torch.where(grad == 0, grad, grad + weight_decay * param),
    "entries with zero gradient are not decayed",
)
W(
    E,
    "zero gradient: returns param",
    lambda param, grad, lr, weight_decay: param - lr * (grad + weight_decay * param) if grad.any() else param,
    "aliases param at zero gradient, no decay",
)
W(
    E,
    "wd 0 and zero gradient alias",
    lambda param, grad, lr, weight_decay: (
        param if weight_decay == 0 and not grad.any() else param - lr * (grad + weight_decay * param)
    ),
    "aliases param when nothing moves",
)
W(
    E,
    "lr and wd swapped",
    lambda param, grad, lr, weight_decay: param - weight_decay * (grad + lr * param),
    "lr and weight_decay swapped",
)
W(
    E,
    "grad.add_",
    lambda param, grad, lr, weight_decay: param - lr * grad.add_(param, alpha=weight_decay),
    "changes grad in place",
)
W(
    E,
    "wd=0 path in place",
    lambda param, grad, lr, weight_decay: (
        param.sub_(grad, alpha=lr) if weight_decay == 0 else param - lr * (grad + weight_decay * param)
    ),
    "changes param when wd is 0",
)
W(
    E,
    "param.mul_",
    lambda param, grad, lr, weight_decay: param.mul_(1 - lr * weight_decay).sub(grad, alpha=lr),
    "decays the argument in place",
)
W(
    E,
    "param in place",
    lambda param, grad, lr, weight_decay: param.sub_(lr * (grad + weight_decay * param)),
    "changes param",
)
W(
    E,
    "float32 factor",
    lambda param, grad, lr, weight_decay: param * torch.tensor(1 - lr * weight_decay) - lr * grad,
    "factor rounded to float32",
)
W(
    E,
    "float32",
    lambda param, grad, lr, weight_decay: (param - lr * (grad + weight_decay * param)).to(torch.float32),
    "float32",
)
W(
    E,
    "squeezed",
    lambda param, grad, lr, weight_decay: (param - lr * (grad + weight_decay * param)).squeeze(),
    "dims of 1 lost",
)
W(
    E,
    "reshape(-1)",
    lambda param, grad, lr, weight_decay: (param - lr * (grad + weight_decay * param)).reshape(-1),
    "shape lost",
)
W(
    E,
    "requires grad",
    lambda param, grad, lr, weight_decay: torch.nn.Parameter(param - lr * (grad + weight_decay * param)),
    "result requires grad",
)
W(
    E,
    "pair returned",
    lambda param, grad, lr, weight_decay: (param - lr * (grad + weight_decay * param), grad + weight_decay * param),
    "a pair, not the param",
)
W(E, "None", lambda param, grad, lr, weight_decay: None, "forgets return")
W(
    E,
    "float for ()",
    lambda param, grad, lr, weight_decay: (
        param - lr * (grad + weight_decay * param)
        if param.dim()
        else (param - lr * (grad + weight_decay * param)).item()
    ),
    "float at ()",
)


@add(E, "optim.AdamW", "wrong", "AdamW instead of SGD: step has the size lr")
def _d_adamw(param, grad, lr, weight_decay):
    p = torch.nn.Parameter(param.clone())
    p.grad = grad.clone()
    torch.optim.AdamW([p], lr=lr, weight_decay=weight_decay).step()
    return p.detach()


@add(E, "optim on Parameter(param)", "wrong", "Parameter(param) shares memory")
def _d_share(param, grad, lr, weight_decay):
    p = torch.nn.Parameter(param)
    p.grad = grad.clone()
    torch.optim.SGD([p], lr=lr, weight_decay=weight_decay).step()
    return p.detach().clone()


@add(E, "decay grows call by call", "wrong", "keeps state: wd scaled with number of calls")
def _d_state(param, grad, lr, weight_decay, calls=[0]):
    calls[0] += 1
    return param - lr * (grad + weight_decay / calls[0] * param)


@add(E, "decays towards the first param seen", "wrong", "keeps the first param of each shape and decays to it (L2-SP)")
def _d_anchor(param, grad, lr, weight_decay, anchors={}):
    a = anchors.setdefault(param.shape, torch.zeros_like(param))
    anchors[param.shape] = param.clone()
    return param - lr * (grad + weight_decay * (param - 0.1 * a))


# minimize
E = "minimize"


def _g(f, x):
    with torch.enable_grad():
        x = x.detach().clone().requires_grad_()
        return torch.autograd.grad(f(x), x)[0]


@add(E, "plain", "right")
def _x_plain(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + _g(f, x)
        x = x - lr * v
        path.append(x)
    return torch.stack(path)


@add(E, "torch.optim.SGD", "right")
def _x_optim(f, start, lr, momentum, steps):
    x = torch.nn.Parameter(start.clone())
    opt = torch.optim.SGD([x], lr=lr, momentum=momentum)
    path = [x.detach().clone()]
    for _ in range(steps):
        opt.zero_grad()
        f(x).backward()
        opt.step()
        path.append(x.detach().clone())
    return torch.stack(path)


@add(E, "SGD maximizing -f, in-place x", "right")
def _x_max(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    opt = torch.optim.SGD([x], lr=lr, momentum=momentum, maximize=True)
    rows = [start]
    for _ in range(steps):
        (x.grad,) = torch.autograd.grad(-f(x), [x])
        opt.step()
        rows.append(x.detach().clone())
    return torch.stack(rows)


@add(
    E,
    "in place under no_grad, one leaf for all steps",
    "right",
    "f gets the SAME tensor each time, changed in place: who records references sees only the end",
)
def _x_inplace(f, start, lr, momentum, steps):
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


@add(
    E, "lr inside the velocity (same path as lr is constant)", "right", "only the path counts, and lr is constant here"
)
def _x_inside(f, start, lr, momentum, steps):
    x, v, path = start, torch.zeros_like(start), [start]
    for _ in range(steps):
        v = momentum * v - lr * _g(f, x)
        x = x + v
        path.append(x)
    return torch.stack(path)


@add(E, "heavy ball by differences of points", "right", "x + mu (x - x_before) - lr g: the same path up to rounding")
def _x_diff(f, start, lr, momentum, steps):
    path = [start.clone()]
    before = start
    for _ in range(steps):
        x = path[-1]
        path.append(x - lr * _g(f, x) + momentum * (x - before))
        before = x
    return torch.stack(path)


@add(E, "torch.func.grad", "right", "f is called on a functorch-wrapped tensor")
def _x_func(f, start, lr, momentum, steps):
    g = torch.func.grad(f)
    x, v, path = start, 0.0, [start]
    for _ in range(steps):
        v = momentum * v + g(x)
        x = x - lr * v
        path.append(x)
    return torch.vstack(path)


@add(E, "autograd.functional.jacobian", "right")
def _x_jac(f, start, lr, momentum, steps):
    rows = torch.zeros(steps + 1, start.numel(), dtype=start.dtype)
    rows[0] = start
    v = torch.zeros_like(start)
    for k in range(steps):
        v = torch.autograd.functional.jacobian(f, rows[k].clone()) + momentum * v
        rows[k + 1] = rows[k] - lr * v
    return rows


@add(E, "itertools.accumulate", "right")
def _x_acc(f, start, lr, momentum, steps):
    def one(state, _):
        x, v = state
        v = momentum * v + _g(f, x)
        return x - lr * v, v

    return torch.stack(
        [x for x, _ in itertools.accumulate(range(steps), one, initial=(start, torch.zeros_like(start)))]
    )


@add(E, "velocity as a sum over all gradients", "right")
def _x_sum(f, start, lr, momentum, steps):
    x, grads, path = start, [], [start]
    for k in range(steps):
        grads.append(_g(f, x))
        x = x - lr * sum(momentum ** (k - j) * g for j, g in enumerate(grads))
        path.append(x)
    return torch.stack(path, 0)


@add(E, "numpy, autograd only for the gradient", "right")
def _x_np(f, start, lr, momentum, steps):
    p = np.empty((steps + 1, len(start)), dtype=start.numpy().dtype)
    p[0] = start.numpy()
    v = np.zeros(len(start))
    for k in range(steps):
        t = torch.from_numpy(p[k].copy()).requires_grad_()
        f(t).backward(inputs=[t])
        v = momentum * v + t.grad.numpy()
        p[k + 1] = p[k] - lr * v
    return torch.from_numpy(p)


@add(E, "rows with requires_grad, stack detached at the end", "right", "leaves in the list, one detach at the end")
def _x_leaves(f, start, lr, momentum, steps):
    path = [start.clone().requires_grad_(True)]
    v = None
    for _ in range(steps):
        x = path[-1]
        (g,) = torch.autograd.grad(f(x), x)
        v = g.clone() if v is None else momentum * v + g
        path.append((x.detach() - lr * v).requires_grad_(True))
    return torch.stack(path).detach()


@add(E, "create_graph but detached", "right", "the graph is built for second order but thrown away each step")
def _x_create(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        x.requires_grad_()
        (g,) = torch.autograd.grad(f(x), x, create_graph=True)
        v = momentum * v + g.detach()
        x = (x - lr * v).detach()
        path.append(x.clone())
    return torch.stack(path)


@add(E, "one more gradient than needed", "right", "evaluates f also at the last point (steps + 1 calls)")
def _x_extra(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), []
    for _ in range(steps + 1):
        path.append(x)
        v = momentum * v + _g(f, x)
        x = x - lr * v
    return torch.stack(path)


@add(E, "hook catches the gradient", "right")
def _x_hook(f, start, lr, momentum, steps):
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


@add(E, "transposed storage", "right", "path is a non-contiguous view of new memory")
def _x_tr(f, start, lr, momentum, steps):
    return torch.stack(list(_x_plain(f, start, lr, momentum, steps)), dim=1).T


class _XClass:
    def __init__(self):
        self.reset()

    def reset(self):
        self.v = 0

    def __call__(self, f, start, lr, momentum, steps):
        self.reset()
        path = start[None].clone()
        for _ in range(steps):
            self.v = momentum * self.v + _g(f, path[-1])
            path = torch.cat([path, (path[-1] - lr * self.v)[None]])
        return path


R(E, "class, reset at each call, torch.cat", _XClass())
D(E, "detach_() of the moved point", None, "right: graph cut in place")
D(
    E,
    "forward-mode gradient (jacfwd)",
    None,
    "gradient right, but forward AD: is that 'torch.autograd'? also not every op has it",
)
D(E, "recursion", None, "right, but deeper than ~1000 steps Python's recursion limit is hit")
D(E, "path hard-coded float64", None, "right on float64 (throughout); not 'of start's dtype' for float32 starts")
D(
    E,
    "backward() without inputs=",
    None,
    "right path; but tensors that f closes over and that require grad get .grad filled",
)
D(
    E,
    "start.requires_grad_ set and reset",
    None,
    "start is touched for a while, but left as it was; f sees start itself",
)
D(E, "f gets a detached view of the path", None, "right unless f keeps or changes what it is given")


def _x_detach_(f, start, lr, momentum, steps):
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


def _x_fwd(f, start, lr, momentum, steps):
    return _x_with(torch.func.jacfwd)(f, start, lr, momentum, steps)


def _x_with(make):
    def run(f, start, lr, momentum, steps):
        g = make(f)
        x, v, path = start, torch.zeros_like(start), [start]
        for _ in range(steps):
            v = momentum * v + g(x)
            x = x - lr * v
            path.append(x)
        return torch.stack(path)

    return run


def _x_rec(f, start, lr, momentum, steps, velocity=None):
    if steps == 0:
        return start.clone()[None]
    v = _g(f, start) + (0 if velocity is None else momentum * velocity)
    return torch.cat([start[None], _x_rec(f, start - lr * v, lr, momentum, steps - 1, v)])


def _x_hard(f, start, lr, momentum, steps):
    path = torch.zeros(steps + 1, len(start), dtype=torch.float64)
    path[:] = _x_plain(f, start, lr, momentum, steps)
    return path


def _x_backward(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        x = x.detach().requires_grad_()
        f(x).backward()
        v = momentum * v + x.grad
        x = x.detach() - lr * v
        path.append(x)
    return torch.stack(path)


def _x_touch(f, start, lr, momentum, steps):
    x, v, path = start, torch.zeros_like(start), [start]
    for _ in range(steps):
        x.requires_grad_()
        (g,) = torch.autograd.grad(f(x), x)
        x.requires_grad_(False)
        v = momentum * v + g
        x = x - lr * v
        path.append(x)
    return torch.stack(path)


def _x_view(f, start, lr, momentum, steps):
    path = torch.empty(steps + 1, len(start), dtype=start.dtype)
    path[0] = start
    v = torch.zeros_like(start)
    for k in range(steps):
        x = path[k].detach().requires_grad_()
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        path[k + 1] = path[k] - lr * v
    return path


_fill(
    E,
    {
        "detach_() of the moved point": _x_detach_,
        "forward-mode gradient (jacfwd)": _x_fwd,
        "recursion": _x_rec,
        "path hard-coded float64": _x_hard,
        "backward() without inputs=": _x_backward,
        "start.requires_grad_ set and reset": _x_touch,
        "f gets a detached view of the path": _x_view,
    },
)


def _loop(update, v0=None):
    """update(x, v, g, lr, m, k) -> x, v: a loop with this rule."""

    def minimize(f, start, lr, momentum, steps):
        x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
        for k in range(steps):
            x, v = update(x, v, _g(f, x), lr, momentum, k)
            path.append(x)
        return torch.stack(path)

    return minimize


def _u(fv, fx=None):
    def update(x, v, g, lr, m, k):
        w = fv(v, g, lr, m, k)
        return (x - lr * w if fx is None else fx(x, v, w, g, lr, m, k)), w

    return update


def L(what, upd, tell):
    W(E, what, _loop(upd), tell)


L("dampened", _u(lambda v, g, lr, m, k: m * v + (1 - m) * g), "gradient enters with 1 - momentum")
L(
    "dampened except first (torch's dampening)",
    _u(lambda v, g, lr, m, k: m * v + (1 - m) * g if k else g),
    "torch's dampening=momentum: first step right, later ones not",
)
L(
    "Nesterov",
    _u(lambda v, g, lr, m, k: m * v + g, lambda x, v, w, g, lr, m, k: x - lr * (g + m * w)),
    "Nesterov's move",
)
L(
    "old velocity",
    _u(lambda v, g, lr, m, k: m * v + g, lambda x, v, w, g, lr, m, k: x - lr * v),
    "moves with the old velocity: first step stands still",
)
L("plain descent", _u(lambda v, g, lr, m, k: g), "momentum ignored")
L("no damping", _u(lambda v, g, lr, m, k: v + g), "momentum ignored: sums all gradients")
L("ascent", _u(lambda v, g, lr, m, k: m * v - g), "sign: goes up")
L("lr twice", _u(lambda v, g, lr, m, k: m * v + lr * g), "lr twice")
L(
    "lr lost on old velocity",
    _u(lambda v, g, lr, m, k: m * v + g, lambda x, v, w, g, lr, m, k: x - lr * g - m * v),
    "lr missing at the old velocity; first step right",
)
L("momentum on the gradient too", _u(lambda v, g, lr, m, k: m * (v + g)), "momentum multiplies the gradient")
L(
    "momentum from third step on",
    _u(lambda v, g, lr, m, k: g if k < 2 else m * v + g),
    "momentum comes in one step late",
)
L(
    "only the last gradient remembered",
    lambda x, v, g, lr, m, k: (x - lr * (g + m * v), g),
    "velocity = last gradient only: wrong from the third step on",
)
L("momentum power k", _u(lambda v, g, lr, m, k: m ** max(k, 1) * v + g), "momentum**k: wrong from the third step on")
L("lr decays", lambda x, v, g, lr, m, k: (x - lr / (1 + 0.01 * k) * (m * v + g), m * v + g), "lr decays with the step")
L(
    "bias correction",
    lambda x, v, g, lr, m, k: (
        x - lr * (m * v + (1 - m) * g) / (1 - m ** (k + 1) if m < 1 else 1),
        m * v + (1 - m) * g,
    ),
    "Adam's bias-corrected average; first step right",
)
L(
    "gradient clipped",
    lambda x, v, g, lr, m, k: (x - lr * (m * v + g.clamp(-1, 1)), m * v + g.clamp(-1, 1)),
    "gradient clipped",
)
L(
    "gradient normalised",
    lambda x, v, g, lr, m, k: (x - lr * (m * v + g / (g.norm() + 1e-300)), m * v + g / (g.norm() + 1e-300)),
    "gradient normalised",
)
L("velocity detour float32", _u(lambda v, g, lr, m, k: (m * v + g).float().double()), "velocity rounded to float32")
L(
    "velocity reset every 10 steps",
    _u(lambda v, g, lr, m, k: m * (v if k % 10 else 0 * v) + g),
    "restart every 10 steps: seen only after 10 steps",
)
L("restart when uphill", _u(lambda v, g, lr, m, k: m * v + g if torch.dot(v, g) >= 0 else g), "adaptive restart")
L(
    "stops at tiny gradient",
    lambda x, v, g, lr, m, k: (x, v) if g.norm() < 1e-3 else (x - lr * (m * v + g), m * v + g),
    "stands still where the gradient is small, though velocity isn't",
)
L(
    "velocity starts at the first gradient",
    lambda x, v, g, lr, m, k: (lambda w: (x - lr * w, w))(m * (g if k == 0 else v) + g),
    "velocity before the first step = gradient, not 0",
)
L(
    "weight decay slips in",
    _u(lambda v, g, lr, m, k: m * v + g, lambda x, v, w, g, lr, m, k: x * (1 - 1e-4 * lr) - lr * w),
    "weight decay 1e-4 left over",
)
L(
    "averaged iterate",
    lambda x, v, g, lr, m, k: (x - lr * (m * v + g) if k < 3 else x - lr * (m * v + g) * (1 - 1e-3), m * v + g),
    "error only from the fourth step on",
)


@add(E, "steps rows (start missing)", "wrong", "row 0 (start) is missing")
def _y1(f, start, lr, momentum, steps):
    return _x_plain(f, start, lr, momentum, steps)[1:].clone()


@add(E, "last row missing", "wrong", "the last point is missing: stored before the move")
def _y2(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), []
    for _ in range(steps):
        path.append(x)
        v = momentum * v + _g(f, x)
        x = x - lr * v
    return torch.stack(path)


@add(E, "final point only", "wrong", "only the end")
def _y3(f, start, lr, momentum, steps):
    return _x_plain(f, start, lr, momentum, steps)[-1].clone()


@add(E, "steps + 1 steps", "wrong", "one step too many, one row too many")
def _y4(f, start, lr, momentum, steps):
    return _x_plain(f, start, lr, momentum, steps + 1)


@add(E, "rows aliased", "wrong", "all rows are the same tensor: the end")
def _y5(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [x.detach()]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        with torch.no_grad():
            x -= lr * v
        path.append(x.detach())
    return torch.stack(path)


@add(E, "only row 0 aliased", "wrong", "row 0 is x.detach() (shared), the later rows are clones: row 0 shows the end")
def _y6(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [x.data]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        x.data -= lr * v
        path.append(x.data.clone())
    return torch.stack(path)


@add(E, "gradient accumulates", "wrong", "zero_grad forgotten")
def _y7(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        f(x).backward()
        v = momentum * v + x.grad
        with torch.no_grad():
            x -= lr * v
        path.append(x.detach().clone())
    return torch.stack(path)


@add(E, "optim without zero_grad", "wrong", "zero_grad forgotten")
def _y8(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    o = torch.optim.SGD([x], lr=lr, momentum=momentum)
    path = [start.clone()]
    for _ in range(steps):
        f(x).backward()
        o.step()
        path.append(x.detach().clone())
    return torch.stack(path)


@add(
    E, "velocity aliases x.grad, then zeroed", "wrong", "v = x.grad at the first step; grad.zero_() wipes the velocity"
)
def _y9(f, start, lr, momentum, steps):
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


@add(E, "new optimizer each step", "wrong", "the optimizer is made anew each step: velocity lost")
def _y10(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    path = [start.clone()]
    for _ in range(steps):
        o = torch.optim.SGD([x], lr=lr, momentum=momentum)
        o.zero_grad()
        f(x).backward()
        o.step()
        path.append(x.detach().clone())
    return torch.stack(path)


@add(
    E,
    "graph kept (x never detached)",
    "wrong",
    "x = x - lr*v keeps the graph: f's input has a grad_fn reaching back to start; values right",
)
def _y11(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [x]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        x = x - lr * v
        path.append(x)
    return torch.stack(path).detach()


@add(
    E,
    "graph kept with create_graph",
    "wrong",
    "whole computation differentiable: graph through all gradients kept; values right",
)
def _y12(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    v, path = torch.zeros_like(start), [x]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x, create_graph=True)
        v = momentum * v + g
        x = x - lr * v
        path.append(x)
    return torch.stack(path).detach()


@add(
    E,
    "graph kept, clone() instead of detach()",
    "wrong",
    "x is a clone() of the moved point, not detached: still in the graph; rows detached",
)
def _y13(f, start, lr, momentum, steps):
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


@add(
    E,
    "graph kept, running total of the losses",
    "wrong",
    "sums all losses and never detaches: f's input drags the graph of all earlier steps; values right",
)
def _y14(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    total, v, path = 0.0, torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        total = total + f(x)
        (g,) = torch.autograd.grad(total, x, retain_graph=True)
        v = momentum * v + g
        x = x - lr * v
        path.append(x.detach())
    return torch.stack(path)


@add(E, "path requires grad", "wrong", "path requires grad (leaves stacked without detach)")
def _y15(f, start, lr, momentum, steps):
    x, v = start.clone().requires_grad_(), torch.zeros_like(start)
    path = [x]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        x = (x.detach() - lr * v).requires_grad_()
        path.append(x)
    return torch.stack(path)


@add(E, "path requires grad by row 0 only", "wrong", "row 0 is the leaf with requires_grad: path requires grad")
def _y16(f, start, lr, momentum, steps):
    x = start.clone().requires_grad_()
    path, v = [x], torch.zeros_like(start)
    for _ in range(steps):
        v = momentum * v + _g(f, x)
        x = x.detach() - lr * v
        path.append(x)
    return torch.stack(path)


@add(E, "start.requires_grad_()", "wrong", "start requires grad afterwards")
def _y17(f, start, lr, momentum, steps):
    start.requires_grad_()
    return _x_plain(f, start.detach(), lr, momentum, steps)


@add(E, "start.requires_grad_() at steps>0 only", "wrong", "start requires grad afterwards (x = start)")
def _y18(f, start, lr, momentum, steps):
    x, v, path = start, torch.zeros_like(start), [start.detach().clone()]
    for _ in range(steps):
        x.requires_grad_()
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        x = (x - lr * v).detach()
        path.append(x)
    return torch.stack(path)


@add(E, "start moved in place", "wrong", "start.detach() shares memory: start is moved to the end")
def _y19(f, start, lr, momentum, steps):
    x = start.detach().requires_grad_()
    v, path = torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        v = momentum * v + g
        with torch.no_grad():
            x -= lr * v
        path.append(x.detach().clone())
    return torch.stack(path)


@add(E, "Parameter(start) with optim", "wrong", "Parameter(start) shares memory: start is moved")
def _y20(f, start, lr, momentum, steps):
    x = torch.nn.Parameter(start)
    o = torch.optim.SGD([x], lr=lr, momentum=momentum)
    path = [x.detach().clone()]
    for _ in range(steps):
        o.zero_grad()
        f(x).backward()
        o.step()
        path.append(x.detach().clone())
    return torch.stack(path)


@add(E, "steps 0 aliases start", "wrong", "steps 0: start[None] shares memory with start")
def _y21(f, start, lr, momentum, steps):
    return start.unsqueeze(0) if steps == 0 else _x_plain(f, start, lr, momentum, steps)


@add(E, "steps 0 gives (d,)", "wrong", "steps 0: shape (d,) instead of (1, d)")
def _y22(f, start, lr, momentum, steps):
    return start.clone() if steps == 0 else _x_plain(f, start, lr, momentum, steps)


@add(E, "squeezed", "wrong", "d = 1 or steps = 0: a dim is lost")
def _y23(f, start, lr, momentum, steps):
    return _x_plain(f, start, lr, momentum, steps).squeeze()


@add(E, "at least one step", "wrong", "do-while loop: steps 0 makes a step")
def _y24(f, start, lr, momentum, steps):
    return _x_plain(f, start, lr, momentum, max(steps, 1))


@add(E, "float32 path", "wrong", "torch.zeros without dtype: path is float32")
def _y25(f, start, lr, momentum, steps):
    path = torch.zeros(steps + 1, len(start))
    path[:] = _x_plain(f, start, lr, momentum, steps)
    return path


@add(
    E,
    "float32 path, continued from the path",
    "wrong",
    "path is float32 and later steps start from rounded rows; dtype repaired at the end",
)
def _y26(f, start, lr, momentum, steps):
    path = torch.zeros(steps + 1, len(start))
    path[0] = start
    v = torch.zeros_like(start)
    for k in range(steps):
        v = momentum * v + _g(f, path[k].to(start.dtype))
        path[k + 1] = path[k].to(start.dtype) - lr * v
    return path.to(start.dtype)


@add(E, "stops early when converged", "wrong", "path is shorter when converged")
def _y27(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        g = _g(f, x)
        if g.norm() < 1e-8:
            break
        v = momentum * v + g
        x = x - lr * v
        path.append(x)
    return torch.stack(path)


@add(E, "stops when the loss rises", "wrong", "steps that raise f are not taken")
def _y28(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + _g(f, x)
        if f(x - lr * v) <= f(x):
            x = x - lr * v
        path.append(x)
    return torch.stack(path)


@add(E, "best so far", "wrong", "keeps the best point of all so far in each row")
def _y29(f, start, lr, momentum, steps):
    p = _x_plain(f, start, lr, momentum, steps)
    best = p[0]
    for k in range(len(p)):
        best = p[k].clone() if f(p[k]) < f(best) else best.clone()
        p[k] = best
    return p


@add(E, "gradient at start always", "wrong", "gradient is taken once at start")
def _y30(f, start, lr, momentum, steps):
    g = _g(f, start)
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + g
        x = x - lr * v
        path.append(x)
    return torch.stack(path)


@add(
    E, "velocity kept between calls", "wrong", "velocity in a default argument: the second call starts with the old one"
)
def _y31(f, start, lr, momentum, steps, state={}):
    x, path = start.clone(), [start.clone()]
    v = state.get(len(start), torch.zeros_like(start))
    for _ in range(steps):
        v = momentum * v + _g(f, x)
        x = x - lr * v
        path.append(x)
    state[len(start)] = v
    return torch.stack(path)


@add(E, "path kept between calls", "wrong", "path=[] as default argument: grows from call to call")
def _y32(f, start, lr, momentum, steps, path=[]):
    path.append(start.clone())
    x, v = start.clone(), torch.zeros_like(start)
    for _ in range(steps):
        v = momentum * v + _g(f, x)
        x = x - lr * v
        path.append(x)
    return torch.stack([p for p in path if p.shape == start.shape])


@add(E, "recursion drops the velocity", "wrong", "calls itself with steps - 1: velocity is 0 in each step")
def _y33(f, start, lr, momentum, steps):
    if steps == 0:
        return start.clone()[None]
    return torch.cat([start[None], _y33(f, start - lr * _g(f, start), lr, momentum, steps - 1)])


@add(E, "look-ahead gradient", "wrong", "gradient at the look-ahead point: classical Nesterov")
def _y34(f, start, lr, momentum, steps):
    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + _g(f, x - lr * momentum * v)
        x = x - lr * v
        path.append(x)
    return torch.stack(path)


@add(E, "forward differences", "wrong", "finite differences instead of autograd: wrong from the 8th digit")
def _y35(f, start, lr, momentum, steps):
    def g(x):
        h = 1e-6
        return torch.stack([(f(x + h * e) - f(x)) / h for e in torch.eye(len(x), dtype=x.dtype)]).detach()

    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + g(x)
        x = x - lr * v
        path.append(x)
    return torch.stack(path)


@add(
    E,
    "central differences",
    "wrong",
    "finite differences instead of autograd: right to ~1e-9 (exact on quadratics up to rounding)",
)
def _y36(f, start, lr, momentum, steps):
    def g(x):
        h = 1e-5
        return torch.stack([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in torch.eye(len(x), dtype=x.dtype)]).detach()

    x, v, path = start.clone(), torch.zeros_like(start), [start.clone()]
    for _ in range(steps):
        v = momentum * v + g(x)
        x = x - lr * v
        path.append(x)
    return torch.stack(path)


@add(E, "gradient of x.x assumed", "wrong", "2x hard-coded (example)")
def _y37(f, start, lr, momentum, steps):
    return _x_plain(lambda x: (x * x).sum(), start, lr, momentum, steps)


W(
    E,
    "list of rows",
    lambda f, start, lr, momentum, steps: list(_x_plain(f, start, lr, momentum, steps).unbind(0)),
    "a list, not one tensor",
)
W(
    E,
    "numpy array",
    lambda f, start, lr, momentum, steps: _x_plain(f, start, lr, momentum, steps).numpy(),
    "numpy, not a tensor",
)
W(
    E,
    "path and velocity",
    lambda f, start, lr, momentum, steps: (_x_plain(f, start, lr, momentum, steps), torch.zeros_like(start)),
    "a pair, not the path",
)
W(
    E,
    "transposed",
    lambda f, start, lr, momentum, steps: _x_plain(f, start, lr, momentum, steps).T,
    "shape (d, steps+1)",
)
W(
    E,
    "flat cat",
    lambda f, start, lr, momentum, steps: torch.cat(list(_x_plain(f, start, lr, momentum, steps))),
    "torch.cat of vectors: one long vector",
)
W(
    E,
    "reversed",
    lambda f, start, lr, momentum, steps: _x_plain(f, start, lr, momentum, steps).flip(0),
    "rows in reverse order",
)
W(
    E,
    "loss values",
    lambda f, start, lr, momentum, steps: torch.stack([f(x) for x in _x_plain(f, start, lr, momentum, steps)]),
    "values of f, not points",
)
W(
    E,
    "velocities in the rows",
    lambda f, start, lr, momentum, steps: torch.diff(
        _x_plain(f, start, lr, momentum, steps), dim=0, prepend=torch.zeros(1, len(start), dtype=start.dtype)
    ),
    "rows are differences, not points",
)
W(
    E,
    "start row twice",
    lambda f, start, lr, momentum, steps: torch.cat([start[None], _x_plain(f, start, lr, momentum, steps)])[
        : steps + 1
    ],
    "row 0 twice, last row cut off",
)
W(
    E,
    "rounded",
    lambda f, start, lr, momentum, steps: torch.round(_x_plain(f, start, lr, momentum, steps), decimals=4),
    "rounded",
)
W(
    E,
    "float32 lr",
    lambda f, start, lr, momentum, steps: _x_plain(f, start, torch.tensor(lr), momentum, steps),
    "lr rounded to float32 by torch.tensor(lr)",
)
W(
    E,
    "float32 gradient",
    lambda f, start, lr, momentum, steps: _loop(_u(lambda v, g, lr, m, k: m * v + g.float()))(
        f, start, lr, momentum, steps
    ),
    "gradient rounded to float32",
)
W(
    E,
    "f called on a batch",
    lambda f, start, lr, momentum, steps: _x_batch(f, start, lr, momentum, steps),
    "f is given shape (1, d) instead of (d,)",
)
W(
    E,
    "Parameter path",
    lambda f, start, lr, momentum, steps: torch.nn.Parameter(_x_plain(f, start, lr, momentum, steps)),
    "path requires grad",
)
W(
    E,
    "momentum or 0.9",
    lambda f, start, lr, momentum, steps: _x_plain(f, start, lr, momentum or 0.9, steps),
    "momentum 0 replaced by a default",
)
W(
    E,
    "lr and momentum swapped",
    lambda f, start, lr, momentum, steps: _x_plain(f, start, momentum, lr, steps),
    "lr and momentum swapped (example: .25/.5)",
)
W(
    E,
    "steps capped at 100",
    lambda f, start, lr, momentum, steps: _x_plain(f, start, lr, momentum, min(steps, 100)),
    "a maximal number of steps slipped in",
)


def _x_batch(f, start, lr, momentum, steps):
    g = lambda x: _g(f, x)
    x, v, path = start.clone()[None], torch.zeros_like(start)[None], [start.clone()[None]]
    for _ in range(steps):
        v = momentum * v + g(x)
        x = x - lr * v
        path.append(x)
    return torch.cat(path)


# What those deserve that don't pass.
VERDICTS: dict[str, dict[str, str | None]] = {
    "sgd_step": {
        "ascent": "uphill",
        "grad - lr*param": "param and grad swapped",
        "param *(1 - lr*grad)": "times the param",
        "no lr": "no learning rate",
        "divides by lr": "divided by lr",
        "returns the update only": None,
        "lr*(param - grad)": "lr on both",
        "moving average": "",
        "lerp to grad": "",
        "sign descent": "only the sign",
        "normalised gradient": "unit length, NaN at 0",
        "clips gradient norm at 5": "",
        "summed gradient": "sum of the gradient",
        "mean gradient": "mean of the gradient",
        "divided by batch = first dim": "",
        "abs of the gradient": "",
        "squared, 1/4": "",
        "clamped at 0": "",
        "lr as float32 tensor": "",
        "result float32": "",
        "through float32 and back": "in float32",
        "loop without dtype": "",
        "loop, dtype only at the end": "",
        "rounded to 4 decimals": "",
        "flattened": "",
        "squeezed": "",
        "atleast_1d": "",
        "stack of entries, fails at ()": "error: ",
        "item": "error: ",
        "float for () only": "",
        "numpy array returned": None,
        "transposed gradient": "",
        "matmul lr eye": "",
        "zero gradient: returns param itself": "",
        "no step, lr tiny": "",
        "view(-1)": "error: ",
        "requires grad": "tracked",
        "nn.Parameter result": "tracked",
        "param.sub_": "param in place",
        "clone of changed param": "",
        "grad.mul_": "grad in place",
        "grad as output": "",
        "out=param": "param in place",
        "numpy in place shares memory": "",
        "param.data": "param in place",
        ".double() is no copy": "param in place",
        "copy.copy": "param in place",
        "contiguous() is no copy": "param in place",
        "returns nothing": "nothing returned",
        "remembers a velocity (default arg)": "",
        "adds up gradients in a global": "",
        "averaged with the last call's grad": "",
        "optim.SGD on param itself": "",
        "optim.SGD default lr": "",
        "leaves param.grad set": "",
        "restores param by adding back": "",
    },
    "largest_stable_lr": {
        "np.poly roots": "",
        "simulated gradient descent, bisection to 1e-3": "",
        "1/largest": "1/λ",
        "2/smallest": "smallest eigenvalue",
        "1/smallest": "1/λ of the smallest",
        "2/(smallest+largest)": "best rate",
        "4/(largest)": "4/λ",
        "2*largest": "twice the eigenvalue",
        "largest/2": "half the eigenvalue",
        "the largest eigenvalue": "the largest eigenvalue",
        "2/trace": "trace",
        "2/Frobenius": "Frobenius norm",
        "linalg.norm without ord": "Frobenius norm",
        "vector 2-norm": "Frobenius norm",
        "nuclear norm": "trace",
        "inf norm / Gershgorin": "largest row",
        "1 norm": "largest row",
        "row sums without abs": "",
        "max of diagonal": "diagonal only",
        "max of entries": "diagonal only",
        "last diagonal entry": "",
        "determinant": "determinant",
        "condition number": "2 over the condition number",
        "2/kappa from eigenvalues": "2 over the condition number",
        "2/(largest*smallest)": "all eigenvalues multiplied",
        "2x2 formula": "",
        "eigvals of H'H without root": "",
        "root too many": "",
        "heavy ball limit": "heavy ball, momentum 0.9",
        "2/mean eigenvalue": "mean eigenvalue",
        "first of eigvals (unsorted)": "",
        "last of numpy eig (unsorted)": "",
        "first singular of cholesky": "",
        "cholesky diagonal squared": "",
        "diagonal of R": "",
        "tensor returned": None,
        "all of them": "all limits",
        "float32": "",
        "rounded 4": "",
        "minus eps": "",
        "eigenvalues + damping": "",
        "capped at 1": "",
        "squeezed H": "error: ",
        "n=1 special case 1/h": "",
        "second largest": "",
        "eigenvalue [1]": "error: ",
        "int division": "",
        "lower triangle only": "diagonal only",
        "power iteration from ones": "",
        "power iteration from e1": "",
        "power iteration 10 steps": "",
        "power iteration without normalising": "",
        "symmetrised in place": "hessian changed",
        "deflation in place": "hessian changed",
        "simulation from ones": "",
        "cached for the shape": "",
        "forgets return": "nothing returned",
        "float of str": "",
    },
    "momentum_step": {
        "stacked tensor of shape (2, ...)": "",
        "generator returned": "",
        "dampened (1-mu) g": "damped",
        "lerp": "damped",
        "swapped lerp": "",
        "lr inside the velocity, plus": "velocity pointing downhill",
        "lr inside the velocity, minus": "learning rate in the buffer",
        "Sutskever with sign repaired": "",
        "lr twice": "learning rate twice",
        "negative velocity": "minus in the velocity",
        "move is right, velocity returned negative": "",
        "ascent": "uphill",
        "velocity minus": "",
        "move with old velocity": "old velocity used",
        "returns old velocity": "velocity not renewed",
        "returns velocity argument itself": "velocity not renewed",
        "returns lr * velocity": "",
        "swapped pair": "the pair swapped",
        "only param": "only the param",
        "Nesterov": "Nesterov",
        "heavy ball plus momentum outside": "",
        "momentum on the gradient": "momentum on the gradient",
        "momentum on both": "momentum on both",
        "momentum ignored": "old velocity in full",
        "velocity ignored": "momentum ignored",
        "momentum fixed 0.9": "",
        "momentum fixed 0.5 (example)": "",
        "lr and momentum swapped": "lr and momentum swapped",
        "move times 1-mu": "",
        "momentum twice in the move": "Nesterov",
        "bias-corrected like Adam": "",
        "first step without lr": "",
        "momentum 0 keeps the velocity": "",
        "momentum 0 gives zeros": "",
        "momentum 0 aliases grad": "",
        "zero velocity aliases grad": "",
        "grad.detach() on the first step": "",
        "momentum 1 rejected": "error: ",
        "momentum or 0.9": "",
        "velocity clipped": "",
        "restart when uphill": "",
        "summed gradient": "",
        "float32 scalars": "",
        "velocity float32": "",
        "velocity rounded through float32": "",
        "() becomes (1,)": "",
        "only velocity squeezed": "",
        "fails at () (zip over rows)": "error: ",
        "floats for ()": "",
        "velocity.mul_": "velocity in place",
        "velocity.mul_, clone returned": "",
        "param in place": "param in place",
        "grad += momentum*velocity": "",
        "returned velocity is changed grad": "",
        "optim with unseeded state": "momentum ignored",
        "optim seeded with velocity itself": "",
        "optim seeded, momentum 0 forgotten": "",
        "nn.Parameter(param) shares memory": "",
        "result requires grad": "tracked",
        "velocity in a default argument": "",
        "velocity kept in the object": "",
        "reused output buffer": "",
        "rescales velocity when lr changes": "",
    },
    "best_heavy_ball": {
        "grid search 200x200, refined": "",
        "dict values view": "",
        "momentum without square": "momentum not squared",
        "Nesterov's choice": "Nesterov's",
        "lr 1/L, right momentum": "1/L",
        "lr 2/(l+L), right momentum": "the rate of plain descent",
        "best plain descent": "no momentum",
        "no square roots": "κ for √κ",
        "momentum without roots": "κ for √κ in the momentum",
        "lr without roots": "",
        "lr without square": "learning rate not squared",
        "lr 2/(..)": "2 over the sum of roots",
        "lr 2/(..)^2": "2 over the square",
        "lr 1/(..)^2": "1 over the square",
        "swapped pair": "the pair swapped",
        "lr for kappa only": "",
        "smallest taken as 1": "",
        "root of smallest forgotten": "",
        "lr divided by largest": "",
        "lr times smallest": "",
        "momentum only just feasible for lr=1/L": "",
        "right lr, momentum (1-1/sqrt k)^2": "",
        "lr at the stability limit": "the limit",
        "lr 2(1+mu)/(l+L), mu unsquared": "",
        "lr = (1+mu)^2/L": "",
        "lr = (1+sqrt mu)^2/l": "the wrong edge",
        "lr = (1-sqrt mu)^2/L": "",
        "momentum 4th power": "",
        "negative momentum": "",
        "1 - momentum": "1 minus the momentum",
        "dampened convention lr/(1-mu)": "",
        "lr times 1-mu": "",
        "f = x'Hx convention": "2 over the square",
        "momentum 0.9 fixed": "",
        "the average eigenvalue critical": "",
        "kappa -1/+1": "",
        "only the momentum": "only the momentum",
        "rounded to 2": "",
        "rounded to 4": "",
        "isqrt": "",
        "floor division": "",
        "float32 tensors": "",
        "tensors returned": None,
        "complex returned": "",
        "dict returned": "",
        "strings": "",
        "lr capped at 1": "",
        "momentum at least 0.1": "",
        "momentum at most 0.99": "",
        "lr a tad smaller for safety": "",
        "returns None": "nothing returned",
        "returns the rate as third": "",
    },
    "nesterov_step": {
        "stacked tensor": "",
        "heavy ball": "heavy ball",
        "old velocity in the move": "heavy ball",
        "v + momentum*v": "",
        "v + momentum*g": "momentum on the gradient",
        "v + momentum*v_old": "",
        "(1+m) v - m v_old (other sign mix)": "",
        "Keras": "textbook form",
        "lr inside, positive": "learning rate in the velocity",
        "dampened": "damped",
        "dampened both": "",
        "velocity returned is the update": "velocity looks ahead too",
        "move with momentum once more": "",
        "m*(g + v)": "momentum on both",
        "momentum missing in move": "velocity in full",
        "lr only on gradient": "",
        "g - m v": "",
        "ascent": "uphill",
        "classical look-ahead param": "",
        "returns the un-looked-ahead point": "plain step",
        "momentum squared twice": "momentum on the gradient",
        "m^2 on everything": "",
        "swapped pair": "the pair swapped",
        "only param": "only the param",
        "old velocity returned": "velocity not renewed",
        "lr*velocity returned": "",
        "momentum*velocity returned": "",
        "first step: heavy ball": "",
        "first velocity zero stays": "",
        "optim: momentum 0 raises": "error: ",
        "momentum 0 keeps velocity": "",
        "momentum 0 aliases grad": "",
        "zero velocity aliases grad": "",
        "momentum 1 -> 0.999": "",
        "float32 momentum": "",
        "float32 result": "",
        "squeezed": "",
        "1-d only": "error: ",
        "mean gradient": "",
        "velocity in place": "velocity in place",
        "grad in place": "",
        "v aliases itself: v *= momentum after": "",
        "v += in the update (alias u = v)": "velocity looks ahead too",
        "param in place": "",
        "own velocity kept": "",
        "previous lr used": "",
        "optim unseeded": "",
    },
    "decayed_step": {
        "decay after the step": "decay after the step",
        "decay after the step, two lines": "decay after the step",
        "no lr on the decay": "decay not scaled by lr",
        "param*(1-wd)": "decay not scaled by lr",
        "factor 2": "twice the decay",
        "factor 1/2": "half the decay",
        "sign of decay": "weights grow",
        "sign of gradient": "",
        "both signs": "uphill",
        "L1": "sign of the param",
        "constant decay": "a constant",
        "penalty value": "square of the param",
        "abs": "",
        "norm": "norm of the params",
        "sum of params": "sum of the params",
        "mean penalty": "",
        "decay multiplies gradient": "",
        "decayed gradient": "decays the gradient",
        "wd * grad": "",
        "lr decay": "",
        "proximal": "",
        "half-implicit": "",
        "exponential": "",
        "lr squared": "",
        "wd squared": "",
        "only matrices decay": "",
        "only dim >= 2 or scalar; zero-d skipped": "",
        "only positive params": "",
        "stops at zero": "",
        "decay factor clamped": "",
        "wd capped at 1": "",
        "wd or default": "",
        "wd ignored": "no decay",
        "zero gradient: no decay": "",
        "zero gradient: returns param": "",
        "wd 0 and zero gradient alias": "",
        "lr and wd swapped": "settings swapped",
        "grad.add_": "grad in place",
        "wd=0 path in place": "",
        "param.mul_": "",
        "param in place": "param in place",
        "float32 factor": "",
        "float32": "",
        "squeezed": "",
        "reshape(-1)": "",
        "requires grad": "tracked",
        "pair returned": "",
        "None": "nothing returned",
        "float for ()": "",
        "optim.AdamW": "",
        "optim on Parameter(param)": "",
        "decay grows call by call": "",
        "decays towards the first param seen": "",
    },
    "minimize": {
        "dampened": "damped",
        "dampened except first (torch's dampening)": "damped, but for the first step",
        "Nesterov": "Nesterov",
        "old velocity": "old velocity used",
        "plain descent": "velocity begun anew",
        "no damping": "old velocity in full",
        "ascent": "uphill",
        "lr twice": "learning rate twice",
        "lr lost on old velocity": "",
        "momentum on the gradient too": "momentum on both",
        "momentum from third step on": "",
        "only the last gradient remembered": "",
        "momentum power k": "",
        "lr decays": "",
        "bias correction": "",
        "gradient clipped": "",
        "gradient normalised": "",
        "velocity detour float32": "",
        "velocity reset every 10 steps": "",
        "restart when uphill": "",
        "stops at tiny gradient": "",
        "velocity starts at the first gradient": "velocity begun with the gradient",
        "weight decay slips in": "",
        "averaged iterate": "",
        "steps rows (start missing)": "start left out",
        "last row missing": "error: ",
        "final point only": "only the last point",
        "steps + 1 steps": "a step too many",
        "rows aliased": "rows that are one tensor",
        "only row 0 aliased": "",
        "gradient accumulates": "gradients accumulate",
        "optim without zero_grad": "gradients accumulate",
        "velocity aliases x.grad, then zeroed": "",
        "new optimizer each step": "velocity begun anew",
        "graph kept (x never detached)": "the graph grows",
        "graph kept with create_graph": "the graph grows",
        "graph kept, clone() instead of detach()": "the graph grows",
        "graph kept, running total of the losses": "the graph grows",
        "path requires grad": "the path requires grad",
        "path requires grad by row 0 only": "the path requires grad",
        "start.requires_grad_()": "start tracked",
        "start.requires_grad_() at steps>0 only": "start tracked, the path requires grad",
        "start moved in place": "start moved",
        "Parameter(start) with optim": "start moved",
        "steps 0 aliases start": "",
        "steps 0 gives (d,)": "",
        "squeezed": "",
        "at least one step": "",
        "float32 path": "the path in float32",
        "float32 path, continued from the path": "",
        "stops early when converged": "",
        "stops when the loss rises": "",
        "best so far": "",
        "gradient at start always": "the gradient at start",
        "velocity kept between calls": "",
        "path kept between calls": "",
        "recursion drops the velocity": "velocity begun anew",
        "look-ahead gradient": "the gradient ahead",
        "forward differences": "",
        "central differences": None,
        "gradient of x.x assumed": "",
        "list of rows": None,
        "numpy array": None,
        "path and velocity": "",
        "transposed": "points as columns",
        "flat cat": "one long row",
        "reversed": "",
        "loss values": "",
        "velocities in the rows": "",
        "start row twice": "start twice",
        "rounded": "",
        "float32 lr": "",
        "float32 gradient": "",
        "f called on a batch": "error: ",
        "Parameter path": "the path requires grad",
        "momentum or 0.9": "",
        "lr and momentum swapped": "lr and momentum swapped",
        "steps capped at 100": "",
    },
}

SUBMISSIONS = judged("gradient_descent", ANSWERS, VERDICTS)
