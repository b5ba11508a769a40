"""What the doctor says about an environment in which something is wrong, or only looks so."""

import os
import shutil
import sqlite3
import sys
import warnings
from collections import namedtuple
from pathlib import Path

import pytest
import torch
import torchvision

from autograd_lab import doctor
from autograd_lab.learner.record import Record


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    course, home = tmp_path / "my-course", tmp_path / "home"
    (course / ".autograd-lab" / "base").mkdir(parents=True)
    home.mkdir()
    monkeypatch.setenv("AUTOGRAD_LAB_HOME", str(home))
    monkeypatch.chdir(course)
    return course, home


def unwell() -> list[str]:
    found = list(doctor.examine())
    assert all("\n" not in line for _, line in found)
    return [line for well, line in found if not well]


def test_torch_and_torchvision_that_do_not_fit_are_both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nms(*arguments: object) -> None:
        raise RuntimeError("operator torchvision::nms does not exist\nmore")

    monkeypatch.setattr(torchvision.ops, "nms", nms)
    monkeypatch.setattr(doctor, "version", {"torch": "2.9.9", "torchvision": "0.1.2"}.get)
    with pytest.raises(doctor._UnwellError) as told:
        doctor._torchvision()
    assert str(told.value) == (
        "torchvision 0.1.2 does not fit torch 2.9.9 (RuntimeError: operator torchvision::nms does not exist): "
        f"run {sys.executable} -m pip install --force-reinstall --upgrade torch torchvision"
    )


def test_torchvision_that_breaks_while_it_is_imported_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> object:
        if name == "torchvision":
            raise RuntimeError("operator torchvision::nms does not exist")
        return torch

    monkeypatch.setattr(doctor, "import_module", broken)
    with pytest.raises(doctor._UnwellError, match=r"torchvision \S+ does not fit torch 2\.\S+ \(RuntimeError"):
        doctor._torchvision()


@pytest.mark.parametrize("which", [0, 1])
def test_a_full_disk_is_told(folders: tuple[Path, Path], which: int, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    full = folders[which]
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 0, 3 * 10**6 if path == full else 10**9))
    (line,) = unwell()
    assert f"{full} is full, 3 MB are left: free 100 MB or more" in line


@pytest.mark.parametrize("which", [0, 1])
def test_a_read_only_folder_is_told(folders: tuple[Path, Path], which: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(dir: Path) -> object:
        if dir == folders[which]:
            raise PermissionError(13, "Permission denied")
        return temporary(dir=dir)

    temporary = doctor.tempfile.TemporaryFile
    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    (line,) = unwell()
    assert f"{folders[which]} is not writable (Permission denied): make it so, or " in line
    assert ("autograd-lab start --dir", "set AUTOGRAD_LAB_HOME")[which] in line


@pytest.mark.parametrize("name", ["my-course/03_reverse_mode.ipynb", "home/progress.sqlite"])
def test_a_read_only_file_is_told(
    folders: tuple[Path, Path], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).touch()
    access = doctor.os.access
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: path != tmp_path / name and access(path, mode))
    (line,) = unwell()
    assert line == f"{tmp_path / name} is read-only: make it writable, as its owner"


@pytest.mark.parametrize("below", [[], ["below"]])
def test_a_progress_folder_that_is_a_file_is_told(
    folders: tuple[Path, Path], below: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path.joinpath("file", *below)
    monkeypatch.setenv("AUTOGRAD_LAB_HOME", str(folder))
    assert unwell() == [
        f"the progress folder {folder} can't be used, since {tmp_path / 'file'} is no folder: move it away, or set "
        "AUTOGRAD_LAB_HOME to one that is"
    ]


def test_a_course_folder_that_is_a_file_is_told(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    Path("my-course").touch()
    (line,) = unwell()
    assert line.endswith("my-course is no folder: move it away, or choose another with autograd-lab start --dir")


def test_a_damaged_database_is_told(folders: tuple[Path, Path]) -> None:
    (folders[1] / "progress.sqlite").write_bytes(b"not a database" * 100)
    (line,) = unwell()
    assert line.startswith(f"your progress can't be read: {folders[1] / 'progress.sqlite'} is damaged; ")


def test_a_newer_database_is_told(folders: tuple[Path, Path]) -> None:
    Record().save_hint("x", 1)
    with sqlite3.connect(Record().path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    (line,) = unwell()
    assert line.endswith("was written by a newer Autograd Lab; update this one")


@pytest.mark.parametrize("which", [0, 1])
def test_a_folder_that_cannot_be_looked_at_is_told(
    folders: tuple[Path, Path], which: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, **options: object) -> os.stat_result:
        if path == folders[which]:
            raise PermissionError(13, "Permission denied")
        return look(path, **options)  # type: ignore[arg-type]

    look = os.stat
    monkeypatch.setattr(os, "stat", refuse)
    (line,) = unwell()
    assert f"{folders[which]} can't be looked at (Permission denied): make it readable, or " in line
    assert ("autograd-lab start --dir", "set AUTOGRAD_LAB_HOME")[which] in line


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the folder that a program is in")
def test_a_working_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert unwell() == ["the folder that you are in is gone: change to another and run this again"]


def test_folders_that_do_not_exist_yet_are_looked_at_where_they_will_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRAD_LAB_HOME", str(tmp_path / "a" / "b"))
    monkeypatch.chdir(tmp_path)
    assert unwell() == []
    assert list(tmp_path.iterdir()) == []


def test_a_cuda_build_without_a_driver_is_well_and_says_that_it_runs_on_the_cpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    well, line = doctor._try("CUDA", doctor._cuda)
    assert well
    assert "built for 12.8" in line
    assert "runs on the CPU" in line
    assert "install NVIDIA's driver" in line


@pytest.mark.parametrize(
    ("extension", "package"),
    [("anywidget", "anywidget"), ("@jupyter-widgets/jupyterlab-manager", "jupyterlab_widgets")],
)
def test_a_widget_package_without_its_half_in_the_browser_is_told(
    monkeypatch: pytest.MonkeyPatch, extension: str, package: str
) -> None:
    from jupyterlab_server import config

    there = dict.fromkeys(["anywidget", "@jupyter-widgets/jupyterlab-manager"])
    monkeypatch.setattr(config, "get_federated_extensions", lambda folders: there)
    monkeypatch.setattr(config, "get_page_config", lambda folders: {})
    assert doctor._try("widgets", doctor._widgets)[0]
    monkeypatch.setattr(config, "get_page_config", lambda folders: {"disabledExtensions": {extension: True}})
    well, line = doctor._try("widgets", doctor._widgets)
    assert not well
    assert line.endswith(f"labextension enable {extension}")
    del there[extension]
    well, line = doctor._try("widgets", doctor._widgets)
    assert not well
    assert line.endswith(f"pip install --force-reinstall {package}")


def test_no_kernel_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_client import kernelspec

    def none(self: object, name: str) -> object:
        raise kernelspec.NoSuchKernel(name)

    monkeypatch.setattr(kernelspec.KernelSpecManager, "get_kernel_spec", none)
    well, line = doctor._try("kernel", doctor._kernel)
    assert not well
    assert line.endswith("pip install --force-reinstall ipykernel")


def test_a_disk_that_takes_nothing_more_is_told_whatever_it_says_of_its_room(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def __init__(self, dir: Path) -> None:
            pass

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *raised: object) -> None:
            pass

        def write(self, content: bytes) -> None:
            raise OSError(122, "Disk quota exceeded")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", Full)
    assert [line.count("is not writable (Disk quota exceeded)") for line in unwell()] == [1, 1]


def test_a_wrong_gradient_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.Tensor, "__pow__", lambda x, n: x * x)
    well, line = doctor._try("backward pass", doctor._backward)
    assert not well
    assert line.startswith("backward pass on cpu: the gradient of x³ is wrong: run ")


@pytest.mark.parametrize("error", [OSError("libcudart.so: cannot open shared object file"), RuntimeError("")])
def test_a_package_that_breaks_while_it_is_imported_is_told(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> object:
        if name == "torch":
            raise error
        return object()

    monkeypatch.setattr(doctor, "import_module", broken)
    well, line = doctor._try("torch", lambda: doctor._package("torch", "torch"))
    assert not well
    assert line.startswith(f"torch can't be imported: {type(error).__name__}: {error}: run ")


def test_whatever_raises_is_one_line_and_warnings_are_none(recwarn: pytest.WarningsRecorder) -> None:
    def look() -> str:
        warnings.warn("the driver is too old", stacklevel=1)
        raise RecursionError("deep\nand deeper")

    well, line = doctor._try("kernel", look)
    assert not well
    assert line.startswith("kernel: RecursionError: deep: run ")
    assert not recwarn


def test_a_kernel_that_cannot_be_imported_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> object:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(doctor, "import_module", broken)
    well, line = doctor._try("kernel", doctor._kernel)
    assert not well
    assert "ipykernel" in line


def test_the_kernel_of_this_environment_comes_before_one_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text('{"argv": ["/elsewhere/bin/python"], "display_name": "Python 3", "language": "python"}')
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    assert doctor._try("kernel", doctor._kernel) == (True, "kernel python3 of this environment")


def test_two_environments_that_link_to_one_interpreter_are_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_client import kernelspec

    for name in ("ours", "theirs"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "ours/bin/python"))
    for name, well in {"ours": True, "theirs": False}.items():
        spec = kernelspec.KernelSpec(argv=[str(tmp_path / name / "bin" / "python")])
        monkeypatch.setattr(kernelspec.KernelSpecManager, "get_kernel_spec", lambda self, name, spec=spec: spec)
        found, line = doctor._try("kernel", doctor._kernel)
        assert found == well
        assert well or line == (
            f"kernel python3 belongs to {tmp_path}/theirs/bin/python: "
            f"run {tmp_path}/ours/bin/python -m ipykernel install --sys-prefix"
        )
