"""What the frame loop is given: a window, a way to open files, and how to play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from anime4k.player.events import Event
from anime4k.player.files.naming import DEFAULT_TEMPLATE
from anime4k.player.geometry import Size
from anime4k.player.picture.fitting import WindowLike


class PlayerWindow(WindowLike, Protocol):
    """What the loop needs of a window."""

    @property
    def fullscreen(self) -> bool:
        """Whether the window fills a screen."""
        ...

    def poll(self, timeout_s: float) -> list[Event]:
        """What happened, after waiting up to `timeout_s` for something to happen."""
        ...

    def set_title(self, title: str) -> None:
        """Change the title bar."""
        ...

    def set_fullscreen(self, wanted: bool) -> None:
        """Fill the screen or return."""
        ...

    def set_on_top(self, wanted: bool) -> None:
        """Stay above other windows or not."""
        ...

    def resize(self, size: Size) -> None:
        """Give the drawable area a size."""
        ...


@dataclass(frozen=True, kw_only=True)
class PlayOptions:
    """How to play.

    Attributes:
        timed: False shows frames as fast as they come.
        frames: stop after so many shown frames, None = never.
        screenshot_dir: where screenshots go.
        statistics: print statistics at the end.
        explain: print why the picture is drawn with what it is, whenever that changes.
        device: name of the renderer, for the statistics.
        screenshot_template: how they are named.
        parameters: (file name, parameter) to the value that the player was started with.
    """

    timed: bool = True
    frames: int | None = None
    screenshot_dir: Path = Path()
    statistics: bool = False
    explain: bool = False
    device: str = ""
    screenshot_template: str = DEFAULT_TEMPLATE
    parameters: Mapping[tuple[str, str], float] = field(default_factory=dict)
