"""What the mouse does over the picture, whichever library draws the interface. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from anime4k.player import commands as do
from anime4k.player.interface.bar_input import BarInput
from anime4k.player.interface.layout import BarLayout, Box, split_fraction, split_line
from anime4k.player.interface.protocol import BAR_S
from anime4k.player.interface.visibility import NEVER, Visibility
from anime4k.player.state import PlayerState


@dataclass(frozen=True)
class Scene:
    """What lies under the mouse.

    Attributes:
        state: of the player.
        bar: the bar as it is, or would be, shown.
        panel: what the user has opened over the picture and lies above everything else; None = nothing.
    """

    state: PlayerState
    bar: BarLayout
    panel: Box | None

    def in_panel(self, x: float, y: float) -> bool:
        """Whether a place lies in the panel."""
        return self.panel is not None and self.panel.contains(x, y)

    def at_split(self, x: float, y: float) -> bool:
        """Whether the line of a comparison can be taken hold of at a place."""
        split = self.state.compare.split
        if split is None or self.in_panel(x, y):
            return False
        return split_line(self.state.rect, split, self.bar.unit)[1].contains(x, y)


class Pointing:
    """Follows the mouse: what it is over, what it drags, and how long the bar stays for its sake.

    Wherever a scene is None, nothing has been painted yet.

    Args:
        show: what is visible until when.
        clock: seconds that only grow.
        ask: gets the commands that come of it.
    """

    def __init__(
        self, show: Visibility, clock: Callable[[], float], ask: Callable[[list[do.Command]], None]
    ) -> None:
        self._show = show
        self._clock = clock
        self._ask = ask
        self.bar = BarInput()
        """What is dragged on the bar."""
        self.at: tuple[float, float] | None = None
        """Where the mouse is; None = outside the window."""
        self._held: set[str] = set()  # buttons that went down on the interface
        self._on_split = False
        self._used_wheel = False

    # -- what happens; True = the player must not use the event ------------------------------------------

    def moved(self, scene: Scene | None, x: float, y: float) -> bool:
        """The mouse is somewhere else."""
        before, self.at = self.at, (x, y)
        if before == (x, y):
            return False
        self._wake()
        if scene is None:
            return False
        if self._on_split:
            self._ask([do.SplitAt(split_fraction(scene.state.rect, x))])
        elif self.bar.dragging is not None:
            self._ask(self.bar.move(scene.bar, scene.state, x))
        used = bool(self._held) or self._over(scene, x, y)
        if used or (before is not None and self._over(scene, *before)):
            self._show.touch(1)
        return used

    def left(self) -> None:
        """The mouse has left the window."""
        self.at = None
        if not self._held and self._show.bar_until > self._clock():
            self._show.bar_until = NEVER
            self._show.touch(1)

    def pressed(self, scene: Scene | None, name: str, x: float, y: float) -> bool:
        """A button went down; what it does inside of the panel is not known here."""
        self.at = (x, y)
        self._wake()
        if scene is None or not self._over(scene, x, y):
            return False
        self._held.add(name)
        self._show.touch(1)
        if scene.in_panel(x, y):
            return True
        if scene.bar.panel.contains(x, y):
            if name in ("MBTN_LEFT", "MBTN_RIGHT"):
                self._ask(self.bar.press(scene.bar, scene.state, x, y, right=name == "MBTN_RIGHT"))
        elif name == "MBTN_LEFT":
            self._on_split = True
        return True

    def released(self, scene: Scene | None, name: str, x: float) -> bool:
        """A button was let go."""
        if name not in self._held:
            return False
        self._held.discard(name)
        self._show.touch(1)
        if name == "MBTN_LEFT":
            self._on_split = False
            if scene is not None:
                self._ask(self.bar.release(scene.bar, scene.state, x))
        return True

    def scrolled(self, scene: Scene | None) -> bool:
        """The wheel was turned; it belongs to the panel."""
        self._used_wheel = scene is not None and self.at is not None and scene.in_panel(*self.at)
        return self._used_wheel

    def key(self, key: str) -> bool | None:
        """A button or the wheel as a key; None = `key` is none of the mouse's."""
        name = key.rpartition("+")[2]
        if name.startswith("MBTN_"):
            return name.removesuffix("_DBL") in self._held
        return self._used_wheel if name.startswith("WHEEL_") else None

    # -- what follows ------------------------------------------------------------------------------------

    def bar_ends(self, scene: Scene | None) -> float:
        """When the bar goes, inf = not by itself."""
        if self.bar.dragging is not None:
            return math.inf
        if self.at is not None and scene is not None and scene.bar.panel.contains(*self.at):
            return math.inf if self._show.bar_until > NEVER else NEVER
        return self._show.bar_until

    def bar_shown(self, scene: Scene | None) -> bool:
        """Whether the bar is to be seen."""
        return self.bar_ends(scene) > self._clock()

    def takes_split(self, scene: Scene) -> bool:
        """Whether the line of a comparison is held, or would be with the next click."""
        return self._on_split or (self.at is not None and scene.at_split(*self.at))

    def _wake(self) -> None:
        now = self._clock()
        if self._show.bar_until < now:
            self._show.touch(1)
        self._show.bar_until = now + BAR_S

    def _over(self, scene: Scene, x: float, y: float) -> bool:
        """Whether something of the interface that takes the mouse lies at a place."""
        on_bar = scene.bar.panel.contains(x, y) and self.bar_ends(scene) > NEVER
        return on_bar or scene.in_panel(x, y) or scene.at_split(x, y)
