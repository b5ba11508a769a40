"""The learner's copy of the course, which they may change as they like.

`lessons/*.ipynb` of the installed course come in. They leave in the learner's folder with stored outputs cleared, and
once more in `.autograd-lab/base/` there: what each copy was made from. A copy is *touched* when its cells are
no longer those of its base. Only an untouched one is ever replaced, so nothing that the learner wrote is lost.

Every file is written whole or not at all. Between the writing of a copy and of its base a kill can leave the two
different; then the copy looks touched, which is the safe mistake.
"""

import json
import os
from pathlib import Path
from uuid import uuid4

_OURS = ".autograd-lab"
_PACKAGE = Path(__file__).resolve().parent


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


def prepare(folder: str | os.PathLike[str]) -> list[str]:
    """Make the learner's copy of the course in a folder, or bring an existing one up to date.

    A lesson that is missing is made. One that the learner has not touched is replaced where the course has
    another version. One that they touched, or that can't be read as a notebook, is left exactly as it is.

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
    target = Path(os.path.realpath(os.path.expanduser(folder)))
    originals = {path.name: _cleared(path) for path in lessons()}
    try:
        _refuse(target)
        base = target / _OURS / "base"
        fresh = not base.is_dir()
        base.mkdir(parents=True, exist_ok=True)
        brought = [_bring(name, original, target) for name, original in originals.items()]
    except OSError as error:
        reason = error.strerror or error
        raise WorkspaceError(f"{target} can't be written ({reason}): choose another folder with --dir") from None
    count = f"{len(originals)} lesson{'s' if len(originals) > 1 else ''}"
    return [f"Your copy of the course: {target} ({count})"] + ([] if fresh else [line for line in brought if line])


def write(path: Path, content: bytes, scratch: Path, instead_of: bytes | None = None) -> bool:
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
        if instead_of is not None and _read(path) != instead_of:
            return False
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _bring(name: str, original: bytes, target: Path) -> str | None:
    """Bring one lesson into the copy; say what was done, if anything."""
    copy, base, scratch = target / name, target / _OURS / "base" / name, target / _OURS
    if not os.path.lexists(copy):
        # The base first: were the copy there alone and the course to change, it would look touched for ever.
        write(base, original, scratch)
        write(copy, original, scratch)
        return f"{name}: added"
    mine, old = _read(copy), _read(base)
    cells = _cells(mine)
    # A copy that equals the course's version is untouched whatever its base: a kill between the two writes below.
    if mine is not None and cells is not None and cells in (_cells(old), _cells(original)):
        if old == original:
            return None
        # The copy first: with the base first, a kill would leave an old copy that looks touched for ever.
        if write(copy, original, scratch, instead_of=mine):
            write(base, original, scratch)
            return f"{name}: replaced by a newer version; you had not changed it"
    if cells is None:
        return f"{name}: can't be read as a notebook, left as it is; rename it and start again for a fresh one"
    if _cells(old) != _cells(original):
        return f"{name}: left as it is, with your work; there is a newer version, which was not brought in"
    return None


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
    if target.is_dir() and not (target / _OURS).is_dir() and any(target.iterdir()):
        raise WorkspaceError(
            f"{target} holds other things and is no copy of the course: choose another folder with --dir"
        )
    nearest = above[0]
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise WorkspaceError(f"{nearest} is not writable: choose another folder with --dir")


def _cleared(path: Path) -> bytes:
    """Return a notebook of the course without outputs, execution counts and timings."""
    try:
        notebook = json.loads(path.read_bytes())
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
                cell["metadata"].pop("execution", None)
        notebook["metadata"].pop("widgets", None)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise WorkspaceError(f"the course's {path} is not a notebook: install autograd-lab again") from None
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    return (text + "\n").encode()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _cells(content: bytes | None) -> list[tuple[object, ...]] | None:
    """Return what a person writes in a notebook's cells, or None where it is no notebook."""
    try:
        return [
            (cell["cell_type"], "".join(cell["source"]), cell.get("id"), cell.get("attachments") or {})
            for cell in json.loads(content or b"")["cells"]
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
