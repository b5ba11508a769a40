"""What the engines cost, side by side with others in one run. Run with ``make bench``.

Times are the median of several rounds, in which the contestants take turns; ratios are against the first named.
"""

import gc
import itertools
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import micrograd.engine
import numpy as np
import torch
from sklearn.datasets import make_moons

from autograd_lab.engine import Tensor, Value

Array = np.ndarray[Any, Any]


def in_turns(contestants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each, called in turns after one round to warm up."""
    spent: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, work in contestants.items():
            gc.collect()
            begin = time.perf_counter()
            work()
            if number:
                spent[name].append(time.perf_counter() - begin)
    return {name: statistics.median(times) for name, times in spent.items()}


def report(title: str, seconds: dict[str, float]) -> None:
    first = next(iter(seconds.values()))
    print(f"\n{title}")
    for name, value in seconds.items():
        print(f"  {name:<22} {value * 1e3:10.2f} ms   {value / first:6.2f}")


# Value against micrograd


def moons(value: Any) -> Callable[[], object]:
    """Return one training step of a 2-16-16-1 network with a hinge loss on 50 points of the two moons."""
    points, labels = make_moons(n_samples=50, noise=0.1, random_state=0)
    rng = np.random.default_rng(0)
    sizes = [2, 16, 16, 1]
    weights = [
        [[value(float(w)) for w in rng.uniform(-1, 1, inputs + 1)] for _ in range(outputs)]
        for inputs, outputs in itertools.pairwise(sizes)
    ]
    parameters = [w for layer in weights for neuron in layer for w in neuron]
    rows = [[float(x) for x in row] for row in points]
    signs = [2 * int(label) - 1 for label in labels]

    def score(x: list[Any]) -> Any:
        for depth, layer in enumerate(weights):
            x = [sum((w * xi for w, xi in zip(neuron, x, strict=False)), neuron[-1]) for neuron in layer]
            if depth < len(weights) - 1:
                x = [xi.relu() for xi in x]
        return x[0]

    def step() -> float:
        losses = [(1 + -sign * score([value(x) for x in row])).relu() for row, sign in zip(rows, signs, strict=True)]
        loss = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0
        loss.backward()
        for p in parameters:
            p.data -= 0.01 * p.grad
        return float(loss.data)

    return step


def chain(value: Any, length: int) -> Callable[[], object]:
    """Return the forward and the backward pass of x·0.999 + x, repeated."""

    def work() -> float:
        x = value(1.0)
        y = x
        for _ in range(length // 2):
            y = y * 0.999 + x
        y.backward()
        return float(x.grad)

    return work


def bytes_a_node(value: Any) -> tuple[float, float]:
    """Return the bytes that a node of a chain takes, after the forward pass and at the peak of the backward pass."""
    tracemalloc.start()
    x = value(1.0)
    y = x
    for _ in range(1000):
        y = y + x
    after = tracemalloc.get_traced_memory()[0]
    y.backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return after / 1000, peak / 1000


def compare_values() -> None:
    micro = micrograd.engine.Value
    sys.setrecursionlimit(20_000)
    assert abs(moons(Value)() - moons(micro)()) < 1e-9
    report(
        "one step on two moons, 50 points, 337 weights",
        in_turns({"Value": moons(Value), "micrograd": moons(micro)}, 7),
    )
    for length in (10**3, 10**4):
        work: dict[str, Callable[[], object]] = {"Value": chain(Value, length)}
        try:
            chain(micro, length)()
            work["micrograd"] = chain(micro, length)
        except RecursionError:
            print(f"\nmicrograd: RecursionError on a chain of {length:,}")
        report(f"a chain of {length:,}", in_turns(work, 7))
    for length in (10**5, 10**6):
        seconds = in_turns({"Value": chain(Value, length)}, 3)["Value"]
        print(f"\na chain of {length:,}: {seconds:.2f} s, {seconds / length * 1e6:.2f} µs a node (micrograd recurses)")
    for name, value in {"Value": Value, "micrograd": micro}.items():
        after, peak = bytes_a_node(value)
        print(f"{name}: {after:.0f} bytes a node, {peak:.0f} at the peak of backward")


# Tensor against others

SIZES = (784, 256, 128, 10)


def perceptron(batch: int, dtype: Any) -> tuple[list[Array], Array, Array]:
    rng = np.random.default_rng(0)
    parameters = []
    for inputs, outputs in itertools.pairwise(SIZES):
        parameters.append((rng.normal(size=(inputs, outputs)) / np.sqrt(inputs)).astype(dtype))
        parameters.append(np.zeros(outputs, dtype))
    x = rng.normal(size=(batch, SIZES[0])).astype(dtype)
    return parameters, x, rng.integers(0, SIZES[-1], batch)


def with_tensor(batch: int, dtype: Any) -> Callable[[], list[Array]]:
    arrays, x, targets = perceptron(batch, dtype)
    parameters = [Tensor(p) for p in arrays]
    data, rows = Tensor(x, requires_grad=False), np.arange(batch)

    def step() -> list[Array]:
        h = data
        for depth in range(0, 6, 2):
            h = h @ parameters[depth] + parameters[depth + 1]
            if depth < 4:
                h = h.relu()
        loss = (h.logsumexp(1) - h[rows, targets]).mean()
        for p in parameters:
            p.grad = None
        loss.backward()
        return [np.asarray(p.grad) for p in parameters]

    return step


def with_autograd(batch: int, dtype: Any) -> Callable[[], list[Array]]:
    parameters, x, targets = perceptron(batch, dtype)
    rows = np.arange(batch)

    def loss(parameters: list[Any]) -> Any:
        h = x
        for depth in range(0, 6, 2):
            h = anp.dot(h, parameters[depth]) + parameters[depth + 1]
            if depth < 4:
                h = anp.maximum(h, 0)
        top = anp.max(h, 1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(h - top), 1)) + top[:, 0] - h[rows, targets])

    gradient = autograd.grad(loss)
    return lambda: list(gradient(parameters))


def with_torch(batch: int, dtype: Any) -> Callable[[], list[Array]]:
    arrays, x, targets = perceptron(batch, dtype)
    parameters = [torch.tensor(p, requires_grad=True) for p in arrays]
    data, labels = torch.from_numpy(x), torch.from_numpy(targets)

    def step() -> list[Array]:
        h = data
        for depth in range(0, 6, 2):
            h = h @ parameters[depth] + parameters[depth + 1]
            if depth < 4:
                h = h.relu()
        loss = torch.nn.functional.cross_entropy(h, labels)
        return [g.numpy() for g in torch.autograd.grad(loss, parameters)]

    return step


def by_hand(batch: int, dtype: Any) -> Callable[[], list[Array]]:
    (w1, b1, w2, b2, w3, b3), x, targets = perceptron(batch, dtype)
    rows = np.arange(batch)

    def step() -> list[Array]:
        h1 = np.maximum(x @ w1 + b1, 0)
        h2 = np.maximum(h1 @ w2 + b2, 0)
        logits = h2 @ w3 + b3
        powers = np.exp(logits - logits.max(1, keepdims=True))
        g = powers / powers.sum(1, keepdims=True)
        g[rows, targets] -= 1
        g /= batch
        dw3, db3 = h2.T @ g, g.sum(0)
        g = (g @ w3.T) * (h2 > 0)
        dw2, db2 = h1.T @ g, g.sum(0)
        g = (g @ w2.T) * (h1 > 0)
        return [x.T @ g, g.sum(0), dw2, db2, dw3, db3]

    return step


def compare_tensors() -> None:
    makers = {
        "Tensor": with_tensor,
        "NumPy by hand": by_hand,
        "HIPS autograd": with_autograd,
        "torch (CPU)": with_torch,
    }
    for dtype in (np.float64, np.float32):
        for batch in (64, 1024):
            work = {name: make(batch, dtype) for name, make in makers.items()}
            wanted = by_hand(batch, dtype)()
            for name, step in work.items():
                for got, want in zip(step(), wanted, strict=True):
                    assert np.allclose(got, want, rtol=1e-3, atol=1e-5), name
            title = f"gradients of a {'-'.join(map(str, SIZES))} perceptron, batch {batch}, {np.dtype(dtype)}"
            report(title, in_turns(work, 15))


if __name__ == "__main__":
    compare_values()
    compare_tensors()
