"""The sound of the player with its real output process on the null device: what was put out, and when."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from anime4k import children
from anime4k.player.sound import output
from anime4k.player.sound.clock import Lead
from anime4k.player.sound.player import Sound, gain_of
from anime4k.player.sound.process import SENTENCES
from anime4k.player.sound.record import Recording, read_recording
from anime4k.player.sound.ring import FADE, RATE, DeviceState, Ring
from tests.player.sound_stage import SCALE, ramp
from tests.sound_clips import Piece, Track, noise, sine, write

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.timeout(120)


def until(condition: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    """Wait for something that must come true."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, f"never: {what}"
        time.sleep(0.005)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of a ramp whose samples tell their media time, and a second track that tells the negative of it."""
    up = ramp(0.0, 60 * RATE)
    tracks = Track([Piece(up)], metadata={"language": "jpn"}), Track([Piece(-up)], metadata={"language": "eng"})
    return write(tmp_path_factory.mktemp("sound") / "ramp.mkv", *tracks)


INTERRUPTED_S = 0.001
"""A look at the clock that takes longer was interrupted by other work."""


class Listener:
    """A sound that is recorded, and notes of what the clock said."""

    def __init__(self, folder: Path, device: str = "null") -> None:
        self.record = folder / "record.bin"
        self.sound = Sound(device=device, record=self.record)
        self.looks: list[tuple[float, float, bool]] = []

    def play(self, seconds: float) -> None:
        """Look at the clock until it has moved on by `seconds`."""
        clock = self.sound.clock
        begin, ends = clock.now, time.monotonic() + 30
        while True:
            before = time.monotonic()
            now, leading = clock.now, clock.leading
            after = time.monotonic()
            if after - before < INTERRUPTED_S:  # else nobody knows when the clock said it
                self.looks.append(((before + after) / 2, now, leading))
            if now >= begin + seconds:
                return
            assert time.monotonic() < ends, "the clock stands still"
            time.sleep(0.004)

    def begin(self, path: Path, at: float = 0.0, **options: object) -> None:
        """Open and play until sound leads."""
        self.sound.open(str(path), at=at, **options)  # type: ignore[arg-type]
        until(lambda: self.sound.state.device, "there is a device")
        self.sound.clock.start()
        until(lambda: self.sound.clock.leading, "sound leads")

    def end(self) -> Recording:
        """Close, and what was put out."""
        self.sound.close()
        return read_recording(self.record)


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    made = Listener(tmp_path)
    yield made
    made.sound.close()


def longest_silence(samples: np.ndarray) -> int:
    """The longest silence between the first and the last sound, in samples."""
    places = np.flatnonzero(samples[:, 0])
    return int(np.diff(places).max()) if len(places) > 1 else 0


def errors_ms(recording: Recording, looks: list[tuple[float, float, bool]]) -> np.ndarray:
    """Media time put out minus the clock at that moment, for every look at which sound led, in ms."""
    told = np.abs(recording.samples[:, 0]) * SCALE
    found = []
    for when, clock, leading in looks:
        period = int(np.searchsorted(recording.smooth_times, when, side="right")) - 1
        place = int(recording.starts[period] + (when - recording.smooth_times[period]) * RATE)
        if not leading or not 480 <= place < len(told) - 480:
            continue
        slope = (told[place + 240] - told[place - 240]) * RATE / 480
        if 0.9 < slope < 1.1:  # not in a fade or cut
            found.append(1000 * (told[place] - clock))
    return np.array(found)


# -- playing -------------------------------------------------------------------------------------------------


def test_what_is_put_out_is_what_the_clock_says(listener: Listener, clip: Path) -> None:
    listener.begin(clip, at=2.0)
    listener.play(1.5)
    state = listener.sound.state
    assert (state.device, state.is_null, state.codec, state.track) == ("null", True, "pcm_f32le", 1)
    assert (state.rate, state.channels, state.underruns) == (RATE, 2, 0)
    assert [track.language for track in listener.sound.tracks] == ["jpn", "eng"]
    recording = listener.end()
    told = recording.samples[:, 0] * SCALE
    first = int(np.flatnonzero(told)[0])
    np.testing.assert_allclose(told[first + FADE : first + RATE], 2.0 + np.arange(FADE, RATE) / RATE, atol=1e-3)
    errors = errors_ms(recording, listener.looks)
    assert len(errors) > 50 and np.percentile(np.abs(errors), 99) < 20
    assert listener.sound.complaints == []


def test_pause_seek_volume_and_track_leave_no_hole(listener: Listener, clip: Path) -> None:
    sound = listener.sound
    listener.begin(clip)
    listener.play(0.5)
    sound.volume = 50
    listener.play(0.2)
    sound.volume = 100
    listener.play(0.3)
    sound.select(2)
    listener.play(0.6)
    sound.select(1)
    listener.play(0.6)
    sound.clock.set_speed(1.25)
    listener.play(0.5)
    assert sound.state.underruns == 0
    recording = listener.end()
    samples = recording.samples
    assert longest_silence(samples) <= 2
    assert samples.max() > 0 > samples.min()
    assert sound.complaints == []


def test_a_seek_is_short_and_sound_is_right_after_it(listener: Listener, clip: Path) -> None:
    listener.begin(clip)
    listener.play(0.5)
    for target in (40.0, 10.0, 10.3, 9.9):
        listener.sound.clock.seek(target)
        until(lambda: listener.sound.clock.leading, "sound leads again")
        listener.play(0.4)
        assert target + 0.3 < listener.sound.clock.now < target + 1.0
    assert listener.sound.state.underruns == 0
    recording = listener.end()
    errors = errors_ms(recording, listener.looks)
    assert len(errors) > 50 and np.percentile(np.abs(errors), 99) < 20


def test_a_paused_player_is_silent_and_goes_on_at_its_place(listener: Listener, clip: Path) -> None:
    clock = listener.sound.clock
    listener.begin(clip)
    listener.play(0.5)
    clock.stop()
    held = clock.now
    until(lambda: listener.sound._ring.reported().advancing is False, "paused")  # type: ignore[union-attr]
    assert clock.now == held
    clock.start()
    until(lambda: clock.leading, "sound leads again")
    assert clock.now == pytest.approx(held, abs=0.3)
    listener.play(0.3)
    recording = listener.end()
    told = recording.samples[:, 0] * SCALE
    quiet = np.flatnonzero(told == 0)
    after = told[quiet[quiet > np.flatnonzero(told)[0]][-1] + 1 :] if quiet.any() else told
    resumed = after[FADE : FADE + RATE // 10]
    if len(resumed):  # the recording may end in the fade that closing makes
        assert resumed[0] == pytest.approx(held, abs=0.05)


def test_no_cut_clicks(listener: Listener, tmp_path: Path) -> None:
    path = write(tmp_path / "sine.mkv", Track([Piece(sine(30.0, 440))]), Track([Piece(sine(30.0, 440))]))
    sound = listener.sound
    listener.begin(path)
    for act in (
        lambda: sound.clock.seek(10.00037),
        lambda: sound.clock.seek(20.00071),
        lambda: sound.clock.seek(20.3),
        sound.clock.stop,
        sound.clock.start,
        lambda: setattr(sound, "muted", True),
        lambda: setattr(sound, "muted", False),
        lambda: setattr(sound, "volume", 30),
        lambda: setattr(sound, "delay", 0.2),
        lambda: sound.select(2),
        lambda: sound.select(None),
        lambda: sound.select(1),
    ):
        act()
        if sound.clock.running:
            listener.play(0.25)
    sound.clock.stop()
    until(lambda: not sound._ring.reported().advancing, "paused")  # type: ignore[union-attr]
    recording = listener.end()
    slope = 0.5 * 2 * np.pi * 440 / RATE
    ramps = 0.5 * (2 / FADE + 1 / (0.02 * RATE))
    assert np.abs(recording.samples).max() > 0.45
    assert np.abs(np.diff(recording.samples[:, 0])).max() <= slope + ramps


@pytest.mark.skipif(os.name != "posix", reason="needs usleep of the C library")
def test_holding_the_interpreter_does_not_interrupt_sound(listener: Listener, clip: Path) -> None:
    hog = ctypes.PyDLL(None).usleep  # keeps the interpreter's lock while it sleeps
    listener.begin(clip)
    listener.play(1.0)
    for _ in range(10):
        hog(300_000)
        listener.play(0.01)
    state = listener.sound.state
    recording = listener.end()
    assert state.underruns == 0 and recording.underruns[-1] == 0
    told = recording.samples[:, 0] * SCALE
    sounding = np.flatnonzero(told)
    whole = told[sounding[0] + FADE : sounding[-1] - 2 * FADE]
    assert len(whole) > 3 * RATE
    np.testing.assert_allclose(np.diff(whole), 1 / RATE, atol=1e-4)


def test_sound_that_begins_late_and_ends_early(listener: Listener, tmp_path: Path) -> None:
    from fractions import Fraction

    path = write(tmp_path / "late.mkv", Track([Piece(ramp(0.7, RATE // 2), Fraction(7, 10))]), video=True)
    listener.begin(path)
    listener.play(2.0)
    assert not listener.sound.clock.leading
    assert listener.sound.state.underruns == 0
    recording = listener.end()
    told = recording.samples[:, 0] * SCALE
    first = int(np.flatnonzero(told)[0])
    np.testing.assert_allclose(told[first : first + RATE // 3], 0.7 + np.arange(RATE // 3) / RATE, atol=0.002)
    when = recording.time_of(first, RATE)
    clock = next(now for looked, now, _ in listener.looks if looked >= when)
    assert clock == pytest.approx(0.7, abs=0.03)


def test_volume_is_cubic() -> None:
    assert [gain_of(volume) for volume in (0, 50, 100, 130, 500, -1)] == pytest.approx([0, 0.125, 1, 2.197, 2.197, 0])


# -- processes -----------------------------------------------------------------------------------------------


def test_an_output_that_dies_is_started_again(listener: Listener, clip: Path) -> None:
    listener.begin(clip)
    listener.play(0.3)
    first = listener.sound._process.pid
    assert first is not None
    os.kill(first, signal.SIGTERM if os.name != "posix" else signal.SIGKILL)
    until(lambda: listener.sound._process.pid not in (None, first), "another process")
    before = listener.sound.clock.now
    until(lambda: listener.sound.clock.leading, "sound leads again")
    assert listener.sound.clock.now > before
    assert listener.sound.complaints == ["the sound output ended by itself and was started again"]


def test_an_output_that_cannot_live_is_given_up_and_nobody_waits_for_it(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "command", lambda module, *_: [sys.executable, "-c", "pass"])
    listener = Listener(tmp_path)
    listener.sound.open(str(clip), at=0.0)
    listener.sound.clock.start()
    until(lambda: listener.sound._ring.device is DeviceState.FAILED, "it is given up")
    assert listener.sound.complaints[-1] == SENTENCES[DeviceState.FAILED]
    assert listener.sound._transport.heard(1.0, 1.0).lead is Lead.NONE
    before = listener.sound.clock.now
    until(lambda: listener.sound.clock.now > before, "time goes on")
    listener.sound.close()


@pytest.mark.skipif(os.name != "posix", reason="looks at processes and files in the way of Unix")
def test_the_output_ends_with_its_parent(clip: Path) -> None:
    program = (
        "import os, sys, time\n"
        "from anime4k.player.sound.player import Sound\n"
        "sound = Sound(device='null')\n"
        "sound.open(sys.argv[1], at=0.0); sound.clock.start()\n"
        "while not sound.clock.leading: time.sleep(0.01)\n"
        "print(sound._process.pid, flush=True)\n"
        "os._exit(1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(clip)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    pid = done.stdout.strip()

    def gone() -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        return state == "Z"

    until(gone, "the output process ends")


def test_closing_ends_the_process_and_removes_the_file(clip: Path, tmp_path: Path) -> None:
    listener = Listener(tmp_path)
    listener.begin(clip)
    process, ring = listener.sound._process._process, listener.sound._ring
    assert process is not None
    listener.sound.close()
    assert process.poll() == 0 and ring.file is None
    assert ring.path is None or not ring.path.exists()
    assert listener.sound.clock.now > 0  # everything may still be asked
    listener.sound.clock.stop()
    listener.sound.clock.seek(3.0)
    listener.sound.volume = 10
    assert listener.sound.state.track is None
    listener.sound.close()


def test_without_the_device_asked_for_playback_goes_on_silently(clip: Path, tmp_path: Path) -> None:
    listener = Listener(tmp_path, device="a device that nobody has")
    listener.begin(clip)
    listener.play(0.3)
    assert listener.sound.state.is_null
    assert len(listener.sound.complaints) == 1 and "no sound device" in listener.sound.complaints[0]
    listener.sound.close()


class FakeDevice:
    """A device that opens and then never asks for anything."""

    working = True
    backend = "Fake"

    def __init__(self, **options: object) -> None:
        if not self.working and "backends" not in options:
            raise OSError("gone")

    def start(self, generator: object) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_device_that_falls_silent_is_opened_again_or_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring.create()
    monkeypatch.setattr(output.miniaudio, "PlaybackDevice", FakeDevice)
    monkeypatch.setattr(FakeDevice, "working", True)
    player = output.Output(ring, "auto", None)
    player.start()
    assert (ring.device, ring.device_name) == (DeviceState.PLAYING, "Fake")
    player.watch()
    assert ring.device is DeviceState.PLAYING
    player._last_call -= 5
    player.watch()
    assert ring.device is DeviceState.RESTARTED
    FakeDevice.working = False
    player._last_call -= 5
    player.watch()
    assert ring.device is DeviceState.NULL_LOST
    player._tried -= 6
    player.watch()
    assert ring.device is DeviceState.NULL_LOST
    FakeDevice.working = True
    player._tried -= 6
    player.watch()
    assert (ring.device, ring.device_name) == (DeviceState.RESTARTED, "Fake")
    player.stop()
    ring.remove()


# -- bad input -----------------------------------------------------------------------------------------------


def test_a_file_without_sound_needs_no_output(listener: Listener, tmp_path: Path) -> None:
    path = write(tmp_path / "mute.mkv", video=True)
    listener.sound.open(str(path), at=1.0)
    listener.sound.clock.start()
    until(lambda: listener.sound.ready, "opened")
    listener.play(0.2)
    assert listener.sound.tracks == () and listener.sound.track is None
    assert listener.sound._process.pid is None and listener.sound.complaints == []
    assert not listener.sound.clock.leading


@pytest.mark.parametrize("kind", ["missing", "text", "broken"])
def test_what_cannot_be_played_is_said_once_and_time_goes_on(listener: Listener, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.mp4"
    if kind == "text":
        path.write_text("no film " * 500)
    elif kind == "broken":
        write(path, Track([Piece(noise(1.0))], "aac", bit_rate=128000))
        data = bytearray(path.read_bytes())
        begin, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
        data[begin:end] = b"\xff" * (end - begin)
        path.write_bytes(data)
    listener.sound.open(str(path), at=0.0)
    listener.sound.clock.start()
    until(lambda: listener.sound.complaints, "a sentence")
    listener.play(0.3)
    listener.sound.clock.seek(0.0)
    listener.play(0.2)
    assert len(listener.sound.complaints) == 1
    assert listener.sound.complaints[0].startswith("no sound: ") and str(path) in listener.sound.complaints[0]
    assert not listener.sound.clock.leading


def test_nothing_waits_for_a_pipe_that_never_speaks(listener: Listener, tmp_path: Path, clip: Path) -> None:
    pipe = tmp_path / "pipe.mkv"
    os.mkfifo(pipe)
    listener.sound.open(str(pipe), at=0.0)
    listener.sound.clock.start()
    listener.play(0.5)
    assert listener.sound.tracks == ()
    listener.begin(clip, at=5.0)  # and the next file plays
    assert listener.sound.track == 1


def test_files_follow_each_other(listener: Listener, clip: Path) -> None:
    for number in (1, 2, 1):
        listener.begin(clip, at=float(10 * number), track=number)
        listener.play(0.3)
        assert listener.sound.track == number
    listener.begin(clip, at=0.0, languages=("eng",))
    assert listener.sound.track == 2
    listener.sound.close_file()
    assert listener.sound.tracks == ()
    listener.play(0.2)
    recording = listener.end()
    assert recording.samples.max() * SCALE > 10 and recording.samples.min() * SCALE < -20


def test_switching_the_sound_off_and_on(listener: Listener, clip: Path) -> None:
    listener.begin(clip)
    listener.sound.select(None)
    assert listener.sound.track is None
    listener.play(0.4)
    assert not listener.sound.clock.leading
    listener.sound.select(2)
    until(lambda: listener.sound.clock.leading, "sound leads again")
    assert listener.sound.track == 2
    listener.sound.select(7)
    assert listener.sound.track is None
