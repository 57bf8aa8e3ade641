"""Interfaces without a window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

ROOT = str(Path(__file__).resolve().parents[3])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from anime4k.gl.device import Device  # noqa: E402

if TYPE_CHECKING:
    from tests.player.interface.rig import Rig


@pytest.fixture(scope="module")
def device() -> Iterator[Device]:
    """A context without a window."""
    made = Device.standalone()
    yield made
    made.release()


@pytest.fixture
def rig(device: Device) -> Iterator[Rig]:
    """An interface with a player's state that answers what the mouse does."""
    pytest.importorskip("imgui_bundle")
    from tests.player.interface.rig import Rig

    made = Rig(device)
    yield made
    made.close()
