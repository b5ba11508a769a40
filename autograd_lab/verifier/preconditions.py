"""What must hold before any gradient is compared with a slope.

Each function takes an `Inquiry`, enters what it finds in its findings, and returns whether to go on.
"""

import contextlib

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.arrays import draw
from autograd_lab.verifier.inquiry import Inquiry
from autograd_lab.verifier.protocol import breaches, repeatable
from autograd_lab.verifier.subject import Failed, Misfit


def tracked(inquiry: Inquiry) -> bool:
    """Look which outputs have a gradient at all; where none has, find out whether one should.

    Raises
    ------
    ValueError
        When no output changes with any input.
    """
    subject, outputs = inquiry.subject, inquiry.outputs
    with_graph = subject.track()
    if with_graph is None:
        return True
    if with_graph:
        if len(with_graph) < len(outputs):
            subject.tracked = with_graph
            inquiry.outputs = [outputs[o] for o in with_graph]
        return True
    for slot in range(len(subject.slots)):
        if _changes(inquiry, slot):
            words = "The output changes with this input, but has no graph: nothing flows back. Is it detached?"
            inquiry.findings.add_wrong("zero", slot, words)
    if not inquiry.findings.wrong:
        raise ValueError("the outputs don't depend on the inputs: no output requires grad, and none changes with them")
    return False


def _changes(inquiry: Inquiry, slot: int) -> bool:
    """Whether some output changes when one input moves."""
    moved = list(inquiry.subject.values)
    value = moved[slot]
    for step in (0.1, -0.1, 1e-3):
        moved[slot] = value + step * draw(inquiry.rng, value) * (np.abs(value) + 1e-3 * (np.abs(value).max() or 1))
        with contextlib.suppress(Failed):
            outs = inquiry.subject.outputs(moved)
            if any(not np.array_equal(a, b) for a, b in zip(outs, inquiry.outputs, strict=True)):
                return True
    return False


def deterministic(inquiry: Inquiry) -> bool:
    """Ask whether fn gives the same again; where it doesn't, go on with the random states set before each call."""
    subject = inquiry.subject
    breach = repeatable(subject, inquiry.eps)
    if breach is None:
        return True
    subject.fixed = True
    again = repeatable(subject, inquiry.eps)
    words = breach.message + " Nothing is sure about the gradient of a random function"
    if again is None:
        words += "; what follows holds with the random state set anew before each call."
    else:
        words += ", and setting the global random states doesn't make it repeat itself."
    inquiry.findings.add_unsure("nondeterministic", None, words)
    if again is None:
        inquiry.outputs = subject.outputs(subject.values)
    return again is None


def usable(inquiry: Inquiry, cotangents: list[Array]) -> bool:
    """Ask whether backward runs, and enter each gradient that doesn't fit its input: the others can be asked about."""
    try:
        pulled = inquiry.subject.pull(inquiry.subject.values, cotangents)
    except Failed as error:
        inquiry.findings.add_raised(error)
        return False
    for slot, gradient in enumerate(pulled.gradients):
        if isinstance(gradient, Misfit):
            inquiry.findings.add_misfit(slot, gradient)
    return True


def lawful(inquiry: Inquiry, cotangents: list[Array], others: list[Array], elsewhere: list[Array] | None) -> bool:
    """Ask whether backward keeps to the protocol; `elsewhere` are other values of the inputs, where there are some."""
    found = breaches(inquiry.subject, inquiry.outputs, cotangents, others, elsewhere, inquiry.eps, inquiry.rng)
    for breach in found:
        inquiry.findings.add_breach(breach)
    return not any(breach.final for breach in found)
