"""Which files of every mode run at which sizes, and that the picture that comes out is the picture that went in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from anime4k.gl.device import Device
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.media.images import read_image, write_image
from anime4k.modes.load import load_mode
from anime4k.modes.rules import decide
from anime4k.modes.situation import Situation
from anime4k.modes.table import MODES, Mode, find_mode
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.planning import plan_for
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.rewrites import impatient
from anime4k.pipeline.settings import DEFAULT_SETTINGS

CHAINS = [mode for mode in MODES if mode.shaders]
SOURCES = [(640, 480), (720, 576), (854, 480), (1280, 720), (1920, 1080)]
HEIGHTS = [480, 720, 1080, 1440, 2160]
Sizes = tuple[tuple[int, int], tuple[int, int]]


def grid() -> Iterator[Sizes]:
    """Every source full screen on every screen."""
    for width, height in SOURCES:
        for lines in HEIGHTS:
            yield (width, height), (round(width * lines / height), lines)


def planned(mode: Mode, source: tuple[int, int], output: tuple[int, int]) -> Plan:
    """The plan of a 4:2:0 video."""
    layout = PIXEL_LAYOUTS["yuv420p"]
    return plan_for(SourceFormat(*source, layout.model, layout.planes), output, load_mode(mode).shaders)


def running(plan: Plan) -> list[str]:
    """The files whose passes run, in order; the same file twice in a row is told by its first pass."""
    files: list[str] = []
    first: dict[str, int] = {}
    for step in plan.steps:
        if step.origin is None or step.stage is None or step.stage.text != "MAIN":
            continue
        name, line = Path(step.origin.path).stem, step.origin.line
        if not files or files[-1] != name or line == first[name]:
            files.append(name)
            first.setdefault(name, line)
    return files


def expected(mode: Mode, source: tuple[int, int], output: tuple[int, int]) -> tuple[list[str], tuple[int, int]]:
    """The files that should run on MAIN, by what their headers promise, and the size that comes out of them."""
    factor = (output[0] * output[1] / (source[0] * source[1])) ** 0.5
    size, files = source, []
    for name in mode.shaders:
        doubled = size[0] > 1.5 * source[0]
        if name.startswith("a4k-upscale-"):
            if not all(out / side > 1.2 for out, side in zip(output, size, strict=True)):
                continue
            size = (2 * size[0], 2 * size[1])
        elif name == "a4k-autodownscale-x2":
            if not (1 < factor <= 2.4 and doubled and size != output):
                continue
            size = output
        elif name == "a4k-autodownscale-x4":
            if not (2.4 < factor < 4 and doubled and size[0] < output[0]):
                continue
            size = (output[0] // 2, output[1] // 2)
        elif name == "a4k-lite":
            continue  # it works on the finished picture
        files.append(name)
    return files, size


@pytest.mark.parametrize("mode", CHAINS, ids=lambda mode: mode.name)
def test_the_planned_files_run_at_every_size(mode: Mode) -> None:
    for source, output in grid():
        plan = planned(mode, source, output)
        files, size = expected(mode, source, output)
        assert running(plan) == files, (source, output)
        assert plan.disabled == ()
        sizes = [(step.size.width, step.size.height) for step in plan.steps if step.stage and step.stage.text == "MAIN"]
        if files:
            assert abs(sizes[-1][0] - size[0]) <= 1 and abs(sizes[-1][1] - size[1]) <= 1, (source, output)
        for skip in plan.skipped:
            # A reason names the condition and the sizes that made it false.
            assert "WHEN" in skip.reason and "OUTPUT" in skip.reason, skip
            assert any(str(side) in skip.reason for side in (*source, *output)), skip


@pytest.mark.parametrize(
    ("mode", "source", "output", "files"),
    [
        # A second doubling has nothing to do at exactly 2x, and neither have the ways down.
        ("a-fast", (1920, 1080), (3840, 2160), "treat double"),
        ("c-fast", (1280, 720), (1920, 1080), "double down"),
        ("quick", (1280, 720), (1920, 1080), "double down"),
        # 480p on a Full HD screen is 2.25x: the remainder is resampled once, not doubled again.
        ("c-fast", (640, 480), (1440, 1080), "double down"),
        ("c+a-fast", (640, 480), (1440, 1080), "double down treat"),
        ("c+a-fast", (1280, 720), (3840, 2160), "double down treat double"),
        ("b+b-fast", (640, 480), (2880, 2160), "treat treat double treat double"),
        ("a+a-fast", (480, 270), (1920, 1080), "treat double treat double"),
        ("c-hq", (480, 270), (1920, 1080), "double double"),
        ("quick", (480, 270), (1920, 1080), "double double"),
        ("a-fast", (1920, 1080), (1920, 1080), "treat"),
        ("c-fast", (1920, 1080), (2200, 1238), ""),
        ("quick", (1920, 1080), (2200, 1238), ""),
    ],
)
def test_chains_in_plain_words(mode: str, source: tuple[int, int], output: tuple[int, int], files: str) -> None:
    words = {"upscale": "double", "autodownscale": "down"}
    names = running(planned(find_mode(mode), source, output))
    assert " ".join(words.get(name.split("-")[1], "treat") for name in names) == files


def test_the_second_doubling_says_why_it_rests() -> None:
    plan = planned(find_mode("a-fast"), (960, 540), (1920, 1080))
    (reason,) = {skip.reason for skip in plan.skipped if "upscale" in skip.origin.path}
    assert "1.2" in reason and "HOOKED.w = 1920" in reason


def test_auto_never_takes_a_chain_of_which_nothing_runs() -> None:
    for width in (*range(1, 1300, 7), 1199, 1200, 1201, 1202):
        output = (width, round(width * 0.75))
        mode = decide(Situation(source=(1000, 750), output=output)).mode
        plan = planned(mode, (1000, 750), output)
        ran = {Path(step.origin.path).stem for step in plan.steps if step.origin is not None}
        assert bool(ran) == (mode.name != "off"), width
        assert any("upscale" in name for name in ran) == (mode.name not in ("off", "lite")), width


def test_the_same_file_twice_is_two_files_to_the_plan() -> None:
    plan = planned(find_mode("a+a-fast"), (480, 270), (1920, 1080))
    treats, doubles, *_ = find_mode("a+a-fast").shaders
    for name, widths in ((treats, {480, 960}), (doubles, {480, 960, 1920})):
        steps = [step for step in plan.steps if step.origin and Path(step.origin.path).stem == name]
        assert {step.size.width for step in steps} == widths


def test_what_costs_more_is_said_to_cost_more() -> None:
    def reads(name: str) -> int:
        plan = planned(find_mode(name), (640, 360), (1280, 720))
        return sum(step.reads for step in plan.steps if step.origin is not None)

    for letters in ("a", "b", "c", "a+a", "b+b", "c+a"):
        assert reads(f"{letters}-fast") < reads(f"{letters}-hq")
    for form in ("fast", "hq"):
        assert reads(f"c-{form}") == min(reads(f"{letters}-{form}") for letters in ("a", "b", "c", "a+a", "b+b", "c+a"))
        for letters in ("a", "b", "c"):
            second = {"a": "a+a", "b": "b+b", "c": "c+a"}[letters]
            assert reads(f"{letters}-{form}") < reads(f"{second}-{form}")
    assert reads("quick") < min(reads("c-fast"), reads("lite"))


# -- pictures ------------------------------------------------------------------------------------------

SMALL = (96, 54)
FACTORS = (1.0, 1.1, 1.5, 2.0, 2.25, 3.0, 4.0, 4.5)


@pytest.fixture(scope="module", params=[False, True], ids=["modern", "baseline"])
def device(request: pytest.FixtureRequest) -> Iterator[Device]:
    """A context with everything, and one of OpenGL 4.1 as on macOS."""
    made = Device.standalone(baseline=request.param)
    yield made
    made.release()


@pytest.fixture(scope="module")
def original() -> npt.NDArray[np.uint8]:
    """A drawing at eight times `SMALL`."""
    width, height = SMALL[0] * 8, SMALL[1] * 8
    image = Image.new("RGB", (width, height), (236, 160, 140))
    draw = ImageDraw.Draw(image)
    draw.ellipse((120, 40, 560, 400), fill=(52, 92, 138), outline=(40, 24, 48), width=16)
    draw.polygon([(560, 30), (750, 200), (600, 420)], fill=(255, 226, 204), outline=(40, 24, 48), width=14)
    return np.asarray(image)


@pytest.fixture(scope="module")
def small(original: npt.NDArray[np.uint8], tmp_path_factory: pytest.TempPathFactory) -> Frame:
    """The drawing at `SMALL`."""
    path = tmp_path_factory.mktemp("pictures") / "small.png"
    write_image(path, np.asarray(Image.fromarray(original).resize(SMALL, Image.Resampling.BOX)))
    return read_image(path)


@pytest.mark.parametrize("mode", CHAINS, ids=lambda mode: mode.name)
def test_pictures_at_every_ratio(
    device: Device, small: Frame, original: npt.NDArray[np.uint8], mode: Mode
) -> None:
    # The -hq form runs the same rules with larger files, which take long to compile here.
    large = mode.name.endswith("-hq")
    settings = impatient(DEFAULT_SETTINGS, 0) if large else DEFAULT_SETTINGS
    renderer = Renderer(device, load_mode(mode).shaders, settings=settings)
    for factor in FACTORS[::3] if large else FACTORS:
        size = (round(SMALL[0] * factor), round(SMALL[1] * factor))
        plan = renderer.configure(small.format, size)
        renderer.render(small.planes)
        picture = renderer.read()[0]
        assert not renderer.disabled and picture.shape == (size[1], size[0], 3)
        assert running(plan) == running(planned(mode, SMALL, size))
        truth = np.asarray(Image.fromarray(original).resize(size, Image.Resampling.BOX)).astype(float)
        # No mode turns the drawing into another one: right colours everywhere, wrong pixels only along its lines.
        assert np.abs(picture.mean((0, 1)) - truth.mean((0, 1))).max() < 1.5, factor
        assert np.median(np.abs(picture - truth)) <= 1.0, factor
        assert 10 * np.log10(255**2 / np.mean((picture - truth) ** 2)) > 24.0, factor
    renderer.release()
