"""What is wrong with a gradient that is wrong: which entries, and which slip explains them.

`diagnose` takes an `Inquiry` with the question about one input and its answer, and enters the likeliest explanations.
It returns the `Case` that they are about, or None where the gradient needs no explanation or can't get one.
"""

import copy

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.arrays import draw, size
from autograd_lab.verifier.detection import Answer, Question
from autograd_lab.verifier.explanation import explain
from autograd_lab.verifier.hypotheses import Elsewhere
from autograd_lab.verifier.inquiry import Inquiry
from autograd_lab.verifier.localise import Case, localise
from autograd_lab.verifier.report import evidence_of
from autograd_lab.verifier.subject import Failed, Subject


def diagnose(inquiry: Inquiry, question: Question, answer: Answer) -> Case | None:
    """Enter what a wrong gradient looks like; that it is right after all, where only rounding is off."""
    findings, slot = inquiry.findings, question.slot
    case = localise(question, answer)
    if case is None:
        words = "It is wrong along random directions; no single entry could be measured."
        findings.add_wrong("unknown", slot, words)
        return None
    apart, whole = size(case.found - case.wanted), size(case.wanted)
    if not case.wrong.any() and apart <= 1e-9 * whole:  # each entry by itself is right
        findings.verdicts[slot] = "right"
        return None
    ratio = size(case.found) / whole if whole else 0.0
    if question.eps < 1e-15 and abs(ratio - 1) < 3e-7 and size(case.found - ratio * case.wanted) < 0.05 * apart:
        off = f"off by {apart / whole:.0e}, the same everywhere: a float32 constant?"
        findings.notes.append(f"The gradient of {findings.place(slot)} is {off}")
        findings.verdicts[slot] = "right"
        return None
    guesses = explain(case, Elsewhere(lambda: _moved(inquiry, case), lambda length: _grown(inquiry, case, length)))
    evidence = evidence_of(case.x.shape, case.entries, case.wanted[0], case.found[0], case.wrong)
    through = f"Through output {case.output}: " if len(inquiry.outputs) > 1 else ""
    for k, guess in enumerate(guesses):
        findings.add_wrong(guess.cause, slot, through + guess.message, evidence, alternative=k > 0)
    return case


def _moved(inquiry: Inquiry, case: Case) -> Case | None:
    """Return the case at other values of all inputs."""
    values = inquiry.elsewhere()
    return None if values is None else _again(inquiry, case, inquiry.subject.at(values))


def _grown(inquiry: Inquiry, case: Case, length: int) -> Case | None:
    """Return the case with every axis of that length longer by one, if fn takes it."""
    other = copy.copy(inquiry.subject)
    try:
        other.given = [other.lengthened(a, length) for a in other.given]
        other.values = [other.read(other.given[k]) for k in other.slots]
        changed = any(a.shape != b.shape for a, b in zip(other.values, inquiry.subject.values, strict=True))
        return _again(inquiry, case, other) if changed else None
    except Exception:  # fn may not take other sizes, in any way
        return None


def _again(inquiry: Inquiry, case: Case, other: Subject) -> Case | None:
    """Return the case for the same function at other numbers, from a few of its entries."""

    def incoming(output: int, like: Array) -> Array:
        return draw(inquiry.rng, like) if output == case.output else np.zeros_like(like)

    try:
        ws = [incoming(o, f) for o, f in enumerate(other.outputs(other.values))]
        gradient = other.gradients(other.values, ws)[case.slot]
    except Failed:
        return None
    question = Question(other, case.slot, [ws], [gradient], inquiry.eps, inquiry.rng)
    return localise(question, Answer("wrong"), limit=24, sample=24)
