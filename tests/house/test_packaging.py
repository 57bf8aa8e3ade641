"""The wheel: it holds what the program needs and works outside the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that the checkout stays as it is."""
    source, target = tmp_path_factory.mktemp("source") / "tree", tmp_path_factory.mktemp("wheel")
    source.mkdir()
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("anime4k", "shaders"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(target), str(source)],
        check=True,
        timeout=240,
        cwd=target,
    )
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's contents, to be put on the module path."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder), str(wheel)],
        check=True,
        timeout=240,
        cwd=folder,
    )
    return folder


def run(installed: Path, cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", "import sys; from anime4k.cli.main import main; sys.exit(main())", *args]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


def test_the_wheel_holds_every_module_shader_and_the_clip(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {str(path.relative_to(ROOT)) for path in (ROOT / "anime4k").rglob("*.py")}
    expected |= {f"anime4k/shaders/{path.name}" for path in (ROOT / "shaders").glob("*.glsl")}
    expected |= {"anime4k/demo/demo.mkv", "anime4k/py.typed", "anime4k/bench/schema.json", "anime4k/bench/page.css"}
    assert expected <= names, sorted(expected - names)
    assert not [name for name in names if not name.startswith("anime4k")]


def test_the_installed_program_finds_its_own_files(installed: Path, tmp_path: Path) -> None:
    listed = run(installed, tmp_path, "shaders", "list")
    assert listed.returncode == 0, listed.stderr
    assert "a4k-lite" in listed.stdout
    clip = installed / "anime4k" / "demo" / "demo.mkv"
    planned = run(installed, tmp_path, "plan", str(clip))
    assert planned.returncode == 0, planned.stderr
    assert "a4k-upscale-cnn-m.glsl" in planned.stdout
    where = run(installed, tmp_path, "doctor")
    assert str(installed / "anime4k" / "shaders") in where.stdout


def test_the_console_script_is_declared(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "anime4k = anime4k.cli.main:main" in archive.read(name).decode()
