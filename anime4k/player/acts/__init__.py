"""What every command does, one module for each group of commands."""

from __future__ import annotations

from anime4k.player import commands as do
from anime4k.player.acts import comparing, picture, playing, shaders, sound, subtitles, telling, window
from anime4k.player.session import Session


def act(session: Session, command: do.Command) -> None:
    """Do what `command` says; whatever is on the screen may tell something else afterwards."""
    session.repaint = True
    if isinstance(command, do.PlayingCommand):
        playing.act(session, command)
    elif isinstance(command, do.SoundCommand):
        sound.act(session, command)
    elif isinstance(command, do.SubtitlesCommand):
        subtitles.act(session, command)
    elif isinstance(command, do.PictureCommand):
        picture.act(session, command)
    elif isinstance(command, do.ShadersCommand):
        shaders.act(session, command)
    elif isinstance(command, do.CompareCommand):
        comparing.act(session, command)
    elif isinstance(command, do.WindowCommand):
        window.act(session, command)
    else:
        telling.act(session, command)
