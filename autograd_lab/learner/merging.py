"""Three versions of a lesson made one: as the course gave it, as the learner left it, as the course has it now.

`merge` takes parsed notebooks and returns one with the work of both, and a `Report` of what happened. It reads and
writes no file; `workspace` does.

Two versions of the course are matched by cell id, and where that fails by order and likeness: a cell that is no
exercise takes its id from its text, so a corrected one has another. The learner's cells are known by id, exercise or
text; likeness decides only for cells without a known id, such as those of the format before 4.5. All others are the
learner's own. The result has the order of the new version, and each cell that the learner wrote or moved stands behind
the cell that it stood behind. (Tools that merge notebooks by order alone take a moved cell for one that was deleted.)
"""

import json
import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple

from autograd_lab.learner.notebook_files import Cell, Notebook

_ALIKE = 0.5  # the share of words in common: a sentence rewritten, or a line added to a short cell
_NEWER = "The course's newer version of the cell above, which you had changed. Keep what you like, delete the rest."


class Report(NamedTuple):
    """What a merge did, in numbers of cells.

    Attributes
    ----------
    added : int
        Cells that are new in the course.
    corrected : int
        Cells that the learner had not changed, and the course has.
    removed : int
        Cells that the learner had not changed, and the course no longer has.
    conflicts : int
        Cells that both had changed: the learner's stayed, with the course's below it.
    """

    added: int
    corrected: int
    removed: int
    conflicts: int


class _Family(NamedTuple):
    """One cell of the course, in the base and in the new version, and its place in the latter."""

    base: Cell | None
    new: Cell | None
    place: int


def content(cell: Cell) -> tuple[str, str, str]:
    """Return what a person writes in a cell: its type, its text, the pictures pasted into it.

    Line ends of another kind, and empty lines at the end, come from a tool and not from a person.
    """
    text = "".join(cell["source"]).replace("\r\n", "\n").rstrip("\n")
    return cell["cell_type"], text, json.dumps(cell.get("attachments") or {}, sort_keys=True)


def merge(base: Notebook, mine: Notebook, new: Notebook) -> tuple[Notebook, Report]:
    """Bring what the course has changed into the learner's notebook.

    Parameters
    ----------
    base, mine, new : dict
        What the learner's notebook was made from, the learner's, and the course's now, as `parse` returns them. The
        learner's may have any cells in any order, also without ids or with the same id twice; the course's have ids.

    Returns
    -------
    merged : dict
        A notebook with all that the learner wrote or changed, cells that stay with their outputs, and every cell of
        `new` that the learner had not deleted. Where both changed a cell, the learner's is followed by the course's,
        marked in its first line; an answer's is text, so that running it can't take the place of the learner's. Ids
        are unique, and a cell of the course has the id of `new`. Merging it with `new` again changes nothing.
    report : Report
        What was done.
    """
    families = _families(base["cells"], new["cells"])
    known = _recognised(mine["cells"], families)
    reserved = {cell["id"] for cell in new["cells"]}
    outdated = [content(_marked(b)) for b in _corrected(families) if b]
    present = [content(cell) for cell in mine["cells"]]
    done: Counter[str] = Counter()
    kept: dict[int, list[Cell]] = {}  # what becomes of each of the learner's cells
    for i, cell in enumerate(mine["cells"]):
        if i in known:
            what, kept[i] = _resolved(cell, families[known[i]], present)
            done[what] += 1
        elif present[i] not in outdated:
            kept[i] = [{**cell, "id": None} if _id(cell) in reserved else cell]
    cells: list[Cell] = []
    for entry in _arranged(kept, families, known):
        done["added"] += not isinstance(entry, int)
        cells += kept[entry] if isinstance(entry, int) else [entry]
    merged = {
        **mine,
        "cells": list(_identified(cells, reserved)),
        "metadata": _metadata(base, mine, new),
        "nbformat_minor": max(5, mine.get("nbformat_minor", 0)),  # 4.5 brought the ids
    }
    return merged, Report(*(done[field] for field in Report._fields))


def _families(base: list[Cell], new: list[Cell]) -> list[_Family]:
    """Pair the cells of two versions of the course: those of the base in their order, then those that are new."""
    pairs: dict[int, int] = {}
    _match(_each(_id, base), _each(_id, new), pairs)
    _match_alike(base, new, pairs, range(len(base)))
    found = set(pairs.values())
    old = [_Family(b, new[pairs[i]] if i in pairs else None, pairs.get(i, -1)) for i, b in enumerate(base)]
    return old + [_Family(None, n, j) for j, n in enumerate(new) if j not in found]


def _recognised(mine: list[Cell], families: list[_Family]) -> dict[int, int]:
    """Find the family of each of the learner's cells that has one."""
    known: dict[int, int] = {}
    was, now = [family.base for family in families], [family.new for family in families]
    _match(_each(_id, mine), _each(_id, was), known)
    _match(_each(_id, mine), _each(_id, now), known)
    trusted = bool(known)
    _match(_each(_exercise, mine), _each(_exercise, [b or n for b, n, _ in families]), known)
    _match(_each(content, mine), _each(content, was), known)
    _match(_each(content, mine), _each(content, now), known)
    # Where a conflict was settled by deleting one's own cell, the one below it is the cell now.
    _match(_each(content, mine), _each(lambda cell: content(_marked(cell)), _corrected(families)), known)
    _match(_each(_id, mine), _each(lambda cell: f"{_id(cell)}-newer", [b and n for b, n, _ in families]), known)
    loose = [i for i, cell in enumerate(mine) if not trusted or _id(cell) is None]
    _match_alike(mine, [b for b, _, _ in families if b], known, loose)
    return known


def _corrected(families: list[_Family]) -> list[Cell | None]:
    """Return the old version of each cell of the course that has another one now, and None for the others."""
    return [b if b and n and content(b) != content(n) else None for b, n, _ in families]


def _resolved(cell: Cell, family: _Family, present: Collection[object]) -> tuple[str, list[Cell]]:
    """Return what comes of a cell that the learner has of the course, and what the report calls it."""
    base, new, _ = family
    text, was = content(cell), base and content(base)
    if new is None:
        return ("removed", []) if text == was else ("", [cell])
    own = {"id": new["id"], "metadata": _metadata(base or {}, cell, new)}
    if content(new) in (text, was):
        return "", [{**cell, **own}]
    if base and text in (was, content(_marked(base))):
        return "corrected", [{**new, **own}]
    newer = _marked(new)
    return ("", [{**cell, **own}]) if content(newer) in present else ("conflicts", [{**cell, **own}, newer])


def _arranged(kept: Collection[int], families: list[_Family], known: dict[int, int]) -> list[int | Cell]:
    """Put the learner's cells, by number, and the course's new ones into their order."""
    owner = {family: i for i, family in known.items()}
    old = sum(family.base is not None for family in families)
    mine = max(known, default=-1) + 1
    unmoved = {i for i, _ in _aligned(mine, old, lambda i, j: float(known.get(i) == j))}
    order: list[int | Cell] = []
    for number in sorted(range(len(families)), key=lambda number: families[number].place):
        base, new, _ = families[number]
        if new and owner.get(number) in unmoved:
            order.append(owner[number])
        elif new and base is None and number not in owner:
            order.append(new)
    place = 0
    for i in kept:
        if i in unmoved and i in order:
            place = order.index(i)
        else:
            order.insert(place, i)
        place += 1
    return order


def _each(key: Callable[[Cell], Hashable], cells: Iterable[Cell | None]) -> list[Hashable]:
    return [None if cell is None else key(cell) for cell in cells]


def _match(old: Iterable[Hashable], new: Iterable[Hashable], pairs: dict[int, int]) -> None:
    """Pair what has no partner yet and has the same key, the first with the first; None is no key."""
    taken = set(pairs.values())
    waiting: dict[Hashable, deque[int]] = defaultdict(deque)
    for j, key in enumerate(new):
        if key is not None and j not in taken:
            waiting[key].append(j)
    for i, key in enumerate(old):
        if i not in pairs and waiting.get(key):
            pairs[i] = waiting[key].popleft()


def _match_alike(old: list[Cell], new: list[Cell], pairs: dict[int, int], loose: Collection[int]) -> None:
    """Pair the loose cells that have no partner yet with what is alike and stands between the same neighbours."""
    taken = set(pairs.values())
    words = [[Counter(re.findall(r"\w+|[^\w\s]", content(cell)[1])) for cell in cells] for cells in (old, new)]

    def weight(i: int, j: int) -> float:
        if i in pairs or j in taken:
            return 2.0 * (pairs.get(i) == j)
        same_kind = old[i]["cell_type"] == new[j]["cell_type"] and _exercise(old[i]) == _exercise(new[j])
        if i not in loose or not same_kind:
            return 0.0
        a, b = words[0][i], words[1][j]
        share = 2 * (a & b).total() / max(1, a.total() + b.total())
        return share if share >= _ALIKE else 0.0

    pairs.update(_aligned(len(old), len(new), weight))


def _aligned(old: int, new: int, weight: Callable[[int, int], float]) -> list[tuple[int, int]]:
    """Pair two sequences in order so that the weights of the pairs add up to the most; without any weight, no pair."""
    weights = [[weight(i, j) for j in range(new)] for i in range(old)]
    best = [[0.0] * (new + 1) for _ in range(old + 1)]
    for i in reversed(range(old)):
        for j in reversed(range(new)):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + weights[i][j])
    pairs, i, j = [], 0, 0
    while i < old and j < new:
        if weights[i][j] and best[i][j] == best[i + 1][j + 1] + weights[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _marked(cell: Cell) -> Cell:
    """Return the course's version of a cell as it stands below the learner's."""
    kind, text, _ = content(cell)
    metadata = {key: value for key, value in cell["metadata"].items() if key != "autograd_lab"}
    marked = {**cell, "id": f"{cell['id']}-newer", "metadata": metadata}
    if kind == "code" and not _exercise(cell) and not text.startswith("%%"):
        return {**marked, "source": f"# {_NEWER}\n{text}"}
    if kind == "markdown":
        return {**marked, "source": f"> {_NEWER}\n\n{text}"}
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    source = f"> {_NEWER}\n\n{fence}python\n{text}\n{fence}"
    return {"cell_type": "markdown", "id": marked["id"], "metadata": {}, "source": source}


def _metadata(base: Cell | Notebook, mine: Cell | Notebook, new: Cell | Notebook) -> dict[str, Any]:
    """Return the learner's metadata with what the course has changed in its own."""
    was, now = base.get("metadata", {}), new["metadata"]
    kept = {key: value for key, value in mine["metadata"].items() if key in now or key not in was}
    changed = {key for key in now if key == "autograd_lab" or key not in was or now[key] != was[key]}
    return {**kept, **{key: now[key] for key in changed}}


def _identified(cells: list[Cell], reserved: Collection[str]) -> Iterator[Cell]:
    """Give an id to each cell that has none of its own; `reserved` are the ids of the course."""
    seen: set[str] = set()
    for cell in cells:
        name = _id(cell)
        if name is None or name in seen:
            stem = name or sha256("\n".join(content(cell)).encode(errors="replace")).hexdigest()[:12]
            names = (f"{stem[:58]}-{number}" if number else stem[:58] for number in count())
            name = next(name for name in names if name not in seen and name not in reserved)
        seen.add(name)
        yield {**cell, "id": name}


def _id(cell: Cell) -> str | None:
    return cell.get("id")


def _exercise(cell: Cell) -> tuple[str, str] | None:
    """Return the exercise that a cell belongs to, and as what; a tool may have dropped the course's mark."""
    ours = cell.get("metadata", {}).get("autograd_lab")
    if isinstance(ours, dict):
        return str(ours.get("exercise")), str(ours.get("role"))
    checked = re.search(r"""\blab\.check\(\s*["']([\w.]+)["']""", "".join(cell["source"]))
    return (checked[1], "answer") if checked and cell["cell_type"] == "code" else None
