"""What is given, made ready to be asked about.

`prepared` takes the function, its inputs and its backward as `verify` was given them, and returns a `Subject` that
computes in float64 where the function can be lifted, with its outputs and their precision.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.verifier.adapters import subject
from autograd_lab.verifier.arrays import size
from autograd_lab.verifier.subject import Failed, Subject, is_double


def prepared(
    fn: Callable[..., Any], inputs: Any, backward: Callable[..., Any] | None
) -> tuple[Subject, list[Array], float, Subject | None]:
    """Return the subject, lifted where it can be; its outputs; their eps; and, when it is lifted, the subject as given.

    Raises
    ------
    ValueError
        With one sentence, where there is nothing to check.
    Failed
        When fn raises.
    """
    given = subject(fn, inputs, backward, lifted=False)
    outputs, eps = given.measured()
    if not outputs:
        raise ValueError("fn returned no floating-point output, so there is nothing to differentiate")
    for k, out in enumerate(outputs):
        if not np.isfinite(out).all():
            which = "the output" if len(outputs) == 1 else f"output {k}"
            raise ValueError(f"{which} holds NaN or infinity at these inputs: choose others")
    if all(is_double(a) for a in given.given if given.floating(a)):
        given.lifted = True  # it is float64 already
        return given, outputs, eps, None
    lifted = subject(fn, inputs, backward, lifted=True)
    found = _lifted(lifted, outputs, eps)
    if found is None and lifted.upcasts():
        found = _lifted(lifted, outputs, eps)
    return (lifted, *found, given) if found else (given, outputs, eps, None)


def _lifted(lifted: Subject, outputs: list[Array], eps: float) -> tuple[list[Array], float] | None:
    """Return the outputs in float64 and their precision, or None where fn can't be lifted or does something else."""
    try:
        higher, precise = lifted.measured()
        again = lifted.outputs(lifted.values)
        lifted.pull(lifted.values, [np.ones_like(f) for f in higher])
    except Failed:
        return None
    if [f.shape for f in higher] != [f.shape for f in outputs] or not all(np.isfinite(f).all() for f in higher):
        return None
    random_anyway = not all(np.array_equal(a, b) for a, b in zip(higher, again, strict=True))
    near = all(size(a - b) <= 0.1 * size(a) + 100 * eps for a, b in zip(outputs, higher, strict=True))
    return (higher, precise) if precise <= eps and (near or random_anyway) else None
