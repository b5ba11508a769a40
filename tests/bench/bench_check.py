"""What a check and an import cost: ``python tests/bench/bench_check.py``. Prints figures, asserts nothing.

The first wrong answer to an exercise asks all of its mistakes; it is measured in a fresh process, after a right answer,
as in a notebook.
"""

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

# An exercise, and a wrong answer. What is timed is judging; showing is the same for all.
WRONG = {
    "adaptive_optimizers.adam_step": "lambda p, g, m, v, t, lr, b1, b2, eps: (p - 3 * lr * g, m, v)",
    "training_step.step": "lambda model, data, labels, optimizer: 7.0",
    "training_step.sgd_update": "lambda p, g, b, lr, mu: (p - 3 * lr * g, g)",
    "gradient_checking.LeakyReLU": "type('LeakyReLU', (exercise.reference,), "
    "{'backward': staticmethod(lambda ctx, g: (3 * g, None))})",
    "reverse_mode.mul_vjp": "lambda grad, x, y: (3 * grad, grad)",
}
FIRST = """
import sys, time
from autograd_lab.exercises import find
from autograd_lab.grading.judge import judge
exercise = find(sys.argv[1])
times = []
for answer in (exercise.alternatives[0], eval(sys.argv[2])):
    begin = time.perf_counter()
    status = judge(exercise, answer).status
    times.append(time.perf_counter() - begin)
    assert status == ("passed", "wrong")[len(times) - 1], status
print(*times)
"""


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


def first_wrong_ms(name: str, answer: str, times: int = 3) -> tuple[float, float]:
    """Return what a right answer and then the first wrong one take to judge, in milliseconds."""
    command = [sys.executable, "-c", FIRST, name, answer]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(times)]
    right, wrong = zip(*((float(a), float(b)) for a, b in runs), strict=True)
    return 1000 * statistics.median(right), 1000 * statistics.median(wrong)


def check_in_a_copy(answer: Any) -> None:
    """Check as a notebook does: judged, recorded, shown."""
    with contextlib.redirect_stdout(io.StringIO()):
        notebook.check(NUMPY_ONLY.name, answer)


if __name__ == "__main__":
    notebook.find = lambda name: NUMPY_ONLY  # type: ignore[assignment]
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
    for name, answer in WRONG.items():
        right, wrong = first_wrong_ms(name, answer)
        print(f"{name}: a right answer {right:.0f} ms, the first wrong one after it {wrong:.0f} ms")
