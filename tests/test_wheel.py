"""The built wheel works without the repository, in an environment of its own with what it declares."""

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BORROWED = ("torch", "torchvision")  # gigabytes, so they come from this environment; all else is installed


def run(*command: object, **more: object) -> subprocess.CompletedProcess[str]:
    """Run a command away from the repository; its output is shown when it fails."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, env=env, timeout=600, **more)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done  # type: ignore[no-any-return]


def files_to_borrow() -> Iterator[Path]:
    """Yield the top-level files and folders of what torch and torchvision are made of and depend on."""
    todo, seen = list(BORROWED), set()
    while todo:
        name = re.split(r"[^A-Za-z0-9._-]", todo.pop())[0].lower().replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another platform, or an extra
        todo.extend(r for r in found.requires or () if "extra ==" not in r)
        for top in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
            yield Path(str(found.locate_file(top)))


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    run(sys.executable, "-m", "venv", folder / "env")
    site = Path(run(folder / "env/bin/python", "-c", "import site; print(site.getsitepackages()[0])").stdout.strip())
    borrowed = folder / "borrowed"
    borrowed.mkdir()
    for path in set(files_to_borrow()):
        (borrowed / path.name).symlink_to(path)
    (site / "borrowed.pth").write_text(f"{borrowed}\n")
    (wheel,) = folder.glob("*.whl")
    run(folder / "env/bin/python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return folder / "env" / "bin"


def test_the_wheel_has_what_it_needs_and_nothing_fits_badly(env: Path) -> None:
    run(env / "python", "-m", "pip", "check", cwd=env)
    place = run(env / "python", "-c", "import autograd_lab; print(autograd_lab.__file__)", cwd=env).stdout
    assert str(env.parent) in place
    assert "backward pass is right" in run(env / "autograd-lab", "doctor", cwd=env).stdout


def test_a_learner_starts_and_is_marked_without_the_repository(env: Path, tmp_path: Path) -> None:
    copy = tmp_path / "my-course"
    variables = {
        **os.environ,
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "run"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "c"),
    }
    command = [str(env / "autograd-lab"), "start", "--no-browser", "--dir", str(copy), "--port", "18923"]
    with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(120):
                time.sleep(0.5)
                assert server.poll() is None, "the server stopped"
                try:
                    assert urllib.request.urlopen("http://127.0.0.1:18923/api", timeout=5).status == 200
                    break
                except OSError:
                    continue
            else:
                pytest.fail("the server did not answer within a minute")
        finally:
            server.terminate()
    assert (copy / "00_welcome.ipynb").exists()
    marks = json.loads(run(env / "autograd-lab", "check", copy / "00_welcome.ipynb", "--json", cwd=tmp_path).stdout)
    assert [e["status"] for e in marks["exercises"]] == ["todo", "wrong", "todo"]


def test_an_author_without_jupytext_is_told_what_to_install(env: Path, tmp_path: Path) -> None:
    done = subprocess.run([env / "autograd-lab", "build"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1, done.stderr
