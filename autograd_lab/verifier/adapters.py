"""Which kind of subject a function is, told from its inputs.

`subject` takes what `verify` was given and returns a `Subject`, or raises with one sentence where it can't be one.
torch is looked up among the loaded modules and never imported here: who gives tensors has imported it.
"""

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd_lab.verifier.engines import EngineSubject
from autograd_lab.verifier.rules import RuleSubject
from autograd_lab.verifier.subject import Subject, dtype_of


def subject(fn: Callable[..., Any], inputs: Any, backward: Callable[..., Any] | None, lifted: bool) -> Subject:
    """Return `fn` as a subject, or raise ValueError with one sentence that says why it can't be one."""
    given = list(inputs) if isinstance(inputs, (tuple, list)) else [inputs]
    if not callable(fn):
        raise ValueError(f"verify needs a function to call; got {type(fn).__name__}")
    if backward is not None and not callable(backward):
        raise ValueError(f"backward must be a function (grad, *inputs) -> gradients; got {type(backward).__name__}")
    nested = next((a for a in given if isinstance(a, (list, tuple, dict, Iterator))), None)
    if nested is not None:
        raise ValueError(f"inputs must be one tensor or a flat list of them; got a {type(nested).__name__} among them")
    torch = sys.modules.get("torch")
    if torch is not None and torch.is_inference_mode_enabled():
        raise ValueError("leave torch.inference_mode() before you verify: in it nothing can be differentiated")
    module: Any = fn if torch is not None and isinstance(fn, torch.nn.Module) and backward is None else None
    names = _names(fn if module is None else module.forward, len(given))
    if torch is not None and (module is not None or any(isinstance(a, torch.Tensor) for a in given)):
        return _usable(_of_torch(fn, given, names, backward, lifted))
    if backward is not None:
        return _usable(RuleSubject(fn, given, names, lifted, backward))
    if any(type(a).__module__.startswith("autograd_lab.engine") for a in given):
        return _usable(EngineSubject(fn, given, names, lifted))
    if any(isinstance(a, (np.ndarray, np.generic, float)) for a in given):
        raise ValueError("verify needs backward=, the rule to check, when the inputs are NumPy arrays or numbers")
    raise ValueError(f"verify needs at least one floating-point input; got {_kinds(given)}")


def _of_torch(
    fn: Any, given: list[Any], names: list[str | None], backward: Callable[..., Any] | None, lifted: bool
) -> Subject:
    import torch

    from autograd_lab.verifier.tensors import TorchRuleSubject, TorchSubject, of_module

    if any(isinstance(a, torch.Tensor) and a.layout is not torch.strided for a in given):
        raise ValueError("verify takes dense tensors only: make sparse inputs inside fn, from their values")
    if backward is not None:
        return TorchRuleSubject(fn, given, names, lifted, backward)
    if not isinstance(fn, torch.nn.Module):
        return TorchSubject(fn, given, names, lifted)
    function, parameters, labels = of_module(fn, given, lifted)
    return TorchSubject(function, [*given, *parameters], [*names, *labels], lifted)


def _usable(found: Subject) -> Subject:
    if not found.slots:
        floating = [a for a in found.given if found.floating(a)]
        if found.checked():
            raise ValueError("the inputs to be checked have no entries: give some that have")
        if floating:
            raise ValueError("none of the inputs requires grad: call requires_grad_() on those to be checked")
        raise ValueError(f"verify needs at least one floating-point input; got {_kinds(found.given)}")
    for k, value in zip(found.slots, found.values, strict=True):
        if not np.isfinite(value).any():
            raise ValueError(f"input {k} holds nothing but NaN and infinity: give finite numbers")
    return found


def _kinds(given: Sequence[Any]) -> str:
    return ", ".join(map(dtype_of, given)) or "none"


def _names(fn: Callable[..., Any], count: int) -> list[str | None]:
    """Return the names of the first `count` arguments, as far as fn tells them."""
    owner: Any = getattr(fn, "__self__", None)
    torch = sys.modules.get("torch")
    target: Any = fn
    skip = 0
    if torch is not None and isinstance(owner, type) and issubclass(owner, torch.autograd.Function):
        function: Any = owner
        target = function.forward
        skip = 0 if function.setup_context is not torch.autograd.Function.setup_context else 1
    try:
        parameters = list(inspect.signature(target).parameters.values())[skip:]
    except (TypeError, ValueError):
        parameters = []
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [p.name for p in parameters if p.kind in plain][:count]
    return [*names, *[None] * (count - len(names))]
