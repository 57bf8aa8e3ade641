"""What every file of the shader pack promises, whatever it does."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from anime4k.colour import Matrix, Range, Transfer
from anime4k.hooks.body import without_comments
from anime4k.hooks.compat import Compat
from anime4k.hooks.decl import ParamKind, PassDecl, ShaderFile
from anime4k.hooks.lint import lint
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.hooks.stages import Stage
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.modes.pack import pack_files
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.filestate import save_name
from anime4k.pipeline.journey import PlanRequest
from anime4k.pipeline.plan import Plan, Size
from anime4k.pipeline.planning import plan_for
from anime4k.pipeline.rewrites import impatient
from anime4k.pipeline.settings import DEFAULT_SETTINGS, Dither, OutputFormat, RenderSettings, Scaler
from tests.networks.shipped import NETWORKS, smallest
from tests.shaders.measures import psnr

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

if TYPE_CHECKING:
    from tests.shaders.conftest import Draw

PACK = {path.stem: parse_file(path) for path in pack_files()}

every_file = pytest.mark.parametrize("file", PACK.values(), ids=PACK.keys())

# All networks come from one generator, and tests/networks holds each of them against it. What the generator is
# responsible for is tested with the smallest of each family; what the weights decide is tested of all in numpy.
SOME = {name: file for name, file in PACK.items() if name not in NETWORKS or name in smallest()}

one_of_each = pytest.mark.parametrize("file", SOME.values(), ids=SOME.keys())

PLAIN = impatient(
    RenderSettings(
        scaler=Scaler.BILINEAR, sigmoid=False, linear_downscale=False, antialias=False, dither=Dither.NONE
    ),
    pixels=0,
)

DOUBLER_TEXT = (
    "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC doubler\n//!WIDTH HOOKED.w 2 *\n//!HEIGHT HOOKED.h 2 *\n"
    "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"
)
DOUBLER = parse_text(DOUBLER_TEXT, "doubler.glsl")
"""The simplest x2 upscaler."""

RINGING = Path(__file__).resolve().parents[2] / "benchmarks" / "engines" / "overshoot.glsl"
"""A sharpener that rings on purpose."""

BEFORE = {"a4k-autodownscale-x2": [DOUBLER], "a4k-autodownscale-x4": [DOUBLER]}
"""What must stand before a file that has nothing to do on its own."""

AFTER = {"a4k-clamp": [parse_file(RINGING)], "a4k-text": [parse_file(RINGING)]}
"""What must stand behind a file that undoes what others did."""


def chain(file: ShaderFile, times: int = 1) -> list[ShaderFile]:
    """The file as it is meant to be used."""
    return [*BEFORE.get(file.name, ()), *[file] * times, *AFTER.get(file.name, ())]


FACTORS = tuple(Fraction(n, 24) for n in (12, 18, 24, 27, 29, 30, 32, 36, 42, 48, 54, 57, 60, 72, 84, 96, 120))
"""Output size over source size, from 0.5 to 5."""

SOURCES = ((640, 480), (720, 480), (1280, 720), (1920, 1080))


# -- the text ------------------------------------------------------------------------------------------------


def header(file: ShaderFile) -> str:
    """The comment before the first directive, without the comment signs."""
    text = Path(file.path).read_text(encoding="utf-8")
    return "\n".join(line.removeprefix("//").strip() for line in text.split("//!", 1)[0].splitlines())


@every_file
def test_it_has_nothing_to_remark(file: ShaderFile) -> None:
    assert lint(file) == ()


@every_file
def test_header_says_what_people_need(file: ShaderFile) -> None:
    text = header(file)
    assert text.startswith("MIT License, Copyright")
    assert re.search(rf"^{file.name}(?:\.glsl)?: ", text, re.MULTILINE), "the header names the file"
    assert re.search(r"^Cost: [^:]*\breads?\b", text, re.MULTILINE)
    assert re.search(r"^Runs in: .*mpv", text, re.MULTILINE)
    for param in file.params:
        assert re.search(rf"\b{param.name}\b", text), f"the header explains {param.name}"


@every_file
def test_every_pass_says_whose_it_is(file: ShaderFile) -> None:
    for declaration in file.passes:
        assert declaration.desc.startswith(f"{file.name}: ")
        assert len(declaration.desc) > len(file.name) + 5


@every_file
def test_parameters_stand_last_and_are_plain_numbers(file: ShaderFile) -> None:
    # mpv 0.35 stops reading at the first PARAM: what comes before it must be everything else.
    text = Path(file.path).read_text(encoding="utf-8")
    blocks = re.findall(r"^//!(HOOK|TEXTURE|BUFFER|PARAM)\b", text, re.MULTILINE)
    count = len(file.params)
    assert count and blocks.count("PARAM") == count and blocks[-count:] == ["PARAM"] * count
    assert re.fullmatch(r"-?\d+", text.rstrip().splitlines()[-1]), "nothing follows the last value"
    for param in file.params:
        assert param.kind is ParamKind.DEFINE and param.labels == ()
        assert len(param.desc) > 10
        assert param.minimum <= param.default <= param.maximum
        assert np.isfinite([param.minimum, param.maximum]).all()
    strength = next(param for param in file.params if param.name == "strength")
    assert strength.minimum == 0 and strength.maximum >= 100


@every_file
def test_fallbacks_equal_the_defaults(file: ShaderFile) -> None:
    # They are what renderers use that know no parameters; they must not differ from those that do.
    used: set[str] = set()
    for declaration in file.passes:
        body = without_comments(declaration.body)
        for param in file.params:
            if not re.search(rf"\b{param.name}\b", body):
                continue
            used.add(param.name)
            fallback = rf"#\s*ifndef {param.name}\s*\n\s*#\s*define {param.name} +(-?\d+)\s*\n\s*#\s*endif"
            found = re.findall(fallback, body)
            assert found == [f"{param.default:g}"], f"{declaration.desc}: {param.name}"
    assert used == {param.name for param in file.params}


@every_file
def test_gates_cover_the_whole_file(file: ShaderFile) -> None:
    gates = [declaration.when is not None for declaration in file.passes]
    assert all(gates) or not any(gates)
    for declaration in file.passes:
        for expression in (declaration.when, declaration.width, declaration.height):
            assert expression is None or not expression.variables, "mpv 0.35 knows no parameters in expressions"
        assert len(declaration.binds) <= 16


@every_file
def test_glsl_is_old_enough(file: ShaderFile) -> None:
    too_new = r"\b(textureGather\w*|\w+_gather|fma|(?:un)?pack\w+\d|bitfield\w+|texture[123]D)\s*\("
    for declaration in file.passes:
        if declaration.compute is None:
            assert re.findall(too_new, without_comments(declaration.body)) == []
        # A line may go on behind a backslash from GLSL 4.20 on; gl_FragCoord counts on how a renderer draws.
        assert re.findall(r"\\\n|\bgl_FragCoord\b", declaration.body) == []


def saved_names(file: ShaderFile) -> set[str]:
    """Names of the file's own textures."""
    saves = {declaration.save for declaration in file.passes if declaration.save not in (None, "HOOKED")}
    return {save for save in saves if save and Stage.parse(save) is None} | {texture.name for texture in file.textures}


def test_saved_names_belong_to_one_file() -> None:
    # vo=gpu has one table of names for all files.
    owners: dict[str, set[str]] = {}
    for file in PACK.values():
        saved = saved_names(file)
        prefixes = {name.split("_")[0] for name in saved}
        assert len(prefixes) <= 1, f"{file.name} saves {sorted(saved)}"
        for prefix in prefixes:
            owners.setdefault(prefix, set()).add(file.name)
    assert {prefix: names for prefix, names in owners.items() if len(names) > 1} == {}


# -- when it runs --------------------------------------------------------------------------------------------


def video(width: int, height: int) -> SourceFormat:
    """8-bit 4:2:0 video."""
    layout = PIXEL_LAYOUTS["yuv420p"]
    return SourceFormat(width, height, layout.model, layout.planes, layout.depth)


def scaled(size: tuple[int, int], factor: Fraction) -> tuple[int, int]:
    return max(1, int(size[0] * factor)), max(1, int(size[1] * factor))


def planned(source: tuple[int, int], size: tuple[int, int], files: Sequence[ShaderFile]) -> Plan:
    """The plan for video on a device with everything."""
    template = PlanRequest(video(*source), Size(*size), capabilities=Capabilities(glsl=430, compute=True))
    return plan_for(video(*source), size, files, request=template)


def ran(file: ShaderFile, plan: Plan) -> Counter[tuple[Stage, int]]:
    """How often each pass of a file ran: (stage, line of the pass)."""
    assert plan.disabled == ()
    return Counter(
        (step.stage, step.origin.line)
        for step in plan.steps
        if step.origin is not None and step.stage is not None and step.origin.path == file.path
    )


def declared(file: ShaderFile, stage: Stage) -> set[tuple[Stage, int]]:
    return {(stage, declaration.origin.line) for declaration in file.passes if stage in declaration.hooks}


@one_of_each
@pytest.mark.parametrize("before", [(), (DOUBLER,)], ids=["first", "after a doubler"])
def test_it_runs_whole_or_not_at_all(file: ShaderFile, before: tuple[ShaderFile, ...]) -> None:
    runs: dict[tuple[tuple[int, int], Fraction], bool] = {}
    for source in (*SOURCES, (37, 23), (3, 2)):
        for factor in FACTORS:
            plan = planned(source, scaled(source, factor), [*before, *chain(file)])
            done = ran(file, plan)
            stages = {stage for stage, _ in done}
            for stage in stages:
                wanted = declared(file, stage)
                assert {key for key in done if key[0] is stage} == wanted, f"{source} x{factor}: only a part ran"
            reasons = [skip for skip in plan.skipped if skip.origin.path == file.path]
            assert all(len(skip.reason) > 10 for skip in reasons)
            assert stages or reasons, "skipped without a reason"
            runs[source, factor] = bool(stages)
    if not before:
        assert any(runs.values()), "it never runs"
    for factor in FACTORS:
        # Whether it runs is a matter of the factor, not of the size; 720x480 is scaled alike in both directions here.
        assert len({runs[source, factor] for source in SOURCES}) == 1, f"x{factor}"


def sizes_it_runs_at(file: ShaderFile, source: tuple[int, int]) -> list[tuple[int, int]]:
    """Output sizes at which the file runs, those that people use most first."""
    order = [Fraction(2), Fraction(3, 2), Fraction(3), Fraction(1), Fraction(4), Fraction(1, 2)]
    sizes = [scaled(source, factor) for factor in order]
    return [size for size in sizes if ran(file, planned(source, size, chain(file)))]


# -- pictures ------------------------------------------------------------------------------------------------


def cel(width: int, height: int) -> np.ndarray:
    """A drawing with lines, a gradient, some noise; no code below 40 or above 215."""
    zoom = 4
    image = Image.new("RGB", (width * zoom, height * zoom), (190, 120, 100))
    draw = ImageDraw.Draw(image)
    w, h = image.size
    for x in range(w // 3):
        draw.line((x, 0, x, h), fill=(80 + 90 * x // w, 120, 205 - 60 * x // w))
    draw.ellipse((w // 5, h // 6, w * 3 // 4, h), fill=(60, 90, 130), outline=(44, 42, 48), width=6)
    draw.line((w // 2, 0, w, h), fill=(46, 44, 44), width=5)
    draw.line((w, h // 5, w // 2, h // 2), fill=(210, 205, 200), width=4)
    if width >= 40:
        draw.rectangle((0, 0, w, 52), fill=(210, 208, 206))
        for x in range(4, w, 28):  # letters
            draw.line((x, 4, x, 48), fill=(42, 40, 44), width=8)
            for y in (8, 26, 44):
                draw.line((x, y, x + 16, y), fill=(42, 40, 44), width=8)
    small = np.asarray(image.resize((width, height), Image.Resampling.BOX)).astype(float)
    noise = np.random.default_rng(5).normal(0.0, 2.0, small.shape)
    return np.clip(np.rint(small + noise), 40, 215).astype(np.uint8)


def needs_compute(file: ShaderFile) -> bool:
    return any(declaration.compute for declaration in file.passes)


def noop_like(file: ShaderFile, plan: Plan) -> ShaderFile:
    """What the file does to the size of each stage's image in this plan, with passes that do nothing else."""
    by_line = {declaration.origin.line: declaration for declaration in file.passes}
    text = ""
    for step in plan.steps:
        if step.origin is None or step.stage is None or step.origin.path != file.path:
            continue
        declaration: PassDecl = by_line[step.origin.line]
        if save_name(declaration, step.stage) == step.stage.text:
            text += f"//!HOOK {step.stage.text}\n//!BIND HOOKED\n//!DESC nothing\n"
            text += f"//!WIDTH {step.size.width}\n//!HEIGHT {step.size.height}\n"
            text += f"//!OFFSET {declaration.offset[0]:g} {declaration.offset[1]:g}\n"
        else:
            text += f"//!HOOK {step.stage.text}\n//!BIND HOOKED\n//!SAVE NOTHING\n//!DESC nothing\n"
        text += "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"
    return parse_text(text, "noop.glsl")


@one_of_each
@pytest.mark.parametrize("settings", [PLAIN, DEFAULT_SETTINGS], ids=["plain", "default"])
def test_strength_zero_is_the_pass_that_does_nothing(file: ShaderFile, draw: Draw, settings: RenderSettings) -> None:
    picture = cel(48, 32)
    off = (f"{file.name}/strength", "0")
    for size in sizes_it_runs_at(file, (48, 32))[:2]:
        found = draw(picture, size, chain(file), off, settings=settings)
        noop = [noop_like(file, found.plan) if used is file else used for used in chain(file)]
        expected = draw(picture, size, noop, settings=settings)
        assert np.array_equal(found.pixels, expected.pixels), f"{size}"


@one_of_each
def test_strength_zero_at_the_own_size_is_the_picture_itself(file: ShaderFile, draw: Draw) -> None:
    picture = cel(48, 32)
    found = draw(picture, (48, 32), [file], (f"{file.name}/strength", "0")).pixels
    assert np.array_equal(found, draw(picture, (48, 32), []).pixels)
    assert np.array_equal(found, picture)


@one_of_each
def test_old_opengl_shows_the_same(file: ShaderFile, draw: Draw) -> None:
    if needs_compute(file):
        pytest.skip("compute passes need OpenGL 4.3, and the file has a fragment form")
    for size in sizes_it_runs_at(file, (48, 32))[:1]:
        modern = draw(cel(48, 32), size, chain(file))
        baseline = draw(cel(48, 32), size, chain(file), device="baseline")
        assert ran(file, baseline.plan) == ran(file, modern.plan)
        assert psnr(modern.pixels, baseline.pixels) >= 60.0


@one_of_each
@pytest.mark.parametrize("size", [(37, 23), (3, 2), (1, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_odd_and_tiny_pictures(file: ShaderFile, draw: Draw, size: tuple[int, int]) -> None:
    # A value that is no number, or a read outside the picture, shows as black: nothing here is near black or white.
    picture = cel(*size)
    for target in sizes_it_runs_at(file, size)[:2]:
        found = draw(picture, target, [*BEFORE.get(file.name, ()), file]).pixels.astype(int)
        # Networks make lines of a pixel sharper than they are: how far is tested of all in tests/networks.
        room = int(np.ptp(picture)) // 3 if file.name in NETWORKS else 30
        assert found.min() >= int(picture.min()) - room and found.max() <= int(picture.max()) + room
        assert np.abs(found.mean((0, 1)) - picture.mean((0, 1))).max() < 12


@one_of_each
def test_flat_pictures_keep_their_colour(file: ShaderFile, draw: Draw) -> None:
    for colour in ((0, 0, 0), (255, 255, 255), (96, 96, 96), (200, 40, 90)):
        picture = np.full((16, 24, 3), colour, np.uint8)
        for size in sizes_it_runs_at(file, (24, 16))[:1]:
            found = draw(picture, size, chain(file)).pixels.astype(float)
            if "grain" in file.name:
                assert np.abs(found.mean((0, 1)) - colour).max() < 6.0
            else:
                assert np.abs(found - colour).max() <= 1.0


@one_of_each
def test_values_beyond_white_are_no_holes(file: ShaderFile, draw: Draw) -> None:
    # Super-white and HDR: everything here is far above 1 and must come out white.
    layout = PIXEL_LAYOUTS["gbrp"]
    bright = 1.2 + cel(32, 24).astype(np.float32) / 64.0
    source = SourceFormat(
        32, 24, layout.model, layout.planes, 32,
        matrix=Matrix.RGB, range=Range.FULL, transfer=Transfer.SRGB,
    )  # fmt: skip
    planes = tuple(np.ascontiguousarray(bright[..., channel]) for channel in (1, 2, 0))
    frame = Frame(planes, source, 0, Fraction(1, 25), 0)
    for size in sizes_it_runs_at(file, (32, 24))[:1]:
        assert draw(frame, size, [*BEFORE.get(file.name, ()), file]).pixels.min() >= 250


@one_of_each
def test_alpha_is_only_resized(file: ShaderFile, draw: Draw) -> None:
    picture = np.dstack([cel(40, 28), np.full((28, 40), 160, np.uint8)])
    size = sizes_it_runs_at(file, (40, 28))[0]
    found = draw(picture, size, chain(file), output=OutputFormat(alpha=True)).pixels[..., 3]
    assert np.abs(found.astype(int) - 160).max() <= 1


@one_of_each
def test_every_parameter_works_from_end_to_end(file: ShaderFile, draw: Draw) -> None:
    # Values choose branches of the preprocessor: each must compile and show a picture.
    picture = cel(40, 28)
    size = sizes_it_runs_at(file, (40, 28))[0]
    for param in file.params:
        values = {param.minimum, param.maximum}
        if param.maximum - param.minimum <= 4:  # a choice
            values = set(range(int(param.minimum), int(param.maximum) + 1))
        for value in sorted(values - {param.default}):
            override = (f"{file.name}/{param.name}", f"{value:g}")
            found = draw(picture, size, [*BEFORE.get(file.name, ()), file], override).pixels.astype(float)
            assert np.abs(found.mean((0, 1)) - picture.mean((0, 1))).max() < 30, override
            assert found.std() > 10, override


@one_of_each
def test_it_may_be_used_twice(file: ShaderFile, draw: Draw) -> None:
    picture = cel(40, 28)
    for factor in (Fraction(4), Fraction(1), Fraction(3, 2)):
        size = scaled((40, 28), factor)
        once = draw(picture, size, chain(file))
        if not ran(file, once.plan):
            continue
        # vo=gpu has one table of names for all files: the second use must not disturb the first.
        shared = replace(PLAIN, compat=Compat.GPU)
        twice = draw(picture, size, chain(file, 2), settings=shared)
        assert sum(ran(file, twice.plan).values()) >= sum(ran(file, once.plan).values())
        text = Path(file.path).read_text(encoding="utf-8")
        for name in saved_names(file):
            text = re.sub(rf"\b{name}(?=_|\b)", f"SECOND_{name}", text)
        second = parse_text(text, "second.glsl")
        files = [*BEFORE.get(file.name, ()), file, second, *AFTER.get(file.name, ())]
        assert psnr(draw(picture, size, files, settings=shared).pixels, twice.pixels) >= 60.0
        return


# -- other renderers -----------------------------------------------------------------------------------------


@pytest.mark.timeout(240)
@pytest.mark.parametrize("file", [file for name, file in PACK.items() if name not in NETWORKS], ids=lambda f: f.name)
@pytest.mark.parametrize("which", [0, 1], ids=["usual size", "another size"])
def test_three_renderers_show_the_same(
    file: ShaderFile, devices: dict[str, object], peer_display: str, tmp_path: Path, which: int
) -> None:
    # Networks have tests of their own: tests/networks/test_shipped_peers.py.
    from engines import libplacebo, mpv, ours, picture, source

    from anime4k.gl.device import Device

    clip = source.make(160, 90)
    # The other size is mostly 1.5, where places lie exactly between pixels and rounding may choose.
    sizes = sizes_it_runs_at(file, (160, 90))
    if which >= len(sizes):
        pytest.skip("it runs at one of the sizes only")
    doubler = tmp_path / "doubler.glsl"
    doubler.write_text(DOUBLER_TEXT)
    paths = [doubler if used is DOUBLER else Path(used.path) for used in chain(file)]
    device = devices["modern"]
    assert isinstance(device, Device)
    with device.ctx:
        rendering = ours.render(device, clip, sizes[which], paths)
    assert rendering.disabled == () and rendering.picture.passes
    in_mpv = mpv.render(clip, sizes[which], paths, peer_display)
    in_libplacebo = libplacebo.render(clip, sizes[which], paths)
    assert in_mpv.passes is not None and len(in_mpv.passes) == len(rendering.picture.passes)
    for name, theirs in (("mpv", in_mpv), ("libplacebo", in_libplacebo)):
        agreement = picture.compare(rendering.picture.pixels, theirs.pixels)
        assert agreement.psnr >= 50.0, f"{name}: {agreement}"


@one_of_each
def test_default_strength_does_something(file: ShaderFile, draw: Draw) -> None:
    size = sizes_it_runs_at(file, (48, 32))[0]
    on = draw(cel(48, 32), size, chain(file)).pixels
    off = draw(cel(48, 32), size, chain(file), (f"{file.name}/strength", "0")).pixels
    assert not np.array_equal(on, off)
