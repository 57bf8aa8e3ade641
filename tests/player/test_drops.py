"""Files dragged onto the window of the player."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import clips
from tests.player.drops import drop, uri_list
from tests.player.harness import Play

PLAIN = ("--mode", "off", "--scaler", "bilinear", "--loop-file")
NAMES = ("plain.mkv", "with space & 100%.mkv", "葬送のフリーレン – 第01話 [1080p]#1.mkv")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 frames."""
    return clips.write(tmp_path_factory.mktemp("clips") / "start.mkv", clips.vfr(20)).path


def test_a_list_of_files_is_escaped_text() -> None:
    assert uri_list(["/a b/ü#.mkv", "/c"]) == b"file:///a%20b/%C3%BC%23.mkv\r\nfile:///c\r\n"


def test_dropped_videos_are_played_whatever_their_names(play: Play, clip: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in NAMES]
    for file in files:
        shutil.copy(clip, file)
    player = play(clip, "--geometry", "320x192+40+30", *PLAIN)
    player.wait_frames(1)
    drop(player.display.name, player.window, files)
    player.wait_state(file=str(files[0]), index=0, count=3)
    player.key("greater", "greater")
    player.wait_state(file=str(files[2]), index=2, count=3)
