"""What the device is given: the samples of the ring, and no click at any cut."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from anime4k.player.sound.mixer import Mixer
from anime4k.player.sound.ring import CAPACITY, FADE, RATE, READY, Order, Ring, Samples

PERIOD = 960


@pytest.fixture
def ring() -> Iterator[Ring]:
    made = Ring.create()
    yield made
    made.remove()


def sine(count: int, frequency: float = 440.0) -> Samples:
    wave = np.sin(2 * np.pi * frequency * np.arange(count) / RATE).astype(np.float32)
    return np.repeat(wave[:, None], 2, axis=1)


STEP = 2 * np.pi * 440 / RATE + 2 / FADE
"""The largest step of a sine of 440 Hz plus that of two ramps."""


def render(mixer: Mixer, periods: int) -> Samples:
    return np.concatenate([mixer.render(PERIOD)[0] for _ in range(periods)])


def test_nothing_is_heard_before_an_order(ring: Ring) -> None:
    ring.write(0, sine(RATE))
    assert not render(Mixer(ring), 3).any()


def test_samples_come_out_as_they_are_after_the_fade_in(ring: Ring) -> None:
    samples = sine(RATE)
    ring.write(0, samples)
    mixer = Mixer(ring)
    ring.order(Order(playing=True))
    out = render(mixer, 10)
    np.testing.assert_array_equal(out[FADE:], samples[FADE : 10 * PERIOD])
    np.testing.assert_allclose(out[:FADE, 0], samples[:FADE, 0] * np.arange(1, FADE + 1) / FADE, atol=1e-6)


def test_reports_say_which_sample_was_where(ring: Ring) -> None:
    ring.write(0, sine(RATE))
    mixer = Mixer(ring)
    ring.order(Order(playing=True, jump=1, to=1000))
    _, report = mixer.render(PERIOD)
    assert (report.index, report.place, report.count, report.read) == (1000, 0, PERIOD, 1000 + PERIOD)
    assert report.advancing and report.applied == 1


def test_the_ring_goes_round(ring: Ring) -> None:
    samples = sine(2 * RATE, 100)
    start = CAPACITY - RATE
    ring.write(start, samples)
    np.testing.assert_array_equal(ring.read(start, 2 * RATE), samples)
    assert ring.written == start + 2 * RATE


def test_pause_fades_out_and_keeps_its_place(ring: Ring) -> None:
    samples = sine(RATE)
    ring.write(0, samples)
    mixer = Mixer(ring)
    ring.order(Order(playing=True))
    first = render(mixer, 5)
    ring.order(Order(playing=False))
    paused = render(mixer, 3)
    assert not paused[FADE:].any()
    ring.order(Order(playing=True))
    again = render(mixer, 5)
    out = np.concatenate((first, paused, again))
    assert np.abs(np.diff(out[:, 0])).max() <= STEP
    np.testing.assert_array_equal(again[FADE:], samples[5 * PERIOD + FADE : 10 * PERIOD])


@pytest.mark.parametrize("period", [64, 100, 441, 960, 2000])
def test_a_jump_crosses_over_whatever_the_period(ring: Ring, period: int) -> None:
    ring.write(0, sine(2 * RATE))
    mixer = Mixer(ring)
    ring.order(Order(playing=True))
    pieces = [mixer.render(period)[0] for _ in range(6000 // period)]
    ring.order(Order(playing=True, jump=1, at=0, to=50007))
    pieces += [mixer.render(period)[0] for _ in range(6000 // period)]
    out = np.concatenate(pieces)[:, 0]
    assert np.abs(np.diff(out)).max() <= STEP
    jump = 6000 // period * period
    np.testing.assert_array_equal(out[jump + FADE :], sine(2 * RATE)[50007 + FADE : 50007 + len(out) - jump, 0])
    quiet = np.convolve(np.abs(out[FADE:]), np.ones(FADE) / FADE, "valid")
    assert quiet.min() > 0.0


def test_a_jump_between_equal_sounds_is_not_heard(ring: Ring) -> None:
    samples = sine(RATE)
    ring.write(0, samples)
    ring.write(RATE, samples)
    mixer = Mixer(ring)
    ring.order(Order(playing=True))
    out = render(mixer, 5)
    ring.order(Order(playing=True, jump=1, at=5500, to=RATE + 5500))
    out = np.concatenate((out, render(mixer, 5)))
    np.testing.assert_allclose(out[FADE:], samples[FADE : 10 * PERIOD], atol=1e-6)
    assert mixer.render(PERIOD)[1].read == RATE + 11 * PERIOD


def test_running_dry_is_silent_counted_and_loses_nothing(ring: Ring) -> None:
    samples = sine(RATE)
    ring.write(0, samples[:5000])
    mixer = Mixer(ring)
    ring.order(Order(playing=True))
    out = render(mixer, 8)
    assert mixer.underruns == 1
    assert np.abs(np.diff(out[:, 0])).max() <= STEP
    assert not out[5000:].any()
    ring.write(5000, samples[5000:])
    after = render(mixer, 5)
    going_on = 5000 - FADE
    np.testing.assert_array_equal(after[FADE:], samples[going_on + FADE : going_on + 5 * PERIOD])
    assert mixer.underruns == 1


def test_after_running_dry_sound_waits_for_two_periods(ring: Ring) -> None:
    mixer = Mixer(ring)
    ring.order(Order(playing=True))
    ring.write(0, sine(READY - 1))
    assert not render(mixer, 2).any()
    ring.write(READY - 1, sine(10))
    assert render(mixer, 1).any()


def test_the_end_is_no_underrun(ring: Ring) -> None:
    ring.write(0, sine(4000))
    mixer = Mixer(ring)
    ring.order(Order(playing=True, stop=4000))
    out = render(mixer, 8)
    assert mixer.underruns == 0
    assert out[3900].any() and not out[4000:].any()
    assert mixer.render(PERIOD)[1].read == 4000


def test_what_lies_behind_the_stop_is_not_heard(ring: Ring) -> None:
    ring.write(0, np.full((RATE, 2), 0.25, np.float32))
    ring.write(RATE // 10, np.full((RATE, 2), 0.75, np.float32))
    mixer = Mixer(ring)
    ring.order(Order(playing=True, stop=RATE // 10))
    assert render(mixer, 10).max() <= 0.25


def test_volume_changes_slide(ring: Ring) -> None:
    ring.write(0, np.full((RATE, 2), 0.5, np.float32))
    mixer = Mixer(ring)
    ring.order(Order(playing=True))
    out = [render(mixer, 3)]
    for gain in (0.0, 1.0, 0.25, 8.0):
        ring.gain = gain
        out.append(render(mixer, 9))
    level = np.concatenate(out)[:, 0]
    assert np.abs(np.diff(level)).max() <= 0.5 / FADE + 1e-6
    ends = [float(part[-1, 0]) for part in out]
    assert ends == pytest.approx([0.5, 0.0, 0.5, 0.125, 1.0])  # the last is limited


def test_a_half_written_order_is_not_followed(ring: Ring) -> None:
    ring.order(Order(playing=True, jump=3, to=7))
    before = ring.wanted()
    ring._ints[3] += 1  # the guard: a writer is at work
    assert ring.wanted() is None
    ring._ints[3] += 1
    assert ring.wanted() == before


def test_a_new_output_goes_on_where_the_last_one_was(ring: Ring) -> None:
    samples = sine(RATE)
    ring.write(0, samples)
    ring.order(Order(playing=True, jump=1, to=480))
    old = Mixer(ring)
    for _ in range(4):
        ring.report(old.render(PERIOD)[1])
    new = Mixer(ring)
    out = render(new, 3)
    begin = 480 + 4 * PERIOD
    np.testing.assert_array_equal(out[FADE:], samples[begin + FADE : begin + 3 * PERIOD])
