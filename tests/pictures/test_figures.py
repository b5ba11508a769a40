import sys
from typing import Any

import pytest

from autograd_lab import display
from autograd_lab.pictures import figures


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    import matplotlib as mpl

    mpl.use("agg")
    seen: list[Any] = []
    monkeypatch.setattr(display, "show", seen.append)
    return seen


def draw(axes: Any, value: float) -> None:
    axes.plot([0, value])
    axes.set_title(f"{value:g}")


def test_a_figure_is_shown_with_its_caption_below_and_then_closed(
    shown: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    import matplotlib.pyplot as plt

    fig, ax = figures.new()
    draw(ax, 2)
    figures.show(fig, "word " * 60)
    lines = capsys.readouterr().out.splitlines()
    assert shown == [fig]
    assert len(lines) > 2
    assert max(map(len, lines)) <= figures.CAPTION_WIDTH
    assert not plt.get_fignums()


def test_several_axes_stand_side_by_side_and_share_their_y_axis() -> None:
    import matplotlib.pyplot as plt

    fig, axes = figures.new(columns=3)
    axes[0].set_ylim(0, 7)
    assert [tuple(one.get_ylim()) for one in fig.axes] == [(0, 7)] * 3
    plt.close(fig)


def test_where_nothing_moves_the_stills_stand_side_by_side(shown: list[Any]) -> None:
    figures.slide(draw, "h", values=[3, 2, 1], stills=[3, 1])
    (figure,) = shown
    assert [axes.get_title() for axes in figure.axes] == ["3", "1"]


def test_a_slider_begins_at_its_first_value_and_redraws(monkeypatch: pytest.MonkeyPatch, shown: list[Any]) -> None:
    import ipywidgets

    made: list[Any] = []
    monkeypatch.setenv("AUTOGRAD_LAB_STATIC", "0")
    monkeypatch.setattr(ipywidgets, "interact", lambda picture, value: made.append((picture, value)))
    figures.slide(draw, "h", values=[3, 2, 1], stills=[3, 1])
    ((picture, slider),) = made
    assert (slider.value, slider.description) == (3, "h")
    for value in (3, 1):
        picture(value)
    assert [figure.axes[0].get_title() for figure in shown] == ["3", "1"]


def test_without_widgets_the_stills_are_shown(monkeypatch: pytest.MonkeyPatch, shown: list[Any]) -> None:
    monkeypatch.setenv("AUTOGRAD_LAB_STATIC", "0")
    monkeypatch.setattr(display, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    figures.slide(draw, "h", values=[3, 2, 1], stills=[3, 1])
    assert len(shown[0].axes) == 2
