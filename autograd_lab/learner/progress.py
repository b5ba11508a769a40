"""Where a learner stands: lessons and exercises done, tried and open, and the exercise to take next.

A `Progress` takes the record's attempts; a notebook shows it as HTML, a terminal as text, and a program reads it as
plain data. Its links are relative to the notebook that shows them, and lead to the exercise's cell.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd_lab.learner.record import Attempt
from autograd_lab.learner.workspace import damaged, lessons, notebook_of_course

_SYMBOLS = {"done": "✓", "tried": "✗", "open": "○"}


@dataclass(frozen=True)
class Place:
    """An exercise, and where it stands: the lesson's notebook and the id of the cell with its text."""

    exercise: str
    notebook: str
    cell: str


class Progress:
    """The learner's progress.

    Parameters
    ----------
    attempts : sequence of Attempt
        All attempts, the oldest first.
    folder : Path, optional
        The learner's copy, where links lead; without it there are none.

    Attributes
    ----------
    lessons : list of tuple
        For each lesson in order, its name and a list of (exercise, ``"done"``, ``"tried"`` or ``"open"``).
    next : Place or None
        The exercise to take: the first that isn't done in the lesson of the last attempt, else in a later one, else in
        an earlier one. None when all are done.

    Raises
    ------
    WorkspaceError
        If the course has no lessons, or one that can't be read.
    """

    def __init__(self, attempts: Sequence[Attempt], folder: Path | None = None) -> None:
        passed = {attempt.exercise for attempt in attempts if attempt.status == "passed"}
        tried = {attempt.exercise for attempt in attempts}
        self._folder = folder
        self._places = {path.stem: _places(path) for path in lessons()}
        self.lessons: list[tuple[str, list[tuple[str, str]]]] = []
        for lesson, places in self._places.items():
            names = [place.exercise for place in places]
            states = ["done" if n in passed else "tried" if n in tried else "open" for n in names]
            self.lessons.append((lesson, list(zip(names, states, strict=True))))
        self.next = self._next(passed, attempts[-1].exercise if attempts else None)

    def _next(self, passed: set[str], latest: str | None) -> Place | None:
        lessons = list(self._places.values())
        start = next((i for i, places in enumerate(lessons) if any(p.exercise == latest for p in places)), 0)
        return next((p for ps in lessons[start:] + lessons[:start] for p in ps if p.exercise not in passed), None)

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return the table, a row a lesson: its name, a symbol an exercise, how many are done, what else there is."""
        rows = []
        for lesson, exercises in self.lessons:
            states = [state for _, state in exercises]
            symbols = "".join(_SYMBOLS[state] for state in states)
            rest = [f"{states.count(kind)} {kind}" for kind in ("tried", "open") if kind in states]
            rows.append((lesson, symbols, f"{states.count('done')} of {len(states)} done", ", ".join(rest)))
        return rows

    def advice(self) -> str:
        """Return one line on what to do next."""
        return f"Next: {self.next.exercise} in {self.next.notebook}" if self.next else "All exercises are done."

    def as_data(self) -> dict[str, Any]:
        """Return the same as what JSON can hold: `lessons`, `done`, `total` and `next`."""
        states = [state for _, exercises in self.lessons for _, state in exercises]
        return {
            "lessons": [
                {"lesson": lesson, "exercises": [{"exercise": name, "state": state} for name, state in exercises]}
                for lesson, exercises in self.lessons
            ],
            "done": states.count("done"),
            "total": len(states),
            "next": self.next and vars(self.next),
        }

    def __str__(self) -> str:
        rows = self.rows()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(f"{x:<{w}}" for x, w in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([*lines, self.advice()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows, style = "", "text-align:left;vertical-align:top"
        for (lesson, exercises), (_, _, *counts) in zip(self.lessons, self.rows(), strict=True):
            items = "".join(
                f"<div>{_SYMBOLS[state]} {self._link(place, name)}: {state}</div>"
                for (name, state), place in zip(exercises, self._places[lesson], strict=True)
            )
            cells = [f"<details><summary>{lesson}</summary>{items}</details>", *counts]
            rows += "<tr>" + "".join(f'<td style="{style}">{cell}</td>' for cell in cells) + "</tr>"
        advice = f"Next: {self._link(self.next, self.advice()[6:])}" if self.next else self.advice()
        return f"<table>{rows}</table><p>{advice}</p>"

    def _link(self, place: Place, text: str) -> str:
        """Return a link to a cell, which JupyterLab follows in a tab of its own; only the text outside a copy."""
        if self._folder is None:
            return text
        path = Path(os.path.relpath(self._folder / place.notebook)).as_posix()
        return f'<a href="{path}#cell-id={place.cell}">{text}</a>'


def _places(path: Path) -> list[Place]:
    """Return a lesson's exercises from its notebook: importing them all would take seconds, since they import torch."""
    marked = [(cell, cell["metadata"].get("autograd_lab", {})) for cell in notebook_of_course(path)["cells"]]
    try:
        return [Place(m["exercise"], path.name, cell["id"]) for cell, m in marked if m.get("role") == "task"]
    except (LookupError, TypeError, AttributeError):  # no id, or a mark that isn't ours
        raise damaged(path) from None
