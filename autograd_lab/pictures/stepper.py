"""The reverse sweep through a small graph, one node at a time.

`show` takes a `Value`. `frames` plays the sweep on the side, without touching any `grad`, and makes one picture of the
graph for each step, with a sentence that says what happened. Where widgets run, two buttons and a slider step through
the pictures, each with its sentence; elsewhere some stand side by side, and all the sentences are printed below.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograd_lab.display import show as show_it
from autograd_lab.display import widgets
from autograd_lab.engine import Value, topological_order
from autograd_lab.pictures.drawing import GraphPicture
from autograd_lab.pictures.graph import collect


class _Row:
    """Pictures side by side, as many in a row as fit."""

    def __init__(self, pictures: Sequence[tuple[GraphPicture, str]]) -> None:
        self._pictures = pictures

    def __repr__(self) -> str:
        return f"({len(self._pictures)} pictures)"

    def _repr_html_(self) -> str:
        cells = [
            f'<div style="flex: 1 1 26em; min-width: 24em; max-width: 36em">{picture._repr_html_()}'
            f"<div>{html.escape(said)}</div></div>"
            for picture, said in self._pictures
        ]
        return f'<div style="display: flex; flex-wrap: wrap; gap: 1em">{"".join(cells)}</div>'


def show(
    root: Value,
    names: Mapping[str, Value],
    order: Sequence[Value] | None = None,
    stills: Sequence[int] | None = None,
) -> None:
    """Let a reader step through the sweep back from `root`.

    Parameters
    ----------
    root : Value
        The result; its graph has a dozen nodes at most, or nobody can read it.
    names : mapping of str to Value
        Names for the nodes; what has none is called by its operation.
    order : sequence of Value, optional
        Which node goes when, for sweeps that go wrong; by default a right order, from the root to the leaves.
    stills : sequence of int, optional
        The steps that are drawn where nothing moves, counted from 0, the picture before the first; by default all.
    """
    steps = frames(root, names, order)
    if widgets():
        _show_widget(steps)
        return
    show_it(_Row([steps[i] for i in (range(len(steps)) if stills is None else stills)]))
    for _, said in steps:
        print(said)


def frames(
    root: Value, names: Mapping[str, Value], order: Sequence[Value] | None = None
) -> list[tuple[GraphPicture, str]]:
    """Return a picture and a sentence for each step of the sweep, the first before anything has moved."""
    named = {id(value): name for name, value in names.items()}
    nodes, positions = collect([root], named)
    nodes.pop()  # the root itself is in the picture already
    order = topological_order(root)[::-1] if order is None else order
    called = {value: named.get(id(value), value._op) for value in positions}
    due = dict.fromkeys(positions, 0)
    for value in positions:
        for parent in value.parents:
            due[parent] += 1
    arrived, grads = dict.fromkeys(positions, 0), dict.fromkeys(positions, 0.0)
    grads[root] = 1.0
    sent: set[Value] = set()

    def picture(active: Value | None) -> GraphPicture:
        drawn = list(nodes)
        for value, place in positions.items():
            complete = arrived[value] == due[value]
            look: Any = (
                "active"
                if value is active
                else "done"
                if value in sent
                else "arrived"
                if arrived[value] or value is root
                else "waiting"
            )
            count = f"arrived {arrived[value]} of {due[value]}" if due[value] else "the result"
            grad = f"grad {grads[value]:.4g}" if arrived[value] or value is root else "grad ?"
            if not complete and arrived[value]:
                grad += " so far"
            drawn[place] = replace(drawn[place], details=(f"data {value.data:.4g}", grad, count), look=look)
        return GraphPicture(drawn)

    steps = [(picture(None), f"0. The gradient of {called[root]} with respect to itself is 1. Nothing has moved.")]
    for value in order:
        if not value.parents:
            sent.add(value)
            continue
        early = arrived[value] < due[value]
        parts = []
        for parent, slope in zip(value.parents, value._slopes, strict=True):
            grads[parent] += grads[value] * slope
            arrived[parent] += 1
            parts.append(f"{grads[value] * slope:.4g} to {called[parent]}")
        said = f"{len(steps)}. {called[value]} has {grads[value]:.4g} and sends {', '.join(parts)}."
        if early:
            said += f" Too early: only {arrived[value]} of {due[value]} had arrived."
        steps.append((picture(value), said))
        sent.add(value)
    return steps


def _show_widget(steps: Sequence[tuple[GraphPicture, str]]) -> None:
    import ipywidgets
    from IPython.display import display

    slider = ipywidgets.IntSlider(min=0, max=len(steps) - 1, description="step")
    back, forth = ipywidgets.Button(description="Back"), ipywidgets.Button(description="Next")
    picture = ipywidgets.HTML()

    def draw(_: Any = None) -> None:
        drawn, said = steps[slider.value]
        picture.value = f"{drawn._repr_html_()}<p>{html.escape(said)}</p>"
        back.disabled, forth.disabled = slider.value == slider.min, slider.value == slider.max

    def move(by: int) -> Any:
        def clicked(_: Any) -> None:
            slider.value = min(max(slider.value + by, slider.min), slider.max)

        return clicked

    back.on_click(move(-1))
    forth.on_click(move(1))
    slider.observe(draw, "value")
    draw()
    display(ipywidgets.VBox([ipywidgets.HBox([back, forth, slider]), picture]))  # type: ignore[no-untyped-call]
