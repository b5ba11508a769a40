"""Answers written by people who had not seen the graders, and what each deserves; one module a lesson."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Submission(NamedTuple):
    """An answer, what it is in a few words, and the verdict that it deserves.

    The mistake is named only where its explanation is true of this answer.
    """

    exercise: str
    what: str
    answer: Any
    status: str = "passed"
    mistake: str | None = None


def judged(
    lesson: str, answers: Iterable[tuple[str, str, Any, str, str]], verdicts: Mapping[str, Mapping[str, str | None]]
) -> tuple[Submission, ...]:
    """Return the submissions among blind answers.

    An answer is (exercise, what it is, the answer, "right", "wrong" or "doubtful", what its author says about it).
    `verdicts` has for each exercise, by what it is, the verdict it deserves where that isn't passed: the name of the
    mistake, or nothing; with "error: " or "timeout: " before it. None stands for an answer that is left out, since its
    verdict changes from one time to the next: it remembers more than a grader can know.
    """
    submissions = []
    for exercise, what, answer, kind, _ in answers:
        verdict = verdicts[exercise].get(what, "passed")
        if verdict is None:
            continue
        status, _, mistake = verdict.rpartition(": ") if ": " in verdict else ("wrong", "", verdict)
        if verdict == "passed":
            status, mistake = "passed", ""
        assert kind == "doubtful" or (status == "passed") == (kind == "right"), (exercise, what)
        submissions.append(Submission(f"{lesson}.{exercise}", what, answer, status, mistake or None))
    return tuple(submissions)
