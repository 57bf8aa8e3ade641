"""Commands about sound."""

from __future__ import annotations

from anime4k.player import commands as do
from anime4k.player.session import Session
from anime4k.player.tracks import following, track_text


def act(session: Session, command: do.SoundCommand) -> None:
    """Do what `command` says."""
    sound = session.sound
    match command:
        case do.ChangeVolume(percent):
            _set_volume(session, sound.volume + percent)
        case do.SetVolume(percent):
            _set_volume(session, percent)
        case do.ToggleMute():
            sound.muted = not sound.muted
            session.say("mute" if sound.muted else f"volume {sound.volume:.0f} %")
        case do.CycleAudio(direction):
            _select(session, following([track.number for track in sound.tracks], sound.track, direction))
        case do.SelectAudio(number):
            _select(session, number)
        case do.ChangeAudioDelay(seconds):
            sound.delay = round(sound.delay + seconds, 3)
            session.say(f"sound {1000 * sound.delay:+.0f} ms")


def _set_volume(session: Session, percent: float) -> None:
    session.sound.volume = percent
    session.say(f"volume {session.sound.volume:.0f} %" + (" (mute)" if session.sound.muted else ""))


def _select(session: Session, number: int | None) -> None:
    session.sound.select(number)
    session.chosen_tracks = True
    tracks = {track.number: track for track in session.sound.tracks}
    session.say(f"sound: {track_text(tracks.get(number)) if number is not None else 'none'}")
