"""No interface: nothing is ever drawn over the picture, and the mouse only does what keys are bound to."""

from __future__ import annotations

import math
from collections.abc import Sequence

from anime4k.player.commands import Command, Panel
from anime4k.player.events import Event
from anime4k.player.geometry import Size
from anime4k.player.interface.figures import Figures
from anime4k.player.interface.protocol import MESSAGE_S
from anime4k.player.keys.bindings import Binding
from anime4k.player.state import PlayerState


class NoInterface:
    """See `anime4k.player.interface.protocol.Interface`."""

    wants_figures = False
    wait_s = math.inf

    def handle(self, event: Event) -> bool:
        """Leave every event to the player."""
        return False

    def take_commands(self) -> list[Command]:
        """Nothing is asked for."""
        return []

    def message(self, text: str, seconds: float = MESSAGE_S) -> None:
        """Nothing is shown."""

    def toggle(self, panel: Panel) -> None:
        """Nothing is shown."""

    def close_panels(self) -> bool:
        """Nothing was open."""
        return False

    def show_statistics(self, stay: bool) -> None:
        """Nothing is shown."""

    def show_progress(self, seconds: float = MESSAGE_S) -> None:
        """Nothing is shown."""

    def toggle_state_line(self) -> None:
        """Nothing is shown."""

    def set_bindings(self, bindings: Sequence[Binding]) -> None:
        """Nobody reads them."""

    def paint(self, state: PlayerState, figures: Figures | None, framebuffer_size: Size) -> None:
        """Nothing is drawn."""

    def close(self) -> None:
        """There is nothing to delete."""
