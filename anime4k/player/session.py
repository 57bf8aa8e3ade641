"""What is open and what the user has set while the player runs: the one mutable value that commands act upon."""

from __future__ import annotations

import enum
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from anime4k.gl.overlay import OverlayPainter
from anime4k.player.abloop import NO_LOOP, AbLoop
from anime4k.player.commands import Command
from anime4k.player.files.playlist import Playlist
from anime4k.player.gpus import Survey
from anime4k.player.interface.protocol import Interface
from anime4k.player.opening import OpenFile
from anime4k.player.options import PlayerWindow, PlayOptions
from anime4k.player.pace.clock import Clock
from anime4k.player.pace.pacing import DisplayClock
from anime4k.player.pace.quality import QualityControl
from anime4k.player.picture.comparison import Comparison
from anime4k.player.picture.view import View
from anime4k.player.playback import Playback
from anime4k.player.report import Reporter
from anime4k.player.seek_history import NO_SEEKS, SeekHistory, sought
from anime4k.player.sound.player import Sound
from anime4k.player.state import Counts
from anime4k.subtitles.service import Subtitles


class Ending(enum.Enum):
    """Why the player stopped; the value is what the status lines say."""

    QUIT = "quit"
    FINISHED = "finished"
    FRAMES = "frames"


@dataclass
class Session:
    """The parts of the player and its state.

    Attributes:
        window: where the picture and the keys are.
        view: draws into that window.
        sound: what is heard.
        subtitles: what is read.
        interface: what is drawn over the picture.
        painter: lays subtitles over pictures.
        display: on which refresh of the screen frames appear.
        quality: exchanges modes that take too long, None = nobody does.
        toggle_mode: keeps the present mode for the folder, or no longer; answers what it did, in words.
        reporter: tells people and programs what happens.
        options: how to play.
        playlist: all files, and which of them plays.
        opened: the file that plays, None between two.
        playback: its position and frames.
        paused: whether the user has paused.
        loop_file: whether a file repeats.
        ab_loop: the part that repeats.
        seeks: where seeks began.
        scrubbing: whether the mouse drags the position.
        osd_level: see `PlayerState`.
        every_frame: whether every frame becomes a screenshot.
        exists: whether there is a file of this name.
        hwdec: the hardware decoder that is asked for.
        deinterlace: whether fields are made into frames.
        ending: why to stop, None = go on.
        goto: number of the file to play next, None = the one that follows.
        resume_at: where the next file begins, seconds from its start; None = as its options say.
        before_drop: what played before files were dropped, and where; None as soon as one of these plays.
        repaint: whether the window has to be painted again although no new frame came.
        remember: whether the positions are kept for the next start.
        on_top: whether the window stays above others.
        survey: looks for a faster GPU, None = it has answered.
        better_gpu: a faster GPU that is not used, empty = none is known.
        note: what was exchanged last, and why.
        remembered_mode: the mode of the folder of the present file, empty = none.
        commands_after: what is done when the next file is open.
        chosen_tracks: whether the user chose sound or subtitles of this file.
        last_split: how the comparison was arranged last.
        before_original: what was compared before a key showed the original, None = no key does.
        pointer: where the mouse is, in window pixels.
        counts: what happened to frames.
        stopped: whether the program has been asked to end.
    """

    window: PlayerWindow
    view: View
    sound: Sound
    subtitles: Subtitles
    interface: Interface
    painter: OverlayPainter
    display: DisplayClock
    quality: QualityControl | None
    toggle_mode: Callable[[Session], str]
    reporter: Reporter
    options: PlayOptions
    playlist: Playlist
    opened: OpenFile | None = None
    playback: Playback | None = None
    paused: bool = False
    loop_file: bool = False
    ab_loop: AbLoop = NO_LOOP
    seeks: SeekHistory = NO_SEEKS
    scrubbing: bool = False
    osd_level: int = 1
    every_frame: bool = False
    exists: Callable[[str], bool] = os.path.exists
    hwdec: str = "no"
    deinterlace: bool = True
    ending: Ending | None = None
    goto: int | None = None
    resume_at: float | None = None
    before_drop: tuple[Playlist, float] | None = None
    repaint: bool = False
    remember: bool = False
    on_top: bool = False
    survey: Survey | None = None
    better_gpu: str = ""
    note: str = ""
    remembered_mode: str = ""
    commands_after: tuple[Command, ...] = ()
    chosen_tracks: bool = False
    last_split: Comparison = Comparison()
    before_original: Comparison | None = None
    pointer: tuple[float, float] = (0.0, 0.0)
    counts: Counts = field(default_factory=Counts)
    stopped: Callable[[], bool] = bool

    @property
    def clock(self) -> Clock:
        """Media time."""
        return self.sound.clock

    @property
    def position(self) -> float:
        """Seconds from the start of the file of what is on the screen."""
        return (self.playback.position if self.playback else None) or 0.0

    def begin_file(self) -> None:
        """Another file is to be opened, or the same one again: forget what belongs to the old one."""
        self.chosen_tracks = self.scrubbing = False
        if self.resume_at is None:
            self.ab_loop, self.seeks = NO_LOOP, NO_SEEKS

    def undo_drop(self) -> Playlist | None:
        """None of the files that were dropped can be played: what to go on with, None = nothing played before."""
        if self.before_drop is None:
            return None
        (playlist, self.resume_at), self.before_drop = self.before_drop, None
        return playlist

    def seeking(self) -> None:
        """A seek begins here."""
        self.seeks = sought(self.seeks, self.position, time.monotonic())

    def count(self, **more: int) -> None:
        """Add to the counters."""
        if any(more.values()):
            self.counts = replace(
                self.counts, **{name: getattr(self.counts, name) + number for name, number in more.items()}
            )

    def say(self, text: str) -> None:
        """Tell the user something on the screen."""
        self.interface.message(text)
        self.repaint = True
