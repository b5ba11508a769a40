"""The verbs of a lesson, in and outside a learner's copy."""

import sqlite3
from pathlib import Path

import pytest

import autograd_lab as lab
from autograd_lab import notebook
from autograd_lab.record import Record


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AUTOGRAD_LAB_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(notebook, "_tried", set())
    monkeypatch.setattr(notebook, "_hints_shown", {})
    return tmp_path / "home"


@pytest.fixture
def copy(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "my-course"
    (folder / ".autograd-lab" / "base").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_a_right_answer_comes_back_and_a_wrong_one_is_lent_ours(copy: Path) -> None:
    mine = lambda p, y: (p - y).sum()  # noqa: E731
    assert lab.check("welcome.scalar_loss", mine) is mine
    ours = lab.check("welcome.scalar_loss", lambda p, y: p)
    assert lab.grade("welcome.scalar_loss", ours).status == "todo"
    assert lab.check("welcome.slope", ...) == 6.0


def test_every_attempt_is_recorded_and_what_is_no_attempt_is_not(copy: Path) -> None:
    lab.check("welcome.slope", ...)
    lab.check("welcome.slope", 9)
    lent = lab.check("welcome.slope", "6")
    lab.check("welcome.slope", lent)
    lab.check("welcome.slope", 6)
    rows = [(a.exercise, a.status, a.mistake) for a in Record().attempts()]
    assert rows == [
        ("welcome.slope", "wrong", "value instead of slope"),
        ("welcome.slope", "wrong", None),
        ("welcome.slope", "passed", None),
    ]
    prints = {a.fingerprint for a in Record().attempts()}
    assert len(prints) == 3


class Hostile:
    """Says yes to everything, and can't be printed."""

    def __getattr__(self, name: str) -> "Hostile":
        return self

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        raise RuntimeError

    def __repr__(self) -> str:
        raise RuntimeError

    __str__ = __repr__


@pytest.mark.parametrize("name", ["welcome.slope", "welcome.scalar_loss"])
def test_a_hostile_object_gets_a_card_and_a_row(copy: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for answer in (Hostile(), Hostile):
        lab.check(name, answer)
    assert capsys.readouterr().out.count("✗ Not right yet") == 2
    assert [a.status for a in Record().attempts()] == ["wrong", "wrong"]


def test_outside_a_copy_nothing_is_recorded_and_nothing_is_said(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lab.check("welcome.slope", 9)
    lab.hint("welcome.slope")
    assert not home.exists()
    assert "progress" not in capsys.readouterr().out


def test_a_check_goes_on_when_progress_cannot_be_saved(
    copy: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text("a file where a folder should be")
    assert lab.check("welcome.slope", 6) == 6
    said = capsys.readouterr().out
    assert "✓ Right" in said
    assert said.count("could not be saved") == 1


def test_hints_come_one_at_a_time_and_go_on_in_the_next_session(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.hint("welcome.slope")
    monkeypatch.setattr(notebook, "_hints_shown", {})
    for _ in range(3):
        lab.hint("welcome.slope")
    said = capsys.readouterr().out
    titles = [line for line in said.splitlines() if line.startswith("Hint")]
    assert [t[:11] for t in titles] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 3 of 3"]
    assert "last hint" in said


def test_a_solution_is_shown_once_tried(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab.solution("welcome.scalar_loss")
    assert "return (prediction - labels).sum()" not in capsys.readouterr().out
    lab.check("welcome.scalar_loss", lambda p, y: p)
    lab.solution("welcome.scalar_loss")
    said = capsys.readouterr().out
    assert "return (prediction - labels).sum()" in said
    assert "###" not in said
    assert "the parentheses call it" in said


def test_progress_tells_done_tried_and_open(copy: Path) -> None:
    lab.check("welcome.slope", 6)
    lab.check("welcome.scalar_loss", lambda p, y: p)
    shown = lab.progress()
    assert dict(shown.lessons)["00_welcome"] == [
        ("welcome.slope", "done"),
        ("welcome.scalar_loss", "tried"),
        ("welcome.bias_change", "open"),
    ]
    assert "1 of 3 done" in str(shown)
    assert "Next: welcome.scalar_loss" in str(shown)
    assert "Next: welcome.scalar_loss" in shown._repr_html_()


def test_the_database_has_a_version(copy: Path, home: Path) -> None:
    lab.check("welcome.slope", 6)
    assert sqlite3.connect(home / "progress.sqlite").execute("pragma user_version").fetchone() == (1,)


@pytest.mark.parametrize("verb", [lab.check, lab.grade])
def test_unknown_names_raise_in_every_verb(verb: object) -> None:
    with pytest.raises(KeyError, match="did you mean"):
        verb("welcome.slpe", 6)  # type: ignore[operator]
    for other in (lab.hint, lab.solution):
        with pytest.raises(KeyError, match="did you mean"):
            other("welcome.slpe")


def test_a_check_goes_on_where_its_folder_is_gone(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    assert lab.check("welcome.slope", 6) == 6
    assert "✓ Right" in capsys.readouterr().out
