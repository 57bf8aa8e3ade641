"""What stands in the window around and under pictures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.gl.look import Fill
from anime4k.gl.offscreen import Offscreen
from anime4k.gl.presenter import Placed, Presenter

WINDOW = (8, 6)
REMAINS = (1.0, 0.0, 0.0, 1.0)
"""What an earlier frame has left in the window."""


@pytest.fixture
def presenter(device: Device) -> Iterator[Presenter]:
    """Draws into a window of `WINDOW` pixels that is not empty."""
    screen = Offscreen(device, WINDOW)
    made = Presenter(device)
    made.screen = screen.framebuffer
    screen.framebuffer.clear(*REMAINS)
    yield made
    made.release()
    screen.release()


def picture(device: Device, width: int, height: int) -> tuple[Placed, np.ndarray]:
    """A picture of its own size at (0, 0), and its codes, (height, width, 3)."""
    pixels = np.random.default_rng(width * height).integers(1, 255, (height, width, 4), np.uint8)
    texture = device.ctx.texture((width, height), 4, pixels.tobytes())
    return Placed(texture, (0, 0, width, height)), pixels[..., :3]


def test_around_a_picture_it_is_black(device: Device, presenter: Presenter) -> None:
    placed, pixels = picture(device, 4, 2)
    presenter.draw([Placed(placed.picture, (3, 1, 4, 2))], WINDOW)
    expected = np.zeros((6, 8, 3), np.uint8)
    expected[1:3, 3:7] = pixels
    assert np.array_equal(presenter.read(WINDOW), expected)


def test_without_a_picture_it_is_black(presenter: Presenter) -> None:
    presenter.draw([], WINDOW)
    assert not presenter.read(WINDOW).any()


def test_a_picture_of_the_whole_window_leaves_nothing_of_before(device: Device, presenter: Presenter) -> None:
    placed, pixels = picture(device, *WINDOW)
    presenter.draw([placed], WINDOW)
    assert np.array_equal(presenter.read(WINDOW), pixels)


def test_of_a_picture_beyond_the_window_the_middle_is_seen(device: Device, presenter: Presenter) -> None:
    placed, pixels = picture(device, 12, 10)
    presenter.draw([Placed(placed.picture, (-1, -3, 12, 10))], WINDOW)
    assert np.array_equal(presenter.read(WINDOW), pixels[3:9, 1:9])


def test_beside_the_clip_of_a_picture_it_is_black(device: Device, presenter: Presenter) -> None:
    placed, pixels = picture(device, *WINDOW)
    presenter.draw([Placed(placed.picture, placed.rect, clip=(0, 0, 5, 6))], WINDOW)
    expected = np.zeros((6, 8, 3), np.uint8)
    expected[:, :5] = pixels[:, :5]
    assert np.array_equal(presenter.read(WINDOW), expected)


def test_of_a_picture_with_holes_nothing_of_before_shows_through(device: Device, presenter: Presenter) -> None:
    pixels = np.full((6, 8, 4), (10, 20, 30, 0), np.uint8)
    presenter.draw([Placed(device.ctx.texture(WINDOW, 4, pixels.tobytes()), (0, 0, *WINDOW))], WINDOW)
    assert (presenter.read(WINDOW) == (10, 20, 30)).all()


def test_a_line_over_a_picture(device: Device, presenter: Presenter) -> None:
    placed, pixels = picture(device, *WINDOW)
    presenter.draw([placed, Fill((4, 0, 1, 6), (1.0, 1.0, 1.0))], WINDOW)
    expected = pixels.copy()
    expected[:, 4] = 255
    assert np.array_equal(presenter.read(WINDOW), expected)


def test_a_fill_alone_that_is_as_large_as_the_window(presenter: Presenter) -> None:
    presenter.draw([Fill((0, 0, *WINDOW), (0.0, 1.0, 0.0))], WINDOW)
    assert (presenter.read(WINDOW) == (0, 255, 0)).all()
