"""What an export consists of, for every player."""

from __future__ import annotations

import json
import re
from pathlib import Path, PureWindowsPath

import pytest

from anime4k.errors import UsageError
from anime4k.export.config import Request, bindings, chains, exported_files, shader_names
from anime4k.export.target import Target
from anime4k.hooks.params import resolve_overrides
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.modes.pack import locate
from anime4k.modes.table import OFF, Mode, Quality, find_mode


def request(
    target: Target,
    folder: str = "/home/someone/config",
    *,
    opts: tuple[tuple[str, str], ...] = (),
    quality: Quality = Quality.FAST,
    start: Mode = OFF,
    bake: bool = False,
) -> Request:
    files = [parse_file(locate(name)) for name in shader_names()]
    values, messages = resolve_overrides(files, opts)
    assert not messages
    return Request(
        target=target, folder=Path(folder), files=files, values=values, quality=quality, start=start, bake=bake
    )


def texts(made: Request) -> dict[str, str]:
    return {str(file.path): file.text for file in exported_files(made)}


def bound(text: str) -> dict[str, list[str]]:
    """Key -> names of the shaders that it sets, from the lines of an input.conf."""
    found = {}
    for line in text.splitlines():
        match = re.fullmatch(r'(\S+) no-osd change-list glsl-shaders (set|clr) "([^"]*)"; show-text "[^"]+"', line)
        assert match, line
        paths = re.split("[:;]", match[3]) if match[2] == "set" else []
        found[match[1]] = [path.rpartition("/")[2].removesuffix(".glsl") for path in paths]
    return found


def profiles(text: str) -> dict[str, list[str]]:
    """Profile -> names of its shaders, from the lines of an mpv.conf, read as mpv reads them."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in text.splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif line.startswith("glsl-shaders="):
            found[current] = [line.rpartition("/")[2].removesuffix(".glsl")]
        elif line.startswith("glsl-shaders-append="):
            found[current].append(line.rpartition("/")[2].removesuffix(".glsl"))
    return found


@pytest.mark.parametrize("target", Target)
def test_every_mode_names_files_that_are_exported(target: Target) -> None:
    files = texts(request(target))
    shaders = {Path(name).stem for name in files if name.endswith(".glsl")}
    named: list[dict[str, list[str]]] = []
    if "mpv.conf" in files:
        named.append(profiles(files["mpv.conf"]))
        assert set(named[-1]) == {f"anime4k-{mode.name}" for mode in chains()}
    for name in {"input.conf", "anime4k.conf"} & set(files):
        named.append(bound(files[name]))
    if "shader_pack/pack.json" in files:
        pack = json.loads(files["shader_pack/pack.json"])["profiles"]
        named.append({name: [file.removesuffix(".glsl") for file in row["shaders"]] for name, row in pack.items()})
        assert named[-1] == {f"anime4k-{mode.name}": list(mode.shaders) for mode in chains()}
    assert named
    assert {name for table in named for chain in table.values() for name in chain} <= shaders


def test_the_keys_are_those_that_people_know() -> None:
    keys = bound(texts(request(Target.MPV))["input.conf"])
    for number, letters in enumerate(("a", "b", "c", "a+a", "b+b", "c+a"), 1):
        assert keys[f"CTRL+{number}"] == list(find_mode(f"{letters}-fast").shaders)
        assert keys[f"CTRL+ALT+{number}"] == list(find_mode(f"{letters}-hq").shaders)
    assert keys["CTRL+0"] == []
    swapped = bound(texts(request(Target.MPV, quality=Quality.HQ))["input.conf"])
    assert swapped["CTRL+1"] == list(find_mode("a-hq").shaders)
    assert swapped["CTRL+ALT+1"] == list(find_mode("a-fast").shaders)
    assert [row.mode for row in bindings(Quality.FAST)][-1] is OFF


@pytest.mark.parametrize(("target", "separator"), [(Target.MPV, ":"), (Target.MPV_WINDOWS, ";")])
def test_lists_have_the_separator_of_the_system(target: Target, separator: str) -> None:
    line = texts(request(target))["input.conf"].splitlines()[0]
    listed = line.split('"')[1].split(separator)
    assert all(path.startswith("~~/shaders/a4k-") and path.endswith(".glsl") for path in listed)
    assert len(listed) == len(find_mode("a-fast").shaders)


def test_players_that_do_not_know_their_folder_get_whole_paths() -> None:
    files = texts(request(Target.PLEX, "/home/someone/Plex HTPC"))
    assert "glsl-shaders=/home/someone/Plex HTPC/shaders/a4k-" in files["mpv.conf"]
    with pytest.raises(UsageError, match="':'"):
        exported_files(request(Target.IINA, "/volumes/a:b"))
    # A comment to the end of the line, in mpv.conf.
    with pytest.raises(UsageError, match="'#'"):
        exported_files(request(Target.PLEX, "/home/someone/#1"))


def test_lines_behind_our_part_of_mpv_conf_belong_to_no_profile() -> None:
    text = texts(request(Target.MPV, start=find_mode("a-hq")))["mpv.conf"]
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines[-2:] == ["[default]", "profile=anime4k-a-hq"]


def test_parameters_are_options_or_written_into_the_files() -> None:
    opts = (("a4k-restore-cnn-m/strength", "17"),)
    files = texts(request(Target.MPV, opts=opts))
    assert "glsl-shader-opts=a4k-restore-cnn-m/strength=17" in files["mpv.conf"].splitlines()
    assert files["shaders/a4k-restore-cnn-m.glsl"] == locate("a4k-restore-cnn-m").read_text(encoding="utf-8")

    baked = texts(request(Target.MPV, opts=opts, bake=True))
    assert "\nglsl-shader-opts=" not in baked["mpv.conf"]
    file = parse_text(baked["shaders/a4k-restore-cnn-m.glsl"], "a4k-restore-cnn-m.glsl")
    assert file.params == () and all("#define strength 17\n" in decl.body for decl in file.passes)

    pack = json.loads(texts(request(Target.JELLYFIN, opts=opts))["shader_pack/pack.json"])
    group = pack["setting-groups"][pack["default-setting-groups"][0]]
    assert group["settings"] == [["glsl_shader_opts", "a4k-restore-cnn-m/strength=17"]]


def test_the_licence_stays_in_baked_files() -> None:
    text = texts(request(Target.MPV, bake=True))["shaders/a4k-restore-cnn-m.glsl"]
    assert "MIT License" in text[: text.index("//!")]


def test_windows_paths_are_written_with_slashes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = request(Target.PLEX)
    object.__setattr__(made, "folder", PureWindowsPath("C:\\Users\\x\\Plex"))
    assert "glsl-shaders=C:/Users/x/Plex/shaders/a4k-" in texts(made)["mpv.conf"]
