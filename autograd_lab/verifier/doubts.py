"""Inputs whose gradient can't simply be compared: kinks, edges of a domain, numbers too coarse, NaN.

Each function takes an `Inquiry` and what was asked and answered about one input, and enters what can be said of it.
"""

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.arrays import draw
from autograd_lab.verifier.detection import Answer, Question
from autograd_lab.verifier.inquiry import Inquiry
from autograd_lab.verifier.report import evidence_of

_UNDEFINED = (
    "The function isn't defined on both sides of these inputs, however near: they are at the edge of its domain."
)
_NOT_LIFTED = (
    "fn computes in a lower precision and can't be lifted to float64, and so nothing can be told: give float64 inputs, "
    "and a float64 module or constants inside fn."
)
_UNSETTLED = (
    "The measured slopes don't settle as the steps shrink, so that nothing can be told: the function is a staircase, "
    "or jagged, or its numbers are too coarse."
)


def not_finite(inquiry: Inquiry, slot: int, gradients: list[Array]) -> None:
    """Say whether the function has a slope where its gradient is NaN or infinite."""
    findings, subject = inquiry.findings, inquiry.subject
    bad = ~np.isfinite(np.stack(gradients)).all(axis=0).ravel()
    zeros = np.zeros(subject.values[slot].shape, gradients[0].dtype)
    question = Question(subject, slot, [inquiry.cotangents()], [zeros], inquiry.eps, inquiry.rng)
    at_bad = bad.reshape(zeros.shape)
    gap = question.gap(draw(inquiry.rng, question.point) * question.scales[0] * at_bad)
    words = f"{int(bad.sum())} of its {bad.size} entries are NaN or infinite. The function has "
    if gap is None or not np.isfinite(gap.value).all() or gap.error[0] > 0.1 * max(gap.scale[0], gap.kink[0]):
        findings.add_unsure("kink", slot, words + "no slope there either.")
    elif gap.kink[0] > 1e-5 * gap.scale[0] + 20 * gap.error[0]:
        findings.add_wrong("wrong_at_kink", slot, words + "a kink there, with finite slopes on both sides.")
    else:
        findings.add_wrong("formula", slot, words + "a slope there.")


def not_comparable(inquiry: Inquiry, question: Question, answer: Answer) -> None:
    """Say why an answer is neither right nor wrong everywhere."""
    findings, slot = inquiry.findings, question.slot
    count, of = len(answer.kinks), question.point.size
    if answer.status == "wrong at kink":
        words = (
            f"The slope jumps at {_places(question, answer)}; the gradient there is not between the slopes on the two "
            "sides. Elsewhere it is right."
        )
        bad = np.zeros(of, bool)
        bad[answer.kinks] = True
        evidence = evidence_of(question.point.shape, np.arange(of), *_one_sided(question, answer), bad)
        findings.add_wrong("wrong_at_kink", slot, words, evidence)
    elif answer.status == "kink":
        words = f"The function has a kink at {_places(question, answer)}: there is no derivative to compare with."
        if count:
            words += " The gradient lies between the slopes on the two sides."
            words += " Elsewhere it is right." if count < of else ""
        findings.add_unsure("kink", slot, words)
    elif answer.status == "undefined":
        findings.add_unsure("kink", slot, _UNDEFINED)
    else:
        findings.add_unsure("precision", slot, _UNSETTLED if question.subject.lifted else _NOT_LIFTED)


def _places(question: Question, answer: Answer) -> str:
    """Return the kinks in words."""
    count, shape = len(answer.kinks), question.point.shape
    at = ", ".join(str([int(i) for i in np.unravel_index(k, shape)]) for k in answer.kinks[:4])
    more = ", …" if count > 4 else ""
    return f"{count} of its {question.point.size} entries ({at}{more})" if count else "these inputs"


def _one_sided(question: Question, answer: Answer) -> tuple[Array, Array]:
    """Return, at the kinks, the mean of both slopes beside what came back."""
    found = question.gradients[answer.culprit].ravel()
    want = found.astype(np.result_type(found.dtype, np.float64)).copy()
    scale = question.scales[0].ravel()
    for k in answer.kinks[:64]:
        gap = question.gap(question.towards(k), [answer.culprit])
        if gap is not None:
            want[k] = gap.slope[0] / scale[k]
    return want, found
