"""Pixel shape, rotation, crop: where things are in the finished picture."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from anime4k.colour import ChromaSite
from anime4k.errors import PlanError
from anime4k.gl.device import Device
from anime4k.media.format import Component, Crop
from anime4k.pipeline.planning import output_size
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings, Scaler
from tests.pipeline import reference as ref
from tests.pipeline.drawing import draw, planes_of, random_codes, source

RGB = (Component.R, Component.G, Component.B)
YUV = (Component.Y, Component.CB, Component.CR)
PLAIN = RenderSettings(dither=Dither.NONE, sigmoid=False, linear_downscale=False, scaler=Scaler.SPLINE36)


@pytest.mark.parametrize(
    ("sar", "rotation", "crop", "scale", "wanted"),
    [
        (Fraction(1), 0, None, None, (1440, 1152)),
        (Fraction(1), 0, None, 1.0, (720, 576)),
        (Fraction(64, 45), 0, None, 1.0, (1024, 576)),
        (Fraction(16, 15), 0, None, 2.0, (1536, 1152)),
        (Fraction(8, 9), 0, None, 1.0, (720, 648)),
        (Fraction(1), 90, None, 1.0, (576, 720)),
        (Fraction(64, 45), 270, None, 1.0, (576, 1024)),
        (Fraction(64, 45), 180, None, 0.5, (512, 288)),
        (Fraction(1), 0, Crop(8, 4, 712, 572), 1.0, (704, 568)),
        (Fraction(2), 90, Crop(0, 0, 100, 50), 1.5, (75, 300)),
        (Fraction(32, 27), 0, None, 3.0, (2560, 1728)),  # 853.33 wide, not three times 853
        (Fraction(1), 0, None, 0.0001, (1, 1)),
    ],
)
def test_output_size(
    sar: Fraction, rotation: int, crop: Crop | None, scale: float | None, wanted: tuple[int, int]
) -> None:
    form = source("yuv420p", 720, 576, sar=sar, rotation=rotation, crop=crop)
    assert output_size(form, scale=scale) == wanted


@pytest.mark.parametrize(
    ("scale", "wanted"), [(1.0, (854, 576)), (1.001, (854, 576)), (0.25, (214, 144)), (1e-4, (2, 2))]
)
def test_a_scaled_size_is_the_nearest_multiple(scale: float, wanted: tuple[int, int]) -> None:
    form = source("yuv420p", 720, 576, sar=Fraction(32, 27))
    assert output_size(form, scale=scale, multiple=(2, 2)) == wanted


def test_an_exact_size_wins_and_nonsense_is_refused() -> None:
    form = source("yuv420p", 720, 576, sar=Fraction(64, 45))
    assert output_size(form, scale=3, size=(123, 45)) == (123, 45)
    with pytest.raises(PlanError, match="0x45"):
        output_size(form, size=(0, 45))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("pixel_format", ["rgb24", "gbrp10le", "rgb48le"])
def test_rotation_turns_clockwise_and_loses_nothing(device: Device, pixel_format: str, rotation: int) -> None:
    form = source(pixel_format, 11, 6, rotation=rotation)
    codes = random_codes(form, RGB)
    (picture,) = draw(
        device, form, planes_of(form, codes), form.display_size, output=OutputFormat(depth=form.depth)
    )
    upright = np.stack([codes[c] for c in RGB], axis=-1).astype(np.int64)
    assert np.array_equal(picture, np.rot90(upright, -rotation // 90))


def test_rotation_of_a_scaled_picture(device: Device) -> None:
    turned = source("rgb24", 12, 7, rotation=90)
    upright = source("rgb24", 12, 7)
    planes = planes_of(upright, random_codes(upright, RGB))
    deep = OutputFormat(depth=16)
    (first,) = draw(device, upright, planes, (25, 16), PLAIN, deep)
    (second,) = draw(device, turned, planes, (16, 25), PLAIN, deep)
    assert np.abs(second - np.rot90(first, -1)).max() <= 1


@pytest.mark.parametrize(("sar", "width"), [(Fraction(4, 3), 24), (Fraction(16, 9), 32)])
def test_anamorphic_pixels_become_square(device: Device, sar: Fraction, width: int) -> None:
    form = source("rgb48le", 18, 10, sar=sar)
    assert form.display_size == (width, 10)
    codes = {c: (v // 2 + 16384) for c, v in random_codes(form, RGB).items()}
    (picture,) = draw(device, form, planes_of(form, codes), form.display_size, PLAIN, OutputFormat(depth=16))
    stacked = np.stack([codes[c] for c in RGB], axis=-1) / 65535
    wanted = ref.resample(stacked, (width, 10), "spline36", True, (0.0, 0.0), (18 / width, 1.0))
    assert np.abs(picture - wanted * 65535).max() <= 2


def test_crop_at_its_own_size_takes_the_pixels(device: Device) -> None:
    form = source("rgb24", 16, 12, crop=Crop(3, 2, 12, 11))
    codes = random_codes(form, RGB)
    (picture,) = draw(device, form, planes_of(form, codes), (9, 9))
    assert np.array_equal(picture, np.stack([codes[c] for c in RGB], axis=-1)[2:11, 3:12])


def test_crop_and_scale(device: Device) -> None:
    form = source("rgb48le", 16, 12, crop=Crop(3, 2, 12, 11))
    codes = {c: (v // 2 + 16384) for c, v in random_codes(form, RGB).items()}
    (picture,) = draw(device, form, planes_of(form, codes), (22, 20), PLAIN, OutputFormat(depth=16))
    stacked = np.stack([codes[c] for c in RGB], axis=-1) / 65535
    wanted = ref.resample(stacked, (22, 20), "spline36", True, (3.0, 2.0), (9 / 22, 9 / 20))
    assert np.abs(picture - wanted * 65535).max() <= 2


@pytest.mark.parametrize("crop", [Crop(0, 0, 13, 9), Crop(1, 3, 13, 8)], ids=["whole", "odd corner"])
def test_cropped_chroma_keeps_its_place(device: Device, crop: Crop) -> None:
    form = source("yuv420p", 13, 9, crop=crop, chroma_site=ChromaSite.TOPLEFT)
    codes = random_codes(form, YUV)
    size = (crop.right - crop.left, crop.bottom - crop.top)
    (picture,) = draw(device, form, planes_of(form, codes), size, PLAIN)
    chroma = [ref.chroma_to_luma(codes[c] / 1.0, (13, 9), (2, 2), (-0.5, -0.5), "spline36") for c in YUV[1:]]
    whole = ref.yuv_to_rgb(np.stack([codes[Component.Y] / 1.0, *chroma], axis=-1), "709", 8, False)
    wanted = ref.in_codes(whole, 8)[crop.top : crop.bottom, crop.left : crop.right]
    assert np.abs(picture - wanted).max() <= 0.51


@pytest.mark.parametrize("site", list(ChromaSite), ids=lambda s: s.label)
def test_chroma_and_luma_edges_stay_together_when_scaled(device: Device, site: ChromaSite) -> None:
    """A dot in luma and chroma, sampled for this site, keeps one centre of gravity in red and in green."""
    size, sub = (16, 12), (2, 2)
    ys, xs = np.mgrid[0:12, 0:16] + 0.5

    def blob(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.exp(-((x - 8.3) ** 2 + (y - 6.1) ** 2) / 4.5)

    yc, xc = np.mgrid[0:6, 0:8] + 0.5
    cx, cy = site.offset
    red = blob(xc * 2 + cx, yc * 2 + cy)
    form = source("yuv420p16le", *size, chroma_site=site)
    unit = 256.0
    codes = {
        Component.Y: np.rint((60 + 80 * blob(xs, ys)) * unit).astype(np.uint16),
        Component.CB: np.full((6, 8), 128 * 256, np.uint16),
        Component.CR: np.rint((128 + 60 * red) * unit).astype(np.uint16),
    }
    (picture,) = draw(device, form, planes_of(form, codes), (32, 24), PLAIN, OutputFormat(depth=16))
    y2, x2 = np.mgrid[0:24, 0:32] + 0.5
    for channel in (0, 1, 2):
        part = picture[..., channel] - np.median(picture[..., channel])
        centre = ((part * x2).sum() / part.sum() / 2, (part * y2).sum() / part.sum() / 2)
        assert centre == pytest.approx((8.3, 6.1), abs=0.03), (channel, sub)
