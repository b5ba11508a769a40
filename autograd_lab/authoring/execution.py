"""Executing notebooks: in a fresh kernel of this environment, offline, where nothing personal is recorded.

`execute` runs a lesson that is being built, and refuses what raises. `own_kernel` and `environment` are what every run
by the course's own commands has in common; `marking` runs submissions with them.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd_lab.authoring.lesson import BuildError, Cell, Lesson
from autograd_lab.authoring.outputs import tidy

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

CELL_TIMEOUT = 600  # seconds; generous, since it is only there to end what would never end


def execute(notebook: NotebookNode, lesson: Lesson, solved: bool, shown: str) -> None:
    """Run a notebook from top to bottom in a kernel of its own, and put the outputs into it.

    Parameters
    ----------
    notebook : NotebookNode
        What `lesson` makes; its outputs and execution counts are set.
    lesson : Lesson
        Where the notebook comes from.
    solved : bool
        Which of its notebooks it is.
    shown : str
        Where it will stand, such as ``"lessons/00_welcome.ipynb"``; the kernel runs in a folder of that name.

    Raises
    ------
    BuildError
        When a cell raises that isn't tagged ``raises-exception``, runs for longer than `CELL_TIMEOUT`, or ends
        the kernel; with the line of the source.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    cells = lesson.cells_of(solved)
    running = 0

    def note(cell: object, cell_index: int) -> None:
        nonlocal running
        running = cell_index

    # The kernel runs a copy: it also writes a language version and where widgets were into the metadata.
    copy = deepcopy(notebook)
    with tempfile.TemporaryDirectory(prefix="autograd-lab-") as scratch:
        # A folder like the notebook's own, where nbval runs it, so that nothing is found that would not be there.
        folder = Path(scratch, Path(shown).parent.name)
        folder.mkdir()
        client = NotebookClient(
            copy,
            km=own_kernel(),
            timeout=CELL_TIMEOUT,
            record_timing=False,
            skip_cells_with_tag="nbval-skip",
            resources={"metadata": {"path": str(folder)}},
            on_cell_start=note,
        )
        try:
            # Unless told, it doesn't end a kernel whose manager it was given. What a kernel says on the terminal is
            # no output.
            client.execute(env=_private(scratch), stderr=subprocess.DEVNULL, cleanup_kc=True)
        except CellExecutionError as error:
            line = _raising_line(cells[running], solved, copy.cells[running], error.traceback)
            raise BuildError([lesson.at(line, f"{error.ename}: {error.evalue} (in {shown}); mend the cell")]) from error
        except CellTimeoutError as error:
            sentence = f"this cell ran for more than {CELL_TIMEOUT} s in {shown}; make it quicker"
            raise BuildError([lesson.at(cells[running].marker, sentence)]) from error
        except DeadKernelError as error:
            sentence = f"the kernel died in this cell of {shown}; run its code in Python to see why"
            raise BuildError([lesson.at(cells[running].marker, sentence)]) from error
    for cell, ran in zip(notebook.cells, copy.cells, strict=True):
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = ran.execution_count, tidy(ran.outputs)


def own_kernel(**settings: Any) -> AsyncKernelManager:
    """Return the manager of a kernel that runs this interpreter, whatever kernels the user has registered."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    specs = KernelSpecManager(kernel_dirs=[], **settings)  # without folders to look in, python3 is this one
    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs, **settings)


def environment(home: Path) -> dict[str, str]:
    """Return a kernel's environment: progress goes to `home`, nothing is downloaded, pictures stand still."""
    return os.environ | {
        "AUTOGRAD_LAB_HOME": str(home),
        "AUTOGRAD_LAB_OFFLINE": "1",
        "AUTOGRAD_LAB_STATIC": "1",
        "OMP_WAIT_POLICY": "PASSIVE",
    }


def _private(scratch: str) -> dict[str, str]:
    """Return the environment of a build, where no personal setting applies either."""
    # The package under work, also when another checkout of it is the installed one.
    path = [str(Path(__file__).resolve().parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return environment(Path(scratch, "home")) | {
        "IPYTHONDIR": str(Path(scratch, "ipython")),
        "PYTHONPATH": os.pathsep.join(path),
    }


def _raising_line(cell: Cell, solved: bool, ran: NotebookNode, traceback: str) -> int:
    """Return the line of the source that a traceback starts on in its cell."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    match = re.search(rf"Cell In\[{ran.execution_count}\], line (\d+)", plain)
    lines = cell.numbered(solved)
    return lines[min(int(match[1]), len(lines)) - 1][0] if match else cell.marker
