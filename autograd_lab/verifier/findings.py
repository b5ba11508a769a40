"""What one run of `verify` has found so far, in the words of its report.

`Findings` takes whatever the questions come upon: a cause with a sentence, a backward that raised, a gradient that
doesn't fit its input, a breach of the protocol. It returns the verdict on all of it, and the `Report`.
"""

import re
from dataclasses import dataclass, field

import numpy as np

from autograd_lab.verifier.protocol import Breach
from autograd_lab.verifier.report import Evidence, Finding, Input, Report, Row, Status, evidence_of
from autograd_lab.verifier.subject import Failed, Misfit, Subject, Unusable, dtype_of, told

_INVALID = re.compile(r"invalid gradient at index (\d+) - got \[(.*?)\] but expected shape compatible with \[(.*?)\]")
_BESIDES = ("layout", "stale_state", "changes_input")  # breaches of a backward whose numbers may be right


@dataclass
class Findings:
    """What has been found about a subject.

    Attributes
    ----------
    subject : Subject
    wrong, unsure : list of Finding
        What is wrong, and why nothing can be told, each in the order of asking.
    notes : list of str
    verdicts : dict of int to str
        The verdict on each checked input that has one, by its slot.
    """

    subject: Subject
    wrong: list[Finding] = field(default_factory=list)
    unsure: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    verdicts: dict[int, Status] = field(default_factory=dict)

    def place(self, slot: int | None) -> Input | None:
        """Return which argument a slot is, with its name; None for None."""
        if slot is None:
            return None
        position = self.subject.slots[slot]
        return Input(position, self.subject.names[position])

    def add_wrong(
        self, cause: str, slot: int | None, words: str, evidence: Evidence | None = None, alternative: bool = False
    ) -> None:
        """Enter that something is wrong: with the gradient of one checked input, or with the whole call."""
        self.wrong.append(Finding(cause, self.place(slot), words, evidence, alternative))
        if slot is not None:
            self.verdicts.setdefault(slot, "wrong")

    def add_unsure(self, cause: str, slot: int | None, words: str) -> None:
        """Enter why nothing can be told, about one checked input or about the whole call."""
        self.unsure.append(Finding(cause, self.place(slot), words))
        if slot is not None:
            self.verdicts.setdefault(slot, "unsure")

    def add_breach(self, breach: Breach) -> None:
        """Enter a rule that the backward breaks."""
        evidence = None
        if breach.evidence and breach.slot is not None:
            want, found = (a.ravel() for a in breach.evidence)
            bad = np.abs(want - found) > 1e-6 * max(float(np.max(np.abs(want))), 1e-300)
            evidence = evidence_of(breach.evidence[0].shape, np.arange(want.size), want, found, bad)
        if breach.cause in _BESIDES:
            self.wrong.append(Finding(breach.cause, self.place(breach.slot), breach.message, evidence))
        else:
            self.add_wrong(breach.cause, breach.slot, breach.message, evidence)

    def add_raised(self, error: Failed) -> None:
        """Enter that backward raised; torch refuses gradients of a wrong shape that way."""
        match = _INVALID.search(str(error.__cause__))
        if "use_reentrant" in str(error.__cause__):
            words = "A reentrant checkpoint can't be asked for single gradients: pass use_reentrant=False to it."
            self.add_unsure("unknown", None, words)
            return
        if not match:
            raised = "" if isinstance(error.__cause__, Unusable) else "Backward raised "
            self.add_wrong("unknown", None, raised + told(error))
            return
        number = int(match[1])
        got, want = (tuple(int(n) for n in text.split(",") if n.strip()) for text in match.groups()[1:])
        slot = self.subject.slot(number)
        if slot is not None and self.subject.values[slot].shape != want:
            slot = None
        self._add_shape(slot, got, want)

    def add_misfit(self, slot: int, misfit: Misfit) -> None:
        """Enter that the gradient of an input can't be compared."""
        want = self.subject.values[slot].shape
        if misfit.shape is None or misfit.shape == want:
            self.add_wrong("unknown", slot, f"Its gradient is {misfit.words}.")
        else:
            self._add_shape(slot, misfit.shape, want)

    def _add_shape(self, slot: int | None, got: tuple[int, ...], want: tuple[int, ...]) -> None:
        """Enter a gradient of a wrong shape, with the slip behind it."""
        words = f"The gradient has shape {got}, and the input has {want}"
        if got != want and sorted(got) == sorted(want):
            self.add_wrong("transposed", slot, f"{words}: it is transposed.")
        elif _repeats(got, want):
            words += ": it is not summed over the axes along which the input was repeated."
            self.add_wrong("missing_sum", slot, words)
        else:
            self.add_wrong("unknown", slot, f"{words}.")

    def status(self) -> Status:
        """Return the verdict on all that was asked."""
        return "wrong" if self.wrong else "unsure" if self.unsure else "right"

    def report(self, title: str) -> Report:
        """Return everything found, and what became of each argument."""
        rows = []
        for k, given in enumerate(self.subject.given):
            slot = self.subject.slot(k)
            shape = tuple(getattr(given, "shape", ()))
            verdict = "not checked" if slot is None else self.verdicts.get(slot, "unsure")
            rows.append(Row(Input(k, self.subject.names[k]), dtype_of(given), shape, verdict))
        random_first = [f for f in self.unsure if f.cause == "nondeterministic"]
        others = [f for f in self.unsure if f.cause != "nondeterministic"]
        return Report(self.status(), [*random_first, *self.wrong, *others], rows, self.notes, title)


def _repeats(got: tuple[int, ...], want: tuple[int, ...]) -> bool:
    """Whether one shape is another one repeated, as broadcasting repeats it."""
    try:
        return np.broadcast_shapes(got, want) == got and bool(np.prod(got) > np.prod(want))
    except ValueError:
        return False
