"""The verbs that lessons use: `check`, `hint`, `solution` and `progress`.

Each takes an exercise's full name. `check` judges the answer, records the attempt when the notebook belongs to a
learner's copy of the course, shows the card, and returns the answer when it is right, else the lent reference.
"""

import hashlib
from pathlib import Path
from typing import Any

from autograd_lab import feedback, lending
from autograd_lab.exercise import Exercise
from autograd_lab.exercises import find
from autograd_lab.judge import Verdict, judge
from autograd_lab.plain import source_of
from autograd_lab.record import Record
from autograd_lab.standing import Progress
from autograd_lab.workspace import course, is_copy

SEED = 0  # outputs are compared, so every check in a notebook draws the same inputs

# What this session has seen, for notebooks that no progress is kept of.
_tried: set[str] = set()
_hints_shown: dict[str, int] = {}


def check(name: str, answer: Any) -> Any:
    """Check an answer: judge it, record it, show what became of it.

    Parameters
    ----------
    name : str
        The exercise's full name, such as ``"reverse_mode.mul_vjp"``.
    answer : object
        Your answer.

    Returns
    -------
    object
        `answer` itself when it is right; else the reference, lent so that the rest of the lesson works. A lent answer
        never counts.

    Raises
    ------
    KeyError
        When there is no such exercise; the message has the closest names.

    Notes
    -----
    Time and tolerances are those of `grade`. Progress is recorded only in a learner's copy of the course.
    """
    exercise = find(name)
    verdict = judge(exercise, answer, SEED)
    if verdict.status != "todo":
        _tried.add(name)
    feedback.show(feedback.card(exercise, verdict, _record_attempt(verdict, answer)))
    return answer if verdict.status == "passed" else lending.lend(exercise)


def _record_attempt(verdict: Verdict, answer: Any) -> tuple[str, ...]:
    if verdict.status == "todo" or not _copy():
        return ()
    fingerprint = hashlib.sha256(source_of(answer).encode("utf-8", "replace")).hexdigest()[:16]
    note = Record().save_attempt(
        verdict.exercise, verdict.status, verdict.mistake, round(verdict.seconds, 4), fingerprint
    )
    return (note,) if note else ()


def _copy() -> Path | None:
    """Return the learner's copy that this notebook belongs to."""
    try:
        return is_copy(Path.cwd())
    except OSError:  # the folder is gone
        return None


def hint(name: str) -> None:
    """Show the next hint of an exercise; after the last one, the last one again."""
    exercise = find(name)
    record = Record() if _copy() else None
    shown = max(_hints_shown.get(name, 0), record.hints_shown(name) if record else 0)
    number = min(shown + 1, len(exercise.hints))
    _hints_shown[name] = number
    note = record.save_hint(name, number) if record else None
    notes = [note] if note else []
    if number == len(exercise.hints):
        notes.append(f'That was the last hint. Once you have tried: `lab.solution("{name}")`.')
    feedback.show(feedback.hint_card(exercise, number, tuple(notes)))


def solution(name: str) -> None:
    """Show an exercise's solution and why it is so, once it has been tried."""
    exercise = find(name)
    if name not in _tried and not Record().attempts(name):
        advice = f'Try it first: a check of your own answer opens the solution. `lab.hint("{name}")` gives a hint.'
        feedback.show(feedback.Card(f"○ Not tried yet: {name}", "#888888", (feedback.Part("text", advice),)))
        return
    code, why = _solved_cell(exercise)
    parts = [feedback.Part("code", code, "One way to write it:")]
    parts += [feedback.Part("text", paragraph) for paragraph in why.split("\n\n") if paragraph]
    feedback.show(feedback.Card(f"Solution: {name}", "#0072B2", tuple(parts)))


def _solved_cell(exercise: Exercise) -> tuple[str, str]:
    """Return the solution's code and its why, out of the lesson's solved notebook."""
    import nbformat

    lesson = exercise.name.partition(".")[0]
    path = next((course() / "solutions").glob(f"[0-9][0-9]_{lesson}.ipynb"))
    code, why = "", []
    for cell in nbformat.read(path, as_version=4).cells:  # type: ignore[no-untyped-call]
        mark = cell.metadata.get("autograd_lab", {})
        if mark.get("exercise") == exercise.name and mark.get("role") == "answer":
            lines = [x for x in cell.source.splitlines() if "### " not in x and "lab.check(" not in x]
            code = "\n".join(lines).strip()
        elif code and "solution" in cell.metadata.get("tags", []):
            why.append(cell.source)
        elif code:
            break
    return code, "\n\n".join(why)


def progress() -> Progress:
    """Return which lessons and exercises are done, tried and open, to be shown in a notebook or printed."""
    return Progress(Record().attempts(), _copy())
