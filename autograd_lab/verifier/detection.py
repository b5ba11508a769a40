"""Is the gradient of one input right? Asked along a few directions, at a cost that doesn't grow with the input.

`ask` takes a `Question` (the subject, one of its inputs, incoming gradients and the claimed gradients for them) and
returns an `Answer`. A gap between claimed and measured slope counts when it exceeds eight times the estimate of the
measurement's own error, and a floor that follows the precision; and it must be found again with fresh directions.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.arrays import draw, size
from autograd_lab.verifier.slopes import Column, Gap, along, gaps
from autograd_lab.verifier.subject import Failed, Subject

_COARSE = 1e-3  # of the slope: an error estimate above this tells nothing
_KINKS_SOUGHT = 64
_ASKED = 400  # directions spent in the search for entries at a kink


@dataclass
class Question:
    """One input, and the gradients that are claimed for it.

    Attributes
    ----------
    subject : Subject
    slot : int
        Which of the checked inputs.
    cotangents : list of list of ndarray
        m incoming gradients, each an array for every output.
    gradients : list of ndarray
        What came back for each of them, of the input's shape.
    rounding : list of ndarray
        How far each of these changes when inputs and incoming gradients change by rounding only; empty for not known.
    eps : float
        The distance of 1 from the next number, in the least precise output.
    rng : numpy.random.Generator
    """

    subject: Subject
    slot: int
    cotangents: list[list[Array]]
    gradients: list[Array]
    eps: float
    rng: np.random.Generator
    rounding: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.point = self.subject.values[self.slot]
        self.shapes = [w.shape for w in self.cotangents[0]]
        # Gradients are sums of products whose rounding grows with their number: 1e-9 is 4e6 eps of float64.
        self.floor = 1e-9 if self.eps < 1e-15 else min(3000 * self.eps, 0.05)

    def evaluate(self, array: Array) -> list[Array] | None:
        """Return the outputs with this input at `array`, or None where they aren't finite numbers."""
        values = list(self.subject.values)
        values[self.slot] = array
        try:
            outs = self.subject.outputs(values)
        except Failed:
            return None
        good = [f.shape for f in outs] == self.shapes and all(np.isfinite(f).all() for f in outs)
        return outs if good else None

    def towards(self, entry: int) -> Array:
        """Return the direction of one entry, a step of its own size."""
        direction = np.zeros(self.point.size, self.point.dtype)
        direction[entry] = self.scales[0].ravel()[entry]
        return direction.reshape(self.point.shape)

    def rounded(self, array: Array) -> Array:
        """Return what is left of an array's numbers in the precision of the input."""
        return self.subject.rounded(array, self.slot)

    def along(self, base: list[Array], direction: Array) -> Column | None:
        """Return the derivatives of all outputs along a direction, where `base` are the outputs at the inputs."""
        return along(self.evaluate, base, self.point, direction, self.eps, self.rounded)

    def halve(self, hit: Callable[[Array], bool]) -> Iterator[int]:
        """Go through the entries by themselves that `hit` says yes to, found by halving from all entries on.

        `hit` is asked about random directions, each within some of the entries only.
        """
        waiting = [np.arange(self.point.size)]
        while waiting:
            entries = waiting.pop()
            direction = np.zeros(self.point.size, self.point.dtype)
            direction[entries] = (draw(self.rng, self.point) * self.scales[0]).ravel()[entries]
            if not hit(direction.reshape(self.point.shape)):
                continue
            if len(entries) == 1:
                yield int(entries[0])
            else:
                half = len(entries) // 2
                waiting += [entries[half:], entries[:half]]

    def gap(
        self, direction: Array, which: Sequence[int] | None = None, first: int = 3, point: Array | None = None
    ) -> Gap | None:
        """Return the gaps along a direction, for all cotangents or for some, at the inputs or at another point."""
        chosen = range(len(self.cotangents)) if which is None else which
        return gaps(
            self.evaluate,
            self.point if point is None else point,
            direction,
            [self.cotangents[m] for m in chosen],
            [self.gradients[m] for m in chosen],
            self.eps,
            first,
            self.rounded,
        )

    @cached_property
    def scales(self) -> tuple[Array, Array]:
        """Two scales for each entry: its own size, and one that is more equal.

        Steps in proportion to each entry never cross 0, where most kinks and edges of domains are; larger ones for
        small entries (the geometric mean with the root mean square of all) see these as well as large ones. Where all
        entries lie near a large offset, the second scale is their spread.
        """
        magnitude = np.abs(self.point)
        fine = np.isfinite(magnitude)
        some = magnitude[fine & (magnitude > 0)]
        typical = size(some) / float(np.sqrt(some.size)) if some.size else 1.0
        spread = float(np.std(self.point[fine])) if fine.any() else 0.0
        common = spread if 0 < spread < 1e-3 * typical else typical
        own = np.where(fine, np.where(magnitude > 0, magnitude, common), 0)
        return own, np.where(fine, common, 0) if common == spread else np.sqrt(own * common)

    def tolerance(self, gap: Gap, direction: Array, which: Sequence[int] | None = None) -> Array:
        """Return how large a gap may be, for each cotangent.

        Eight times its estimated error, the floor times the slope's terms, 30 times what rounding does to the claimed
        gradient, and 64 eps of the function: a slope of 0 has no terms to compare with.
        """
        chosen = range(len(self.cotangents)) if which is None else which
        shaken = np.array([size(self.rounding[m] * direction) for m in chosen]) if self.rounding else 0.0
        allowed: Array = 8 * gap.error + self.floor * gap.scale + 30 * shaken + 64 * self.eps * gap.height
        return allowed if self.subject.lifted else np.maximum(allowed, 0.05 * gap.scale)


@dataclass
class Answer:
    """What was found out about one input.

    Attributes
    ----------
    status : {"right", "wrong", "kink", "wrong at kink", "coarse", "undefined"}
    kinks : list of int
        Positions (in the flattened input) where the function's slope jumps.
    culprit : int
        The number of a cotangent for which the gradient is wrong.
    """

    status: Literal["right", "wrong", "kink", "wrong at kink", "coarse", "undefined"]
    kinks: list[int] = field(default_factory=list)
    culprit: int = 0


def ask(question: Question) -> Answer:
    """Say whether the gradient of one input is right."""
    wrong, coarse, kinky, undefined = False, False, False, 0
    for scale in question.scales:
        direction = draw(question.rng, question.point) * scale
        gap = question.gap(direction)
        if gap is None:
            undefined += 1
            continue
        bad, rough, kink = _read(question, gap, direction)
        kinky |= kink
        coarse |= rough
        wrong |= bad is not None
    if undefined == 2:
        return Answer("undefined")
    if kinky:
        return _at_kinks(question)
    if wrong:
        again = _confirm(question)
        if again is not None:
            return Answer("wrong", culprit=again)
        coarse |= not question.subject.lifted
    return Answer("coarse" if coarse else "right")


def _read(question: Question, gap: Gap, direction: Array) -> tuple[int | None, bool, bool]:
    """Return the worst cotangent (None if all fit), whether the numbers are too coarse, and whether there's a kink."""
    excess = np.abs(gap.value) / np.maximum(question.tolerance(gap, direction), 1e-300)
    # On a staircase of small treads, as of numbers rounded on the way, a gradient may be that of the ramp.
    ramp = (excess > 1) & (gap.change <= 1e-6 * gap.scale) & (gap.coarse_error <= 0.1 * gap.scale)
    ramp &= np.abs(gap.coarse) <= 30 * gap.coarse_error + 0.1 * gap.scale
    excess = np.where(ramp, 0, excess)
    bad = int(np.argmax(excess)) if np.max(excess) > 1 or not np.isfinite(excess).all() else None
    # A slope that is nothing beside the function, or beside its own rounding, is 0 as far as numbers tell.
    flat = (gap.error <= 1e-6 * gap.height) & (gap.scale <= 1e-6 * gap.height)
    if question.rounding:
        claimed = np.array([size(g * direction) for g in question.gradients])
        flat |= claimed <= 30 * np.array([size(r * direction) for r in question.rounding])
    error = np.where(ramp, np.maximum(gap.coarse_error, np.abs(gap.coarse)), gap.error)
    rough = bool(np.any((error > max(_COARSE, question.floor) * gap.scale) & ~flat))
    kink = bool(np.any(gap.kink > 1e-5 * gap.scale + 20 * gap.error))
    return bad, rough, kink


def _confirm(question: Question, mask: Array | None = None) -> int | None:
    """Find a gap again along fresh directions, with other first steps; return the cotangent, or None."""
    found: list[int | None] = []
    for first, scale in zip((4, 6, 5), [*question.scales, question.scales[0]], strict=True):
        direction = draw(question.rng, question.point) * scale * (1 if mask is None else mask)
        gap = question.gap(direction, first=first)
        if gap is not None:
            found.append(_read(question, gap, direction)[0])
    hits = [bad for bad in found if bad is not None]
    enough = 2 * len(hits) > len(found) if question.subject.lifted else len(hits) == len(found) > 0
    return hits[0] if enough else None


def _at_kinks(question: Question) -> Answer:
    """Find the entries where the slope jumps, check the others without them, and these against both slopes."""
    kinks = _search(question)
    if kinks is None:  # too many to find one by one
        return Answer("kink")
    mask = np.ones(question.point.size)
    mask[kinks] = 0
    smooth = mask.reshape(question.point.shape)
    coarse = False
    if smooth.any():
        direction = draw(question.rng, question.point) * question.scales[0] * smooth
        gap = question.gap(direction)
        if gap is not None:
            bad, coarse, again = _read(question, gap, direction)
            if again:
                return Answer("kink", kinks)
            if bad is not None:
                culprit = _confirm(question, smooth)
                if culprit is not None:
                    return Answer("wrong", kinks, culprit)
    for entry in kinks[:_KINKS_SOUGHT]:
        direction = question.towards(entry)
        gap = question.gap(direction)
        if gap is None:
            continue
        outside = np.abs(gap.value) > 0.5001 * gap.kink + question.tolerance(gap, direction)
        if bool(np.any(outside | ~np.isfinite(gap.value))) and _own(question, entry, kinks):
            return Answer("wrong at kink", kinks, int(np.argmax(np.abs(gap.value))))
    return Answer("coarse" if coarse else "kink", kinks)


def _own(question: Question, entry: int, kinks: list[int]) -> bool:
    """Whether the slope still jumps at an entry when the others move a little: so not where entries are only equal.

    Where a jump comes from several entries together, as in a sort or a maximum, more gradients are right than lie
    between the slopes that one entry alone has.
    """
    moved = question.point.copy().ravel()
    others = [k for k in kinks if k != entry]
    if not others:
        return True
    moved[others] += 1e-3 * (draw(question.rng, question.point) * question.scales[0]).ravel()[others]
    gap = question.gap(question.towards(entry), point=moved.reshape(question.point.shape))
    return gap is not None and _read(question, gap, question.towards(entry))[2]


def _search(question: Question) -> list[int] | None:
    """Return the entries where the slope jumps, by halving.

    Where there are many, all that hold the same few numbers as the first ones found; None where those differ.
    """
    asked, found = 0, list[int]()

    def jumps(direction: Array) -> bool:
        nonlocal asked
        asked += 1
        if asked > _ASKED or len(found) > _KINKS_SOUGHT:
            return False
        gap = question.gap(direction)
        return gap is not None and _read(question, gap, direction)[2]

    for entry in question.halve(jumps):
        found.append(entry)
    if asked <= _ASKED and len(found) <= _KINKS_SOUGHT:
        return sorted(found)
    values = np.unique(question.point.ravel()[found])
    same = np.flatnonzero(np.isin(question.point.ravel(), values))
    return [int(k) for k in same] if len(values) <= 4 < len(found) else None


def scaled_cotangent(question: Question, like: list[Array]) -> list[Array]:
    """Return a cotangent that gives every output the same weight, however its slope is scaled."""
    direction = draw(question.rng, question.point) * question.scales[0]
    for k in (4, 8, 16):
        high = question.evaluate(question.point + 2.0**-k * direction)
        low = question.evaluate(question.point - 2.0**-k * direction)
        if high is not None and low is not None:
            found: list[Array] = []
            for a, b, w in zip(high, low, like, strict=True):
                change = np.abs(a - b)
                some = change[change > 0]
                usual = float(np.median(some)) if some.size else 1.0
                found.append(
                    draw(question.rng, w) * usual / np.maximum(np.where(change > 0, change, usual), 1e-4 * usual)
                )
            return found
    return [draw(question.rng, w) for w in like]
