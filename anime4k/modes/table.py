"""The modes as data, and how a name finds its mode."""

from __future__ import annotations

from dataclasses import dataclass

from anime4k.errors import UsageError
from anime4k.options import Kind, Option


@dataclass(frozen=True, kw_only=True)
class Mode:
    """A complete state of the shader chain; choosing a mode leaves nothing of the one before.

    Attributes:
        name: what the user types.
        shaders: names of the pack, in the order in which they run.
        summary: what the mode is for, one sentence without a final stop.
    """

    name: str
    shaders: tuple[str, ...]
    summary: str


OFF = Mode(name="off", shaders=(), summary="no shader, only the scaler")
AUTO = Mode(
    name="auto",
    shaders=("a4k-lite",),
    summary="a light edge-aware upscaler that runs only when the output is larger than the source",
)

MODES: tuple[Mode, ...] = (OFF, AUTO)
"""Every mode, in the order in which lists show them."""

MODE_OPTION = Option(
    name="mode",
    kind=Kind.TEXT,
    short="m",
    metavar="NAME",
    help="a named shader chain: " + "; ".join(f"{mode.name} = {mode.summary}" for mode in MODES)
    + "; auto when neither this nor --shader is given",
)

_ALIAS_PREFIX = "anime4k-v4-"


def find_mode(name: str) -> Mode:
    """The mode called `name`; case does not matter and `anime4k-v4-` in front is ignored.

    Raises:
        UsageError: there is no such mode; the message lists those that exist.
    """
    wanted = name.strip().lower().removeprefix(_ALIAS_PREFIX)
    for mode in MODES:
        if mode.name == wanted:
            return mode
    raise UsageError(f"there is no mode {name!r}; choose one of {', '.join(mode.name for mode in MODES)}")
