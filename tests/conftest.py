"""What tests of several rooms share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RunCli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session", autouse=True)
def own_places(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Players that are started here read and write no file of the user, and compile our modules only once."""
    folder = tmp_path_factory.mktemp("user")
    places = {"CONFIG": "config", "STATE": "state", "CACHE": "cache"}
    os.environ.update({f"ANIME4K_{name}_DIR": str(folder / place) for name, place in places.items()})
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")


@pytest.fixture(autouse=True)
def current_context(request: pytest.FixtureRequest) -> None:
    """The context that tests of a room share is current, whichever others tests have made and closed in between."""
    found = request.getfixturevalue("device") if "device" in request.fixturenames else None
    if hasattr(found, "ctx"):  # some tests call the name of one a device
        found.ctx.__enter__()


@pytest.fixture(scope="session")
def demo_clip() -> Path:
    """The clip that ships with the package: 192 frames, 640x360, 24000/1001 frames a second."""
    return ROOT / "anime4k" / "demo" / "demo.mkv"


@pytest.fixture
def run_cli(tmp_path: Path) -> RunCli:
    """Run `python -m anime4k ARGS` in an empty folder, without a display and with a time limit."""

    def run(*args: str | Path, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
        variables = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        variables |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment}
        return subprocess.run(
            [sys.executable, "-m", "anime4k", *map(str, args)],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )

    return run
