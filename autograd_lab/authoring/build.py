"""Build the course: from each source its two notebooks, executed; or check that they are what the sources make.

`build` finds the sources, refuses what breaks a rule (`source_rules`), executes both notebooks of each
lesson in fresh kernels, keeps the stored outputs that are equal (`outputs`), and writes what
changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from autograd_lab import exercises
from autograd_lab.authoring.execution import execute
from autograd_lab.authoring.lesson import BuildError, Lesson, scan
from autograd_lab.authoring.outputs import keep_equal
from autograd_lab.authoring.source_rules import violations

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLDERS = {"solutions": True, "lessons": False}
_SOURCE_NAME = re.compile(r"\d\d_[a-z][a-z0-9_]*")


def build(lessons: list[str], check: bool, root: Path | None = None) -> list[str]:
    """Build lessons, or check that they are built.

    Parameters
    ----------
    lessons : list of str
        Names such as ``"03_reverse_mode"``, ``"reverse_mode"`` or ``"03"``, or paths of sources; all when empty.
    check : bool
        Execute and write nothing: compare everything but the outputs of the notebooks with the sources.
    root : Path, optional
        The folder that holds ``solutions/`` and ``lessons/``. Default: the checkout that this package stands in.

    Returns
    -------
    list of str
        A line for each notebook, such as ``"00_welcome: lessons/00_welcome.ipynb unchanged"``.

    Raises
    ------
    BuildError
        With a line for each problem: what the rules refuse, in all of the lessons; when they refuse nothing,
        the cells that raise; with `check`, also the notebooks that differ, are missing, or hold cells that
        were not run.
    """
    root = checkout() if root is None else root
    everything = sorted((root / "solutions").glob("*.py"))
    sources = _chosen(lessons, everything, root)
    if find_spec("PIL") is None or find_spec("jupytext") is None:
        raise BuildError(["building needs jupytext and Pillow: pip install 'autograd-lab[build]'"])
    problems = [] if lessons else list(_strays(everything, root))
    found = []
    for source in sources:
        lesson = scan(source)
        refused = violations(lesson, exercises.names(lesson.module))
        if check and not lesson.faults:
            refused += _differences(lesson, root)
        problems += refused
        found.append(lesson)
    if problems:
        raise BuildError(problems)
    lines = []
    for lesson in found:
        try:
            lines += [f"{lesson.name}: {line}" for line in (_checked(lesson) if check else _built(lesson, root))]
        except BuildError as error:
            problems += error.problems
    if problems:
        raise BuildError(problems)
    return lines


def checkout() -> Path:
    """Return the checkout of the project that this package stands in."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "pyproject.toml").is_file() or not (root / "solutions").is_dir():
        raise BuildError(["build needs a checkout of the project, with solutions/ beside autograd_lab/; this is none"])
    return root


def _chosen(lessons: Sequence[str], everything: Sequence[Path], root: Path) -> list[Path]:
    """Return the sources that the names mean, in the order of the course."""
    chosen = set()
    unknown = []
    for name in lessons:
        path = Path(name).resolve()
        means = [source for source in everything if name in _names(source) or path == source.resolve()]
        chosen.update(means)
        unknown += [] if means else [name]
    if unknown:
        known = ", ".join(source.stem for source in everything) or f"none, {root / 'solutions'} holds no source"
        raise BuildError(f"there is no lesson {name!r}; there are: {known}" for name in unknown)
    return [source for source in everything if source in chosen or not lessons]


def _names(source: Path) -> tuple[str, str, str]:
    return source.stem, source.stem[:2], source.stem[3:]


def _strays(everything: Sequence[Path], root: Path) -> Iterator[str]:
    """Yield what belongs to no lesson: sources with other names, notebooks and exercises without a source."""
    for source in everything:
        if not _SOURCE_NAME.fullmatch(source.stem):
            yield f"solutions/{source.name}:1: a source is named NN_name.py, like 03_reverse_mode.py; rename it"
    names = {source.stem for source in everything}
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*.ipynb")):
            if path.stem not in names:
                advice = f"write solutions/{path.stem}.py, or delete it"
                yield f"{folder}/{path.name}:1: no source makes this notebook; {advice}"
    for module in sorted(set(exercises.lessons()) - {name[3:] for name in names}):
        home = f"autograd_lab/exercises/{module}/__init__.py"
        yield f"{home}:1: no lesson has these exercises; write solutions/NN_{module}.py"


def _checked(lesson: Lesson) -> list[str]:
    return [f"{folder}/{lesson.name}.ipynb up to date" for folder in FOLDERS]


def _differences(lesson: Lesson, root: Path) -> Iterator[str]:
    """Yield where the stored notebooks are not what the source makes, outputs aside."""
    advice = f"run autograd-lab build {lesson.name}"
    for folder, solved in FOLDERS.items():
        shown = f"{folder}/{lesson.name}.ipynb"
        path = root / shown
        stored = _stored(path)
        if stored is None:
            yield lesson.at(1, f"{shown} {'is not a notebook' if path.exists() else 'is missing'}; {advice}")
            continue
        made = _notebook(lesson, solved)
        cells = lesson.cells_of(solved)
        differing = len(made.cells) if len(made.cells) != len(stored.cells) else None
        for number, (new, old) in enumerate(zip(made.cells, stored.cells, strict=False)):
            if new.cell_type == "code" == old.get("cell_type"):
                new.outputs, new.execution_count = old.get("outputs", []), old.get("execution_count")
                if new.execution_count is None and "nbval-skip" not in cells[number].tags:
                    yield lesson.at(cells[number].marker, f"this cell of {shown} was never run; {advice}")
            if new != old:
                differing = number if differing is None else min(number, differing)
        if differing is not None:
            cell = cells[min(differing, len(cells) - 1)] if cells else None
            yield lesson.at(cell.marker if cell else 1, f"{shown} differs from its source here; {advice}")
        elif _text(made) != path.read_text(encoding="utf-8"):
            yield lesson.at(1, f"{shown} was changed by something other than the build; {advice}")


def _built(lesson: Lesson, root: Path) -> list[str]:
    """Execute both notebooks of a lesson and write those that changed; neither, when one of them fails."""
    made = {}
    problems: list[str] = []
    for folder, solved in FOLDERS.items():
        shown = f"{folder}/{lesson.name}.ipynb"
        notebook = _notebook(lesson, solved)
        try:
            execute(notebook, lesson, solved, shown)
        except BuildError as error:
            problems += error.problems
        made[shown] = notebook
    if problems:
        raise BuildError(problems)
    lines = []
    for shown, notebook in made.items():
        stored = _stored(root / shown)
        if stored is not None:
            keep_equal(notebook, stored)
        lines.append(f"{shown} {'written' if _write(root / shown, _text(notebook)) else 'unchanged'}")
    return lines


def _notebook(lesson: Lesson, solved: bool) -> NotebookNode:
    return lesson.solved() if solved else lesson.unsolved()


def _stored(path: Path) -> NotebookNode | None:
    """Read a notebook without validating it; None when there is none, or something else."""
    from nbformat.v4 import nbjson

    try:
        notebook = nbjson.reads(path.read_text(encoding="utf-8"))  # type: ignore[no-untyped-call]
        return cast("NotebookNode", notebook) if notebook.cells else None
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return None


def _text(notebook: NotebookNode) -> str:
    from nbformat.v4 import nbjson

    return str(nbjson.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def _write(path: Path, text: str) -> bool:
    """Write a file whole or not at all, and only when its content changes; tell whether it did."""
    content = text.encode()
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return True
