"""The fixed damages of the table of scores, against other libraries' arithmetic."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageFilter

from anime4k.quality.metrics import psnr
from anime4k.training.damage.rows import EXACT_ROWS, ROWS

Codes = npt.NDArray[np.uint8]


def made(picture: Codes) -> dict[str, Codes]:
    return {row.name: row.make(picture) for row in (*ROWS, *EXACT_ROWS)}


def there_and_back(picture: Codes, factor: float, down: Image.Resampling, up: Image.Resampling) -> Image.Image:
    height, width = picture.shape[:2]
    small = Image.fromarray(picture).resize((round(width * factor), round(height * factor)), down)
    return small.resize((width, height), up)


def test_rows_are_seven_and_repeat(window: Codes) -> None:
    assert [row.name.split()[0] for row in ROWS] == ["clean", "bicubic", "bicubic", "lanczos", "JPEG", "x264", "x264"]
    first, again = made(window), made(window)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert all(picture.shape == window.shape and picture.dtype == np.uint8 for picture in first.values())
    assert np.array_equal(first["clean"], window)


def test_resampled_rows_are_those_of_pillow(window: Codes) -> None:
    kinds = Image.Resampling
    rows = made(window)
    expected = {
        "bicubic to 2/3 and back": there_and_back(window, 2 / 3, kinds.BICUBIC, kinds.BICUBIC),
        "bicubic to 0.8, bilinear back": there_and_back(window, 0.8, kinds.BICUBIC, kinds.BILINEAR),
    }
    for name, picture in expected.items():
        assert psnr(rows[name], np.asarray(picture)) > 50
    scaled = np.asarray(there_and_back(window, 2 / 3, kinds.LANCZOS, kinds.LANCZOS)).astype(float)
    soft = np.asarray(Image.fromarray(scaled.astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.5)))
    ringing = rows["lanczos to 2/3 and back + unsharp"]
    # Pillow's blur is three boxes, so it is only close.
    assert psnr(ringing, np.clip(scaled + 0.45 * (scaled - soft), 0, 255)) > 38
    assert psnr(ringing, window) < psnr(scaled, window)


def test_codecs_cost_what_they_are_known_to_cost(window: Codes) -> None:
    scores = {name: psnr(picture, window) for name, picture in made(window).items()}
    assert scores["x264 crf 20, exact colours"] > scores["x264 crf 28, exact colours"] + 3
    for crf in (20, 28):
        assert scores[f"x264 crf {crf}"] <= scores[f"x264 crf {crf}, exact colours"] + 0.1
    assert 28 < scores["JPEG 75"] < 45


@pytest.mark.parametrize("size", [(95, 97), (64, 81)])
def test_odd_sizes_lose_at_most_a_line(window: Codes, size: tuple[int, int]) -> None:
    for picture in made(window[: size[0], : size[1]]).values():
        assert size[0] - picture.shape[0] in (0, 1) and size[1] - picture.shape[1] in (0, 1)
