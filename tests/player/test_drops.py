"""What dropped files are used for."""

from __future__ import annotations

from pathlib import Path

from anime4k.player.commands import AddShaders, AddSubtitles
from anime4k.player.files.drops import Dropped, dropped


def test_videos_are_the_new_list_in_natural_order() -> None:
    assert dropped(["/v/10.mkv", "/v/9.mkv"]) == Dropped(play=("/v/9.mkv", "/v/10.mkv"))


def test_subtitles_and_shaders_leave_the_list_alone() -> None:
    assert dropped(["/s/b.srt", "/s/a.ass"]) == Dropped(commands=(AddSubtitles("/s/a.ass"), AddSubtitles("/s/b.srt")))
    assert dropped(["/x/2.glsl", "/x/1.hook"]) == Dropped(commands=(AddShaders(("/x/1.hook", "/x/2.glsl")),))


def test_everything_at_once() -> None:
    result = dropped(["/v/a.mkv", "/v/a.ass", "/x/1.glsl", "/v/readme.txt"])
    assert result.play == ("/v/a.mkv",)
    assert result.commands == (AddSubtitles("/v/a.ass"), AddShaders(("/x/1.glsl",)))
    assert len(result.problems) == 1 and result.problems[0].startswith("/v/readme.txt is neither")


def test_a_pair_of_subtitle_files_is_one_track() -> None:
    shown = dropped(["/v/a.sub", "/v/a.idx", "/v/b.sub"]).commands
    assert shown == (AddSubtitles("/v/a.idx"), AddSubtitles("/v/b.sub"))


def test_a_file_of_unknown_kind_alone_is_played() -> None:
    assert dropped(["/v/film"]) == Dropped(play=("/v/film",))


def test_folders_and_playlists(tmp_path: Path) -> None:
    season, empty = tmp_path / "season", tmp_path / "void"
    season.mkdir(), empty.mkdir()
    for name in ("2.mkv", "10.mkv", "x.srt"):
        (season / name).write_bytes(b"")
    (tmp_path / "list.m3u").write_text("season/10.mkv\n")
    result = dropped([str(tmp_path / name) for name in ("season", "list.m3u", "void")])
    assert result.play == tuple(str(season / name) for name in ("10.mkv", "2.mkv", "10.mkv"))
    assert len(result.problems) == 1 and str(empty) in result.problems[0]


def test_nothing_dropped() -> None:
    assert dropped([]) == Dropped()
