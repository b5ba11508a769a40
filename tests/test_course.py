"""What holds for every lesson."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from autograd_lab.authoring.build import build
from autograd_lab.exercises import lessons, of_lesson
from autograd_lab.learner.cards import VERDICT_MIME

ROOT = Path(__file__).parent.parent
LESSONS = sorted(path.stem for path in (ROOT / "solutions").glob("*.py"))
every_lesson = pytest.mark.parametrize("lesson", LESSONS)


def cells(folder: str, lesson: str) -> list[dict[str, Any]]:
    return json.loads((ROOT / folder / f"{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]


def prose(lesson: str) -> str:
    return "\n\n".join("".join(c["source"]) for c in cells("solutions", lesson) if c["cell_type"] == "markdown")


def outputs(folder: str, lesson: str) -> list[dict[str, Any]]:
    return [output for cell in cells(folder, lesson) for output in cell.get("outputs", [])]


def verdicts(folder: str, lesson: str) -> list[dict[str, Any]]:
    bundles = [output.get("data", {}) for output in outputs(folder, lesson)]
    return [bundle[VERDICT_MIME] for bundle in bundles if VERDICT_MIME in bundle]


def test_the_notebooks_are_what_the_sources_make() -> None:
    assert len(build([], check=True)) == 2 * len(LESSONS)


def test_rebuilding_a_lesson_changes_nothing(tmp_path: Path) -> None:
    for folder in ("solutions", "lessons"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    said = build([LESSONS[0]], check=False, root=tmp_path)
    assert [line.split()[-1] for line in said] == ["unchanged", "unchanged"]
    for folder in ("solutions", "lessons"):
        name = f"{folder}/{LESSONS[0]}.ipynb"
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes()


@every_lesson
def test_the_solved_notebook_passes_and_the_lesson_has_every_exercise_open(lesson: str) -> None:
    solved, open_ = verdicts("solutions", lesson), verdicts("lessons", lesson)
    assert [v["exercise"] for v in solved] == [v["exercise"] for v in open_]
    assert [v["exercise"] for v in open_] == [exercise.name for exercise in of_lesson(lesson[3:])]
    assert {v["status"] for v in solved} <= {"passed"}
    for verdict in open_:
        assert verdict["status"] == "todo" or verdict["mistake"], verdict


@every_lesson
def test_a_lesson_says_what_it_is_about_and_where_it_comes_from(lesson: str) -> None:
    text = prose(lesson)
    assert re.match(rf"# {lesson[:2]} · ", text)
    assert re.search(r"^Time: \d+ minutes", text, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[-2:] == ["Recap", "Sources"]
    assert len(headings) == len(set(headings))


@every_lesson
def test_links_lead_to_what_exists(lesson: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", prose(lesson)):
        if not target.startswith("https://"):
            assert (ROOT / "lessons" / target.partition("#")[0]).exists(), target


@every_lesson
@pytest.mark.parametrize("folder", ["solutions", "lessons"])
def test_stored_outputs_show_no_machine_and_no_warning(folder: str, lesson: str) -> None:
    for output in outputs(folder, lesson):
        assert output.get("name") != "stderr", output
        text = json.dumps([output.get("text"), output.get("data", {}).get("text/plain")])
        assert not re.search(r"/(home|root|tmp|usr|Users)/|0x[0-9a-f]{6,}|np\.float64\(|Warning", text), text


def test_the_heading_of_an_exercise_is_in_one_lesson_only() -> None:
    """A card's link to a heading goes to the first of that name in any open notebook."""
    headings = [heading for lesson in LESSONS for heading in re.findall(r"^#+ (.+)$", prose(lesson), re.MULTILINE)]
    for lesson in lessons():
        for exercise in of_lesson(lesson):
            assert headings.count(exercise.section) == 1, exercise.name


def test_the_readme_lists_every_lesson_in_order() -> None:
    listed = re.findall(r"\(lessons/(\w+)\.ipynb\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert listed == LESSONS


def test_notebooks_stay_small() -> None:
    for path in [*(ROOT / "lessons").glob("*.ipynb"), *(ROOT / "solutions").glob("*.ipynb")]:
        assert path.stat().st_size < 1_000_000, path
