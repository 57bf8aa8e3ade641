"""One OpenGL context for all tests of this room."""

from __future__ import annotations

from tests.pipeline.conftest import device as device
