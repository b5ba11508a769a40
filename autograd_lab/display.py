"""Show something in a notebook or as text: `show`, one frame, one palette, inline code, and whether a widget can run.

Everything that a person sees goes through here: cards, reports of the verifier, figures, pictures of graphs.
"""

import html
import os
import re
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

# Okabe and Ito's palette, which colour-blind people can tell apart, in print too.
BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
GREY, DARK_GREY = "#888888", "#777777"  # of edges, and of thin lines
# Their paler kin, for grounds behind dark text.
PALE_BLUE, PALE_VERMILION, PALE_GREEN, PALE_ORANGE = "#E1EFF8", "#FCE9DC", "#E3F4EE", "#FDF3DC"


def show(shown: Any) -> None:
    """Show anything that has a plain-text form: in the notebook where there is one, else printed."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display(shown)  # type: ignore[no-untyped-call]
    else:
        print(shown)


def widgets(library: str = "ipywidgets") -> bool:
    """Say whether to show something that moves: `library` is installed, and AUTOGRAD_LAB_STATIC isn't 1."""
    return os.environ.get("AUTOGRAD_LAB_STATIC") != "1" and find_spec(library) is not None


def framed(colour: str, parts: Sequence[str]) -> str:
    """Return pieces of HTML as one element, with an edge of that colour."""
    style = (
        f"border:1px solid {GREY};border-left:6px solid {colour};border-radius:4px;"
        "padding:0.5em 1em 0.6em 1em;margin:0.3em 0;max-width:52em;line-height:1.5"
    )
    return f'<div style="{style}">{"".join(parts)}</div>'


def inline(text: str) -> str:
    """Escape a text for HTML, then set what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
