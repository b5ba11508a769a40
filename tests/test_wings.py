"""The package is a house of wings, and each wing uses only those above it."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import autograd_lab

PACKAGE = Path(autograd_lab.__file__).parent
# Each may use those before it. `__init__.py` names the homes of the public names as text.
WINGS = (
    *("display", "random_states", "timing"),
    *("engine", "pictures", "verifier", "grading", "exercises", "learner", "authoring", "classroom"),
    *("doctor", "cli"),
)
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
    if path.parent.name != "course" and path != PACKAGE / "__init__.py"
}


def imported(module: str) -> Iterator[tuple[str, int]]:
    """Yield the modules of the package that a module imports, wherever in it, and the line."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        named = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "autograd_lab":
            home = (node.module or "").removeprefix("autograd_lab").removeprefix(".")
            named = [f"{home}.{alias.name}".strip(".") for alias in node.names]
        elif isinstance(node, ast.Import):
            named = [a.name.removeprefix("autograd_lab.") for a in node.names if a.name.startswith("autograd_lab.")]
        for name in named:
            found = name if name in MODULES else name.rpartition(".")[0]
            if found in MODULES:
                yield found, node.lineno


def test_every_module_stands_in_a_wing() -> None:
    assert {module.partition(".")[0] for module in MODULES} == set(WINGS)


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_uses_only_those_above_it(wing: str) -> None:
    above = WINGS[: WINGS.index(wing) + 1]
    upwards = [
        f"{MODULES[module]}:{line} uses {other}"
        for module in MODULES
        if module.partition(".")[0] == wing
        for other, line in imported(module)
        if other.partition(".")[0] not in above
    ]
    assert not upwards


def test_no_module_uses_itself_by_way_of_others() -> None:
    uses = {module: {other for other, _ in imported(module)} - {module} for module in MODULES}
    packages = {module for module, path in MODULES.items() if path.name == "__init__.py"}
    for module in uses:  # a package's own names come from its modules
        uses[module] -= {package for package in packages if module.startswith(f"{package}.")}
    assert list(TopologicalSorter(uses).static_order())
