"""Derivatives by numbers, each with an estimate of its own error.

`gaps` and `along` take a function as `evaluate`, which takes one array (the other inputs stay as they are) and returns
the outputs, or None where they aren't defined. `gaps` returns how far claimed gradients are from the function's slope
along one direction; `along` returns the derivatives of all outputs along it. Central differences at steps that halve
are extrapolated to step 0 (L. F. Richardson 1911), and the difference of neighbours in the table is the error estimate
(C. J. F. Ridders, Advances in Engineering Software 4, 1982). The steps begin large and end when rounding takes over, so
that neither a near kink nor fast oscillation needs to be known beforehand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.arrays import largest, size

Evaluate = Callable[[Array], list[Array] | None]

_FIRST, _LAST = 3, 44  # steps are 2**-k: from an eighth of each entry's scale down to where float64 has no digits left
_DEEPEST = 7  # columns of the extrapolation table; more only amplify rounding
_EARNED = 3  # rows that brought a smaller error, one after the other
_GOOD = 1e-11  # relative error estimate at which no smaller step is tried


@dataclass(frozen=True)
class Gap:
    """For each of m cotangents w: how far the slope of ⟨w, f⟩ along a direction is from the claimed one.

    Attributes
    ----------
    value : ndarray, shape (m,)
        ⟨w, J u⟩ − ⟨g, u⟩, extrapolated to step 0.
    error : ndarray, shape (m,)
        The estimate of its error, rounding included.
    slope : ndarray, shape (m,)
        ⟨w, J u⟩.
    scale : ndarray, shape (m,)
        The size that the terms of these sums have together, as a root of squares.
    kink : ndarray, shape (m,)
        Σ |w| times the jump of the slope at the point itself; 0 where the function is smooth there.
    height : ndarray, shape (m,)
        The size of the function itself, the largest over all steps.
    change : ndarray, shape (m,)
        The size of the outputs' own slopes at the smallest step; 0 on the tread of a staircase.
    coarse, coarse_error : ndarray, shape (m,)
        The gap and its error as larger steps saw them, where smaller ones contradict (a staircase); else NaN.
    """

    value: Array
    error: Array
    slope: Array
    scale: Array
    kink: Array
    height: Array
    change: Array
    coarse: Array
    coarse_error: Array


def dot(a: Array, b: Array) -> float:
    """Return the real part of ⟨a, b⟩, what torch's convention for complex gradients makes of a slope."""
    return float(np.vdot(a, b).real)


class Table:
    """Ridders' table for several numbers at once: rows of steps that halve, columns of rising order.

    Attributes
    ----------
    best, error : ndarray, shape (m,)
        The extrapolated numbers, and the estimates of their errors; infinite before there is one.
    former, former_error : ndarray, shape (m,)
        What larger steps agreed on before smaller ones contradicted them; NaN where none did.
    """

    def __init__(self, count: int) -> None:
        self.rows: list[list[Array]] = []
        self.best: Array = np.zeros(count)
        self.error: Array = np.full(count, np.inf)
        self.former, self.former_error = np.full(count, np.nan), np.full(count, np.nan)
        # How many rows in turn brought a smaller error: now, and when the best and the former were found.
        self.streak, self.last = np.zeros(count), np.full(count, np.inf)
        self.best_streak, self.former_streak = np.zeros(count), np.zeros(count)

    def add(self, value: Array, noise: Array) -> None:
        """Add the numbers for the next step, and the rounding that they may hold."""
        row = [value]
        above = self.rows[-1] if self.rows else []
        if above:
            # For a smooth function the quotients of smaller steps are nearer to the limit, up to rounding.
            away = np.abs(value - self.best) > 2 * np.abs(value - above[0]) + 50 * noise + 8 * self.error
            away &= np.isfinite(self.error)
            fresh = away & ~(self.former_error < self.error)
            fresh &= (self.best_streak >= _EARNED) | (self.former_streak < _EARNED)
            self.former = np.where(fresh, self.best, self.former)
            self.former_error = np.where(fresh, self.error, self.former_error)
            self.former_streak = np.where(fresh, self.best_streak, self.former_streak)
            self.error = np.where(away, np.inf, self.error)
        candidate, least = self.best, np.full(len(value), np.inf)
        for m in range(min(len(above), _DEEPEST)):
            row.append(row[m] + (row[m] - above[m]) / (4.0 ** (m + 1) - 1))
            error = np.maximum(np.abs(row[m + 1] - row[m]), np.abs(row[m + 1] - above[m])) + noise
            candidate = np.where(error < least, row[m + 1], candidate)
            least = np.minimum(least, error)
        if above:
            self.streak = np.where(least < self.last, self.streak + 1, 0)
            self.last = least
            near = np.abs(candidate - self.best) <= 8 * self.error
            better = (least < self.error) & (near | (self.best_streak < _EARNED) | (self.streak >= _EARNED))
            better |= ~np.isfinite(self.error)
            self.best = np.where(better, candidate, self.best)
            self.error = np.where(better, least, self.error)
            self.best_streak = np.where(better, self.streak, self.best_streak)
        self.rows = [row]

    def settle(self) -> None:
        """Go back to what larger steps said where that was earned, and smaller ones have nothing near as sure.

        A table that converged row by row is no accident; what contradicts it is rounding inside the function that
        the values don't show, as in 1 - cos(x) for a small x.
        """
        earned = (self.former_streak >= _EARNED) & (self.error > 100 * self.former_error)
        self.best = np.where(earned, self.former, self.best)
        self.error = np.where(earned, self.former_error, self.error)

    def contradicts(self, value: Array, noise: Array) -> bool:
        """Whether the quotient of a much smaller step is not what the table says."""
        return bool(np.any(np.abs(value - self.best) > 50 * noise + 8 * self.error))

    def restart(self) -> None:
        """Forget the rows, not the best: a step in between could not be taken."""
        self.rows = []


def gaps(
    evaluate: Evaluate,
    point: Array,
    direction: Array,
    cotangents: Sequence[list[Array]],
    gradients: Sequence[Array],
    eps: float,
    first: int = _FIRST,
    rounded: Callable[[Array], Array] = lambda array: array,
) -> Gap | None:
    """Compare the slope along `direction` with `gradients`, one for each of `cotangents`.

    The difference between function and claimed gradient is taken at each step with the points as they are after
    rounding, and then extrapolated; so an offset that eats the digits of the step does no harm.
    Returns None where the function isn't defined on both sides however small the step.
    """
    base = evaluate(point)
    if base is None:
        return None
    walk = _Walk(evaluate, base, point, direction, cotangents, gradients, eps, rounded)
    table, kinks, done, last = Table(len(cotangents)), list[Array](), 0, None
    height = np.zeros(len(cotangents))
    for k in range(first, _LAST):
        step = walk.take(k)
        if step is None:
            table.restart()
            kinks = []
            continue
        done, last = done + 1, step
        kinks.append(step.bend)
        height = np.maximum(height, step.height)
        table.add(step.value, step.noise)
        settled = (table.error <= _GOOD * step.scale + 4 * step.noise) | (step.noise > table.error)
        if k < _LAST - 12 and bool(np.any(_jump(np.array(kinks)) > 1e-5 * step.scale + 20 * table.error)):
            continue  # what looks like a kink may be a sharp bend: look closer
        if done >= 4 and bool(np.all(settled)):
            beyond = walk.take(k + 8)
            if beyond is None or not table.contradicts(beyond.value, beyond.noise):
                break
    table.settle()
    if last is None or not np.isfinite(table.error).any():
        return None
    jump = _jump(np.array(kinks))
    return Gap(
        table.best, table.error, last.slope, last.scale, jump, height, last.change, table.former, table.former_error
    )


@dataclass(frozen=True)
class _Step:
    """What one pair of points tells, for each cotangent."""

    value: Array
    noise: Array
    slope: Array
    scale: Array
    change: Array
    bend: Array
    height: Array


@dataclass
class _Walk:
    """Pairs of points around one point, along one direction."""

    evaluate: Evaluate
    base: list[Array]
    point: Array
    direction: Array
    cotangents: Sequence[list[Array]]
    gradients: Sequence[Array]
    eps: float
    rounded: Callable[[Array], Array]

    def __post_init__(self) -> None:
        self.still = self.direction == 0
        finite = np.where(np.isfinite(self.point), np.abs(self.point), 0)
        self.claimed = np.array([size(g * self.direction) for g in self.gradients])
        self.moved = np.array([size(np.abs(g) * finite) for g in self.gradients])
        self.entries = np.sqrt(sum(f.size for f in self.base))
        self.jitter = np.zeros(len(self.cotangents))
        for ulps in (3.0, -5.0, 11.0):  # how far the values jump where the input moves by rounding only
            near = self.point + ulps * self.eps * np.abs(finite) * np.sign(np.real(self.direction))
            values = self.evaluate(near)
            if values is None or self.eps > 1e-15:
                continue
            moved = [a - b for a, b in zip(values, self.base, strict=True)]
            with np.errstate(invalid="ignore"):
                delta = np.where(self.still, 0, near - self.point)
            jumps = [
                abs(sum(map(dot, ws, moved)) - dot(g, delta))
                for ws, g in zip(self.cotangents, self.gradients, strict=True)
            ]
            self.jitter = np.maximum(self.jitter, jumps)

    def take(self, k: int) -> _Step | None:
        """Return what the step 2**-k tells, or None where the function isn't defined."""
        h = 2.0**-k
        up, down = self.rounded(self.point + h * self.direction), self.rounded(self.point - h * self.direction)
        high, low = self.evaluate(up), self.evaluate(down)
        if high is None or low is None:
            return None
        with np.errstate(invalid="ignore"):
            delta = np.where(self.still, 0, up - down)
        change = [a - b for a, b in zip(high, low, strict=True)]
        bend = [np.abs((a - f) + (b - f)) for a, b, f in zip(high, low, self.base, strict=True)]
        most = [
            np.maximum(np.abs(f), np.maximum(np.abs(a), np.abs(b)))
            for f, a, b in zip(self.base, high, low, strict=True)
        ]
        slope = np.array([sum(map(dot, ws, change)) for ws in self.cotangents]) / (2 * h)
        sizes = np.array([_weighed(ws, change) for ws in self.cotangents]) / (2 * h)
        claimed = np.array([dot(g, delta) for g in self.gradients]) / (2 * h)
        height = np.array([_weighed(ws, most) for ws in self.cotangents])
        noise = np.maximum(self.eps * height, self.jitter) / h
        bends = np.array(
            [sum(float(np.sum(np.abs(w) * b)) for w, b in zip(ws, bend, strict=True)) for ws in self.cotangents]
        )
        rounding = 8 * self.entries * (noise + self.eps * self.moved / h)
        return _Step(
            slope - claimed,
            noise,
            slope,
            np.maximum(sizes, self.claimed),
            sizes,
            np.maximum(bends / h - rounding, 0),
            height,
        )


def _weighed(ws: list[Array], arrays: list[Array]) -> float:
    """Return the root of the sum of the squares of all products."""
    return float(np.hypot.reduce([size(w * a) for w, a in zip(ws, arrays, strict=True)]))


def _jump(bends: Array) -> Array:
    """Return what the second differences, divided by the step, tend to: 0, unless the slope jumps at the point."""
    if len(bends) < 3:
        return np.zeros(bends.shape[1])
    limits = 2 * bends[1:] - bends[:-1]
    steady = (limits[1:] > 0) & (np.abs(limits[1:] - limits[:-1]) <= 0.1 * np.abs(limits[1:]))
    largest: Array = np.max(np.where(steady, limits[1:], 0), axis=0)
    return np.where(steady[-1], largest, 0)  # rounding only takes away from it


@dataclass(frozen=True)
class Column:
    """The derivative of every output for one entry, its error, and whether the slope jumps there."""

    value: list[Array]
    error: float
    kink: bool


def along(
    evaluate: Evaluate,
    base: list[Array],
    point: Array,
    direction: Array,
    eps: float,
    rounded: Callable[[Array], Array] = lambda array: array,
) -> Column | None:
    """Return the derivatives of all outputs along `direction`, extrapolated; None where there are none."""
    total = sum(f.size for f in base)
    table, bends, done = Table(total), list[float](), 0
    ground = eps * max((largest(f) for f in base), default=0.0)
    with np.errstate(invalid="ignore"):
        near = evaluate(rounded(point + 3 * eps * np.abs(point) * np.sign(direction)))
    if near is not None and eps < 1e-15:  # how far the values jump where the input moves by rounding only
        ground = max(ground, *(largest(a - b) for a, b in zip(near, base, strict=True)))

    def quotient(k: int) -> tuple[Array, float, float] | None:
        """Return the difference quotient of every output, its rounding, and the second difference over the step."""
        h = 2.0**-k
        up, down = rounded(point + h * direction), rounded(point - h * direction)
        high, low = evaluate(up), evaluate(down)
        if high is None or low is None:
            return None
        still = direction == 0
        with np.errstate(invalid="ignore"):
            delta = np.where(still, 0, up - down)
        width = dot(direction, delta) / dot(direction, direction)  # 2h, but for the rounding of the points
        if not width > 0:
            return None
        change = [(a - b).ravel() / width for a, b in zip(high, low, strict=True)]
        bend = max(largest((a - f) + (b - f)) for a, b, f in zip(high, low, base, strict=True)) / h
        return np.concatenate(change), ground / h, max(bend - 16 * ground / h, 0.0)

    if not dot(direction, direction) > 0:
        return None
    for k in range(_FIRST, _LAST):
        step = quotient(k)
        if step is None:
            table.restart()
            bends = []
            continue
        value, noise, bend = step
        done += 1
        bends.append(bend)
        table.add(value, np.full(total, noise))
        enough = (table.error <= _GOOD * largest(value) + 4 * noise) | (noise > table.error)
        if done >= 4 and bool(np.all(enough)):
            beyond = quotient(k + 8)
            if beyond is None or not table.contradicts(beyond[0], np.full(total, beyond[1])):
                break
    table.settle()
    if not np.isfinite(table.error).all():
        return None
    ends = np.cumsum([f.size for f in base])[:-1]
    parts = [part.reshape(f.shape) for part, f in zip(np.split(table.best, ends), base, strict=True)]
    kink = bool(_jump(np.array(bends)[:, None])[0] > 1e-5 * largest(table.best) + 1e-300)
    return Column(parts, largest(table.error), kink)
