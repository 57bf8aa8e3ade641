"""The view with a real renderer: whose pixels are on the screen while chains change, compare and fail."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from anime4k.errors import GraphicsMemoryError
from anime4k.gl.device import Device
from anime4k.gl.pool import Key, TexturePool
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.pipeline.helper import Helper
from anime4k.pipeline.render import Renderer
from anime4k.player.pace.timing import Stage
from anime4k.player.picture import view
from anime4k.player.picture.adjustments import Adjustments
from anime4k.player.picture.comparison import Compare, Comparison, Magnifier
from anime4k.player.picture.edits import FileWatch
from anime4k.player.picture.selection import Selection
from anime4k.player.picture.snapshots import pair, source_picture
from anime4k.player.picture.view import View
from anime4k.player.reflection import Reflection
from anime4k.player.report import Reporter
from anime4k.player.state import FileView
from tests.player.fakes import session_on_fakes

Picture = np.ndarray[Any, Any]
LAYOUT = PIXEL_LAYOUTS["yuv420p"]
SOURCE = SourceFormat(64, 48, LAYOUT.model, LAYOUT.planes)
SIZE = (128, 96)


def text(hook: str, name: str, result: str) -> str:
    """A shader file of one pass."""
    return f"//!HOOK {hook}\n//!BIND HOOKED\n//!DESC {name}\nvec4 hook() {{ return {result}; }}\n"


INVERT = text("OUTPUT", "invert", "vec4(1.0 - HOOKED_tex(HOOKED_pos).rgb, 1.0)")
RED = text("OUTPUT", "red", "vec4(HOOKED_tex(HOOKED_pos).r, 0.0, 0.0, 1.0)")
BLUR = text("LUMA", "blur", "0.5 * (HOOKED_texOff(-1) + HOOKED_texOff(1))")
NOISE = text("OUTPUT", "noise", "HOOKED_tex(HOOKED_pos) + 0.1 * random")
BROKEN = text("OUTPUT", "broken", "nothing()")
TEXTS = {"invert": INVERT, "red": RED, "blur": BLUR, "noise": NOISE, "broken": BROKEN}
FILES: dict[str, tuple[ShaderFile, ...]] = {
    "none": (), **{name: (parse_text(written, f"{name}.glsl"),) for name, written in TEXTS.items()}
}  # fmt: skip


class Chosen(Selection):
    """A selection of the files above."""

    def __init__(self, name: str) -> None:
        super().__init__(files=FILES[name])

    def choose(self, name: str) -> None:
        """Use other files."""
        self.set_files(FILES[name])

    def set_files(self, files: tuple[ShaderFile, ...]) -> None:
        """Use these files."""
        self._files = files


class Screen:
    """A window that is a framebuffer."""

    def __init__(self, device: Device, size: tuple[int, int]) -> None:
        self._device = device
        self.swaps = 0
        self.size(*size)

    def size(self, width: int, height: int) -> None:
        """Become that large."""
        self.framebuffer_size = (width, height)
        self.framebuffer = self._device.ctx.framebuffer([self._device.ctx.texture((width, height), 4)])

    def swap(self) -> None:
        """Count."""
        self.swaps += 1


class Hour:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A view on a screen."""

    def __init__(self, device: Device, helper: Helper | None, **options: Any) -> None:
        self.screen = Screen(device, SIZE)
        self.renderer = Renderer(device, helper=helper)
        self.selection = Chosen("none")
        self.hour = Hour()
        self.view = View(
            self.screen, self.renderer, self.selection, monotonic=self.hour, load=lambda name: FILES[name], **options
        )
        self.renderer.executor.stock.presenter.screen = self.screen.framebuffer

    def choose(self, name: str) -> None:
        """Select files."""
        self.selection.choose(name)
        self.view.reselected()

    def resize(self, width: int, height: int) -> None:
        """The user has dragged the border and let go."""
        self.screen.size(width, height)
        self.renderer.executor.stock.presenter.screen = self.screen.framebuffer
        self.view.resized()
        self.hour.now += 1.0

    def settle(self) -> None:
        """Work until nothing is on its way."""
        end = time.monotonic() + 60.0
        self.view.work(0.0)
        while self.view.preparing is not None:
            assert time.monotonic() < end, f"it does not get ready: {self.view.preparing}"
            self.view.work(0.002)

    def shown(self, frame: Frame, **options: Any) -> Picture:
        """What is on the screen when `frame` is."""
        assert self.view.draw(frame, **options)
        self.view.present()
        return self.window()

    def window(self) -> Picture:
        """What is on the screen."""
        return self.renderer.grab(self.screen.framebuffer_size)


def frame(number: int, source: SourceFormat = SOURCE) -> Frame:
    """A picture of noise that belongs to a number."""
    chance = np.random.default_rng(number)
    planes = []
    for index in range(len(source.planes)):
        width, height = source.plane_size(index)
        planes.append(chance.integers(16, 236, (height, width), np.uint8))
    return Frame(tuple(planes), source, 40 * number, Fraction(1, 1000), 40)


@pytest.fixture(scope="module")
def device() -> Iterator[Device]:
    made = Device.standalone()
    yield made
    made.release()


@pytest.fixture(scope="module")
def helper(device: Device) -> Iterator[Helper]:
    made = Helper(device.info.renderer, device.info.glsl)
    yield made
    made.close()


@pytest.fixture
def bench(device: Device, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []
    monkeypatch.setattr(view, "SLICE_S", 0.0)  # one piece of work at a time, however fast the machine is

    def make(helper: Helper | None = None, **options: Any) -> Bench:
        benches.append(Bench(device, helper, **options))
        return benches[-1]

    yield make
    for made in benches:
        made.view.close()
        made.renderer.release()


def fresh(device: Device, files: tuple[ShaderFile, ...], of: Frame, size: tuple[int, int] = SIZE) -> Picture:
    """What a renderer that has never drawn anything else draws."""
    renderer = Renderer(device, files)
    try:
        renderer.configure(of.format, size)
        renderer.render(of.planes, of.time)
        return renderer.read()[0].copy()
    finally:
        renderer.release()


@pytest.mark.parametrize("with_helper", [False, True])
def test_the_old_chain_draws_until_the_new_one_is_ready_and_then_exactly_the_new_one(
    device: Device, helper: Helper, bench: Callable[..., Bench], with_helper: bool
) -> None:
    made = bench(helper if with_helper else None)
    made.view.draw(frame(0))
    made.settle()
    names = ["blur", "invert", "none", "red", "blur"]
    before = "none"
    for turn, name in enumerate(names):
        made.choose(name)
        number = 10 * turn
        while True:
            number += 1
            swapped = made.view.work(0.0)
            wanted = fresh(device, FILES[name if swapped else before], frame(number))
            assert np.array_equal(made.shown(frame(number)), wanted), (name, number)
            if swapped:
                break
            assert number < 10_000
        before = name
        assert made.view.preparing is None and made.view.active is not None
        assert made.view.active.shaders == FILES[name]


def test_the_first_frames_are_drawn_without_shaders_until_the_chain_is_there(
    device: Device, helper: Helper, bench: Callable[..., Bench]
) -> None:
    made = bench(helper)
    made.selection.choose("blur")
    assert made.view.needs_plan(frame(1))
    assert np.array_equal(made.shown(frame(1)), fresh(device, (), frame(1)))
    assert made.view.active is None and made.view.preparing is not None and not made.view.needs_plan(frame(1))
    made.settle()
    assert made.view.outdated and made.view.refresh() and not made.view.outdated
    assert np.array_equal(made.window(), fresh(device, FILES["blur"], frame(1)))


def test_patience_waits_for_the_first_chain(device: Device, helper: Helper, bench: Callable[..., Bench]) -> None:
    made = bench(helper, patient=True)
    made.selection.choose("blur")
    assert np.array_equal(made.shown(frame(1)), fresh(device, FILES["blur"], frame(1)))


def test_a_choice_that_is_taken_back_leaves_nothing(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.shown(frame(0))
    made.settle()
    stock = made.renderer.executor.stock
    held = (stock.pool.made, stock.programs.lent)
    for name in ("blur", "red", "invert"):
        made.choose(name)
        made.view.work(0.0)
        assert made.view.preparing is not None
    made.choose("none")
    made.view.work(0.0)
    assert made.view.preparing is None
    assert np.array_equal(made.shown(frame(3)), fresh(device, (), frame(3)))
    made.settle()
    stock.pool.drain()
    assert (stock.pool.made, stock.programs.lent) == held


def test_another_size_is_stretched_until_its_chain_is_ready(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.selection.choose("invert")
    made.view.draw(frame(0))
    made.settle()
    made.resize(192, 144)
    assert made.view.output_size == SIZE
    stretched = made.shown(frame(1))
    assert stretched.shape == (144, 192, 3) and made.view.output_size == SIZE
    made.settle()
    assert np.array_equal(made.shown(frame(1)), fresh(device, FILES["invert"], frame(1), (192, 144)))
    assert np.abs(stretched.astype(int) - made.window()).mean() < 30  # the same picture, less sharp


def test_frames_of_another_format_are_shown_at_once(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.selection.choose("invert")
    made.view.draw(frame(0))
    made.settle()
    small = frame(1, SourceFormat(32, 24, LAYOUT.model, LAYOUT.planes))
    assert np.array_equal(made.shown(small), fresh(device, (), small))
    made.settle()
    assert np.array_equal(made.shown(small), fresh(device, FILES["invert"], small))


def test_a_file_that_does_not_compile_is_left_out(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.view.draw(frame(0))
    made.choose("broken")
    made.settle()
    assert np.array_equal(made.shown(frame(1)), fresh(device, (), frame(1)))
    assert list(made.view.broken) == ["broken.glsl"] and "broken.glsl:4" in made.view.broken["broken.glsl"]


def test_split_shows_the_pixels_of_both_chains(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.selection.choose("invert")
    made.view.draw(frame(0))
    made.settle()
    for position in (0.0, 0.25, 0.7, 1.0):
        for against in (None, "red"):
            made.view.comparison = Comparison(Compare.SPLIT, position, against)
            made.shown(frame(2))
            made.settle()
            seen = made.shown(frame(3))
            left, right = fresh(device, FILES["invert"], frame(3)), fresh(device, FILES[against or "none"], frame(3))
            at = round(position * SIZE[0])
            assert np.array_equal(seen[:, : max(0, at - 1)], left[:, : max(0, at - 1)])
            assert np.array_equal(seen[:, at + 1 :], right[:, at + 1 :])
            assert (seen[:, at - 1 : at + 1] == 255).all() or at == 0
            both = pair(made.view)
            assert both is not None and np.array_equal(both[0], left) and np.array_equal(both[1], right)
    made.view.comparison = Comparison()
    assert np.array_equal(made.shown(frame(3)), fresh(device, FILES["invert"], frame(3)))


def test_original_is_there_at_once_and_gone_at_once(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.selection.choose("invert")
    made.view.draw(frame(0))
    made.settle()
    made.shown(frame(5))
    for _ in range(2):
        made.view.comparison = Comparison(Compare.ORIGINAL)
        assert made.view.refresh()
        assert np.array_equal(made.window(), fresh(device, (), frame(5)))
        made.view.comparison = Comparison()
        assert made.view.refresh()
        assert np.array_equal(made.window(), fresh(device, FILES["invert"], frame(5)))
    assert not made.view.refresh()


def test_scrubbing_draws_without_shaders(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.selection.choose("invert")
    made.view.draw(frame(0))
    made.settle()
    assert np.array_equal(made.shown(frame(1), plain=True), fresh(device, (), frame(1)))
    assert np.array_equal(made.shown(frame(1)), fresh(device, FILES["invert"], frame(1)))


def test_the_magnifier_shows_both_pictures_texel_by_texel(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.selection.choose("invert")
    made.view.draw(frame(0))
    made.settle()
    made.view.comparison = Comparison(Compare.SPLIT, 0.5)
    made.view.magnifier = Magnifier((0.5, 0.5), 4.0, 16)
    seen = made.shown(frame(1))
    # Two insets of 32 pixels with a line of 2 between them around the middle (64, 48), both of the same place.
    for number, files in enumerate((FILES["invert"], ())):
        inset = seen[32:64, 31 + 34 * number : 63 + 34 * number]
        picture = fresh(device, files, frame(1))[48 - 4 : 48 + 4, 64 - 4 : 64 + 4]
        assert np.array_equal(inset, picture.repeat(4, 0).repeat(4, 1))


def draws(made: Bench) -> int:
    """Frames that have been drawn."""
    return made.renderer.executor.frame - made.renderer.executor.reused


@pytest.mark.parametrize("name", ["none", "blur"])
def test_frames_that_look_the_same_are_drawn_once(device: Device, bench: Callable[..., Bench], name: str) -> None:
    made = bench()
    made.selection.choose(name)
    made.view.draw(frame(0))
    made.settle()
    made.shown(frame(7))
    drawn = draws(made)
    again = Frame(tuple(plane.copy() for plane in frame(7).planes), SOURCE, 999, Fraction(1, 1000))
    assert np.array_equal(made.shown(again), fresh(device, FILES[name], frame(7)))
    assert (made.view.held, draws(made)) == (1, drawn)
    other = Frame(tuple(plane.copy() for plane in frame(7).planes), SOURCE, 1039, Fraction(1, 1000))
    other.planes[-1][-1, -1] ^= 255
    assert np.array_equal(made.shown(other), fresh(device, FILES[name], other))
    assert (made.view.held, draws(made)) == (1, drawn + 1)


def test_frames_of_which_a_part_is_drawn_are_counted(device: Device, bench: Callable[..., Bench]) -> None:
    """What they cost says nothing about the chain."""
    made = bench()
    made.selection.choose("blur")
    made.view.draw(frame(0))
    made.settle()
    made.shown(frame(7))
    before = made.view.partly
    other = Frame(tuple(plane.copy() for plane in frame(7).planes), SOURCE, 1039, Fraction(1, 1000))
    other.planes[0][0, 0] ^= 255
    assert np.array_equal(made.shown(other), fresh(device, FILES["blur"], other))
    assert (made.view.held, made.view.partly) == (0, before + 1)
    made.shown(frame(9))
    assert made.view.partly == before + 1


def test_how_much_of_frames_was_drawn_is_told(bench: Callable[..., Bench]) -> None:
    """Of frames that are held, that differ in a corner and that are altogether others."""
    made = bench()
    made.selection.choose("blur")
    made.view.draw(frame(0))
    made.settle()
    made.view.times.chain_changed()
    for number, script in enumerate("WKKPKW"):
        shown = frame(number if script == "W" else 0)
        planes = tuple(plane.copy() for plane in shown.planes)
        planes[0][0, 0] ^= 255 if script == "P" or (script == "K" and number > 3) else 0
        made.view.draw(Frame(planes, SOURCE, 40 * number, Fraction(1, 1000)))
    tally = made.view.times.snapshot(max_age_s=0.0).tally
    assert (tally.kept, tally.parts, tally.whole) == (3, 1, 2)
    assert 1 / 12 <= tally.part <= 4 / 12, "a tile in the corner of 4 by 3, and no more than those beside it"
    assert tally.saved == pytest.approx((4 - tally.part) / 6)
    made.shown(Frame(planes, SOURCE, 240, Fraction(1, 1000)))
    made.view.draw(made.view.frame or frame(0))
    assert made.view.times.snapshot(max_age_s=0.0).tally.frames == 7, "the same frame once more is no new one"


def test_a_held_frame_is_drawn_anew_with_another_chain_and_size(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.shown(frame(7))
    made.choose("blur")
    made.settle()
    assert np.array_equal(made.shown(frame(7)), fresh(device, FILES["blur"], frame(7)))
    made.resize(96, 72)
    made.settle()
    assert np.array_equal(made.shown(frame(7)), fresh(device, FILES["blur"], frame(7), (96, 72)))
    made.view.comparison = Comparison(Compare.SPLIT, 0.5)
    right = made.shown(frame(7))[:, 50:]
    assert np.array_equal(right, fresh(device, (), frame(7), (96, 72))[:, 50:])
    assert made.view.held == 0


def test_chains_that_depend_on_chance_are_never_held(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.selection.choose("noise")
    made.view.draw(frame(0))
    made.settle()
    first = made.shown(frame(7))
    assert not np.array_equal(made.shown(frame(7)), first) and made.view.held == 0


ADJUSTED = [
    Adjustments(contrast=40), Adjustments(contrast=-70), Adjustments(brightness=30), Adjustments(brightness=-45),
    Adjustments(saturation=-100), Adjustments(saturation=80), Adjustments(gamma=50), Adjustments(gamma=-60),
    Adjustments(contrast=15, brightness=-10, gamma=25, saturation=40),
]  # fmt: skip


@pytest.mark.parametrize("adjust", ADJUSTED)
def test_colours_follow_their_formulas(device: Device, bench: Callable[..., Bench], adjust: Adjustments) -> None:
    made = bench()
    made.shown(frame(1))
    made.view.adjust = adjust
    seen = made.shown(frame(1))
    rgb = fresh(device, (), frame(1)) / 255.0
    luma = (rgb @ [0.2126, 0.7152, 0.0722])[..., None]
    wanted = luma + (1 + adjust.saturation / 100) * (rgb - luma)
    wanted = (1 + adjust.contrast / 100) * wanted + adjust.brightness / 100
    wanted = np.clip(wanted, 0, 1) ** (1 / 8.0 ** (adjust.gamma / 100))
    assert np.abs(seen - 255 * wanted).max() <= 0.51
    made.view.adjust = Adjustments()
    assert np.array_equal(made.shown(frame(1)), fresh(device, (), frame(1)))


def test_zoom_and_pan_move_the_pixels(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.shown(frame(1))
    made.view.adjust = Adjustments(pan=(0.25, -0.5))
    seen = made.shown(frame(1))
    picture = fresh(device, (), frame(1))
    assert np.array_equal(seen[:48, 32:], picture[48:, :96])
    assert not seen[48:].any() and not seen[:, :32].any()
    made.view.adjust = Adjustments(zoom=1.0)
    made.hour.now += 1.0
    made.settle()
    assert np.array_equal(made.shown(frame(1)), fresh(device, (), frame(1), (256, 192))[48:144, 64:192])


def test_layers_are_painted_over_the_picture_and_belong_to_the_picture_of_the_window(
    device: Device, bench: Callable[..., Bench]
) -> None:
    made = bench()
    sizes = []

    def layer(size: tuple[int, int]) -> None:
        sizes.append(size)
        made.screen.framebuffer.clear(0.0, 1.0, 0.0, 1.0, viewport=(0, 0, 10, 10))

    made.view.layers.append(layer)
    made.shown(frame(1))
    swaps = made.screen.swaps
    seen, picture = made.view.window_picture(), fresh(device, (), frame(1))
    assert seen is not None and made.screen.swaps == swaps and sizes == [SIZE, SIZE]
    assert (seen[-10:, :10] == (0, 255, 0)).all()
    assert np.array_equal(seen[:-10], picture[:-10]) and np.array_equal(made.view.picture(), picture)


def test_the_source_picture_is_plain_and_as_large_as_the_source(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    assert source_picture(made.view) is None and pair(made.view) is None and made.view.window_picture() is None
    made.selection.choose("invert")
    made.view.draw(frame(1))
    made.settle()
    made.shown(frame(1))
    assert np.array_equal(source_picture(made.view), fresh(device, (), frame(1), (64, 48)))  # type: ignore[arg-type]
    assert np.array_equal(made.shown(frame(1)), fresh(device, FILES["invert"], frame(1)))


def test_textures_and_programs_stay_as_many_as_they_were(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.shown(frame(0))
    stock = made.renderer.executor.stock
    counts = []
    for turn in range(200):
        made.choose(("none", "blur", "invert", "red", "noise")[turn % 5])
        if turn % 4 == 0:
            made.resize(*((128, 96), (192, 144), (96, 72))[turn % 3])
        made.view.comparison = Comparison(Compare.SPLIT if turn % 10 == 7 else Compare.OFF, against="red")
        made.shown(frame(turn))
        made.settle()
        made.shown(frame(turn + 1))
        if turn % 60 == 59:  # everything has come round: chains, sizes and comparisons
            made.view.comparison = Comparison()
            made.shown(frame(turn))
            counts.append((stock.pool.made, stock.programs.count))
    assert counts[1:] == [counts[0]] * (len(counts) - 1), counts
    made.view.close()
    stock.pool.drain()
    assert (stock.pool.made, stock.programs.lent) == (0, 0)


def listed(of: View) -> FileView:
    """The only file of the chain as the interface shows it."""
    window = SimpleNamespace(fullscreen=False, framebuffer_size=SIZE)
    session = session_on_fakes(window, of, ["film.mkv"], Reporter(print, print))
    (file,) = Reflection(session).state().chain.files
    return file


def test_an_edited_file_takes_over_and_a_broken_one_leaves_the_last_good_one(
    device: Device, helper: Helper, bench: Callable[..., Bench], tmp_path: Path
) -> None:
    path = tmp_path / "edited.glsl"
    watch = FileWatch(3600.0)  # the test says when it looks
    made = bench(helper, watch=watch)

    def edit(written: str) -> Picture:
        path.write_text(written)
        os.utime(path, ns=(0, len(stamps)))
        stamps.append(written)
        watch.look()
        made.settle()
        return made.shown(frame(len(stamps)))

    def wanted(written: str) -> Picture:
        size = made.screen.framebuffer_size
        return fresh(device, (parse_text(written, str(path)),), frame(len(stamps)), size)

    stamps: list[str] = []
    path.write_text(INVERT)
    made.selection.set_files((parse_file(path),))
    made.view.draw(frame(0))
    made.settle()
    assert np.array_equal(edit(RED), wanted(RED)) and not made.view.chains.complaints
    for broken, place in ((BROKEN, f"{path}:4: "), ("//!HOOK MAIN\n//!WIDTH 1 +\n", f"{path}:2: ")):
        assert np.array_equal(edit(broken), wanted(RED))
        assert place in made.view.chains.edits.faults[str(path)]
        assert [made.view.chains.edits.faults[str(path)] in said for said in made.view.chains.complaints] == [True]
        assert place in listed(made.view).problem
        made.view.chains.complaints.clear()
        # What is selected meanwhile draws with the last good contents too.
        made.resize(192 if broken is BROKEN else 128, 144 if broken is BROKEN else 96)
        made.settle()
        assert np.array_equal(made.shown(frame(len(stamps))), wanted(RED))
    assert np.array_equal(edit(BLUR), wanted(BLUR))
    assert not made.view.chains.edits.faults and not made.view.chains.complaints
    assert listed(made.view).problem == ""
    edit(BROKEN)
    assert made.view.chains.complaints
    edit(INVERT)  # mended before anybody was told
    assert not made.view.chains.complaints and not made.view.chains.edits.faults


def test_the_watch_sees_changes_of_the_files_it_was_given(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    other.write_text("1")
    watch = FileWatch(0.01)
    try:
        watch.watch([str(one), str(tmp_path / "none")])
        other.write_text("changed")
        new = tmp_path / "new"
        new.write_text("another file takes its place")
        new.replace(one)
        end, seen = time.monotonic() + 30.0, []
        while not seen and time.monotonic() < end:
            seen = watch.take()
        assert seen == [str(one)] and watch.take() == []
    finally:
        watch.close()


def test_a_chain_that_finds_no_room_beside_the_old_one_takes_its_room(
    device: Device, bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bench()
    made.selection.choose("invert")
    made.view.draw(frame(0))
    made.settle()
    made.view.draw(frame(1))
    pool = made.renderer.executor.stock.pool
    room, take = pool.made + 2, TexturePool.take

    def cramped(self: TexturePool, key: Key) -> Any:
        if self.made >= room:
            self.drain()
        if self.made >= room:
            raise GraphicsMemoryError("the graphics memory has no room")
        return take(self, key)

    monkeypatch.setattr(TexturePool, "take", cramped)
    made.choose("red")
    shown = set()
    for number in range(2, 200):
        made.view.work(0.0)
        seen = made.shown(frame(number))
        shown.add(next(name for name in ("invert", "none", "red")
                       if np.array_equal(seen, fresh_once(device, FILES[name], frame(number)))))  # fmt: skip
        if made.view.preparing is None:
            break
    assert shown >= {"invert", "red"} and np.array_equal(seen, fresh_once(device, FILES["red"], frame(number)))
    assert not made.view.chains.complaints and made.view.active is not None and made.view.active.shaders == FILES["red"]


def fresh_once(device: Device, files: tuple[ShaderFile, ...], of: Frame) -> Picture:
    """`fresh`, with all the room there is."""
    take = TexturePool.take
    TexturePool.take = TAKE  # type: ignore[method-assign]
    try:
        return fresh(device, files, of)
    finally:
        TexturePool.take = take  # type: ignore[method-assign]


TAKE = TexturePool.take


def test_steps_are_timed_while_somebody_looks_also_on_a_picture_that_stands(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.selection.choose("invert")
    made.view.draw(frame(0))
    made.settle()
    made.view.draw(frame(1))
    assert made.view.times.snapshot(max_age_s=0.0).passes == ()
    made.view.watch_steps(True)
    assert made.view.outdated and made.view.refresh()
    snapshot = made.view.times.snapshot(max_age_s=0.0)
    if not snapshot.gpu_timed:  # a GPU tells some frames later
        plan = made.view.plan
        assert plan is not None and [entry.name for entry in snapshot.passes] == [step.desc for step in plan.steps]
    counted = [entry.ms.count for entry in snapshot.passes]
    made.view.watch_steps(True)
    assert not made.view.outdated
    made.view.watch_steps(False)
    made.view.draw(frame(2))
    assert [entry.ms.count for entry in made.view.times.snapshot(max_age_s=0.0).passes] == counted


def test_upload_and_shaders_have_times_of_their_own(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.view.draw(frame(0))
    made.view.draw(frame(1))
    made.view.present()
    stages = {entry.stage: entry.count for entry in made.view.times.summary()}
    assert stages[Stage.UPLOAD] == stages[Stage.RENDER] == 2 and stages[Stage.PRESENT] == 1


def test_a_chain_that_is_too_slow_gives_way_at_once(device: Device, bench: Callable[..., Bench]) -> None:
    """Without shaders until the cheaper one is ready; a change that the user asks for leaves the old one drawing."""
    made = bench()
    made.selection.choose("invert")
    made.view.draw(frame(0))
    made.settle()
    for relief, expected in ((True, "none"), (False, "invert")):
        made.selection.choose("red")
        made.view.reselected(relief=relief)
        assert np.array_equal(made.shown(frame(1)), fresh(device, FILES[expected], frame(1)))
        assert made.view.preparing is not None
        made.settle()
        assert np.array_equal(made.shown(frame(2)), fresh(device, FILES["red"], frame(2)))
        made.choose("invert")
        made.settle()
