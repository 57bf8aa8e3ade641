"""What the tests of the shader writers share: devices, the means to draw, and the other renderers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from anime4k.gl.device import Device
from tests.pipeline.support import QUICK, Bench, float_rgb, user_steps
from tests.shaders.conftest import devices as devices
from tests.shaders.conftest import peer_display as peer_display

Shown = Callable[..., np.ndarray]


@pytest.fixture(scope="session")
def shown(devices: dict[str, Device]) -> Shown:
    """Draws a picture of floats through texts of shader files, and reads the floats of the last pass."""

    def run(device: str, picture: np.ndarray, *texts: str, scale: int = 2, **options: Any) -> np.ndarray:
        height, width = picture.shape[:2]
        with devices[device].ctx:
            size = (width * scale, height * scale)
            options = {"settings": QUICK, **options}
            bench = Bench(devices[device], float_rgb(width, height), *texts, size=size, **options)
            try:
                bench.draw(picture)
                step = user_steps(bench.plan)[-1]
                return bench.executor.read_texture(step.outputs[0])[..., :3].astype(np.float64)
            finally:
                bench.executor.release()

    return run
