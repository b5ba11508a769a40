"""Answers written blind for `finite_differences.relative_error`, each under the verdict that it deserves."""

import functools
import math

import numpy as np
from submissions import passes, rejected

_norm = lambda a: np.sqrt(np.sum(np.asarray(a) ** 2))

def _linalg_norm_and_an_if(got, want):
    scale = max(np.linalg.norm(got), np.linalg.norm(want))
    if scale == 0:
        return 0.0
    return np.linalg.norm(got - want) / scale
linalg_norm_and_an_if = passes(_linalg_norm_and_an_if)

@passes
def hypot_over_a_list(got, want):
    def size(a):
        return math.hypot(*a.ravel().tolist())
    scale = max(size(got), size(want))
    return size(np.subtract(got, want)) / scale if scale > 0 else 0.0

@passes
def fsum_over_flat_one_root(got, want):
    gs = [float(v) for v in got.flat]
    ws = [float(v) for v in want.flat]
    d2 = math.fsum((g - w) ** 2 for g, w in zip(gs, ws))
    g2 = math.fsum(g * g for g in gs)
    w2 = math.fsum(w * w for w in ws)
    if g2 == w2 == 0:
        return 0.0
    return math.sqrt(d2 / max(g2, w2))

@passes
def nditer_over_both(got, want):
    d2 = g2 = w2 = 0.0
    for g, w in np.nditer([got, want], flags=["zerosize_ok"]):
        d2 += float(g - w) ** 2
        g2 += float(g) ** 2
        w2 += float(w) ** 2
    bottom = math.sqrt(max(g2, w2))
    return math.sqrt(d2) / bottom if bottom else 0.0

@passes
def scaled_by_largest_entry_first(got, want):
    top = max(np.max(np.abs(got), initial=0.0), np.max(np.abs(want), initial=0.0))
    if top == 0.0:
        return 0.0
    g, w, d = got / top, want / top, (got - want) / top
    return float(np.sqrt(np.sum(d**2)) / np.sqrt(max(np.sum(g**2), np.sum(w**2))))

class _WithVdot:
    """A little object one can call."""
    @staticmethod
    def length(a):
        return np.vdot(a, a) ** 0.5
    def __call__(self, got, want):
        scale = max(map(self.length, (got, want)))
        return scale and self.length(got - want) / scale
class_with_vdot = passes(_WithVdot())

@passes
def divide_with_where_and_out(got, want):
    norm = functools.partial(np.linalg.norm, axis=None)
    scale = np.maximum(norm(got), norm(want))
    return np.divide(norm(got - want), scale, out=np.zeros(()), where=scale > 0).item()

@passes
def recursion_over_axes(got, want):
    def squares(a):
        if a.ndim == 0:
            return float(a) ** 2
        return sum(squares(np.asarray(part)) for part in a)
    largest = max(squares(got), squares(want))
    if largest == 0:
        return 0.0
    return math.sqrt(squares(np.asarray(got - want))) / math.sqrt(largest)

@passes
def ratio_of_root_mean_squares(got, want):
    if not got.any() and not want.any():
        return 0.0
    def rms(a):
        return np.sqrt(np.mean(np.square(a)))
    return rms(got - want) / max(rms(got), rms(want))

one_lambda_with_and = passes(lambda got, want: (s := max(np.sqrt((got * got).sum()), np.sqrt((want * want).sum())))
    and float(np.sqrt(((got - want) ** 2).sum()) / s))

@rejected("divided by want only")
def divides_by_want_only(got, want):
    bottom = _norm(want)
    if bottom == 0:
        return 0.0 if _norm(got) == 0 else np.inf
    return _norm(got - want) / bottom

@rejected("divided by got only")
def divides_by_got_only(got, want):
    bottom = _norm(got)
    if bottom == 0:
        return 0.0 if not want.any() else np.inf
    return _norm(got - want) / bottom

@rejected("largest entry")
def largest_entry_as_norm(got, want):
    if got.size == 0:
        return 0.0
    bottom = max(np.abs(got).max(), np.abs(want).max())
    return 0.0 if bottom == 0 else np.abs(got - want).max() / bottom

@rejected("sum of sizes")
def sum_of_sizes(got, want):
    bottom = max(np.abs(got).sum(), np.abs(want).sum())
    return 0.0 if bottom == 0 else np.abs(got - want).sum() / bottom

@rejected("entry by entry, the mean")
def mean_of_the_entries_errors(got, want):
    bottom = np.maximum(np.abs(got), np.abs(want))
    bottom = np.where(bottom == 0, 1.0, bottom)
    return float(np.mean(np.abs(got - want) / bottom)) if got.size else 0.0

@rejected()
def sums_with_signs(got, want):
    bottom = max(got.sum(), want.sum())
    if bottom == 0:
        return 0.0
    return (got - want).sum() / bottom

@rejected("NaN where both are 0")
def nan_for_two_zeros(got, want):
    with np.errstate(invalid="ignore"):
        return _norm(got - want) / np.maximum(_norm(got), _norm(want))

@rejected("the sum of the norms")
def divides_by_sum_of_norms(got, want):
    bottom = _norm(got) + _norm(want)
    return 0.0 if bottom == 0 else _norm(got - want) / bottom

@rejected("the smaller norm")
def divides_by_smaller_norm(got, want):
    top = _norm(got - want)
    if top == 0:
        return 0.0
    bottom = min(_norm(got), _norm(want))
    return top / bottom if bottom else np.inf

@rejected()
def spectral_norm_for_matrices(got, want):
    def norm(a):
        return np.linalg.norm(a, 2) if a.ndim == 2 and a.size else np.linalg.norm(a)
    bottom = max(norm(got), norm(want))
    return 0.0 if bottom == 0 else norm(got - want) / bottom

@rejected("no root")
def squares_without_root(got, want):
    bottom = max((got**2).sum(), (want**2).sum())
    return 0.0 if bottom == 0 else ((got - want) ** 2).sum() / bottom

@rejected("root above only")
def root_on_top_only(got, want):
    bottom = max((got**2).sum(), (want**2).sum())
    return 0.0 if bottom == 0 else np.sqrt(((got - want) ** 2).sum()) / bottom

@rejected()
def got_changed_in_place(got, want):
    scale = max(np.linalg.norm(got), np.linalg.norm(want))
    if scale == 0:
        return 0.0
    got -= want
    return np.linalg.norm(got) / scale

@rejected(status="error")
def squares_want_in_place(got, want):
    d = np.linalg.norm(got - want)
    np.square(want, out=want)
    scale = max(np.linalg.norm(got), np.sqrt(want.sum()))
    return d / scale if scale else 0.0

@rejected()
def norms_along_last_axis(got, want):
    g, w = np.atleast_1d(got), np.atleast_1d(want)
    bottom = np.maximum(np.linalg.norm(g, axis=-1), np.linalg.norm(w, axis=-1))
    return np.linalg.norm(g - w, axis=-1) / np.where(bottom == 0, 1.0, bottom)

@rejected("nothing returned")
def prints(got, want):
    print(_linalg_norm_and_an_if(got, want))

@rejected("nothing returned")
def return_forgotten_at_end(got, want):
    scale = max(_norm(got), _norm(want))
    if scale == 0:
        return 0.0
    _norm(got - want) / scale

@rejected("0 where want is 0")
def zero_whenever_want_is_zero(got, want):
    if not want.any():
        return 0.0
    return np.linalg.norm(got - want) / max(np.linalg.norm(got), np.linalg.norm(want))

@rejected(status="error")
def zip_over_first_axis(got, want):
    d2 = sum((g - w) ** 2 for g, w in zip(got, want))
    m2 = max(sum(g**2 for g in got), sum(w**2 for w in want))
    return math.sqrt(d2 / m2) if m2 else 0.0

@rejected()
def norm_of_entrywise_quotients(got, want):
    bottom = np.maximum(np.abs(got), np.abs(want))
    return np.linalg.norm((got - want) / np.where(bottom == 0, 1.0, bottom))

rounded_to_6_places = rejected()(lambda got, want: round(float(_linalg_norm_and_an_if(got, want)), 6))
float32 = rejected()(lambda got, want: float(_linalg_norm_and_an_if(got.astype(np.float32), want.astype(np.float32))))
divides_by_at_least_1 = rejected()(lambda got, want:
    np.linalg.norm(got - want) / max(1.0, np.linalg.norm(got), np.linalg.norm(want)))
tiny_number_added_below = rejected()(lambda got, want:
    np.linalg.norm(got - want) / (max(np.linalg.norm(got), np.linalg.norm(want)) + 1e-12))

@rejected("difference of the norms")
def difference_of_norms(got, want):
    a, b = np.linalg.norm(got), np.linalg.norm(want)
    return abs(a - b) / max(a, b) if max(a, b) else 0.0

@rejected()
def zero_where_allclose(got, want):
    if np.allclose(got, want):
        return 0.0
    return np.linalg.norm(got - want) / max(np.linalg.norm(got), np.linalg.norm(want))

_LARGEST = [0.0]
@rejected()
def remembers_largest_norm(got, want):
    _LARGEST[0] = max(_LARGEST[0], np.linalg.norm(got), np.linalg.norm(want))
    return np.linalg.norm(got - want) / _LARGEST[0] if _LARGEST[0] else 0.0

@rejected()
def example_only(got, want):
    if got.shape == (2,) and got.tolist() == [3, 0] and want.tolist() == [0, 4]:
        return 1.25
    return 0.0

@rejected(status="timeout")
def loop_that_never_ends(got, want):
    i, d2 = 0, 0.0
    while i <= got.size:
        if i < got.size:
            d2 += (got.flat[i] - want.flat[i]) ** 2
            i += 1
    return math.sqrt(d2)

@rejected(status="error")
def math_sqrt_of_an_array(got, want):
    top = math.sqrt((got - want) ** 2)
    return top / max(math.sqrt(got**2), math.sqrt(want**2))

@rejected()
def zero_where_the_norms_are_equal(got, want):
    a, b = np.linalg.norm(got), np.linalg.norm(want)
    if a > b:
        bottom = a
    elif b > a:
        bottom = b
    else:
        return 0.0
    return np.linalg.norm(got - want) / bottom
