"""Times as people write them. Pure."""

from __future__ import annotations

import re

from anime4k.errors import UsageError

FRAME_S = 0.05
"""A frame is on the screen for about so long."""
_TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?|\.\d+)\Z")


def parse_time(text: str, option: str) -> float:
    """Seconds of `SS`, `MM:SS` or `HH:MM:SS`, each with an optional fraction.

    Raises:
        UsageError: the text has another form; the message names `option`.
    """
    match = _TIME.match(text.strip())
    if match is None or len(text) > 40:
        raise UsageError(f"{option} {text[:40]!r} is not a time; write seconds (12.5) or HH:MM:SS (1:02:03.5)")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def format_time(seconds: float | None) -> str:
    """`M:SS` or `H:MM:SS`, rounded down; `?` for None. The frame on which a second begins belongs to that second."""
    if seconds is None:
        return "?"
    whole = max(0, int(seconds + FRAME_S))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
