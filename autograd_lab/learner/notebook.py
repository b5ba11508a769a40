"""The verbs that lessons use: `check`, `grade`, `hint`, `solution` and `progress`.

Each takes an exercise's full name. `check` judges the answer, records the attempt when the notebook belongs to a
learner's copy of the course, shows the card, and returns the answer when it is right, else the lent reference. `grade`
only judges.
"""

import ast
import hashlib
import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from autograd_lab.display import BLUE, GREY, show
from autograd_lab.exercises import find
from autograd_lab.grading import lending
from autograd_lab.grading.judge import Verdict, judge
from autograd_lab.grading.plain import source_of
from autograd_lab.learner import cards, cell_source
from autograd_lab.learner.progress import Progress
from autograd_lab.learner.record import Record
from autograd_lab.learner.workspace import course, is_copy, notebook_of_course

SEED = 0  # outputs are compared, so every check in a notebook draws the same inputs

WRONG_ANSWERS = 3  # different ones, before the card sends the learner back to the section

# What this session has seen, for notebooks that no progress is kept of: the fingerprints of wrong answers to each
# exercise that was tried, and how many hints were shown.
_tried: dict[str, set[str]] = {}
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
    cell, record = cell_source.running_cell(), _record()
    passed, short = verdict.status == "passed", name.partition(".")[2]
    attempted = verdict.status != "todo" and not _is_given(name, cell)
    notes, stuck = _note(verdict, answer, record) if attempted else ((), False)
    kept = not cell or cell_source.assigns(cell, short) or (passed and cell_source.defines(cell, short))
    seen = 0 if passed else _seen(name, record)
    ours = _other_spelling(name, cell) if passed and record else None
    show(cards.card(exercise, verdict, notes, kept=kept, seen=seen, stuck=stuck, ours=ours))
    return answer if passed else lending.lend(exercise)


def grade(name: str, answer: Any, seed: int = 0) -> Verdict:
    """Judge an answer, without recording or showing anything.

    Parameters
    ----------
    name : str
        The exercise's full name, such as ``"reverse_mode.mul_vjp"``.
    answer : object
        The answer: whatever the exercise asks for, or anything else.
    seed : int, default 0
        Draws the inputs. Any non-negative integer.

    Returns
    -------
    Verdict

    Raises
    ------
    KeyError
        When there is no such exercise; the message has the closest names.

    Notes
    -----
    An answer has 10 s, unless its exercise says otherwise. It is interrupted wherever Python code runs; one long call
    into C may outlast that, and off the main thread a loop that swallows `BaseException`. Numbers are compared with a
    tolerance of 1e-9 of the largest magnitude involved, unless the exercise says otherwise.
    """
    return judge(find(name), answer, seed)


def _note(verdict: Verdict, answer: Any, record: Record | None) -> tuple[tuple[str, ...], bool]:
    """Record an attempt; return sentences about that, and whether it is wrong in one way too many."""
    name = verdict.exercise
    fingerprint = hashlib.sha256(source_of(answer).encode("utf-8", "replace")).hexdigest()[:16]
    wrong = _tried.setdefault(name, set())
    note = None
    if record:
        note = record.save_attempt(name, verdict.status, verdict.mistake, round(verdict.seconds, 4), fingerprint)
    notes = (note,) if note else ()
    if verdict.status != "wrong":  # an error, or a loop without end, may be a slip of the pen
        return notes, False
    earlier = record.attempts(name) if record else []
    wrong |= {fingerprint, *(attempt.fingerprint for attempt in earlier if attempt.status == "wrong")}
    passed = any(attempt.status == "passed" for attempt in earlier)
    return notes, len(wrong) >= WRONG_ANSWERS and not passed


def _is_given(name: str, cell: str) -> bool:
    """Whether the cell that runs now is as the lesson gave it: code with a slip, that nobody has tried to mend."""
    try:
        return bool(cell) and cell.strip() == _given_cell(name)
    except Exception:  # as below
        return False


def _other_spelling(name: str, mine: str) -> tuple[str, str] | None:
    """Return our solution and its why, where the cell that runs now says it in another way."""
    try:
        code, why = _solved_cell(name)
        return (code, why) if mine and cell_source.differ(mine, code) else None
    except Exception:  # whatever it is that can't be read, the learner's verdict matters more
        return None


def _record() -> Record | None:
    """Return the record, where this notebook belongs to a learner's copy."""
    return Record() if _copy() else None


def _copy() -> Path | None:
    """Return the learner's copy that this notebook belongs to."""
    try:
        return is_copy(Path.cwd())
    except OSError:  # the folder is gone
        return None


def hint(name: str) -> None:
    """Show the next hint of an exercise; after the last one, the last one again."""
    exercise, record = find(name), _record()
    number = min(_seen(name, record) + 1, len(exercise.hints))
    _hints_shown[name] = number
    note = record.save_hint(name, number) if record else None
    show(cards.hint_card(exercise, number, (note,) if note else ()))


def _seen(name: str, record: Record | None) -> int:
    """Return how many hints of an exercise were shown, here or in an earlier session."""
    return max(_hints_shown.get(name, 0), record.hints_shown(name) if record else 0)


def solution(name: str) -> None:
    """Show an exercise's solution and why it is so, once it has been tried."""
    find(name)
    if name not in _tried and not Record().attempts(name):
        advice = f'Try it first: a check of your own answer opens the solution. `lab.hint("{name}")` gives a hint.'
        show(cards.Card(f"○ Not tried yet: {name}", GREY, (cards.Part("text", advice),)))
        return
    parts = cards.solution_parts(*_solved_cell(name), "One way to write it:")
    show(cards.Card(f"Solution: {name}", BLUE, parts))


@cache
def _solved_cell(name: str) -> tuple[str, str]:
    """Return the solution's code and its why, out of the lesson's solved notebook."""
    cells, source = _answer_cell("solutions", name)
    lines = [line for line in source.splitlines() if not line.lstrip().startswith("### ")]
    check = ast.parse("\n".join(lines)).body[-1]  # it may be longer than a line
    tagged = itertools.takewhile(lambda cell: "solution" in cell["metadata"].get("tags", []), cells)
    return "\n".join(lines[: check.lineno - 1]).strip(), "\n\n".join("".join(cell["source"]) for cell in tagged)


@cache
def _given_cell(name: str) -> str:
    """Return the source of an exercise's answer as the lesson gives it."""
    return _answer_cell("lessons", name)[1].strip()


def _answer_cell(folder: str, name: str) -> tuple[Iterator[dict[str, Any]], str]:
    """Return the cells behind an exercise's answer in a notebook of the course, and the source of the answer."""
    path = next((course() / folder).glob(f"[0-9][0-9]_{name.partition('.')[0]}.ipynb"))
    cells = iter(notebook_of_course(path)["cells"])
    ours = {"exercise": name, "role": "answer"}
    answer = next(cell for cell in cells if cell["metadata"].get("autograd_lab", {}).items() >= ours.items())
    return cells, "".join(answer["source"])


def progress() -> Progress:
    """Return which lessons and exercises are done, tried and open, to be shown in a notebook or printed."""
    return Progress(Record().attempts(), _copy())
