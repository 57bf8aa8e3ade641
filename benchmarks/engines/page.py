"""The table as a Markdown page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from anime4k.quality.wheels import SHADER_WHEEL

from . import cache, source
from .explanations import EXPLANATIONS, PEER_FAILURES
from .picture import Agreement
from .table import GAIN_DB, PEERS, SUSPICIOUS_CODES, THRESHOLD_DB, Comparison, Row


def _db(agreement: Agreement | None) -> str:
    if agreement is None:
        return "none"
    return "equal" if math.isinf(agreement.psnr) else f"{agreement.psnr:.1f}"


def _versions() -> list[str]:
    versions = []
    for program in ("mpv", "ffmpeg"):
        words = cache.program_version(program).split()
        versions.append(" ".join(words[:2] if program == "mpv" else [words[0], words[2]]))
    return versions


def verdict(row: Row) -> str:
    """The outcome in words."""
    if row.disabled:
        return "switched off"
    if row.agrees:
        return "agrees" if row.best.reason is None else f"agrees ({row.best.reason.explanation.number})"
    if row.explained and row.best.reason is not None:
        return f"explained ({row.best.reason.explanation.number})"
    return "**differs**"


def _other(row: Row, letters: dict[str, str]) -> str:
    parts = []
    for comparison in row.comparisons:
        if comparison is row.best:
            continue
        parts.append(f"{comparison.peer} {_figure(comparison, letters)}")
    return ", ".join(parts)


def _figure(comparison: Comparison, letters: dict[str, str]) -> str:
    if comparison.agreement is None:
        return f"cannot ({letters.get(comparison.failure, 'time or error')})"
    text = f"{_db(comparison.agreement)} / {comparison.agreement.largest}"
    if comparison.reason is not None:
        return f"{text} ({comparison.reason.explanation.number})"
    return text if comparison.psnr >= THRESHOLD_DB else f"{text} (?)"


def _table(rows: Sequence[Row], letters: dict[str, str]) -> list[str]:
    lines = [
        "| File | Family | Size | Passes | Peer | PSNR dB | Largest | Effect dB | Other peer | 32-bit dB | Verdict |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        case, best = row.case, row.best
        size = f"{case.source[0]}x{case.source[1]} to {case.size[0]}x{case.size[1]}"
        total = len(row.passes) + len(row.skipped)
        largest = "" if best.agreement is None else str(best.agreement.largest)
        cells = [
            case.name, case.family, size, f"{len(row.passes)} of {total}", best.peer, _db(best.agreement), largest,
            _db(best.effect), _other(row, letters), _db(row.float32), verdict(row),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _evidence(rows: Sequence[Row]) -> list[str]:
    lines = []
    for explanation in EXPLANATIONS:
        cases = []
        for row in rows:
            for comparison in row.comparisons:
                reason = comparison.reason
                if reason is not None and reason.explanation == explanation:
                    found = f"{_db(reason.agreement)} dB, largest {reason.agreement.largest}"
                    peer = explanation.experiment.peer or comparison.peer
                    cases.append(f"{row.case.name} against {peer}: {found}")
        if not cases:
            continue
        kind = explanation.kind.value.capitalize()
        if explanation.decision is not None:
            number = explanation.decision
            kind = f"[Decision {number}](user-shaders.md#decision-{number}) of the shader language"
        lines += [
            f"{explanation.number}. *{kind}.* {explanation.text}",
            f"   Experiment: {explanation.experiment.says}. " + "; ".join(dict.fromkeys(cases)) + ".",
        ]
    return lines


def write(rows: Sequence[Row], extra: Sequence[Row], renderer: str) -> str:
    """The whole page.

    Args:
        rows: one per shader file.
        extra: chains and special sizes.
        renderer: what our OpenGL device calls itself.
    """
    agreeing = sum(row.agrees for row in rows)
    explained = sum(row.explained for row in rows)
    families = len({row.case.family for row in rows})
    letters = {failure.text: letter for failure, letter in zip(PEER_FAILURES, "abcdef", strict=False)}
    programs = ", ".join(_versions())
    outcome = (
        f"{agreeing} of {len(rows)} agree with {' or '.join(PEERS)} at {THRESHOLD_DB:.0f} dB or more, "
        f"{explained} are explained, {len(rows) - agreeing - explained} differ without explanation."
    )
    lines = [
        "# Shader compatibility",
        "",
        "This page is written by `python benchmarks/compatibility.py`; do not edit it.",
        "",
        f"{len(rows)} third-party shader files of {families} families (PyPI wheel `{SHADER_WHEEL}`, fetched at run",
        f"time) are rendered by anime4k and by two other programs: {programs} (`vo=gpu` and the `libplacebo`",
        f"filter, both on Mesa's software drivers). Ours drew with {renderer}.",
        "",
        f"**{outcome}**",
        "",
        f"* Source: {source.description()}, 8-bit 4:2:0, BT.709 limited range, chroma sited left; every program gets",
        "  the same planes.",
        "* Bilinear scaling in gamma light, no dithering, no sigmoid, no anti-aliasing in all three, so that only the",
        "  shader counts.",
        "* Size: the output at which the file does its work. Passes: how many of the file's passes ran in ours; mpv's",
        "  own list of passes has the same length wherever it shows the shader.",
        "* Peer: the closer one. Largest: largest difference of a sample in 8-bit codes. Effect: the peer's picture",
        "  with the file against its picture with a pass that does nothing, to show that the file really ran there.",
        "* Other peer: PSNR / largest difference. A number in brackets is an explanation below, a letter says why a",
        "  peer shows no picture, (?) is an unexplained difference.",
        "* 32-bit: PSNR against mpv when both keep 32-bit floats between all passes, which leaves out how a driver",
        "  rounds half floats. It does not count for the verdict.",
        "* libplacebo gets a copy without `//!SAVE MAIN`: this version stores such a pass and never shows it.",
        "",
        *_table(rows, letters),
        "",
        "## Chains and special sizes",
        "",
        *_table(extra, letters),
        "",
        "## Explanations",
        "",
        "Each names one cause and an experiment that removes it; an explanation counts only when the pictures then",
        f"agree at {THRESHOLD_DB:.0f} dB or more and at least {GAIN_DB:.0f} dB better. Files that agree have one too",
        f"when a sample is more than {SUSPICIOUS_CODES} codes off.",
        "",
        *_evidence([*rows, *extra]),
        "",
        "Peers without a picture:",
        "",
        *[f"* ({letters[failure.text]}) {failure.text}" for failure in PEER_FAILURES],
        "",
    ]
    return "\n".join(lines)
