"""What is verified, whatever it is made of, as a function of arrays with a way to its gradients.

A `Subject` takes NumPy arrays and returns NumPy arrays: the `outputs`, and what `pull` sends back. Every call works on
copies with the strides of what was given, so that nobody else's tensors change. A *lifted* subject computes in float64
(complex128) whatever was given, so that a formula can be told from its rounding. What differs between torch, NumPy and
the engines stands in subclasses; `adapters.py` chooses among them.
"""

import contextlib
import copy
import random
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from autograd_lab.engine import Array


class Failed(Exception):  # noqa: N818  it says what happened, and isn't raised to the caller
    """A call of the function or of its backward raised; the original is the cause."""


class Unusable(Exception):  # noqa: N818
    """What was given can't be verified; the sentence says why, and what to do."""


def told(error: BaseException) -> str:
    """Return what raised and its first line, in one line."""
    cause = error.__cause__ if isinstance(error, Failed) and error.__cause__ else error
    if isinstance(cause, Unusable):
        return str(cause)
    first = str(cause).strip().splitlines()
    return f"{type(cause).__name__}: {first[0][:200]}" if first else type(cause).__name__


@dataclass(frozen=True)
class Misfit:
    """A gradient that can't be compared: of the wrong shape, or not numbers."""

    words: str
    shape: tuple[int, ...] | None = None


@dataclass
class Pull:
    """One forward and one backward pass: the gradients for each checked input, and what was written to on the way."""

    gradients: list[Array | Misfit | None]
    wrote_inputs: list[int] = field(default_factory=list)
    wrote_incoming: bool = False


def dense(pulled: Sequence[Array | Misfit | None], values: Sequence[Array]) -> list[Array]:
    """Return gradients as arrays, zeros where there is none; what doesn't fit is NaN, which is never the same."""
    found = []
    for g, v in zip(pulled, values, strict=True):
        dtype = np.complex128 if v.dtype.kind == "c" else np.float64
        if isinstance(g, Misfit):
            found.append(np.full(v.shape, np.nan, dtype))
        else:
            found.append(np.zeros(v.shape, dtype) if g is None else g.astype(dtype, copy=False))
    return found


Layout = Callable[[Array], Array]
_EPS = {"float32": 2.0**-23, "complex64": 2.0**-23, "float16": 2.0**-10, "complex32": 2.0**-10, "bfloat16": 2.0**-7}


class Subject(ABC):
    """A function of arrays with a way to its gradients.

    Attributes
    ----------
    given : list
        All arguments, as they were given; a module's parameters come after its inputs.
    slots : list of int
        Which of them are checked.
    names : list of (str or None)
        A name for each argument, where one is known.
    values : list of ndarray
        The checked ones.
    fixed : bool
        Whether the global random state is set anew before each call.
    """

    def __init__(self, fn: Callable[..., Any], given: Sequence[Any], names: Sequence[str | None], lifted: bool) -> None:
        self.fn, self.given, self.names, self.lifted = fn, list(given), list(names), lifted
        self.slots = [k for k in self.checked() if np.size(self.read(given[k]))]  # the empty ones have no gradient
        self.values = [self.read(given[k]) for k in self.slots]
        self.fixed = False
        self.tracked: list[int] | None = None  # which outputs have a gradient; None for all of them

    # What each kind of subject knows

    @abstractmethod
    def checked(self) -> list[int]:
        """Return which arguments have a gradient to check."""

    @abstractmethod
    def read(self, given: Any) -> Array:
        """Return an argument, an output or a gradient as an array of float64 or complex128, its own memory or not."""

    @abstractmethod
    def build(self, array: Array, like: Any) -> Any:
        """Return `array` as an argument such as `like`: its kind and, where the values allow it, its strides."""

    @abstractmethod
    def run(self, arguments: list[Any]) -> list[Any]:
        """Return the floating outputs of fn, without a graph."""

    @abstractmethod
    def differentiate(
        self, arguments: list[Any], cotangents: list[Array], layout: Layout | None, between: Callable[[], None] | None
    ) -> tuple[list[Any], bool]:
        """Return a gradient for each slot, and whether the incoming gradient was written to."""

    def fix_other_states(self) -> None:  # noqa: B027  most have none
        """Set the random states besides Python's and NumPy's."""

    def lengthened(self, given: Any, length: int) -> Any:
        """Return an argument whose axes of that length are longer by one, by repeating entries."""
        raise TypeError("arguments of this kind can't be lengthened")

    def upcasts(self) -> bool:
        """Lift what fn brings along, too, where there is a way to; return whether there is."""
        return False

    def track(self) -> list[int] | None:
        """Return which of the floating outputs have a gradient; None for all of them."""
        return None

    # What all have

    def slot(self, argument: int) -> int | None:
        """Return which of the checked inputs an argument is, or None."""
        return self.slots.index(argument) if argument in self.slots else None

    def at(self, values: Sequence[Array]) -> Self:
        """Return the same subject with other values for the checked inputs."""
        other = copy.copy(self)
        other.values = list(values)
        return other

    def measured(self) -> tuple[list[Array], float]:
        """Return the outputs, and the distance of 1 from the next number in the least precise of them."""
        outs, arrays = self._ran(self.values)
        return arrays, max((_EPS.get(dtype_of(out), 2.0**-52) for out in outs), default=2.0**-52)

    def rounded(self, array: Array, slot: int) -> Array:
        """Return what is left of an array's numbers in the precision of an input."""
        return array if self.lifted else self.read(self.build(array, self.given[self.slots[slot]]))

    def arguments(self, values: Sequence[Array]) -> list[Any]:
        """Return fresh arguments, in which the checked ones have these values."""
        fresh = [value if k in self.slots else self.copy(value) for k, value in enumerate(self.given)]
        for k, value in zip(self.slots, values, strict=True):
            fresh[k] = self.build(value, self.given[k])
        return fresh

    def copy(self, given: Any) -> Any:
        """Return a copy of an argument that is passed through."""
        return self.build(self.read(given), given) if self.floating(given) else given

    def floating(self, given: Any) -> bool:
        """Whether an argument is of floating-point or complex numbers."""
        return False

    def outputs(self, values: Sequence[Array]) -> list[Array]:
        """Return the floating outputs at `values`."""
        return self._ran(values)[1]

    def _ran(self, values: Sequence[Array]) -> tuple[list[Any], list[Array]]:
        """Return the floating outputs as fn gave them, and as arrays."""
        self._fix()
        try:
            with quiet():
                outs = self.run(self.arguments(values))
                return outs, [self.read(out) for out in outs]
        except Exception as error:
            raise Failed from error

    def pull(
        self,
        values: Sequence[Array],
        cotangents: list[Array],
        layout: Layout | None = None,
        between: Callable[[], None] | None = None,
    ) -> Pull:
        """Run forward, then `between`, then backward from `cotangents`, one for each floating output.

        `layout` rearranges the incoming gradient in memory before it is handed over.
        """
        self._fix()
        arguments = self.arguments(values)
        before = [self.read(a).copy() if self.floating(a) else None for a in arguments]
        try:
            with quiet():
                grads, wrote = self.differentiate(arguments, cotangents, layout, between)
        except Exception as error:
            raise Failed from error
        wrote_inputs = [
            k
            for k, old in enumerate(before)
            if old is not None and not np.array_equal(old, self.read(arguments[k]), equal_nan=True)
        ]
        gradients = [self._fit(g, v) for g, v in zip(grads, values, strict=True)]
        return Pull(gradients, wrote_inputs, wrote)

    def gradients(
        self,
        values: Sequence[Array],
        cotangents: list[Array],
        layout: Layout | None = None,
        between: Callable[[], None] | None = None,
    ) -> list[Array]:
        """Return the gradients that `pull` gives, as arrays (`dense`)."""
        return dense(self.pull(values, cotangents, layout, between).gradients, values)

    def _fit(self, gradient: Any, value: Array) -> Array | Misfit | None:
        if gradient is None:
            return None
        try:
            array = self.read(gradient)
        except Exception:
            return Misfit(f"an object of type {type(gradient).__name__}, not numbers")
        if array.shape != value.shape:
            return Misfit(f"shape {array.shape} where the input has {value.shape}", array.shape)
        if array.dtype.kind == "c" and value.dtype.kind != "c":
            return Misfit("complex numbers where the input is real", array.shape)
        return array.astype(np.result_type(array.dtype, value.dtype), copy=False)

    def _fix(self) -> None:
        if self.fixed:
            np.random.seed(0)
            random.seed(0)
            self.fix_other_states()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings of a probing call from the caller: that steps leave a function's domain is expected."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def strided(array: Array, strides: tuple[int, ...]) -> Array:
    """Return a copy of `array` that lies in memory with these strides (in elements), as far as its values allow."""
    span = 1 + sum((n - 1) * abs(s) for n, s in zip(array.shape, strides, strict=True))
    if array.size == 0 or span > 8 * array.size + 64:
        return array.copy()
    start = sum((n - 1) * -s for n, s in zip(array.shape, strides, strict=True) if s < 0)
    storage = np.zeros(span, array.dtype)
    view = np.lib.stride_tricks.as_strided(storage[start:], array.shape, [s * array.itemsize for s in strides])
    view[...] = array
    return view if np.array_equal(view, array, equal_nan=True) else array.copy()


def lift(array: Array) -> Array:
    """Return an array as float64, or complex128 where it is complex."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def flat(result: Any) -> Iterator[Any]:
    """Go through the parts of nested tuples, lists and dicts."""
    if isinstance(result, (tuple, list)):
        for part in result:
            yield from flat(part)
    elif isinstance(result, dict):
        for part in result.values():
            yield from flat(part)
    else:
        yield result


def dtype_of(given: Any) -> str:
    """Return the name of an argument's dtype, or of its type where it has none."""
    return str(getattr(given, "dtype", type(given).__name__)).removeprefix("torch.")


def is_double(given: Any) -> bool:
    """Whether an argument is in the precision that everything is lifted to, as all are that have no dtype."""
    return not hasattr(given, "dtype") or dtype_of(given) in ("float64", "complex128")
