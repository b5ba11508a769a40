"""`jacobian(f, x)`: the table of all slopes of f at x, a row an output and a column an input, by a pass an input."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_lab.exercises.forward_mode.functions import WRONGLY_APART, Watched, apart, duals, functions, right_jvp
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.slips import mistakes, of_pieces


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    for words, n, f in functions(draw):
        watched = Watched(f)
        points = {again: [draw.signed(0.4, 2.0) for _ in range(n)] for again in ("", ", at another point")}
        if n == 3:
            points[", where p₁ = 0"] = [points[""][0], 0.0, points[""][2]]
        for again, x in points.items():
            mine = list(x)
            result = answer(watched, mine)
            yield f"{words}{again}", result, 20.0
            kind = f"an array of {result.dtype}" if isinstance(result, np.ndarray) else f"a {type(result).__name__}"
            yield f"{words}: what came back", kind
            yield Rule("f is given lists of Duals"), sorted(watched.given)
            yield Rule("x is left as it was"), repr(mine) == repr(x)
    f = next(functions(draw))[2]
    first = answer(f, [draw.signed(0.4, 2.0)] * 2)
    answer(f, [2.0, 1.0])
    yield "a result kept while another is computed, both inputs alike", first, 20.0

def _columns(f: Any, x: Any, seed: Any = lambda x, i, j: float(i == j), take_apart: Any = apart) -> Any:
    """Return a table by a pass for each input j, in which input i has the tangent seed(x, i, j)."""
    passes = [f(duals(x, [seed(x, i, j) for i in range(len(x))])) for j in range(len(x))]
    return np.array([take_apart(outputs)[1] for outputs in passes]).T

def _right(f: Any, x: Any) -> Any:
    return np.ascontiguousarray(_columns(f, x))

EXERCISE = Exercise(
    name="forward_mode.jacobian",
    probe=probe,
    reference=_right,
    alternatives=(
        lambda f, x: np.stack([right_jvp(f, x, row)[1] for row in np.eye(len(x)).tolist()], axis=1),
        lambda f, x: np.column_stack([right_jvp(f, x, list(row))[1] for row in np.identity(len(x))]),
    ),
    mistakes=mistakes(of_pieces(lambda change: lambda f, x: change(_right(f, x)), {
        "transposed": (lambda table: table.T,
            "Your table is transposed: each pass makes a column, and NumPy stacks what it is given as rows."),
        "reshaped": (lambda table: table.T.reshape(table.shape),
            "The shape is right and the entries are in the wrong places: `reshape` doesn't turn rows into columns."),
        "one seed of ones": (lambda table: table.sum(axis=1, keepdims=True),
            "One pass with all tangents 1 adds up all columns. Each needs a pass in which one input moves."),
        "columns reversed": (lambda table: table[:, ::-1], "The columns stand in reverse order."),
        "rows reversed": (lambda table: table[::-1], "The rows stand in reverse order."),
        "first row only": (lambda table: table[:1], "Only the first output's row came back. f may have several."),
        "first column only": (lambda table: table[:, :1],
            "Only the first input's column came back: one pass for each input is needed."),
        "last column missing": (lambda table: table[:, :-1],
            "The last column is missing: the loop ends one input too early."),
        "flattened": (lambda table: table.ravel(),
            "The numbers came back in one row. A table of m rows and n columns is asked for."),
        "squeezed": (lambda table: table.squeeze(),
            "With one output or one input an axis is lost. The table has two axes even then."),
        "sign": (lambda table: -table, "The sizes are right and all signs are wrong."),
        "rows added up": (lambda table: table.sum(axis=0, keepdims=True),
            "The rows were added up. Each output has a row of its own."),
        "square only": (lambda table: table[:table.shape[1], :table.shape[0]],
            "The table is cut to a square, or taken for one. f may have more outputs than inputs, or fewer."),
        "whole numbers": (lambda table: table.astype(int),
            "The entries have lost their fractions: the array was made for whole numbers."),
        "single precision": (lambda table: table.astype(np.float32),
            "The table is float32, which holds about seven digits. float64 is asked for."),
        "a list": (lambda table: table.tolist(),
            "The numbers are right, but they came back as a list of lists. Make it a NumPy array."),
    }) | of_pieces(lambda seed: lambda f, x: _columns(f, x, seed), {
        "ones in every pass": (lambda x, i, j: 1.0,
            "All columns are alike: in every pass all inputs move. Only the one whose column it is should."),
        "seeds not reset": (lambda x, i, j: float(i <= j),
            "Each column has the earlier ones added to it: the tangent of the pass before was left at 1."),
        "seeds never set": (lambda x, i, j: 0.0,
            "Everything is 0: in no pass does an input move. The one whose column it is needs the tangent 1."),
        "x for the seed": (lambda x, i, j: x[j] if i == j else 0.0,
            "Each column is too large by the value of its input: the tangent that moves it should be 1."),
        "equal inputs move together": (lambda x, i, j: float(x[i] == x[j]),
            "Right while all inputs differ. Two of the same value move together in yours: compare places, not values."),
    }) | of_pieces(lambda wrongly_apart: lambda f, x: _columns(f, x, take_apart=wrongly_apart), WRONGLY_APART) | {
        "values, not tangents": (lambda f, x: np.array([right_jvp(f, x, [0.0] * len(x))[0] for _ in x]).T,
            "The table holds f's values. Its entries are the tangents."),
    }),
    hints=(
        "Which direction gives the slopes with respect to the first input alone?",
        "One pass for each input, with the tangent 1 for that input and 0 for all others. Its tangents are a column.",
        "Collect `jvp(f, x, direction)[1]` for each unit direction; `np.array` makes rows of them: transpose.",
    ),
    section="A table, column by column",
    notice="n passes for n columns, however many outputs there are.",
)
