"""Every test sees the settings of a build: no download, still pictures, progress in a folder of its own.

A test with an argument `seed` runs for three seeds. With ``--other-seeds``, those of ``test_exercises.py`` run for
seventeen others, and nothing else runs.
"""

import atexit
import os
import tempfile

import pytest

SEEDS = (0, 1, 11)  # 0 is that of notebooks
OTHERS = tuple(seed for seed in range(20) if seed not in SEEDS)

_home = tempfile.TemporaryDirectory(prefix="autograd-lab-test-")
atexit.register(_home.cleanup)
os.environ["AUTOGRAD_LAB_HOME"] = _home.name
os.environ["AUTOGRAD_LAB_OFFLINE"] = "1"
os.environ["AUTOGRAD_LAB_STATIC"] = "1"
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--other-seeds", action="store_true", help="the other seventeen seeds, and nothing else")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    own = any("seed" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "seed" in metafunc.fixturenames and not own:
        metafunc.parametrize("seed", OTHERS if metafunc.config.getoption("other_seeds") else SEEDS)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("other_seeds"):
        asked = {id(item) for item in items if getattr(item, "callspec", None) and _is_other(item)}
        config.hook.pytest_deselected(items=[item for item in items if id(item) not in asked])
        items[:] = [item for item in items if id(item) in asked]


def _is_other(item: pytest.Item) -> bool:
    return item.path.stem == "test_exercises" and item.callspec.params.get("seed") in OTHERS
