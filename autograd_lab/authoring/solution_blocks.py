"""Solution blocks: where they stand in a code cell, and the starters that take their place.

`find_blocks` takes a cell's source and returns its blocks; `find_check` the exercise whose answer the cell
is. Both also return the faults they met. Lines are counted from 0 at the cell's first line; the caller knows
where the cell stands.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MARKERS = ("### BEGIN SOLUTION", "### STARTER", "### END SOLUTION")
# Also what was meant as a marker: taken for a comment, it would leave the solution in the lesson.
LIKE_A_MARKER = re.compile(r"#.*\b(begin|end)\W*solution\b|^\s*#+\s*starter\s*:?\s*$", re.IGNORECASE)


class Fault(NamedTuple):
    """Something wrong at a line, in a sentence that says what to do."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Block:
    """A solution between its markers.

    Attributes
    ----------
    begin, stop, end : int
        The lines of ``### BEGIN SOLUTION``, of the first line after the solution (``### STARTER``, if there
        is one), and of ``### END SOLUTION``.
    body : tuple of ast.stmt
        The solution's statements.
    starter : tuple of (int, str)
        The lines that replace it in the lesson, each with the line that it comes from.
    """

    begin: int
    stop: int
    end: int
    body: tuple[ast.stmt, ...]
    starter: tuple[tuple[int, str], ...]


def find_blocks(source: str) -> tuple[tuple[Block, ...], list[Fault]]:
    """Return the solution blocks of a code cell, and what is wrong with them; no blocks when anything is."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return (), [Fault((error.lineno or 1) - 1, f"this is not Python: {error.msg}; magics and `!` aren't either")]
    lines = source.split("\n")
    faults: list[Fault] = []
    blocks: list[Block] = []
    for begin, starter, end in _spans(lines, faults):
        stop = end if starter is None else starter
        if any(_indent(lines[number]) != _indent(lines[begin]) for number in (stop, end)):
            faults.append(Fault(end, "this block's markers are indented differently; indent them alike"))
            continue
        body = tuple(_inside(tree, begin + 1, stop + 1, faults))
        if not body:
            faults.append(Fault(begin, "this solution block holds no whole statement; put the solution into it"))
            continue
        replacement = _starter(lines, begin, starter, end, body, faults)
        blocks.append(Block(begin, stop, end, body, tuple(replacement)))
    return (() if faults else tuple(blocks)), faults


def find_check(source: str, blocks: Sequence[Block]) -> tuple[str | None, list[Fault]]:
    """Return the exercise whose answer a cell is, if it is one, and what is wrong with its check."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_check(node.func)]
    if not calls:
        where = blocks[0].begin if blocks else 0
        advice = "a solution block without an exercise; end its cell with the check, or take the markers out"
        return None, [Fault(where, advice)] if blocks else []
    here = calls[0].lineno - 1
    match tree.body[-1]:
        case ast.Assign(
            targets=[ast.Name(target)],
            value=ast.Call(args=[ast.Constant(str(name)), ast.Name(given)], keywords=[]) as call,
        ) if calls == [call] and target == given and re.fullmatch(rf"[a-z][a-z0-9_]*\.{target}", name):
            if blocks:
                return name, []
            return None, [Fault(here, f"a check without a solution block; put the solution of {name} into one")]
    form = 'a check is the last statement of its cell, `slope = lab.check("welcome.slope", slope)`'
    return None, [Fault(here, f"{form}, with the exercise's own name; write this one so")]


def statement_lists(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield every list of statements in a tree: bodies, branches, handlers, cases."""
    for node in ast.walk(tree):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield value


def outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield a tree's nodes without those inside its functions and classes."""
    for node in ast.iter_child_nodes(tree):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from outside_functions(node)


def _spans(lines: Sequence[str], faults: list[Fault]) -> Iterator[tuple[int, int | None, int]]:
    """Yield (begin, starter or None, end) of each block whose markers match."""
    begin: int | None = None
    starter: int | None = None
    for number, line in enumerate(lines):
        marker = line.strip()
        if marker not in MARKERS:
            if LIKE_A_MARKER.search(line):
                faults.append(Fault(number, f"{marker!r} looks like a marker; the markers are {', '.join(MARKERS)}"))
        elif marker == MARKERS[0]:
            if begin is not None:
                faults.append(Fault(number, "a solution block inside another; end the first before"))
            begin, starter = number, None
        elif begin is None:
            faults.append(Fault(number, f"{marker} without ### BEGIN SOLUTION before it; add that, or take this out"))
        elif marker == MARKERS[1]:
            if starter is not None:
                faults.append(Fault(number, "a second ### STARTER in one block; keep one"))
            starter = number
        else:
            yield begin, starter, number
            begin = None
    if begin is not None:
        faults.append(Fault(begin, "this solution block is never closed; add ### END SOLUTION"))


def _inside(tree: ast.AST, first: int, last: int, faults: list[Fault]) -> Iterator[ast.stmt]:
    """Yield the outermost statements that stand between two lines (from 1, both exclusive)."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt) and first < node.lineno < last:
            if (node.end_lineno or node.lineno) > last:
                faults.append(Fault(last - 1, "the solution ends in the middle of a statement; move the marker"))
            yield node
        else:
            yield from _inside(node, first, last, faults)


def _starter(
    lines: Sequence[str],
    begin: int,
    starter: int | None,
    end: int,
    body: Sequence[ast.stmt],
    faults: list[Fault],
) -> Iterator[tuple[int, str]]:
    indent = _indent(lines[begin])
    if starter is not None:
        for number in range(starter + 1, end):
            match = re.fullmatch(r"(\s*)#(?: (.*))?|\s*", lines[number])
            if match is None:
                faults.append(Fault(number, "a starter is written as comments, `# code`; comment this line out"))
            else:
                text = match[2] or ""
                yield number, (match[1] or "") + text if text else ""
    elif indent:
        yield begin, f"{indent}raise NotImplementedError"
    else:
        names = list(dict.fromkeys(_assigned(body)))
        if not names or any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body):
            advice = "put the block inside the function, or say what replaces it under ### STARTER"
            faults.append(Fault(begin, f"this block is not the value of a name; {advice}"))
        for name in names:
            yield begin, f"{name} = ..."


def _assigned(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements assign, without those of loops."""
    for node in outside_functions(ast.Module(list(body), [])):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for part in ast.walk(target):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        yield part.id


def _is_check(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and ast.unparse(function) == "lab.check"


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
