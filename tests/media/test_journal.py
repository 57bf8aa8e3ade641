"""The journal on the disk, what differs between two pieces of work, and segments joined without a command line."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from anime4k.colour import Matrix, Primaries, Range, Transfer
from anime4k.errors import MediaError, OutputError, UsageError
from anime4k.media.encoders import EncodingRequest, choose_encoder
from anime4k.media.join import join
from anime4k.media.journal import Journal, Segment, WorkFolder, differences, sealed_segment
from anime4k.media.segment import SegmentWriter, segment_muxer
from anime4k.media.sink import VideoSink
from anime4k.media.spec import VideoSpec
from anime4k.media.timeline import Timeline
from tests import clips, rich_clips

pytestmark = pytest.mark.timeout(60)

SIZE = (64, 48)
PRINT = {"the size": "2x", "the shader": "a.glsl"}


def planes(number: int) -> tuple[Any, ...]:
    chroma = np.full((24, 32), 110, np.uint8)
    return (clips.picture(number, SIZE), chroma, chroma)


def segment(folder: WorkFolder, name: str, content: bytes, pts: tuple[int, ...]) -> Segment:
    folder.file(name).write_bytes(content)
    checksum = zlib.crc32(content)
    return Segment(
        name=name, pts=pts, durations=(40,) * len(pts), size=3, checksum=checksum, reorder=0, picture=1, damaged=0
    )


def begin(target: Path) -> Journal:
    """Two finished segments on the disk."""
    with WorkFolder(target) as folder:
        journal, dropped = folder.resume(PRINT)
        assert (journal, dropped) == (Journal(fingerprint=PRINT), 0)
        segments = (segment(folder, "1.nut", b"one", (0, 40)), segment(folder, "2.nut", b"two", (80,)))
        journal = replace(journal, segments=segments, whole=True)
        folder.save(journal)
    return journal


def test_a_journal_comes_back(tmp_path: Path) -> None:
    journal = begin(tmp_path / "a.mkv")
    with WorkFolder(tmp_path / "a.mkv") as folder:
        assert folder.path == tmp_path / ".a.mkv.parts"
        assert folder.resume(PRINT) == (journal, 0)
        assert journal.frames == 3
        folder.remove(journal)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_segment_ends_what_is_finished(tmp_path: Path) -> None:
    journal = begin(tmp_path / "a.mkv")
    (tmp_path / ".a.mkv.parts" / "2.nut").write_bytes(b"twp")
    with WorkFolder(tmp_path / "a.mkv") as folder:
        found, dropped = folder.resume(PRINT)
        assert (found, dropped) == (replace(journal, segments=journal.segments[:1], whole=None), 1)
        assert sorted(path.name for path in folder.path.iterdir()) == ["1.nut", "journal.json", "lock"]
    with WorkFolder(tmp_path / "a.mkv") as folder:
        assert folder.resume(PRINT) == (found, 0)


def test_other_work_is_refused_and_left_alone(tmp_path: Path) -> None:
    begin(tmp_path / "a.mkv")
    before = {path: path.read_bytes() for path in (tmp_path / ".a.mkv.parts").iterdir()}
    with WorkFolder(tmp_path / "a.mkv") as folder, pytest.raises(UsageError, match="the size changed from 2x to 3x"):
        folder.resume({**PRINT, "the size": "3x"})
    assert {path: path.read_bytes() for path in (tmp_path / ".a.mkv.parts").iterdir()} == before


def test_a_folder_is_open_once(tmp_path: Path) -> None:
    with WorkFolder(tmp_path / "a.mkv"), pytest.raises(UsageError, match="another process"):
        WorkFolder(tmp_path / "a.mkv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"segments": None},
        {"segments": [1]},
        {"segments": [{"name": "1.nut"}]},
        {"fingerprint": []},
    ],
)
def test_a_journal_that_makes_no_sense(tmp_path: Path, change: dict[str, Any]) -> None:
    begin(tmp_path / "a.mkv")
    path = tmp_path / ".a.mkv.parts" / "journal.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with WorkFolder(tmp_path / "a.mkv") as folder, pytest.raises(MediaError, match="remove the folder"):
        folder.resume(PRINT)


@pytest.mark.parametrize("change", [{"name": "../x.nut"}, {"pts": []}, {"pts": [0, "40"]}, {"size": "3"}])
def test_a_segment_that_makes_no_sense(tmp_path: Path, change: dict[str, Any]) -> None:
    begin(tmp_path / "a.mkv")
    path = tmp_path / ".a.mkv.parts" / "journal.json"
    data = json.loads(path.read_text())
    data["segments"][0].update(change)
    path.write_text(json.dumps(data))
    with WorkFolder(tmp_path / "a.mkv") as folder, pytest.raises(MediaError, match="remove the folder"):
        folder.resume(PRINT)


def test_differences_in_words() -> None:
    assert differences(PRINT, dict(PRINT)) == ""
    assert differences({"a": "1"}, {"a": ""}) == "a changed from 1 to none"
    assert differences({}, {"a": "1"}) == "a changed from not given to 1"
    assert differences({"a": "1" * 90}, {"a": "2" * 90}) == "a changed"
    many = differences(dict.fromkeys("abcde", "1"), dict.fromkeys("abcde", "2"))
    assert many == "a changed from 1 to 2, b changed from 1 to 2, c changed from 1 to 2 and 2 more"


@pytest.mark.parametrize("lengths", [(20, 20), (1, 1, 38), (3, 36, 1), (40,)])
@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "libx264"), ("a.mp4", "libx265"), ("a.mkv", "libx264"), ("a.mkv", "ffv1"), ("a.mp4", "libsvtav1")],
)
def test_joined_segments_have_every_time_and_picture(
    tmp_path: Path, name: str, codec: str, lengths: tuple[int, ...]
) -> None:
    """Short and single-picture segments, at a variable rate where decoding times of neighbours would overlap."""
    target, base, shift = tmp_path / name, Fraction(1, 1000), Fraction(1, 2)
    spec = VideoSpec(
        width=64,
        height=48,
        time_base=base,
        frame_rate=Fraction(25),
        matrix=Matrix.BT709,
        range=Range.LIMITED,
        primaries=Primaries.BT709,
        transfer=Transfer.BT1886,
    )
    encoder = choose_encoder(target, 8, EncodingRequest(codec=codec))
    times = clips.vfr(40, start=Fraction(3, 2))
    timeline = Timeline(target, spec, shift)
    segments = []
    number = 0
    with VideoSink(target, spec, encoder, shift=shift) as sink:
        for length in lengths:
            path = tmp_path / f"{number}.{segment_muxer(encoder)}"
            writer = SegmentWriter(path, target, spec, encoder, sink.header)
            fed = []
            for _ in range(length):
                fed.append((int(times[number] / base), 0))
                writer.add(planes(number), *timeline.add(*fed[-1]))
                number += 1
            segments.append(sealed_segment(path.name, writer.finish(), fed, picture=0, damaged=0))
        told: list[int] = []
        join(sink, segments, lambda name: tmp_path / name, spec, shift, told.append)
        written = sink.finish(whole=True)
    assert written.frames == told[-1] == 40
    assert rich_clips.frame_times(target) == [time - shift for time in times]
    with av.open(str(target)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    decoding = [packet.dts for packet in packets if packet.dts is not None]
    assert decoding == sorted(set(decoding))
    assert all((packet.dts or 0) <= (packet.pts or 0) for packet in packets)
    with av.open(str(target)) as container:
        found = [clips.number_of(frame.to_ndarray()[:48, :64]) for frame in container.decode(video=0)]
    assert found == list(range(40))


def test_a_segment_that_is_not_the_journals(tmp_path: Path) -> None:
    target = tmp_path / "a.mkv"
    spec = VideoSpec(
        width=64,
        height=48,
        time_base=Fraction(1, 1000),
        frame_rate=None,
        matrix=Matrix.BT709,
        range=Range.LIMITED,
        primaries=Primaries.BT709,
        transfer=Transfer.BT1886,
    )
    encoder = choose_encoder(target, 8, EncodingRequest(codec="ffv1"))
    with VideoSink(target, spec, encoder) as sink:
        writer = SegmentWriter(tmp_path / "1.nut", target, spec, encoder, sink.header)
        for number in range(3):
            writer.add(planes(number), number * 40, 40)
        made = sealed_segment("1.nut", writer.finish(), [(0, 40), (40, 40), (90, 40)], picture=0, damaged=0)
        with pytest.raises(OutputError, match=r"1\.nut of .*a\.mkv has been damaged"):
            join(sink, [made], lambda name: tmp_path / name, spec, Fraction(0), lambda frames: None)
    assert not target.exists()
