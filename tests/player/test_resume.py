"""What the player remembers between two starts."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anime4k.errors import OutputError
from anime4k.player.files import resume
from anime4k.player.files.folders import save_mode, saved_mode
from anime4k.player.files.places import config_folder, state_folder
from anime4k.player.files.resume import Remembered, forget, recall, remember, worth_remembering
from anime4k.player.files.store import read_table, with_row

LEFT = Remembered(
    position=754.567, audio=2, subtitles=None, secondary=3, audio_delay=-0.2, subtitle_delay=1.5, mode="c+a-hq",
    tracks_chosen=True,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture()
def video(tmp_path: Path) -> str:
    """A file that can be remembered."""
    path = tmp_path / "videos" / "Épisode 1.mkv"
    path.parent.mkdir()
    path.write_bytes(b"video")
    return str(path)


def test_what_was_remembered_is_recalled(tmp_path: Path, video: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert recall(tmp_path / "state", video) == (None, "")
    remember(tmp_path / "state", video, LEFT)
    assert recall(tmp_path / "state", video) == (LEFT, "")
    monkeypatch.chdir(os.path.dirname(video))
    assert recall(tmp_path / "state", "./Épisode 1.mkv") == (LEFT, "")
    forget(tmp_path / "state", video)
    assert recall(tmp_path / "state", video) == (None, "")


def test_another_file_under_the_same_name_starts_anew(tmp_path: Path, video: str) -> None:
    remember(tmp_path, video, LEFT)
    Path(video).write_bytes(b"another video")
    assert recall(tmp_path, video) == (None, "")


def test_a_touched_file_starts_anew(tmp_path: Path, video: str) -> None:
    remember(tmp_path, video, LEFT)
    os.utime(video, (1, 1))
    assert recall(tmp_path, video) == (None, "")


def test_the_table_does_not_tell_what_was_watched(tmp_path: Path, video: str) -> None:
    remember(tmp_path, video, LEFT)
    text = (tmp_path / resume.FILE_NAME).read_text()
    assert "pisode" not in text and "videos" not in text


def test_files_that_cannot_be_known_again_are_passed_over(tmp_path: Path) -> None:
    for name in ("/no/such/file.mkv", "https://example.org/a.mkv", "nul\0byte"):
        remember(tmp_path, name, LEFT)
        forget(tmp_path, name)
        assert recall(tmp_path, name) == (None, "")
    assert not (tmp_path / resume.FILE_NAME).exists()


def test_the_oldest_entries_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resume, "MOST_FILES", 3)
    files = [tmp_path / f"{number}.mkv" for number in range(5)]
    for file in files:
        file.write_bytes(b"")
        remember(tmp_path, str(file), LEFT)
        remember(tmp_path, str(files[0]), LEFT)  # used again and again: stays
    known = [file.stem for file in files if recall(tmp_path, str(file))[0]]
    assert known == ["0", "3", "4"]


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"rows": 5}', b'{"rows": []}', b"[" * 100_000, b'{"rows": {"a": '],
)
def test_a_damaged_table_counts_as_empty_and_is_written_anew(tmp_path: Path, video: str, data: bytes) -> None:
    (tmp_path / resume.FILE_NAME).write_bytes(data)
    known, problem = recall(tmp_path, video)
    assert known is None and "damaged" in problem and problem.count(". ") == 0
    remember(tmp_path, video, LEFT)
    assert recall(tmp_path, video) == (LEFT, "")


@given(row=st.dictionaries(st.sampled_from([*Remembered.__dataclass_fields__, "other"]), JSON))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_any_row_is_read_or_left_out(tmp_path: Path, row: dict[str, object]) -> None:
    file = tmp_path / "a.mkv"
    file.write_bytes(b"") if not file.exists() else None
    remember(tmp_path, str(file), LEFT)
    path = tmp_path / resume.FILE_NAME
    content = json.loads(path.read_text())
    (name,) = content["rows"]
    content["rows"] = {name: row, "x": 3}
    path.write_text(json.dumps(content))
    known, problem = recall(tmp_path, str(file))
    assert problem == ""
    if known is not None:
        assert 0.0 <= known.position <= 1e9 and abs(known.audio_delay) <= 1e9
        assert known.audio is None or known.audio > 0
        assert isinstance(known.mode, str) and isinstance(known.tracks_chosen, bool)
        remember(tmp_path, str(file), known)
        assert recall(tmp_path, str(file))[0] == known


def test_a_failed_write_leaves_the_old_table(tmp_path: Path, video: str, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(tmp_path, video, LEFT)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        forget(tmp_path, video)
    monkeypatch.undo()
    assert recall(tmp_path, video) == (LEFT, "")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [resume.FILE_NAME]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path, video: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="nothing is remembered"):
        remember(tmp_path / "file", video, LEFT)
    assert recall(tmp_path / "file", video)[0] is None


@pytest.mark.parametrize(
    ("position", "duration", "worth"),
    [(4.9, 1440.0, False), (5.0, 1440.0, True), (1396.0, 1440.0, True), (1397.0, 1440.0, False), (100.0, None, True),
     (float("nan"), None, False), (5.0, 5.0, False)],
)
def test_positions_worth_remembering(position: float, duration: float | None, worth: bool) -> None:
    assert worth_remembering(position, duration) is worth


def test_a_mode_belongs_to_one_folder(tmp_path: Path, video: str) -> None:
    state = tmp_path / "state"
    assert saved_mode(state, video) == ("", "")
    save_mode(state, video, "b-hq")
    other = str(Path(video).with_name("Épisode 2.mkv"))
    assert saved_mode(state, other) == ("b-hq", "")
    assert saved_mode(state, str(tmp_path / "film.mkv")) == ("", "")
    save_mode(state, other, "a")
    assert saved_mode(state, video) == ("a", "")
    save_mode(state, video, None)
    assert saved_mode(state, video) == ("", "")


def test_a_damaged_table_of_folders_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folders.json").write_text("oops")
    mode, problem = saved_mode(tmp_path, "/v/a.mkv")
    assert mode == "" and "damaged" in problem
    save_mode(tmp_path, "/v/a.mkv", "a")
    assert saved_mode(tmp_path, "/v/b.mkv") == ("a", "")


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=20), st.integers(1, 4))
def test_tables_are_bounded_and_the_newest_stay(changes: list[tuple[str, bool]], limit: int) -> None:
    rows: dict[str, object] = {}
    expected: list[str] = []
    for name, keep in changes:
        rows = dict(with_row(rows, name, {} if keep else None, limit))  # type: ignore[arg-type]
        expected = ([*[old for old in expected if old != name], name] if keep
                    else [old for old in expected if old != name])[-limit:]
        assert list(rows) == expected


def test_a_missing_table_is_empty(tmp_path: Path) -> None:
    assert read_table(tmp_path / "none.json").rows == {}


def test_the_folders_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANIME4K_CONFIG_DIR", str(tmp_path / "c"))
    monkeypatch.setenv("ANIME4K_STATE_DIR", str(tmp_path / "s"))
    assert (config_folder(), state_folder()) == (tmp_path / "c", tmp_path / "s")
    monkeypatch.delenv("ANIME4K_CONFIG_DIR")
    assert config_folder().name == "anime4k"
