"""Answers written by people who had not seen the graders, and what each deserves; one module a lesson."""

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
