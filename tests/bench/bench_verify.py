"""What verifying a gradient costs beside `torch.autograd.gradcheck`, slow and fast. Run with ``make bench``.

Each measurement runs in a process of its own, whose peak memory is what the check added to that of the imports. The
slow mode is left out where its Jacobian would not fit into the memory that is allowed here.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import torch

from autograd_lab import verify

SIZES = (100, 1_000, 10_000)
WAYS = ("verify", "gradcheck, fast", "gradcheck, slow")
MEMORY = 9_000_000_000  # bytes of address space for one process


def tanh(n: int) -> tuple[Callable[..., Any], list[torch.Tensor]]:
    return torch.tanh, [torch.randn(n, dtype=torch.float64, requires_grad=True)]


def matmul(n: int) -> tuple[Callable[..., Any], list[torch.Tensor]]:
    side = round(n**0.5)
    return torch.matmul, [torch.randn(side, side, dtype=torch.float64, requires_grad=True) for _ in range(2)]


def cross_entropy(n: int) -> tuple[Callable[..., Any], list[torch.Tensor]]:
    labels = torch.randint(0, 10, (n // 10,))
    logits = torch.randn(n // 10, 10, dtype=torch.float64, requires_grad=True)
    return lambda x: torch.nn.functional.cross_entropy(x, labels, reduction="none"), [logits]


FUNCTIONS = {"tanh": tanh, "matmul": matmul, "softmax cross-entropy": cross_entropy}


def measure(name: str, n: int, way: str) -> dict[str, float]:
    """Check one function in one way; return the seconds and the bytes of memory that it took."""
    torch.manual_seed(0)
    warm, small = FUNCTIONS[name](10)
    verify(warm, small)
    torch.autograd.gradcheck(warm, small)
    fn, inputs = FUNCTIONS[name](n)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    if way == "verify":
        assert verify(fn, inputs)
    else:
        assert torch.autograd.gradcheck(fn, inputs, fast_mode=way.endswith("fast"))
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "bytes": 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)}


def apart(name: str, n: int, way: str) -> dict[str, float] | None:
    """Measure in a process of its own; None where that ran out of memory or of time."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))  # noqa: E731
    command = [sys.executable, __file__, name, str(n), way]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, preexec_fn=limit)
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout) if done.returncode == 0 else None


def main() -> None:
    print(f"\n{'':<24}{'n':>8}" + "".join(f"{way:>26}" for way in WAYS))
    for name in FUNCTIONS:
        for n in SIZES:
            cells = []
            for way in WAYS:
                found = apart(name, n, way)
                cells.append(
                    f"{found['seconds'] * 1e3:>12.1f} ms {found['bytes'] / 1e6:>7.1f} MB" if found else "too much"
                )
            print(f"{name:<24}{n:>8,}" + "".join(f"{cell:>26}" for cell in cells), flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), sys.argv[3])))
    else:
        main()
