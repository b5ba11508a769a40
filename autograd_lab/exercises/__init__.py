"""The exercises of the course, one module a lesson, named after it.

`find` takes an exercise's full name and returns its `Exercise`; only the lesson's own module is imported for it.
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
def of_lesson(lesson: str) -> tuple[Exercise, ...]:
    """Return the exercises of a lesson such as ``"reverse_mode"``, in its order; none for an unknown lesson."""
    if lesson not in lessons():
        return ()
    return tuple(import_module(f"{__name__}.{lesson}").EXERCISES)


def find(name: str) -> Exercise:
    """Return the exercise of that full name.

    Raises
    ------
    KeyError
        When there is none; the message has the closest names.
    """
    if isinstance(name, str):
        for exercise in of_lesson(name.partition(".")[0]):
            if exercise.name == name:
                return exercise
    names = [exercise.name for lesson in lessons() for exercise in of_lesson(lesson)]
    close = get_close_matches(str(name), names, n=3, cutoff=0.4)
    known = f"a name is a lesson's, a dot and the exercise's; the lessons are {', '.join(lessons())}"
    advice = f"did you mean {' or '.join(repr(n) for n in close)}?" if close else known
    raise KeyError(f"there is no exercise {str(name)[:80]!r}; {advice}")
