"""Answers written blind for `derivatives.close_enough`, each under the verdict that it deserves."""

import numpy as np
import torch
from submissions import passes, rejected


def _judge(rule):
    def answer(got, want):
        if got.shape != want.shape:
            return False
        return rule(got - want, torch.maximum(got.abs(), want.abs()).max())
    return answer

_allclose = lambda **options: lambda g, w: g.shape == w.shape and torch.allclose(g, w, **options)

def _one_entry_at_time(got, want):
    if got.shape != want.shape:
        return False
    pairs = list(zip(got.flatten().tolist(), want.flatten().tolist(), strict=True))
    scale = max(abs(entry) for pair in pairs for entry in pair)
    return all(abs(x - y) <= 1e-6 * scale for x, y in pairs)
one_entry_at_time = passes(_one_entry_at_time)

@passes
def numpy_arrays(got, want):
    got, want = got.detach().cpu().numpy(), want.detach().cpu().numpy()
    if got.shape != want.shape or np.isnan(got).any() or np.isnan(want).any():
        return False
    return bool(np.abs(got - want).max() <= 1e-6 * max(np.abs(got).max(), np.abs(want).max()))

scale_of_want_alone = passes(lambda got, want:
    got.shape == want.shape and ((got - want).abs().max() <= want.abs().max() * 1e-6).item())

@passes
def equal_else_divided(got, want):
    if torch.equal(got, want):
        return True
    if got.shape != want.shape:
        return False
    both = torch.stack([got, want])
    return bool((got - want).abs().max() / both.abs().max() <= 1e-6)

limit_nan_compares_false = passes(_judge(lambda d, s: bool(d.abs().max() <= 1e-6 * s)))

exactly_equal = rejected("equality")(torch.equal)
allclose_as_it_is = rejected("torch.allclose as it comes")(_allclose())
allclose_entry_by_entry = rejected("entry by entry")(_allclose(rtol=1e-6, atol=0))
no_abs_only_one_side = rejected("no abs")(_judge(lambda d, s: bool(d.max() <= 1e-6 * s)))
differences_cancel = rejected("sum of the differences")(_judge(lambda d, s: bool(d.sum().abs() <= 1e-6 * s)))
scale_without_abs = rejected("size without abs")(lambda got, want:
    got.shape == want.shape and bool((got - want).abs().max() <= 1e-6 * max(got.max(), want.max())))
scale_of_at_least_1 = rejected("size of at least 1")(_judge(lambda d, s: bool(d.abs().max() <= 1e-6 * max(1.0, s))))
tensor_of_bool = rejected("a tensor returned")(_judge(lambda d, s: (d.abs() <= 1e-6 * s).all()))
numpy_bool = rejected("np.bool_ returned")(_judge(lambda d, s: np.all(d.abs().numpy() <= 1e-6 * s.item())))

@rejected("broadcast shapes accepted")
def shapes_that_broadcast(got, want):
    try:
        return bool((got - want).abs().max() <= 1e-6 * max(got.abs().max(), want.abs().max()))
    except RuntimeError:
        return False

@rejected()
def same_number_of_entries(got, want):
    if got.numel() != want.numel():
        return False
    return _one_entry_at_time(got.flatten(), want.flatten())

zeros_strictly_below_zero = rejected("zeros rejected")(_judge(lambda d, s: bool(d.abs().max() < 1e-6 * s)))
zero_over_zero = rejected("zeros rejected")(_judge(lambda d, s: bool(d.abs().max() / s <= 1e-6)))
nan_is_not_far_apart = rejected("NaN accepted")(_judge(lambda d, s: not d.abs().max() > 1e-6 * s))
nan_equals_nan = rejected()(lambda got, want:
    _allclose(rtol=0, atol=1e-6 * want.abs().nan_to_num().max().item(), equal_nan=True)(got, want))

@rejected("measured by the difference")
def got_overwritten_by_difference(got, want):
    scale = max(got.abs().max(), want.abs().max())
    return got.shape == want.shape and bool(got.sub_(want).abs().max() <= 1e-6 * scale)

@rejected("abs in place")
def abs_in_place(got, want):
    if got.shape != want.shape:
        return False
    gap = (got - want).abs().max()
    return bool(gap <= 1e-6 * max(got.abs_().max(), want.abs_().max()))

@rejected(status="error")
def assert_on_shape(got, want):
    assert got.shape == want.shape, "shapes differ"
    return _one_entry_at_time(got, want)

@rejected(status="error")
def assert_close(got, want):
    torch.testing.assert_close(got, want, rtol=1e-6, atol=0)
    return True

shapes_only = rejected("only the shapes compared")(lambda got, want: got.shape == want.shape)
