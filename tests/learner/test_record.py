import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from autograd_lab.learner.record import Attempt, Record, home

ROOT = Path(__file__).parents[2]
UNSAVED = "Your progress could not be saved: "

WRITER = """
import sys
from pathlib import Path
from autograd_lab.learner import record
from autograd_lab.learner.record import Record
record._TURN = 60  # a disk that is busy with something else can hold everybody up
folder, name, count = sys.argv[1:]
record = Record(Path(folder))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(count)):
    print(number, record.save_attempt(name, "passed", None, 0.1, str(number)), flush=True)
"""

KILLED = """
import os, signal, sqlite3, sys
from functools import partial
from pathlib import Path
from autograd_lab.learner.record import Record
folder, moment = sys.argv[1:]
die, move = partial(os.kill, os.getpid(), signal.SIGKILL), os.replace
class Connection(sqlite3.Connection):
    def execute(self, sql, *parameters):
        if sql.startswith(moment):
            die()
        return super().execute(sql, *parameters)
sqlite3.connect = partial(sqlite3.connect, factory=Connection)
if moment == "moved":
    os.replace = lambda *paths: (move(*paths), die())
Record(Path(folder)).save_attempt("x", "passed", None, 0.1, "killed")
"""


def save(record: Record, fingerprint: str = "f", exercise: str = "x") -> str | None:
    return record.save_attempt(exercise, "passed", None, 0.1, fingerprint)


def fingerprints(record: Record) -> list[str]:
    return [attempt.fingerprint for attempt in record.attempts()]


def query(record: Record, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(record.path, isolation_level=None)) as connection:
        return connection.execute(sql).fetchall()


def damaged(record: Record) -> list[Path]:
    return sorted(record.path.parent.glob("progress.damaged-*.sqlite"))


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def run(script: str, *arguments: object) -> tuple[int, str]:
    """Run a script in a process of its own; return its exit status and what it printed."""
    with start(script, *arguments) as process:
        printed, _ = process.communicate(timeout=60)
    return process.returncode, printed


def write_at_once(record: Record, writers: int, count: int) -> list[str]:
    """Let processes write together; return what they were told, one line a row."""
    processes = [start(WRITER, record.path.parent, f"w{n}", count) for n in range(writers)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [line for process in processes for line in process.communicate(timeout=300)[0].splitlines()]


@contextmanager
def unprivileged(path: Path) -> Iterator[None]:
    """Be a user to whom permissions apply: root may write everything."""
    if sys.platform == "win32":
        pytest.skip("permission bits work otherwise on Windows")
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)
        if not os.access(path, os.R_OK | os.X_OK, effective_ids=True):
            pytest.skip(f"an unprivileged user cannot look into {path}")
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(tmp_path / "home")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that other users can look into, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)
        os.chmod(name, 0o755)


# What goes in comes out


def test_a_saved_attempt_comes_back_as_it_was(record: Record) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert record.save_attempt("reverse_mode.mul_vjp", "wrong", "ignores the cotangent", 0.25, "abc") is None
    (attempt,) = record.attempts()
    assert attempt == Attempt(attempt.when, "reverse_mode.mul_vjp", "wrong", "ignores the cotangent", 0.25, "abc")
    assert len(attempt.when) == len("2025-01-31T12:00:00Z")
    assert before <= datetime.fromisoformat(attempt.when) <= datetime.now(UTC)


def test_an_attempt_without_a_mistake_has_none(record: Record) -> None:
    save(record)
    assert record.attempts()[0].mistake is None


def test_attempts_come_back_oldest_first_and_by_exercise(record: Record) -> None:
    for number in range(12):
        save(record, str(number), exercise="xy"[number % 2])
    assert fingerprints(record) == [str(number) for number in range(12)]
    assert [attempt.fingerprint for attempt in record.attempts("y")] == ["1", "3", "5", "7", "9", "11"]
    assert record.attempts("z") == []


def test_the_highest_hint_shown_counts(record: Record) -> None:
    for number in (1, 3, 2):
        assert record.save_hint("x", number) is None
    record.save_hint("y", 1)
    assert [record.hints_shown(name) for name in "xyz"] == [3, 1, 0]


def test_the_database_has_its_version_and_a_write_ahead_log(record: Record) -> None:
    save(record)
    assert query(record, "PRAGMA user_version") == [(1,)]
    assert query(record, "PRAGMA journal_mode") == [("wal",)]


def test_a_zero_length_file_is_a_new_database(record: Record) -> None:
    record.path.parent.mkdir()
    record.path.touch()
    assert save(record) is None
    assert fingerprints(record) == ["f"]


def test_awkward_folder_names_are_just_names(tmp_path: Path) -> None:
    record = Record(tmp_path / "deep" / "a?mode=memory #1 50% é")
    assert save(record) is None
    assert fingerprints(record) == ["f"]
    assert record.path.is_file()


@pytest.mark.skipif(os.name != "posix", reason="two slashes lead to another computer")
def test_a_folder_that_begins_with_two_slashes_is_read(tmp_path: Path) -> None:
    record = Record(Path(f"/{tmp_path}"))
    assert str(record.path).startswith("//")
    assert save(record) is None
    assert fingerprints(record) == ["f"]


def test_reading_from_nothing_creates_nothing(record: Record) -> None:
    assert (record.attempts(), record.hints_shown("x")) == ([], 0)
    assert not record.path.parent.exists()
    record.path.parent.mkdir()
    assert (record.attempts(), record.hints_shown("x")) == ([], 0)
    assert list(record.path.parent.iterdir()) == []


def test_home_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("AUTOGRAD_LAB_HOME", "~/marks")
    assert home() == tmp_path / "marks"
    assert Record().path == tmp_path / "marks" / "progress.sqlite"
    for absent in (partial(monkeypatch.setenv, value=""), monkeypatch.delenv):
        absent("AUTOGRAD_LAB_HOME")
        assert home() == platformdirs.user_data_path("autograd-lab", appauthor=False)


def test_a_user_without_a_home_directory_is_told_to_name_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*arguments: object, **options: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(platformdirs, "user_data_path", homeless)
    monkeypatch.delenv("AUTOGRAD_LAB_HOME")
    record = Record()
    assert record.attempts() == []
    for said in (record.unread, save(record)):
        assert said is not None
        assert "; set AUTOGRAD_LAB_HOME to a folder that can be" in said


def test_importing_record_imports_nothing_heavy() -> None:
    script = (
        "import sys, autograd_lab.learner.record; print({'numpy', 'torch', 'matplotlib', 'IPython'} & {*sys.modules})"
    )
    assert run(script) == (0, "set()\n")


# Several at once


@pytest.mark.parametrize(("writers", "count"), [(2, 200), (8, 40)])
def test_notebooks_writing_at_once_lose_nothing(
    record: Record, writers: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograd_lab.learner.record._TURN", 60)
    seen = [0]
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(len(record.attempts()))

    reader = threading.Thread(target=read)
    reader.start()
    told = write_at_once(record, writers, count)
    stop.set()
    reader.join()
    assert [line for line in told if not line.endswith(" None")] == []
    assert len(told) == writers * count
    for writer in range(writers):
        there = [attempt.fingerprint for attempt in record.attempts(f"w{writer}")]
        assert there == [str(number) for number in range(count)]
    assert seen == sorted(seen), "a row that was there could later not be read"


def test_threads_writing_at_once_lose_nothing(record: Record) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(partial(save, record), map(str, range(80)))) == [None] * 80
    assert sorted(fingerprints(record), key=int) == [str(number) for number in range(80)]


def test_when_several_find_the_damage_one_sets_it_aside(record: Record) -> None:
    record.path.parent.mkdir()
    record.path.write_bytes(b"not a database" * 100)
    told = write_at_once(record, 6, 10)
    assert sorted(line.split()[1] for line in told) == ["None"] * 59 + ["Your"]
    assert [path.read_bytes() for path in damaged(record)] == [b"not a database" * 100]
    assert len(record.attempts()) == 60


# Killed

needs_sigkill = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


@needs_sigkill
@pytest.mark.parametrize("content", [None, b"not a database"])
@pytest.mark.parametrize("moment", ["CREATE TABLE hints", "PRAGMA user_version = ", "PRAGMA journal_mode"])
def test_a_writer_killed_while_it_starts_a_file_leaves_a_good_one(
    record: Record, moment: str, content: bytes | None
) -> None:
    record.path.parent.mkdir()
    if content is not None:
        record.path.write_bytes(content)
    assert run(KILLED, record.path.parent, moment) == (-signal.SIGKILL, "")
    survived = ["killed"] if moment == "PRAGMA journal_mode" else []  # by then it is committed
    assert fingerprints(record) == survived
    assert save(record, "after") is None
    assert fingerprints(record) == [*survived, "after"]
    assert [path.read_bytes() for path in damaged(record)] == [content] * (content is not None)


@needs_sigkill
def test_a_writer_killed_while_it_sets_a_file_aside_keeps_it(record: Record) -> None:
    record.path.parent.mkdir()
    record.path.write_bytes(b"not a database")
    assert run(KILLED, record.path.parent, "moved") == (-signal.SIGKILL, "")
    assert save(record) is None
    assert fingerprints(record) == ["f"]
    assert [path.read_bytes() for path in damaged(record)] == [b"not a database"]


@needs_sigkill
@pytest.mark.parametrize("moment", ["INSERT", "COMMIT"])
def test_a_writer_killed_in_a_transaction_leaves_what_was_there(record: Record, moment: str) -> None:
    save(record, "before")
    assert run(KILLED, record.path.parent, moment) == (-signal.SIGKILL, "")
    assert fingerprints(record) == ["before"]
    assert save(record, "after") is None
    assert fingerprints(record) == ["before", "after"]
    assert damaged(record) == []


@needs_sigkill
def test_what_was_saved_survives_a_kill_at_any_time(record: Record) -> None:
    confirmed: list[str] = []
    for round_ in range(5):
        process = start(WRITER, record.path.parent, f"w{round_}", 10**6)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        process.stdout.readline()
        lines = [process.stdout.readline() for _ in range(20 + round_)]
        process.kill()
        lines += process.communicate(timeout=60)[0].splitlines(keepends=True)
        confirmed += [f"w{round_} {line.split()[0]}" for line in lines if line.endswith(" None\n")]
    there = [f"{attempt.exercise} {attempt.fingerprint}" for attempt in record.attempts()]
    assert len(confirmed) >= 5 * 20
    assert set(confirmed) <= set(there)
    assert query(record, "PRAGMA integrity_check") == [("ok",)]
    assert save(record) is None


# Locked


@contextmanager
def another_program(record: Record) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(record.path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield other


def test_a_locked_database_is_given_up_in_time_and_said(record: Record) -> None:
    save(record)
    with another_program(record):
        began = time.monotonic()
        said = save(record)
        waited = time.monotonic() - began
    assert said is not None
    assert said.startswith(f"{UNSAVED}another program is using {record.path}; ")
    assert 1 < waited < 9  # two seconds, and room for a busy machine
    assert fingerprints(record) == ["f"]


def test_a_notebook_that_holds_its_turn_for_ever_is_given_up_and_said(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograd_lab.learner.record._TURN", 0.2)
    save(record)
    holder = start(
        "import sys; from pathlib import Path; from autograd_lab.learner.record import _turn\n"
        "with _turn(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()",
        record.path.with_suffix(".lock"),
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    said = save(record)
    holder.communicate(timeout=60)
    assert said is not None
    assert said.startswith(f"{UNSAVED}another program is using ")
    assert save(record) is None


def test_a_lock_that_is_released_in_time_is_waited_for(record: Record) -> None:
    save(record, "before")
    with another_program(record) as other:
        timer = threading.Timer(0.4, other.execute, ["COMMIT"])
        timer.start()
        said = save(record, "after")
        timer.join()
    assert said is None
    assert fingerprints(record) == ["before", "after"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_process_forked_during_a_save_does_not_keep_the_turn(record: Record) -> None:
    save(record, "before")
    script = """
import os, sys, time
from pathlib import Path
from autograd_lab.learner import record
record._TURN = 1
mine = record.Record(Path(sys.argv[1]))
with record._turn(mine.path.with_suffix(".lock")):
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
print(mine.save_attempt("x", "passed", None, 0.1, "after"))
os.kill(child, 9)
os.waitpid(child, 0)
"""
    assert run(script, record.path.parent) == (0, "None\n")
    assert fingerprints(record) == ["before", "after"]


# Damaged


def make_sound(record: Record) -> None:
    for number in range(60):
        save(record, f"{number}" * 100)


def make_garbage(record: Record) -> None:
    record.path.write_bytes(b"not a database at all")


def make_zeros(record: Record) -> None:
    record.path.write_bytes(bytes(8192))


def make_truncated(record: Record) -> None:
    make_sound(record)
    os.truncate(record.path, 8192)


def make_a_hole_in_an_early_page(record: Record) -> None:
    make_sound(record)
    ((size,),) = query(record, "PRAGMA page_size")
    assert isinstance(size, int)
    assert record.path.stat().st_size > 6 * size
    with record.path.open("r+b") as file:
        file.seek(4 * size)
        file.write(bytes(size))


def make_tables_without_a_column(record: Record) -> None:
    save(record)
    query(record, "ALTER TABLE attempts DROP COLUMN fingerprint")


def make_no_hints_table(record: Record) -> None:
    save(record)
    query(record, "DROP TABLE hints")


def make_foreign_tables(record: Record) -> None:
    query(record, "CREATE TABLE recipes (name TEXT)")


DAMAGES = [
    make_garbage,
    make_zeros,
    make_truncated,
    make_a_hole_in_an_early_page,
    make_tables_without_a_column,
    make_no_hints_table,
    make_foreign_tables,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_set_aside_whole_and_a_new_one_started(
    record: Record, damage: Callable[[Record], None]
) -> None:
    record.path.parent.mkdir()
    damage(record)
    content = record.path.read_bytes()
    said = save(record, "new")
    (aside,) = damaged(record)
    assert said == f"Your progress file was damaged; it was set aside as {aside.name} and a new one was started."
    assert aside.read_bytes() == content
    assert fingerprints(record) == ["new"]
    assert save(record, "next") is None


def test_a_hint_sets_a_damaged_file_aside_too(record: Record) -> None:
    record.path.parent.mkdir()
    make_garbage(record)
    said = record.save_hint("x", 2)
    assert said is not None
    assert said.startswith("Your progress file was damaged; ")
    assert record.hints_shown("x") == 2


@pytest.mark.parametrize("damage", [make_garbage, make_truncated, make_tables_without_a_column])
def test_a_damaged_file_reads_as_if_it_were_empty(record: Record, damage: Callable[[Record], None]) -> None:
    record.path.parent.mkdir()
    damage(record)
    content = record.path.read_bytes()
    assert record.attempts() == []
    assert record.path.read_bytes() == content
    assert damaged(record) == []


@pytest.mark.parametrize("damage", [make_garbage, make_truncated, make_tables_without_a_column, make_foreign_tables])
def test_why_a_damaged_file_was_not_read_is_remembered_until_it_is(
    record: Record, damage: Callable[[Record], None]
) -> None:
    record.path.parent.mkdir()
    damage(record)
    record.attempts()
    assert record.unread == (
        f"{record.path} is damaged; your next check in a notebook sets it aside and starts a new one"
    )
    save(record)
    assert fingerprints(record) == ["f"]
    assert record.unread is None


def test_what_is_not_there_yet_is_not_unread(record: Record) -> None:
    for make in (lambda: None, record.path.parent.mkdir, record.path.touch):
        make()
        assert (record.attempts(), record.unread) == ([], None)


def test_a_newer_database_is_not_read(record: Record) -> None:
    save(record)
    query(record, "PRAGMA user_version = 2")
    assert record.attempts() == []
    assert record.unread == f"{record.path} was written by a newer Autograd Lab; update this one"


def test_a_locked_database_is_not_read(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd_lab.learner.record._TURN", 0.1)
    save(record)
    query(record, "PRAGMA journal_mode = DELETE")
    with another_program(record):
        assert record.attempts() == []
    assert record.unread == f"another program is using {record.path}; close it, or try again in a moment"
    assert fingerprints(record) == ["f"]


def test_a_file_without_permission_is_not_read(open_folder: Path) -> None:
    record = Record(open_folder)
    save(record)
    os.chmod(record.path, 0)
    with unprivileged(open_folder):
        assert record.attempts() == []
    assert record.unread is not None
    assert record.unread.startswith(f"{record.path} cannot be read (")


def test_an_earlier_damaged_file_is_never_overwritten(record: Record) -> None:
    record.path.parent.mkdir()
    contents = {f"damage {number}".encode() for number in range(4)}
    for content in contents:  # within one second, so that the names meet
        record.path.write_bytes(content)
        save(record)
    assert {path.read_bytes() for path in damaged(record)} == contents


def test_the_log_goes_with_the_damaged_file(record: Record) -> None:
    save(record)
    with closing(sqlite3.connect(record.path, isolation_level=None)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("INSERT INTO hints (at, exercise, number) VALUES ('now', 'x', 3)")
        log = Path(f"{record.path}-wal").read_bytes()
        with record.path.open("r+b") as file:
            file.write(b"garbage" * 20)
        content = record.path.read_bytes()
        assert save(record, "new") is not None
        (aside,) = damaged(record)
        assert aside.read_bytes() == content
        assert Path(f"{aside}-wal").read_bytes() == log
        assert log != b""
    assert fingerprints(record) == ["new"]
    assert record.hints_shown("x") == 0
    assert save(record, "next") is None


def test_a_newer_database_is_left_alone_and_said(record: Record) -> None:
    save(record)
    query(record, "PRAGMA user_version = 2")
    content = record.path.read_bytes()
    said = save(record)
    assert said == f"{UNSAVED}{record.path} was written by a newer Autograd Lab; update this one."
    assert record.save_hint("x", 1) == said
    assert record.path.read_bytes() == content
    assert {path.name for path in record.path.parent.iterdir()} == {"progress.lock", "progress.sqlite"}


# Full, read-only, impossible


class FullDisk(sqlite3.Connection):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size if that is more


@pytest.mark.parametrize("rows", [0, 3])
def test_a_full_disk_is_said_and_what_was_there_stays(
    record: Record, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(rows):
        save(record, str(number))
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=FullDisk))
        said = save(record, "too long for the last page" * 1000)
    assert said == f"{UNSAVED}the disk that holds {record.path} is full; free some space and run the cell again."
    assert fingerprints(record) == [str(number) for number in range(rows)]
    assert save(record, "later") is None
    assert damaged(record) == []


def test_a_disk_that_is_really_full_is_said_and_what_was_there_stays(tmp_path: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from autograd_lab.learner.record import Record
record = Record(Path(sys.argv[1], "home"))
save = lambda: record.save_attempt("x", "passed", None, 0.1, "f")
print(save())
with open(Path(sys.argv[1], "filler"), "wb", buffering=0) as file:
    try:
        while file.write(bytes(4096)):
            pass
    except OSError:
        print("full")
print(save())
print(len(record.attempts()))
os.unlink(Path(sys.argv[1], "filler"))
print(save())
print(len(record.attempts()))
"""
    mount = 'mount -t tmpfs -o size=256k tmpfs "$1" || exit 77; exec "$2" -c "$3" "$1"'
    command = ["unshare", "-m", "sh", "-c", mount, "sh", str(tmp_path), sys.executable, script]
    try:
        done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("there is no unshare here")
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("a small file system can't be mounted here: " + done.stderr)
    assert done.stdout.splitlines() == [
        "None",
        "full",
        f"{UNSAVED}the disk that holds {tmp_path}/home/progress.sqlite is full; "
        "free some space and run the cell again.",
        "1",
        "None",
        "2",
    ]


def test_a_read_only_folder_is_said_and_still_read(open_folder: Path) -> None:
    record = Record(open_folder)
    save(record)
    os.chmod(record.path, 0o444)
    os.chmod(record.path.with_suffix(".lock"), 0o444)
    os.chmod(open_folder, 0o555)
    with unprivileged(open_folder):
        said = save(record)
        read = fingerprints(record)
    assert said is not None
    assert said.startswith(f"{UNSAVED}{record.path} is read-only; ")
    assert read == ["f"]


def test_a_read_only_file_is_said_and_kept(open_folder: Path) -> None:
    record = Record(open_folder)
    save(record)
    os.chmod(record.path, 0o444)
    os.chmod(record.path.with_suffix(".lock"), 0o666)
    os.chmod(open_folder, 0o777)
    with unprivileged(open_folder):
        said = save(record)
    assert said is not None
    assert said.startswith(f"{UNSAVED}{record.path} is read-only; ")
    assert damaged(record) == []
    assert fingerprints(record) == ["f"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "taken" / "progress.sqlite").mkdir(parents=True)
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "taken", Path("nul\0")):
        record = Record(folder)
        for said in (save(record), record.save_hint("x", 1)):
            assert said is not None, folder
            assert said.startswith(UNSAVED), folder
            assert said.endswith("; set AUTOGRAD_LAB_HOME to a folder that can be."), folder
            assert said.count("\n") == 0, folder
        assert (record.attempts(), record.hints_shown("x")) == ([], 0), folder
        assert record.unread is not None, folder
        assert record.unread.startswith(f"{record.path} cannot be read ("), folder


def test_where_there_is_no_shared_memory_there_is_no_write_ahead_log(record: Record) -> None:
    Path(f"{record.path}-shm").mkdir(parents=True)  # in its place, SQLite cannot make its own
    assert [save(record, str(number)) for number in range(3)] == [None, None, None]
    assert query(record, "PRAGMA journal_mode") == [("delete",)]
    assert fingerprints(record) == ["0", "1", "2"]
