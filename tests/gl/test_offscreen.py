"""A picture in place of a window, frames on their way, and memory."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.gl.memory import free_bytes
from anime4k.gl.offscreen import InFlight, Offscreen
from anime4k.gl.pool import TexturePool


def test_what_is_drawn_is_there(device: Device) -> None:
    picture = Offscreen(device, (7, 5))
    try:
        picture.framebuffer.clear(0.0, 1.0, 0.2, 1.0)
        found = np.frombuffer(picture.framebuffer.read(components=4, alignment=1), np.uint8).reshape(5, 7, 4)
        assert (found == (0, 255, 51, 255)).all()
    finally:
        picture.release()


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_frames_are_on_their_way_than_allowed(device: Device, most: int) -> None:
    waited: list[str] = []
    calls = device.raw

    class Watching:
        def __call__(self, name: str, *arguments: object) -> int:
            waited.append(name)
            return calls(name, *arguments)

    flying = InFlight(device, most)
    flying._gl = Watching()  # type: ignore[assignment]
    for _ in range(5):
        flying.frame()
    assert waited.count("glFenceSync") == 5
    assert waited.count("glClientWaitSync") == waited.count("glDeleteSync") == 5 - most
    flying.drain()
    assert waited.count("glClientWaitSync") == waited.count("glDeleteSync") == 5
    assert device.raw("glGetError") == 0


def test_the_pool_knows_what_its_textures_take(device: Device) -> None:
    pool = TexturePool(device)
    half, byte = ((10, 20), 4, 16, True), ((8, 8), 1, 8, False)
    first, second = pool.take(half), pool.take(byte)
    assert pool.bytes == pool.peak_bytes == 10 * 20 * 4 * 2 + 64
    pool.give_back(half, first)
    assert pool.bytes == 1664  # it is kept
    assert pool.take(half) is first
    pool.give_back(half, first)
    pool.drain()
    assert pool.bytes == 64 and pool.peak_bytes == 1664
    pool.delete(second)
    assert pool.bytes == 0


def test_the_processor_has_no_memory_of_its_own(device: Device) -> None:
    if not device.info.is_software:
        pytest.skip("a GPU draws here")
    assert free_bytes(device) is None
