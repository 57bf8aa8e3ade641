"""The written file against what went in: every time, every stream, the tags, and what happens when it fails."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.stream import Disposition

from anime4k.colour import ChromaSite, Matrix, Primaries, Range, Transfer
from anime4k.errors import OutputError, UsageError
from anime4k.media.encoders import EncodingRequest, choose_encoder
from anime4k.media.sink import CopyFrom, VideoSink, Written
from anime4k.media.spec import VideoSpec
from tests import clips, rich_clips

pytestmark = pytest.mark.timeout(60)

SIZE = (64, 48)
FILM = Fraction(24000, 1001)


def spec(time_base: Fraction = Fraction(1, 1000), **changes: Any) -> VideoSpec:
    values: dict[str, Any] = {
        "width": SIZE[0],
        "height": SIZE[1],
        "time_base": time_base,
        "frame_rate": Fraction(25),
        "matrix": Matrix.BT709,
        "range": Range.LIMITED,
        "primaries": Primaries.BT709,
        "transfer": Transfer.BT1886,
    }
    return VideoSpec(**{**values, **changes})


def planes(number: int, depth: int = 8) -> tuple[npt.NDArray[Any], ...]:
    """A numbered picture of any depth, 4:2:0."""
    luma = clips.picture(number, SIZE)
    chroma = (np.full((24, 32), 110, np.uint8), np.full((24, 32), 140, np.uint8))
    if depth == 8:
        return (luma, *chroma)
    return tuple(plane.astype(np.uint16) << (depth - 8) for plane in (luma, *chroma))


def write(
    path: Path,
    pts: Sequence[int],
    time_base: Fraction,
    *,
    depth: int = 8,
    request: EncodingRequest | None = None,
    spec_changes: dict[str, Any] | None = None,
    **options: Any,
) -> Written:
    encoder = choose_encoder(path, depth, request or EncodingRequest())
    gaps = [b - a for a, b in zip(pts, pts[1:], strict=False)]
    with VideoSink(path, spec(time_base, **(spec_changes or {})), encoder, **options) as sink:
        for number, (when, duration) in enumerate(zip(pts, [*gaps, gaps[-1] if gaps else 1], strict=True)):
            sink.add(planes(number, encoder.depth), when, duration)
        return sink.finish(whole=True)


def numbers(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [clips.number_of(frame.to_ndarray()[: SIZE[1], : SIZE[0]]) for frame in container.decode(video=0)]


def ticks(times: Sequence[Fraction], time_base: Fraction) -> list[int]:
    return [int(time / time_base) for time in times]


CLOCKS = {
    "25 fps, 1/1000": (clips.cfr(40), Fraction(1, 1000)),
    "film rate, 1/24000": (clips.cfr(40, FILM), Fraction(1, 24000)),
    "film rate, 1001/24000": (clips.cfr(40, FILM), Fraction(1001, 24000)),
    "variable, 1/1000": (clips.vfr(40), Fraction(1, 1000)),
    "late start, 1/90000": (clips.cfr(40, 25, start=Fraction(7, 5)), Fraction(1, 90000)),
    "variable and late, 1/1000": (clips.vfr(40, start=Fraction(1533, 1000)), Fraction(1, 1000)),
    "late start, nanoseconds": (clips.cfr(40, 25, start=Fraction(1000900, 10**9)), Fraction(1, 10**9)),
    "frames missing": ([time for n, time in enumerate(clips.cfr(60)) if n % 7 and n % 11], Fraction(1, 1000)),
    "a single frame": (clips.cfr(1), Fraction(1, 1000)),
}


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.mov", "a.webm"])
@pytest.mark.parametrize("clock", CLOCKS)
def test_every_time_is_that_of_the_input(tmp_path: Path, name: str, clock: str) -> None:
    times, time_base = CLOCKS[clock]
    path = tmp_path / name
    written = write(path, ticks(times, time_base), time_base)
    found = rich_clips.frame_times(path)
    if name in ("a.mp4", "a.mov"):
        assert found == list(times)
        assert written.notes == ()
    else:  # these containers count milliseconds
        assert found == [Fraction(int(time * 1000 + Fraction(1, 2)), 1000) for time in times]
        rounded = any((time * 1000).denominator > 1 for time in times)
        assert any("rounded" in note for note in written.notes) == rounded
    assert numbers(path) == list(range(len(times)))


@pytest.mark.parametrize("codec", ["libx264", "libx265", "libsvtav1", "ffv1", "mpeg4"])
def test_reordering_encoders_keep_times(tmp_path: Path, codec: str) -> None:
    times = clips.vfr(40, start=Fraction(1, 2))
    path = tmp_path / ("a.mkv" if codec in ("ffv1", "mpeg4") else "a.mp4")
    # MPEG-4 can only count in units of at most 1/65535 s; milliseconds are fine.
    write(path, ticks(times, Fraction(1, 1000)), Fraction(1, 1000), request=EncodingRequest(codec=codec))
    assert rich_clips.frame_times(path) == times


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
def test_the_last_frame_keeps_its_duration(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    encoder = choose_encoder(path, 8, EncodingRequest())
    with VideoSink(path, spec(), encoder) as sink:
        for number, (pts, duration) in enumerate([(0, 40), (40, 40), (80, 500)]):
            sink.add(planes(number), pts, duration)
        assert sink.finish(whole=True).duration_s == pytest.approx(0.58)
    with av.open(str(path)) as container:
        assert container.duration == pytest.approx(580_000, abs=1000)


def test_a_start_that_becomes_zero(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    times = clips.cfr(20, start=3)
    write(path, ticks(times, Fraction(1, 90000)), Fraction(1, 90000), shift=Fraction(3))
    assert rich_clips.frame_times(path) == [time - 3 for time in times]


def test_times_finer_than_the_container_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with pytest.raises(OutputError, match=r"too coarse.*\.mp4"):
        write(path, [0, 1, 2, 3], Fraction(1, 90000))
    assert list(tmp_path.iterdir()) == []


# -- the other streams -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich_clips.write_rich(tmp_path_factory.mktemp("film") / "film.mkv", clips.vfr(24))


@pytest.fixture(scope="module")
def film_mp4(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return rich_clips.write_rich(path, clips.cfr(40), font=False, styled=False)


def copy(source: Path, target: Path, times: Sequence[Fraction], **options: Any) -> Written:
    return write(
        target,
        ticks(times, Fraction(1, 1000)),
        Fraction(1, 1000),
        copy=CopyFrom(path=source, video_index=0),
        **options,
    )


def test_everything_is_copied_into_the_same_kind_of_file(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    written = copy(film, target, clips.vfr(24))
    before, after = rich_clips.read(film), rich_clips.read(target)
    assert [stream.kind for stream in before] == ["video", "audio", "audio", "subtitle", "subtitle", "attachment"]
    assert after[1:] == before[1:]
    assert after[5].payloads == (rich_clips.FONT,)
    assert rich_clips.chapters(target) == rich_clips.chapters(film) != []
    with av.open(str(target)) as container:
        assert (container.metadata["title"], container.metadata["ARTIST"]) == ("The Film", "Somebody")
        assert container.streams[5].metadata == {"filename": "My Font.ttf", "mimetype": "font/ttf"}
    assert written.notes == ()


def test_everything_is_copied_from_mp4_to_mp4(film_mp4: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    written = copy(film_mp4, target, clips.cfr(40))
    before, after = rich_clips.read(film_mp4), rich_clips.read(target)
    assert [stream.kind for stream in after][:4] == ["video", "audio", "audio", "subtitle"]
    assert after[1:4] == before[1:4]
    assert rich_clips.chapters(target) == rich_clips.chapters(film_mp4) != []
    assert rich_clips.frame_times(target) == clips.cfr(40)
    assert written.notes == ()


def test_mp4_says_what_it_cannot_hold_and_converts_text(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    written = copy(film, target, clips.vfr(24))
    before, after = rich_clips.read(film), rich_clips.read(target)
    assert [stream.payloads for stream in after[1:3]] == [stream.payloads for stream in before[1:3]]
    assert [stream.codec for stream in after[3:5]] == ["mov_text", "mov_text"]
    said = [(time, data[2 : 2 + int.from_bytes(data[:2], "big")].decode()) for time, data in
            zip(after[4].times, after[4].payloads, strict=True) if int.from_bytes(data[:2], "big")]
    assert said == [(Fraction(1, 5), "Hello there"), (Fraction(9, 10), "Second")]
    notes = " / ".join(written.notes)
    assert "My Font.ttf left out" in notes and "without their styles" in notes


def test_mp4_text_becomes_plain_text_in_matroska(film_mp4: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    written = copy(film_mp4, target, clips.cfr(40))
    text = rich_clips.read(target)[3]
    assert (text.codec, text.language) == ("subrip", "ger")
    assert list(zip(text.times, text.payloads, strict=True)) == [(Fraction(3, 10), b"Hi"), (Fraction(11, 10), b"Bye")]
    assert any("become subrip" in note for note in written.notes)


def test_sound_that_does_not_fit_is_an_error_before_any_work(film: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"WebM files cannot hold the sound.*aac.*\.mkv"):
        copy(film, tmp_path / "out.webm", clips.vfr(24))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out.mkv", "out.mp4"])
@pytest.mark.parametrize(
    ("frames", "left"),
    [
        (15, [("Opening", 0, Fraction(6, 10))]),
        (20, [("Opening", 0, Fraction(7, 10)), ("Part A", Fraction(7, 10), Fraction(8, 10))]),
    ],
)
def test_chapters_end_with_the_picture(
    film: Path, tmp_path: Path, name: str, frames: int, left: list[tuple[str, Fraction, Fraction]]
) -> None:
    target = tmp_path / name
    encoder = choose_encoder(target, 8, EncodingRequest())
    with VideoSink(target, spec(), encoder, copy=CopyFrom(path=film, video_index=0)) as sink:
        for number in range(frames):
            sink.add(planes(number), number * 40, 40)
        sink.finish(whole=False)
    assert rich_clips.chapters(target) == left


def test_copies_end_with_the_picture_when_it_is_cut(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    encoder = choose_encoder(target, 8, EncodingRequest())
    with VideoSink(target, spec(), encoder, copy=CopyFrom(path=film, video_index=0)) as sink:
        for number in range(15):
            sink.add(planes(number), number * 40, 40)
        sink.finish(whole=False)
    end = Fraction(600, 1000)
    before, after = rich_clips.read(film), rich_clips.read(target)
    for old, new in zip(before[1:5], after[1:5], strict=True):
        assert new.payloads == tuple(d for t, d in zip(old.times, old.payloads, strict=True) if t < end)
        assert new.times == tuple(time for time in old.times if time < end)


@pytest.mark.parametrize("name", ["out.mkv", "out.mp4"])
def test_a_cut_before_the_first_subtitle(film: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    encoder = choose_encoder(target, 8, EncodingRequest())
    with VideoSink(target, spec(), encoder, copy=CopyFrom(path=film, video_index=0)) as sink:
        for number in range(3):
            sink.add(planes(number), number * 40, 40)
        sink.finish(whole=False)
    kinds = [stream.kind for stream in rich_clips.read(target)]
    assert kinds[:5] == ["video", "audio", "audio", "subtitle", "subtitle"]
    assert numbers(target) == [0, 1, 2]


def test_copies_begin_with_the_picture(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    shift = Fraction(400, 1000)
    encoder = choose_encoder(target, 8, EncodingRequest())
    with VideoSink(target, spec(), encoder, copy=CopyFrom(path=film, video_index=0), shift=shift) as sink:
        for number in range(15):
            sink.add(planes(number), 400 + number * 40, 40)
        sink.finish(whole=True)
    before, after = rich_clips.read(film), rich_clips.read(target)
    assert after[0].times[0] == 0
    assert after[1].times == tuple(time - shift for time in before[1].times if time >= shift)
    # The line that is on screen at the cut stays on screen; the next one keeps its distance.
    assert after[4].times == (0, Fraction(500, 1000))
    assert [start for _, start, _ in rich_clips.chapters(target)] == [0, Fraction(300, 1000)]


@pytest.mark.parametrize("before", ["film.mkv", "film.mp4"])
@pytest.mark.parametrize("after", ["out.mkv", "out.mp4"])
def test_the_cover_comes_along(tmp_path: Path, before: str, after: str) -> None:
    source, target = tmp_path / before, tmp_path / after
    cover = _cover()
    with av.open(str(source), "w") as out:
        video: Any = out.add_stream("libx264", rate=25, width=64, height=48)
        picture: Any = None
        if before == "film.mkv":
            out.add_attachment("cover.jpg", "image/jpeg", cover)
        else:
            picture = out.add_mux_stream("mjpeg", width=32, height=32)
            picture.disposition = int(Disposition.attached_pic)
        for number in range(10):
            frame = clips.av_frame(clips.picture(number, SIZE))
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        if picture is not None:
            packet: Any = av.Packet(cover)
            packet.stream, packet.pts, packet.dts, packet.time_base = picture, 0, 0, Fraction(1, 25)
            packet.is_keyframe = True
            out.mux(packet)
    written = copy(source, target, clips.cfr(10))
    assert written.notes == ()
    with av.open(str(target)) as container:
        covers = [s for s in container.streams if s.disposition & Disposition.attached_pic]
        assert [bytes(p) for p in container.demux(covers) if p.size] == [cover]
    assert rich_clips.frame_times(target) == clips.cfr(10)


def _cover() -> bytes:
    context: Any = av.CodecContext.create("mjpeg", "w")
    context.width = context.height = 32
    context.pix_fmt, context.time_base = "yuvj420p", Fraction(1, 25)
    frame = av.VideoFrame(32, 32, "yuvj420p")
    for plane in frame.planes:
        plane.update(bytes([90]) * plane.buffer_size)
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


# -- the picture ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
def test_colours_are_tagged(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    tags = {
        "matrix": Matrix.BT601,
        "range": Range.FULL,
        "primaries": Primaries.BT601_525,
        "transfer": Transfer.SRGB,
        "chroma_site": ChromaSite.TOPLEFT,
    }
    write(path, [0, 40, 80], Fraction(1, 1000), spec_changes=tags)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frame = next(container.decode(stream))
        assert (frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc) == (5, 2, 6, 13)
        context: Any = stream.codec_context
        assert (context.colorspace, context.color_range, context.color_primaries, context.color_trc) == (5, 2, 6, 13)
        assert stream.sample_aspect_ratio == 1


@pytest.mark.parametrize(
    ("name", "codec", "format_name"),
    [("a.mkv", None, "yuv420p10le"), ("a.mp4", None, "yuv420p10le"), ("a.webm", None, "yuv420p10le"),
     ("a.mkv", "libx264", "yuv420p10le"), ("a.mkv", "ffv1", "yuv420p10le"), ("a.mov", "prores", "yuv422p10le")],
)
def test_ten_bits_stay_ten_bits(tmp_path: Path, name: str, codec: str | None, format_name: str) -> None:
    encoder = choose_encoder(tmp_path / name, 10, EncodingRequest(codec=codec))
    assert (encoder.pixel_format, encoder.depth) == (format_name, 10)


def test_lossless_ten_bit_planes_come_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    rng = np.random.default_rng(1)
    shapes = ((48, 64), (24, 32), (24, 32))
    pictures = [tuple(rng.integers(0, 1024, shape, np.uint16) for shape in shapes) for _ in range(3)]
    encoder = choose_encoder(path, 10, EncodingRequest(codec="ffv1"))
    with VideoSink(path, spec(), encoder) as sink:
        for number, picture in enumerate(pictures):
            sink.add(picture, number * 40, 40)
        sink.finish(whole=True)
    with av.open(str(path)) as container:
        for frame, picture in zip(container.decode(video=0), pictures, strict=True):
            assert frame.format.name == "yuv420p10le"
            for plane, wanted in zip(frame.planes, picture, strict=True):
                stored = np.frombuffer(plane, np.uint16).reshape(plane.height, -1)[:, : plane.width]
                np.testing.assert_array_equal(stored, wanted)


# -- encoders and their options ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "request_", "message"),
    [
        ("a.mkv", EncodingRequest(codec="nosuch"), "no encoder called 'nosuch'"),
        ("a.mkv", EncodingRequest(codec="aac"), "aac encodes audio, not video"),
        ("a.webm", EncodingRequest(codec="libx264"), "WebM files cannot hold video from libx264"),
        ("a.mkv", EncodingRequest(crf=60), "libx264 takes crf from 0 to 51, not 60"),
        ("a.mkv", EncodingRequest(codec="ffv1", crf=10), "ffv1 has no --crf"),
        ("a.mkv", EncodingRequest(codec="ffv1", preset="slow"), "ffv1 has no --preset"),
        ("a.mkv", EncodingRequest(preset="quick"), "does not accept preset=quick; it takes ultrafast"),
        ("a.mkv", EncodingRequest(options=(("speedy", "1"),)), "libx264 has no option 'speedy'"),
        ("a.mkv", EncodingRequest(options=(("tune", "cartoon"),)), "does not accept tune=cartoon"),
        ("a.mkv", EncodingRequest(options=(("g", "many"),)), "does not accept g=many"),
        ("a.mkv", EncodingRequest(pixel_format="rgb24"), "cannot be fed with the pixel format 'rgb24'"),
        ("a.avi", EncodingRequest(), "extension .avi, which is no kind of video file"),
        ("a", EncodingRequest(), "no extension"),
    ],
)
def test_wrong_choices_are_named(capfd: pytest.CaptureFixture[str], name: str, request_: EncodingRequest,
                                 message: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose_encoder(name, 8, request_)
    assert message in str(caught.value)
    assert capfd.readouterr().err == ""  # the library's own complaint is not shown beside ours


def test_options_reach_the_encoder(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    request = EncodingRequest(codec="x264", crf=30, preset="veryslow", options=(("g", "7"), ("tune", "animation")))
    write(path, [40 * n for n in range(22)], Fraction(1, 1000), request=request)
    with av.open(str(path)) as container:
        keys = [packet.is_keyframe for packet in container.demux(video=0) if packet.size]
    assert keys.count(True) == 4
    # The encoder writes its settings into the stream.
    data = path.read_bytes()
    assert b"crf=30" in data and b"keyint=7 " in data and b"subme=10" in data


# -- destinations --------------------------------------------------------------------------------------------


def test_an_existing_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    path.write_bytes(b"precious")
    with pytest.raises(UsageError, match="exists already.*-y"):
        write(path, [0, 40], Fraction(1, 1000))
    assert path.read_bytes() == b"precious"
    write(path, [0, 40], Fraction(1, 1000), overwrite=True)
    assert numbers(path) == [0, 1]


def test_a_file_that_appears_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    encoder = choose_encoder(path, 8, EncodingRequest())
    with VideoSink(path, spec(), encoder) as sink:
        sink.add(planes(0), 0, 40)
        path.write_bytes(b"precious")
        with pytest.raises(OutputError, match="in the meantime"):
            sink.finish(whole=True)
    assert path.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [path]


def test_the_source_is_never_the_target(film: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.mkv"
    link.symlink_to(film)
    with pytest.raises(UsageError, match="is the input itself"):
        copy(film, link, clips.vfr(24), overwrite=True)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"folder .*nowhere does not exist"):
        write(tmp_path / "nowhere" / "a.mkv", [0, 40], Fraction(1, 1000))


def test_no_frame_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with (
        VideoSink(path, spec(), choose_encoder(path, 8, EncodingRequest())) as sink,
        pytest.raises(OutputError, match="no picture"),
    ):
        sink.finish(whole=True)
    assert list(tmp_path.iterdir()) == []


def test_nothing_has_the_name_before_it_is_verified(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with VideoSink(path, spec(), choose_encoder(path, 8, EncodingRequest())) as sink:
        sink.add(planes(0), 0, 40)
        assert not path.exists() and len(list(tmp_path.glob(".a.part-*.mkv"))) == 1
    assert list(tmp_path.iterdir()) == []


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
def test_a_disk_that_fills_up_leaves_nothing(tmp_path: Path, name: str) -> None:
    # Beyond the limit a write fails with EFBIG, as it fails with ENOSPC on a full disk.
    rng = np.random.default_rng(2)
    path = tmp_path / name
    encoder = choose_encoder(path, 8, EncodingRequest(crf=1, preset="ultrafast"))
    with file_size_limit(100_000), pytest.raises(OutputError, match=f"{name} cannot be written"):  # noqa: SIM117
        with VideoSink(path, spec(), encoder) as sink:
            for number in range(200):
                noise = tuple(rng.integers(16, 235, plane.shape, np.uint8) for plane in planes(0))
                sink.add(noise, number * 40, 40)
            sink.finish(whole=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_does_not_verify_gets_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mkv"
    with VideoSink(path, spec(), choose_encoder(path, 8, EncodingRequest())) as sink:
        for number in range(10):
            sink.add(planes(number), number * 40, 40)
        # As if the encoder had lost a frame.
        sink._timeline.pts.append(400)
        with pytest.raises(OutputError, match="holds 10 frames where 11 were written"):
            sink.finish(whole=True)
    assert list(tmp_path.iterdir()) == []
