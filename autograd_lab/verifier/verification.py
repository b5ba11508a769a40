"""`verify`: takes a function and its inputs, asks everything about its gradients in order, and returns a `Report`."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lab.random_states import seeded
from autograd_lab.verifier.inquiry import Inquiry
from autograd_lab.verifier.preconditions import deterministic, lawful, tracked, usable
from autograd_lab.verifier.preparation import prepared
from autograd_lab.verifier.questions import ask_each
from autograd_lab.verifier.relations import remembered, rounded, swapped
from autograd_lab.verifier.report import Report
from autograd_lab.verifier.subject import Failed, Unusable, told

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
            subject, outputs, eps, lifted_from = prepared(fn, inputs, backward)
            inquiry = Inquiry(subject, outputs, eps, np.random.default_rng(seed))
            _run(inquiry)
            if lifted_from is not None and inquiry.findings.status() == "right":
                rounded(inquiry, lifted_from)
    except Failed as error:
        raise ValueError(_sentence(error)) from error.__cause__
    return inquiry.findings.report(name or _name(fn))


def _run(inquiry: Inquiry) -> None:
    """Ask everything, in order, as long as an answer can mean something."""
    if not tracked(inquiry) or not deterministic(inquiry):
        return
    cotangents = inquiry.cotangents()
    if not usable(inquiry, cotangents):
        return
    others, elsewhere = inquiry.cotangents(), inquiry.elsewhere()
    if not lawful(inquiry, cotangents, others, elsewhere):
        return
    cases = ask_each(inquiry)
    swapped(inquiry, cases)
    if elsewhere is not None and not inquiry.findings.wrong:
        remembered(inquiry, cotangents, elsewhere)


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
