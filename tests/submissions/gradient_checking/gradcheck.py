"""Answers written blind for `gradient_checking.gradcheck`, each under the verdict that it deserves."""

import math

import numpy as np
import torch
from submissions import passes, rejected
from submissions.gradient_checking._shared import einsum_all


def _relative_error(got, want):
    """The course's helper, as the text describes it."""
    got, want = np.asarray(got), np.asarray(want)
    size = max(np.linalg.norm(got.ravel()), np.linalg.norm(want.ravel()))
    return 0.0 if size == 0 else float(np.linalg.norm((got - want).ravel()) / size)

def _numerical_gradient(f, x, h):
    """The course's helper, as the text describes it."""
    gradient = np.zeros(np.shape(x))
    for index in np.ndindex(np.shape(x)):
        up, down = np.array(x), np.array(x)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient

_normal = lambda shape: np.random.default_rng().standard_normal(shape)
_fits = lambda got, x: np.shape(got) == np.shape(x) and not np.isnan(got).any()
_judge = lambda got, want, x, tolerance: bool(_fits(got, x) and _relative_error(got, want) <= tolerance)

def _check(draw=_normal, numeric=_numerical_gradient, judge=_judge):
    """A gradcheck put together from a way to draw u, a numerical gradient and a verdict."""
    def gradcheck(f, vjp, x, h, tolerance):
        u = draw(np.shape(f(x)))
        want = numeric(lambda y: np.sum(u * f(y)), x, h)
        return judge(np.asarray(vjp(u, x)), want, x, tolerance)
    return gradcheck

two_helpers = passes(_check())

@passes
def whole_jacobian_first(f, vjp, x, h, tolerance):
    shape = np.shape(f(x))
    size, rows = math.prod(shape), []
    for k in range(x.size):
        step = h * (np.arange(x.size) == k).reshape(x.shape)
        rows.append(np.reshape((f(x + step) - f(x - step)) / (2 * h), size))
    u = np.random.default_rng(3).uniform(-1, 1, shape)
    want = np.array(rows).reshape(x.size, size) @ u.reshape(size)
    got = vjp(u, x)
    if np.shape(got) != x.shape or np.isnan(got).any():
        return False
    top = np.sqrt(max(np.vdot(got, got), np.vdot(want, want)))
    return True if top == 0 else bool(np.sqrt(np.sum((np.ravel(got) - want) ** 2)) / top <= tolerance)

@passes
def norms_by_torch(f, vjp, x, h, tolerance):
    u = torch.randn(np.shape(f(x)), dtype=torch.float64).numpy()
    got = torch.tensor(np.array(vjp(u, x), dtype=np.float64))
    if tuple(got.shape) != x.shape or bool(got.isnan().any()):
        return False
    want = torch.zeros(x.size, dtype=torch.float64)
    for k, unit in enumerate(np.eye(x.size)):
        step = h * unit.reshape(x.shape)
        want[k] = float(np.vdot(u, f(x + step)) - np.vdot(u, f(x - step))) / (2 * h)
    want = want.reshape(got.shape)
    top = torch.maximum(got.norm(), want.norm())
    return bool(top == 0) or ((got - want).norm() / top).item() <= tolerance

class _Gradcheck:
    def __init__(self, draws):
        self.draws = draws
    def once(self, f, vjp, x, h, tolerance):
        return _check()(f, vjp, x, h, tolerance)
    def __call__(self, *arguments):
        return all(self.once(*arguments) for _ in range(self.draws))
callable_object_three_draws = passes(_Gradcheck(3))

def _halves(f, u, x, h):
    """Numerical gradient by recursion over halves of the flat entries."""
    flat = np.array(x, dtype=np.float64).ravel()
    def part(lo, hi):
        if hi - lo == 1:
            ends = []
            for s in (h, -h):
                moved = flat.copy()
                moved[lo] += s
                ends.append(float(np.sum(u * f(moved.reshape(np.shape(x))))))
            return [(ends[0] - ends[1]) / (2 * h)]
        return part(lo, (lo + hi) // 2) + part((lo + hi) // 2, hi)
    return np.array(part(0, flat.size)).reshape(np.shape(x)) if flat.size else np.zeros(np.shape(x))

@passes
def recursion_over_halves_of_x(f, vjp, x, h, tolerance):
    u = _normal(np.shape(f(x)))
    return _judge(np.asarray(vjp(u, x)), _halves(f, u, x, h), x, tolerance)

def _numeric_copy_flat(f, x, h):
    y = x.copy()
    gradient = np.empty(x.size)
    for k in range(x.size):
        kept = y.flat[k]
        y.flat[k] = kept + h
        up = f(y)
        y.flat[k] = kept - h
        gradient[k] = (up - f(y)) / (2 * h)
        y.flat[k] = kept
    return gradient.reshape(x.shape)
entries_of_a_copy_moved = passes(_check(numeric=_numeric_copy_flat))

def _both_signs(shape):
    u = np.random.uniform(0.5, 1.5, shape)
    u = np.array(u, dtype=np.float64)
    u.flat[::2] *= -1
    return u
u_with_both_signs = passes(_check(draw=_both_signs))
uniform_u = passes(_check(draw=lambda s: np.random.uniform(-1, 1, s)))
numpy_bool = passes(_check(judge=lambda got, want, x, t: np.bool_(_judge(got, want, x, t))))

def _error(error, fits=_fits):
    return _check(judge=lambda got, want, x, tolerance: bool(fits(got, x) and error(got, want) <= tolerance))
norms_by_einsum = passes(_error(lambda got, want:
    np.sqrt(einsum_all(got - want, got - want) / max(np.sum(got**2), np.sum(want**2))) if np.any(got != want) else 0.0))

u_all_ones = rejected("a u of ones")(_check(draw=np.ones))

def _one_hot(shape):
    u = np.zeros(shape)
    u.flat[np.random.randint(u.size)] = np.random.choice([-1.0, 1.0])
    return u
u_with_one_entry = rejected("one random output")(_check(draw=_one_hot))

@rejected("one output only")
def u_first_unit_vector(f, vjp, x, h, tolerance):
    u = np.zeros(np.shape(f(x)))
    u.flat[0] = 1.0
    return _judge(vjp(u, x), _numerical_gradient(lambda y: np.sum(u * f(y)), x, h), x, tolerance)

u_of_whole_numbers = rejected()(_check(draw=lambda s: np.random.randint(0, 5, s) * 1.0))
always_true = rejected("always True")(lambda f, vjp, x, h, tolerance: True)
