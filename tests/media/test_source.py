"""Every frame, at exactly its time, in exactly its place, from every kind of container."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from anime4k.errors import MediaError
from anime4k.media.source import VideoSource
from tests import clips
from tests.clips import Encoding


@dataclass(frozen=True)
class Case:
    name: str
    times: list[Fraction]
    encoding: Encoding
    shift: Fraction = Fraction(0)
    """By how much the container moves all times (B-frames without negative decoding times)."""


MILLI = Fraction(1, 1000)
CASES = [
    Case("cfr.mp4", clips.cfr(60), Encoding()),
    Case("ntsc.mp4", clips.cfr(60, Fraction(30000, 1001)), Encoding(time_base=Fraction(1, 30000))),
    Case("vfr.mp4", clips.vfr(50), Encoding()),
    Case("vfr.mkv", clips.vfr(50), Encoding(time_base=MILLI)),
    Case("offset.mp4", clips.cfr(40, start=10), Encoding()),
    Case("offset.mkv", clips.vfr(40, start=Fraction(3661, 100)), Encoding(time_base=MILLI)),
    Case("h264.ts", clips.cfr(130), Encoding(gop=25), Fraction(2, 25)),
    Case("h264-vfr.ts", clips.vfr(80), Encoding(gop=25), Fraction(1, 5)),
    Case("mpeg2.ts", clips.cfr(130), Encoding(codec="mpeg2video"), Fraction(1, 25)),
    Case("mpeg2.mpg", clips.cfr(220), Encoding(codec="mpeg2video"), Fraction(27, 50)),
    Case("hevc10.mkv", clips.vfr(40), Encoding(codec="libx265", pix_fmt="yuv420p10le", time_base=MILLI)),
    Case("mpeg4.avi", clips.cfr(60), Encoding(codec="mpeg4", time_base=Fraction(1, 25)), Fraction(1, 25)),
    Case("vp9.webm", clips.vfr(30), Encoding(codec="libvpx-vp9", time_base=MILLI)),
    Case("odd.mkv", clips.cfr(30), Encoding(codec="ffv1", size=(65, 49), time_base=MILLI)),
    Case("one.mkv", clips.cfr(20), Encoding(codec="ffv1", size=(1, 1), pix_fmt="yuv444p", time_base=MILLI)),
    Case("gray.mkv", clips.cfr(20), Encoding(codec="ffv1", pix_fmt="gray", time_base=MILLI)),
    Case("raw.h264", clips.cfr(50), Encoding(container="h264")),
    Case("sound.mkv", clips.cfr(40), Encoding(sound=True, time_base=MILLI)),
    Case("interlaced.ts", clips.cfr(100), Encoding(codec="mpeg2video", interlaced="tff"), Fraction(1, 25)),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(params=CASES, ids=lambda case: case.name, scope="module")
def case(request: pytest.FixtureRequest, folder: Path) -> tuple[Case, Path]:
    wanted: Case = request.param
    path = folder / wanted.name
    if not path.exists():
        clips.write(path, wanted.times, wanted.encoding)
    return wanted, path


def test_every_frame_comes_in_order_at_its_exact_time(case: tuple[Case, Path]) -> None:
    wanted, path = case
    with VideoSource(path) as source:
        frames = list(source.frames())
        assert [clips.number_of(frame.planes[0]) for frame in frames] == list(range(len(wanted.times)))
        assert [frame.pts * frame.time_base - wanted.shift for frame in frames] == wanted.times
        assert source.damaged == 0
        assert {frame.format for frame in frames} == {source.format}
        assert (source.format.width, source.format.height) == wanted.encoding.size


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is the independent reader here")
def test_times_equal_those_of_another_reader(case: tuple[Case, Path]) -> None:
    wanted, path = case
    if wanted.name == "raw.h264":
        pytest.skip("a raw stream has no times")
    answer = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-of", "json"]
        + ["-show_entries", "frame=best_effort_timestamp:stream=time_base", str(path)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    told = json.loads(answer.stdout)
    base = Fraction(told["streams"][0]["time_base"])
    with VideoSource(path) as source:
        ours = [frame.pts for frame in source.frames()]
        assert source.time_base == base
    # The other reader leaves a frame without a time where the container has none (the last one, mostly).
    theirs = [frame.get("best_effort_timestamp") for frame in told["frames"]]
    assert len(ours) == len(theirs)
    assert theirs.count(None) <= 1
    assert [own for own, other in zip(ours, theirs, strict=True) if other is not None and other != own] == []


def test_twenty_random_seeks_are_exact(case: tuple[Case, Path]) -> None:
    wanted, path = case
    chance = random.Random(wanted.name)
    with VideoSource(path) as source:
        linear = list(source.frames())
        times = [frame.time for frame in linear]
        targets = [chance.uniform(times[0] - 0.2, times[-1] + 0.3) for _ in range(17)]
        # Boundaries: exactly at a frame, far before the start, far after the end.
        targets += [times[chance.randrange(len(times))], times[0] - 1000, times[-1] + 1000]
        for target in targets:
            expected = max((index for index, time in enumerate(times) if time <= target + 1e-6), default=0)
            source.seek(target)
            found = source.frames()
            for index in (expected, expected + 1):
                frame = next(found, None)
                if index == len(times):
                    assert frame is None
                    continue
                assert frame is not None
                assert clips.number_of(frame.planes[0]) == index, f"sought {target}"
                assert frame.pts == linear[index].pts
                for ours, straight in zip(frame.planes, linear[index].planes, strict=True):
                    np.testing.assert_array_equal(ours, straight)


def test_a_seek_does_not_need_the_file_to_be_read_first(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.ts", clips.cfr(120), Encoding(gop=30))
    with VideoSource(clip.path) as source:
        start = source.info.start_s
        source.seek(start + 3.0)
        assert clips.number_of(next(source.frames()).planes[0]) == 75
        source.seek(start)
        assert [clips.number_of(frame.planes[0]) for frame in source.frames()] == list(range(120))


def test_information_about_a_file(tmp_path: Path) -> None:
    how = Encoding(sound=True, metadata={"title": "demo"})
    clip = clips.write(tmp_path / "a.mp4", clips.cfr(50, start=2), how)
    with VideoSource(clip.path) as source:
        info = source.info
    assert (info.codec, info.pixel_format, info.frame_count) == ("h264", "yuv420p", 50)
    assert info.duration_s == pytest.approx(2.0)
    assert info.start_s == pytest.approx(2.0)
    assert [stream.kind for stream in info.streams] == ["video", "audio"]
    assert info.notes == ()


def test_matroska_duration_is_measured_from_the_first_frame(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.mkv", clips.cfr(50, start=10), Encoding(time_base=MILLI))
    with VideoSource(clip.path) as source:
        assert source.info.duration_s == pytest.approx(2.0)
        list(source.frames())
        assert source.info.notes == ()


def test_planes_outlive_the_source(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.mkv", clips.cfr(30), Encoding(codec="ffv1", time_base=MILLI))
    with VideoSource(clip.path) as source:
        frames = list(source.frames())
    assert [clips.number_of(frame.planes[0]) for frame in frames] == list(range(30))
    with pytest.raises(ValueError, match="read-only"):
        frames[0].planes[0][0, 0] = 1


def test_a_size_change_in_mid_stream_is_delivered_and_said(tmp_path: Path) -> None:
    first = clips.write(tmp_path / "a.ts", clips.cfr(20), Encoding(size=(64, 48), b_frames=0))
    second = clips.write(tmp_path / "b.ts", clips.cfr(20, start=Fraction(20, 25)), Encoding(size=(96, 64), b_frames=0))
    joined = tmp_path / "joined.ts"
    joined.write_bytes(first.path.read_bytes() + second.path.read_bytes())
    with VideoSource(joined) as source:
        frames = list(source.frames())
        sizes = [(frame.format.width, frame.format.height) for frame in frames]
        assert set(sizes) == {(64, 48), (96, 64)}
        assert [frame.planes[0].shape[::-1] for frame in frames] == sizes
        assert any("64x48 to 96x64" in note for note in source.info.notes)
        pts = [frame.pts for frame in frames]
        assert pts == sorted(set(pts))


def test_concatenated_transport_streams_keep_increasing_times(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.ts", clips.cfr(50, start=100), Encoding(b_frames=0))
    joined = tmp_path / "joined.ts"
    joined.write_bytes(clip.path.read_bytes() * 3)
    with VideoSource(joined) as source:
        frames = list(source.frames())
        pts = [frame.pts for frame in frames]
        assert pts == sorted(set(pts))
        assert len(frames) >= 140
        assert any("run back or jump" in note for note in source.info.notes)


def test_cover_art_is_not_the_video(tmp_path: Path) -> None:
    import av

    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as output:
        video = output.add_stream("png", rate=25)
        video.width, video.height, video.pix_fmt = 32, 32, "rgb24"
        video.disposition = av.stream.Disposition.attached_pic
        audio = output.add_stream("aac", rate=48000)
        output.mux(video.encode(clips.av_frame(clips.picture(1, (32, 32)), "rgb24")))
        output.mux(video.encode(None))
        clips._silence(output, audio, clips.cfr(25))
    with pytest.raises(MediaError, match="cover art"):
        VideoSource(path)
