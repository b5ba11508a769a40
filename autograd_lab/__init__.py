"""Autograd Lab: exercises about gradients that grade themselves, and what the lessons share.

``import autograd_lab as lab`` costs next to nothing: a public name is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd_lab import engine
    from autograd_lab.learner.notebook import check, grade, hint, progress, solution
    from autograd_lab.pictures.graph import draw_graph
    from autograd_lab.pictures.playground import playground
    from autograd_lab.verifier.verification import verify

__version__ = "0.1.0"
__all__ = ["check", "draw_graph", "engine", "grade", "hint", "playground", "progress", "solution", "verify"]

_HOME = {
    "check": "learner.notebook",
    "draw_graph": "pictures.graph",
    "grade": "learner.notebook",
    "hint": "learner.notebook",
    "playground": "pictures.playground",
    "progress": "learner.notebook",
    "solution": "learner.notebook",
    "verify": "verifier.verification",
}
# `engine` is the one public name that is a module. The others are for lessons: `from autograd_lab import figures`.
_MODULES = {"engine": "engine", "figures": "pictures.figures", "stepper": "pictures.stepper"}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"autograd_lab.{_MODULES[name]}")
    if name not in __all__:
        raise AttributeError(f"autograd_lab has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"autograd_lab.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
