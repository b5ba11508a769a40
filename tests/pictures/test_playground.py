"""The playground computes what torch does, says what it shows, and draws nothing that is not a number."""

import json
import math
import re
import sys
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from autograd_lab import display
from autograd_lab.pictures import figures, playground
from autograd_lab.pictures.playground import HEIGHT, STEPS, WIDTH, Settings, descend, limit, picture, rate

SCRIPT = Path(playground.__file__).with_suffix(".js").read_text(encoding="utf-8")
RULES = [
    (0.5, 0.0, False),
    (1.9, 0.0, False),
    (2.1, 0.6, False),
    (3.7, 0.9, False),
    (1.2, 0.9, True),
    (0.1, 0.99, True),
]
momenta = st.floats(0, 0.99)


@pytest.mark.parametrize(("lr", "momentum", "nesterov"), [*RULES, (4.2, 0.5, True)])
def test_the_path_is_that_of_torch(lr: float, momentum: float, nesterov: bool) -> None:
    curvatures = torch.tensor([0.05, 1.0], dtype=torch.float64)
    at = torch.tensor([-3.5, 1.2], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([at], lr=lr, momentum=momentum, nesterov=nesterov)
    path = [at.detach().numpy().copy()]
    for _ in range(200):
        optimizer.zero_grad()
        (curvatures @ at**2 / 2).backward()
        optimizer.step()
        path.append(at.detach().numpy().copy())
    found = descend((-3.5, 1.2), (0.05, 1.0), lr, momentum, nesterov, steps=200)
    np.testing.assert_allclose(found, path, rtol=1e-9, atol=1e-12)


@given(st.floats(0.01, 1), st.floats(0.01, 4.2), momenta, st.booleans())
def test_the_rate_is_the_largest_eigenvalue_of_the_update(
    curvature: float, lr: float, momentum: float, nesterov: bool
) -> None:
    def updated(x: float, v: float) -> tuple[float, float]:
        g = curvature * x
        v = momentum * v + g
        return x - lr * (g + momentum * v if nesterov else v), v

    eigenvalues = np.linalg.eigvals(np.column_stack([updated(1, 0), updated(0, 1)]))
    # Where two eigenvalues meet, their digits are halved: 1e-7 is what float64 leaves.
    assert rate(curvature, lr, momentum, nesterov) == pytest.approx(abs(eigenvalues).max(), abs=1e-7)


@given(st.floats(0.01, 10), momenta, st.booleans(), st.floats(0.01, 0.99))
def test_it_converges_up_to_the_limit_and_no_further(
    curvature: float, momentum: float, nesterov: bool, part: float
) -> None:
    top = limit(curvature, momentum, nesterov)
    assert rate(curvature, part * top, momentum, nesterov) < 1
    assert rate(curvature, top, momentum, nesterov) == pytest.approx(1)
    assert rate(curvature, 1.001 * top, momentum, nesterov) > 1


@pytest.mark.parametrize(("lr", "momentum", "nesterov"), RULES)
def test_in_the_long_run_the_path_shrinks_at_the_rate(lr: float, momentum: float, nesterov: bool) -> None:
    path = abs(descend([1.0], [0.05], lr, momentum, nesterov, steps=2000)[:, 0])
    early, late = (path[k : k + 200].max() for k in (200, 600))  # the largest: it may oscillate
    measured = (late / early) ** (1 / 400) if early > 1e-280 else 0.0
    assert measured == pytest.approx(rate(0.05, lr, momentum, nesterov), abs=0.005)


@example(1.0, 0.0, 0.0, False, -0.0, -2.5)
@given(
    st.floats(0.01, 4.2), momenta, st.floats(0, 2), st.booleans(), st.floats(-4, 4), st.sampled_from([-2.5, 0.0, 1e-9])
)
def test_a_picture_is_finite_and_stays_near(
    lr: float, momentum: float, decades: float, nesterov: bool, x: float, y: float
) -> None:
    shown = picture(Settings(lr, momentum, decades, nesterov, x, y))
    json.dumps(shown, allow_nan=False)
    assert abs(np.array(shown["path"])).max() <= 1000
    assert len(shown["path"]) <= len(shown["losses"]) == STEPS + 1
    assert not re.search(r"nan|inf\b|-0[,)]", shown["said"])


def test_a_diverging_path_ends_at_the_step_that_leaves_the_picture() -> None:
    shown = picture(Settings(lr=2.1))
    *inside, last = shown["path"]
    assert max(abs(y) for _, y in inside) <= playground.HEIGHT < abs(last[1])
    assert f"leaves the picture for good at step {len(inside)}." in shown["said"]


def test_a_path_that_comes_back_is_drawn_to_its_end() -> None:
    shown = picture(Settings(lr=0.5, momentum=0.9, x=0.1, y=2.4, decades=0))
    swung = picture(Settings(lr=3.5, momentum=0.9, x=0.1, y=2.4, decades=0))
    assert max(abs(y) for _, y in swung["path"]) > playground.HEIGHT
    assert [len(one["path"]) for one in (shown, swung)] == [STEPS + 1] * 2


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        (Settings(lr=1.99), "Below the limit 2: it converges"),
        (Settings(lr=2.0), "At the limit 2: it neither converges nor diverges"),
        (Settings(lr=3.8, momentum=0.9), "At the limit 3.8: it neither converges nor diverges"),
        (Settings(lr=2.01), "Above the limit 2: it diverges"),
        (Settings(lr=2.01, momentum=0.5), "Below the limit 3: it converges"),
        (Settings(lr=1.51, momentum=0.5, nesterov=True), "Above the limit 1.5: it diverges"),
        (Settings(lr=2.1, y=0), "Above the limit 2: it diverges, except from the valley's very floor, where you start"),
        (Settings(lr=2.1, y=0, decades=0), "Above the limit 2: it diverges"),
    ],
)
def test_the_verdict_says_where_the_limit_is_and_what_follows(settings: Settings, verdict: str) -> None:
    assert picture(settings)["verdict"] == verdict
    assert verdict in picture(settings)["said"]


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        (Settings(lr=0.5), "never crosses the valley's floor and ends at (-0.77, 0)"),
        (Settings(lr=1.0, y=0.5, momentum=0.1), "crosses the valley's floor once"),
        (Settings(lr=1.8), "visibly crosses the valley's floor 24 times"),  # 1.2 · 0.8²⁴ is the last above 0.005
        (Settings(lr=0.8), "0.922 in the long run, where the part along the valley counts"),
        (Settings(lr=1.99), "0.980 in the long run, where the part across the valley counts"),
        (Settings(lr=1.0, momentum=0.81), "0.810 in the long run, where both parts count"),
    ],
)
def test_what_is_said_is_what_the_picture_shows(settings: Settings, part: str) -> None:
    assert part in picture(settings)["said"]


def test_the_condition_number_shown_is_the_one_used() -> None:
    settings = Settings(decades=1.3)
    assert picture(settings)["values"]["decades"] == "20"
    path = descend((settings.x, settings.y), (1 / 20, 1), settings.lr)
    np.testing.assert_allclose(picture(settings)["path"], path, atol=1e-4)


def test_the_theoretical_line_falls_by_the_loss_of_a_step_each_step() -> None:
    begin, end = picture(Settings(lr=1.0))["theory"]
    assert begin == pytest.approx(picture(Settings(lr=1.0))["losses"][0], abs=1e-4)
    assert end - begin == pytest.approx(STEPS * 2 * math.log10(1 - 1 / 20), abs=1e-3)


def test_rings_are_contour_lines_and_the_loss_doubles_from_one_to_the_next() -> None:
    losses = [(x**2 / 20, y**2) for x, y in picture(Settings())["rings"]]
    assert [along for along, _ in losses] == pytest.approx([across for _, across in losses])
    assert [higher / lower for (_, lower), (_, higher) in pairwise(losses)] == pytest.approx([2] * 11)


def test_the_browser_draws_in_the_units_and_by_the_names_of_the_module() -> None:
    (asked,) = re.findall(r"const \{([^}]*)\} = model\.get\(.picture.\)", SCRIPT)
    assert {name.strip() for name in asked.split(",")} <= set(picture(Settings()))
    sliders = {
        name: (float(low), float(high))
        for name, low, high in re.findall(r'slider\("(\w+)".*?, ([\d.]+), ([\d.]+), ', SCRIPT)
    }
    assert {*sliders, "nesterov", "x", "y"} == set(asdict(Settings()))
    assert all(low <= getattr(Settings(), name) <= high for name, (low, high) in sliders.items())
    assert max(limit(1, sliders["momentum"][1], form) for form in (False, True)) < sliders["lr"][1]
    assert f'viewBox="{-WIDTH:g} {-HEIGHT:g} {2 * WIDTH:g} {2 * HEIGHT:g}"' in SCRIPT
    assert f'viewBox="0 -4 {STEPS} 13"' in SCRIPT


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    import matplotlib as mpl

    mpl.use("agg")
    seen: list[Any] = []
    monkeypatch.setattr(display, "show", seen.append)
    return seen


def test_where_nothing_moves_three_stills_and_their_numbers_are_shown(
    shown: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert playground.playground() is None  # type: ignore[func-returns-value]
    (figure,) = shown
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= figures.CAPTION_WIDTH
    verdicts = re.findall(r"(\w+) the limit ([\d.]+): it (\w+)", " ".join(told.split()))
    assert verdicts == [("Below", "2", "converges"), ("Above", "2", "diverges"), ("Below", "3.2", "converges")]
    assert [len(axes.lines[0].get_xdata()) for axes in figure.axes] == [STEPS + 1, 9, STEPS + 1]


def test_without_anywidget_the_stills_are_shown(monkeypatch: pytest.MonkeyPatch, shown: list[Any]) -> None:
    monkeypatch.setenv("AUTOGRAD_LAB_STATIC", "0")
    monkeypatch.setattr(display, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    playground.playground()
    assert len(shown[0].axes) == 3


def test_the_widget_answers_settings_with_their_picture(
    monkeypatch: pytest.MonkeyPatch, shown: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUTOGRAD_LAB_STATIC", "0")
    playground.playground()
    (widget,) = shown
    assert widget.picture == picture(Settings())
    assert len(repr(widget)) <= 110, "ipywidgets cuts what is longer"
    assert "run this cell again" in capsys.readouterr().out
    moved = replace(Settings(), lr=0.7, nesterov=True, momentum=0.5)
    widget._handle_custom_msg(asdict(moved), [])
    assert (widget.settings, widget.picture) == (asdict(moved), picture(moved))
