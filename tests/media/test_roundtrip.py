"""Clips through encoders in memory, against ffmpeg's own encodes and the formulas of the standards."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from anime4k.colour import Matrix
from anime4k.errors import UsageError
from anime4k.media import roundtrip as module
from anime4k.media.roundtrip import Codec, FrameType, roundtrip, through_420, to_rgb, to_yuv
from anime4k.quality.metrics import psnr

Codes = npt.NDArray[np.uint8]

QUALITY = {
    Codec.X264: (("crf", "20"), ("preset", "veryfast")),
    Codec.X265: (("crf", "20"), ("preset", "veryfast")),
    Codec.AV1: (("crf", "25"), ("preset", "10")),
    Codec.MPEG2: (("q", "3"), ("bf", "2")),
}
available = pytest.mark.parametrize("codec", [codec for codec in Codec if codec.available])


def drawing(height: int, width: int, shift: int = 0) -> Codes:
    """Rings and diagonal lines over a slow gradient; `shift` moves them to the left."""
    y, x = np.mgrid[0:height, shift : width + shift].astype(float)
    rings = np.cos(np.hypot(x - width / 2, y - height / 2) / 6) > 0.6
    lines = np.mod(x + 2 * y, 37) < 3
    red, green, blue = 90 + x / width * 80, 120 + y / height * 60, np.full_like(x, 140)
    picture = np.stack([np.where(rings, 40, red), np.where(rings, 50, green), np.where(lines, 60, blue)], -1)
    return np.clip(np.floor(picture + 0.5), 0, 255).astype(np.uint8)


def moving(count: int, height: int = 144, width: int = 176) -> list[Codes]:
    return [drawing(height, width, 2 * number) for number in range(count)]


@pytest.mark.parametrize(
    ("matrix", "rgb", "yuv"),
    [
        # The colour bars of ITU-R BT.709 and BT.601 in 8 bits.
        (Matrix.BT709, (255, 255, 255), (235, 128, 128)),
        (Matrix.BT709, (255, 0, 0), (63, 102, 240)),
        (Matrix.BT709, (0, 255, 0), (173, 42, 26)),
        (Matrix.BT709, (0, 0, 255), (32, 240, 118)),
        (Matrix.BT601, (255, 0, 0), (81, 90, 240)),
        (Matrix.BT601, (0, 255, 0), (145, 54, 34)),
        (Matrix.BT601, (0, 0, 255), (41, 240, 110)),
        (Matrix.BT601, (0, 0, 0), (16, 128, 128)),
    ],
)
def test_colours_have_the_codes_of_the_standard(
    matrix: Matrix, rgb: tuple[int, int, int], yuv: tuple[int, int, int]
) -> None:
    picture = np.full((4, 6, 3), rgb, np.uint8)
    planes = to_yuv(picture, matrix)
    assert [plane.shape for plane in planes] == [(4, 6), (2, 3), (2, 3)]
    assert [set(plane.ravel().tolist()) for plane in planes] == [{value} for value in yuv]
    assert np.abs(to_rgb(planes, matrix).astype(int) - picture).max() <= 2


@pytest.mark.parametrize("matrix", [Matrix.BT601, Matrix.BT709])
def test_without_a_codec_luma_is_nearly_lossless(matrix: Matrix) -> None:
    grey = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
    assert np.abs(through_420(grey, matrix).astype(int) - grey).max() <= 1
    soft = np.clip(drawing(96, 128).astype(int) // 8 + 100, 0, 255).astype(np.uint8)
    assert psnr(through_420(soft, matrix), soft) > 52
    # Sharp colours lose chroma only; their BT.601 luma is kept where the matrix is that of BT.601.
    assert psnr(through_420(drawing(96, 128), Matrix.BT601), drawing(96, 128)) > 52


def test_chroma_stays_where_it_is() -> None:
    """The centre of a patch of colour, which 4:2:0 blurs, does not move in any of its four phases."""
    for phase_y, phase_x in ((0, 0), (0, 1), (1, 0), (1, 1)):
        picture = np.full((48, 48, 3), 128, np.uint8)
        picture[20 + phase_y : 25 + phase_y, 21 + phase_x : 26 + phase_x] = (150, 128, 60)
        before, after = (pixels[..., 0].astype(float) - pixels[..., 2] for pixels in (picture, through_420(picture)))
        for axis in (0, 1):
            centres = [np.average(np.arange(48), weights=plane.sum(1 - axis)) for plane in (before, after)]
            assert abs(centres[1] - centres[0]) < 0.12


@available
def test_frames_come_back_whole_and_in_order(codec: Codec) -> None:
    frames = moving(8)
    coded = roundtrip(frames, codec, QUALITY[codec])
    assert coded[0].type is FrameType.I
    for number, frame in enumerate(coded):
        scores = [psnr(frame.picture, source) for source in frames]
        assert int(np.argmax(scores)) == number
        assert 30 < scores[number] < 60


@available
def test_the_same_clip_gives_the_same_pixels(codec: Codec) -> None:
    frames = moving(6, 112, 176)
    first = [frame.picture for frame in roundtrip(frames, codec, QUALITY[codec])]
    for size in (100, 3000, 70_000):
        _ = [np.full(size, 77, np.uint8) for _ in range(50)]
        again = roundtrip(frames, codec, QUALITY[codec])
        assert all(np.array_equal(one.picture, other) for one, other in zip(again, first, strict=True))


@pytest.mark.parametrize("codec", [codec for codec in (Codec.X264, Codec.X265, Codec.MPEG2) if codec.available])
def test_clips_have_frames_of_all_types(codec: Codec) -> None:
    types = {frame.type for frame in roundtrip(moving(8), codec, QUALITY[codec])}
    assert types == {FrameType.I, FrameType.P, FrameType.B}


@available
def test_less_quality_is_worse(codec: Codec) -> None:
    frames = moving(3)
    name = QUALITY[codec][0][0]
    fine, coarse = (
        roundtrip(frames, codec, ((name, value), *QUALITY[codec][1:]))[1].picture for value in ("4", "30")
    )
    assert psnr(fine, frames[1]) > psnr(coarse, frames[1]) + 3


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the reference is the ffmpeg program")
@pytest.mark.parametrize("crf", [18, 28])
def test_losses_are_those_of_ffmpegs_encode(tmp_path: Path, crf: int) -> None:
    frames = moving(6)
    height, width = frames[0].shape[:2]
    planes = [to_yuv(frame, Matrix.BT709) for frame in frames]
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", "24000/1001"]
    settings = ["-c:v", "libx264", "-crf", str(crf), "-preset", "medium", "-threads", "1"]
    clip = tmp_path / "clip.mkv"
    subprocess.run(
        ["ffmpeg", "-v", "error", *raw, "-i", "-", *settings, str(clip)],
        input=b"".join(plane.tobytes() for frame in planes for plane in frame),
        check=True,
        timeout=60,
    )
    decode = ["ffmpeg", "-v", "error", "-i", str(clip), "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
    decoded = np.frombuffer(subprocess.run(decode, check=True, capture_output=True, timeout=60).stdout, np.uint8)
    theirs = decoded.reshape(len(frames), -1)[:, : height * width].reshape(-1, height, width)
    ours = roundtrip(frames, Codec.X264, (("crf", str(crf)), ("preset", "medium")))
    for frame, plane, source in zip(ours, theirs, planes, strict=True):
        assert abs(psnr(frame.planes[0], source[0]) - psnr(plane, source[0])) < 0.5


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the reference is the ffmpeg program")
def test_the_conversion_to_rgb_is_that_of_ffmpeg_when_it_is_exact() -> None:
    planes = to_yuv(drawing(96, 128), Matrix.BT601)
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "128x96"]
    flags = "scale=flags=bicubic+accurate_rnd+full_chroma_int:in_color_matrix=bt601:in_range=tv:out_range=pc"
    command = ["ffmpeg", "-v", "error", *raw, "-i", "-", "-vf", flags, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    data = b"".join(plane.tobytes() for plane in planes)
    result = subprocess.run(command, input=data, check=True, capture_output=True, timeout=60)
    theirs = np.frombuffer(result.stdout, np.uint8).reshape(96, 128, 3)
    assert psnr(to_rgb(planes, Matrix.BT601), theirs) > 48


def test_ffmpegs_quick_conversion_is_darker() -> None:
    frame = roundtrip([drawing(96, 128)], Codec.MPEG2, QUALITY[Codec.MPEG2], Matrix.BT601)[0]
    difference = frame.quick_picture.astype(float) - frame.picture
    assert -2 < difference.mean() < 0.1
    assert psnr(frame.quick_picture, frame.picture) > 40


def test_what_cannot_be_encoded_is_said() -> None:
    with pytest.raises(UsageError, match="even size"):
        roundtrip([np.zeros((15, 16, 3), np.uint8)], Codec.X264)
    with pytest.raises(UsageError, match="one size"):
        roundtrip([np.zeros((16, 16, 3), np.uint8), np.zeros((16, 18, 3), np.uint8)], Codec.X264)
    with pytest.raises(UsageError, match="at least one"):
        roundtrip([], Codec.X264)
    with pytest.raises(UsageError, match="libx264 refuses .*nonsense"):
        roundtrip(moving(1), Codec.X264, (("preset", "nonsense"),))


def test_a_missing_encoder_is_named_with_those_that_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "has_encoder", lambda name: name == "mpeg2video")
    with pytest.raises(UsageError, match="cannot encode with libx265; it has: mpeg2video"):
        roundtrip(moving(1), Codec.X265)
