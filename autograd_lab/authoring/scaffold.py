"""A skeleton for authors: a new lesson that `build` accepts, or a new exercise in a lesson that is there.

`scaffold` takes a lesson's name and words for exercises, and writes the source, a file an exercise, and a file for the
blind answers to each. The exercise in it doubles a number; everything that has to be thought of is marked TODO.
"""

import keyword
import re
from collections.abc import Sequence
from pathlib import Path

from autograd_lab.authoring.build import checkout
from autograd_lab.authoring.lesson import BuildError

_SOURCE = """# %% [markdown]
# # {number} · {title}
#
# TODO: what this is about, told to somebody who doesn't know it yet. **And the one question that the lesson answers?**
#
# After it you will be able to
#
# - TODO: three to five lines.
#
# Time: 45 minutes. TODO: what to know first.

# %%
import autograd_lab as lab

# %% [markdown]
# ## {section}
#
# TODO: an idea in prose, a formula, a cell that shows it, and what to see in it.

{exercises}# %% [markdown]
# ## Recap
#
# TODO: the answer to the question, in the first line.
#
# ## Sources
#
# - TODO
"""

_TASK = '''# %% [markdown]
# **Exercise: `{lesson}.{word}`.** TODO: what is asked. `{word}(x)` takes a float and returns twice as much.
# For example, `{word}(1.5)` is 3.0.

# %%
def {word}(x):
    """Return twice x, a float."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


{word} = lab.check("{lesson}.{word}", {word})

# %% [markdown] tags=["solution"]
# TODO: why it is so.

'''

_LESSON = '''"""Lesson {number}, `{lesson}`: its exercises, in order."""

EXERCISES = ({words})
'''

_EXERCISE = '''"""`{word}(x)`: TODO: what is asked, in a line."""

from collections.abc import Iterator
from typing import Any

from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.probes import walk
from autograd_lab.grading.slips import mistakes

def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    numbers = (draw.signed(0.4, 2.0), draw.signed(1.1, 9.0), 0.0)
    yield from walk(answer, [(f"x = {{x:.3f}}", (x,)) for x in numbers])

EXERCISE = Exercise(
    name="{lesson}.{word}",
    probe=probe,
    reference=lambda x: x + x,
    alternatives=(lambda x: 2 * x,),
    mistakes=mistakes({{
        "x itself": (lambda x: x, "TODO: x comes back as it was. What was to be done with it?"),
        "squared": (lambda x: x * x, "TODO: you multiply x by itself. Is it x that is to be the factor?"),
        "halved": (lambda x: x / 2, "TODO: you divide where you should multiply."),
        "sign": (lambda x: -2 * x, "TODO: the size is right and the sign is wrong."),
    }}),
    hints=("TODO: the question to ask oneself.", "TODO: the formula.", "TODO: almost the code."),
    section="{section}",
    notice="TODO: what is worth noticing.",
)
'''

_ANSWERS = '''"""Answers written blind for `{lesson}.{word}`, each under the verdict that it deserves."""

from submissions import passes, rejected

added = passes(lambda x: x + x)
forgotten = rejected("x itself")(lambda x: x)
'''


def scaffold(lesson: str, words: Sequence[str], root: Path | None = None) -> list[str]:
    """Write the skeleton of a lesson, or of exercises in one.

    Parameters
    ----------
    lesson : str
        ``"20_implicit_gradients"``. Where the course has it, the exercises are added to it, before its recap.
    words : sequence of str
        Names of exercises, as learners will write them: ``"fixed_point"``.
    root : Path, optional
        The checkout; by default the one that this package stands in.

    Returns
    -------
    list of str
        What was written, a line for each file, and what to do next.

    Raises
    ------
    BuildError
        If a name can't be used, or an exercise is there already. Nothing has been written then.
    """
    root = checkout() if root is None else root
    named = re.fullmatch(r"(\d\d)_([a-z][a-z0-9_]*)", lesson)
    if not named:
        raise BuildError([f"{lesson!r} is no name of a lesson: give a number and words, like 20_implicit_gradients"])
    number, module = named.groups()
    source = root / "solutions" / f"{lesson}.py"
    folder, answers = root / "autograd_lab" / "exercises" / module, root / "tests" / "submissions" / module
    texts = {"number": number, "lesson": module, "title": module.replace("_", " ").capitalize()}
    section = f"TODO: a heading for {module}"
    problems = [fault for word in words if (fault := _fault(word))]
    problems += [f"there is an exercise {module}.{word}" for word in words if (folder / f"{word}.py").exists()]
    if source.exists() != (folder / "__init__.py").exists():
        problems.append(f"{source.name} and {folder.relative_to(root)} belong together, and one of them is missing")
    if problems:
        raise BuildError(problems)
    tasks = "".join(_TASK.format(word=word, **texts) for word in words)
    files = {folder / f"{word}.py": _EXERCISE.format(word=word, section=section, **texts) for word in words}
    files |= {answers / f"{word}.py": _ANSWERS.format(word=word, **texts) for word in words}
    listed = folder / "__init__.py"
    if source.exists():
        before = source.read_text(encoding="utf-8")
        place = before.rfind("# %% [markdown]", 0, before.find("# ## Recap"))
        files[source] = before[:place] + tasks + before[place:]
        files[listed] = _with_words(listed.read_text(encoding="utf-8"), words)
    else:
        files[source] = _SOURCE.format(section=section, exercises=tasks, **texts)
        files[listed] = _LESSON.format(words="".join(f'"{word}", ' for word in words).strip(), **texts)
    lines = []
    for path, text in files.items():
        lines.append(f"{'changed' if path.exists() else 'written'}: {path.relative_to(root)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [*sorted(lines), f"Now replace what says TODO, and run: autograd-lab build {lesson}"]


def _fault(word: str) -> str:
    good = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", word) and not keyword.iskeyword(word)
    return "" if good else f"{word!r} is no name of an exercise: learners define a function of that name"


def _with_words(text: str, words: Sequence[str]) -> str:
    """Return a lesson's list of exercises with more of them at the end."""
    end = text.rindex(")")
    listed = text[:end].rstrip()
    joint = "" if listed.endswith("(") else " " if listed.endswith(",") else ", "
    return f"{listed}{joint}{', '.join(f'{chr(34)}{word}{chr(34)}' for word in words)}{text[end:]}"
