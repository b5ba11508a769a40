"""One question for each input, whether its gradient is right.

`ask_each` takes an `Inquiry`, draws incoming gradients, asks about every input that has no verdict yet, and enters a
verdict for each. It returns the `Case`s of the inputs whose gradient turned out wrong, by their slots.
"""

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.detection import Question, ask, scaled_cotangent
from autograd_lab.verifier.diagnosis import diagnose
from autograd_lab.verifier.doubts import not_comparable, not_finite
from autograd_lab.verifier.inquiry import Inquiry
from autograd_lab.verifier.localise import Case
from autograd_lab.verifier.protocol import shaken
from autograd_lab.verifier.subject import Failed

_FEW = 8  # of inputs; with more of them, as in a module, each is asked with plain incoming gradients only
_APART = 3  # up to so many outputs are checked one by one, more of them together

# An incoming gradient, what comes back for it, and how far rounding changes that.
_Pulled = tuple[list[Array], list[Array], list[Array]]


def ask_each(inquiry: Inquiry) -> dict[int, Case]:
    """Ask about one input after the other."""
    plain: list[_Pulled] = []
    cases = {}
    for slot in range(len(inquiry.subject.slots)):
        if slot not in inquiry.findings.verdicts:
            case = _ask(inquiry, slot, plain)
            if case is not None:
                cases[slot] = case
    return cases


def _ask(inquiry: Inquiry, slot: int, plain: list[_Pulled]) -> Case | None:
    """Ask about one input; `plain` holds what is the same for all of them, and is filled by the first."""
    try:
        if not plain:
            plain += _pulled(inquiry, inquiry.cotangents())
        everything = list(plain)
        if len(inquiry.subject.slots) <= _FEW:
            like = inquiry.cotangents()
            probe = Question(inquiry.subject, slot, [like], [], inquiry.eps, inquiry.rng)
            everything += _pulled(inquiry, scaled_cotangent(probe, like))
    except Failed as error:
        inquiry.findings.add_raised(error)
        return None
    cotangents = [ws for ws, _, _ in everything]
    gradients = [found[slot] for _, found, _ in everything]
    rounding = [off[slot] for _, _, off in everything]
    if not all(np.isfinite(g).all() for g in gradients):
        not_finite(inquiry, slot, gradients)
        return None
    question = Question(inquiry.subject, slot, cotangents, gradients, inquiry.eps, inquiry.rng, rounding)
    answer = ask(question)
    if answer.status == "wrong":
        return diagnose(inquiry, question, answer)
    if answer.status == "right":
        inquiry.findings.verdicts[slot] = "right"
    else:
        not_comparable(inquiry, question, answer)
    return None


def _pulled(inquiry: Inquiry, cotangents: list[Array]) -> list[_Pulled]:
    """Send incoming gradients back, those of each output apart where there are few."""
    subject, found = inquiry.subject, list[_Pulled]()
    for ws in _apart(cotangents):
        gradients = subject.gradients(subject.values, ws)
        found.append((ws, gradients, shaken(subject, inquiry.outputs, ws, gradients, inquiry.eps, inquiry.rng)))
    return found


def _apart(ws: list[Array]) -> list[list[Array]]:
    if len(ws) > _APART:
        return [ws]
    return [[w if k == o else np.zeros_like(w) for k, w in enumerate(ws)] for o in range(len(ws))]
