"""The rules of the mode auto, as data: for every situation exactly one of them holds.

A rule is a box: an interval of lines, of enlargement and of load, and what it wants of the rest. The boxes
neither overlap nor leave anything out, so their order means nothing; a test proves both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from anime4k.modes.situation import Pace, Situation
from anime4k.modes.table import Mode, Quality, find_mode, in_quality


@dataclass(frozen=True)
class Span:
    """An interval of numbers: from `low` on, up to but without `high`."""

    low: float = -math.inf
    high: float = math.inf

    def __contains__(self, value: float) -> bool:
        return self.low <= value < self.high

    @property
    def is_all(self) -> bool:
        """Whether every number lies in it."""
        return self == Span()


ANY = Span()
EVERY_PACE = frozenset(Pace)
PLAYING = frozenset({Pace.PLAY, Pace.PLAY_SOFTWARE})
WRITING = frozenset({Pace.FILE, Pace.FILE_SOFTWARE})
HURRIED = frozenset({Pace.PLAY_SOFTWARE})
UNHURRIED = EVERY_PACE - HURRIED
"""Paces at which a whole chain can be drawn, when the load allows it."""
_PACES = {
    PLAYING: "played",
    WRITING: "written to a file",
    HURRIED: "played on a software renderer",
    UNHURRIED: "not played on a software renderer",
}

LARGER = math.nextafter(1.0, math.inf)
"""The smallest factor that enlarges."""
DOUBLING_PAYS = math.nextafter(1.2, math.inf)
"""The smallest factor at which the doubling shaders of the pack run: anything beyond 1.2. Drawings that were shrunk
by 1.25, 1.3 and 1.5 come back 0.3, 0.5 and 0.6 dB better from a doubling than from a4k-lite."""
SD_LINES = 600
"""Lines from which a picture is not SD any more: PAL has 576, and counts 590 where its pixels are 118:81 wide."""
FULL_HD_LINES = 900
"""Lines from which a source was most likely made smaller and blown up: few drawings are made at 1080 lines."""
BEYOND_HD_LINES = 1300
"""Lines from which a picture is more than Full HD."""
UHD_LINES = 2000
"""Lines from which a picture is what people call 4K."""
HEAVY_LOAD = 300.0
"""Millions of output pixels per second beyond which every read counts: 3840x2160 at 36, 2560x1440 at 81 frames."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        name: one word or two, for people and programs.
        mode: letters of the mode that it takes; where it has two forms the pace decides between them.
        reason: why, a clause without a final stop.
        factor: enlargements for which it holds.
        lines: lines of the source for which it holds.
        load: millions of output pixels per second for which it holds.
        paces: what must be the case of the pace.
        interlaced: what must be the case, None = does not matter.
        live_action: what must be the case, None = does not matter.
    """

    name: str
    mode: str
    reason: str
    factor: Span = ANY
    lines: Span = ANY
    load: Span = ANY
    paces: frozenset[Pace] = EVERY_PACE
    interlaced: bool | None = None
    live_action: bool | None = False

    def conditions(self, situation: Situation) -> Iterator[Condition]:
        """Everything that the rule asks for, and whether `situation` has it."""
        if self.live_action is not None:
            yield Condition(
                situation.live_action == self.live_action,
                "marked as live action" if self.live_action else "not marked as live action",
            )
        for span, value, form in (
            (self.factor, situation.factor, "{}x the source"),
            (self.lines, situation.lines, "{} lines"),
            (self.load, situation.load, "{} million output pixels per second"),
        ):
            if not span.is_all:
                yield Condition(value in span, _bounds(span, form))
        if self.paces != EVERY_PACE:
            yield Condition(situation.pace in self.paces, _PACES[self.paces])
        if self.interlaced is not None:
            yield Condition(situation.interlaced == self.interlaced, "interlaced" if self.interlaced else "progressive")

    @property
    def needs(self) -> tuple[str, ...]:
        """Everything that the rule asks for, in words."""
        return tuple(condition.text for condition in self.conditions(Situation(source=(1, 1), output=(1, 1))))

    def holds(self, situation: Situation) -> bool:
        """Whether this is the rule for `situation`."""
        return all(condition.met for condition in self.conditions(situation))


@dataclass(frozen=True)
class Condition:
    """One thing that a rule asks for.

    Attributes:
        met: whether it is the case.
        text: what it is, in words.
    """

    met: bool
    text: str


_ENLARGED = Span(LARGER)
_DOUBLED = Span(DOUBLING_PAYS)
_LIGHT = Span(high=HEAVY_LOAD)

RULES: tuple[Rule, ...] = (
    Rule(
        name="live action",
        mode="off",
        reason="the shaders are made for drawings and spoil skin, foliage and film grain",
        live_action=True,
    ),
    Rule(
        name="not enlarged",
        mode="off",
        reason="the output is not larger than the source, so there is no detail to win",
        factor=Span(high=LARGER),
    ),
    Rule(
        name="4K already",
        mode="off",
        reason="a source of so many lines has all the detail that a screen shows",
        factor=_ENLARGED,
        lines=Span(UHD_LINES),
        paces=PLAYING,
    ),
    Rule(
        name="large picture",
        mode="c",
        reason="a file was asked for, and a large source gains by being doubled but not by being changed first",
        factor=_DOUBLED,
        lines=Span(UHD_LINES),
        paces=WRITING,
    ),
    Rule(
        name="hardly larger",
        mode="lite",
        reason="so little enlargement is not worth a doubling, but most sources are a little soft: edges get steeper",
        factor=Span(LARGER, DOUBLING_PAYS),
        lines=Span(high=UHD_LINES),
    ),
    Rule(
        name="large and hardly larger",
        mode="lite",
        reason="a file was asked for, and so little enlargement is worth steeper edges but not a doubling",
        factor=Span(LARGER, DOUBLING_PAYS),
        lines=Span(UHD_LINES),
        paces=WRITING,
    ),
    Rule(
        name="slow renderer",
        mode="quick",
        reason="a processor that draws in place of a GPU has no time for more than the cheapest doubling",
        factor=_DOUBLED,
        lines=Span(high=UHD_LINES),
        paces=HURRIED,
    ),
    Rule(
        name="too many pixels",
        mode="quick",
        reason="screen and frame rate together ask for so many pixels that only the cheapest doubling is safe",
        factor=_DOUBLED,
        lines=Span(high=UHD_LINES),
        load=Span(HEAVY_LOAD),
        paces=UNHURRIED,
    ),
    Rule(
        name="SD",
        mode="b",
        reason="pictures of this size come from discs and old streams, whose noise a doubling would enlarge",
        factor=_DOUBLED,
        lines=Span(high=SD_LINES),
        load=_LIGHT,
        paces=UNHURRIED,
    ),
    Rule(
        name="interlaced HD",
        mode="b",
        reason="frames made of two fields have jagged edges, which are cleaned before they are enlarged",
        factor=_DOUBLED,
        lines=Span(SD_LINES, UHD_LINES),
        load=_LIGHT,
        paces=UNHURRIED,
        interlaced=True,
    ),
    Rule(
        name="720p",
        mode="b",
        reason="most drawings are made at about this size, so there is noise of compression to take away but no blur",
        factor=_DOUBLED,
        lines=Span(SD_LINES, FULL_HD_LINES),
        load=_LIGHT,
        paces=UNHURRIED,
        interlaced=False,
    ),
    Rule(
        name="Full HD",
        mode="a",
        reason="most drawings are made smaller than this and blown up, which leaves them soft",
        factor=_DOUBLED,
        lines=Span(FULL_HD_LINES, BEYOND_HD_LINES),
        load=_LIGHT,
        paces=UNHURRIED,
        interlaced=False,
    ),
    Rule(
        name="beyond Full HD",
        mode="c",
        reason="a source of so many lines was made with care and needs nothing but the doubling",
        factor=_DOUBLED,
        lines=Span(BEYOND_HD_LINES, UHD_LINES),
        load=_LIGHT,
        paces=UNHURRIED,
        interlaced=False,
    ),
)


@dataclass(frozen=True)
class Decision:
    """What the mode auto takes, and why.

    Attributes:
        rule: the rule that holds.
        mode: the mode that it takes, in its form.
    """

    rule: Rule
    mode: Mode

    @property
    def text(self) -> str:
        """The rule and its reason, in one line."""
        return f"{self.rule.name}: {self.rule.reason}"


def decide(situation: Situation, quality: Quality | None = None) -> Decision:
    """What the mode auto takes.

    Args:
        situation: the source on its way to the output.
        quality: the form that the user prefers, None = the one that suits the pace.
    """
    (rule,) = (rule for rule in RULES if rule.holds(situation))
    return Decision(rule, in_quality(find_mode(rule.mode), quality or situation.pace.quality))


def explain(situation: Situation, quality: Quality | None = None) -> str:
    """Every rule with what it asks for, which one holds and what follows, as lines of text."""
    decision = decide(situation, quality)
    name_width = max(len(rule.name) for rule in RULES)
    mode_width = max(len(rule.mode) for rule in RULES)
    lines = [f"the mode auto, {describe(situation)}:"]
    for rule in RULES:
        conditions = tuple(rule.conditions(situation))
        missing = [condition.text for condition in conditions if not condition.met]
        verdict = f"no, needs: {', '.join(missing)}" if missing else f"yes: {', '.join(c.text for c in conditions)}"
        lines.append(f"  {' ' if missing else '>'} {rule.name:<{name_width}}  {rule.mode:<{mode_width}}  {verdict}")
    form = f" (-{quality.value} was asked for)" if quality and decision.mode.quality else ""
    return "\n".join([*lines, f"it takes {decision.mode.name}{form}: {decision.rule.reason}"])


def describe(situation: Situation) -> str:
    """The quantities that rules look at, in words."""
    rate = situation.frame_rate
    parts = [
        f"{situation.source[0]}x{situation.source[1]} ({situation.lines} lines"
        f"{', interlaced' if situation.interlaced else ''}{', live action' if situation.live_action else ''})",
        f"to {situation.output[0]}x{situation.output[1]} ({situation.factor:.4g}x)",
        f"at {float(rate):.4g} frames a second" if rate else "",
        situation.pace.text,
    ]
    return " ".join(part for part in parts[:3] if part) + f", {parts[3]}"


def _bounds(span: Span, form: str) -> str:
    beyond = (LARGER, DOUBLING_PAYS)  # the next number after a round one, which itself lies on the other side
    low = f"{'more than' if span.low in beyond else 'at least'} {span.low:g}"
    high = f"{'at most' if span.high in beyond else 'less than'} {span.high:g}"
    if span.low == -math.inf:
        return form.format(high)
    return form.format(low if span.high == math.inf else f"{low} and {high}")
