"""A time limit on work that may never end by itself.

`run_limited(work, seconds)` calls ``work()`` and stops it with an exception when its time is up: SIGALRM on the main
thread, where a sleep is interrupted too; elsewhere (Windows, a JupyterLab subshell) an asynchronous exception, which
arrives when the interpreter next runs a bytecode. Both repeat, since one may be lost in a destructor. On the main
thread a second exception follows the first at the next line, so that ``except: continue`` in a loop doesn't swallow the
limit. A single long call into C may outlast it, and elsewhere such a loop.
"""

import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

AGAIN = 0.1  # seconds between repeats


class TimeUp(BaseException):
    """The time is up. A `BaseException`, so that ``except Exception`` in an answer doesn't swallow it."""


def run_limited(work: Callable[[], None], seconds: float) -> bool:
    """Call ``work()``; return whether it ended by itself within `seconds`."""
    main = threading.current_thread() is threading.main_thread()
    limit = _Alarm(seconds) if main and hasattr(signal, "setitimer") else _Watchdog(seconds)
    ended = False
    report = sys.unraisablehook

    def report_others(lost: Any) -> None:
        if lost.exc_type is not TimeUp:
            report(lost)

    try:
        sys.unraisablehook = report_others  # what is lost in a destructor comes again
        limit.start()
        work()
        ended = True
    except TimeUp:
        pass
    finally:
        while True:  # a repeat may strike in here
            try:
                limit.stop()
                sys.unraisablehook = report
                break
            except TimeUp:
                continue
    return ended


class _Alarm:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.active = False

    def start(self) -> None:
        self.before = signal.signal(signal.SIGALRM, self._strike)
        self.tracer = sys.gettrace()  # a debugger's, or a coverage tool's
        self.active = True
        self.begin = time.monotonic()
        self.outer = signal.setitimer(signal.ITIMER_REAL, self.seconds, AGAIN)

    def _strike(self, number: int, frame: FrameType | None) -> None:
        if not self.active or time.monotonic() - self.begin < 0.9 * self.seconds:
            return  # an alarm that the work has set itself
        # Whatever catches the exception is on its next line when the tracer raises the second one.
        while frame is not None and frame.f_code is not run_limited.__code__:
            frame.f_trace = self._trace
            frame = frame.f_back
        sys.settrace(self._trace)
        raise TimeUp

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename == __file__:
            return None  # what this module does meanwhile is not the work
        if event == "line" and self.active:
            raise TimeUp
        return self._trace

    def stop(self) -> None:
        self.active = False
        sys.settrace(self.tracer)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.before)
        left, again = self.outer  # somebody else's limit, or the one around this
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - self.begin), 1e-3), again)


class _Watchdog:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.done = threading.Event()
        self.lock = threading.Lock()
        self.target = ctypes.c_ulong(threading.get_ident())

    def start(self) -> None:
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        wait = self.seconds
        while not self.done.wait(wait):
            with self.lock:
                if not self.done.is_set():
                    self._send()
            wait = AGAIN

    def stop(self) -> None:
        self.done.set()
        with self.lock:  # nothing is sent any more
            pass
        # One may be on its way. Only its arrival makes the interpreter forget about it: called back, it leaves a flag
        # behind that slows every thread down and stops a traced one for ever. So the last one is sent from here.
        try:
            self._send()
            while True:
                pass
        except TimeUp:
            pass

    def _send(self) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(self.target, ctypes.py_object(TimeUp))
