"""Guesses at a slip that compare the true and the claimed gradient entry by entry.

Each function takes a `Case`, which has both side by side, and returns one `Guess` or several, or none. A guess is made
only when it explains every entry looked at, for three random incoming gradients.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.localise import Case

_SMALL = 4  # lengths that may as well be a number in a formula


_BY_A_COUNT = "Mean and sum differ by that: is a division by it left out, or done twice?"
_BY_A_ROOT = "Is a scale of one over a root left out, or applied twice?"


@dataclass(frozen=True)
class Guess:
    """A cause, and what makes one think so, as a sentence."""

    cause: str
    message: str


@dataclass
class Elsewhere:
    """The same case at other numbers, to tell what is constant from what depends on the input; and at other sizes."""

    moved: Callable[[], Case | None]
    resized: Callable[[int], Case | None]


def zero(case: Case) -> Guess | None:
    """Ask whether nothing comes back."""
    if not np.any(case.found):
        for o, f in enumerate(case.outputs):
            if o != case.output and np.any(case.at(case.pull(np.ones_like(f), o))):
                words = (
                    f"What comes in through output {case.output} is left out; what comes in through output {o} is not."
                )
                return Guess("missing_term", words)
        return Guess("zero", "Every entry is zero: nothing flows back to this input. Is it detached, or forgotten?")
    return None


def precision(case: Case) -> Guess | None:
    """Ask whether the gradient is right but for rounding errors of a lower precision."""
    apart, size = np.linalg.norm(case.found - case.wanted), np.linalg.norm(case.wanted)
    if not size or apart > 1e-2 * size:
        return None
    big = np.abs(case.wanted) > 0.3 * np.max(np.abs(case.wanted))
    off = np.real(case.found[big] / case.wanted[big]) - 1
    real = np.abs(case.found - case.wanted)[big] > 3 * case.noise[big]  # beyond what measuring leaves
    if len(off) < 4 or np.mean(real) < 0.5 or np.max(np.abs(off)) > 3e-2 or abs(np.mean(off)) > 20 * np.std(off):
        return None
    if abs(np.mean(off)) > 0.6 * np.sqrt(np.mean(off**2)) or _smooth(case):
        return None  # all off to the same side, or gradually: that is a formula, not rounding
    digits = -np.log10(np.max(np.abs(off)))
    return Guess(
        "precision",
        f"Right to about {digits:.0f} digits only, with errors that look like rounding: is it computed in a "
        "lower precision?",
    )


def _smooth(case: Case) -> bool:
    """Whether the relative error is a smooth function of the input's entries, as a slightly wrong formula makes it."""
    x = case.at(case.x)
    if x.dtype.kind == "c" or len(x) < 12 or np.ptp(x) == 0:
        return False
    off = (case.found - case.wanted) / np.max(np.abs(case.wanted), axis=1, keepdims=True)
    weighed = [np.divide(row, w, out=np.zeros(len(x)), where=w != 0) for row, w in zip(off, case.wanted, strict=True)]
    for curve in (off[0], weighed[0]):
        fit = np.polynomial.Polynomial.fit(x, curve, 6)(x)
        if np.sum((curve - fit) ** 2) < 0.1 * np.sum((curve - curve.mean()) ** 2):
            return True
    return False


def conjugate(case: Case) -> Guess | None:
    """Ask whether something complex lacks its conjugate, or has one too many."""
    if not (np.iscomplexobj(case.wanted) or np.iscomplexobj(case.y)):
        return None
    turned = np.stack([case.want(np.conj(w)) for w in case.cotangents])
    for other in (np.conj(turned), np.conj(case.wanted), turned):
        if case.agree(case.found, other) and not case.agree(other, case.wanted):
            words = (
                "It is what comes out when a factor is not conjugated (or one too many is). By torch's convention the "
                "incoming gradient is multiplied by the conjugate of the derivative."
            )
            return Guess("conjugate", words)
    return None


# One constant


def constant(case: Case) -> complex | None:
    """Return the number c for which the claimed gradient is c times the true one, if there is one."""
    at = np.unravel_index(np.argmax(np.abs(case.wanted)), case.wanted.shape)
    if not abs(case.wanted[at]):
        return None
    c = complex(case.found[at] / case.wanted[at])
    if abs(c) < 1e-12 or not case.agree(case.found, c * case.wanted):
        return None
    return c


def factor(case: Case, elsewhere: Elsewhere) -> list[Guess]:
    """Ask whether the whole gradient is off by one factor, and where that number comes from."""
    c = constant(case)
    if c is None:
        return []
    if abs(c + 1) < 1e-6:
        return [Guess("sign", "Every entry has the right size and the wrong sign.")]
    moved = elsewhere.moved()
    other = constant(moved) if moved is not None else None
    shown = f"{c.real:.6g}" if abs(c.imag) < 1e-9 * abs(c) else f"{c:.6g}"
    base = f"Every entry is {shown} times what it should be"
    if moved is not None and other is not None and abs(other - c) > 10 * case.relative * abs(c):
        source = _scalar(case, moved, c, other)
        if source:
            return [Guess("chain_factor", f"{base}, which is {source}: that factor is missing or too much.")]
        return [
            Guess(
                "chain_factor",
                f"{base} here and {other.real:.6g} times at other numbers: a factor that depends on the input "
                "is missing or too much.",
            )
        ]
    guesses = []
    size = _size(case, c)
    if size:
        words = f"{base}, and {size[2]}. {_BY_A_ROOT if 'root' in size[2] else _BY_A_COUNT}"
        guesses.append(Guess("scaled_by_size", words))
    number = _number(case, c)
    plain = Guess("factor", base + (number or "."))
    if not size or number:
        return [plain, *guesses]
    length, axes, _ = size
    if min(abs(abs(c) - length) / length, abs(abs(c) * length - 1)) > 1e-6:
        return guesses
    doubt = [*guesses, plain] if length <= _SMALL else guesses
    other_case = elsewhere.resized(axes[0])  # does the factor follow when that axis is longer by one?
    again = constant(other_case) if other_case is not None else None
    if again is None:
        return doubt
    grown = int(np.prod([n + 1 if n == axes[0] else n for n in axes]))
    if abs(again - c) < 1e-6 * abs(c):
        return [plain]
    followed = c * (grown / length if abs(c) > 1 else length / grown)
    return guesses if abs(again - followed) < 1e-6 * abs(followed) else doubt


def _scalar(case: Case, moved: Case, here: complex, there: complex) -> str:
    """Say which single number of the function (its output, or another input) the factor is a power of."""
    for name, a, b in _scalars(case, moved):
        for power in (1, -1, 2, -2, 0.5, -0.5, 3, -3):
            if a > 0 or power == int(power):
                p, q = a**power, b**power
                if abs(p - here) < 1e-5 * abs(here) and abs(q - there) < 1e-5 * abs(there):
                    return f"{name}" if power == 1 else f"{name} to the power of {power:g}"
    return ""


def _scalars(case: Case, moved: Case) -> list[tuple[str, float, float]]:
    found = []
    if case.y.size == 1 and case.y.dtype.kind != "c":
        found.append(("the output", float(case.y.ravel()[0]), float(moved.y.ravel()[0])))
    for slot, (a, b) in enumerate(zip(case.subject.values, moved.subject.values, strict=True)):
        if a.size == 1 and slot != case.slot and a.dtype.kind != "c":
            name = case.subject.names[case.subject.slots[slot]] or f"input {case.subject.slots[slot]}"
            found.append((f"`{name}`", float(a.ravel()[0]), float(b.ravel()[0])))
    return found


def _size(case: Case, c: complex) -> tuple[int, tuple[int, ...], str] | None:
    """Return the count that the factor is, or one over it, with the axes that it counts, and words."""
    shapes = [case.x.shape, case.y.shape, *(tuple(getattr(a, "shape", ())) for a in case.subject.given)]
    lengths = {}
    for shape in shapes:
        for count in range(len(shape), 0, -1):
            for axes in combinations(shape, count):
                lengths[int(np.prod(axes))] = axes
    for length, axes in sorted(lengths.items()):
        if length < 2:
            continue
        what = (
            f"{length} is the length of an axis"
            if len(axes) == 1
            else f"{length} = {'·'.join(map(str, axes))} counts entries"
        )
        plain = ((length, what), (1 / length, what))
        if min(abs(c), 1 / abs(c)) > 0.24 and abs(max(abs(c), 1 / abs(c)) - round(max(abs(c), 1 / abs(c)))) < 1e-6:
            further: tuple[tuple[float, str], ...] = ()  # 2, 3, 4 and their inverses are numbers that formulas have
        else:
            further = (
                (length - 1, f"{length - 1} is one less than a count of {length}"),
                (1 / (length - 1), f"{length - 1} is one less than a count of {length}"),
                (length / (length - 1), f"{length} / {length - 1} is a count over one less"),
                ((length - 1) / length, f"{length - 1} / {length} is one less than a count, over it"),
                (length**0.5, f"it is the root of {length}, a count"),
                (length**-0.5, f"it is one over the root of {length}, a count"),
            )
        for value, words in (*plain, *further):
            if abs(abs(c) - value) < 1e-6 * value and not (abs(value - 1) < 1e-9):
                return length, axes, words
    return None


def _number(case: Case, c: complex) -> str:
    """Say whether the factor is a number that was passed to fn."""
    for k, given in enumerate(case.subject.given):
        if (
            isinstance(given, (int, float))
            and not isinstance(given, bool)
            and given not in (0, 1)
            and k not in case.subject.slots
        ):
            name = case.subject.names[k]
            what = f"argument {k}" + (f" (`{name}`)" if name else "")
            for power in (-1, 1, 2, -2):
                if abs(given**power - c) < 1e-6 * abs(c):
                    return (
                        f"; {what} is {given:g}: is it left out, or used twice?"
                        if abs(power) == 1
                        else f": {what}, which is {given:g}, to the power of {power}."
                    )
    return ""


# Some entries


def partly(case: Case) -> list[Guess]:
    """Ask what the wrong entries have in common, where others are right."""
    wrong, count = case.wrong, len(case.entries)
    if not wrong.any():
        return []
    share = f"{wrong.sum()} of the {count} entries looked at"
    want, found = case.wanted[:, wrong], case.found[:, wrong]
    tiny = 1e-9 * np.max(np.abs(case.wanted), initial=0)
    if not wrong.all():
        border = _border(case, wrong)
        if border:
            words = (
                f"{share} are wrong, just those where the input is exactly {border}, between two branches "
                "of the function; the others are right."
            )
            return [Guess("wrong_at_kink", words)]
        if np.all(np.abs(found) <= tiny):
            words = f"{share} are zero and should not be{_where(case, wrong)}; the others are right."
            return [Guess("missing_entries", words)]
        if np.all(np.abs(want) <= np.maximum(case.noise[:, wrong], tiny)):
            words = (
                f"{share} should be zero and are not{_where(case, wrong)}; the others are right. Where the "
                "output does not depend on an entry, nothing flows back."
            )
            return [Guess("missing_mask", words)]
        return _region(case, wrong, share)
    silent = np.all(np.abs(case.wanted) <= np.maximum(case.noise, tiny), axis=0)
    if silent.any() and not silent.all() and np.all(np.abs(case.found[:, ~silent]) <= tiny):
        words = "What should pass is blocked, and what should be blocked passes: the mask is inverted."
        return [Guess("missing_mask", words)]
    if silent.any() and not silent.all():
        ratio = case.found[:, ~silent] / case.wanted[:, ~silent]
        if np.max(np.abs(ratio - ratio[0, 0])) <= 1e-5 * np.abs(ratio[0, 0]):
            words = (
                f"{silent.sum()} of the {count} entries looked at should be zero and are not, and the "
                "others are off by one factor: a mask that also scales is not applied."
            )
            return [Guess("missing_mask", words)]
    return []


def _border(case: Case, wrong: Array) -> str:
    """Return the number that all wrong entries of the input are, if they are one and no right entry is."""
    x = case.at(case.x)
    inner, outer = x[wrong], x[~wrong]
    if x.dtype.kind == "c" or np.ptp(inner) > 0 or np.any(outer == inner[0]):
        return ""
    special = float(inner[0]) in (0.0, 1.0, -1.0)
    return f"{inner[0]:g}" if len(inner) > 1 or special else ""


def _region(case: Case, wrong: Array, share: str) -> list[Guess]:
    """Ask whether the wrong entries are off by one factor, and are those below or above some number."""
    want, found = case.wanted[:, wrong], case.found[:, wrong]
    fine = np.abs(want) > 1e-9 * np.max(np.abs(want))
    if not fine.any():
        return []
    c = complex(np.median((found[fine] / want[fine]).real))
    near = np.abs(found - c * want) <= case.relative * np.abs(want) + case.noise[:, wrong] * (1 + abs(c))
    steady = bool(np.all(near))
    x = case.at(case.x)
    inside = [("this input", x)] if x.dtype.kind != "c" else []
    for slot, value in enumerate(case.subject.values):
        if slot != case.slot and value.shape == case.x.shape and value.dtype.kind != "c":
            inside.append((f"input {case.subject.slots[slot]}", case.at(value)))
    for name, values in inside:
        split = _split(values, wrong)
        if split and not steady:
            if min(wrong.sum(), (~wrong).sum()) < 3:
                return []
            words = f"{share} are wrong, all of them where {name} is {split}; the others are right."
            other = "Is one branch used where the other should be?"
            return [Guess("formula", f"{words} Look at the formula there."), Guess("missing_mask", other)]
        if split:
            words = (
                f"{share} are {c.real:.4g} times what they should be, all of them where {name} is {split}; "
                "the others are right."
            )
            mask = Guess("missing_mask", words + " Two regions have two slopes: is one used for both?")
            return [Guess("sign", words), mask] if abs(c + 1) < 1e-6 else [mask]
    if steady and wrong.sum() >= 3:
        words = (
            f"{share} are {c.real:.4g} times what they should be; the others are right. Is a weight of theirs left out?"
        )
        return [Guess("factor", words)]
    return []


def _where(case: Case, wrong: Array) -> str:
    x = case.at(case.x)
    split = _split(x, wrong) if x.dtype.kind != "c" else ""
    return f", all of them where the input is {split}" if split else ""


def _split(values: Array, wrong: Array) -> str:
    """Say on which side of a number the wrong entries are, if they are on one, or within or beyond two numbers."""
    inner, outer = values[wrong], values[~wrong]
    if len(inner) < 2 or len(outer) < 2:
        return ""
    if inner.max() < outer.min():
        return "negative" if inner.max() <= 0 <= outer.min() else f"below {outer.min():.3g}"
    if inner.min() > outer.max():
        return "positive" if outer.max() <= 0 <= inner.min() else f"above {outer.max():.3g}"
    if not np.any((outer > inner.min()) & (outer < inner.max())):
        return f"between {inner.min():.3g} and {inner.max():.3g}"
    if not np.any((inner > outer.min()) & (inner < outer.max())):
        return f"below {outer.min():.3g} or above {outer.max():.3g}"
    return ""
