"""The modes as `--list-modes` prints them."""

from __future__ import annotations

import textwrap

from anime4k.modes.table import DEFAULT_QUALITY, MODES

_WIDTH = 100


def mode_list() -> str:
    """Every mode with what it is for, what it costs and what can go wrong."""
    lines = [f"Modes (-m NAME); a name without -fast or -hq means -{DEFAULT_QUALITY.value}.", ""]
    for mode in MODES:
        lines.append(f"{mode.name}  {' '.join(mode.shaders)}".rstrip())
        for label, text in (("for", mode.summary), ("cost", mode.cost), ("risk", mode.risk)):
            lines += textwrap.wrap(f"{label:<5} {text}", _WIDTH, initial_indent="    ", subsequent_indent=" " * 10)
    return "\n".join(lines)
