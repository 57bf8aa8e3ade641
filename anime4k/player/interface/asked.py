"""What the user has asked for and the player has not taken yet. Pure."""

from __future__ import annotations

from anime4k.player import commands as do

_OVERTAKING = (do.Scrub, do.SetVolume, do.SplitAt, do.SetStrength)


class Asked:
    """A queue in which of several places of one drag only the newest stays."""

    def __init__(self) -> None:
        self._commands: list[do.Command] = []

    def __bool__(self) -> bool:
        return bool(self._commands)

    def add(self, command: do.Command) -> None:
        """Ask for something."""
        if self._commands and isinstance(command, _OVERTAKING):
            before = self._commands[-1]
            ended = isinstance(before, do.Scrub) and before.done
            if type(before) is type(command) and not ended:
                self._commands.pop()
        self._commands.append(command)

    def take(self) -> list[do.Command]:
        """Everything in order; the queue is empty after that."""
        taken, self._commands = self._commands, []
        return taken
