"""Keys in a file: what is read, what is written, and what is said about the rest."""

from __future__ import annotations

import dataclasses
import typing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anime4k.errors import OutputError, UsageError
from anime4k.player import commands as do
from anime4k.player.keys.bindings import DEFAULT_BINDINGS, Binding, by_key
from anime4k.player.keys.inputconf import MOST_PROBLEMS, Keys, load, parse, template, text_of, write_template
from anime4k.player.keys.keynames import NAMED_KEYS, key_name, written
from anime4k.player.keys.vocabulary import ALSO, BEGINNINGS, FIXED, FORMS, Form, Value
from anime4k.player.keys.wording import command_of, command_text

FLOATS = st.floats(-1e6, 1e6).map(lambda value: value + 0.0)
"""Without the negative zero, which is equal to the positive one and reads the same."""
VALUES: dict[Value, st.SearchStrategy[object]] = {
    Value.NUMBER: FLOATS,
    Value.FACTOR: st.floats(1e-6, 1e6),
    Value.TIME: FLOATS,
    Value.WHOLE: st.integers(-1000, 1000),
    Value.DIRECTION: st.sampled_from([1, -1]),
    Value.TRACK: st.none() | st.integers(1, 99),
    Value.PLACE: st.integers(0, 99),
    Value.MODE: st.sampled_from(["a", "c+a", "auto", "off"]),
    Value.MODE_OR_NO: st.sampled_from([None, "a", "b+b-hq", "auto"]),
    Value.PANEL: st.sampled_from(do.Panel),
    Value.PATH: st.text(min_size=1, max_size=12),
    Value.PATHS: st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=3).map(tuple),
    Value.ABSOLUTE: st.booleans(),
    Value.WORD: st.text(st.sampled_from("abcXYZ_09"), min_size=1, max_size=9),
    Value.SETTING: st.none() | FLOATS,
}


def made(form: Form) -> st.SearchStrategy[do.Command]:
    """Every command that a form can make."""
    fields = {name: st.just(value) for name, value in form.fixed}
    fields |= {argument.field: VALUES[argument.value] for argument in form.arguments}
    return st.builds(form.command, **fields)


COMMANDS = st.one_of(st.sampled_from([command for _, command in FIXED]), *(made(form) for form in FORMS))
CHARACTERS = st.characters(categories=("Lu", "Ll", "Nd", "Po", "Sm"), max_codepoint=0x17F)
PLAIN = CHARACTERS.filter(lambda letter: key_or_none(letter) == letter)


def key_or_none(text: str) -> str | None:
    try:
        return key_name(text)
    except UsageError:
        return None


KEYS = st.tuples(
    st.lists(st.sampled_from(["Ctrl+", "Alt+", "Meta+"]), unique=True).map(
        lambda held: "".join(prefix for prefix in ("Ctrl+", "Alt+", "Meta+") if prefix in held)
    ),
    st.sampled_from(sorted(NAMED_KEYS)) | PLAIN,
).map("".join)


# -- keys ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a", "a"),
        ("A", "A"),
        ("Shift+a", "A"),
        ("shift+ö", "Ö"),
        ("ctrl+LEFT", "Ctrl+LEFT"),
        ("CTRL+1", "Ctrl+1"),
        ("Shift+Ctrl+Right", "Ctrl+Shift+RIGHT"),
        ("Shift+Ctrl+s", "Ctrl+S"),
        ("meta+alt+ctrl+F5", "Ctrl+Alt+Meta+F5"),
        ("Ctrl++", "Ctrl++"),
        ("Alt++", "Alt++"),
        ("+", "+"),
        ("SHARP", "#"),
        ("Ctrl+SHARP", "Ctrl+#"),
        ("Space", "SPACE"),
        ("pgdn", "PGDWN"),
        ("KP_ENTER", "ENTER"),
        ("KP7", "7"),
        ("KP_ADD", "+"),
        ("MOUSE_BTN2", "MBTN_RIGHT"),
        ("MOUSE_BTN3", "WHEEL_UP"),
        ("AXIS_LEFT", "WHEEL_LEFT"),
        ("mouse_btn0_dbl", "MBTN_LEFT_DBL"),
        ("日", "日"),
    ],
)
def test_names_of_keys(text: str, key: str) -> None:
    assert key_name(text) == key
    assert key_name(written(key)) == key


@pytest.mark.parametrize(
    "text", ["", "Ctrl+", "LEFTY", "F25", "Shift+1", "Ctrl+Shift+=", "g-p", "Hyper+a", "MBTN9", "ab", "\x07"]
)
def test_keys_that_do_not_exist(text: str) -> None:
    with pytest.raises(UsageError):
        key_name(text)


def test_every_default_key_has_the_name_that_the_window_reports() -> None:
    for row in DEFAULT_BINDINGS:
        for key in row.keys:
            assert key_name(key) == key


# -- words ---------------------------------------------------------------------------------------------


def test_the_tables_fit_the_commands() -> None:
    for form in FORMS:
        names = {name for name, _ in form.fixed} | {argument.field for argument in form.arguments}
        assert names == {field.name for field in dataclasses.fields(form.command)}, form.words
    worded = {type(command) for _, command in FIXED} | {form.command for form in FORMS}
    assert set(typing.get_args(do.Command)) - worded == {do.Scrub}
    texts = [text for text, _ in FIXED] + [form.words for form in FORMS]
    assert len(texts) == len(set(texts))
    for target in (*ALSO.values(), *BEGINNINGS.values()):
        command_of(target.split())


@given(COMMANDS)
def test_every_command_is_read_as_it_was_written(command: do.Command) -> None:
    keys = parse(f"F1 {command_text(command)}")
    assert keys.problems == ()
    assert [row.command for row in keys.bindings] == [command]


def test_commands_of_the_mouse_have_no_words() -> None:
    with pytest.raises(ValueError):
        command_text(do.Scrub(1.0))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        # what mpv's own file says
        ("no-osd seek  1 exact", do.Seek(1.0)),
        ("seek 0 absolute", do.Seek(0.0, absolute=True)),
        ("seek 10 absolute+exact", do.Seek(10.0, absolute=True)),
        ("seek -1:30 relative exact", do.Seek(-90.0)),
        ("seek 5 - exact", do.Seek(5.0)),
        ("no-osd sub-seek -1", do.SubtitleSeek(-1)),
        ("add video-pan-x  0.1", do.Pan(0.1, 0.0)),
        ("add video-pan-y -0.1", do.Pan(0.0, -0.1)),
        ("add video-zoom   0.1", do.Zoom(0.1)),
        ("set video-zoom 0 ; set video-pan-x 0 ; set video-pan-y 0", do.ResetView()),
        ("add chapter 1", do.ChapterStep(1)),
        ("multiply speed 1/1.1", do.ScaleSpeed(1 / 1.1)),
        ("set speed 1.0", do.SetSpeed(1.0)),
        ("cycle pause; show-text \"paused\"", do.TogglePause()),
        ("no-osd cycle-values osd-level 3 1", do.CycleOsdLevel()),
        ("script-binding stats/display-stats", do.ShowStatistics()),
        ("script-binding stats/display-stats-toggle", do.ShowStatistics(stay=True)),
        ("add sub-delay +0.1", do.ChangeSubtitleDelay(0.1)),
        ("add audio-delay -0.100", do.ChangeAudioDelay(-0.1)),
        ("add sub-scale +0.1", do.ScaleSubtitles(0.1)),
        ("add sub-pos -1", do.MoveSubtitles(1.0)),
        ("add volume -2", do.ChangeVolume(-2.0)),
        ("add contrast -1", do.Adjust(do.PictureControl.CONTRAST, -1)),
        ("set gamma 0", do.SetAdjust(do.PictureControl.GAMMA, 0)),
        ("set current-window-scale 0.5", do.ScaleWindow(0.5)),
        ('cycle-values sub-ass-override "force" "no"', do.CycleSubtitleStyle()),
        ('cycle-values video-aspect-override "16:9" "4:3" "2.35:1" "-1"', do.CycleAspect()),
        ('cycle-values loop-file "inf" "no"', do.ToggleLoopFile()),
        ("cycle sub down", do.CycleSubtitles(-1)),
        ("cycle audio", do.CycleAudio(1)),
        ("screenshot each-frame", do.ToggleScreenshots()),
        ("add panscan +0.1", do.ChangePanscan(0.1)),
        ("show-text ${playlist}", do.TogglePanel(do.Panel.PLAYLIST)),
        ("set sid no", do.SelectSubtitles(None)),
        ("set aid 2", do.SelectAudio(2)),
        ("quit-watch-later", do.Quit(remember=True)),
        ("quit 4", do.Quit()),
        ("playlist-next force", do.PlaylistStep(1)),
        ("{default} cycle mute", do.ToggleMute()),
        # our own
        ("mode a", do.SelectMode("a")),
        ("mode AA", do.SelectMode("a+a")),
        ("mode start", do.SelectStart()),
        ("compare split", do.ToggleSplit()),
        ("compare against b-hq", do.SplitAgainst("b-hq")),
        ("shader add 'my file.glsl' b.glsl", do.AddShaders(("my file.glsl", "b.glsl"))),
        ('sub-add "C:\\\\new \\"x\\".ass"', do.AddSubtitles('C:\\new "x".ass')),
        ("shader set 1 STRENGTH 0.5", do.SetParameter(0, "STRENGTH", 0.5)),
        ("shader set 2 STRENGTH default", do.SetParameter(1, "STRENGTH", None)),
        ("panel keys", do.TogglePanel(do.Panel.KEYS)),
    ],
)
def test_words(text: str, command: do.Command) -> None:
    keys = parse(f"F1 {text}")
    assert keys.problems == ()
    assert [row.command for row in keys.bindings] == [command]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("seek", "needs a time"),
        ("seek soon", "'soon' is none"),
        ("seek 5 sideways", "'sideways'"),
        ("seek inf", "out of range"),
        ("cycle wings", "'cycle' goes with pause, loop-file"),
        ("revert-seek mark", "'mark' is too much behind 'revert-seek'"),
        ("cycle sub sideways", "'sideways' is too much behind 'cycle sub'"),
        ("sekk 5", "perhaps 'seek'"),
        ("mode z", "there is no mode 'z'"),
        ("mode a-hq", "'cycle quality'"),
        ("add chapter 2", "1 or -1"),
        ("add contrast 1.5", "a whole number"),
        ("multiply speed 0", "not above 0"),
        ("multiply speed 1/0", "is none"),
        ("set aid -1", "too small"),
        ("panel moon", "only menu, tracks"),
        ("cycle pause; cycle mute", "one command only"),
        ("cycle pause; cycle wings", "one command only"),
        ("F2 quit", "there is no command 'f2'"),
        ("show-text hello", "messages of your own"),
        ("run rm x", "never started by a key"),
        ('no-osd change-list glsl-shaders set "a.glsl:b.glsl"; show-text "A"', "'mode a'"),
        ("add volume 1 2", "'2' is too much"),
        ('sub-add "a', "does not end"),
        ("", "there is no command behind the key"),
        ("no-osd", "there is no command behind the key"),
    ],
)
def test_wrong_lines_are_one_sentence_with_file_and_line(text: str, words: str) -> None:
    keys = parse(f"q quit\nF1 {text}\nf cycle pause\n", "my.conf")
    assert [row.keys for row in keys.bindings] == [("q",), ("f",)]
    (problem,) = keys.problems
    assert problem.startswith("my.conf:2: ") and words in problem
    assert "\n" not in problem and not problem.endswith(".")


# -- files ---------------------------------------------------------------------------------------------


def test_the_default_keys_are_read_as_they_were_written() -> None:
    assert parse(text_of(DEFAULT_BINDINGS)) == Keys(DEFAULT_BINDINGS)


@given(
    st.dictionaries(KEYS, st.tuples(COMMANDS, st.text(CHARACTERS, min_size=1, max_size=8), st.booleans()), max_size=5)
)
def test_any_bindings_are_read_as_they_were_written(rows: dict[str, tuple[do.Command, str, bool]]) -> None:
    bindings = [Binding((key,), *row) for key, row in rows.items()]
    keys = parse(text_of(bindings))
    assert keys.problems == ()
    expected = {key: (row.command, row.help, row.repeats) for key, row in by_key(bindings).items()}
    assert {key: (row.command, row.help, row.repeats) for key, row in by_key(keys.bindings).items()} == expected


def test_the_template_changes_nothing_until_a_line_is_uncommented() -> None:
    assert parse(template()) == Keys()
    lines = template().splitlines()
    (number,) = [number for number, line in enumerate(lines) if line.startswith("#Ctrl+1 ")]
    lines[number] = lines[number].removeprefix("#").replace("mode a ", "mode c ")
    keys = parse("\n".join(lines))
    assert [(row.keys, row.command) for row in keys.bindings] == [(("Ctrl+1",), do.SelectMode("c"))]


def test_a_file_changes_the_default_keys(tmp_path: Path) -> None:
    path = tmp_path / "input.conf"
    path.write_bytes(
        "\ufeff# mine\r\n\r\nq ignore\r\n  F5\tseek -10 # my help\r\nX {encode} quit\r\n"
        "X nonrepeatable seek 3\r\n".encode()
    )
    keys = load(path)
    assert keys.problems == ()
    table = by_key(keys.over(DEFAULT_BINDINGS))
    assert "q" not in table
    assert table["F5"] == Binding(("F5",), do.Seek(-10.0), "my help", repeats=True)
    assert table["X"] == Binding(("X",), do.Seek(3.0), "seek 3", repeats=False)
    assert table["Q"].command == do.Quit(remember=True)


def test_the_help_of_a_known_command_is_the_known_one() -> None:
    (row,) = parse("F5 cycle pause").bindings
    assert row.help == "pause or go on"


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "input.conf") == Keys()


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"q quit\n" * 200_000])
def test_files_that_hold_no_keys_are_one_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "input.conf"
    path.write_bytes(data)
    keys = load(path)
    assert keys.bindings == () and len(keys.problems) == 1 and str(path) in keys.problems[0]


def test_a_folder_in_place_of_the_file_is_one_sentence(tmp_path: Path) -> None:
    assert len(load(tmp_path).problems) == 1


def test_a_file_of_another_kind_does_not_fill_the_screen() -> None:
    keys = parse("lorem ipsum dolor\n" * 1000)
    assert len(keys.problems) == MOST_PROBLEMS + 1
    assert keys.problems[-1] == f"input.conf: {1000 - MOST_PROBLEMS} more lines are wrong and left out"


@pytest.mark.timeout(60)
@given(st.text(st.sampled_from("qF1+ \t#;\"'\\{}/cycle paus.5-\n\r\x85日"), max_size=60))
def test_any_text_is_read(text: str) -> None:
    keys = parse(text)
    assert len(keys.bindings) + len(keys.problems) <= text.count("\n") + 1


def test_the_template_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "input.conf"
    write_template(path)
    assert path.read_text(encoding="utf-8") == template()
    path.write_text("q ignore\n")
    with pytest.raises(OutputError, match="exists already"):
        write_template(path)
    assert path.read_text() == "q ignore\n"
