"""What a backward must do whatever the function: what no comparison of numbers can see.

`breaches` takes a `Subject` and returns a list of `Breach`es. The rules: the same call gives the same, inputs and
incoming gradients are left as they were, the gradients are linear in the incoming one, however that lies in memory, and
they belong to the call that they follow. Tolerances: two runs of one computation differ by reordered sums at most,
about 1e-13 of their size in float64, so 1e-9; linearity is asked to a hundredth, since what is computed in half
precision is a matter of precision and not of linearity.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.arrays import alike, nudged, size
from autograd_lab.verifier.report import Input
from autograd_lab.verifier.subject import Failed, Subject, dense, told

_SAME = 1e-9
_LINEAR = 1e-2


@dataclass(frozen=True)
class Breach:
    """A rule that was broken: the cause, what happened in words, and for which input (a slot), if for one.

    After a `final` one no further numbers mean anything.
    """

    cause: str
    message: str
    slot: int | None = None
    final: bool = False
    evidence: tuple[Array, Array] | None = None  # what was wanted and what came, arrays of that input's shape


Gradients = list[Array]


def shaken(
    subject: Subject, outputs: list[Array], ws: list[Array], gradients: Gradients, eps: float, rng: np.random.Generator
) -> Gradients:
    """Return how far gradients change when the incoming ones, and the inputs, change by rounding only.

    A gradient that is 0 but for rounding changes wholly, though not every time; it is next to nothing beside the
    outputs. What an input exactly on a kink does to another one is left out.
    """
    values = subject.values
    nothing = max(_SAME, 100 * eps) * _height(ws, outputs)

    def change(vs: list[Array], us: list[Array]) -> Gradients:
        try:
            other = subject.gradients(vs, us)
        except Failed:
            return [np.zeros_like(g) for g in gradients]
        return [np.nan_to_num(np.abs(a - b)) for a, b in zip(other, gradients, strict=True)]

    def moved(arrays: list[Array]) -> list[Array]:
        return [nudged(rng, array, 2 * eps) for array in arrays]

    found = change(values, moved(ws))
    faint = any(0 < size(g * v) <= nothing for g, v in zip(gradients, values, strict=True))
    for _ in range(4 if faint else 1):
        by_inputs = change(moved(values), ws)
        for k, (a, b, g, v) in enumerate(zip(found, by_inputs, gradients, values, strict=True)):
            if size(b) <= 1e-3 * size(g) or size(b * v) <= nothing:
                found[k] = np.maximum(a, b)
    return found


def _height(ws: list[Array], outputs: list[Array]) -> float:
    """Return how large the outputs are, as the incoming gradients weigh them."""
    return sum(size(w * f) for w, f in zip(ws, outputs, strict=True))


def repeatable(subject: Subject, eps: float) -> Breach | None:
    """Ask whether fn gives the same outputs when it is called again."""
    runs = [subject.outputs(subject.values) for _ in range(3)]
    tolerance = max(_SAME, 100 * eps)
    for other in runs[1:]:
        if [f.shape for f in other] != [f.shape for f in runs[0]]:
            shapes = f"{[f.shape for f in runs[0]]} and then {[f.shape for f in other]}"
            raise ValueError(f"fn returned outputs of changing shape for the same inputs: {shapes}")
        for k, (a, b) in enumerate(zip(runs[0], other, strict=True)):
            if not alike(a, b, tolerance):
                which = "The output" if len(other) == 1 else f"Output {k}"
                return Breach("nondeterministic", f"{which} differs when fn is called again with the same inputs.")
    return None


def breaches(
    subject: Subject,
    outputs: list[Array],
    cotangents: list[Array],
    others: list[Array],
    elsewhere: list[Array] | None,
    eps: float,
    rng: np.random.Generator,
) -> list[Breach]:
    """Return every rule that the backward breaks; nothing after a breach that makes all further numbers doubtful.

    Parameters
    ----------
    subject : Subject
    outputs : list of ndarray
        What it gives for its values.
    cotangents, others : list of ndarray
        Two incoming gradients, drawn with `draw`, one array for each output.
    elsewhere : list of ndarray or None
        Other values for the checked inputs, at which fn is defined.
    eps : float
        The distance of 1 from the next number, in the precision that is computed in.
    rng : numpy.random.Generator
    """
    values = subject.values
    tolerance = max(_SAME, 100 * eps)

    def pull(ws: list[Array], **how: Any) -> Gradients:
        return subject.gradients(values, ws, **how)

    found: list[Breach] = []
    first = subject.pull(values, cotangents)
    one = dense(first.gradients, values)
    for k in first.wrote_inputs:
        slot = subject.slot(k)
        words = "It is written to: its numbers change."
        if slot is None:
            name = str(Input(k, subject.names[k]))
            words = f"{name[0].upper()}{name[1:]} is written to."
        found.append(Breach("changes_input", words, slot))
    if first.wrote_incoming:
        words = "The incoming gradient is written to in place; others who were handed the same one get what is left."
        found.append(Breach("changes_incoming", words))
    repeated = _repeats(one, [pull(cotangents), pull(cotangents)], tolerance)
    if repeated:
        return [*found, repeated]
    # A slope below 64 eps of the function is no slope: of its rounding, nothing is asked.
    least = 64 * eps * _height(cotangents, outputs)
    ground = [
        np.inf if size(g * v) <= least else 30 * size(off)
        for g, v, off in zip(one, values, shaken(subject, outputs, cotangents, one, eps, rng), strict=True)
    ]
    stale = _stale(subject, cotangents, one, elsewhere, tolerance, ground)
    if stale:
        found.append(stale)
    found += _nonlinear(pull, cotangents, others, one, ground)
    if not any(b.cause in ("changes_incoming", "ignores_incoming", "not_linear") for b in found):
        laid = _layout(pull, cotangents, tolerance, ground)
        if laid:
            found.append(laid)
    return found


def _repeats(one: Gradients, again: list[Gradients], tolerance: float) -> Breach | None:
    for slot, g in enumerate(one):
        later = [run[slot] for run in again]
        if all(alike(g, other, tolerance) for other in later):
            continue
        grown = later[0] - g
        if size(grown) > tolerance * size(g) and alike(later[1] - later[0], grown, 1e-6):
            words = "Each call adds its gradient to what an earlier call left: nothing may stay behind between calls."
            return Breach("stale_state", words, slot, final=True)
        if not alike(g, later[0], tolerance) and alike(later[0], later[1], tolerance):
            words = (
                "The first call gives another gradient than the later ones with the same numbers: something is kept."
            )
            return Breach("stale_state", words, slot, final=True)
        words = "The same forward and backward pass gives another gradient each time, though the outputs are the same."
        return Breach("nondeterministic", words, slot, final=True)
    return None


def _stale(
    subject: Subject,
    cotangents: list[Array],
    one: Gradients,
    elsewhere: list[Array] | None,
    tolerance: float,
    ground: list[float],
) -> Breach | None:
    """Call forward elsewhere between a forward pass and its backward pass."""
    if elsewhere is None:
        return None

    def between() -> None:
        subject.outputs(elsewhere)

    try:
        before = subject.outputs(subject.values)
        other = subject.gradients(subject.values, cotangents, between=between)
        after = subject.outputs(subject.values)
    except Failed:
        return None
    if not all(alike(a, b, tolerance) for a, b in zip(before, after, strict=True)):
        words = "The output is another one after fn was called with other inputs: it depends on earlier calls."
        return Breach("stale_state", words, final=True)
    for slot, (g, h) in enumerate(zip(one, other, strict=True)):
        if not alike(g, h, tolerance, ground[slot]):
            words = (
                "When fn is called with other inputs before backward runs, the gradient changes: it is computed from "
                "the latest call and not from its own. Keep what backward needs with the call (in ctx)."
            )
            return Breach("stale_state", words, slot, evidence=(g, h))
    return None


def _nonlinear(
    pull: Callable[[list[Array]], Gradients], ws: list[Array], vs: list[Array], one: Gradients, ground: list[float]
) -> list[Breach]:
    """Ask that the gradients of 0 are 0, of 64 w are 64 times those of w, and of w + v the sum."""
    zero = pull([np.zeros_like(w) for w in ws])
    two = pull(vs)
    total = pull([w + v for w, v in zip(ws, vs, strict=True)])
    grown = pull([64 * w for w in ws])
    far = pull([4096 * w for w in ws])
    minus = pull([-w for w in ws])
    found = []
    for slot, g in enumerate(one):
        here = size(g)
        if not np.isfinite(g).all() or here <= ground[slot]:
            continue
        if size(zero[slot]) > 1e-6 * here and all(alike(g, other[slot], 1e-6) for other in (zero, two, grown, minus)):
            words = "The gradient is the same whatever comes in, even 0: the incoming gradient is not used."
            found.append(Breach("ignores_incoming", words, slot))
        elif all(alike(g, other[slot], 1e-6) for other in (two, grown, minus)):
            found.append(Breach("ignores_incoming", "The gradient is the same for every incoming gradient.", slot))
        elif size(zero[slot]) > max(1e-12 * here, 1e-3 * ground[slot]):
            words = "Where 0 comes in, the gradient is not 0: something is added that doesn't depend on what comes in."
            found.append(Breach("not_linear", words, slot, final=True))
        elif not (
            alike(grown[slot], 64 * g, _LINEAR) and (alike(far[slot], 4096 * g, _LINEAR) or _overflown(far[slot]))
        ):
            words = (
                "Sixty-four times the incoming gradient doesn't give sixty-four times the result: is "
                "something clipped or normalised?"
            )
            found.append(Breach("not_linear", words, slot, final=True))
        elif not alike(minus[slot], -g, _LINEAR):
            words = "Where the incoming gradient has the other sign, the result is not just the negative."
            found.append(Breach("not_linear", words, slot, final=True))
        elif not alike(total[slot], g + two[slot], _LINEAR, _LINEAR * (here + size(two[slot]))):
            words = "For the sum of two incoming gradients the result is not the sum of the two results."
            found.append(Breach("not_linear", words, slot, final=True))
    return found


def _overflown(g: Array) -> bool:
    """Whether a gradient is infinite somewhere, as in half precision beyond 65,504."""
    return not np.isfinite(g).all()


def _expanded(w: Array) -> Array:
    """Return the first slice along the first axis, repeated without being copied."""
    return np.broadcast_to(w[:1], w.shape) if w.ndim else w.copy()


def _turned(w: Array) -> Array:
    """Return the same numbers, with the axes in memory in the opposite order."""
    return np.asfortranarray(w) if w.ndim > 1 else _spaced(w)


def _spaced(w: Array) -> Array:
    """Return the same numbers, each the second entry of a pair in memory."""
    wide = np.zeros((*w.shape, 2), w.dtype)
    wide[..., 1] = w
    return wide[..., 1]


def _layout(pull: Callable[..., Gradients], ws: list[Array], tolerance: float, ground: list[float]) -> Breach | None:
    if all(w.ndim == 0 for w in ws):
        return None
    cases = {
        "expanded (repeated without a copy, as .sum() sends it)": ([np.array(_expanded(w)) for w in ws], _expanded),
        "transposed in memory": (ws, _turned),
        "not contiguous in memory": (ws, _spaced),
    }
    for words, (cotangents, layout) in cases.items():
        wanted = pull(cotangents)
        try:
            got = pull(cotangents, layout=layout)
        except Failed as error:
            said = f"Backward raises when the incoming gradient is {words}: {told(error)}"
            return Breach("layout", said)
        for slot, (g, h) in enumerate(zip(wanted, got, strict=True)):
            if not alike(g, h, tolerance, ground[slot]):
                said = f"The gradient is another one when the same incoming gradient is {words}."
                return Breach("layout", said, slot, evidence=(g, h))
    return None
