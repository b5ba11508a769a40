"""Answers written blind for `finite_differences.numerical_gradient`, each under the verdict that it deserves."""

import functools

import numpy as np
from submissions import passes, rejected


def _entry_by_entry(f, x, h, quotient):
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

def _flat_on_a_copy(f, x, h):
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
flat_on_a_copy = passes(_flat_on_a_copy)

@passes
def ndindex_with_two_copies(f, x, h):
    grad = np.empty(x.shape, dtype=np.float64)
    for place in np.ndindex(x.shape):
        plus, minus = x.astype(np.float64), x.astype(np.float64)
        plus[place] += h
        minus[place] -= h
        grad[place] = (f(plus) - f(minus)) / (2 * h)
    return grad

@passes
def nditer_with_multi_index(f, x, h):
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

@passes
def rows_of_identity_matrix(f, x, h):
    x = np.array(x, dtype=np.float64)
    steps = h * np.eye(x.size).reshape((x.size,) + x.shape)
    ups = np.array([f(np.asarray(x + s)) for s in steps], dtype=np.float64)
    downs = np.array([f(np.asarray(x - s)) for s in steps], dtype=np.float64)
    return ((ups - downs) / (2 * h)).reshape(x.shape)

@passes
def flat_view_of_c_ordered_copy(f, x, h):
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

class _WithUnravelIndex:
    def __call__(self, f, x, h):
        start = np.asarray(x, dtype=np.float64)
        return np.array([self.entry(f, start, h, i) for i in range(start.size)], dtype=np.float64).reshape(start.shape)
    def entry(self, f, start, h, i):
        at = np.unravel_index(i, start.shape)
        up, down = start.copy(), start.copy()
        up[at] = start[at] + h
        down[at] = start[at] - h
        return (f(up) - f(down)) / (h + h)
class_with_unravel_index = passes(_WithUnravelIndex())

@passes
def partial_put_and_fromiter(f, x, h):
    base = np.array(x, np.float64)
    def moved(i, by):
        new = base.copy()
        np.put(new, i, new.item(i) + by)
        return f(new)
    up, down = functools.partial(moved, by=h), functools.partial(moved, by=-h)
    values = ((up(i) - down(i)) / (2 * h) for i in range(base.size))
    return np.fromiter(values, dtype=np.float64, count=base.size).reshape(base.shape)

@passes
def recursion_over_axes(f, x, h):
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

@passes
def where_on_numbered_places(f, x, h):
    numbers = np.arange(x.size).reshape(x.shape)
    x = x.astype("f8")
    out = []
    for i in range(x.size):
        up = np.array(np.where(numbers == i, x + h, x))
        down = np.array(np.where(numbers == i, x - h, x))
        out.append((f(up) - f(down)) / h / 2)
    return np.array(out, dtype="f8").reshape(x.shape)

one_sided = rejected("one-sided")(lambda f, x, h: _entry_by_entry(f, x, h, lambda v, h: (v(h) - v(0.0)) / h))
backward = rejected("to the left only")(lambda f, x, h: _entry_by_entry(f, x, h, lambda v, h: (v(0.0) - v(-h)) / h))
divides_by_h = rejected("divided by h")(lambda f, x, h: _entry_by_entry(f, x, h, lambda v, h: (v(h) - v(-h)) / h))
no_brackets_below = rejected("/ 2 * h")(lambda f, x, h: _entry_by_entry(f, x, h, lambda v, h: (v(h) - v(-h)) / 2 * h))
no_brackets_above = rejected("only the last term divided")(lambda f, x, h:
    _entry_by_entry(f, x, h, lambda v, h: v(h) - v(-h) / (2 * h)))
sign_turned = rejected("order swapped")(lambda f, x, h: _entry_by_entry(f, x, h, lambda v, h: (v(-h) - v(h)) / (2 * h)))
five_point_stencil = rejected("a step of its own")(lambda f, x, h:
    _entry_by_entry(f, x, h, lambda v, h: (8 * (v(h) - v(-h)) - (v(2 * h) - v(-2 * h))) / (12 * h)))
half_steps = rejected("half steps")(lambda f, x, h: _entry_by_entry(f, x, h, lambda v, h: (v(h / 2) - v(-h / 2)) / h))
own_step = rejected("a step of its own")(lambda f, x, h:
    _entry_by_entry(f, x, 1e-5, lambda v, h: (v(h) - v(-h)) / (2 * h)))
second_slope = rejected()(lambda f, x, h: _entry_by_entry(f, x, h, lambda v, h: (v(h) - 2 * v(0.0) + v(-h)) / h**2))

@rejected("left moved, x itself", status="error")
def x_left_perturbed(f, x, h):
    grad = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        x[at] += h
        up = f(x)
        x[at] -= 2 * h
        grad[at] = (up - f(x)) / (2 * h)
    return grad

@rejected("left moved")
def copy_not_restored(f, x, h):
    work = np.array(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        work[at] += h
        up = f(work)
        work[at] -= 2 * h
        grad[at] = (up - f(work)) / (2 * h)
    return grad

@rejected("no copy of a float64 x", status="error")
def asarray_does_not_copy(f, x, h):
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

@rejected()
def dtype_of_x_kept(f, x, h):
    grad = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[at] += np.asarray(h).astype(x.dtype)
        down[at] -= np.asarray(h).astype(x.dtype)
        grad[at] = (float(f(up)) - float(f(down))) / (2 * h)
    return grad

@rejected("float32 lost")
def float32_stays_float32(f, x, h):
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

@rejected("gradient of x's dtype")
def zeros_like_of_x(f, x, h):
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

@rejected("ravel of a copy")
def ravel_that_copies(f, x, h):
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

@rejected()
def order_of_memory(f, x, h):
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

flattened = rejected("flattened")(lambda f, x, h: _flat_on_a_copy(f, x, h).ravel())
one_entry_for_no_axes = rejected()(lambda f, x, h: np.atleast_1d(_flat_on_a_copy(f, x, h)))

@rejected("row by row", status="error")
def over_range_len(f, x, h):
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

@rejected(status="error")
def f_given_one_entry_for_no_axes(f, x, h):
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

@rejected()
def all_entries_at_once(f, x, h):
    x = np.array(x, dtype=np.float64)
    return np.full(x.shape, (f(np.asarray(x + h)) - f(np.asarray(x - h))) / (2 * h))

@rejected(status="error")
def f_given_flat_array(f, x, h):
    line = np.array(x, dtype=np.float64).ravel()
    grad = np.zeros(line.size)
    for i in range(line.size):
        step = np.zeros(line.size)
        step[i] = h
        grad[i] = (f(line + step) - f(line - step)) / (2 * h)
    return grad.reshape(x.shape)

@rejected(status="error")
def f_given_one_entry(f, x, h):
    x = np.array(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        grad[at] = (f(x[at] + h) - f(x[at] - h)) / (2 * h)
    return grad

@rejected()
def return_within_loop(f, x, h):
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

@rejected("nothing returned")
def return_forgotten(f, x, h):
    _flat_on_a_copy(f, x, h)

@rejected("nothing returned")
def prints(f, x, h):
    print(_flat_on_a_copy(f, x, h))

float32_result = rejected()(lambda f, x, h: _flat_on_a_copy(f, x, h).astype(np.float32))

@rejected()
def step_relative_to_entry(f, x, h):
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

@rejected()
def adds_to_last_calls_gradient(f, x, h, grads={}):
    grad = grads.setdefault(x.shape, np.zeros(x.shape))
    grad += _flat_on_a_copy(f, x, h)
    return grad.copy()

@rejected()
def same_array_in_each_call(f, x, h, grads={}):
    grad = grads.setdefault(x.shape, np.zeros(x.shape))
    grad[...] = _flat_on_a_copy(f, x, h)
    return grad

gradient_of_example = rejected()(lambda f, x, h: np.asarray(2.0 * np.array(x, dtype=np.float64)))

@rejected(status="timeout")
def loop_that_never_ends(f, x, h):
    grad = np.zeros(x.shape)
    i = 0
    while i < x.size:
        new = np.array(x, dtype=np.float64)
        new.flat[i] += h
        grad.flat[i] = f(new)
    return grad

@rejected()
def zero_where_x_is_zero(f, x, h):
    grad = _flat_on_a_copy(f, x, h)
    grad[np.asarray(x) == 0] = 0.0
    return grad

transposed = rejected()(lambda f, x, h: np.array(_flat_on_a_copy(f, x, h).T, order="C"))

@rejected()
def plus_and_minus_are_one_array(f, x, h):
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

f_given_list = rejected(status="error")(lambda f, x, h: _flat_on_a_copy(lambda a: f(a.tolist()), x, h))
