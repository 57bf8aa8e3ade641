"""Where the comparison with other programs lives, and what it needs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

if TYPE_CHECKING:
    from engines.table import Bench


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """The comparison, ready to run; skipped without the peers unless ANIME4K_REQUIRE_PEERS is set."""
    missing = [program for program in ("mpv", "ffmpeg", "Xvfb") if shutil.which(program) is None]
    if missing and not os.environ.get("ANIME4K_REQUIRE_PEERS"):
        pytest.skip(f"needs {', '.join(missing)}")
    from engines import display, table

    from anime4k.gl.device import Device
    from anime4k.quality import wheels

    device = Device.standalone()
    with display.private_display() as screen:
        yield table.Bench(device, screen, wheels.shaders())
    device.release()
