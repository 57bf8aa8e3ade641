"""The parts of the player, made from the command line and joined."""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Literal, TextIO, cast

from anime4k.cli.main import warn
from anime4k.cli.play_choices import Choices
from anime4k.cli.render_options import RenderRequest
from anime4k.errors import Anime4kError, OutputError, UsageError
from anime4k.gl.device import Device
from anime4k.gl.driver_cache import spare_full_disk
from anime4k.gl.overlay import OverlayPainter
from anime4k.hooks.params import resolve_overrides
from anime4k.modes.forms import Driver
from anime4k.modes.pairs import Forms
from anime4k.pipeline.helper import Helper
from anime4k.pipeline.planning import output_size
from anime4k.pipeline.render import Renderer
from anime4k.player.allocator import give_memory_back
from anime4k.player.files.places import config_folder, state_folder
from anime4k.player.files.playlist import Playlist
from anime4k.player.files.resume import Remembered
from anime4k.player.gpus import Survey
from anime4k.player.interface.choose import make_interface
from anime4k.player.keys import inputconf
from anime4k.player.keys.bindings import DEFAULT_BINDINGS, combined
from anime4k.player.loop import Player
from anime4k.player.memory import Memory
from anime4k.player.opening import OpenFile, open_file
from anime4k.player.options import PlayOptions
from anime4k.player.pace.measured import Measurements
from anime4k.player.pace.pacing import DisplayClock, Presentation
from anime4k.player.pace.quality import Governing, QualityControl
from anime4k.player.picture.edits import FileWatch
from anime4k.player.picture.selection import Selection
from anime4k.player.picture.view import View
from anime4k.player.report import Reporter, StatusLines
from anime4k.player.session import Session
from anime4k.player.sound.player import Sound
from anime4k.player.window import Window, WindowSystem
from anime4k.subtitles.service import Style, Subtitles

TURN_S = 0.0005
"""After so long a thread gives way to others. Subtitles are drawn beside the frames: with the usual 5 ms a scene full
of signs left the thread of the window waiting for several turns a frame, and most frames came too late."""


class _Start:
    """How files begin: opened at the right place, with the tracks and the mode that belong to them."""

    def __init__(self, args: argparse.Namespace, choices: Choices, memory: Memory) -> None:
        self._args = args
        self._choices = choices
        self._memory = memory
        self._recalled: Remembered | None = None

    def open(
        self, file: str, given_up: Callable[[], bool], *, at: float | None, hwdec: str, deinterlace: bool
    ) -> OpenFile | None:
        """Open `file` at `at` seconds from its start, None = where it was left or as the options say."""
        self._recalled = self._memory.recall(file) if self._choices.start is None and at is None else None
        start = at if at is not None else self._choices.start
        if self._recalled is not None:
            start = self._recalled.position
        try:
            return open_file(
                file, given_up, hwdec=hwdec, deinterlace=deinterlace, start=start, end=self._choices.end
            )
        except UsageError:
            if self._recalled is None and at is None:
                raise
            return open_file(file, given_up, hwdec=hwdec, deinterlace=deinterlace, end=self._choices.end)

    def open_current(self, session: Session, given_up: Callable[[], bool]) -> OpenFile | None:
        """Open the current file of the list."""
        at, session.resume_at = session.resume_at, None
        return self.open(
            session.playlist.current, given_up, at=at, hwdec=session.hwdec, deinterlace=session.deinterlace
        )

    def begun(self, session: Session) -> None:
        """A file has been opened: its sound, subtitles and mode."""
        assert session.opened is not None
        opened, left = session.opened, self._recalled
        audio: int | None | str = self._choices.audio
        subtitles: int | None | str = self._choices.subtitles
        if left is not None and left.tracks_chosen:
            audio, subtitles = left.audio, left.subtitles
        if session.options.timed:
            session.sound.open(
                opened.path, at=opened.timeline.start, track=cast("int | None | Literal['auto']", audio),
                languages=_languages(self._args.alang),
            )  # fmt: skip
        external = isinstance(subtitles, str) and subtitles != "auto"
        session.subtitles.open(
            opened.path, at=opened.timeline.start,
            track=None if external else cast("int | None | Literal['auto']", subtitles),
        )  # fmt: skip
        if external:
            session.subtitles.add(str(subtitles))
        if left is not None:
            session.sound.delay, session.subtitles.delay = left.audio_delay, left.subtitle_delay
        self._choose_mode(session, left)

    def _choose_mode(self, session: Session, left: Remembered | None) -> None:
        session.remembered_mode = self._memory.mode_of(session.playlist.current)
        if self._args.given & {"mode", "shader"}:
            return  # the command line wins; player.conf does not, being about every folder
        name = left.mode if left is not None and left.mode else session.remembered_mode
        if name and name != session.view.selection.mode_name:
            with suppress(UsageError):
                session.view.selection.select_named(name)
                session.view.reselected()


def play(
    args: argparse.Namespace, choices: Choices, request: RenderRequest, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Play everything; answers how many files could not be played or written.

    Args:
        args: the options.
        choices: those of this command.
        request: those of all commands that draw.
        stopped: whether the program has been asked to end.

    Raises:
        DisplayError: there is no display.
        KeyboardInterrupt: `stopped` before anything was played.
        Anime4kError: nothing can be played.
    """
    give_memory_back()
    memory = Memory(state_folder(), warn, resume=not args.no_resume, save=args.save_position_on_quit)
    start = _Start(args, choices, memory)
    with ExitStack() as stack:
        stack.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(TURN_S)
        status = _status_stream(args.status_json, stack)
        # The first file is opened before there is a window: it gives the window its size.
        files, first = _first_playable(choices.files, functools.partial(
            start.open, at=None, hwdec=args.hwdec, deinterlace=True
        ), stopped)
        stack.callback(first.close)
        session = _session(args, choices, request, first, files, memory, status, stack)
        session.stopped = stopped
        bindings = DEFAULT_BINDINGS
        if not args.no_config:
            keys = inputconf.load(config_folder() / inputconf.FILE_NAME)
            for problem in keys.problems:
                warn(problem)
            bindings = combined(DEFAULT_BINDINGS, keys.bindings)
        session.interface.set_bindings(bindings)
        player = Player(session, start.open_current, bindings, begun=start.begun, left=memory.leave)
        return player.run(first) + len(choices.files) - len(files)


def _session(
    args: argparse.Namespace,
    choices: Choices,
    request: RenderRequest,
    first: OpenFile,
    files: tuple[str, ...],
    memory: Memory,
    status: TextIO | None,
    stack: ExitStack,
) -> Session:
    """All parts; `stack` closes them in the opposite order."""
    window = _window(args, choices, request, first, stack)
    device = Device.from_loader(window.get_proc_address)
    stack.callback(device.release)
    helper = Helper(device.info.renderer, device.info.glsl)
    stack.callback(helper.close)
    renderer = Renderer(
        device,
        overrides=request.overrides,
        settings=request.settings,
        helper=helper,
        forms=Forms(Driver.of(device.info)),
    )
    stack.callback(renderer.release)
    quality = None
    if not args.untimed:
        quality = QualityControl(
            Measurements.of_user(), renderer=device.info.renderer, governing=Governing(args.governor)
        )
    selection = Selection(
        request.mode,
        files=request.shaders if request.is_custom else None,
        files_name=request.mode,
        live_action=request.live_action,
        software=device.info.is_software,
        control=quality,
    )
    view = View(window, renderer, selection, request.settings_for, patient=args.untimed, watch=FileWatch())
    stack.callback(view.close)
    view.times.present_waits = args.presentation == "display" and not args.untimed and not device.info.is_software
    sound = Sound(device=args.audio_device, record=None if args.sound_record is None else Path(args.sound_record))
    stack.callback(sound.close)
    sound.volume, sound.muted, sound.delay = args.volume, args.mute, args.audio_delay
    sound.clock.set_speed(args.speed)
    painter = OverlayPainter(device)
    stack.callback(painter.release)
    subtitles = Subtitles(window.wake, languages=_languages(args.slang), prepare=painter.prepare)
    stack.callback(subtitles.close)
    subtitles.delay, subtitles.style = args.sub_delay, Style(scale=args.sub_scale)
    interface, missing = make_interface(device, args.interface, scale=args.interface_scale * window.content_scale)
    stack.callback(interface.close)
    reporter = Reporter(
        functools.partial(print, file=sys.stderr if args.status_json == "-" else sys.stdout, flush=True),
        warn,
        StatusLines(status) if status is not None else None,
    )
    if missing:
        reporter.say(missing)
    values, _ = resolve_overrides(request.shaders, request.overrides)
    options = PlayOptions(
        timed=not args.untimed,
        frames=args.frames,
        screenshot_dir=Path(args.screenshot_dir),
        screenshot_template=args.screenshot_template,
        statistics=args.stats,
        explain=args.explain,
        device=device.info.renderer,
        parameters={
            (file.name, name): value
            for file, mapping in zip(request.shaders, values, strict=True)
            for name, value in mapping.items()
        },
    )
    survey = None if args.untimed else Survey(device.info.renderer)
    if survey is not None:
        stack.callback(survey.close)
    return Session(
        window=window,
        view=view,
        sound=sound,
        subtitles=subtitles,
        interface=interface,
        painter=painter,
        display=DisplayClock(
            window.refresh_rate, Presentation.UNTIMED if args.untimed else Presentation(args.presentation)
        ),
        quality=quality,
        toggle_mode=memory.toggle_mode,
        reporter=reporter,
        options=options,
        playlist=Playlist(files),
        paused=args.pause,
        loop_file=args.loop_file,
        osd_level=args.osd_level,
        hwdec=args.hwdec,
        on_top=args.ontop,
        survey=survey,
    )


def _window(
    args: argparse.Namespace, choices: Choices, request: RenderRequest, first: OpenFile, stack: ExitStack
) -> Window:
    if full := spare_full_disk():
        warn(full)
    system = WindowSystem()
    stack.callback(system.close)
    geometry = choices.geometry
    window = Window(
        system,
        geometry.size if geometry else output_size(first.format, scale=request.scale, size=request.size),
        "anime4k",
        position=geometry.position if geometry else None,
        fullscreen=args.fs,
        exact=geometry is not None or request.size is not None,
        vsync=not args.untimed and args.presentation == "display",
    )
    stack.callback(window.close)
    if args.ontop:
        window.set_on_top(True)
    if request.gpu is not None:
        warn("a window is drawn by the GPU of its display; --gpu has no effect on 'play'")
    return window


def _languages(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _first_playable(
    files: tuple[str, ...], opener: Callable[[str, Callable[[], bool]], OpenFile | None], stopped: Callable[[], bool]
) -> tuple[tuple[str, ...], OpenFile]:
    """The files from the first playable one on, and that one opened; the others are warned about.

    Raises:
        Anime4kError: no file can be played; the error is that of the last one.
        KeyboardInterrupt: `stopped`.
    """
    for index, name in enumerate(files):
        try:
            opened = opener(name, stopped)
        except UsageError:
            raise
        except Anime4kError as error:
            if index == len(files) - 1:
                raise
            warn(str(error))
            continue
        if opened is None:
            break
        return files[index:], opened
    raise KeyboardInterrupt


def _status_stream(name: str | None, stack: ExitStack) -> TextIO | None:
    if name is None or name == "-":
        return None if name is None else sys.stdout
    try:
        stream = open(name, "w", encoding="utf-8")  # noqa: SIM115 (closed by the stack)
    except OSError as error:
        raise OutputError(
            f"{name}: the status lines cannot be written there ({error.strerror}); name another file"
        ) from error
    stack.callback(_close, stream)
    return stream


def _close(stream: TextIO) -> None:
    with suppress(OSError):  # what could not be written has been reported by then
        stream.close()
