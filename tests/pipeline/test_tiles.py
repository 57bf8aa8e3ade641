"""Frames of which a part has changed: only that part is drawn, and the picture is bit by bit that of the whole."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anime4k.colour import ChromaSite, Matrix, Range
from anime4k.gl.device import Device
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.media.format import Crop, SourceFormat
from anime4k.pipeline import execute, tiles, tiling
from anime4k.pipeline.plan import Step
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.reuse import REUSE
from anime4k.pipeline.settings import RGB8, OutputFormat, RenderSettings
from anime4k.pipeline.tiles import bands, changed_tiles, mostly_other, pixels_of, runs, stretches
from tests.pipeline.support import Array, block, computes, pixels, shade

PACK = Path(__file__).resolve().parents[2] / "shaders"
WHOLE = frozenset({REUSE, "tiles"})
Make = Callable[..., Renderer]


@pytest.fixture
def make(device: Device) -> Iterator[Make]:
    """Makes renderers of files that are configured for a source and a size."""
    made: list[Renderer] = []

    def renderer(
        files: list[ShaderFile],
        source: SourceFormat,
        size: tuple[int, int],
        output: OutputFormat = RGB8,
        **settings: Any,
    ) -> Renderer:
        made.append(Renderer(device, files, settings=RenderSettings(**settings), output=output))
        made[-1].configure(source, size)
        assert not made[-1].disabled
        return made[-1]

    yield renderer
    for one in made:
        one.release()


def noise(source: SourceFormat, rng: np.random.Generator) -> list[Array]:
    """Any samples."""
    planes = []
    for number, layout in enumerate(source.planes):
        width, height = source.plane_size(number)
        count = len(layout.components)
        shape = (height, width) if count == 1 else (height, width, count)
        planes.append(rng.integers(0, 2**source.depth, shape).astype(np.uint8 if source.depth <= 8 else np.uint16))
    return planes


def changes(source: SourceFormat, rng: np.random.Generator, count: int) -> Iterator[list[Array]]:
    """Frames of which a few places change, at borders as often as elsewhere, now and then all of it."""
    planes = noise(source, rng)
    for _ in range(count):
        yield [plane.copy() for plane in planes]
        if rng.random() < 0.05:
            planes = noise(source, rng)
        for _ in range(rng.integers(1, 3)):
            plane = planes[rng.integers(len(planes))]
            height, width = plane.shape[:2]
            y, x = (int(rng.choice([0, n - 1, rng.integers(n)])) for n in (height, width))
            part = plane[y : y + rng.integers(1, 9), x : x + rng.integers(1, 9)]
            part[...] = rng.integers(0, 2**source.depth, part.shape)


def same_pictures(
    make: Make,
    files: list[ShaderFile],
    source: SourceFormat,
    size: tuple[int, int],
    count: int = 25,
    output: OutputFormat = RGB8,
) -> Renderer:
    """Draw changing frames in parts and as wholes; the pictures must agree."""
    parts, whole = make(files, source, size, output), make(files, source, size, output, no_rewrites=WHOLE)
    assert parts.plan.tiling is not None and whole.plan.tiling is None
    for number, planes in enumerate(changes(source, np.random.default_rng(7), count)):
        cost = parts.render(planes)
        whole.render(planes)
        for one, other in zip(parts.read(), whole.read(), strict=True):
            assert np.array_equal(one, other), f"frame {number}, of which {cost.share:.0%} was drawn"
    return parts


def wheel_file(third_party: Any, name: str) -> ShaderFile:
    """A third-party file that every file of the pack is compared with elsewhere."""
    return parse_file(next(path for path in third_party if path.name == name))


# -- the same picture ----------------------------------------------------------------------------------

PLAIN_CASES = [
    ("yuv420p", (93, 77), (186, 154)), ("p010le", (93, 77), (50, 40)), ("yuv410p", (53, 35), (53, 35)),
    ("nv12", (64, 64), (100, 129)), ("rgb24", (50, 66), (100, 132)), ("yuva420p", (90, 70), (180, 140)),
    ("yuv422p10le", (61, 47), (150, 100)), ("gray", (70, 40), (141, 79)), ("gbrp", (33, 65), (33, 65)),
]  # fmt: skip


@pytest.mark.parametrize(("form", "size", "target"), PLAIN_CASES)
def test_built_in_stages(make: Make, form: str, size: tuple[int, int], target: tuple[int, int]) -> None:
    assert same_pictures(make, [], pixels(form, *size), target).executor.partly > 0


@pytest.mark.parametrize("site", [ChromaSite.LEFT, ChromaSite.CENTER])
def test_planar_output(make: Make, site: ChromaSite) -> None:
    output = OutputFormat(depth=10, matrix=Matrix.BT709, range=Range.LIMITED, subsampling=(2, 2), chroma_site=site)
    made = same_pictures(make, [], pixels("yuv420p", 93, 77), (151, 122), output=output)
    assert made.executor.partly > 0 and len(made.plan.outputs) == 3


@pytest.mark.parametrize("size", [(83, 70), (166, 140), (50, 40)])
def test_cropped_sources(make: Make, size: tuple[int, int]) -> None:
    source = pixels("yuv420p", 93, 77, crop=Crop(4, 3, 87, 73))
    assert same_pictures(make, [], source, size).executor.partly > 0


def test_turned_pictures_are_drawn_whole(make: Make) -> None:
    assert make([], pixels("yuv420p", 64, 48, rotation=90), (48, 64)).plan.tiling is None


@pytest.mark.parametrize("name", ["a4k-upscale-cnn-s", "a4k-upscale-edge", "a4k-restore-cnn-m", "a4k-deblur"])
def test_files_of_the_pack(make: Make, name: str) -> None:
    files = [parse_file(PACK / f"{name}.glsl")]
    assert same_pictures(make, files, pixels("yuv420p", 143, 101), (286, 202)).executor.partly > 0


@pytest.mark.parametrize("name", ["Anime4K_Upscale_CNN_x2_S.glsl", "FSRCNNX_x2_8-0-4-1.glsl"])
def test_files_of_others(make: Make, third_party: Any, name: str) -> None:
    files = [wheel_file(third_party, name)]
    assert same_pictures(make, files, pixels("yuv420p", 143, 101), (286, 202), 15).executor.partly > 0


def test_chains_of_files(make: Make) -> None:
    files = [parse_file(PACK / f"{name}.glsl") for name in ("a4k-deblur", "a4k-upscale-edge")]
    assert same_pictures(make, files, pixels("yuv420p", 143, 101), (286, 202)).executor.partly > 0


@pytest.mark.parametrize("name", ["", "a4k-upscale-cnn-s", "a4k-upscale-edge", "a4k-upscale-dog"])
def test_reach_is_never_too_narrow(make: Make, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """With tiles and cells of a single pixel nothing is drawn that the reach does not ask for."""
    monkeypatch.setattr(tiling, "TILE", 1)
    monkeypatch.setattr(tiles, "TILE", 1)
    monkeypatch.setattr(execute, "MOST_WORK", 2.0)
    of_groups = tiling._cell

    def single(step: Step, source: Any) -> tuple[int, int]:
        return of_groups(step, source) if step.block else (1, 1)

    monkeypatch.setattr(tiling, "_cell", single)
    files = [parse_file(PACK / f"{name}.glsl")] if name else []
    made = same_pictures(make, files, pixels("yuv420p", 53, 37), (106, 74), 40)
    assert made.executor.partly > 35


def test_float_intermediates_and_strength(make: Make) -> None:
    source, file = pixels("yuv420p", 93, 77), parse_file(PACK / "a4k-upscale-edge.glsl")
    for options in ({"float32": True}, {"strength": 0.5}):
        parts = make([file], source, (186, 154), **options)
        whole = make([file], source, (186, 154), no_rewrites=WHOLE, **options)
        assert parts.plan.tiling is not None
        for planes in changes(source, np.random.default_rng(3), 8):
            parts.render(planes)
            whole.render(planes)
            assert np.array_equal(parts.read()[0], whole.read()[0])
        assert parts.executor.partly > 0


# -- how much is drawn ---------------------------------------------------------------------------------


def test_a_small_change_draws_a_small_part_and_a_large_one_everything(make: Make) -> None:
    source = pixels("yuv420p", 320, 180)
    made = make([parse_file(PACK / "a4k-upscale-edge.glsl")], source, (640, 360))
    planes = noise(source, np.random.default_rng(1))
    assert made.render(planes).share == 1.0
    planes[0][90, 160] ^= 1
    assert 0.0 < made.render(planes).share < 0.1
    planes[2][0, 0] ^= 1
    assert 0.0 < made.render(planes).share < 0.1
    assert made.render(planes).share == 0.0
    planes[0][:] ^= 1
    assert made.render(planes).share == 1.0
    assert (made.executor.frame, made.executor.partly, made.executor.reused) == (5, 2, 1)


def test_other_frames_between_are_drawn_whole(make: Make) -> None:
    """What is uploaded or drawn past the comparison leaves nothing to build on."""
    source = pixels("yuv420p", 93, 77)
    made, plain = make([], source, (186, 154)), make([], source, (186, 154), no_rewrites=WHOLE)
    one, other = (noise(source, np.random.default_rng(seed)) for seed in (1, 2))
    made.render(one)
    made.measure = True
    made.render(other)
    made.measure = False
    one[0][0, 0] ^= 255
    assert made.render(one).share == 1.0
    plain.render(one)
    assert np.array_equal(made.read()[0], plain.read()[0])


UNSTEADY = {
    "frame": shade("HOOKED_texOff(0) + float(frame) / 640.0"),
    "random": shade("HOOKED_texOff(0) * random"),
    "storage": block("BUFFER state", "VAR uint count", "STORAGE")
    + shade("HOOKED_texOff(0) * float(count + 1u)", bind="HOOKED state"),
    "compute": computes("imageStore(out_image, ivec2(gl_GlobalInvocationID.xy), HOOKED_tex(HOOKED_pos));", "8 8"),
    "data": shade("HOOKED_tex(HOOKED_pos + HOOKED_texOff(0).xy)"),
    "derivative": shade("dFdx(HOOKED_texOff(0))"),
    "the whole picture": shade("texelFetch(HOOKED_raw, ivec2(0), 0)"),
}


@pytest.mark.parametrize("name", sorted(UNSTEADY))
def test_what_cannot_be_told_is_drawn_whole(make: Make, device: Device, name: str) -> None:
    if not device.info.compute and name in ("storage", "compute"):
        pytest.skip("needs compute shaders")
    source = pixels("yuv420p", 64, 48)
    made = make([parse_text(UNSTEADY[name], "a.glsl")], source, (64, 48))
    assert made.plan.tiling is None
    planes = noise(source, np.random.default_rng(1))
    made.render(planes)
    planes[0][0, 0] ^= 1
    assert made.render(planes).share == 1.0


def test_memory_beyond_the_bound_is_shared_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    rewrite = importlib.import_module("anime4k.pipeline.rewrites.tiles")
    source, file = pixels("yuv420p", 64, 48), parse_file(PACK / "a4k-upscale-cnn-s.glsl")
    roomy = make([file], source, (128, 96)).plan
    monkeypatch.setattr(rewrite, "MOST_MEMORY", 1000)
    tight = make([file], source, (128, 96)).plan
    assert roomy.tiling is not None and tight.tiling is None
    assert tight.cost.peak_bytes < roomy.cost.peak_bytes


# -- with a threshold ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "unit"), [("yuv420p", 1), ("p010le", 256), ("yuv420p10le", 4)])
def test_errors_never_grow_beyond_the_threshold(make: Make, form: str, unit: int) -> None:
    """The picture is always that of a frame no sample of which is further off than the threshold."""
    source, rng = pixels(form, 93, 77), np.random.default_rng(5)
    made = make([], source, (93, 77), reuse_threshold=2.0)
    plain = make([], source, (93, 77), no_rewrites=WHOLE)
    first = [np.full_like(plane, 100 * unit) for plane in noise(source, rng)]
    made.render(first)
    drawn = [plane.copy() for plane in first]
    for number in range(1, 12):
        planes = [np.full_like(plane, (100 + number) * unit) for plane in first]
        for plane in planes:
            plane[: plane.shape[0] // 4] = 100 * unit + (number % 3) * unit  # never far off
        mask = changed_tiles(planes, drawn, (6, 5), 2.0 * unit)
        share = made.render(planes).share
        assert (share > 0.0) == bool(mask.any())
        for plane, there in zip(planes, drawn, strict=True):
            chosen = pixels_of(mask, plane.shape, (77, 93)) if share < 1.0 else np.ones(plane.shape[:2], bool)
            there[chosen] = plane[chosen]
            assert np.abs(plane.astype(int) - there.astype(int)).max() <= 2 * unit
        plain.render(drawn)
        assert np.array_equal(made.read()[0], plain.read()[0])
    assert made.executor.reused > 0


# -- masks ---------------------------------------------------------------------------------------------

MASKED = [(23, 17, 2, 2), (640, 36, 2, 2), (65, 33, 1, 1), (16, 16, 2, 2), (1, 1, 2, 2), (50, 40, 4, 1), (33, 35, 4, 4)]


@pytest.mark.parametrize(("width", "height", "across", "down"), MASKED)
def test_a_changed_sample_marks_its_tile_and_no_other(width: int, height: int, across: int, down: int) -> None:
    rng = np.random.default_rng(0)
    small = (-(-height // down), -(-width // across))
    planes = [rng.integers(0, 256, shape).astype(np.uint8) for shape in ((height, width), small, small)]
    count = (-(-width // 16), -(-height // 16))
    assert not changed_tiles([plane.copy() for plane in planes], planes, count).any()
    for _ in range(60):
        number = int(rng.integers(3))
        y, x = (int(rng.integers(n)) for n in planes[number].shape)
        other = [plane.copy() for plane in planes]
        other[number][y, x] ^= 4
        mask = changed_tiles(other, planes, count)
        factors = (1, 1) if number == 0 else (down, across)
        assert np.argwhere(mask).tolist() == [[y * factors[0] // 16, x * factors[1] // 16]]
        assert pixels_of(mask, other[number].shape, (height, width))[y, x]
        assert changed_tiles(other, planes, count, 3.0).any() and not changed_tiles(other, planes, count, 4.0).any()
        held = [range(*band) for band in bands(stretches(mask), len(other[number]), height)]
        assert any(y in band for band in held)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("padding", [0, 1, 5])
def test_tiles_of_any_samples_in_rows_of_any_length(kind: Any, channels: int, padding: int) -> None:
    """Rows are compared as large integers: what is behind the last of them counts, padding does not."""
    rng = np.random.default_rng(channels)
    for _ in range(30):
        height, width = (int(rng.integers(1, 70)) for _ in range(2))
        down, across = (int(rng.choice([1, 2, 4])) for _ in range(2))
        shapes = [(height, width, channels), (-(-height // down), -(-width // across), 1)]
        before: list[Array] = []
        after: list[Array] = []
        for rows, columns, count in shapes:
            made = [rng.integers(0, 99, (rows, columns + padding, count)).astype(kind) for _ in range(2)]
            made[1][:, :columns] = made[0][:, :columns]
            for planes, plane in zip((before, after), made, strict=True):
                planes.append(plane[:, :columns, 0] if count == 1 else plane[:, :columns])
        expected = np.zeros((-(-height // 16), -(-width // 16)), np.bool_)
        for _ in range(int(rng.integers(3))):
            number = int(rng.integers(2))
            place = tuple(int(rng.integers(n)) for n in after[number].shape)
            after[number][place] += 1
            factors = (1, 1) if number == 0 else (-(-height // shapes[1][0]), -(-width // shapes[1][1]))
            expected[place[0] * factors[0] // 16, place[1] * factors[1] // 16] = True
        assert np.array_equal(changed_tiles(after, before, expected.shape[::-1]), expected)


def test_bits_are_compared() -> None:
    zero, number = np.zeros((20, 20), np.float32), np.full((20, 20), np.nan, np.float32)
    assert changed_tiles([-zero], [zero], (2, 2)).all() and not changed_tiles([number], [number.copy()], (2, 2)).any()


def test_a_quick_look_never_says_too_much() -> None:
    rng = np.random.default_rng(2)
    before = [rng.integers(0, 256, (90, 130)).astype(np.uint8)]
    for share in (0.0, 0.2, 0.5, 0.9, 1.0):
        after = [np.where(rng.random((90, 130)) < share / 40, before[0] ^ 1, before[0])]
        real = changed_tiles(after, before, (9, 6)).mean()
        for limit in (0.1, 0.3, 0.6):
            assert not mostly_other(after, before, limit) or real > limit
    assert mostly_other([before[0] ^ 1], before, 0.6)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=7))
def test_rectangles_cover_every_cell_of_a_mask_once(cells: list[list[bool]]) -> None:
    mask = np.array(cells)
    covered = np.zeros(mask.shape, int)
    for top, left, right, bottom in zip(*runs(mask), strict=True):
        covered[top : bottom + 1, left : right + 1] += 1
    assert np.array_equal(covered, mask.astype(int))
