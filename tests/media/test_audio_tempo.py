"""Faster and slower sound: pitch, length, and above all the time of every single sound."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.media.audio_align import Samples
from anime4k.media.audio_onsets import Onsets
from anime4k.media.audio_tempo import SEARCH_S, Tempo
from tests.sound_clips import noise, sine

RATE = 48000
SPEEDS = (0.25, 0.4, 0.5, 0.83, 1.1, 1.21, 2.0, 3.0, 4.0)


def stretched(samples: Samples, speed: float, piece: int = 1024) -> Samples:
    tempo = Tempo(RATE, speed)
    pieces = [out for at in range(0, len(samples), piece) for out in tempo.push(samples[at : at + piece])]
    return np.concatenate([*pieces, *tempo.flush()])


def half_energy(samples: Samples, about: int, reach: int) -> int:
    """Where, `reach` around a place, the energy of 2 ms reaches half of its peak."""
    begin = max(0, about - reach)
    part = samples[begin : about + reach, 0].astype(np.float64)
    energy = np.convolve(part**2, np.full(96, 1 / 96), "same")
    return begin + int(np.argmax(energy >= 0.5 * energy.max()))


def bursts(places: list[int], length: int, count: int, of: Samples) -> Samples:
    samples = np.zeros((count, 2), np.float32)
    for place in places:
        samples[place : place + length] += of[:length]
    return samples


def places_of(count: int, apart_s: float, seed: int = 3) -> list[int]:
    """Places at least `apart_s` apart that fall nowhere regular."""
    chance = np.random.default_rng(seed)
    return [round((n + 1 + chance.uniform(0, 0.4)) * apart_s * RATE) for n in range(count)]


# -- when sounds begin -----------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("kind", ["beep", "deep", "noise", "click"])
def test_every_sound_begins_when_it_is_due(speed: float, kind: str) -> None:
    length = 240 if kind == "click" else RATE // 10
    of = {"beep": sine(0.1, 1000), "deep": sine(0.1, 150)}.get(kind, noise(0.1))
    places = places_of(24, 0.5)
    result = stretched(bursts(places, length, 14 * RATE, of), speed)
    reach = round(0.12 * RATE / max(1.0, speed))
    due = [round(place / speed) for place in places]
    natural = half_energy(bursts([RATE], length, 2 * RATE, of), RATE, 4800) - RATE
    errors_ms = [(half_energy(result, at, reach) - at - natural) * 1e3 / RATE for at in due]
    assert np.abs(errors_ms).max() < (3.0 if speed < 0.5 else 1.5), errors_ms


@pytest.mark.parametrize("speed", SPEEDS)
def test_nothing_of_a_sound_is_heard_before_or_twice(speed: float) -> None:
    places = places_of(12, 0.5)
    result = stretched(bursts(places, 48, 7 * RATE, noise(0.01)), speed)
    loud = np.flatnonzero(np.abs(result[:, 0]) > 0.01)
    begins = loud[np.diff(loud, prepend=-RATE) > 200]
    assert len(begins) == len(places)
    np.testing.assert_allclose(begins, [place / speed for place in places], atol=0.003 * RATE)


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_beat_above_a_bass_and_noise_keeps_its_times(speed: float) -> None:
    places = places_of(12, 0.5)
    base = sine(7.0, 80, amplitude=0.3) + 0.02 * noise(7.0)
    result = stretched(base + bursts(places, 1200, 7 * RATE, noise(0.025, seed=5)), speed)
    high = np.diff(result, n=2, axis=0)
    errors_ms = [
        (half_energy(high, round(place / speed), round(0.1 * RATE / max(1.0, speed))) - place / speed) * 1e3 / RATE
        for place in places
    ]
    assert np.abs(errors_ms).max() < 3.0, errors_ms


@pytest.mark.parametrize("speed", SPEEDS)
def test_sound_without_beginnings_stays_near_its_times(speed: float) -> None:
    sweep = np.cumsum(np.linspace(300, 3000, 8 * RATE)) / RATE  # the pitch says where in the input it is
    wave = (0.5 * np.sin(2 * np.pi * sweep)).astype(np.float32)
    result = stretched(np.repeat(wave[:, None], 2, axis=1), speed)[:, 0]
    window = 2400
    for at in range(RATE // 4, len(result) - RATE // 4, max(window, len(result) // 40)):
        spectrum = np.abs(np.fft.rfft(result[at : at + window] * np.hanning(window), 1 << 17))
        pitch = np.argmax(spectrum) * RATE / (1 << 17)
        from_s = (pitch - 300) / 2700 * 8
        assert abs(from_s - (at + window / 2) * speed / RATE) < SEARCH_S + 0.015 * max(1.0, speed)


# -- what it sounds like -----------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("tones", [(440,), (120, 240, 360, 480, 600), (60,)])
def test_the_pitch_stays_and_nothing_is_added(speed: float, tones: tuple[int, ...]) -> None:
    wave = sum((sine(9.0, tone, amplitude=0.1) for tone in tones), np.zeros((9 * RATE, 2), np.float32))
    result = stretched(wave, speed)[RATE // 2 : -RATE // 2, 0][: 2 * RATE]
    power = np.abs(np.fft.rfft(result * np.blackman(len(result)))) ** 2
    pitches = np.fft.rfftfreq(len(result), 1 / RATE)
    wanted = np.any([np.abs(pitches - tone) < 4 for tone in tones], axis=0)
    assert power[wanted].sum() > 10**2.5 * power[~wanted].sum()
    assert np.sqrt(np.mean(result**2)) == pytest.approx(0.1 * (len(tones) / 2) ** 0.5, rel=0.03)


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("count", [0, 1, 100, 4321, 2 * RATE])
def test_the_length_is_exact(speed: float, count: int) -> None:
    tempo = Tempo(RATE, speed)
    pieces = [*tempo.push(noise(2.0)[:count]), *tempo.flush(), *tempo.flush()]
    assert sum(map(len, pieces)) == round(count / speed)
    assert all(piece.dtype == np.float32 and piece.shape[1:] == (2,) and len(piece) for piece in pieces)


@pytest.mark.parametrize("speed", [0.25, 0.83, 2.0, 4.0])
def test_the_size_of_the_pieces_does_not_matter(speed: float) -> None:
    samples = bursts(places_of(5, 0.4), 2400, 3 * RATE, noise(0.1)) + sine(3.0, 331, amplitude=0.1)
    whole = stretched(samples, speed, len(samples))
    for piece in (37, 960, 5000):
        np.testing.assert_array_equal(stretched(samples, speed, piece), whole)


def test_both_channels_stay_together_and_apart() -> None:
    samples = np.concatenate((sine(2.0, 440, channels=1), -sine(2.0, 440, channels=1)), axis=1)
    result = stretched(samples, 1.5)
    np.testing.assert_allclose(result[:, 0], -result[:, 1], atol=1e-6)
    assert np.abs(result).max() > 0.45


def test_at_speed_one_samples_pass() -> None:
    samples = noise(0.5)
    np.testing.assert_array_equal(stretched(samples, 1.0), samples)


@pytest.mark.parametrize("speed", [0.25, 1.5, 4.0])
def test_hours_need_no_more_memory_than_seconds(speed: float) -> None:
    tempo = Tempo(RATE, speed)
    held = []
    for _ in range(20):
        for _ in tempo.push(noise(1.0)):
            pass
        held.append(len(tempo._input))
    assert max(held) < 3 * RATE and held[-1] == pytest.approx(held[5], abs=RATE)


# -- beginnings ----------------------------------------------------------------------------------------------


def found(samples: Samples) -> list[int]:
    onsets = Onsets(RATE)
    onsets.push(samples)
    return onsets.places


def test_beginnings_are_found_to_the_millisecond() -> None:
    places = places_of(8, 0.5)
    got = found(bursts(places, 4800, 6 * RATE, noise(0.1)))
    assert len(got) == len(places)
    np.testing.assert_allclose(got, places, atol=96)


def test_a_faint_forerunner_is_not_the_beginning() -> None:
    samples = bursts([RATE], 4800, 2 * RATE, noise(0.1))
    samples[RATE - 480 : RATE] = 0.01 * noise(0.01)
    assert abs(found(samples)[-1] - RATE) <= 96


@pytest.mark.parametrize("frequency", [45, 80, 440])
def test_steady_sound_begins_once(frequency: int) -> None:
    pulses = np.zeros((2 * RATE, 2), np.float32)
    pulses[RATE // 2 :: RATE // frequency] = 0.5
    begun = ((RATE, 0), (0, 0))
    for samples in (np.pad(sine(1.0, frequency), begun), np.pad(noise(1.0), begun), pulses):
        assert len(found(samples)) == 1
