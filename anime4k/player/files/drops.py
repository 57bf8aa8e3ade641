"""What files that were dropped onto the window are good for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anime4k.player.commands import AddShaders, AddSubtitles, Command
from anime4k.player.files.filetypes import FileKind, kind_of
from anime4k.player.files.natural import natural_key
from anime4k.player.files.playlist import expand


@dataclass(frozen=True)
class Dropped:
    """What is to be done.

    Attributes:
        play: the new list of files; empty = what plays goes on.
        commands: what is to be done after that, with the new file where there is one.
        problems: one sentence for each thing that is of no use.
    """

    play: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    problems: tuple[str, ...] = ()


def dropped(paths: Sequence[str]) -> Dropped:
    """What to do with `paths`.

    Videos, folders and playlists are the new list, in natural order because file managers hand files over in any;
    subtitles are shown; shaders join the chain. A file with an unknown extension is played when nothing else was
    dropped, and left out otherwise.
    """
    kinds = {path: kind_of(path) for path in sorted(paths, key=natural_key)}
    videos = _of(kinds, FileKind.VIDEO, FileKind.FOLDER, FileKind.PLAYLIST)
    shaders = _of(kinds, FileKind.SHADER)
    subtitles = _of(kinds, FileKind.SUBTITLES)
    unknown = _of(kinds, FileKind.UNKNOWN)
    problems: list[str] = []
    if not (videos or shaders or subtitles):
        videos = unknown
    else:
        problems += [
            f"{path} is neither a video nor subtitles, a shader, a playlist or a folder; drop it alone to play it"
            for path in unknown
        ]
    expanded = expand(videos)
    # Programs write VobSub subtitles as a pair of files of which the .idx names the other.
    pairs = {path[:-4] for path in subtitles if path.lower().endswith(".idx")}
    wanted = [path for path in subtitles if not (path.lower().endswith(".sub") and path[:-4] in pairs)]
    commands: list[Command] = [AddSubtitles(path) for path in wanted]
    if shaders:
        commands.append(AddShaders(shaders))
    return Dropped(expanded.files, tuple(commands), (*problems, *expanded.problems))


def _of(kinds: dict[str, FileKind], *wanted: FileKind) -> tuple[str, ...]:
    return tuple(path for path, kind in kinds.items() if kind in wanted)
