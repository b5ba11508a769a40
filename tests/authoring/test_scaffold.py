"""What `autograd-lab new` writes is a lesson that works."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograd_lab.authoring.lesson import BuildError
from autograd_lab.authoring.scaffold import scaffold

ROOT = Path(__file__).parents[2]
COMMAND = "from autograd_lab.cli import app; app()"
JUDGED = """
from autograd_lab.exercises import of_lesson
from autograd_lab.grading.judge import judge
for exercise in of_lesson("fixed_points"):
    print(exercise.name, [judge(exercise, m.answer, 3).mistake == m.name for m in exercise.mistakes])
import submissions
for name in submissions.exercises():
    if name.startswith("fixed_points"):
        print(name, {s.status for s in submissions.of(name).values()})
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    ours = shutil.ignore_patterns("__pycache__", "*.ipynb")
    for folder in ("autograd_lab", "solutions", "tests/submissions"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ours)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "lessons").mkdir()
    return tmp_path


def python(root: Path, code: str, *arguments: str) -> str:
    paths = os.pathsep.join((str(root), str(root / "tests")))
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": paths},
    ).stdout


def test_a_new_lesson_is_built_and_grades(checkout: Path) -> None:
    said = python(checkout, COMMAND, "new", "20_fixed_points", "solve", "iterate")
    assert "written: solutions/20_fixed_points.py" in said
    assert python(checkout, COMMAND, "new", "20_fixed_points", "third").count("changed:") == 2
    python(checkout, COMMAND, "build", "20_fixed_points")
    cells = json.loads((checkout / "lessons/20_fixed_points.ipynb").read_text())["cells"]
    answers = [c["metadata"]["autograd_lab"]["exercise"] for c in cells if c["id"].endswith("-answer")]
    assert answers == ["fixed_points.solve", "fixed_points.iterate", "fixed_points.third"]
    for line in python(checkout, JUDGED).splitlines():
        assert "[True, True, True, True, True]" in line or "{'passed', 'wrong'}" in line


def test_an_exercise_is_added_to_a_lesson_that_is_there(checkout: Path) -> None:
    scaffold("00_welcome", ["curve"], checkout)
    assert '"bias_change", "curve"' in (checkout / "autograd_lab/exercises/welcome/__init__.py").read_text()
    source = (checkout / "solutions/00_welcome.py").read_text()
    assert source.index('lab.check("welcome.curve", curve)') < source.index("# ## Recap")
    assert source.index('lab.check("welcome.bias_change"') < source.index('lab.check("welcome.curve", curve)')


@pytest.mark.parametrize(
    ("lesson", "words", "said"),
    [
        ("fixed_points", [], "is no name of a lesson"),
        ("20_Fixed", [], "is no name of a lesson"),
        ("20_fixed_points", ["two words"], "is no name of an exercise"),
        ("20_fixed_points", ["lambda"], "is no name of an exercise"),
        ("00_welcome", ["curve", "slope"], "there is an exercise welcome.slope"),
        ("20_welcome", ["curve"], "belong together"),
    ],
)
def test_a_name_that_can_t_be_used_is_refused_and_nothing_is_written(
    checkout: Path, lesson: str, words: list[str], said: str
) -> None:
    before = sorted(checkout.rglob("*"))
    with pytest.raises(BuildError, match=said):
        scaffold(lesson, words, checkout)
    assert sorted(checkout.rglob("*")) == before
