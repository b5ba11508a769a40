"""Autograd Lab: exercises about gradients that grade themselves, and what the lessons share.

``import autograd_lab as lab`` costs next to nothing: a public name is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd_lab import engine
    from autograd_lab.graph import draw_graph
    from autograd_lab.judge import grade
    from autograd_lab.notebook import check, hint, progress, solution
    from autograd_lab.valley import playground
    from autograd_lab.verifier.verification import verify

__version__ = "0.1.0"
__all__ = ["check", "draw_graph", "engine", "grade", "hint", "playground", "progress", "solution", "verify"]

_HOME = {
    "check": "notebook",
    "draw_graph": "graph",
    "grade": "judge",
    "hint": "notebook",
    "playground": "valley",
    "progress": "notebook",
    "solution": "notebook",
    "verify": "verifier.verification",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"autograd_lab has no {name!r}; it has {', '.join(__all__)}")
    if name == "engine":  # the one public name that is a module
        return import_module("autograd_lab.engine")
    return getattr(import_module(f"autograd_lab.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
