"""Interlaced input: combing gone, one picture per frame, times kept, progressive frames untouched."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from anime4k.media.source import VideoSource
from tests import clips
from tests.clips import Encoding


def _combing(luma: npt.NDArray[Any]) -> float:
    """Mean difference of each line from the mean of its neighbours, in the moving half."""
    half = luma[: luma.shape[0] // 2].astype(np.float64)
    return float(np.abs(half[1:-1] - (half[:-2] + half[2:]) / 2).mean())


@pytest.mark.parametrize("order", ["tff", "bff"])
@pytest.mark.parametrize(("codec", "name"), [("mpeg2video", "a.ts"), ("libx264", "a.mp4")])
def test_combing_is_removed_and_times_are_kept(tmp_path: Path, codec: str, name: str, order: str) -> None:
    clip = clips.write(tmp_path / name, clips.cfr(30), Encoding(codec=codec, size=(96, 64), interlaced=order))
    with VideoSource(clip.path, deinterlace=False) as source:
        woven = list(source.frames())
    with VideoSource(clip.path) as source:
        clean = list(source.frames())
    assert [frame.pts for frame in clean] == [frame.pts for frame in woven]
    assert [frame.duration for frame in clean] == [frame.duration for frame in woven]
    assert [clips.number_of(frame.planes[0]) for frame in clean] == list(range(30))
    before = np.mean([_combing(frame.planes[0]) for frame in woven])
    after = np.mean([_combing(frame.planes[0]) for frame in clean])
    assert before > 3
    assert after < before / 8
    # The picture of the first field: the bar stands where it stood at the time of the frame.
    ideal = clips.picture(15, (96, 64))
    inner = slice(2, 28)
    error = np.abs(clean[15].planes[0][inner].astype(int) - ideal[inner]).mean()
    assert error < np.abs(woven[15].planes[0][inner].astype(int) - ideal[inner]).mean() / 3


def test_progressive_frames_of_a_mixed_stream_are_untouched(tmp_path: Path) -> None:
    times = clips.cfr(30)

    def draw(index: int) -> Any:
        if 10 <= index < 20:
            return clips._flagged(clips.av_frame(clips.woven(index, (64, 48), "tff")), "tff")
        return clips.av_frame(clips.picture(index, (64, 48)))

    # MJPEG-like independence is not needed: FFV1 is lossless and keeps the flag of each frame.
    how = Encoding(codec="ffv1", time_base=Fraction(1, 1000), options={"level": "3"})
    clip = clips.write(tmp_path / "mixed.mkv", times, how, draw=draw)
    with VideoSource(clip.path, deinterlace=False) as source:
        raw = list(source.frames())
        flagged = [frame.format.field_order.name for frame in raw]
    if "INTERLACED" not in flagged or flagged.count("INTERLACED") == len(flagged):
        pytest.skip("this encoder does not keep the flag of single frames")
    with VideoSource(clip.path) as source:
        clean = list(source.frames())
    assert [frame.pts for frame in clean] == [frame.pts for frame in raw]
    for index, (ours, original) in enumerate(zip(clean, raw, strict=True)):
        equal = bool((ours.planes[0] == original.planes[0]).all())
        assert equal == (flagged[index] == "PROGRESSIVE"), index


def test_a_progressive_file_never_meets_the_filter(tmp_path: Path) -> None:
    clip = clips.write(tmp_path / "p.mkv", clips.cfr(12), Encoding(codec="ffv1", time_base=Fraction(1, 1000)))
    with VideoSource(clip.path) as source:
        for index, frame in enumerate(source.frames()):
            np.testing.assert_array_equal(frame.planes[0], clips.picture(index, (64, 48)))


def test_the_last_frame_is_not_lost(tmp_path: Path) -> None:
    for count in (1, 2, 3):
        how = Encoding(codec="mpeg2video", interlaced="tff", b_frames=0)
        clip = clips.write(tmp_path / f"{count}.mkv", clips.cfr(count), how)
        with VideoSource(clip.path) as source:
            assert [clips.number_of(frame.planes[0]) for frame in source.frames()] == list(range(count))
