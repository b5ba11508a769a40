"""The learner's copy of the course, which they may change as they like.

`prepare` takes `lessons/*.ipynb` of the installed course and puts them into the learner's folder with stored outputs
cleared, and once more into `.autograd-lab/base/` there, one file for each version of a lesson that the copy has seen.
The version stands in a notebook's own metadata, so every copy says itself what it was made from.

An upgrade replaces a copy whose cells are still those of its base; into one that was *touched* it merges what the
course has changed (`merging`) and keeps the old file beside it. Every file is written whole or not at all,
the copy last. So a kill at any moment leaves an old copy with the base of the old one, or a new copy with that of
the new one, and the next start goes on from there.
"""

import os
import platform
import shutil
import time
from contextlib import suppress
from hashlib import sha256
from itertools import count
from pathlib import Path
from uuid import uuid4

from autograd_lab.learner.merging import Report, content, merge
from autograd_lab.learner.notebook_files import Notebook, parse, version_of, written

_OURS = ".autograd-lab"
_PATIENCE = 3.0  # seconds to wait for a notebook that is being saved
_SAVING = 10.0  # seconds that Jupyter may take for that; after them, it was killed
_PACKAGE = Path(__file__).resolve().parents[1]


class WorkspaceError(Exception):
    """The copy can't be made; the message is a sentence for the learner that says why and what to do."""


def course() -> Path:
    """Find the course.

    Returns
    -------
    Path
        The folder that holds `lessons/` and `solutions/`: `autograd_lab/course/` where a wheel was installed, and
        the repository's root otherwise.
    """
    installed = _PACKAGE / "course"
    return installed if installed.is_dir() else _PACKAGE.parent


def lessons() -> list[Path]:
    """List the notebooks of the course, in the order of the lessons.

    Raises
    ------
    WorkspaceError
        If there are none: the installation is incomplete.
    """
    found = sorted((course() / "lessons").glob("*.ipynb"))
    if not found:
        raise WorkspaceError(f"there are no lessons in {course() / 'lessons'}: install autograd-lab again")
    return found


def is_copy(path: str | os.PathLike[str]) -> Path | None:
    """Find the learner's copy that `path` lies in.

    Parameters
    ----------
    path : str or PathLike
        A file or folder; it need not exist.

    Returns
    -------
    Path or None
        The folder of the copy, with links resolved, or None when `path` is in no copy.
    """
    start = Path(os.path.realpath(path))  # Path.resolve raises on a loop of links
    # base/ and not only .autograd-lab/: somebody may keep AUTOGRAD_LAB_HOME in a folder of that name.
    return next((p for p in (start, *start.parents) if os.path.isdir(p / _OURS / "base")), None)


def real(folder: str | os.PathLike[str]) -> Path:
    """Return a folder that a person named, absolute, without links and with `~` spelled out.

    Raises
    ------
    WorkspaceError
        If there is no such home.
    """
    spelled = os.path.expanduser(folder)
    if str(spelled).startswith("~"):
        raise WorkspaceError(f"{folder} is no folder, since there is no such user: write it without ~")
    return Path(os.path.realpath(spelled))


def prepare(folder: str | os.PathLike[str]) -> list[str]:
    """Make the learner's copy of the course in a folder, or bring an existing one up to date.

    A lesson that is missing is made. Where the course has another version of one, it is replaced if the learner has
    not touched it, and else merged with theirs, and the file as it was is kept beside it. What can't be read as a
    notebook, or was never made from the course, is left exactly as it is.

    Parameters
    ----------
    folder : str or PathLike
        Where the copy is or shall be. Missing folders on the way are made.

    Returns
    -------
    list of str
        What was done, a line each.

    Raises
    ------
    WorkspaceError
        If `folder` is a file, can't be written, belongs to the course itself, or holds other things and is no
        copy. Nothing has been changed then, unless the disk failed on the way.
    """
    target = real(folder)
    originals = {path.name: _cleared(path) for path in lessons()}
    try:
        _refuse(target)
        base = target / _OURS / "base"
        fresh = not base.is_dir()
        base.mkdir(parents=True, exist_ok=True)
        for stray in (target / _OURS).glob("*.tmp"):  # of a start that was killed
            if time.time() - stray.stat().st_mtime > 3600:
                stray.unlink(missing_ok=True)
        brought = []
        for name, original in originals.items():
            try:
                brought.append(_bring(target / name, original))
            except OSError as error:
                if fresh:
                    raise
                brought.append(f"{name}: left as it is, since it can't be written ({error.strerror or error})")
    except OSError as error:
        reason = error.strerror or error
        raise WorkspaceError(f"{target} can't be written ({reason}): choose another folder with --dir") from None
    number = f"{len(originals)} lesson{'s' if len(originals) > 1 else ''}"
    return [f"Your copy of the course: {target} ({number})"] + ([] if fresh else [line for line in brought if line])


def reset(folder: str | os.PathLike[str], lesson: str) -> str:
    """Start a lesson of the learner's copy again, and keep the file as it was beside it.

    Parameters
    ----------
    folder : str or PathLike
        The copy.
    lesson : str
        The lesson's number, name or file name: ``"3"``, ``"reverse_mode"``, ``"03_reverse_mode.ipynb"``.

    Returns
    -------
    str
        What was done, in a line.

    Raises
    ------
    WorkspaceError
        If `folder` is no copy or can't be written, if there is no such lesson, or if something else wrote the
        file at the same moment. The lesson is unchanged then.
    """
    target, original = real(folder), _find(lesson)
    try:
        if not (target / _OURS / "base").is_dir():
            raise WorkspaceError(f"{target} is no copy of the course: go into yours, or name it with --dir")
        copy, fresh = target / original.name, _cleared(original)
        if os.path.dirname(lesson) and os.path.lexists(lesson) and not os.path.samefile(lesson, copy):
            raise WorkspaceError(f"{lesson} is not the lesson of the copy {target}: name its copy with --dir")
        _settle(copy)
        mine = copy.read_bytes() if os.path.lexists(copy) else None
        if mine == fresh:
            return f"{copy.name}: is as the course has it"
        kept = None if mine is None else _keep(copy, mine)
        if not _install(copy, fresh, fresh, instead_of=mine):
            raise WorkspaceError(f"{copy} was saved just now and is left as it is: try again")
    except OSError as error:
        reason = error.strerror or error
        raise WorkspaceError(
            f"{target / original.name} can't be started again ({reason}): move it away, and start the course again"
        ) from None
    if kept is None:
        return f"{copy.name}: added"
    told = f"{copy.name}: started again; your old one is {kept.name}, your progress stays"
    return f"{told}. If it is open, reload it from disk"


def write(path: Path, content: bytes, scratch: Path, instead_of: bytes | None = None, new: bool = False) -> bool:
    """Write a file so that a kill at any moment leaves the old one or the new one, whole.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    content : bytes
        All of it.
    scratch : Path
        A folder on the same filesystem, where a kill may leave a stray file.
    instead_of : bytes, optional
        Write only if the file holds this at the last moment: JupyterLab may be saving it just now.
    new : bool
        Write only if there is no such file yet.

    Returns
    -------
    bool
        Whether it was written.
    """
    temporary = scratch / f"{path.name}.{uuid4().hex}.tmp"
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if new:
            with suppress(FileExistsError):
                return _moved_to_nothing(temporary, path)
            return False
        if instead_of is not None and _read(path) != instead_of:
            return False
        with suppress(OSError):
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _moved_to_nothing(temporary: Path, path: Path) -> bool:
    """Give a file a name that is free, or raise FileExistsError."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise FileExistsError from None
        os.replace(temporary, path)
    return True


def _bring(copy: Path, original: bytes) -> str | None:
    """Bring one lesson into the copy; say what was done, if anything."""
    name, again = copy.name, f"left as it is; for a fresh one, autograd-lab reset {copy.stem}"
    late = f"{name}: left as it is, because it was saved just now; start again for the newer version"
    put_back = _settle(copy)
    if not os.path.lexists(copy):
        return f"{name}: added" if _install(copy, original, original) else late
    text = copy.read_bytes()
    mine, new = parse(text), parse(original)
    if mine is None or new is None:
        return f"{name}: can't be read as a notebook, {again}"
    base = _base(copy, mine, new)
    if base is None:
        return f"{name}: it isn't known which version of the course this was made from, {again}"
    if _same(base, new):
        _store(copy, original)
        return put_back
    merged, report = merge(base, mine, new)
    if _same(mine, base):
        done = "replaced by a newer version; you had not changed it"
    else:
        kept = _keep(copy, text)
        done = f"merged with a newer version, your work kept: {_told(report)}; your old one is {kept.name}"
    return f"{name}: {done}" if _install(copy, written(merged), original, instead_of=text) else late


def _settle(copy: Path) -> str | None:
    """Wait while Jupyter saves a copy; where it was killed over that, put its last version back and say so.

    Jupyter empties the file and then fills it. Its last version is beside it meanwhile, as `.~NAME`.
    """
    aside, saving = copy.with_name(f".~{copy.name}"), True
    until = time.monotonic() + _PATIENCE
    while saving and time.monotonic() < until:
        try:
            saving = abs(time.time() - os.stat(aside).st_ctime) < _SAVING
        except OSError:  # not there, or not any more
            saving = _read(copy) == b""
        time.sleep(0.05 * saving)
    last = _read(aside)
    if last is None:
        return None
    now = _read(copy)
    if parse(now) is not None or parse(last) is None:
        return None
    if saving or not write(copy, last, copy.parent / _OURS, instead_of=now):
        raise OSError("it is being saved just now, try again")
    return f"{copy.name}: Jupyter was stopped while it saved this; it is again as it was before"


def _install(copy: Path, content: bytes, original: bytes, instead_of: bytes | None = None) -> bool:
    """Write a copy, and before it the version of the course that it holds."""
    _store(copy, original)
    return write(copy, content, copy.parent / _OURS, instead_of, new=instead_of is None)


def _store(copy: Path, original: bytes) -> None:
    """Keep the version of the course that a copy is made from, unless it is there."""
    stored = _stored(copy, version_of(parse(original)))
    if _read(stored) != original:
        write(stored, original, copy.parent / _OURS)


def _stored(copy: Path, version: str | None) -> Path:
    return copy.parent / _OURS / "base" / f"{copy.stem}.{version}.ipynb"


def _base(copy: Path, mine: Notebook, new: Notebook) -> Notebook | None:
    """Find what a copy was made from: the version that it names, else the one that has most cells in common with it."""
    version = version_of(mine)
    if _same(mine, new) or version == version_of(new):
        return new
    if version is not None:
        return parse(_read(_stored(copy, version)))
    ours = {key for cell in mine["cells"] for key in (cell.get("id"), content(cell))} - {None}
    stored = sorted((copy.parent / _OURS / "base").glob(f"{copy.stem}.*ipynb"), key=os.path.getmtime)
    bases = [base for base in map(parse, map(_read, reversed(stored))) if base]
    shared = [sum((cell.get("id") in ours) + (content(cell) in ours) for cell in base["cells"]) for base in bases]
    return bases[shared.index(max(shared))] if any(shared) else None


def _keep(copy: Path, text: bytes) -> Path:
    """Keep a file as it is beside itself, under a name that is free; only once where a kill came in between."""
    names = (f"{copy.stem}.old{f'-{number}' if number > 1 else ''}.ipynb" for number in count(1))
    kept = next(path for path in map(copy.with_name, names) if not os.path.lexists(path) or _read(path) == text)
    if not os.path.lexists(kept):
        write(kept, text, copy.parent / _OURS)
    return kept


def _told(report: Report) -> str:
    """Say in words what a merge did."""
    numbers = [
        (report.added, "new"),
        (report.corrected, "corrected"),
        (report.removed, "no longer there"),
        (report.conflicts, "that you had changed too, the newer below yours"),
    ]
    said = [f"{number} cell{'s' if number > 1 else ''} {what}" for number, what in numbers if number]
    return ", ".join(said) or "only the order had changed, or cells that you have deleted"


def _refuse(target: Path) -> None:
    """Raise WorkspaceError where a copy must not be made."""
    if os.path.lexists(target) and not target.is_dir():
        raise WorkspaceError(f"{target} is a file, not a folder: choose another folder with --dir")
    root = course()
    parts = [root / "lessons", root / "solutions", _PACKAGE]
    above = [p for p in (target, *target.parents) if p.exists()]
    if any(os.path.samefile(p, part) for p in above for part in parts if part.exists()) or (
        target.exists() and os.path.samefile(target, root)
    ):
        raise WorkspaceError(f"{target} belongs to the course itself: choose another folder with --dir")
    outer = is_copy(target.parent)
    if outer is not None and not (target / _OURS / "base").is_dir():
        raise WorkspaceError(f"{target} is inside a copy of the course: use --dir {outer}")
    names = {path.name for path in target.iterdir()} - {_OURS} if target.is_dir() else set()
    if names and not (target / _OURS / "base").is_dir():
        lost = ": make a copy elsewhere with --dir, and put your notebooks into it"
        ours = not names.isdisjoint(lesson.name for lesson in lessons())
        raise WorkspaceError(
            f"{target} holds other things and is no copy of the course"
            + (lost if ours else ": choose another folder with --dir")
        )
    nearest = above[0]
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise WorkspaceError(f"{nearest} is not writable: choose another folder with --dir")


def _find(lesson: str) -> Path:
    """Find a lesson of the course by its number, name or file name."""
    wanted = os.path.basename(lesson).removesuffix(".ipynb")
    for path in lessons():
        number, _, name = path.stem.partition("_")
        if wanted in {path.stem, name} - {""} or (wanted.isdecimal() and wanted.zfill(2) == number):
            return path
    names = ", ".join(path.stem for path in lessons())
    raise WorkspaceError(f"there is no lesson {lesson!r}: choose one of {names}")


def notebook_of_course(path: Path) -> Notebook:
    """Read one of the course's own notebooks.

    Raises
    ------
    WorkspaceError
        If it can't be read: the installation is damaged.
    """
    notebook = parse(_read(path))
    if notebook is None:
        raise damaged(path)
    return notebook


def damaged(path: Path) -> WorkspaceError:
    """Return the error to raise where one of the course's own notebooks isn't as it must be."""
    return WorkspaceError(f"the course's {path} is not a notebook: install autograd-lab again")


def _cleared(path: Path) -> bytes:
    """Return a notebook of the course without outputs, execution counts and timings, and with its version."""
    notebook = notebook_of_course(path)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
            cell["metadata"].pop("execution", None)
    notebook["metadata"].pop("widgets", None)
    version = sha256(written(notebook)).hexdigest()[:16]
    notebook["metadata"]["autograd_lab"] = {"version": version}
    # What JupyterLab would fill in: a lesson that was only opened then asks nobody to save it.
    notebook["metadata"].setdefault("language_info", {})["version"] = platform.python_version()
    return written(notebook)


def _same(one: Notebook, other: Notebook) -> bool:
    """Whether two notebooks hold the same cells; outputs and metadata are no difference."""
    first, second = ([(cell.get("id"), content(cell)) for cell in notebook["cells"]] for notebook in (one, other))
    return first == second


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
