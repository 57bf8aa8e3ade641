"""What the tests of the shader language share."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from anime4k.hooks.decl import Origin, ShaderFile
from anime4k.hooks.parse import parse_text

PLACES = {"origin", "body_line", "path", "warnings"}


def _without_places(value: object) -> object:
    """A declaration as nested tuples, without paths, lines and warnings."""
    if isinstance(value, Origin):
        return None
    if isinstance(value, tuple):
        return tuple(_without_places(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((f.name, _without_places(getattr(value, f.name))) for f in dataclasses.fields(value))
        return (type(value).__name__, *(item for item in fields if item[0] not in PLACES))
    return value


@pytest.fixture(scope="session")
def without_places() -> Callable[[object], object]:
    """Makes two declarations comparable that were written in different places."""
    return _without_places


@pytest.fixture(scope="session")
def parse() -> Callable[[str | bytes], ShaderFile]:
    """Parses text as a file called `test.glsl`."""
    return lambda text: parse_text(text, "test.glsl")


@pytest.fixture(scope="session")
def third_party(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Shader files that others wrote, from a wheel that is fetched now and never kept in the repository."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "-q", "-d", str(folder)]
    done = subprocess.run([*command, "jellyfin-mpv-shim==3.3.0"], capture_output=True, text=True, timeout=240)
    if done.returncode:
        pytest.skip(f"the wheel with third-party shaders cannot be fetched: {done.stderr.strip()[-200:]}")
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return tuple(sorted(path for path in folder.rglob("*") if path.suffix in (".glsl", ".hook")))
