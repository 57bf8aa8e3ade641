"""The page about our networks: what was promised, all scores, and a card for each network with where it comes from."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from judge.tables import markdown

from anime4k.quality.free_set import RELATED
from anime4k.quality.wheels import SHADER_WHEEL

from .candidates import OFFICIAL
from .classes import Against, Condition
from .models import Model, models
from .results import Results, Row, digest, read
from .tables import all_tables, count, ours, rival
from .verdicts import Reached, Verdict, asked, summary, verdicts

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "networks.json"
SHADERS = ROOT / "shaders"
COMMAND = "python benchmarks/networks.py --out docs/models.md"


def current(results: Path = RESULTS) -> str:
    """The page that belongs to what the repository holds now; nothing is drawn."""
    kept = read(results) or Results("", "", ())
    return page(kept, models(), SHADERS)


def page(results: Results, trained: Mapping[str, Model], shaders: Path) -> str:
    """The page's text.

    Args:
        results: scores.
        trained: the networks that have a card, by name.
        shaders: the folder of the shader files, to see whether one has changed since it was scored.
    """
    lines = ["# Networks", "", f"This page is written by `{COMMAND}`; do not edit it.", ""]
    lines += [
        "The networks of the pack were trained from nothing, on free art; no weights and no code of others are in "
        "them. Each is a shader file of its own, in a fragment form and, with `-compute` behind the name, in a compute "
        "form with the same result.",
        "",
    ]
    if results.rows:
        lines += list(_method(results))
        lines += [*_promises(results), *(markdown(table) for table in all_tables(results))]
    lines += _making(trained)
    cards = [_card(name, model, results, shaders) for name, model in sorted(trained.items(), key=_place)]
    for card in cards:
        lines += [*card, ""]
    lines += _data_sets(trained.values())
    return "\n".join(lines).rstrip() + "\n"


def _making(trained: Mapping[str, Model]) -> Iterator[str]:
    """How long each network took, and on what."""
    yield "## How long each took"
    yield ""
    yield "Other programs ran on the machine at the same time, so that the same steps took different times."
    yield ""
    yield "| network | data set | steps | time | machine |"
    yield "| --- | --- | ---: | ---: | --- |"
    for name, model in sorted(trained.items(), key=_place):
        record = model.record
        steps = f"{record.steps:,}" if record.steps > 1 else ""
        row = (name, record.data, steps, duration(record.seconds), _plain(record.machine))
        yield f"| {' | '.join(row)} |"
    yield ""


def _method(results: Results) -> Iterator[str]:
    yield f"Scored on {results.date}, on {results.machine}."
    yield ""
    yield (
        "* The test pictures are composed of art in Debian packages by `anime4k/quality/free_set.py`, and nothing was "
        f"trained on them. Older shaders of the pack were tuned on other versions of one drawing, `{RELATED}`, so "
        "means are also given without it."
    )
    yield (
        f"* Rows named *{OFFICIAL}...* are the official files of the same classes (PyPI wheel `{SHADER_WHEEL}`, "
        "fetched at run time), drawn by the same renderer: 16-bit floating-point intermediates, bilinear scaling "
        "underneath, results rounded to 8 bits."
    )
    yield (
        "* PSNR is that of the unrounded BT.601 luma of the 8-bit RGB codes over the whole picture; the mean over "
        "pictures is one of decibels. *gradient* is the PSNR of the differences of neighbouring pixels. Promises are "
        "checked with the two decimals that the tables show."
    )
    yield ""


def _promises(results: Results) -> Iterator[str]:
    mine = ours(results)
    if not mine:
        return
    yield f"**{count(results)}**"
    yield ""
    yield "| network | where | promised | measured | |"
    yield "| --- | --- | --- | ---: | --- |"
    for row in mine:
        for verdict in verdicts(row, results):
            words = verdict.target.condition.words
            yield f"| `{row.name}` | {words} | {asked(verdict.target)} | {_db(verdict.value)} | {outcome(verdict)} |"
    yield ""


def outcome(verdict: Verdict) -> str:
    """A verdict in a word or two."""
    if verdict.reached is Reached.MISSED:
        return f"**misses by {verdict.short:.2f} dB**"
    if verdict.reached is Reached.UNKNOWN:
        return "not measured"
    if verdict.target.goal is None:
        return "holds"
    return "goal" if verdict.reached is Reached.GOAL else "must"


def compared(verdict: Verdict) -> str:
    """A verdict in full, such as "35.10 dB, not below the input (35.17 dB): misses by 0.07 dB"."""
    base = "" if verdict.target.against is Against.ZERO else f" ({_db(verdict.base)})"
    return f"{_db(verdict.value)}, {asked(verdict.target)}{base}: {outcome(verdict).strip('*')}"


def _db(value: float | None) -> str:
    if value is None:
        return ""
    return "equal" if math.isinf(value) else f"{value:.2f} dB"


def _place(item: tuple[str, Model]) -> tuple[str, int]:
    """Networks of one task stand together, small ones first."""
    name, model = item
    return name.rpartition("-")[0], model.multiplications


def _card(name: str, model: Model, results: Results, shaders: Path) -> Iterator[str]:
    """One network: what it is, where it comes from, what it gives."""
    record = model.record
    row = results.named(name)
    yield f"## {name}"
    yield ""
    yield f"{model.summary[:1].upper()}{model.summary[1:].rstrip('.')}."
    yield ""
    facts: list[tuple[str, str]] = [("shape", model.shape), ("trained numbers", f"{model.weights}")]
    facts.append(("multiply-adds for each pixel of the source", f"{model.multiplications}"))
    facts.append(("receptive radius", f"{model.radius} pixels of the source"))
    if row is not None and row.cost is not None:
        cost = row.cost
        facts.append(
            ("fragment form", f"{cost.passes} passes, {cost.reads:g} texels read and {cost.writes:g} written per pixel")
        )
    steps = f", {record.steps:,} steps" if record.steps > 1 else ""
    facts.append(("recipe", f"`{record.recipe}`{steps}, seed {record.seed}"))
    if record.settings.get("start"):
        facts.append(("began as", f"`{record.settings['start']}`"))
    facts.append(("time", duration(record.seconds)))
    facts.append(("machine", record.machine))
    facts.append(("finished", record.date))
    facts.append(("data set", f"[{record.data}](#{_anchor(record.data)})" if _sources(model) else record.data))
    yield "| | |"
    yield "| --- | --- |"
    for label, text in facts:
        if text:
            yield f"| {label} | {_plain(text)} |"
    yield ""
    if row is not None:
        yield from _scores(name, row, results, shaders)


def _scores(name: str, row: Row, results: Results, shaders: Path) -> Iterator[str]:
    other = rival(row, results)
    base = results.row(None, None, False, row.group)
    heads = [f"`{name}`", *([f"`{other.name}`", "difference"] if other else []), *([base.name] if base else [])]
    yield f"| mean luma PSNR in dB | {' | '.join(heads)} |"
    yield f"| --- |{' ---: |' * len(heads)}"
    for condition in Condition.of(row.group):
        mine = row.mean(condition)
        if mine is None:
            continue
        cells = [_figure(mine)]
        if other is not None:
            their = other.mean(condition)
            bounded = their is not None and math.isfinite(mine) and math.isfinite(their)
            cells += [_figure(their), f"{mine - their:+.2f}" if bounded and their is not None else ""]
        if base is not None:
            cells.append(_figure(base.mean(condition)))
        yield f"| {condition.words} | {' | '.join(cells)} |"
    yield ""
    if len({row.pictures(condition) for condition in Condition.of(row.group)} - {()}) > 1:
        yield f"The first line is over all pictures, the others are over those besides {RELATED}."
        yield ""
    if summary(row, results):
        yield reached(summary(row, results))
        yield ""
    if changed(row, shaders):
        yield "The shader file has changed since it was scored."
        yield ""


def changed(row: Row, shaders: Path) -> bool:
    """Whether a shader file is not the one that was scored."""
    path = shaders / f"{row.name}.glsl"
    return not path.is_file() or digest(path) != row.digest


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return "equal" if math.isinf(value) else f"{value:.2f}"


def duration(seconds: float) -> str:
    """A time in words."""
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"


def reached(text: str) -> str:
    """What `verdicts.summary` says, as a sentence."""
    match text:
        case "goal":
            return "It reaches the goal of its class."
        case "must":
            return "It reaches what its class must reach, and not the goal."
        case _:
            return f"Of what was promised it {text}."


def _sources(model: Model) -> tuple[Mapping[str, Any], ...]:
    """What the data are from: the rows that the record has for them."""
    about = model.record.settings.get("data")
    return tuple(row for row in about if isinstance(row, Mapping)) if isinstance(about, Sequence) else ()


def _anchor(data: str) -> str:
    """Where the sources of a data set are, as links name headings."""
    return re.sub(r"[^\w\- ]", "", f"data set {data}".lower()).replace(" ", "-")


def _data_sets(trained: Iterable[Model]) -> Iterator[str]:
    """The sources of every data set, once, however many networks were trained on it."""
    sets: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for model in trained:
        if len(rows := _sources(model)) > len(sets.get(model.record.data, ())):
            sets[model.record.data] = rows
    for data, rows in sorted(sets.items()):
        heads = list(dict.fromkeys(key for row in rows for key in row))
        yield f"## Data set {data}"
        yield ""
        yield f"| {' | '.join(heads)} |"
        yield f"|{' --- |' * len(heads)}"
        for row in rows:
            yield f"| {' | '.join(_plain(str(row.get(head, ''))) for head in heads)} |"
        yield ""


def _plain(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;").replace("\n", " ")
