"""Facts of a report in words, the same wherever they are shown. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from anime4k.bench.report import Clip, ModeReport, Report, Reuse
from anime4k.bench.statistics import Spread
from anime4k.bench.verdict import size_name


def ms_text(ms: float) -> str:
    """Milliseconds with three digits that mean something."""
    return f"{ms:.0f}" if ms >= 100 else f"{ms:.1f}" if ms >= 10 else f"{ms:.2f}"


def spread_text(spread: Spread, unit: str = "") -> str:
    """A figure and what it varies by: "12.3 ±4 %"."""
    share = spread.width / spread.median / 2 if spread.median else 0.0
    return f"{ms_text(spread.median)}{unit} ±{max(1, round(100 * share))} %"


def bytes_text(number: int) -> str:
    """Bytes in MB or GB."""
    return f"{number / 1e9:.2f} GB" if number >= 1e9 else f"{number / 1e6:.1f} MB"


def device_text(report: Report) -> str:
    """What drew."""
    device = report.device
    kind = " (software: the processor draws)" if device.software else ""
    return f"{device.renderer}{kind}, OpenGL {device.version}"


def clip_text(clip: Clip) -> str:
    """A video."""
    rate = f", {clip.rate:.3f} frames/s" if clip.rate else ""
    subtitles = ", with subtitles" if clip.subtitles else ""
    own = " of the program's own" if clip.built_in else ""
    return f"{clip.name}{own}: {clip.size[0]}x{clip.size[1]} {clip.codec} {clip.pixel_format}{rate}{subtitles}"


def machine_text(report: Report) -> str:
    """Where it ran."""
    machine = report.machine
    busy = "" if machine.elsewhere is None else f", other programs used {machine.elsewhere:.0%} of it"
    return f"{machine.processors} x {machine.cpu}{busy}; {machine.system}"


def versions_text(report: Report) -> str:
    """What it ran with."""
    found = report.versions
    mesa = f", Mesa {report.device.mesa}" if report.device.mesa else ""
    return (
        f"anime4k {found.anime4k}, Python {found.python}, moderngl {found.moderngl}, PyAV {found.av},"
        f" NumPy {found.numpy}{mesa}"
    )


def title_of(mode: ModeReport) -> str:
    """A chain and its sizes: "a-fast, 1080p to 4K"."""
    return f"{mode.mode}, {size_name(mode.source)} to {size_name(mode.output)}"


def reuse_text(reuse: Reuse) -> str:
    """What keeping what has not changed comes to."""
    frames = max(1, reuse.kept + reuse.parts + reuse.whole)
    part = f" ({reuse.part:.0%} of the picture)" if reuse.parts else ""
    return (
        f"of {frames} frames from the beginning of the video {reuse.kept / frames:.0%} were kept as they were and"
        f" {reuse.parts / frames:.0%} drawn in parts{part}, which saved {reuse.saved:.0%} of the shading;"
        f" {ms_text(reuse.frame.mean)} ms a frame in the mean"
    )


def facts(report: Report) -> Iterator[tuple[str, str]]:
    """What the figures belong to, (name, text)."""
    yield "device", device_text(report)
    yield "machine", machine_text(report)
    yield "versions", versions_text(report)
    for clip in report.clips:
        yield "video", clip_text(clip)
    shown = "in a window" if report.window else "off-screen"
    yield "run", f"{report.date}, {report.seconds:g} s asked for, {shown}" + ("" if report.complete else ", broken off")
