"""The decoder thread: order, bounded queue, seek generations, end, errors, stopping."""

from __future__ import annotations

import os
import threading
from fractions import Fraction
from pathlib import Path

import pytest

from anime4k.errors import MediaError
from anime4k.media.decoder import END, DecoderThread
from anime4k.media.frame import Frame
from tests import clips
from tests.clips import Encoding

pytestmark = pytest.mark.timeout(60)

WAIT_S = 20.0


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> clips.Clip:
    how = Encoding(gop=20, time_base=Fraction(1, 1000))
    return clips.write(tmp_path_factory.mktemp("decoder") / "a.mkv", clips.cfr(120), how)


def _take(decoder: DecoderThread) -> Frame:
    item = decoder.get(WAIT_S)
    assert isinstance(item, Frame)
    return item


def _number(decoder: DecoderThread) -> int:
    return clips.number_of(_take(decoder).planes[0])


def _all(decoder: DecoderThread) -> list[int]:
    numbers = []
    while (item := decoder.get(WAIT_S)) is not END:
        assert isinstance(item, Frame)
        numbers.append(clips.number_of(item.planes[0]))
    return numbers


def test_all_frames_then_the_end_again_and_again(clip: clips.Clip) -> None:
    decoder = DecoderThread(capacity=4)
    decoder.start(clip.path)
    assert decoder.wait_open(WAIT_S)
    assert decoder.info is not None and decoder.info.codec == "h264"
    assert decoder.format is not None and decoder.format.width == 64
    assert _all(decoder) == list(range(120))
    assert decoder.get(0) is END
    assert decoder.get(0) is END
    assert decoder.stop()
    assert decoder.error is None


def test_the_queue_is_bounded(clip: clips.Clip) -> None:
    decoder = DecoderThread(capacity=3)
    decoder.start(clip.path)
    for expected in range(30):
        assert _number(decoder) == expected
        assert decoder.queued <= 3
    assert decoder.stop()


def test_start_at_a_time(clip: clips.Clip) -> None:
    decoder = DecoderThread()
    decoder.start(clip.path, at=2.0)
    assert _number(decoder) == 50
    assert decoder.stop()


def test_after_a_seek_no_older_frame_is_seen(clip: clips.Clip) -> None:
    decoder = DecoderThread()
    decoder.start(clip.path)
    assert _number(decoder) == 0
    for index, target in enumerate((80, 5, 119, 40)):
        assert decoder.seek(target / 25) == index + 1 == decoder.generation
        assert _number(decoder) == target
    assert _number(decoder) == 41
    assert decoder.stop()


def test_only_the_last_of_many_seeks_counts(clip: clips.Clip) -> None:
    decoder = DecoderThread()
    decoder.start(clip.path)
    for target in range(100, 20, -1):
        decoder.seek(target / 25)
    assert _number(decoder) == 21
    assert decoder.stop()


def test_a_seek_after_the_end_goes_on(clip: clips.Clip) -> None:
    decoder = DecoderThread()
    decoder.start(clip.path, at=4.6)
    assert _all(decoder) == list(range(115, 120))
    decoder.seek(0.0)
    assert _all(decoder) == list(range(120))
    assert decoder.stop()


def test_another_file_can_follow(clip: clips.Clip, tmp_path: Path) -> None:
    other = clips.write(tmp_path / "b.mp4", clips.cfr(7), Encoding(size=(96, 64)))
    decoder = DecoderThread()
    decoder.start(clip.path)
    assert _number(decoder) == 0
    decoder.start(other.path)
    assert _all(decoder) == list(range(7))
    assert decoder.format is not None and decoder.format.width == 96
    assert decoder.stop()


def test_an_open_error_reaches_the_caller(tmp_path: Path) -> None:
    decoder = DecoderThread()
    decoder.start(tmp_path / "missing.mkv")
    with pytest.raises(MediaError, match="no such file"):
        decoder.wait_open(WAIT_S)
    with pytest.raises(MediaError, match="no such file"):
        decoder.get(WAIT_S)
    assert isinstance(decoder.error, MediaError)
    assert decoder.stop()


def test_damage_is_counted(tmp_path: Path) -> None:
    whole = clips.write(tmp_path / "a.mp4", clips.cfr(200), Encoding(gop=10))
    data = bytearray(whole.path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + len(data) // 10] = bytes(len(data) // 10)
    whole.path.write_bytes(data)
    decoder = DecoderThread()
    decoder.start(whole.path)
    _all(decoder)
    assert decoder.damaged > 0
    assert decoder.stop()


def test_stop_without_start() -> None:
    assert DecoderThread().stop()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("fed", [False, True], ids=["no writer", "stalled writer"])
def test_stop_ends_a_blocked_read(clip: clips.Clip, tmp_path: Path, fed: bool) -> None:
    """Neither opening nor reading a pipe that gives nothing more can hold the thread."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    release = threading.Event()

    def feed() -> None:
        with open(pipe, "wb") as out:
            out.write(clip.path.read_bytes()[:6000])
            out.flush()
            release.wait(WAIT_S)

    writer = threading.Thread(target=feed, daemon=True)
    if fed:
        writer.start()
    decoder = DecoderThread()
    decoder.start(pipe)
    assert decoder.get(0.3) is None or fed
    try:
        assert decoder.stop(timeout_s=10)
    finally:
        release.set()
    assert decoder.error is None
