"""Plain data: what an observation is made of, so that nothing an answer does later can change it.

`freeze` takes whatever a probe yields and returns None, bool, int, float, complex, str, an ndarray of its own, or
tuples, lists and dicts of those. Anything else becomes an `Unusable`, which says in words what it was. Exact types
are asked, never an object's own methods, since an object may lie about itself.
"""

import inspect
import sys
import types
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

MOST_ELEMENTS = 10**7  # of an array; above this only the shape is kept
MOST_PARTS = 20_000  # of lists, tuples and dicts in all: they are compared one by one
DEEPEST = 20

_WORDS: dict[type, str] = {
    types.GeneratorType: "a generator",
    types.CoroutineType: "a coroutine",
    types.AsyncGeneratorType: "an asynchronous generator",
    types.ModuleType: "a module",
    types.FunctionType: "a function",
    types.BuiltinFunctionType: "a function",
    types.MethodType: "a method",
    type: "a class",
    type(...): "`...`",
    set: "a set",
    range: "a range",
    bytes: "bytes",
}


@dataclass(frozen=True)
class Unusable:
    """Something that is not plain data, in words: ``"a generator"``."""

    words: str


def freeze(value: Any) -> Any:
    """Return `value` as plain data, copied; never raises, and asks the built-in types, not the value's own class."""
    try:
        return _freeze(value, (), [MOST_PARTS])
    except Exception as error:
        return Unusable(f"{_words(value)} that could not be read ({type(error).__name__})")


def _freeze(value: Any, above: tuple[int, ...], room: list[int]) -> Any:
    kind = type(value)
    if value is None or kind in (bool, float, complex, str):
        return value
    if kind in (Fraction, Decimal):
        return float(value)
    if issubclass(kind, np.ndarray):
        return _freeze_array(value)
    if issubclass(kind, np.generic):
        return _freeze_array(np.asarray(value))
    torch = sys.modules.get("torch")
    if torch is not None and issubclass(kind, torch.Tensor):
        return _freeze_tensor(torch, value)
    if issubclass(kind, int):
        number = int.__int__(value)
        return number if number.bit_length() < 1024 else Unusable(f"an integer of {number.bit_length()} bits")
    for plain in (float, complex, str):
        if issubclass(kind, plain):
            return getattr(plain, f"__{plain.__name__}__")(value)
    if issubclass(kind, (list, tuple, dict)):
        return _freeze_container(value, kind, above, room)
    return Unusable(_words(value))


def _freeze_container(value: Any, kind: type, above: tuple[int, ...], room: list[int]) -> Any:
    plain = next(p for p in (list, tuple, dict) if issubclass(kind, p))
    name = plain.__name__
    if id(value) in above:
        return Unusable(f"a {name} that contains itself")
    if len(above) >= DEEPEST:
        return Unusable(f"a {name} nested more than {DEEPEST} deep")
    room[0] -= plain.__len__(value)
    if room[0] < 0:
        return Unusable(f"a {name} of {plain.__len__(value)} elements, too many to look at")
    above = (*above, id(value))
    if plain is dict:
        items = [(_freeze(k, above, room), _freeze(v, above, room)) for k, v in dict.items(value)]
        if not all(isinstance(k, (str, int, float, bool, tuple, type(None))) for k, _ in items):
            return Unusable("a dict with keys that are not plain")
        return dict(items)
    parts = [_freeze(part, above, room) for part in plain.__iter__(value)]
    # A list that holds itself, or too much, is told as a whole: half of it would mislead.
    for part in parts:
        if isinstance(part, Unusable) and part.words.endswith(("contains itself", "too many to look at")):
            return part
    return parts if plain is list else tuple(parts)


def _freeze_array(value: Any) -> Any:
    if issubclass(type(value), np.ma.MaskedArray) and np.ma.getmaskarray(value).any():
        return Unusable("a masked array")
    value = np.ndarray.view(value, np.ndarray)  # a subclass may override what its attributes say
    if value.ndim > 32:
        return Unusable(f"an array of {value.ndim} axes")
    if value.size > MOST_ELEMENTS:
        return Unusable(f"an array of shape {value.shape}, too large to look at")
    if value.dtype.kind not in "biufcU":
        return Unusable(f"an array of dtype {value.dtype}")
    return str(value.item()) if value.dtype.kind == "U" and value.ndim == 0 else np.array(value, copy=True)


def _freeze_tensor(torch: Any, value: Any) -> Any:
    plain = type(value) in (torch.Tensor, torch.nn.Parameter) and value.layout == torch.strided and value.is_cpu
    if (
        plain
        and value.dtype in (torch.float64, torch.float32)
        and value.numel() <= MOST_ELEMENTS
        and not value.is_neg()
    ):
        return np.array(value.detach().numpy(), copy=True)  # nearly all are like that
    # A subclass may override what its methods say; torch's own are asked.
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        tensor = torch.Tensor.detach(value)
        if tensor.numel() > MOST_ELEMENTS:
            return Unusable(f"a tensor of shape {tuple(tensor.shape)}, too large to look at")
        if tensor.layout != torch.strided:
            tensor = tensor.to_dense()
        if tensor.is_floating_point() and tensor.dtype not in (torch.float16, torch.float32, torch.float64):
            tensor = tensor.float()
        return np.array(tensor.cpu().resolve_conj().resolve_neg().numpy(), copy=True)


def _words(value: Any) -> str:
    kind = type(value)
    if kind in (types.FunctionType, types.BuiltinFunctionType):
        return f"{_WORDS[kind]} (`{value.__name__[:60]}`)"
    if kind is types.MethodType and type(value.__func__) is types.FunctionType:
        return f"{_WORDS[kind]} (`{value.__func__.__name__[:60]}`)"
    if kind in _WORDS:
        return _WORDS[kind]
    if issubclass(kind, type):
        return "a class"
    name = type.__dict__["__name__"].__get__(kind)  # the true name, whatever the metaclass says
    return f"an object of type {name[:60]}"


def wrapped(value: Any) -> bool:
    """Whether `value` is a function, a method or a class: something to call, where a result was wanted."""
    return isinstance(value, Unusable) and value.words.startswith(("a function", "a method", "a class"))


def wrapping(value: Any, deep: int = 3) -> str:
    """Return what the numbers of a result come in: "a tensor", "an array" or "a list"; empty for a number alone."""
    kind = type(value)
    if issubclass(kind, np.ndarray):
        return "an array"
    torch = sys.modules.get("torch")
    if torch is not None and issubclass(kind, torch.Tensor):
        return "a tensor"
    if kind in (list, tuple) and deep:
        return next(filter(None, (wrapping(part, deep - 1) for part in value[:3])), "a list")
    return ""


def source_of(value: Any) -> str:
    """Return an answer's source text where there is one, else what it is in plain data; for fingerprints only."""
    if type(value) is types.FunctionType or issubclass(type(value), type):
        with suppress(Exception):
            return inspect.getsource(value)
        with suppress(Exception):  # the source of a notebook's class isn't found, that of its methods is
            methods = [inspect.getsource(part) for part in vars(value).values() if type(part) is types.FunctionType]
            if methods:
                return "".join(methods)
    return repr(freeze(value))[:10_000]
