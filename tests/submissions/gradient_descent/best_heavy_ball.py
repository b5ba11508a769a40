"""Answers written blind for `gradient_descent.best_heavy_ball`, each under the verdict that it deserves."""

import collections
import math

import numpy as np
import torch
from submissions import passes, rejected

_sqrt = math.sqrt

def _textbook(smallest, largest):
    a, b = math.sqrt(smallest), math.sqrt(largest)
    return 4 / (a + b) ** 2, ((b - a) / (b + a)) ** 2
textbook = passes(_textbook)

def _condition_number(smallest, largest):
    k = largest / smallest
    return 4 / (smallest * (1 + k**0.5) ** 2), ((k**0.5 - 1) / (k**0.5 + 1)) ** 2
condition_number = passes(_condition_number)

@passes
def inverse_condition_number(smallest, largest):
    q = (smallest / largest) ** 0.5
    return 4 / largest / (1 + q) ** 2, ((q - 1) / (q + 1)) ** 2

@passes
def lr_from_momentum_largest(smallest, largest):
    r = 1 - 2 / (1 + math.sqrt(largest / smallest))
    return (1 + r) ** 2 / largest, r * r

lr_from_the_middle = passes(lambda smallest, largest:
    (lambda m: (2 * (1 + m) / (smallest + largest), m))(_textbook(smallest, largest)[1]))
lr_from_the_smallest = passes(lambda smallest, largest:  # a list; a digit or so lost when smallest << largest
    (lambda m: [(1 - m**0.5) ** 2 / smallest, m])(_textbook(smallest, largest)[1]))
momentum_from_lr = passes(lambda smallest, largest:
    (lambda lr: (lr, (1 - math.sqrt(lr * smallest)) ** 2))(4 / (math.sqrt(smallest) + math.sqrt(largest)) ** 2))
momentum_from_lr_other_end = passes(lambda smallest, largest:
    (lambda lr: (lr, (math.sqrt(lr * largest) - 1) ** 2))((2 / (math.sqrt(smallest) + math.sqrt(largest))) ** 2))
numpy_floats = passes(lambda smallest, largest: (4 / np.square(np.sqrt(smallest) + np.sqrt(largest)),
    np.square((np.sqrt(largest) - np.sqrt(smallest)) / (np.sqrt(largest) + np.sqrt(smallest)))))
expanded_squares = passes(lambda smallest, largest: (4 / (smallest + largest + 2 * math.sqrt(smallest * largest)),
    (smallest + largest - 2 * math.sqrt(smallest * largest))
    / (smallest + largest + 2 * math.sqrt(smallest * largest))))
torch_float64 = passes(lambda smallest, largest: (lambda s: (float(4 / s.sum() ** 2),
    float((s.diff() / s.sum())[0] ** 2)))(torch.tensor([smallest, largest], dtype=torch.float64).sqrt()))
tanh_form = passes(lambda smallest, largest:
    (lambda t: ((1 + t) ** 2 / largest, t * t))(math.tanh(math.log(largest / smallest) / 4)))
ends_swapped = passes(lambda smallest, largest: _textbook(largest, smallest))  # symmetric

@passes
def bisection_on_r(smallest, largest):
    lo, hi = 0.0, 1.0
    for _ in range(200):
        r = (lo + hi) / 2
        if (1 + r) ** 2 / largest < (1 - r) ** 2 / smallest:
            lo = r
        else:
            hi = r
    return (1 + hi) ** 2 / largest, hi**2

returns_a_named_tuple = passes(lambda smallest, largest:
    collections.namedtuple("HB", "lr momentum")(*_textbook(smallest, largest)))
geometric_mean = passes(lambda smallest, largest: (1 / (0.5 * (math.sqrt(smallest) + math.sqrt(largest))) ** 2,
    1 - 4 * math.sqrt(smallest * largest) / (math.sqrt(smallest) + math.sqrt(largest)) ** 2))
a_class = passes(type("BHB", (), {"__call__": lambda self, smallest, largest: _condition_number(smallest, largest)})())

@rejected()  # only to about 1e-4
def refined_grid_search(smallest, largest):
    def rate(lr, m, lam):
        b = 1 + m - lr * lam
        d = b * b - 4 * m
        return math.sqrt(m) if d <= 0 else (abs(b) + math.sqrt(d)) / 2
    best, centre, width = None, (1 / largest * 2, 0.5), (2 / largest, 0.5)
    for _ in range(8):
        cand = [(max(rate(lr, m, smallest), rate(lr, m, largest)), lr, m)
            for lr in np.linspace(max(centre[0] - width[0], 1e-12), centre[0] + width[0], 60)
            for m in np.linspace(max(centre[1] - width[1], 0), min(centre[1] + width[1], 1), 60)]
        best = min(cand)
        centre, width = best[1:], (width[0] / 4, width[1] / 4)
    return float(best[1]), float(best[2])

arrays_of_no_axes = passes(lambda smallest, largest: tuple(np.asarray(x) for x in _textbook(smallest, largest)))

dict_values_view = rejected()(lambda smallest, largest:
    {"lr": _textbook(smallest, largest)[0], "momentum": _textbook(smallest, largest)[1]}.values())
momentum_not_squared = rejected("momentum not squared")(lambda smallest, largest:
    (4 / (_sqrt(smallest) + _sqrt(largest)) ** 2,
    (_sqrt(largest) - _sqrt(smallest)) / (_sqrt(largest) + _sqrt(smallest))))
choice_of_nesterov = rejected("Nesterov's")(lambda smallest, largest:
    (1 / largest, (_sqrt(largest) - _sqrt(smallest)) / (_sqrt(largest) + _sqrt(smallest))))
lr_one_over_largest = rejected("1/L")(lambda smallest, largest: (1 / largest, _textbook(smallest, largest)[1]))
lr_of_plain_descent = rejected("the rate of plain descent")(lambda smallest, largest:
    (2 / (smallest + largest), _textbook(smallest, largest)[1]))
best_plain_descent = rejected("no momentum")(lambda smallest, largest: (2 / (smallest + largest), 0.0))
no_square_roots = rejected("κ for √κ")(lambda smallest, largest:
    (4 / (smallest + largest) ** 2, ((largest - smallest) / (largest + smallest)) ** 2))
momentum_without_roots = rejected("κ for √κ in the momentum")(lambda smallest, largest:
    (_textbook(smallest, largest)[0], ((largest - smallest) / (largest + smallest)) ** 2))
lr_without_roots = rejected()(lambda smallest, largest: (4 / (smallest + largest), _textbook(smallest, largest)[1]))
lr_without_square = rejected("learning rate not squared")(lambda smallest, largest:
    (4 / (_sqrt(smallest) + _sqrt(largest)), _textbook(smallest, largest)[1]))
root_of_lr = rejected("2 over the sum of roots")(lambda smallest, largest:
    (2 / (_sqrt(smallest) + _sqrt(largest)), _textbook(smallest, largest)[1]))
two_for_four = rejected("2 over the square")(lambda smallest, largest:
    (2 / (_sqrt(smallest) + _sqrt(largest)) ** 2, _textbook(smallest, largest)[1]))
one_for_four = rejected("1 over the square")(lambda smallest, largest:
    (1 / (_sqrt(smallest) + _sqrt(largest)) ** 2, _textbook(smallest, largest)[1]))
swapped_pair = rejected("the pair swapped")(lambda smallest, largest: _textbook(smallest, largest)[::-1])
lr_for_kappa_only = rejected()(lambda smallest, largest:  # right where smallest is 1, as in the example
    (4 / (1 + _sqrt(largest / smallest)) ** 2, _textbook(smallest, largest)[1]))
smallest_taken_as_1 = rejected()(lambda smallest, largest:  # passes the example
    (4 / (1 + _sqrt(largest)) ** 2, ((_sqrt(largest) - 1) / (_sqrt(largest) + 1)) ** 2))
root_of_smallest_forgotten = rejected()(lambda smallest, largest:  # passes the example
    (4 / (smallest + _sqrt(largest)) ** 2, ((_sqrt(largest) - smallest) / (_sqrt(largest) + smallest)) ** 2))
lr_divided_by_largest = rejected()(lambda smallest, largest:
    (4 / (1 + _sqrt(largest / smallest)) ** 2 / largest, _textbook(smallest, largest)[1]))
lr_times_smallest = rejected()(lambda smallest, largest:  # passes the example
    (4 * smallest / (1 + _sqrt(largest / smallest)) ** 2, _textbook(smallest, largest)[1]))
momentum_for_one_over_largest = rejected()(lambda smallest, largest:
    (1 / largest, (1 - _sqrt(smallest / largest)) ** 2))
right_lr_momentum_of_another = rejected()(lambda smallest, largest:
    (_textbook(smallest, largest)[0], (1 - _sqrt(smallest / largest)) ** 2))
lr_at_stability_limit = rejected("the limit")(lambda smallest, largest:
    (lambda m: (2 * (1 + m) / largest, m))(_textbook(smallest, largest)[1]))
momentum_not_squared_lr_from_it = rejected()(lambda smallest, largest: (lambda m:
    (2 * (1 + m) / (smallest + largest), m))((_sqrt(largest) - _sqrt(smallest)) / (_sqrt(largest) + _sqrt(smallest))))
root_of_momentum_forgotten_in_lr = rejected()(lambda smallest, largest:
    (lambda m: ((1 + m) ** 2 / largest, m))(_textbook(smallest, largest)[1]))
larger_end_with_smallest = rejected("the wrong edge")(lambda smallest, largest:
    (lambda m: ((1 + _sqrt(m)) ** 2 / smallest, m))(_textbook(smallest, largest)[1]))
smaller_end_with_largest = rejected()(lambda smallest, largest:
    (lambda m: ((1 - _sqrt(m)) ** 2 / largest, m))(_textbook(smallest, largest)[1]))
fourth_power = rejected()(lambda smallest, largest:
    (_textbook(smallest, largest)[0], _textbook(smallest, largest)[1] ** 2))
minus_momentum = rejected()(lambda smallest, largest:
    (_textbook(smallest, largest)[0], -_textbook(smallest, largest)[1]))
one_minus_momentum = rejected("1 minus the momentum")(lambda smallest, largest:
    (_textbook(smallest, largest)[0], 1 - _textbook(smallest, largest)[1]))
lr_of_the_dampened_convention = rejected()(lambda smallest, largest:
    (_textbook(smallest, largest)[0] / (1 - _textbook(smallest, largest)[1]), _textbook(smallest, largest)[1]))
lr_times_one_minus_momentum = rejected()(lambda smallest, largest:
    (_textbook(smallest, largest)[0] * (1 - _textbook(smallest, largest)[1]), _textbook(smallest, largest)[1]))
half_the_lr = rejected("2 over the square")(lambda smallest, largest:  # took 2 H x for the gradient
    (_textbook(smallest, largest)[0] / 2, _textbook(smallest, largest)[1]))
momentum_fixed = rejected()(lambda smallest, largest: ((1 + _sqrt(0.9)) ** 2 / largest, 0.9))
average_eigenvalue_critical = rejected()(lambda smallest, largest:
    (2 / (smallest + largest), (1 - _sqrt(2 * smallest / (smallest + largest))) ** 2))
rate_of_plain_descent = rejected()(lambda smallest, largest:
    (_textbook(smallest, largest)[0], (largest / smallest - 1) / (largest / smallest + 1)))
only_momentum = rejected("only the momentum")(lambda smallest, largest: _textbook(smallest, largest)[1])
rounded_to_2 = rejected()(lambda smallest, largest: tuple(round(x, 2) for x in _textbook(smallest, largest)))
rounded_to_4 = rejected()(lambda smallest, largest: tuple(round(x, 4) for x in _textbook(smallest, largest)))

def _by_isqrt(smallest, largest):
    a, b = math.isqrt(int(smallest)), math.isqrt(int(largest))
    return 4 / (a + b) ** 2, ((b - a) / (b + a)) ** 2
integer_roots = rejected()(lambda smallest, largest: _by_isqrt(smallest, largest))
floor_division = rejected()(lambda smallest, largest: (lambda k:  # right where the ratio is whole
    (4 / (smallest * (1 + _sqrt(k)) ** 2), ((_sqrt(k) - 1) / (_sqrt(k) + 1)) ** 2))(max(largest // smallest, 1)))
float32_tensors = rejected()(lambda smallest, largest: (lambda s:
    (float(4 / s.sum() ** 2), float((s.diff() / s.sum())[0] ** 2)))(torch.tensor([smallest, largest]).sqrt()))
complex_returned = rejected()(lambda smallest, largest: tuple(complex(x) for x in _textbook(smallest, largest)))
dict_returned = rejected()(lambda smallest, largest: dict(zip(("lr", "momentum"), _textbook(smallest, largest))))
returns_strings = rejected()(lambda smallest, largest: tuple(f"{x:.3f}" for x in _textbook(smallest, largest)))
lr_capped_at_1 = rejected()(lambda smallest, largest:
    (min(1.0, _textbook(smallest, largest)[0]), _textbook(smallest, largest)[1]))
momentum_at_least_a_tenth = rejected()(lambda smallest, largest:
    (_textbook(smallest, largest)[0], max(0.1, _textbook(smallest, largest)[1])))
momentum_at_most_99_percent = rejected()(lambda smallest, largest:
    (_textbook(smallest, largest)[0], min(0.99, _textbook(smallest, largest)[1])))
lr_a_little_smaller = rejected()(lambda smallest, largest:
    (0.99 * _textbook(smallest, largest)[0], _textbook(smallest, largest)[1]))
returns_none = rejected("nothing returned")(lambda smallest, largest: None)
returns_rate_as_third = rejected()(lambda smallest, largest:
    (*_textbook(smallest, largest), _sqrt(_textbook(smallest, largest)[1])))
