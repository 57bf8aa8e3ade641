"""`anime4k shaders`: list, show, lint, with their exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from anime4k.cli.main import main
from anime4k.modes.pack import pack_files

GOOD = "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC copy\nvec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"

RICH = """//!PARAM mode
//!DESC which way
//!TYPE ENUM int
soft
hard

//!PARAM amount
//!TYPE float
//!MINIMUM 0
//!MAXIMUM 2
0.5

//!TEXTURE lut
//!SIZE 2 1
//!FORMAT r8
//!FILTER LINEAR
00ff

//!BUFFER state
//!VAR uint counter
//!STORAGE

//!HOOK LUMA
//!BIND HOOKED
//!BIND lut
//!BIND state
//!SAVE wide
//!DESC first \x1b[31mpass
//!WIDTH LUMA.w 2 *
//!WHEN amount mode + 0 >
//!COMPUTE 16 8
void hook() { imageStore(out_image, ivec2(0), vec4(0)); }

//!HOOK MAIN
//!BIND wide
vec4 hook() { return wide_tex(wide_pos); }
"""


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    path = tmp_path / "rich.glsl"
    path.write_text(RICH)
    return path


def test_list_names_every_file_of_the_pack(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shaders", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [path.stem for path in pack_files()]
    # Each says what it is for: the first sentence of its header, which may go on in the next line.
    about = dict(line.split(maxsplit=1) for line in lines)
    assert about["a4k-darken"] == "bolder ink lines, and nothing but ink lines."
    assert about["a4k-push-2019"].endswith("better choice for watching.")
    assert all(text.endswith(".") for text in about.values())


def test_show_says_what_a_file_declares(rich: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shaders", "show", str(rich)]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        str(rich),
        "2 passes, hooked at LUMA, MAIN",
        "param    mode = soft (one of soft, hard): which way",
        "param    amount = 0.5 (a number from 0 to 2)",
        "texture  lut: 2 x 1 texels of r8, 2 bytes",
        "buffer   state: storage, 1 members, 4 bytes",
        "pass 1   first \\x1b[31mpass: line 23; LUMA; reads HOOKED, lut, state; saves wide; "
        "size [LUMA.w 2 *] x [HOOKED.h]; compute 16 x 8; when amount mode + 0 >",
        "pass 2   line 34; MAIN; reads wide; changes the picture",
    ]


def test_show_knows_the_pack_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    first = pack_files()[0]
    for name in (first.stem, first.name):
        assert main(["shaders", "show", name]) == 0
        assert capsys.readouterr().out.splitlines()[0] == str(first)


def test_lint_of_good_files_is_silent_but_for_the_count(rich: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shaders", "lint", str(rich), str(rich), "--strict"]) == 0
    assert capsys.readouterr().out == "2 files, 0 errors, 0 remarks\n"


def test_lint_remarks_are_no_failure_unless_strict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "odd.glsl"
    path.write_text(GOOD.replace("MAIN", "MIAN"))
    assert main(["shaders", "lint", str(path)]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"remark: {path}:1: ") and "did you mean MAIN?" in first
    assert last == "1 file, 0 errors, 1 remark"
    assert main(["shaders", "lint", "--strict", str(path)]) == 1


def test_lint_goes_on_after_an_error(tmp_path: Path, rich: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.glsl"
    path.write_text("//!HOOK MAIN\n//!WDTH 2\n" + GOOD)
    assert main(["shaders", "lint", str(path), str(rich)]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"error: {path}:2: ") and "did you mean WIDTH?" in first
    assert last == "2 files, 1 error, 0 remarks"


@pytest.mark.parametrize(
    "arguments", [["show", "a4k-no-such"], ["lint", "no/such/file.glsl"], ["show"], ["lint"], [], ["fix"]]
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shaders", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1 and captured.err.startswith("anime4k: ")


def test_show_of_a_broken_file_fails_with_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.glsl"
    path.write_text("//!HOOK MAIN\n//!OFFSET 1\n")
    assert main(["shaders", "show", str(path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"anime4k: {path}:2: OFFSET takes two numbers or ALIGN")
