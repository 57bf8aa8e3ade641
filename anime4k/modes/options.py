"""The options that choose a mode, one row each."""

from __future__ import annotations

from anime4k.modes.table import DEFAULT_QUALITY, FAMILIES
from anime4k.options import Kind, Option

MODE = Option(
    name="mode",
    kind=Kind.TEXT,
    short="m",
    metavar="NAME",
    help=f"a named shader chain: off, auto, lite, quick, {', '.join(FAMILIES)}; -fast or -hq behind the letters says"
    f" in which form ({DEFAULT_QUALITY.value} when neither is given); auto when neither this nor --shader is given;"
    " --list-modes says what each is for",
)
LIVE_ACTION = Option(
    name="live-action",
    kind=Kind.FLAG,
    default=False,
    help="says that this is no drawing: the mode auto then leaves the picture to the scaler",
)
EXPLAIN = Option(
    name="explain",
    kind=Kind.FLAG,
    default=False,
    help="print the rules of the mode auto, which of them holds here and why, and go on",
)

MODE_OPTIONS: tuple[Option, ...] = (MODE, LIVE_ACTION, EXPLAIN)
"""In the order in which help texts show them."""
