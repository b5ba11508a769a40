"""Notebook files, of the course and of learners: read whatever is in them, and written as Jupyter writes.

`parse` takes a file's bytes and returns its notebook, or None where it is none; `written` turns one back into bytes.
"""

import json
import re
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]


def parse(text: bytes | None) -> Notebook | None:
    """Read a notebook of format 4, or return None; what a cell must have and lacks is filled in."""
    try:
        notebook = json.loads(text or b"")
        for cell in notebook["cells"]:
            cell_type, _ = cell["cell_type"] + "", "".join(cell["source"])
            if not isinstance(cell.setdefault("metadata", {}), dict):
                return None
            if not re.fullmatch("[a-zA-Z0-9_-]{1,64}", str(cell.get("id"))):
                cell.pop("id", None)
            if cell_type == "code":
                cell.setdefault("outputs", [])
                cell.setdefault("execution_count", None)
        minor, metadata = notebook.setdefault("nbformat_minor", 5), notebook.setdefault("metadata", {})
        sound = notebook["nbformat"] == 4 and isinstance(minor, int) and isinstance(metadata, dict)
        return notebook if sound and isinstance(notebook["cells"], list) else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def written(notebook: Notebook) -> bytes:
    """Write a notebook as Jupyter does."""
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    # JSON can name half a character, which no encoding can hold: it stays named.
    return (text + "\n").encode(errors="backslashreplace")


def version_of(notebook: Notebook | None) -> str | None:
    """Return the version of the course that a notebook says it holds; nothing that could lead out of a folder."""
    ours = (notebook or {"metadata": {}})["metadata"].get("autograd_lab")
    version = ours.get("version") if isinstance(ours, dict) else None
    return version if isinstance(version, str) and re.fullmatch("[0-9a-f]{16}", version) else None
