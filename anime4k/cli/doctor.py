"""`anime4k doctor`: what of this machine the player needs, whether it is there, and how to get it."""

from __future__ import annotations

import argparse
import enum
import importlib.util
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from anime4k import __version__
from anime4k.errors import Anime4kError, DisplayError, GLError, ShaderError
from anime4k.gl.device import Device
from anime4k.hooks.form import Form
from anime4k.hooks.parse import parse_file
from anime4k.media import codecs
from anime4k.modes.form_memory import FormMemory
from anime4k.modes.forms import Driver, Known
from anime4k.modes.pack import pack_directory, pack_files
from anime4k.modes.pairs import compute_form, digest_of
from anime4k.player.sound.devices import playback_devices
from anime4k.subtitles.fonts import Script, font_for
from anime4k.subtitles.library import LibassMissing, load

HELP = "check graphics, codecs, fonts and files: a verdict for each, and the fix"

EXAMPLES = """
anime4k doctor           everything, for people
anime4k doctor --json    the same for programs; the exit code is 1 when something needed is missing
"""

_DECODERS = ("h264", "hevc", "av1", "vp9", "mpeg2video", "aac", "opus", "flac", "ac3", "ass", "subrip")
_ENCODERS = ("libx264", "libx265", "libsvtav1", "ffv1", "png", "aac", "libopus")
_MODERN_GLSL = 430


class Verdict(enum.Enum):
    """How one check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes:
        name: what was checked.
        verdict: ok, works with a restriction, or something needed is missing.
        fact: what was found.
        fix: what the user can do, empty when nothing needs doing.
    """

    name: str
    verdict: Verdict
    fact: str
    fix: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Run all checks and print the findings."""
    findings = list(examine())
    failed = any(finding.verdict is Verdict.FAIL for finding in findings)
    if args.json:
        rows = [{**vars(finding), "verdict": finding.verdict.name.lower()} for finding in findings]
        print(json.dumps({"schema": 1, "healthy": not failed, "findings": rows}, indent=2))
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            print(f"{finding.verdict.value:<4}  {finding.name:<{width}}  {finding.fact}")
            if finding.fix:
                print(f"{'':<4}  {'':<{width}}  -> {finding.fix}")
    return 1 if failed else 0


def examine() -> Iterator[Finding]:
    """Every check in turn; one that breaks is a failed finding and does not stop the others."""
    for name, check in _CHECKS:
        try:
            yield from check()
        except Anime4kError as error:
            yield Finding(name, Verdict.FAIL, str(error))
        except Exception as error:  # drivers and libraries fail in ways of their own
            yield Finding(name, Verdict.FAIL, f"the check itself failed: {error}", "report this with the whole output")


def _software() -> Iterator[Finding]:
    yield Finding(
        "anime4k",
        Verdict.OK,
        f"{__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
    )


def _graphics() -> Iterator[Finding]:
    try:
        device = Device.standalone()
    except GLError as error:
        yield Finding("OpenGL", Verdict.FAIL, str(error), "Debian: apt install libegl1 libgl1 libgl1-mesa-dri")
        return
    try:
        info = device.info
        if info.is_software:
            yield Finding(
                "OpenGL",
                Verdict.WARN,
                f"{info.renderer}, OpenGL {info.version}",
                "the processor draws, which is fine for small pictures only; install the driver of your graphics card",
            )
        else:
            yield Finding("OpenGL", Verdict.OK, f"{info.renderer}, OpenGL {info.version}")
        if info.glsl >= _MODERN_GLSL and info.compute:
            yield Finding("GLSL", Verdict.OK, f"{info.glsl / 100:.2f} with compute shaders")
        else:
            yield Finding(
                "GLSL",
                Verdict.WARN,
                f"{info.glsl / 100:.2f}, no compute shaders",
                "shaders with COMPUTE passes are left out; a newer driver may bring OpenGL 4.3",
            )
        units = info.max_texture_units
        yield Finding(
            "texture limits",
            Verdict.OK if units >= 16 else Verdict.FAIL,
            f"{units} in one pass, up to {info.max_texture_size} pixels a side",
            "" if units >= 16 else "large networks read 16 textures at once; update the driver",
        )
        yield _formats(device)
    finally:
        device.release()


def _formats(device: Device) -> Finding:
    wanted = (("8 bit", 4, "f1"), ("16 bit", 1, "nu2"), ("16-bit float", 4, "f2"), ("32-bit float", 4, "f4"))
    missing = []
    for name, components, dtype in wanted:
        try:
            texture = device.ctx.texture((8, 8), components, dtype=dtype)
            framebuffer = device.ctx.framebuffer([texture])
            framebuffer.release()
            texture.release()
        except Exception:  # moderngl raises bare Exception
            missing.append(name)
    if missing:
        return Finding("formats", Verdict.FAIL, f"cannot draw into {', '.join(missing)} textures", "update the driver")
    return Finding("formats", Verdict.OK, "draws into " + ", ".join(name for name, _, _ in wanted) + " textures")


def _display() -> Iterator[Finding]:
    from anime4k.player.window import WindowSystem  # GLFW loads its library on import

    try:
        system = WindowSystem()
    except DisplayError:
        yield Finding(
            "display",
            Verdict.WARN,
            "none: no window can be opened",
            "run it in a desktop session to play; upscale works without, and 'play --demo' writes a picture instead",
        )
        return
    try:
        area = system.work_area()
        yield Finding("display", Verdict.OK, f"{area.width}x{area.height} for windows" if area.width else "present")
    finally:
        system.close()


def _codecs() -> Iterator[Finding]:
    for name, wanted, check, missing_verdict in (
        ("decoders", _DECODERS, codecs.has_decoder, Verdict.WARN),
        ("encoders", _ENCODERS, codecs.has_encoder, Verdict.WARN),
    ):
        missing = [codec for codec in wanted if not check(codec)]
        present = [codec for codec in wanted if codec not in missing]
        if missing:
            yield Finding(
                name,
                missing_verdict if present else Verdict.FAIL,
                f"{', '.join(present) or 'none'}; missing: {', '.join(missing)}",
                "install PyAV from its wheel: pip install --force-reinstall --only-binary av av",
            )
        else:
            yield Finding(name, Verdict.OK, f"{', '.join(present)} ({codecs.libraries()})")


def _sound() -> Iterator[Finding]:
    devices = playback_devices()
    if devices:
        yield Finding("sound", Verdict.OK, ", ".join(devices))
    else:
        yield Finding("sound", Verdict.WARN, "no device: videos play in silence", "connect one or start a sound server")


def _libass() -> Iterator[Finding]:
    try:
        yield Finding("libass", Verdict.OK, load().version)
    except LibassMissing as error:
        yield Finding(
            "libass",
            Verdict.WARN,
            f"not usable ({error}): subtitles are shown as plain text",
            "Debian: apt install libass9; macOS: brew install libass; elsewhere set ANIME4K_LIBASS to the library",
        )


def _fonts() -> Iterator[Finding]:
    scripts = (Script.LATIN, Script.JAPANESE, Script.KOREAN, Script.CHINESE)
    missing = [script.name.capitalize() for script in scripts if font_for(script) is None]
    if missing:
        yield Finding(
            "fonts",
            Verdict.WARN,
            f"none for {', '.join(missing)}: such titles and plain subtitles are not readable",
            "Debian: apt install fonts-dejavu-core fonts-noto-cjk",
        )
    else:
        yield Finding("fonts", Verdict.OK, ", ".join(script.name.capitalize() for script in scripts))


def _interface() -> Iterator[Finding]:
    if importlib.util.find_spec("imgui_bundle") is not None:
        yield Finding("interface", Verdict.OK, "Dear ImGui")
    else:
        yield Finding("interface", Verdict.WARN, "plain text: no menus and graphs", "pip install 'anime4k[interface]'")


def _pack() -> Iterator[Finding]:
    files = pack_files()
    if not files:
        yield Finding("shader pack", Verdict.FAIL, f"no shader in {pack_directory()}", "install the package again")
        return
    broken = []
    for path in files:
        try:
            parse_file(path)
        except ShaderError as error:
            broken.append(str(error))
    if broken:
        yield Finding("shader pack", Verdict.FAIL, "; ".join(broken), "install the package again")
    else:
        yield Finding("shader pack", Verdict.OK, f"{len(files)} in {pack_directory()}")


def _forms() -> Iterator[Finding]:
    twins = {path: twin for path in pack_files() if (twin := compute_form(path)) is not None}
    try:
        device = Device.standalone()
    except GLError:
        return  # said before
    try:
        driver, compute = Driver.of(device.info), device.compute
    finally:
        device.release()
    if not compute:
        yield Finding("forms", Verdict.OK, "networks are drawn as fragment passes, since there are no compute shaders")
        return
    known = FormMemory.of_user().of_driver(driver)
    texts = {path.stem: digest_of(path, twin) for path, twin in twins.items()}
    valid = [each for each in known if texts.get(each.name) == each.files]
    if not valid:
        yield Finding(
            "forms",
            Verdict.OK,
            "networks are drawn as fragment passes; whether compute passes are faster here was not measured",
            "anime4k bench --forms",
        )
        return
    for size in sorted({each.size for each in valid}):
        rows = [each for each in valid if each.size == size]
        facts = "; ".join(
            f"{form.value}: {', '.join(sorted(map(_ratio_text, found)))}"
            for form in (Form.COMPUTE, Form.FRAGMENT)
            if (found := [each for each in rows if each.race.winner is form])
        )
        yield Finding("forms", Verdict.OK, f"faster at {size[0]}x{size[1]}: {facts}")


def _ratio_text(known: Known) -> str:
    return f"{known.name} ({1.0 - known.race.gain:.2f})"


def _cache() -> Iterator[Finding]:
    for switch in ("MESA_SHADER_CACHE_DISABLE", "MESA_GLSL_CACHE_DISABLE"):  # the second is the older name
        if os.environ.get(switch, "").lower() in ("1", "true", "yes"):
            yield Finding(
                "shader cache",
                Verdict.WARN,
                f"switched off by {switch}: every start compiles all shaders again, and changes of mode while a film"
                " plays make it stumble",
                f"unset {switch}",
            )
            return
    if not sys.platform.startswith("linux"):
        yield Finding("shader cache", Verdict.OK, "kept by the driver")
        return
    named = os.environ.get("MESA_SHADER_CACHE_DIR")
    folder = Path(named) if named else platformdirs.user_cache_path()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if os.access(existing, os.W_OK):
        yield Finding("shader cache", Verdict.OK, f"the driver keeps compiled shaders below {folder}")
    else:
        yield Finding(
            "shader cache",
            Verdict.WARN,
            f"{existing} cannot be written: every start compiles all shaders again",
            "set MESA_SHADER_CACHE_DIR to a folder of yours",
        )


_CHECKS: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
    ("anime4k", _software),
    ("OpenGL", _graphics),
    ("display", _display),
    ("codecs", _codecs),
    ("sound", _sound),
    ("libass", _libass),
    ("fonts", _fonts),
    ("interface", _interface),
    ("shader pack", _pack),
    ("shader cache", _cache),
    ("forms", _forms),
)
