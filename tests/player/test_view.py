"""The view with a real renderer: whose pixels are on the screen while chains change and compare."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.media.format import SourceFormat
from anime4k.pipeline.helper import Helper
from anime4k.player.pace.timing import Stage
from anime4k.player.picture.adjustments import Adjustments
from anime4k.player.picture.comparison import Compare, Comparison, Magnifier
from anime4k.player.picture.snapshots import pair, source_picture
from tests.player.viewing import FILES, LAYOUT, SIZE, Bench, frame, fresh
from tests.player.viewing import bench as bench
from tests.player.viewing import device as device
from tests.player.viewing import helper as helper


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
