"""`verify`: from a function and its inputs to a `Report`, through protocol, detection, localising and hypotheses."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.random_states import seeded
from autograd_lab.verifier.adapters import subject
from autograd_lab.verifier.inquiry import Inquiry
from autograd_lab.verifier.protocol import told
from autograd_lab.verifier.report import Report
from autograd_lab.verifier.slopes import size
from autograd_lab.verifier.subject import Failed, Subject, Unusable, is_double

CAUSES = (
    "sign",
    "factor",
    "scaled_by_size",
    "zero",
    "missing_entries",
    "missing_mask",
    "transposed",
    "permuted",
    "missing_sum",
    "overwritten",
    "cross_terms",
    "chain_factor",
    "missing_term",
    "conjugate",
    "ignores_incoming",
    "not_linear",
    "layout",
    "changes_input",
    "changes_incoming",
    "stale_state",
    "nondeterministic",
    "kink",
    "wrong_at_kink",
    "precision",
    "formula",
    "unknown",
)


def verify(
    fn: Callable[..., Any],
    inputs: Any,
    *,
    backward: Callable[..., Any] | None = None,
    seed: int = 0,
    name: str | None = None,
) -> Report:
    """Check the gradients of `fn` at `inputs`, and say what is wrong with them.

    Parameters
    ----------
    fn : callable
        ``fn(*inputs)`` returns a tensor or several. A function, the ``apply`` of a ``torch.autograd.Function``, a
        module (its parameters that require grad are checked too, by name), or a program for `autograd_lab.engine`.
    inputs : tensor or sequence
        Those that require grad are checked, others are passed through. Real or complex, of any floating dtype, shape
        and strides. With `backward`, NumPy arrays (all floating ones are checked), floats, or tensors.
    backward : callable, optional
        A rule ``(grad, *inputs) -> gradients`` to check instead of autograd's: `grad` has the shape of the output, and
        is a tuple where there are several. It returns one gradient for each input, or for each one checked.
    seed : int
        Of the directions and incoming gradients. Another one asks anew.
    name : str, optional
        What the report calls `fn`.

    Returns
    -------
    Report
        ``status`` is "right", "wrong", or "unsure" where nothing can be told (a random function, a kink at the inputs
        themselves, numbers too coarse); ``findings`` say why. It is true only where all is right.

    Raises
    ------
    ValueError
        In one sentence, where there is nothing to check: no floating-point input, none that requires grad, fn raises,
        its outputs hold NaN, change shape, or don't depend on the inputs.

    Notes
    -----
    The slope of ⟨w, fn⟩ along a direction u is measured by extrapolated central differences, which estimate their own
    error (about 1e-13 of the slope in float64), and compared with ⟨g, u⟩, where g is the gradient for the incoming w.
    Two directions for each input, one scaled to each entry and one of equal steps, and two w for each output, one of
    equal weights and one that gives every output the same slope; all entries of either sign and never near 0. This
    takes about 40 calls of fn for each input, whatever its size. A gap counts when it exceeds eight times its
    estimated error plus 1e-9 of the slope's terms (4e6 eps of float64: sums over millions of entries round by less),
    and is found again along fresh directions.

    Inputs below float64 are lifted to float64, and with them float32 tensors that fn brings along, so that the formula
    is checked and not its rounding; where fn can't take that, it is checked as it is, and only gaps beyond 5 % of the
    slope count. That its gradients are useless in the given precision is reported apart.

    What can still slip through: an error below 1e-9 of the terms it is added to (one entry of an elementwise function
    of 10,000 whose gradient is off by a ten-millionth), or below 3e-7 where all entries have the same, as a constant
    rounded to float32 makes it (a note says so); a branch not taken at these inputs; a backward that treats incoming
    gradients near 0 apart; errors that cancel along every random direction, which has probability 0 in exact
    arithmetic and below 1e-8 in floating point.

    Where every entry is wrong by a factor that equals the length of an axis, fn is also called with that axis longer by
    one, to tell a mean taken for a sum from a wrong constant. What raises there is left alone; a kernel that doesn't
    check its sizes, such as ``torch.native_batch_norm``, would read beyond its memory.

    The caller's tensors, their ``.grad``, a module's buffers and modes, and the global random states are as before
    afterwards; what fn itself keeps or draws from, such as a module in a closure or a generator of its own, isn't put
    back. Memory: a few times the inputs and outputs; never a whole Jacobian of a large input.

    References
    ----------
    C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4, 1982.
    For complex numbers the convention is that of torch: "Autograd for Complex Numbers" in its notes on autograd.

    Examples
    --------
    >>> import numpy as np
    >>> report = verify(np.tanh, [np.array([0.3, -1.2, 2.0])], backward=lambda grad, x: grad * (1 - np.tanh(x)))
    >>> report.status, report.findings[0].cause
    ('wrong', 'formula')
    """
    if not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed must be a whole number from 0 up; got {seed!r}")
    try:
        with _undisturbed(seed, fn):
            asked, outputs, eps, lifted_from = _prepared(fn, inputs, backward)
            inquiry = Inquiry(asked, outputs, eps, np.random.default_rng(seed))
            inquiry.run()
            if lifted_from is not None and inquiry.status() == "right":
                inquiry.compare(lifted_from)
    except Failed as error:
        raise ValueError(_sentence(error)) from error.__cause__
    return inquiry.report(name or _name(fn))


def _sentence(error: Failed) -> str:
    return told(error) if isinstance(error.__cause__, Unusable) else f"fn raised at these inputs: {told(error)}"


def _name(fn: Any) -> str:
    owner = getattr(fn, "__self__", None)
    if isinstance(owner, type):  # Function.apply
        return owner.__name__
    found = getattr(fn, "__name__", None) or type(fn).__name__
    return "fn" if found == "<lambda>" else str(found)


@contextlib.contextmanager
def _undisturbed(seed: int, fn: Any) -> Iterator[None]:
    """Seed the global random states, and put them and a module's modes back afterwards."""
    torch = sys.modules.get("torch")
    modes = [(m, m.training) for m in fn.modules()] if torch is not None and isinstance(fn, torch.nn.Module) else []
    with seeded(seed, cuda=True):
        try:
            yield
        finally:
            for module, training in modes:
                module.training = training


def _prepared(fn: Any, inputs: Any, backward: Any) -> tuple[Subject, list[Array], float, Subject | None]:
    """Return the subject in float64 where fn can be lifted, its outputs and precision, and the subject as given."""
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
