"""Which outputs flow into an entry, and do they all; are the right numbers in the wrong places.

`flows` compares, for a few entries, the true Jacobian with the claimed one, which is read off by sending single ones
back. `moved` looks for flips, shifts and transposes. Both take a `Case` and return guesses, or none.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations, product

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.hypotheses import Guess
from autograd_lab.verifier.localise import Case
from autograd_lab.verifier.subject import Failed

_SHUFFLED = 20_000  # entries among which a moved one is looked for
_COLUMNS, _ROWS = 4, 96  # wrong entries whose inflow is read off, and outputs asked for it

Move = Callable[[Array], Array]


def jacobians(case: Case) -> tuple[Array, Array, Array, Array] | None:
    """Return a few wrong entries, the outputs that flow into them, and both Jacobians there, shape (rows, columns)."""
    wrong = np.flatnonzero(case.wrong)
    if not len(wrong) or len(case.columns) > 1 or case.y.dtype.kind == "c":
        return None
    chosen = wrong[np.linspace(0, len(wrong) - 1, min(_COLUMNS, len(wrong))).astype(int)]
    true = case.columns[0][chosen].T  # outputs, columns
    support = np.flatnonzero(np.any(_big(true), axis=1))
    if len(support) > _ROWS:
        support = support[np.linspace(0, len(support) - 1, _ROWS).astype(int)]
    spare = np.linspace(0, case.y.size - 1, min(8, case.y.size)).astype(int)
    rows = np.union1d(support, spare)
    claimed = []
    for row in rows:
        one = np.zeros(case.y.size)
        one[row] = 1.0
        try:
            claimed.append(case.at(case.pull(one.reshape(case.y.shape)))[chosen])
        except Failed:
            return None
    return chosen, rows, true[rows], np.stack(claimed)


def _big(array: Array) -> Array:
    big: Array = np.abs(array) > 1e-7 * np.max(np.abs(array), axis=0, initial=1e-300)
    return big


def flows(case: Case) -> list[Guess]:
    """Ask whether some of what flows into an entry is left out."""
    found = jacobians(case)
    if found is None:
        return []
    chosen, rows, true, claimed = found
    full, has = _big(true), np.abs(claimed) > 1e-7 * np.max(np.abs(claimed), initial=1e-300)
    near = np.abs(claimed - true) <= 1e-5 * np.abs(true) + 1e-7 * np.max(np.abs(true))
    same_shape = case.x.shape == case.y.shape
    own = rows[:, None] == case.entries[chosen][None, :]
    crossed = bool(np.any(full & ~own))
    if same_shape and crossed and not np.any(has & ~own):
        cross = Guess(
            "cross_terms",
            "Each output depends on several entries of this input, but only its own one gets a gradient: the Jacobian "
            "is not diagonal, and only its diagonal is there.",
        )
        if np.all(near[own]):
            return [cross]
        term = Guess(
            "missing_term",
            "The output depends on this entry in more than one way, and one of the ways (through a mean, a norm, a sum "
            "over the others) is left out.",
        )
        return [term, cross]
    parts = full & near
    if np.max(np.sum(full, axis=0)) < 2:
        return []
    if np.any(has & ~full) or np.any(full & ~near & has) or np.all(near) or not np.all(np.any(full & ~near, axis=0)):
        return over_axes(case)
    if not np.any(parts) and np.any(has):
        return []
    if _broadcast(case):
        words = (
            "This input is used for several outputs by broadcasting, and its gradient is the sum over all "
            "of them; only some are counted."
        )
        return [Guess("missing_sum", words)]
    kept = int(np.max(np.sum(parts, axis=0)))
    words = (
        "Several outputs use the same entry, and "
        f"{'only one of them counts' if kept <= 1 else 'not all of them count'}: contributions must be added "
        "up, not assigned."
    )
    return [Guess("overwritten", words)]


def _broadcast(case: Case) -> bool:
    """Whether the input is repeated along axes of the output, and each entry flows just where it is repeated to."""
    return _owner(case) is not None


def _owner(case: Case) -> Array | None:
    """Return for each output the position of the entry that is repeated there, if outputs depend on one entry each."""
    x, y = case.x, case.y
    if x.size >= y.size or case.y.dtype.kind == "c" or x.dtype.kind == "c":
        return None
    full = np.abs(case.columns[0]) > 1e-7 * np.max(np.abs(case.columns[0]), initial=1e-300)
    for owner in spread(np.arange(x.size).reshape(x.shape), y.shape):
        if np.all(full <= (owner.ravel()[None, :] == case.entries[:, None])):
            return owner.ravel()
    return None


def spread(array: Array, shape: tuple[int, ...]) -> Iterator[Array]:
    """Go through the ways in which an array can be repeated to a shape, its axes in order."""
    if array.ndim > len(shape) or array.size == 0:
        return
    seen = set()
    for axes in combinations(range(len(shape)), array.ndim):
        wide = [1] * len(shape)
        for axis, length in zip(axes, array.shape, strict=True):
            wide[axis] = length
        if all(n in (1, m) for n, m in zip(wide, shape, strict=True)) and tuple(wide) not in seen:
            seen.add(tuple(wide))
            yield np.broadcast_to(array.reshape(wide), shape)


def over_axes(case: Case) -> list[Guess]:
    """Ask whether the gradient of a broadcast input is summed over other axes than those it was repeated along."""
    owner = _owner(case)
    if not case.complete or owner is None:
        return []
    slope = case.columns[0][owner, np.arange(case.y.size)].reshape(case.y.shape)
    for count in range(case.y.ndim + 1):
        for axes in combinations(range(case.y.ndim), count):
            summed = [np.sum(w * slope, axis=axes) for w in case.cotangents]
            if summed[0].size == case.x.size:
                trial = np.stack([s.ravel() for s in summed])
            elif summed[0].size == 1:
                trial = np.stack([np.full(case.x.size, s.ravel()[0]) for s in summed])
            else:
                continue
            if case.agree(case.found, trial):
                return [
                    Guess(
                        "missing_sum",
                        "The sum runs over the wrong axes: it must be over those along which the input was repeated.",
                    )
                ]
    return []


# Moved


def _moves(shape: tuple[int, ...]) -> Iterator[tuple[str, str, Move, Move]]:
    """Go through flips, shifts and swaps of axes: the cause, words, the move and its inverse."""
    axes = [k for k, n in enumerate(shape) if n > 1]
    for a in axes:
        yield "permuted", f"flipped along axis {a}", *(lambda g, a=a: np.flip(g, a),) * 2
    if len(axes) > 1:
        yield "permuted", "flipped along all axes", np.flip, np.flip
        for a, b in combinations(axes, 2):
            yield "permuted", f"flipped along axes {a} and {b}", *(lambda g, a=a, b=b: np.flip(g, (a, b)),) * 2
    for a, b in combinations(axes, 2):
        if shape[a] == shape[b]:
            yield "transposed", f"with axes {a} and {b} swapped", *(lambda g, a=a, b=b: np.swapaxes(g, a, b),) * 2
    for a, by in product(axes, (1, -1, 2, -2)):
        if abs(by) < shape[a]:
            words = f"shifted along axis {a} by {by}"
            yield "permuted", words, partial(np.roll, shift=by, axis=a), partial(np.roll, shift=-by, axis=a)


def moved(case: Case) -> list[Guess]:
    """Ask whether the right numbers stand in wrong places, or a factor is transposed."""
    if not case.complete and np.mean(case.wrong) < 0.25:
        return []  # where few of a sample are wrong, others that are may lie outside
    for cause, words, _, back in _moves(case.x.shape):
        if case.agree(np.stack([case.at(back(g)) for g in case.got]), case.wanted):
            return [Guess(cause, f"The numbers are right, but {words}.")]
    for cause, words, move, _ in _moves(case.y.shape):
        turned = np.stack([case.want(move(w)) for w in case.cotangents])
        if case.agree(case.found, turned):
            return [Guess(cause, f"It is right for an incoming gradient {words}.")]
        if case.x.shape == case.y.shape and case.agree(np.stack([case.at(move(g)) for g in case.got]), turned):
            return [Guess(cause, f"It is right for an incoming gradient {words}, and then comes back {words} too.")]
    for count in range(1, min(case.x.ndim, case.y.ndim, 3) + 1):
        last = tuple(range(-count, 0))
        turned = np.stack([case.want(np.flip(w, last)) for w in case.cotangents])
        if case.agree(np.stack([case.at(np.flip(g, last)) for g in case.got]), turned):
            return [
                Guess(
                    "permuted",
                    "It is right with incoming gradient and result both flipped: is a kernel to be flipped on "
                    "the way back?",
                )
            ]
    product = _products(case)
    if product:
        return product
    if _forward(case):
        if np.max(np.sum(_big(case.columns[0].T), axis=0)) <= 1:
            words = "The numbers are moved the way they were moved forward; going back takes the inverse order."
            return [Guess("permuted", words)]
        words = "It is what the Jacobian itself makes of the incoming gradient; going back takes its transpose."
        return [Guess("transposed", words)]
    return _shuffled(case)


def _shuffled(case: Case) -> list[Guess]:
    lay = case.x.shape
    if len(lay) > 1 and case.x.size >= 4:
        laid = np.stack([case.at(g.reshape(lay[::-1]).T) for g in case.got])
        read = np.stack([case.at(g.T.reshape(lay)) for g in case.got])
        if case.agree(laid, case.wanted) or case.agree(read, case.wanted):
            return [
                Guess("transposed", "The numbers are right, but reshaped where they should have been transposed."),
                Guess("permuted", "The numbers are right, but in another order."),
            ]
    if case.x.dtype.kind == "c" or not 4 <= case.x.size <= _SHUFFLED or len(case.entries) < 4:
        return []
    whole = np.stack([g.ravel() for g in case.got])
    apart = np.array([np.max(np.abs(whole - want[:, None]), axis=0) for want in case.wanted.T])
    nearest = np.argmin(apart, axis=1)
    if len(set(nearest.tolist())) == len(nearest) and case.agree(whole[:, nearest], case.wanted):
        return [Guess("permuted", "The numbers are right, but in another order.")]
    return []


def _forward(case: Case) -> bool:
    """Whether the claimed gradient is J w, which goes forward, where Jᵀw goes back."""
    if case.x.shape != case.y.shape or case.x.dtype.kind == "c" or case.y.dtype.kind == "c":
        return False
    trial = []
    for w in case.cotangents:
        scale = 0.1 * float(np.sqrt(np.mean(case.x**2))) or 0.1
        column = case.question.along(case.outputs, w * scale)
        if column is None:
            return False
        trial.append(case.at(column.value[case.output]) / scale)
    return case.agree(np.stack(trial), case.found)


def products(case: Case) -> Iterator[tuple[str, list[Array]]]:
    """Go through matrix products of each incoming gradient with each input: the input, and the products."""
    for slot, m in enumerate(case.subject.values):
        if m.ndim < 2 and not (m.ndim == 1 and case.x.ndim == 1):
            continue
        name = case.subject.names[case.subject.slots[slot]] or f"input {case.subject.slots[slot]}"
        for turn_w, turn_m, left in product((False, True), repeat=3):
            made = [_multiply(w, m, turn_w, turn_m, left, case.x.shape) for w in case.cotangents]
            whole = [array for array in made if array is not None]
            if len(whole) == len(made):
                yield name, whole


def _multiply(w: Array, m: Array, turn_w: bool, turn_m: bool, left: bool, shape: tuple[int, ...]) -> Array | None:
    if w.ndim == 0:
        return None
    a = np.swapaxes(w, -1, -2) if turn_w and w.ndim > 1 else w
    b = np.conj(np.swapaxes(m, -1, -2) if turn_m and m.ndim > 1 else m)
    try:
        out = b @ a if left else a @ b
    except ValueError:
        return None
    if out.shape != shape and out.ndim > len(shape):
        out = out.sum(axis=tuple(range(out.ndim - len(shape))))
    return out if out.shape == shape else None


def _products(case: Case) -> list[Guess]:
    right, wrong = set(), set()
    for name, made in products(case):
        trial = np.stack([case.at(a) for a in made])
        if case.agree(trial, case.wanted):
            right.add(name)
        elif case.agree(trial, case.found):
            wrong.add(name)
    for name in sorted(wrong & right):
        words = (
            f"It is a product of the incoming gradient with `{name}` that fits by its shape only: a "
            "factor is transposed, or isn't and should be."
        )
        return [Guess("transposed", words)]
    return []


def rest(case: Case) -> Guess:
    """Name what nothing else explains: a wrong formula for each entry, or unknown."""
    wrong = int(case.wrong.sum())
    share = f"{wrong} of the {len(case.entries)} entries looked at {'is' if wrong == 1 else 'are'} wrong"
    if not wrong:
        return Guess("unknown", "The gradient is wrong along random directions, but no single wrong entry was found.")
    if not np.any(np.abs(case.wanted) > case.noise):
        words = (
            "Nothing changes with this input here, and yet the gradient isn't 0: is fn a staircase (round, floor, "
            "sign) whose gradient is passed straight through?"
        )
        return Guess("formula", words)
    ratio = case.found / np.where(np.abs(case.wanted) > 0, case.wanted, np.nan)
    steady = np.nanmax(np.abs(ratio - ratio[0]), axis=0, initial=0) <= 1e-4 * np.nanmax(np.abs(ratio), initial=1e-300)
    inflow = [np.sum(np.abs(c) > 1e-7 * np.max(np.abs(c), initial=1e-300), axis=1) for c in case.columns]
    if np.all(steady | ~case.wrong) or max(int(np.max(k)) for k in inflow) <= 1:
        how = ", by different factors" if wrong > 1 else ""
        return Guess("formula", f"{share}{how}: the formula for the derivative is another one.")
    return Guess("unknown", f"{share}, and in no way that is known here.")
