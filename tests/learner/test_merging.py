import copy
import json
from collections import Counter
from hashlib import sha256
from typing import NamedTuple

import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lab.learner.merging import Report, content, merge
from autograd_lab.learner.notebook_files import parse

NOTHING = Report(0, 0, 0, 0)
MARK = "The course's newer version of the cell above"
law = settings(max_examples=60, deadline=None, derandomize=True)


def cell(text: str, name: str | None = None, kind: str = "code", exercise: str | None = None, **more) -> dict:
    """A cell as the course has it: its id comes from its exercise or its text."""
    made = {"cell_type": kind, "id": name or sha256(f"{kind}\n{text}".encode()).hexdigest()[:12], "source": text}
    made["metadata"] = {"autograd_lab": {"exercise": f"x.{exercise}", "role": "answer"}} if exercise else {}
    if exercise:
        made["id"] = f"{exercise}-answer"
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    return made | more


def prose(text: str, name: str | None = None) -> dict:
    return cell(text, name, "markdown")


def notebook(*cells: dict, minor: int = 5) -> dict:
    return {"cells": [copy.deepcopy(one) for one in cells], "metadata": {}, "nbformat": 4, "nbformat_minor": minor}


def printed(one: dict) -> dict:
    return {**one, "outputs": [nbformat.v4.new_output("stream", text="printed")], "execution_count": 3}


def sources(merged: dict) -> list[str]:
    return ["".join(one["source"]) for one in merged["cells"]]


def texts(merged: dict) -> list[str]:
    """The sources, a marked one shortened."""
    return [f"newer: {text.split(chr(10), 1)[1].strip()}" if MARK in text else text for text in sources(merged)]


# Random courses and learners: each a list of edits of what came before.

WORDS = ["loss", "slope", "grad", "chain", "rule", "sum", "step", "rate", "leaf", "node"]
lines = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(" ".join)
kinds = st.sampled_from(["code", "markdown", "answer"])
places = st.integers(0, 5)


class Item(NamedTuple):
    kind: str
    text: str
    exercise: str = ""


@st.composite
def courses(draw) -> list[Item]:
    made = draw(st.lists(st.tuples(kinds, lines), min_size=1, max_size=5))
    return [Item(kind, text, f"task{n}" if kind == "answer" else "") for n, (kind, text) in enumerate(made)]


@st.composite
def upgraded(draw, course: list[Item], moves: bool = True) -> list[Item]:
    items = list(course)
    edits = st.sampled_from(["extend", "extend", "edit", "add", "add task", "delete", *["move"] * moves])
    for edit, at, to, text in draw(st.lists(st.tuples(edits, places, places, lines), min_size=1, max_size=5)):
        at = at % (len(items) + 1)
        if edit == "add":
            items.insert(at, Item("markdown" if to % 2 else "code", text))
        elif edit == "add task":
            items.insert(at, Item("answer", text, f"more{len(items)}-{at}-{to}"))
        elif at < len(items):
            if edit == "edit":
                items[at] = items[at]._replace(text=text)
            elif edit == "extend":
                items[at] = items[at]._replace(text=f"{items[at].text}\n{text.split()[0]}")
            elif edit == "delete":
                del items[at]
            else:
                items.insert(to % len(items), items.pop(at))
    return items


def built(items: list[Item]) -> dict:
    seen: Counter[str] = Counter()
    cells = []
    for kind, text, exercise in items:
        one = cell(text, None, "markdown" if kind == "markdown" else "code", exercise or None)
        seen[one["id"]] += 1
        if seen[one["id"]] > 1:
            one["id"] += f"-{seen[one['id']]}"
        cells.append(one)
    return notebook(*cells)


EDITS = ["edit", "extend", "edit", "add", "run", "move", "duplicate", "convert"]


@st.composite
def learned(draw, base: dict, edits: list[str]) -> dict:
    """What a learner makes of a notebook; every text that they write is written once."""
    mine = copy.deepcopy(base)
    cells = mine["cells"]
    for number, (edit, at, to) in enumerate(
        draw(st.lists(st.tuples(st.sampled_from(edits), places, places), min_size=1, max_size=5))
    ):
        at %= len(cells) + 1
        text = f"mine{number} {WORDS[to % len(WORDS)]}"
        if edit == "add":
            cells.insert(at, cell(text, f"own-{number}", "markdown" if to % 2 else "code"))
        elif at < len(cells):
            one = cells[at]
            if edit == "edit":
                one["source"] = text
            elif edit == "extend":
                one["source"] += f"\n{text}"
            elif edit == "run" and one["cell_type"] == "code":
                cells[at] = printed(one)
            elif edit == "move":
                cells.insert(to % len(cells), cells.pop(at))
            elif edit == "duplicate":
                cells.insert(to % len(cells), copy.deepcopy(one))
            elif edit == "convert":
                cells[at] = cell(
                    f"{one['source']}\n{text}", one.get("id"), "markdown" if one["cell_type"] == "code" else "code"
                )
            elif edit == "delete":
                del cells[at]
            elif edit == "rename":
                one["id"] = f"renamed-{number}"
            elif edit == "forget":
                one.pop("id", None)
            elif edit == "forget all":
                mine["nbformat_minor"] = 4
                for other in cells:
                    other.pop("id", None)
    return mine


@st.composite
def histories(
    draw, more: tuple[str, ...] = (), moves: bool = True, taken: list[str] = EDITS
) -> tuple[dict, dict, dict]:
    """A base, what the learner made of it, and what the course made of it."""
    course = draw(courses())
    base = built(course)
    return base, draw(learned(base, [*taken, *more])), built(draw(upgraded(course, moves)))


ANY = ("delete", "rename", "forget", "forget all")


def counted(notebook: dict) -> Counter:
    return Counter(content(one) for one in notebook["cells"])


@given(histories(ANY))
@law
def test_all_that_the_learner_wrote_is_there(history):
    base, mine, new = history
    given_by_course = counted(base).keys()
    merged, report = merge(base, mine, new)
    written = Counter({text: number for text, number in counted(mine).items() if text not in given_by_course})
    assert written <= counted(merged)
    assert len(merged["cells"]) == len(mine["cells"]) + report.added + report.conflicts - report.removed


@given(histories())
@law
def test_every_cell_of_the_new_version_is_there_as_it_is_or_marked_next_to_the_learners(history):
    base, mine, new = history
    merged, report = merge(base, mine, new)
    plain, left = counted(merged), [(one["id"], content(one)) for one in mine["cells"]]
    shown = "\0".join(text for text in sources(merged) if MARK in text)
    for one in new["cells"]:
        if content(one) not in counted(base) or (one["id"], content(one)) in left:
            assert plain[content(one)] or one["source"] in shown, one["source"]
    marks = [i for i, text in enumerate(sources(merged)) if MARK in text]
    assert len(marks) == report.conflicts
    before = {one["id"] for one in new["cells"]}
    assert all(merged["cells"][i - 1]["id"] in before for i in marks)


@given(histories(ANY))
@law
def test_merging_twice_is_merging_once(history):
    base, mine, new = history
    merged, _ = merge(base, mine, new)
    assert merge(new, merged, new) == (merged, NOTHING)


UNIQUE = [edit for edit in EDITS if edit != "duplicate"]


@given(histories(("delete",), moves=False, taken=UNIQUE))
@law
def test_merging_again_changes_nothing_also_where_the_old_base_is_given_again(history):
    base, mine, new = history
    merged, _ = merge(base, mine, new)
    assert merge(base, merged, new) == (merged, NOTHING)


@given(histories(ANY))
@law
def test_an_unchanged_course_changes_no_cell(history):
    base, mine, _ = history
    merged, report = merge(base, mine, base)
    assert report == NOTHING
    for ours, theirs in zip(mine["cells"], merged["cells"], strict=True):
        assert {**ours, "id": 0, "metadata": 0} == {**theirs, "id": 0, "metadata": 0}


@given(histories(ANY))
@law
def test_the_result_is_a_valid_notebook_with_unique_ids(history):
    merged, _ = merge(*history)
    nbformat.validate(nbformat.from_dict(merged))
    ids = [one["id"] for one in merged["cells"]]
    assert len(ids) == len(set(ids))


@given(histories(ANY))
@law
def test_what_comes_in_is_left_as_it_was(history):
    before = copy.deepcopy(history)
    merge(*history)
    assert history == before


@given(histories())
@law
def test_an_untouched_notebook_becomes_the_new_version(history):
    base, _, new = history
    assert merge(base, base, new)[0]["cells"] == new["cells"]


@given(histories(ANY, moves=False))
@law
def test_the_learners_cells_keep_the_order_that_the_learner_gave_them(history):
    base, mine, new = history
    merged, _ = merge(base, mine, new)
    still = {one["id"] for one in new["cells"]}
    gone = {content(one) for one in base["cells"] if one["id"] not in still}  # a new cell may have that text by chance
    once = [text for text, number in counted(mine).items() if number == counted(merged)[text] == 1 and text not in gone]
    ours, theirs = ([content(one) for one in each["cells"] if content(one) in once] for each in (mine, merged))
    assert ours == theirs


@given(histories(("delete",)))
@law
def test_what_the_learner_deleted_stays_deleted(history):
    base, mine, new = history
    deleted = {one["id"] for one in base["cells"]} - {one["id"] for one in mine["cells"]}
    merged, _ = merge(base, mine, new)
    assert not deleted & {one["id"] for one in merged["cells"]}


@given(histories())
@law
def test_outputs_of_cells_that_stay_are_kept(history):
    base, mine, new = history
    merged, _ = merge(base, mine, new)
    unchanged = [(one["id"], content(one)) for one in new["cells"]]
    ran = [one for one in mine["cells"] if one.get("outputs")]
    stay = [one for one in ran if content(one) not in counted(base) or (one["id"], content(one)) in unchanged]
    still = Counter(content(one) for one in merged["cells"] if one.get("outputs"))
    assert Counter(map(content, stay)) <= still


# One story each.


def merged_texts(base: dict, mine: dict, new: dict) -> list[str]:
    return texts(merge(base, mine, new)[0])


def test_where_both_changed_a_cell_the_newer_one_follows_the_learners_marked():
    base = notebook(prose("# T"), cell("print(w)"), prose("the end"))
    mine = notebook(prose("# T"), cell("print(w, b)", base["cells"][1]["id"]), prose("the end"))
    new = notebook(prose("# T"), cell("print(w + 0)"), prose("the end"))
    merged, report = merge(base, mine, new)
    assert texts(merged) == ["# T", "print(w, b)", "newer: print(w + 0)", "the end"]
    assert report == Report(0, 0, 0, 1)
    assert merged["cells"][2]["source"].startswith(f"# {MARK}")
    assert merged["cells"][2]["cell_type"] == "code"


def test_a_newer_answer_cell_is_shown_as_text_and_is_no_second_answer():
    stub, fence = cell("def f(): ...", exercise="f"), "def f():  # ```"
    mine = notebook({**stub, "source": "def f(): return 1"})
    merged, _ = merge(notebook(stub), mine, notebook({**stub, "source": fence}))
    answer, newer = merged["cells"]
    assert answer["source"] == "def f(): return 1"
    assert (newer["cell_type"], newer["metadata"]) == ("markdown", {})
    assert newer["source"].startswith(f"> {MARK}")
    assert newer["source"].endswith(f"````python\n{fence}\n````")


def test_a_cell_of_the_course_that_both_changed_alike_is_no_conflict():
    base, same = notebook(prose("one two three", "a")), notebook(prose("one two four", "a"))
    assert merge(base, same, same)[1] == Report(0, 0, 0, 0)


def test_a_corrected_cell_is_replaced_where_the_learner_moved_it_and_not_restored_where_they_deleted_it():
    base = notebook(prose("a b c d"), prose("e f g h"), prose("i j k l"))
    new = notebook(prose("a b c D"), prose("e f g H"), prose("i j k l"))
    one, two, three = base["cells"]
    assert merged_texts(base, notebook(two, three, one), new) == ["e f g H", "i j k l", "a b c D"]
    assert merged_texts(base, notebook(two, three), new) == ["e f g H", "i j k l"]


def test_a_rewritten_cell_does_not_take_the_place_of_another_kind_or_exercise():
    base = notebook(cell("x = 1 + 2", exercise="f"), cell("y = 1 + 2"))
    mine = notebook(cell("x = 3", exercise="f"), base["cells"][1])
    new = notebook(cell("x = 1 + 2", exercise="g"), prose("y = 1 + 2"))
    merged, report = merge(base, mine, new)
    assert sorted(texts(merged)) == ["x = 1 + 2", "x = 3", "y = 1 + 2"]
    assert report == Report(2, 0, 1, 0)


def test_a_cell_that_the_course_drops_stays_if_the_learner_changed_it():
    base = notebook(prose("a"), prose("b"), prose("c"))
    mine = notebook(base["cells"][0], prose("b, mine", base["cells"][1]["id"]), base["cells"][2])
    assert merged_texts(base, mine, notebook(base["cells"][0])) == ["a", "b, mine"]


def test_both_of_two_cells_with_the_same_id_stay():
    base = notebook(cell("stub", exercise="f"))
    notes = prose("a note", "own"), prose("another", "own")
    mine = notebook(cell("first try", exercise="f"), cell("second try", exercise="f"), *notes)
    merged, _ = merge(base, mine, notebook(prose("new"), cell("stub", exercise="f")))
    assert texts(merged) == ["new", "first try", "second try", "a note", "another"]
    ids = [one["id"] for one in merged["cells"]]
    assert (ids[1], ids[3], len(set(ids))) == ("f-answer", "own", 5)


def test_the_one_with_the_courses_place_keeps_the_id_of_two_that_have_the_same():
    f, other = cell("stub", exercise="f"), prose("other")
    mine = notebook({**f, "source": "first"}, other, {**f, "source": "second"})
    merged, _ = merge(notebook(f, other), mine, notebook(other, f))
    assert texts(merged) == ["other", "second", "first"]
    assert merged["cells"][2]["id"] == "f-answer"


def test_a_cell_of_the_learners_is_not_taken_for_one_that_they_deleted_because_it_is_alike():
    a, b = prose("a"), prose("one two three four")
    mine = notebook(a, prose("one two three mine", "own"))
    merged, report = merge(notebook(a, b), mine, notebook(a, prose("one two three five")))
    assert texts(merged) == ["a", "one two three mine"]
    assert report == NOTHING


def test_what_is_no_notebook_is_not_parsed_and_what_old_ones_lack_is_filled_in():
    good = {"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a\n", "b"], "id": [1]}]}
    assert parse(json.dumps(good).encode()) == {
        **notebook(
            {"cell_type": "code", "source": ["a\n", "b"], "metadata": {}, "outputs": [], "execution_count": None}
        ),
    }
    for wrong in (
        {"nbformat": 3},
        {"nbformat_minor": "5"},
        {"metadata": []},
        {"cells": {}},
        {"cells": [{"cell_type": "code", "source": 3}]},
        {"cells": [{"cell_type": "code", "source": "", "metadata": None}]},
    ):
        assert parse(json.dumps({**good, **wrong}).encode()) is None, wrong
    assert parse(None) is None


def without_ids(notebook: dict) -> dict:
    return {
        **notebook,
        "nbformat_minor": 4,
        "cells": [{k: v for k, v in c.items() if k != "id"} for c in notebook["cells"]],
    }


def test_without_ids_cells_are_known_by_exercise_text_and_likeness():
    base = notebook(prose("# T"), cell("stub", exercise="f"), cell("print(one, two)"), prose("a b c d"), cell("old"))
    mine = without_ids(base)
    mine["cells"][1]["source"] = "answered"
    mine["cells"][2]["source"] = "print(one, two, 3)"
    mine["cells"].insert(1, without_ids(notebook(prose("note")))["cells"][0])
    new = notebook(prose("# T"), cell("stub", exercise="f"), cell("print(one, two)"), prose("a b c D"), prose("new"))
    merged, report = merge(base, mine, new)
    assert texts(merged) == ["# T", "note", "answered", "print(one, two, 3)", "a b c D", "new"]
    assert report == Report(added=1, corrected=1, removed=1, conflicts=0)
    assert merged["cells"][3]["id"] == base["cells"][2]["id"]
    assert merged["nbformat_minor"] == 5


def test_without_ids_moved_answers_are_known_by_their_exercise():
    f, g = cell("stub f", exercise="f"), cell("stub g", exercise="g")
    answers = {**g, "source": "x * y"}, {**f, "source": "return 1"}
    new = notebook(cell("stub F", exercise="f"), g)
    merged, report = merge(notebook(f, g), without_ids(notebook(*answers)), new)
    assert texts(merged)[:2] == ["x * y", "return 1"]
    assert texts(merged)[2].startswith("newer: ")
    assert report == Report(added=0, corrected=0, removed=0, conflicts=1)


def test_without_ids_an_answer_is_not_taken_for_its_task():
    task = prose("say", "f-task") | {"metadata": {"autograd_lab": {"exercise": "x.f", "role": "task"}}}
    base, new = (notebook({**task, "source": text}, cell("stub", exercise="f")) for text in ("say", "say more"))
    mine = without_ids(notebook(*reversed(base["cells"])))
    assert merged_texts(base, mine, new) == ["stub", "say more"]


def test_without_ids_moved_cells_are_known_by_their_text():
    base = notebook(prose("a b c d"), prose("e f g h"), prose("i j k l"))
    mine = without_ids(notebook(*reversed(base["cells"])))
    new = notebook(prose("a b c D"), prose("e f g H"), prose("i j k L"))
    merged, report = merge(base, mine, new)
    assert texts(merged) == ["i j k L", "e f g H", "a b c D"]
    assert report == Report(added=0, corrected=3, removed=0, conflicts=0)


def test_without_ids_what_is_there_already_is_not_added_again():
    base, new = notebook(prose("a")), notebook(prose("a"), prose("b"))
    merged, report = merge(base, without_ids(new), new)
    assert texts(merged) == ["a", "b"]
    assert report == NOTHING


def test_without_ids_a_cell_that_is_hardly_alike_is_the_learners_own():
    base = notebook(prose("a b c d"), prose("one two three four"), prose("e f g h"))
    mine = without_ids(base)
    mine["cells"][1]["source"] = "my one remark on all of it"
    new = notebook(prose("a b c d"), prose("one two three 4"), prose("e f g h"))
    merged, report = merge(base, mine, new)
    assert texts(merged) == ["a b c d", "my one remark on all of it", "e f g h"]
    assert report == NOTHING


def test_where_a_tool_has_given_every_cell_another_id_likeness_decides():
    base = notebook(prose("a b c d"), prose("one two three four"))
    mine = notebook(prose("a b c d", "other-1"), prose("one two three four, I see", "other-2"))
    merged, report = merge(base, mine, notebook(prose("a b c d"), prose("one two three 4")))
    assert texts(merged) == ["a b c d", "one two three four, I see", "newer: one two three 4"]
    assert report == Report(added=0, corrected=0, removed=0, conflicts=1)


def test_a_newer_version_takes_the_place_of_the_one_marked_before_unless_the_learner_wrote_into_it():
    first, second, third = (notebook(prose(f"one two three {word}", "p")) for word in ("a", "b", "c"))
    mine = notebook(prose("mine", "p"))
    once, _ = merge(first, mine, second)
    assert merged_texts(second, once, third) == ["mine", "newer: one two three c"]
    once["cells"][1]["source"] += " and a note"
    assert merged_texts(second, once, third) == ["mine", "newer: one two three c", "newer: one two three b and a note"]


def test_a_conflict_settled_by_deleting_ones_own_cell_leaves_the_course_to_go_on():
    first, second, third = (notebook(cell(f"one two three {word}", exercise="f")) for word in ("a", "b", "c"))
    once, _ = merge(first, notebook(cell("mine", exercise="f")), second)
    del once["cells"][0]
    merged, report = merge(second, once, third)
    assert merged["cells"] == third["cells"]
    assert report == Report(0, 1, 0, 0)


def test_a_note_stays_behind_the_cell_that_it_was_written_behind():
    a, b, c = (prose(text) for text in ("a", "b", "c"))
    mine = notebook(prose("top"), a, prose("on a"), b, c, prose("on c"))
    assert merged_texts(notebook(a, b, c), mine, notebook(c, a, prose("new"), b)) == [
        *("top", "c", "on c", "a", "on a", "new", "b")
    ]


def test_metadata_of_both_sides_is_kept_and_the_courses_marks_are_restored():
    marks = {"autograd_lab": {"exercise": "x.f"}}
    base = notebook(cell("stub", exercise="f") | {"metadata": {"tags": ["a"], "editable": True, "old": 1, **marks}})
    mine, new = copy.deepcopy(base), copy.deepcopy(base)
    mine["cells"][0]["metadata"] = {"tags": ["a"], "editable": False, "old": 1, "collapsed": True}
    new["cells"][0]["metadata"] = {"tags": ["b"], "editable": True, "deletable": False, **marks}
    new["metadata"] = {"autograd_lab": {"version": "2"}}
    mine["metadata"] = {"kernelspec": {"name": "mine"}}
    merged, _ = merge(base, mine, new)
    ours = {"tags": ["b"], "deletable": False, **marks}
    assert merged["cells"][0]["metadata"] == {**ours, "editable": False, "collapsed": True}
    assert merged["metadata"] == {**new["metadata"], **mine["metadata"]}


def test_the_newer_version_of_a_cell_with_a_magic_of_its_own_is_shown_as_text():
    base, mine, new = (notebook(cell(f"%%time\n{text}", "a")) for text in ("f()", "f(1)", "f(2)"))
    merged, _ = merge(base, mine, new)
    assert merged["cells"][1]["cell_type"] == "markdown"
    assert "\n```python\n%%time\nf(2)\n```" in merged["cells"][1]["source"]


def test_a_newer_task_is_no_second_place_for_links_to_lead_to():
    mark = {"autograd_lab": {"exercise": "x.f", "role": "task"}, "tags": ["a"]}
    base, mine, new = (notebook(prose(text, "f-task") | {"metadata": mark}) for text in ("say 1", "mine", "say 2"))
    _, newer = merge(base, mine, new)[0]["cells"]
    assert newer["metadata"] == {"tags": ["a"]}


def test_ids_that_are_given_are_short_enough_unlike_the_courses_and_made_of_any_text():
    course = notebook(prose("a", "a"), prose("b", "own-1"))
    twice = [prose(text, name) for name in ("own", "x" * 64) for text in (f"1 {name}", f"2 {name}")]
    mine = notebook(course["cells"][0], *twice, course["cells"][1], prose("half of a character: \ud83d", "h"))
    del mine["cells"][-1]["id"]
    ids = [one["id"] for one in merge(course, mine, course)[0]["cells"]]
    assert ids[:4] == ["a", "own", "own-2", "x" * 64]
    assert ids[5] == "own-1"
    assert len(set(ids)) == 7
    assert all(1 <= len(name) <= 64 for name in ids)


def test_a_cell_on_the_other_side_of_one_that_stayed_is_another_cell():
    base = notebook(prose("a", "a"), prose("one two three 3", "h1"))
    new = notebook(prose("one two three 4", "h2"), prose("a", "a"))
    assert merge(base, base, new)[1] == Report(added=1, corrected=0, removed=1, conflicts=0)


def test_of_two_cells_that_say_the_same_the_first_is_the_first():
    base = notebook(cell("again", "s"), cell("again", "s-2"))
    mine = without_ids(base)
    mine["cells"][0] = printed(mine["cells"][0])
    merged, _ = merge(base, mine, notebook(cell("again", "s"), cell("new", "n"), cell("again", "s-2")))
    assert texts(merged) == ["again", "new", "again"]
    assert [bool(one["outputs"]) for one in merged["cells"]] == [True, False, False]


def test_a_conflict_settled_by_writing_into_the_newer_cell_leaves_the_course_to_go_on():
    first, second, third = (notebook(prose(f"one two three {word}", "p")) for word in ("a", "b", "c"))
    once, _ = merge(first, notebook(prose("mine", "p")), second)
    del once["cells"][0]
    once["cells"][0]["source"] = "one two three b and mine"
    merged, report = merge(second, once, third)
    assert texts(merged) == ["one two three b and mine", "newer: one two three c"]
    assert report == Report(added=0, corrected=0, removed=0, conflicts=1)


def test_line_ends_and_empty_lines_at_the_end_are_no_change():
    base, new = (notebook(cell(f"a\nb = {n}", "a"), cell("c", exercise="f")) for n in (1, 2))
    mine = notebook(cell("a\r\nb = 1\r\n", "a"), cell("c\n", exercise="f"))
    merged, report = merge(base, mine, new)
    assert texts(merged) == ["a\nb = 2", "c\n"]
    assert report == Report(added=0, corrected=1, removed=0, conflicts=0)


def test_an_answer_is_known_by_its_check_where_a_tool_has_dropped_ids_and_metadata():
    stub = 'def f():\n    {}\n\n\nf = lab.check("x.f", f)'
    base, new = (notebook(cell(stub.format(body), exercise="f")) for body in ("...", '"""Say more."""'))
    mine = without_ids(notebook(cell('f = lambda: 1\nf = lab.check(\n    "x.f", f\n)')))
    merged, report = merge(base, mine, new)
    assert merged["cells"][0]["metadata"] == base["cells"][0]["metadata"]
    assert len(merged["cells"]) == 2
    assert report == Report(added=0, corrected=0, removed=0, conflicts=1)
