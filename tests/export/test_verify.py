"""An export in a real mpv: keys are pressed, and mpv says what it drew."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from anime4k.cli.main import main
from anime4k.errors import MediaError
from anime4k.export.config import bindings, shader_names
from anime4k.export.verify import Limits, verify
from anime4k.hooks.parse import parse_file
from anime4k.modes.table import Quality, find_mode

CLIP = Path(__file__).resolve().parents[2] / "anime4k" / "demo" / "demo.mkv"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What someone has who copies the folder into an empty configuration."""
    missing = [program for program in ("mpv", "Xvfb") if shutil.which(program) is None]
    if missing and not os.environ.get("ANIME4K_REQUIRE_PEERS"):
        pytest.skip(f"needs {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("config")
    assert main(["export-mpv", str(folder), "--target", "mpv"]) == 0
    return folder


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window opens on a display of its own, also on a desktop."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.mark.timeout(600)
def test_every_key_gives_its_mode(exported: Path) -> None:
    files = [parse_file(exported / "shaders" / f"{name}.glsl") for name in shader_names()]
    rows = bindings(Quality.FAST)
    report = verify(exported, [row.key for row in rows], files, CLIP, size=(800, 450))
    assert report.output == "gpu" and report.errors == ()
    for expected, row in zip(rows, report.rows, strict=True):
        assert row.trigger == expected.key
        assert row.shaders == expected.mode.shaders and row.errors == ()
        assert bool(sum(row.drawn)) == bool(expected.mode.shaders)


@pytest.mark.timeout(300)
def test_a_shader_that_does_not_compile_is_reported_with_its_mode(
    tmp_path: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(exported, folder)
    name = next(name for name in find_mode("b").shaders if name not in find_mode("c").shaders)
    (folder / "shaders" / f"{name}.glsl").write_text(
        "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC broken\nvec4 hook() { retrn vec4(0); }\n"
    )
    files = [parse_file(folder / "shaders" / f"{name}.glsl") for name in shader_names()]
    report = verify(folder, ["Ctrl+3", "Ctrl+2"], files, CLIP, size=(800, 450))
    assert report.rows[0].errors == () and any("error: syntax error" in message for message in report.rows[1].errors)


def test_a_key_that_is_not_bound_is_seen(exported: Path, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    shutil.copytree(exported, folder)
    (folder / "input.conf").write_text("")
    report = verify(folder, ["Ctrl+1"], [], CLIP, size=(320, 180))
    assert report.rows[0].shaders == ()


@pytest.mark.timeout(120)
def test_settings_of_the_user_do_not_disturb(exported: Path, tmp_path: Path) -> None:
    folder, quitter = tmp_path / "odd", tmp_path / "quit.lua"
    shutil.copytree(exported, folder)
    quitter.write_text('mp.add_timeout(1, function() mp.command("quit") end)\n')
    (folder / "scripts").mkdir()
    shutil.copy(quitter, folder / "scripts")
    options = (
        "fullscreen=yes", "pause=yes", "window-maximized=yes", "window-minimized=yes", "input-default-bindings=no",
        f"script={quitter}", "really-quiet=yes", "autofit=90%", "save-position-on-quit=yes", "vo=null", "end=0.2",
        "keep-open=yes", "idle=yes", f"watch-later-directory={tmp_path / 'later'}",
    )  # fmt: skip
    own = (folder / "mpv.conf").read_text()
    (folder / "mpv.conf").write_text("\n".join(options) + "\n" + own)
    files = [parse_file(folder / "shaders" / f"{name}.glsl") for name in shader_names()]
    report = verify(folder, ["Ctrl+3", "Ctrl+0"], files, CLIP, size=(800, 450))
    assert report.errors == () and report.output == "gpu"
    assert report.rows[0].shaders == find_mode("c-fast").shaders and sum(report.rows[0].drawn) > 0
    assert report.rows[1].shaders == () and report.rows[1].errors == ()
    assert not (tmp_path / "later").exists()


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("exec sleep 50", "did not run the script"),
        ("kill -SEGV $$", "ended before it had shown every mode"),
        ("exit 0", "ended before it had shown every mode"),
    ],
)
def test_a_program_that_does_nothing_is_not_waited_for(exported: Path, tmp_path: Path, code: str, words: str) -> None:
    program = tmp_path / "player"
    program.write_text(f"#!/bin/sh\n{code}\n")
    program.chmod(0o755)
    with pytest.raises(MediaError, match=words):
        verify(exported, ["Ctrl+1"], [], CLIP, program=str(program), limits=Limits(start_s=2))


@pytest.mark.timeout(60)
def test_every_mode_together_has_a_limit(exported: Path, tmp_path: Path) -> None:
    program = tmp_path / "player"
    program.write_text('#!/bin/sh\nfor a; do case $a in *-report=*) : > "${a##*=}";; esac; done\nexec sleep 50\n')
    program.chmod(0o755)
    with pytest.raises(MediaError, match="within 3 s"):
        verify(exported, ["Ctrl+1"], [], CLIP, program=str(program), limits=Limits(start_s=1, total_s=3))


STANDS_STILL = """#!/bin/sh
for a; do case $a in *-report=*) : > "${a##*=}";; esac; done
[ -e "$0.stood" ] || { : > "$0.stood"; exec sleep 100; }
"""
DOES_NOT_END = """#!/bin/sh
mpv "$@"
exec sleep 100
"""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("code", [STANDS_STILL + 'exec mpv "$@"\n', DOES_NOT_END], ids=["at first", "at the end"])
def test_an_mpv_that_stands_still_once_is_no_fault_of_the_export(exported: Path, tmp_path: Path, code: str) -> None:
    program = tmp_path / "player"
    program.write_text(code)
    program.chmod(0o755)
    files = [parse_file(exported / "shaders" / f"{name}.glsl") for name in shader_names()]
    limits = Limits(still_s=15, end_s=1)
    report = verify(exported, ["Ctrl+3"], files, CLIP, size=(320, 180), program=str(program), limits=limits)
    shown = [(row.trigger, row.shaders, row.errors) for row in report.rows]
    assert shown == [("Ctrl+3", find_mode("c-fast").shaders, ())]


@pytest.mark.timeout(60)
def test_an_mpv_that_stands_still_twice_is_not_waited_for(exported: Path, tmp_path: Path) -> None:
    program = tmp_path / "player"
    program.write_text(STANDS_STILL + "exec sleep 100\n")
    program.chmod(0o755)
    with pytest.raises(MediaError, match="stood still for 2 s, twice"):
        verify(exported, ["Ctrl+1"], [], CLIP, program=str(program), limits=Limits(still_s=2))


def test_without_mpv_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no-such-mpv is not installed"):
        verify(tmp_path, ["Ctrl+1"], [], CLIP, program="no-such-mpv")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("size", "letters"),
    [((640, 360), "off"), ((704, 396), "lite"), ((1280, 720), "b-fast")],
)
def test_the_mode_auto_follows_the_window(exported: Path, tmp_path: Path, size: tuple[int, int], letters: str) -> None:
    folder = tmp_path / "auto"
    assert main(["export-mpv", str(folder), "--target", "mpv", "--start", "auto"]) == 0
    report = verify(folder, ["start"], [], CLIP, size=size)
    assert report.errors == () and report.rows[0].shaders == find_mode(letters).shaders
