"""Damaged and strange files in the player: a clear end, a sentence, never a hang."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import clips
from tests.player.harness import Play

PLAIN = ("--mode", "off", "--scaler", "bilinear", "--untimed")


@dataclass(frozen=True)
class Bad:
    """How a file is spoilt, and words that the message has to contain."""

    name: str
    spoil: Callable[[bytes], bytes]
    words: str


def _flip(seed: int, share: float) -> Callable[[bytes], bytes]:
    def spoil(data: bytes) -> bytes:
        chance = random.Random(seed)
        spoilt = bytearray(data)
        for _ in range(int(len(data) * share)):
            spoilt[chance.randrange(len(data) // 10, len(data))] = chance.randrange(256)
        return bytes(spoilt)

    return spoil


UNPLAYABLE = (
    Bad("empty.mkv", lambda _: b"", "empty.mkv"),
    Bad("text.mkv", lambda _: b"hello, this is no video\n" * 50, "text.mkv"),
    Bad("noise.mp4", lambda data: random.Random(1).randbytes(len(data)), "noise.mp4"),
    Bad("head.mkv", lambda data: data[:300], "head.mkv"),
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """60 frames in Matroska."""
    path = tmp_path_factory.mktemp("clips") / "a.mkv"
    clips.write(path, clips.cfr(60), clips.Encoding(size=(160, 96)))
    return path.read_bytes()


@pytest.mark.parametrize("bad", UNPLAYABLE, ids=lambda bad: bad.name)
def test_files_that_cannot_be_played(play: Play, tmp_path: Path, clip: bytes, bad: Bad) -> None:
    (tmp_path / bad.name).write_bytes(bad.spoil(clip))
    player = play(tmp_path / bad.name, *PLAIN)
    assert player.finish() == 1
    complaint = player.errors.read_text()
    assert bad.words in complaint and complaint.count("\n") == 1
    assert player.frames == []


@pytest.mark.parametrize("seed", range(6))
def test_randomly_damaged_files_end(play: Play, tmp_path: Path, clip: bytes, seed: int) -> None:
    path = tmp_path / "damaged.mkv"
    path.write_bytes(_flip(seed, 0.002 * (seed + 1))(clip))
    player = play(path, *PLAIN)
    assert player.finish() in (0, 1)
    assert "Traceback" not in player.errors.read_text()
    assert "internal error" not in player.errors.read_text()
    if player.process.returncode == 0:
        assert player.lines[-1]["reason"] == "finished"


def test_a_start_beyond_the_end(play: Play, tmp_path: Path, clip: bytes) -> None:
    (tmp_path / "a.mkv").write_bytes(clip)
    player = play(tmp_path / "a.mkv", *PLAIN, "--start", "99")
    assert player.finish() == 2
    assert player.errors.read_text().startswith(f"anime4k: --start 99 is beyond the end of {tmp_path / 'a.mkv'} (")
    assert player.frames == []


def test_a_folder_is_not_a_video(play: Play, tmp_path: Path) -> None:
    player = play(tmp_path, *PLAIN)
    assert player.finish() == 1
    assert str(tmp_path) in player.errors.read_text()


def test_a_picture_is_shown(play: Play, tmp_path: Path) -> None:
    Image.fromarray(np.full((48, 64, 3), (200, 30, 90), np.uint8)).save(tmp_path / "flat.png")
    player = play(tmp_path / "flat.png", "--mode", "off")
    player.wait_frames(1)
    player.key("space")
    player.wait_state(paused=True)
    seen = player.screen().astype(int)
    assert seen.shape == (96, 128, 3)
    assert np.abs(seen - (200, 30, 90)).max() <= 1
    player.key("q")
    assert player.finish() == 0


def test_one_pixel_videos(play: Play, tmp_path: Path) -> None:
    path = tmp_path / "dot.mkv"
    clips.write(path, clips.cfr(3), clips.Encoding(codec="ffv1", size=(2, 2), pix_fmt="yuv420p"))
    player = play(path, *PLAIN)
    assert player.finish() == 0
    assert len(player.frames) == 3


def test_the_size_of_the_picture_may_change(play: Play, tmp_path: Path) -> None:
    first, second = tmp_path / "1.ts", tmp_path / "2.ts"
    clips.write(first, clips.cfr(10), clips.Encoding(size=(160, 96), codec="mpeg2video", b_frames=0))
    clips.write(second, clips.cfr(10, start=1), clips.Encoding(size=(96, 96), codec="mpeg2video", b_frames=0))
    both = tmp_path / "both.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    player = play(both, *PLAIN)
    assert player.finish() == 0
    assert player.frames[0]["output"] == [320, 192]
    assert player.frames[-1]["output"] == [192, 192]
    assert player.lines[-1]["rect"] == [64, 0, 192, 192]


def test_anamorphic_and_rotated_pictures_keep_their_shape(play: Play, tmp_path: Path) -> None:
    wide, turned = tmp_path / "wide.mkv", tmp_path / "turned.mp4"
    clips.write(wide, clips.cfr(2), clips.Encoding(size=(96, 96), sar=Fraction(16, 9)))
    clips.write(turned, clips.cfr(2), clips.Encoding(size=(160, 96), rotation=90))
    for path, window in ((wide, [341, 192]), (turned, [192, 320])):
        player = play(path, *PLAIN)
        assert player.finish() == 0
        assert player.frames[-1]["output"] == window
