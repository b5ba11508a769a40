"""One run of `verify`: ask everything in order, and collect what is found into a report."""

import contextlib
import copy
import re
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.detection import Answer, Question, ask, scaled_cotangent
from autograd_lab.verifier.explanation import explain
from autograd_lab.verifier.hypotheses import Elsewhere
from autograd_lab.verifier.localise import Case, localise
from autograd_lab.verifier.protocol import Breach, alike, breaches, dense, draw, repeatable, shaken, told
from autograd_lab.verifier.report import Finding, Input, Report, Row, Status, evidence_of
from autograd_lab.verifier.slopes import size
from autograd_lab.verifier.subject import Failed, Misfit, Subject, Unusable, dtype_of, is_double

_Pulled = tuple[list[Array], list[Array], list[Array]]
_FEW = 8  # of inputs; with more of them, as in a module, each is asked with plain incoming gradients only
_APART = 3  # up to so many outputs are checked one by one, more of them together
_SMALLEST = 1e-34  # ten thousand times what float32 can hold in full: less may get lost on the way there
_INVALID = re.compile(r"invalid gradient at index (\d+) - got \[(.*?)\] but expected shape compatible with \[(.*?)\]")


@dataclass
class Inquiry:
    """One run of `verify`: what is asked, and what has been found so far."""

    subject: Subject
    outputs: list[Array]
    eps: float
    rng: np.random.Generator
    wrong: list[Finding] = field(default_factory=list)
    unsure: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    verdicts: dict[int, str] = field(default_factory=dict)
    plain: list[_Pulled] = field(default_factory=list)
    cases: dict[int, Case] = field(default_factory=dict)

    def run(self) -> None:
        """Ask everything, in order."""
        if not self._tracked():
            return
        if not self._deterministic():
            return
        cotangents = [draw(self.rng, f) for f in self.outputs]
        try:
            first = self.subject.pull(self.subject.values, cotangents)
        except Failed as error:
            self._raised(error)
            return
        for slot, gradient in enumerate(first.gradients):
            if isinstance(gradient, Misfit):
                self._misfit(slot, gradient)
        others = [draw(self.rng, f) for f in self.outputs]
        elsewhere = self._elsewhere()
        found = breaches(self.subject, self.outputs, cotangents, others, elsewhere, self.eps, self.rng)
        for breach in found:
            self._breach(breach)
        if any(b.final for b in found):
            return
        silenced = {b.slot for b in found if b.cause == "ignores_incoming"}
        for slot in range(len(self.subject.slots)):
            if slot not in silenced and slot not in self.verdicts:
                self._ask(slot)
        self._swapped()
        if elsewhere is not None and not self.wrong:
            self._first_call(cotangents, elsewhere)

    # Before any gradient

    def _tracked(self) -> bool:
        """Look which outputs have a gradient at all; where none has, find out whether one should."""
        tracked = self.subject.track()
        if tracked is None:
            return True
        if tracked:
            if len(tracked) < len(self.outputs):
                self.subject.tracked = tracked
                self.outputs = [self.outputs[o] for o in tracked]
            return True
        for slot, value in enumerate(self.subject.values):
            moved = list(self.subject.values)
            for step in (0.1, -0.1, 1e-3):
                moved[slot] = value + step * draw(self.rng, value) * (np.abs(value) + 1e-3 * (np.abs(value).max() or 1))
                with contextlib.suppress(Failed):
                    outs = self.subject.outputs(moved)
                    if any(not np.array_equal(a, b) for a, b in zip(outs, self.outputs, strict=True)):
                        words = (
                            "The output changes with this input, but has no graph: nothing flows back. Is it detached?"
                        )
                        self._add(self.wrong, Finding("zero", self._input(slot), words))
                        break
        if not self.wrong:
            raise ValueError(
                "the outputs don't depend on the inputs: no output requires grad, and none changes with them"
            )
        return False

    def _deterministic(self) -> bool:
        breach = repeatable(self.subject, self.eps)
        if breach is None:
            return True
        self.subject.fixed = True
        again = repeatable(self.subject, self.eps)
        words = breach.message + " Nothing is sure about the gradient of a random function"
        if again is None:
            words += "; what follows holds with the random state set anew before each call."
        else:
            words += ", and setting the global random states doesn't make it repeat itself."
        self._add(self.unsure, Finding("nondeterministic", None, words))
        if again is None:
            self.outputs = self.subject.outputs(self.subject.values)
        return again is None

    def _elsewhere(self) -> list[Array] | None:
        """Return other values at which fn is defined and gives outputs of the same shapes."""
        for sign, step in ((-1, 0.2), (1, 0.2), (1, 0.02)):  # of the other sign first: another branch, another mask
            values = [sign * v * (1 + step * np.real(draw(self.rng, np.real(v)))) for v in self.subject.values]
            try:
                outs = self.subject.outputs(values)
            except Failed:
                continue
            if [f.shape for f in outs] == [f.shape for f in self.outputs] and all(np.isfinite(f).all() for f in outs):
                return values
        return None

    # Findings

    def _input(self, slot: int | None) -> Input | None:
        if slot is None:
            return None
        position = self.subject.slots[slot]
        return Input(position, self.subject.names[position])

    def _add(self, where: list[Finding], finding: Finding) -> None:
        where.append(finding)
        if finding.input is not None and finding.input in self.subject.slots:
            verdict = "wrong" if where is self.wrong else "unsure"
            self.verdicts.setdefault(self.subject.slots.index(finding.input), verdict)

    def _breach(self, breach: Breach) -> None:
        evidence = None
        if breach.evidence and breach.slot is not None:
            want, found = (a.ravel() for a in breach.evidence)
            bad = np.abs(want - found) > 1e-6 * max(float(np.max(np.abs(want))), 1e-300)
            evidence = evidence_of(breach.evidence[0].shape, np.arange(want.size), want, found, bad)
        finding = Finding(breach.cause, self._input(breach.slot), breach.message, evidence)
        if breach.cause in ("layout", "stale_state", "changes_input"):  # the gradient may be right besides
            self.wrong.append(finding)
        else:
            self._add(self.wrong, finding)

    def _raised(self, error: Failed) -> None:
        """Report a backward that raised; torch refuses gradients of a wrong shape that way."""
        match = _INVALID.search(str(error.__cause__))
        if "use_reentrant" in str(error.__cause__):
            words = "A reentrant checkpoint can't be asked for single gradients: pass use_reentrant=False to it."
            self.unsure.append(Finding("unknown", None, words))
            return
        if not match:
            raised = "" if isinstance(error.__cause__, Unusable) else "Backward raised "
            self.wrong.append(Finding("unknown", None, raised + told(error)))
            return
        number = int(match[1])
        got, want = (tuple(int(n) for n in text.split(",") if n.strip()) for text in match.groups()[1:])
        slot = self.subject.slots.index(number) if number in self.subject.slots else None
        if slot is not None and self.subject.values[slot].shape != want:
            slot = None
        self._add(self.wrong, _shape_finding(self._input(slot), got, want))

    def _misfit(self, slot: int, misfit: Misfit) -> None:
        want = self.subject.values[slot].shape
        if misfit.shape is None or misfit.shape == want:
            self._add(self.wrong, Finding("unknown", self._input(slot), f"Its gradient is {misfit.words}."))
        else:
            self._add(self.wrong, _shape_finding(self._input(slot), misfit.shape, want))

    # Gradients

    def _apart(self, ws: list[Array]) -> list[list[Array]]:
        """Return an incoming gradient for each output apart, where there are few."""
        if len(self.outputs) > _APART:
            return [ws]
        return [[w if k == o else np.zeros_like(w) for k, w in enumerate(ws)] for o in range(len(ws))]

    def _pulled(self, ws: list[Array]) -> _Pulled:
        """Return an incoming gradient with what comes back for it, and how far rounding changes that."""
        gradients = dense(self.subject.pull(self.subject.values, ws).gradients, self.subject.values)
        return ws, gradients, shaken(self.subject, self.outputs, ws, gradients, self.eps, self.rng)

    def _ask(self, slot: int) -> None:
        """Ask about one input, with plain incoming gradients and with ones that give every output the same slope."""
        try:
            if not self.plain:
                self.plain = [self._pulled(ws) for ws in self._apart([draw(self.rng, f) for f in self.outputs])]
            everything = list(self.plain)
            if len(self.subject.slots) <= _FEW:
                like = [draw(self.rng, f) for f in self.outputs]
                probe = Question(self.subject, slot, [like], [], self.eps, self.rng)
                everything += [self._pulled(ws) for ws in self._apart(scaled_cotangent(probe, like))]
        except Failed as error:
            self._raised(error)
            return
        cotangents = [ws for ws, _, _ in everything]
        gradients = [found[slot] for _, found, _ in everything]
        rounding = [off[slot] for _, _, off in everything]
        if not all(np.isfinite(g).all() for g in gradients):
            self._not_finite(slot, gradients)
            return
        question = Question(self.subject, slot, cotangents, gradients, self.eps, self.rng, rounding)
        answer = ask(question)
        if answer.status == "right":
            self.verdicts[slot] = "right"
        elif answer.status == "wrong":
            self._explain(question, answer)
        else:
            self._other(question, answer)

    def _not_finite(self, slot: int, gradients: list[Array]) -> None:
        bad = ~np.isfinite(np.stack(gradients)).all(axis=0).ravel()
        question = Question(self.subject, slot, [[draw(self.rng, f) for f in self.outputs]], [], self.eps, self.rng)
        zeros = np.zeros(self.subject.values[slot].shape, gradients[0].dtype)
        question.gradients = [zeros]
        mask = (~bad).reshape(zeros.shape)
        gap = question.gap(draw(self.rng, question.point) * question.scales[0] * ~mask)
        words = f"{int(bad.sum())} of its {bad.size} entries are NaN or infinite."
        if gap is None or not np.isfinite(gap.value).all() or gap.error[0] > 0.1 * max(gap.scale[0], gap.kink[0]):
            self._add(
                self.unsure, Finding("kink", self._input(slot), words + " The function has no slope there either.")
            )
            return
        kinky = bool(gap.kink[0] > 1e-5 * gap.scale[0] + 20 * gap.error[0])
        words += " The function has " + (
            "a kink there, with finite slopes on both sides." if kinky else "a slope there."
        )
        self._add(self.wrong, Finding("wrong_at_kink" if kinky else "formula", self._input(slot), words))

    def _explain(self, question: Question, answer: Answer) -> None:
        case = localise(question, answer)
        where = self._input(question.slot)
        if case is None:
            words = "It is wrong along random directions; no single entry could be measured."
            self._add(self.wrong, Finding("unknown", where, words))
            return
        apart, whole = size(case.found - case.wanted), size(case.wanted)
        if not case.wrong.any() and apart <= 1e-9 * whole:  # each entry by itself is right
            self.verdicts[question.slot] = "right"
            return
        ratio = size(case.found) / whole if whole else 0.0
        if question.eps < 1e-15 and abs(ratio - 1) < 3e-7 and size(case.found - ratio * case.wanted) < 0.05 * apart:
            words = f"The gradient of {where} is off by {apart / whole:.0e}, the same everywhere: a float32 constant?"
            self.notes.append(words)
            self.verdicts[question.slot] = "right"
            return
        guesses = explain(case, Elsewhere(lambda: self._moved(case), lambda n: self._grown(case, n)))
        evidence = evidence_of(case.x.shape, case.entries, case.wanted[0], case.found[0], case.wrong)
        self.cases[question.slot] = case
        through = f"Through output {case.output}: " if len(self.outputs) > 1 else ""
        for k, guess in enumerate(guesses):
            self._add(self.wrong, Finding(guess.cause, where, through + guess.message, evidence, alternative=k > 0))

    def _swapped(self) -> None:
        """Ask whether the gradients of two inputs came back in each other's place."""
        for (a, one), (b, two) in combinations(self.cases.items(), 2):
            if one.x.shape != two.x.shape or one.output != two.output:
                continue
            theirs = np.stack([two.pull(w, slot=a).ravel() for w in two.cotangents])
            ours = np.stack([one.pull(w, slot=b).ravel() for w in one.cotangents])
            if two.agree(theirs[:, two.entries], two.wanted) and one.agree(ours[:, one.entries], one.wanted):
                first, second = self._input(a), self._input(b)
                words = f"Its gradient and that of {second} came back in each other's place."
                gone = (first, second)
                evidence = next(f.evidence for f in self.wrong if f.input == first)
                self.wrong = [f for f in self.wrong if f.input not in gone]
                self.wrong.append(Finding("permuted", first, words, evidence))

    def _moved(self, case: Case) -> Case | None:
        """Return the case at other values of all inputs."""
        values = self._elsewhere()
        if values is None:
            return None
        other = copy.copy(self.subject)
        other.values = values
        return self._few(other, case.slot, case.output)

    def _grown(self, case: Case, length: int) -> Case | None:
        """Return the case with every axis of that length longer by one, if fn takes it."""
        other = copy.copy(self.subject)
        try:
            other.given = [other.lengthened(a, length) for a in other.given]
            other.values = [other.read(other.given[k]) for k in other.slots]
            changed = any(a.shape != b.shape for a, b in zip(other.values, self.subject.values, strict=True))
            return self._few(other, case.slot, case.output) if changed else None
        except Exception:  # fn may not take other sizes, in any way
            return None

    def _few(self, other: Subject, slot: int, output: int) -> Case | None:
        try:
            outs = other.outputs(other.values)
            ws = [draw(self.rng, f) if o == output else np.zeros_like(f) for o, f in enumerate(outs)]
            gradient = dense(other.pull(other.values, ws).gradients, other.values)[slot]
        except Failed:
            return None
        question = Question(other, slot, [ws], [gradient], self.eps, self.rng)
        return localise(question, Answer("wrong"), limit=24, sample=24)

    def _other(self, question: Question, answer: Answer) -> None:
        where, x = self._input(question.slot), question.point
        count = len(answer.kinks)
        at = ", ".join(str([int(i) for i in np.unravel_index(k, x.shape)]) for k in answer.kinks[:4])
        some = f"{count} of its {x.size} entries ({at}{', …' if count > 4 else ''})" if count else "these inputs"
        if answer.status == "wrong at kink":
            words = (
                f"The slope jumps at {some}; the gradient there is not between the slopes on the two "
                "sides. Elsewhere it is right."
            )
            bad = np.zeros(x.size, bool)
            bad[answer.kinks] = True
            g = question.gradients[answer.culprit].ravel()
            evidence = evidence_of(x.shape, np.arange(x.size), *_one_sided(question, answer, g), bad)
            self._add(self.wrong, Finding("wrong_at_kink", where, words, evidence))
        elif answer.status == "kink":
            words = f"The function has a kink at {some}: there is no derivative to compare with."
            if count:
                words += " The gradient lies between the slopes on the two sides."
                words += " Elsewhere it is right." if count < x.size else ""
            self._add(self.unsure, Finding("kink", where, words))
        elif answer.status == "undefined":
            words = (
                "The function isn't defined on both sides of these inputs, however near: they are at the "
                "edge of its domain."
            )
            self._add(self.unsure, Finding("kink", where, words))
        elif not self.subject.lifted:
            words = (
                "fn computes in a lower precision and can't be lifted to float64, and so nothing can be told: "
                "give float64 "
                "inputs, and a float64 module or constants inside fn."
            )
            self._add(self.unsure, Finding("precision", where, words))
        else:
            words = (
                "The measured slopes don't settle as the steps shrink, so that nothing can be told: the function is a "
                "staircase, or jagged, or its numbers are too coarse."
            )
            self._add(self.unsure, Finding("precision", where, words))

    def _first_call(self, cotangents: list[Array], elsewhere: list[Array]) -> None:
        """Ask whether the gradient at other inputs is still that of these."""
        other = copy.copy(self.subject)
        other.values = elsewhere
        try:
            outs = other.outputs(elsewhere)
            here = dense(self.subject.pull(self.subject.values, cotangents).gradients, self.subject.values)
            there = dense(other.pull(elsewhere, cotangents).gradients, elsewhere)
        except Failed:
            return
        if all(np.array_equal(a, b) for a, b in zip(outs, self.outputs, strict=True)):
            return
        for slot, (a, b) in enumerate(zip(here, there, strict=True)):
            if not (alike(a, b, 1e-12) and np.isfinite(a).all() and size(a)):
                continue
            if ask(Question(other, slot, [cotangents], [b], self.eps, self.rng)).status == "wrong":
                words = "At other inputs it is still the gradient of the first call: something is remembered."
                self._add(self.wrong, Finding("stale_state", self._input(slot), words))
                self.verdicts[slot] = "wrong"

    def compare(self, given: Subject) -> None:
        """Compare the gradients in the precision that was given with those in float64."""
        given.tracked = self.subject.tracked
        given.fixed = self.subject.fixed
        ws = [draw(self.rng, f) for f in self.outputs]
        try:
            _, eps = given.measured()
            low = dense(given.pull(given.values, ws).gradients, given.values)
            high = dense(self.subject.pull(self.subject.values, ws).gradients, self.subject.values)
            near = [v * (1 + eps * np.real(draw(self.rng, np.real(v)))) for v in self.subject.values]
            beside = dense(self.subject.pull(near, ws).gradients, near)
        except Failed as error:
            self.wrong.append(Finding("precision", None, f"In the precision given, backward raised {told(error)}"))
            return
        worst = 0.0
        weight = np.sqrt(sum(size(w * f) ** 2 for w, f in zip(ws, self.outputs, strict=True)))
        for slot, (a, b, c) in enumerate(zip(low, high, beside, strict=True)):
            typical = float(np.sqrt(np.mean(np.abs(self.subject.values[slot]) ** 2))) or 1.0
            ground = max(size(b), 1e4 * eps * weight / typical, _SMALLEST)
            if not np.isfinite(a).all():
                words = "The formula is right in float64, but in the precision given some entries are NaN or infinite."
                self._add(self.wrong, Finding("precision", self._input(slot), words))
                self.verdicts[slot] = "wrong"
                continue
            off = size(a - b) / ground
            worst = max(worst, off)
            if eps < 1e-6 and off > 0.1 and off > 100 * size(c - b) / ground:
                words = (
                    f"The formula is right in float64, but in the precision given it is off by {off:.0%} of its size."
                )
                self._add(self.wrong, Finding("precision", self._input(slot), words))
                self.verdicts[slot] = "wrong"
        kind = next((dtype_of(given.given[k]) for k in given.slots if not is_double(given.given[k])), "")
        bound = next((b for b in (1e-5, 1e-3, 1e-1) if worst < b), None)
        if not self.wrong:
            size_ = f"below {bound:.0e} of the gradient's size" if bound else "as large as the gradient itself"
            self.notes.append(f"The formula was checked in float64. Rounding in {kind} is {size_}.")

    # The end

    def status(self) -> Status:
        """Return the verdict on all that was asked."""
        return "wrong" if self.wrong else "unsure" if self.unsure else "right"

    def report(self, title: str) -> Report:
        """Return everything found."""
        rows = []
        for k, given in enumerate(self.subject.given):
            place = Input(k, self.subject.names[k])
            slot = self.subject.slots.index(k) if k in self.subject.slots else None
            shape = tuple(getattr(given, "shape", ()))
            verdict = "not checked" if slot is None else self.verdicts.get(slot, "unsure")
            rows.append(Row(place, dtype_of(given), shape, verdict))
        random_first = [f for f in self.unsure if f.cause == "nondeterministic"]
        others = [f for f in self.unsure if f.cause != "nondeterministic"]
        return Report(self.status(), [*random_first, *self.wrong, *others], rows, self.notes, title)


def _shape_finding(where: Input | None, got: tuple[int, ...], want: tuple[int, ...]) -> Finding:
    """Name the slip behind a gradient of a wrong shape."""
    words = f"The gradient has shape {got}, and the input has {want}"
    if got != want and sorted(got) == sorted(want):
        return Finding("transposed", where, f"{words}: it is transposed.")
    try:
        repeated = np.broadcast_shapes(got, want) == got and np.prod(got) > np.prod(want)
    except ValueError:
        repeated = False
    if repeated:
        return Finding(
            "missing_sum", where, f"{words}: it is not summed over the axes along which the input was repeated."
        )
    return Finding("unknown", where, f"{words}.")


def _one_sided(question: Question, answer: Answer, found: Array) -> tuple[Array, Array]:
    """Return, at the kinks, the mean of both slopes beside what came back."""
    want = found.astype(np.result_type(found.dtype, np.float64)).copy()
    scale = question.scales[0].ravel()
    for k in answer.kinks[:64]:
        gap = question.gap(question.towards(k), [answer.culprit])
        if gap is not None:
            want[k] = gap.slope[0] / scale[k]
    return want, found
