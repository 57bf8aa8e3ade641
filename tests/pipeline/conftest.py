"""One OpenGL context for all tests of the pipeline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from anime4k.gl.device import Device


@pytest.fixture(scope="session")
def device() -> Iterator[Device]:
    """A standalone context; software rendering is enough."""
    made = Device.standalone()
    yield made
    made.release()
