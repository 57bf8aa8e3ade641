"""A report as one page that needs nothing else: no script, nothing from the net, readable in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources

from anime4k.bench.lane import Part
from anime4k.bench.plots import Bar, Line, bars, frames
from anime4k.bench.report import ModeReport, Named, Report
from anime4k.bench.statistics import Figures
from anime4k.bench.verdict import FITS, Verdict, rate_name
from anime4k.bench.wording import bytes_text, facts, ms_text, reuse_text, spread_text, title_of

_CLASSES = {
    part.name_on(software=software): f"c{number}" for number, part in enumerate(Part) for software in (True, False)
}
_DEAREST = 12
"""Passes that are seen without a click."""


def page(report: Report) -> str:
    """The page as text of HTML that is XML as well."""
    style = (resources.files("anime4k.bench") / "page.css").read_text(encoding="utf-8")
    software = " (software renderer)" if report.device.software else ""
    body = [
        f"<h1>How long frames take{escape(software)}</h1>",
        f'<p class="soft">{escape(report.device.renderer)}, {escape(report.date)}</p>',
        *(f'<p class="warning">{escape(text)}</p>' for text in _warnings(report)),
        '<div class="card"><dl>',
        *(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts(report)),
        "</dl></div>",
        *_verdicts(report),
        *_parts(report),
        *_beginnings(report),
        *(line for mode in report.modes for line in _mode(mode)),
        *_explanation(report),
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>',
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
            f"<title>anime4k bench: {escape(report.device.renderer)}</title>",
            f"<style>{style}</style></head><body><main>",
            *body,
            "</main></body></html>",
            "",
        ]
    )


def _warnings(report: Report) -> Iterator[str]:
    yield from report.warnings
    for mode in report.modes:
        if mode.trouble:
            yield f"{title_of(mode)}: {mode.trouble.text}"
    if not report.complete:
        yield "the run was broken off: there are fewer frames than there should be"


def _verdicts(report: Report) -> Iterator[str]:
    rates = [verdict.rate for verdict in report.modes[0].verdicts] if report.modes else []
    head = "".join(f"<th>{name}</th>" for name in ("mode", "p50", "p99", "CPU", "textures"))
    head += "".join(f'<th class="verdict">at {rate_name(rate)}</th>' for rate in rates)
    yield "<h2>Verdicts</h2>"
    yield '<div class="card wide"><table><thead><tr>' + head + "</tr></thead>"
    yield "<tbody>"
    for mode in report.modes:
        cells = [title_of(mode), f"{ms_text(mode.frame.p50)} ms", f"{ms_text(mode.frame.p99)} ms",
                 spread_text(mode.cpu, " ms"), bytes_text(mode.memory.allocated)]  # fmt: skip
        row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        yield f"<tr>{row}{''.join(_verdict_cell(verdict) for verdict in mode.verdicts)}</tr>"
    yield "</tbody></table></div>"


def _verdict_cell(verdict: Verdict) -> str:
    kind = "good" if verdict.headroom >= 1.0 - FITS else "fair" if verdict.fits else "bad"
    words = verdict.text.partition(": ")[2]
    first, comma, rest = words.partition(", ")
    if not verdict.fits:
        first, comma, rest = words.partition(": ")
    late = f"<br/>{verdict.late} of {verdict.frames} frames late" if verdict.late else ""
    return (
        f'<td class="verdict"><span class="tag {kind}">{escape(first)}</span>'
        f'<br/><span class="soft">{escape(rest)}{late}</span></td>'
    )


def _parts(report: Report) -> Iterator[str]:
    rows = [
        Bar(
            title_of(mode),
            tuple((_CLASSES.get(stage.name, "c5"), stage.name, stage.ms.mean) for stage in mode.stages),
            f"{ms_text(mode.frame.mean)} ms",
        )
        for mode in report.modes
    ]
    if not rows:
        return
    yield "<h2>Parts of a frame</h2><figure class=\"card\">"
    yield _key(report)
    yield bars(rows, "ms", _lines(report.modes[0]))
    what = (
        "each part is waited for" if report.device.software
        else "the GPU works beside them, and what is left of its time is the waiting at the end"
    )  # fmt: skip
    yield f"<figcaption>Mean milliseconds; {what}. Dashed: the time of a frame at different rates.</figcaption>"
    yield "</figure>"


def _key(report: Report) -> str:
    used = dict.fromkeys(stage.name for mode in report.modes for stage in mode.stages)
    entries = "".join(f'<span><i class="{_CLASSES.get(name, "c5")}"></i>{escape(name)}</span>' for name in used)
    return f'<div class="key">{entries}</div>'


def _beginnings(report: Report) -> Iterator[str]:
    rows = []
    for mode in report.modes:
        for name, start in (("empty caches", mode.cold), ("full caches", mode.warm)):
            if start is not None:
                rest = max(0.0, start.first_picture.median - start.compile.median)
                pieces = (("c2", "compiling", start.compile.median), ("c3", "the rest", rest))
                end = f"{ms_text(start.first_picture.median)} ms"
                rows.append(Bar(f"{mode.mode}, {name}", pieces, end, start.first_picture.high))
    if not rows:
        return
    yield '<h2>Beginning</h2><figure class="card">'
    yield '<div class="key"><span><i class="c2"></i>planning and compiling</span><span><i class="c3"></i>opening the'
    yield "file, decoding and drawing one frame</span></div>"
    yield bars(rows, "ms", left=230)
    yield "<figcaption>From opening the file to the first finished picture, in fresh processes. Empty caches: nothing"
    yield "is kept from before, neither by the driver nor by the program; full: the same once more. The thin line is"
    yield "the longest of several.</figcaption></figure>"


def _mode(mode: ModeReport) -> Iterator[str]:
    yield f"<h2>{escape(title_of(mode))}</h2>"
    yield f'<p class="soft">{mode.pass_count} draws: {escape(", ".join(mode.shaders) or "no shader")}</p>'
    for note in mode.notes:
        yield f'<p class="soft">{escape(note)}</p>'
    yield f'<div class="card"><h3>Frames</h3><figure>{frames(mode.blocks, _lines(mode))}'
    near = [line for line in _lines(mode) if line.at <= 3.0 * mode.frame.p99]
    limits = "dashed: the time of a frame at the rates beside it" if near else "the limits of all rates lie far above"
    yield f"<figcaption>Milliseconds of {mode.frame.count} frames one after another, flat out, in {len(mode.blocks)}"
    yield f"blocks between which other modes took their turns; {limits}.</figcaption></figure>"
    p50, p99, cpu = (spread_text(each, " ms") for each in (mode.p50, mode.p99, mode.cpu))
    yield f"<p>Median of the blocks {p50}, their 99th percentile {p99}, processor time {cpu} a frame.</p>"
    yield "<h3>Stages</h3>"
    extra = [Named("the whole frame", mode.frame)]
    if mode.gpu is not None and mode.gpu.count:
        extra.append(Named("passes, by the clock of the GPU", mode.gpu))
    extra.append(Named("one frame alone, decoded to finished", mode.alone))
    yield _figures_table([*mode.stages, *extra])
    if mode.passes:
        yield "<h3>Passes</h3>"
        yield from _passes(mode.passes)
    if mode.reuse is not None:
        yield "<h3>As it is played</h3>"
        yield f"<p>When what has not changed is kept: {escape(reuse_text(mode.reuse))}"
        yield f"rather than {ms_text(mode.frame.mean)} ms when all of them are drawn whole.</p>"
    memory = mode.memory
    device = "" if memory.device is None else f"; the device had {bytes_text(memory.device)} less afterwards"
    yield f'<p class="soft">Textures: {bytes_text(memory.planned)} planned, {bytes_text(memory.allocated)} allocated at'
    yield f"most{device}.</p></div>"


def _figures_table(rows: Sequence[Named]) -> str:
    head = "".join(f"<th>{name}</th>" for name in ("ms", "mean", "p50", "p95", "p99", "max"))
    body = "".join(f"<tr><td>{escape(row.name)}</td>{_cells(row.ms)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells(ms: Figures) -> str:
    return "".join(f"<td>{ms_text(value)}</td>" for value in (ms.mean, ms.p50, ms.p95, ms.p99, ms.max))


def _passes(passes: Sequence[Named]) -> Iterator[str]:
    together = sum(each.ms.p50 for each in passes) or 1.0
    numbered = list(enumerate(passes, 1))
    dearest = sorted(numbered, key=lambda entry: -entry[1].ms.p50)[:_DEAREST]
    shown = numbered if len(numbered) <= _DEAREST else sorted(dearest)
    yield f"<figure>{_pass_bars(shown, together)}"
    yield f"<figcaption>Median milliseconds of {passes[0].ms.count} frames, and the 95th percentile as a thin line;"
    yield "measured in a run of its own, because waiting for single passes holds drawing up.</figcaption></figure>"
    if len(shown) < len(numbered):
        yield f"<details><summary>All {len(numbered)} passes</summary><figure>{_pass_bars(numbered, together)}</figure>"
        yield "</details>"


def _pass_bars(numbered: Sequence[tuple[int, Named]], together: float) -> str:
    rows = [
        Bar(
            f"{number}. {each.name}",
            (("c2", each.name, each.ms.p50),),
            f"{ms_text(each.ms.p50)} ms, {each.ms.p50 / together:.0%}",
            each.ms.p95,
        )
        for number, each in numbered
    ]
    return bars(rows, "ms", left=430, right=110)


def _lines(mode: ModeReport) -> list[Line]:
    return [Line(f"{rate_name(verdict.rate)} fps", 1000.0 / verdict.rate) for verdict in mode.verdicts]


def _explanation(report: Report) -> Iterator[str]:
    yield "<footer><h2>How to read this</h2>"
    yield "<p>A mode fits at a rate when 99 of 100 frames take no more than 70 % of the time that a frame stays on the"
    yield "screen, and just fits up to all of it; headroom is what is left. A frame is late when it, and those that"
    yield "held it up, are not done before it has to be shown. All of this is measured flat out: decoding, upload,"
    yield "passes, subtitles and presenting, one frame right after another.</p>"
    yield "<p>A figure with ± is the median over the blocks of the run, and half of the range that they cover: two runs"
    yield "that differ by less do not differ.</p>"
    yield f"<p>{escape(f'anime4k {report.versions.anime4k}, layout {report.schema} of the report.')}</p></footer>"
