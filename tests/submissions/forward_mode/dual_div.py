"""Answers written blind for `forward_mode.dual_div`, each under the verdict that it deserves."""

from collections import namedtuple
from fractions import Fraction

import numpy as np
from submissions import passes, rejected

quotient_rule = passes(lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / (y * y)))
via_quotient_as_list = passes(lambda x, dx, y, dy: [(q := x / y), (dx - q * dy) / y])
two_terms = passes(lambda x, dx, y, dy: (x / y, dx / y - x * dy / y**2))
power_minus_two = passes(lambda x, dx, y, dy: (x / y, dx * float(y) ** -1 - x * dy * float(y) ** -2))

@passes
def product_rule_with_reciprocal(x, dx, y, dy):
    r = 1.0 / y
    dr = -dy * r * r
    return x * r, dx * r + x * dr

class _Pair:
    """The instance is built fresh and does the work in methods."""
    def __init__(self, x, dx, y, dy):
        self.x, self.dx, self.y, self.dy = x, dx, y, dy
    def __iter__(self):
        yield self.x / self.y
        yield (self.dx - self.x / self.y * self.dy) / self.y

class _Quotient:
    def __call__(self, *args):
        return tuple(_Pair(*args))
callable_object_with_iterator = passes(_Quotient())

@passes
def complex_step(x, dx, y, dy):
    h = 1e-100
    z = complex(x, h * dx) / complex(y, h * dy)
    return z.real, z.imag / h

@passes
def linear_system_numpy_scalars(x, dx, y, dy):
    # q*y = x and q*dy + dq*y = dx
    return tuple(np.linalg.solve(np.array([[y, 0], [dy, y]], dtype=float), np.array([x, dx], dtype=float)))

_NamedPair = namedtuple("Pair", "value tangent")
@passes
def exact_fractions_named_tuple(x, dx, y, dy):
    x, dx, y, dy = map(Fraction, (x, dx, y, dy))
    return _NamedPair(float(x / y), float((dx * y - x * dy) / y**2))

@passes
def torch_backward(x, dx, y, dy):
    import torch
    t = lambda a: torch.tensor(float(a), dtype=torch.float64)
    a, b = t(x).requires_grad_(), t(y).requires_grad_()
    q = a / b
    q.backward()
    return q.item(), float(a.grad * dx + b.grad * dy)

@passes
def long_division_of_series(x, dx, y, dy):
    # long division of the polynomials x + dx e by y + dy e, two coefficients
    num, den, out = [x, dx], [y, dy], []
    for k in range(2):
        out.append((num[k] - sum(out[i] * den[k - i] for i in range(k))) / den[0])
    return tuple(out)

@passes
def positive_denominator_first(x, dx, y, dy):
    if y < 0:
        x, dx, y, dy = -x, -dx, -y, -dy
    return x / y, (dx * y - x * dy) / y / y

numerator_wrong_way_round = rejected("minus swapped")(lambda x, dx, y, dy: (x / y, (x * dy - dx * y) / y**2))
plus_instead_of_minus = rejected("plus for minus")(lambda x, dx, y, dy: (x / y, (dx * y + x * dy) / y**2))
quotient_of_tangents = rejected(status="error")(lambda x, dx, y, dy: (x / y, dx / dy))
denominator_not_squared = rejected("divisor not squared")(lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / y))
two_to_the_y = rejected()(lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / 2**y))
parentheses_missing_above = rejected("precedence")(lambda x, dx, y, dy: (x / y, dx * y - x * dy / y**2))
divided_by_y_times_y = rejected("not divided")(lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / y * y))
only_dy_term = rejected("only y moves")(lambda x, dx, y, dy: (x / y, -x * dy / y**2))
only_dx_term = rejected("only x moves")(lambda x, dx, y, dy: (x / y, dx / y))
floor_division_for_value = rejected("whole-number division")(lambda x, dx, y, dy: (x // y, (dx * y - x * dy) / y**2))
caret_for_power = rejected(status="error")(lambda x, dx, y, dy: (x / y, (dx * y - x * dy) / y ^ 2))

@rejected()
def logarithmic_derivative(x, dx, y, dy):
    if x == 0:
        return 0.0, 0.0
    q = x / y
    return q, q * (dx / x - dy / y)

@rejected("nothing returned")
def forgot_case_that_both_move(x, dx, y, dy):
    if dx == 0:
        return x / y, -x * dy / y**2
    elif dy == 0:
        return x / y, dx / y

@rejected(status="error")
def refuses_negative_y(x, dx, y, dy):
    if y <= 0:
        raise ValueError("y must be positive")
    return x / y, (dx * y - x * dy) / y**2

@rejected()
def small_y_treated_as_zero(x, dx, y, dy):
    if abs(y) < 1e-3:
        return 0.0, 0.0
    return x / y, (dx * y - x * dy) / y**2

pair_wrong_way_round = rejected("order swapped")(lambda x, dx, y, dy: ((dx * y - x * dy) / y**2, x / y))

@rejected()
def forward_difference(x, dx, y, dy):
    h = 1e-5
    return x / y, ((x + h * dx) / (y + h * dy) - x / y) / h

rounds_to_6_decimals = rejected()(lambda x, dx, y, dy: (round(x / y, 6), round((dx * y - x * dy) / y**2, 6)))
