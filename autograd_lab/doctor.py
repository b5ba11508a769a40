"""What is installed here, and does it work: the lines that `autograd-lab doctor` prints.

Nothing comes in but the environment of this interpreter. Pairs of a bool (all is well) and a line leave, one at a time,
since an import can take seconds; a line about something that is not well says what to do.
"""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path


class _UnwellError(Exception):
    """Something is not as it should be; the message says what, and what to do."""


def examine() -> Iterator[tuple[bool, str]]:
    """Examine this environment.

    Yields
    ------
    well : bool
        Whether this is as the course needs it.
    line : str
        What was found, in one line; where it isn't well, with what to do.
    """
    yield True, f"Python {sys.version.split()[0]} ({sys.executable})"
    for name, package in _PACKAGES.items():
        yield _try(name, lambda name=name, package=package: _package(name, package))  # type: ignore[misc]
    yield _try("kernel", _kernel)
    yield _try("CUDA", _cuda)
    yield _try("backward pass", _backward)


_PACKAGES = {
    "autograd-lab": "autograd_lab",
    "torch": "torch",
    "torchvision": "torchvision",
    "JupyterLab": "jupyterlab",
}


def _try(name: str, look: Callable[[], str]) -> tuple[bool, str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns about drivers; what matters is said in the line
            return True, look()
    except _UnwellError as error:
        return False, str(error)
    except Exception as error:  # a broken installation raises anything
        lines = str(error).strip().splitlines() or [""]
        return False, f"{name}: {type(error).__name__}: {lines[0]}: {_again('torch', 'torchvision')}"


def _again(*packages: str) -> str:
    return f"run {sys.executable} -m pip install --force-reinstall {' '.join(packages)}"


def _package(name: str, module: str) -> str:
    try:
        import_module(module)
        return f"{name} {version(name)}"
    except Exception as error:  # shared libraries that don't fit raise OSError, RuntimeError and more
        lines = str(error).strip().splitlines() or [""]
        raise _UnwellError(
            f"{name} can't be imported: {type(error).__name__}: {lines[0]}: {_again(name.lower())}"
        ) from None


def _kernel() -> str:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    from jupyter_core.paths import ENV_JUPYTER_PATH, jupyter_path

    # The environment's folders first, as `autograd-lab start` has it with JUPYTER_PREFER_ENV_PATH.
    folders = [str(Path(folder) / "kernels") for folder in ENV_JUPYTER_PATH] + jupyter_path("kernels")
    try:
        command = KernelSpecManager(kernel_dirs=folders).get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        raise _UnwellError(f"kernel python3: there is none: {_again('ipykernel')}") from None
    import_module("ipykernel.kernelapp")
    # jupyter_client runs a bare `python` as this interpreter. Two environments may link to one interpreter, so the
    # links are not resolved.
    bare = {"python", "python3", f"python3.{sys.version_info.minor}"}
    if command not in bare and not _same_folder(command, sys.executable):
        raise _UnwellError(
            f"kernel python3 belongs to {command}: run {sys.executable} -m ipykernel install --sys-prefix"
        )
    return "kernel python3 of this environment"


def _same_folder(one: str, other: str) -> bool:
    a, b = (os.path.normcase(os.path.dirname(os.path.abspath(path))) for path in (one, other))
    return a == b


def _cuda() -> str:
    import torch

    if torch.cuda.is_available():
        return f"CUDA {torch.version.cuda}: {torch.cuda.get_device_name()}"
    if torch.version.cuda is not None:
        return "no CUDA GPU that can be used: this torch has CUDA, and runs on the CPU"
    return "no CUDA in this torch: it runs on the CPU"


def _backward() -> str:
    import torch

    devices = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]
    for device in devices:
        x = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, device=device, requires_grad=True)
        (x**3).sum().backward()  # type: ignore[no-untyped-call]
        # The derivative of x³ is 3x²; these are whole numbers, so the comparison is exact.
        if x.grad is None or x.grad.tolist() != [3.0, 12.0, 27.0]:
            raise _UnwellError(f"backward pass on {device}: the gradient of x³ is wrong: {_again('torch')}")
    return f"a small backward pass is right on {' and '.join(devices)}"
