"""The `autograd-lab` command.

Each command takes words, hands them to the module that does the work, and prints what that returns. What a person can
get wrong is one line on stderr and a status that is not 0.
"""

import errno
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from autograd_lab import __version__
from autograd_lab.learner import workspace

if TYPE_CHECKING:
    from autograd_lab.classroom.marking import Mark

app = typer.Typer(
    help="Autograd Lab: how gradients are computed, used and trusted.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

# What JupyterLab does in the learner's copy unless they choose otherwise: it brings no news, leaves room for the names
# of the lessons, and keeps what a widget showed.
_LAB_CONFIG = {
    "page_config.json": {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}},
    "default_setting_overrides.json": {
        "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False},
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
    },
}


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.", is_eager=True)] = False,
) -> None:
    """Autograd Lab: how gradients are computed, used and trusted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal or a file may not hold every character that is printed
            stream.reconfigure(errors="replace")
    if version:
        typer.echo(f"autograd-lab {__version__}")
        raise typer.Exit


@app.command()
def start(
    folder: Annotated[
        Path | None, typer.Option("--dir", help="Your folder.  [default: ./my-course, or the copy you are in]")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="The server's port.  [default: a free one]")
    ] = None,
) -> None:
    """Make your own copy of the course, or bring it up to date, and open JupyterLab on it."""
    from autograd_lab.learner.record import home

    if port is not None:
        _require_free(port)
    try:
        folder = folder or workspace.is_copy(Path.cwd()) or Path("my-course")
        for line in workspace.prepare(folder):
            typer.echo(line)
        folder = workspace.real(folder)
        settings = folder / ".autograd-lab"
        (settings / "labconfig").mkdir(exist_ok=True)
        for name, content in _LAB_CONFIG.items():
            workspace.write(settings / "labconfig" / name, json.dumps(content).encode(), settings)
        # Kernels run in the folders of their notebooks, where a relative path would be another one.
        progress = {"AUTOGRAD_LAB_HOME": str(home().absolute())} if os.environ.get("AUTOGRAD_LAB_HOME") else {}
    except (workspace.WorkspaceError, OSError) as error:
        _fail(error)
    names = [lesson.name for lesson in workspace.lessons()]
    first = "00_welcome.ipynb" if "00_welcome.ipynb" in names else names[0]
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{first}",
        *([] if browser else ["--no-browser"]),
        *([] if port is None else [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    config = [str(settings), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    _become(
        command,
        {
            "OMP_WAIT_POLICY": "PASSIVE",
            **os.environ,
            **progress,
            "JUPYTER_CONFIG_PATH": os.pathsep.join(config),
            "JUPYTER_PREFER_ENV_PATH": "1",
        },
    )


@app.command()
def reset(
    lesson: Annotated[str, typer.Argument(help="Its number, name or file name.")],
    folder: Annotated[
        Path | None, typer.Option("--dir", help="Your folder.  [default: the copy you are in, or ./my-course]")
    ] = None,
) -> None:
    """Start a lesson of your copy again; the old file is kept beside it."""
    try:
        typer.echo(workspace.reset(folder or workspace.is_copy(Path.cwd()) or Path("my-course"), lesson))
    except (workspace.WorkspaceError, OSError) as error:
        _fail(error)


@app.command()
def progress(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Print the lessons and exercises that are done, tried and open, and the exercise to take next."""
    from rich.console import Console
    from rich.table import Table

    from autograd_lab.learner.progress import Progress
    from autograd_lab.learner.record import Record

    record = Record()
    try:
        standing = Progress(record.attempts())
    except workspace.WorkspaceError as error:
        _fail(error)
    if record.unread:
        _fail(f"your progress can't be read: {record.unread}")
    if as_json:
        typer.echo(json.dumps(standing.as_data()))
        return
    table = Table("lesson", "exercises", "done", "left")
    for row in standing.rows():
        table.add_row(*row)
    Console().print(table)
    typer.echo(standing.advice())


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="A lesson with answers in it; it is not changed.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    timeout: Annotated[int, typer.Option("--timeout-seconds", min=1, help="What one cell may take.")] = 120,
) -> None:
    """Execute a notebook and print what each of its exercises deserves. Nothing is recorded."""
    from autograd_lab.classroom.marking import MarkingError, mark

    try:
        marks = mark(notebook, timeout)
    except (MarkingError, OSError) as error:
        _fail(error)
    passed = sum(mark.status == "passed" for mark in marks)
    if as_json:
        exercises = [asdict(mark) for mark in marks]
        typer.echo(
            json.dumps({"notebook": notebook.name, "exercises": exercises, "passed": passed, "total": len(marks)})
        )
    else:
        _print_table(marks)
        typer.echo(f"{passed} of {len(marks)} passed")


@app.command()
def doctor() -> None:
    """Say what is installed here, whether there is a GPU, and whether a small backward pass works."""
    from autograd_lab.doctor import examine

    healthy = True
    for well, line in examine():
        typer.echo(f"{'ok  ' if well else 'FAIL'}  {line}")
        healthy = healthy and well
    raise typer.Exit(0 if healthy else 1)


@app.command("build")
def build_notebooks(
    lessons: Annotated[list[str] | None, typer.Argument(help="Lessons; all when none is named.")] = None,
    only_check: Annotated[bool, typer.Option("--check", help="Write nothing; say what is out of date.")] = False,
) -> None:
    """Build the notebooks from their sources (for authors)."""
    from autograd_lab.authoring.build import build

    _author(lambda: build(lessons or [], check=only_check))


@app.command()
def new(
    lesson: Annotated[str, typer.Argument(help="A number and words, like 20_implicit_gradients.")],
    exercises: Annotated[list[str] | None, typer.Argument(help="Names of exercises.")] = None,
) -> None:
    """Write the skeleton of a lesson, or of exercises in one (for authors)."""
    from autograd_lab.authoring.scaffold import scaffold

    _author(lambda: scaffold(lesson, exercises or []))


def _author(work: Callable[[], list[str]]) -> None:
    """Print what was done for an author, or a line for each problem."""
    from autograd_lab.authoring.lesson import BuildError

    try:
        for line in work():
            typer.echo(line)
    except BuildError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _fail(reason: object) -> NoReturn:
    typer.echo(f"autograd-lab: {reason}", err=True)
    raise typer.Exit(1)


def _require_free(port: int) -> None:
    """Fail unless the port can be bound as JupyterLab binds it, on every address of localhost."""
    try:
        found = socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return
    for family, kind, _, _, address in found:
        try:
            with socket.socket(family, kind) as probe:
                if os.name == "posix":  # else a port that was used a minute ago seems taken
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                _fail(f"port {port} is taken: choose another with --port, or leave it out")
            if error.errno == errno.EACCES:
                _fail(f"port {port} needs more rights than you have: choose one above 1023, or leave it out")


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Go on as another program, so that signals reach it, its status is ours and no child is left behind."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environment)
    # On Windows exec returns to the shell at once. Ctrl-C reaches the child too; it decides.
    with subprocess.Popen(command, env=environment) as process:
        while True:
            try:
                raise typer.Exit(process.wait())
            except KeyboardInterrupt:
                continue


def _print_table(marks: "list[Mark]") -> None:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    table = Table(Column("exercise", overflow="fold"), "status", "mistake", "message")
    for mark in marks:
        line = (mark.message.strip().splitlines() or [""])[0]
        row = (mark.exercise, mark.status, mark.mistake or "", line)
        # As Text: brackets in a message are not markup. Escapes and lone surrogates would upset the terminal.
        table.add_row(*(Text("".join(c if c.isprintable() else " " for c in cell)) for cell in row))
    Console().print(table)
