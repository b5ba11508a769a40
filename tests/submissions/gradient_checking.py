"""Answers written blind for the exercises of the lesson `gradient_checking`, and what each deserves."""

import functools
import itertools
import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch.autograd.function import once_differentiable

from submissions import Submission


class Answer(NamedTuple):
    """An answer, what it is in a few words, and whether it is right."""

    exercise: str
    what: str
    answer: Any
    right: bool
    doubtful: bool = False


# directional_error


def _de(quotient=None, total=None, join=None):
    """Directional error put together from a quotient, a sum and a way to join them."""
    quotient = quotient or (lambda f, x, d, h: (f(x + h * d) - f(x - h * d)) / (2 * h))
    total = total or (lambda g, d: np.sum(g * d))
    join = join or (lambda q, s: abs(q - s))

    def directional_error(f, gradient, x, direction, h):
        return join(quotient(f, x, direction, h), total(gradient, direction))

    return directional_error


def _de_torch(f, gradient, x, direction, h):
    tx, td, tg = (torch.tensor(np.ascontiguousarray(a).reshape(np.shape(a))) for a in (x, direction, gradient))
    up, down = f((tx + h * td).numpy()), f((tx - h * td).numpy())
    return torch.abs(torch.tensor(float(up - down) / (2 * h), dtype=torch.float64) - (tg * td).sum()).item()


class _DirectionalError:
    def __init__(self):
        self.calls = 0

    def __call__(self, f, gradient, x, direction, h):
        self.calls += 1
        ends = [f(x + sign * h * direction) for sign in (-1.0, 1.0)]
        return float(np.abs(np.diff(ends)[0] / (h + h) - np.vdot(gradient, direction)))


def _de_general(scale, f, gradient, x, direction, h):
    return abs((f(x + h * direction) - f(x - h * direction)) / (scale * h) - np.vdot(gradient, direction))


def _recursive_sum(a, b):
    if np.ndim(a) == 0:
        return float(a) * float(b)
    return sum(_recursive_sum(p, q) for p, q in zip(a, b, strict=True))


def _de_walk_copy(f, gradient, x, direction, h):
    line = lambda t: f(np.add(x, t * direction))
    error = (line(h) - line(-h)) / (2 * h)
    for index in np.ndindex(np.shape(x)):
        error -= gradient[index] * direction[index]
    return max(error, -error)


def _de_in_place(f, gradient, x, direction, h):
    x += h * direction
    up = f(x)
    x -= 2 * h * direction
    down = f(x)
    return abs((up - down) / (2 * h) - np.sum(gradient * direction))


def _de_in_place_rounded(f, gradient, x, direction, h):
    x += h * direction
    up = f(x)
    x -= 2 * h * direction
    down = f(x)
    x += h * direction
    return abs((up - down) / (2 * h) - np.sum(gradient * direction))


def _de_in_place_restored(f, gradient, x, direction, h):
    kept = x.copy()
    x += h * direction
    up = f(x)
    x[...] = kept - h * direction
    down = f(x)
    x[...] = kept
    return abs((up - down) / (2 * h) - np.sum(gradient * direction))


def _de_alias(f, gradient, x, direction, h):
    y = x
    y += h * direction
    up = f(y)
    return abs((up - f(x - h * direction)) / (2 * h) - np.sum(gradient * direction))


def _de_direction_scaled(f, gradient, x, direction, h):
    total = np.sum(gradient * direction)
    direction *= h
    return abs((f(x + direction) - f(x - direction)) / (2 * h) - total)


def _de_normalised(f, gradient, x, direction, h):
    d = direction / np.linalg.norm(direction)
    return abs((f(x + h * d) - f(x - h * d)) / (2 * h) - np.sum(gradient * d))


def _de_unit_step(f, gradient, x, direction, h):
    size = np.linalg.norm(direction)
    d = direction / size
    return abs((f(x + h * d) - f(x - h * d)) / (2 * h) * size - np.sum(gradient * direction))


def _de_entrywise(f, gradient, x, direction, h):
    error = 0.0
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h * direction[index]
        error += abs((f(x + step) - f(x - step)) / (2 * h) - gradient[index] * direction[index])
    return error


def _de_partials(f, gradient, x, direction, h):
    numerical = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        numerical[index] = (f(x + step) - f(x - step)) / (2 * h)
    return abs(np.sum((numerical - gradient) * direction))


def _de_richardson(f, x, d, h):
    wide = f(x + 2 * h * d) - f(x - 2 * h * d)
    return (8 * (f(x + h * d) - f(x - h * d)) - wide) / (12 * h)


def _de_rows(f, gradient, x, direction, h):
    total = 0
    for g, d in zip(gradient, direction, strict=True):
        total = total + g * d
    return np.max(np.abs((f(x + h * direction) - f(x - h * direction)) / (2 * h) - total))


_DE = "gradient_checking.directional_error"
_DIRECTIONAL = [
    Answer(_DE, "the formula, np.float64", _de(), True),
    Answer(_DE, "np.vdot, order through functools.partial", functools.partial(_de_general, 2.0), True),
    Answer(_DE, "einsum over flat entries", _de(total=lambda g, d: np.einsum("i,i", g.ravel(), d.ravel())), True),
    Answer(_DE, "torch inside", _de_torch, True),
    Answer(_DE, "a class with __call__", _DirectionalError(), True),
    Answer(_DE, "math.fsum over flat entries", _de(total=lambda g, d: math.fsum((g * d).ravel().tolist())), True),
    Answer(
        _DE,
        "exact fractions for the sum",
        _de(total=lambda g, d: float(sum(Fraction(a) * Fraction(b) for a, b in zip(g.flat, d.flat, strict=True)))),
        True,
    ),
    Answer(_DE, "recursion over the axes", _de(total=_recursive_sum), True),
    Answer(_DE, "entry by entry, max(e, -e)", _de_walk_copy, True),
    Answer(_DE, "a 0-d array", _de(join=lambda q, s: np.abs(np.asarray(q - s))), True),
    Answer(_DE, "tensordot over all axes", _de(total=lambda g, d: np.tensordot(g, d, axes=g.ndim)), True),
    Answer(
        _DE,
        "halves of the quotient, hypot as absolute value",
        _de(
            lambda f, x, d, h: 0.5 * (f(x + h * d) / h - f(x - h * d) / h),
            join=lambda q, s: math.hypot(float(q) - float(s)),
        ),
        True,
    ),
    Answer(_DE, "x changed during the calls, put back exactly", _de_in_place_restored, True, True),
    Answer(_DE, "no absolute value", _de(join=lambda q, s: q - s), False),
    Answer(_DE, "clipped at 0 in place of abs", _de(join=lambda q, s: max(0.0, q - s)), False),
    Answer(_DE, "direction normalised", _de_normalised, False),
    Answer(_DE, "unit step, times the length afterwards", _de_unit_step, False),
    Answer(_DE, "forward quotient", _de(lambda f, x, d, h: (f(x + h * d) - f(x)) / h), False),
    Answer(_DE, "backward quotient", _de(lambda f, x, d, h: (f(x) - f(x - h * d)) / h), False),
    Answer(_DE, "divided by h", _de(lambda f, x, d, h: (f(x + h * d) - f(x - h * d)) / h), False),
    Answer(_DE, "/ 2 * h, brackets forgotten", _de(lambda f, x, d, h: (f(x + h * d) - f(x - h * d)) / 2 * h), False),
    Answer(_DE, "h forgotten in the step", _de(lambda f, x, d, h: (f(x + d) - f(x - d)) / (2 * h)), False),
    Answer(_DE, "h forgotten everywhere", _de(lambda f, x, d, h: (f(x + d) - f(x - d)) / 2), False),
    Answer(_DE, "half steps", _de(lambda f, x, d, h: (f(x + h / 2 * d) - f(x - h / 2 * d)) / h), False),
    Answer(_DE, "own step 1e-5, h ignored", _de(lambda f, x, d, h: (f(x + 1e-5 * d) - f(x - 1e-5 * d)) / 2e-5), False),
    Answer(_DE, "four-point stencil", _de(_de_richardson), False),
    Answer(_DE, "numerical partials, then the sum along d", _de_partials, False),
    Answer(_DE, "gradient @ direction, vectors only", _de(total=lambda g, d: g @ d), False),
    Answer(_DE, "sum of a matrix product", _de(total=lambda g, d: np.sum(np.dot(g, d))), False),
    Answer(_DE, "product of the sums", _de(total=lambda g, d: np.sum(g) * np.sum(d)), False),
    Answer(_DE, "mean in place of the sum", _de(total=lambda g, d: np.mean(g * d)), False),
    Answer(_DE, "length of the gradient", _de(total=lambda g, d: np.linalg.norm(g)), False),
    Answer(_DE, "sum of the gradient, d forgotten", _de(total=lambda g, d: np.sum(g)), False),
    Answer(_DE, "relative error", _de(join=lambda q, s: abs(q - s) / max(abs(q), abs(s), 1e-12)), False),
    Answer(_DE, "squared", _de(join=lambda q, s: (q - s) ** 2), False),
    Answer(_DE, "difference of the absolute values", _de(join=lambda q, s: abs(abs(q) - abs(s))), False),
    Answer(_DE, "rounded to 6 places", _de(join=lambda q, s: round(abs(float(q - s)), 6)), False),
    Answer(_DE, "sum of the entries' errors", _de_entrywise, False),
    Answer(_DE, "sums the first axis only, largest error", _de_rows, False),
    Answer(_DE, "all ones as the direction", lambda f, g, x, d, h: _de()(f, g, x, np.ones_like(d), h), False),
    Answer(_DE, "direction's signs only", lambda f, g, x, d, h: _de()(f, g, x, np.sign(d), h), False),
    Answer(
        _DE,
        "f is given flat vectors",
        _de(lambda f, x, d, h: (f((x + h * d).ravel()) - f((x - h * d).ravel())) / (2 * h)),
        False,
    ),
    Answer(
        _DE,
        "everything cast to float32",
        lambda f, g, x, d, h: _de()(f, np.float32(g), np.float32(x), np.float32(d), h),
        False,
    ),
    Answer(_DE, "x changed in place, not put back", _de_in_place, False),
    Answer(_DE, "x changed in place, put back up to rounding", _de_in_place_rounded, False),
    Answer(_DE, "y = x is no copy", _de_alias, False),
    Answer(_DE, "direction multiplied by h in place", _de_direction_scaled, False),
]

# adjoint_gap


def _flat_dot(a, b):
    return np.dot(np.ravel(a), np.ravel(b))


def _einsum_all(a, b):
    axes = list(range(np.ndim(a)))
    return np.einsum(a, axes, b, axes, [])


def _gap(inner=None, join=None):
    """Adjoint gap put together from an inner product and a way to join the two."""
    inner = inner or (lambda a, b: np.sum(a * b))
    join = join or (lambda p, q: p - q)
    return lambda jvp, vjp, x, u, v: join(inner(u, jvp(x, v)), inner(vjp(u, x), v))


class _AdjointGap:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, jvp, vjp, x, u, v):
        left, right = self.inner(u, jvp(x, v)), self.inner(vjp(u, x), v)
        return float(left) - float(right)


def _gap_partial(inner, sign, jvp, vjp, x, u, v):
    return sign * (inner(v, vjp(u, x)) - inner(jvp(x, v), u))


def _gap_torch(jvp, vjp, x, u, v):
    pairs = [(u, jvp(x, v)), (vjp(u, x), v)]
    flat = [[torch.tensor(np.asarray(a).ravel().copy()) for a in pair] for pair in pairs]
    return (torch.dot(*flat[0]) - torch.dot(*flat[1])).item()


def _gap_one_dot(jvp, vjp, x, u, v):
    left = np.concatenate([np.ravel(u), np.ravel(vjp(u, x))])
    right = np.concatenate([np.ravel(jvp(x, v)), -np.ravel(v)])
    return left @ right


def _gap_trace(jvp, vjp, x, u, v):
    column = lambda a: np.reshape(a, (-1, 1))
    return np.trace(column(u).T @ column(jvp(x, v))) - np.trace(column(vjp(u, x)).T @ column(v))


def _gap_mean_of_two(jvp, vjp, x, u, v):
    gaps = [np.vdot(u, jvp(x, v)) - np.vdot(vjp(u, x), v) for _ in range(2)]
    return sum(gaps) / 2


def _gap_in_place(jvp, vjp, x, u, v):
    back = vjp(u, x)
    u *= jvp(x, v)
    v *= back
    return np.sum(u) - np.sum(v)


def _gap_jvp_from_vjp(jvp, vjp, x, u, v):
    jacobian_v = np.zeros_like(u)
    for index in np.ndindex(u.shape):
        unit = np.zeros_like(u)
        unit[index] = 1.0
        jacobian_v[index] = np.sum(vjp(unit, x) * v)
    jvp(x, v)
    return np.sum(u * jacobian_v) - np.sum(vjp(u, x) * v)


def _gap_random(jvp, vjp, x, u, v):
    rng = np.random.default_rng(0)
    return _gap()(jvp, vjp, x, rng.standard_normal(u.shape), rng.standard_normal(v.shape))


def _gap_normalised(jvp, vjp, x, u, v):
    return _gap()(jvp, vjp, x, u / np.linalg.norm(u), v / np.linalg.norm(v))


def _gap_rows(jvp, vjp, x, u, v):
    left = sum(a * b for a, b in zip(u, jvp(x, v), strict=True))
    right = sum(a * b for a, b in zip(vjp(u, x), v, strict=True))
    return np.max(left) - np.max(right)


_AG = "gradient_checking.adjoint_gap"
_ADJOINT = [
    Answer(_AG, "the formula", _gap(), True),
    Answer(_AG, "np.vdot in a class with __call__", _AdjointGap(np.vdot), True),
    Answer(_AG, "partial, the other way round times -1", functools.partial(_gap_partial, np.vdot, -1.0), True),
    Answer(_AG, "einsum over all the axes, numbered", _gap(_einsum_all), True),
    Answer(_AG, "torch.dot", _gap_torch, True),
    Answer(_AG, "one long dot product", _gap_one_dot, True),
    Answer(_AG, "trace of columns", _gap_trace, True),
    Answer(_AG, "both called twice, mean", _gap_mean_of_two, True),
    Answer(_AG, "fsum", _gap(lambda a, b: math.fsum(np.ravel(np.asarray(a) * b).tolist())), True),
    Answer(_AG, "recursion over the axes", _gap(_recursive_sum), True),
    Answer(
        _AG,
        "a 0-d array from tensordot",
        _gap(lambda a, b: np.tensordot(a, b, axes=np.ndim(a)), lambda p, q: np.asarray(p - q)),
        True,
    ),
    Answer(
        _AG,
        "polarisation: squares of a + b and a - b",
        _gap(lambda a, b: (np.sum((np.asarray(a) + b) ** 2) - np.sum((np.asarray(a) - b) ** 2)) / 4),
        True,
    ),
    Answer(_AG, "absolute value", _gap(join=lambda p, q: abs(p - q)), False),
    Answer(_AG, "sign turned round", _gap(join=lambda p, q: q - p), False),
    Answer(_AG, "a sum, not a difference", _gap(join=lambda p, q: p + q), False),
    Answer(_AG, "relative gap", _gap(join=lambda p, q: (p - q) / max(abs(p), abs(q), 1e-12)), False),
    Answer(_AG, "squared", _gap(join=lambda p, q: (p - q) ** 2), False),
    Answer(_AG, "clipped at 0", _gap(join=lambda p, q: max(p - q, 0.0)), False),
    Answer(_AG, "rounded to 6 places", _gap(join=lambda p, q: round(float(p - q), 6)), False),
    Answer(_AG, "a bool: close or not", _gap(join=lambda p, q: bool(np.isclose(p, q))), False),
    Answer(_AG, "tiny gaps set to 0", _gap(join=lambda p, q: 0.0 if np.isclose(p, q) else p - q), False),
    Answer(_AG, "matrix product @", _gap(lambda a, b: a @ b), False),
    Answer(_AG, "sum of a matrix product", _gap(lambda a, b: np.sum(np.dot(a, b))), False),
    Answer(_AG, "np.inner, summed", _gap(lambda a, b: np.sum(np.inner(a, b))), False),
    Answer(_AG, "trace of aᵀb, matrices only", _gap(lambda a, b: np.trace(a.T @ b)), False),
    Answer(_AG, "einsum for vectors only", _gap(lambda a, b: np.einsum("i,i", a, b)), False),
    Answer(_AG, "einsum for matrices only", _gap(lambda a, b: np.einsum("ij,ij", a, b)), False),
    Answer(_AG, "tensordot with its default two axes", _gap(lambda a, b: np.tensordot(a, b)), False),
    Answer(_AG, "dot of the last axis, summed", _gap(lambda a, b: np.sum(a @ np.swapaxes(b, -1, -2))), False),
    Answer(_AG, "mean in place of the sum", _gap(lambda a, b: np.mean(a * b)), False),
    Answer(_AG, "product of the sums", _gap(lambda a, b: np.sum(a) * np.sum(b)), False),
    Answer(_AG, "length of the products", _gap(lambda a, b: np.linalg.norm(a * b)), False),
    Answer(_AG, "first entries only", _gap(lambda a, b: np.ravel(a)[0] * np.ravel(b)[0]), False),
    Answer(_AG, "sums the first axis only", _gap_rows, False),
    Answer(_AG, "float32 products", _gap(lambda a, b: np.sum(np.float32(a) * np.float32(b))), False),
    Answer(
        _AG,
        "one broadcast sum of both products",
        lambda jvp, vjp, x, u, v: np.sum(u * jvp(x, v) - vjp(u, x) * v),
        False,
    ),
    Answer(
        _AG, "arguments of vjp swapped", lambda jvp, vjp, x, u, v: np.vdot(u, jvp(x, v)) - np.vdot(vjp(x, u), v), False
    ),
    Answer(
        _AG, "arguments of jvp swapped", lambda jvp, vjp, x, u, v: np.vdot(u, jvp(v, x)) - np.vdot(vjp(u, x), v), False
    ),
    Answer(
        _AG,
        "u replaced by J v",
        lambda jvp, vjp, x, u, v: np.vdot(jvp(x, v), jvp(x, v)) - np.vdot(vjp(jvp(x, v), x), v),
        False,
    ),
    Answer(
        _AG,
        "u all ones",
        lambda jvp, vjp, x, u, v: _gap()(jvp, vjp, x, np.ones_like(u), v),
        False,
    ),
    Answer(_AG, "draws its own u and v", _gap_random, False),
    Answer(_AG, "u and v normalised", _gap_normalised, False),
    Answer(_AG, "J v rebuilt from vjp: always 0", _gap_jvp_from_vjp, False),
    Answer(
        _AG,
        "0.0, jvp and vjp called",
        lambda jvp, vjp, x, u, v: 0.0 * float(np.sum(jvp(x, v)) + np.sum(vjp(u, x))),
        False,
    ),
    Answer(_AG, "u and v overwritten", _gap_in_place, False),
    Answer(
        _AG,
        "flat vectors given to jvp and vjp",
        lambda jvp, vjp, x, u, v: _flat_dot(u, jvp(x.ravel(), v.ravel())) - _flat_dot(vjp(u.ravel(), x.ravel()), v),
        False,
    ),
]

# gradcheck


def relative_error(got, want):
    """The course's helper, as the text describes it."""
    got, want = np.asarray(got), np.asarray(want)
    size = max(np.linalg.norm(got.ravel()), np.linalg.norm(want.ravel()))
    return 0.0 if size == 0 else float(np.linalg.norm((got - want).ravel()) / size)


def numerical_gradient(f, x, h):
    """The course's helper, as the text describes it."""
    gradient = np.zeros(np.shape(x))
    for index in np.ndindex(np.shape(x)):
        up, down = np.array(x), np.array(x)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


def _normal(shape):
    return np.random.default_rng().standard_normal(shape)


def _fits(got, x):
    return np.shape(got) == np.shape(x) and not np.isnan(got).any()


def _judge(got, want, x, tolerance):
    return bool(_fits(got, x) and relative_error(got, want) <= tolerance)


def _gc(draw=_normal, numeric=numerical_gradient, judge=_judge):
    """A gradcheck put together from a way to draw u, a numerical gradient and a verdict."""

    def gradcheck(f, vjp, x, h, tolerance):
        u = draw(np.shape(f(x)))
        want = numeric(lambda y: np.sum(u * f(y)), x, h)
        return judge(np.asarray(vjp(u, x)), want, x, tolerance)

    return gradcheck


def _gc_error(error, fits=_fits):
    return _gc(judge=lambda got, want, x, tolerance: bool(fits(got, x) and error(got, want) <= tolerance))


def _both_signs(shape):
    u = np.random.uniform(0.5, 1.5, shape)
    u = np.array(u, dtype=np.float64)
    u.flat[::2] *= -1
    return u


def _signs(shape):
    return np.random.permutation(np.where(np.arange(math.prod(shape)) % 2, -1.0, 1.0)).reshape(shape)


def _gc_jacobian(f, vjp, x, h, tolerance):
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


def _gc_torch(f, vjp, x, h, tolerance):
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
        return _gc()(f, vjp, x, h, tolerance)

    def __call__(self, *arguments):
        return all(self.once(*arguments) for _ in range(self.draws))


def _gc_halves(f, u, x, h):
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


def _gc_recursive(f, vjp, x, h, tolerance):
    u = _normal(np.shape(f(x)))
    return _judge(np.asarray(vjp(u, x)), _gc_halves(f, u, x, h), x, tolerance)


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


def _numeric_in_place(f, x, h):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        kept = float(x[index])
        x[index] = kept + h
        up = f(x)
        x[index] = kept - h
        gradient[index] = (up - f(x)) / (2 * h)
        x[index] = kept
    return gradient


def _numeric_in_place_rounded(f, x, h):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += h
        up = f(x)
        x[index] -= 2 * h
        gradient[index] = (up - f(x)) / (2 * h)
        x[index] += h
    return gradient


def _numeric_not_restored(f, x, h):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += h
        up = f(x)
        x[index] -= 2 * h
        gradient[index] = (up - f(x)) / (2 * h)
    return gradient


def _numeric_ravel_view(f, x, h):
    y = np.copy(x)  # keeps the memory order, so that ravel() of a transposed x is a copy
    flat = y.ravel()
    gradient = np.zeros(x.size)
    for k in range(x.size):
        kept = flat[k]
        flat[k] = kept + h
        up = f(y)
        flat[k] = kept - h
        gradient[k] = (up - f(y)) / (2 * h)
        flat[k] = kept
    return gradient.reshape(x.shape)


def _numeric_with(quotient):
    """A numerical gradient of another quotient(f, x, step, h)."""

    def numeric(f, x, h):
        gradient = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            step = np.zeros(x.shape)
            step[index] = 1.0
            gradient[index] = quotient(f, x, step, h)
        return gradient

    return numeric


def _numeric_vectors_only(f, x, h):
    gradient = np.zeros_like(x)
    for k in range(len(x)):
        step = np.zeros_like(x)
        step[k] = h
        gradient[k] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def _numeric_flat_argument(f, x, h):
    return numerical_gradient(f, x.reshape(-1), h).reshape(x.shape)


def _gc_fresh_u(f, vjp, x, h, tolerance):
    shape = np.shape(f(x))
    want = numerical_gradient(lambda y: np.sum(_normal(shape) * f(y)), x, h)
    return _judge(vjp(_normal(shape), x), want, x, tolerance)


def _gc_sum_of_f(f, vjp, x, h, tolerance):
    u = _normal(np.shape(f(x)))
    return _judge(vjp(u, x), numerical_gradient(lambda y: np.sum(f(y)), x, h), x, tolerance)


def _gc_matrix_product(f, vjp, x, h, tolerance):
    u = _normal(np.shape(f(x)))
    return _judge(vjp(u, x), numerical_gradient(lambda y: np.sum(u @ f(y)), x, h), x, tolerance)


def _gc_mean(f, vjp, x, h, tolerance):
    u = _normal(np.shape(f(x)))
    return _judge(vjp(u, x), numerical_gradient(lambda y: np.mean(u * f(y)), x, h), x, tolerance)


def _gc_shape_of_x(f, vjp, x, h, tolerance):
    u = _normal(x.shape)
    return _judge(vjp(u, x), numerical_gradient(lambda y: np.sum(u * f(y)), x, h), x, tolerance)


def _gc_swapped(f, vjp, x, h, tolerance):
    u = _normal(np.shape(f(x)))
    return _judge(vjp(x, u), numerical_gradient(lambda y: np.sum(u * f(y)), x, h), x, tolerance)


def _gc_directional(f, vjp, x, h, tolerance):
    u, d = _normal(np.shape(f(x))), _normal(x.shape)
    got = vjp(u, x)
    if not _fits(got, x):
        return False
    quotient = np.sum(u * (f(x + h * d) - f(x - h * d))) / (2 * h)
    return bool(relative_error(np.sum(got * d), quotient) <= tolerance)


def _gc_first_output(f, vjp, x, h, tolerance):
    u = np.zeros(np.shape(f(x)))
    u.flat[0] = 1.0
    return _judge(vjp(u, x), numerical_gradient(lambda y: np.sum(u * f(y)), x, h), x, tolerance)


def _one_hot(shape):
    u = np.zeros(shape)
    u.flat[np.random.randint(u.size)] = np.random.choice([-1.0, 1.0])
    return u


def _gc_asserts(f, vjp, x, h, tolerance):
    u = _normal(np.shape(f(x)))
    np.testing.assert_allclose(vjp(u, x), numerical_gradient(lambda y: np.sum(u * f(y)), x, h), rtol=tolerance)
    return True


def _gc_float32(f, vjp, x, h, tolerance):
    u = np.float32(_normal(np.shape(f(x))))
    want = numerical_gradient(lambda y: np.float32(np.sum(u * np.float32(f(y)))), x, h)
    return _judge(vjp(u, x), want, x, tolerance)


def _gc_half_trust(f, vjp, x, h, tolerance):
    try:
        u = _normal(np.shape(f(x)))
        got = np.asarray(vjp(u, x))
        error = relative_error(got, numerical_gradient(lambda y: np.sum(u * f(y)), x, h))
        return not np.isnan(error) and bool(error <= tolerance)
    except ValueError:
        return False


def _norm2(a):
    return np.linalg.norm(np.ravel(a))


def _largest(got, want):
    top = max(np.max(np.abs(got)), np.max(np.abs(want)))
    return 0.0 if top == 0 else np.max(np.abs(got - want)) / top


def _per_entry(got, want):
    top = np.maximum(np.abs(got), np.abs(want))
    return np.max(np.where(top == 0, 0.0, np.abs(got - want) / np.where(top == 0, 1.0, top)))


def _cosine(got, want):
    size = _norm2(got) * _norm2(want)
    return 0.0 if size == 0 else 1 - np.sum(got * want) / size


def _nan_free(got, want):
    top = max(np.sqrt(np.nansum(got**2)), np.sqrt(np.nansum(want**2)))
    return 0.0 if top == 0 else np.sqrt(np.nansum((got - want) ** 2)) / top


def _quietly(function):
    @functools.wraps(function)
    def quiet(*arguments):
        with np.errstate(all="ignore"):
            return function(*arguments)

    return quiet


_GC = "gradient_checking.gradcheck"
_CHECKER = [
    Answer(_GC, "with the two helpers, normal u", _gc(), True),
    Answer(_GC, "whole numerical Jacobian first, u from a fixed seed", _gc_jacobian, True),
    Answer(_GC, "torch for the norms", _gc_torch, True),
    Answer(_GC, "class with __call__, three draws", _Gradcheck(3), True),
    Answer(_GC, "recursion over halves of x", _gc_recursive, True),
    Answer(_GC, "entries of a copy moved through .flat", _gc(numeric=_numeric_copy_flat), True),
    Answer(_GC, "u with both signs by force", _gc(draw=_both_signs), True),
    Answer(_GC, "u uniform in (-1, 1)", _gc(draw=lambda s: np.random.uniform(-1, 1, s)), True),
    Answer(
        _GC,
        "returns np.bool_",
        _gc(judge=lambda got, want, x, t: np.bool_(_judge(got, want, x, t))),
        True,
    ),
    Answer(
        _GC,
        "norms by einsum, both 0 by a condition on the difference",
        _gc_error(
            lambda got, want: (
                np.sqrt(_einsum_all(got - want, got - want) / max(np.sum(got**2), np.sum(want**2)))
                if np.any(got != want)
                else 0.0
            )
        ),
        True,
    ),
    Answer(
        _GC,
        "multiplied out: difference <= tolerance * size",
        _gc(
            judge=lambda got, want, x, t: (
                got.shape == x.shape and bool(_norm2(got - want) <= t * max(_norm2(got), _norm2(want)))
            )
        ),
        True,
        True,
    ),
    Answer(_GC, "u of signs ±1, some of each", _gc(draw=_signs), True, True),
    Answer(
        _GC,
        "u of random signs ±1: all alike now and then",
        _gc(draw=lambda s: np.random.choice([-1.0, 1.0], s)),
        False,
        True,
    ),
    Answer(_GC, "x moved in place, put back exactly", _gc(numeric=_numeric_in_place), True, True),
    Answer(
        _GC,
        "np.random.randn(*shape): a float where f gives a number",
        _gc(draw=lambda s: np.random.randn(*s)),
        False,
        True,
    ),
    Answer(
        _GC,
        "both below 1e-15 counts as 0",
        _gc_error(lambda got, want: 0.0 if max(_norm2(got), _norm2(want)) < 1e-15 else relative_error(got, want)),
        True,
        True,
    ),
    Answer(
        _GC, "returns 1 or 0, not a bool", _gc(judge=lambda got, want, x, t: int(_judge(got, want, x, t))), False, True
    ),
    Answer(
        _GC,
        "alternating signs, nothing random",
        _gc(draw=lambda s: np.cos(np.pi * np.arange(math.prod(s))).reshape(s)),
        False,
        True,
    ),
    Answer(_GC, "u all ones", _gc(draw=np.ones), False),
    Answer(_GC, "u in (0, 1): one sign only", _gc(draw=lambda s: np.random.default_rng().random(s)), False),
    Answer(_GC, "u with one entry not 0", _gc(draw=_one_hot), False),
    Answer(_GC, "u the first unit vector", _gc_first_output, False),
    Answer(_GC, "u of whole numbers, 0 to 4", _gc(draw=lambda s: np.random.randint(0, 5, s) * 1.0), False),
    Answer(_GC, "a new u in every call", _gc_fresh_u, False),
    Answer(_GC, "u left out of the numerical side", _gc_sum_of_f, False),
    Answer(_GC, "u @ f in place of the sum of products", _gc_matrix_product, False),
    Answer(_GC, "mean of u * f", _gc_mean, False),
    Answer(_GC, "u of the shape of x", _gc_shape_of_x, False),
    Answer(_GC, "vjp(x, u)", _gc_swapped, False),
    Answer(_GC, "one random direction only", _gc_directional, False),
    Answer(_GC, "forward differences", _gc(numeric=_numeric_with(lambda f, x, e, h: (f(x + h * e) - f(x)) / h)), False),
    Answer(
        _GC,
        "central, divided by h",
        _gc(numeric=_numeric_with(lambda f, x, e, h: (f(x + h * e) - f(x - h * e)) / h)),
        False,
    ),
    Answer(
        _GC,
        "own step 1e-6",
        _gc(numeric=_numeric_with(lambda f, x, e, h: (f(x + 1e-6 * e) - f(x - 1e-6 * e)) / 2e-6)),
        False,
    ),
    Answer(
        _GC,
        "step times |x|, nothing at 0",
        _gc(
            numeric=_numeric_with(
                lambda f, x, e, h: (
                    (f(x + h * np.abs(x) * e) - f(x - h * np.abs(x) * e)) / (2 * h * np.sum(np.abs(x) * e))
                )
            ),
            judge=_quietly(_judge),
        ),
        False,
    ),
    Answer(_GC, "loop over len(x): vectors only", _gc(numeric=_numeric_vectors_only), False),
    Answer(_GC, "f is given a flat x", _gc(numeric=_numeric_flat_argument), False),
    Answer(_GC, "ravel() of np.copy: a transposed x isn't moved", _gc(numeric=_numeric_ravel_view), False),
    Answer(_GC, "x moved in place, never put back", _gc(numeric=_numeric_not_restored), False),
    Answer(_GC, "x put back up to rounding", _gc(numeric=_numeric_in_place_rounded), False),
    Answer(
        _GC,
        "np.allclose with its defaults",
        _gc(judge=lambda got, want, x, t: got.shape == x.shape and np.allclose(got, want)),
        False,
    ),
    Answer(
        _GC,
        "np.allclose, rtol=tolerance, atol left at 1e-8",
        _gc(judge=lambda got, want, x, t: got.shape == x.shape and np.allclose(got, want, rtol=t)),
        False,
    ),
    Answer(
        _GC,
        "np.allclose, rtol=tolerance, atol=0: entry by entry",
        _gc(judge=lambda got, want, x, t: got.shape == x.shape and np.allclose(got, want, rtol=t, atol=0)),
        False,
    ),
    Answer(_GC, "absolute error", _gc_error(lambda got, want: _norm2(got - want)), False),
    Answer(
        _GC,
        "largest absolute error",
        _gc_error(lambda got, want: np.max(np.abs(got - want), initial=0.0)),
        False,
    ),
    Answer(_GC, "largest error by largest entry", _gc_error(_largest), False),
    Answer(_GC, "largest of the entries' relative errors", _gc_error(_per_entry), False),
    Answer(_GC, "first entry only", _gc_error(lambda got, want: relative_error(got.flat[0], want.flat[0])), False),
    Answer(
        _GC,
        "1e-8 added below",
        _gc_error(lambda got, want: _norm2(got - want) / (_norm2(got) + _norm2(want) + 1e-8)),
        False,
    ),
    Answer(
        _GC,
        "size at least 1",
        _gc_error(lambda got, want: _norm2(got - want) / max(_norm2(got), _norm2(want), 1)),
        False,
    ),
    Answer(
        _GC,
        "by the sum of both sizes",
        _gc_error(
            lambda got, want: (
                0.0 if not got.any() and not want.any() else _norm2(got - want) / (_norm2(got) + _norm2(want))
            )
        ),
        False,
    ),
    Answer(
        _GC,
        "by the size of got alone",
        _gc_error(_quietly(lambda got, want: 0.0 if (got == want).all() else _norm2(got - want) / _norm2(got))),
        False,
    ),
    Answer(
        _GC,
        "0 / 0 is NaN: False where both are 0",
        _gc_error(_quietly(lambda got, want: _norm2(got - want) / max(_norm2(got), _norm2(want)))),
        False,
    ),
    Answer(
        _GC,
        "0 where one of them is 0",
        _gc_error(lambda got, want: relative_error(got, want) if got.any() and want.any() else 0.0),
        False,
    ),
    Answer(
        _GC,
        "squared norms, no root",
        _gc_error(lambda got, want: relative_error(got, want) ** 2),
        False,
    ),
    Answer(_GC, "rounded to 4 places", _gc_error(lambda got, want: round(relative_error(got, want), 4)), False),
    Answer(_GC, "lengths only", _gc_error(lambda got, want: relative_error(_norm2(got), _norm2(want))), False),
    Answer(_GC, "angle only", _gc_error(_cosine), False),
    Answer(_GC, "sums only", _gc_error(lambda got, want: relative_error(np.sum(got), np.sum(want))), False),
    Answer(_GC, "signs lost", _gc_error(lambda got, want: relative_error(np.abs(got), np.abs(want))), False),
    Answer(
        _GC,
        "strictly smaller",
        _gc(judge=lambda got, want, x, t: _fits(got, x) and relative_error(got, want) < t),
        False,
    ),
    Answer(
        _GC,
        "tolerance ignored, 1e-6",
        _gc(judge=lambda got, want, x, t: _fits(got, x) and relative_error(got, want) <= 1e-6),
        False,
    ),
    Answer(
        _GC,
        "not (error > tolerance): NaN passes",
        _gc(judge=lambda got, want, x, t: got.shape == x.shape and not relative_error(got, want) > t),
        False,
    ),
    Answer(_GC, "NaN left out of the norms", _gc_error(_nan_free, lambda got, x: got.shape == x.shape), False),
    Answer(
        _GC,
        "shape not looked at: broadcasts, or raises",
        _gc_error(relative_error, lambda got, x: not np.isnan(got).any()),
        False,
    ),
    Answer(_GC, "shape only by try/except: broadcasts pass", _gc_half_trust, False),
    Answer(
        _GC,
        "size in place of shape, reshaped",
        _gc_error(
            lambda got, want: relative_error(got.reshape(want.shape), want),
            lambda got, x: got.size == x.size and not np.isnan(got).any(),
        ),
        False,
    ),
    Answer(
        _GC,
        "number of axes in place of shape",
        _gc_error(relative_error, lambda got, x: got.ndim == x.ndim and not np.isnan(got).any()),
        False,
    ),
    Answer(
        _GC,
        "returns the error, not a bool",
        _gc(judge=lambda got, want, x, t: relative_error(got, want) if _fits(got, x) else math.nan),
        False,
    ),
    Answer(
        _GC,
        "True and False turned round",
        _gc(judge=lambda got, want, x, t: not _judge(got, want, x, t)),
        False,
    ),
    Answer(_GC, "raises where it should say False", _gc_asserts, False),
    Answer(_GC, "float32 inside", _gc_float32, False),
    Answer(_GC, "always True", lambda f, vjp, x, h, tolerance: True, False),
]

# the hunt


def _function(name, forward, backward, setup_context=None, **more):
    """Make a subclass of torch.autograd.Function out of its parts."""
    members: dict[str, Any] = {"forward": staticmethod(forward), "backward": staticmethod(backward), **more}
    if setup_context is not None:
        members["setup_context"] = staticmethod(setup_context)
    return type(torch.autograd.Function)(name, (torch.autograd.Function,), members)


# -- Scale


def _scale_forward(ctx, x, factor):
    ctx.factor = factor
    ctx.x = x.detach()
    return x * factor


def _scale(backward, forward=_scale_forward, setup_context=None, **more):
    return _function("Scale", forward, backward, setup_context, **more)


class _ScaleNewStyle(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x, factor):
        return x.mul(factor)

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, ctx.factor = inputs

    @staticmethod
    def backward(ctx, grad):
        return torch.mul(grad, ctx.factor), None


class _ScaleTensor(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.save_for_backward(torch.tensor(factor, dtype=torch.float64))
        ctx.set_materialize_grads(False)
        return factor * x

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        if grad is None or not ctx.needs_input_grad[0]:
            return None, None
        (factor,) = ctx.saved_tensors
        return grad * factor, None


class _ScaleAgain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.again = lambda y: factor * y
        ctx.save_for_backward(x)
        return x * factor

    @staticmethod
    def backward(ctx, grad):
        with torch.enable_grad():
            y = ctx.saved_tensors[0].detach().requires_grad_()
            (x_grad,) = torch.autograd.grad(ctx.again(y), y, grad)
        return x_grad, None


class _ScaleBase(torch.autograd.Function):
    power = 1

    @classmethod
    def rule(cls, value, ctx):
        return value * ctx.factor**cls.power

    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return _ScaleBase.rule(x, ctx)

    @staticmethod
    def backward(ctx, grad):
        return _ScaleBase.rule(grad, ctx), None


class _ScaleInherited(_ScaleBase):
    pass


class _ScaleClassState(torch.autograd.Function):
    factor: Any = 1.0

    @staticmethod
    def forward(ctx, x, factor):
        _ScaleClassState.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, grad):
        return grad * _ScaleClassState.factor, None


class _ScaleNumberSaved(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.save_for_backward(factor)
        return x * factor

    @staticmethod
    def backward(ctx, grad):
        (factor,) = ctx.saved_tensors
        return grad * factor, None


def _scale_write_forward(ctx, x, factor):
    ctx.factor = factor
    with torch.no_grad():
        return x.mul_(factor).clone()


def _scale_factor(change):
    """Keep a changed factor for the backward, and let the forward be right."""

    def forward(ctx, x, factor):
        ctx.factor = change(factor)
        return x * factor

    return _scale(lambda ctx, grad: (grad * ctx.factor, None), forward)


_S = "gradient_checking.Scale"
_SCALE = [
    Answer(_S, "grad * factor", _scale(lambda ctx, grad: (grad * ctx.factor, None)), True),
    Answer(_S, "setup_context, vmap rule", _ScaleNewStyle, True),
    Answer(_S, "factor saved as a tensor, once_differentiable, None not materialised", _ScaleTensor, True),
    Answer(_S, "autograd inside backward", _ScaleAgain, True),
    Answer(_S, "inherited from another Function, classmethod", _ScaleInherited, True),
    Answer(_S, "clone, then mul_", _scale(lambda ctx, grad: (grad.clone().mul_(ctx.factor), None)), True),
    Answer(
        _S, "add with alpha", _scale(lambda ctx, grad: (torch.zeros_like(grad).add(grad, alpha=ctx.factor), None)), True
    ),
    Answer(
        _S,
        "through float64 and back",
        _scale(lambda ctx, grad: ((grad.double() * ctx.factor).to(grad.dtype), None)),
        True,
    ),
    Answer(_S, "tuple padded with None", _scale(lambda ctx, grad: (grad * ctx.factor,) + (None,) * 1), True),
    Answer(_S, "a list, not a tuple", _scale(lambda ctx, grad: [grad * ctx.factor, None]), False),
    Answer(
        _S, "Scale applied in the backward", _scale(lambda ctx, grad: (_ScaleBase.apply(grad, ctx.factor), None)), True
    ),
    Answer(_S, "one None too many", _scale(lambda ctx, grad: (grad * ctx.factor, None, None)), True, True),
    Answer(
        _S,
        "float64 gradient, left to torch to cast",
        _scale(lambda ctx, grad: (grad.double() * ctx.factor, None)),
        True,
        True,
    ),
    Answer(_S, "as it was", _scale(lambda ctx, grad: (grad, None)), False),
    Answer(_S, "divided by the factor", _scale(lambda ctx, grad: (grad / ctx.factor, None)), False),
    Answer(_S, "times x", _scale(lambda ctx, grad: (grad * ctx.x, None)), False),
    Answer(_S, "times factor and x", _scale(lambda ctx, grad: (grad * ctx.factor * ctx.x, None)), False),
    Answer(_S, "one gradient only", _scale(lambda ctx, grad: grad * ctx.factor), False),
    Answer(
        _S, "a gradient for the number too", _scale(lambda ctx, grad: (grad * ctx.factor, (grad * ctx.x).sum())), False
    ),
    Answer(_S, "the two gradients swapped", _scale(lambda ctx, grad: (None, grad * ctx.factor)), False),
    Answer(_S, "grad written into", _scale(lambda ctx, grad: (grad.mul_(ctx.factor), None)), False),
    Answer(_S, "incoming gradient ignored", _scale(lambda ctx, grad: (torch.full_like(grad, ctx.factor), None)), False),
    Answer(_S, "size of the factor", _scale(lambda ctx, grad: (grad * abs(ctx.factor), None)), False),
    Answer(_S, "squared factor", _scale(lambda ctx, grad: (grad * ctx.factor**2, None)), False),
    Answer(_S, "negative", _scale(lambda ctx, grad: (-grad * ctx.factor, None)), False),
    Answer(_S, "gradient plus factor", _scale(lambda ctx, grad: (grad + ctx.factor, None)), False),
    Answer(_S, "positive gradients only", _scale(lambda ctx, grad: (grad.relu() * ctx.factor, None)), False),
    Answer(_S, "matrices only", _scale(lambda ctx, grad: (torch.einsum("ij->ij", grad) * ctx.factor, None)), False),
    Answer(
        _S, "view(-1) of grad", _scale(lambda ctx, grad: ((grad.view(-1) * ctx.factor).view(grad.shape), None)), False
    ),
    Answer(_S, "float32 only", _scale(lambda ctx, grad: (grad.float() * ctx.factor, None)), False),
    Answer(_S, "mean over the entries", _scale(lambda ctx, grad: ((grad * ctx.factor).mean(), None)), False),
    Answer(_S, "detached to numbers", _scale(lambda ctx, grad: ((grad * ctx.factor).tolist(), None)), False),
    Answer(_S, "factor cut to a whole number", _scale_factor(int), False),
    Answer(_S, "factor of 0 taken for a missing one", _scale_factor(lambda factor: factor or 1.0), False),
    Answer(_S, "factor kept in float32", _scale_factor(lambda factor: torch.tensor(float(factor))), False, True),
    Answer(_S, "factor kept on the class, not in ctx", _ScaleClassState, False),
    Answer(_S, "a number to save_for_backward", _ScaleNumberSaved, False),
    Answer(
        _S, "forward writes into x", _scale(lambda ctx, grad: (grad * ctx.factor, None), _scale_write_forward), False
    ),
    Answer(
        _S,
        "forward and backward both the identity",
        _scale(lambda ctx, grad: (grad, None), lambda ctx, x, factor: x.clone()),
        False,
    ),
    Answer(
        _S,
        "needs_input_grad turned round",
        _scale(lambda ctx, grad: (None if ctx.needs_input_grad[0] else grad * ctx.factor, None)),
        False,
    ),
]

# -- AddBias


def _bias_forward(ctx, x, bias):
    ctx.save_for_backward(x, bias)
    return x + bias


def _bias(backward, forward=_bias_forward, setup_context=None, **more):
    return _function("AddBias", forward, backward, setup_context, **more)


class _AddBiasNewStyle(torch.autograd.Function):
    @staticmethod
    def forward(x, bias):
        return torch.add(x, bias)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.rows = inputs[0].shape[0]

    @staticmethod
    def backward(ctx, grad):
        return grad, torch.ones(ctx.rows, dtype=grad.dtype, device=grad.device) @ grad


class _AddBiasNeeds(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, bias):
        return x + bias[None, :]

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        x_grad = bias_grad = None
        if ctx.needs_input_grad[0]:
            x_grad = grad.clone()
        if ctx.needs_input_grad[1]:
            bias_grad = grad.sum(dim=0)
        return x_grad, bias_grad


class _AddBiasAgain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, bias):
        ctx.save_for_backward(x, bias)
        return x + bias

    @staticmethod
    def backward(ctx, grad):
        inputs = [t.detach().requires_grad_() for t in ctx.saved_tensors]
        with torch.enable_grad():
            y = inputs[0] + inputs[1]
        return torch.autograd.grad(y, inputs, grad)


def _halving_sum(rows):
    if len(rows) == 1:
        return rows[0].clone()
    middle = len(rows) // 2
    return _halving_sum(rows[:middle]) + _halving_sum(rows[middle:])


def _rows_one_by_one(ctx, grad):
    total = grad.new_zeros(grad.shape[1])
    for row in grad:
        total += row
    return grad, total


def _rows_into_the_first(ctx, grad):
    total = grad[0]
    for row in grad[1:]:
        total += row
    return grad, total


def _last_row_lost(ctx, grad):
    total = torch.zeros_like(grad[0])
    for k in range(grad.shape[0] - 1):
        total = total + grad[k]
    return grad, total


def _bias_write_forward(ctx, x, bias):
    with torch.no_grad():
        x += bias
        return x.clone()


_B = "gradient_checking.AddBias"
_ADD_BIAS = [
    Answer(_B, "sum(0)", _bias(lambda ctx, grad: (grad, grad.sum(0))), True),
    Answer(_B, "setup_context, ones @ grad", _AddBiasNewStyle, True),
    Answer(_B, "needs_input_grad, once_differentiable", _AddBiasNeeds, True),
    Answer(_B, "autograd inside backward", _AddBiasAgain, True),
    Answer(_B, "einsum", _bias(lambda ctx, grad: (grad, torch.einsum("nd->d", grad))), True),
    Answer(_B, "a loop over the rows", _bias(_rows_one_by_one), True),
    Answer(_B, "recursion over halves", _bias(lambda ctx, grad: (grad, _halving_sum(grad))), True),
    Answer(_B, "sum_to_size", _bias(lambda ctx, grad: (grad, grad.sum_to_size(ctx.saved_tensors[1].shape))), True),
    Answer(_B, "last of the running sums", _bias(lambda ctx, grad: (grad, grad.cumsum(0)[-1])), True),
    Answer(_B, "mean times number of rows", _bias(lambda ctx, grad: (grad, grad.mean(0) * grad.shape[0])), True),
    Answer(_B, "transposed, sum(1)", _bias(lambda ctx, grad: (grad, grad.t().sum(1))), True),
    Answer(
        _B, "reduce over unbind", _bias(lambda ctx, grad: (grad, functools.reduce(torch.add, grad.unbind(0)))), True
    ),
    Answer(_B, "grad, grad: torch sums it down", _bias(lambda ctx, grad: (grad, grad)), True, True),
    Answer(_B, "keepdim: torch drops the axis", _bias(lambda ctx, grad: (grad, grad.sum(0, keepdim=True))), True, True),
    Answer(_B, "as it was", _bias(lambda ctx, grad: (grad, grad[0])), False),
    Answer(_B, "last row", _bias(lambda ctx, grad: (grad, grad[-1])), False),
    Answer(_B, "first two rows", _bias(lambda ctx, grad: (grad, grad[:2].sum(0))), False),
    Answer(_B, "mean(0)", _bias(lambda ctx, grad: (grad, grad.mean(0))), False),
    Answer(_B, "sum(1)", _bias(lambda ctx, grad: (grad, grad.sum(1))), False),
    Answer(_B, "sum(-1)", _bias(lambda ctx, grad: (grad, grad.sum(-1))), False),
    Answer(_B, "sum over everything", _bias(lambda ctx, grad: (grad, grad.sum())), False),
    Answer(
        _B, "sum over everything, spread out", _bias(lambda ctx, grad: (grad, grad.sum().expand(grad.shape[1]))), False
    ),
    Answer(_B, "largest row entry", _bias(lambda ctx, grad: (grad, grad.amax(0))), False),
    Answer(_B, "sizes summed", _bias(lambda ctx, grad: (grad, grad.abs().sum(0))), False),
    Answer(_B, "negative", _bias(lambda ctx, grad: (grad, -grad.sum(0))), False),
    Answer(
        _B,
        "number of rows, gradient ignored",
        _bias(lambda ctx, grad: (grad, torch.full_like(grad[0], grad.shape[0]))),
        False,
    ),
    Answer(_B, "swapped", _bias(lambda ctx, grad: (grad.sum(0), grad)), False),
    Answer(_B, "one gradient only", _bias(lambda ctx, grad: grad), False),
    Answer(_B, "None for bias", _bias(lambda ctx, grad: (grad, None)), False),
    Answer(_B, "None for x", _bias(lambda ctx, grad: (None, grad.sum(0))), False),
    Answer(_B, "ones for x", _bias(lambda ctx, grad: (torch.ones_like(grad), grad.sum(0))), False),
    Answer(_B, "x's gradient divided by N", _bias(lambda ctx, grad: (grad / grad.shape[0], grad.sum(0))), False),
    Answer(_B, "times bias", _bias(lambda ctx, grad: (grad, (grad * ctx.saved_tensors[1]).sum(0))), False),
    Answer(_B, "times x", _bias(lambda ctx, grad: (grad, (grad * ctx.saved_tensors[0]).sum(0))), False),
    Answer(_B, "summed into grad[0]: clone missing", _bias(_rows_into_the_first), False),
    Answer(_B, "running sums in place", _bias(lambda ctx, grad: (grad, grad.cumsum_(0)[-1])), False),
    Answer(_B, "last row lost by range", _bias(_last_row_lost), False),
    Answer(_B, "float32 ones @ grad", _bias(lambda ctx, grad: (grad, torch.ones(len(grad)) @ grad)), False),
    Answer(_B, "float32 only", _bias(lambda ctx, grad: (grad, grad.float().sum(0))), False),
    Answer(_B, "view of grad", _bias(lambda ctx, grad: (grad, grad.view(-1).view(grad.shape).sum(0))), False),
    Answer(
        _B,
        "bias summed from the flat tail, square only",
        _bias(lambda ctx, grad: (grad, grad.reshape(grad.shape[1], -1).sum(1))),
        False,
    ),
    Answer(
        _B,
        "needs_input_grad[0] asked for both",
        _bias(lambda ctx, grad: (grad, grad.sum(0)) if ctx.needs_input_grad[0] else (None, None)),
        False,
    ),
    Answer(_B, "forward writes into x", _bias(lambda ctx, grad: (grad, grad.sum(0)), _bias_write_forward), False),
    Answer(_B, "forward subtracts", _bias(lambda ctx, grad: (grad, grad.sum(0)), lambda ctx, x, bias: x - bias), False),
    Answer(
        _B,
        "forward adds the first bias",
        _bias(lambda ctx, grad: (grad, grad.sum(0)), lambda ctx, x, bias: x + bias[0]),
        False,
    ),
]

# -- LeakyReLU


def _leaky_forward(ctx, x, slope):
    y = torch.where(x > 0, x, slope * x)
    ctx.save_for_backward(x, y)
    ctx.slope = slope
    return y


def _leaky(backward, forward=_leaky_forward, setup_context=None, **more):
    """Make a LeakyReLU; backward is given grad, x, y and slope, and returns x's gradient."""

    def whole(ctx, grad):
        return backward(grad, *ctx.saved_tensors, ctx.slope), None

    return _function("LeakyReLU", forward, whole, setup_context, **more)


class _LeakyNewStyle(torch.autograd.Function):
    @staticmethod
    def forward(x, slope):
        return F.leaky_relu(x, slope)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.slope = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return torch.ops.aten.leaky_relu_backward(grad, x, ctx.slope, False), None


class _LeakyMask(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, slope):
        ctx.positive, ctx.slope = x > 0, slope
        return x.relu() - slope * (-x).relu()

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        if not ctx.needs_input_grad[0]:
            return None, None
        out = grad.clone()
        out[~ctx.positive] *= ctx.slope
        return out, None


class _LeakyAgain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, slope):
        ctx.x, ctx.slope = x.detach(), slope
        return torch.where(x > 0, x, x * slope)

    @staticmethod
    def backward(ctx, grad):
        with torch.enable_grad():
            x = ctx.x.detach().requires_grad_(True)
            y = torch.where(x > 0, x, x * ctx.slope)
        return torch.autograd.grad(y, x, grad)[0], None


class _LeakyClassState(torch.autograd.Function):
    mask: Any = None

    @staticmethod
    def forward(ctx, x, slope):
        _LeakyClassState.mask = x > 0
        ctx.slope = slope
        return torch.where(x > 0, x, slope * x)

    @staticmethod
    def backward(ctx, grad):
        return torch.where(_LeakyClassState.mask, grad, ctx.slope * grad), None


def _leaky_maximum(ctx, x, slope):
    y = torch.maximum(x, slope * x)
    ctx.save_for_backward(x, y)
    ctx.slope = slope
    return y


def _leaky_forward_write(ctx, x, slope):
    ctx.save_for_backward(x.clone(), x)
    ctx.slope = slope
    with torch.no_grad():
        x[x <= 0] *= slope
    return x.clone()


def _leaky_write(grad, x, y, slope):
    grad[x <= 0] *= slope
    return grad


def _leaky_half_copy(grad, x, y, slope):
    out = grad.contiguous()
    out[x <= 0] *= slope
    return out


def _leaky_right(grad, x, y, slope):
    return torch.where(x > 0, grad, slope * grad)


_L = "gradient_checking.LeakyReLU"
_LEAKY = [
    Answer(_L, "torch.where", _leaky(_leaky_right), True),
    Answer(_L, "setup_context, aten's backward", _LeakyNewStyle, True),
    Answer(_L, "mask in ctx, clone, once_differentiable, other forward", _LeakyMask, True),
    Answer(_L, "autograd inside backward", _LeakyAgain, True),
    Answer(_L, "x >= 0: 1 at 0", _leaky(lambda g, x, y, s: torch.where(x >= 0, g, s * g)), True),
    Answer(
        _L, "sign formula: half way at 0", _leaky(lambda g, x, y, s: g * ((1 + s) / 2 + (1 - s) / 2 * x.sign())), True
    ),
    Answer(_L, "arithmetic with masks", _leaky(lambda g, x, y, s: g * (x > 0) + s * g * (x <= 0)), True),
    Answer(_L, "lerp between slope and 1", _leaky(lambda g, x, y, s: torch.lerp(s * g, g, (x > 0).to(g.dtype))), True),
    Answer(
        _L, "heaviside", _leaky(lambda g, x, y, s: g * (s + (1 - s) * torch.heaviside(x, x.new_full((), 0.25)))), True
    ),
    Answer(
        _L,
        "a loop over flat entries",
        _leaky(
            lambda g, x, y, s: torch.tensor(
                [b if a > 0 else s * b for a, b in zip(x.flatten().tolist(), g.flatten().tolist(), strict=True)],
                dtype=g.dtype,
            ).reshape(x.shape)
        ),
        True,
    ),
    Answer(
        _L, "masked_fill of a factor", _leaky(lambda g, x, y, s: g * torch.ones_like(x).masked_fill(x <= 0, s)), True
    ),
    Answer(_L, "as it was", _leaky(lambda g, x, y, s: g), False),
    Answer(_L, "mask turned round", _leaky(lambda g, x, y, s: torch.where(x > 0, s * g, g)), False),
    Answer(_L, "slope everywhere", _leaky(lambda g, x, y, s: s * g), False),
    Answer(_L, "0 where negative: ReLU", _leaky(lambda g, x, y, s: g * (x > 0)), False),
    Answer(_L, "mask of the gradient", _leaky(lambda g, x, y, s: torch.where(g > 0, g, s * g)), False),
    Answer(
        _L,
        "mask of the output: wrong for a negative slope",
        _leaky(lambda g, x, y, s: torch.where(y > 0, g, s * g)),
        False,
    ),
    Answer(_L, "x > slope", _leaky(lambda g, x, y, s: torch.where(x > s, g, s * g)), False),
    Answer(_L, "x > 1", _leaky(lambda g, x, y, s: torch.where(x > 1, g, s * g)), False),
    Answer(_L, "|x| > 0", _leaky(lambda g, x, y, s: torch.where(x.abs() > 0, g, s * g)), False),
    Answer(
        _L, "incoming gradient ignored", _leaky(lambda g, x, y, s: torch.where(x > 0, torch.ones_like(x), s)), False
    ),
    Answer(_L, "gradient lost on the negative side", _leaky(lambda g, x, y, s: torch.where(x > 0, g, s)), False),
    Answer(_L, "slope * x on the negative side", _leaky(lambda g, x, y, s: torch.where(x > 0, g, s * x)), False),
    Answer(_L, "times the output", _leaky(lambda g, x, y, s: g * y), False),
    Answer(_L, "y / x: NaN at 0", _leaky(lambda g, x, y, s: g * y / x), False),
    Answer(_L, "0 at 0", _leaky(lambda g, x, y, s: g * (x > 0) + s * g * (x < 0)), False),
    Answer(_L, "1 + slope at 0", _leaky(lambda g, x, y, s: g * (x >= 0) + s * g * (x <= 0)), False),
    Answer(_L, "minus slope", _leaky(lambda g, x, y, s: torch.where(x > 0, g, -s * g)), False),
    Answer(_L, "slope's size", _leaky(lambda g, x, y, s: torch.where(x > 0, g, abs(s) * g)), False),
    Answer(_L, "divided by slope", _leaky(lambda g, x, y, s: torch.where(x > 0, g, g / (s or 1.0))), False),
    Answer(_L, "slope 0.01 in the backward", _leaky(lambda g, x, y, s: torch.where(x > 0, g, 0.01 * g)), False),
    Answer(_L, "max of grad and slope * grad", _leaky(lambda g, x, y, s: torch.maximum(g, s * g)), False),
    Answer(_L, "grad written into", _leaky(_leaky_write), False),
    Answer(_L, "contiguous() taken for a copy", _leaky(_leaky_half_copy), False),
    Answer(_L, "float32 only", _leaky(lambda g, x, y, s: _leaky_right(g.float(), x, y, s)), False),
    Answer(_L, "view(-1)", _leaky(lambda g, x, y, s: _leaky_right(g.view(-1), x.view(-1), y, s).view(x.shape)), False),
    Answer(
        _L,
        "slope in float32",
        _leaky(lambda g, x, y, s: torch.where(x > 0, g, torch.tensor(float(s)) * g)),
        False,
        True,
    ),
    Answer(_L, "forward by maximum: wrong above slope 1", _leaky(_leaky_right, _leaky_maximum), False),
    Answer(_L, "forward writes into x", _leaky(_leaky_right, _leaky_forward_write), False),
    Answer(_L, "mask kept on the class", _LeakyClassState, False),
    Answer(
        _L,
        "one gradient only",
        _function("LeakyReLU", _leaky_forward, lambda ctx, g: _leaky_right(g, ctx.saved_tensors[0], None, ctx.slope)),
        False,
    ),
    Answer(
        _L,
        "a gradient for slope",
        _function(
            "LeakyReLU",
            _leaky_forward,
            lambda ctx, g: (_leaky_right(g, ctx.saved_tensors[0], None, ctx.slope), (g * ctx.saved_tensors[0]).sum()),
        ),
        False,
    ),
]

# -- Softmax


def _softmax_forward(ctx, x):
    y = torch.softmax(x, -1)
    ctx.save_for_backward(x, y)
    return y


def _softmax(backward, forward=_softmax_forward, setup_context=None, **more):
    """Make a Softmax; backward is given grad, x and y."""
    return _function("Softmax", forward, lambda ctx, grad: backward(grad, *ctx.saved_tensors), setup_context, **more)


class _SoftmaxNewStyle(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return F.softmax(x, dim=-1)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return torch.ops.aten._softmax_backward_data(grad, y, -1, y.dtype)


class _SoftmaxLog(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.log = x.detach() - x.detach().logsumexp(-1, keepdim=True)
        return ctx.log.exp()

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        weighted = ctx.log.exp() * grad
        return weighted - ctx.log.exp() * weighted.sum(dim=-1, keepdim=True)


class _SoftmaxAgain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.softmax(-1)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        _, pull = torch.func.vjp(lambda t: t.softmax(-1), x.detach())
        return pull(grad)[0]


class _SoftmaxAttribute(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.y = torch.softmax(x, x.ndim - 1)
        return ctx.y

    @staticmethod
    def backward(ctx, grad):
        y, g = ctx.y.movedim(-1, 0), grad.movedim(-1, 0)
        return (y * (g - (y * g).sum(0))).movedim(0, -1)


def _softmax_rows(grad, x, y):
    if y.ndim == 1:
        return y * (grad - torch.dot(grad, y))
    return torch.stack([_softmax_rows(g, None, r) for g, r in zip(grad, y, strict=True)]) if len(y) else grad


def _softmax_jacobian(grad, x, y):
    jacobian = torch.diag_embed(y) - y.unsqueeze(-1) * y.unsqueeze(-2)
    return torch.einsum("...ij,...j->...i", jacobian, grad)


def _softmax_right(grad, x, y):
    return y * (grad - (grad * y).sum(-1, keepdim=True))


def _softmax_unstable(ctx, x):
    y = x.exp() / x.exp().sum(-1, keepdim=True)
    ctx.save_for_backward(x, y)
    return y


def _softmax_over(axis):
    def forward(ctx, x):
        y = x.softmax(axis)
        ctx.save_for_backward(x, y)
        return y

    return forward


def _softmax_log_forward(ctx, x):
    ctx.save_for_backward(x, x.softmax(-1))
    return x.log_softmax(-1)


_SM = "gradient_checking.Softmax"
_SOFTMAX = [
    Answer(_SM, "y * (grad - sum)", _softmax(_softmax_right), True),
    Answer(_SM, "setup_context, aten's backward", _SoftmaxNewStyle, True),
    Answer(_SM, "kept as a logarithm in ctx, once_differentiable", _SoftmaxLog, True),
    Answer(_SM, "torch.func.vjp inside", _SoftmaxAgain, True),
    Answer(_SM, "output kept as ctx.y, swapped to the last axis by movedim", _SoftmaxAttribute, True),
    Answer(_SM, "recursion down to rows", _softmax(_softmax_rows), True),
    Answer(_SM, "whole Jacobians, einsum", _softmax(_softmax_jacobian), True),
    Answer(
        _SM,
        "pairwise differences of the gradients",
        _softmax(lambda g, x, y: y * ((g.unsqueeze(-1) - g.unsqueeze(-2)) * y.unsqueeze(-2)).sum(-1)),
        True,
    ),
    Answer(
        _SM,
        "mended from the starter: the off-diagonal taken away",
        _softmax(lambda g, x, y: g * y * (1 - y) - y * ((g * y).sum(-1, keepdim=True) - g * y)),
        True,
    ),
    Answer(
        _SM,
        "softmax computed again from x, matmul",
        _softmax(lambda g, x, y: x.softmax(-1) * (g - (g.unsqueeze(-2) @ x.softmax(-1).unsqueeze(-1)).squeeze(-1))),
        True,
    ),
    Answer(
        _SM,
        "centred gradients first",
        _softmax(lambda g, x, y: _softmax_right(g - g.mean(-1, keepdim=True), x, y)),
        True,
    ),
    Answer(_SM, "as it was", _softmax(lambda g, x, y: g * y * (1 - y)), False),
    Answer(_SM, "sum over everything", _softmax(lambda g, x, y: y * (g - (g * y).sum())), False),
    Answer(_SM, "sum over axis 0", _softmax(lambda g, x, y: y * (g - (g * y).sum(0))), False),
    Answer(_SM, "sum over axis 0, keepdim", _softmax(lambda g, x, y: y * (g - (g * y).sum(0, keepdim=True))), False),
    Answer(
        _SM, "sum over axis 1: matrices only", _softmax(lambda g, x, y: y * (g - (g * y).sum(1, keepdim=True))), False
    ),
    Answer(_SM, "keepdim forgotten", _softmax(lambda g, x, y: y * (g - (g * y).sum(-1))), False),
    Answer(
        _SM,
        "keepdim forgotten, axis put in front",
        _softmax(lambda g, x, y: y * (g - (g * y).sum(-1).unsqueeze(0))),
        False,
    ),
    Answer(_SM, "mean in place of the sum", _softmax(lambda g, x, y: y * (g - (g * y).mean(-1, keepdim=True))), False),
    Answer(_SM, "sum of grad without y", _softmax(lambda g, x, y: y * (g - g.sum(-1, keepdim=True))), False),
    Answer(_SM, "mean of grad", _softmax(lambda g, x, y: y * (g - g.mean(-1, keepdim=True))), False),
    Answer(_SM, "x in place of y", _softmax(lambda g, x, y: _softmax_right(g, x, x)), False),
    Answer(_SM, "x in the sum", _softmax(lambda g, x, y: y * (g - (g * x).sum(-1, keepdim=True))), False),
    Answer(_SM, "softmax of y", _softmax(lambda g, x, y: _softmax_right(g, x, y.softmax(-1))), False),
    Answer(_SM, "plus in place of minus", _softmax(lambda g, x, y: y * (g + (g * y).sum(-1, keepdim=True))), False),
    Answer(_SM, "negative", _softmax(lambda g, x, y: -_softmax_right(g, x, y)), False),
    Answer(_SM, "y in front forgotten", _softmax(lambda g, x, y: g - (g * y).sum(-1, keepdim=True)), False),
    Answer(
        _SM, "y in front of the sum forgotten", _softmax(lambda g, x, y: g * y - (g * y).sum(-1, keepdim=True)), False
    ),
    Answer(_SM, "log-softmax's backward", _softmax(lambda g, x, y: g - y * g.sum(-1, keepdim=True)), False),
    Answer(
        _SM,
        "off-diagonal taken away twice on the diagonal",
        _softmax(lambda g, x, y: g * y * (1 - y) - y * (g * y).sum(-1, keepdim=True)),
        False,
    ),
    Answer(_SM, "incoming gradient ignored", _softmax(lambda g, x, y: y * (1 - y)), False),
    Answer(_SM, "just grad * y", _softmax(lambda g, x, y: g * y), False),
    Answer(_SM, "Jacobian for vectors only", _softmax(lambda g, x, y: (torch.diag(y) - torch.outer(y, y)) @ g), False),
    Answer(
        _SM,
        "einsum for matrices only",
        _softmax(lambda g, x, y: y * g - y * torch.einsum("ij,ij->i", g, y)[:, None]),
        False,
    ),
    Answer(_SM, "grad written into", _softmax(lambda g, x, y: g.sub_((g * y).sum(-1, keepdim=True)).mul_(y)), False),
    Answer(_SM, "output written into", _softmax(lambda g, x, y: y.mul_(g - (g * y).sum(-1, keepdim=True))), False),
    Answer(_SM, "float32 only", _softmax(lambda g, x, y: _softmax_right(g.float(), x, y.float())), False),
    Answer(
        _SM,
        "view to rows",
        _softmax(lambda g, x, y: _softmax_right(g.view(-1, g.shape[-1]), x, y.view(-1, g.shape[-1])).view(x.shape)),
        False,
    ),
    Answer(
        _SM, "forward without taking the maximum off: NaN at 1000", _softmax(_softmax_right, _softmax_unstable), False
    ),
    Answer(_SM, "forward over axis 0", _softmax(lambda g, x, y: y * (g - (g * y).sum(0)), _softmax_over(0)), False),
    Answer(_SM, "forward over axis 1", _softmax(_softmax_right, _softmax_over(1)), False),
    Answer(
        _SM,
        "log-softmax forward and backward",
        _softmax(lambda g, x, y: g - y * g.sum(-1, keepdim=True), _softmax_log_forward),
        False,
    ),
    Answer(_SM, "two gradients", _softmax(lambda g, x, y: (_softmax_right(g, x, y), y)), False),
]

# -- MeanSquare


def _mean_forward(ctx, x):
    y = (x * x).mean()
    ctx.save_for_backward(x, y)
    return y


def _mean(backward, forward=_mean_forward, setup_context=None, **more):
    """Make a MeanSquare; backward is given grad, x and y."""
    return _function("MeanSquare", forward, lambda ctx, grad: backward(grad, *ctx.saved_tensors), setup_context, **more)


class _MeanNewStyle(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return F.mse_loss(x, torch.zeros_like(x))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * x.mul(2).div(math.prod(x.shape))


class _MeanAhead(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.factor = x.detach() * (2.0 / x.numel())
        return torch.linalg.vector_norm(x) ** 2 / x.numel()

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        return ctx.factor * grad if ctx.needs_input_grad[0] else None


class _MeanAgain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.square().mean()

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            y = x.detach().requires_grad_()
            return torch.autograd.grad(y.square().mean(), y, grad)[0]


def _entries(shape):
    return 1 if len(shape) == 0 else shape[0] * _entries(shape[1:])


def _mean_kept_write(ctx, x):
    ctx.save_for_backward(x, x)
    return x.detach().mul_(x).mean()


_M = "gradient_checking.MeanSquare"
_MEAN_SQUARE = [
    Answer(_M, "2 x / numel", _mean(lambda g, x, y: g * 2 * x / x.numel()), True),
    Answer(_M, "setup_context, mse_loss forward", _MeanNewStyle, True),
    Answer(_M, "factor computed ahead in ctx, once_differentiable", _MeanAhead, True),
    Answer(_M, "autograd inside backward", _MeanAgain, True),
    Answer(_M, "recursion for the number of entries", _mean(lambda g, x, y: (g + g) / _entries(x.shape) * x), True),
    Answer(_M, "einsum", _mean(lambda g, x, y: torch.einsum(",...->...", g, 2 * x) / x.nelement()), True),
    Answer(_M, "number of entries as a sum of ones", _mean(lambda g, x, y: 2 * g * x / torch.ones_like(x).sum()), True),
    Answer(_M, "g.item()", _mean(lambda g, x, y: x * (2 * g.item() / x.numel())), True),
    Answer(
        _M,
        "g expanded to x, addcmul",
        _mean(lambda g, x, y: torch.addcmul(torch.zeros_like(x), g.expand_as(x), x, value=2 / x.numel())),
        True,
    ),
    Answer(_M, "clone written into", _mean(lambda g, x, y: x.clone().mul_(2).mul_(g).div_(x.numel())), True),
    Answer(_M, "as it was", _mean(lambda g, x, y: g * 2 * x), False),
    Answer(_M, "len(x): vectors only", _mean(lambda g, x, y: g * 2 * x / len(x)), False),
    Answer(_M, "x.shape[-1]", _mean(lambda g, x, y: g * 2 * x / x.shape[-1]), False),
    Answer(_M, "matrices only", _mean(lambda g, x, y: g * 2 * x / (x.shape[0] * x.shape[1])), False),
    Answer(_M, "2 forgotten", _mean(lambda g, x, y: g * x / x.numel()), False),
    Answer(_M, "incoming gradient ignored", _mean(lambda g, x, y: 2 * x / x.numel()), False),
    Answer(_M, "only the sign of the gradient", _mean(lambda g, x, y: g.sign() * 2 * x / x.numel()), False),
    Answer(_M, "numel - 1", _mean(lambda g, x, y: g * 2 * x / (x.numel() - 1)), False),
    Answer(_M, "numel squared", _mean(lambda g, x, y: g * 2 * x / x.numel() ** 2), False),
    Answer(_M, "2 // numel", _mean(lambda g, x, y: g * (2 // x.numel()) * x), False),
    Answer(_M, "mean of it", _mean(lambda g, x, y: (g * 2 * x).mean()), False),
    Answer(_M, "mean of it, spread out", _mean(lambda g, x, y: (g * 2 * x).mean().expand_as(x)), False),
    Answer(_M, "y in place of x", _mean(lambda g, x, y: (g * 2 * y / x.numel()).expand_as(x)), False),
    Answer(_M, "x squared", _mean(lambda g, x, y: g * 2 * x * x / x.numel()), False),
    Answer(_M, "|x|", _mean(lambda g, x, y: g * 2 * x.abs() / x.numel()), False),
    Answer(_M, "negative", _mean(lambda g, x, y: -g * 2 * x / x.numel()), False),
    Answer(_M, "root of the mean's backward", _mean(lambda g, x, y: g * x / (x.numel() * y.sqrt())), False),
    Answer(_M, "numel of grad", _mean(lambda g, x, y: g * 2 * x / g.numel()), False),
    Answer(_M, "x written into", _mean(lambda g, x, y: x.mul_(2 * g / x.numel())), False),
    Answer(_M, "grad written into", _mean(lambda g, x, y: g.mul_(2) * x / x.numel()), False),
    Answer(_M, "float32 only", _mean(lambda g, x, y: (g * 2 * x / x.numel()).float()), False),
    Answer(_M, "view(-1) of x", _mean(lambda g, x, y: (g * 2 * x.view(-1) / x.numel()).view(x.shape)), False),
    Answer(_M, "flat result", _mean(lambda g, x, y: g * 2 * x.reshape(-1) / x.numel()), False),
    Answer(
        _M, "detach() taken for a copy, in place", _mean(lambda g, x, y: x.detach().mul_(g).mul_(2 / x.numel())), False
    ),
    Answer(_M, "forward writes into x", _mean(lambda g, x, y: g * 2 * x / x.numel(), _mean_kept_write), False),
    Answer(
        _M,
        "forward the sum: backward as it was is right for it",
        _mean(lambda g, x, y: g * 2 * x, lambda ctx, x: (ctx.save_for_backward(x, x), (x * x).sum())[1]),
        False,
    ),
    Answer(
        _M,
        "forward over the last axis only",
        _mean(
            lambda g, x, y: g.unsqueeze(-1) * 2 * x / x.shape[-1],
            lambda ctx, x: (ctx.save_for_backward(x, x), (x * x).mean(-1))[1],
        ),
        False,
    ),
    Answer(
        _M,
        "forward halved, 2 gone",
        _mean(lambda g, x, y: g * x / x.numel(), lambda ctx, x: (ctx.save_for_backward(x, x), (x * x).mean() / 2)[1]),
        False,
    ),
    Answer(
        _M,
        "forward gives shape (1,)",
        _mean(
            lambda g, x, y: g * 2 * x / x.numel(),
            lambda ctx, x: (ctx.save_for_backward(x, x), (x * x).mean().reshape(1))[1],
        ),
        False,
    ),
]

# -- Gather


def _gather_forward(ctx, x, index):
    ctx.save_for_backward(x, index)
    ctx.shape = x.shape
    return x[index]


def _gather(backward, forward=_gather_forward, setup_context=None, **more):
    """Make a Gather; backward is given grad, the shape of x and the index, and returns x's gradient."""
    return _function(
        "Gather",
        forward,
        lambda ctx, grad: (backward(grad, ctx.shape, ctx.saved_tensors[1]), None),
        setup_context,
        **more,
    )


class _GatherNewStyle(torch.autograd.Function):
    @staticmethod
    def forward(x, index):
        return x.index_select(0, index)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, index = inputs
        ctx.size = x.shape
        ctx.save_for_backward(index)

    @staticmethod
    def backward(ctx, grad):
        (index,) = ctx.saved_tensors
        return grad.new_zeros(ctx.size).index_put((index,), grad, accumulate=True), None


class _GatherNeeds(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, index):
        ctx.index, ctx.rows = index, len(x)
        return x[index]

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        if not ctx.needs_input_grad[0]:
            return None, None
        rows = [grad[ctx.index == row].sum(0) for row in range(ctx.rows)]
        return torch.stack(rows), None


class _GatherAgain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, index):
        ctx.save_for_backward(x, index)
        return x[index]

    @staticmethod
    def backward(ctx, grad):
        x, index = ctx.saved_tensors
        with torch.enable_grad():
            copy = x.detach().requires_grad_()
            (x_grad,) = torch.autograd.grad(copy[index], copy, grad)
        return x_grad, None


def _gather_loop(grad, shape, index):
    out = grad.new_zeros(shape)
    for k, row in enumerate(index.tolist()):
        out[row] += grad[k]
    return out


def _gather_scatter(grad, shape, index):
    where = index.reshape((-1,) + (1,) * (grad.ndim - 1)).expand_as(grad)
    return torch.zeros(shape, dtype=grad.dtype).scatter_add(0, where, grad)


def _gather_one_hot(grad, shape, index):
    hot = (index[:, None] == torch.arange(shape[0])).to(grad.dtype)
    return torch.einsum("kn,k...->n...", hot, grad)


def _gather_numpy(grad, shape, index):
    out = np.zeros(shape, dtype=grad.numpy().dtype)
    np.add.at(out, index.numpy(), grad.numpy())
    return torch.from_numpy(out)


def _gather_recursive(grad, shape, index):
    if len(index) == 0:
        return grad.new_zeros(shape)
    out = _gather_recursive(grad[1:], shape, index[1:])
    out[index[0]] += grad[0]
    return out


def _gather_assign(grad, shape, index):
    out = grad.new_zeros(shape)
    for k, row in enumerate(index.tolist()):
        out[row] = grad[k]
    return out


def _gather_plus_equals(grad, shape, index):
    out = grad.new_zeros(shape)
    out[index] += grad
    return out


def _gather_rows_shared(grad, shape, index):
    rows: dict[int, Any] = {}
    for k, row in enumerate(index.tolist()):
        if row in rows:
            rows[row] += grad[k]
        else:
            rows[row] = grad[k]
    empty = grad.new_zeros(shape[1:])
    return torch.stack([rows.get(row, empty) for row in range(shape[0])])


def _gather_mean(grad, shape, index):
    counts = torch.bincount(index, minlength=shape[0]).clamp(min=1).to(grad.dtype)
    total = grad.new_zeros(shape).index_add(0, index, grad)
    return total / counts.reshape((-1,) + (1,) * (len(shape) - 1))


def _gather_count_times(grad, shape, index):
    out = _gather_assign(grad, shape, index)
    counts = torch.bincount(index, minlength=shape[0]).to(grad.dtype)
    return out * counts.reshape((-1,) + (1,) * (len(shape) - 1))


def _gather_twice(grad, shape, index):
    out = grad.new_zeros(shape)
    out[index] = grad
    out.index_add_(0, index, grad)
    return out


def _gather_swapped(grad, shape, index):
    out = grad.new_zeros(shape)
    for k, row in enumerate(index.tolist()):
        out[k] += grad[row]
    return out


def _gather_narrow_scatter(grad, shape, index):
    where = index.reshape((-1,) + (1,) * (grad.ndim - 1))
    return grad.new_zeros(shape).scatter_add(0, where, grad)


def _gather_last_axis_scatter(grad, shape, index):
    return grad.new_zeros(shape).scatter_add(-1, index.expand(grad.shape), grad)


def _gather_pairs_once(grad, shape, index):
    """Add neighbours that repeat, and forget repeats further apart."""
    keep = torch.ones(len(index), dtype=torch.bool)
    keep[1:] = index[1:] != index[:-1]
    group = keep.cumsum(0) - 1
    total = grad.new_zeros((int(keep.sum()), *grad.shape[1:])).index_add(0, group, grad)
    out = grad.new_zeros(shape)
    out[index[keep]] = total
    return out


def _gather_sorted_segments(grad, shape, index):
    order = torch.argsort(index, stable=True)
    counts = torch.bincount(index, minlength=shape[0])
    pieces = torch.split(grad[order], counts.tolist())
    return torch.stack([piece.sum(0) for piece in pieces])


def _gather_unsorted_segments(grad, shape, index):
    counts = torch.bincount(index, minlength=shape[0])
    pieces = torch.split(grad, counts.tolist())
    return torch.stack([piece.sum(0) for piece in pieces])


def _gather_right(grad, shape, index):
    return grad.new_zeros(shape).index_add_(0, index, grad)


def _gather_minus_first(grad, shape, index):
    out = _gather_right(grad, shape, index)
    out[0] = 0
    return out


_G = "gradient_checking.Gather"
_GATHER = [
    Answer(_G, "index_add_", _gather(_gather_right), True),
    Answer(_G, "setup_context, index_put with accumulate", _GatherNewStyle, True),
    Answer(_G, "row by row with masks, needs_input_grad, once_differentiable", _GatherNeeds, True),
    Answer(_G, "autograd inside backward", _GatherAgain, True),
    Answer(_G, "a loop", _gather(_gather_loop), True),
    Answer(_G, "scatter_add with a spread index", _gather(_gather_scatter), True),
    Answer(_G, "one-hot einsum", _gather(_gather_one_hot), True),
    Answer(_G, "np.add.at", _gather(_gather_numpy), True),
    Answer(_G, "recursion over the index", _gather(_gather_recursive), True),
    Answer(_G, "sorted, split, summed", _gather(_gather_sorted_segments), True),
    Answer(
        _G,
        "a sparse tensor made dense",
        _gather(lambda g, s, i: torch.sparse_coo_tensor(i[None], g, tuple(s), check_invariants=True).to_dense()),
        True,
    ),
    Answer(
        _G,
        "zeros of a whole-number gradient for index too",
        _function(
            "Gather",
            _gather_forward,
            lambda ctx, g: (_gather_right(g, ctx.shape, ctx.saved_tensors[1]), torch.zeros_like(ctx.saved_tensors[1])),
        ),
        True,
        True,
    ),
    Answer(_G, "as it was: the last wins", _gather(lambda g, s, i: g.new_zeros(s).index_copy(0, i, g)), False),
    Answer(_G, "a loop with =", _gather(_gather_assign), False),
    Answer(_G, "x_grad[index] += grad", _gather(_gather_plus_equals), False),
    Answer(_G, "the mean of a row's gradients", _gather(_gather_mean), False),
    Answer(_G, "last gradient times count", _gather(_gather_count_times), False),
    Answer(_G, "counted twice", _gather(_gather_twice), False),
    Answer(_G, "roles of k and row swapped", _gather(_gather_swapped), False),
    Answer(_G, "grad[index]", _gather(lambda g, s, i: g[i]), False),
    Answer(_G, "index_add on axis 1", _gather(lambda g, s, i: g.new_zeros(s).index_add(1, i, g)), False),
    Answer(_G, "index_add on the last axis", _gather(lambda g, s, i: g.new_zeros(s).index_add(-1, i, g)), False),
    Answer(_G, "scatter_add, index not spread out", _gather(_gather_narrow_scatter), False),
    Answer(_G, "scatter_add on the last axis", _gather(_gather_last_axis_scatter), False),
    Answer(_G, "zeros of the shape of grad", _gather(lambda g, s, i: torch.zeros_like(g).index_add(0, i, g)), False),
    Answer(
        _G,
        "rows up to the largest index only",
        _gather(lambda g, s, i: g.new_zeros((int(i.max()) + 1, *s[1:])).index_add(0, i, g)),
        False,
    ),
    Answer(_G, "zeros in float32", _gather(lambda g, s, i: torch.zeros(s).index_add(0, i, g)), False),
    Answer(_G, "float64 only", _gather(lambda g, s, i: torch.zeros(s, dtype=torch.float64).index_add(0, i, g)), False),
    Answer(_G, "float32 only", _gather(lambda g, s, i: _gather_right(g.float(), s, i)), False),
    Answer(
        _G,
        "one-hot matrix product: up to matrices",
        _gather(lambda g, s, i: F.one_hot(i, s[0]).to(g.dtype).T @ g),
        False,
    ),
    Answer(_G, "matrices only", _gather(lambda g, s, i: g.new_zeros(s[0], s[1]).index_add(0, i, g)), False),
    Answer(_G, "ones added, gradient ignored", _gather(lambda g, s, i: _gather_right(torch.ones_like(g), s, i)), False),
    Answer(_G, "row 0 taken for padding", _gather(_gather_minus_first), False),
    Answer(_G, "neighbouring repeats only", _gather(_gather_pairs_once), False),
    Answer(_G, "split without sorting", _gather(_gather_unsorted_segments), False),
    Answer(_G, "clone missing: adds into grad", _gather(_gather_rows_shared), False),
    Answer(_G, "negative", _gather(lambda g, s, i: -_gather_right(g, s, i)), False),
    Answer(_G, "gradients the other way round", _gather(lambda g, s, i: _gather_right(g.flip(0), s, i)), False),
    Answer(
        _G,
        "the shape of a transposed x",
        _gather(lambda g, s, i: g.new_zeros(tuple(reversed(s))).index_add(0, i, g)),
        False,
    ),
    Answer(
        _G,
        "largest gradient of a row",
        _gather(
            lambda g, s, i: torch.stack(
                [g[i == r].amax(0) if (i == r).any() else g.new_zeros(s[1:]) for r in range(s[0])]
            )
        ),
        False,
    ),
    Answer(
        _G,
        "view of grad",
        _gather(lambda g, s, i: _gather_right(g.view(len(i), -1), (s[0], math.prod(s[1:])), i).view(s)),
        False,
    ),
    Answer(
        _G,
        "one gradient only",
        _function("Gather", _gather_forward, lambda ctx, g: _gather_right(g, ctx.shape, ctx.saved_tensors[1])),
        False,
    ),
    Answer(
        _G,
        "forward over the last axis",
        _gather(
            lambda g, s, i: g.new_zeros(s).index_add(-1, i, g),
            lambda ctx, x, index: (
                _gather_forward(ctx, x, torch.zeros_like(index)),
                ctx.save_for_backward(x, index),
                x[..., index],
            )[2],
        ),
        False,
    ),
    Answer(
        _G,
        "forward without repeats",
        _gather(
            lambda g, s, i: _gather_right(g, s, i.unique()),
            lambda ctx, x, index: (_gather_forward(ctx, x, index), x[index.unique()])[1],
        ),
        False,
    ),
]

# -- Norm


def _norm_forward(ctx, x):
    norm = (x * x).sum().sqrt()
    ctx.save_for_backward(x, norm)
    return norm


def _norm(backward, forward=_norm_forward, setup_context=None, **more):
    """Make a Norm; backward is given grad, x and the norm."""
    return _function("Norm", forward, lambda ctx, grad: backward(grad, *ctx.saved_tensors), setup_context, **more)


class _NormNewStyle(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return torch.linalg.vector_norm(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(inputs[0], output)

    @staticmethod
    def backward(ctx, grad):
        x, norm = ctx.saved_tensors
        return x * (grad / norm)


class _NormUnit(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        norm = x.detach().norm()
        ctx.unit = x.detach() / norm
        return norm

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        return None if not ctx.needs_input_grad[0] else grad * ctx.unit


class _NormAgain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x * x).sum().sqrt()

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0].detach().clone().requires_grad_()
        with torch.enable_grad():
            torch.linalg.vector_norm(x).backward(grad)
        return x.grad


def _hypotenuse(flat):
    if len(flat) == 1:
        return flat[0].abs()
    middle = len(flat) // 2
    return torch.hypot(_hypotenuse(flat[:middle]), _hypotenuse(flat[middle:]))


def _norm_write_forward(ctx, x):
    norm = x.detach().square_().sum().sqrt()
    ctx.save_for_backward(x, norm)
    return norm


def _norm_with(forward):
    """A right backward after another forward."""

    def whole(ctx, x):
        norm = forward(x)
        ctx.save_for_backward(x, norm)
        return norm

    return _norm(lambda g, x, n: g * x / n, whole)


_N = "gradient_checking.Norm"
_NORM = [
    Answer(_N, "grad * x / norm", _norm(lambda g, x, n: g * x / n), True),
    Answer(_N, "setup_context, vector_norm", _NormNewStyle, True),
    Answer(_N, "unit vector in ctx, once_differentiable", _NormUnit, True),
    Answer(_N, "x.grad by autograd inside", _NormAgain, True),
    Answer(_N, "rsqrt of the sum, computed again", _norm(lambda g, x, n: g * x * (x * x).sum().rsqrt()), True),
    Answer(
        _N,
        "F.normalize of the flat x",
        _norm(lambda g, x, n: g * F.normalize(x.reshape(-1), dim=0, eps=0).reshape(x.shape)),
        True,
    ),
    Answer(_N, "recursion with hypot", _norm(lambda g, x, n: g * x / _hypotenuse(x.reshape(-1))), True),
    Answer(_N, "chain rule: half of 2 x over the norm", _norm(lambda g, x, n: (g * 0.5 / n) * (2 * x)), True),
    Answer(_N, "einsum", _norm(lambda g, x, n: torch.einsum(",,...->...", g, 1 / n, x)), True),
    Answer(_N, "number from item()", _norm(lambda g, x, n: x * (g.item() / n.item())), True),
    Answer(_N, "clone written into", _norm(lambda g, x, n: x.clone().mul_(g).div_(n)), True),
    Answer(_N, "as it was", _norm(lambda g, x, n: g * x), False),
    Answer(_N, "incoming gradient ignored", _norm(lambda g, x, n: x / n), False),
    Answer(_N, "size of the incoming gradient", _norm(lambda g, x, n: g.abs() * x / n), False),
    Answer(_N, "times the norm", _norm(lambda g, x, n: g * x * n), False),
    Answer(_N, "norm squared", _norm(lambda g, x, n: g * x / n**2), False),
    Answer(_N, "over 2 norms", _norm(lambda g, x, n: g * x / (2 * n)), False),
    Answer(_N, "2 x", _norm(lambda g, x, n: g * 2 * x / n), False),
    Answer(_N, "2 x alone", _norm(lambda g, x, n: g * 2 * x), False),
    Answer(_N, "root of the norm", _norm(lambda g, x, n: g * x / n.sqrt()), False),
    Answer(_N, "norm / x", _norm(lambda g, x, n: g * n / x), False),
    Answer(_N, "1 / norm, x forgotten", _norm(lambda g, x, n: (g / n).expand_as(x)), False),
    Answer(_N, "1 / norm as a number", _norm(lambda g, x, n: g / n), False),
    Answer(_N, "|x|", _norm(lambda g, x, n: g * x.abs() / n), False),
    Answer(_N, "sign of x", _norm(lambda g, x, n: g * x.sign()), False),
    Answer(_N, "x squared", _norm(lambda g, x, n: g * x * x / n), False),
    Answer(_N, "negative", _norm(lambda g, x, n: -g * x / n), False),
    Answer(_N, "by the 1-norm", _norm(lambda g, x, n: g * x / x.abs().sum()), False),
    Answer(_N, "by the sum", _norm(lambda g, x, n: g * x / x.sum()), False),
    Answer(_N, "by the norm of the last axis", _norm(lambda g, x, n: g * x / x.norm(dim=-1, keepdim=True)), False),
    Answer(_N, "by the spectral norm of a matrix", _norm(lambda g, x, n: g * x / torch.linalg.norm(x, 2)), False),
    Answer(_N, "1e-3 added to the norm", _norm(lambda g, x, n: g * x / (n + 1e-3)), False),
    Answer(_N, "1e-6 added to the norm", _norm(lambda g, x, n: g * x / (n + 1e-6)), False),
    Answer(_N, "norm at least 1", _norm(lambda g, x, n: g * x / n.clamp(min=1)), False),
    Answer(_N, "F.normalize over axis 1", _norm(lambda g, x, n: g * F.normalize(x, dim=1)), False),
    Answer(_N, "x written into", _norm(lambda g, x, n: x.div_(n).mul_(g)), False),
    Answer(_N, "grad written into", _norm(lambda g, x, n: g.div_(n) * x), False),
    Answer(_N, "norm, the output, written into", _norm(lambda g, x, n: n.reciprocal_() * g * x), False),
    Answer(_N, "float32 only", _norm(lambda g, x, n: (g * x / n).float()), False),
    Answer(_N, "view(-1) of x", _norm(lambda g, x, n: (g * x.view(-1) / n).view(x.shape)), False),
    Answer(_N, "flat result", _norm(lambda g, x, n: g * x.reshape(-1) / n), False),
    Answer(_N, "forward writes into x", _norm(lambda g, x, n: g * x / n, _norm_write_forward), False),
    Answer(_N, "forward: spectral norm of a matrix", _norm_with(lambda x: torch.linalg.norm(x, 2)), False),
    Answer(_N, "forward: norm of the last axis", _norm_with(lambda x: x.norm(dim=-1)), False),
    Answer(_N, "forward: shape (1,)", _norm_with(lambda x: x.norm().reshape(1)), False),
    Answer(_N, "forward: root of the mean", _norm_with(lambda x: (x * x).mean().sqrt()), False),
    Answer(
        _N,
        "forward without the root: half of it right",
        _norm(lambda g, x, n: 2 * g * x, lambda ctx, x: (ctx.save_for_backward(x, x), (x * x).sum())[1]),
        False,
    ),
]

# -- Cumsum


def _cumsum_forward(ctx, x):
    ctx.save_for_backward(x)
    return x.cumsum(-1)


def _cumsum(backward, forward=_cumsum_forward, setup_context=None, **more):
    """Make a Cumsum; backward is given grad, and returns x's gradient."""
    return _function("Cumsum", forward, lambda ctx, grad: backward(grad), setup_context, **more)


class _CumsumNewStyle(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return torch.cumsum(x, dim=-1)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.last = inputs[0].ndim - 1

    @staticmethod
    def backward(ctx, grad):
        back = torch.flip(grad, (ctx.last,))
        return torch.flip(torch.cumsum(back, ctx.last), (ctx.last,))


class _CumsumMatrix(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        upper = torch.ones(x.shape[-1], x.shape[-1], dtype=x.dtype, device=x.device).triu()
        ctx.save_for_backward(upper)
        return x @ upper

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        (upper,) = ctx.saved_tensors
        return grad @ upper.T if ctx.needs_input_grad[0] else None


class _CumsumAgain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.cumsum(-1)

    @staticmethod
    def backward(ctx, grad):
        with torch.enable_grad():
            x = ctx.saved_tensors[0].detach().requires_grad_()
            return torch.autograd.grad(x.cumsum(-1), x, grad)[0]


def _cumsum_loop(grad):
    out, total = torch.empty_like(grad), torch.zeros_like(grad[..., 0])
    for k in range(grad.shape[-1] - 1, -1, -1):
        total = total + grad[..., k]
        out[..., k] = total
    return out


def _cumsum_numpy(grad):
    back = list(itertools.accumulate(np.moveaxis(grad.numpy(), -1, 0)[::-1], np.add))
    return torch.tensor(np.moveaxis(np.array(back[::-1]), 0, -1).copy())


def _cumsum_recursive(grad):
    if grad.shape[-1] == 1:
        return grad.clone()
    tail = _cumsum_recursive(grad[..., 1:])
    return torch.cat([grad[..., :1] + tail[..., :1], tail], -1)


def _cumsum_doubling(grad):
    out, step = grad, 1
    while step < grad.shape[-1]:
        out = out + F.pad(out[..., step:], (0, step))
        step *= 2
    return out.clone() if out is grad else out


def _cumsum_loop_write(grad):
    for k in range(grad.shape[-1] - 2, -1, -1):
        grad[..., k] += grad[..., k + 1]
    return grad


def _cumsum_loop_total_shared(grad):
    out, total = torch.empty_like(grad), grad[..., -1]
    out[..., -1] = total
    for k in range(grad.shape[-1] - 2, -1, -1):
        total += grad[..., k]
        out[..., k] = total
    return out


def _cumsum_loop_short(grad):
    out, total = torch.zeros_like(grad), torch.zeros_like(grad[..., 0])
    for k in range(grad.shape[-1] - 1, 0, -1):
        total = total + grad[..., k]
        out[..., k] = total
    return out


def _cumsum_right(grad):
    return grad.flip(-1).cumsum(-1).flip(-1)


_C = "gradient_checking.Cumsum"
_CUMSUM = [
    Answer(_C, "flip, cumsum, flip", _cumsum(_cumsum_right), True),
    Answer(_C, "setup_context, positive axis number", _CumsumNewStyle, True),
    Answer(_C, "triangular matrix both ways, once_differentiable", _CumsumMatrix, True),
    Answer(_C, "autograd inside backward", _CumsumAgain, True),
    Answer(_C, "total less the running sum", _cumsum(lambda g: g.sum(-1, keepdim=True) - g.cumsum(-1) + g), True),
    Answer(_C, "a loop from the end", _cumsum(_cumsum_loop), True),
    Answer(_C, "numpy and itertools.accumulate", _cumsum(_cumsum_numpy), True),
    Answer(_C, "recursion on the tail", _cumsum(_cumsum_recursive), True),
    Answer(_C, "doubling steps", _cumsum(_cumsum_doubling), True),
    Answer(
        _C,
        "einsum with tril",
        _cumsum(
            lambda g: torch.einsum("...i,ij->...j", g, torch.tril(torch.ones(g.shape[-1], g.shape[-1], dtype=g.dtype)))
        ),
        True,
    ),
    Answer(
        _C,
        "indexed the other way round",
        _cumsum(lambda g: g[..., torch.arange(g.shape[-1]).flip(0)].cumsum(-1)[..., torch.arange(g.shape[-1]).flip(0)]),
        True,
    ),
    Answer(_C, "as it was", _cumsum(lambda g: g.flip(-1).cumsum(-1)), False),
    Answer(_C, "no flip", _cumsum(lambda g: g.cumsum(-1)), False),
    Answer(_C, "flip at the end only", _cumsum(lambda g: g.cumsum(-1).flip(-1)), False),
    Answer(_C, "second flip on axis 0", _cumsum(lambda g: g.flip(-1).cumsum(-1).flip(0)), False),
    Answer(_C, "flips on axis 0", _cumsum(lambda g: g.flip(0).cumsum(-1).flip(0)), False),
    Answer(_C, "everything on axis 0", _cumsum(lambda g: g.flip(0).cumsum(0).flip(0)), False),
    Answer(_C, "everything on axis 1: matrices only", _cumsum(lambda g: g.flip(1).cumsum(1).flip(1)), False),
    Answer(_C, "cumsum on axis 0 between right flips", _cumsum(lambda g: g.flip(-1).cumsum(0).flip(-1)), False),
    Answer(
        _C, "all axes flipped at the end", _cumsum(lambda g: g.flip(-1).cumsum(-1).flip(tuple(range(g.ndim)))), False
    ),
    Answer(_C, "fliplr, for matrices and up, axis 1", _cumsum(lambda g: g.fliplr().cumsum(-1).fliplr()), False),
    Answer(_C, "grad passed on", _cumsum(lambda g: g.clone()), False),
    Answer(_C, "total everywhere", _cumsum(lambda g: g.sum(-1, keepdim=True).expand_as(g)), False),
    Answer(_C, "own entry left out", _cumsum(lambda g: g.sum(-1, keepdim=True) - g.cumsum(-1)), False),
    Answer(_C, "own entry twice", _cumsum(lambda g: _cumsum_right(g) + g), False),
    Answer(_C, "total of everything less the running sum", _cumsum(lambda g: g.sum() - g.cumsum(-1) + g), False),
    Answer(_C, "total without keepdim", _cumsum(lambda g: g.sum(-1) - g.cumsum(-1) + g), False),
    Answer(
        _C,
        "triangle the wrong way",
        _cumsum(lambda g: g @ torch.ones(g.shape[-1], g.shape[-1], dtype=g.dtype).triu()),
        False,
    ),
    Answer(
        _C,
        "triangle without its diagonal",
        _cumsum(lambda g: g @ torch.ones(g.shape[-1], g.shape[-1], dtype=g.dtype).tril(-1)),
        False,
    ),
    Answer(_C, "triangle in float32", _cumsum(lambda g: g @ torch.ones(g.shape[-1], g.shape[-1]).tril()), False),
    Answer(
        _C,
        "triangle on the left: vectors only",
        _cumsum(lambda g: torch.ones(g.shape[-1], g.shape[-1], dtype=g.dtype).triu() @ g),
        False,
    ),
    Answer(
        _C, "differences: the inverse", _cumsum(lambda g: torch.diff(g, prepend=torch.zeros_like(g[..., :1]))), False
    ),
    Answer(_C, "running mean", _cumsum(lambda g: _cumsum_right(g) / g.shape[-1]), False),
    Answer(_C, "negative", _cumsum(lambda g: -_cumsum_right(g)), False),
    Answer(_C, "incoming gradient ignored", _cumsum(lambda g: _cumsum_right(torch.ones_like(g))), False),
    Answer(_C, "running products", _cumsum(lambda g: g.flip(-1).cumprod(-1).flip(-1)), False),
    Answer(_C, "loop writes into grad", _cumsum(_cumsum_loop_write), False),
    Answer(_C, "clone missing: total is a view of grad", _cumsum(_cumsum_loop_total_shared), False),
    Answer(
        _C,
        "cumsum_ on grad, total less it",
        _cumsum(lambda g: g.sum(-1, keepdim=True) + g.clone() - g.cumsum_(-1)),
        False,
    ),
    Answer(_C, "first entry never reached", _cumsum(_cumsum_loop_short), False),
    Answer(_C, "float32 only", _cumsum(lambda g: _cumsum_right(g.float())), False),
    Answer(_C, "view to rows", _cumsum(lambda g: _cumsum_right(g.view(-1, g.shape[-1])).view(g.shape)), False),
    Answer(_C, "flattened", _cumsum(lambda g: _cumsum_right(g.reshape(-1)).reshape(g.shape)), False),
    Answer(_C, "two gradients", _cumsum(lambda g: (_cumsum_right(g), g)), False),
    Answer(
        _C,
        "forward flipped to fit the backward",
        _cumsum(lambda g: g.cumsum(-1), lambda ctx, x: x.flip(-1).cumsum(-1).flip(-1)),
        False,
    ),
    Answer(
        _C,
        "forward over axis 0",
        _cumsum(lambda g: g.flip(0).cumsum(0).flip(0), lambda ctx, x: x.cumsum(0)),
        False,
    ),
    Answer(
        _C,
        "forward writes into x",
        _cumsum(_cumsum_right, lambda ctx, x: x.detach().cumsum_(-1).clone()),
        False,
    ),
]

_ANSWERS = [
    *_DIRECTIONAL,
    *_ADJOINT,
    *_CHECKER,
    *_SCALE,
    *_ADD_BIAS,
    *_LEAKY,
    *_SOFTMAX,
    *_MEAN_SQUARE,
    *_GATHER,
    *_NORM,
    *_CUMSUM,
]

# What the wrong ones deserve, by exercise and words: the mistake named, or None; "!" before it where they raise.
_DESERVED: dict[str, dict[str, str | None]] = {
    "gradient_checking.directional_error": {
        "no absolute value": "no absolute value",
        "clipped at 0 in place of abs": "cut off at 0",
        "direction normalised": "normalised",
        "unit step, times the length afterwards": "step normalised",
        "forward quotient": "one-sided",
        "backward quotient": "backwards only",
        "divided by h": "divided by h",
        "/ 2 * h, brackets forgotten": "/ 2 * h",
        "h forgotten in the step": "h missing in the step",
        "h forgotten everywhere": "h missing everywhere",
        "half steps": "half steps",
        "own step 1e-5, h ignored": "a step of its own",
        "four-point stencil": None,
        "numerical partials, then the sum along d": "partial slopes",
        "gradient @ direction, vectors only": "!matrix product",
        "sum of a matrix product": "!matrix product, summed",
        "product of the sums": "product of the sums",
        "mean in place of the sum": "the mean",
        "length of the gradient": None,
        "sum of the gradient, d forgotten": None,
        "relative error": "relative error",
        "squared": None,
        "difference of the absolute values": "sizes compared",
        "rounded to 6 places": None,
        "sum of the entries' errors": "errors added entry by entry",
        "sums the first axis only, largest error": "!",
        "all ones as the direction": None,
        "direction's signs only": None,
        "f is given flat vectors": "!",
        "everything cast to float32": None,
        "x changed in place, not put back": "!x moved",
        "x changed in place, put back up to rounding": "!x moved",
        "y = x is no copy": "!no copy",
        "direction multiplied by h in place": "!direction scaled",
    },
    "gradient_checking.adjoint_gap": {
        "absolute value": "absolute value",
        "sign turned round": "turned round",
        "a sum, not a difference": "added",
        "relative gap": "relative",
        "squared": "squared",
        "clipped at 0": "cut off at 0",
        "rounded to 6 places": "rounded",
        "a bool: close or not": "close or not",
        "tiny gaps set to 0": "tiny gaps set to 0",
        "matrix product @": "!matrix product",
        "sum of a matrix product": "!matrix product, summed",
        "np.inner, summed": "np.inner, summed",
        "trace of aᵀb, matrices only": "!trace",
        "einsum for vectors only": "!",
        "einsum for matrices only": "!",
        "tensordot with its default two axes": "!",
        "dot of the last axis, summed": "!",
        "mean in place of the sum": "the mean",
        "product of the sums": "product of the sums",
        "length of the products": None,
        "first entries only": "first entries only",
        "sums the first axis only": "!",
        "float32 products": None,
        "one broadcast sum of both products": "!one sum for both",
        "arguments of vjp swapped": "!x and u exchanged",
        "arguments of jvp swapped": "x and v exchanged",
        "u replaced by J v": "Jv in place of u",
        "u all ones": "ones",
        "draws its own u and v": None,
        "u and v normalised": "normalised",
        "J v rebuilt from vjp: always 0": "always 0",
        "0.0, jvp and vjp called": "always 0",
        "u and v overwritten": "!u and v overwritten",
        "flat vectors given to jvp and vjp": "!flat arrays",
    },
    "gradient_checking.gradcheck": {
        "u all ones": "a u of ones",
        "u with one entry not 0": "one random output",
        "u the first unit vector": "one output only",
        "u of whole numbers, 0 to 4": None,
        "always True": "always True",
    },
    "gradient_checking.Scale": {
        "a list, not a tuple": "one gradient only",
        "as it was": "factor not applied",
        "divided by the factor": "divided by the factor",
        "times x": "times x",
        "times factor and x": "times factor and x",
        "one gradient only": "one gradient only",
        "a gradient for the number too": "a gradient for the factor",
        "the two gradients swapped": "a gradient for the factor",
        "grad written into": "incoming gradient written into",
        "incoming gradient ignored": "incoming gradient ignored",
        "size of the factor": "size of the factor",
        "squared factor": "factor squared",
        "negative": "sign",
        "gradient plus factor": "factor added",
        "positive gradients only": None,
        "matrices only": "!",
        "view(-1) of grad": "!view of the incoming gradient",
        "float32 only": None,
        "mean over the entries": None,
        "detached to numbers": None,
        "factor cut to a whole number": None,
        "factor of 0 taken for a missing one": None,
        "factor kept on the class, not in ctx": "remembered by the class",
        "a number to save_for_backward": None,
        "forward writes into x": "argument written into",
        "forward and backward both the identity": "no factor anywhere",
        "needs_input_grad turned round": "no gradient",
    },
    "gradient_checking.AddBias": {
        "as it was": "not summed over the rows",
        "last row": "last row only",
        "first two rows": None,
        "mean(0)": "mean over the rows",
        "sum(1)": "summed over the columns",
        "sum(-1)": "summed over the columns",
        "sum over everything": "all summed up",
        "sum over everything, spread out": "all summed up and repeated",
        "largest row entry": "largest for sum",
        "sizes summed": "sizes added up",
        "negative": "sign of the bias's gradient",
        "number of rows, gradient ignored": "rows counted",
        "swapped": "exchanged",
        "one gradient only": "one gradient only",
        "None for bias": "nothing for the bias",
        "None for x": "nothing for x",
        "ones for x": "ones for x",
        "x's gradient divided by N": "x divided by the rows",
        "times bias": "times the bias",
        "times x": "times the other argument",
        "summed into grad[0]: clone missing": None,
        "running sums in place": None,
        "last row lost by range": "last row lost",
        "float32 ones @ grad": "!ones in float32",
        "float32 only": None,
        "view of grad": "!view of the incoming gradient",
        "bias summed from the flat tail, square only": None,
        "needs_input_grad[0] asked for both": "the bias asked for x",
        "forward writes into x": "argument written into",
        "forward subtracts": None,
        "forward adds the first bias": None,
    },
    "gradient_checking.LeakyReLU": {
        "as it was": "mask missing",
        "mask turned round": "mask turned round",
        "slope everywhere": "slope everywhere",
        "0 where negative: ReLU": "nothing below 0",
        "mask of the gradient": "mask of the gradient",
        "mask of the output: wrong for a negative slope": "mask of the result",
        "x > slope": "threshold at the slope",
        "x > 1": None,
        "|x| > 0": "mask missing",
        "incoming gradient ignored": "incoming gradient ignored",
        "gradient lost on the negative side": "gradient lost below 0",
        "slope * x on the negative side": "value below 0",
        "times the output": "times the result",
        "y / x: NaN at 0": "NaN where x is 0",
        "0 at 0": "0 where x is 0",
        "1 + slope at 0": "both where x is 0",
        "minus slope": "minus slope",
        "slope's size": "size of the slope",
        "divided by slope": None,
        "slope 0.01 in the backward": "a slope of its own",
        "max of grad and slope * grad": None,
        "grad written into": "incoming gradient written into",
        "contiguous() taken for a copy": "incoming gradient written into",
        "float32 only": None,
        "view(-1)": "!view of x",
        "forward by maximum: wrong above slope 1": "maximum of both",
        "forward writes into x": "argument written into",
        "mask kept on the class": "mask remembered by the class",
        "one gradient only": "one gradient only",
        "a gradient for slope": "a gradient for the slope",
    },
    "gradient_checking.Softmax": {
        "as it was": "only the diagonal",
        "sum over everything": "summed over everything",
        "sum over axis 0": "summed over axis 0",
        "sum over axis 0, keepdim": "summed over axis 0",
        "sum over axis 1: matrices only": "!summed over axis 1",
        "keepdim forgotten": "!axis lost in the sum",
        "keepdim forgotten, axis put in front": "!axis lost in the sum",
        "mean in place of the sum": "mean for sum",
        "sum of grad without y": "sum without weights",
        "mean of grad": "mean without weights",
        "x in place of y": "arguments for shares",
        "x in the sum": None,
        "softmax of y": None,
        "plus in place of minus": "plus for minus",
        "negative": "sign",
        "y in front forgotten": "not weighted in front",
        "y in front of the sum forgotten": "second term not weighted",
        "log-softmax's backward": "log-softmax",
        "off-diagonal taken away twice on the diagonal": "own entry taken away twice",
        "incoming gradient ignored": "only the diagonal, incoming gradient ignored",
        "just grad * y": "denominator taken for constant",
        "Jacobian for vectors only": "!",
        "einsum for matrices only": "!",
        "grad written into": "incoming gradient written into",
        "output written into": "result written into",
        "float32 only": None,
        "view to rows": "!view of the incoming gradient",
        "forward without taking the maximum off: NaN at 1000": "overflow",
        "forward over axis 0": "forward over axis 0",
        "forward over axis 1": "!",
        "log-softmax forward and backward": None,
        "two gradients": "two gradients",
    },
    "gradient_checking.MeanSquare": {
        "as it was": "mean taken for a sum",
        "len(x): vectors only": "!divided by the number of rows",
        "x.shape[-1]": "!divided by the last axis",
        "matrices only": "!matrices only",
        "2 forgotten": "2 missing",
        "incoming gradient ignored": "incoming gradient ignored",
        "only the sign of the gradient": None,
        "numel - 1": "divided by one less",
        "numel squared": "divided twice",
        "2 // numel": None,
        "mean of it": "mean of the gradient",
        "mean of it, spread out": "mean of the gradient, repeated",
        "y in place of x": None,
        "x squared": "x squared",
        "|x|": "size of x",
        "negative": "sign",
        "root of the mean's backward": "root of the mean",
        "numel of grad": "mean taken for a sum",
        "x written into": "argument written into",
        "grad written into": "incoming gradient written into",
        "float32 only": None,
        "view(-1) of x": "!view of x",
        "flat result": None,
        "detach() taken for a copy, in place": "argument written into",
        "forward writes into x": "forward writes into x",
        "forward the sum: backward as it was is right for it": "forward a sum, too",
        "forward over the last axis only": "!mean of each row",
        "forward halved, 2 gone": None,
        "forward gives shape (1,)": None,
    },
    "gradient_checking.Gather": {
        "as it was: the last wins": "assigned, not added",
        "a loop with =": "assigned, not added",
        "x_grad[index] += grad": "assigned, not added",
        "the mean of a row's gradients": "mean of a row's gradients",
        "last gradient times count": "last gradient times the count",
        "counted twice": "last gradient twice",
        "roles of k and row swapped": "!places exchanged",
        "grad[index]": "gathered again",
        "index_add on axis 1": "!added along the last axis",
        "index_add on the last axis": "!added along the last axis",
        "scatter_add, index not spread out": "index not spread out",
        "scatter_add on the last axis": "!",
        "zeros of the shape of grad": "zeros as the incoming gradient",
        "rows up to the largest index only": "rows up to the last one named",
        "zeros in float32": "!zeros in float32",
        "float64 only": "!zeros in float64",
        "float32 only": None,
        "one-hot matrix product: up to matrices": None,
        "matrices only": "!",
        "ones added, gradient ignored": "incoming gradient ignored",
        "row 0 taken for padding": "first row lost",
        "neighbouring repeats only": "only neighbours added",
        "split without sorting": None,
        "clone missing: adds into grad": "incoming gradient written into",
        "negative": "sign",
        "gradients the other way round": "order turned round",
        "the shape of a transposed x": "!",
        "largest gradient of a row": "largest of a row's gradients",
        "view of grad": "!view of the incoming gradient",
        "one gradient only": "one gradient only",
        "forward over the last axis": "!",
        "forward without repeats": None,
    },
    "gradient_checking.Norm": {
        "as it was": "not divided by the norm",
        "incoming gradient ignored": "incoming gradient ignored",
        "size of the incoming gradient": "sign of the incoming gradient lost",
        "times the norm": "times the norm",
        "norm squared": "norm squared",
        "over 2 norms": "divided by twice the norm",
        "2 x": "2 left over",
        "2 x alone": "without the root",
        "root of the norm": "root of the norm",
        "norm / x": "upside down",
        "1 / norm, x forgotten": "x missing",
        "1 / norm as a number": "x missing, one number",
        "|x|": "size of x",
        "sign of x": "sign of x",
        "x squared": "forward writes into x",
        "negative": "sign",
        "by the 1-norm": "another norm",
        "by the sum": None,
        "by the norm of the last axis": "norm of each row",
        "by the spectral norm of a matrix": "!",
        "1e-3 added to the norm": None,
        "1e-6 added to the norm": "something added to the norm",
        "norm at least 1": "norm at least 1",
        "F.normalize over axis 1": "!",
        "x written into": "argument written into",
        "grad written into": "incoming gradient written into",
        "norm, the output, written into": "result written into",
        "float32 only": None,
        "view(-1) of x": "!view of x",
        "flat result": None,
        "forward writes into x": "forward writes into x",
        "forward: spectral norm of a matrix": "!",
        "forward: norm of the last axis": None,
        "forward: shape (1,)": None,
        "forward: root of the mean": None,
        "forward without the root: half of it right": None,
    },
    "gradient_checking.Cumsum": {
        "as it was": "flipped once only",
        "no flip": "not flipped",
        "flip at the end only": "flipped at the end only",
        "second flip on axis 0": "second flip along another axis",
        "flips on axis 0": "flips along axis 0",
        "everything on axis 0": "sums along axis 0",
        "everything on axis 1: matrices only": "!axis 1",
        "cumsum on axis 0 between right flips": "right flips, sum along axis 0",
        "all axes flipped at the end": "all axes flipped",
        "fliplr, for matrices and up, axis 1": "!",
        "grad passed on": "passed on",
        "total everywhere": "total for all",
        "own entry left out": "own place left out",
        "own entry twice": "own place twice",
        "total of everything less the running sum": None,
        "total without keepdim": "!axis lost in the total",
        "triangle the wrong way": "not flipped",
        "triangle without its diagonal": "own place left out",
        "triangle in float32": "!triangle in float32",
        "triangle on the left: vectors only": "!",
        "differences: the inverse": "differences",
        "running mean": "mean for sum",
        "negative": "sign",
        "incoming gradient ignored": "incoming gradient ignored",
        "running products": None,
        "loop writes into grad": "incoming gradient written into",
        "clone missing: total is a view of grad": "incoming gradient written into",
        "cumsum_ on grad, total less it": "incoming gradient written into",
        "first entry never reached": None,
        "float32 only": None,
        "view to rows": "!view of the incoming gradient",
        "flattened": None,
        "two gradients": "two gradients",
        "forward flipped to fit the backward": "forward turned round",
        "forward over axis 0": None,
        "forward writes into x": "argument written into",
    },
}
_STATUS = {"!": "error", "~": "timeout"}


def _submission(given: Answer) -> Submission | None:
    """Return what is kept: answers that are clearly right or wrong, and judged alike for every seed."""
    if given.right:
        return None if given.doubtful else Submission(given.exercise, given.what, given.answer)
    deserved = _DESERVED[given.exercise]
    if given.doubtful or given.what not in deserved:
        return None
    name = deserved[given.what] or ""
    status = _STATUS.get(name[:1], "wrong")
    return Submission(given.exercise, given.what, given.answer, status, name.lstrip("!~") or None)


SUBMISSIONS = tuple(s for s in map(_submission, _ANSWERS) if s)
