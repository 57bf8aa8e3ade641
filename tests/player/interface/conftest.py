"""Interfaces without a window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = str(Path(__file__).resolve().parents[3])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from anime4k.gl.device import Device  # noqa: E402


@pytest.fixture(scope="module")
def device() -> Iterator[Device]:
    """A context without a window."""
    made = Device.standalone()
    yield made
    made.release()
