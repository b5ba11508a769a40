"""Say whether two pieces of plain data are the same, and in words how they differ.

`same(want, got)` is strict about numbers (``True`` is not 1, ``"6"`` is not 6, NaN is right only where it is wanted)
and lenient about wrapping (a list, a tuple and an array of the same numbers are one sequence; a 0-d array is a
number). `describe(want, got)` names what a person would see first: nothing returned, a wrong shape, a sign, a factor.
Both take what `plain.freeze` returns.
"""

import re
from typing import Any

import numpy as np

from autograd_lab.engine import Array
from autograd_lab.grading.plain import Unusable, wrapped

RTOL = 1e-9


def same(want: Any, got: Any, rtol: float = RTOL, scale: float = 0.0) -> bool:
    """Return whether `got` is `want`, up to rounding.

    Parameters
    ----------
    want, got : plain data
    rtol : float
        The largest error allowed, relative to the largest magnitude in `want` or to `scale` if that is larger.
    scale : float
        The largest magnitude that went into the value, for sums that cancel.
    """
    if isinstance(want, Unusable) or isinstance(got, Unusable):
        return isinstance(want, Unusable) and isinstance(got, Unusable) and want == got
    if want is None or got is None:
        return want is got
    if isinstance(want, str) or isinstance(got, str):
        return isinstance(want, str) and isinstance(got, str) and want == got
    if isinstance(want, dict) or isinstance(got, dict):
        if not (isinstance(want, dict) and isinstance(got, dict)) or set(want) != set(got):
            return False
        return all(same(value, got[key], rtol, scale) for key, value in want.items())
    if not isinstance(want, tuple):  # a tuple is a record: each part has a magnitude of its own
        a, b = as_array(want), as_array(got)
        if a is not None:
            return b is not None and _same_arrays(a, b, rtol, scale)
    if _length(want) is None or _length(want) != _length(got):
        return False
    return all(same(a, b, rtol, scale) for a, b in zip(_parts(want), _parts(got), strict=True))


def as_array(value: Any) -> Array | None:
    """Return a number, an array, or a regular nesting of numbers as an array; None for anything else."""
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind in "biufc" else None
    if isinstance(value, (bool, int, float, complex)):
        return np.asarray(value if not isinstance(value, int) or abs(value) < 2**63 else float(value))
    if isinstance(value, (list, tuple)):
        parts = [as_array(part) for part in value]
        if all(part is not None and part.shape == parts[0].shape for part in parts):  # type: ignore[union-attr]
            kinds = {part.dtype.kind == "b" for part in parts}  # type: ignore[union-attr]
            if len(kinds) <= 1:
                return np.stack(parts) if parts else np.zeros(0)  # type: ignore[arg-type]
    return None


def _length(value: Any) -> int | None:
    """Return how many parts something has; None when it is no sequence."""
    if isinstance(value, np.ndarray):
        return len(value) if value.ndim else None
    return len(value) if isinstance(value, (list, tuple)) else None


def _parts(value: Any) -> list[Any]:
    """Return the parts of a sequence as plain data."""
    return [np.asarray(part) for part in value] if isinstance(value, np.ndarray) else list(value)


def _family(array: Array) -> str:
    return {"b": "boolean", "c": "complex"}.get(array.dtype.kind, "real")


def _same_arrays(want: Array, got: Array, rtol: float, scale: float) -> bool:
    if want.shape != got.shape or (want.size and _family(want) != _family(got)):
        return False
    if want.dtype.kind in "biu" and got.dtype.kind in "biu":
        return bool(np.array_equal(want, got))
    finite = np.isfinite(want)
    if not np.array_equal(finite, np.isfinite(got)):
        return False
    if not np.array_equal(want[~finite], got[~finite], equal_nan=True):
        return False
    apart: Array = got[finite].astype(_wide(got)) - want[finite].astype(_wide(want))
    return bool(_largest(apart) <= rtol * max(_largest(want[finite]), scale))


def _wide(array: Array) -> type:
    return np.complex128 if array.dtype.kind == "c" else np.float64


def _largest(array: Array) -> float:
    return float(np.max(np.abs(array), initial=0.0))


def show(value: Any) -> str:
    """Return a number or an array of numbers in print, in about a hundred characters at most."""
    array = np.asarray(value)
    if array.ndim == 0:
        return _number(array.item(), 6)
    if array.size > 6:
        begin = ", ".join(_number(number, 4) for number in array.ravel()[:3].tolist())
        return f"an array of shape {array.shape} beginning {begin}"
    return np.array2string(array, precision=4, separator=", ").replace("\n", "")


def _number(value: Any, digits: int) -> str:
    return str(value) if isinstance(value, bool) else f"{value:.{digits}g}"


def kind_of(value: Any) -> str:
    """Return in words what kind of plain data this is: "a number", "an array of shape (2, 3)"."""
    if isinstance(value, Unusable):
        return value.words
    if value is None:
        return "None"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, dict):
        return "a dict"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    array = as_array(value)
    if array is None:
        return f"a list of {len(value)}"
    family = {"boolean": "booleans", "complex": "complex numbers", "real": "numbers"}[_family(array)]
    if array.ndim == 0:
        return {"boolean": "a boolean", "complex": "a complex number", "real": "a number"}[_family(array)]
    return f"an array of {family} of shape {array.shape}"


def describe(want: Any, got: Any, rtol: float = RTOL, scale: float = 0.0, reveal: bool = True) -> str:
    """Say in one sentence or two how `got` differs from `want`, which are not the same.

    Parameters
    ----------
    want, got, rtol, scale
        As for `same`.
    reveal : bool
        Whether the expected numbers may show. False for an exercise that asks for a value: then only the kind of
        thing is told, since "twice what is expected" gives the answer away.
    """
    came = "came back" if reveal else "was given"
    if got is None:
        return (
            "None came back: is a `return` missing?"
            if reveal
            else f"None was given where {kind_of(want)} was expected."
        )
    if isinstance(got, Unusable):
        return f"{_sentence(got.words)} {came} where {kind_of(want)} was expected.{_cure(got) if reveal else ''}"
    if isinstance(want, str) and isinstance(got, str):
        return f"It is {got[:80]}; {want[:80]} was expected."
    if isinstance(got, str):
        cure = ": numbers take no quotes." if re.fullmatch(r"[-+\d.eE\s]+", got) else "."
        return f"The text {got[:60]!r} {came} where {kind_of(want)} was expected{cure}"
    if isinstance(want, dict) and isinstance(got, dict):
        return _describe_dicts(want, got, rtol, scale, reveal)
    if isinstance(want, tuple):
        if _length(got) != len(want):
            return f"{_sentence(kind_of(got))} {came} where {kind_of(want)} was expected."
        parts, others = list(want), _parts(got)
        at = next(i for i, (a, b) in enumerate(zip(parts, others, strict=True)) if not same(a, b, rtol, scale))
        if others[at] is None:
            return f"Number {at + 1} of the {len(parts)} returned values is None."
        wrong = describe(parts[at], others[at], rtol, scale, reveal)
        return f"Number {at + 1} of the {len(parts)} returned values: {inside(wrong)}"
    a, b = as_array(want), as_array(got)
    if a is None or b is None or _family(a) != _family(b):
        return f"{_sentence(kind_of(got))} {came} where {kind_of(want)} was expected."
    if a.ndim == 0 and isinstance(got, (list, tuple)):
        extra = "a comma" if isinstance(got, tuple) else "a pair of brackets"
        advice = f": is {extra} too many?" if len(got) == 1 else "."
        return f"A {type(got).__name__} of {len(got)} {came} where {kind_of(want)} was expected{advice}"
    if a.shape != b.shape:
        said = f"{_sentence(kind_of(b))} {came} where {kind_of(a)} was expected"
        return f"{said}{_shape_relation(a, b, rtol, scale) if reveal or a.size == b.size else '.'}"
    if not reveal:
        if np.isnan(b).any():
            return "That is NaN, not a number."
        if not np.isfinite(b).all():
            return "That is infinite; a finite number was expected."
        near = _largest(a - b) <= 1e-3 * _largest(a)
        return "It is very close but not exact; the exact value is asked for." if near else "That is not it."
    return _describe_arrays(a, b, rtol, scale)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def inside(text: str) -> str:
    """Return a sentence as it stands inside another one: its first letter small, except in a name."""
    return text if text.startswith(("NaN", "None", "True", "False")) else text[:1].lower() + text[1:]


def _cure(got: Unusable) -> str:
    if wrapped(got):
        return " Are the parentheses of a call missing?"
    if got.words in ("a generator", "a coroutine"):
        return {"a generator": " Use `return`, not `yield`.", "a coroutine": " Use `def`, not `async def`."}[got.words]
    return " Return the value itself."


def _describe_dicts(want: dict[Any, Any], got: dict[Any, Any], rtol: float, scale: float, reveal: bool) -> str:
    missing, extra = [k for k in want if k not in got], [k for k in got if k not in want]
    if missing or extra:
        said = [f"missing: {', '.join(map(repr, missing))}"] if missing else []
        said += [f"not asked for: {', '.join(map(repr, extra[:5]))}"] if extra else []
        return f"The keys are not the expected ones ({'; '.join(said)})."
    wrong = [key for key in want if not same(want[key], got[key], rtol, scale)]
    if not reveal:
        return f"{_share(len(wrong), len(want))}."
    first = describe(want[wrong[0]], got[wrong[0]], rtol, scale)
    return f"{_share(len(wrong), len(want))}. At {wrong[0]!r}: {inside(first)}"


def _share(wrong: int, of: int) -> str:
    return f"{wrong} of {of} entries {'is' if wrong == 1 else 'are'} wrong"


def _shape_relation(want: Array, got: Array, rtol: float, scale: float) -> str:
    """Say what would make the shape right, as the end of a sentence."""
    if want.ndim >= 2 and got.ndim >= 2 and _same_arrays(want, np.swapaxes(got, -1, -2), rtol, scale):
        return ": it is transposed."
    if want.size == got.size and _same_arrays(want.ravel(), got.ravel(), rtol, scale):
        return ": the numbers are right, the shape is not."
    if want.size != got.size and _summed_to(got, want.shape, want, rtol, scale):
        return (
            ": it is not summed over the broadcast axis, or over an extra one."
            if want.ndim
            else ": it is not summed up."
        )
    return "."


def _summed_to(got: Array, shape: tuple[int, ...], want: Array, rtol: float, scale: float) -> bool:
    lead = got.ndim - len(shape)
    if lead < 0 or any(n not in (1, g) for n, g in zip(shape, got.shape[lead:], strict=True)):
        return False
    axes = tuple(lead + i for i, n in enumerate(shape) if n == 1 and got.shape[lead + i] != 1)
    total = got.sum(axis=(*range(lead), *axes), keepdims=False).reshape(shape)
    return _same_arrays(want, total, rtol, scale)


def _describe_arrays(want: Array, got: Array, rtol: float, scale: float) -> str:
    one = want.ndim == 0
    broken = ~np.isfinite(got) & np.isfinite(want)
    if broken.any():
        what = "NaN" if np.isnan(got[broken]).any() else "Infinity"
        where = "" if one else f" in {broken.sum()} of {got.size} entries"
        return f"{what} came back{where}; a finite number was expected."
    size = max(_largest(want[np.isfinite(want)]), scale)
    if not np.any(got) and size and want.dtype.kind != "b":
        return "Zero came back." if one else "Every entry is zero."
    if np.isfinite(want).all() and np.isfinite(got).all() and want.dtype.kind != "b":
        known = _relation(want, got, rtol, scale, size)
        if known:
            return known
    if one:
        return f"{show(got)} came back; {show(want)} was expected.{_ratio(want, got)}"
    wrong = ~np.isclose(got, want, rtol=0, atol=rtol * size, equal_nan=True) if want.dtype.kind != "b" else got != want
    at = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = f"[{', '.join(map(str, at))}]"
    share = _share(int(wrong.sum()), want.size)
    return f"{share}; the first is entry {where}: {show(got[at])} came back, {show(want[at])} was expected."


def _relation(want: Array, got: Array, rtol: float, scale: float, size: float) -> str:
    """Name one simple relation that holds for the whole array, if there is one."""
    apart = _largest(got - want) / size if size else np.inf
    if apart < 1e-5:
        single = got.dtype.itemsize < 8 or 1e-9 < apart < 1e-6
        why = "float32 was used somewhere" if single else "an approximation was used"
        return f"Right to {apart:.0e} only, where {rtol:.0e} was asked for: perhaps {why}."
    if _same_arrays(-want, got, rtol, scale):
        return f"The size is right and the sign is wrong: {show(got)} came back."
    if (
        want.ndim >= 2
        and want.shape[-1] == want.shape[-2]
        and _same_arrays(np.swapaxes(want, -1, -2), got, rtol, scale)
    ):
        return "It is transposed."
    if want.ndim == 0:
        return ""
    at = np.unravel_index(np.argmax(np.abs(want)), want.shape)
    if want[at] != 0:
        factor = got[at] / want[at]
        if abs(factor) > 1e-12 and _same_arrays(factor * want, got, rtol, scale):
            return f"Every entry is {factor:.4g} times what was expected."
    shift = got[at] - want[at]
    if _same_arrays(want + shift, got, rtol, scale):
        return f"Every entry is off by the same {shift:.4g}."
    return ""


def _ratio(want: Array, got: Array) -> str:
    """Say so when one number is a small multiple of the other: half a rule or a missing factor shows this way."""
    a, b = complex(want.item()), complex(got.item())
    if want.dtype.kind == "b" or not a or not np.isfinite(a) or not np.isfinite(b):
        return ""
    if 2 <= abs(b / a) <= 10 and abs(b / a - round((b / a).real)) < 1e-6:
        return f" It is {round((b / a).real)} times what was expected."
    if b and 2 <= abs(a / b) <= 10 and abs(a / b - round((a / b).real)) < 1e-6:
        return f" It is the expected value divided by {round((a / b).real)}."
    return ""
