"""Lent answers: the reference, given to a learner whose own answer is missing or wrong, so that the lesson goes on.

`lend(exercise)` returns the reference dressed so that it gives itself away: a function or class marks the running
check when it is called, a value is recognised by identity. `running` is entered around every observation; a lent
answer of another exercise may be used freely.
"""

import contextlib
import copy
import functools
import inspect
from collections.abc import Iterator
from typing import Any

from autograd_lab.grading.exercise import Exercise


class Run:
    """One running observation; `lent` becomes true when the exercise's own lent answer is used in it."""

    def __init__(self, exercise: str) -> None:
        self.exercise = exercise
        self.lent = False


_running: list[Run] = []
_lent_values: dict[str, list[Any]] = {}


@contextlib.contextmanager
def running(exercise: str) -> Iterator[Run]:
    """Observe whether the exercise's lent answer is called meanwhile."""
    run = Run(exercise)
    _running.append(run)
    try:
        yield run
    finally:
        _running.remove(run)


def lend(exercise: Exercise) -> Any:
    """Return the reference, as an answer that never counts."""
    if exercise.is_value:
        value = _twin(exercise.reference)
        _lent_values.setdefault(exercise.name, []).append(value)
        return value
    return _lent_callable(exercise)


def is_lent(exercise: str, answer: Any) -> bool:
    """Whether `answer` is a value that was lent for this exercise."""
    return any(answer is value for value in _lent_values.get(exercise, ()))


class _Number(float):
    """A number that a cell doesn't show when it is the cell's last line, so that a check gives nothing away."""

    def _ipython_display_(self) -> None:
        print("(what the check returned: our answer, until yours is right)")


def _twin(value: Any) -> Any:
    # copy() returns the same float; one of its own can be told from the number that a learner types.
    return _Number(value) if type(value) is float else copy.deepcopy(value)


_lent_callables: dict[str, Any] = {}


def _lent_callable(exercise: Exercise) -> Any:
    if exercise.name not in _lent_callables:
        reference = exercise.reference
        dress = _lent_class if isinstance(reference, type) else _lent_function
        _lent_callables[exercise.name] = dress(exercise.name, reference)
    return _lent_callables[exercise.name]


def _lent_function(exercise: str, function: Any) -> Any:
    @functools.wraps(function)
    def lent(*args: Any, **kwargs: Any) -> Any:
        for run in _running:
            run.lent = run.lent or run.exercise == exercise
        return function(*args, **kwargs)

    del lent.__wrapped__  # nothing should look through the dress
    with contextlib.suppress(ValueError, TypeError):
        lent.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return lent


def _lent_class(exercise: str, reference: type) -> type:
    members: dict[str, Any] = {}
    for name, member in vars(reference).items():
        if isinstance(member, (staticmethod, classmethod)):
            members[name] = type(member)(_lent_function(exercise, member.__func__))
        elif callable(member) and not isinstance(member, type):
            members[name] = _lent_function(exercise, member)
    return type(reference)(reference.__name__, (reference,), members)
