"""What the source of a cell says: the same as another, whatever it calls things, and whether it keeps a name.

`differ` says whether two cells differ in more than the names of what they define themselves, whitespace, comments and
docstrings. Nothing is executed.
"""

import ast
import re
import sys
from typing import Any


def running_cell() -> str:
    """Return the source of the notebook's cell that runs now; empty elsewhere."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    cells = shell.user_ns.get("In") if shell is not None else None
    return str(cells[-1]) if cells else ""


def assigns(cell: str, name: str) -> bool:
    """Say whether a cell gives a value to a name, at the beginning of a line."""
    return re.search(rf"^\s*{re.escape(name)}\s*(:[^=\n]+)?=(?!=)", cell, re.MULTILINE) is not None


def defines(cell: str, name: str) -> bool:
    """Say whether a cell has a function or a class of that name."""
    return re.search(rf"^\s*(def|class)\s+{re.escape(name)}\b", cell, re.MULTILINE) is not None


def differ(one: str, other: str) -> bool:
    """Say whether two pieces of source define their names in different ways.

    Parameters
    ----------
    one, other : str
        Python source. Checks, and expressions that stand alone, such as a call of `print`, are left out.

    Returns
    -------
    bool
        False where one can be had from the other by other names of arguments, variables and helpers.

    Raises
    ------
    SyntaxError
        When one of them is not Python.
    """
    return _normal(one) != _normal(other)


def _normal(source: str) -> str:
    tree = ast.parse(source)
    tree.body = [statement for statement in tree.body if not _is_aside(statement)]
    for node in ast.walk(tree):
        # A docstring, and a `...` or a string in the place of a comment.
        if isinstance(body := getattr(node, "body", None), list):
            node.body = [s for s in body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]  # type: ignore[attr-defined]
    mine = {name for node in ast.walk(tree) for field in _names(node) if (name := _bound(node, field))}
    numbers: dict[str, str] = {}
    for node in ast.walk(tree):
        for field in _names(node):
            name = getattr(node, field)
            if name in mine:
                setattr(node, field, numbers.setdefault(name, f"_{len(numbers)}"))
    return ast.dump(tree)


def _is_aside(statement: ast.stmt) -> bool:
    """Whether a statement of a cell is a check, or an expression that stands alone."""
    value: Any = getattr(statement, "value", None)
    checks = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "check"
    return checks or isinstance(statement, ast.Expr)


def _names(node: ast.AST) -> tuple[str, ...]:
    """Return the fields of a node that hold a name, other than an attribute's or a keyword's."""
    if isinstance(node, ast.Name):
        return ("id",)
    if isinstance(node, ast.arg):
        return ("arg",)
    if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.ExceptHandler)):
        return ("name",)
    return ()


def _bound(node: ast.AST, field: str) -> str | None:
    """Return the name that a node gives to something, if it gives one."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return None
    name = getattr(node, field)
    return name if isinstance(name, str) else None
