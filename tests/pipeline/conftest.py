"""One OpenGL context for all tests of the pipeline, and benches that are cleared away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from anime4k.gl.device import Device
from anime4k.media.format import SourceFormat
from tests.hooks.conftest import third_party as third_party
from tests.pipeline.support import Bench


@pytest.fixture(scope="session")
def device() -> Iterator[Device]:
    """A standalone context; software rendering is enough."""
    made = Device.standalone()
    yield made
    made.release()


@pytest.fixture
def bench(device: Device) -> Iterator[Callable[..., Bench]]:
    """Makes benches with shader files; see `Bench`."""
    benches: list[Bench] = []

    def make(source: SourceFormat, *texts: str, **options: Any) -> Bench:
        benches.append(Bench(device, source, *texts, **options))
        return benches[-1]

    yield make
    for made in benches:
        made.executor.release()
