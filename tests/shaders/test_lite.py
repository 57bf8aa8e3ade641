"""a4k-lite on a drawing whose larger original is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from anime4k.gl.device import Device
from anime4k.hooks.lint import lint
from anime4k.hooks.parse import parse_file
from anime4k.media.frame import Frame
from anime4k.media.images import read_image, write_image
from anime4k.modes.pack import pack_file
from anime4k.pipeline.render import Renderer
from tests.shaders.measures import psnr

SIZE = (192, 128)


@pytest.fixture(scope="module", params=[False, True], ids=["modern", "baseline"])
def device(request: pytest.FixtureRequest) -> Iterator[Device]:
    made = Device.standalone(baseline=request.param)
    yield made
    made.release()


@pytest.fixture(scope="module")
def original() -> np.ndarray:
    """A cel drawing at twice `SIZE`: flat colours, ink lines, thin strands."""
    scale = 8
    image = Image.new("RGB", (SIZE[0] * scale, SIZE[1] * scale), (236, 160, 140))
    draw = ImageDraw.Draw(image)
    draw.ellipse((200, 100, 900, 900), fill=(52, 92, 138), outline=(40, 24, 48), width=18)
    draw.polygon([(900, 80), (1400, 500), (1000, 960)], fill=(255, 226, 204), outline=(40, 24, 48), width=14)
    for number in range(9):
        draw.line((100 + 140 * number, 0, 300 + 110 * number, 1024), fill=(40, 24, 48), width=6 + number)
    return np.asarray(image.resize((SIZE[0] * 2, SIZE[1] * 2), Image.Resampling.BOX))


@pytest.fixture(scope="module")
def frame(original: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Frame:
    path = tmp_path_factory.mktemp("lite") / "small.png"
    write_image(path, np.asarray(Image.fromarray(original).resize(SIZE, Image.Resampling.BOX)))
    return read_image(path)


def enlarged(device: Device, frame: Frame, *overrides: tuple[str, str], shader: bool = True) -> np.ndarray:
    path = pack_file("a4k-lite")
    assert path is not None
    renderer = Renderer(device, [parse_file(path)] if shader else [], overrides=overrides)
    renderer.configure(frame.format, (SIZE[0] * 2, SIZE[1] * 2))
    renderer.render(frame.planes)
    assert not renderer.disabled
    picture = renderer.read()[0].copy()
    renderer.release()
    return picture


def test_it_restores_more_of_the_original_than_the_scaler(device: Device, frame: Frame, original: np.ndarray) -> None:
    plain = psnr(enlarged(device, frame, shader=False), original)
    assert psnr(enlarged(device, frame), original) > plain + 1.0


def test_edges_do_not_overshoot(device: Device, frame: Frame) -> None:
    # A pixel only moves, so nothing gets brighter or darker than the scaled picture is around it.
    plain = enlarged(device, frame, shader=False).astype(int)
    sharp = enlarged(device, frame, ("strength", "100")).astype(int)
    reach = 4
    low, high = plain.copy(), plain.copy()
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            moved = np.roll(plain, (dy, dx), (0, 1))
            low, high = np.minimum(low, moved), np.maximum(high, moved)
    inner = (slice(reach, -reach), slice(reach, -reach))
    assert (sharp[inner] >= low[inner] - 1).all() and (sharp[inner] <= high[inner] + 1).all()


def test_strength_zero_changes_nothing(device: Device, frame: Frame) -> None:
    off = enlarged(device, frame, ("strength", "0")).astype(int)
    # One more 16-bit float texture between scaler and output may move a value to the next code.
    assert np.abs(off - enlarged(device, frame, shader=False).astype(int)).max() <= 1


def test_strength_grows(device: Device, frame: Frame) -> None:
    plain = enlarged(device, frame, shader=False).astype(float)
    change = [
        np.abs(enlarged(device, frame, ("a4k-lite/strength", str(value))).astype(float) - plain).mean()
        for value in (0, 30, 60, 100)
    ]
    assert change == sorted(change) and change[3] > 2 * change[1] > 0


def test_it_has_nothing_to_remark() -> None:
    path = pack_file("a4k-lite")
    assert path is not None
    assert lint(parse_file(Path(path))) == ()
