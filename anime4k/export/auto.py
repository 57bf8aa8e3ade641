"""The rules of the mode auto as conditional profiles of mpv, which applies them when files and windows change.

mpv does not tell whether a frame was made of fields, so sources count as progressive, and it draws on a GPU.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from anime4k.modes.rules import RULES, Rule, Span
from anime4k.modes.situation import UNKNOWN_RATE, Pace
from anime4k.modes.table import Mode, Quality, find_mode, in_quality

# What the rules look at, from mpv's properties; a video that is not open yet has no size.
_QUANTITIES = (
    'local w, h, ow, oh = get("dwidth", 0), get("dheight", 0), get("osd-width", 0), get("osd-height", 0)',
    "if w * h * ow * oh == 0 then return false end",
    "local factor = math.min(ow / w, oh / h)",
    "local lines = math.max(math.min(w, h), math.floor(math.max(w, h) * 9 / 16 + 0.5))",
    f'local load = factor * factor * w * h * get("container-fps", {float(UNKNOWN_RATE):g}) / 1e6',
)


def auto_profiles(quality: Quality) -> Iterator[tuple[str, str, Mode]]:
    """(name of the profile, its condition in Lua, the mode) of every rule that can hold in mpv and draws something."""
    for rule in RULES:
        if Pace.PLAY not in rule.paces or rule.live_action or rule.interlaced:
            continue
        mode = in_quality(find_mode(rule.mode), quality)
        if mode.shaders:
            yield f"anime4k-auto-{rule.name.lower().replace(' ', '-')}", condition(rule), mode


def condition(rule: Rule) -> str:
    """A Lua expression that is true when the sizes and the rate are those of `rule`."""
    tests = [
        test
        for span, name in ((rule.factor, "factor"), (rule.lines, "lines"), (rule.load, "load"))
        for test in _tests(span, name)
    ]
    return f"(function() {'; '.join(_QUANTITIES)}; return {' and '.join(tests) or 'true'} end)()"


def _tests(span: Span, name: str) -> Iterator[str]:
    if span.low > -math.inf:
        yield f"{name} >= {span.low!r}"
    if span.high < math.inf:
        yield f"{name} < {span.high!r}"
