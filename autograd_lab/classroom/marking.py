"""Marking a submission: what each exercise of a notebook file deserves.

`mark` takes a notebook's path, executes it from top to bottom in a fresh kernel of this environment, in its own folder,
and leaves the file as it is. Each `lab.check` in it displays its verdict as JSON. `mark` returns one `Mark` for each
exercise: in a learner's copy those of its lesson, also where a cell is gone; in any other notebook those that have an
answer cell, in the order of the cells.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd_lab import exercises
from autograd_lab.authoring.execution import environment, own_kernel
from autograd_lab.learner.cards import VERDICT_MIME
from autograd_lab.learner.notebook_files import Cell, parse, version_of

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # what Jupyter logs is said in a Mark or a MarkingError
_log.propagate = False


class MarkingError(Exception):
    """The file can't be marked; the message is a sentence that says why."""


@dataclass(frozen=True)
class Mark:
    """What one exercise of a submission deserves.

    Parameters
    ----------
    exercise : str
        The exercise's name, `reverse_mode.mul_vjp`.
    status : str
        The verdict's status, `passed`, `wrong` and so on, or `not run` where there is no verdict.
    mistake : str or None
        The name of the mistake that the answer behaves like, if one was found.
    message : str
        The verdict's message, or why there is none; empty where nothing is to be said.
    """

    exercise: str
    status: str
    mistake: str | None
    message: str


def mark(path: Path, timeout: int = 120) -> list[Mark]:
    """Execute a notebook file and collect the verdicts of its checks.

    An error in a cell stops only that cell. A cell that takes too long, or a kernel that dies, ends the run.

    Parameters
    ----------
    path : Path
        The notebook.
    timeout : int
        What one cell may take, in seconds. The default of 120 is many times what the slowest lesson needs.

    Returns
    -------
    list of Mark
        One for each exercise; the last verdict for an exercise counts.

    Raises
    ------
    MarkingError
        If `path` is no notebook that can be read, has no exercise of this course, or no kernel can be started.
    """
    notebook = _load(path)
    answers: dict[str, list[int]] = {}
    for index, cell in enumerate(notebook.cells):
        ours = cell.metadata.get("autograd_lab")
        if isinstance(ours, dict) and ours.get("role") == "answer" and isinstance(ours.get("exercise"), str):
            answers.setdefault(ours["exercise"], []).append(index)
    if not answers:
        raise MarkingError(f"{path} has no exercises of this course")
    with _terminable():
        stopped, reason = _execute(notebook, Path(os.path.realpath(path)).parent, timeout)
    verdicts = _verdicts(notebook)
    return [
        verdicts.get(name) or Mark(name, "not run", None, _why(notebook, answers.get(name, []), stopped, reason))
        for name in (_of_lessons(answers) if version_of(notebook) else answers)
    ]


def _of_lessons(names: Iterable[str]) -> list[str]:
    """Return the exercises of all lessons that some are of, in the order of the lessons."""
    lessons = dict.fromkeys(name.partition(".")[0] for name in names)
    whole = [name for lesson in lessons for name in exercises.names(lesson)]
    return list(dict.fromkeys([*whole, *names]))


def _load(path: Path) -> Any:
    """Read a notebook, without the outputs stored in it."""
    import nbformat

    if os.path.isdir(path):
        raise MarkingError(f"{path} is a folder: give the path of a notebook")
    if not os.path.lexists(path):
        raise MarkingError(f"there is no file {path}")
    if not os.path.isfile(path):
        raise MarkingError(f"{path} is not a file that can be read as a notebook")
    try:
        text = path.read_bytes()
    except OSError as error:
        raise MarkingError(f"{path} can't be read: {error.strerror}") from None
    notebook = parse(text) or parse(_converted(text, path))
    if notebook is None:
        raise MarkingError(f"{path} is not a valid notebook: it has no cells, or some without a type or a text")
    metadata = {"autograd_lab": notebook["metadata"].get("autograd_lab")}
    bare = {"metadata": metadata, "cells": [_bare(cell) for cell in notebook["cells"]]}
    return nbformat.from_dict({**bare, "nbformat": 4, "nbformat_minor": 4})  # type: ignore[no-untyped-call]


def _converted(text: bytes, path: Path) -> bytes:
    """Bring a notebook of format 3 to format 4, without its outputs; return another one as it is."""
    import nbformat

    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise MarkingError(f"{path} is not a notebook: it is not JSON") from None
    if not isinstance(content, dict) or content.get("nbformat") not in (3, 4):
        raise MarkingError(f"{path} is not a notebook of format 3 or 4")
    if content["nbformat"] == 4:
        return text
    try:
        for sheet in content["worksheets"]:
            for cell in sheet["cells"]:
                cell["outputs"] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            converted = nbformat.reads(  # type: ignore[no-untyped-call]
                json.dumps(content),
                as_version=4,
                capture_validation_error={},  # with it, what is only invalid doesn't raise
            )
        return json.dumps(converted).encode()
    except Exception as error:  # nbformat converts without looking: anything can go wrong in a broken notebook
        raise MarkingError(f"{path} is not a valid notebook: {_first_line(error)}") from None


def _bare(cell: Cell) -> Cell:
    """Return what counts when a cell is executed; about the rest a notebook may be as odd as it likes."""
    metadata = {key: value for key, value in cell["metadata"].items() if key in ("autograd_lab", "tags")}
    if not isinstance(metadata.get("tags"), list):
        metadata.pop("tags", None)
    bare = {"cell_type": cell["cell_type"], "metadata": metadata, "source": "".join(cell["source"])}
    return {**bare, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else bare


def _execute(notebook: Any, folder: Path, timeout: int) -> tuple[int | None, str]:
    """Run the cells; return the index of the one that ended the run too early, and why."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    client = NotebookClient(notebook, own_kernel(log=_log), timeout=timeout, allow_errors=True, log=_log)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autograd-lab-")))
        said = stack.enter_context((home / "stderr").open("wb"))
        try:
            stack.enter_context(
                client.setup_kernel(
                    cleanup_kc=True,
                    cwd=str(folder),
                    env=environment(home),
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                )
            )
        except (RuntimeError, OSError) as error:
            last = _first_line((home / "stderr").read_text(errors="replace").strip().split("\n")[-1])
            raise MarkingError(f"no kernel can be started: {last or _first_line(error)}") from None
        for index, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, index)
            except CellTimeoutError:
                client.shutdown_kernel = "immediate"
                return index, f"a cell took more than {timeout} s"
            except DeadKernelError:
                return index, "the kernel died"
            except (KeyboardInterrupt, SystemExit):
                # The program ends. Asyncio would print what becomes of the cell that nobody waits for any more.
                logging.getLogger("asyncio").setLevel(logging.CRITICAL)
                client.shutdown_kernel = "immediate"
                raise
    return None, ""


def _verdicts(notebook: Any) -> dict[str, Mark]:
    """Collect the verdicts that were displayed, the last for each exercise."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            verdict = output.get("data", {}).get(VERDICT_MIME)
            if isinstance(verdict, dict) and {"exercise", "status"} <= verdict.keys():
                name, mistake = str(verdict["exercise"]), verdict.get("mistake")
                message = str(verdict.get("message") or "")
                found[name] = Mark(name, str(verdict["status"]), mistake and str(mistake), message)
    return found


def _why(notebook: Any, cells: list[int], stopped: int | None, reason: str) -> str:
    """Say why an exercise has no verdict."""
    if not cells:
        return "its cell is missing"
    for index in cells:
        for output in notebook.cells[index].get("outputs", []):
            if output.output_type == "error":
                return _first_line(f"{output.ename}: {output.evalue}")
    if stopped is not None and stopped in cells:
        return f"{reason} here"
    if stopped is not None and stopped < max(cells):
        return f"{reason} before"
    return "its cell checked nothing"


def _first_line(thing: object) -> str:
    return (str(thing).strip().splitlines() or [""])[0]


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the program by an exception, so that the kernel ends with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
