"""Where a gradient is wrong, and by what: the true derivatives of some entries beside the claimed ones.

Only asked once a gradient is known to be wrong. `localise` takes the question and its answer, and returns a `Case`: for
all entries of a small input, or a sample of a large one, the derivative of every output by numbers, so that the true
gradient for any incoming gradient can be had there (`want`), beside the claimed one (`pull`). Memory: the sample times
the outputs, at most 4 million numbers.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.arrays import draw
from autograd_lab.verifier.detection import Answer, Question
from autograd_lab.verifier.subject import Failed

_ALL = 300  # up to so many entries are looked at one by one
_SAMPLE = 128
_LINE = 64  # up to this length whole lines belong to a sample: much is the same, or adds up, along an axis
_NUMBERS = 4_000_000
_SOUGHT = 16  # single wrong entries that are looked for where the sample holds none


@dataclass
class Case:
    """One input whose gradient for one output is wrong.

    Attributes
    ----------
    question : Question
        Whose gradient it is: the subject and the input.
    output : int
    entries : ndarray of int, shape (s,)
        The entries looked at, as positions in the flattened input.
    columns : list of ndarray, shape (s, outputs)
        The derivatives of the flattened output for them; for a complex input a second array, for imaginary steps.
    errors : ndarray, shape (s,)
        The estimated error of these derivatives.
    cotangents : list of ndarray
        Three incoming gradients for this output.
    got : list of ndarray
        The gradients claimed for them, of the input's shape.
    outputs : list of ndarray
    """

    question: Question
    output: int
    entries: Array
    columns: list[Array]
    errors: Array
    cotangents: list[Array]
    got: list[Array]
    outputs: list[Array]

    def __post_init__(self) -> None:
        self.subject, self.slot, self.x = self.question.subject, self.question.slot, self.question.point
        self.relative = 1e-6 if self.question.eps < 1e-15 else 3e-3  # how near two gradients are that are the same

    @property
    def y(self) -> Array:
        """The output."""
        return self.outputs[self.output]

    @property
    def complete(self) -> bool:
        """Whether all entries were looked at."""
        return len(self.entries) == self.x.size

    def want(self, cotangent: Array) -> Array:
        """Return the true gradient at the entries, for one incoming gradient."""
        w = np.conj(cotangent.ravel())
        parts = [np.real(column @ w) for column in self.columns]
        whole: Array = parts[0] if len(parts) == 1 else parts[0] + 1j * parts[1]
        return whole

    def pull(self, cotangent: Array, output: int | None = None, slot: int | None = None) -> Array:
        """Return the claimed gradient, whole, for one incoming gradient, of another output or input if asked."""
        ws = [np.zeros_like(f) for f in self.outputs]
        ws[self.output if output is None else output] = cotangent
        return self.subject.gradients(self.subject.values, ws)[self.slot if slot is None else slot]

    def lines(self, values: Array, axis: int) -> list[tuple[tuple[int, ...], Array]]:
        """Return the lines along an axis of which every entry was looked at: where they are, and the values there."""
        whole = np.full(self.x.size, np.nan, values.dtype)
        whole[self.entries] = values
        moved = np.moveaxis(whole.reshape(self.x.shape), axis, -1)
        return [(k, moved[k]) for k in np.ndindex(moved.shape[:-1]) if not np.isnan(moved[k]).any()]

    def at(self, array: Array) -> Array:
        """Return the entries looked at, of an array of the input's shape."""
        return array.ravel()[self.entries]

    @cached_property
    def wanted(self) -> Array:
        """The true gradients, shape (3, s)."""
        return np.stack([self.want(w) for w in self.cotangents])

    @cached_property
    def found(self) -> Array:
        """The claimed gradients, shape (3, s)."""
        return np.stack([self.at(g) for g in self.got])

    @cached_property
    def noise(self) -> Array:
        """The error of `wanted`, shape (3, s)."""
        return np.stack([4 * self.errors * np.linalg.norm(w.ravel()) for w in self.cotangents]) + 1e-300

    def same(self, a: Array, b: Array) -> Array:
        """Return where two arrays of shape (3, s) agree, as far as the numbers tell."""
        near: Array = np.abs(a - b) <= self.relative * np.maximum(np.abs(a), np.abs(b)) + self.noise
        return near

    def agree(self, a: Array, b: Array) -> bool:
        """Whether two arrays of shape (3, s) agree everywhere, and better than the claimed gradient with the true one.

        An explanation that leaves a twentieth of the error unexplained is none.
        """
        allowed = 0.05 * np.linalg.norm(self.found - self.wanted) + np.linalg.norm(self.noise)
        return bool(np.all(self.same(a, b)) and np.linalg.norm(a - b) <= allowed)

    @cached_property
    def wrong(self) -> Array:
        """Which of the entries are wrong for some incoming gradient, shape (s,)."""
        right: Array = np.all(self.same(self.found, self.wanted), axis=0)
        return ~right


def localise(question: Question, answer: Answer, limit: int = _ALL, sample: int = _SAMPLE) -> Case | None:
    """Return the case of a wrong gradient, or None where no single entry could be measured."""
    outputs = question.evaluate(question.point)
    if outputs is None:
        return None
    entries = _entries(question, answer, sum(f.size for f in outputs), limit, sample)
    case = _measure(question, entries, outputs)
    if case is not None and case.wrong.sum() < 4 and not case.complete:
        hidden = _seek(question, answer)
        if len(hidden):
            case = _measure(question, np.union1d(entries, hidden), outputs)
    return case


def _entries(question: Question, answer: Answer, outputs: int, limit: int, sample: int) -> Array:
    count = question.point.size
    usable = np.setdiff1d(np.arange(count), answer.kinks)
    most = max(_NUMBERS // max(outputs, 1), 16)
    if len(usable) <= min(limit, most):
        return usable
    chosen = question.rng.choice(usable, min(sample // 2, most), replace=False)
    claimed = np.abs(question.gradients[answer.culprit].ravel()[usable])
    silent = usable[claimed == 0]
    extra = [usable[:2], usable[-2:], silent[:: max(len(silent) // 8, 1)][:8]]
    if most > sample:
        extra += _lines(question.point.shape, chosen[:2])
    return np.intersect1d(np.concatenate([chosen, *extra]), usable)


def _lines(shape: tuple[int, ...], anchors: Array) -> list[Array]:
    """Return whole lines of entries through a few of them, along each axis that isn't too long."""
    positions = np.arange(int(np.prod(shape))).reshape(shape)
    lines = []
    for anchor in anchors:
        place = np.unravel_index(anchor, shape)
        for axis, length in enumerate(shape):
            if 1 < length <= _LINE:
                lines.append(positions[tuple(slice(None) if k == axis else p for k, p in enumerate(place))])
    return lines


def _measure(question: Question, entries: Array, outputs: list[Array]) -> Case | None:
    """Differentiate by numbers for each entry; choose the output for which the claimed gradient is wrong."""
    scale = question.scales[0].ravel()
    steps = (1.0, 1j) if question.point.dtype.kind == "c" else (1.0,)
    kept, found, errors = [], [], []
    for entry in entries:
        columns = [question.along(outputs, step * question.towards(entry)) for step in steps]
        fine = [c for c in columns if c is not None and not c.kink]
        if len(fine) == len(steps):
            kept.append(entry)
            found.append([[part / scale[entry] for part in c.value] for c in fine])
            errors.append(max(c.error for c in fine) / scale[entry])
    if not kept:
        return None
    best: Case | None = None
    for output, f in enumerate(outputs):
        stacked: list[Array] = [np.stack([row[s][output].ravel() for row in found]) for s in range(len(steps))]
        cotangents = [draw(question.rng, f) for _ in range(3)]
        case = Case(question, output, np.array(kept), stacked, np.array(errors), cotangents, [], outputs)
        try:
            case.got = [case.pull(w) for w in cotangents]
        except Failed:
            continue
        best = best or case
        if case.wrong.any():
            return case
    return best


def _seek(question: Question, answer: Answer) -> Array:
    """Find single wrong entries among many right ones, by halving."""
    which = [answer.culprit]

    def differs(direction: Array) -> bool:
        gap = question.gap(direction, which)
        return gap is not None and bool(np.abs(gap.value[0]) > question.tolerance(gap, direction, which)[0])

    return np.array(sorted(islice(question.halve(differs), _SOUGHT)), dtype=int)
