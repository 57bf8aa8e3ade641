"""The clips for tests of a whole player are what they say."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from tests import block_font, rich_clips, watch_clips

RATE = watch_clips.SAMPLE_RATE


def sound_of(path: Path, track: int = 0) -> tuple[float, npt.NDArray[np.float32]]:
    """(time of the first sample, samples of the first channel) as decoded by FFmpeg."""
    with av.open(str(path)) as container:
        parts: list[tuple[float, Any]] = []
        for frame in container.decode(audio=track):
            samples = frame.to_ndarray()[0] if frame.format.is_planar else frame.to_ndarray().reshape(frame.samples, -1)
            parts.append((float(frame.pts * Fraction(frame.time_base)), samples.reshape(frame.samples, -1)[:, 0]))  # type: ignore[operator,arg-type]
    wave = np.concatenate([part.astype(np.float32) for _, part in parts])
    return parts[0][0], wave / (32768.0 if np.abs(wave).max() > 2 else 1.0)


def beep_onsets(start: float, wave: npt.NDArray[np.float32]) -> list[float]:
    """Times at which the sound becomes louder than a third of its peak after 0.2 s of near silence."""
    loud = np.flatnonzero(np.abs(wave) > np.abs(wave).max() / 3)
    first = loud[np.flatnonzero(np.diff(loud, prepend=-RATE) > RATE // 5)]
    return [start + float(sample) / RATE for sample in first]


def flash_onsets(path: Path) -> list[Fraction]:
    """Time stamps of the white frames that follow a black one."""
    with av.open(str(path)) as container:
        bright = [
            (frame.pts * Fraction(frame.time_base), bool(frame.to_ndarray(format="gray")[:40].mean() > 128))
            for frame in container.decode(video=0)
        ]
    return [time for (time, now), (_, before) in zip(bright[1:], bright, strict=False) if now and not before]


@pytest.mark.parametrize("varying", [False, True])
@pytest.mark.parametrize("codec", ["aac", "flac"])
def test_flash_and_beep_begin_together(tmp_path: Path, codec: str, varying: bool) -> None:
    clip = watch_clips.flash_and_beep(tmp_path / "a.mkv", 6.0, codec=codec, varying=varying)
    assert flash_onsets(clip.path) == list(clip.onsets)
    assert len(clip.onsets) >= 5
    heard = beep_onsets(*sound_of(clip.path))
    assert len(heard) == len(clip.onsets)
    # a third of the peak is reached 0.06 ms after the zero of a 1 kHz sine; Matroska rounds to 1 ms
    assert np.abs(np.array(heard) - [float(onset) for onset in clip.onsets]).max() < 0.0025


def test_an_episode_has_all_its_parts(tmp_path: Path) -> None:
    path = watch_clips.episode(tmp_path / "a.mkv", 10.0)
    streams = [(s.kind, s.codec, s.language, s.title) for s in rich_clips.read(path)]
    assert streams == [
        ("video", "h264", "", ""),
        ("audio", "aac", "jpn", "日本語"),
        ("audio", "flac", "eng", "English dub"),
        ("subtitle", "ass", "eng", "Full subtitles"),
        ("subtitle", "ass", "jpn", "字幕"),
        ("subtitle", "subrip", "ger", "Deutsch"),
        ("attachment", "", "", ""),
    ]
    titles = rich_clips.chapters(path)
    assert [title for title, _, _ in titles] == list(watch_clips.EPISODE_CHAPTERS)
    assert [start for _, start, _ in titles] == [0, 2, 4, 6, 8]
    for track, pitch in enumerate((440, 880)):
        _, wave = sound_of(path, track)
        spectrum = np.abs(np.fft.rfft(wave[RATE : 3 * RATE]))
        assert int(spectrum.argmax()) / 2 == pitch


def test_the_font_draws_blocks(tmp_path: Path) -> None:
    from PIL import Image, ImageDraw, ImageFont

    (tmp_path / "blocks.ttf").write_bytes(block_font.build())
    font = ImageFont.truetype(str(tmp_path / "blocks.ttf"), 100)
    assert font.getname() == ("Tests Blocks", "Regular")
    image = Image.new("L", (140, 110))
    ImageDraw.Draw(image).text((0, 90), "a~", 255, font=font, anchor="ls")
    covered = np.asarray(image) > 128
    left, bottom, right, top = (value // 10 for value in block_font.BOX)
    expected = np.zeros_like(covered)
    for x in (0, block_font.ADVANCE // 10):
        expected[90 - top : 90 - bottom, x + left : x + right] = True
    assert np.array_equal(covered, expected)


def test_troubled_clips_are_in_the_trouble_they_claim(tmp_path: Path) -> None:
    changing = watch_clips.changing_size(tmp_path / "a.ts")
    with av.open(str(changing)) as container:
        assert {(f.width, f.height) for f in container.decode(video=0)} == {(160, 90), (96, 128), (320, 180)}
    times = rich_clips.frame_times(watch_clips.negative_times(tmp_path / "b.ts"))
    assert (times[0], times[-1]) == (-1, Fraction(49, 25))
    with av.open(str(watch_clips.missing_times(tmp_path / "c.h264"))) as container:
        assert all(packet.pts is None for packet in container.demux(video=0))
    with av.open(str(watch_clips.partly_missing_times(tmp_path / "d.mkv"))) as container:
        stamps = [frame.pts for frame in container.decode(video=0)]
    assert stamps[:25] == [None] * 25 and stamps[25:] == list(range(0, 2000, 40))
    with av.open(str(watch_clips.fast_time_base(tmp_path / "e.mkv"))) as container:
        assert container.streams.video[0].average_rate == 1000
    with av.open(str(watch_clips.long_film(tmp_path / "f.mkv", hours=2.0))) as container:
        assert container.duration is not None and abs(container.duration / 1e6 - 7200) < 2


def test_sizes_of_a_season_and_its_order(tmp_path: Path) -> None:
    files = watch_clips.season(tmp_path, 10, 0.2)
    assert [file.name for file in files][-2:] == ["作品 Show - 9.mkv", "作品 Show - 10.mkv"]
    sizes = set()
    for file in files:
        with av.open(str(file)) as container:
            sizes.add((container.streams.video[0].width, container.streams.video[0].height))
    assert len(sizes) == 9 and (161, 91) in sizes


@pytest.mark.parametrize("kind", watch_clips.DAMAGES)
def test_damage_is_done_and_survived_by_the_decoder(tmp_path: Path, kind: str) -> None:
    good = watch_clips.flash_and_beep(tmp_path / "good.mkv", 4.0).path
    bad = watch_clips.damaged(tmp_path / "bad.mkv", good, kind)
    assert bad.read_bytes() != good.read_bytes()
    code = (
        "import av, sys\ntry:\n    c = av.open(sys.argv[1])\n    print(sum(1 for _ in c.decode(video=0)))\n"
        "except av.FFmpegError as error:\n    print(type(error).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(bad)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout.strip() not in ("", "95")


@pytest.mark.parametrize(("make", "kind"), [("broken_sound", "audio"), ("broken_subtitles", "subtitle")])
def test_a_broken_track_leaves_the_pictures_whole(tmp_path: Path, make: str, kind: str) -> None:
    path = getattr(watch_clips, make)(tmp_path / "a.mkv", 3.0)
    assert rich_clips.frame_times(path) == watch_clips.film_times(3.0)
    assert any(stream.kind == kind and stream.payloads for stream in rich_clips.read(path))
