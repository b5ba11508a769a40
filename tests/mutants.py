"""Automatic mutants of the lessons' solutions: each is a small slip, and the exercise's grader must reject it.

`of(lesson, exercise)` parses the solution cell, applies one change at a time, and yields `Mutant`s; `EQUIVALENT` lists
those that are right after all, each with a kind and a reason.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple


class Equivalent(NamedTuple):
    exercise: str
    line: str  # the mutated line, as `Mutant.line` has it
    kind: str  # "kink", "rescaling", "symmetry", "unreachable", or "lenient" where torch mends it
    reason: str


_ONE_SIZE = "tensors that are close have the same largest size up to 1e-6; others are far from the line either way"

EQUIVALENT: tuple[Equivalent, ...] = (
    *(
        Equivalent("derivatives.close_enough", f"size = {size}", "rescaling", _ONE_SIZE)
        for size in (
            "min(got.abs().max(), want.abs().max())",
            "max(got.abs().min(), want.abs().max())",
            "max(got.abs().max(), want.abs().min())",
            "max(got.max(), want.abs().max())",
            "max(got.abs().max(), want.max())",
        )
    ),
    Equivalent(
        "derivatives.close_enough",
        "return bool((got - want).abs().max() <= 2e-06 * size)",
        "rescaling",
        "the exercise promises to stay a factor of 100 away from the line",
    ),
    Equivalent(
        "derivatives.close_enough",
        "return bool((want - got).abs().max() <= 1e-06 * size)",
        "rescaling",
        "the absolute value takes the sign away",
    ),
    Equivalent(
        "gradient_descent.largest_stable_lr",
        "return 2 / torch.linalg.eigvalsh(hessian)[-1]",
        "lenient",
        "a tensor of shape () is a number to the judge",
    ),
    Equivalent(
        "gradient_descent.best_heavy_ball",
        "return (4 / (low + high) ** 2, ((low - high) / (high + low)) ** 2)",
        "symmetry",
        "the square takes the sign away",
    ),
    Equivalent(
        "gradient_descent.minimize", "return path", "lenient", "a list of points is the same sequence to the judge"
    ),
    Equivalent(
        "gradient_descent.minimize",
        "x, velocity = (start, torch.zeros_like(start))",
        "unreachable",
        "nothing writes into start, and stacking the points copies it",
    ),
    Equivalent(
        "adaptive_optimizers.Adam", "@torch.no_grad", "lenient", "torch takes this decorator without brackets, too"
    ),
    Equivalent("reverse_mode.relu_vjp", "return grad if x >= 0 else 0.0", "kink", "any subgradient is right at 0"),
    Equivalent(
        "finite_differences.relative_error",
        "return np.linalg.norm(want - got) / size",
        "symmetry",
        "a vector and its opposite are equally long",
    ),
    Equivalent(
        "gradient_checking.directional_error",
        "return abs(np.sum(gradient * direction) - quotient)",
        "symmetry",
        "the absolute value takes the sign away",
    ),
    Equivalent(
        "gradient_checking.gradcheck",
        "return bool(np.linalg.norm(want - got) <= tolerance * size)",
        "symmetry",
        "a vector and its opposite are equally long",
    ),
    Equivalent(
        "gradient_checking.gradcheck",
        "return np.linalg.norm(got - want) <= tolerance * size",
        "lenient",
        "NumPy's bool is a bool",
    ),
    Equivalent(
        "gradient_checking.AddBias",
        "return (grad, grad)",
        "lenient",
        "torch sums a gradient that is too large over the axes along which its input was repeated",
    ),
    *(
        Equivalent(
            "gradient_checking.LeakyReLU", line, "kink", "at 0 both branches give 0, and any subgradient is right"
        )
        for line in (
            "return torch.where(x >= 0, x, slope * x)",
            "return (torch.where(x >= 0, grad, ctx.slope * grad), None)",
        )
    ),
    *(
        Equivalent("tensors.matmul_vjp", line, "symmetry", "two axes are exchanged, whichever is named first")
        for line in ("da = grad @ b.swapaxes(-2, -1)", "db = a.swapaxes(-2, -1) @ grad")
    ),
)

_OTHER_OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.FloorDiv: [ast.Mult],
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}
_OTHER_NAMES = {
    a: b
    for pair in (
        ("sum", "mean"),
        ("max", "min"),
        ("amax", "amin"),
        ("argmax", "argmin"),
        ("sin", "cos"),
        ("zeros", "ones"),
        ("zeros_like", "ones_like"),
        ("any", "all"),
        ("real", "imag"),
    )
    for a, b in (pair, pair[::-1])
} | {"exp": "log", "sqrt": "square", "tanh": "sinh", "abs": "square", "norm": "sum"}
_SYMMETRIC = ("max", "min", "maximum", "minimum")  # functions whose arguments may change places
_SWAP_MATTERS = (ast.Sub, ast.Div, ast.Pow, ast.MatMult, ast.FloorDiv)


@dataclass(frozen=True)
class Mutant:
    """A solution with one change; `line` is the changed statement."""

    exercise: str
    line: str
    source: str
    before: tuple[str, ...]  # the cells that the solution builds on

    def answer(self) -> Any:
        """Build the answer; a mutant that fails while it is defined has none, `...`."""
        space: dict[str, Any] = {"__name__": "lesson"}
        for source in self.before:
            exec(source, space)
        try:
            exec(compile(self.source, f"<mutant of {self.exercise}>", "exec"), space)
        except Exception:
            return ...
        return space.get(self.exercise.partition(".")[2], ...)


def of(lesson: Any, exercise: str) -> Iterator[Mutant]:
    """Yield the mutants of an exercise's solution, each different from it and from the others."""
    before = [lesson.first_cell]
    for name, solved, _ in lesson.solution_cells():
        if name == exercise:
            break
        before.append(ast.unparse(_silent(solved)))
    else:
        raise AssertionError(f"{exercise} stands in no cell of {lesson.name}")
    tree = _silent(solved)
    seen = {ast.unparse(tree)}
    for number in range(sum(1 for _ in ast.walk(tree))):
        for variant in range(12):
            changed = copy.deepcopy(tree)
            line = _mutate(changed, number, variant)
            if line is None:
                break
            source = ast.unparse(ast.fix_missing_locations(changed))
            if source not in seen:
                seen.add(source)
                yield Mutant(exercise, line(), source, tuple(before))


def _silent(cell: str) -> ast.Module:
    """Return a cell without what it only shows: expressions between its definitions are no part of the answer."""
    tree = ast.parse(cell)
    tree.body = [statement for statement in tree.body if not isinstance(statement, ast.Expr)]
    return tree


def _mutate(tree: ast.Module, number: int, variant: int) -> Any:
    """Apply the `variant`-th change to the `number`-th node; return how to print the changed line, or None."""
    parents = {child: (node, field) for node in ast.walk(tree) for field, child in _children(node)}
    node = list(ast.walk(tree))[number]
    changes = list(_changes(node, tree))
    if variant >= len(changes):
        return None
    statement = node
    while not isinstance(statement, ast.stmt) and statement in parents:
        statement = parents[statement][0]
    was = ast.unparse(statement).splitlines()[0]
    replacement = changes[variant]()
    if replacement is not None and node in parents:
        _replace(parents[node][0], node, replacement)
    if replacement is not None and statement is node:
        return lambda: f"{was}  # deleted"
    return lambda: ast.unparse(statement).splitlines()[0]


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield field, child


def _replace(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for field, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, field, new)
        elif isinstance(value, list):
            setattr(parent, field, [new if child is old else child for child in value])


def _changes(node: ast.AST, tree: ast.Module) -> Iterator[Any]:
    """Yield functions that change `node` in place (returning None) or return what should stand in its place."""

    def setter(target: Any, field: str, value: Any) -> Any:
        return lambda: setattr(target, field, value)

    match node:
        case ast.BinOp():
            yield from (setter(node, "op", op()) for op in _OTHER_OPERATORS.get(type(node.op), []))
            yield lambda: node.left
            yield lambda: node.right
            if isinstance(node.op, _SWAP_MATTERS):
                yield lambda: ast.BinOp(node.right, node.op, node.left)
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield lambda: node.operand
        case ast.Compare():
            for at, op in enumerate(node.ops):
                for other in _OTHER_OPERATORS.get(type(op), []):
                    ops = [other() if i == at else o for i, o in enumerate(node.ops)]
                    yield setter(node, "ops", ops)
        case ast.BoolOp():
            yield setter(node, "op", _OTHER_OPERATORS[type(node.op)][0]())
            yield lambda: node.values[0]
            yield lambda: node.values[-1]
        case ast.AugAssign():
            yield from (setter(node, "op", op()) for op in _OTHER_OPERATORS.get(type(node.op), []))
            yield lambda: ast.Assign([node.target], node.value)
            yield lambda: ast.Pass()
        case ast.If() | ast.While() | ast.IfExp():
            yield setter(node, "test", ast.UnaryOp(ast.Not(), node.test))
        case ast.Constant(value=bool()):
            yield lambda: ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            yield from (
                (lambda v=v: ast.Constant(v))
                for v in (node.value + 1, -node.value, 0, node.value * 2)
                if v != node.value
            )
        case ast.Call():
            yield from _call_changes(node)
        case ast.Attribute(attr="T" | "mT"):
            yield lambda: node.value
        case ast.Return() | ast.Assign() | ast.AnnAssign():
            yield lambda: ast.Pass()
        case ast.Expr() if not isinstance(node.value, ast.Constant):
            yield lambda: ast.Pass()


def _call_changes(node: ast.Call) -> Iterator[Any]:
    for at in range(0 if ast.unparse(node.func).split(".")[-1] in _SYMMETRIC else len(node.args) - 1):
        swapped = [*node.args[:at], node.args[at + 1], node.args[at], *node.args[at + 2 :]]
        yield lambda swapped=swapped: setattr(node, "args", swapped)
    for keyword in node.keywords:
        left = [k for k in node.keywords if k is not keyword]
        yield lambda left=left: setattr(node, "keywords", left)
    name = node.func
    if isinstance(name, ast.Attribute):
        if name.attr in _OTHER_NAMES:
            yield lambda: setattr(name, "attr", _OTHER_NAMES[name.attr])
        yield lambda: name.value  # x.sum() becomes x
        yield lambda: name  # x.sum() becomes x.sum
    elif isinstance(name, ast.Name) and name.id in _OTHER_NAMES:
        yield lambda: setattr(name, "id", _OTHER_NAMES[name.id])
    if len(node.args) == 1:
        yield lambda: node.args[0]  # f(x) becomes x
