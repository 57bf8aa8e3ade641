"""a4k-push-2019 against a second implementation of the published steps; a4k-push on pictures with a known truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_file
from anime4k.media.images import read_image, write_image
from anime4k.modes.pack import pack_file
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings, Scaler

Picture = NDArray[np.float32]

CODE = 1 / 255
INJECT = """//!HOOK OUTPUT
//!BIND HOOKED
//!BIND INJECTED
vec4 hook() {{ return texelFetch(INJECTED, ivec2(gl_FragCoord.xy), 0); }}
//!TEXTURE INJECTED
//!SIZE {width} {height}
//!FORMAT rgba32f
//!FILTER NEAREST
{texels}
"""


@pytest.fixture(scope="module", params=[False, True], ids=["modern", "baseline"])
def device(request: pytest.FixtureRequest) -> Iterator[Device]:
    made = Device.standalone(baseline=request.param)
    yield made
    made.release()


def shipped(name: str) -> Path:
    path = pack_file(name)
    assert path is not None
    return path


def pushed(
    device: Device,
    folder: Path,
    name: str,
    picture: Picture,
    ratio: float,
    *overrides: tuple[str, str],
    show: str = "v",
) -> Picture:
    """The shader's answer to `picture`, (h, w, 3), handed to it as what the scaler has left at OUTPUT.

    Args:
        device: where to draw.
        folder: for the files that bring the picture in.
        name: of the shader in the pack.
        picture: the enlarged picture; textures keep 32-bit floats, for drivers round half floats differently.
        ratio: by how much it counts as enlarged.
        overrides: parameters.
        show: what of the result `v` is read, between 0 and 1.
    """
    height, width, _ = picture.shape
    rgba = np.concatenate([picture, np.ones((height, width, 1))], axis=2).astype("<f4")
    inject = folder / "inject.glsl"
    inject.write_text(INJECT.format(width=width, height=height, texels=rgba.tobytes().hex()))
    shown = folder / "shown.glsl"
    shown.write_text(f"//!HOOK OUTPUT\n//!BIND HOOKED\nvec4 hook() {{ vec4 v = HOOKED_texOff(0.0); return {show}; }}\n")
    source = folder / "source.png"
    write_image(source, np.zeros((round(height / ratio), round(width / ratio), 3), np.uint8))
    frame = read_image(source)
    renderer = Renderer(
        device,
        [parse_file(file) for file in (inject, shipped(name), shown)],
        overrides=overrides,
        settings=RenderSettings(dither=Dither.NONE, float32=True),
        output=OutputFormat(depth=16),
    )
    renderer.configure(frame.format, (width, height))
    renderer.render(frame.planes)
    assert not renderer.disabled
    result: Picture = (renderer.read()[0][..., :3] / 65535).astype(np.float32)
    renderer.release()
    return result


def grey(luma: NDArray[np.float64]) -> Picture:
    return np.repeat(luma[..., None], 3, axis=2).astype(np.float32)


def gaussian_line(width: int, height: int, middle: float, sigma: float, depth: float, base: float = 0.8) -> Picture:
    """A dark vertical line; distances in pixels of the picture."""
    x = np.arange(width) + 0.5 - middle
    return grey(np.tile(base - depth * np.exp(-0.5 * (x / sigma) ** 2), (height, 1)))


def soft_step(width: int, height: int, sigma: float, low: float, high: float) -> Picture:
    """A vertical edge in the middle."""
    x = np.linspace(-width / 2 + 0.5, width / 2 - 0.5, width)
    steps = np.cumsum(np.exp(-0.5 * (np.linspace(-width / 2, width / 2, 64 * width) / sigma) ** 2))
    profile = np.interp(x, np.linspace(-width / 2, width / 2, 64 * width), steps / steps[-1])
    return grey(np.tile(low + (high - low) * profile, (height, 1)))


def crossings(row: NDArray[np.float32], level: float) -> NDArray[np.float64]:
    """Sub-pixel places where a row of samples passes a level."""
    at = np.flatnonzero((row[:-1] < level) != (row[1:] < level))
    samples = row.astype(np.float64)
    return np.asarray(at + 0.5 + (level - samples[at]) / (samples[at + 1] - samples[at]))


# -- the published form ------------------------------------------------------------------------------------

LUMA_2019 = np.array([2.0, 3.0, 1.0], np.float32) / np.float32(6)

# Offsets (dx, dy) of the pushing side and of the pixels that must be darker, in the order of the tests.
NW, N, NE, W, E, SW, S, SE = (-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)
CENTRE = (0, 0)
PAIRS = (
    (((NW, N, NE), (CENTRE,), (SW, S, SE)), ((SW, S, SE), (CENTRE,), (NW, N, NE))),
    (((N, NE, E), (CENTRE, W, S), ()), ((W, SW, S), (CENTRE, N, E), ())),
    (((NE, E, SE), (CENTRE,), (NW, W, SW)), ((NW, W, SW), (CENTRE,), (NE, E, SE))),
    (((E, SE, S), (CENTRE, W, N), ()), ((N, NW, W), (CENTRE, E, S), ())),
)


def shifted(field: NDArray[np.float32], by: tuple[int, int]) -> NDArray[np.float32]:
    rows = np.clip(np.arange(field.shape[0]) + by[1], 0, field.shape[0] - 1)
    columns = np.clip(np.arange(field.shape[1]) + by[0], 0, field.shape[1] - 1)
    return field[rows][:, columns]


def published(picture: Picture, thin_share: float, refine_share: float) -> Picture:
    """The published steps, written from their description."""
    key = picture @ LUMA_2019
    best, best_key = picture.copy(), key.copy()
    for pair in PAIRS:
        done = np.zeros(key.shape, bool)
        for side, *darker in pair:
            darkest = np.min([shifted(key, by) for by in side], axis=0)
            wins = ~done & np.all([darkest > shifted(key, by) for group in darker for by in group], axis=0)
            done |= wins
            mean = np.mean([shifted(picture, by) for by in side], axis=0, dtype=np.float64)
            candidate = ((1 - thin_share) * picture + thin_share * mean).astype(np.float32)
            candidate_key = (1 - thin_share) * key + thin_share * np.mean([shifted(key, by) for by in side], axis=0)
            wins &= candidate_key > best_key
            best[wins], best_key[wins] = candidate[wins], candidate_key[wins]
    picture = best
    key = picture @ LUMA_2019
    weights = {by: 2.0 if 0 in by else 1.0 for by in (NW, N, NE, W, E, SW, S, SE)}
    gx = sum(by[0] * weight * shifted(key, by) for by, weight in weights.items())
    gy = sum(by[1] * weight * shifted(key, by) for by, weight in weights.items())
    key = (1 - np.clip(np.hypot(gx, gy), 0, 1)).astype(np.float32)
    result, done = picture.copy(), np.zeros(key.shape, bool)
    for pair in PAIRS:
        for side, *darker in pair:
            darkest = np.min([shifted(key, by) for by in side], axis=0)
            wins = ~done & np.all([darkest > shifted(key, by) for group in darker for by in group], axis=0)
            done |= wins
            mean = np.mean([shifted(picture, by) for by in side], axis=0)
            result[wins] = ((1 - refine_share) * picture + refine_share * mean)[wins]
    return result


def drawing(height: int, width: int) -> Picture:
    """Smooth coloured waves with texture: every test wins somewhere and nothing ties."""
    y, x = np.mgrid[:height, :width]
    waves = np.stack([np.sin(0.31 * x + 0.17 * y), np.sin(0.23 * x - 0.29 * y + 1), np.sin(0.45 * y + 2)], axis=2)
    noise = np.random.default_rng(7).uniform(-0.04, 0.04, (height, width, 3))
    return (0.5 + 0.3 * waves + noise).astype(np.float32)


@pytest.mark.parametrize(
    ("ratio", "overrides", "shares"),
    [
        (2.0, (), (2 / 6, 1.0)),
        (1.5, (), (1.5 / 6, 0.75)),
        (4.0, (), (4 / 6, 1.0)),
        (2.0, (("strength", "40"),), (0.4 * 2 / 6, 0.4)),
        (2.0, (("thin", "0"),), (0.0, 1.0)),
        (3.0, (("thin", "300"),), (1.0, 1.0)),
    ],
    ids=["x2", "x1.5", "x4", "strength", "no-thinning", "all-thinning"],
)
def test_the_published_form_is_the_published_algorithm(
    device: Device,
    tmp_path: Path,
    ratio: float,
    overrides: tuple[tuple[str, str], ...],
    shares: tuple[float, float],
) -> None:
    picture = drawing(48, 60)
    result = pushed(device, tmp_path, "a4k-push-2019", picture, ratio, *overrides)
    expected = published(picture, *shares)
    assert np.abs(expected - picture).mean() > 4 * CODE
    off = np.abs(result - expected).max(axis=2)
    # A comparison of two keys that are equal but for the last bit may go either way.
    assert (off > CODE / 16).mean() < 0.002


def test_the_published_form_thins_dark_lines_and_not_bright_ones(device: Device, tmp_path: Path) -> None:
    dark = gaussian_line(40, 12, 20.0, 2.0, 0.6)
    bright = 1 - dark
    for line, thinner in ((dark, True), (bright, False)):
        result = pushed(device, tmp_path, "a4k-push-2019", line, 2.0, ("strength", "50"))
        refined = pushed(device, tmp_path, "a4k-push-2019", line, 2.0, ("strength", "50"), ("thin", "0"))
        width = [float(np.diff(crossings(picture[6, :, 0], 0.5))[0]) for picture in (result, refined)]
        assert (width[0] < width[1] - 0.1) == thinner


# -- the better form ---------------------------------------------------------------------------------------

RATIOS = (1.5, 2.0, 3.0, 4.0)


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_dark_line_gets_thinner_and_keeps_its_place(device: Device, tmp_path: Path, ratio: float) -> None:
    middle = 15.3 * ratio
    line = gaussian_line(round(32 * ratio), 16, middle, 0.7 * ratio, 0.5)
    widths = []
    for thin in (0, 25, 50, 100):
        row = pushed(device, tmp_path, "a4k-push", line, ratio, ("thin", str(thin)))[8, :, 0]
        left, right = crossings(row, 0.8 - 0.5 / 2)
        widths.append(right - left)
        assert (left + right) / 2 == pytest.approx(middle, abs=0.04 * ratio)
        # It stays about as dark as it was. At 2x its middle falls between two pixels, which alone is worth 8 codes.
        assert line.min() - CODE / 4 <= row.min() <= line.min() + (7 if ratio == 2 else 4) * CODE
    assert all(later < earlier for earlier, later in zip(widths, widths[1:], strict=False))
    assert widths[3] < widths[0] - (0.1 if ratio >= 2 else 0.02) * ratio


def test_thinning_follows_strength(device: Device, tmp_path: Path) -> None:
    line = gaussian_line(64, 16, 31.0, 1.3, 0.5)
    widths = []
    for strength in (0, 30, 60, 100):
        row = pushed(device, tmp_path, "a4k-push", line, 2.0, ("strength", str(strength)), ("thin", "100"))[8, :, 0]
        widths.append(float(np.diff(crossings(row, 0.55))[0]))
    assert widths == sorted(widths, reverse=True) and widths[3] < widths[0] - 0.2


@pytest.mark.parametrize("kind", ["step", "bright-line"])
def test_only_dark_lines_are_thinned(device: Device, tmp_path: Path, kind: str) -> None:
    step = soft_step(64, 16, 2.0, 0.2, 0.8)
    picture = step if kind == "step" else 1 - gaussian_line(64, 16, 32.0, 2.0, 0.5)
    with_thin = pushed(device, tmp_path, "a4k-push", picture, 2.0, ("thin", "100"))
    without = pushed(device, tmp_path, "a4k-push", picture, 2.0, ("thin", "0"))
    assert np.abs(with_thin - without).max() < CODE / 2


@pytest.mark.parametrize("contrast", [0.15, 0.6])
@pytest.mark.parametrize("ratio", RATIOS)
def test_an_edge_gets_shorter_and_keeps_its_place(
    device: Device, tmp_path: Path, ratio: float, contrast: float
) -> None:
    low, high = 0.5 - contrast / 2, 0.5 + contrast / 2
    step = soft_step(round(24 * ratio), 16, 0.8 * ratio, low, high)
    lengths = []
    for strength in (0, 50, 100, 200):
        row = pushed(device, tmp_path, "a4k-push", step, ratio, ("strength", str(strength)))[8, :, 0]
        ends = [float(crossings(row, low + share * contrast)[0]) for share in (0.1, 0.5, 0.9)]
        lengths.append(ends[2] - ends[0])
        assert ends[1] == pytest.approx(12 * ratio, abs=0.02 * ratio)
    assert all(later < earlier for earlier, later in zip(lengths, lengths[1:], strict=False))
    if ratio >= 2:
        assert lengths[2] < 0.85 * lengths[0]


def test_contrast_does_not_change_how_far_an_edge_is_pushed(device: Device, tmp_path: Path) -> None:
    weak, strong = (soft_step(48, 16, 1.6, 0.5 - size, 0.5 + size) for size in (0.15, 0.45))
    results = [pushed(device, tmp_path, "a4k-push", picture, 2.0)[8, :, 0] for picture in (weak, strong)]
    profiles = [(row - 0.5) / size for row, size in zip(results, (0.15, 0.45), strict=True)]
    assert np.abs(profiles[0] - profiles[1]).max() < 0.1


@pytest.mark.parametrize("steepness", [20 / 300, 0.3, 1.0])
def test_soft_gradients_stay(device: Device, tmp_path: Path, steepness: float) -> None:
    """Gradients in codes per output pixel, in two directions, quantised like 8-bit video."""
    y, x = np.mgrid[:24, :200]
    for way in (x, 0.6 * x + 0.8 * y):
        ramp = grey(np.round(40 + steepness * way) / 255)
        result = pushed(device, tmp_path, "a4k-push", ramp, 2.0, ("strength", "200"), ("thin", "100"))
        assert np.abs(result - ramp).max() < CODE / 2


def test_bokeh_stays_soft(device: Device, tmp_path: Path) -> None:
    y, x = np.mgrid[:120, :160]
    picture = np.full((120, 160, 3), (0.12, 0.14, 0.24), np.float64)
    for left, top, radius, colour in (
        (40, 40, 22, (0.3, 0.7, 0.3)),
        (95, 60, 30, (0.7, 0.6, 0.8)),
        (70, 95, 12, (1, 1, 1)),
    ):
        share = 1 / (1 + np.exp((np.hypot(x - left, y - top) - radius) / 3.0))
        picture += 0.6 * share[..., None] * (np.asarray(colour) - picture)
    soft = picture.astype(np.float32)
    change = {name: np.abs(pushed(device, tmp_path, name, soft, 2.0) - soft) for name in ("a4k-push", "a4k-push-2019")}
    assert change["a4k-push"].max() < 5 * CODE and change["a4k-push"].mean() < 0.2 * CODE
    assert change["a4k-push-2019"].max() > 10 * CODE


def test_values_above_white_and_below_black_are_treated_alike(device: Device, tmp_path: Path) -> None:
    step = soft_step(48, 16, 1.6, 0.3, 0.9)
    normal = pushed(device, tmp_path, "a4k-push", step, 2.0)
    for shift in (0.9, -0.6):
        moved = pushed(device, tmp_path, "a4k-push", step + np.float32(shift), 2.0, show="(v + 1.0) / 4.0") * 4 - 1
        assert np.abs(moved - shift - normal).max() < CODE / 8


def test_a_noisy_gradient_keeps_its_steps(device: Device, tmp_path: Path) -> None:
    # From 40 to 60 of 255 over 300 pixels, with less than a code of noise: the published form makes bands of it.
    ramp = grey(np.tile(40 + 20 * np.arange(300) / 299, (16, 1)) / 255)
    ramp += np.random.default_rng(3).uniform(-0.2, 0.2, (16, 300, 1)).astype(np.float32) / 255

    def unrest(picture: Picture) -> float:
        return float(np.abs(np.diff(picture[4:-4, 4:-4, 0], 2, axis=1)).mean())

    ours = pushed(device, tmp_path, "a4k-push", ramp, 2.0)
    assert unrest(ours) == pytest.approx(unrest(ramp), rel=0.01)
    assert np.array_equal(np.round(ours * 255), np.round(ramp * 255))
    theirs = pushed(device, tmp_path, "a4k-push-2019", ramp, 2.0)
    assert abs(unrest(theirs) / unrest(ramp) - 1) > 0.2


@pytest.mark.parametrize("overrides", [(), (("strength", "200"), ("thin", "100"))], ids=["default", "most"])
def test_nothing_exceeds_its_surroundings(
    device: Device, tmp_path: Path, overrides: tuple[tuple[str, str], ...]
) -> None:
    picture = np.random.default_rng(5).uniform(0.1, 0.9, (40, 52, 3)).astype(np.float32)
    result = pushed(device, tmp_path, "a4k-push", picture, 2.0, *overrides)
    reach = range(-4, 5)
    around = np.stack([shifted(picture, (dx, dy)) for dy in reach for dx in reach])
    assert np.abs(result - picture).max() > 10 * CODE
    assert (result >= around.min(axis=0) - CODE / 8).all() and (result <= around.max(axis=0) + CODE / 8).all()


@pytest.mark.parametrize("name", ["a4k-push", "a4k-push-2019"])
@pytest.mark.parametrize("size", [(1, 9), (9, 1), (2, 2), (31, 17)])
def test_flat_pictures_of_any_size_stay(device: Device, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), (0.25, 0.5, 0.75), np.float32)
    result = pushed(device, tmp_path, name, picture, 1.3)
    assert np.abs(result - picture).max() < CODE / 4


def test_it_restores_more_of_the_original_than_the_scaler(device: Device, tmp_path: Path) -> None:
    """Ink lines and a disc drawn at eight times the size, averaged to the original and to the source."""
    y, x = np.mgrid[: 96 * 8, : 128 * 8] / 8
    big = np.full((96 * 8, 128 * 8, 3), (0.85, 0.62, 0.55))
    big[np.hypot(x - 50, y - 46) < 30] = (0.2, 0.36, 0.54)
    big[np.abs(np.hypot(x - 50, y - 46) - 30) < 1.1] = (0.12, 0.1, 0.16)
    for turn in range(5):
        big[np.abs((x - 90) * np.cos(0.4 * turn) + (y - 40) * np.sin(0.4 * turn) - 4 * turn) < 0.9] = (0.12, 0.1, 0.16)
    original = big.reshape(96, 8, 128, 8, 3).mean(axis=(1, 3))
    small = original.reshape(48, 2, 64, 2, 3).mean(axis=(1, 3))
    path = tmp_path / "small.png"
    write_image(path, np.round(small * 255).astype(np.uint8))
    frame = read_image(path)
    errors = []
    for shaders in ([], [parse_file(shipped("a4k-push"))]):
        renderer = Renderer(
            device, shaders, settings=RenderSettings(scaler=Scaler.LANCZOS, sigmoid=False, dither=Dither.NONE)
        )
        renderer.configure(frame.format, (128, 96))
        renderer.render(frame.planes)
        errors.append(float(np.mean((renderer.read()[0][..., :3] / 255.0 - original) ** 2)))
        renderer.release()
    assert 10 * np.log10(errors[0] / errors[1]) > 0.75
