"""When are two runs of a cell the same? Decides whether a stored output stays.

`keep_equal` takes a fresh notebook and the stored one, and puts the stored outputs back into every cell whose
fresh ones are equal, so that a build on another machine changes only what really changed. Text is compared as
nbval does in its strict mode, pictures, which nbval leaves alone, by their pixels.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nbformat import NotebookNode

PICTURES = ("image/png", "image/jpeg")
# What another version of FreeType or libpng changes in a figure stays below this root mean square, of levels
# from 0 to 255.
SAME_PICTURE = 2.0
# nbval 0.11, plugin.py: IPyNbFile.skip_compare.
_NOT_COMPARED = {
    "application/vnd.jupyter.widget-view+json",
    "execution_count",
    "metadata",
    "name",
    "output_type",
    "prompt_number",
    "traceback",
    *PICTURES,
}
# nbval 0.11, plugin.py: coalesce_streams. (Its loop over backspaces never runs.)
_CARRIAGE_RETURN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)


def keep_equal(fresh: NotebookNode, stored: NotebookNode) -> None:
    """Put stored outputs into the cells of a fresh notebook that made equal ones.

    A cell keeps them when the stored notebook has a cell of its id and source, and the outputs are `equal`;
    in a cell tagged ``nbval-ignore-output``, when they are of the same kinds.
    """
    before = {cell.get("id"): cell for cell in stored.cells if cell.get("cell_type") == "code"}
    for cell in fresh.cells:
        old = before.get(cell.id)
        if cell.cell_type != "code" or old is None or old.get("source") != cell.source:
            continue
        same = same_kinds if "nbval-ignore-output" in cell.metadata.get("tags", ()) else equal
        # A traceback shows the cell's number, so it is as old as that.
        moved = old.execution_count != cell.execution_count
        if same(cell.outputs, old.outputs) and not (moved and any("traceback" in out for out in cell.outputs)):
            cell.outputs = old.outputs
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = cell.execution_count


def equal(fresh: Sequence[Mapping[str, Any]], stored: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether two runs made the same outputs: the same text, and pictures that look the same.

    Text, HTML, SVG, errors and streams are equal when nbval's strict comparison says so: for each kind, the
    values in their order. Pictures are equal when there are as many, of the same sizes, and each pair differs
    by less than 2/255 RMS.
    """
    return _compared(fresh) == _compared(stored) and all(
        len(pictures := list(_data(fresh, kind))) == len(others := list(_data(stored, kind)))
        and all(same_picture(one, other) for one, other in zip(pictures, others, strict=True))
        for kind in PICTURES
    )


def same_kinds(fresh: Iterable[Mapping[str, Any]], stored: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether two runs made outputs of the same kinds in the same order, whatever they say."""
    one, other = (
        [(output["output_type"], output.get("name"), sorted(output.get("data", ()))) for output in outputs]
        for outputs in (fresh, stored)
    )
    return one == other


def same_picture(one: str, other: str) -> bool:
    """Tell whether two pictures, base64-encoded, are of one size and differ by less than 2/255 RMS."""
    if one == other:
        return True
    from PIL import Image, UnidentifiedImageError

    try:
        images = [Image.open(io.BytesIO(base64.b64decode(text))).convert("RGBA") for text in (one, other)]
    except (UnidentifiedImageError, ValueError):
        return False
    if images[0].size != images[1].size:
        return False
    difference = np.asarray(images[0], dtype=np.float64) - np.asarray(images[1], dtype=np.float64)
    return bool(np.sqrt(np.mean(difference**2)) < SAME_PICTURE)


def tidy(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Merge the pieces in which a stream happened to arrive.

    Between two other outputs, stdout becomes one output and stderr another, after it: the kernel sends them
    on a timer, so the pieces and their order differ from run to run.
    """
    merged: list[NotebookNode] = []
    streams: dict[str, NotebookNode] = {}
    for output in outputs:
        if output.output_type != "stream":
            merged += [streams[name] for name in sorted(streams, reverse=True)]
            streams = {}
            merged.append(output)
        elif output.name in streams:
            streams[output.name].text += output.text
        else:
            streams[output.name] = output
    return merged + [streams[name] for name in sorted(streams, reverse=True)]


def _compared(outputs: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return what nbval compares: for each key, and each MIME type in ``data``, the values in their order."""
    values: dict[str, list[Any]] = {}
    streams: dict[str, str] = {}
    for output in outputs:
        if output["output_type"] == "stream":
            streams[output["name"]] = streams.get(output["name"], "") + output["text"]
            continue
        for key, value in [*output.items(), *output.get("data", {}).items()]:
            if key != "data" and key not in _NOT_COMPARED:
                values.setdefault(key, []).append(value)
    return values | {name: [_CARRIAGE_RETURN.sub("", text)] for name, text in streams.items()}


def _data(outputs: Iterable[Mapping[str, Any]], kind: str) -> Iterator[str]:
    return (output["data"][kind] for output in outputs if kind in output.get("data", ()))
