"""Planes of every pixel format that is uploaded as it is, against values packed by hand."""

from __future__ import annotations

import itertools
from typing import Any

import av
import numpy as np
import pytest

from anime4k.media.format import PIXEL_LAYOUTS, Component
from anime4k.media.frame import planes_of
from anime4k.media.layouts import Converter, nearest_layout

SIZES = [(1, 1), (5, 3), (64, 48), (85, 49)]


def _fill(frame: av.VideoFrame, seed: int) -> list[np.ndarray[Any, Any]]:
    """Write random bytes into all planes; returns the rows with padding, as raw bytes."""
    chance = np.random.default_rng(seed)
    rows = []
    for plane in frame.planes:
        height = plane.buffer_size // plane.line_size if plane.line_size else 1
        data = chance.integers(0, 256, (height, plane.line_size), dtype=np.uint8)
        plane.update(data.tobytes())
        rows.append(data)
    return rows


@pytest.mark.parametrize(("name", "size"), list(itertools.product([n for n in PIXEL_LAYOUTS if n != "pal8"], SIZES)))
def test_planes_hold_the_samples_of_the_frame(name: str, size: tuple[int, int]) -> None:
    width, height = size
    layout = PIXEL_LAYOUTS[name]
    frame = av.VideoFrame(width, height, name)
    rows = _fill(frame, width)
    planes = planes_of(frame)
    assert len(planes) == len(layout.planes) == len(frame.planes)
    for plane, what, raw in zip(planes, layout.planes, rows, strict=True):
        w, h = -(-width // what.subsample_x), -(-height // what.subsample_y)
        channels = len(what.components)
        item = 1 if layout.depth <= 8 else 2
        expected = np.frombuffer(raw[:h, : w * channels * item].tobytes(), "u1" if item == 1 else "<u2")
        shape = (h, w) if channels == 1 else (h, w, channels)
        assert plane.shape == shape
        assert plane.dtype == (np.uint8 if item == 1 else np.uint16)
        assert plane.dtype.isnative
        np.testing.assert_array_equal(plane, expected.reshape(shape))


@pytest.mark.parametrize("name", [n for n, layout in PIXEL_LAYOUTS.items() if n != "pal8"])
def test_component_order_agrees_with_swscale(name: str) -> None:
    """Independent check of the channel order: swscale fills the frame with one known colour."""
    rgb = np.zeros((16, 16, 4), np.uint8)
    rgb[:] = (200, 100, 50, 255)
    frame = av.VideoFrame.from_ndarray(rgb, format="rgba").reformat(format=name)
    layout = PIXEL_LAYOUTS[name]
    codes = {Component.R: 200, Component.G: 100, Component.B: 50, Component.A: 255}
    for plane, what in zip(planes_of(frame), layout.planes, strict=True):
        full = float(((1 << layout.depth) - 1) << layout.shift)
        for channel, component in enumerate(what.components):
            values = plane if len(what.components) == 1 else plane[..., channel]
            share = float(values.mean()) / full * 255
            if component in codes:
                assert share == pytest.approx(codes[component], abs=1.5)
            elif component is Component.CB:  # a reddish colour: little blue, much red
                assert share < 110
            elif component is Component.CR:
                assert share > 150


@pytest.mark.parametrize("size", SIZES)
def test_a_palette_is_looked_up(size: tuple[int, int]) -> None:
    width, height = size
    frame = av.VideoFrame(width, height, "pal8")
    stride = frame.planes[0].line_size
    chance = np.random.default_rng(3)
    indices = chance.integers(0, 256, (height, stride), dtype=np.uint8)
    palette = chance.integers(0, 256, (256, 4), dtype=np.uint8)  # B, G, R, A
    frame.planes[0].update(indices.tobytes())
    frame.planes[1].update(palette.tobytes())
    (plane,) = planes_of(frame)
    assert plane.shape == (height, width, 4)
    for y, x in [(0, 0), (height - 1, width - 1), (height // 2, width // 2)]:
        blue, green, red, alpha = palette[indices[y, x]]
        assert tuple(plane[y, x]) == (red, green, blue, alpha)


def test_planes_are_views_not_copies() -> None:
    frame = av.VideoFrame(64, 48, "yuv420p")
    rows = _fill(frame, 1)
    (luma, _, _) = planes_of(frame)
    frame.planes[0].update(bytes(rows[0].nbytes))
    assert not luma.any()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("yuyv422", "yuv422p"),
        ("nv16", "yuv422p"),
        ("nv21", "yuv420p"),
        ("p210le", "yuv422p10le"),
        ("yuv420p10be", "yuv420p10le"),
        ("yuva422p9le", "yuva422p10le"),
        ("yuv440p12le", "yuv444p12le"),
        ("rgb565le", "rgb24"),
        ("argb", "rgba"),
        ("rgb48be", "rgb48le"),
        ("gbrap10le", "rgba64le"),
        ("x2rgb10le", "gbrp10le"),
        ("gray16be", "gray16le"),
        ("ya8", "rgba"),
        ("ya16be", "rgba64le"),
        ("monow", "gray"),
        ("gbrpf32le", "rgb48le"),
        ("vuya", "yuva444p"),
        ("yuv420p", "yuv420p"),
    ],
)
def test_the_nearest_layout_loses_nothing(name: str, expected: str) -> None:
    assert nearest_layout(name) == expected


@pytest.mark.parametrize("name", ["yuv420p10be", "rgb48be", "gray16be", "yuv444p16be", "nv21", "argb", "yuyv422"])
def test_conversion_keeps_every_code(name: str) -> None:
    """Formats that differ only in byte or channel order survive the way there and back bit for bit."""
    target = nearest_layout(name)
    original = av.VideoFrame(32, 16, target)
    if PIXEL_LAYOUTS[target].depth in (8, 16):
        _fill(original, 5)
    else:
        for plane in original.planes:
            values = np.random.default_rng(6).integers(0, 1 << PIXEL_LAYOUTS[target].depth, plane.buffer_size // 2)
            plane.update(values.astype("<u2").tobytes())
    if name == "argb":
        original.planes[0].update(bytes(range(256)) * (original.planes[0].buffer_size // 256))
    foreign = original.reformat(format=name)
    assert foreign.format.name == name
    back = Converter().convert(foreign)
    assert back.format.name == target
    for before, after in zip(planes_of(original), planes_of(back), strict=True):
        np.testing.assert_array_equal(before, after)
