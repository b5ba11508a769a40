import gc
from typing import Any

import numpy as np
import pytest
import torch

from autograd_lab.engine import Value, topological_order

UNARY: dict[str, Any] = {
    "exp": (lambda v: v.exp(), torch.exp),
    "log": (lambda v: (v * v).log(), lambda t: (t * t).log()),
    "tanh": (lambda v: v.tanh(), torch.tanh),
    "sigmoid": (lambda v: v.sigmoid(), torch.sigmoid),
    "relu": (lambda v: v.relu(), torch.relu),
    "neg": (lambda v: -v, lambda t: -t),
    "cube": (lambda v: v**3, lambda t: t**3),
    "inverse": (lambda v: v**-1, lambda t: t**-1),
    "zeroth power": (lambda v: v**0, lambda t: t**0),
    "plus": (lambda v: v + 2, lambda t: t + 2),
    "plus on the left": (lambda v: 2 + v, lambda t: 2 + t),
    "minus": (lambda v: v - 2, lambda t: t - 2),
    "minus on the left": (lambda v: 2 - v, lambda t: 2 - t),
    "times": (lambda v: v * 3, lambda t: t * 3),
    "times on the left": (lambda v: 3 * v, lambda t: 3 * t),
    "over": (lambda v: v / 4, lambda t: t / 4),
    "over on the left": (lambda v: 4 / v, lambda t: 4 / t),
    "power on the left": (lambda v: 2**v, lambda t: 2**t),
    "square": (lambda v: v * v, lambda t: t * t),
    "difference with itself": (lambda v: v - v * v, lambda t: t - t * t),
}


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("x", [-1.7, -0.3, 0.4, 2.5])
def test_a_rule_of_one_operand_is_torchs(name: str, x: float) -> None:
    ours, theirs = UNARY[name]
    v, t = Value(x), torch.tensor(x, dtype=torch.float64, requires_grad=True)
    y, z = ours(v), theirs(t)
    y.backward()
    z.backward()
    assert y.data == pytest.approx(z.item(), rel=1e-14)
    assert t.grad is not None
    assert v.grad == pytest.approx(t.grad.item(), rel=1e-13)


BINARY: dict[str, Any] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "**": lambda x, y: (x * x) ** y,
}


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize(("x", "y"), [(1.5, -0.7), (-2.0, 3.0), (0.3, 0.3)])
def test_a_rule_of_two_operands_is_torchs(name: str, x: float, y: float) -> None:
    leaves = Value(x), Value(y)
    tensors = [torch.tensor(z, dtype=torch.float64, requires_grad=True) for z in (x, y)]
    BINARY[name](*leaves).backward()
    BINARY[name](*tensors).backward()
    for leaf, tensor in zip(leaves, tensors, strict=True):
        assert tensor.grad is not None
        assert leaf.grad == pytest.approx(tensor.grad.item(), rel=1e-13)


def test_zero_to_a_power() -> None:
    for n, slope in ((0, 0.0), (1, 1.0), (2, 0.0)):
        x = Value(0.0)
        (x**n).backward()
        assert x.grad == slope
    with pytest.raises(ZeroDivisionError):
        Value(0.0) ** 0.5
    with pytest.raises(ValueError, match="needs a whole exponent"):
        Value(-8.0) ** 0.5


def test_a_second_backward_adds_to_leaves_and_starts_afresh_between() -> None:
    x, w = Value(3.0), Value(-2.0)
    tx, tw = (torch.tensor(z, dtype=torch.float64, requires_grad=True) for z in (3.0, -2.0))
    between = x * w
    y = between * between + x
    tbetween = tx * tw
    tbetween.retain_grad()
    ty = tbetween * tbetween + tx
    for call in range(3):
        y.backward()
        tbetween.grad = None
        ty.backward(retain_graph=True)
        assert tx.grad is not None
        assert tw.grad is not None
        assert tbetween.grad is not None
        assert (x.grad, w.grad) == (tx.grad.item(), tw.grad.item()), call
        assert (between.grad, y.grad) == (tbetween.grad.item(), 1.0)


def test_backward_from_two_results_adds_up() -> None:
    x = Value(3.0)
    shared = x * x
    (shared * 2).backward()
    (shared * 5).backward()
    assert x.grad == 7 * 6.0


def test_a_leafs_own_backward_adds_one() -> None:
    x = Value(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0


def test_changing_data_afterwards_changes_no_slope() -> None:
    x = Value(3.0)
    y = x * x
    x.data = 100.0
    y.backward()
    assert x.grad == 6.0


def test_a_million_deep_is_fine_and_freed() -> None:
    x = Value(1.0)
    y = x
    gc.disable()  # a million objects that are all alive
    try:
        for _ in range(1_000_000):
            y = y + x
        y.backward()
    finally:
        gc.enable()
    assert x.grad == 1_000_001
    del y


def test_parents_stand_in_the_order_of_the_operands() -> None:
    x, y = Value(1.0), Value(2.0)
    assert (x - y).parents == (x, y)
    assert (x * x).parents == (x, x)
    assert (2 - y).parents == (y,)
    assert x.parents == ()


@pytest.mark.parametrize("bad", ["1", None, 1j, [1.0], np.ones(2)])
def test_what_is_no_number_is_refused(bad: Any) -> None:
    with pytest.raises(TypeError, match="needs a real number; got"):
        Value(bad)
    if not isinstance(bad, np.ndarray):
        with pytest.raises(TypeError, match="Values and real numbers; got"):
            Value(1.0) * bad


def test_numpy_and_integer_numbers_become_floats() -> None:
    for number in (2, True, np.float32(2), np.int64(2), np.float64(2)):
        v = number * Value(number) + number
        assert type(v) is Value
        assert type(v.data) is float


def test_a_program_written_for_micrograd_runs() -> None:
    # Its README's example, its drawing code's walk and its training loop, in our words.
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    ta, tb = (torch.tensor(z, dtype=torch.float64, requires_grad=True) for z in (-4.0, 2.0))
    tc = ta + tb
    td = ta * tb + tb**3
    tc = tc + tc + 1
    tc = tc + 1 + tc + (-ta)
    td = td + td * 2 + (tb + ta).relu()
    td = td + 3 * td + (tb - ta).relu()
    tf = (tc - td) ** 2
    (tf / 2.0 + 10.0 / tf).backward()
    assert ta.grad is not None
    assert tb.grad is not None
    assert (a.grad, b.grad) == pytest.approx((ta.grad.item(), tb.grad.item()), rel=1e-12)

    nodes, edges = set(), set()

    def build(v: Value) -> None:
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(g)
    assert {n._op for n in nodes} >= {"", "+", "*", "ReLU", "**3"}
    assert len(nodes) == len(topological_order(g))

    parameters = [Value(0.5), Value(-0.5)]
    losses = []
    for _ in range(20):
        total = sum((1 + -(parameters[0] * x + parameters[1]) * y).relu() for x, y in ((1.0, 1), (-2.0, -1)))
        loss = total * (1.0 / 2) + 1e-4 * sum(p * p for p in parameters)
        for p in parameters:
            p.grad = 0
        loss.backward()
        for p in parameters:
            p.data -= 0.1 * p.grad
        losses.append(loss.data)
    assert losses[-1] < losses[0] / 10


def test_topological_order_puts_parents_first_on_a_diamond() -> None:
    x = Value(2.0)
    left, right = x * 3, x + 1
    late = left * right
    root = late + left
    order = topological_order(root)
    assert len(order) == len(set(order)) == 5
    for node in order:
        assert all(order.index(parent) < order.index(node) for parent in node.parents)
    assert order[-1] is root
