"""`gradcheck(f, vjp, x, h, tolerance)`: whether vjp is right for f at x, by an incoming gradient drawn at random."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.exercises.finite_differences.numerical_gradient import raveled
from autograd_lab.exercises.gradient_checking.quotients import Function, Shape, Way, central, partials, units
from autograd_lab.exercises.gradient_checking.rules_to_check import cases
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.slips import mistakes, of_pieces


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    kept = True
    for case in cases(draw):
        (f, vjp), before, said = case.strict(), case.x.copy(), set()
        for _ in range(case.times):
            said.add(_in_a_word(answer(f, vjp, case.x, case.h, case.tolerance)))
            kept = kept and np.array_equal(case.x, before)
            case.x[...] = before
        label = f"{case.words} (h = {case.h:.4g}, tolerance {case.tolerance:g})"
        yield label, said.pop() if len(said) == 1 else ", ".join(f"now {word}" for word in sorted(map(str, said)))
    yield Rule("`x` is left as it was"), kept

def _in_a_word(said: Any) -> str | None:
    if isinstance(said, (bool, np.bool_)) or (isinstance(said, np.ndarray) and said.dtype == bool and not said.ndim):
        return str(bool(said))
    return None if said is None else f"no bool, but of type {type(said).__name__}"

def _normal(shape: Shape) -> Any:
    return np.random.standard_normal(shape)

def _size(x: Any) -> float:
    return float(np.linalg.norm(np.ravel(x)))

def _relative(below: Callable[[float, float], float] = max, size: Callable[[Any], float] = _size) -> Callable[..., Any]:
    def error(got: Array, want: Array) -> float:
        if not got.any() and not want.any():
            return 0.0
        return float(np.divide(size(got - want), below(size(got), size(want))))

    return error

def _same_shape(got: Array, want: Array) -> bool:
    return bool(got.shape == want.shape)

def _no_nan(got: Array, want: Array) -> bool:
    return not np.isnan(got).any()

ERROR = _relative()

def _checker(u: Callable[[Shape, Shape], Any] = lambda out, shape: _normal(out),
             left: Callable[[Any, Any], Any] = lambda u, y: np.sum(u * y),
             right: Callable[[Way, Any, Array], Any] = lambda vjp, u, x: vjp(u, x),
             numeric: Callable[[Function, Array, float], Array] = partials,
             fits: Callable[[Array, Array], bool] = lambda got, want: _same_shape(got, want) and _no_nan(got, want),
             error: Callable[[Array, Array], Any] = ERROR,
             verdict: Callable[[Any, float], Any] = lambda error, tolerance: bool(error <= tolerance),
             ) -> Callable[..., Any]:
    """Return an answer made of pieces: a u, what it does on both sides, and how these are compared."""
    def gradcheck(f: Function, vjp: Way, x: Array, h: float, tolerance: float) -> Any:
        mine = u(np.shape(f(x)), x.shape)
        got = np.asarray(right(vjp, mine, x))
        want = numeric(lambda y: left(mine, f(y)), x, h)
        return verdict(error(got, want), tolerance) if fits(got, want) else False

    return gradcheck

def _by(quotient: Callable[[Callable[[float], Any], float], Any]) -> Callable[..., Any]:
    """Return a checker by another quotient(at, h), where at(t) is the sum with one entry of x moved by t."""
    def numeric(f: Function, x: Array, h: float) -> Array:
        lines = (lambda t, unit=unit: f(x + t * unit) for unit in units(x))
        return np.reshape([quotient(line, h) for line in lines], np.shape(x))

    return _checker(numeric=numeric)

def _moving(back: bool) -> Callable[..., Array]:
    """Return a numerical gradient that moves the entries of x itself."""
    def numeric(f: Function, x: Array, h: float) -> Array:
        gradient = np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            x[place] += h
            above = f(x)
            x[place] -= 2 * h
            gradient[place] = (above - f(x)) / (2 * h)
            if back:
                x[place] += h
        return gradient

    return numeric

def _signs(out: Shape) -> Any:
    return np.random.choice([-1.0, 1.0], out)

def _one_hot(out: Shape, at: Callable[[int], int], entry: float) -> Any:
    return np.where(np.arange(math.prod(out)) == at(math.prod(out)), entry, 0.0).reshape(out)

def _one_direction(f: Function, vjp: Way, x: Array, h: float, tolerance: float) -> bool:
    u, d = _normal(np.shape(f(x))), _normal(x.shape)
    got, want = np.asarray(vjp(u, x)), central(lambda y: np.sum(u * f(y)), x, d, h)
    return got.shape == x.shape and bool(ERROR(np.asarray(np.sum(got * d)), np.asarray(want)) <= tolerance)

def _entry_by_entry(got: Array, want: Array) -> float:
    scale = np.maximum(np.abs(got), np.abs(want))
    return float(np.max(np.abs(got - want) / np.where(scale == 0, 1.0, scale)))

def _by_allclose(close: Callable[..., bool]) -> Callable[..., Any]:
    """Return a checker that asks close((got, want), tolerance)."""
    return _checker(fits=_same_shape, error=lambda *pair: pair, verdict=lambda pair, t: bool(close(*pair, t)))

EXERCISE = Exercise(
    name="gradient_checking.gradcheck",
    probe=probe,
    reference=_checker(),
    alternatives=(
        _checker(lambda out, shape: np.asarray(np.random.uniform(-1, 1, out))),
        _checker(lambda out, shape: np.random.permutation(np.arange(math.prod(out)) % 2 * 2.0 - 1).reshape(out),
                 verdict=lambda error, tolerance: np.bool_(error <= tolerance)),
        _checker(lambda out, shape: np.random.uniform(0.5, 1.5, out) * _signs(out),
                 error=lambda got, want: ERROR(got, want) if (got - want).any() else 0.0),
    ),
    mistakes=mistakes(of_pieces(_checker, {
        "a u of ones": (lambda out, shape: np.ones(out),
            "Your u has the same number everywhere, such as 1: then a softmax may return zeros and still pass, since "
            "its outputs always add up to 1. Draw a u."),
        "a u of one sign": (lambda out, shape: np.random.uniform(0, 1, out),
            "Your u has no negative entries: a rule that is wrong for these alone passes. Draw both signs."),
        "one output only": (lambda out, shape: _one_hot(out, lambda size: 0, 1.0),
            "Your u is 0 but for its first entry: only one output is tested. Let all of them count."),
        "one random output": (lambda out, shape: _one_hot(out, np.random.randint, _signs(())),
            "Your u is 0 but for one entry: only one output is tested, a different one each time. Let all of them "
            "count."),
        "u of the shape of x": (lambda out, shape: _normal(shape),
            "Your u has the shape of x. An incoming gradient has the shape of the output."),
    }) | of_pieces(lambda right: _checker(right=right), {
        "two different u": (lambda vjp, u, x: vjp(_normal(np.shape(u)), x),
            "vjp gets another u than the numerical gradient. Draw once, and use it on both sides."),
        "x and u exchanged": (lambda vjp, u, x: vjp(x, u),
            "You hand x and u to vjp the wrong way round: it takes the incoming gradient first."),
    }) | of_pieces(lambda left: _checker(left=left), {
        "a new u for each value of f": (lambda u, y: np.sum(_normal(np.shape(y)) * y),
            "You draw u more than once. All values of f and what vjp returns belong to one and the same u."),
        "u missing in the sum": (lambda u, y: np.sum(y),
            "The numerical side sums f without u. Which function is it whose gradient vjp returns?"),
        "matrix product": (lambda u, y: np.sum(u @ y),
            "`@` is the sum of products for vectors only. Multiply entry by entry, and sum over everything."),
        "the mean": (lambda u, y: np.mean(u * y), "You take the mean of u·f(x). vjp is about the sum."),
    }) | of_pieces(_by, {
        "one-sided": (lambda at, h: (at(h) - at(0)) / h,
            "Your differences are one-sided: their error is far above the tolerance. Step to both sides."),
        "divided by h": (lambda at, h: (at(h) - at(-h)) / h,
            "Right rules fail, and one that is twice too large passes: from x − h to x + h it is not h."),
        "a step of its own": (lambda at, h: (at(1e-6) - at(-1e-6)) / 2e-6,
            "You choose a step yourself, and too small a one for values that are known to a few digits only. Use the h "
            "that is given."),
    }) | of_pieces(lambda numeric: _checker(numeric=numeric), {
        "flat x": (lambda f, x, h: np.reshape(partials(f, np.ravel(x), h), np.shape(x)),
            "You hand f a flat array. It takes one of the shape of x."),
        "ravel of a copy": (raveled,
            "For a transposed x the numerical gradient is 0: there `ravel` gives a copy, and f sees nothing of what "
            "you change in it. Use indices of the array itself."),
        "x left moved": (_moving(back=False),
            "You move the entries of x itself and leave them there. Work on a copy, and put each entry back before the "
            "next."),
        "x put back up to rounding": (_moving(back=True),
            "Right, but you move the entries of x itself, and going back leaves rounding in them. Work on a copy."),
    }) | of_pieces(lambda error: _checker(error=error), {
        "one entry only": (lambda got, want: ERROR(np.ravel(got)[:1], np.ravel(want)[:1]),
            "You compare the first entry only. A rule may be right there and wrong in the next row."),
        "the error without abs": (lambda got, want: np.sum(got - want) / (max(_size(got), _size(want)) or 1.0),
            "You compare the differences with their signs: a rule that is far too small passes. How large a difference "
            "is has no sign."),
        "absolute error": (lambda got, want: np.max(np.abs(got - want)),
            "You compare the error itself with the tolerance. Beside values of 1e8 it is always too large, beside 1e-8 "
            "always small enough: how large is it compared with the gradient?"),
        "never below 1": (_relative(lambda got, want: max(got, want, 1.0)),
            "What you divide by is never below 1: for small values that is the absolute error, and everything passes."),
        "entry by entry": (_entry_by_entry,
            "You divide entry by entry and keep the largest error. Take the norms first, and divide once."),
        "NaN where both are 0": (lambda got, want: np.divide(_size(got - want), max(_size(got), _size(want))),
            "Where both gradients are 0 you divide 0 by 0. They agree there: the error is 0."),
        "0 where one is 0": (lambda got, want: ERROR(got, want) if got.any() and want.any() else 0.0,
            "Where one of the two gradients is 0 you say that all is well. It is only if the other is 0, too."),
    }) | of_pieces(lambda fits: _checker(fits=fits, error=lambda got, want: ERROR(*map(np.ravel, (got, want)))), {
        "size for shape": (lambda got, want: got.size == want.size and _no_nan(got, want),
            "You compare how many entries there are. A gradient has the shape of its array, too."),
    }) | of_pieces(lambda verdict: _checker(verdict=verdict), {
        "strictly below": (lambda error, tolerance: bool(error < tolerance),
            "An error of exactly the tolerance is allowed: 0 with a tolerance of 0, for one."),
        "a tolerance of its own": (lambda error, tolerance: bool(error <= 1e-6),
            "It looks as if you chose a tolerance yourself. Use the one that is given."),
        "the error itself": (lambda error, tolerance: float(error),
            "The error came back. `True` or `False` is asked for: is it small enough?"),
    }) | of_pieces(_by_allclose, {
        "np.allclose": (np.allclose,
            "`np.allclose` compares entry by entry, not by norms. And unless it is told otherwise it has an `atol` of "
            "1e-8: what is about as small passes, right or wrong."),
        "np.allclose without the tolerance": (lambda got, want, tolerance: np.allclose(got, want),
            "`np.allclose` compares entry by entry, and with tolerances of its own: 1e-5 of the size, and 1e-8. The "
            "one that is given plays no part."),
    }) | {
        "NaN left out": (_checker(fits=_same_shape, error=_relative(size=lambda x: float(np.sqrt(np.nansum(x * x))))),
            "You leave NaN out of the norms: then a gradient that is NaN in one entry passes, or in all."),
        "NaN passes": (_checker(fits=_same_shape, verdict=lambda error, tolerance: not error > tolerance),
            "NaN passes: no comparison with it is true, so `error > tolerance` isn't either."),
        "shape not looked at": (_checker(fits=_no_nan),
            "You don't look at the shape of what vjp returns: where it broadcasts against that of x, it passes."),
        "one direction": (_one_direction,
            "You compare along one direction only, and divide by what is found there: that is another error than the "
            "one asked for. Take the slope of each entry."),
        "turned round": (lambda *arguments: not _checker()(*arguments),
            "You say `False` for right rules and `True` for wrong ones."),
        "always False": (lambda f, vjp, x, h, tolerance: False,
            "You say `False` to right rules, too. Is what you compare with right, and can your condition ever hold?"),
        "always True": (lambda f, vjp, x, h, tolerance: True, "You say `True` to wrong rules, too."),
    }),
    hints=(
        "Which function of x, with a single number as its value, has vjp(u, x) as its gradient?",
        "Draw u, once; want = the numerical gradient of Σ u·f(x); got = vjp(u, x). First the shape and NaN, then ‖got "
        "− want‖ / max(‖got‖, ‖want‖) ≤ tolerance.",
        "`u = rng.standard_normal(np.shape(f(x)))`, `want = numerical_gradient(lambda y: np.sum(u * f(y)), x, h)`, and "
        "`bool(relative_error(got, want) <= tolerance)`.",
    ),
    section="A checker of your own",
    notice="`torch.autograd.gradcheck` compares in this way too: one output after another, or with `fast_mode=True` "
    "along random directions. It wants float64.",
)
