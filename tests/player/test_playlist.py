"""Lists of files: order, folders, playlist files, and entries that vanish."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anime4k.player.files import playlist as module
from anime4k.player.files.filetypes import FileKind, kind_of
from anime4k.player.files.natural import natural_key
from anime4k.player.files.playlist import Playlist, existing, expand, with_neighbours

NAMES = st.text(st.sampled_from("aA0123459_ ./-é０あ"), min_size=1, max_size=12)


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def relative(folder: Path, files: tuple[str, ...]) -> list[str]:
    return [os.path.relpath(file, folder).replace(os.sep, "/") for file in files]


@pytest.mark.parametrize(
    "names",
    [
        ["Ep 1.mkv", "Ep 2.mkv", "Ep 10.mkv", "Ep 100.mkv"],
        ["ep1.mkv", "EP2.mkv", "ep3.mkv"],
        ["Show - 05.mkv", "Show - 05.5.mkv", "Show - 06.mkv"],
        ["Show_05_[1080p].mkv", "Show_05.5_[1080p].mkv", "Show_06_[1080p].mkv"],
        ["S1E2.mkv", "S1E10.mkv", "S2E1.mkv", "S10E1.mkv"],
        ["1.1.mkv", "1.2.mkv", "1.10.mkv"],
        ["第1話.mkv", "第２話.mkv", "第10話.mkv"],
        ["a/2.mkv", "a/10.mkv", "b/1.mkv"],
        ["v" + "0" * 20 + "7.mkv", "v8.mkv", "v" + "9" * 5000 + ".mkv"],
    ],
)
def test_natural_order(names: list[str]) -> None:
    assert sorted(reversed(names), key=natural_key) == names


@given(st.lists(NAMES, max_size=6))
def test_natural_order_is_a_total_order(names: list[str]) -> None:
    for a in names:
        for b in names:
            less, more = natural_key(a) < natural_key(b), natural_key(b) < natural_key(a)
            assert less + more == (a != b)
            for c in names:
                if less and natural_key(b) < natural_key(c):
                    assert natural_key(a) < natural_key(c)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 8))
def test_numbers_count_by_their_value(a: int, b: int, width: int) -> None:
    first, second = f"ep{a:0{width}}x", f"ep{b}x"
    assert a == b or (natural_key(first) < natural_key(second)) == (a < b)


def test_a_folder_is_its_videos_and_those_one_level_below(tmp_path: Path) -> None:
    put(tmp_path, "10.mkv", "9.MKV", "notes.txt", "9.ass", ".hidden.mkv", "Season 10/1.mp4", "Season 2/2.mkv",
        "Season 2/1.mkv", "Season 2/deep/1.mkv", ".git/1.mkv")
    result = expand([str(tmp_path)])
    assert relative(tmp_path, result.files) == [
        "9.MKV", "10.mkv", "Season 2/1.mkv", "Season 2/2.mkv", "Season 10/1.mp4",
    ]
    assert result.problems == ()


def test_named_files_keep_their_order_and_need_not_exist(tmp_path: Path) -> None:
    put(tmp_path, "b.mkv", "no extension")
    names = [str(tmp_path / name) for name in ("b.mkv", "a.mkv", "no extension", "gone.m3u")]
    assert expand(names).files == tuple(names)


def test_a_folder_without_videos_is_one_sentence(tmp_path: Path) -> None:
    result = expand([str(tmp_path)])
    assert result.files == () and len(result.problems) == 1 and "holds no video" in result.problems[0]


def test_m3u_paths_count_from_the_playlist(tmp_path: Path) -> None:
    put(tmp_path, "lists/x", "1.mkv", "ä.mkv", "season/2.mkv", "season/10.mkv", "with space.mkv", "sub/3.mkv")
    (tmp_path / "lists" / "a.m3u8").write_text(
        "\ufeff#EXTM3U\n#EXTINF:12,first\n../1.mkv\n\n../ä.mkv\r\n../season\n../with%20space.mkv\n..\\sub\\3.mkv\n"
        f"{(tmp_path / '1.mkv').as_uri()}\n../missing.mkv\n",
        encoding="utf-8",
    )
    result = expand([str(tmp_path / "lists" / "a.m3u8")])
    assert relative(tmp_path, result.files) == [
        "1.mkv", "ä.mkv", "season/2.mkv", "season/10.mkv", "with space.mkv", "sub/3.mkv", "1.mkv", "missing.mkv",
    ]
    assert result.problems == ()


def test_old_playlists_in_one_byte_letters(tmp_path: Path) -> None:
    put(tmp_path, "Übung.mkv")
    (tmp_path / "a.m3u").write_bytes("Übung.mkv\n".encode("cp1252"))
    assert relative(tmp_path, expand([str(tmp_path / "a.m3u")]).files) == ["Übung.mkv"]


def test_pls_goes_by_its_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.pls").write_text("[playlist]\nFile10=c.mkv\nTitle1=x\nfile1=a.mkv\nFile2 = b.mkv\nNumberOfEntries=3")
    assert relative(tmp_path, expand([str(tmp_path / "a.pls")]).files) == ["a.mkv", "b.mkv", "c.mkv"]


def test_playlists_that_name_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "a.m3u").write_text("1.mkv\nb.m3u\n2.mkv\n")
    (tmp_path / "b.m3u").write_text("3.mkv\na.m3u\n./b.m3u\n")
    result = expand([str(tmp_path / "a.m3u")])
    assert relative(tmp_path, result.files) == ["1.mkv", "3.mkv", "2.mkv"]
    assert len(result.problems) == 2


@pytest.mark.timeout(30)
def test_playlists_that_multiply_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 500)
    for level in range(7):
        (tmp_path / f"{level}.m3u").write_text(f"{level + 1}.m3u\n" * 10)
    (tmp_path / "7.m3u").write_text("a.mkv\n" * 10)
    result = expand([str(tmp_path / "0.m3u")])
    assert len(result.files) == 500 and "more than 500" in result.problems[-1]
    (tmp_path / "7.m3u").write_text("#EXTM3U\n")
    result = expand([str(tmp_path / "0.m3u")])
    assert result.files == () and len(result.problems) == module.MOST_PROBLEMS


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "names no file"), (b"#EXTM3U\n", "names no file"), (b"\x00\x01", "no playlist"),
     (b"https://example.org/a.mkv\n", "no file on this computer")],
)
def test_useless_playlists_are_one_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "a.m3u").write_bytes(data)
    result = expand([str(tmp_path / "a.m3u")])
    assert result.files == () and len(result.problems) == 1 and words in result.problems[0]


def test_a_stream_in_pieces_is_one_file(tmp_path: Path) -> None:
    name = tmp_path / "a.m3u8"
    name.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n0.ts\n1.ts\n")
    assert expand([str(name)]).files == (str(name),)


def test_folders_that_contain_themselves_end(tmp_path: Path) -> None:
    put(tmp_path, "1.mkv")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert relative(tmp_path, expand([str(tmp_path)]).files) == ["1.mkv", "again/1.mkv"]


def test_stepping_stays_inside_the_list() -> None:
    files = Playlist(("a", "b", "c"), 1)
    assert files.current == "b"
    assert files.step(1) == Playlist(("a", "b", "c"), 2) and files.step(-1) == Playlist(("a", "b", "c"))
    assert files.at(2).step(1) is None and files.at(0).step(-1) is None  # type: ignore[union-attr]
    assert files.at(3) is None and files.at(-1) is None
    assert Playlist(()).current == "" and Playlist(()).step(1) is None
    with pytest.raises(ValueError):
        Playlist(("a",), 1)


@given(st.sets(st.integers(0, 7)), st.integers(0, 7), st.sampled_from([-1, 1]))
def test_vanished_files_are_skipped_and_told_once(there: set[int], index: int, direction: int) -> None:
    files = tuple(str(number) for number in range(8))
    found, problems = existing(Playlist(files, index), direction, lambda name: int(name) in there)
    walked = range(index, 8) if direction > 0 else range(index, -1, -1)
    first = next((number for number in walked if number in there), None)
    assert (found.index if found else None) == first
    gone = [number for number in walked if first is None or abs(number - index) < abs(first - index)]
    assert [problem.split()[0] for problem in problems] == [str(number) for number in gone]


def test_neighbours_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "10.mkv", "2.mkv", "1.mkv", "3.txt", "folder.mkv/x")
    found = with_neighbours(str(tmp_path / "2.mkv"))
    assert relative(tmp_path, found.files) == ["1.mkv", "2.mkv", "10.mkv"] and found.index == 1
    odd = with_neighbours(str(tmp_path / "3.txt"))
    assert relative(tmp_path, odd.files) == ["1.mkv", "2.mkv", "3.txt", "10.mkv"] and odd.index == 2
    monkeypatch.chdir(tmp_path)
    assert with_neighbours("2.mkv") == Playlist(("1.mkv", "2.mkv", "10.mkv"), 1)
    assert with_neighbours("/no/such/place/a.mkv") == Playlist(("/no/such/place/a.mkv",))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.MKV", FileKind.VIDEO),
        ("a.webm", FileKind.VIDEO),
        ("a.ass", FileKind.SUBTITLES),
        ("a.sup", FileKind.SUBTITLES),
        ("a.glsl", FileKind.SHADER),
        ("a.hook", FileKind.SHADER),
        ("a.M3U8", FileKind.PLAYLIST),
        ("mkv", FileKind.UNKNOWN),
        ("a.txt", FileKind.UNKNOWN),
    ],
)
def test_kinds(tmp_path: Path, name: str, kind: FileKind) -> None:
    assert kind_of(name) is kind
    assert partial(kind_of, str(tmp_path))() is FileKind.FOLDER
