"""The verbs of a lesson, in and outside a learner's copy."""

import json
import re
import sqlite3
import sys
from pathlib import Path

import pytest

import autograd_lab as lab
from autograd_lab.exercises import lessons, of_lesson
from autograd_lab.grading.plain import source_of
from autograd_lab.learner import cards, cell_source, notebook
from autograd_lab.learner.record import Record


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AUTOGRAD_LAB_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(notebook, "_tried", {})
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
    assert said.count("last hint") == 2


def test_a_card_opens_the_hints_that_were_shown(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[cards.Card] = []
    monkeypatch.setattr(notebook, "show", shown.append)
    for _ in range(2):
        lab.hint("welcome.slope")
    monkeypatch.setattr(notebook, "_hints_shown", {})
    lab.check("welcome.slope", 9.0)
    lab.check("welcome.bias_change", ...)
    folds = [re.findall(r"<details( open)?[^>]*><summary>(Hint \d)", card.to_html()) for card in shown]
    assert folds[-2:] == [
        [(" open", "Hint 1"), (" open", "Hint 2"), ("", "Hint 3")],
        [("", "Hint 1"), ("", "Hint 2"), ("", "Hint 3")],
    ]


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
    assert ">welcome.scalar_loss in 00_welcome.ipynb</a>" in shown._repr_html_()


def test_next_goes_on_where_the_learner_was_and_comes_back_to_what_is_left(copy: Path) -> None:
    record = Record()
    names = [exercise.name for exercise in of_lesson("derivatives")]
    record.save_attempt(names[0], "passed", None, 0.1, "a")
    assert lab.progress().next.exercise == names[1]
    everything = [name for _, exercises in lab.progress().lessons for name, _ in exercises]
    for name in everything:
        if name != "welcome.slope":
            record.save_attempt(name, "passed", None, 0.1, "a")
    assert lab.progress().next.exercise == "welcome.slope"
    record.save_attempt("welcome.slope", "passed", None, 0.1, "a")
    assert lab.progress().next is None
    assert str(lab.progress()).endswith("All exercises are done.")


def test_progress_knows_every_exercise(home: Path) -> None:
    shown = {lesson[3:]: {name for name, _ in exercises} for lesson, exercises in lab.progress().lessons}
    assert shown == {lesson: {exercise.name for exercise in of_lesson(lesson)} for lesson in lessons()}


def test_the_links_of_progress_lead_to_the_cell_from_any_folder_of_the_copy(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert '<p>Next: <a href="00_welcome.ipynb#cell-id=slope-task">' in lab.progress()._repr_html_()
    (copy / "mine").mkdir()
    monkeypatch.chdir(copy / "mine")
    assert '<p>Next: <a href="../00_welcome.ipynb#cell-id=slope-task">' in lab.progress()._repr_html_()


def test_outside_a_copy_progress_has_no_links(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "<a" not in lab.progress()._repr_html_()


SECTION = "worth reading again: From a prediction to one number"


def said_of(answers: list[object], capsys: pytest.CaptureFixture[str]) -> list[bool]:
    """Say after which of the answers the section was named."""
    named = []
    for answer in answers:
        lab.check("welcome.scalar_loss", answer)
        named.append(SECTION in capsys.readouterr().out)
    return named


def test_the_third_different_wrong_answer_names_the_section(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said_of([1, 1, ..., 2, 2, 3, 3, ...], capsys) == [False] * 5 + [True, True, False]
    monkeypatch.setattr(notebook, "_tried", {})  # the next session
    assert said_of([1], capsys) == [True]


def test_the_section_is_not_named_after_slips_of_the_pen_nor_to_who_was_right_before(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    errors = [lambda p, y: p.nonsense, lambda p, y: p.more, lambda p, y: p.and_more, lambda p, y: 1 / 0]
    assert said_of([*errors, 1], capsys) == [False] * 5
    assert said_of([2, lambda p, y: (p - y).sum(), 3, 4], capsys) == [False] * 4


def test_outside_a_copy_the_session_counts_wrong_answers(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said_of([1, 2, 3, lambda p, y: (p - y).sum()], capsys) == [False, False, True, False]
    assert not home.exists()


def test_classes_of_a_notebook_differ_by_what_their_methods_say() -> None:
    made = []
    for number in (1, 2):
        space: dict[str, type] = {"__name__": "__main__"}
        name = f"<cell {number}>"
        lines = ["class A:\n", "    def step(self):\n", f"        return {number}\n"]
        import linecache

        linecache.cache[name] = (1, None, lines, name)
        exec(compile("".join(lines), name, "exec"), space)
        made.append(source_of(space["A"]))
    assert made == [f"    def step(self):\n        return {number}\n" for number in (1, 2)]


# another way to write it


OURS = "def scalar_loss(prediction, labels):\n    return (prediction - labels).sum()\n"
CHECK = '\n\nscalar_loss = lab.check("welcome.scalar_loss", scalar_loss)\n'


def shown_after(cell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """Run a cell as a notebook would, and return its card as text and as HTML."""
    shown: list[cards.Card] = []
    monkeypatch.setattr(notebook.cell_source, "running_cell", lambda: cell)
    monkeypatch.setattr(notebook, "show", shown.append)
    exec(cell, {"lab": lab})
    return str(shown[0]), shown[0].to_html()


OTHER = OURS.replace("(prediction - labels).sum()", "prediction.sum() - labels.sum()")


def test_a_right_answer_written_another_way_is_shown_ours_folded(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, html = shown_after(OTHER + CHECK, monkeypatch, capsys)
    folded = html[html.index("<details") : html.index("</details>")]
    assert "<summary>Another way to write it</summary>" in folded
    assert "return (prediction - labels).sum()" in folded
    assert "the parentheses call it" in folded
    assert "<summary>" not in html[html.index("</details>") :]
    assert text.splitlines()[-1] == 'Another way to write it: lab.solution("welcome.scalar_loss")'
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize(
    "cell",
    [
        OURS,
        OURS.replace("prediction", "p").replace("labels", "y"),
        '# mine\n"""Words."""\n' + OURS.replace("    return", '    """Docs."""\n    # why\n    return  '),
        OURS + "\n\nprint(scalar_loss)",
    ],
)
def test_ours_is_not_shown_to_who_wrote_the_same(
    copy: Path, cell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, html = shown_after(cell + CHECK, monkeypatch, capsys)
    assert "<details" not in html
    assert "Another way" not in text


@pytest.mark.parametrize(
    "other",
    [
        "def f(a, b):\n    return b - a",
        "def f(a, b):\n    return c - b",
        "def f(a, b):\n    return d - b",
        "def f(a, b):\n    c = a\n    return c - b",
    ],
)
def test_what_names_stand_for_makes_a_difference(other: str) -> None:
    for one in ("def f(a, b):\n    return a - b", "def f(a, b):\n    return c - b"):
        assert notebook.cell_source.differ(one, other) == (one != other)


def test_ours_is_shown_in_a_copy_only_and_only_with_a_right_answer(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Another way" not in shown_after(OTHER + CHECK, monkeypatch, capsys)[1]
    (tmp_path / ".autograd-lab" / "base").mkdir(parents=True)
    assert "Another way" in shown_after(OTHER + CHECK, monkeypatch, capsys)[1]
    assert "Another way" not in shown_after(OTHER.replace("-", "+") + CHECK, monkeypatch, capsys)[1]


def test_a_check_goes_on_where_the_solved_notebooks_are_gone(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook._solved_cell.cache_clear()
    monkeypatch.setattr(notebook, "course", lambda: tmp_path)
    assert "✓ Right" in shown_after(OTHER + CHECK, monkeypatch, capsys)[0]


def test_the_why_is_shown_without_markdown_s_marks() -> None:
    def said(why: str) -> str:
        return cards.solution_parts("", why)[1].text

    assert said("the *other* factor, and *two words*") == "the other factor, and two words"
    for kept in ("`2 * a*b*c`", "a*b*c", "**kwargs and *args", "2 * 3 * 4", "*a*b"):
        assert said(kept) == kept


def test_our_own_solutions_are_never_another_way() -> None:
    for path in sorted((notebook.course() / "solutions").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            mark = cell["metadata"].get("autograd_lab", {})
            if mark.get("role") == "answer":
                code, why = notebook._solved_cell(mark["exercise"])
                assert code, mark
                assert "lab.check" not in code, mark
                assert why, mark
                assert not notebook.cell_source.differ("".join(cell["source"]), code), mark


def test_the_running_cell_is_that_of_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    try:
        cell = "from autograd_lab.learner import cell_source\nmine = cell_source.running_cell()"
        shell.run_cell(cell, store_history=True)
        assert shell.user_ns["mine"] == cell
    finally:
        InteractiveShell.clear_instance()
    monkeypatch.setitem(sys.modules, "IPython", None)
    assert notebook.cell_source.running_cell() == ""


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


def test_code_that_the_lesson_gave_is_no_attempt(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = notebook._answer_cell("lessons", "welcome.scalar_loss")[1]
    monkeypatch.setattr(cell_source, "running_cell", lambda: given)
    lab.check("welcome.scalar_loss", lambda p, y: p)
    lab.solution("welcome.scalar_loss")
    said = capsys.readouterr().out
    assert "Not right yet" in said
    assert "Not tried yet" in said
    assert Record().attempts() == []
    monkeypatch.setattr(cell_source, "running_cell", lambda: given + "\n# I have looked at it")
    lab.check("welcome.scalar_loss", lambda p, y: p)
    assert len(Record().attempts()) == 1


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ('slope = lab.check("welcome.slope", 9.0)', True),
        ('slope: float = lab.check("welcome.slope", 9.0)', True),
        ('lab.check("welcome.slope", 9.0)', False),
        ('print(lab.check("welcome.slope", 9.0))', False),
        ('x = lab.check("welcome.slope", 9.0)', False),
        ('slope == lab.check("welcome.slope", 9.0)', False),
    ],
)
def test_a_card_says_that_ours_is_held_only_where_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cell: str, kept: bool
) -> None:
    monkeypatch.setattr(cell_source, "running_cell", lambda: cell)
    lab.check("welcome.slope", 9.0)
    said = capsys.readouterr().out
    assert ("Until this cell is run with a right answer, `slope` holds ours" in said) == kept
    assert ("End the cell with `slope = lab.check(…)`" in said) == (not kept)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("def scalar_loss(p, y): ...\nlab.check('welcome.scalar_loss', scalar_loss)", True),
        ("scalar_loss = lab.check('welcome.scalar_loss', lambda p, y: ...)", True),
        ("def loss(p, y): ...\nloss = lab.check('welcome.scalar_loss', loss)", False),
    ],
)
def test_a_right_answer_under_another_name_is_told_the_lessons(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cell: str, kept: bool
) -> None:
    monkeypatch.setattr(cell_source, "running_cell", lambda: cell)
    lab.check("welcome.scalar_loss", lambda p, y: (p - y).sum())
    said = capsys.readouterr().out
    assert "✓ Right" in said
    assert ("Cells below may use it as `scalar_loss`" in said) == (not kept)


def test_a_lent_number_is_not_shown_as_a_cells_result(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from IPython.core.formatters import DisplayFormatter

    lent = lab.check("welcome.slope", 9.0)
    capsys.readouterr()
    assert DisplayFormatter().format(lent) == ({}, {})  # type: ignore[no-untyped-call]
    assert "6" not in capsys.readouterr().out
    assert (lent + 0, f"{lent:.1f}") == (6.0, "6.0")


def test_unknown_names_raise_with_the_closest() -> None:
    with pytest.raises(KeyError, match=r"welcome\.slope"):
        lab.grade("welcome.slop", 1)
    for odd in ("", "nothing.at_all", None, 3, "x" * 10**6):
        with pytest.raises(KeyError) as error:
            lab.grade(odd, 1)  # type: ignore[arg-type]
        assert len(str(error.value)) < 600
