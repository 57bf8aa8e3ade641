"""The filter bank in numpy and as a shader: the same picture, whatever its size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.errors import MediaError
from anime4k.hooks.lint import lint
from anime4k.hooks.parse import parse_text
from anime4k.modes.pack import pack_file
from anime4k.networks.bank import MARGIN, PAIRS, TAPS, Bank, details, evaluate, read, spread, surroundings, write
from anime4k.networks.glsl.bank import shader
from anime4k.networks.numpy import enlarged, luma
from anime4k.networks.store import Record
from anime4k.networks.trained import trained_folder
from tests.networks.nets import noise
from tests.networks.test_shaders import HALF
from tests.shaders.measures import cel_drawing, halved, psnr

if TYPE_CHECKING:
    from tests.networks.conftest import Shown

NAME = "a4k-upscale-lite"


@pytest.fixture(scope="module")
def lite() -> Bank:
    return read(trained_folder() / f"{NAME}.npz")[0]


@pytest.fixture(scope="module")
def text(lite: Bank) -> str:
    return shader(lite)


@pytest.fixture(scope="module")
def drawing() -> np.ndarray:
    return (halved(cel_drawing()) / 255).astype(np.float32)


def random_bank(seed: int = 1, nodes: tuple[int, int, int] = (2, 3, 6)) -> Bank:
    """Filters that have nothing to do with each other."""
    rng = np.random.default_rng(seed)
    filters = rng.normal(0, 0.05, (len(PAIRS), *nodes, 4)).astype(np.float16).astype(np.float32)
    filters[:, 0] = filters[:, 0, :, :1]
    coherence, place = (np.linspace(0, 0.9, count).astype(np.float32) for count in nodes[:2])
    return Bank("a4k-x", "x.", coherence, place, filters)


def constant_bank(weights: np.ndarray) -> Bank:
    """The same filter (12, 4) everywhere."""
    filters = np.broadcast_to(weights[:, None, None, None], (len(PAIRS), 2, 2, 4, 4)).astype(np.float32)
    nodes = np.array([0, 1], np.float32)
    return Bank("a4k-x", "x.", nodes, nodes, filters)


def test_a_bank_of_equal_filters_is_a_filter() -> None:
    rng = np.random.default_rng(3)
    weights = rng.normal(0, 0.05, (len(PAIRS), 4)).astype(np.float32)
    plane = rng.uniform(0, 1, (9, 11)).astype(np.float32)
    found = details(constant_bank(weights), surroundings(plane))
    padded = np.pad(plane.astype(np.float64), 2, mode="edge")
    for y, x in ((0, 0), (4, 5), (8, 10), (3, 0)):
        expected = np.zeros(4)
        for number, (after, before) in enumerate(PAIRS):
            values = [padded[y + 2 + TAPS[place][0], x + 2 + TAPS[place][1]] for place in (after, before)]
            expected[:2] += weights[number, :2] * (values[0] - values[1])
            expected[2:] += weights[number, 2:] * (values[0] + values[1] - 2 * plane[y, x])
        assert np.allclose(found[:, y, x], expected, atol=1e-5)


def test_the_four_numbers_are_differences_of_halves_and_diagonals() -> None:
    block = np.array([[0.1, 0.5], [-0.2, 0.7]])
    nw, ne, sw, se = block.ravel()
    right, lower, corner, mean = (ne + se - nw - sw) / 4, (sw + se - nw - ne) / 4, (nw + se - ne - sw) / 4, block.mean()
    detail = np.array([right, lower, corner, mean], np.float32).reshape(4, 1, 1)
    assert np.allclose(spread(detail), block, atol=1e-6)


@pytest.mark.parametrize("size", [(29, 37), (1, 1), (1, 9), (8, 1), (2, 3), (17, 31)], ids=str)
@pytest.mark.parametrize("device", ["modern", "baseline"])
def test_in_single_precision_the_shader_equals_numpy(
    shown: Shown, lite: Bank, text: str, size: tuple[int, int], device: str
) -> None:
    picture = noise(*size)
    assert np.abs(shown(device, picture, text) - evaluate(lite, picture)).max() < 1e-4


@pytest.mark.parametrize("nodes", [(2, 3, 6), (3, 2, 16), (5, 4, 2)], ids=str)
def test_banks_of_every_shape(shown: Shown, nodes: tuple[int, int, int]) -> None:
    bank, picture = random_bank(nodes=nodes), noise(19, 23)
    expected = evaluate(bank, picture)
    assert np.abs(expected - enlarged(picture)).mean() > 0.02
    assert np.abs(shown("modern", picture, shader(bank)) - expected).max() < 1e-4


def test_in_half_precision_the_shader_equals_numpy(
    shown: Shown, lite: Bank, text: str, drawing: np.ndarray
) -> None:
    for picture in (noise(24, 40, seed=2), drawing):
        found = shown("modern", picture, text, settings=HALF)
        assert np.abs(found - evaluate(lite, picture)).max() < 1 / 255


def test_strength(shown: Shown, lite: Bank, text: str, drawing: np.ndarray) -> None:
    for percent in (0, 1, 40, 150):
        found = shown("modern", drawing, text, overrides=(("strength", str(percent)),))
        assert np.abs(found - evaluate(lite, drawing, percent / 100)).max() < 1e-4
    assert np.abs(evaluate(lite, drawing, 0.0) - enlarged(drawing)).max() < 1e-6


@pytest.mark.parametrize("strength", [1.0, 1.5])
def test_brightness_stays_near_its_neighbours(lite: Bank, strength: float) -> None:
    for picture in (noise(20, 20, seed=4), np.pad(np.ones((1, 1, 3), np.float32), ((6, 6), (6, 6), (0, 0)))):
        near = surroundings(luma(picture))[[i for i, (y, x) in enumerate(TAPS) if max(abs(y), abs(x)) < 2]]
        low, high = near.min(0) + luma(picture), near.max(0) + luma(picture)
        room = MARGIN * (high - low) + 1e-5
        found = luma(evaluate(lite, picture, strength))
        for y in (0, 1):
            for x in (0, 1):
                assert (found[y::2, x::2] >= low - room).all() and (found[y::2, x::2] <= high + room).all()


def test_mirrored_pictures_give_mirrored_results(lite: Bank, drawing: np.ndarray) -> None:
    # A single bright pixel has no direction at all, so every rounding may choose another one.
    dot = np.pad(np.ones((1, 1, 3), np.float32), ((3, 3), (3, 3), (0, 0)))
    for picture in (noise(13, 13, seed=5), drawing[:60, :60], dot):
        found = evaluate(lite, picture)
        for turned, back in (
            (picture[:, ::-1], lambda p: p[:, ::-1]),
            (picture[::-1], lambda p: p[::-1]),
            (picture.swapaxes(0, 1), lambda p: p.swapaxes(0, 1)),
        ):
            # The filters have 11 bits.
            assert np.abs(back(evaluate(lite, turned)) - found).max() < 2e-3


def test_inverted_pictures_give_inverted_results(lite: Bank, drawing: np.ndarray) -> None:
    assert np.abs(1 - evaluate(lite, 1 - drawing) - evaluate(lite, drawing)).max() < 1e-4


def test_neighbouring_pictures_give_neighbouring_results(lite: Bank, drawing: np.ndarray) -> None:
    # Filters that were chosen by classes would jump.
    rng = np.random.default_rng(6)
    nudge = rng.uniform(-1e-4, 1e-4, drawing.shape).astype(np.float32)
    before, after = evaluate(lite, drawing), evaluate(lite, drawing + nudge)
    assert np.abs(after - before).max() < 5e-3


def test_it_restores_more_of_a_drawing_than_bilinear(lite: Bank, drawing: np.ndarray) -> None:
    truth = cel_drawing()
    found, plain = (255 * np.clip(p, 0, 1) for p in (evaluate(lite, drawing), enlarged(drawing)))
    assert psnr(found, truth) > psnr(plain, truth) + 3.0


def test_flat_pictures_stay_flat(shown: Shown, text: str) -> None:
    flat = np.full((9, 7, 3), (0.8, 0.05, 0.35), np.float32)
    assert np.abs(shown("modern", flat, text) - flat[0, 0]).max() < 1e-6


def test_the_file_in_the_pack_is_made_of_the_stored_bank(text: str) -> None:
    path = pack_file(NAME)
    assert path is not None
    assert Path(path).read_text(encoding="utf-8") == text
    assert len(text) < 250_000 and max(len(line) for line in text.splitlines() if "//" in line) <= 120


def test_there_is_nothing_to_remark(text: str) -> None:
    file = parse_text(text, f"{NAME}.glsl")
    assert lint(file) == ()
    assert len(file.passes) == 2 and [texture.name for texture in file.textures] == ["UPSCALELITE_FILTERS"]
    assert text.rstrip().endswith("\n100")


def test_files(tmp_path: Path) -> None:
    bank, record = random_bank(), Record("bank", "nothing", 1, 7, 0.5, "here", "2026-01-01", {"pixels": 3})
    for name in ("one", "two"):
        write(tmp_path / name, bank, record)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    again, kept = read(tmp_path / "one")
    assert kept == record and (again.name, again.summary) == (bank.name, bank.summary)
    for name in ("coherence", "place", "filters"):
        assert np.array_equal(getattr(again, name), getattr(bank, name))
    (tmp_path / "half").write_bytes((tmp_path / "one").read_bytes()[:500])
    (tmp_path / "empty").write_bytes(b"")
    for name in ("half", "empty", "missing"):
        with pytest.raises(MediaError, match=name):
            read(tmp_path / name)
