"""Answers written blind for the exercises of the lesson `finite_differences`, and what each deserves.

Answers that fit into a line stand in the tuple; the others are defined above it.
"""

import cmath
import functools
import math
from fractions import Fraction

import numpy as np

from submissions import Submission


def _re_linalg(got, want):
    scale = max(np.linalg.norm(got), np.linalg.norm(want))
    if scale == 0:
        return 0.0
    return np.linalg.norm(got - want) / scale


def _re_hypot(got, want):
    def size(a):
        return math.hypot(*a.ravel().tolist())

    scale = max(size(got), size(want))
    return size(np.subtract(got, want)) / scale if scale > 0 else 0.0


def _re_fsum(got, want):
    gs = [float(v) for v in got.flat]
    ws = [float(v) for v in want.flat]
    d2 = math.fsum((g - w) ** 2 for g, w in zip(gs, ws))
    g2 = math.fsum(g * g for g in gs)
    w2 = math.fsum(w * w for w in ws)
    if g2 == w2 == 0:
        return 0.0
    return math.sqrt(d2 / max(g2, w2))


def _re_nditer(got, want):
    d2 = g2 = w2 = 0.0
    for g, w in np.nditer([got, want], flags=["zerosize_ok"]):
        d2 += float(g - w) ** 2
        g2 += float(g) ** 2
        w2 += float(w) ** 2
    bottom = math.sqrt(max(g2, w2))
    return math.sqrt(d2) / bottom if bottom else 0.0


def _re_scaled(got, want):
    top = max(np.max(np.abs(got), initial=0.0), np.max(np.abs(want), initial=0.0))
    if top == 0.0:
        return 0.0
    g, w, d = got / top, want / top, (got - want) / top
    return float(np.sqrt(np.sum(d**2)) / np.sqrt(max(np.sum(g**2), np.sum(w**2))))


class _ReClass:
    """A little object one can call."""

    @staticmethod
    def length(a):
        return np.vdot(a, a) ** 0.5

    def __call__(self, got, want):
        scale = max(map(self.length, (got, want)))
        return scale and self.length(got - want) / scale


def _re_divide_where(got, want):
    norm = functools.partial(np.linalg.norm, axis=None)
    scale = np.maximum(norm(got), norm(want))
    return np.divide(norm(got - want), scale, out=np.zeros(()), where=scale > 0).item()


def _re_recursion(got, want):
    def squares(a):
        if a.ndim == 0:
            return float(a) ** 2
        return sum(squares(np.asarray(part)) for part in a)

    largest = max(squares(got), squares(want))
    if largest == 0:
        return 0.0
    return math.sqrt(squares(np.asarray(got - want))) / math.sqrt(largest)


def _re_rms(got, want):
    if not got.any() and not want.any():
        return 0.0

    def rms(a):
        return np.sqrt(np.mean(np.square(a)))

    return rms(got - want) / max(rms(got), rms(want))


def _re_norm(a):
    return np.sqrt(np.sum(np.asarray(a) ** 2))


def _re_want(got, want):
    bottom = _re_norm(want)
    if bottom == 0:
        return 0.0 if _re_norm(got) == 0 else np.inf
    return _re_norm(got - want) / bottom


def _re_got(got, want):
    bottom = _re_norm(got)
    if bottom == 0:
        return 0.0 if not want.any() else np.inf
    return _re_norm(got - want) / bottom


def _re_max_norm(got, want):
    if got.size == 0:
        return 0.0
    bottom = max(np.abs(got).max(), np.abs(want).max())
    return 0.0 if bottom == 0 else np.abs(got - want).max() / bottom


def _re_one_norm(got, want):
    bottom = max(np.abs(got).sum(), np.abs(want).sum())
    return 0.0 if bottom == 0 else np.abs(got - want).sum() / bottom


def _re_mean_of_ratios(got, want):
    bottom = np.maximum(np.abs(got), np.abs(want))
    bottom = np.where(bottom == 0, 1.0, bottom)
    return float(np.mean(np.abs(got - want) / bottom)) if got.size else 0.0


def _re_signed_sums(got, want):
    bottom = max(got.sum(), want.sum())
    if bottom == 0:
        return 0.0
    return (got - want).sum() / bottom


def _re_nan(got, want):
    with np.errstate(invalid="ignore"):
        return _re_norm(got - want) / np.maximum(_re_norm(got), _re_norm(want))


def _re_sum_of_norms(got, want):
    bottom = _re_norm(got) + _re_norm(want)
    return 0.0 if bottom == 0 else _re_norm(got - want) / bottom


def _re_smaller(got, want):
    top = _re_norm(got - want)
    if top == 0:
        return 0.0
    bottom = min(_re_norm(got), _re_norm(want))
    return top / bottom if bottom else np.inf


def _re_spectral(got, want):
    def norm(a):
        return np.linalg.norm(a, 2) if a.ndim == 2 and a.size else np.linalg.norm(a)

    bottom = max(norm(got), norm(want))
    return 0.0 if bottom == 0 else norm(got - want) / bottom


def _re_squared(got, want):
    bottom = max((got**2).sum(), (want**2).sum())
    return 0.0 if bottom == 0 else ((got - want) ** 2).sum() / bottom


def _re_root_on_top_only(got, want):
    bottom = max((got**2).sum(), (want**2).sum())
    return 0.0 if bottom == 0 else np.sqrt(((got - want) ** 2).sum()) / bottom


def _re_mutates(got, want):
    scale = max(np.linalg.norm(got), np.linalg.norm(want))
    if scale == 0:
        return 0.0
    got -= want
    return np.linalg.norm(got) / scale


def _re_squares_in_place(got, want):
    d = np.linalg.norm(got - want)
    np.square(want, out=want)
    scale = max(np.linalg.norm(got), np.sqrt(want.sum()))
    return d / scale if scale else 0.0


def _re_axis(got, want):
    g, w = np.atleast_1d(got), np.atleast_1d(want)
    bottom = np.maximum(np.linalg.norm(g, axis=-1), np.linalg.norm(w, axis=-1))
    return np.linalg.norm(g - w, axis=-1) / np.where(bottom == 0, 1.0, bottom)


def _re_prints(got, want):
    print(_re_linalg(got, want))


def _re_no_return(got, want):
    scale = max(_re_norm(got), _re_norm(want))
    if scale == 0:
        return 0.0
    _re_norm(got - want) / scale


def _re_zero_want(got, want):
    if not want.any():
        return 0.0
    return np.linalg.norm(got - want) / max(np.linalg.norm(got), np.linalg.norm(want))


def _re_zip(got, want):
    d2 = sum((g - w) ** 2 for g, w in zip(got, want))
    m2 = max(sum(g**2 for g in got), sum(w**2 for w in want))
    return math.sqrt(d2 / m2) if m2 else 0.0


def _re_elementwise_bottom(got, want):
    bottom = np.maximum(np.abs(got), np.abs(want))
    return np.linalg.norm((got - want) / np.where(bottom == 0, 1.0, bottom))


def _re_rounds(got, want):
    return round(float(_re_linalg(got, want)), 6)


def _re_float32(got, want):
    return float(_re_linalg(got.astype(np.float32), want.astype(np.float32)))


def _re_at_least_one(got, want):
    return np.linalg.norm(got - want) / max(1.0, np.linalg.norm(got), np.linalg.norm(want))


def _re_small_number(got, want):
    return np.linalg.norm(got - want) / (max(np.linalg.norm(got), np.linalg.norm(want)) + 1e-12)


def _re_norm_difference(got, want):
    a, b = np.linalg.norm(got), np.linalg.norm(want)
    return abs(a - b) / max(a, b) if max(a, b) else 0.0


def _re_allclose(got, want):
    if np.allclose(got, want):
        return 0.0
    return np.linalg.norm(got - want) / max(np.linalg.norm(got), np.linalg.norm(want))


_RE_LARGEST = [0.0]


def _re_remembers(got, want):
    _RE_LARGEST[0] = max(_RE_LARGEST[0], np.linalg.norm(got), np.linalg.norm(want))
    return np.linalg.norm(got - want) / _RE_LARGEST[0] if _RE_LARGEST[0] else 0.0


def _re_example(got, want):
    if got.shape == (2,) and got.tolist() == [3, 0] and want.tolist() == [0, 4]:
        return 1.25
    return 0.0


def _re_forever(got, want):
    i, d2 = 0, 0.0
    while i <= got.size:
        if i < got.size:
            d2 += (got.flat[i] - want.flat[i]) ** 2
            i += 1
    return math.sqrt(d2)


def _re_math_sqrt_of_array(got, want):
    top = math.sqrt((got - want) ** 2)
    return top / max(math.sqrt(got**2), math.sqrt(want**2))


def _re_zero_if_equal_norms(got, want):
    a, b = np.linalg.norm(got), np.linalg.norm(want)
    if a > b:
        bottom = a
    elif b > a:
        bottom = b
    else:
        return 0.0
    return np.linalg.norm(got - want) / bottom


def _bs_finfo(order, dtype):
    return np.finfo(dtype).eps ** (1 / (order + 1))


def _bs_roots(order, dtype):
    eps = float(np.finfo(np.dtype(dtype)).eps)
    return math.sqrt(eps) if order == 1 else np.cbrt(eps)


def _bs_spacing(order, dtype):
    eps = np.spacing(np.ones((), dtype=dtype))
    return float(eps) ** {1: 0.5, 2: 1 / 3}[order]


def _bs_nextafter(order, dtype):
    t = np.dtype(dtype).type
    gap = np.nextafter(t(1), t(2)) - t(1)
    return math.exp(math.log(gap) / (order + 1))


def _bs_halving(order, dtype):
    t = np.dtype(dtype).type
    eps = t(1)
    while t(1) + eps / t(2) != t(1):
        eps = eps / t(2)
    return float(eps) ** (1.0 / (1 + order))


def _bs_grid(order, dtype):
    eps = float(np.finfo(dtype).eps)
    h = np.logspace(-20, 0, 4001)
    return h[np.argmin(h**order + eps / h)]


_BS_TABLE = {np.dtype(t).itemsize: float(np.finfo(t).eps) for t in "efdg"}


def _bs_table(order, dtype):
    return pow(_BS_TABLE[np.dtype(dtype).itemsize], 1 / (order + 1))


def _bs_constants(order, dtype):
    eps = np.float64(np.finfo(dtype).eps)
    if order == 1:
        return 2 * np.sqrt(eps)  # the minimum of h/2 + 2 eps/h
    return (3 * eps) ** (1 / 3)  # the minimum of h²/6 + eps/h


class _BsBisect:
    def __call__(self, order, dtype):
        eps = float(np.finfo(dtype).eps)
        return self.between(0.0, 1.0, lambda h: h ** (order + 1) - eps, 80)

    def between(self, lo, hi, g, left):
        mid = (lo + hi) / 2
        if left == 0:
            return mid
        return self.between(lo, mid, g, left - 1) if g(mid) > 0 else self.between(mid, hi, g, left - 1)


def _bs_nmant(order, dtype):
    return 2.0 ** (-np.finfo(dtype).nmant / (order + 1))


def _bs_digits(order, dtype):
    return 10.0 ** (-np.finfo(dtype).precision / (order + 1))


def _bs_eps(dtype):
    return float(np.finfo(dtype).eps)


def _bs_eps_is_float64(order, dtype):
    eps = 1.0
    while 1.0 + eps / 2 > 1.0:
        eps /= 2
    return eps ** (1 / (order + 1))


def _bs_compares_dtype(order, dtype):
    if dtype == np.float16:
        eps = 2.0**-10
    elif dtype == np.float32:
        eps = 2.0**-23
    else:
        eps = 2.0**-52
    return eps ** (1 / (order + 1))


def _bs_no_float16(order, dtype):
    eps = {"float32": 1.1920929e-07, "float64": 2.220446049250313e-16}[np.dtype(dtype).name]
    return eps ** (1 / (order + 1))


def _bs_dtype_name(order, dtype):
    return float(np.finfo(dtype.name).eps) ** (1 / (order + 1))


def _bs_calls_dtype(order, dtype):
    return float(np.nextafter(dtype(1), dtype(2)) - dtype(1)) ** (1 / (order + 1))


def _bs_forever(order, dtype):
    t = np.dtype(dtype).type
    eps = t(1)
    while t(1) + eps != t(1):
        np.divide(eps, 2)
    return eps ** (1 / (order + 1))


def _bs_prints(order, dtype):
    print(_bs_eps(dtype) ** (1 / (order + 1)))


def _bs_no_return(order, dtype):
    eps = np.finfo(dtype).eps
    h = eps ** (1 / (order + 1))


_BS_SEEN = {}


def _bs_remembers(order, dtype):
    if order not in _BS_SEEN:
        _BS_SEEN[order] = _bs_eps(dtype) ** (1 / (order + 1))
    return _BS_SEEN[order]


def _ng_flat(f, x, h):
    work = np.array(x, dtype=np.float64)
    grad = np.zeros(work.shape)
    for i in range(work.size):
        old = work.flat[i]
        work.flat[i] = old + h
        up = f(work)
        work.flat[i] = old - h
        down = f(work)
        work.flat[i] = old
        grad.flat[i] = (up - down) / (2 * h)
    return grad


def _ng_ndindex(f, x, h):
    grad = np.empty(x.shape, dtype=np.float64)
    for place in np.ndindex(x.shape):
        plus, minus = x.astype(np.float64), x.astype(np.float64)
        plus[place] += h
        minus[place] -= h
        grad[place] = (f(plus) - f(minus)) / (2 * h)
    return grad


def _ng_nditer(f, x, h):
    x = np.array(x, dtype=np.float64, order="C")
    grad = np.zeros_like(x)
    it = np.nditer(grad, flags=["multi_index", "zerosize_ok"], op_flags=["readwrite"])
    for cell in it:
        at = it.multi_index
        keep = float(x[at])
        x[at] = keep + h
        above = f(x)
        x[at] = keep - h
        below = f(x)
        x[at] = keep
        cell[...] = (above - below) / (2 * h)
    return grad


def _ng_eye(f, x, h):
    x = np.array(x, dtype=np.float64)
    steps = h * np.eye(x.size).reshape((x.size,) + x.shape)
    ups = np.array([f(np.asarray(x + s)) for s in steps], dtype=np.float64)
    downs = np.array([f(np.asarray(x - s)) for s in steps], dtype=np.float64)
    return ((ups - downs) / (2 * h)).reshape(x.shape)


def _ng_view(f, x, h):
    work = np.array(x, dtype=np.float64, order="C", copy=True)
    line = work.reshape(-1)  # a view: work is C-contiguous
    out = np.zeros(line.shape)
    for i, old in enumerate(line.tolist()):
        line[i] = old + h
        out[i] = f(work)
        line[i] = old - h
        out[i] -= f(work)
        line[i] = old
    out /= 2 * h
    return out.reshape(np.shape(x))


class _NgClass:
    def __call__(self, f, x, h):
        start = np.asarray(x, dtype=np.float64)
        return np.array([self.entry(f, start, h, i) for i in range(start.size)], dtype=np.float64).reshape(start.shape)

    def entry(self, f, start, h, i):
        at = np.unravel_index(i, start.shape)
        up, down = start.copy(), start.copy()
        up[at] = start[at] + h
        down[at] = start[at] - h
        return (f(up) - f(down)) / (h + h)


def _ng_partial(f, x, h):
    base = np.array(x, np.float64)

    def moved(i, by):
        new = base.copy()
        np.put(new, i, new.item(i) + by)
        return f(new)

    up, down = functools.partial(moved, by=h), functools.partial(moved, by=-h)
    values = ((up(i) - down(i)) / (2 * h) for i in range(base.size))
    return np.fromiter(values, dtype=np.float64, count=base.size).reshape(base.shape)


def _ng_recursion(f, x, h):
    x = np.array(x, dtype=np.float64)
    grad = np.zeros(x.shape)

    def walk(at):
        if len(at) < x.ndim:
            for k in range(x.shape[len(at)]):
                walk(at + (k,))
            return
        here = np.zeros(x.shape)
        here[at] = h
        grad[at] = (f(np.asarray(x + here)) - f(np.asarray(x - here))) / (2.0 * h)

    walk(())
    return grad


def _ng_where(f, x, h):
    numbers = np.arange(x.size).reshape(x.shape)
    x = x.astype("f8")
    out = []
    for i in range(x.size):
        up = np.array(np.where(numbers == i, x + h, x))
        down = np.array(np.where(numbers == i, x - h, x))
        out.append((f(up) - f(down)) / h / 2)
    return np.array(out, dtype="f8").reshape(x.shape)


def _ng_core(f, x, h, quotient):
    """The common part of several wrong answers: quotient(value at a step by t in this place)."""
    base = np.array(x, dtype=np.float64)
    grad = np.zeros(base.shape)
    for at in np.ndindex(base.shape):

        def value(t, at=at):
            new = base.copy()
            new[at] += t
            return f(new)

        grad[at] = quotient(value, h)
    return grad


def _ng_one_sided(f, x, h):
    return _ng_core(f, x, h, lambda v, h: (v(h) - v(0.0)) / h)


def _ng_backward(f, x, h):
    return _ng_core(f, x, h, lambda v, h: (v(0.0) - v(-h)) / h)


def _ng_divides_by_h(f, x, h):
    return _ng_core(f, x, h, lambda v, h: (v(h) - v(-h)) / h)


def _ng_precedence(f, x, h):
    return _ng_core(f, x, h, lambda v, h: (v(h) - v(-h)) / 2 * h)


def _ng_brackets(f, x, h):
    return _ng_core(f, x, h, lambda v, h: v(h) - v(-h) / (2 * h))


def _ng_sign(f, x, h):
    return _ng_core(f, x, h, lambda v, h: (v(-h) - v(h)) / (2 * h))


def _ng_five_points(f, x, h):
    return _ng_core(f, x, h, lambda v, h: (8 * (v(h) - v(-h)) - (v(2 * h) - v(-2 * h))) / (12 * h))


def _ng_half_step(f, x, h):
    return _ng_core(f, x, h, lambda v, h: (v(h / 2) - v(-h / 2)) / h)


def _ng_own_step(f, x, h):
    return _ng_core(f, x, 1e-5, lambda v, h: (v(h) - v(-h)) / (2 * h))


def _ng_second(f, x, h):
    return _ng_core(f, x, h, lambda v, h: (v(h) - 2 * v(0.0) + v(-h)) / h**2)


def _ng_perturbs_x(f, x, h):
    grad = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        x[at] += h
        up = f(x)
        x[at] -= 2 * h
        grad[at] = (up - f(x)) / (2 * h)
    return grad


def _ng_copy_not_restored(f, x, h):
    work = np.array(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        work[at] += h
        up = f(work)
        work[at] -= 2 * h
        grad[at] = (up - f(work)) / (2 * h)
    return grad


def _ng_asarray(f, x, h):
    work = np.asarray(x, dtype=np.float64)
    grad = np.zeros(work.shape)
    for at in np.ndindex(work.shape):
        old = work[at]
        work[at] = old + h
        up = f(work)
        work[at] = old - h
        grad[at] = (up - f(work)) / (2 * h)
        work[at] = old
    return grad


def _ng_keeps_dtype(f, x, h):
    grad = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[at] += np.asarray(h).astype(x.dtype)
        down[at] -= np.asarray(h).astype(x.dtype)
        grad[at] = (float(f(up)) - float(f(down))) / (2 * h)
    return grad


def _ng_only_ints_cast(f, x, h):
    work = x.astype(np.float64) if x.dtype.kind in "iub" else x.copy()
    grad = np.zeros(work.shape)
    for at in np.ndindex(work.shape):
        old = work[at]
        work[at] = old + h
        up = f(work)
        work[at] = old - h
        grad[at] = (up - f(work)) / (2 * h)
        work[at] = old
    return grad


def _ng_zeros_like(f, x, h):
    grad = np.zeros_like(x)
    work = np.array(x, dtype=np.float64)
    for at in np.ndindex(x.shape):
        old = work[at]
        work[at] = old + h
        up = f(work)
        work[at] = old - h
        grad[at] = (up - f(work)) / (2 * h)
        work[at] = old
    return grad


def _ng_ravel_copy(f, x, h):
    work = x.astype(np.float64)  # keeps the order of x in memory
    line = work.ravel()
    grad = np.zeros(line.size)
    for i in range(line.size):
        old = line[i]
        line[i] = old + h
        up = f(work)
        line[i] = old - h
        grad[i] = (up - f(work)) / (2 * h)
        line[i] = old
    return grad.reshape(x.shape)


def _ng_memory_order(f, x, h):
    work = x.astype(np.float64)
    line = work.ravel(order="K")  # always a view here, but in the order of the memory
    grad = np.zeros(line.size)
    for i in range(line.size):
        old = line[i]
        line[i] = old + h
        up = f(work)
        line[i] = old - h
        grad[i] = (up - f(work)) / (2 * h)
        line[i] = old
    return grad.reshape(x.shape)


def _ng_flattened(f, x, h):
    return _ng_flat(f, x, h).ravel()


def _ng_keeps_one_dimension(f, x, h):
    return np.atleast_1d(_ng_flat(f, x, h))


def _ng_len(f, x, h):
    work = np.array(x, dtype=np.float64)
    grad = np.zeros(work.shape)
    for i in range(len(work)):
        old = np.copy(work[i])
        work[i] = old + h
        up = f(work)
        work[i] = old - h
        grad[i] = (up - f(work)) / (2 * h)
        work[i] = old
    return grad


def _ng_at_least_1d(f, x, h):
    work = np.array(x, dtype=np.float64, ndmin=1)
    grad = np.zeros(work.shape)
    for at in np.ndindex(work.shape):
        old = work[at]
        work[at] = old + h
        up = f(work)
        work[at] = old - h
        grad[at] = (up - f(work)) / (2 * h)
        work[at] = old
    return grad.reshape(x.shape)


def _ng_all_at_once(f, x, h):
    x = np.array(x, dtype=np.float64)
    return np.full(x.shape, (f(np.asarray(x + h)) - f(np.asarray(x - h))) / (2 * h))


def _ng_f_gets_flat(f, x, h):
    line = np.array(x, dtype=np.float64).ravel()
    grad = np.zeros(line.size)
    for i in range(line.size):
        step = np.zeros(line.size)
        step[i] = h
        grad[i] = (f(line + step) - f(line - step)) / (2 * h)
    return grad.reshape(x.shape)


def _ng_f_gets_a_float(f, x, h):
    x = np.array(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        grad[at] = (f(x[at] + h) - f(x[at] - h)) / (2 * h)
    return grad


def _ng_early_return(f, x, h):
    work = np.array(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        old = work[at]
        work[at] = old + h
        up = f(work)
        work[at] = old - h
        grad[at] = (up - f(work)) / (2 * h)
        work[at] = old
        return grad
    return grad


def _ng_no_return(f, x, h):
    _ng_flat(f, x, h)


def _ng_prints(f, x, h):
    print(_ng_flat(f, x, h))


def _ng_float32(f, x, h):
    return _ng_flat(f, x, h).astype(np.float32)


def _ng_relative_step(f, x, h):
    work = np.array(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        old = work[at]
        step = h * max(1.0, abs(old))
        work[at] = old + step
        up = f(work)
        work[at] = old - step
        grad[at] = (up - f(work)) / (2 * step)
        work[at] = old
    return grad


def _ng_remembers(f, x, h, grads={}):
    grad = grads.setdefault(x.shape, np.zeros(x.shape))
    grad += _ng_flat(f, x, h)
    return grad.copy()


def _ng_same_array(f, x, h, grads={}):
    grad = grads.setdefault(x.shape, np.zeros(x.shape))
    grad[...] = _ng_flat(f, x, h)
    return grad


def _ng_example(f, x, h):
    return np.asarray(2.0 * np.array(x, dtype=np.float64))


def _ng_forever(f, x, h):
    grad = np.zeros(x.shape)
    i = 0
    while i < x.size:
        new = np.array(x, dtype=np.float64)
        new.flat[i] += h
        grad.flat[i] = f(new)
    return grad


def _ng_skips_zeros(f, x, h):
    grad = _ng_flat(f, x, h)
    grad[np.asarray(x) == 0] = 0.0
    return grad


def _ng_transposed(f, x, h):
    return np.array(_ng_flat(f, x, h).T, order="C")


def _ng_alias(f, x, h):
    plus = np.array(x, dtype=np.float64)
    minus = plus
    grad = np.zeros(plus.shape)
    for at in np.ndindex(plus.shape):
        old = plus[at]
        plus[at] = old + h
        minus[at] = old - h
        grad[at] = (f(plus) - f(minus)) / (2 * h)
        plus[at] = old
    return grad


def _cs_plain(f, x, h):
    return f(x + 1j * h).imag / h


def _cs_view(f, x, h):
    z = np.array([x, h], dtype=np.float64).view(np.complex128)[0]
    return float(np.imag(f(z)) / h)


def _cs_text(f, x, h):
    z = complex(f"{float(x)!r}+{float(h)!r}j")
    return np.divide(np.imag(f(z)), h)


def _cs_pair(f, x, h):
    z = complex(x, h)
    up, down = f(z), f(z.conjugate())
    return np.imag(up - down) / (2 * h)


def _cs_real_of_quotient(f, x, h):
    return (f(x + h * 1j) / complex(0.0, h)).real


def _cs_times_minus_i(f, x, h):
    return np.real(-1j * f(np.complex128(x) + np.complex128(1j) * h)) / h


class _CsClass:
    i = (-1) ** 0.5 - ((-1) ** 0.5).real  # 1j: the rounding in the real part is taken off

    def __call__(self, f, x, h):
        value = complex(f(x + self.i * h))
        return value.imag / h


def _cs_partial(f, x, h):
    step = functools.partial(complex, x)
    return (lambda z: getattr(z, "imag") / h)(f(step(h)))


def _cs_empty(f, x, h):
    z = np.zeros((), dtype=np.complex128)
    z.real, z.imag = x, h
    return np.asarray(f(z[()])).imag.item() / h


def _cs_real_part(f, x, h):
    return f(x + 1j * h).real / h


def _cs_divided_by_ih(f, x, h):
    return f(x + 1j * h).imag / (1j * h)


def _cs_complex_quotient(f, x, h):
    return (f(x + 1j * h) - f(x)) / (1j * h)


def _cs_central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def _cs_one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def _cs_central_complex(f, x, h):
    return ((f(x + 1j * h) - f(x - 1j * h)) / (2 * h)).real


def _cs_h_squared(f, x, h):
    return f(x + 1j * h).imag * h / np.float64(h**2)


def _cs_complex64(f, x, h):
    return float(np.imag(f(np.complex64(x + 1j * h))) / h)


def _cs_own_h(f, x, h):
    h = 1e-20
    return f(x + 1j * h).imag / h


def _cs_floor_h(f, x, h):
    h = max(h, 1e-3)
    return f(x + 1j * h).imag / h


def _cs_tiny_cut(f, x, h):
    d = f(x + 1j * h).imag
    if abs(d) < 1e-15:
        d = 0.0
    return d / h


def _cs_half(f, x, h):
    return f(x + 1j * h).imag / (2 * h)


def _cs_array(f, x, h):
    return np.imag(f(np.array([x + 1j * h]))) / h


def _cs_int_x(f, x, h):
    return f(complex(int(x), h)).imag / h


def _cs_prints(f, x, h):
    print(f(x + 1j * h).imag / h)


def _cs_no_return(f, x, h):
    z = f(x + 1j * h)
    z.imag / h


_CS_SEEN = {}


def _cs_remembers(f, x, h):
    key = (x, h)
    if key not in _CS_SEEN:
        _CS_SEEN[key] = f(x + 1j * h).imag / h
    return _CS_SEEN[key]


def _cs_name_i(f, x, h):
    return f(x + i * h).imag / h  # noqa: F821


def _cs_calls_imag(f, x, h):
    return f(x + 1j * h).imag() / h


def _cs_forever(f, x, h):
    old, new = math.inf, f(x + 1j * h).imag / h
    while old != new or h > 0:
        old, new = new, f(x + 1j * h).imag / h
    return new


def _cs_truth(f, x, h, eps=1e-30):
    if h < 1e-3:
        return f(x + 1j * eps).imag / eps
    return f(x + 1j * h).imag / h


def _cs_mixes(f, x, h):
    if h < 1e-8:
        h = 1e-8
        return (f(x + h) - f(x - h)) / (2 * h)
    return f(x + 1j * h).imag / h


def _central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def _ri_plain(f, x, h):
    return (4 * _central(f, x, h / 2) - _central(f, x, h)) / 3


def _ri_regrouped(f, x, h):
    wide = f(x + h) - f(x - h)
    narrow = f(x + 0.5 * h) - f(x - 0.5 * h)
    return (8 * narrow - wide) / (6 * h)


def _ri_correction(f, x, h):
    coarse, fine = (_central(f, x, s) for s in (h, h / 2))
    return fine + (fine - coarse) / 3.0


def _ri_romberg(f, x, h):
    table = [[0.0] * 2 for _ in range(2)]
    for i in range(2):
        s = h / 2**i
        table[i][0] = (f(x + s) - f(x - s)) / (2 * s)
        for j in range(1, i + 1):
            table[i][j] = table[i][j - 1] + (table[i][j - 1] - table[i - 1][j - 1]) / (4**j - 1)
    return table[-1][-1]


def _ri_solve(f, x, h):
    a = np.array([[1.0, 1.0], [1.0, 0.25]])  # D = f' + 1·c and f' + c/4, c in units of h²
    return float(np.linalg.solve(a, [_central(f, x, h), _central(f, x, h / 2)])[0])


def _ri_dot(f, x, h):
    points = [x + h * s for s in (-1.0, -0.5, 0.5, 1.0)]
    values = np.array([f(p) for p in points])
    return np.dot(values, np.array([1.0, -8.0, 8.0, -1.0])) / (6.0 * h)


def _ri_recursion(f, x, h, level=1):
    if level == 0:
        return (f(x + h) - f(x - h)) / (2 * h)
    a = _ri_recursion(f, x, h, level - 1)
    b = _ri_recursion(f, x, h / 2, level - 1)
    return (4**level * b - a) / (4**level - 1)


def _ri_five_point(f, x, h):
    k = h / 2
    total = math.fsum((f(x - 2 * k), -8 * f(x - k), 8 * f(x + k), -f(x + 2 * k)))
    return total / (12 * k)


class _RiClass:
    weights = {1: Fraction(-1, 3), 2: Fraction(4, 3)}

    def __call__(self, f, x, h):
        d = functools.partial(_central, f, x)
        return sum(float(w) * d(h / n) for n, w in self.weights.items())


def _ri_line(f, x, h):
    (s1, d1), (s2, d2) = ((r**2, _central(f, x, r * h)) for r in (1.0, 0.5))
    slope = (d1 - d2) / (s1 - s2)
    return np.float64(d2 - slope * s2)


def _ri_first_order(f, x, h):
    return 2 * _central(f, x, h / 2) - _central(f, x, h)


def _ri_swapped(f, x, h):
    return (4 * _central(f, x, h) - _central(f, x, h / 2)) / 3


def _ri_double(f, x, h):
    return (4 * _central(f, x, h) - _central(f, x, 2 * h)) / 3


def _ri_one_sided(f, x, h):
    def d(s):
        return (f(x + s) - f(x)) / s

    return (4 * d(h / 2) - d(h)) / 3


def _ri_one_sided_first(f, x, h):
    fx = f(x)
    return 2 * (f(x + h / 2) - fx) / (h / 2) - (f(x + h) - fx) / h


def _ri_by_four(f, x, h):
    return (4 * _central(f, x, h / 2) - _central(f, x, h)) / 4


def _ri_undivided(f, x, h):
    return 4 * _central(f, x, h / 2) - _central(f, x, h)


def _ri_average(f, x, h):
    return (_central(f, x, h / 2) + _central(f, x, h)) / 2


def _ri_plus(f, x, h):
    return (4 * _central(f, x, h / 2) + _central(f, x, h)) / 5


def _ri_sixteen(f, x, h):
    return (16 * _central(f, x, h / 2) - _central(f, x, h)) / 15


def _ri_correction_sign(f, x, h):
    a, b = _central(f, x, h), _central(f, x, h / 2)
    return b - (b - a) / 3


def _ri_correct_coarse(f, x, h):
    a, b = _central(f, x, h), _central(f, x, h / 2)
    return a + (b - a) / 3


def _ri_two_h_kept(f, x, h):
    big = (f(x + h) - f(x - h)) / (2 * h)
    small = (f(x + h / 2) - f(x - h / 2)) / (2 * h)
    return (4 * small - big) / 3


def _ri_precedence(f, x, h):
    def d(s):
        return (f(x + s) - f(x - s)) / 2 * s

    return (4 * d(h / 2) - d(h)) / 3


def _ri_brackets(f, x, h):
    return 4 * _central(f, x, h / 2) - _central(f, x, h) / 3


def _ri_six_calls(f, x, h):
    def d(s):
        return (f(x + s) - f(x - s)) / (2 * s)

    return d(h / 2) + (d(h / 2) - d(h)) / 3


def _ri_romberg_three(f, x, h):
    return _ri_recursion(f, x, h, 2)


def _ri_five_point_h(f, x, h):
    return (f(x - 2 * h) - 8 * f(x - h) + 8 * f(x + h) - f(x + 2 * h)) / (12 * h)


def _ri_arrays(f, x, h):
    s = np.array([h, h / 2])
    a, b = (f(x + s) - f(x - s)) / (2 * s)
    return float((4 * b - a) / 3)


def _ri_integers(f, x, h):
    s = h // 2 or h / 2
    return (4 * _central(f, x, s) - _central(f, x, h)) / 3


def _ri_only_fine(f, x, h):
    return _central(f, x, h / 2)


def _ri_third(f, x, h):
    return (9 * _central(f, x, h / 3) - _central(f, x, h)) / 8


def _ri_floor(f, x, h):
    return (4 * _central(f, x, h / 2) - _central(f, x, h)) // 3


def _ri_pair(f, x, h):
    a, b = _central(f, x, h), _central(f, x, h / 2)
    return a, b, (4 * b - a) / 3


def _ri_prints(f, x, h):
    print(_ri_plain(f, x, h))


def _ri_no_return(f, x, h):
    a = _central(f, x, h)
    b = _central(f, x, h / 2)
    (4 * b - a) / 3


_RI_SEEN = {}


def _ri_remembers(f, x, h):
    def d(s):
        if (x, s) not in _RI_SEEN:
            _RI_SEEN[x, s] = _central(f, x, s)
        return _RI_SEEN[x, s]

    return (4 * d(h / 2) - d(h)) / 3


def _ri_forever(f, x, h):
    old, new = _central(f, x, h), _central(f, x, h / 2)
    while old != new or math.isfinite(new):
        old, new = new, (4 * new - old) / 3
    return new


def _ri_float32(f, x, h):
    a, b = np.float32(_central(f, x, h)), np.float32(_central(f, x, h / 2))
    return float((4 * b - a) / 3)


_RE = "finite_differences.relative_error"


_BS = "finite_differences.best_step"


_NG = "finite_differences.numerical_gradient"


_CS = "finite_differences.complex_step"


_RI = "finite_differences.richardson"


SUBMISSIONS = (
    Submission(_RE, "linalg.norm and an if", _re_linalg),
    Submission(_RE, "math.hypot over a list", _re_hypot),
    Submission(_RE, "fsum over .flat, one root", _re_fsum),
    Submission(_RE, "nditer over both", _re_nditer),
    Submission(_RE, "scaled by the largest entry first", _re_scaled),
    Submission(_RE, "a class with vdot", _ReClass()),
    Submission(_RE, "np.divide with where and out", _re_divide_where),
    Submission(_RE, "recursion over the axes", _re_recursion),
    Submission(_RE, "ratio of root mean squares", _re_rms),
    Submission(
        _RE,
        "one lambda with and",
        lambda got, want: (
            (s := max(np.sqrt((got * got).sum()), np.sqrt((want * want).sum())))
            and float(np.sqrt(((got - want) ** 2).sum()) / s)
        ),
    ),
    Submission(_RE, "divides by want only", _re_want, "wrong", "divided by want only"),
    Submission(_RE, "divides by got only", _re_got, "wrong", "divided by got only"),
    Submission(_RE, "largest entry as the norm", _re_max_norm, "wrong", "largest entry"),
    Submission(_RE, "1-norm", _re_one_norm, "wrong", "sum of sizes"),
    Submission(_RE, "mean of the entries' relative errors", _re_mean_of_ratios, "wrong", "entry by entry, the mean"),
    Submission(_RE, "sums with signs", _re_signed_sums, "wrong"),
    Submission(_RE, "nan for two zeros", _re_nan, "wrong", "NaN where both are 0"),
    Submission(_RE, "divides by the sum of the norms", _re_sum_of_norms, "wrong", "the sum of the norms"),
    Submission(_RE, "divides by the smaller norm", _re_smaller, "wrong", "the smaller norm"),
    Submission(_RE, "spectral norm for matrices", _re_spectral, "wrong"),
    Submission(_RE, "squares without the root", _re_squared, "wrong", "no root"),
    Submission(_RE, "root on top only", _re_root_on_top_only, "wrong", "root above only"),
    Submission(_RE, "got -= want", _re_mutates, "wrong"),
    Submission(_RE, "squares want in place", _re_squares_in_place, "error"),
    Submission(_RE, "norms along the last axis", _re_axis, "wrong"),
    Submission(_RE, "prints", _re_prints, "wrong", "nothing returned"),
    Submission(_RE, "return forgotten at the end", _re_no_return, "wrong", "nothing returned"),
    Submission(_RE, "0 whenever want is 0", _re_zero_want, "wrong", "0 where want is 0"),
    Submission(_RE, "zip over the first axis", _re_zip, "error"),
    Submission(_RE, "norm of entrywise quotients", _re_elementwise_bottom, "wrong"),
    Submission(_RE, "rounded to 6 places", _re_rounds, "wrong"),
    Submission(_RE, "in float32", _re_float32, "wrong"),
    Submission(_RE, "divides by at least 1", _re_at_least_one, "wrong"),
    Submission(_RE, "1e-12 added below", _re_small_number, "wrong"),
    Submission(_RE, "difference of the norms", _re_norm_difference, "wrong", "difference of the norms"),
    Submission(_RE, "0 where allclose", _re_allclose, "wrong"),
    Submission(_RE, "remembers the largest norm", _re_remembers, "wrong"),
    Submission(_RE, "the example only", _re_example, "wrong"),
    Submission(_RE, "loop that never ends", _re_forever, "timeout"),
    Submission(_RE, "math.sqrt of an array", _re_math_sqrt_of_array, "error"),
    Submission(_RE, "0 where the norms are equal", _re_zero_if_equal_norms, "wrong"),
    Submission(_BS, "finfo.eps to 1/(order + 1)", _bs_finfo),
    Submission(_BS, "math.sqrt and np.cbrt", _bs_roots),
    Submission(_BS, "np.spacing of a one", _bs_spacing),
    Submission(_BS, "nextafter, exp and log", _bs_nextafter),
    Submission(_BS, "eps by halving", _bs_halving),
    Submission(_BS, "minimum of the model on a grid", _bs_grid),
    Submission(_BS, "table by itemsize", _bs_table),
    Submission(_BS, "with the constants of theory", _bs_constants),
    Submission(_BS, "a class that bisects recursively", _BsBisect()),
    Submission(_BS, "bits of the mantissa", _bs_nmant),
    Submission(_BS, "decimal digits", _bs_digits),
    Submission(
        _BS,
        "float16 number from a dict of lambdas",
        lambda order, dtype: {1: np.sqrt, 2: np.cbrt}[order](np.finfo(dtype).eps),
    ),
    Submission(_BS, "eps to 1/order", lambda order, dtype: _bs_eps(dtype) ** (1 / order), "wrong", "root of the order"),
    Submission(_BS, "root for both", lambda order, dtype: math.sqrt(_bs_eps(dtype)), "wrong", "square root for both"),
    Submission(
        _BS, "cube root for both", lambda order, dtype: _bs_eps(dtype) ** (1 / 3), "wrong", "cube root for both"
    ),
    Submission(
        _BS,
        "orders swapped",
        lambda order, dtype: _bs_eps(dtype) ** (1 / 3 if order == 1 else 1 / 2),
        "wrong",
        "orders exchanged",
    ),
    Submission(
        _BS,
        "eps to 1/(order + 2)",
        lambda order, dtype: _bs_eps(dtype) ** (1 / (order + 2)),
        "wrong",
        "root one too high",
    ),
    Submission(_BS, "float64 assumed", _bs_eps_is_float64, "wrong", "float64 always"),
    Submission(_BS, "reciprocal", lambda order, dtype: _bs_eps(dtype) ** (-1 / (order + 1)), "wrong", "reciprocal"),
    Submission(_BS, "eps itself", lambda order, dtype: np.finfo(dtype).eps, "wrong", "eps itself"),
    Submission(
        _BS,
        "the least error, not its step",
        lambda order, dtype: _bs_eps(dtype) ** (order / (order + 1)),
        "wrong",
        "smallest error",
    ),
    Submission(
        _BS,
        "tiny for eps",
        lambda order, dtype: float(np.finfo(dtype).tiny) ** (1 / (order + 1)),
        "wrong",
        "smallest number",
    ),
    Submission(
        _BS, "spacing at 0", lambda order, dtype: float(np.spacing(np.zeros((), dtype))) ** (1 / (order + 1)), "wrong"
    ),
    Submission(_BS, "all the bits", lambda order, dtype: 2.0 ** (-np.finfo(dtype).bits / (order + 1)), "wrong"),
    Submission(
        _BS,
        "integer division in the exponent",
        lambda order, dtype: _bs_eps(dtype) ** (1 // (order + 1)),
        "wrong",
        "whole-number division",
    ),
    Submission(
        _BS,
        "brackets forgotten in the exponent",
        lambda order, dtype: _bs_eps(dtype) ** (1 / order + 1),
        "wrong",
        "one added to the exponent",
    ),
    Submission(_BS, "order/2 as the exponent", lambda order, dtype: _bs_eps(dtype) ** (order / 2), "wrong"),
    Submission(_BS, "strings fall through to float64", _bs_compares_dtype, "wrong"),
    Submission(_BS, "no float16 in the table", _bs_no_float16, "error"),
    Submission(_BS, "dtype.name", _bs_dtype_name, "error"),
    Submission(_BS, "calls dtype", _bs_calls_dtype, "error"),
    Submission(_BS, "hat for a power", lambda order, dtype: np.finfo(dtype).eps ^ (1 / (order + 1)), "error"),
    Submission(_BS, "1e-8 and 1e-5 always", lambda order, dtype: {1: 1e-8, 2: 6e-6}[order], "wrong"),
    Submission(_BS, "usual 1e-4 whatever is asked", lambda order, dtype: 1e-4, "wrong"),
    Submission(_BS, "halving without halving", _bs_forever, "timeout"),
    Submission(_BS, "prints", _bs_prints, "wrong", "nothing returned"),
    Submission(_BS, "return forgotten", _bs_no_return, "wrong", "nothing returned"),
    Submission(_BS, "remembers by order only", _bs_remembers, "wrong"),
    Submission(
        _BS,
        "both steps in a tuple",
        lambda order, dtype: (_bs_eps(dtype) ** (1 / 2), _bs_eps(dtype) ** (1 / 3)),
        "wrong",
    ),
    Submission(_BS, "negative step", lambda order, dtype: -(_bs_eps(dtype) ** (1 / (order + 1))), "wrong"),
    Submission(_BS, "ten times the root", lambda order, dtype: 10 * _bs_eps(dtype) ** (1 / (order + 1)), "wrong"),
    Submission(
        _BS,
        "10 to minus the bits of the mantissa",
        lambda order, dtype: 10.0 ** (-np.finfo(dtype).nmant / (order + 1)),
        "wrong",
    ),
    Submission(_NG, ".flat on a copy", _ng_flat),
    Submission(_NG, "ndindex with two copies", _ng_ndindex),
    Submission(_NG, "nditer with multi_index", _ng_nditer),
    Submission(_NG, "rows of an identity matrix", _ng_eye),
    Submission(_NG, "flat view of a C-ordered copy", _ng_view),
    Submission(_NG, "a class with unravel_index", _NgClass()),
    Submission(_NG, "partial, put and fromiter", _ng_partial),
    Submission(_NG, "recursion over the axes", _ng_recursion),
    Submission(_NG, "np.where on numbered places", _ng_where),
    Submission(_NG, "one-sided", _ng_one_sided, "wrong", "one-sided"),
    Submission(_NG, "backward", _ng_backward, "wrong", "to the left only"),
    Submission(_NG, "divides by h", _ng_divides_by_h, "wrong", "divided by h"),
    Submission(_NG, "/ 2 * h", _ng_precedence, "wrong", "/ 2 * h"),
    Submission(_NG, "brackets forgotten on top", _ng_brackets, "wrong", "only the last term divided"),
    Submission(_NG, "sign turned round", _ng_sign, "wrong", "order swapped"),
    Submission(_NG, "five-point stencil", _ng_five_points, "wrong", "a step of its own"),
    Submission(_NG, "steps of h/2", _ng_half_step, "wrong", "half steps"),
    Submission(_NG, "own step 1e-5", _ng_own_step, "wrong", "a step of its own"),
    Submission(_NG, "second derivative", _ng_second, "wrong"),
    Submission(_NG, "x left perturbed", _ng_perturbs_x, "error", "left moved, x itself"),
    Submission(_NG, "copy not restored", _ng_copy_not_restored, "wrong", "left moved"),
    Submission(_NG, "asarray does not copy", _ng_asarray, "error", "no copy of a float64 x"),
    Submission(_NG, "dtype of x kept", _ng_keeps_dtype, "wrong"),
    Submission(_NG, "float32 stays float32", _ng_only_ints_cast, "wrong", "float32 lost"),
    Submission(_NG, "zeros_like of x", _ng_zeros_like, "wrong", "gradient of x's dtype"),
    Submission(_NG, "ravel that copies", _ng_ravel_copy, "wrong", "ravel of a copy"),
    Submission(_NG, "order of the memory", _ng_memory_order, "wrong"),
    Submission(_NG, "flattened", _ng_flattened, "wrong", "flattened"),
    Submission(_NG, "shape (1,) for ()", _ng_keeps_one_dimension, "wrong"),
    Submission(_NG, "range(len(x))", _ng_len, "error", "row by row"),
    Submission(_NG, "f given shape (1,) for ()", _ng_at_least_1d, "error"),
    Submission(_NG, "all entries at once", _ng_all_at_once, "wrong"),
    Submission(_NG, "f given a flat array", _ng_f_gets_flat, "error"),
    Submission(_NG, "f given one entry", _ng_f_gets_a_float, "error"),
    Submission(_NG, "return within the loop", _ng_early_return, "wrong"),
    Submission(_NG, "return forgotten", _ng_no_return, "wrong", "nothing returned"),
    Submission(_NG, "prints", _ng_prints, "wrong", "nothing returned"),
    Submission(_NG, "float32 result", _ng_float32, "wrong"),
    Submission(_NG, "step relative to the entry", _ng_relative_step, "wrong"),
    Submission(_NG, "adds to the last call's gradient", _ng_remembers, "wrong"),
    Submission(_NG, "same array in each call", _ng_same_array, "wrong"),
    Submission(_NG, "gradient of the example", _ng_example, "wrong"),
    Submission(_NG, "loop that never ends", _ng_forever, "timeout"),
    Submission(_NG, "0 where x is 0", _ng_skips_zeros, "wrong"),
    Submission(_NG, "transposed", _ng_transposed, "wrong"),
    Submission(_NG, "plus and minus are one array", _ng_alias, "wrong"),
    Submission(_NG, "f given a list", lambda f, x, h: _ng_flat(lambda a: f(a.tolist()), x, h), "error"),
    Submission(_CS, "x + 1j * h", _cs_plain),
    Submission(_CS, "two floats viewed as complex128", _cs_view),
    Submission(_CS, "complex from text", _cs_text),
    Submission(_CS, "value and its conjugate", _cs_pair),
    Submission(_CS, "real part of f / (ih)", _cs_real_of_quotient),
    Submission(_CS, "turned by -i", _cs_times_minus_i),
    Submission(_CS, "a class, i from a root", _CsClass()),
    Submission(_CS, "partial and getattr", _cs_partial),
    Submission(_CS, "0-d array filled by real and imag", _cs_empty),
    Submission(_CS, "sum with cmath", lambda f, x, h: np.float64(np.imag(f(sum((x, cmath.sqrt(-1) * h))))) / h),
    Submission(_CS, "real part", _cs_real_part, "wrong", "real part"),
    Submission(_CS, "divided by 1j*h", _cs_divided_by_ih, "wrong", "imaginary part over ih"),
    Submission(_CS, "complex difference quotient", _cs_complex_quotient, "wrong", "complex difference"),
    Submission(_CS, "not divided", lambda f, x, h: f(x + 1j * h).imag, "wrong", "not divided"),
    Submission(_CS, "multiplied by h", lambda f, x, h: f(x + 1j * h).imag * h, "wrong", "multiplied by h"),
    Submission(
        _CS,
        "abs of the imaginary part",
        lambda f, x, h: abs(f(x + 1j * h).imag) / h,
        "wrong",
        "size of the imaginary part",
    ),
    Submission(_CS, "abs of f", lambda f, x, h: abs(f(x + 1j * h)) / h, "wrong", "magnitude"),
    Submission(_CS, "abs of the difference", lambda f, x, h: abs(f(x + 1j * h) - f(x)) / h, "wrong"),
    Submission(_CS, "angle", lambda f, x, h: np.angle(f(x + 1j * h)) / h, "wrong", "angle"),
    Submission(_CS, "real central difference", _cs_central, "wrong", "central difference"),
    Submission(_CS, "real one-sided difference", _cs_one_sided, "wrong"),
    Submission(_CS, "real part of the conjugates' difference", _cs_central_complex, "wrong", "real step"),
    Submission(_CS, "h squared underflows", _cs_h_squared, "wrong"),
    Submission(_CS, "complex64", _cs_complex64, "wrong"),
    Submission(_CS, "own step 1e-20", _cs_own_h, "wrong", "a step of its own"),
    Submission(_CS, "h at least 1e-3", _cs_floor_h, "wrong"),
    Submission(_CS, "small imaginary parts set to 0", _cs_tiny_cut, "wrong"),
    Submission(_CS, "divided by 2h", _cs_half, "wrong", "divided by 2h"),
    Submission(_CS, "step -ih", lambda f, x, h: f(x - 1j * h).imag / h, "wrong", "sign"),
    Submission(_CS, "array of one entry", _cs_array, "wrong"),
    Submission(_CS, "x cut to an integer", _cs_int_x, "wrong"),
    Submission(_CS, "h and x swapped", lambda f, x, h: f(complex(h, x)).imag / h, "wrong"),
    Submission(_CS, "ih added after f", lambda f, x, h: np.imag(f(x) + 1j * h) / h, "wrong"),
    Submission(_CS, "prints", _cs_prints, "wrong", "nothing returned"),
    Submission(_CS, "return forgotten", _cs_no_return, "wrong", "nothing returned"),
    Submission(_CS, "remembers by x and h", _cs_remembers, "wrong"),
    Submission(_CS, "i undefined", _cs_name_i, "error"),
    Submission(_CS, "imag called", _cs_calls_imag, "error"),
    Submission(_CS, "loop that never ends", _cs_forever, "timeout"),
    Submission(_CS, "complex number with imaginary part 0", lambda f, x, h: complex(f(x + 1j * h).imag / h), "wrong"),
    Submission(_CS, "real difference for small h", _cs_mixes, "wrong"),
    Submission(_CS, "1e-30 for every h below 1e-3", _cs_truth, "wrong"),
    Submission(_RI, "four thirds and one third", _ri_plain),
    Submission(_RI, "regrouped over 6h", _ri_regrouped),
    Submission(_RI, "fine plus a third of the change", _ri_correction),
    Submission(_RI, "Romberg table", _ri_romberg),
    Submission(_RI, "linear system", _ri_solve),
    Submission(_RI, "dot with the stencil", _ri_dot),
    Submission(_RI, "recursion over levels", _ri_recursion),
    Submission(_RI, "five-point stencil at h/2, fsum", _ri_five_point),
    Submission(_RI, "a class with fractions", _RiClass()),
    Submission(_RI, "line through (h², D) at 0", _ri_line),
    Submission(_RI, "2D(h/2) - D(h)", _ri_first_order, "wrong", "2D(h/2) - D(h)"),
    Submission(_RI, "weights swapped", _ri_swapped, "wrong", "weights swapped"),
    Submission(_RI, "D(h) and D(2h)", _ri_double, "wrong", "D(h) and D(2h)"),
    Submission(_RI, "one-sided D", _ri_one_sided, "wrong", "one-sided"),
    Submission(_RI, "one-sided D with its own weights", _ri_one_sided_first, "wrong", "one-sided, its own weights"),
    Submission(_RI, "divided by 4", _ri_by_four, "wrong", "divided by 4"),
    Submission(_RI, "not divided", _ri_undivided, "wrong", "not divided by 3"),
    Submission(_RI, "average", _ri_average, "wrong", "the mean"),
    Submission(_RI, "plus and 5", _ri_plus, "wrong", "divided by 5"),
    Submission(_RI, "16 and 15", _ri_sixteen, "wrong", "one order too high"),
    Submission(_RI, "sign of the correction", _ri_correction_sign, "wrong", "correction subtracted"),
    Submission(_RI, "coarse one corrected", _ri_correct_coarse, "wrong", "added to D(h)"),
    Submission(_RI, "2h kept for D(h/2)", _ri_two_h_kept, "wrong", "D(h/2) over 2h"),
    Submission(_RI, "/ 2 * h", _ri_precedence, "wrong"),
    Submission(_RI, "brackets forgotten", _ri_brackets, "wrong"),
    Submission(_RI, "six calls of f", _ri_six_calls, "wrong", "five calls"),
    Submission(_RI, "third level", _ri_romberg_three, "wrong"),
    Submission(_RI, "five-point stencil at h", _ri_five_point_h, "wrong", "D(h) and D(2h)"),
    Submission(_RI, "f given an array", _ri_arrays, "error"),
    Submission(_RI, "h // 2", _ri_integers, "wrong"),
    Submission(_RI, "D(h/2) alone", _ri_only_fine, "wrong", "D(h/2) only"),
    Submission(_RI, "thirds for halves", _ri_third, "wrong"),
    Submission(_RI, "// 3", _ri_floor, "wrong"),
    Submission(_RI, "all three numbers", _ri_pair, "wrong"),
    Submission(_RI, "prints", _ri_prints, "wrong", "nothing returned"),
    Submission(_RI, "return forgotten", _ri_no_return, "wrong", "nothing returned"),
    Submission(_RI, "remembers D by x and h", _ri_remembers, "wrong"),
    Submission(_RI, "loop that never ends", _ri_forever, "timeout"),
    Submission(_RI, "D in float32", _ri_float32, "wrong"),
    Submission(
        _RI,
        "(x + h) / 2 for x + h / 2",
        lambda f, x, h: (8 * (f((x + h) / 2) - f((x - h) / 2)) - f(x + h) + f(x - h)) / (6 * h),
        "wrong",
    ),
    Submission(
        _RI, "five calls with f(x) unused", lambda f, x, h: (f(x), _ri_plain(f, x, h))[1], "wrong", "five calls"
    ),
)
