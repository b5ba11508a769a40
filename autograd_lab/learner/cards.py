"""Show a verdict: one card as HTML where a notebook shows it, the same as plain text elsewhere.

`card(exercise, verdict)` lays out what is said as a list of parts; the HTML and the text are two spellings of that
list. The HTML has no scripts and no text colours of its own, so that it is readable in every theme; the state is told
by a word and a symbol, the coloured edge only repeats it. For what the HTML folds away, the text has a line on how to
get it. Beside them goes the verdict itself as JSON, which ``autograd-lab check`` reads out of an executed notebook.
"""

import html
import re
from dataclasses import dataclass
from typing import Any

from autograd_lab.display import BLUE, GREEN, GREY, VERMILION, framed, inline
from autograd_lab.grading.exercise import Exercise
from autograd_lab.grading.judge import Verdict

VERDICT_MIME = "application/vnd.autograd-lab.verdict+json"

# Word, symbol, and the edge's colour.
_STATES = {
    "passed": ("Right", "✓", GREEN),
    "wrong": ("Not right yet", "✗", VERMILION),
    "error": ("It raised an error", "✗", VERMILION),
    "timeout": ("Out of time", "✗", VERMILION),
    "todo": ("Not answered yet", "○", GREY),
}
_SHOWN_OUTPUT = 1500  # characters of what an answer printed that a card shows


@dataclass(frozen=True)
class Part:
    """One piece of a card.

    Parameters
    ----------
    kind : str
        ``"text"``; ``"code"``, under a heading if it has one; ``"link"``, a sentence that leads to the heading of the
        lesson behind it; ``"folded"``, which only the HTML shows, under its heading; ``"plain"``, which only the text
        shows.
    text : str
        What is said. What stands between backticks is code.
    heading : str
        See `kind`.
    inside : tuple of Part
        What a folded part holds below its text.
    opened : bool
        Whether a folded part is shown open.
    """

    kind: str
    text: str
    heading: str = ""
    inside: "tuple[Part, ...]" = ()
    opened: bool = False


@dataclass(frozen=True)
class Card:
    """Something to show in a notebook, with an equal plain-text form."""

    title: str
    colour: str
    parts: tuple[Part, ...]
    verdict: Verdict | None = None

    def __str__(self) -> str:
        said = [self.title]
        for part in self.parts:
            if part.kind in ("text", "plain"):
                said.append(part.text)
            elif part.kind == "link":
                said.append(f"{part.text} {part.heading}")
            elif part.kind == "code":
                said.append("\n".join([part.heading, *(f"    {line}" for line in part.text.splitlines())]))
        return "\n".join(said)

    __repr__ = __str__

    def to_html(self) -> str:
        """Return the card as one HTML element."""
        return framed(self.colour, [f"<div><strong>{inline(self.title)}</strong></div>", *map(_html, self.parts)])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": str(self), "text/html": self.to_html()}
        if self.verdict:
            keys = ("exercise", "status", "mistake", "message")
            bundle[VERDICT_MIME] = {key: getattr(self.verdict, key) for key in keys}
        return bundle


def anchor(heading: str) -> str:
    """Return the fragment under which JupyterLab finds a heading: its text, with hyphens for spaces."""
    return heading.replace("`", "").replace(" ", "-")


def _html(part: Part) -> str:
    if part.kind == "text":
        return f'<div style="margin-top:0.4em">{inline(part.text)}</div>'
    if part.kind == "link":
        link = f'<a href="#{html.escape(anchor(part.heading))}">{inline(part.heading)}</a>'
        return f'<div style="margin-top:0.4em">{inline(part.text)} {link}</div>'
    if part.kind == "code":
        heading = f'<div style="margin-top:0.4em">{inline(part.heading)}</div>' if part.heading else ""
        style = "margin:0.2em 0 0 1em;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere"
        return f'{heading}<pre style="{style}">{html.escape(part.text)}</pre>'
    if part.kind == "folded":
        return (
            f'<details{" open" * part.opened} style="margin-top:0.4em"><summary>{inline(part.heading)}</summary>'
            f'<div style="margin-left:1em">{inline(part.text)}{"".join(map(_html, part.inside))}</div></details>'
        )
    return ""


def _hints(exercise: Exercise, seen: int) -> tuple[Part, ...]:
    """Fold the hints, each inside the one before, so that nothing has to be typed to see the next."""
    count = len(exercise.hints)
    folded: tuple[Part, ...] = (_after_the_last(exercise),)
    for number, hint in reversed(list(enumerate(exercise.hints, 1))):
        folded = (Part("folded", hint, f"Hint {number} of {count}", folded, opened=number <= seen),)
    return (*folded, Part("plain", f'{count} hints, one at a time: lab.hint("{exercise.name}")'))


def _after_the_last(exercise: Exercise) -> Part:
    return Part(
        "text", f'That was the last hint. What is left, once you have tried, is `lab.solution("{exercise.name}")`.'
    )


def solution_parts(code: str, why: str, heading: str = "") -> tuple[Part, ...]:
    """Lay out a solution and why it is so, which is Markdown; its emphasis is left out."""
    why = re.sub(r"(?<![\w*`])\*(\w[^*`]*)\*(?![\w*`])", r"\1", why)
    return (Part("code", code, heading), *(Part("text", paragraph) for paragraph in why.split("\n\n") if paragraph))


def card(
    exercise: Exercise,
    verdict: Verdict,
    notes: tuple[str, ...] = (),
    *,
    kept: bool = True,
    seen: int = 0,
    stuck: bool = False,
    ours: tuple[str, str] | None = None,
) -> Card:
    """Lay out a verdict.

    Parameters
    ----------
    exercise, verdict
        What was judged, and how.
    notes : tuple of str
        Further sentences, such as that progress could not be saved.
    kept : bool
        Whether the cell keeps what the check returns, or a right answer, under the exercise's name.
    seen : int
        How many hints were shown already; they are open.
    stuck : bool
        Whether so many answers were wrong that it is time to read the section again.
    ours : tuple of str, optional
        The code of our solution and its why, where the learner's right answer is written differently.
    """
    word, symbol, colour = _STATES[verdict.status]
    parts = []
    said = exercise.notice if verdict.status == "passed" else verdict.message
    if not said.startswith(word):
        parts.append(Part("text", said))
    if verdict.evidence:
        parts.append(Part("text", verdict.evidence))
    if verdict.lines:
        parts.append(Part("code", "\n".join(verdict.lines), "Where it happened:"))
    if verdict.output:
        shown = verdict.output[:_SHOWN_OUTPUT]
        more = len(verdict.output) - len(shown)
        heading = "What your code printed while it was checked:"
        parts.append(Part("code", shown + (f"\n… and {more} more characters" if more else ""), heading))
    name = exercise.name.partition(".")[2]
    if kept and verdict.status != "passed":
        todo, wrong = "you run this cell with your own answer", "this cell is run with a right answer"
        until = todo if verdict.status == "todo" else wrong
        parts.append(Part("text", f"Until {until}, `{name}` holds ours, so that the lesson goes on."))
    elif not kept and verdict.status == "passed":
        parts.append(Part("text", f"Cells below may use it as `{name}`: end this cell with `{name} = lab.check(…)`."))
    elif not kept:
        then = f"then `{name}` holds ours, until yours is right"
        parts.append(Part("text", f"End the cell with `{name} = lab.check(…)`: {then}."))
    parts += [Part("text", note) for note in notes]
    if stuck:
        parts.append(
            Part(
                "link",
                "Several different answers were not right yet. This section is worth reading again:",
                exercise.section,
            )
        )
    if verdict.status != "passed":
        parts += _hints(exercise, seen)
    if ours:
        parts.append(Part("folded", "", "Another way to write it", solution_parts(*ours)))
        parts.append(Part("plain", f'Another way to write it: lab.solution("{exercise.name}")'))
    return Card(f"{symbol} {word}: {exercise.name}", colour, tuple(parts), verdict)


def hint_card(exercise: Exercise, number: int, notes: tuple[str, ...] = ()) -> Card:
    """Lay out one hint, counted from 1."""
    parts = [Part("text", exercise.hints[number - 1]), *(Part("text", note) for note in notes)]
    if number == len(exercise.hints):
        parts.append(_after_the_last(exercise))
    return Card(f"Hint {number} of {len(exercise.hints)}: {exercise.name}", BLUE, tuple(parts))
