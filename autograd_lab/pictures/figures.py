"""The plots that lessons share: one style, and a caption in text under every figure.

`new()` gives a figure and its axes; `show(fig, caption)` displays it and prints the caption, with the numbers that its
message rests on: people who can't see the picture read it, and it is what nbval compares.
"""

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from autograd_lab import display

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CAPTION_WIDTH = 88  # characters; a notebook breaks longer lines within words

COLOURS = (display.BLUE, display.VERMILION, display.GREEN, display.DARK_GREY)  # the first line, the second, and on

_STYLE: Any = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": f"cycler('color', {COLOURS})",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "font.size": 10.5,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "savefig.facecolor": "white",
}


def new(width: float = 6.5, height: float = 2.8, columns: int = 1) -> "tuple[Figure, Any]":
    """Return a new figure in the lessons' style, and its axes: one, or an array of `columns` that share their y axis.

    Width and height are in inches.
    """
    import matplotlib.pyplot as plt

    with plt.rc_context(_STYLE):
        return plt.subplots(1, columns, figsize=(width, height), sharey=True)


def show(figure: "Figure", caption: str) -> None:
    """Display a figure and print its caption below, then close it."""
    _display(figure)
    print(textwrap.fill(caption, CAPTION_WIDTH))


def slide(draw: "Callable[[Axes, float], None]", label: str, values: Sequence[float], stills: Sequence[float]) -> None:
    """Let a reader move a slider through a series of pictures.

    Parameters
    ----------
    draw : callable
        ``draw(axes, value)`` draws the picture for one value.
    label : str
        What the value is, such as ``"h"``.
    values : sequence of float
        The positions of the slider, in its order; it begins at the first.
    stills : sequence of float
        The values that are drawn side by side where nothing moves: with AUTOGRAD_LAB_STATIC=1, or without ipywidgets.
    """

    def picture(value: float) -> None:
        figure, axes = new()
        draw(axes, value)
        _display(figure)

    if display.widgets():
        import ipywidgets

        options = [(f"{value:g}", value) for value in values]
        slider = ipywidgets.SelectionSlider(options=options, description=label, continuous_update=True)
        ipywidgets.interact(picture, value=slider)
        return
    figure, row = new(6.8, 2.6, columns=len(stills))
    for axes, value in zip(row, stills, strict=True):
        draw(axes, value)
    _display(figure)


def _display(figure: "Figure") -> None:
    import matplotlib.pyplot as plt

    display.show(figure)
    plt.close(figure)
