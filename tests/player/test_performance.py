"""Times of the player: percentiles against numpy, costs of frames, the verdict in words."""

from __future__ import annotations

import random

import numpy as np
import pytest

from anime4k.pipeline.costs import FrameCost, Tally
from anime4k.player.pace.performance import Performance, StageTime
from anime4k.player.pace.timing import CAPACITY, NOTHING, Series, Stage
from anime4k.player.pace.verdict import verdict


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def performance(clock: Clock | None = None) -> tuple[Performance, Clock]:
    clock = clock or Clock()
    return Performance(clock), clock


@pytest.mark.parametrize("number", [1, 2, 19, 100, CAPACITY, CAPACITY + 1, 3 * CAPACITY + 7])
def test_a_series_knows_the_spread_of_its_newest_samples(number: int) -> None:
    values = [random.Random(number).lognormvariate(2.0, 0.5) for _ in range(number)]
    series = Series()
    for value in values:
        series.add(value)
    kept = np.array(values[-CAPACITY:])
    spread = series.spread()
    assert series.newest() == tuple(kept)
    assert (spread.count, spread.last, spread.peak) == (number, values[-1], kept.max())
    assert spread.average == pytest.approx(kept.mean())
    for share, found in ((50, spread.p50), (95, spread.p95), (99, spread.p99)):
        assert found == np.percentile(kept, share, method="inverted_cdf")
    assert series.deviation() == pytest.approx(kept.std(ddof=1) if number > 1 else 0.0)
    assert (series.longest, series.total) == (max(values), pytest.approx(sum(values)))


def test_an_empty_series_is_all_zero_and_what_is_not_finite_is_ignored() -> None:
    series = Series()
    series.add(float("nan"))
    series.add(float("inf"))
    assert series.spread() == NOTHING and series.newest() == () and series.last == series.recent == 0.0


def test_newest_gives_the_end_in_order() -> None:
    series = Series(5)
    for value in range(12):
        series.add(value)
    assert series.newest() == (7, 8, 9, 10, 11)
    assert series.newest(2) == (10, 11)


def test_measuring_counts_the_time_on_the_clock() -> None:
    times, clock = performance()
    for seconds in (0.010, 0.030):
        with times.measure(Stage.RENDER):
            clock.now += seconds
    (summary,) = times.summary()
    assert summary == StageTime(Stage.RENDER, 2, pytest.approx(20.0), pytest.approx(30.0))
    assert times.history(Stage.RENDER) == pytest.approx((10.0, 30.0))


def test_the_work_of_a_frame_is_what_it_had_to_wait_for() -> None:
    times, _ = performance()
    for stage in Stage:
        times.add(stage, 0.001)
    assert times.shown(1.0) == pytest.approx(0.005)  # drawing: not sound, planning, or waiting for the decoder
    assert times.history() == pytest.approx((6.0,))
    assert times.shown(1.1) == 0.0
    times.present_waits = True
    times.add(Stage.PRESENT, 0.016)
    times.add(Stage.RENDER, 0.005)
    assert times.shown(1.2) == pytest.approx(0.005)
    assert times.snapshot().frame.last == pytest.approx(5.0)


def test_jitter_is_measured_from_where_frames_belong() -> None:
    times, _ = performance()
    errors = [random.Random(1).gauss(0.004, 0.002) for _ in range(400)]
    at = [index / 24 + error for index, error in enumerate(errors)]
    for index, moment in enumerate(at):
        times.shown(moment, index / 24)
    snapshot = times.snapshot()
    assert snapshot.jitter_ms == pytest.approx(1000 * np.std(errors, ddof=1))
    assert snapshot.interval.count == 399
    assert snapshot.interval.average == pytest.approx(1000 * np.diff(at).mean())


def test_no_interval_spans_a_break() -> None:
    times, _ = performance()
    for moment in (0.0, 0.04, 0.08):
        times.shown(moment, moment)
    times.break_off()
    for moment in (60.0, 60.04):
        times.shown(moment, moment)
    times.shown(90.0)  # nobody waited for this one
    times.shown(120.0, 120.0)
    assert times.intervals() == pytest.approx((40.0, 40.0, 40.0))


def test_a_frame_that_was_not_drawn_took_nothing() -> None:
    times, _ = performance()
    times.shown(0.0, 0.0)
    times.shown(0.1, 0.1, held=True)
    assert times.snapshot().frame.count == 1


def test_a_snapshot_stays_the_same_object_until_it_is_old() -> None:
    times, clock = performance()
    times.shown(0.0)
    first = times.snapshot()
    times.shown(0.1)
    clock.now += 0.2
    assert times.snapshot() is first
    clock.now += 0.1
    assert times.snapshot().frame.count == 2


def test_passes_are_series_by_name_until_the_chain_changes() -> None:
    times, _ = performance()
    for ms in (1.0, 3.0):
        times.passes([("upload", 0.5), ("double", ms), ("double", 2 * ms)])
    found = {entry.name: (entry.ms.last, entry.ms.average, entry.ms.peak) for entry in times.snapshot().passes}
    assert found == {"upload": (0.5, 0.5, 0.5), "double": (3.0, 2.0, 3.0), "double (2)": (6.0, 4.0, 6.0)}
    times.passes([("upload", 0.5)])
    assert [entry.name for entry in times.snapshot(max_age_s=0.0).passes] == ["upload"]
    times.chain_changed()
    assert times.snapshot().passes == () and times.snapshot().stage(Stage.RENDER) == NOTHING


def drawn(render_s: float, *, decode_s: float = 0.0, present_s: float = 0.001, frames: int = 100) -> Performance:
    times, _ = performance()
    for number in range(frames):
        times.add(Stage.DECODE, decode_s)
        times.add(Stage.RENDER, render_s)
        times.add(Stage.PRESENT, present_s)
        times.shown(number / 24, number / 24)
    return times


def test_the_verdict_on_a_chain_that_fits() -> None:
    found = verdict(drawn(0.009, present_s=0.0008).snapshot(), 1 / 24)
    assert found.text == "fits: 9.8 ms of 41.7 ms a frame at p99 (76 % headroom)".replace(" %", "%")
    assert found.fits and found.headroom == pytest.approx(1 - 9.8 / (1000 / 24))


def test_the_verdict_on_a_chain_that_is_too_slow_names_the_bottleneck_and_a_way_out() -> None:
    found = verdict(drawn(0.050, present_s=0.008).snapshot(), 1 / 24, "a-fast")
    assert found.text == (
        "too slow: 58.0 ms of 41.7 ms a frame at p99; the shaders are the bottleneck (86%); try mode a-fast"
    )
    assert (found.fits, found.bottleneck, found.share) == (False, Stage.RENDER, pytest.approx(50 / 58))


def test_a_slow_decoder_is_no_reason_for_another_mode() -> None:
    found = verdict(drawn(0.010, decode_s=0.060).snapshot(), 1 / 24, "a-fast")
    assert found.bottleneck is Stage.DECODE and "mode" not in found.text


@pytest.mark.parametrize(("render_s", "begin"), [(0.027, "fits"), (0.030, "just fits"), (0.042, "too slow")])
def test_seventy_percent_fit(render_s: float, begin: str) -> None:
    assert verdict(drawn(render_s).snapshot(), 1 / 24).text.startswith(begin + ":")


def test_no_verdict_before_there_are_frames() -> None:
    assert verdict(drawn(0.5, frames=3).snapshot(), 1 / 24).fits is None
    assert verdict(drawn(0.5).snapshot(), 0.0).fits


def test_a_stage_within_another_is_counted_once() -> None:
    clock = iter((0.0, 1.0, 3.0, 3.5, 4.0, 10.0))
    times = Performance(lambda: next(clock))
    with times.measure(Stage.PRESENT):  # from 0 to 10
        with times.measure(Stage.SUBTITLE, before=0.25):  # 1 to 3
            pass
        with times.measure(Stage.INTERFACE):  # 3.5 to 4
            pass
    means = {entry.stage: entry.mean_ms for entry in times.summary()}
    assert means == {Stage.PRESENT: 7500.0, Stage.SUBTITLE: 2250.0, Stage.INTERFACE: 500.0}


def test_waiting_for_the_display_is_no_work() -> None:
    times = Performance(lambda: 0.0)
    for stage, seconds in ((Stage.PRESENT, 0.016), (Stage.INTERFACE, 0.002), (Stage.SUBTITLE, 0.001)):
        times.add(stage, seconds)
    assert times.presenting_s == pytest.approx(0.019)
    times.present_waits = True
    assert times.presenting_s == pytest.approx(0.003)


def test_what_frames_usually_take_follows_them_and_outlives_the_chain() -> None:
    times = Performance(lambda: 0.0)
    for took in (0.016, 0.008):
        times.add(Stage.RENDER, took)
        times.shown(1.0)
    assert times.usual_s == pytest.approx(0.015)
    times.chain_changed()
    assert times.usual_s == pytest.approx(0.015)  # until more is known, the next chain may take as long
    times.shown(1.0, held=True)
    assert times.usual_s == pytest.approx(0.015)
    for _ in range(100):
        times.add(Stage.RENDER, 0.004)
        times.shown(1.0)
    assert times.usual_s == pytest.approx(0.004, abs=1e-5)


def test_painting_for_the_interface_alone_is_no_work_of_the_next_frame() -> None:
    times = Performance(lambda: 0.0)
    times.add(Stage.PRESENT, 0.5)
    times.add(Stage.DECODE, 0.125)
    times.begin()
    times.add(Stage.RENDER, 0.25)
    assert times.shown(1.0) == 0.25
    assert dict(times.snapshot().loads) == {Stage.DECODE: 125.0, Stage.RENDER: 250.0}


def test_what_drawing_took_goes_to_its_stages() -> None:
    times = Performance(lambda: 0.0)
    times.drawn(FrameCost(upload_s=0.002, draw_s=0.008, steps=(("a", 3.0), ("b", 5.0)), gpu=True))
    assert times.shown(1.0) == pytest.approx(0.010)
    snapshot = times.snapshot()
    assert snapshot.gpu_timed and dict(snapshot.loads) == pytest.approx({Stage.UPLOAD: 2.0, Stage.RENDER: 8.0})
    assert [(entry.name, entry.ms.last) for entry in snapshot.passes] == [("a", 3.0), ("b", 5.0)]


def test_how_much_was_drawn_is_told_of_the_newest_frames_only() -> None:
    times, clock = performance()
    assert times.snapshot().tally == Tally() and Tally().text == ""
    for share in (0.0,) * 500 + (1.0,) * 120 + (0.0,) * 60 + (0.25,) * 60:
        times.part(share)
    clock.now += 1.0
    tally = times.snapshot().tally
    assert tally == Tally(60, 60, 120, 15.0)
    assert tally.text == "25% kept, 25% in parts (25% of the picture), 44% of the shading saved"
    times.chain_changed()
    assert times.snapshot().tally.frames == 0, "another chain"
    times.part(1.0)
    clock.now += 1.0
    assert times.snapshot().tally.text == "0% kept, 0% in parts, 0% of the shading saved"
