"""A lesson: one source, and the two notebooks that are cut from it.

The source is ``solutions/NN_name.py``, a jupytext percent script with the whole lesson and its solutions.
`read` makes a `Lesson` of it, whose cells know the lines of the source they stand on. `Lesson.solved` and
`Lesson.unsolved` are the notebooks that come out of it, not executed; `Lesson.solution_cells` gives each
solution as code that runs without the rest. What a source may not do is the matter of `source_rules`;
executing and writing, that of `build`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, cast

from autograd_lab.authoring.solution_blocks import Block, Fault, find_blocks, find_check

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Without versions: they would change every notebook with every Python.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
_MARKER = re.compile(r"# %%(\s|$)")


class BuildError(Exception):
    """A source or its notebooks are not as they should be.

    Attributes
    ----------
    problems : tuple of str
        All that was found, one line each, mostly ``solutions/NN_name.py:LINE: what is wrong; what to do``.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Cell:
    """One cell of a source.

    Attributes
    ----------
    kind : str
        ``"markdown"`` or ``"code"``.
    source : str
        The text with its solution blocks, markers and starters; in a code cell it is Python.
    marker, line : int
        The lines of the file, from 1, on which the cell's ``# %%`` and the first line of `source` stand.
    tags : tuple of str
        The cell's tags.
    blocks : tuple of Block
        Its solution blocks.
    exercise : str or None
        The full name of the exercise that the cell belongs to.
    role : str or None
        ``"task"``, ``"answer"`` or ``"solution"``, when it belongs to an exercise.
    id : str
        The cell's id in both notebooks.
    """

    kind: str
    source: str
    marker: int
    line: int
    tags: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    exercise: str | None = None
    role: str | None = None
    id: str = ""

    def numbered(self, solved: bool) -> list[tuple[int, str]]:
        """Return the cell's lines in one of the notebooks, each with the line of the file that it comes from."""
        lines: list[tuple[int, str]] = []
        numbers = iter(enumerate(self.source.split("\n")))
        blocks = {block.begin: block for block in self.blocks}
        for number, text in numbers:
            block = blocks.get(number)
            if block is None:
                lines.append((self.line + number, text))
                continue
            rest = [next(numbers) for _ in range(block.end - block.begin)]
            if solved:
                kept = [(number, text)] + [line for line in rest if line[0] < block.stop or line[0] == block.end]
            else:
                kept = list(block.starter)
            lines += [(self.line + offset, line) for offset, line in kept]
        return lines

    def text(self, solved: bool) -> str:
        """Return the cell's source in the solved notebook or in the lesson."""
        return "\n".join(text for _, text in self.numbered(solved))


class SolutionCell(NamedTuple):
    """An exercise's answer cell as code to run: with the solution, and with the starter; both without the check."""

    exercise: str
    solved: str
    starter: str


@dataclass(frozen=True)
class Lesson:
    """A source, read.

    Attributes
    ----------
    path : Path
        The source.
    cells : tuple of Cell
        Its cells, in order.
    faults : tuple of Fault
        Why the source can't be cut; `read` returns only lessons without any.
    """

    path: Path
    cells: tuple[Cell, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """The lesson's name, such as ``"03_reverse_mode"``."""
        return self.path.stem

    @property
    def module(self) -> str:
        """The name of its module of exercises, such as ``"reverse_mode"``."""
        return self.path.stem[3:]

    @property
    def exercises(self) -> tuple[str, ...]:
        """The full names of its exercises, in the order of the lesson."""
        return tuple(cell.exercise for cell in self.cells if cell.exercise and cell.role == "answer")

    @property
    def first_cell(self) -> str:
        """The source of the first code cell, which imports all that the lesson needs."""
        return next((cell.text(True) for cell in self.cells if cell.kind == "code"), "")

    def at(self, line: int, sentence: str) -> str:
        """Return a sentence about a line of the source, as ``solutions/NN_name.py:LINE: sentence``."""
        return f"{'/'.join(self.path.parts[-2:])}:{line}: {sentence}"

    def cells_of(self, solved: bool) -> tuple[Cell, ...]:
        """Return the cells that one of the notebooks has, in order."""
        return tuple(cell for cell in self.cells if solved or "solution" not in cell.tags)

    def solved(self) -> NotebookNode:
        """Return the notebook with its solutions, not executed."""
        return self._notebook(True)

    def unsolved(self) -> NotebookNode:
        """Return the notebook with its solutions cut out, not executed."""
        return self._notebook(False)

    def solution_cells(self) -> list[SolutionCell]:
        """Return what builds each exercise's answer, in the order of the lesson.

        Executed in one namespace, `first_cell`, then the ``solved`` of the earlier exercises, then either
        form of this one leave the answer under the exercise's own name (``namespace["mul_vjp"]`` for
        ``reverse_mode.mul_vjp``).
        """
        return [
            SolutionCell(cell.exercise, _without_check(cell.text(True)), _without_check(cell.text(False)))
            for cell in self.cells
            if cell.exercise and cell.role == "answer"
        ]

    def _notebook(self, solved: bool) -> NotebookNode:
        from nbformat import from_dict

        cells: list[dict[str, object]] = []
        for cell in self.cells_of(solved):
            metadata: dict[str, object] = {"tags": list(cell.tags)} if cell.tags else {}
            if cell.exercise:
                metadata["autograd_lab"] = {"exercise": cell.exercise, "role": cell.role}
            cells.append({"cell_type": cell.kind, "id": cell.id, "metadata": metadata, "source": cell.text(solved)})
            if cell.kind == "code":
                cells[-1] |= {"execution_count": None, "outputs": []}
        notebook = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
        return cast("NotebookNode", from_dict(notebook))  # type: ignore[no-untyped-call]


def read(path: Path) -> Lesson:
    """Read a lesson's source.

    Parameters
    ----------
    path : Path
        The source, ``solutions/NN_name.py``.

    Raises
    ------
    BuildError
        When it can't be cut into notebooks (cells that are no Python, markers that don't match, a check that
        isn't written as checks are), with all the places; or when jupytext is not installed.
    """
    lesson = scan(path)
    if lesson.faults:
        raise BuildError(lesson.at(*fault) for fault in lesson.faults)
    return lesson


def scan(path: Path) -> Lesson:
    """Read a source as far as it goes: as `read`, but what is wrong is kept in the lesson's `faults`."""
    text = path.read_text(encoding="utf-8")
    cells: list[Cell] = []
    faults: list[Fault] = []
    for cell in _cells(text, faults):
        blocks, more = find_blocks(cell.source) if cell.kind == "code" else ((), [])
        exercise, also = find_check(cell.source, blocks) if cell.kind == "code" and not more else (None, [])
        faults += [Fault(cell.line + offset, sentence) for offset, sentence in [*more, *also]]
        cell = replace(cell, blocks=blocks, exercise=exercise, role="answer" if exercise else None)
        faults += _starter_faults(cell)
        cells.append(cell)
    return Lesson(path, tuple(_identified(_grouped(cells))), tuple(faults))


def _cells(text: str, faults: list[Fault]) -> Iterator[Cell]:
    """Cut the text with jupytext, and find the lines on which the cells stand by counting their markers."""
    jupytext = _jupytext()
    # A magic isn't Python: left as the comment that it is in the script, it can do no harm.
    percent = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    try:
        found = jupytext.reads(text, fmt=percent).cells
    except Exception as error:  # a broken header surfaces as an error of whichever library meets it
        faults.append(Fault(1, f"jupytext can't read this: {str(error).splitlines()[0]}; mend or drop the header"))
        return
    lines = text.split("\n")
    markers = [number for number, line in enumerate(lines) if _MARKER.match(line)]
    if len(markers) != len(found):
        sentence = f"{len(markers)} lines start with `# %%`, but jupytext sees {len(found)} cells"
        faults.append(Fault(1, f"{sentence}; begin with `# %%`, and write no `# %%` inside a string or a fence"))
        return
    for marker, cell in zip(markers, found, strict=True):
        unknown = sorted(set(cell.metadata) - {"tags", "lines_to_next_cell"})
        if unknown or cell.cell_type not in ("markdown", "code"):
            given = ", ".join(unknown) or cell.cell_type
            sentence = 'a cell is `# %%` or `# %% [markdown]`, with tags=["…"] and nothing else'
            faults.append(Fault(marker + 1, f"{sentence}; this one has {given}"))
            continue
        source = cell.source.strip("\n")
        first = marker + 1
        while first + 1 < len(lines) and not lines[first]:
            first += 1
        tags = tuple(cell.metadata.get("tags", ()))
        yield Cell(cell.cell_type, source, marker + 1, first + 1, tags)


def _jupytext() -> ModuleType:
    """Import jupytext, in a quarter of the time that it takes by itself."""
    # jsonschema, which nbformat uses, compiles a grammar of IRIs when it finds this package: 1.5 s for something
    # that no notebook has. It does without where the import fails.
    grammar = "rfc3987_syntax"
    spared = grammar not in sys.modules
    if spared:
        sys.modules[grammar] = None  # type: ignore[assignment]
    try:
        return import_module("jupytext")
    except ModuleNotFoundError as missing:
        raise BuildError(["this needs jupytext: pip install 'autograd-lab[build]'"]) from missing
    finally:
        if spared:
            del sys.modules[grammar]


def _starter_faults(cell: Cell) -> Iterator[Fault]:
    """Find what the cut leaves that is no longer Python."""
    if cell.blocks:
        try:
            ast.parse(cell.text(False))
        except SyntaxError as error:
            lines = cell.numbered(False)
            line = lines[min(error.lineno or 1, len(lines)) - 1][0]
            yield Fault(line, f"without its solution this cell is not Python: {error.msg}; mend the starter")


def _grouped(cells: list[Cell]) -> list[Cell]:
    """Give the exercise to its task, the Markdown cell before the answer, and to the solution's why after it."""
    grouped = list(cells)
    for number, cell in enumerate(cells):
        if cell.role != "answer":
            continue
        if number and cells[number - 1].kind == "markdown" and "solution" not in cells[number - 1].tags:
            grouped[number - 1] = replace(cells[number - 1], exercise=cell.exercise, role="task")
        if number + 1 < len(cells) and cells[number + 1].kind == "markdown":
            after = cells[number + 1]
            if "solution" in after.tags:
                grouped[number + 1] = replace(after, exercise=cell.exercise, role="solution")
    return grouped


def _identified(cells: list[Cell]) -> Iterator[Cell]:
    """Give each cell an id that stays the same when cells are added around it."""
    seen: dict[str, int] = {}
    for cell in cells:
        if cell.exercise:
            name = f"{cell.exercise.partition('.')[2]}-{cell.role}"
        else:
            name = sha256(f"{cell.kind}\n{cell.source}".encode()).hexdigest()[:12]
        seen[name] = seen.get(name, 0) + 1
        yield replace(cell, id=name if seen[name] == 1 else f"{name}-{seen[name]}")


def _without_check(source: str) -> str:
    """Leave out the last statement."""
    last = ast.parse(source).body[-1]
    return "\n".join(source.split("\n")[: last.lineno - 1]).rstrip() + "\n"
