import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lab.learner import workspace
from autograd_lab.learner.merging import _NEWER as NEWER
from autograd_lab.learner.workspace import WorkspaceError, is_copy, prepare, reset


def notebook(*sources: str, executed: bool = False) -> str:
    cells = []
    for number, source in enumerate(sources):
        cell = nbformat.v4.new_code_cell(source, id=f"cell-{number}")
        if executed:
            cell.outputs = [nbformat.v4.new_output("stream", text="what it printed")]
            cell.execution_count = number + 1
            cell.metadata["execution"] = {"iopub.execute_input": "2025-01-31T12:00:00Z"}
        cells.append(cell)
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)) + "\n"


def sources(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def sources_of(text: bytes) -> list[str]:
    return [cell.source for cell in nbformat.reads(text.decode(), as_version=4).cells]


def publish(course: Path, **lessons: str) -> None:
    """Make this the course; a lesson `a` becomes `a.ipynb`."""
    (course / "lessons").mkdir(parents=True, exist_ok=True)
    (course / "solutions").mkdir(exist_ok=True)
    for name, text in lessons.items():
        (course / "lessons" / f"{name}.ipynb").write_text(text)


def stored(copy: Path, name: str) -> list[Path]:
    """What the copy keeps of the versions of a lesson that it has seen."""
    return list((copy / ".autograd-lab/base").glob(f"{Path(name).stem}.*"))


def edit(path: Path, *texts: str) -> bytes:
    """Change a notebook as JupyterLab saves it: these are its cells now, the further ones new; return the file."""
    opened = nbformat.read(path, as_version=4)
    for cell, text in zip(opened.cells, texts, strict=False):
        cell.source = text
    opened.cells += [nbformat.v4.new_markdown_cell(text) for text in texts[len(opened.cells) :]]
    nbformat.write(opened, path)
    return path.read_bytes()


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = tmp_path / "course"
    publish(folder, a=notebook("a = 1", executed=True), b=notebook("b = 1", "check(b)", executed=True))
    monkeypatch.setattr(workspace, "course", lambda: folder)
    return folder


@pytest.fixture
def copy(course, tmp_path):
    folder = tmp_path / "my-course"
    prepare(folder)
    return folder


def test_a_copy_has_every_lesson_with_outputs_counts_and_timings_cleared(copy, course):
    for name in ("a.ipynb", "b.ipynb"):
        made = nbformat.read(copy / name, as_version=4)
        assert sources(copy / name) == sources(course / "lessons" / name)
        for cell in made.cells:
            assert (cell.outputs, cell.execution_count, dict(cell.metadata)) == ([], None, {})
        assert [path.read_bytes() for path in stored(copy, name)] == [(copy / name).read_bytes()]


def test_the_lines_say_where_the_copy_is(course, tmp_path):
    assert prepare(tmp_path / "new") == [f"Your copy of the course: {tmp_path / 'new'} (2 lessons)"]


def test_preparing_again_changes_nothing_and_says_only_where(copy):
    before = {path: path.read_bytes() for path in copy.rglob("*.ipynb")}
    assert len(prepare(copy)) == 1
    assert {path: path.read_bytes() for path in copy.rglob("*.ipynb")} == before


def test_a_new_lesson_and_a_deleted_one_arrive(copy, course):
    publish(course, c=notebook("c = 1"))
    (copy / "a.ipynb").unlink()
    assert prepare(copy)[1:] == ["a.ipynb: added", "c.ipynb: added"]
    assert sources(copy / "a.ipynb") == ["a = 1"]
    assert sources(copy / "c.ipynb") == ["c = 1"]


def test_a_lesson_that_was_only_run_is_replaced_by_a_newer_one(copy, course):
    ran = nbformat.read(copy / "a.ipynb", as_version=4)
    ran.cells[0].update(outputs=[nbformat.v4.new_output("stream", text="1")], execution_count=7)
    ran.cells[0].metadata["collapsed"] = False
    ran.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(ran, copy / "a.ipynb")
    publish(course, a=notebook("a = 2"))
    assert prepare(copy)[1:] == ["a.ipynb: replaced by a newer version; you had not changed it"]
    assert sources(copy / "a.ipynb") == ["a = 2"]


def test_a_lesson_that_was_only_run_keeps_its_outputs_where_the_course_has_nothing_newer(copy):
    ran = nbformat.read(copy / "a.ipynb", as_version=4)
    ran.cells[0].execution_count = 7
    nbformat.write(ran, copy / "a.ipynb")
    prepare(copy)
    assert nbformat.read(copy / "a.ipynb", as_version=4).cells[0].execution_count == 7


def test_a_touched_lesson_is_merged_with_a_newer_one_and_the_old_file_is_kept_once(copy, course):
    old = edit(copy / "b.ipynb", "b = 'mine'", "check(b)", "a note")
    assert len(prepare(copy)) == 1
    publish(course, b=notebook("b = 2", "check(b, 2)"))
    assert prepare(copy)[1:] == [
        "b.ipynb: merged with a newer version, your work kept: 1 cell corrected, 1 cell that you had changed too, "
        "the newer below yours; your old one is b.old.ipynb"
    ]
    merged = (copy / "b.ipynb").read_bytes()
    mine, newer, corrected, note = sources(copy / "b.ipynb")
    assert (mine, corrected, note) == ("b = 'mine'", "check(b, 2)", "a note")
    assert newer.startswith("# The course's newer version")
    assert newer.endswith("\nb = 2")
    assert (copy / "b.old.ipynb").read_bytes() == old
    assert len(prepare(copy)) == 1
    assert (copy / "b.ipynb").read_bytes() == merged
    assert sorted(path.name for path in copy.glob("*.ipynb")) == ["a.ipynb", "b.ipynb", "b.old.ipynb"]


def test_an_earlier_kept_file_is_never_overwritten(copy, course):
    kept = []
    for version in (2, 3):
        kept.append(edit(copy / "a.ipynb", "a = 'mine'", f"note {version}"))
        publish(course, a=notebook(f"a = {version}"))
        prepare(copy)
    assert [(copy / name).read_bytes() for name in ("a.old.ipynb", "a.old-2.ipynb")] == kept


def test_an_old_file_that_is_put_back_is_merged_again_from_what_it_was_made_from(copy, course):
    old = edit(copy / "b.ipynb", "b = 1", "check(b)", "a note")
    publish(course, b=notebook("b = 2", "check(b)"))
    prepare(copy)
    (copy / "b.ipynb").write_bytes(old)
    publish(course, b=notebook("b = 3", "check(b)", "more"))
    prepare(copy)
    assert sources(copy / "b.ipynb") == ["b = 3", "check(b)", "a note", "more"]


@pytest.mark.parametrize("layout", ["without versions", "without metadata"])
def test_a_copy_that_does_not_say_its_version_is_merged_from_the_stored_one_that_is_nearest(copy, course, layout):
    publish(course, b=notebook("b = 2", "check(b)", "more"))
    prepare(copy)
    edit(copy / "b.ipynb", "b = 2", "check(b)", "more", "a note")
    for path in [copy / "b.ipynb", *(stored(copy, "b") if layout == "without versions" else [])]:
        opened = json.loads(path.read_bytes())
        del opened["metadata"]["autograd_lab"]
        path.write_text(json.dumps(opened))
    publish(course, b=notebook("b = 3", "check(b)", "more"))
    prepare(copy)
    assert sources(copy / "b.ipynb") == ["b = 3", "check(b)", "more", "a note"]


def test_of_stored_versions_that_are_equally_near_the_latest_is_taken(copy, course):
    (first,) = stored(copy, "a")
    os.utime(first, (1, 1))
    publish(course, a=notebook("a = 2"))
    prepare(copy)
    opened = json.loads(edit(copy / "a.ipynb", "a = 'mine'"))
    del opened["metadata"]["autograd_lab"]
    (copy / "a.ipynb").write_text(json.dumps(opened))
    assert len(prepare(copy)) == 1


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"cells": 3}', b"\xff\xfe\x00", b"[" * 100_000])
def test_a_damaged_notebook_counts_as_touched(copy, course, damage):
    (copy / "a.ipynb").write_bytes(damage)
    publish(course, a=notebook("a = 2"))
    assert "can't be read as a notebook, left as it is" in prepare(copy)[1]
    assert (copy / "a.ipynb").read_bytes() == damage


@pytest.mark.parametrize("damage", [b"{", None])
def test_a_damaged_or_missing_base_makes_a_lesson_be_left(copy, course, damage):
    (base,) = stored(copy, "a")
    base.unlink() if damage is None else base.write_bytes(damage)
    before = (copy / "a.ipynb").read_bytes()
    publish(course, a=notebook("a = 2"))
    assert "a.ipynb: it isn't known which version" in prepare(copy)[1]
    assert (copy / "a.ipynb").read_bytes() == before


def test_a_picture_pasted_under_the_same_name_is_something_that_the_learner_wrote(copy, course):
    def text(picture):
        cell = nbformat.v4.new_markdown_cell("![](attachment:p.png)", id="p")
        cell.attachments = {"p.png": {"image/png": picture}}
        return nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))

    publish(course, c=text("AAAA"))
    prepare(copy)
    (copy / "c.ipynb").write_text(text("BBBB"))
    publish(course, c=text("CCCC"))
    prepare(copy)
    cells = nbformat.read(copy / "c.ipynb", as_version=4).cells
    assert [cell.attachments["p.png"]["image/png"] for cell in cells] == ["BBBB", "CCCC"]


def test_the_learners_own_notebook_with_the_name_of_a_new_lesson_is_left(copy, course):
    (copy / "c.ipynb").write_text(notebook("mine"))
    publish(course, c=notebook("c = 1"))
    prepare(copy)
    prepare(copy)
    assert sources(copy / "c.ipynb") == ["mine"]


def save_at_the_last_moment(monkeypatch, path: Path) -> None:
    """Let JupyterLab save a notebook while the new one is written."""
    fsync = os.fsync

    def save_meanwhile(number):
        fsync(number)
        path.write_text(notebook("saved meanwhile"))

    monkeypatch.setattr(os, "fsync", save_meanwhile)


@pytest.mark.parametrize("touched", [True, False])
def test_what_jupyterlab_saves_at_the_last_moment_is_not_overwritten(copy, course, monkeypatch, touched):
    if touched:
        edit(copy / "a.ipynb", "a = 'mine'")
    publish(course, a=notebook("a = 2"))
    save_at_the_last_moment(monkeypatch, copy / "a.ipynb")
    assert "a.ipynb: left as it is, because it was saved just now" in prepare(copy)[1]
    assert sources(copy / "a.ipynb") == ["saved meanwhile"]


cells = st.lists(st.sampled_from(["", "x = 1", "x = 2", "y\n", "# π"]), max_size=4)
edits = st.one_of(
    cells.map(lambda some: notebook(*some).encode()),
    cells.map(lambda some: notebook(*some, executed=True).encode()),
    st.binary(max_size=20),
    st.none(),
)


@given(first=cells, second=cells, third=cells, edit=edits, again=edits)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_nothing_that_the_learner_wrote_is_overwritten(first, second, third, edit, again):
    """Whatever the course and the learner do: a file that changes held only texts of the course, or is kept."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        course, copy = Path(name, "course"), Path(name, "copy")
        patch.setattr(workspace, "course", lambda: course)
        given_by_course = []
        for version, learner in ((first, edit), (second, again), (third, None)):
            publish(course, a=notebook(*version))
            given_by_course.append(version)
            before = (copy / "a.ipynb").read_bytes() if copy.exists() else None
            prepare(copy)
            after = (copy / "a.ipynb").read_bytes()
            if before is not None and after != before:
                kept = before in [path.read_bytes() for path in copy.glob("a.old*.ipynb")]
                assert kept or (sources(copy / "a.ipynb") == version and sources_of(before) in given_by_course)
                course_texts = {text for each in given_by_course for text in each}
                assert {text for text in sources_of(before) if text not in course_texts} <= set(
                    sources(copy / "a.ipynb")
                )
            if learner is not None:
                (copy / "a.ipynb").write_bytes(learner)


def newer(text: str) -> str:
    return f"# {NEWER}\n{text}"


KILLED_AT = """
import os, signal, sys
from pathlib import Path
from autograd_lab.learner import workspace

course, copy, moment, when = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
workspace.course = lambda: course
calls = []

def deadly(move):
    def move_or_die(source, target):
        calls.append(target)
        if when == "before" and len(calls) == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        move(source, target)
        if when == "after" and len(calls) == moment:
            os.kill(os.getpid(), signal.SIGKILL)
    return move_or_die

os.replace, os.link = deadly(os.replace), deadly(os.link)
workspace.prepare(copy)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("moment", range(1, 8))  # a: the old file, base, copy; b and c: base, copy
def test_a_kill_leaves_every_notebook_whole_and_loses_nothing(copy, course, moment, when):
    touched = edit(copy / "a.ipynb", "a = 'mine'", "a note")
    publish(course, a=notebook("a = 2"), b=notebook("b = 2"), c=notebook("c = 2"))
    arguments = [str(course), str(copy), str(moment), when]
    done = subprocess.run([sys.executable, "-c", KILLED_AT, *arguments], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr

    kept = copy / "a.old.ipynb"
    if (copy / "a.ipynb").read_bytes() != touched:
        assert sources(copy / "a.ipynb") == ["a = 'mine'", newer("a = 2"), "a note"]
        assert kept.read_bytes() == touched
    assert not kept.exists() or kept.read_bytes() == touched
    assert sources(copy / "b.ipynb") in (["b = 1", "check(b)"], ["b = 2"])
    assert not (copy / "c.ipynb").exists() or sources(copy / "c.ipynb") == ["c = 2"]
    for path in copy.rglob("*.ipynb"):
        json.loads(path.read_bytes())

    had_c = (copy / "c.ipynb").exists()
    edit(copy / "b.ipynb", "b = 'written after the kill'")
    if had_c:
        edit(copy / "c.ipynb", "c = 'written after the kill'")
    publish(course, a=notebook("a = 3"), b=notebook("b = 3"), c=notebook("c = 3"))
    prepare(copy)
    assert sources(copy / "a.ipynb") == ["a = 'mine'", newer("a = 3"), "a note"]
    assert sources(copy / "b.ipynb") == ["b = 'written after the kill'", newer("b = 3")]
    assert sources(copy / "c.ipynb") == (["c = 'written after the kill'", newer("c = 3")] if had_c else ["c = 3"])


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_merge_that_was_killed_is_finished_by_the_next_start_as_if_nothing_had_been(copy, course, moment, when):
    touched = edit(copy / "b.ipynb", "b = 'mine'", "check(b, 'mine')", "a note")
    publish(course, b=notebook("b = 2", "check(b)", "more"))
    arguments = [str(course), str(copy), str(moment), when]
    assert subprocess.run([sys.executable, "-c", KILLED_AT, *arguments]).returncode == -signal.SIGKILL
    prepare(copy)
    assert sources(copy / "b.ipynb") == ["b = 'mine'", newer("b = 2"), "check(b, 'mine')", "a note", "more"]
    assert [path.read_bytes() for path in copy.glob("b.old*")] == [touched]


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("moment", [1, 2, 3, 4])
def test_after_a_kill_untouched_lessons_still_follow_the_course(copy, course, moment, when):
    publish(course, b=notebook("b = 2"), c=notebook("c = 2"))
    arguments = [str(course), str(copy), str(moment), when]
    assert subprocess.run([sys.executable, "-c", KILLED_AT, *arguments]).returncode == -signal.SIGKILL
    prepare(copy)
    publish(course, b=notebook("b = 3"), c=notebook("c = 3"))
    prepare(copy)
    assert sources(copy / "b.ipynb") == ["b = 3"]
    assert sources(copy / "c.ipynb") == ["c = 3"]


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_first_preparing_that_was_killed_is_finished_by_the_next_with_a_newer_course(course, tmp_path, moment, when):
    copy = tmp_path / "new"
    arguments = [str(course), str(copy), str(moment), when]
    assert subprocess.run([sys.executable, "-c", KILLED_AT, *arguments]).returncode == -signal.SIGKILL
    publish(course, a=notebook("a = 2"), b=notebook("b = 2"))
    prepare(copy)
    assert sources(copy / "a.ipynb") == ["a = 2"]
    assert sources(copy / "b.ipynb") == ["b = 2"]


@pytest.fixture
def lesson(course, copy):
    publish(course, **{"03_reverse_mode": notebook("stub", "check")})
    prepare(copy)
    return copy / "03_reverse_mode.ipynb"


@pytest.mark.parametrize(
    "name", ["3", "03", "reverse_mode", "03_reverse_mode", "03_reverse_mode.ipynb", "some/where/03_reverse_mode.ipynb"]
)
def test_a_lesson_is_reset_by_number_name_or_file_name_and_the_old_file_kept(copy, lesson, name):
    fresh, old = lesson.read_bytes(), edit(lesson, "answer", "check", "a note")
    line = reset(copy, name)
    assert line.startswith("03_reverse_mode.ipynb: started again; your old one is 03_reverse_mode.old.ipynb")
    assert lesson.read_bytes() == fresh
    assert (copy / "03_reverse_mode.old.ipynb").read_bytes() == old
    assert reset(copy, name) == "03_reverse_mode.ipynb: is as the course has it"
    again = edit(lesson, "another answer")
    assert "03_reverse_mode.old-2.ipynb" in reset(copy, name)
    assert (copy / "03_reverse_mode.old-2.ipynb").read_bytes() == again
    assert (copy / "03_reverse_mode.old.ipynb").read_bytes() == old


def test_a_reset_lesson_is_the_courses_present_one_and_follows_it_from_there(copy, course, lesson):
    edit(lesson, "answer")
    publish(course, **{"03_reverse_mode": notebook("stub 2", "check")})
    reset(copy, "3")
    assert sources(lesson) == ["stub 2", "check"]
    publish(course, **{"03_reverse_mode": notebook("stub 3", "check")})
    prepare(copy)
    assert sources(lesson) == ["stub 3", "check"]


@pytest.mark.parametrize("content", [b"{", None])
def test_a_damaged_or_deleted_lesson_can_be_reset(copy, lesson, content):
    lesson.unlink() if content is None else lesson.write_bytes(content)
    reset(copy, "3")
    assert sources(lesson) == ["stub", "check"]
    assert [path.read_bytes() for path in copy.glob("*.old.ipynb")] == ([] if content is None else [content])


@pytest.mark.parametrize("name", ["4", "", "reverse", "..", "03_reverse_mode.py", "\udc80"])
def test_an_unknown_lesson_is_refused_with_a_list_of_the_lessons(copy, lesson, name):
    before = tree(copy)
    with pytest.raises(WorkspaceError, match=r"choose one of 03_reverse_mode, a, b$") as caught:
        reset(copy, name)
    assert "\n" not in str(caught.value)
    assert tree(copy) == before


def test_a_folder_that_is_no_copy_has_nothing_to_reset(course, tmp_path):
    with pytest.raises(WorkspaceError, match=r"is no copy of the course: .* --dir"):
        reset(tmp_path / "new", "a")
    assert not (tmp_path / "new").exists()


def test_a_reset_does_not_overwrite_what_jupyterlab_saves_at_the_last_moment(copy, lesson, monkeypatch):
    edit(lesson, "answer")
    save_at_the_last_moment(monkeypatch, lesson)
    with pytest.raises(WorkspaceError, match="saved just now"):
        reset(copy, "3")
    assert sources(lesson) == ["saved meanwhile"]


def tree(folder: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("file", "is a file"),
        ("file/below", "writable|written"),
        ("course", "belongs to the course itself"),
        ("course/lessons", "belongs to the course itself"),
        ("course/lessons/new", "belongs to the course itself"),
        ("course/solutions", "belongs to the course itself"),
        ("link-to-lessons", "belongs to the course itself"),
        ("loop", "is a file"),
        ("other", "holds other things"),
        ("my-course/nested", "is inside a copy"),
        ("x" * 300, "can't be written"),
        ("\N{SNOWMAN}" * 100, "can't be written"),
    ],
)
def test_a_folder_that_will_not_do_is_refused_and_nothing_is_made(copy, course, tmp_path, place, reason):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").write_text("mine")
    (tmp_path / "link-to-lessons").symlink_to(course / "lessons")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    before = tree(tmp_path)
    with pytest.raises(WorkspaceError, match=reason) as caught:
        prepare(tmp_path / place)
    assert "--dir" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert tree(tmp_path) == before


def test_the_package_and_the_real_repository_are_refused():
    root = Path(workspace.__file__).parent
    for folder in (root, root / "new", workspace.course(), workspace.course() / "lessons"):
        with pytest.raises(WorkspaceError):
            prepare(folder)
    assert not (root / "new").exists()


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder that even root can't write")
def test_a_folder_that_cannot_be_written_is_refused(course):
    with pytest.raises(WorkspaceError, match="--dir"):
        prepare("/proc/my-course")


def test_a_full_disk_is_said_and_leaves_the_copy_whole(copy, course, tmp_path, monkeypatch):
    before = (copy / "a.ipynb").read_bytes()
    publish(course, a=notebook("a = 2"))

    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkspaceError, match="No space left on device"):
        prepare(tmp_path / "another")
    assert prepare(copy)[1:] == ["a.ipynb: left as it is, since it can't be written (No space left on device)"]
    assert (copy / "a.ipynb").read_bytes() == before
    assert not list(copy.rglob("*.tmp"))


def test_a_course_that_is_damaged_or_missing_is_said_before_anything_is_made(course, tmp_path):
    (course / "lessons/b.ipynb").write_text("{")
    with pytest.raises(WorkspaceError, match="install autograd-lab again"):
        prepare(tmp_path / "new")
    for path in (course / "lessons").iterdir():
        path.unlink()
    with pytest.raises(WorkspaceError, match="there are no lessons"):
        prepare(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_copy_is_found_from_anywhere_in_it(copy, tmp_path):
    (copy / "deep/er").mkdir(parents=True)
    for path in (copy, copy / "a.ipynb", copy / "deep/er", copy / "not/there"):
        assert is_copy(path) == copy
    (tmp_path / ".autograd-lab").mkdir()  # a home of the record, say
    assert is_copy(tmp_path) is None
    assert is_copy(tmp_path / "course/lessons/a.ipynb") is None


def test_an_installed_course_is_preferred_to_the_repository(tmp_path, monkeypatch):
    package = tmp_path / "site-packages/autograd_lab"
    package.mkdir(parents=True)
    monkeypatch.setattr(workspace, "_PACKAGE", package)
    assert workspace.course() == tmp_path / "site-packages"
    (package / "course").mkdir()
    assert workspace.course() == package / "course"


def saver(path: Path, seconds: float) -> threading.Thread:
    """Save a notebook as jupyter_server does, and as slowly as a large one takes: emptied, then filled."""
    work = path.read_text()
    os.link(path, path.with_name(f".~{path.name}"))
    path.unlink()
    path.write_text("")

    def fill() -> None:
        time.sleep(seconds)
        path.write_text(work.replace("MY WORK", "MY WORK, saved"))
        path.with_name(f".~{path.name}").unlink()

    thread = threading.Thread(target=fill)
    thread.start()
    return thread


@pytest.mark.parametrize("reset_too", [False, True])
def test_a_notebook_that_is_being_saved_is_waited_for(copy, course, reset_too):
    edit(copy / "a.ipynb", "MY WORK")
    publish(course, a=notebook("a = 2"))
    saving = saver(copy / "a.ipynb", 0.5)
    said = reset(copy, "a") if reset_too else prepare(copy)[1]
    saving.join()
    assert "your old one is a.old.ipynb" in said
    assert sources(copy / "a.old.ipynb") == ["MY WORK, saved"]
    assert sources(copy / "a.ipynb") == (["a = 2"] if reset_too else ["MY WORK, saved", newer("a = 2")])


def test_a_save_that_takes_very_long_is_left_alone(copy, course, monkeypatch):
    edit(copy / "a.ipynb", "MY WORK")
    publish(course, a=notebook("a = 2"))
    saving = saver(copy / "a.ipynb", 1.0)
    monkeypatch.setattr(workspace, "_PATIENCE", 0.2)
    with pytest.raises(WorkspaceError, match="it is being saved just now, try again"):
        reset(copy, "a")
    assert prepare(copy)[1].startswith("a.ipynb: left as it is, since it can't be written (it is being saved just now")
    saving.join()
    assert sources(copy / "a.ipynb") == ["MY WORK, saved"]


@pytest.mark.parametrize("half", ["", '{"cells": [{"cell_'])
def test_where_jupyter_was_killed_over_a_save_its_last_version_is_put_back(copy, monkeypatch, half):
    touched = edit(copy / "a.ipynb", "MY WORK")
    (copy / ".~a.ipynb").write_bytes(touched)
    (copy / "a.ipynb").write_text(half)
    monkeypatch.setattr(workspace, "_SAVING", 0.0)
    assert prepare(copy)[1:] == ["a.ipynb: Jupyter was stopped while it saved this; it is again as it was before"]
    assert (copy / "a.ipynb").read_bytes() == touched
    (copy / "a.ipynb").write_text(half)
    reset(copy, "a")
    assert (copy / "a.old.ipynb").read_bytes() == touched


def test_a_lesson_that_appears_just_now_is_not_overwritten(copy, monkeypatch):
    write, theirs = workspace.write, (copy / "a.ipynb").read_bytes()
    (copy / "a.ipynb").unlink()

    def late(path, *arguments, **more):
        if path.parent == copy:
            path.write_bytes(theirs)
        return write(path, *arguments, **more)

    monkeypatch.setattr(workspace, "write", late)
    assert prepare(copy)[1].startswith("a.ipynb: left as it is, because it was saved just now")
    (copy / "a.ipynb").unlink()
    with pytest.raises(WorkspaceError, match="saved just now"):
        reset(copy, "a")
    assert (copy / "a.ipynb").read_bytes() == theirs


def test_without_hard_links_a_new_lesson_is_written_all_the_same(copy, monkeypatch):
    def none(source, target):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    (copy / "a.ipynb").unlink()
    assert prepare(copy)[1:] == ["a.ipynb: added"]
    with pytest.raises(FileExistsError):
        workspace._moved_to_nothing(copy / "b.ipynb", copy / "a.ipynb")


def test_a_replaced_lesson_keeps_what_the_learner_has_in_its_metadata(copy, course):
    opened = nbformat.read(copy / "a.ipynb", as_version=4)
    opened.metadata["jupytext"] = {"formats": "ipynb,py:percent"}
    opened.cells[0].metadata["tags"] = ["mine"]
    nbformat.write(opened, copy / "a.ipynb")
    publish(course, a=notebook("a = 1", "more"))
    assert prepare(copy)[1:] == ["a.ipynb: replaced by a newer version; you had not changed it"]
    upgraded = nbformat.read(copy / "a.ipynb", as_version=4)
    assert upgraded.metadata["jupytext"] == {"formats": "ipynb,py:percent"}
    assert upgraded.cells[0].metadata["tags"] == ["mine"]
    assert sources(copy / "a.ipynb") == ["a = 1", "more"]


def test_lost_bases_come_back_while_the_course_is_the_same(copy, course):
    for path in (copy / ".autograd-lab/base").iterdir():
        path.unlink()
    prepare(copy)
    publish(course, a=notebook("a = 2"))
    assert prepare(copy)[1:] == ["a.ipynb: replaced by a newer version; you had not changed it"]


def test_one_lesson_that_cannot_be_written_does_not_stop_the_others(copy, course, monkeypatch):
    publish(course, a=notebook("a = 2"), b=notebook("b = 2"))
    replace = os.replace

    def refuse(source, target):
        if Path(target) == copy / "a.ipynb":
            raise PermissionError(1, "Operation not permitted")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    assert prepare(copy)[1:] == [
        "a.ipynb: left as it is, since it can't be written (Operation not permitted)",
        "b.ipynb: replaced by a newer version; you had not changed it",
    ]


def test_a_path_to_reset_is_the_copys_own_or_refused(copy, tmp_path):
    edit(copy / "a.ipynb", "mine")
    other = tmp_path / "other" / "a.ipynb"
    other.parent.mkdir()
    other.write_text("another")
    with pytest.raises(WorkspaceError, match="is not the lesson of the copy"):
        reset(copy, str(other))
    assert sources(copy / "a.ipynb") == ["mine"]
    assert "started again" in reset(copy, str(copy / "a.ipynb"))


def test_the_rights_of_a_lesson_are_kept_and_what_a_killed_start_left_is_cleared(copy, course):
    (copy / "a.ipynb").chmod(0o600)
    publish(course, a=notebook("a = 2"))
    strays = [copy / ".autograd-lab" / name for name in ("old.ipynb.1.tmp", "new.ipynb.2.tmp")]
    for stray in strays:
        stray.touch()
    os.utime(strays[0], (0, 0))
    prepare(copy)
    assert (copy / "a.ipynb").stat().st_mode & 0o777 == 0o600
    assert [stray.exists() for stray in strays] == [False, True]


def test_a_folder_with_a_record_in_it_is_no_copy_and_lessons_without_their_bases_are_told_what_to_do(course, tmp_path):
    (tmp_path / "home" / ".autograd-lab").mkdir(parents=True)
    (tmp_path / "home" / "letters").touch()
    with pytest.raises(WorkspaceError, match="holds other things"):
        prepare(tmp_path / "home")
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "a.ipynb").touch()
    with pytest.raises(WorkspaceError, match="make a copy elsewhere with --dir, and put your notebooks into it"):
        prepare(tmp_path / "bare")
    with pytest.raises(WorkspaceError, match="there is no such user"):
        prepare("~nobody-of-that-name/course")
