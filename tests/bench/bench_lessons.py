"""What each lesson costs of ``make test``, in CPU seconds: ``python tests/bench/bench_lessons.py [LESSON…]``.

First what is asked of its exercises, with three seeds; then its two notebooks, executed and compared. A lesson should
stay below 60. Prints figures, asserts nothing.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NBVAL = ("--nbval", "--nbval-current-env", "--nbval-cell-timeout=60", "-p", "no:cacheprovider")


def cpu_seconds(*arguments: str) -> float:
    """Return what a pytest run and all its children have used; say so where it failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    settings = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "JUPYTER_PREFER_ENV_PATH": "1"}
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True)
    if ended.returncode:
        print(ended.stdout[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    lessons = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9][0-9]_*.py"))
    idle = cpu_seconds("tests/test_exercises.py", "--collect-only")
    print(f"{'lesson':<24}{'exercises':>10}{'notebooks':>10}{'together':>10}   (collecting alone: {idle:.1f})")
    for lesson in sys.argv[1:] or lessons:
        exercises = cpu_seconds("tests/test_exercises.py", "-k", lesson[3:]) - idle
        notebooks = cpu_seconds(*NBVAL, f"lessons/{lesson}.ipynb", f"solutions/{lesson}.ipynb")
        print(f"{lesson:<24}{exercises:>10.1f}{notebooks:>10.1f}{exercises + notebooks:>10.1f}", flush=True)
