"""`finite_differences.best_step`."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_lab.grading.exercise import Draw, Exercise, Step
from autograd_lab.grading.slips import mistakes

STEP = "a step within a factor of 4 of the best"

def _eps(dtype: Any) -> float:
    return float(np.finfo(dtype).eps)

def probe_best_step(answer: Any, draw: Draw) -> Iterator[Step]:
    dtypes = (np.float64, np.float32, np.float16, np.dtype("float32"), np.dtype("float64"), "float32", "float64")
    cases = [(order, dtype) for order in (1, 2) for dtype in dtypes]
    for i in draw.rng.permutation(len(cases)):
        order, dtype = cases[i]
        theory = _eps(dtype) ** (1 / (order + 1))
        words = repr(dtype) if isinstance(dtype, (str, np.dtype)) else f"np.{dtype.__name__}"
        yield f"order {order}, {words}", _step_in_words(answer(order, dtype), theory)

def _step_in_words(step: Any, theory: float) -> Any:
    try:
        number = float(step)
    except (TypeError, ValueError, OverflowError):
        return None if step is None else f"no single number, but a {type(step).__name__}"
    if number > 0 and abs(math.log(number / theory)) <= math.log(4) + 1e-9:
        return STEP
    return f"{number:.3g}"

EXERCISE = Exercise(
    name="finite_differences.best_step",
    probe=probe_best_step,
    reference=lambda order, dtype: _eps(dtype) ** (1 / (order + 1)),
    alternatives=(
        lambda order, dtype: [2 * math.sqrt(_eps(dtype)), 1.44 * np.cbrt(_eps(dtype))][order - 1],
        lambda order, dtype: 10 ** (-np.finfo(dtype).precision / (order + 1)) / 2,
    ),
    mistakes=mistakes({
        "square root for both": (lambda order, dtype: math.sqrt(_eps(dtype)),
            "You take the square root for both orders. The error of the central quotient shrinks like h², so it meets "
            "the rounding, eps/h, at another h."),
        "cube root for both": (lambda order, dtype: _eps(dtype) ** (1 / 3),
            "You take the cube root for both orders. The error of the one-sided quotient shrinks like h only, so it "
            "meets the rounding, eps/h, at another h."),
        "root of the order": (lambda order, dtype: _eps(dtype) ** (1 / order),
            "You take the root of the order itself: eps and √eps. Where does h to the power of the order equal eps/h? "
            "Multiply both by h."),
        "root one too high": (lambda order, dtype: _eps(dtype) ** (1 / (order + 2)),
            "Your root is one too high. Where does h to the power of the order equal eps/h? Multiply both by h."),
        "orders exchanged": (lambda order, dtype: _eps(dtype) ** (1 / (4 - order)),
            "The two orders have changed places: the central quotient has the larger best step."),
        "precedence": (lambda order, dtype: _eps(dtype) ** 1 / (order + 1),
            "`eps ** 1 / (order + 1)` is eps divided by order + 1: a power binds more tightly. Put the exponent in "
            "parentheses."),
        "one added to the exponent": (lambda order, dtype: _eps(dtype) ** (1 / order + 1),
            "`1 / order + 1` is 1/order, plus 1. Put order + 1 in parentheses."),
        "whole-number division": (lambda order, dtype: _eps(dtype) ** (1 // (order + 1)),
            "Your step is 1, always: `1 // 2` is 0. A single slash divides."),
        "power for root": (lambda order, dtype: _eps(dtype) ** (order + 1),
            "You raise eps to a power where a root is due: your step is far smaller than the spacing of the numbers."),
        "eps itself": (lambda order, dtype: _eps(dtype),
            "Your step is eps itself. At that step the rounding is as large as the slope."),
        "smallest number": (lambda order, dtype: float(np.finfo(dtype).tiny) ** (1 / (order + 1)),
            "You begin with the smallest number that the dtype can hold. What counts is how finely numbers around 1 "
            "are spaced: `eps`."),
        "float64 always": (lambda order, dtype: _eps(np.float64) ** (1 / (order + 1)),
            "Your step doesn't depend on the dtype. float32 has 7 digits where float64 has 16."),
        "float32 always": (lambda order, dtype: _eps(np.float32) ** (1 / (order + 1)),
            "Your step doesn't depend on the dtype. float64 has 16 digits where float32 has 7."),
        "1e-5 always": (lambda order, dtype: 1e-5,
            "One step for everything. Look at your curves: the four lowest points lie at different h."),
        "1e-6 always": (lambda order, dtype: 1e-6,
            "One step for everything. Look at your curves: the four lowest points lie at different h."),
        "reciprocal": (lambda order, dtype: _eps(dtype) ** (-1 / (order + 1)),
            "Your step is larger than 1, and larger for finer numbers: the exponent has a minus too many."),
        "largest number": (lambda order, dtype: float(np.finfo(dtype).resolution) ** order,
            "You raise the resolution to the power of the order. A root is due."),
        "smallest error": (lambda order, dtype: _eps(dtype) ** (order / (order + 1)),
            "That is about how small the error gets at the best step. The step itself is asked for."),
        "only names": (lambda order, dtype: {"float64": 1.5e-8, "float32": 3.5e-4}[dtype] if order == 1 else 6e-6,
            "A dtype may come as np.float32, as np.dtype('float32') or as its name. `np.finfo` takes them all."),
    }),
    hints=(
        "Two errors: one grows with h, the other shrinks. Where do they cross?",
        "h to the power of the order equals eps/h. Solve for h.",
        "`np.finfo(dtype).eps`, to the power of 1 / (order + 1).",
    ),
    section="Where the two errors meet",
    notice="At the best step half of the digits are lost for the one-sided quotient, and a third for the central one.",
)
