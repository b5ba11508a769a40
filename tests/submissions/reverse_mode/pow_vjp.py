"""Answers written blind for `reverse_mode.pow_vjp`, each under the verdict that it deserves."""

import cmath
import math

import numpy as np
from submissions import passes, rejected
from submissions.reverse_mode._shared import Dual


@passes
def dual_numbers_squaring(grad, x, n):
    if n != int(n):
        return grad * n * math.exp((n - 1) * math.log(x))
    result, base, left = Dual(1.0), Dual(x, 1.0), int(n)
    if left < 0:
        base, left = Dual(1.0) / base, -left
    while left:
        if left & 1:
            result = result * base
        base = base * base if left > 1 else base
        left >>= 1
    return grad * result.slope

@passes
def catches_division_by_zero(grad, x, n):
    try:
        return grad * n * x ** (n - 1)
    except ZeroDivisionError:  # only x = 0 with n = 0 gets here
        return 0.0

@passes  # for whole n: the limit of (aⁿ − bⁿ) / (a − b), a sum of n products; else by a logarithm
def telescoping_sum(grad, x, n):
    if n != math.floor(n):
        return grad * n * math.pow(x, n) / x
    if n < 0:
        m = int(-n)
        return -grad * sum(x ** (k - m) * x ** (-1 - k) for k in range(m))
    n = int(n)
    return grad * math.fsum(x**k * x ** (n - 1 - k) for k in range(n))

@passes
def logarithm_and_sign(grad, x, n):
    if n == 0:
        return 0.0
    if x == 0:
        return float(grad) if n == 1 else 0.0
    size = math.exp((n - 1) * math.log(abs(x)))
    odd = x < 0 and (n - 1) % 2 == 1
    return grad * n * (-size if odd else size)

@passes
def numpys_polynomials(grad, x, n):
    if not float(n).is_integer():
        return float(grad * n * np.float_power(x, n - 1))
    slope = np.polynomial.Polynomial.basis(abs(int(n))).deriv()
    if n >= 0:
        return float(grad * slope(x))
    return float(-grad * slope(1 / x) / x / x)

@passes
def complex_logarithm(grad, x, n):
    match (x, n):
        case (_, 0):
            return 0.0
        case (0, 1):
            return grad
        case (0, _):
            return 0.0
    return grad * n * cmath.exp((n - 1) * cmath.log(x)).real

class _SpecialCases:
    def __init__(self, special):
        self.special = special
    def __call__(self, grad, x, n):
        general = lambda value, power: power * value ** (power - 1)
        return grad * self.special.get(n, general)(x, n)
class_with_special_cases = passes(_SpecialCases({0: lambda x, n: 0.0, 1: lambda x, n: 1.0}))

power_not_lowered = rejected("power not lowered")(lambda grad, x, n: grad * n * x**n)
n_left_out = rejected("factor lost")(lambda grad, x, n: grad * x ** (n - 1) if n else 0.0)
# fails at x = n = 0
plain_formula = rejected("nothing for n = 0", status="error")(lambda grad, x, n: grad * n * x ** (n - 1))
n_value_over_x = rejected(status="error")(lambda grad, x, n: grad * n * x**n / x)

@rejected("0 at zero")
def zero_wherever_x_is_zero(grad, x, n):
    if x == 0:
        return 0.0
    return grad * n * x ** (n - 1)

n_made_whole = rejected("exponent made whole")(lambda grad, x, n: grad * int(n) * x ** (int(n) - 1) if n else 0.0)
abs_of_x = rejected("size of x")(lambda grad, x, n: grad * n * abs(x) ** (n - 1) if n else 0.0)
zero_for_negative_n = rejected()(lambda grad, x, n: grad * n * x ** (n - 1) if n > 0 else 0.0)

@rejected()
def forgets_grad_for_n_1(grad, x, n):
    if n == 0:
        return 0.0
    if n == 1:
        return 1.0
    return grad * n * x ** (n - 1)

@rejected()
def float_n_taken_for_fraction(grad, x, n):
    if n == 0:
        return 0.0
    if isinstance(n, int):
        return grad * n * x ** (n - 1)
    return grad * n * abs(x) ** (n - 1)

@rejected()
def square_root_in_wrong_place(grad, x, n):
    if n == 0.5:
        return grad * math.sqrt(x) / 2
    return grad * n * x ** (n - 1) if n else 0.0

@rejected()
def catches_and_returns_grad(grad, x, n):
    try:
        return grad * n * x ** (n - 1)
    except ZeroDivisionError:
        return grad
