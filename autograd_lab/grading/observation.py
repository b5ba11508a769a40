"""Observe an answer: run a probe on it, safely, and keep what was seen.

`observe(exercise, answer, seed)` takes any object as the answer and returns an `Observed`: the labelled plain data
that the probe yielded, and how it ended. It never raises for anything that the answer does. What the answer prints or
warns is kept beside; random state, gradient mode and NumPy's error state are the caller's own again afterwards.
"""

import contextlib
import dis
import functools
import io
import linecache
import os
import re
import sys
import sysconfig
import threading
import time
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograd_lab.grading import lending
from autograd_lab.grading.exercise import Draw, Exercise, Rule
from autograd_lab.grading.plain import freeze, wrapping
from autograd_lab.grading.timelimit import TimeUp, run_limited
from autograd_lab.random_states import seeded

MOST_OUTPUT = 20_000  # characters of what an answer prints that are kept
_RAISE = dis.opmap["RAISE_VARARGS"]
_NOT_THE_LEARNERS = (
    str(Path(__file__).parents[1]),
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
)


@dataclass(frozen=True)
class Observation:
    """One labelled piece of plain data.

    `scale` is the largest magnitude that went into it, 0 when it shows; `wrapping` is what its numbers came in.
    """

    label: str
    value: Any
    wrapping: str = ""
    scale: float = 0.0

    @property
    def is_rule(self) -> bool:
        """Whether this is about what must not happen, rather than about what is returned."""
        return isinstance(self.label, Rule)


@dataclass
class Observed:
    """What a probe saw of an answer.

    Attributes
    ----------
    steps : list of Observation
    ending : str
        ``"finished"``; ``"todo"``, a `NotImplementedError` raised by the answer's own line; ``"raised"``, another
        exception with a frame of the answer in its traceback; ``"unusable"``, an exception of the probe's own, which
        could not use what it got; ``"timeout"``; ``"cut"``, the caller had seen enough, or
        the answer was the lent one.
    error, error_type : str
        The exception in words, and its class's name; empty when it finished.
    lines : tuple of str
        The answer's own lines in the traceback, outermost first.
    output : str
        What the answer printed and warned, cut to a sensible length.
    lent : bool
        Whether the exercise's own lent answer was called.
    seconds : float
    """

    steps: list[Observation] = field(default_factory=list)
    ending: str = "finished"
    error: str = ""
    error_type: str = ""
    lines: tuple[str, ...] = ()
    output: str = ""
    lent: bool = False
    seconds: float = 0.0


_one_at_a_time = threading.RLock()  # an observation takes over sys.stdout and other things of the whole process


def observe(
    exercise: Exercise,
    answer: Any,
    seed: int,
    seconds: float | None = None,
    go_on: Callable[[int, Observation], bool] | None = None,
) -> Observed:
    """Run the exercise's probe on `answer`.

    Parameters
    ----------
    exercise : Exercise
    answer : object
        Anything at all.
    seed : int
        For the probe's `Draw`, and for the global generators that an answer may use.
    seconds : float, optional
        The time limit, instead of the exercise's own.
    go_on : callable, optional
        ``go_on(position, observation)`` is asked after each step; when it returns False the probe is stopped there.

    Returns
    -------
    Observed
    """
    seen = Observed()
    printed = _CappedText()

    def work() -> None:
        try:
            probe = exercise.probe(answer, Draw(seed))
            for label, value, *scale in probe:
                seen.steps.append(Observation(label, freeze(value), wrapping(value), *scale))
                if run.lent or (go_on and not go_on(len(seen.steps) - 1, seen.steps[-1])):
                    seen.ending = "cut"
                    getattr(probe, "close", str)()  # here, where what it still does is limited and undone
                    return
        except TimeUp:
            raise
        except BaseException as error:
            seen.ending, seen.error_type, seen.error = "raised", "Exception", "an exception that can't be read"
            with contextlib.suppress(Exception):  # an exception may lie about itself
                _note_error(seen, error, exercise.probe, answer)

    begin = time.perf_counter()
    with _one_at_a_time, lending.running(exercise.name) as run, _own_surroundings(int(seed), printed):
        in_time = run_limited(work, seconds or exercise.seconds)
    if not in_time:
        seen.ending, seen.error_type = "timeout", "TimeUp"
    seen.seconds = time.perf_counter() - begin
    seen.lent = run.lent
    seen.output = printed.text()
    return seen


def _note_error(seen: Observed, error: BaseException, probe: Any, answer: Any) -> None:
    if type(error) is RuntimeError and type(error.__cause__) is StopIteration:
        error = error.__cause__  # what a generator, the probe, makes of a StopIteration
    own, probes = codes_of(answer), codes_of(probe)
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    frames = [t for t in frames if t.tb_frame.f_code not in probes]
    learners = [t for t in frames if t.tb_frame.f_code in own or _is_learners(t.tb_frame.f_code)]
    seen.error_type = type(error).__name__[:80]
    seen.error = f"{seen.error_type}: {_safe_text(error)}".rstrip(": ")
    if not learners:
        seen.ending = "unusable"
        return
    last = frames[-1]
    # Libraries raise NotImplementedError too, in code that an answer inherits and in C.
    raised_here = _is_learners(last.tb_frame.f_code) and last.tb_frame.f_code.co_code[last.tb_lasti] == _RAISE
    seen.ending = "todo" if issubclass(type(error), NotImplementedError) and raised_here else "raised"
    seen.lines = tuple(dict.fromkeys(_line(t) for t in (*learners[:3], *learners[-3:])))


def codes_of(answer: Any) -> set[types.CodeType]:
    """Return the code objects that belong to an answer: a function's, a class's methods', with what is nested."""
    found: set[types.CodeType] = set()
    todo = [answer]
    seen: set[int] = set()
    while todo:
        thing = todo.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        kind = type(thing)
        if kind is types.CodeType:
            found.add(thing)
            todo.extend(c for c in thing.co_consts if type(c) is types.CodeType)
        elif kind is types.FunctionType:
            todo.append(thing.__code__)
        elif kind is types.MethodType or kind in (staticmethod, classmethod):
            todo.append(thing.__func__)
        elif kind is property:
            todo.extend((thing.fget, thing.fset))
        elif kind is functools.partial:
            todo.append(thing.func)
        elif issubclass(kind, type):
            todo.extend(v for v in type.__dict__["__dict__"].__get__(thing).values() if not isinstance(v, type))
        elif "__call__" in kind.__dict__ and kind.__module__ not in sys.builtin_module_names:
            todo.append(kind)
    return found


def _is_learners(code: types.CodeType) -> bool:
    name = code.co_filename
    return not name.startswith(_NOT_THE_LEARNERS) and not name.startswith("<frozen")


def _line(trace: types.TracebackType) -> str:
    code = trace.tb_frame.f_code
    text = linecache.getline(code.co_filename, trace.tb_lineno).strip()
    where = f"line {trace.tb_lineno}" + ("" if code.co_name == "<module>" else f", in {code.co_name[:80]}")
    return f"{where}: {text[:160]}" if text else where


def _safe_text(error: BaseException) -> str:
    try:
        text = str.__str__(str(error))
    except BaseException:
        return "its message could not be read"
    text = _printable(" ".join(text.split()))
    return text if len(text) <= 300 else text[:300] + " …"


def _printable(text: str) -> str:
    """Spell out what no terminal and no browser takes: halves of characters."""
    return text.encode("utf-8", "backslashreplace").decode()


class _CappedText(io.TextIOBase):
    """A text stream that keeps the beginning of what is written and counts the rest."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.room = MOST_OUTPUT
        self.dropped = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() takes a str, not {type(text).__name__}")
        if self.room:
            self.parts.append(text[: self.room])
        self.dropped += max(0, len(text) - self.room)
        self.room = max(0, self.room - len(text))
        return len(text)

    def text(self) -> str:
        more = f"\n… and {self.dropped} more characters" if self.dropped else ""
        return _printable("".join(self.parts).rstrip() + more)


@contextlib.contextmanager
def _own_surroundings(seed: int, printed: _CappedText) -> Iterator[None]:
    """Give the answer a known state of the global settings that matter to gradients; put them back after."""
    torch = sys.modules.get("torch")
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # a working directory may be gone
            stack.callback(os.chdir, os.getcwd())
        stack.callback(sys.setrecursionlimit, sys.getrecursionlimit())
        stack.enter_context(seeded(seed))
        if torch:
            stack.callback(torch.set_default_dtype, torch.get_default_dtype())
            torch.set_default_dtype(torch.float32)
            device = torch.get_default_device()
            stack.callback(_restore_device, torch, device)
            if device.type != "cpu":  # as a context, even the CPU is in the way of every call of torch
                stack.enter_context(torch.device("cpu"))
            stack.enter_context(torch.inference_mode(False))
            stack.enter_context(torch.enable_grad())
        stack.enter_context(np.errstate(all="warn", under="ignore"))  # NumPy's defaults
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("default")
        warnings.showwarning = _printed_warning(printed)
        stack.enter_context(contextlib.redirect_stdout(printed))
        stack.enter_context(contextlib.redirect_stderr(printed))
        yield


def _restore_device(torch: Any, device: Any) -> None:
    # Only where an answer changed it: a default that was set, even to the CPU, is a mode in the way of every call.
    if torch.get_default_device() != device:
        torch.set_default_device(device)


def _printed_warning(printed: _CappedText) -> Any:
    shown = set()

    def show(message: Any, category: type[Warning], *place: Any, **more: Any) -> None:
        text = re.sub(r"\(Triggered internally at .*?\)", "", " ".join(str(message).split()))  # a path of torch's
        line = f"{category.__name__}: {text[:300].rstrip()}\n"
        if line not in shown:  # a probe calls an answer many times
            printed.write(line)
        shown.add(line)

    return show
