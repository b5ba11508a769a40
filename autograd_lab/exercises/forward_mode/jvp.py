"""`jvp(f, x, v)`: the values of f at x and how fast they change in the direction v, by one call of f with Duals."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import Dual
from autograd_lab.exercises.forward_mode.functions import WRONGLY_APART, Watched, apart, duals, functions, right_jvp
from autograd_lab.grading.exercise import Draw, Exercise, Rule, Step
from autograd_lab.grading.slips import mistakes, of_pieces


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    def numbers(n: int) -> list[float]:
        return [draw.signed(0.4, 2.0) for _ in range(n)]

    for words, n, f in functions(draw):
        x, watched = numbers(n), Watched(f)
        for v in (numbers(n), [0.0] * (n - 1) + numbers(1), [0.0] * n):
            mine, yours, watched.calls = list(x), list(v), 0
            yield f"{words}, v = ({', '.join(f'{entry:.2f}' for entry in v)})", answer(watched, mine, yours), 20.0
            yield Rule("f is called once"), watched.calls
            yield Rule("f is given a list of Duals"), sorted(watched.given)
            yield Rule("x and v are left as they were"), [repr(mine) == repr(x), repr(yours) == repr(v)]
    f = next(functions(draw))[2]
    first = answer(f, numbers(1) * 2, [1.0, -1.0])
    answer(f, [2.0, 1.0], [0.5, 0.5])
    yield "a result kept while another is computed, both inputs alike", first, 20.0

def _by_a_small_step(f: Any, x: Any, v: Any) -> Any:
    h = 1e-6
    ahead, behind = (apart(f([Dual(a + s * b) for a, b in zip(x, v, strict=True)]))[0] for s in (h, -h))
    return apart(f([Dual(a) for a in x]))[0], [(a - b) / (2 * h) for a, b in zip(ahead, behind, strict=True)]

def _one_pass_an_input(f: Any, x: Any, v: Any) -> Any:
    passes = [right_jvp(f, x, [b if i == j else 0.0 for i in range(len(x))]) for j, b in enumerate(v)]
    return passes[0][0], [sum(tangents) for tangents in zip(*(one[1] for one in passes), strict=True)]

EXERCISE = Exercise(
    name="forward_mode.jvp",
    probe=probe,
    reference=right_jvp,
    alternatives=(
        lambda f, x, v: tuple(zip(*[(getattr(y, "value", y), getattr(y, "tangent", 0)) for y in f([*map(Dual, x, v)])],
            strict=True)),
        lambda f, x, v: np.array([(y.value, y.tangent) for y in (out + Dual(0.0) for out in f(duals(x, v)))]).T,
    ),
    mistakes=mistakes(of_pieces(lambda tangents: lambda f, x, v: right_jvp(f, x, tangents(v)), {
        "v ignored": (lambda v: [1.0] * len(v),
            "Your tangents are the same whatever v is: every input has the tangent 1. v says how fast each moves."),
        "nothing moves": (lambda v: [0.0] * len(v),
            "All tangents come back 0: the inputs were given no tangents. Each Dual takes its entry of v."),
        "only the first input moves": (lambda v: v[:1] + [0.0] * (len(v) - 1),
            "Only the first input moves. Each takes its own entry of v."),
        "the first entry for all": (lambda v: [v[0]] * len(v),
            "Every input was given the first entry of v. Each takes its own."),
        "unit length": (lambda v: [b / (math.hypot(*v) or 1.0) for b in v],
            "v was shortened to length 1. A direction twice as long means a movement twice as fast: use it as it is."),
        "v reversed": (lambda v: v[::-1],
            "The tangents went to the inputs in reverse order: the first entry of v belongs to the first input."),
        "sign of v": (lambda v: [-b for b in v],
            "The sizes are right and the signs are wrong: the inputs move in the direction v, not against it."),
    }) | of_pieces(lambda report: lambda f, x, v: report(*right_jvp(f, x, v)), {
        "sizes of the tangents": (lambda values, tangents: (values, [abs(t) for t in tangents]),
            "Your tangents have lost their signs. An output that falls has a negative one."),
        "only the tangents": (lambda values, tangents: tangents,
            "Only the tangents came back. The values are asked for as well, first."),
        "lists swapped": (lambda values, tangents: (tangents, values),
            "The two lists are right and stand the wrong way round: the values come first."),
        "pairs": (lambda values, tangents: list(zip(values, tangents, strict=True)),
            "You return one pair for each output. Two lists are asked for: all values, and all tangents."),
        "summed": (lambda values, tangents: (values, sum(tangents)),
            "The tangents were added up. Each output has one of its own."),
        "first output only": (lambda values, tangents: (values[:1], tangents[:1]),
            "Only the first output came back. f may have several."),
    }) | of_pieces(lambda wrongly_apart: lambda f, x, v: wrongly_apart(f(duals(x, v))), WRONGLY_APART) | {
        "arguments for a list": (lambda f, x, v: f(*duals(x, v)),
            "It looks as if f was given the Duals as arguments of their own. It takes one list of them: no star."),
        "x and v swapped": (lambda f, x, v: right_jvp(f, v, x),
            "The point and the direction have changed places: a Dual takes the value first, then the tangent."),
        "the point moved": (lambda f, x, v: right_jvp(f, [a + b for a, b in zip(x, v, strict=True)], v),
            "The function was evaluated at x + v. It is asked at x; only the tangents hold v."),
        "small step": (_by_a_small_step,
            "It looks as if you took small steps: the digits are right at first and then go wrong, and f is called "
            "more than once. Give the inputs tangents, and f brings the rates along."),
        "one pass an input": (_one_pass_an_input,
            "The numbers are right, but f was called once for each input. If all move at once, a single call does."),
        "called for the values too": (lambda f, x, v: (right_jvp(f, x, [0.0] * len(x))[0], right_jvp(f, x, v)[1]),
            "The numbers are right, but f was called twice. One call brings values and tangents together."),
        "Duals returned": (lambda f, x, v: f(duals(x, v)),
            "The outputs came back as Duals. Take them apart: a list of the values, a list of the tangents."),
        "x for the values": (lambda f, x, v: (x, right_jvp(f, x, v)[1]),
            "The first list holds x. It should hold the values of f's outputs."),
    }),
    hints=(
        "What does f expect, and what is each input's tangent? And the tangent of an output that is a plain number?",
        "Make a Dual of each entry of x with that of v at the same place, call f once. A plain number's tangent is 0.",
        "outputs = f([Dual(a, b) for a, b in zip(x, v)]); then two lists, with isinstance(y, Dual) to tell numbers.",
    ),
    section="One pass, one direction",
    notice="One pass costs the same for every direction, and no table was made on the way.",
)
