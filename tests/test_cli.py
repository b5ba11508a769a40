import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

import autograd_lab
from autograd_lab import cli
from autograd_lab.learner import workspace
from autograd_lab.learner.cards import VERDICT_MIME

HEAVY = {
    "IPython",
    "hypothesis",
    "jupyter_client",
    "jupyterlab",
    "matplotlib",
    "nbclient",
    "nbformat",
    "numpy",
    "torch",
}
COMMAND = [sys.executable, "-c", "from autograd_lab.cli import app; app()"]


def run(*words: object, **settings):
    return CliRunner().invoke(cli.app, [str(word) for word in words], **settings)


def assert_one_line_on_stderr(result):
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert re.fullmatch(r"autograd-lab: [^\n]+\n", result.stderr)


def answer(exercise: str, source: str, **metadata) -> nbformat.NotebookNode:
    marked = {"autograd_lab": {"exercise": exercise, "role": "answer"}, **metadata}
    return nbformat.v4.new_code_cell(source, metadata=marked)


def verdict(exercise: str, status: str = "passed", mistake: str | None = None, message: str = "''") -> str:
    """Return code that displays what lab.check does."""
    return (
        "import os, time\nfrom IPython.display import display\n"
        f"display({{'text/plain': 'card', {VERDICT_MIME!r}: {{'exercise': {exercise!r}, 'status': {status!r}, "
        f"'mistake': {mistake!r}, 'message': {message}}}}}, raw=True)"
    )


def save(path: Path, *cells: nbformat.NotebookNode) -> Path:
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return path


def test_help_and_version_import_nothing_heavy():
    code = f"import sys, autograd_lab.cli; print(sorted({HEAVY!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
    assert run("--version").stdout == f"autograd-lab {autograd_lab.__version__}\n"
    assert all(word in run("--help").stdout for word in ("start", "reset", "progress", "check", "doctor", "build"))


# check


@pytest.fixture(scope="module")
def submission(tmp_path_factory):
    seen = (
        "' '.join(os.environ[k] for k in ('AUTOGRAD_LAB_OFFLINE', 'AUTOGRAD_LAB_STATIC', 'OMP_WAIT_POLICY'))"
        " + '\\n' + os.environ['AUTOGRAD_LAB_HOME'] + '\\n' + os.getcwd()"
    )
    stale = answer("w.stale", "raise KeyError('gone')")
    skipped = answer("w.skipped", verdict("w.skipped"), tags=["skip-execution"])
    for cell, name in ((stale, "w.stale"), (skipped, "w.skipped")):
        bundle = {VERDICT_MIME: {"exercise": name, "status": "passed", "mistake": None, "message": ""}}
        cell.outputs = [nbformat.v4.new_output("display_data", bundle)]
    return save(
        tmp_path_factory.mktemp("submission") / "w.ipynb",
        nbformat.v4.new_markdown_cell("# W"),
        answer("w.right", verdict("w.right", message=seen)),
        answer("w.wrong", verdict("w.wrong", "wrong", "forgot_grad", "'[/red] first\\nsecond'")),
        stale,
        skipped,
        answer("w.silent", "pass"),
        answer("w.twice", verdict("w.twice", "wrong")),
        nbformat.v4.new_code_cell(verdict("w.twice", "passed", message="'\\x1b[31m odd'")),
        nbformat.v4.new_code_cell(verdict("w.without_a_cell")),
        nbformat.v4.new_code_cell("os.system('echo noise; echo noise >&2')\nprint('noise')"),
    )


@pytest.fixture(scope="module")
def marked(submission):
    before = submission.read_bytes()
    ours = ("AUTOGRAD_LAB_", "OMP_", "JUPYTER_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run([*COMMAND, "check", str(submission), "--json"], env=plain, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert submission.read_bytes() == before
    assert list(submission.parent.iterdir()) == [submission]
    return json.loads(done.stdout)


def exercise(marked, name):
    return next(one for one in marked["exercises"] if one["exercise"] == name)


def test_check_counts_the_exercises_of_the_answer_cells_in_their_order(marked):
    names = [one["exercise"] for one in marked["exercises"]]
    assert names == ["w.right", "w.wrong", "w.stale", "w.skipped", "w.silent", "w.twice"]
    assert (marked["notebook"], marked["passed"], marked["total"]) == ("w.ipynb", 2, 6)


def test_check_tells_the_mistake_and_the_message(marked):
    wrong = {"exercise": "w.wrong", "status": "wrong", "mistake": "forgot_grad", "message": "[/red] first\nsecond"}
    assert exercise(marked, "w.wrong") == wrong


def test_a_stored_verdict_does_not_count_and_the_error_is_named(marked):
    expected = {"exercise": "w.stale", "status": "not run", "mistake": None, "message": "KeyError: 'gone'"}
    assert exercise(marked, "w.stale") == expected


def test_a_cell_without_a_verdict_is_not_run(marked):
    assert exercise(marked, "w.skipped")["status"] == exercise(marked, "w.silent")["status"] == "not run"


def test_the_last_verdict_for_an_exercise_counts(marked):
    assert exercise(marked, "w.twice")["status"] == "passed"


def test_a_submission_runs_in_its_folder_offline_and_with_a_home_that_is_gone_afterwards(marked, submission):
    settings, home, folder = exercise(marked, "w.right")["message"].split("\n")
    assert settings == "1 1 PASSIVE"
    assert folder == os.path.realpath(submission.parent)
    assert not os.path.exists(home)


def test_the_table_shows_messages_as_they_are_by_their_first_line(submission):
    result = run("check", submission, env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert re.search(r"w\.wrong +│ wrong +│ forgot_grad +│ \[/red\] first +│", result.stdout)
    assert "second" not in result.stdout
    assert "\x1b[31m" not in result.stdout
    assert result.stdout.endswith("2 of 6 passed\n")


def marks(path: Path, *options: object) -> list[tuple[str, str]]:
    result = run("check", path, "--json", *options)
    assert result.exit_code == 0, result.output
    return [(one["status"], one["message"]) for one in json.loads(result.stdout)["exercises"]]


def test_what_jupyterlab_opens_is_marked(tmp_path):
    path = save(tmp_path / "odd.ipynb", *(answer(f"w.{name}", verdict(f"w.{name}")) for name in "abcdef"))
    notebook = json.loads(path.read_text())
    notebook["nbformat_minor"] = 0
    notebook["metadata"] = {"language_info": {"version": "3.12"}, "kernelspec": 3}
    a, b, c, d, e, f = notebook["cells"]
    a["outputs"] = [{"output_type": "display_data", "data": {}}, {"output_type": "pyout"}, 3]
    del b["outputs"], b["execution_count"]
    c["vscode"] = {"languageId": "python"}
    d["id"] = "x" * 80
    e["metadata"] |= {"tags": 3, "collapsed": "no", "execution": []}
    f["id"] = c["id"]
    path.write_text(json.dumps(notebook))
    assert marks(path) == [("passed", "")] * 6


def test_a_notebook_of_format_3_is_marked_whatever_its_outputs(tmp_path):
    cell = {"cell_type": "code", "language": "python", "input": verdict("w.a"), "outputs": [{"output_type": "odd"}]}
    cell["metadata"] = answer("w.a", "").metadata
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    assert marks(tmp_path / "old.ipynb") == [("passed", "")]


def test_a_learner_s_copy_is_marked_with_the_exercises_that_were_deleted(tmp_path):
    path = save(
        tmp_path / "w.ipynb",
        answer("welcome.bias_change", verdict("welcome.bias_change")),
        answer("w.own", "pass"),
        answer("welcome.slope", verdict("welcome.slope")),
    )
    assert [message for _, message in marks(path)] == ["", "its cell checked nothing", ""]
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.autograd_lab = {"version": "0123456789abcdef"}
    nbformat.write(notebook, path)
    result = run("check", path, "--json")
    assert [tuple(one.values()) for one in json.loads(result.stdout)["exercises"]] == [
        ("welcome.slope", "passed", None, ""),
        ("welcome.scalar_loss", "not run", None, "its cell is missing"),
        ("welcome.bias_change", "passed", None, ""),
        ("w.own", "not run", None, "its cell checked nothing"),
    ]
    assert json.loads(result.stdout)["total"] == 4


def test_a_dead_kernel_ends_the_run_and_the_rest_is_not_run(tmp_path):
    dies = save(
        tmp_path / "dies.ipynb",
        answer("w.a", verdict("w.a")),
        answer("w.b", "os._exit(1)"),
        answer("w.c", verdict("w.c")),
    )
    begun = time.monotonic()
    assert marks(dies) == [
        ("passed", ""),
        ("not run", "the kernel died here"),
        ("not run", "the kernel died before"),
    ]
    assert time.monotonic() - begun < 60  # and not the cell's 120 s


def test_a_cell_that_takes_too_long_ends_the_run(tmp_path):
    hangs = save(
        tmp_path / "hangs.ipynb",
        answer("w.a", verdict("w.a")),
        answer("w.b", "while True: pass"),
        answer("w.c", verdict("w.c")),
    )
    assert marks(hangs, "--timeout-seconds", 2) == [
        ("passed", ""),
        ("not run", "a cell took more than 2 s here"),
        ("not run", "a cell took more than 2 s before"),
    ]


def test_a_kernel_that_cannot_start_is_said_in_one_line(tmp_path):
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit('no kernel today')")
    result = run("check", save(tmp_path / "w.ipynb", answer("w.a", verdict("w.a"))))
    assert_one_line_on_stderr(result)
    assert "no kernel can be started: no kernel today" in result.stderr


def alive(process: int) -> bool:
    """Say whether a process runs; one that ended and that nobody waits for does not."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def wait_for(condition, seconds: float = 40.0):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
    return found


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_check_that_is_ended_leaves_no_kernel_and_no_folder(tmp_path, number):
    code = "import os, time\nopen('kernel.tmp', 'w').write(f'{os.getpid()} {os.environ[\"AUTOGRAD_LAB_HOME\"]}')\n"
    code += "os.rename('kernel.tmp', 'kernel')\ntime.sleep(99)"
    path = save(tmp_path / "w.ipynb", answer("w.a", code))
    process = subprocess.Popen(
        [*COMMAND, "check", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # what runs in the background ignores SIGINT
    )
    try:
        kernel, home = wait_for(lambda: (tmp_path / "kernel").exists() and (tmp_path / "kernel").read_text().split())
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 128 + number
        assert b"Traceback" not in said
        wait_for(lambda: not alive(int(kernel)), 5)
        assert not os.path.exists(home)
    finally:
        process.kill()
        process.wait()


def broken(folder: Path, kind: str) -> Path:
    path = folder / "w.ipynb"
    cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [], "execution_count": None}
    texts = {
        "not JSON": b"print('hello')",
        "not text": b"\xff\xfe\x00\x01",
        "deep": b"[" * 100_000,
        "a list": b"[]",
        "format 5": json.dumps({"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}).encode(),
        "no cells": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode(),
        "odd cells": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [3]}).encode(),
        "format 3": json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": 3}).encode(),
        "no exercises": json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}).encode(),
        "empty": b"",
    }
    if kind == "a folder":
        path.mkdir()
    elif kind == "a device":
        return Path(os.devnull)
    elif kind == "a loop":
        path.symlink_to(path)
    elif kind == "a long name":
        return folder / ("x" * 300)
    elif kind != "missing":
        path.write_bytes(texts[kind])
    return path


REASONS = {
    "not JSON": "is not a notebook: it is not JSON",
    "not text": "is not a notebook: it is not JSON",
    "deep": "is not a notebook: it is not JSON",
    "empty": "is not a notebook: it is not JSON",
    "a list": "is not a notebook of format 3 or 4",
    "format 5": "is not a notebook of format 3 or 4",
    "no cells": "is not a valid notebook: ",
    "odd cells": "is not a valid notebook: ",
    "format 3": "is not a valid notebook: ",
    "no exercises": "has no exercises of this course",
    "a folder": "is a folder",
    "a device": "is not a file",
    "a loop": "is not a file",
    "a long name": "there is no file",
    "missing": "there is no file",
}


@pytest.mark.parametrize("kind", REASONS)
def test_what_cannot_be_marked_is_said_in_one_line(tmp_path, kind):
    result = run("check", broken(tmp_path, kind), "--json")
    assert_one_line_on_stderr(result)
    assert REASONS[kind] in result.stderr


# start


@pytest.fixture
def here(tmp_path, monkeypatch):
    course = tmp_path / "course"
    (course / "lessons").mkdir(parents=True)
    for name in ("00_welcome.ipynb", "01_more.ipynb"):
        save(course / "lessons" / name, nbformat.v4.new_code_cell("1 + 1"))
    monkeypatch.setattr(workspace, "course", lambda: course)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def became(monkeypatch):
    """What start would have gone on as."""
    calls = []
    monkeypatch.setattr(cli, "_become", lambda command, environment: calls.append((command, environment)))
    return calls


def test_start_makes_my_course_here_and_opens_the_welcome(here, became):
    result = run("start")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"Your copy of the course: {here / 'my-course'} (2 lessons)\n"
    assert (here / "my-course/01_more.ipynb").exists()
    ((command, environment),) = became
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={here / 'my-course'}" in command
    assert "--LabApp.default_url=/lab/tree/00_welcome.ipynb" in command
    assert not any("port" in word or "browser" in word for word in command)
    assert environment["JUPYTER_PREFER_ENV_PATH"] == "1"


def test_start_inside_a_copy_goes_on_with_that_copy(here, became, monkeypatch):
    run("start")
    monkeypatch.chdir(here / "my-course")
    assert run("start").exit_code == 0
    assert not (here / "my-course/my-course").exists()
    assert became[0] == became[1]


def test_reset_finds_the_copy_as_start_does(here, became, monkeypatch):
    run("start")
    run("start", "--dir", "other")
    for number, (place, more) in enumerate([(here, []), (here / "my-course", []), (here, ["--dir", here / "other"])]):
        lesson = here / ("other" if more else "my-course") / "01_more.ipynb"
        save(lesson, nbformat.v4.new_code_cell(f"mine {number}"))
        monkeypatch.chdir(place)
        result = run("reset", "1", *more)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith("01_more.ipynb: started again; your old one is 01_more.old")
        assert [cell.source for cell in nbformat.read(lesson, as_version=4).cells] == ["1 + 1"]


def test_reset_says_in_one_line_which_lessons_there_are_and_where_no_copy_is(here, became):
    result = run("reset", "1")
    assert_one_line_on_stderr(result)
    assert "my-course is no copy of the course" in result.stderr
    run("start")
    result = run("reset", "7")
    assert_one_line_on_stderr(result)
    assert "choose one of 00_welcome, 01_more" in result.stderr


def test_start_lets_the_user_choose_how_threads_wait(here, became, monkeypatch):
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    run("start")
    monkeypatch.delenv("OMP_WAIT_POLICY")
    run("start")
    assert [environment["OMP_WAIT_POLICY"] for _, environment in became] == ["ACTIVE", "PASSIVE"]


def test_start_keeps_progress_in_one_folder_wherever_a_kernel_runs(here, became, monkeypatch):
    for named in ("marks", str(here / "marks"), ""):
        monkeypatch.setenv("AUTOGRAD_LAB_HOME", named)
        run("start")
    assert [environment["AUTOGRAD_LAB_HOME"] for _, environment in became] == [str(here / "marks")] * 2 + [""]


def test_start_says_in_one_line_why_a_folder_will_not_do(here, became):
    (here / "my-course").write_text("mine")
    assert_one_line_on_stderr(run("start"))
    assert became == []


def test_start_on_a_taken_port_makes_nothing(here, became):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = run("start", "--port", port)
    assert_one_line_on_stderr(result)
    assert f"port {port} is taken" in result.stderr
    assert list(here.iterdir()) == []
    assert became == []


def test_start_leaves_a_localhost_without_an_address_to_jupyterlab(here, became, monkeypatch):
    def unknown(*arguments, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert run("start", "--port", 8888).exit_code == 0
    assert "--ServerApp.port=8888" in became[0][0]


STARTS = """
import sys
from pathlib import Path
from autograd_lab.learner import workspace
workspace.course = lambda: Path(sys.argv.pop(1))
from autograd_lab.cli import app
app()
"""


def answers(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_start_serves_the_copy_without_news_and_leaves_nothing_behind(here, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    folders = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    words = [sys.executable, "-c", STARTS.replace("sys.argv.pop(1)", repr(str(tmp_path / "course")))]
    process = subprocess.Popen(
        [*words, "start", "--no-browser", "--port", str(port), "--dir", "a copy"],
        env={**os.environ, **folders},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        running = wait_for(lambda: process.poll() is not None or list((tmp_path / "RUNTIME").glob("jpserver-*.json")))
        assert running is not True, process.stderr.read()
        server = wait_for(lambda: running[0].read_text() and json.loads(running[0].read_text()))
        assert server["pid"] == process.pid
        assert server["port"] == port
        wait_for(lambda: process.poll() is not None or answers(port))  # the file is there before the server listens

        def get(path):
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"token {server['token']}"}
            )
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.url, answer.read().decode()

        url, page = get("/")
        assert "/lab/tree/00_welcome.ipynb" in url
        config = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.S)[1])
        assert "@jupyterlab/apputils-extension:announcements" in config["disabledExtensions"]
        names = [file["name"] for file in json.loads(get("/api/contents")[1])["content"]]
        assert sorted(names) == ["00_welcome.ipynb", "01_more.ipynb"]
        process.terminate()
        process.communicate(timeout=20)
        assert process.returncode == 0
        assert list((tmp_path / "RUNTIME").glob("jpserver-*.json")) == []
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


# doctor, progress, build


def test_the_doctor_finds_this_environment_well():
    result = run("doctor")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line[:6] for line in lines] == ["ok    "] * 11
    words = ["Python", "autograd-lab", "torch", "JupyterLab", "torchvision", "kernel", "widgets", "course", "progress"]
    words += ["CUDA", "backward"]
    for line, word in zip(lines, words, strict=True):
        assert word in line


@pytest.mark.parametrize("missing", ["torch", "torchvision", "jupyterlab"])
def test_the_doctor_says_what_to_do_about_a_package_that_cannot_be_imported(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    result = run("doctor")
    assert result.exit_code == 1
    assert re.search(
        rf"(?im)^FAIL  {missing} can't be imported: .*pip install --force-reinstall {missing}$", result.stdout
    )
    assert len(result.stdout.splitlines()) == 11


def test_the_doctor_rejects_a_wrong_gradient(monkeypatch):
    import torch

    monkeypatch.setattr(torch.Tensor, "backward", lambda self: None)
    result = run("doctor")
    assert result.exit_code == 1
    assert "FAIL  backward pass on cpu" in result.stdout


def test_the_doctor_tells_a_kernel_of_another_environment(monkeypatch, tmp_path):
    import jupyter_core.paths

    spec = tmp_path / "kernels/python3/kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["/elsewhere/bin/python"], "display_name": "P", "language": "python"}))
    monkeypatch.setattr(jupyter_core.paths, "ENV_JUPYTER_PATH", [str(tmp_path)])
    result = run("doctor")
    assert result.exit_code == 1
    assert "FAIL  kernel python3 belongs to /elsewhere/bin/python: run " in result.stdout


@pytest.fixture
def one_done(monkeypatch, tmp_path):
    from autograd_lab.learner.record import Record

    monkeypatch.setenv("AUTOGRAD_LAB_HOME", str(tmp_path))
    Record().save_attempt("welcome.slope", "passed", None, 0.1, "a")
    Record().save_attempt("welcome.scalar_loss", "wrong", None, 0.1, "b")


def test_progress_prints_what_the_notebook_shows(one_done):
    from autograd_lab.learner import notebook

    result = run("progress")
    assert result.exit_code == 0, result.output
    shown = notebook.progress()
    for row in shown.rows():
        assert re.search(" +│ +".join(map(re.escape, filter(None, row))), result.stdout), row
    assert re.search(r"00_welcome +│ ✓✗○ +│ 1 of 3 done +│ 1 tried, 1 open", result.stdout)
    assert result.stdout.splitlines()[-1] == shown.advice() == "Next: welcome.scalar_loss in 00_welcome.ipynb"


def test_progress_as_json_is_json_and_nothing_else(one_done):
    said = json.loads(run("progress", "--json").stdout)
    assert said["lessons"][0]["exercises"] == [
        {"exercise": "welcome.slope", "state": "done"},
        {"exercise": "welcome.scalar_loss", "state": "tried"},
        {"exercise": "welcome.bias_change", "state": "open"},
    ]
    assert said["done"] == 1
    assert said["total"] == sum(len(lesson["exercises"]) for lesson in said["lessons"])
    assert said["next"] == {
        "exercise": "welcome.scalar_loss",
        "notebook": "00_welcome.ipynb",
        "cell": "scalar_loss-task",
    }


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_progress_that_cannot_be_read_is_said_in_one_line(one_done, tmp_path, options):
    (tmp_path / "progress.sqlite").write_bytes(b"not a database" * 100)
    result = run("progress", *options)
    assert_one_line_on_stderr(result)
    assert f"your progress can't be read: {tmp_path / 'progress.sqlite'} is damaged; " in result.stderr


def test_what_an_encoding_lacks_is_replaced(one_done):
    env = {**os.environ, "PYTHONIOENCODING": "cp1252:strict"}
    done = subprocess.run([*COMMAND, "progress"], env=env, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"1 of 3 done" in done.stdout
    done = subprocess.run([*COMMAND, "check", "\N{CHECK MARK}"], env=env, capture_output=True)
    assert (done.returncode, done.stderr.strip()) == (1, b"autograd-lab: there is no file ?")


def one_marked_cell(mark: str) -> bytes:
    """Return a sound notebook of one cell without an id, with that mark of the course."""
    cell = f'{{"cell_type": "markdown", "source": "", "metadata": {{"autograd_lab": {mark}}}}}'
    return f'{{"nbformat": 4, "cells": [{cell}]}}'.encode()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b'{"cells": [3]}', b'{"cells": [{"metadata": {"autograd_lab": 3}}]}'),
        *map(one_marked_cell, ("3", '{"role": "task"}', '{"role": "task", "exercise": "more.one"}')),
    ],
)
def test_progress_says_in_one_line_that_a_lesson_is_damaged(here, content):
    (workspace.course() / "lessons" / "01_more.ipynb").write_bytes(content)
    result = run("progress")
    assert_one_line_on_stderr(result)
    assert "01_more.ipynb is not a notebook: install autograd-lab again" in result.stderr


def test_progress_says_in_one_line_that_the_lessons_are_gone(here):
    for lesson in workspace.lessons():
        lesson.unlink()
    result = run("progress")
    assert_one_line_on_stderr(result)
    assert "there are no lessons in " in result.stderr


def test_progress_imports_no_torch(one_done):
    code = "import sys; import autograd_lab as lab; lab.progress(); print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


def test_build_prints_a_line_for_each_notebook(monkeypatch):
    monkeypatch.setattr("autograd_lab.authoring.build.build", lambda lessons, check: [f"{lessons} {check}", "next"])
    assert run("build").stdout == "[] False\nnext\n"
    assert run("build", "01", "02", "--check").stdout == "['01', '02'] True\nnext\n"


def test_build_says_every_problem_and_fails(monkeypatch):
    from autograd_lab.authoring.lesson import BuildError

    def fail(lessons, check):
        raise BuildError(["solutions/a.py:3: one", "solutions/b.py:4: two"])

    monkeypatch.setattr("autograd_lab.authoring.build.build", fail)
    result = run("build")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "solutions/a.py:3: one\nsolutions/b.py:4: two\n"
