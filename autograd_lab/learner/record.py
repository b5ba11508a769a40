"""What the learner has done, in SQLite: the attempts at exercises and the hints shown.

`Record.save_attempt` and `Record.save_hint` write one row a call; `Record.attempts` and `Record.hints_shown` read
them. Nothing here raises: what goes wrong while saving comes back as one sentence for the learner, and what cannot be
read is as if it were not there; `Record.unread` says why.

A call opens the database, does one short transaction and closes it again, because kernels are killed at any
time and several notebooks are open at once. Writers take turns through `progress.lock`, so nobody is writing
to a damaged file while it is moved out of the way. The system frees the lock when its holder dies.
"""

import errno
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import platformdirs

_VERSION = 1
_PATIENCE = 2.0  # seconds that a check waits while another program keeps the database locked
_TURN = 10.0  # seconds that it waits for other notebooks: they always end, but a busy disk can hold them up
_POLL = 0.001  # seconds between two looks at whose turn it is

_TABLES = {
    "attempts": {
        "at": "TEXT NOT NULL",
        "exercise": "TEXT NOT NULL",
        "status": "TEXT NOT NULL",
        "mistake": "TEXT",
        "seconds": "REAL NOT NULL",
        "fingerprint": "TEXT NOT NULL",
    },
    "hints": {"at": "TEXT NOT NULL", "exercise": "TEXT NOT NULL", "number": "INTEGER NOT NULL"},
}


@dataclass(frozen=True)
class Attempt:
    """One check of one answer.

    Parameters
    ----------
    when : str
        When it was checked: ISO 8601 in UTC, to the second, `2025-01-31T12:00:00Z`.
    exercise : str
        The exercise's name, `reverse_mode.mul_vjp`.
    status : str
        The verdict's status, `passed`, `wrong` and so on.
    mistake : str or None
        The name of the mistake that the answer behaves like, if one was found.
    seconds : float
        How long the check took, in seconds.
    fingerprint : str
        The fingerprint of the answer's source: equal for two attempts with the same answer.
    """

    when: str
    exercise: str
    status: str
    mistake: str | None
    seconds: float
    fingerprint: str


def home() -> Path:
    """Return the folder of `progress.sqlite`: AUTOGRAD_LAB_HOME, else where this system keeps users' data.

    For a user without a home directory it is one that can't be made, so that nothing is kept where it would be lost.
    """
    named = os.environ.get("AUTOGRAD_LAB_HOME")
    if named:
        return Path(os.path.expanduser(named))  # Path.expanduser raises where there is no home directory
    try:
        return platformdirs.user_data_path("autograd-lab", appauthor=False)
    except RuntimeError:
        return Path(os.devnull, "autograd-lab")


class Record:
    """The record of what a learner has done.

    Parameters
    ----------
    folder : Path, optional
        The folder that holds `progress.sqlite`; `home()` unless given. Made when something is first saved.

    Attributes
    ----------
    path : Path
        The database. Two tables, `attempts` and `hints`; `PRAGMA user_version` is 1.
    unread : str or None
        Why the last reading failed and what to do; `None` when it did not, also when there is no database yet.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (home() if folder is None else Path(folder)) / "progress.sqlite"
        self.unread: str | None = None

    def save_attempt(
        self, exercise: str, status: str, mistake: str | None, seconds: float, fingerprint: str
    ) -> str | None:
        """Save one attempt, made now.

        Parameters
        ----------
        exercise, status, mistake, seconds, fingerprint
            As in `Attempt`.

        Returns
        -------
        str or None
            `None` when all is well, else one sentence for the learner: that and why the attempt could not be
            saved, or that it was, in a new file, because the old one was damaged and has been set aside.
            It never raises. It waits two seconds for another program that keeps the database locked, and ten
            for other notebooks that are saving.
        """
        return self._save("attempts", exercise, status, mistake, seconds, fingerprint)

    def save_hint(self, exercise: str, number: int) -> str | None:
        """Save that a hint was shown, now.

        Parameters
        ----------
        exercise : str
            The exercise's name.
        number : int
            Which hint; the first is 1.

        Returns
        -------
        str or None
            As from `save_attempt`.
        """
        return self._save("hints", exercise, number)

    def attempts(self, exercise: str | None = None) -> list[Attempt]:
        """Return the attempts at one exercise, or at all, in the order in which they were saved.

        Parameters
        ----------
        exercise : str, optional
            The exercise's name.

        Returns
        -------
        list of Attempt
            Empty when there is no database or it cannot be read, as `unread` says; nothing is raised, no file is
            made.
        """
        rows = self._read(
            "SELECT at, exercise, status, mistake, seconds, fingerprint FROM attempts"
            " WHERE ?1 IS NULL OR exercise = ?1 ORDER BY id",
            exercise,
        )
        return [Attempt(*row) for row in rows]

    def hints_shown(self, exercise: str) -> int:
        """Return the highest number of a hint shown for an exercise, 0 when none was or it cannot be read."""
        rows = self._read("SELECT max(number) FROM hints WHERE exercise = ?1", exercise)
        return rows[0][0] or 0 if rows else 0

    def _save(self, table: str, *values: object) -> str | None:
        row = (f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", *values)
        aside = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _turn(self.path.with_suffix(".lock")):
                try:
                    self._insert(table, row)
                except sqlite3.DatabaseError as error:
                    if not _is_damage(error):
                        raise
                    aside = self._set_aside()
                    self._insert(table, row)
        except Exception as error:  # whatever it is, the learner's verdict matters more
            return f"Your progress could not be saved: {_reason(error, self.path)}."
        if aside is None:
            return None
        return f"Your progress file was damaged; it was set aside as {aside} and a new one was started."

    def _insert(self, table: str, row: tuple[object, ...]) -> None:
        with closing(_connect(self.path, _PATIENCE)) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            is_new = _prepare(connection)
            columns, marks = ", ".join(_TABLES[table]), ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", row)
            connection.execute("COMMIT")
        if is_new:
            _use_wal(self.path)

    def _set_aside(self) -> str:
        """Move the damaged file and its companions to a name that is free; return the name."""
        stem = f"progress.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        target = self.path.with_name(f"{stem}.sqlite")
        for number in count(2):
            if not target.exists():
                break
            target = self.path.with_name(f"{stem}-{number}.sqlite")
        os.replace(self.path, target)
        for companion in ("-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError):
                os.replace(f"{self.path}{companion}", f"{target}{companion}")
        return target.name

    def _read(self, query: str, argument: str | None) -> list[Any]:
        self.unread = None
        try:
            os.stat(self.path)
            return self._rows(query, argument)
        except FileNotFoundError:
            return []
        except Exception as error:
            self.unread = _why_unread(error, self.path)
            return []

    def _rows(self, query: str, argument: str | None) -> list[Any]:
        # Slashes are quoted too: after two of them SQLite would look for the name of a host.
        uri = "file:" + quote(os.fsencode(self.path), safe="")
        try:
            return _fetch(f"{uri}?mode=rw", query, argument)
        except Exception as error:
            if _code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR):
                raise
        # In a folder that can't be written, or on a full disk, WAL mode can't even be read the ordinary way.
        return _fetch(f"{uri}?mode=ro&immutable=1", query, argument)


class _DamagedError(sqlite3.DatabaseError):
    """SQLite can open the file, but what is in it is not a learner's progress."""


class _NewerError(Exception):
    """The database has a `user_version` that this version does not know."""


def _connect(path: Path, patience: float = 0.0) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=patience, isolation_level=None)


def _fetch(uri: str, query: str, argument: str | None) -> list[Any]:
    with closing(sqlite3.connect(uri, timeout=_TURN, uri=True)) as connection:
        return [] if _is_empty(connection) else connection.execute(query, (argument,)).fetchall()


def _is_empty(connection: sqlite3.Connection) -> bool:
    """Whether there are no tables yet; raise where they are of a newer version."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > _VERSION:
        raise _NewerError
    return bool(version == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,))


def _prepare(connection: sqlite3.Connection) -> bool:
    """Inside a transaction, make the tables or see that they are sound; true when they were made."""
    if _is_empty(connection):
        for table, columns in _TABLES.items():
            fields = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            connection.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {fields})")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        return True
    # An insert touches only the last page; without this, damage in an earlier one would hide all attempts.
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise _DamagedError
    for table, columns in _TABLES.items():
        names = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
        if not columns.keys() <= {name for (name,) in names}:
            raise _DamagedError
    return False


def _use_wal(path: Path) -> None:
    """Switch to write-ahead logging, and back where the file system has no shared memory for it."""
    with suppress(sqlite3.Error), closing(_connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    try:  # without shared memory the switch itself succeeds; the first write fails
        with closing(_connect(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error:
        with suppress(sqlite3.Error), closing(_connect(path)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # which needs no shared memory
            connection.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """Hold the lock on a file, which is made, or raise TimeoutError."""
    deadline = time.monotonic() + _TURN
    with path.open("ab") as file:
        while not _lock(file.fileno()):
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(_POLL)
        try:
            yield
        finally:
            _unlock(file.fileno())


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


def _code(error: BaseException) -> int:
    """Return SQLite's primary result code, 0 when the error has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _is_damage(error: Exception) -> bool:
    return isinstance(error, _DamagedError) or _code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _reason(error: Exception, path: Path) -> str:
    """Say what was in the way and what to do about it."""
    number = error.errno if isinstance(error, OSError) else None
    if _is_busy(error):
        return f"another program is using {path}; close it, or run the cell again in a moment"
    # Of a full disk SQLite says so, except when it is the shared memory of WAL that finds no room.
    no_room = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHMSIZE
    if no_room or _code(error) == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk that holds {path} is full; free some space and run the cell again"
    if isinstance(error, _NewerError):
        return f"{path} was written by a newer Autograd Lab; update this one"
    if _code(error) == sqlite3.SQLITE_READONLY or number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path} is read-only; make it writable, or set AUTOGRAD_LAB_HOME to a folder that is"
    return f"{path} cannot be written ({_said(error)}); set AUTOGRAD_LAB_HOME to a folder that can be"


def _why_unread(error: Exception, path: Path) -> str:
    """Say why a database can't be read and what to do about it."""
    if _is_busy(error):
        return f"another program is using {path}; close it, or try again in a moment"
    if isinstance(error, _NewerError):
        return f"{path} was written by a newer Autograd Lab; update this one"
    if _is_damage(error) or _code(error) == sqlite3.SQLITE_ERROR:  # the latter where a table or a column is missing
        return f"{path} is damaged; your next check in a notebook sets it aside and starts a new one"
    return f"{path} cannot be read ({_said(error)}); set AUTOGRAD_LAB_HOME to a folder that can be"


def _is_busy(error: Exception) -> bool:
    return isinstance(error, TimeoutError) or _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _said(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
