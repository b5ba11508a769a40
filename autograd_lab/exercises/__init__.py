"""The exercises of the course: a folder a lesson, a file an exercise, both named as in its full name.

A lesson's ``__init__.py`` lists its exercises in order, as words; ``reverse_mode/mul_vjp.py`` holds the `EXERCISE` of
that name, and what several exercises of a lesson share stands beside them. `find` takes a full name and imports only
that one. This wing uses the judge's vocabulary and the engines.
"""

import pkgutil
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from autograd_lab.grading.exercise import Exercise


@cache
def lessons() -> tuple[str, ...]:
    """Return the names of the lessons that have exercises, in alphabetical order."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def names(lesson: str) -> tuple[str, ...]:
    """Return the full names of a lesson's exercises, in its order; none for an unknown lesson. Imports none of them."""
    words = import_module(f"{__name__}.{lesson}").EXERCISES if lesson in lessons() else ()
    return tuple(f"{lesson}.{word}" for word in words)


def of_lesson(lesson: str) -> tuple[Exercise, ...]:
    """Return the exercises of a lesson such as ``"reverse_mode"``, in its order; none for an unknown lesson."""
    return tuple(map(find, names(lesson)))


def find(name: str) -> Exercise:
    """Return the exercise of that full name.

    Raises
    ------
    KeyError
        When there is none; the message has the closest names.
    """
    if isinstance(name, str) and name in names(name.partition(".")[0]):
        found: Exercise = import_module(f"{__name__}.{name}").EXERCISE
        return found
    close = get_close_matches(str(name), [known for lesson in lessons() for known in names(lesson)], n=3, cutoff=0.4)
    known = f"a name is a lesson's, a dot and the exercise's; the lessons are {', '.join(lessons())}"
    advice = f"did you mean {' or '.join(repr(n) for n in close)}?" if close else known
    raise KeyError(f"there is no exercise {str(name)[:80]!r}; {advice}")
