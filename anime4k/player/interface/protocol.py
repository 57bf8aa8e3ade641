"""What the player asks of an on-screen interface, whichever library draws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from anime4k.player.commands import Command, Panel
from anime4k.player.events import Event
from anime4k.player.geometry import Size
from anime4k.player.interface.figures import Figures
from anime4k.player.keys.bindings import Binding
from anime4k.player.state import PlayerState

MESSAGE_S = 2.0
"""How long a message stays."""
STATISTICS_S = 4.0
"""How long the statistics stay when they were asked for once."""
BAR_S = 2.0
"""How long the bar stays after the mouse has moved."""


class Interface(Protocol):
    """Panels, bar and messages over the picture.

    Everything happens on the thread of the GL context. The player gives every event to `handle` first and uses only
    what was not consumed; then it executes `take_commands`. Whenever the picture is drawn, `paint` follows just
    before the swap; when `wait_s` has passed, the picture is drawn again for its sake.
    """

    def handle(self, event: Event) -> bool:
        """Take part in what the user does; True = the player must not use the event."""

    def take_commands(self) -> list[Command]:
        """What the user asked for through the interface since the last call, in order."""

    def message(self, text: str, seconds: float = MESSAGE_S) -> None:
        """Say something at the top left; it takes the place of the message before. Empty = take it away."""

    def toggle(self, panel: Panel) -> None:
        """Open a panel, or close it."""

    def close_panels(self) -> bool:
        """Close whatever the user has opened; False = nothing was open."""

    def show_statistics(self, stay: bool) -> None:
        """Show the statistics for a few seconds; `stay`: until asked for again."""

    def show_progress(self, seconds: float = MESSAGE_S) -> None:
        """Show the position for a while."""

    def toggle_state_line(self) -> None:
        """Show what draws the picture all the time, or stop doing so."""

    def set_bindings(self, bindings: Sequence[Binding]) -> None:
        """The keys in use, for the key list."""

    @property
    def wants_figures(self) -> bool:
        """Whether the statistics are open, so that `paint` has a use for figures."""

    @property
    def wait_s(self) -> float:
        """Seconds until it wants to be painted again although nothing happens; inf = not at all."""

    def paint(self, state: PlayerState, figures: Figures | None, framebuffer_size: Size) -> None:
        """Draw over the finished picture in the window; every GL state that others rely on is left as it was."""

    def close(self) -> None:
        """Delete every GL object; the context must still be current."""
