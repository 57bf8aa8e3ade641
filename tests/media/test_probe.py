"""What frames mean: tags, guesses, shape on screen."""

from __future__ import annotations

import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from anime4k.colour import ChromaSite, Matrix, Primaries, Range, Transfer
from anime4k.media.format import FieldOrder
from anime4k.media.probe import Tags, source_format
from anime4k.media.source import VideoSource
from tests import clips
from tests.clips import Encoding

MILLI = Fraction(1, 1000)


def _frame(size: tuple[int, int], name: str = "yuv420p", **tags: int) -> av.VideoFrame:
    frame = av.VideoFrame(*size, name)
    for key, value in {"colorspace": 2, "color_range": 0, "color_trc": 2, "color_primaries": 2, **tags}.items():
        setattr(frame, key, value)
    return frame


@pytest.mark.parametrize(
    ("size", "matrix", "primaries"),
    [
        ((640, 360), Matrix.BT601, Primaries.BT709),
        ((720, 480), Matrix.BT601, Primaries.BT601_525),
        ((720, 576), Matrix.BT601, Primaries.BT601_625),
        ((1024, 576), Matrix.BT601, Primaries.BT601_625),
        ((1279, 500), Matrix.BT601, Primaries.BT709),
        ((1280, 534), Matrix.BT709, Primaries.BT709),
        ((960, 720), Matrix.BT709, Primaries.BT709),
        ((1920, 1080), Matrix.BT709, Primaries.BT709),
        ((3840, 2160), Matrix.BT709, Primaries.BT709),
    ],
)
def test_unspecified_colour_is_guessed_by_size(size: tuple[int, int], matrix: Matrix, primaries: Primaries) -> None:
    found, notes = source_format(_frame(size), Tags(codec="h264"))
    assert (found.matrix, found.primaries) == (matrix, primaries)
    assert (found.range, found.transfer, found.chroma_site) == (Range.LIMITED, Transfer.BT1886, ChromaSite.LEFT)
    assert notes == []


@pytest.mark.parametrize(
    ("tags", "matrix", "primaries", "transfer"),
    [
        ({"colorspace": 1}, Matrix.BT709, Primaries.BT709, Transfer.BT1886),
        ({"colorspace": 5}, Matrix.BT601, Primaries.BT709, Transfer.BT1886),
        ({"colorspace": 6, "color_primaries": 6}, Matrix.BT601, Primaries.BT601_525, Transfer.BT1886),
        ({"colorspace": 7}, Matrix.SMPTE240M, Primaries.BT601_525, Transfer.BT1886),
        ({"colorspace": 9}, Matrix.BT2020, Primaries.BT2020, Transfer.BT1886),
        ({"colorspace": 9, "color_trc": 16, "color_primaries": 9}, Matrix.BT2020, Primaries.BT2020, Transfer.PQ),
        ({"color_trc": 18}, Matrix.BT2020, Primaries.BT2020, Transfer.HLG),
        ({"color_trc": 13, "color_primaries": 12}, Matrix.BT601, Primaries.DISPLAY_P3, Transfer.SRGB),
    ],
)
def test_tags_of_the_frame_are_used(
    tags: dict[str, int], matrix: Matrix, primaries: Primaries, transfer: Transfer
) -> None:
    found, notes = source_format(_frame((640, 360), **tags), Tags())
    assert (found.matrix, found.primaries, found.transfer) == (matrix, primaries, transfer)
    assert notes == []


def test_tags_of_the_stream_stand_in_for_missing_ones() -> None:
    found, _ = source_format(_frame((640, 360)), Tags(matrix=1, range=2, primaries=1, transfer=13))
    assert (found.matrix, found.range, found.primaries) == (Matrix.BT709, Range.FULL, Primaries.BT709)
    assert found.transfer is Transfer.SRGB


def test_bt2020_chroma_lies_top_left_in_420_only() -> None:
    assert source_format(_frame((64, 64), colorspace=9), Tags())[0].chroma_site is ChromaSite.TOPLEFT
    assert source_format(_frame((64, 64), "yuv422p", colorspace=9), Tags())[0].chroma_site is ChromaSite.LEFT


@pytest.mark.parametrize("codec", ["mpeg1video", "mjpeg"])
def test_old_codecs_have_centred_chroma(codec: str) -> None:
    assert source_format(_frame((64, 64)), Tags(codec=codec))[0].chroma_site is ChromaSite.CENTER


def test_yuvj_and_rgb_are_full_range() -> None:
    assert source_format(_frame((64, 64), "yuvj420p"), Tags())[0].range is Range.FULL
    assert source_format(_frame((64, 64), "yuv411p"), Tags(), original="yuvj411p")[0].range is Range.FULL
    rgb = source_format(_frame((64, 64), "gbrp", color_range=1, colorspace=1), Tags())[0]
    assert (rgb.matrix, rgb.range) == (Matrix.RGB, Range.FULL)


def test_unsupported_colour_is_said() -> None:
    found, notes = source_format(_frame((64, 64), colorspace=8, color_trc=10), Tags())
    assert (found.matrix, found.transfer) == (Matrix.BT709, Transfer.BT1886)
    assert len(notes) == 2


@pytest.mark.parametrize(
    ("sar", "kept"), [(Fraction(4, 3), True), (Fraction(8, 9), True), (Fraction(300), False), (Fraction(1, 300), False)]
)
def test_absurd_pixel_shapes_are_ignored(sar: Fraction, kept: bool) -> None:
    found, notes = source_format(_frame((64, 64)), Tags(sar=sar))
    assert found.sar == (sar if kept else 1)
    assert bool(notes) is not kept


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_pixel_shape_of_a_file(tmp_path: Path, name: str) -> None:
    clip = clips.write(tmp_path / name, clips.cfr(5), Encoding(size=(72, 58), sar=Fraction(16, 11)))
    with VideoSource(clip.path) as source:
        assert source.format.sar == Fraction(16, 11)
        assert source.format.display_size == (round(72 * 16 / 11), 58)


def test_colour_tags_of_a_file(tmp_path: Path) -> None:
    tags = {"color_range": 1, "colorspace": 9, "color_trc": 16, "color_primaries": 9}
    how = Encoding(codec="libx265", pix_fmt="yuv420p10le", tags=tags, time_base=MILLI)
    how.options["x265-params"] = (
        "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:hdr10=1"
        ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(6000000,50)"
    )
    clip = clips.write(tmp_path / "hdr.mkv", clips.cfr(10), how)
    with VideoSource(clip.path) as source:
        found = source.format
        assert {frame.format for frame in source.frames()} == {found}
    assert (found.depth, found.shift, found.matrix, found.range) == (10, 0, Matrix.BT2020, Range.LIMITED)
    assert (found.primaries, found.transfer, found.chroma_site) == (Primaries.BT2020, Transfer.PQ, ChromaSite.TOPLEFT)
    assert found.max_luminance == pytest.approx(600.0)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg turns the reference")
@pytest.mark.parametrize("angle", [0, 90, 180, -90])
def test_rotation_turns_the_picture_upright(tmp_path: Path, angle: int) -> None:
    """The picture turned clockwise by `rotation` equals the one that the ffmpeg program turns by itself."""
    clip = clips.write(tmp_path / "r.mp4", clips.cfr(3), Encoding(rotation=angle))
    with VideoSource(clip.path) as source:
        frame = next(source.frames())
    ours = np.rot90(frame.planes[0], -frame.format.rotation // 90)
    assert ours.shape[::-1] == frame.format.display_size
    answer = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(clip.path), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    theirs = np.frombuffer(answer.stdout, np.uint8, ours.size).reshape(ours.shape)
    np.testing.assert_array_equal(ours, theirs)


def test_interlaced_frames_are_marked_only_when_not_deinterlaced(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "i.ts", clips.cfr(10), Encoding(codec="mpeg2video", interlaced="tff"))
    with VideoSource(clip.path) as source:
        assert source.format.field_order is FieldOrder.PROGRESSIVE
    with VideoSource(clip.path, deinterlace=False) as source:
        assert source.format.field_order is FieldOrder.INTERLACED


def test_a_conversion_is_said_once(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "a.avi", clips.cfr(5), Encoding(codec="rawvideo", pix_fmt="yuyv422"))
    with VideoSource(clip.path) as source:
        frames = list(source.frames())
        notes = [note for note in source.info.notes if "swscale" in note]
    assert [clips.number_of(frame.planes[0]) for frame in frames] == [0, 1, 2, 3, 4]
    assert source.format.subsampling == (2, 1)
    assert notes == ["pixel format yuyv422 is converted to yuv422p by swscale"]
