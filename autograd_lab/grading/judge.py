"""The judge: compare what was observed of an answer with what was observed of the reference, and diagnose.

`judge(exercise, answer, seed)` observes the answer and returns a `Verdict`. When the answer is wrong, each shipped
mistake is asked whether it behaves alike on the same inputs; when none does, the first difference is described. An
observation of a reference or of a mistake is made once per seed and kept.
"""

import inspect
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd_lab.grading import lending
from autograd_lab.grading.difference import describe, inside, kind_of, same
from autograd_lab.grading.exercise import Exercise, Mistake
from autograd_lab.grading.observation import Observation, Observed, observe
from autograd_lab.grading.plain import freeze

DIAGNOSIS_SECONDS = 10.0  # of this process, for all mistakes together: what else the machine does is no matter
AGAIN_SECONDS = 2.0  # for an answer that was out of time already, with the second seed

NOT_ANSWERED = "Not answered yet."
LENT = "This is the lent answer: it lets the rest of the lesson run and doesn't count. Write your own to be checked."


@dataclass(frozen=True)
class Verdict:
    """What became of an answer.

    Attributes
    ----------
    exercise : str
        The exercise's full name.
    status : str
        ``"passed"``; ``"wrong"``, it returned something else, or something the probe could not use; ``"error"``, it
        raised; ``"timeout"``; ``"todo"``, not answered yet or a lent answer.
    mistake : str or None
        The name of the shipped mistake that behaves the same way, when the status is wrong, error or timeout.
    message : str
        To the learner, in plain text; empty only when passed.
    evidence : str
        What was seen, on which input; may be empty.
    lines : tuple of str
        The answer's own lines in the traceback of an error.
    output : str
        What the answer printed and warned.
    seconds : float
        How long the probe ran on the answer.
    """

    exercise: str
    status: str
    mistake: str | None = None
    message: str = ""
    evidence: str = ""
    lines: tuple[str, ...] = ()
    output: str = ""
    seconds: float = 0.0


def judge(exercise: Exercise, answer: Any, seed: int = 0) -> Verdict:
    """Judge an answer to an exercise; `autograd_lab.grade` does so by its name, and says more."""
    if answer is ...:
        return Verdict(exercise.name, "todo", message=NOT_ANSWERED)
    if lending.is_lent(exercise.name, answer):
        return Verdict(exercise.name, "todo", message=LENT)
    want, got = expected(exercise, seed), observe(exercise, answer, seed)
    if got.lent:
        return Verdict(exercise.name, "todo", message=LENT, output=got.output, seconds=got.seconds)
    if got.ending == "todo":
        # A part of it may be answered, such as the forward of a Function: the line says which part is not.
        lines = got.lines if got.steps else ()
        return Verdict(exercise.name, "todo", None, NOT_ANSWERED, "", lines, got.output, got.seconds)
    wrong = disagreements(want, got, exercise.rtol)
    if not wrong:
        return Verdict(exercise.name, "passed", None, "", _otherwise_wrapped(want, got), (), got.output, got.seconds)
    mistake = diagnose(exercise, answer, seed, want, got, wrong)
    message, evidence = _explain(exercise, answer, want, got, wrong, mistake)
    return Verdict(
        exercise.name,
        {"raised": "error", "timeout": "timeout"}.get(got.ending, "wrong"),
        mistake.name if mistake else None,
        message,
        evidence,
        got.lines,
        got.output,
        got.seconds,
    )


MOST_KEPT = 4096  # observations; a grader that draws a new seed each time must not grow for ever
_kept: dict[tuple[str, str, int], Observed] = {}


def _keep(key: tuple[str, str, int], seen: Observed) -> Observed:
    # What was stopped, by an interrupt or on a very busy machine, says nothing about the next time.
    if seen.ending != "timeout" and seen.error_type != "KeyboardInterrupt":
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = seen
    return seen


def expected(exercise: Exercise, seed: int) -> Observed:
    """Return what the probe sees of the reference."""
    key = (exercise.name, "", seed)
    seen = _kept.get(key) or _keep(key, observe(exercise, exercise.reference, seed))
    if seen.ending != "finished":
        raise RuntimeError(
            f"the reference of {exercise.name} did not finish with seed {seed}: {seen.error or 'time is up'}"
        )
    return seen


def _of_mistake(exercise: Exercise, mistake: Mistake, seed: int, got: Observed, wrong: list[int]) -> Observed | None:
    """Return the observation of a mistake, or None as soon as it isn't what the answer does where that is wrong.

    Most mistakes part from the answer at the first observation, and no more of them is run.
    """
    places = set(_values(got, wrong) or wrong)

    def agrees(at: int, step: Observation) -> bool:
        return at not in places or (at < len(got.steps) and _alike_there(step, got.steps[at], exercise.rtol))

    key = (exercise.name, mistake.name, seed)
    if seen := _kept.get(key):
        if not all(agrees(at, step) for at, step in enumerate(seen.steps)):
            return None
        if seen.ending != "cut":
            return seen
    seen = _keep(key, observe(exercise, mistake.answer, seed, None, agrees))
    return None if seen.ending == "cut" else seen


def _values(seen: Observed, places: list[int]) -> list[int]:
    """Return which of the places are about what is returned, not about what must not happen."""
    return [i for i in places if i >= len(seen.steps) or not seen.steps[i].is_rule]


def disagreements(want: Observed, got: Observed, rtol: float) -> list[int]:
    """Return the positions at which `got` differs; the number of its steps stands for a different ending."""
    wrong = [
        i
        for i, (a, b) in enumerate(zip(want.steps, got.steps, strict=False))
        if a.label != b.label or not same(a.value, b.value, rtol, a.scale)
    ]
    if got.ending != want.ending or len(got.steps) != len(want.steps):
        wrong.append(min(len(got.steps), len(want.steps)))
    return wrong


def diagnose(
    exercise: Exercise, answer: Any, seed: int, want: Observed, got: Observed, wrong: list[int]
) -> Mistake | None:
    """Return the shipped mistake that behaves as the answer does, if there is one.

    It agrees with the answer wherever the answer is wrong, and again with a second seed; one that agrees everywhere is
    preferred, then the first. One that goes wrong twice as often as the answer, or more, is another mistake, and no
    name is better than a wrong one. Whatever must not happen is asked only where all that was returned is right.
    """
    until = time.process_time() + DIAGNOSIS_SECONDS
    limit = min(AGAIN_SECONDS, exercise.seconds) if got.ending == "timeout" else None
    second = 0 if seed else 1  # of these two most is known already
    again: tuple[Observed, Observed] | None = None
    partly: Mistake | None = None
    for mistake in exercise.mistakes:
        if time.process_time() > until:
            break
        alike = _alike(_of_mistake(exercise, mistake, seed, got, wrong), want, got, wrong, exercise.rtol)
        if not alike or (partly and alike == "partly"):
            continue
        again = again or (expected(exercise, second), observe(exercise, answer, second, limit))
        wrong_again = disagreements(*again, exercise.rtol)
        confirming = _of_mistake(exercise, mistake, second, again[1], wrong_again)
        confirmed = _alike(confirming, *again, wrong_again, exercise.rtol)
        if not confirmed:
            continue
        if alike == confirmed == "wholly":
            return mistake
        partly = partly or mistake
    return partly


def _alike(mistake: Observed | None, want: Observed, got: Observed, wrong: list[int], rtol: float) -> str:
    """Return "wholly", "partly" (where the answer is wrong, and seldom elsewhere) or "" (no)."""
    if mistake is None or not all(_agree(mistake, got, i, rtol) for i in _values(got, wrong) or wrong):
        return ""
    ends = len(mistake.steps) == len(got.steps) and mistake.ending == got.ending
    if ends and all(_agree(mistake, got, i, rtol) for i in range(len(got.steps))):
        return "wholly"
    also_wrong = disagreements(want, mistake, rtol)
    often, seldom = len(_values(mistake, also_wrong)), len(_values(got, wrong))
    if not seldom:  # only rules are broken
        often, seldom = len(also_wrong), len(wrong)
    return "partly" if often < 2 * seldom else ""


def _agree(a: Observed, b: Observed, at: int, rtol: float) -> bool:
    if at < min(len(a.steps), len(b.steps)):
        return _alike_there(a.steps[at], b.steps[at], rtol)
    if len(a.steps) != len(b.steps) or a.ending != b.ending:
        return False
    # The same words, or any RuntimeError would be any other; those of a RecursionError depend on where it strikes.
    return a.error == b.error or a.error_type == b.error_type == "RecursionError"


def _alike_there(a: Observation, b: Observation, rtol: float) -> bool:
    return a.label == b.label and same(a.value, b.value, rtol, max(a.scale, b.scale))


def _explain(
    exercise: Exercise, answer: Any, want: Observed, got: Observed, wrong: Sequence[int], mistake: Mistake | None
) -> tuple[str, str]:
    """Return the message and the evidence for an answer that is not right."""
    at = next((i for i in wrong if i < len(got.steps) and not got.steps[i].is_rule), wrong[0])
    broken = [str(got.steps[i].label) for i in wrong if i < len(got.steps) and got.steps[i].is_rule]
    seen = ""
    if at < len(got.steps) and at < len(want.steps) and not got.steps[at].is_rule:
        step, there = want.steps[at], got.steps[at].value
        how = describe(step.value, there, exercise.rtol, step.scale, reveal=not exercise.is_value)
        values = [i for i, one in enumerate(want.steps) if not one.is_rule]
        right = len(set(values) - set(wrong))
        seen = how if exercise.is_value else f"With {step.label}: {inside(how)}"
        if right and got.ending == "finished" and not exercise.is_value:
            seen += f" ({right} of {len(values)} checks are right.)"
    if got.ending == "raised":
        said = f"It raised {got.error.rstrip('.')}."
        if got.error_type == "RecursionError":
            said = "It calls itself too deeply (RecursionError): without end, or once for each step of something long."
        elif got.error_type == "KeyboardInterrupt":
            said = "It was interrupted (KeyboardInterrupt) before it finished."
    elif got.ending == "timeout":
        said = f"It did not finish within {exercise.seconds:g} s. Is there a loop that never ends, or a wait?"
    elif got.ending == "unusable" and not seen:
        said = _unusable(exercise, answer, got)
    elif seen:
        said, seen = seen, ""
    else:
        kept = "What came back is right, but this has to hold and doesn't"
        said = f"{kept}: {broken[0]}." if broken else "It does not behave as expected."
    if got.ending in ("raised", "timeout") and not exercise.is_value:
        where = _where(want, got)
        said = where + (inside(said) if where else said)
    if mistake:
        return mistake.because, "" if exercise.is_value else " ".join(filter(None, (said, seen)))
    if broken and broken[0] not in said:
        seen = f"{seen} This has to hold, too, and doesn't: {broken[0]}.".strip()
    return said, seen


def _otherwise_wrapped(want: Observed, got: Observed) -> str:
    """Say so where right numbers come in something that the rest of the lesson may not take."""
    for ours, theirs in zip(want.steps, got.steps, strict=True):
        if ours.wrapping != theirs.wrapping and "" not in (ours.wrapping, theirs.wrapping):
            return (
                f"Yours gives {theirs.wrapping} where ours gives {ours.wrapping}; cells below may need {ours.wrapping}."
            )
    return ""


def _where(want: Observed, got: Observed) -> str:
    """Say on which input an answer stopped: the next that the reference was observed on, after all the same labels."""
    if any(a.label != b.label for a, b in zip(want.steps, got.steps, strict=False)):
        return ""
    ahead = [step for step in want.steps[len(got.steps) :] if not step.is_rule]
    return f"With {ahead[0].label}: " if ahead else ""


def _unusable(exercise: Exercise, answer: Any, got: Observed) -> str:
    """Say why the probe could do nothing with an answer."""
    error = got.error.rstrip(".")
    if exercise.is_value or got.steps:
        return f"What came back could not be used as the exercise says. {error}."
    what = "class" if isinstance(exercise.reference, type) else "function"
    if not callable(answer):
        given = kind_of(freeze(answer))
        return f"{given[:1].upper()}{given[1:]} was handed to the check, which wants the {what} itself, not called."
    call = ", ".join(inspect.signature(exercise.reference).parameters)
    return f"It could not be used: the check calls it as `{exercise.name.partition('.')[2]}({call})`. {error}."
