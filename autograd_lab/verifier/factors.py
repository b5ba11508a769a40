"""Powers and terms that are missing or too much: the claimed gradient beside products of what is at hand.

At hand are the input, the output, the other inputs, and the incoming gradient, as far as they broadcast to the shape of
the input. `powers` asks whether the claimed gradient is the true one times a power of one of them; `terms` whether what
is missing from it is such a product, or the same along an axis. Both take a `Case` and return guesses, or none.
"""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.hypotheses import Guess
from autograd_lab.verifier.localise import Case
from autograd_lab.verifier.structure import jacobians, products, spread

_POWERS = (1, -1, 2, -2, 0.5, -0.5, 3, -3, 1.5, -1.5)


def features(case: Case, shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    """Go through what broadcasts to `shape`: the input, the output, the other inputs; with names."""
    if case.x.dtype.kind != "c":
        for array in spread(case.x, shape):
            yield "the input", array
    if case.y.dtype.kind != "c":
        for array in spread(case.y, shape):
            yield "the output", array
    for slot, value in enumerate(case.subject.values):
        if slot != case.slot and value.dtype.kind != "c":
            name = case.subject.names[case.subject.slots[slot]]
            for array in spread(value, shape):
                yield f"`{name}`" if name else f"input {case.subject.slots[slot]}", array
    for k, given in enumerate(case.subject.given):
        if k not in case.subject.slots and case.subject.floating(given):
            value = case.subject.read(given)
            if value.dtype.kind != "c":
                for array in spread(value, shape):
                    yield f"input {k}", array


def _power(array: Array, power: float) -> Array | None:
    """Return a power of an array, None where there is none or where it is the same for all."""
    if power != int(power) and np.any(array < 0):
        array = np.abs(array)
    if power < 0 and np.any(array == 0):
        return None
    with np.errstate(all="ignore"):
        raised: Array = array**power
    return raised if np.isfinite(raised).all() else None


def _elementwise(case: Case) -> bool:
    """Whether each output depends on one entry of this input, and each entry goes into one output."""
    found = np.abs(case.columns[0]) > 1e-7 * np.max(np.abs(case.columns[0]), initial=1e-300)
    return case.x.shape == case.y.shape and bool(np.all(found.sum(axis=1) <= 1))


def _proportional(case: Case, a: Array, b: Array, among: Array | None = None) -> complex | None:
    """Return c where a is c·b at every entry looked at, or among some of them, both of shape (3, s)."""
    if among is not None:
        a, b = np.where(among, a, 0), np.where(among, b, 0)
    at = np.unravel_index(np.argmax(np.abs(b)), b.shape)
    if not abs(b[at]):
        return None
    c = a[at] / b[at]
    if not abs(c) > 1e-9 * max(1e-300, float(np.max(np.abs(a), initial=0))):
        return None
    near = np.abs(a - c * b) <= 10 * case.relative * np.maximum(np.abs(a), np.abs(c * b)) + case.noise * (1 + abs(c))
    allowed = 0.05 * np.linalg.norm(case.found - case.wanted) + np.linalg.norm(case.noise) * (1 + abs(c))
    near &= np.linalg.norm(a - c * b) <= allowed
    return complex(c) if np.all(near) and np.any(np.abs(a) > 10 * case.noise) else None


def _uneven_powers(case: Case, shape: tuple[int, ...]) -> Iterator[tuple[str, float, Array]]:
    """Go through the powers of what broadcasts to `shape`, but for those that are the same number everywhere."""
    for name, feature in features(case, shape):
        for power in _POWERS:
            raised = _power(feature, power)
            if raised is not None and not np.ptp(raised) <= 1e-6 * np.max(np.abs(raised)):
                yield name, power, raised


def powers(case: Case) -> list[Guess]:
    """Ask whether a power of the input, the output or another input is missing or too much."""
    for name, power, raised in _uneven_powers(case, case.x.shape):
        c = _proportional(case, case.found, case.wanted * case.at(raised))
        if c is not None:
            return [_named(name, power, c)]
    if case.y.size > 1:
        for name, power, raised in _uneven_powers(case, case.y.shape):
            turned = np.stack([case.want(w * raised) for w in case.cotangents])
            c = _proportional(case, case.found, turned)
            if c is not None:
                return [_named(name, power, c)]
    for (name, one), (other, two) in combinations(list(features(case, case.x.shape)), 2):
        for p, q in product((1, -1, 2, -2), repeat=2):
            a, b = _power(one, p), _power(two, q)
            if a is None or b is None or len(case.entries) < 6:
                continue
            if _proportional(case, case.found, case.wanted * case.at(a * b)) is not None:
                return [
                    Guess(
                        "chain_factor",
                        f"It is the right gradient times {_raised(name, p)} times {_raised(other, q)}: some factors "
                        "are missing, or too many.",
                    )
                ]
    return _by_row(case)


def _raised(name: str, power: float) -> str:
    return name if power == 1 else f"one over {name}" if power == -1 else f"{name} to the power of {power:g}"


def _named(name: str, power: float, c: complex) -> Guess:
    number = "" if abs(c - 1) < 1e-4 else f" and times {c.real:.4g}"
    which = "too much" if power > 0 else "missing"
    size = name if abs(power) == 1 else f"{name} to the power of {abs(power):g}"
    return Guess(
        "chain_factor", f"It is the right gradient times {_raised(name, power)}{number}: is a factor, {size}, {which}?"
    )


def _by_row(case: Case) -> list[Guess]:
    """Ask whether the ratio is the same along an axis, whatever comes in."""
    ratio = _ratio(case) if case.x.ndim > 1 else None
    if ratio is None:
        return []
    for axis in range(case.x.ndim):
        lines = [line for _, line in case.lines(ratio, axis) if len(line) > 2]
        most = max((float(np.max(np.abs(line))) for line in lines), default=0.0)
        if len(lines) > 1 and all(np.ptp(line) <= 1e-4 * most for line in lines):
            words = (
                f"It is the right gradient times a factor that stays the same along axis {axis}: one that "
                "depends on the whole row is missing or too much."
            )
            return [Guess("chain_factor", words)]
    return []


def _ratio(case: Case) -> Array | None:
    """Return claimed over true gradient, where it is the same for every incoming gradient, shape (s,)."""
    big = np.abs(case.wanted) > 1e-6 * np.max(np.abs(case.wanted))
    with np.errstate(all="ignore"):
        ratio = np.where(big, case.found / case.wanted, np.nan)
    if np.iscomplexobj(ratio) or np.all(np.isnan(ratio), axis=0).any():
        return None
    middle: Array = np.nanmedian(ratio, axis=0)
    if np.nanmax(np.abs(ratio - middle)) > 1e-4 * np.nanmax(np.abs(middle)):
        return None
    return middle


def terms(case: Case) -> list[Guess]:
    """Ask whether a part of a sum is missing."""
    lacking = case.wanted - case.found
    wrong = case.wrong if case.wrong.sum() >= 3 else np.ones(len(case.entries), bool)
    single = _elementwise(case)
    products_at_hand = list(_monomials(case))
    if any(_proportional(case, case.wanted, values) is not None for _, values in products_at_hand):
        products_at_hand = []  # the true gradient is one product: nothing is missing from a sum
    for name, values in products_at_hand:
        if single and "the output" in name and "one over the input" not in name:
            continue  # for sigmoid, tanh and the like such a term is a slip in one formula, not a part left out
        if _proportional(case, lacking, values, wrong) is not None:
            return [_term(f"what is missing is {name}")]
        if name != "the incoming gradient" and _proportional(case, case.found, values) is not None:
            return [_term(f"what is there is only {name}")]
    for name, made in products(case):
        trial = np.stack([case.at(a) for a in made])
        for values, words in ((lacking, "what is missing is"), (case.found, "what is there is only")):
            if _proportional(case, values, trial) is not None:
                return [_term(f"{words} a product of the incoming gradient with `{name}`")]
    if case.x.ndim and case.x.dtype.kind != "c":
        for axis in range(case.x.ndim):
            if case.x.shape[axis] >= 4 and _along(case, lacking, axis):
                return [
                    _term(
                        f"what is missing is, along axis {axis}, the same for all entries or in proportion to "
                        "them: the way through a mean, a variance or a norm"
                    )
                ]
    return _low_rank(case)


def _term(what: str) -> Guess:
    return Guess(
        "missing_term",
        f"A part of the sum is missing: {what}. Each way in which the output depends on this input adds a term.",
    )


def _monomials(case: Case) -> Iterator[tuple[str, Array]]:
    """Go through products of the incoming gradient and powers of what is at hand, as arrays of shape (3, s)."""
    others = [(n, case.at(f)) for n, f in features(case, case.x.shape)][:4]
    for turn in range(8):
        ways = [list(spread(w, case.x.shape)) for w in case.cotangents]
        if turn >= len(ways[0]):
            return
        base = np.stack([case.at(way[turn]) for way in ways])
        for exponents in sorted(product((0, 1, -1, 2, -2), repeat=len(others)), key=lambda e: sum(map(abs, e))):
            if sum(map(abs, exponents)) > 3:
                continue
            values: Array = base
            words = ["the incoming gradient"]
            for (name, feature), p in zip(others, exponents, strict=True):
                raised = _power(feature, p)
                if raised is None:
                    break
                values = values * raised
                words += [_raised(name, p)] if p else []
            else:
                yield " times ".join(words), values


def _along(case: Case, lacking: Array, axis: int) -> bool:
    """Whether the missing part is, along an axis, a + b·x or a + b·y with numbers a and b for each line."""
    length = case.x.shape[axis]
    lines = [line for part in lacking for line in case.lines(part, axis)]
    for feature in [None, *(f for _, f in features(case, case.x.shape))]:
        if not lines or (feature is not None and length < 5):
            continue
        rows = None if feature is None else np.moveaxis(feature, axis, -1)
        worst, most = 0.0, 0.0
        for place, line in lines:
            design = np.ones((length, 1)) if rows is None else np.stack([np.ones(length), rows[place]], axis=1)
            left = line - design @ np.linalg.lstsq(design, line, rcond=None)[0]
            worst, most = max(worst, float(np.max(np.abs(left)))), max(most, float(np.max(np.abs(line))))
        if worst <= 1e-5 * most:
            return True
    return False


def _low_rank(case: Case) -> list[Guess]:
    """Ask whether the missing part of the Jacobian is of low rank while the rest is not."""
    found = jacobians(case)
    if found is None or len(found[1]) < 8 or len(found[0]) < 4:
        return []
    _, _, true, claimed = found
    sizes = np.linalg.svd(true - claimed, compute_uv=False)
    rest = np.linalg.svd(claimed, compute_uv=False)
    if sizes[1] <= 1e-5 * sizes[0] and rest[1] > 1e-3 * rest[0]:
        return [_term("what is missing is the way through one number that all outputs depend on")]
    return []
