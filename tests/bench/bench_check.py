"""What a check and an import cost: ``python tests/bench/bench_check.py``. Prints figures, asserts nothing."""

import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograd_lab.grading import judge
from autograd_lab.grading.exercise import Draw, Exercise, Mistake, Step
from autograd_lab.learner import notebook


def probe(answer: Any, draw: Draw) -> Iterator[Step]:
    for shape in ((3, 4), (5,), (2, 3, 4)):
        x, grad = draw.array(*shape), draw.array(*shape)
        yield f"x of shape {shape}", answer(grad, x)


NUMPY_ONLY = Exercise(
    name="bench.square_vjp",
    probe=probe,
    reference=lambda grad, x: grad * 2 * x,
    alternatives=(),
    mistakes=tuple(Mistake(f"factor {k}", lambda grad, x, k=k: grad * k * x, "wrong factor") for k in range(3, 12)),
    hints=("a", "b", "c"),
    section="",
    notice="",
)


def median_ms(work: Callable[[], Any], times: int = 200) -> float:
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begin)
    return 1000 * statistics.median(spent)


def import_ms(statement: str, times: int = 15) -> float:
    return median_ms(lambda: subprocess.run([sys.executable, "-c", statement], check=True), times)


def check_in_a_copy(answer: Any) -> None:
    """Check as a notebook does: judged, recorded, shown."""
    with contextlib.redirect_stdout(io.StringIO()):
        notebook.check(NUMPY_ONLY.name, answer)


if __name__ == "__main__":
    judge.find = notebook.find = lambda name: NUMPY_ONLY  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AUTOGRAD_LAB_HOME"] = folder
        Path(folder, ".autograd-lab", "base").mkdir(parents=True)
        os.chdir(folder)
        for name, answer in {
            "a right answer": lambda grad, x: 2 * grad * x,
            "a known mistake, the last of nine": lambda grad, x: 11 * grad * x,
            "an unknown mistake": lambda grad, x: grad * x**3,
        }.items():
            judged = median_ms(lambda answer=answer: judge.judge(NUMPY_ONLY, answer))
            whole = median_ms(lambda answer=answer: check_in_a_copy(answer))
            print(f"{name}: judged in {judged:.1f} ms; judged, recorded and shown in {whole:.1f} ms")
        os.chdir("/")
    bare, ours = import_ms("pass"), import_ms("import autograd_lab")
    print(f"bare interpreter {bare:.0f} ms, import autograd_lab {ours - bare:+.0f} ms: {ours / bare:.2f} times")
