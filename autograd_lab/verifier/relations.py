"""Gradients beside one another, once each was asked about by itself: of two inputs, two calls, two precisions.

Each function takes an `Inquiry` and enters what only the comparison shows.
"""

from itertools import combinations

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.arrays import alike, nudged, size
from autograd_lab.verifier.detection import Question, ask
from autograd_lab.verifier.inquiry import Inquiry
from autograd_lab.verifier.localise import Case
from autograd_lab.verifier.report import Finding
from autograd_lab.verifier.subject import Failed, Subject, dtype_of, is_double, told

_SMALLEST = 1e-34  # ten thousand times what float32 can hold in full: less may get lost on the way there


def swapped(inquiry: Inquiry, cases: dict[int, Case]) -> None:
    """Ask whether the gradients of two inputs, both wrong, came back in each other's place."""
    findings = inquiry.findings
    for (a, one), (b, two) in combinations(cases.items(), 2):
        if one.x.shape != two.x.shape or one.output != two.output:
            continue
        theirs = np.stack([two.pull(w, slot=a).ravel() for w in two.cotangents])
        ours = np.stack([one.pull(w, slot=b).ravel() for w in one.cotangents])
        if two.agree(theirs[:, two.entries], two.wanted) and one.agree(ours[:, one.entries], one.wanted):
            first, second = findings.place(a), findings.place(b)
            words = f"Its gradient and that of {second} came back in each other's place."
            evidence = next(f.evidence for f in findings.wrong if f.input == first)
            findings.wrong = [f for f in findings.wrong if f.input not in (first, second)]
            findings.wrong.append(Finding("permuted", first, words, evidence))


def remembered(inquiry: Inquiry, cotangents: list[Array], elsewhere: list[Array]) -> None:
    """Ask whether the gradient at other inputs is still that of the first call, and wrong there."""
    here, there = inquiry.subject, inquiry.subject.at(elsewhere)
    try:
        outs = there.outputs(elsewhere)
        first = here.gradients(here.values, cotangents)
        later = there.gradients(elsewhere, cotangents)
    except Failed:
        return
    if all(np.array_equal(a, b) for a, b in zip(outs, inquiry.outputs, strict=True)):
        return
    for slot, (a, b) in enumerate(zip(first, later, strict=True)):
        if not (alike(a, b, 1e-12) and np.isfinite(a).all() and size(a)):
            continue
        if ask(Question(there, slot, [cotangents], [b], inquiry.eps, inquiry.rng)).status == "wrong":
            words = "At other inputs it is still the gradient of the first call: something is remembered."
            inquiry.findings.add_wrong("stale_state", slot, words)
            inquiry.findings.verdicts[slot] = "wrong"


def rounded(inquiry: Inquiry, given: Subject) -> None:
    """Compare the gradients of a subject in the precision that was given with those in float64, which are right."""
    findings, subject = inquiry.findings, inquiry.subject
    given.tracked, given.fixed = subject.tracked, subject.fixed
    ws = inquiry.cotangents()
    try:
        _, eps = given.measured()
        low = given.gradients(given.values, ws)
        high = subject.gradients(subject.values, ws)
        near = [nudged(inquiry.rng, v, eps) for v in subject.values]
        beside = subject.gradients(near, ws)
    except Failed as error:
        findings.add_wrong("precision", None, f"In the precision given, backward raised {told(error)}")
        return
    worst = 0.0
    weight = np.sqrt(sum(size(w * f) ** 2 for w, f in zip(ws, inquiry.outputs, strict=True)))
    for slot, (a, b, c) in enumerate(zip(low, high, beside, strict=True)):
        typical = float(np.sqrt(np.mean(np.abs(subject.values[slot]) ** 2))) or 1.0
        ground = max(size(b), 1e4 * eps * weight / typical, _SMALLEST)
        finite = np.isfinite(a).all()
        off = size(a - b) / ground if finite else np.inf
        if finite:
            worst = max(worst, off)
        if not finite or (eps < 1e-6 and off > 0.1 and off > 100 * size(c - b) / ground):
            how = f"it is off by {off:.0%} of its size" if finite else "some entries are NaN or infinite"
            words = f"The formula is right in float64, but in the precision given {how}."
            findings.add_wrong("precision", slot, words)
            findings.verdicts[slot] = "wrong"
    if not findings.wrong:
        kind = next((dtype_of(given.given[k]) for k in given.slots if not is_double(given.given[k])), "")
        bound = next((b for b in (1e-5, 1e-3, 1e-1) if worst < b), None)
        how = f"below {bound:.0e} of the gradient's size" if bound else "as large as the gradient itself"
        findings.notes.append(f"The formula was checked in float64. Rounding in {kind} is {how}.")
