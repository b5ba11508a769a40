"""Arrays that count how often they were written to.

A `Tensor` hands out its array as a `Watched` view of it. Whoever writes through that view moves the tensor's counter
on, and `backward` sees that a saved array is no longer what it was. Results of arithmetic are plain arrays.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]  # of any shape and dtype

_WRITERS = frozenset({np.copyto, np.fill_diagonal, np.place, np.put, np.put_along_axis, np.putmask})


class Counter:
    """How often the memory of a tensor, and of the views that share it, was written to."""

    __slots__ = ("writes",)

    def __init__(self) -> None:
        self.writes = 0


class Watched(Array):
    """A view of an array that counts what is written through it, by index, in place or as ``out``."""

    _counter: Counter | None

    def __array_finalize__(self, source: Any) -> None:
        # A view shares the memory, a copy doesn't.
        self._counter = None if self.base is None else getattr(source, "_counter", None)

    def __setitem__(self, place: Any, value: Any) -> None:
        _count(self)
        super().__setitem__(place, value)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        out = options.get("out", ())
        for written in (inputs[0],) if method == "at" else out:
            _count(written)
        if out:
            options["out"] = tuple(map(_plain, out))
        result = getattr(ufunc, method)(*map(_plain, inputs), **options)
        return result if not out else out[0] if len(out) == 1 else out

    def __array_function__(self, func: Any, types: Any, args: Any, options: Any) -> Any:
        _count(args[0] if func in _WRITERS else options.get("out"))
        return super().__array_function__(func, types, args, options)


def watch(array: Array, counter: Counter) -> Array:
    """Return a view of `array` that moves `counter` on when it is written to."""
    view = array.view(Watched)
    view._counter = counter
    return view


def _count(array: Any) -> None:
    if isinstance(array, Watched) and array._counter is not None:
        array._counter.writes += 1


def _plain(array: Any) -> Any:
    return array.view(np.ndarray) if isinstance(array, Watched) else array


def _writing(name: str) -> Callable[..., Any]:
    def method(self: Watched, *args: Any, **options: Any) -> Any:
        _count(self)
        return getattr(super(Watched, self), name)(*args, **options)

    return method


for _name in ("fill", "partition", "put", "sort"):
    setattr(Watched, _name, _writing(_name))
