"""The way of a lesson through `lesson`, `cut`, `rules`, `execution`, `outputs` and `build`."""

import base64
import io
import json
import shutil
from pathlib import Path
from unittest.mock import Mock

import nbformat
import pytest
from PIL import Image

from autograd_lab import exercises
from autograd_lab.authoring.build import build
from autograd_lab.authoring.execution import execute
from autograd_lab.authoring.lesson import BuildError, Lesson, read, scan
from autograd_lab.authoring.outputs import equal, keep_equal, tidy
from autograd_lab.authoring.source_rules import violations

# A lesson with all that a lesson may have, whose check is a stand-in.
GOOD = '''\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # A tiny lesson

# %%
import os
from types import SimpleNamespace

from IPython.display import display
from PIL import Image

lab = SimpleNamespace(check=lambda name, answer: print(name) or answer)

# %%
print(os.environ["AUTOGRAD_LAB_OFFLINE"], os.environ["AUTOGRAD_LAB_STATIC"], os.environ["OMP_WAIT_POLICY"])
print(os.path.basename(os.getcwd()), os.path.exists(os.environ["AUTOGRAD_LAB_HOME"]))

# %% [markdown]
# What is the slope of x² at 3?

# %%
### BEGIN SOLUTION
slope = 6.0
### END SOLUTION
slope = lab.check("tiny.slope", slope)

# %% [markdown] tags=["solution"]
# Because.

# %% [markdown]
# Write `double`.

# %%
def double(x):
    """Twice."""
    ### BEGIN SOLUTION
    y = x + slope
    return y + x - slope
    ### STARTER
    # y = x  # once
    #
    # return y
    ### END SOLUTION


double = lab.check("tiny.double", double)

# %% [markdown]
# Write `Node`.

# %%
class Node:
    def __init__(self, x):
        ### BEGIN SOLUTION
        self.x = x
        ### END SOLUTION

    def value(self):
        ### BEGIN SOLUTION
        return self.x
        ### END SOLUTION


Node = lab.check("tiny.Node", Node)

# %% tags=["raises-exception"]
{}["nothing"]

# %% tags=["nbval-ignore-output", "measures-time"]
print("quick")

# %% tags=["nbval-skip", "needs-network"]
raise RuntimeError("nbval-skip is not run")

# %%
display(Image.new("RGB", (8, 8), (10, 20, 30)))

# %%
print("end")

# %%
print("end")
'''
DEFINED = {"tiny.slope", "tiny.double", "tiny.Node"}

# The shortest lesson, to which the cases below add.
HEAD = "# %%\nimport math\n\nlab = math\n\n"
TASK = "# %% [markdown]\n# Answer.\n\n"
SLOPE = TASK + '# %%\n### BEGIN SOLUTION\nslope = 6.0\n### END SOLUTION\nslope = lab.check("tiny.slope", slope)\n\n'
BODY = "    y = 2 * x\n    return y\n"


def answer(body: str, head: str = "def f(x):") -> str:
    return f'{TASK}# %%\n{head}\n{body}\n\nf = lab.check("tiny.f", f)\n\n'


def block(body: str = BODY, starter: str = "") -> str:
    return f"    ### BEGIN SOLUTION\n{body}{starter}    ### END SOLUTION"


def written(folder: Path, text: str) -> Path:
    path = folder / "solutions" / "00_tiny.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def lesson_of(folder: Path, text: str) -> Lesson:
    return read(written(folder, text))


def refused(folder: Path, text: str, *defined: str) -> list[str]:
    return violations(scan(written(folder, text)), defined)


# Cutting


def test_a_good_lesson_breaks_no_rule(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD, *DEFINED) == []


def cell_text(notebook: nbformat.NotebookNode, identity: str) -> str:
    return next(cell.source for cell in notebook.cells if cell.id == identity)


def test_a_value_becomes_an_ellipsis(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, GOOD)
    assert cell_text(lesson.unsolved(), "slope-answer") == 'slope = ...\nslope = lab.check("tiny.slope", slope)'


def test_every_name_that_a_value_block_assigns_becomes_an_ellipsis(tmp_path: Path) -> None:
    text = HEAD + TASK + "# %%\n### BEGIN SOLUTION\na, b = 1, 2\na += 1\nc = [i for i in (a, b)]\n### END SOLUTION\n"
    lesson = lesson_of(tmp_path, text + 'c = lab.check("tiny.c", c)\n')
    assert cell_text(lesson.unsolved(), "c-answer").split("\n")[:-1] == ["a = ...", "b = ...", "c = ..."]


def test_blocks_in_a_class_become_exceptions_where_they_stand(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, GOOD)
    lines = cell_text(lesson.unsolved(), "Node-answer").split("\n")
    assert lines[:3] == ["class Node:", "    def __init__(self, x):", "        raise NotImplementedError"]
    assert lines[4:6] == ["    def value(self):", "        raise NotImplementedError"]


def test_a_starter_is_uncommented_in_the_lesson_and_gone_when_solved(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, GOOD)
    starter = cell_text(lesson.unsolved(), "double-answer").split("\n")
    assert starter[:5] == ["def double(x):", '    """Twice."""', "    y = x  # once", "", "    return y"]
    solved = cell_text(lesson.solved(), "double-answer").split("\n")
    assert solved[2:6] == [
        "    ### BEGIN SOLUTION",
        "    y = x + slope",
        "    return y + x - slope",
        "    ### END SOLUTION",
    ]


def test_every_line_of_a_notebook_knows_its_line_in_the_source(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, GOOD)
    lines = GOOD.split("\n")
    for solved in (True, False):
        for cell in lesson.cells_of(solved):
            for number, text in cell.numbered(solved):
                given = lines[number - 1]
                assert text.strip() in given or "BEGIN SOLUTION" in given, (number, text, given)


def test_both_notebooks_are_valid_and_have_the_same_ids_and_metadata(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, GOOD)
    solved, unsolved = lesson.solved(), lesson.unsolved()
    for notebook in (solved, unsolved):
        nbformat.validate(notebook)
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    common = [cell for cell in solved.cells if "solution" not in cell.metadata.get("tags", ())]
    assert len(common) == len(solved.cells) - 1
    assert [(cell.id, cell.metadata) for cell in common] == [(cell.id, cell.metadata) for cell in unsolved.cells]
    marks = {cell.id: cell.metadata.autograd_lab for cell in solved.cells if "autograd_lab" in cell.metadata}
    assert marks["slope-task"] == {"exercise": "tiny.slope", "role": "task"}
    assert marks["slope-answer"] == {"exercise": "tiny.slope", "role": "answer"}
    assert marks["slope-solution"] == {"exercise": "tiny.slope", "role": "solution"}
    assert solved.metadata.language_info.get("version") is None


def test_the_id_of_a_cell_does_not_depend_on_its_neighbours(tmp_path: Path) -> None:
    before = [cell.id for cell in lesson_of(tmp_path, HEAD + SLOPE).cells]
    after = [cell.id for cell in lesson_of(tmp_path, HEAD + "# %%\nlab\n\n" + SLOPE).cells]
    assert after[:1] + after[2:] == before


def test_solution_cells_build_each_answer_alone(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, GOOD)
    assert lesson.exercises == ("tiny.slope", "tiny.double", "tiny.Node")
    namespace: dict[str, object] = {}
    exec(lesson.first_cell, namespace)
    for name, solved, starter in lesson.solution_cells():
        assert "lab.check" not in solved + starter, name
        exec(solved, namespace)
    assert namespace["slope"] == 6.0
    assert namespace["double"](4.0) == 8.0  # type: ignore[operator]
    exec(lesson.solution_cells()[0].starter, namespace)
    assert namespace["slope"] is ...


# What is refused. The line on which each case is reported ends with §.

LONG = "".join(f"x{number} = {number}\n" for number in range(24))
REFUSED = {
    "a block without an exercise": (
        "# %%\n### BEGIN SOLUTION§\nslope = 6.0\n### END SOLUTION\n",
        "without an exercise",
    ),
    "a check without a block": (
        TASK + '# %%\nslope = 1\nslope = lab.check("tiny.slope", slope)§\n',
        "without a solution",
    ),
    "a check that is not last": (SLOPE.rstrip() + "§\nslope\n", "last statement of its cell"),
    "a check of another name": (SLOPE.replace("tiny.slope", "tiny.rise").rstrip() + "§\n", "own name"),
    "a check of something else": (SLOPE.replace(", slope)", ", 6.0)").rstrip() + "§\n", "own name"),
    "a check of another answer": (SLOPE.replace(", slope)", ", math)").rstrip() + "§\n", "own name"),
    "a check whose result is dropped": (
        TASK + '# %%\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\nlab.check("tiny.x", x)§\n',
        "last statement of its cell",
    ),
    "two checks": (
        TASK + '# %%\n### BEGIN SOLUTION\nx = y = 1\n### END SOLUTION\nx = lab.check("tiny.x", x)§\n'
        'y = lab.check("tiny.y", y)\n',
        "last statement of its cell",
    ),
    "an exercise that nothing defines": (SLOPE.replace("# %%\n", "# %%§\n"), "lists no tiny.slope"),
    "an exercise twice": (SLOPE + SLOPE.replace("# %%\n", "# %%§\n"), "a second time"),
    "a task that is code": (SLOPE.replace(TASK, "").replace("# %%\n", "# %%§\n"), "has no task"),
    "a task that is a solution": (
        SLOPE.replace("[markdown]", '[markdown] tags=["solution"]').replace("# %%\n", "# %%§\n"),
        "has no task",
    ),
    "a leak": (
        answer(block()) + "# %%\ndef g(x):\n    '''Other.'''\n    y = 2*x  # a comment§\n    return (y)\n",
        "a leak",
    ),
    "a leak in a longer cell": (
        answer(block()) + "# %%\ndef g(x):\n    if x:\n        print(x)\n        y = 2 * x§\n        return y\n",
        "a leak",
    ),
    "a leak of a loop": (
        answer(block("    for _ in x:\n        x += 1\n")) + "# %%\nx = ()\nfor _ in x:§\n    x += 1\n",
        "a leak",
    ),
    "a leak of a whole function": (
        TASK + f"# %%\n### BEGIN SOLUTION\ndef f(x):\n{BODY}### STARTER\n# f = None\n### END SOLUTION\n"
        f'f = lab.check("tiny.f", f)\n\n# %%\ndef g(x):\n{BODY.replace("2 * x", "2 * x§")}',
        "a leak",
    ),
    "a starter that solves": (
        answer(block(starter="    ### STARTER\n    # y = 2 * x§\n    # return y\n")),
        "holds its solution",
    ),
    "a marker in prose": ("# %% [markdown]\n# ### BEGIN SOLUTION§\n\n", "would stand in the lesson"),
    "a marker in a starter": (
        answer(block(starter="    ### STARTER\n    # pass\n    # ### END SOLUTION§\n")),
        "looks like a marker",
    ),
    "a demonstration's name": (
        "# %%\ndata = 1\n\n" + answer(block("    return data§\n")),
        "a demonstration cell defines",
    ),
    "a demonstration's name in a nested function": (
        "# %%\ndata = 1\n\n" + answer(block("    def g():\n        return [data for _ in x]§\n    return g\n")),
        "(line 7)",
    ),
    "a demonstration's name in the starter": (
        "# %%\ndata = 1\n\n" + answer(block(starter="    ### STARTER\n    # return data§\n")),
        "a demonstration cell defines",
    ),
    "a demonstration's name as a default": (
        "# %%\nfor data in (1, 2):\n    pass\n\n" + answer(block(), "def f(x=data):§"),
        "a demonstration cell defines",
    ),
    "a later exercise's name": (answer(block("    return slope§\n")) + SLOPE, "a later exercise defines"),
    "a name from nowhere": (answer(block("    return datum§\n")), "which nothing defines"),
    "an answer that awaits": (
        TASK + '# %%\n### BEGIN SOLUTION§\nx = await lab\n### END SOLUTION\nx = lab.check("tiny.x", x)\n',
        "can't run by itself",
    ),
    "a long cell": ("# %%§\n" + LONG + "a = 1\nb = 1\n", "a code cell of 26 lines"),
    "a cell that is long when solved": (
        f"{TASK}# %%§\n### BEGIN SOLUTION\n{LONG}### END SOLUTION\n" + 'x0 = lab.check("tiny.x0", x0)\n',
        "a code cell of 27 lines",
    ),
    "a cell that is long in the lesson": (
        f"{TASK}# %%§\n### BEGIN SOLUTION\nx0 = 0\n### STARTER\n# x0 = ...\n{'# #' + chr(10)}"
        f"{''.join('# ' + line + chr(10) for line in LONG.splitlines())}### END SOLUTION\n"
        + 'x0 = lab.check("tiny.x0", x0)\n',
        "a code cell of 27 lines",
    ),
    "an ignored output without a reason": ('# %% tags=["nbval-ignore-output"]§\nlab\n', "without a reason"),
    "a skipped cell without a reason": ('# %% tags=["nbval-skip"]§\nlab\n', "without a reason"),
    "nbval's comment": ("# %%\nlab\n# NBVAL_IGNORE_OUTPUT§\n", "use a tag"),
    "an unknown tag": ('# %% tags=["nbval-ignore-outputs"]§\nlab\n', "unknown tag 'nbval-ignore-outputs'"),
    "a tag for code on prose": ('# %% [markdown] tags=["raises-exception"]§\n# Text.\n', "unknown tag"),
    "code tagged solution": ('# %% tags=["solution"]§\nlab\n', "only Markdown is"),
    "other cell metadata": ('# %% tag=["solution"]§\nlab\n', "nothing else; this one has tag"),
    "a raw cell": ("# %% [raw]§\n# Text.\n", "nothing else; this one has raw"),
    "an import in a later cell": ("# %%\nlab\nimport os§\n", "an import after the first code cell"),
    "an import in a later cell's branch": (
        "# %%\ntry:\n    from os import sep§\nfinally:\n    lab\n",
        "an import after",
    ),
    "a cell that is not Python": ("# %%\nlab\nif lab§\n", "not Python"),
    "a magic": ("# %%\n%matplotlib inline§\n", "not Python"),
    "an open block": (answer("    ### BEGIN SOLUTION§\n    return x"), "never closed"),
    "a block in a block": (answer(block("    ### BEGIN SOLUTION§\n    return x\n")), "inside another"),
    "an end without a begin": (answer("    return x\n    ### END SOLUTION§"), "without ### BEGIN SOLUTION"),
    "a starter outside": (answer("    return x\n    ### STARTER§"), "without ### BEGIN SOLUTION"),
    "two starters": (answer(block(starter="    ### STARTER\n    # pass\n    ### STARTER§\n")), "a second ### STARTER"),
    "a marker misspelt": (answer("    # begin solution§\n    return x"), "looks like a marker"),
    "an empty block": (answer("    ### BEGIN SOLUTION§\n    ### END SOLUTION\n    return x"), "no whole statement"),
    "a block that ends too early": (
        answer("    ### BEGIN SOLUTION\n    return (\n    ### END SOLUTION§\n        x)"),
        "middle of a statement",
    ),
    "markers indented differently": (answer("    ### BEGIN SOLUTION\n    return x\n### END SOLUTION§"), "alike"),
    "a value without a name": (
        TASK + '# %%\nx = []\n### BEGIN SOLUTION§\nx.append(1)\n### END SOLUTION\nx = lab.check("tiny.x", x)\n',
        "not the value of a name",
    ),
    "a starter that is no comment": (answer(block(starter="    ### STARTER\n    pass§\n")), "comment this line out"),
    "a starter that is not Python": (answer(block(starter="    ### STARTER\n    # return (§\n")), "mend the starter"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_source_is_refused_for(case: str, tmp_path: Path) -> None:
    text, sentence = REFUSED[case]
    text = HEAD + text
    places = [number for number, line in enumerate(text.split("\n"), 1) if "§" in line]
    text = text.replace("§", "")
    named = {f"tiny.{name}" for name in ("slope", "f", "x", "x0") if f'"tiny.{name}"' in text}
    defined = set() if "nothing defines" in case else named
    problems = refused(tmp_path, text, *defined)
    assert [problem.split(" ", 1)[0] for problem in problems] == [f"solutions/00_tiny.py:{line}:" for line in places]
    assert sentence in problems[0]
    assert ";" in problems[0] or "by itself" in problems[0], "says what to do"


def test_an_exercise_that_no_lesson_holds_is_refused(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, HEAD + SLOPE, "tiny.slope", "tiny.other")
    assert problem.startswith("solutions/00_tiny.py:1: autograd_lab/exercises/tiny/__init__.py lists tiny.other")


def test_an_exercise_in_the_first_code_cell_is_refused(tmp_path: Path) -> None:
    text = SLOPE.replace("slope = lab", "import autograd_lab as lab\n\nslope = lab")
    (problem,) = refused(tmp_path, text, "tiny.slope")
    assert problem.startswith("solutions/00_tiny.py:4: the first code cell is an exercise")


def test_text_before_the_first_cell_is_refused(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, "import os\n\n# %%\nos\n")
    assert "begin with `# %%`" in problem


def test_a_header_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, "# ---\n# jupyter:\n#   kernelspec: {}\n# ---\n\n# %%\n1\n")
    assert "mend or drop the header" in problem


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = (
        HEAD
        + '# %% tags=["nbval-skip"]\nimport os\n\n'
        + answer(block("    return os\n"))
        + "# %%\n"
        + LONG
        + "a = b = 1\n"
    )
    problems = refused(tmp_path, text + "b = 1\n", "tiny.f", "tiny.slope")
    assert [problem.split(" ")[0].split(":")[1] for problem in problems] == ["1", "6", "7", "15", "20"]


def test_faults_of_several_cells_are_reported_at_once_by_read(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        lesson_of(tmp_path, HEAD + "# %%\nif\n\n" + answer("    ### BEGIN SOLUTION\n    return x") + "# %%\n)\n")
    assert [problem.split(":")[1] for problem in caught.value.problems] == ["7", "14", "20"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(answer(block("    return x\n")) + "# %%\ndef g(x):\n    return x\n", id="one statement elsewhere"),
        pytest.param(answer(block("    import os\n\n    return os\n")), id="an import inside a function"),
        pytest.param(answer(block("".join(f"    x += {n}\n" for n in range(30)))), id="a long function and its check"),
        pytest.param(SLOPE + answer(block("    return slope\n")), id="an earlier answer"),
        pytest.param(
            answer(block("    return [f(y) for y in x if math.pi]\n")), id="its own and the first cell's names"
        ),
        pytest.param("# %%\nawait lab\n", id="a demonstration that awaits"),
        pytest.param(answer(block()) + "# %%\nx = 1\ny = 2 * x\n", id="half a solution elsewhere"),
    ],
)
def test_a_source_may_hold(text: str, tmp_path: Path) -> None:
    named = {f"tiny.{name}" for name in ("slope", "f") if f'"tiny.{name}"' in text}
    assert refused(tmp_path, HEAD + text, *named) == []


# Outputs


def picture(level: int, size: tuple[int, int] = (8, 8)) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", size, (level, level, level)).save(buffer, "png")
    return base64.b64encode(buffer.getvalue()).decode()


def shown(**data: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("display_data", {kind.replace("_", "/"): value for kind, value in data.items()})


def printed(text: str, name: str = "stdout") -> nbformat.NotebookNode:
    return nbformat.v4.new_output("stream", name=name, text=text)


def raised(value: str, traceback: str = "In [1]") -> nbformat.NotebookNode:
    return nbformat.v4.new_output("error", ename="KeyError", evalue=value, traceback=[traceback])


PAIRS = {
    "nothing": ([], [], True),
    "the same text": ([printed("1\n")], [printed("1\n")], True),
    "other text": ([printed("1\n")], [printed("2\n")], False),
    "a stream in pieces": ([printed("1\n"), printed("2\n")], [printed("1\n2\n")], True),
    "streams in another order": (
        [printed("1"), printed("2", "stderr")],
        [printed("2", "stderr"), printed("1")],
        True,
    ),
    "another stream": ([printed("1")], [printed("1", "stderr")], False),
    "a progress bar": ([printed("1\r2\n")], [printed("2\n")], True),
    "no longer an output": ([printed("1")], [printed("1"), shown(text_plain="x")], False),
    "other HTML": ([shown(text_html="a")], [shown(text_html="b")], False),
    "another kind of data": ([shown(text_html="a")], [shown(text_plain="a")], False),
    "data in another order": (
        [shown(text_html="a"), shown(text_html="b")],
        [shown(text_html="b"), shown(text_html="a")],
        False,
    ),
    "the same exception": ([raised("1", "here")], [raised("1", "there")], True),
    "another exception": ([raised("1")], [raised("2")], False),
}


@pytest.mark.parametrize("case", PAIRS)
def test_outputs_are_compared_as_nbval_does(case: str) -> None:
    plugin = pytest.importorskip("nbval.plugin")
    file = plugin.IPyNbFile.__new__(plugin.IPyNbFile)
    file.parent = Mock(config=Mock(option=Mock(nbval_lax=False, nbdime=False)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pytest.File, "__init__", lambda self: None)
        file.__init__()
    cell = Mock(colors=plugin.nocolors, sanitize=lambda text: text)
    cell.parent = file
    fresh, stored, same = PAIRS[case]
    copies = [plugin.coalesce_streams([nbformat.from_dict(dict(out)) for out in outs]) for outs in (fresh, stored)]
    assert plugin.IPyNbCell.compare_outputs(cell, *copies) is same
    assert equal(fresh, stored) is same


@pytest.mark.parametrize(
    ("level", "size", "same"),
    [(101, (8, 8), True), (102, (8, 8), True), (104, (8, 8), False), (100, (9, 8), False)],
)
def test_pictures_are_compared_by_size_and_pixels(level: int, size: tuple[int, int], same: bool) -> None:
    stored = [shown(image_png=picture(100), text_plain="<Figure>")]
    assert equal([shown(image_png=picture(level, size), text_plain="<Figure>")], stored) is same


def test_a_picture_that_is_gone_is_a_difference() -> None:
    assert not equal([shown(text_plain="x")], [shown(text_plain="x", image_png=picture(100))])


def notebook(
    outputs: list[nbformat.NotebookNode], *tags: str, source: str = "1", count: int = 1
) -> nbformat.NotebookNode:
    cell = {"cell_type": "code", "id": "a", "source": source, "execution_count": count, "outputs": outputs}
    return nbformat.from_dict({"cells": [cell | {"metadata": {"tags": list(tags)}}]})


def kept(fresh: nbformat.NotebookNode, stored: nbformat.NotebookNode) -> bool:
    before = json.dumps(stored.cells[0].outputs)
    keep_equal(fresh, stored)
    return json.dumps(fresh.cells[0].outputs) == before


def test_equal_outputs_are_kept_and_others_replaced() -> None:
    assert kept(notebook([shown(image_png=picture(100))]), notebook([shown(image_png=picture(101))]))
    assert not kept(notebook([shown(image_png=picture(100))]), notebook([shown(image_png=picture(110))]))
    assert not kept(notebook([printed("1")]), notebook([printed("2")]))


def test_outputs_of_another_source_are_not_kept() -> None:
    assert not kept(notebook([printed("1\n")], source="2"), notebook([printed("1"), printed("\n")]))


def test_outputs_that_are_not_compared_are_kept_while_their_kinds_stay() -> None:
    ignored = "nbval-ignore-output"
    assert kept(notebook([printed("1 s")], ignored), notebook([printed("2 s")], ignored))
    assert not kept(notebook([printed("1 s")], ignored), notebook([printed("2 s", "stderr")], ignored))


def test_the_number_of_a_cell_is_never_an_old_one() -> None:
    old = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=1)
    fresh = notebook([nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=2)], count=2)
    keep_equal(fresh, notebook([old]))
    assert fresh.cells[0].outputs[0].execution_count == 2
    assert not kept(notebook([raised("1", "In [2]")], count=2), notebook([raised("1", "In [1]")]))


def test_a_stream_is_stored_whole_and_in_its_place() -> None:
    outputs = [printed("2", "stderr"), printed("1"), printed("1"), shown(text_plain="x"), printed("3")]
    assert [(out.get("name"), out.get("text")) for out in tidy(outputs)] == [
        ("stdout", "11"),
        ("stderr", "2"),
        (None, None),
        ("stdout", "3"),
    ]


# Building


@pytest.fixture(autouse=True)
def _fake_exercises(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch)


def fake(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(exercises, "lessons", lambda: ("tiny",))
    patch.setattr(exercises, "names", lambda lesson: sorted(DEFINED))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course of one lesson, built; tests work on copies."""
    root = tmp_path_factory.mktemp("course")
    written(root, GOOD)
    with pytest.MonkeyPatch.context() as patch:
        fake(patch)
        assert build([], check=False, root=root) == [
            "00_tiny: solutions/00_tiny.ipynb written",
            "00_tiny: lessons/00_tiny.ipynb written",
        ]
    return root


@pytest.fixture
def root(course: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(course, tmp_path / "course"))


def load(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def text_of(cell: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def test_built_notebooks_are_valid_and_hold_what_was_run(course: Path) -> None:
    for folder in ("solutions", "lessons"):
        made = load(course / folder / "00_tiny.ipynb")
        nbformat.validate(made)
        code = [cell for cell in made.cells if cell.cell_type == "code"]
        assert text_of(code[1]) == f"1 1 PASSIVE\n{folder} False\n"
        assert text_of(code[2]) == "tiny.slope\n"
        assert code[5].outputs[0].ename == "KeyError"
        assert (code[7].execution_count, code[7].outputs) == (None, []), "nbval-skip is not run"
        assert "image/png" in code[8].outputs[0].data
    text = (course / "lessons" / "00_tiny.ipynb").read_text(encoding="utf-8")
    assert text.startswith('{\n "cells"')
    assert text.endswith("}\n")
    assert "SOLUTION" not in text
    assert "Because" not in text


def test_a_rebuilt_lesson_is_the_same_bytes_and_an_unchanged_file_is_not_touched(root: Path) -> None:
    gone, left = root / "solutions" / "00_tiny.ipynb", root / "lessons" / "00_tiny.ipynb"
    before = gone.read_bytes()
    stamp = left.stat()
    gone.unlink()
    assert build(["tiny"], check=False, root=root) == [
        "00_tiny: solutions/00_tiny.ipynb written",
        "00_tiny: lessons/00_tiny.ipynb unchanged",
    ]
    assert gone.read_bytes() == before
    assert (left.stat().st_mtime_ns, left.stat().st_ino) == (stamp.st_mtime_ns, stamp.st_ino)
    assert sorted(path.name for path in root.glob("*/*")) == ["00_tiny.ipynb", "00_tiny.ipynb", "00_tiny.py"]


def test_a_build_keeps_a_picture_that_looks_the_same_and_replaces_one_that_does_not(root: Path) -> None:
    before = (root / "lessons" / "00_tiny.ipynb").read_bytes()
    for folder, level in (("solutions", 21), ("lessons", 40)):
        path = root / folder / "00_tiny.ipynb"
        made = load(path)
        buffer = io.BytesIO()
        Image.new("RGB", (8, 8), (10, level, 30)).save(buffer, "png")
        cell = next(cell for cell in made.cells if "Image.new" in cell.source)
        cell.outputs[0].data["image/png"] = base64.b64encode(buffer.getvalue()).decode()
        nbformat.write(made, path)
    tampered = (root / "solutions" / "00_tiny.ipynb").read_bytes()
    lines = build(["00"], check=False, root=root)
    assert [line.rpartition(" ")[2] for line in lines] == ["unchanged", "written"]
    assert (root / "solutions" / "00_tiny.ipynb").read_bytes() == tampered
    assert (root / "lessons" / "00_tiny.ipynb").read_bytes() == before


FAILING = {
    "raises": (
        '# %%\ndef f(x):\n    """Divide."""\n    return 1 / x\n\n\nf(0)§\n',
        "ZeroDivisionError: division by zero",
    ),
    "raises after a solution": (
        SLOPE.replace("slope = 6.0", "x = 3.0\n\nslope = 2 * x").replace("slope = lab", "x + 1§\nslope = lab"),
        "TypeError: unsupported operand",
    ),
    "ends the kernel": ("# %%§\nlab\nmath.os._exit(1)\n", "the kernel died"),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_cell_that_fails_is_reported_with_its_line(case: str, tmp_path: Path) -> None:
    text, sentence = FAILING[case]
    text = HEAD.replace("lab = math", "import os\n\nmath.os = lab = os") + text
    line = text[: text.index("§")].count("\n") + 1
    lesson = lesson_of(tmp_path, text.replace("§", ""))
    with pytest.raises(BuildError) as caught:
        execute(lesson.unsolved(), lesson, False, "lessons/00_tiny.ipynb")
    (problem,) = caught.value.problems
    assert problem.startswith(f"solutions/00_tiny.py:{line}: ")
    assert sentence in problem
    assert "lessons/00_tiny.ipynb" in problem


def test_nothing_is_executed_or_written_when_a_source_is_refused(root: Path) -> None:
    before = (root / "lessons" / "00_tiny.ipynb").read_bytes()
    written(root, GOOD + "import os\n")
    with pytest.raises(BuildError, match="an import after the first code cell"):
        build([], check=False, root=root)
    assert (root / "lessons" / "00_tiny.ipynb").read_bytes() == before


def test_a_built_course_passes_the_check(root: Path) -> None:
    assert build([], check=True, root=root) == [
        "00_tiny: solutions/00_tiny.ipynb up to date",
        "00_tiny: lessons/00_tiny.ipynb up to date",
    ]


def checked(root: Path) -> list[str]:
    with pytest.raises(BuildError) as caught:
        build([], check=True, root=root)
    return list(caught.value.problems)


def test_the_check_refuses_a_source_that_was_changed(root: Path) -> None:
    written(root, GOOD.replace("# Because.", "# Since."))
    (problem,) = checked(root)
    line = GOOD[: GOOD.index("# %% [markdown] tags")].count("\n") + 1
    assert problem.startswith(f"solutions/00_tiny.py:{line}: solutions/00_tiny.ipynb differs from its source here")


def test_the_check_refuses_a_cell_that_was_added(root: Path) -> None:
    written(root, GOOD + "\n# %% [markdown]\n# More.\n")
    assert [problem.split(" ")[1] for problem in checked(root)] == ["solutions/00_tiny.ipynb", "lessons/00_tiny.ipynb"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"execution_count": 2,', '"execution_count": null,', "was never run"),
        ('"role": "task"', '"role": "answer"', "differs from its source here"),
        ("# A tiny lesson", "# A small lesson", "differs from its source here"),
        ('"name": "python3"', '"name": "python"', "changed by something other than the build"),
        (' "cells": [', '  "cells": [', "changed by something other than the build"),
        ("{", "", "is not a notebook"),
    ],
)
def test_the_check_refuses_a_notebook_that_was_changed(old: str, new: str, sentence: str, root: Path) -> None:
    path = root / "lessons" / "00_tiny.ipynb"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (problem,) = checked(root)
    assert "lessons/00_tiny.ipynb" in problem
    assert sentence in problem


def test_the_check_does_not_look_at_outputs(root: Path) -> None:
    path = root / "lessons" / "00_tiny.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"quick\\n"', '"slow\\n"'), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    build([], check=True, root=root)


def test_what_belongs_to_no_lesson_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(root / "lessons" / "00_tiny.ipynb", root / "lessons" / "01_gone.ipynb")
    (root / "solutions" / "draft.py").write_text("# %%\n1\n")
    (root / "lessons" / "00_tiny.ipynb").unlink()
    monkeypatch.setattr(exercises, "lessons", lambda: ("tiny", "orphan"))
    problems = "\n".join(checked(root))
    assert "lessons/01_gone.ipynb:1: no source makes this notebook" in problems
    assert "solutions/draft.py:1: a source is named NN_name.py" in problems
    assert "autograd_lab/exercises/orphan/__init__.py:1: no lesson has these exercises" in problems
    assert "lessons/00_tiny.ipynb is missing" in problems


@pytest.mark.parametrize("name", ["00_tiny", "tiny", "00", "solutions/00_tiny.py"])
def test_a_lesson_goes_by_its_name_its_number_or_its_path(
    name: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "solutions" / "01_other.py").write_text("# %%\n1 +\n")
    monkeypatch.chdir(root)
    assert len(build([name], check=True, root=root)) == 2


def test_an_unknown_lesson_is_answered_with_those_that_exist(root: Path) -> None:
    with pytest.raises(BuildError) as caught:
        build(["tinny", "00", "9"], check=True, root=root)
    assert caught.value.problems == (
        "there is no lesson 'tinny'; there are: 00_tiny",
        "there is no lesson '9'; there are: 00_tiny",
    )


def test_outside_a_checkout_there_is_nothing_to_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd_lab.authoring.build.__file__", str(tmp_path / "autograd_lab" / "build.py"))
    with pytest.raises(BuildError, match="needs a checkout of the project"):
        build([], check=True)


def test_a_missing_extra_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd_lab.authoring.build.find_spec", lambda name: None)
    with pytest.raises(BuildError, match=r"autograd-lab\[build\]"):
        build([], check=True, root=root)
    monkeypatch.setitem(__import__("sys").modules, "jupytext", None)
    with pytest.raises(BuildError, match=r"autograd-lab\[build\]"):
        read(root / "solutions" / "00_tiny.py")
