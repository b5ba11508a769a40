"""Answers written blind for the exercises of the lesson `forward_mode`, and what each deserves.

Answers that fit into a line stand in the tuple; the others are defined above it. None keeps anything between calls.
"""

import cmath
import collections
import functools
import itertools
import math
import operator
from collections import namedtuple
from fractions import Fraction
from typing import NamedTuple

import numpy as np

import autograd_lab as lab
from submissions import Submission

DUAL_MUL = "forward_mode.dual_mul"
DUAL_DIV = "forward_mode.dual_div"
DUAL_POW = "forward_mode.dual_pow"
DUAL_TANH = "forward_mode.dual_tanh"
JVP = "forward_mode.jvp"
JACOBIAN = "forward_mode.jacobian"


Pair = namedtuple("Pair", "value tangent")


class _MulCall:
    def __call__(self, x, dx, y, dy):
        return x * y, math.fsum((x * dy, dx * y))


def mul_matrix(x, dx, y, dy):
    a = np.array([[x, dx], [0, x]], dtype=float)
    b = np.array([[y, dy], [0, y]], dtype=float)
    c = a @ b
    return c[0, 0], c[0, 1]


def mul_complex_step(x, dx, y, dy):
    h = 1e-100
    z = complex(x, h * dx) * complex(y, h * dy)
    return z.real, z.imag / h


def mul_polynomials(x, dx, y, dy):
    # (x + dx e)(y + dy e), cut after e^1
    out = [0.0, 0.0, 0.0]
    for (i, a), (j, b) in itertools.product(enumerate((x, dx)), enumerate((y, dy))):
        out[i + j] += a * b
    return tuple(out[:2])


def mul_inner_class(x, dx, y, dy):
    class D:
        def __init__(self, v, t):
            self.v, self.t = v, t

        def __mul__(self, o):
            return D(self.v * o.v, self.t * o.v + self.v * o.t)

    r = D(x, dx) * D(y, dy)
    return r.v, r.t


def mul_torch(x, dx, y, dy):
    import torch

    a = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    b = torch.tensor(float(y), dtype=torch.float64, requires_grad=True)
    c = a * b
    ga, gb = torch.autograd.grad(c, (a, b))
    return c.item(), (ga * dx + gb * dy).item()


def mul_fraction(x, dx, y, dy):
    x, dx, y, dy = map(Fraction, (x, dx, y, dy))
    return float(x * y), float(x * dy + dx * y)


def mul_reduce(*args):
    pairs = [args[i : i + 2] for i in (0, 2)]
    return functools.reduce(lambda p, q: (p[0] * q[0], p[1] * q[0] + p[0] * q[1]), pairs, (1.0, 0.0))


def mul_sum_operator(x, dx, y, dy):
    return (operator.mul(x, y), sum(map(operator.mul, (dx, x), (y, dy))))


def mul_prints(x, dx, y, dy):
    print((x * y, dx * y + x * dy))


def mul_flags(x, dx, y, dy):
    return x * y, (y if dx else 0.0) + (x if dy else 0.0)


def mul_arg_order(x, y, dx, dy):
    return x * y, dx * y + x * dy


def mul_default_seed(x, dx, y, dy):
    dx = dx or 1.0
    return x * y, dx * y + x * dy


def mul_overwrites(x, dx, y, dy):
    x = x * y
    return x, dx * y + x * dy


def div_reciprocal(x, dx, y, dy):
    r = 1.0 / y
    dr = -dy * r * r
    return x * r, dx * r + x * dr


class _Div:
    """The instance is built fresh and does the work in methods."""

    def __init__(self, x, dx, y, dy):
        self.x, self.dx, self.y, self.dy = x, dx, y, dy

    def __iter__(self):
        yield self.x / self.y
        yield (self.dx - self.x / self.y * self.dy) / self.y


class _DivCall:
    def __call__(self, *args):
        return tuple(_Div(*args))


def div_complex_step(x, dx, y, dy):
    h = 1e-100
    z = complex(x, h * dx) / complex(y, h * dy)
    return z.real, z.imag / h


def div_solve(x, dx, y, dy):
    # q*y = x and q*dy + dq*y = dx
    return tuple(np.linalg.solve(np.array([[y, 0], [dy, y]], dtype=float), np.array([x, dx], dtype=float)))


def div_fraction(x, dx, y, dy):
    x, dx, y, dy = map(Fraction, (x, dx, y, dy))
    return Pair(float(x / y), float((dx * y - x * dy) / y**2))


def div_torch(x, dx, y, dy):
    import torch

    t = lambda a: torch.tensor(float(a), dtype=torch.float64)
    a, b = t(x).requires_grad_(), t(y).requires_grad_()
    q = a / b
    q.backward()
    return q.item(), float(a.grad * dx + b.grad * dy)


def div_power_series(x, dx, y, dy):
    # long division of the polynomials x + dx e by y + dy e, two coefficients
    num, den, out = [x, dx], [y, dy], []
    for k in range(2):
        out.append((num[k] - sum(out[i] * den[k - i] for i in range(k))) / den[0])
    return tuple(out)


def div_negative_denominator(x, dx, y, dy):
    if y < 0:
        x, dx, y, dy = -x, -dx, -y, -dy
    return x / y, (dx * y - x * dy) / y / y


def div_zero_numerator(x, dx, y, dy):
    if x == 0:
        return 0.0, 0.0
    q = x / y
    return q, q * (dx / x - dy / y)


def div_no_else(x, dx, y, dy):
    if dx == 0:
        return x / y, -x * dy / y**2
    elif dy == 0:
        return x / y, dx / y


def div_positive_only(x, dx, y, dy):
    if y <= 0:
        raise ValueError("y must be positive")
    return x / y, (dx * y - x * dy) / y**2


def div_small_y(x, dx, y, dy):
    if abs(y) < 1e-3:
        return 0.0, 0.0
    return x / y, (dx * y - x * dy) / y**2


def div_forward_difference(x, dx, y, dy):
    h = 1e-5
    return x / y, ((x + h * dx) / (y + h * dy) - x / y) / h


def pow_try(x, dx, n):
    try:
        slope = n * x ** (n - 1)
    except ZeroDivisionError:  # only x = 0, n = 0 comes here
        slope = 0.0
    return x**n, slope * dx


class _PowCall:
    def __call__(self, x, dx, n):
        if n == 0:
            return Pair(1.0, 0.0)
        if n == 1:
            return Pair(x, dx)
        below = math.pow(x, n - 1) if x or n > 1 else 0.0
        return Pair(math.pow(x, n), n * below * dx)


def pow_from_value(x, dx, n):
    v = x**n
    if x != 0:
        return v, v * n / x * dx
    return v, (dx if n == 1 else 0.0)


def pow_squaring(x, dx, n):
    def mul(p, q):
        return p[0] * q[0], p[1] * q[0] + p[0] * q[1]

    if n != int(n):  # x > 0 here
        v = math.exp(n * math.log(x))
        return v, v * n * dx / x
    k = abs(int(n))
    result, base = (1.0, 0.0), (x, dx)
    while k:
        if k & 1:
            result = mul(result, base)
        k >>= 1
        if k:
            base = mul(base, base)
    if n < 0:
        v, t = result
        return 1 / v, -t / (v * v)
    return result


def pow_loop(x, dx, n):
    if n % 1:
        v = x**n
        return v, n * v / x * dx
    v, t = 1.0, 0.0
    for _ in range(abs(int(n))):
        v, t = (v * x, t * x + v * dx) if n > 0 else (v / x, (t - v / x * dx) / x)
    return v, t


def pow_complex_step(x, dx, n):
    # everything but h is of moderate size; whole powers by repeated multiplication
    h = 1e-150
    z = complex(x, h * dx)
    if n != int(n):
        w = cmath.exp(n * cmath.log(z))
    else:
        w = complex(1.0)
        for _ in range(abs(int(n))):
            w *= z
        if n < 0:
            w = 1 / w
    return w.real, w.imag / h


def pow_numpy(x, dx, n):
    with np.errstate(all="ignore"):
        slope = np.where(n == 0, 0.0, n * np.float_power(x, n - 1))
        return np.float_power(x, n), (slope * dx)[()]


def pow_sign_log(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    if x == 0:
        return 0.0, dx * (n == 1)
    sign = -1.0 if x < 0 and n % 2 == 1 else 1.0
    v = sign * math.exp(n * math.log(abs(x)))
    return v, n * v / x * dx


def pow_torch(x, dx, n):
    import torch

    a = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    v = a**n
    (g,) = torch.autograd.grad(v, a)
    return v.item(), g.item() * dx


def pow_dispatch(x, dx, n):
    rules = {0: lambda: (1.0, 0.0), 1: lambda: (x, dx), 0.5: lambda: (math.sqrt(x), dx / (2 * math.sqrt(x)))}
    return rules.get(n, lambda: (x**n, n * x ** (n - 1) * dx))()


def pow_numpy_nan(x, dx, n):
    with np.errstate(all="ignore"):
        x = np.float64(x)
        return float(x**n), float(n * x ** (n - 1.0) * dx)


def pow_abs(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    return x**n, n * abs(x) ** (n - 1) * dx


def pow_sign(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    if n == 1:
        return x, dx
    s = -1.0 if x < 0 else 1.0
    return s * abs(x) ** n, n * abs(x) ** (n - 1) * dx


def pow_int(x, dx, n):
    n = int(n)
    return x**n, (n * x ** (n - 1) * dx if n else 0.0)


def pow_negative_sign(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    if n < 0:
        m = -n
        return 1 / x**m, m / x ** (m + 1) * dx
    return x**n, n * x ** (n - 1) * dx


def pow_zero_base(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    if x == 0:
        return 0.0, 0.0
    return x**n, n * x ** (n - 1) * dx


def pow_small(x, dx, n):
    if abs(n) < 1:
        return x**n, 0.0
    return x**n, n * x ** (n - 1) * dx


def pow_forgot_return(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    if n > 0:
        return x**n, n * x ** (n - 1) * dx
    v = 1 / x**-n
    v, n * v / x * dx


def _t_plain(x, dx):
    t = math.tanh(x)
    return t, (1.0 - t * t) * dx


def _t_stable_exp(x, dx):
    # everything from e = exp(-2|x|), which cannot overflow
    e = math.exp(-2.0 * abs(x))
    value = math.copysign(-math.expm1(-2.0 * abs(x)) / (1.0 + e), x)
    return value, dx * 4.0 * e / (1.0 + e) ** 2


def _t_complex_step(x, dx):
    h = 1e-200
    z = cmath.tanh(complex(x, h))
    return z.real, z.imag / h * dx


def _t_torch_double(x, dx):
    import torch

    p = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    y = torch.tanh(p)
    y.backward()
    return y.item(), p.grad.item() * dx


def _t_list(x, dx):
    value = math.tanh(x)
    return [value, dx - dx * value**2]


class _Pair(NamedTuple):
    value: float
    tangent: float


class _TanhClass:
    def __call__(self, x, dx):
        t = np.tanh(np.float64(x))
        return _Pair(t, (1 - t) * (1 + t) * dx)


def _t_quotient_of_duals(x, dx):
    # tanh|x| = (1 - e) / (1 + e) with e = exp(-2|x|), by the quotient rule on duals, sign put back afterwards
    s = math.copysign(1.0, x)
    e = math.exp(-2 * abs(x))
    de = -2 * s * dx * e
    a, da = -math.expm1(-2 * abs(x)), -de
    b, db = 1 + e, de
    return s * a / b, s * (da * b - a * db) / (b * b)


def _t_generator(x, dx):
    def pieces():
        t = math.tanh(x)
        yield t
        yield dx * (1 - math.pow(t, 2))

    return tuple(pieces())


def _t_sech_guarded(x, dx):
    # 1 / cosh^2, with nothing left of it where cosh would overflow
    slope = 0.0 if abs(x) > 300 else math.cosh(x) ** -2
    return math.tanh(x), slope * dx


def _t_sigmoid(x, dx):
    # tanh x = 2 s(2x) - 1 and tanh' = 4 s (1 - s); the value by math.tanh
    s = 1 / (1 + math.exp(-2 * abs(x)))
    return math.tanh(x), 4 * s * (1 - s) * dx


def _tb_print(x, dx):
    t = math.tanh(x)
    print(t, (1 - t * t) * dx)


def _tb_skip_zero(x, dx):
    t = math.tanh(x)
    if dx == 0:
        return t
    return t, (1 - t * t) * dx


def _tb_saturate(x, dx):
    t = math.tanh(x)
    if abs(x) > 3:
        return t, 0.0
    return t, (1 - t * t) * dx


def _tb_negative_branch(x, dx):
    t = math.tanh(abs(x))
    slope = 1 - t * t
    if x < 0:
        return -t, -slope * dx
    return t, slope * dx


def _tb_pade(x, dx):
    t = x * (27 + x * x) / (27 + 9 * x * x)
    return t, (1 - t * t) * dx


def _tb_finite_move(x, dx):
    return math.tanh(x), math.tanh(x + dx) - math.tanh(x)


def _tb_rounded(x, dx):
    t = round(math.tanh(x), 4)
    return t, round((1 - t * t) * dx, 4)


def _tb_square_root_only_positive(x, dx):
    if x >= 0:
        t = math.tanh(x)
        return t, (1 - t * t) * dx


def _j_plain(f, x, v):
    outs = f([lab.engine.Dual(a, b) for a, b in zip(x, v)])
    values, tangents = [], []
    for o in outs:
        if isinstance(o, lab.engine.Dual):
            values.append(o.value)
            tangents.append(o.tangent)
        else:
            values.append(float(o))
            tangents.append(0.0)
    return values, tangents


def _j_try(f, x, v):
    values, tangents = [], []
    for o in f(list(map(lab.engine.Dual, x, v))):
        try:
            pair = o.value, o.tangent
        except AttributeError:
            pair = o, 0
        values.append(float(pair[0]))
        tangents.append(float(pair[1]))
    return [values, tangents]


def _j_add_zero(f, x, v):
    # adding a Dual zero makes a Dual of everything
    zero = lab.engine.Dual(0.0, 0.0)
    outs = [o + zero for o in f([lab.engine.Dual(a, b) for a, b in zip(x, v)])]
    return [float(o.value) for o in outs], [float(o.tangent) for o in outs]


def _j_one_plus_eps(f, x, v):
    # x + eps v written with the class's own operators
    eps = lab.engine.Dual(0.0, 1.0)
    outs = f([a + eps * b for a, b in zip(x, v)])
    values, tangents = [], []
    while len(values) < len(outs):
        o = outs[len(values)]
        if isinstance(o, (int, float)):
            o = lab.engine.Dual(float(o))
        values += [float(o.value)]
        tangents += [float(o.tangent)]
    return tuple([values, tangents])


def _j_match(f, x, v):
    values, tangents = [], []
    for o in f([lab.engine.Dual(float(a), float(b)) for a, b in zip(x, v, strict=True)]):
        match o:
            case lab.engine.Dual(value=a, tangent=b):
                values.append(float(a))
                tangents.append(float(b))
            case int() | float():
                values.append(float(o))
                tangents.append(0.0)
    return values, tangents


class _JvpClass:
    class Result(NamedTuple):
        values: list
        tangents: list

    def __call__(self, f, x, v):
        outs = f([lab.engine.Dual(x[i], v[i]) for i in range(len(x))])
        return self.Result(list(map(self.value, outs)), list(map(self.tangent, outs)))

    @staticmethod
    def value(o):
        return float(getattr(o, "value", o))

    @staticmethod
    def tangent(o):
        return float(getattr(o, "tangent", 0.0))


def _j_stack(f, x, v):
    todo = list(f([lab.engine.Dual(a, b) for a, b in zip(x, v)]))
    values, tangents = collections.deque(), collections.deque()
    while todo:
        o = todo.pop()
        values.appendleft(float(o.value if hasattr(o, "value") else o))
        tangents.appendleft(float(o.tangent if hasattr(o, "tangent") else 0))
    return list(values), list(tangents)


def _j_numpy_scalars(f, x, v):
    xs, vs = np.array(x, dtype=float), np.array(v, dtype=float)
    outs = f([lab.engine.Dual(a, b) for a, b in zip(xs.tolist(), vs.tolist())])
    table = np.zeros((2, len(outs)))
    for i, o in enumerate(outs):
        table[:, i] = (o.value, o.tangent) if isinstance(o, lab.engine.Dual) else (o, 0)
    return list(table[0]), list(table[1])


def _j_reduce(f, x, v):
    def step(acc, o):
        d = o if isinstance(o, lab.engine.Dual) else lab.engine.Dual(float(o))
        return acc[0] + [float(d.value)], acc[1] + [float(d.tangent)]

    return functools.reduce(step, f(list(map(lab.engine.Dual, x, v))), ([], []))


def _j_scaled(f, x, v):
    # the tangent is linear in v: seed twice the direction, halve what comes out
    outs = f([lab.engine.Dual(a, 2.0 * b) for a, b in zip(x, v)])
    return ([float(getattr(o, "value", o)) for o in outs], [getattr(o, "tangent", 0.0) * 0.5 for o in outs])


def _j_generator(f, x, v):
    def pairs():
        for o in f([lab.engine.Dual(a, b) for a, b in zip(x, v)]):
            if isinstance(o, (int, float)):
                yield float(o), 0.0
            else:
                yield float(o.value), float(o.tangent)

    first, second = itertools.tee(pairs())
    return list(map(operator.itemgetter(0), first)), list(map(operator.itemgetter(1), second))


def _read(outs):
    """(values, tangents) of outputs, rightly read."""
    return ([float(getattr(o, "value", o)) for o in outs], [float(getattr(o, "tangent", 0.0)) for o in outs])


def _seed(x, v):
    return [lab.engine.Dual(a, b) for a, b in zip(x, v)]


def _jb_swapped_result(f, x, v):
    values, tangents = _read(f(_seed(x, v)))
    return tangents, values


def _jb_no_plain(f, x, v):
    outs = f(_seed(x, v))
    return [o.value for o in outs], [o.tangent for o in outs]


def _jb_drop_plain(f, x, v):
    outs = [o for o in f(_seed(x, v)) if isinstance(o, lab.engine.Dual)]
    return [o.value for o in outs], [o.tangent for o in outs]


def _jb_plain_one(f, x, v):
    outs = f(_seed(x, v))
    return [float(getattr(o, "value", o)) for o in outs], [float(getattr(o, "tangent", 1.0)) for o in outs]


def _jb_plain_itself(f, x, v):
    outs = f(_seed(x, v))
    return [float(getattr(o, "value", o)) for o in outs], [float(getattr(o, "tangent", o)) for o in outs]


def _jb_stop_at_plain(f, x, v):
    values, tangents = [], []
    for o in f(_seed(x, v)):
        if not isinstance(o, lab.engine.Dual):
            values.append(float(o))
            tangents.append(0.0)
            break
        values.append(o.value)
        tangents.append(o.tangent)
    return values, tangents


def _jb_two_calls(f, x, v):
    values = [float(getattr(o, "value", o)) for o in f(_seed(x, v))]
    tangents = [float(getattr(o, "tangent", 0.0)) for o in f(_seed(x, v))]
    return values, tangents


def _jb_pop_v(f, x, v):
    p = []
    for a in x:
        p.append(lab.engine.Dual(a, v.pop(0)))
    return _read(f(p))


def _jb_difference(f, x, v, h=1e-4):
    base, _ = _read(f([lab.engine.Dual(a) for a in x]))
    moved, _ = _read(f([lab.engine.Dual(a + h * b) for a, b in zip(x, v)]))
    return base, [(m - b) / h for m, b in zip(moved, base)]


def _jb_normalised(f, x, v):
    length = math.sqrt(sum(b * b for b in v)) or 1.0
    return _read(f(_seed(x, [b / length for b in v])))


def _jb_moved_point(f, x, v):
    return _read(f([lab.engine.Dual(a + b, b) for a, b in zip(x, v)]))


def _jb_pairs(f, x, v):
    return list(zip(*_read(f(_seed(x, v)))))


def _jb_print(f, x, v):
    print(_read(f(_seed(x, v))))


def _jb_shared_lists(f, x, v):
    values = tangents = []
    for o in f(_seed(x, v)):
        values.append(float(getattr(o, "value", o)))
        tangents.append(float(getattr(o, "tangent", 0.0)))
    return values, tangents


def _jb_return_in_loop(f, x, v):
    values, tangents = [], []
    for o in f(_seed(x, v)):
        values.append(float(getattr(o, "value", o)))
        tangents.append(float(getattr(o, "tangent", 0.0)))
        return values, tangents


def _jb_object_array(f, x, v):
    return _read(f(np.array(_seed(x, v), dtype=object)))


def _jb_swallow(f, x, v):
    try:
        outs = f(_seed(x, v))
        return [o.value for o in outs], [o.tangent for o in outs]
    except AttributeError:
        return [0.0] * len(x), [0.0] * len(x)


def _jb_plain_truncated(f, x, v):
    values, tangents = [], []
    for o in f(_seed(x, v)):
        if isinstance(o, lab.engine.Dual):
            values.append(o.value)
            tangents.append(o.tangent)
        else:
            values.append(float(int(o)))
            tangents.append(0.0)
    return values, tangents


def _unit(n, j):
    return [1.0 if i == j else 0.0 for i in range(n)]


def _tan(o):
    return float(getattr(o, "tangent", 0.0))


def _col(f, x, j):
    """Column j of the Jacobian, rightly computed, as a list."""
    return [_tan(o) for o in f(_seed(x, _unit(len(x), j)))]


def _k_columns(f, x):
    return np.column_stack([np.array(_j_plain(f, x, _unit(len(x), j))[1], dtype=float) for j in range(len(x))])


def _k_transpose_view(f, x):
    return np.array([_col(f, x, j) for j in range(len(x))], dtype=np.float64).T


def _k_fill(f, x):
    jac = None
    for j in range(len(x)):
        p = [lab.engine.Dual(a) for a in x]
        p[j] = lab.engine.Dual(x[j], 1.0)
        outs = f(p)
        if jac is None:
            jac = np.zeros((len(outs), len(x)))
        for i, o in enumerate(outs):
            if isinstance(o, lab.engine.Dual):
                jac[i, j] = o.tangent
    return jac


class _JacobianClass:
    def __init__(self, jvp):
        self.jvp = jvp

    def __call__(self, f, x):
        columns = (np.asarray(self.jvp(f, x, e.tolist())[1], dtype=np.float64) for e in np.eye(len(x)))
        return np.stack(list(columns), axis=1)


def _k_readonly(f, x):
    jac = np.array(list(zip(*(_col(f, x, j) for j in range(len(x))))), dtype=float).reshape(-1, len(x))
    jac.flags.writeable = False
    return jac


def _k_strided(f, x):
    # lives in every second row and column of a larger buffer, in Fortran order
    first = _col(f, x, 0)
    buffer = np.full((2 * len(first), 2 * len(x)), -1.0, order="F")
    jac = buffer[::2, ::2]
    jac[:, 0] = first
    for j in range(1, len(x)):
        jac[:, j] = _col(f, x, j)
    return jac


def _k_stack_of_jobs(f, x):
    jobs, done = list(range(len(x))), collections.deque()
    while jobs:
        done.appendleft(_col(f, x, jobs.pop()))
    return np.array(done, dtype=float).transpose()


def _k_np_seeds(f, x):
    xs = np.asarray(x, dtype=float)
    parts = []
    for direction in np.identity(len(xs)):
        outs = f(list(map(lab.engine.Dual, xs, direction)))  # NumPy scalars inside the Duals
        parts.append(np.fromiter((o.tangent if hasattr(o, "tangent") else 0.0 for o in outs), float, len(outs)))
    return np.vstack(parts).T.copy()


def _k_scaled_seed(f, x):
    # seed -4 and divide again: tangents are linear in the seed
    n = len(x)
    return (
        np.array([[t / -4.0 for t in _j_try(f, x, [-4.0 if i == j else 0.0 for i in range(n)])[1]] for j in range(n)]).T
        + 0.0
    )


def _k_recursive(f, x, j=0):
    column = np.array(_col(f, x, j), dtype=float).reshape(-1, 1)
    return column if j == len(x) - 1 else np.hstack([column, _k_recursive(f, x, j + 1)])


def _k_torch(f, x):
    import torch

    columns = [torch.tensor(_col(f, x, j), dtype=torch.float64) for j in range(len(x))]
    return torch.stack(columns, dim=1).numpy()


def _k_flat(f, x):
    flat, m = [], 0
    for j in range(len(x)):
        column = _col(f, x, j)
        m = len(column)
        flat.extend(column)
    return np.array(flat, dtype=float).reshape((m, len(x)), order="F")


def _kb_transposed(f, x):
    return np.array([_col(f, x, j) for j in range(len(x))])


def _kb_reshape(f, x):
    columns = np.array([_col(f, x, j) for j in range(len(x))])
    return columns.reshape(columns.shape[1], columns.shape[0])


def _kb_transpose_if_needed(f, x):
    jac = np.array([_col(f, x, j) for j in range(len(x))])
    m = jac.shape[1]
    if jac.shape != (m, len(x)):
        jac = jac.T
    return jac


def _kb_no_reset(f, x):
    v, columns = [0.0] * len(x), []
    for j in range(len(x)):
        v[j] = 1.0
        columns.append(_j_plain(f, x, v)[1])
    return np.array(columns).T


def _kb_alias_rows(f, x):
    n = len(x)
    eye = [[0.0] * n] * n
    for j in range(n):
        eye[j][j] = 1.0
    return np.array([_j_plain(f, x, e)[1] for e in eye]).T


def _kb_equal_seed(f, x):
    return np.array([_j_plain(f, x, [1.0 if a == b else 0.0 for b in x])[1] for a in x]).T


def _kb_seed_x(f, x):
    n = len(x)
    return np.array([_j_plain(f, x, [x[j] if i == j else 0.0 for i in range(n)])[1] for j in range(n)]).T


def _kb_square(f, x):
    n = len(x)
    jac = np.zeros((n, n))
    for j in range(n):
        for i, t in enumerate(_col(f, x, j)):
            jac[i, j] = t
    return jac


def _kb_zip_cut(f, x):
    columns = []
    for j in range(len(x)):
        outs = f(_seed(x, _unit(len(x), j)))
        columns.append([_tan(o) for _, o in zip(x, outs)])
    return np.array(columns).T


def _kb_squeeze(f, x):
    return _k_columns(f, x).squeeze()


def _kb_flat_gradient(f, x):
    jac = _k_columns(f, x)
    return jac[0] if jac.shape[0] == 1 else jac


def _kb_drop_plain(f, x):
    return np.array(
        [[o.tangent for o in f(_seed(x, _unit(len(x), j))) if isinstance(o, lab.engine.Dual)] for j in range(len(x))]
    ).T


def _kb_plain_one(f, x):
    return np.array(
        [[float(getattr(o, "tangent", 1.0)) for o in f(_seed(x, _unit(len(x), j)))] for j in range(len(x))]
    ).T


def _kb_plain_itself(f, x):
    return np.array([[float(getattr(o, "tangent", o)) for o in f(_seed(x, _unit(len(x), j)))] for j in range(len(x))]).T


def _kb_previous(f, x):
    columns = []
    for j in range(len(x)):
        column, t = [], 0.0
        for o in f(_seed(x, _unit(len(x), j))):
            if isinstance(o, lab.engine.Dual):
                t = o.tangent
            column.append(t)
        columns.append(column)
    return np.array(columns).T


def _kb_int_dtype(f, x):
    columns = [_col(f, x, j) for j in range(len(x))]
    jac = np.zeros((len(columns[0]), len(x)), dtype=int)
    for j, column in enumerate(columns):
        jac[:, j] = column
    return jac


def _kb_values(f, x):
    return np.array([[float(getattr(o, "value", o)) for o in f(_seed(x, _unit(len(x), j)))] for j in range(len(x))]).T


def _kb_only_one_dual(f, x):
    columns = []
    for j in range(len(x)):
        p = list(x)
        p[j] = lab.engine.Dual(x[j], 1.0)
        columns.append([_tan(o) for o in f(p)])
    return np.array(columns).T


def _kb_sum_outputs(f, x):
    return np.array([[sum(_col(f, x, j)) for j in range(len(x))]])


def _kb_difference(f, x, h=1e-4):
    def values(p):
        return np.array([float(getattr(o, "value", o)) for o in f([lab.engine.Dual(a) for a in p])])

    base = values(x)
    return np.column_stack([(values([a + h * (i == j) for i, a in enumerate(x)]) - base) / h for j in range(len(x))])


def _kb_reversed(f, x):
    jobs, columns = list(range(len(x))), []
    while jobs:
        columns.append(_col(f, x, jobs.pop()))
    return np.array(columns).T


def _kb_print(f, x):
    print(_k_columns(f, x))


def _kb_return_early(f, x):
    columns = []
    for j in range(len(x)):
        columns.append(_col(f, x, j))
        return np.array(columns).T


def _kb_symmetric(f, x):
    jac = _k_columns(f, x)
    if jac.shape[0] == jac.shape[1]:
        jac = np.tril(jac) + np.tril(jac, -1).T
    return jac


SUBMISSIONS = (
    Submission(DUAL_MUL, "lambda", lambda x, dx, y, dy: (x * y, dx * y + x * dy)),
    Submission(DUAL_MUL, "returns a list", lambda x, dx, y, dy: [x * y, y * dx + x * dy]),
    Submission(DUAL_MUL, "returns a named tuple", lambda x, dx, y, dy: Pair(tangent=y * dx + x * dy, value=x * y)),
    Submission(DUAL_MUL, "class with __call__", _MulCall()),
    Submission(DUAL_MUL, "2x2 matrices, NumPy scalars", mul_matrix),
    Submission(DUAL_MUL, "complex step", mul_complex_step),
    Submission(DUAL_MUL, "product of polynomials in epsilon by loops", mul_polynomials),
    Submission(DUAL_MUL, "own Dual class inside", mul_inner_class),
    Submission(DUAL_MUL, "reverse mode of torch, dotted with the tangents", mul_torch),
    Submission(DUAL_MUL, "exact fractions, one rounding", mul_fraction),
    Submission(DUAL_MUL, "*args and functools.reduce starting at (1, 0)", mul_reduce),
    Submission(DUAL_MUL, "sum(map(operator.mul))", mul_sum_operator),
    Submission(DUAL_MUL, "dx * dy", lambda x, dx, y, dy: (x * y, dx * dy), "wrong", "product of tangents"),
    Submission(DUAL_MUL, "x dx + y dy", lambda x, dx, y, dy: (x * y, x * dx + y * dy), "wrong", "own factors"),
    Submission(DUAL_MUL, "only dx * y", lambda x, dx, y, dy: (x * y, dx * y), "wrong", "only x moves"),
    Submission(DUAL_MUL, "only x * dy", lambda x, dx, y, dy: (x * y, x * dy), "wrong", "only y moves"),
    Submission(
        DUAL_MUL, "minus as in the quotient rule", lambda x, dx, y, dy: (x * y, dx * y - x * dy), "wrong", "minus"
    ),
    Submission(
        DUAL_MUL, "pair the wrong way round", lambda x, dx, y, dy: (dx * y + x * dy, x * y), "wrong", "order swapped"
    ),
    Submission(DUAL_MUL, "prints instead of returning", mul_prints, "wrong", "nothing returned"),
    Submission(DUAL_MUL, "tangent only", lambda x, dx, y, dy: dx * y + x * dy, "wrong", "only the tangent"),
    Submission(DUAL_MUL, "logarithmic derivative", lambda x, dx, y, dy: (x * y, x * y * (dx / x + dy / y)), "error"),
    Submission(
        DUAL_MUL, "absolute values, as for error bars", lambda x, dx, y, dy: (x * y, abs(dx * y) + abs(x * dy)), "wrong"
    ),
    Submission(
        DUAL_MUL, "keeps dx * dy", lambda x, dx, y, dy: (x * y, dx * y + x * dy + dx * dy), "wrong", "second order kept"
    ),
    Submission(DUAL_MUL, "tangents as flags", mul_flags, "wrong"),
    Submission(DUAL_MUL, "parameters in another order", mul_arg_order, "wrong"),
    Submission(
        DUAL_MUL, "rounds to 2 decimals", lambda x, dx, y, dy: (round(x * y, 2), round(dx * y + x * dy, 2)), "wrong"
    ),
    Submission(DUAL_MUL, "dx = dx or 1.0", mul_default_seed, "wrong"),
    Submission(DUAL_MUL, "overwrites x before the tangent", mul_overwrites, "wrong"),
    Submission(DUAL_MUL, "nested pair", lambda x, dx, y, dy: ((x * y, dx * y), (x * y, x * dy)), "wrong"),
    Submission(DUAL_DIV, "quotient rule", lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / (y * y))),
    Submission(DUAL_DIV, "via the quotient, as a list", lambda x, dx, y, dy: [(q := x / y), (dx - q * dy) / y]),
    Submission(DUAL_DIV, "two terms", lambda x, dx, y, dy: (x / y, dx / y - x * dy / y**2)),
    Submission(DUAL_DIV, "y ** -2", lambda x, dx, y, dy: (x / y, dx * float(y) ** -1 - x * dy * float(y) ** -2)),
    Submission(DUAL_DIV, "product rule with the reciprocal", div_reciprocal),
    Submission(DUAL_DIV, "class with __call__ and an iterator inside", _DivCall()),
    Submission(DUAL_DIV, "complex step", div_complex_step),
    Submission(DUAL_DIV, "linear system, NumPy scalars", div_solve),
    Submission(DUAL_DIV, "exact fractions, named tuple", div_fraction),
    Submission(DUAL_DIV, "torch backward, dotted with the tangents", div_torch),
    Submission(DUAL_DIV, "long division of power series", div_power_series),
    Submission(DUAL_DIV, "makes the denominator positive first", div_negative_denominator),
    Submission(
        DUAL_DIV,
        "numerator the wrong way round",
        lambda x, dx, y, dy: (x / y, (x * dy - dx * y) / y**2),
        "wrong",
        "minus swapped",
    ),
    Submission(
        DUAL_DIV,
        "plus instead of minus",
        lambda x, dx, y, dy: (x / y, (dx * y + x * dy) / y**2),
        "wrong",
        "plus for minus",
    ),
    Submission(DUAL_DIV, "dx / dy", lambda x, dx, y, dy: (x / y, dx / dy), "error"),
    Submission(
        DUAL_DIV,
        "denominator not squared",
        lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / y),
        "wrong",
        "divisor not squared",
    ),
    Submission(DUAL_DIV, "2 ** y for y ** 2", lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / 2**y), "wrong"),
    Submission(
        DUAL_DIV,
        "missing parentheses in the numerator",
        lambda x, dx, y, dy: (x / y, dx * y - x * dy / y**2),
        "wrong",
        "precedence",
    ),
    Submission(DUAL_DIV, "/ y * y", lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / y * y), "wrong", "not divided"),
    Submission(DUAL_DIV, "only the dy term", lambda x, dx, y, dy: (x / y, -x * dy / y**2), "wrong", "only y moves"),
    Submission(DUAL_DIV, "only the dx term", lambda x, dx, y, dy: (x / y, dx / y), "wrong", "only x moves"),
    Submission(
        DUAL_DIV,
        "floor division for the value",
        lambda x, dx, y, dy: (x // y, (dx * y - x * dy) / y**2),
        "wrong",
        "whole-number division",
    ),
    Submission(DUAL_DIV, "^ for power", lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / y ^ 2), "error"),
    Submission(DUAL_DIV, "logarithmic derivative, x = 0 gives tangent 0", div_zero_numerator, "wrong"),
    Submission(DUAL_DIV, "forgot the case that both move", div_no_else, "wrong", "nothing returned"),
    Submission(DUAL_DIV, "refuses negative y", div_positive_only, "error"),
    Submission(DUAL_DIV, "small y treated as zero", div_small_y, "wrong"),
    Submission(
        DUAL_DIV,
        "pair the wrong way round",
        lambda x, dx, y, dy: ((dx * y - x * dy) / y**2, x / y),
        "wrong",
        "order swapped",
    ),
    Submission(DUAL_DIV, "forward difference, h = 1e-5", div_forward_difference, "wrong"),
    Submission(
        DUAL_DIV,
        "rounds to 6 decimals",
        lambda x, dx, y, dy: (round(x / y, 6), round((dx * y - x * dy) / y**2, 6)),
        "wrong",
    ),
    Submission(DUAL_POW, "power rule, n = 0 apart", lambda x, dx, n: (x**n, n * x ** (n - 1) * dx if n else 0.0)),
    Submission(DUAL_POW, "exponent n - (n != 0)", lambda x, dx, n: [x**n, n * x ** (n - (n != 0)) * dx]),
    Submission(DUAL_POW, "catches the ZeroDivisionError at x = 0, n = 0", pow_try),
    Submission(DUAL_POW, "class with __call__, math.pow", _PowCall()),
    Submission(DUAL_POW, "n * value / x, x = 0 apart", pow_from_value),
    Submission(DUAL_POW, "squaring of dual numbers, log only for broken n", pow_squaring),
    Submission(DUAL_POW, "repeated product or quotient rule", pow_loop),
    Submission(DUAL_POW, "complex step", pow_complex_step),
    Submission(DUAL_POW, "np.float_power and np.where, NumPy scalars", pow_numpy),
    Submission(DUAL_POW, "sign times exp(n log|x|)", pow_sign_log),
    Submission(DUAL_POW, "torch gradient times dx", pow_torch),
    Submission(DUAL_POW, "table of special cases", pow_dispatch),
    Submission(
        DUAL_POW, "bare power rule", lambda x, dx, n: (x**n, n * x ** (n - 1) * dx), "error", "nothing for n = 0"
    ),
    Submission(DUAL_POW, "bare power rule in NumPy", pow_numpy_nan, "wrong"),
    Submission(DUAL_POW, "exponent not lowered", lambda x, dx, n: (x**n, n * x**n * dx), "wrong", "power not lowered"),
    Submission(DUAL_POW, "n * dx", lambda x, dx, n: (x**n, n * dx), "wrong"),
    Submission(
        DUAL_POW, "dx forgotten", lambda x, dx, n: (x**n, n * x ** (n - 1) if n else 0.0), "wrong", "dx left out"
    ),
    Submission(
        DUAL_POW, "factor n forgotten", lambda x, dx, n: (x**n, x ** (n - 1) * dx if n else 0.0), "wrong", "factor lost"
    ),
    Submission(DUAL_POW, "abs(x) in the tangent", pow_abs, "wrong", "absolute value"),
    Submission(DUAL_POW, "sign(x) * |x| ** n", pow_sign, "wrong"),
    Submission(DUAL_POW, "int(n)", pow_int, "wrong", "only whole powers"),
    Submission(
        DUAL_POW, "tangent 0 for n <= 0", lambda x, dx, n: (x**n, n * x ** (n - 1) * dx if n > 0 else 0.0), "wrong"
    ),
    Submission(DUAL_POW, "sign lost for negative n", pow_negative_sign, "wrong", "absolute exponent"),
    Submission(
        DUAL_POW, "n = 0 gives value 0", lambda x, dx, n: (x**n, n * x ** (n - 1) * dx) if n else (0.0, 0.0), "wrong"
    ),
    Submission(DUAL_POW, "x = 0 gives tangent 0", pow_zero_base, "wrong", "tangent 0 at zero"),
    Submission(DUAL_POW, "n * value / x", lambda x, dx, n: (x**n, n * x**n / x * dx), "error"),
    Submission(DUAL_POW, "abs(n) < 1 taken for 0", pow_small, "wrong"),
    Submission(
        DUAL_POW,
        "pair the wrong way round",
        lambda x, dx, n: (n * x ** (n - 1) * dx if n else 0.0, x**n),
        "wrong",
        "order swapped",
    ),
    Submission(DUAL_POW, "forgot return for negative n", pow_forgot_return, "wrong"),
    Submission(DUAL_TANH, "math.tanh and 1 - t*t", _t_plain),
    Submission(
        DUAL_TANH, "lambda with an inner lambda for t", lambda x, dx: (lambda t: (t, dx * (1 - t**2)))(math.tanh(x))
    ),
    Submission(DUAL_TANH, "from exp(-2|x|) and expm1", _t_stable_exp),
    Submission(DUAL_TANH, "complex step", _t_complex_step),
    Submission(DUAL_TANH, "torch autograd in float64", _t_torch_double),
    Submission(DUAL_TANH, "a list, dx - dx t^2", _t_list),
    Submission(DUAL_TANH, "object with __call__, NumPy scalars in a NamedTuple", _TanhClass()),
    Submission(DUAL_TANH, "quotient rule on dual pairs of exp(-2|x|)", _t_quotient_of_duals),
    Submission(DUAL_TANH, "tuple built from a generator", _t_generator),
    Submission(DUAL_TANH, "1/cosh^2 with a guard against overflow", _t_sech_guarded),
    Submission(DUAL_TANH, "derivative by the logistic function", _t_sigmoid),
    Submission(
        DUAL_TANH,
        "functools.partial of a three-argument function",
        functools.partial(lambda th, x, dx: (th(x), dx - th(x) * th(x) * dx), math.tanh),
    ),
    Submission(DUAL_TANH, "forgot dx", lambda x, dx: (math.tanh(x), 1 - math.tanh(x) ** 2), "wrong", "dx left out"),
    Submission(
        DUAL_TANH,
        "precedence: 1 - t^2 * dx",
        lambda x, dx: (math.tanh(x), 1 - math.tanh(x) ** 2 * dx),
        "wrong",
        "precedence",
    ),
    Submission(
        DUAL_TANH, "dx - t^2", lambda x, dx: (math.tanh(x), dx - math.tanh(x) ** 2), "wrong", "tangent for the 1"
    ),
    Submission(
        DUAL_TANH, "1 - t, not squared", lambda x, dx: (math.tanh(x), (1 - math.tanh(x)) * dx), "wrong", "1 - tanh"
    ),
    Submission(DUAL_TANH, "1 - x^2", lambda x, dx: (math.tanh(x), (1 - x * x) * dx), "wrong", "1 - x squared"),
    Submission(DUAL_TANH, "derivative of arctan", lambda x, dx: (math.tanh(x), dx / (1 + x * x)), "wrong"),
    Submission(
        DUAL_TANH,
        "sech instead of sech squared",
        lambda x, dx: (math.tanh(x), 0.0 if abs(x) > 300 else dx / math.cosh(x)),
        "wrong",
        "cosh not squared",
    ),
    Submission(
        DUAL_TANH, "1 + t^2", lambda x, dx: (math.tanh(x), (1 + math.tanh(x) ** 2) * dx), "wrong", "plus for minus"
    ),
    Submission(DUAL_TANH, "tangent is tanh(x + dx) - tanh(x)", _tb_finite_move, "wrong"),
    Submission(DUAL_TANH, "tanh of dx", lambda x, dx: (math.tanh(x), math.tanh(dx)), "wrong", "tanh of the tangent"),
    Submission(
        DUAL_TANH,
        "sigmoid's rule t(1 - t)",
        lambda x, dx: (math.tanh(x), math.tanh(x) * (1 - math.tanh(x)) * dx),
        "wrong",
        "sigmoid's slope",
    ),
    Submission(
        DUAL_TANH,
        "swapped result",
        lambda x, dx: (lambda t: ((1 - t * t) * dx, t))(math.tanh(x)),
        "wrong",
        "order swapped",
    ),
    Submission(DUAL_TANH, "tangent only", lambda x, dx: (1 - math.tanh(x) ** 2) * dx, "wrong", "only the tangent"),
    Submission(DUAL_TANH, "prints", _tb_print, "wrong", "nothing returned"),
    Submission(DUAL_TANH, "bare value where dx is 0", _tb_skip_zero, "wrong"),
    Submission(DUAL_TANH, "slope negated for negative x", _tb_negative_branch, "wrong"),
    Submission(
        DUAL_TANH,
        "abs of dx",
        lambda x, dx: (math.tanh(x), (1 - math.tanh(x) ** 2) * abs(dx)),
        "wrong",
        "size of the tangent",
    ),
    Submission(DUAL_TANH, "flat beyond 3", _tb_saturate, "wrong"),
    Submission(DUAL_TANH, "Pade approximation", _tb_pade, "wrong"),
    Submission(DUAL_TANH, "rounded to four digits", _tb_rounded, "wrong"),
    Submission(DUAL_TANH, "nothing for negative x", _tb_square_root_only_positive, "wrong"),
    Submission(JVP, "loop with isinstance Dual", _j_plain),
    Submission(JVP, "map(Dual, x, v), try/except AttributeError, list of two lists", _j_try),
    Submission(JVP, "adds a Dual zero to each output", _j_add_zero),
    Submission(JVP, "x + eps*v with the operators of Dual", _j_one_plus_eps),
    Submission(JVP, "match statement", _j_match),
    Submission(JVP, "object with __call__, NamedTuple, getattr with default", _JvpClass()),
    Submission(JVP, "explicit stack from the end, deques", _j_stack),
    Submission(JVP, "through a NumPy table, np.float64 in the lists", _j_numpy_scalars),
    Submission(JVP, "functools.reduce", _j_reduce),
    Submission(JVP, "seeds 2v and halves", _j_scaled),
    Submission(JVP, "generator and tee", _j_generator),
    Submission(
        JVP,
        "one-line lambda",
        lambda f, x, v: (
            lambda outs: (
                [float(getattr(o, "value", o)) for o in outs],
                [float(getattr(o, "tangent", 0)) for o in outs],
            )
        )(f([lab.engine.Dual(*p) for p in zip(x, v)])),
    ),
    Submission(JVP, "swapped result", _jb_swapped_result, "wrong", "lists swapped"),
    Submission(JVP, "seeds ones", lambda f, x, v: _read(f([lab.engine.Dual(a, 1.0) for a in x])), "wrong", "v ignored"),
    Submission(
        JVP, "no tangent set", lambda f, x, v: _read(f([lab.engine.Dual(a) for a in x])), "wrong", "nothing moves"
    ),
    Submission(JVP, "x and v swapped in Dual", lambda f, x, v: _read(f(_seed(v, x))), "error", "x and v swapped"),
    Submission(
        JVP,
        "first direction for all",
        lambda f, x, v: _read(f([lab.engine.Dual(a, v[0]) for a in x])),
        "wrong",
        "the first entry for all",
    ),
    Submission(JVP, "f(*duals)", lambda f, x, v: _read(f(*_seed(x, v))), "error", "arguments for a list"),
    Submission(JVP, "reads .value of plain numbers", _jb_no_plain, "error", "plain number crashes"),
    Submission(JVP, "swallows the error of plain numbers", _jb_swallow, "wrong"),
    Submission(JVP, "plain numbers dropped", _jb_drop_plain, "wrong", "constants left out"),
    Submission(JVP, "plain numbers' tangent 1", _jb_plain_one, "wrong", "constants given 1"),
    Submission(JVP, "plain numbers' tangent is the number", _jb_plain_itself, "wrong", "constants given their value"),
    Submission(JVP, "plain numbers cut to whole ones", _jb_plain_truncated, "wrong"),
    Submission(JVP, "stops at the first plain number", _jb_stop_at_plain, "wrong"),
    Submission(JVP, "calls f twice", _jb_two_calls, "wrong", "called for the values too"),
    Submission(JVP, "finite difference, two calls", _jb_difference, "wrong"),
    Submission(JVP, "empties v", _jb_pop_v, "wrong"),
    Submission(JVP, "direction normalised", _jb_normalised, "wrong", "unit length"),
    Submission(JVP, "evaluates at x + v", _jb_moved_point, "wrong", "the point moved"),
    Submission(JVP, "list of pairs", _jb_pairs, "wrong", "pairs"),
    Submission(JVP, "tangents only", lambda f, x, v: _read(f(_seed(x, v)))[1], "wrong", "only the tangents"),
    Submission(JVP, "prints", _jb_print, "wrong", "nothing returned"),
    Submission(JVP, "one list under two names", _jb_shared_lists, "wrong"),
    Submission(JVP, "return inside the loop", _jb_return_in_loop, "wrong", "first output only"),
    Submission(JVP, "f gets a NumPy array", _jb_object_array, "wrong"),
    Submission(
        JVP,
        "rounded to three digits",
        lambda f, x, v: tuple([round(a, 3) for a in c] for c in _read(f(_seed(x, v)))),
        "wrong",
    ),
    Submission(
        JVP,
        "abs of the tangents",
        lambda f, x, v: (lambda r: (r[0], [abs(t) for t in r[1]]))(_read(f(_seed(x, v)))),
        "wrong",
        "sizes of the tangents",
    ),
    Submission(
        JVP, "returns x as values", lambda f, x, v: (list(x), _read(f(_seed(x, v)))[1]), "wrong", "x for the values"
    ),
    Submission(JACOBIAN, "column_stack of jvps", _k_columns),
    Submission(JACOBIAN, "rows of the transpose, .T view", _k_transpose_view),
    Submission(JACOBIAN, "zeros filled in by two loops", _k_fill),
    Submission(JACOBIAN, "object with __call__, np.eye rows, stack axis 1", _JacobianClass(_j_plain)),
    Submission(JACOBIAN, "read-only array from zip(*)", _k_readonly),
    Submission(JACOBIAN, "strided Fortran view of a larger buffer", _k_strided),
    Submission(JACOBIAN, "explicit stack, last input first", _k_stack_of_jobs),
    Submission(JACOBIAN, "NumPy scalars as seeds, fromiter, vstack", _k_np_seeds),
    Submission(JACOBIAN, "seed -4, divided afterwards", _k_scaled_seed),
    Submission(JACOBIAN, "recursion and hstack", _k_recursive),
    Submission(JACOBIAN, "torch.stack then .numpy()", _k_torch),
    Submission(JACOBIAN, "flat list reshaped in Fortran order", _k_flat),
    Submission(JACOBIAN, "transposed", _kb_transposed, "wrong", "transposed"),
    Submission(JACOBIAN, "reshape instead of transpose", _kb_reshape, "wrong", "reshaped"),
    Submission(JACOBIAN, "transposed only if not square", _kb_transpose_if_needed, "wrong"),
    Submission(JACOBIAN, "direction not reset", _kb_no_reset, "wrong", "seeds not reset"),
    Submission(JACOBIAN, "aliased rows of the identity", _kb_alias_rows, "wrong", "ones in every pass"),
    Submission(
        JACOBIAN, "inputs of equal value seeded together", _kb_equal_seed, "wrong", "equal inputs move together"
    ),
    Submission(JACOBIAN, "seed x[j] instead of 1", _kb_seed_x, "wrong", "x for the seed"),
    Submission(JACOBIAN, "shape (n, n), more outputs crash", _kb_square, "error"),
    Submission(JACOBIAN, "zip with x cuts outputs", _kb_zip_cut, "wrong", "square only"),
    Submission(JACOBIAN, "squeezed", _kb_squeeze, "wrong", "squeezed"),
    Submission(JACOBIAN, "flat for one output", _kb_flat_gradient, "wrong"),
    Submission(JACOBIAN, "rows of plain numbers left out", _kb_drop_plain, "wrong", "constants left out"),
    Submission(JACOBIAN, "plain numbers' rows are ones", _kb_plain_one, "wrong", "constants given 1"),
    Submission(
        JACOBIAN, "plain numbers' rows hold the number", _kb_plain_itself, "wrong", "constants given their value"
    ),
    Submission(JACOBIAN, "plain number keeps the tangent before it", _kb_previous, "wrong"),
    Submission(JACOBIAN, "int dtype", _kb_int_dtype, "wrong", "whole numbers"),
    Submission(JACOBIAN, "float32", lambda f, x: _k_columns(f, x).astype(np.float32), "wrong", "single precision"),
    Submission(JACOBIAN, "nested list", lambda f, x: _k_columns(f, x).tolist(), "wrong", "a list"),
    Submission(JACOBIAN, "values instead of tangents", _kb_values, "wrong", "values, not tangents"),
    Submission(JACOBIAN, "only the moving input is a Dual", _kb_only_one_dual, "error"),
    Submission(JACOBIAN, "outputs summed", _kb_sum_outputs, "wrong", "rows added up"),
    Submission(JACOBIAN, "forward difference h = 1e-4", _kb_difference, "wrong"),
    Submission(JACOBIAN, "columns reversed", _kb_reversed, "wrong", "columns reversed"),
    Submission(JACOBIAN, "prints", _kb_print, "wrong", "nothing returned"),
    Submission(JACOBIAN, "return inside the loop", _kb_return_early, "wrong", "first column only"),
    Submission(JACOBIAN, "square ones made symmetric", _kb_symmetric, "wrong"),
    Submission(JACOBIAN, "rounded to three digits", lambda f, x: np.round(_k_columns(f, x), 3), "wrong"),
)
