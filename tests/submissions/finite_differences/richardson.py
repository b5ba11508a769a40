"""Answers written blind for `finite_differences.richardson`, each under the verdict that it deserves."""

import functools
import math
from fractions import Fraction

import numpy as np
from submissions import passes, rejected

_central = lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h)
_four_thirds_and_one_third = lambda f, x, h: (4 * _central(f, x, h / 2) - _central(f, x, h)) / 3
four_thirds_and_one_third = passes(_four_thirds_and_one_third)

@passes
def regrouped_over_6h(f, x, h):
    wide = f(x + h) - f(x - h)
    narrow = f(x + 0.5 * h) - f(x - 0.5 * h)
    return (8 * narrow - wide) / (6 * h)

@passes
def fine_plus_third_of_change(f, x, h):
    coarse, fine = (_central(f, x, s) for s in (h, h / 2))
    return fine + (fine - coarse) / 3.0

@passes
def romberg_table(f, x, h):
    table = [[0.0] * 2 for _ in range(2)]
    for i in range(2):
        s = h / 2**i
        table[i][0] = (f(x + s) - f(x - s)) / (2 * s)
        for j in range(1, i + 1):
            table[i][j] = table[i][j - 1] + (table[i][j - 1] - table[i - 1][j - 1]) / (4**j - 1)
    return table[-1][-1]

@passes
def linear_system(f, x, h):
    a = np.array([[1.0, 1.0], [1.0, 0.25]])  # D = f' + 1·c and f' + c/4, c in units of h²
    return float(np.linalg.solve(a, [_central(f, x, h), _central(f, x, h / 2)])[0])

@passes
def dot_with_stencil(f, x, h):
    points = [x + h * s for s in (-1.0, -0.5, 0.5, 1.0)]
    values = np.array([f(p) for p in points])
    return np.dot(values, np.array([1.0, -8.0, 8.0, -1.0])) / (6.0 * h)

def _recursion_over_levels(f, x, h, level=1):
    if level == 0:
        return (f(x + h) - f(x - h)) / (2 * h)
    a = _recursion_over_levels(f, x, h, level - 1)
    b = _recursion_over_levels(f, x, h / 2, level - 1)
    return (4**level * b - a) / (4**level - 1)
recursion_over_levels = passes(_recursion_over_levels)

@passes
def stencil_at_half_h(f, x, h):
    k = h / 2
    total = math.fsum((f(x - 2 * k), -8 * f(x - k), 8 * f(x + k), -f(x + 2 * k)))
    return total / (12 * k)

class _WithFractions:
    weights = {1: Fraction(-1, 3), 2: Fraction(4, 3)}
    def __call__(self, f, x, h):
        d = functools.partial(_central, f, x)
        return sum(float(w) * d(h / n) for n, w in self.weights.items())
class_with_fractions = passes(_WithFractions())

@passes
def line_through_squares_of_h(f, x, h):
    (s1, d1), (s2, d2) = ((r**2, _central(f, x, r * h)) for r in (1.0, 0.5))
    slope = (d1 - d2) / (s1 - s2)
    return np.float64(d2 - slope * s2)

two_fine_minus_one_coarse = rejected("2D(h/2) - D(h)")(lambda f, x, h: 2 * _central(f, x, h / 2) - _central(f, x, h))
weights_swapped = rejected("weights swapped")(lambda f, x, h: (4 * _central(f, x, h) - _central(f, x, h / 2)) / 3)
steps_h_and_2h = rejected("D(h) and D(2h)")(lambda f, x, h: (4 * _central(f, x, h) - _central(f, x, 2 * h)) / 3)

@rejected("one-sided")
def one_sided_d(f, x, h):
    def d(s):
        return (f(x + s) - f(x)) / s
    return (4 * d(h / 2) - d(h)) / 3

@rejected("one-sided, its own weights")
def one_sided_d_own_weights(f, x, h):
    fx = f(x)
    return 2 * (f(x + h / 2) - fx) / (h / 2) - (f(x + h) - fx) / h

divided_by_4 = rejected("divided by 4")(lambda f, x, h: (4 * _central(f, x, h / 2) - _central(f, x, h)) / 4)
not_divided = rejected("not divided by 3")(lambda f, x, h: 4 * _central(f, x, h / 2) - _central(f, x, h))
average = rejected("the mean")(lambda f, x, h: (_central(f, x, h / 2) + _central(f, x, h)) / 2)
plus_and_5 = rejected("divided by 5")(lambda f, x, h: (4 * _central(f, x, h / 2) + _central(f, x, h)) / 5)
weights_16_15 = rejected("one order too high")(lambda f, x, h: (16 * _central(f, x, h / 2) - _central(f, x, h)) / 15)

@rejected("correction subtracted")
def sign_of_correction(f, x, h):
    a, b = _central(f, x, h), _central(f, x, h / 2)
    return b - (b - a) / 3

@rejected("added to D(h)")
def coarse_one_corrected(f, x, h):
    a, b = _central(f, x, h), _central(f, x, h / 2)
    return a + (b - a) / 3

@rejected("D(h/2) over 2h")
def two_h_kept_for_the_fine_one(f, x, h):
    big = (f(x + h) - f(x - h)) / (2 * h)
    small = (f(x + h / 2) - f(x - h / 2)) / (2 * h)
    return (4 * small - big) / 3

@rejected()
def brackets_forgotten_below(f, x, h):
    def d(s):
        return (f(x + s) - f(x - s)) / 2 * s
    return (4 * d(h / 2) - d(h)) / 3

brackets_forgotten_above = rejected()(lambda f, x, h: 4 * _central(f, x, h / 2) - _central(f, x, h) / 3)

@rejected("five calls")
def six_calls_of_f(f, x, h):
    def d(s):
        return (f(x + s) - f(x - s)) / (2 * s)
    return d(h / 2) + (d(h / 2) - d(h)) / 3

third_level = rejected()(lambda f, x, h: _recursion_over_levels(f, x, h, 2))
five_point_stencil_at_h = rejected("D(h) and D(2h)")(lambda f, x, h:
    (f(x - 2 * h) - 8 * f(x - h) + 8 * f(x + h) - f(x + 2 * h)) / (12 * h))

@rejected(status="error")
def f_given_array(f, x, h):
    s = np.array([h, h / 2])
    a, b = (f(x + s) - f(x - s)) / (2 * s)
    return float((4 * b - a) / 3)

@rejected()
def whole_half_of_h(f, x, h):
    s = h // 2 or h / 2
    return (4 * _central(f, x, s) - _central(f, x, h)) / 3

fine_one_alone = rejected("D(h/2) only")(lambda f, x, h: _central(f, x, h / 2))
thirds_for_halves = rejected()(lambda f, x, h: (9 * _central(f, x, h / 3) - _central(f, x, h)) / 8)
whole_third = rejected()(lambda f, x, h: (4 * _central(f, x, h / 2) - _central(f, x, h)) // 3)

@rejected()
def all_three_numbers(f, x, h):
    a, b = _central(f, x, h), _central(f, x, h / 2)
    return a, b, (4 * b - a) / 3

@rejected("nothing returned")
def prints(f, x, h):
    print(_four_thirds_and_one_third(f, x, h))

@rejected("nothing returned")
def return_forgotten(f, x, h):
    a = _central(f, x, h)
    b = _central(f, x, h / 2)
    (4 * b - a) / 3

_SEEN = {}
@rejected()
def remembers_d_by_x_and_h(f, x, h):
    def d(s):
        if (x, s) not in _SEEN:
            _SEEN[x, s] = _central(f, x, s)
        return _SEEN[x, s]
    return (4 * d(h / 2) - d(h)) / 3

@rejected(status="timeout")
def loop_that_never_ends(f, x, h):
    old, new = _central(f, x, h), _central(f, x, h / 2)
    while old != new or math.isfinite(new):
        old, new = new, (4 * new - old) / 3
    return new

@rejected()
def d_in_float32(f, x, h):
    a, b = np.float32(_central(f, x, h)), np.float32(_central(f, x, h / 2))
    return float((4 * b - a) / 3)

half_of_x_plus_h = rejected()(lambda f, x, h: (8 * (f((x + h) / 2) - f((x - h) / 2)) - f(x + h) + f(x - h)) / (6 * h))
five_calls_one_unused = rejected("five calls")(lambda f, x, h: (f(x), _four_thirds_and_one_third(f, x, h))[1])
