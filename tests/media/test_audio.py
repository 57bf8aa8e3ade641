"""Sound tracks: which there are, which one is chosen, and every sample at its own time."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from anime4k.errors import MediaError
from anime4k.media.audio import AudioTrack, choose_track
from anime4k.media.audio_align import Aligner, Chunk, Samples
from anime4k.media.audio_source import SoundSource
from anime4k.media.audio_tempo import FASTEST, SLOWEST
from anime4k.media.reader import ReadAborted
from tests.sound_clips import Piece, Track, frame_of, noise, sine, write

RATE = 48000
BASE = Fraction(1, RATE)


def heard(path: Path, at: float, speed: float = 1.0, number: int = 1) -> tuple[Fraction, Samples]:
    """Time of the first sample, and all samples; asserts that the chunks follow each other."""
    source = SoundSource(path)
    source.select(source.tracks[number - 1])
    chunks = list(source.play(at, speed))
    source.close()
    for one, other in zip(chunks, chunks[1:], strict=False):
        assert one.end == other.time
    return chunks[0].time, np.concatenate([chunk.samples for chunk in chunks])


def joined(chunks: list[Chunk]) -> tuple[int, Samples]:
    """Place of the first sample, and all samples; asserts that the chunks follow each other."""
    for one, other in zip(chunks, chunks[1:], strict=False):
        assert one.end == other.position
    return chunks[0].position, np.concatenate([chunk.samples for chunk in chunks])


# -- tracks --------------------------------------------------------------------------------------------------


def test_tracks_are_numbered_from_one_and_described(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.mkv",
        Track([Piece(noise(0.2))], "flac", metadata={"language": "eng", "title": "Dub"}),
        Track([Piece(noise(0.2, 44100, 6))], "ac3", 44100, "5.1", {"language": "jpn"}, default=True, bit_rate=448000),
        video=True,
    )
    first, second = SoundSource(path).tracks
    assert first == AudioTrack(1, 1, "flac", "eng", "Dub", 2, "stereo", 48000, False)
    assert (second.number, second.index, second.codec, second.language) == (2, 2, "ac3", "jpn")
    assert (second.channels, second.rate, second.default) == (6, 44100, True)
    assert second.layout.startswith("5.1")


ENGLISH, JAPANESE, COMMENTARY = (
    AudioTrack(1, 1, language="eng"),
    AudioTrack(2, 2, language="jpn", default=True),
    AudioTrack(3, 3, language="eng", default=True),
)


@pytest.mark.parametrize(
    ("wanted", "languages", "number"),
    [
        ("auto", (), 2),
        ("auto", ("en",), 3),
        ("auto", ("fre", "ENG"), 3),
        ("auto", ("ja-JP",), 2),
        ("auto", ("und", "kor"), 2),
        (1, ("jpn",), 1),
        (4, (), None),
        (None, ("jpn",), None),
    ],
)
def test_a_number_decides_then_language_then_the_default(
    wanted: object, languages: tuple[str, ...], number: int | None
) -> None:
    chosen = choose_track((ENGLISH, JAPANESE, COMMENTARY), wanted, languages)  # type: ignore[arg-type]
    assert (chosen.number if chosen else None) == number


def test_without_default_the_first_track_is_taken() -> None:
    assert choose_track((AudioTrack(1, 0), AudioTrack(2, 1))) == AudioTrack(1, 0)
    assert choose_track(()) is None


# -- times ---------------------------------------------------------------------------------------------------


def test_seeking_is_exact_to_the_sample(tmp_path: Path) -> None:
    samples = noise(3.0)
    path = write(tmp_path / "a.mkv", Track([Piece(samples)]), video=True)
    for place in (0, 1, 959, 960, 48000, 71999, 143000):
        time, got = heard(path, place / RATE)
        assert time == Fraction(place, RATE)
        np.testing.assert_array_equal(got, samples[place:])


def test_a_time_between_two_samples_takes_the_nearest(tmp_path: Path) -> None:
    samples = noise(0.5)
    path = write(tmp_path / "a.mkv", Track([Piece(samples)]))
    np.testing.assert_array_equal(heard(path, 1000.4 / RATE)[1], samples[1000:])
    np.testing.assert_array_equal(heard(path, 1000.6 / RATE)[1], samples[1001:])


def test_before_a_track_begins_there_is_silence(tmp_path: Path) -> None:
    samples = noise(0.5)
    path = write(tmp_path / "a.mkv", Track([Piece(samples, Fraction(3, 2))]), video=True)
    time, got = heard(path, 0.5)
    assert time == Fraction(1, 2)
    assert not got[:RATE].any()
    np.testing.assert_array_equal(got[RATE:], samples)
    time, got = heard(path, -1.0)
    assert time == -1 and not got[: 5 * RATE // 2].any()
    np.testing.assert_array_equal(got[5 * RATE // 2 :], samples)


def test_gaps_are_silent_and_later_samples_keep_their_times(tmp_path: Path) -> None:
    samples = noise(2.0)
    pieces = [Piece(samples[:RATE]), Piece(samples[RATE:], Fraction(7, 4))]
    path = write(tmp_path / "a.mkv", Track(pieces))
    _, got = heard(path, 0.0)
    np.testing.assert_array_equal(got[:RATE], samples[:RATE])
    assert not got[RATE : RATE * 7 // 4].any()
    np.testing.assert_array_equal(got[RATE * 7 // 4 :], samples[RATE:])
    np.testing.assert_array_equal(heard(path, 1.9)[1], samples[RATE + round(0.15 * RATE) :])
    np.testing.assert_array_equal(heard(path, 1.5)[1], got[round(1.5 * RATE) :])


def test_after_the_end_there_is_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", Track([Piece(noise(0.5))]), video=True)
    source = SoundSource(path)
    source.select(source.tracks[0])
    assert list(source.play(10.0)) == []
    assert sum(len(chunk.samples) for chunk in source.play(0.25)) == RATE // 4


@pytest.mark.parametrize(
    ("name", "codec", "rate", "tolerance"),
    [
        ("a.mp4", "aac", 48000, 2e-3),
        ("a.m4a", "aac", 44100, 0.04),  # the two grids differ by half a sample of 1/48000 s at most
        ("a.ts", "aac", 48000, 2e-3),
        ("a.mp3", "libmp3lame", 48000, 2e-3),
        ("a.flac", "flac", 48000, 1e-4),
        ("a.opus", "libopus", 48000, 0.02),
    ],
)
def test_after_a_seek_the_samples_are_those_of_playing_through(
    tmp_path: Path, name: str, codec: str, rate: int, tolerance: float
) -> None:
    samples = sine(4.0, 331, rate) + sine(4.0, 1777, rate, amplitude=0.2)
    path = write(tmp_path / name, Track([Piece(samples)], codec, rate, bit_rate=128000))
    begin, whole = heard(path, 0.0)
    for at in (0.7, 1.9, 3.1):
        time, got = heard(path, at)
        ours = whole[round((time - begin) * RATE) :]
        count = min(len(ours), len(got))
        assert count > (4.0 - at) * RATE - 3000
        np.testing.assert_allclose(got[:count], ours[:count], atol=tolerance)


def test_another_rate_keeps_its_times(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", Track([Piece(sine(2.0, 440, 44100))], rate=44100))
    ideal = sine(2.0, 440, RATE)
    for at in (0.0, 0.5):
        _, got = heard(path, at)
        mine = ideal[round(at * RATE) :]
        assert abs(len(got) - len(mine)) <= 2
        np.testing.assert_allclose(got[200:-200], mine[200 : len(got) - 200], atol=5e-4)


# -- channels ------------------------------------------------------------------------------------------------


def test_mono_is_as_loud_on_both_sides(tmp_path: Path) -> None:
    samples = noise(0.5, channels=1)
    path = write(tmp_path / "a.mkv", Track([Piece(samples)], layout="mono"))
    np.testing.assert_array_equal(heard(path, 0.0)[1], np.repeat(samples, 2, axis=1))


def test_surround_is_mixed_down_by_the_usual_rules(tmp_path: Path) -> None:
    samples = np.zeros((6 * RATE // 4, 6), np.float32)
    for channel in range(6):
        samples[channel * RATE // 4 : (channel + 1) * RATE // 4, channel] = 0.5
    path = write(tmp_path / "a.mkv", Track([Piece(samples)], layout="5.1"))
    _, got = heard(path, 0.0)
    middle = [tuple(got[(2 * channel + 1) * RATE // 8]) for channel in range(6)]
    half = 0.5 * 0.5**0.5  # centre and surround take part with 3 dB less; the low frequency channel does not
    expected = [(0.5, 0), (0, 0.5), (half, half), (0, 0), (half, 0), (0, half)]
    np.testing.assert_allclose(middle, expected, atol=1e-3)


# -- odd streams ---------------------------------------------------------------------------------------------


def test_negative_times_are_times() -> None:
    samples = noise(0.1)
    aligner = Aligner(RATE, BASE)
    chunks = [*aligner.push(frame_of(samples, RATE, "stereo", -2400, BASE)), *aligner.flush()]
    place, got = joined(chunks)
    assert place == -2400
    np.testing.assert_array_equal(got, samples)
    aligner = Aligner(RATE, BASE, start=0)
    place, got = joined([*aligner.push(frame_of(samples, RATE, "stereo", -2400, BASE)), *aligner.flush()])
    assert place == 0
    np.testing.assert_array_equal(got, samples[2400:])


def test_frames_without_time_follow_on() -> None:
    samples = noise(0.1)
    aligner = Aligner(RATE, BASE, start=480)
    chunks: list[Chunk] = []
    for at, pts in ((0, None), (960, None), (1920, 2400), (2880, None)):
        chunks += aligner.push(frame_of(samples[at : at + 960], RATE, "stereo", pts, BASE))
    place, got = joined([*chunks, *aligner.flush()])
    assert place == 480
    np.testing.assert_array_equal(got, samples[:3840])


def test_what_comes_twice_is_heard_once() -> None:
    samples = noise(0.1)
    aligner = Aligner(RATE, BASE)
    chunks: list[Chunk] = []
    for at in (0, 960, 480, 1440):
        chunks += aligner.push(frame_of(samples[at : at + 960], RATE, "stereo", at, BASE))
    place, got = joined([*chunks, *aligner.flush()])
    assert place == 0
    np.testing.assert_array_equal(got, samples[:2400])
    assert aligner.gaps == 1


def test_times_rounded_to_milliseconds_leave_no_holes() -> None:
    samples = noise(1.0, 44100)
    milli = Fraction(1, 1000)
    aligner = Aligner(44100, milli)
    chunks: list[Chunk] = []
    for at in range(0, 44100, 1024):
        part = samples[at : at + 1024]
        chunks += aligner.push(frame_of(part, 44100, "stereo", round(at / 44.1), milli))
    place, got = joined([*chunks, *aligner.flush()])
    assert (place, aligner.gaps) == (0, 0)
    np.testing.assert_array_equal(got, samples)


def test_the_format_may_change_in_the_middle() -> None:
    aligner = Aligner(RATE, BASE)
    first, second = sine(0.5, 440, 44100, 1), sine(0.5, 440, RATE, 6)
    chunks: list[Chunk] = []
    for at in range(0, 22050, 1050):
        chunks += aligner.push(frame_of(first[at : at + 1050], 44100, "mono", at, Fraction(1, 44100)))
    chunks += aligner.push(frame_of(second, RATE, "5.1", RATE // 2, BASE))
    place, got = joined([*chunks, *aligner.flush()])
    assert (place, len(got)) == (0, RATE)
    np.testing.assert_allclose(got[200 : RATE // 2 - 200], sine(0.5, 440)[200:-200], atol=5e-4)
    gain = (1 + 2 * 0.5**0.5) * 1.0
    np.testing.assert_allclose(got[RATE // 2 :], gain * second[:, :2], atol=2e-3)


def test_a_clock_that_begins_anew_goes_on() -> None:
    samples = noise(0.2)
    hour = 3600 * RATE
    for restarts, second in ((True, 0), (False, 0), (True, 2 * hour)):
        aligner = Aligner(RATE, BASE, restarts=restarts)
        chunks: list[Chunk] = []
        for index in range(10):
            pts = hour + 960 * index if index < 4 else second + 960 * (index - 4)
            part = samples[960 * index : 960 * (index + 1)]
            chunks += aligner.push(frame_of(part, RATE, "stereo", pts, BASE))
        place, got = joined([*chunks, *aligner.flush()])
        assert place == hour
        np.testing.assert_array_equal(got, samples)


def test_a_single_absurd_time_is_damage() -> None:
    samples = noise(0.2)
    for wrong in (3600 * RATE, -3600 * RATE):
        for where in (4, 9):
            aligner = Aligner(RATE, BASE)
            chunks: list[Chunk] = []
            for index in range(10):
                pts = wrong if index == where else 960 * index
                part = samples[960 * index : 960 * (index + 1)]
                chunks += aligner.push(frame_of(part, RATE, "stereo", pts, BASE))
            place, got = joined([*chunks, *aligner.flush()])
            assert (place, aligner.gaps > 0) == (0, True)
            np.testing.assert_array_equal(got, samples)


def test_a_long_gap_is_a_gap() -> None:
    samples = noise(0.2)
    aligner = Aligner(RATE, BASE)
    chunks: list[Chunk] = []
    for index in range(10):
        pts = 960 * index + (20 * RATE if index >= 5 else 0)
        part = samples[960 * index : 960 * (index + 1)]
        chunks += aligner.push(frame_of(part, RATE, "stereo", pts, BASE))
    place, got = joined([*chunks, *aligner.flush()])
    assert (place, len(got)) == (0, 9600 + 20 * RATE)
    np.testing.assert_array_equal(got[:4800], samples[:4800])
    assert not got[4800 : 4800 + 20 * RATE].any()
    np.testing.assert_array_equal(got[4800 + 20 * RATE :], samples[4800:])


def test_values_that_are_no_numbers_become_silence() -> None:
    samples = noise(0.02)
    samples[100] = np.nan
    aligner = Aligner(RATE, BASE)
    _, got = joined([*aligner.push(frame_of(samples, RATE, "stereo", 0, BASE)), *aligner.flush()])
    assert np.isfinite(got).all() and not got[100].any()


# -- speed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.9, 1.25, 1.5, 2.0, 3.0, 4.0])
def test_speed_changes_the_length_and_not_the_pitch(tmp_path: Path, speed: float) -> None:
    path = write(tmp_path / "a.mkv", Track([Piece(sine(8.0, 440))]))
    time, got = heard(path, 1.0, speed)
    assert time == 1
    assert len(got) / RATE == pytest.approx(7.0 / speed, abs=1e-4)
    middle = got[len(got) // 4 : 3 * len(got) // 4, 0]
    crossings = np.count_nonzero((middle[:-1] < 0) & (middle[1:] >= 0))
    assert crossings / (len(middle) / RATE) == pytest.approx(440, abs=1.5)


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.25, 1.5, 2.0, 4.0])
def test_at_other_speeds_sound_keeps_its_times(tmp_path: Path, speed: float) -> None:
    samples = np.zeros((6 * RATE, 2), np.float32)
    places = np.arange(RATE // 2, 6 * RATE, RATE)
    for place in places:
        samples[place - 960 : place + 960] = sine(0.04, 1000)
    path = write(tmp_path / "a.mkv", Track([Piece(samples)]))
    _, got = heard(path, 0.25, speed)
    power = got[:, 0].astype(np.float64) ** 2
    for place in places:
        centre = (place / RATE - 0.25) / speed
        low, high = max(0, round((centre - 0.2 / speed) * RATE)), round((centre + 0.2 / speed) * RATE)
        part = power[low:high]
        found = (low + (np.arange(len(part)) * part).sum() / part.sum()) / RATE
        assert found == pytest.approx(centre, abs=0.02 * abs(1 - 1 / speed) + 0.001)


def test_speeds_out_of_range_have_no_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", Track([Piece(noise(0.1))]))
    source = SoundSource(path)
    source.select(source.tracks[0])
    for speed in (SLOWEST / 1.01, FASTEST * 1.01):
        with pytest.raises(ValueError, match="no sound at speed"):
            source.play(0.0, speed)


# -- bad input -----------------------------------------------------------------------------------------------


@pytest.mark.timeout(60)
def test_damage_is_counted_and_later_sound_keeps_its_time(tmp_path: Path) -> None:
    samples = noise(4.0)
    path = write(tmp_path / "a.mkv", Track([Piece(samples)], "flac"))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 300] = bytes(300)
    path.write_bytes(data)
    source = SoundSource(path)
    source.select(source.tracks[0])
    got = np.concatenate([chunk.samples for chunk in source.play(0.0)])
    assert source.damaged > 0
    np.testing.assert_allclose(got[:RATE], samples[:RATE], atol=1e-4)
    np.testing.assert_allclose(got[3 * RATE : 4 * RATE - 5000], samples[3 * RATE : -5000], atol=1e-4)


@pytest.mark.timeout(60)
def test_a_track_of_rubbish_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", Track([Piece(noise(1.0))], "aac", bit_rate=128000))
    data = bytearray(path.read_bytes())
    begin = data.index(b"mdat") + 4
    data[begin : data.index(b"moov") - 4] = b"\xff" * (data.index(b"moov") - 4 - begin)
    path.write_bytes(data)
    source = SoundSource(path)
    source.select(source.tracks[0])
    with pytest.raises(MediaError, match="sound track 1 cannot be decoded"):
        list(source.play(0.0))
    assert source.damaged > 0


@pytest.mark.timeout(60)
def test_files_without_sound_and_no_files_at_all(tmp_path: Path) -> None:
    assert SoundSource(write(tmp_path / "a.mkv", video=True)).tracks == ()
    with pytest.raises(MediaError, match="no such file"):
        SoundSource(tmp_path / "none.mkv")
    (tmp_path / "text.mkv").write_text("not a film " * 100)
    with pytest.raises(MediaError, match="too damaged to open"):
        SoundSource(tmp_path / "text.mkv")


def test_reading_can_be_ended_from_outside(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", Track([Piece(noise(5.0))]))
    abort = threading.Event()
    source = SoundSource(path, abort=abort)
    source.select(source.tracks[0])
    chunks = source.play(0.0)
    next(chunks)
    abort.set()
    with pytest.raises(ReadAborted):
        list(chunks)


def test_a_search_can_be_given_up(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", Track([Piece(noise(5.0))]))
    source = SoundSource(path)
    source.select(source.tracks[0])
    assert list(source.play(3.0, interrupted=lambda: True)) == []
