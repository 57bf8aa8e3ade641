"""Shader files that others wrote: every pass compiles and runs, and a flat picture stays what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_file
from anime4k.pipeline.render import Renderer
from tests.pipeline.support import DEEP, PLAIN, pixels, ran, user_steps

LEFT_OUT = (
    *("_UL", "_VL", "_L.glsl", "_M.glsl", "C4F32", "nns32", "nns64", "nns128", "nns256", "16-0-4-1", "_DS"),
    *("_Fast", "_VeryFast", "Soft", "Denoise_CNN"),
)
"""Only siblings of files that are drawn; software rendering takes too long over all of them."""

RANDOM = ("noise",)
SOURCE = pixels("yuv420p", 24, 16)
GREY = (np.full((16, 24), 120, np.uint8), np.full((8, 12), 128, np.uint8), np.full((8, 12), 128, np.uint8))
VALUE = (120 - 16) / 219


def test_files_of_the_wild(device: Device, third_party: tuple[Path, ...]) -> None:
    drawn = [path for path in third_party if not any(word in path.name for word in LEFT_OUT)]
    assert len(drawn) >= 20
    passes, off = 0, {}
    for path in drawn:
        renderer = Renderer(device, [parse_file(path)], settings=PLAIN, output=DEEP)
        made = renderer.configure(SOURCE, (96, 64))
        for _ in range(2):
            renderer.render(GREY)
        picture = renderer.read()[0] / 65535
        assert not renderer.disabled, renderer.disabled
        count = sum(text.startswith(b"//!HOOK") for text in path.read_bytes().splitlines())
        assert len(ran(made)) + len(made.skipped) == count, path.name
        assert all(skip.reason for skip in made.skipped)
        if not any(word in path.name for word in RANDOM):
            off[path.name] = float(np.abs(picture[16:-16, 16:-16] - VALUE).max())
        passes += len(ran(made))
        renderer.release()
    assert passes >= 80
    worst = {name: round(value * 255, 2) for name, value in off.items() if value > 2.5 / 255}
    assert not worst, worst


@pytest.mark.parametrize("size", [(48, 32), (96, 64)])
def test_doublers_in_a_chain_judge_the_ratio_that_is_left(
    device: Device, third_party: tuple[Path, ...], size: tuple[int, int]
) -> None:
    """The same network twice: at twice the size the second is skipped, at four times both run."""
    path = next(path for path in third_party if path.name == "Anime4K_Upscale_CNN_x2_S.glsl")
    renderer = Renderer(device, [parse_file(path), parse_file(path)], settings=PLAIN, output=DEEP)
    made = renderer.configure(SOURCE, size)
    largest = max(step.size.width for step in user_steps(made))
    assert largest == size[0]
    assert {step.file for step in user_steps(made)} == ({0} if size[0] == 48 else {0, 1})
    renderer.render(GREY)
    assert np.abs(renderer.read()[0] / 65535 - VALUE)[8:-8, 8:-8].max() < 2 / 255
    renderer.release()
