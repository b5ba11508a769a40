"""Answers written blind for the exercises, each under the verdict that it deserves: a file an exercise.

`tests/submissions/reverse_mode/mul_vjp.py` holds the answers to `reverse_mode.mul_vjp`. An answer is a function, a
class or a value with its verdict in front, and its name there says what it is:

    @passes
    def by_logarithms(grad, x, y):
        ...

    @rejected("grad ignored")  # the mistake that has to be named
    def forgot_the_chain(grad, x, y):
        ...

    both_signs = rejected("sign")(lambda grad, x, y: (-grad * y, -grad * x))
    six = passes(6.0)

`rejected()` is for an answer that is wrong without a name for it; `status` may be "error", "timeout" or "todo" in place
of "wrong". A mistake is named only where its explanation is true of this answer. A name with a verdict is a
`Submission`, no longer the answer itself: what an answer shares with others, or calls itself, is defined above it with
an underscore and without a verdict, and what the exercises of a lesson share stands in the lesson's `_shared.py`.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Submission:
    """An answer, the status of the verdict that it deserves, and the mistake that has to be named.

    The mistake is None where there must be no name, and `...` where what the answer remembers of earlier calls decides.
    """

    answer: Any
    status: str = "passed"
    mistake: Any = None


def passes(answer: Any) -> Submission:
    """Return the submission of an answer that deserves to pass."""
    return Submission(answer)


def rejected(mistake: Any = None, *, status: str = "wrong") -> Callable[[Any], Submission]:
    """Return what makes the submission of an answer that has to be rejected."""
    return lambda answer: Submission(answer, status, mistake)


def of(exercise: str) -> dict[str, Submission]:
    """Return the submissions for an exercise by their names, in the order of its file."""
    module = importlib.import_module(f"submissions.{exercise}")
    return {name: value for name, value in vars(module).items() if isinstance(value, Submission)}


def exercises() -> list[str]:
    """Return the full names of the exercises that have submissions."""
    return sorted(f"{file.parent.name}.{file.stem}" for file in Path(__file__).parent.glob("*/[!_]*.py"))
