"""Files that are missing, foreign, damaged or lying end in one sentence or a shortened playback, never in a hang."""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import threading
import zlib
from fractions import Fraction
from pathlib import Path

import av
import pytest

from anime4k.errors import MediaError, UsageError
from anime4k.media.attachments import attached_fonts
from anime4k.media.raw import open_error
from anime4k.media.reader import AbortableFile
from anime4k.media.source import VideoSource
from tests import clips, watch_clips
from tests.clips import Encoding

pytestmark = pytest.mark.timeout(60)

ROOT = Path(__file__).resolve().parents[2]
MILLI = Fraction(1, 1000)


def _refused(path: Path) -> str:
    with pytest.raises(MediaError) as caught:
        VideoSource(path)
    text = str(caught.value)
    assert str(path) in text
    assert "\n" not in text
    return text


def test_a_refused_file_is_told_from_a_broken_one() -> None:
    assert "permission" in str(open_error(Path("a.mkv"), PermissionError(13, "Permission denied")))


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in _refused(tmp_path / "missing.mkv")


def test_a_folder(tmp_path: Path) -> None:
    assert "folder" in _refused(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    assert "empty" in _refused(path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = clips.write(tmp_path / "a.mp4", clips.cfr(3)).path
    path.chmod(0)
    assert "permission" in _refused(path)


@pytest.mark.parametrize("ending", ["", ".mp4", ".mkv", ".txt", ".nfo", ".m3u8", ".srt", ".ts", ".h264", ".gif"])
@pytest.mark.parametrize(
    "content", [b"hello, this is no video\n" * 40, bytes(5000), b"x"], ids=["text", "zeros", "byte"]
)
def test_not_a_video(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(content)
    _refused(path)


@pytest.mark.parametrize("seed", range(6))
def test_noise(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "noise.mkv"
    path.write_bytes(random.Random(seed).randbytes(50_000))
    _refused(path)


def test_a_playlist_is_not_followed(tmp_path: Path) -> None:
    clips.write(tmp_path / "secret.ts", clips.cfr(10))
    hls = tmp_path / "list.m3u8"
    hls.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\nsecret.ts\n#EXT-X-ENDLIST\n")
    _refused(hls)
    concat = tmp_path / "list.ffconcat"
    concat.write_text("ffconcat version 1.0\nfile secret.ts\n")
    _refused(concat)


def test_sound_only(tmp_path: Path) -> None:
    import av

    path = tmp_path / "a.m4a"
    with av.open(str(path), "w", format="mp4") as output:
        clips._silence(output, output.add_stream("aac", rate=48000), clips.cfr(25))
    assert "no video stream" in _refused(path)


def test_an_unknown_codec(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.mkv", clips.cfr(5), Encoding(codec="ffv1", time_base=MILLI))
    data = clip.path.read_bytes()
    assert data.count(b"V_FFV1") == 1
    clip.path.write_bytes(data.replace(b"V_FFV1", b"V_XYZ1"))
    assert "codec" in _refused(clip.path)


def test_an_absurd_declared_size(tmp_path: Path) -> None:
    """A PNG of a few bytes that declares 60000 x 60000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
    path = tmp_path / "huge.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"0" * 100)) + chunk(b"IEND", b""))
    _refused(path)


def test_a_cut_file_plays_to_the_cut(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.mkv", clips.cfr(200), Encoding(time_base=MILLI, gop=10))
    data = clip.path.read_bytes()
    clip.path.write_bytes(data[: len(data) // 2])
    with VideoSource(clip.path) as source:
        numbers = [clips.number_of(frame.planes[0]) for frame in source.frames() if not frame.corrupt]
        assert 50 < len(numbers) < 150
        # The frames next to the cut lack their references.
        assert numbers[:-4] == list(range(len(numbers) - 4))
        assert any("cut short" in note for note in source.info.notes)


def test_a_file_cut_before_its_index_cannot_open(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.mp4", clips.cfr(100))
    data = clip.path.read_bytes()
    clip.path.write_bytes(data[: len(data) * 3 // 4])
    _refused(clip.path)


@pytest.mark.parametrize("name", ["a.mkv", "a.ts", "a.mp4"])
def test_a_hole_in_the_middle_is_passed_and_counted(tmp_path: Path, name: str) -> None:
    """Zeros over 5 % of the file cost the frames there and no others for good."""
    clip = clips.write(tmp_path / name, clips.cfr(300), Encoding(gop=10))
    data = bytearray(clip.path.read_bytes())
    middle = len(data) * 2 // 5
    data[middle : middle + len(data) // 20] = bytes(len(data) // 20)
    clip.path.write_bytes(data)
    with VideoSource(clip.path) as source:
        frames = list(source.frames())
        numbers = [clips.number_of(frame.planes[0]) for frame in frames if not frame.corrupt]
        assert numbers[:90] == list(range(90))
        assert numbers[-100:] == list(range(200, 300))
        assert source.damaged > 0
        pts = [frame.pts for frame in frames]
        assert pts == sorted(set(pts))


@pytest.mark.parametrize("name", ["a.mkv", "a.ts", "a.mp4", "a.avi", "b.mpg"])
@pytest.mark.parametrize("seed", range(4))
def test_random_damage_neither_hangs_nor_raises(tmp_path: Path, name: str, seed: int) -> None:
    codec = {"a.avi": "mpeg4", "b.mpg": "mpeg2video"}.get(name, "libx264")
    clip = clips.write(tmp_path / name, clips.cfr(60), Encoding(codec=codec))
    data = bytearray(clip.path.read_bytes())
    chance = random.Random(seed)
    for _ in range(1 + len(data) // 300):
        data[chance.randrange(len(data))] = chance.randrange(256)
    clip.path.write_bytes(data)
    try:
        with VideoSource(clip.path) as source:
            pts = [frame.pts for frame in source.frames()]
            assert pts == sorted(set(pts))
            source.seek(source.info.start_s + 1.0)
            again = [frame.pts for frame in source.frames()]
            assert again == sorted(set(again))
    except MediaError as error:
        assert "\n" not in str(error)


def test_unknown_hardware_decoder(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.mp4", clips.cfr(3))
    with pytest.raises(UsageError, match="nonsense"):
        VideoSource(clip.path, hwdec="nonsense")


@pytest.mark.parametrize("device", ["cuda", "vaapi", "auto", "no"])
def test_hardware_decoding_falls_back(tmp_path: Path, device: str) -> None:
    clip = clips.write(tmp_path / "a.mp4", clips.cfr(20))
    with VideoSource(clip.path, hwdec=device) as source:
        assert [clips.number_of(frame.planes[0]) for frame in source.frames()] == list(range(20))
        said = any("hardware" in note for note in source.info.notes)
        assert said == (device in ("cuda", "vaapi") and not source.hardware)


def test_a_name_that_is_not_text(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.mp4", clips.cfr(3))
    try:
        strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe %d %03d?.mp4"))
        clip.path.rename(strange)
    except OSError:
        pytest.skip("this file system wants text")
    with VideoSource(strange) as source:
        assert len(list(source.frames())) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_played(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.ts", clips.cfr(50))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    copy = "import sys; open(sys.argv[2], 'wb').write(open(sys.argv[1], 'rb').read())"
    writer = subprocess.Popen([sys.executable, "-c", copy, str(clip.path), str(pipe)])
    try:
        with VideoSource(pipe) as source:
            frames = source.frames()
            assert clips.number_of(next(frames).planes[0]) == 0
            source.seek(0.0)
            assert [clips.number_of(frame.planes[0]) for frame in frames] == list(range(1, 50))
            assert any("pipe" in note for note in source.info.notes)
    finally:
        writer.kill()
        writer.wait(10)


def test_large_attachments_cost_the_demuxer_nothing(tmp_path: Path) -> None:
    path = watch_clips.write(
        tmp_path / "huge.mkv",
        watch_clips.Film(watch_clips.film_times(2.0), fonts=[("huge.ttf", bytes(8 << 20)), ("small.ttf", b"OTTO" * 9)]),
    )
    file = AbortableFile(path, threading.Event())
    with av.open(file, "r", buffer_size=1 << 16) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        packets = [packet.pts for packet in container.demux(video=0) if packet.size]
    with av.open(str(path)) as container:
        assert len(container.streams) == 3
        assert packets == [packet.pts for packet in container.demux(video=0) if packet.size]
    for size in (1, 3, 700):  # whatever the pieces are, exactly the identity is another one
        file.seek(0)
        pieces = b"".join(file.read(size) for _ in range(1500 // size + 1))
        original = path.read_bytes()[: len(pieces)]
        assert [pieces[n] for n in range(len(pieces)) if pieces[n] != original[n]] == [0x68]
    file.close()
    fonts, notes = attached_fonts(path)
    assert [(font.name, len(font.data)) for font in fonts] == [("huge.ttf", 8 << 20), ("small.ttf", 36)] and not notes
