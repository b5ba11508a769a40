"""What `verify` found, as objects, as text and as HTML.

`evidence_of` takes the two gradients and returns the few numbers to show. `Report.findings` holds what is wrong, or why
nothing can be told, the likeliest cause first; `str(report)` and the HTML show the same: a table of the inputs, each
finding in words with a few numbers, and where in the input the errors sit.
"""

import base64
import html
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from autograd_lab.display import GREEN, ORANGE, VERMILION, framed, inline
from autograd_lab.engine import Array

Status = Literal["right", "wrong", "unsure"]

_STATES = {  # word, symbol, and the edge's colour
    "right": ("Right", "✓", GREEN),
    "wrong": ("Wrong", "✗", VERMILION),
    "unsure": ("Unsure", "?", ORANGE),
}
_SHOWN = 4  # entries in words
_CELLS = 40  # rows and columns of the picture at most


class Input(int):
    """The position of an argument, counted from 0, with its name where one is known; a module's parameters come last.

    Attributes
    ----------
    name : str or None
    """

    name: str | None

    def __new__(cls, position: int, name: str | None = None) -> "Input":
        self = super().__new__(cls, position)
        self.name = name
        return self

    @property
    def position(self) -> int:
        """The position as a plain number."""
        return int(self)

    def __str__(self) -> str:
        return f"input {int(self)}" + (f" (`{self.name}`)" if self.name else "")

    def __repr__(self) -> str:
        return f"Input({int(self)}, {self.name!r})"


@dataclass(frozen=True)
class Evidence:
    """Numbers for one incoming gradient, at entries where the gradient is wrong.

    Attributes
    ----------
    entries : list of tuple of int
        Where in the input: the largest errors first.
    expected, found : list of float or complex
        The gradient there by differences, and the one that came back.
    wrong, seen : ndarray of bool, of the input's shape
        Which entries were looked at, and which of them are wrong.
    """

    entries: list[tuple[int, ...]]
    expected: list[Any]
    found: list[Any]
    wrong: Array
    seen: Array


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or that keeps `verify` from telling.

    Attributes
    ----------
    cause : str
        One of `CAUSES`.
    input : Input or None
        Which argument's gradient it is about; None for what concerns the whole call.
    message : str
        For the person who wrote the backward.
    evidence : Evidence or None
    alternative : bool
        Whether it is another explanation of what the finding before it explains.
    """

    cause: str
    input: Input | None
    message: str
    evidence: Evidence | None = None
    alternative: bool = False

    @property
    def said(self) -> str:
        """The input, where it is about one, and the message."""
        return self.message if self.input is None else f"{self.input}: {self.message}"

    def __str__(self) -> str:
        return f"{'or ' if self.alternative else ''}{self.cause}: {self.said}"


@dataclass(frozen=True)
class Row:
    """One argument in the report's table; `verdict` is "right", "wrong", "unsure" or "not checked"."""

    input: Input
    dtype: str
    shape: tuple[int, ...]
    verdict: str


@dataclass
class Report:
    """What `verify` returns; true where every gradient is right.

    Attributes
    ----------
    status : {"right", "wrong", "unsure"}
    findings : list of Finding
        The likeliest cause first; empty where all is right.
    inputs : list of Row
    notes : list of str
        What is worth knowing besides, such as the rounding in float32.
    name : str
    """

    status: Status
    findings: list[Finding]
    inputs: list[Row]
    notes: list[str] = field(default_factory=list)
    name: str = "fn"

    def __bool__(self) -> bool:
        return self.status == "right"

    def assert_right(self) -> None:
        """Raise AssertionError with the report's text unless every gradient is right."""
        if not self:
            raise AssertionError(f"the gradients of {self.name} are not right\n{self}")

    def __str__(self) -> str:
        word, symbol, _ = _STATES[self.status]
        lines = [f"{symbol} {word}: the gradients of {self.name}"]
        labels = [str(row.input).replace("`", "") for row in self.inputs]
        wide = max(map(len, labels), default=0)
        kinds = [f"{row.dtype} {row.shape}" for row in self.inputs]
        broad = max(map(len, kinds), default=0)
        for row, label, kind in zip(self.inputs, labels, kinds, strict=True):
            lines.append(f"  {label:<{wide}}  {kind:<{broad}}  {row.verdict}")
        for finding in self.findings:
            lines.append(str(finding))
            if finding.evidence and not finding.alternative:
                lines += [f"    {line}" for line in _numbers(finding.evidence)]
        return "\n".join([*lines, *self.notes])

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": str(self), "text/html": self.to_html()}

    def to_html(self) -> str:
        """Return the report as one HTML element, without scripts and with no text colours of its own."""
        word, symbol, colour = _STATES[self.status]
        parts = [f"<div><strong>{symbol} {word}: the gradients of {inline(self.name)}</strong></div>"]
        cell = 'style="text-align:left;padding:0.1em 1.2em 0.1em 0"'
        heads = "".join(f"<th {cell}>{head}</th>" for head in ("input", "dtype", "shape", "gradient"))
        rows = ""
        for row in self.inputs:
            mark = {"right": "✓ ", "wrong": "✗ ", "unsure": "? "}.get(row.verdict, "")
            cells = (inline(str(row.input)), row.dtype, str(row.shape), mark + row.verdict)
            rows += f"<tr>{''.join(f'<td {cell}>{text}</td>' for text in cells)}</tr>"
        parts.append(f'<table style="margin:0.4em 0;border-collapse:collapse"><tr>{heads}</tr>{rows}</table>')
        for finding in self.findings:
            start = "or " if finding.alternative else ""
            said = f"{start}<strong>{finding.cause}</strong>: {inline(finding.said)}"
            parts.append(f'<div style="margin-top:0.4em">{said}</div>')
            if finding.evidence and not finding.alternative:
                parts.append(_evidence(finding.evidence))
        parts += [f'<div style="margin-top:0.4em">{inline(note)}</div>' for note in self.notes]
        return framed(colour, parts)


def _numbers(evidence: Evidence) -> list[str]:
    shown = list(zip(evidence.entries, evidence.expected, evidence.found, strict=True))[:_SHOWN]
    lines = []
    for place, a, b in shown:
        digits = next((n for n in (4, 7, 10, 13) if _short(a, n) != _short(b, n)), 16)
        lines.append(f"at {list(place)}: expected {_short(a, digits)}, found {_short(b, digits)}")
    return lines


def _short(number: Any, digits: int) -> str:
    rounded = f"{number:.{digits}g}"
    return "0" if rounded in ("-0", "0") else rounded


def _evidence(evidence: Evidence) -> str:
    numbers = "<br>".join(html.escape(line) for line in _numbers(evidence))
    picture, words = picture_of(evidence)
    return (
        '<div style="display:flex;gap:1.5em;align-items:flex-start;margin:0.3em 0 0 1em">'
        f'<figure style="margin:0"><img alt="{html.escape(words)}" src="data:image/svg+xml;base64,'
        f'{base64.b64encode(picture.encode()).decode()}"><figcaption style="font-size:0.85em">{html.escape(words)}'
        f"</figcaption></figure><div><code>{numbers}</code></div></div>"
    )


def picture_of(evidence: Evidence) -> tuple[str, str]:
    """Return an SVG of the input's entries, wrong ones dark and crossed, and what it shows in words."""
    wrong, seen = _flat(evidence.wrong), _flat(evidence.seen)
    across, down = -(-wrong.shape[1] // _CELLS), -(-wrong.shape[0] // _CELLS)
    rows, columns = -(-wrong.shape[0] // down), -(-wrong.shape[1] // across)
    cell = max(4, min(14, 240 // max(rows, columns)))
    drawn = []
    for i in range(rows):
        for j in range(columns):
            block = (slice(i * down, (i + 1) * down), slice(j * across, (j + 1) * across))
            looked, bad = bool(seen[block].any()), bool(wrong[block].any())
            fill = VERMILION if bad else "#CFE8DF" if looked else "#EEEEEE"
            x, y = j * cell, i * cell
            drawn.append(f'<rect x="{x}" y="{y}" width="{cell - 1}" height="{cell - 1}" fill="{fill}"/>')
            if bad and cell >= 6:
                ends = f"M{x + 2} {y + 2}L{x + cell - 3} {y + cell - 3}M{x + cell - 3} {y + 2}L{x + 2} {y + cell - 3}"
                drawn.append(f'<path d="{ends}" stroke="#FFFFFF"/>')
    size = f'width="{columns * cell}" height="{rows * cell}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(drawn)}</svg>'
    return svg, f"{int(evidence.wrong.sum())} of {int(evidence.seen.sum())} entries looked at are wrong (crossed)"


def _flat(array: Array) -> Array:
    """Return an array as a matrix: the last axis across, all others down."""
    if array.ndim < 2:
        return array.reshape(1, -1)
    return array.reshape(-1, array.shape[-1])


def evidence_of(shape: tuple[int, ...], entries: Array, want: Array, found: Array, bad: Array) -> Evidence | None:
    """Return the evidence in arrays of s entries looked at: where they are, both gradients, which are wrong."""
    if not bad.any():
        return None
    seen, wrong = np.zeros(int(np.prod(shape)), bool), np.zeros(int(np.prod(shape)), bool)
    seen[entries] = True
    wrong[entries[bad]] = True
    off = np.where(bad, np.abs(found - want), -1)
    order = np.argsort(-np.round(off / max(float(np.max(off)), 1e-300), 6), kind="stable")[: min(int(bad.sum()), 8)]
    places = [tuple(int(i) for i in np.unravel_index(entries[k], shape)) for k in order]
    return Evidence(
        places,
        [want[k].item() for k in order],
        [found[k].item() for k in order],
        wrong.reshape(shape),
        seen.reshape(shape),
    )
