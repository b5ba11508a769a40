"""What a lesson's source may not do, each rule a function that yields the places.

`violations` takes a `Lesson` and the names of the exercises that its folder lists, and returns all of them as lines
``solutions/NN_name.py:LINE: what is wrong; what to do``. Nothing is executed: the rules read the syntax tree.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial

from autograd_lab.authoring.lesson import Cell, Lesson
from autograd_lab.authoring.solution_blocks import LIKE_A_MARKER, Fault, outside_functions, statement_lists

LONGEST = 25
REASONS = ("measures-time", "measures-memory", "needs-gpu", "needs-network")
NOT_COMPARED = ("nbval-ignore-output", "nbval-skip")
TAGS = ("solution", "raises-exception", *NOT_COMPARED, *REASONS)
# nbval obeys these in comments too, where the rules for tags would not see them.
NBVAL_COMMENTS = (
    "NBVAL_IGNORE_OUTPUT",
    "NBVAL_CHECK_OUTPUT",
    "NBVAL_RAISES_EXCEPTION",
    "NBVAL_SKIP",
    "PYTEST_VALIDATE_IGNORE_OUTPUT",
)


def violations(lesson: Lesson, defined: Collection[str]) -> list[str]:
    """Return what a source does that it may not, in the order of its lines.

    Parameters
    ----------
    lesson : Lesson
        The source, from `lesson.scan`.
    defined : collection of str
        The full names of the exercises that the lesson's folder lists.

    Returns
    -------
    list of str
        One line each, empty when all is well. Where the source can't be cut, the rules that need all of it are
        left out: what they would say follows from the faults.
    """
    found = list(lesson.faults)
    for cell in lesson.cells:
        found += tag_faults(cell)
    if not lesson.faults:
        for rule in (length_faults, import_faults, leaks, dependency_faults, task_faults):
            found += rule(lesson)
        found += exercise_faults(lesson, defined)
    return [lesson.at(*fault) for fault in sorted(set(found))]


def tag_faults(cell: Cell) -> Iterator[Fault]:
    """Refuse unknown tags, tags where they mean nothing, and outputs that aren't compared for no stated reason."""
    at = partial(Fault, cell.marker)
    known = TAGS if cell.kind == "code" else ("solution",)
    for tag in cell.tags:
        if tag not in known:
            yield at(f"unknown tag {tag!r} on a {cell.kind} cell; known are {', '.join(known)}")
    if cell.kind == "markdown":
        return
    if "solution" in cell.tags:
        yield at("a code cell tagged solution would be missing in the lesson; only Markdown is, put code into a block")
    unseen = [tag for tag in NOT_COMPARED if tag in cell.tags]
    if unseen and not set(cell.tags) & set(REASONS):
        yield at(f"{unseen[0]} without a reason; add a tag that says why: {', '.join(REASONS)}")
    for number, line in enumerate(cell.source.split("\n")):
        comment = line.strip().lstrip("#").strip()
        if line.strip().startswith("#") and comment in NBVAL_COMMENTS:
            yield Fault(cell.line + number, f"{comment} as a comment; use a tag, with a tag that says why")


def length_faults(lesson: Lesson) -> Iterator[Fault]:
    """Refuse code cells that are long in either notebook, unless they are one class or function."""
    for cell in _code(lesson):
        for solved in (True, False):
            lines = len(cell.text(solved).split("\n"))
            body = ast.parse(cell.text(solved)).body
            if cell.role == "answer":
                body = body[:-1]
            whole = len(body) == 1 and isinstance(body[0], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if lines > LONGEST and not whole:
                advice = f"at most {LONGEST}, unless it is one class or function; divide it"
                yield Fault(cell.marker, f"a code cell of {lines} lines; {advice}")
                break


def import_faults(lesson: Lesson) -> Iterator[Fault]:
    """Refuse imports after the first code cell, and an exercise in it: solutions are built upon that cell."""
    code = _code(lesson)
    if code and code[0].role == "answer":
        yield Fault(code[0].marker, "the first code cell is an exercise; put a cell with the imports before it")
    for cell in code[1:]:
        for solved in (True, False):
            for node in outside_functions(ast.parse(cell.text(solved))):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    advice = "move it to the first one, which imports what the notebook needs"
                    yield Fault(_line(cell, solved, node), f"an import after the first code cell; {advice}")


def task_faults(lesson: Lesson) -> Iterator[Fault]:
    """Refuse an exercise without its task."""
    tasks = {cell.exercise for cell in lesson.cells if cell.role == "task"}
    for cell in lesson.cells:
        if cell.role == "answer" and cell.exercise not in tasks:
            yield Fault(
                cell.marker, f"{cell.exercise} has no task; say what is asked in a Markdown cell right before it"
            )


def exercise_faults(lesson: Lesson, defined: Collection[str]) -> Iterator[Fault]:
    """Refuse exercises that stand twice, that the lesson's folder doesn't list, or that only it does."""
    home = f"autograd_lab/exercises/{lesson.module}/__init__.py"
    first: dict[str, int] = {}
    for cell in lesson.cells:
        if cell.role != "answer" or not cell.exercise:
            continue
        if cell.exercise in first:
            sentence = f"{cell.exercise} a second time, after line {first[cell.exercise]}; keep one"
            yield Fault(cell.marker, sentence)
        elif cell.exercise not in defined:
            yield Fault(cell.marker, f"{home} lists no {cell.exercise}; list it there, or mend the name")
        first.setdefault(cell.exercise, cell.marker)
    for name in sorted(set(defined) - set(first)):
        yield Fault(1, f"{home} lists {name}, which is no exercise here; add its cell, or take it out there")


def leaks(lesson: Lesson) -> Iterator[Fault]:
    """Refuse a lesson that shows a solution: a marker that survives, or a cell with a solution's statements."""
    shown: list[tuple[Cell, list[tuple[int, str]]]] = []
    for cell in lesson.cells_of(False):
        for number, text in cell.numbered(False):
            if LIKE_A_MARKER.search(text):
                yield Fault(number, f"{text.strip()!r} would stand in the lesson; take the marker out")
        if cell.kind == "code":
            for statements in statement_lists(ast.parse(cell.text(False))):
                shown.append((cell, [(_line(cell, False, node), text) for node, text in _normalised(statements)]))
    for cell in lesson.cells:
        for body in {tuple(body): None for block in cell.blocks for body in _bodies(block.body)}:
            for other, texts in shown:
                at = _find_run([text for _, text in texts], body)
                if at is not None:
                    sentence = f"this shows the solution of {cell.exercise} (line {cell.marker})"
                    if other is cell:
                        sentence = f"the starter of {cell.exercise} holds its solution"
                    yield Fault(texts[at][0], f"a leak: {sentence}; change it, or drop it")


def dependency_faults(lesson: Lesson) -> Iterator[Fault]:
    """Refuse answers that use what only a demonstration defines: they must run without it."""
    code = _code(lesson)
    bound = set(dir(builtins)) | set(_bound(code[0].source) if code else ())
    defined = [(cell, _bound(cell.source)) for cell in code[1:]]
    for cell in code[1:]:
        if cell.role != "answer":
            continue
        for solved in (True, False):
            text = cell.text(solved)
            try:
                missing = _free(text) - bound
            except SyntaxError as error:
                yield Fault(cell.line, f"this answer can't run by itself: {error.msg}")
                break
            for name in sorted(missing):
                uses = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and node.id == name]
                line = _line(cell, solved, uses[0]) if uses else cell.line
                yield Fault(line, f"{cell.exercise} depends on {name!r}, {_origin(name, cell, defined)}")
        bound |= set(_bound(cell.source))


def _origin(name: str, user: Cell, defined: Sequence[tuple[Cell, dict[str, int]]]) -> str:
    """Say where a name that an answer must not use is defined."""
    places = [(cell.line + names[name] - 1, cell) for cell, names in defined if name in names]
    if not places:
        return "which nothing defines; define it in the answer, or import it in the first code cell"
    before = [place for place in places if place[0] < user.marker]
    line, cell = before[-1] if before else places[0]
    what = "a later exercise" if cell.role == "answer" else "a demonstration cell"
    return f"which {what} defines (line {line}); define it in the first code cell or in the answer"


def _code(lesson: Lesson) -> list[Cell]:
    return [cell for cell in lesson.cells if cell.kind == "code"]


def _line(cell: Cell, solved: bool, node: ast.stmt | ast.expr) -> int:
    """Return the line of the file on which a node of one of the cell's two texts stands."""
    return cell.numbered(solved)[node.lineno - 1][0]


def _bodies(block: Sequence[ast.stmt]) -> Iterator[list[str]]:
    """Yield what gives a solution away: its statements, and its functions' bodies, where they are two or more."""
    functions = [node for statement in block for node in ast.walk(statement) if isinstance(node, ast.FunctionDef)]
    for body in [block, *(function.body for function in functions)]:
        if sum(isinstance(node, ast.stmt) for statement in body for node in ast.walk(statement)) > 1:
            yield [text for _, text in _normalised(body)]


def _normalised(statements: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each statement as Python would write it, without comments and docstrings."""
    for statement in statements:
        copy = ast.parse(ast.unparse(statement)).body[0]
        for body in statement_lists(copy):
            if _is_string(body[0]):
                body[:1] = [] if len(body) > 1 else [ast.Pass()]
        if not _is_string(copy):
            yield statement, ast.unparse(copy)


def _is_string(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _find_run(texts: Sequence[str], run: Sequence[str]) -> int | None:
    """Return where a run of texts begins among others."""
    places = range(len(texts) - len(run) + 1)
    return next((at for at in places if list(texts[at : at + len(run)]) == list(run)), None)


def _bound(source: str) -> dict[str, int]:
    """Return the names that a cell binds at its top level, with the first line that does (from 1)."""
    names: dict[str, int] = {}
    tree = ast.parse(source)
    everywhere = list(ast.walk(tree))
    own = {part for node in everywhere if isinstance(node, ast.comprehension) for part in ast.walk(node.target)}
    declared = [node for node in everywhere if isinstance(node, ast.Global)]
    for node in [*outside_functions(tree), *declared]:
        for name in _binds(node) if node not in own else ():
            names.setdefault(name, getattr(node, "lineno", 1))
    return names


def _binds(node: ast.AST) -> list[str]:
    """Return the names that a node binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [alias.asname or alias.name.partition(".")[0] for alias in names]
        case ast.Global(names=names):
            return list(names)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return [name]
    return []


def _free(source: str) -> set[str]:
    """Return the names that code takes from outside: global ones that it uses, at any depth, and doesn't bind."""
    compile(source, "answer", "exec")  # refuses what the parser and the symbol table let pass, such as await
    module = symtable.symtable(source, "answer", "exec")
    used: set[str] = set()
    bound: set[str] = set()
    tables = [module]
    for table in tables:
        tables += table.get_children()
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table is module or symbol.is_global()):
                used.add(symbol.get_name())
            if symbol.is_assigned() and (table is module or symbol.is_declared_global()):
                bound.add(symbol.get_name())
    return used - bound
