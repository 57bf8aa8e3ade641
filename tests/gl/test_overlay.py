"""Overlays against a compositor written with numpy."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from anime4k.gl.atlas import Batch, batches
from anime4k.gl.device import Device
from anime4k.gl.overlay import OverlayPainter
from anime4k.overlay import EMPTY, Overlay, Tile
from tests.pipeline.test_hooked_frames import objects

SIZE = (160, 90)
Picture = NDArray[np.float64]


def axis(texels: int, pixels: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Picture]:
    """Lower and upper neighbour of every drawn pixel along one axis, and how much of the upper one counts."""
    at = (np.arange(pixels) + 0.5) * texels / pixels - 0.5
    low = np.floor(at).astype(int)
    return np.clip(low, 0, texels - 1), np.clip(low + 1, 0, texels - 1), at - low


def scaled(pixels: Picture, width: int, height: int) -> Picture:
    """Linear interpolation, edges repeated."""
    low, high, part = axis(pixels.shape[0], height)
    rows = pixels[low] * (1 - part)[:, None, None] + pixels[high] * part[:, None, None]
    low, high, part = axis(pixels.shape[1], width)
    return rows[:, low] * (1 - part)[None, :, None] + rows[:, high] * part[None, :, None]


def composed(background: NDArray[np.uint8], overlay: Overlay) -> Picture:
    """The expected picture in codes, without any rounding."""
    canvas = background.astype(float)
    for tile in overlay.tiles:
        pixels = tile.pixels / 255.0
        red, green, blue, alpha = (value / 255.0 for value in tile.colour)
        if pixels.ndim == 2:
            pixels = pixels[..., None] * np.array([red * alpha, green * alpha, blue * alpha, alpha])
        else:
            pixels = pixels * alpha
        drawn = scaled(pixels, tile.width, tile.height)
        left, top = max(0, tile.x), max(0, tile.y)
        right, bottom = min(SIZE[0], tile.x + tile.width), min(SIZE[1], tile.y + tile.height)
        if right <= left or bottom <= top:
            continue
        drawn = drawn[top - tile.y : bottom - tile.y, left - tile.x : right - tile.x]
        area = canvas[top:bottom, left:right]
        area[:] = drawn[..., :3] * 255 + area * (1 - drawn[..., 3:])
    return canvas


class Stage:
    """A window that is a framebuffer of floats, so that nothing is rounded; and a painter."""

    def __init__(self, device: Device, side: int, dtype: str = "f4") -> None:
        self.device = device
        self.dtype = dtype
        self.texture = device.ctx.texture(SIZE, 4, dtype=dtype)
        self.target = device.ctx.framebuffer([self.texture])
        self.painter = OverlayPainter(device, side=side)
        self.background = np.random.default_rng(5).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)

    def paint(self, overlay: Overlay) -> Picture:
        """Codes of the overlay over the background, top row first."""
        opaque = np.dstack([self.background, np.full(SIZE[::-1], 255, np.uint8)])[::-1]
        whole = np.float32(255) if self.dtype == "f4" else np.uint8(1)
        self.texture.write(np.ascontiguousarray(opaque / whole, np.float32 if self.dtype == "f4" else np.uint8))
        self.painter.draw(overlay, SIZE, self.target)
        read = np.frombuffer(self.texture.read(), np.float32 if self.dtype == "f4" else np.uint8)
        result = read.reshape(SIZE[1], SIZE[0], 4)[::-1].astype(float) * whole
        assert np.allclose(result[..., 3], 255), "the window stays opaque"
        return result[..., :3]

    def check(self, overlay: Overlay, within: float = 0.02) -> None:
        """The painted picture is the composed one within so many codes."""
        worst = np.abs(self.paint(overlay) - composed(self.background, overlay)).max()
        assert worst <= within, worst


@pytest.fixture(params=[4096, 50])
def stage(device: Device, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """With ordinary textures, and with ones so small that tiles are cut and several are needed."""
    made = Stage(device, request.param)
    yield made
    made.painter.release()
    made.target.release()
    made.texture.release()


def tile(rng: np.random.Generator, *, largest: int = 60, scale: bool = False) -> Tile:
    """A random tile of either kind that may hang over the edge of the window."""
    height, width = (int(side) for side in rng.integers(1, largest, 2))
    drawn = tuple(int(side) for side in rng.integers(1, 2 * largest, 2)) if scale else (width, height)
    colour = tuple(int(value) for value in rng.integers(0, 256, 4))
    if rng.random() < 0.5:
        pixels = rng.integers(0, 256, (height, width), np.uint8)
    else:
        alpha = rng.integers(0, 256, (height, width, 1))
        pixels = np.dstack([rng.integers(0, 256, (height, width, 3)) * alpha // 255, alpha]).astype(np.uint8)
    x, y = int(rng.integers(-40, SIZE[0])), int(rng.integers(-40, SIZE[1]))
    return Tile(x, y, *drawn, pixels, colour)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(6))
def test_a_few_tiles_of_both_kinds(stage: Stage, seed: int) -> None:
    rng = np.random.default_rng(seed)
    stage.check(Overlay(tuple(tile(rng) for _ in range(4))))


@pytest.mark.parametrize("seed", range(6))
def test_scaled_tiles_do_not_see_their_neighbours(stage: Stage, seed: int) -> None:
    rng = np.random.default_rng(seed)
    stage.check(Overlay(tuple(tile(rng, scale=True) for _ in range(4))))


@pytest.mark.parametrize("seed", range(20))
def test_a_window_of_eight_bits(device: Device, seed: int) -> None:
    stage, rng = Stage(device, 4096, "f1"), np.random.default_rng(seed)
    # One code beside the rounded value.
    stage.check(Overlay((tile(rng, scale=True),)), within=1.5)
    stage.painter.release()


@pytest.mark.parametrize("count", [30, 400])
def test_many_tiles_keep_their_order(stage: Stage, count: int) -> None:
    rng = np.random.default_rng(count)
    stage.check(Overlay(tuple(tile(rng, largest=30, scale=count == 30) for _ in range(count))))


def test_a_tile_larger_than_every_texture_is_cut_without_a_seam(stage: Stage) -> None:
    rng = np.random.default_rng(9)
    pixels = rng.integers(0, 256, (200, 333), np.uint8)
    stage.check(Overlay((Tile(-7, -3, 333, 200, pixels), Tile(3, 4, 77, 61, pixels, (9, 99, 200, 128)))))
    stage.check(Overlay((Tile(-200, -100, 900, 500, pixels[:90, :70]),)))


def test_a_larger_texture_than_the_device_has(device: Device) -> None:
    wide = device.info.max_texture_size + 100
    pixels = np.random.default_rng(2).integers(0, 256, (3, wide), np.uint8)
    stage = Stage(device, 1 << 20)
    stage.check(Overlay((Tile(-wide + 100, 5, wide, 3, pixels),)))
    stage.painter.release()


def test_slices_of_larger_arrays_are_taken_as_they_are(stage: Stage) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (40, 60), np.uint8)
    stage.check(Overlay((Tile(3, 3, 15, 10, pixels[::4, ::4]), Tile(50, 9, 20, 40, pixels.T[:40, :20]))))


def test_nothing_visible_leaves_the_picture_alone(stage: Stage) -> None:
    ones = np.full((5, 5), 255, np.uint8)
    invisible = (
        Tile(3, 3, 5, 5, ones, (255, 255, 255, 0)),
        Tile(-5, 0, 5, 5, ones),
        Tile(0, SIZE[1], 5, 5, ones),
        Tile(3, 3, 0, 5, ones),
        Tile(3, 3, 5, 5, ones[:0]),
    )
    for overlay in (EMPTY, Overlay(invisible)):
        assert np.abs(stage.paint(overlay) - stage.background).max() < 1e-4
    assert stage.painter.texture_count == 0


def test_only_a_new_overlay_is_uploaded(stage: Stage) -> None:
    rng = np.random.default_rng(1)
    first, second = (Overlay((tile(rng), tile(rng))) for _ in range(2))
    for overlay in (first, first, EMPTY, first, second, second):
        stage.check(overlay)
    assert stage.painter.uploads == 2


def test_thousands_of_overlays_need_no_more_objects(device: Device) -> None:
    before = objects(device)
    stage, rng = Stage(device, 4096), np.random.default_rng(4)
    held = []
    for number in range(3000):
        stage.painter.draw(Overlay(tuple(tile(rng) for _ in range(1 + number % 3))), SIZE, stage.target)
        if number in (500, 2999):
            held.append(objects(device))
    assert held[0] == held[1]
    assert stage.painter.texture_count == 2
    stage.painter.release()
    stage.target.release()
    stage.texture.release()
    assert objects(device) == before


def test_more_than_fits_is_drawn_in_bounded_memory(device: Device) -> None:
    stage, rng = Stage(device, 50), np.random.default_rng(8)
    overlay = Overlay(tuple(tile(rng, largest=49) for _ in range(40)))
    stage.check(overlay)
    stage.check(overlay)
    assert stage.painter.texture_count <= 4


def test_the_state_is_given_back(stage: Stage) -> None:
    overlay = Overlay((tile(np.random.default_rng(1)),))
    context = stage.device.ctx
    stage.device.ctx.scissor = (0, 0, 3, 3)
    stage.check(overlay)
    # A later full-screen draw with alpha 0 must replace what is there, as the presenter expects.
    program = context.program(
        vertex_shader="#version 410\nvoid main() {"
        " gl_Position = vec4(vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0, 0.0, 1.0); }",
        fragment_shader="#version 410\nout vec4 colour; void main() { colour = vec4(1.0, 0.0, 1.0, 0.0); }",
    )
    context.vertex_array(program, []).render(moderngl.TRIANGLES, 3)
    pixels = np.frombuffer(stage.texture.read(), np.float32).reshape(-1, 4)
    assert (pixels == (1, 0, 1, 0)).all()
    assert context.error == "GL_NO_ERROR"


def test_on_the_baseline_context() -> None:
    device = Device.standalone(baseline=True)
    stage = Stage(device, 4096)
    rng = np.random.default_rng(6)
    stage.check(Overlay(tuple(tile(rng, scale=True) for _ in range(4))))
    stage.painter.release()
    device.release()


def test_what_was_prepared_in_another_thread_is_drawn_alike(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(11)
    first, second = (Overlay(tuple(tile(rng, scale=True) for _ in range(8))) for _ in range(2))
    # The second one for a window that is another one by now.
    threads = [
        threading.Thread(target=stage.painter.prepare, args=found)
        for found in ((first, SIZE), (second, (30, 20)), (EMPTY, SIZE), (first, (0, 0)))
    ]
    for thread in threads:
        thread.start()
        thread.join()
    sorted_in_time: list[Overlay] = []

    def counted(overlay: Overlay, window: tuple[int, int], side: int) -> list[Batch]:
        sorted_in_time.append(overlay)
        return batches(overlay, window, side)

    monkeypatch.setattr("anime4k.gl.overlay.batches", counted)
    stage.check(first)
    assert not sorted_in_time
    stage.check(second)
    assert sorted_in_time == [second]
