"""What is installed here, and does it work: the lines that `autograd-lab doctor` prints.

`examine` looks at the environment of this interpreter and yields pairs of a bool (all is well) and a line, one at a
time, since an import can take seconds. A line about something that is not well says what to do.
"""

import os
import shutil
import stat
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from autograd_lab.learner import workspace
from autograd_lab.learner.record import Record, home

_ROOM = 100_000_000  # bytes: some lessons with their figures, JupyterLab's checkpoints of them, and the progress


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
    try:
        os.getcwd()
    except FileNotFoundError:  # importing torch would end the program there
        yield False, "the folder that you are in is gone: change to another and run this again"
        return
    for name, package in _PACKAGES.items():
        yield _try(name, lambda name=name, package=package: _package(name, package))  # type: ignore[misc]
    yield _try("torchvision", _torchvision)
    yield _try("kernel", _kernel)
    yield _try("widgets", _widgets)
    yield _try("course", _course_folder)
    yield _try("progress", _progress_folder)
    yield _try("CUDA", _cuda)
    yield _try("backward pass", _backward)


_PACKAGES = {
    "autograd-lab": "autograd_lab",
    "torch": "torch",
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
        return False, f"{name}: {_said(error)}: {_again('autograd-lab')}"


def _said(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def _again(*packages: str) -> str:
    return f"run {sys.executable} -m pip install --force-reinstall {' '.join(packages)}"


def _package(name: str, module: str) -> str:
    try:
        import_module(module)
        return f"{name} {version(name)}"
    except Exception as error:  # shared libraries that don't fit raise OSError, RuntimeError and more
        raise _UnwellError(f"{name} can't be imported: {_said(error)}: {_again(name.lower())}") from None


def _torchvision() -> str:
    """Import torchvision and run an operator of its own, which needs the torch that it was built for."""
    found = _package("torch", "torch")
    try:
        torchvision, torch = import_module("torchvision"), import_module("torch")
        for device in _devices():
            box = torch.tensor([[0.0, 0.0, 1.0, 1.0]], device=device)
            torchvision.ops.nms(box, torch.ones(1, device=device), 0.5)
        return f"torchvision {version('torchvision')}, which fits {found}"
    except ModuleNotFoundError:
        return _package("torchvision", "torchvision")
    except Exception as error:
        raise _UnwellError(
            f"torchvision {version('torchvision')} does not fit {found} ({_said(error)}): "
            + _again("--upgrade", "torch", "torchvision")
        ) from None


def _devices() -> list[str]:
    import torch

    return ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]


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


def _widgets() -> str:
    """See that the halves of the widgets' packages that run in the browser are where JupyterLab looks for them."""
    from jupyter_core.paths import jupyter_path
    from jupyterlab_server.config import get_federated_extensions, get_page_config

    folders = jupyter_path("labextensions")
    there, off = get_federated_extensions(folders), get_page_config(folders).get("disabledExtensions", {})
    for package, extension in _EXTENSIONS.items():
        if extension not in there:
            raise _UnwellError(f"{package} has no JupyterLab extension, so widgets stay blank: {_again(package)}")
        if extension in off:
            raise _UnwellError(
                f"{extension} is disabled, so widgets stay blank: run {sys.executable} -m jupyter labextension "
                f"enable {extension}"
            )
    return f"widgets: JupyterLab has the extensions of {' and '.join(_EXTENSIONS)}"


_EXTENSIONS = {"jupyterlab_widgets": "@jupyter-widgets/jupyterlab-manager", "anywidget": "anywidget"}


def _course_folder() -> str:
    folder = workspace.is_copy(Path.cwd()) or Path(os.path.realpath("my-course"))
    return _folder("the course's folder", folder, "*.ipynb", "choose another with autograd-lab start --dir")


def _progress_folder() -> str:
    found = _folder("the progress folder", home(), "progress.*", "set AUTOGRAD_LAB_HOME to one that is")
    record = Record()
    record.attempts()
    if record.unread:
        raise _UnwellError(f"your progress can't be read: {record.unread}")
    return found


def _folder(what: str, folder: Path, files: str, otherwise: str) -> str:
    """Write something in a folder, or where it would be made, and see how much room is left."""
    there = _nearest(what, folder, otherwise)
    free = shutil.disk_usage(there).free
    if free < _ROOM:
        raise _UnwellError(
            f"the disk of {what} {folder} is full, {free / 1e6:.0f} MB are left: free {_ROOM / 1e6:.0f} MB or more"
        )
    try:
        with tempfile.TemporaryFile(dir=there) as file:  # what the system says of rights is not always true
            file.write(bytes(10_000))
    except OSError as error:
        raise _UnwellError(f"{what} {folder} is not writable ({error.strerror}): make it so, or {otherwise}") from None
    for path in sorted(folder.glob(files)):
        if not os.access(path, os.W_OK):
            raise _UnwellError(f"{path} is read-only: make it writable, as its owner")
    return f"{what} {folder} is writable, {free / 1e9:.0f} GB are free"


def _nearest(what: str, folder: Path, otherwise: str) -> Path:
    """Return a folder, or where it isn't there yet the nearest above it that is."""
    for path in (folder, *folder.absolute().parents):
        try:
            mode = os.stat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise _UnwellError(
                f"{what} {folder} can't be looked at ({error.strerror}): make it readable, or {otherwise}"
            ) from None
        if stat.S_ISDIR(mode):
            return path
        advice = f"move it away, or {otherwise}" if stat.S_ISREG(mode) else otherwise
        raise _UnwellError(f"{what} {folder} can't be used, since {path} is no folder: {advice}")
    raise _UnwellError(f"{what} {folder} can't be made, since there is no {folder.anchor}: {otherwise}")


def _cuda() -> str:
    import torch

    if torch.cuda.is_available():
        return f"CUDA {torch.version.cuda}: {torch.cuda.get_device_name()}"
    if torch.version.cuda is not None:
        return (
            f"CUDA: this torch is built for {torch.version.cuda} but finds no GPU with a driver; it runs on the CPU, "
            "which is enough; to use a GPU, install NVIDIA's driver and see that nvidia-smi lists it"
        )
    return "no CUDA in this torch: it runs on the CPU"


def _backward() -> str:
    import torch

    devices = _devices()
    for device in devices:
        x = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, device=device, requires_grad=True)
        (x**3).sum().backward()  # type: ignore[no-untyped-call]
        # The derivative of x³ is 3x²; these are whole numbers, so the comparison is exact.
        if x.grad is None or x.grad.tolist() != [3.0, 12.0, 27.0]:
            raise _UnwellError(f"backward pass on {device}: the gradient of x³ is wrong: {_again('torch')}")
    return f"a small backward pass is right on {' and '.join(devices)}"
