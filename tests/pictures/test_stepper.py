from typing import Any

import pytest

from autograd_lab.engine import Value
from autograd_lab.pictures import stepper


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    monkeypatch.setattr(stepper, "show_it", seen.append)
    return seen


def example() -> dict[str, Value]:
    x = Value(3.0)
    y = x * x
    z = y + x
    return {"x": x, "y": y, "z": z, "L": y * z}


def sentences(nodes: dict[str, Value], order: str | None = None) -> list[str]:
    chosen = [nodes[name] for name in order] if order else None
    return [said for _, said in stepper.frames(nodes["L"], nodes, chosen)]


def test_a_right_order_sends_what_backward_sends() -> None:
    nodes = example()
    said = sentences(nodes)
    assert said[1:] == [
        "1. L has 1 and sends 12 to y, 9 to z.",
        "2. z has 9 and sends 9 to y, 9 to x.",
        "3. y has 21 and sends 63 to x, 63 to x.",
    ]
    last, _ = stepper.frames(nodes["L"], nodes)[-1]
    nodes["L"].backward()
    assert [f"grad {value.grad:g}," in last.text for value in nodes.values()] == [True] * 4


def test_a_node_that_goes_too_early_is_told_how_much_was_missing() -> None:
    said = sentences(example(), "Lyzx")
    assert said[2].endswith("Too early: only 1 of 2 had arrived.")
    assert "Too early" not in said[1] + said[3]


def test_what_arrives_too_late_never_gets_to_the_leaves() -> None:
    nodes = example()
    last, _ = stepper.frames(nodes["L"], nodes, [nodes[name] for name in "Lyzx"])[-1]
    assert "grad 81" in last.text
    assert "grad 135" not in last.text


def test_the_values_themselves_are_left_alone() -> None:
    nodes = example()
    nodes["x"].grad = 5.0
    sentences(nodes)
    assert [value.grad for value in nodes.values()] == [5.0, 0.0, 0.0, 0.0]


def test_counters_say_how_much_has_arrived() -> None:
    nodes = example()
    texts = [picture.text for picture, _ in stepper.frames(nodes["L"], nodes)]
    assert [text.count("arrived 1 of 2") for text in texts] == [0, 1, 0, 0]
    assert "arrived 3 of 3" in texts[-1]


def test_where_nothing_moves_stills_stand_side_by_side_and_all_is_said(
    shown: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    nodes = example()
    stepper.show(nodes["L"], nodes, stills=[0, 3])
    (row,) = shown
    assert row._repr_html_().count("<img") == 2
    assert capsys.readouterr().out.splitlines() == sentences(nodes)


def test_the_stepper_moves_by_its_buttons_and_its_slider(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import IPython.display

    made: list[Any] = []
    monkeypatch.setenv("AUTOGRAD_LAB_STATIC", "0")
    monkeypatch.setattr(IPython.display, "display", made.append)
    nodes = example()
    stepper.show(nodes["L"], nodes)
    assert capsys.readouterr().out == "", "what comes next would be given away"
    ((controls, picture),) = (box.children for box in made)
    back, forth, slider = controls.children
    said = sentences(nodes)
    assert said[0] in picture.value
    assert (back.disabled, forth.disabled) == (True, False)
    forth.click()
    forth.click()
    assert said[2] in picture.value
    assert slider.value == 2
    back.click()
    assert said[1] in picture.value
    slider.value = 3
    assert said[3] in picture.value
    assert (back.disabled, forth.disabled) == (False, True)
