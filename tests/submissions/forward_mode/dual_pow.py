"""Answers written blind for `forward_mode.dual_pow`, each under the verdict that it deserves."""

import cmath
import math
from collections import namedtuple

import numpy as np
from submissions import passes, rejected

power_rule = passes(lambda x, dx, n: (x**n, n * x ** (n - 1) * dx if n else 0.0))
exponent_lowered_unless_zero = passes(lambda x, dx, n: [x**n, n * x ** (n - (n != 0)) * dx])

@passes
def catches_the_zero_division(x, dx, n):
    try:
        slope = n * x ** (n - 1)
    except ZeroDivisionError:  # only x = 0, n = 0 comes here
        slope = 0.0
    return x**n, slope * dx

_Pair = namedtuple("Pair", "value tangent")

class _Power:
    def __call__(self, x, dx, n):
        if n == 0:
            return _Pair(1.0, 0.0)
        if n == 1:
            return _Pair(x, dx)
        below = math.pow(x, n - 1) if x or n > 1 else 0.0
        return _Pair(math.pow(x, n), n * below * dx)
callable_object = passes(_Power())

@passes
def value_over_x_zero_apart(x, dx, n):
    v = x**n
    if x != 0:
        return v, v * n / x * dx
    return v, (dx if n == 1 else 0.0)

@passes
def repeated_squaring(x, dx, n):
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

@passes
def repeated_product_rule(x, dx, n):
    if n % 1:
        v = x**n
        return v, n * v / x * dx
    v, t = 1.0, 0.0
    for _ in range(abs(int(n))):
        v, t = (v * x, t * x + v * dx) if n > 0 else (v / x, (t - v / x * dx) / x)
    return v, t

@passes
def complex_step(x, dx, n):
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

@passes
def float_power_and_where(x, dx, n):
    with np.errstate(all="ignore"):
        slope = np.where(n == 0, 0.0, n * np.float_power(x, n - 1))
        return np.float_power(x, n), (slope * dx)[()]

@passes
def sign_times_exp_of_log(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    if x == 0:
        return 0.0, dx * (n == 1)
    sign = -1.0 if x < 0 and n % 2 == 1 else 1.0
    v = sign * math.exp(n * math.log(abs(x)))
    return v, n * v / x * dx

@passes
def torch_gradient_times_dx(x, dx, n):
    import torch
    a = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    v = a**n
    (g,) = torch.autograd.grad(v, a)
    return v.item(), g.item() * dx

@passes
def table_of_special_cases(x, dx, n):
    rules = {0: lambda: (1.0, 0.0), 1: lambda: (x, dx), 0.5: lambda: (math.sqrt(x), dx / (2 * math.sqrt(x)))}
    return rules.get(n, lambda: (x**n, n * x ** (n - 1) * dx))()

bare_power_rule = rejected("nothing for n = 0", status="error")(lambda x, dx, n: (x**n, n * x ** (n - 1) * dx))

@rejected()
def bare_power_rule_in_numpy(x, dx, n):
    with np.errstate(all="ignore"):
        x = np.float64(x)
        return float(x**n), float(n * x ** (n - 1.0) * dx)

exponent_not_lowered = rejected("power not lowered")(lambda x, dx, n: (x**n, n * x**n * dx))
only_n_dx = rejected()(lambda x, dx, n: (x**n, n * dx))
dx_forgotten = rejected("dx left out")(lambda x, dx, n: (x**n, n * x ** (n - 1) if n else 0.0))
factor_n_forgotten = rejected("factor lost")(lambda x, dx, n: (x**n, x ** (n - 1) * dx if n else 0.0))

@rejected("absolute value")
def abs_x_in_the_tangent(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    return x**n, n * abs(x) ** (n - 1) * dx

@rejected()
def sign_times_power_of_size(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    if n == 1:
        return x, dx
    s = -1.0 if x < 0 else 1.0
    return s * abs(x) ** n, n * abs(x) ** (n - 1) * dx

@rejected("only whole powers")
def n_made_whole(x, dx, n):
    n = int(n)
    return x**n, (n * x ** (n - 1) * dx if n else 0.0)

tangent_0_unless_n_positive = rejected()(lambda x, dx, n: (x**n, n * x ** (n - 1) * dx if n > 0 else 0.0))

@rejected("absolute exponent")
def sign_lost_for_negative_n(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    if n < 0:
        m = -n
        return 1 / x**m, m / x ** (m + 1) * dx
    return x**n, n * x ** (n - 1) * dx

n_0_gives_value_0 = rejected()(lambda x, dx, n: (x**n, n * x ** (n - 1) * dx) if n else (0.0, 0.0))

@rejected("tangent 0 at zero")
def x_0_gives_tangent_0(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    if x == 0:
        return 0.0, 0.0
    return x**n, n * x ** (n - 1) * dx

n_value_over_x = rejected(status="error")(lambda x, dx, n: (x**n, n * x**n / x * dx))

@rejected()
def small_n_taken_for_0(x, dx, n):
    if abs(n) < 1:
        return x**n, 0.0
    return x**n, n * x ** (n - 1) * dx

pair_wrong_way_round = rejected("order swapped")(lambda x, dx, n: (n * x ** (n - 1) * dx if n else 0.0, x**n))

@rejected()
def forgot_return_for_negative_n(x, dx, n):
    if n == 0:
        return 1.0, 0.0
    if n > 0:
        return x**n, n * x ** (n - 1) * dx
    v = 1 / x**-n
    v, n * v / x * dx
