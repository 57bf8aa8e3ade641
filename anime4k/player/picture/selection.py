"""What the picture is drawn with: named shader files, a mode, or what the mode auto takes. No window, no OpenGL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from anime4k.hooks.decl import ShaderFile
from anime4k.media.format import SourceFormat
from anime4k.modes.load import Loaded, load_mode
from anime4k.modes.rules import decide, explain
from anime4k.modes.situation import Pace, Situation
from anime4k.modes.table import AUTO, DEFAULT_QUALITY, Mode, Quality, find_mode, in_quality
from anime4k.player.geometry import Size
from anime4k.player.pace.quality import QualityControl
from anime4k.player.picture.tuning import NO_TUNING, Tuning


@dataclass(frozen=True)
class Facts:
    """What is known of the file that plays.

    Attributes:
        frame_rate: nominal frames per second, None = unknown.
        interlaced: whether its frames are made of fields.
    """

    frame_rate: Fraction | None = None
    interlaced: bool = False

    def situation(self, source: SourceFormat, size: Size) -> Situation:
        """Frames of `source` on their way to `size`."""
        return Situation(
            source=source.display_size, output=size, frame_rate=self.frame_rate, interlaced=self.interlaced
        )


@dataclass(frozen=True)
class Active:
    """What is drawn with at some size.

    Attributes:
        name: name of the mode, or what the named files are called.
        shaders: its files in order.
        takes: name of the mode that auto or the governor takes, empty for others.
        reason: why that is taken.
        problems: sentences without a final stop about files that are left out.
        explanation: what follows from what, in lines of text.
        enabled: whether the user has the shaders switched on.
        chain: the files before the user's changes.
        tuning: the user's changes.
    """

    name: str
    shaders: tuple[ShaderFile, ...] = ()
    takes: str = ""
    reason: str = ""
    problems: tuple[str, ...] = ()
    explanation: str = ""
    enabled: bool = True
    chain: tuple[ShaderFile, ...] = ()
    tuning: Tuning = NO_TUNING

    @property
    def drawn(self) -> str:
        """Name of the mode whose shaders these are."""
        return self.takes or self.name

    @property
    def full_name(self) -> str:
        """The name, and what auto takes."""
        return f"{self.name} ({self.takes})" if self.takes else self.name


@dataclass(frozen=True)
class _Choice:
    """What the user has chosen.

    Attributes:
        mode: the mode, None = the files that were named one by one.
        quality: the form that the user wants, None = never said.
        enabled: whether the shaders are switched on.
        tuning: changes to the chain.
    """

    mode: Mode | None
    quality: Quality | None = None
    enabled: bool = True
    tuning: Tuning = NO_TUNING


class Selection:
    """Remembers what the user chose and works out which shader files that means.

    Args:
        mode: name of the mode that the player starts with; of no meaning when `files` are given.
        files: the files that the player starts with in place of a mode, None = a mode.
        files_name: what those files are called together.
        live_action: whether the user says that this is no drawing.
        software: whether the CPU draws.
        load: reads the files of a mode.
        control: exchanges modes that take too long, None = nobody does.
    """

    def __init__(
        self,
        mode: str = "off",
        *,
        files: tuple[ShaderFile, ...] | None = None,
        files_name: str = "custom",
        live_action: bool = False,
        software: bool = False,
        load: Callable[[Mode], Loaded] = load_mode,
        control: QualityControl | None = None,
    ) -> None:
        start = None if files is not None else find_mode(mode)
        self._files = files or ()
        self._files_name = files_name
        self._live_action = live_action
        self._pace = Pace.of(playing=True, software=software)
        self._load = load
        self._control = control
        self._loaded: dict[str, Loaded] = {}
        self._start = self._choice = self._drawn = _Choice(start, start.quality if start else None)

    @property
    def enabled(self) -> bool:
        """Whether the shaders are switched on."""
        return self._choice.enabled

    @property
    def name(self) -> str:
        """Name of the mode, or of the named files."""
        return self._choice.mode.name if self._choice.mode else self._files_name

    @property
    def mode_name(self) -> str:
        """Name of the mode, empty when files were named instead."""
        return self._choice.mode.name if self._choice.mode else ""

    @property
    def text(self) -> str:
        """The mode in words."""
        mode, quality = self._choice.mode, self._choice.quality
        if not self._choice.enabled:
            return f"{f'mode {mode.name}' if mode else self.name}: shaders off"
        if mode is None:
            return f"{self.name}: {', '.join(file.name for file in self._files) or 'no shaders'}"
        if mode == AUTO and quality:
            return f"mode {mode.name} in its -{quality.value} form: for {mode.summary}"
        return f"mode {mode.name}: for {mode.summary}"

    @property
    def tuning(self) -> Tuning:
        """The user's changes to the chain; a new mode keeps only the strength."""
        return self._choice.tuning

    @tuning.setter
    def tuning(self, tuning: Tuning) -> None:
        self._choice = replace(self._choice, tuning=tuning, enabled=True)

    def toggle(self) -> None:
        """Switch the shaders off, or on again."""
        self._choice = replace(self._choice, enabled=not self._choice.enabled)

    def select(self, letters: str) -> None:
        """Use the mode `letters`, in the form that was used last, and switch the shaders on."""
        choice = self._choice
        mode = in_quality(find_mode(letters), choice.quality or DEFAULT_QUALITY)
        self._choice = _Choice(mode, choice.quality, tuning=choice.tuning.forgotten())

    def select_named(self, name: str) -> None:
        """Use the mode of exactly this name, and switch the shaders on."""
        mode = find_mode(name)
        self._choice = _Choice(mode, mode.quality, tuning=self._choice.tuning.forgotten())

    def select_start(self) -> None:
        """Use what the player was started with."""
        self._choice = self._start

    def switch_quality(self) -> None:
        """Use the other form of the mode; a mode that has only one stays, and the next one comes in the other."""
        choice = self._choice
        default = self._pace.quality if choice.mode == AUTO else DEFAULT_QUALITY
        quality = Quality.FAST if (choice.quality or default) is Quality.HQ else Quality.HQ
        mode = choice.mode and in_quality(choice.mode, quality)
        self._choice = _Choice(mode, quality, choice.enabled, choice.tuning.forgotten() if mode else choice.tuning)

    def keep(self) -> None:
        """The present choice can be drawn with; `undo` comes back to it."""
        self._drawn = self._choice

    def undo(self) -> None:
        """Take back every change since a choice could be drawn with; without one, the governor's mode failed."""
        if self._choice == self._drawn and self._control is not None:
            self._control.refused()
        self._choice = self._drawn

    def active(self, situation: Situation) -> Active:
        """What is drawn with in `situation`; its pace and the user's hint are added here."""
        choice, control = self._choice, self._control
        seen = replace(situation, live_action=self._live_action, pace=self._pace)
        if not choice.enabled:
            if control is not None:
                control.rest()
            return Active(self.name, enabled=False, explanation=self.text)
        if choice.mode is None:
            if control is not None:
                control.watch_files(self.text, seen)
            return self._tuned(Active(self.name, self._files, explanation=self.text))
        drawn = None
        if control is not None and choice.tuning.changes_files:  # a chain that the user made is not exchanged
            control.watch_files(self.text, seen)
        elif control is not None:
            drawn = control.choose(choice.mode, choice.quality, seen)
        if choice.mode != AUTO:
            return self._exchanged(self._drawn_with(choice.mode), choice.mode, drawn)
        decision = decide(seen, choice.quality)
        taken = replace(
            self._drawn_with(decision.mode),
            name=AUTO.name,
            takes=decision.mode.name,
            reason=decision.text,
            explanation=explain(seen, choice.quality),
        )
        return self._exchanged(taken, decision.mode, drawn)

    def _exchanged(self, active: Active, mode: Mode, drawn: Mode | None) -> Active:
        """What is drawn with when the governor takes `drawn` in place of `mode`."""
        if drawn is None or drawn == mode:
            return active
        loaded = self._drawn_with(drawn)
        return replace(
            active,
            shaders=loaded.shaders,
            chain=loaded.chain,
            problems=loaded.problems,
            takes=drawn.name,
            reason="; ".join(part for part in (active.reason, f"{drawn.name} in place of {mode.name}") if part),
            explanation=f"{active.explanation}\nthe governor takes {drawn.name} in place of {mode.name}",
        )

    def _drawn_with(self, mode: Mode) -> Active:
        if mode.name not in self._loaded:
            self._loaded[mode.name] = self._load(mode)
        loaded = self._loaded[mode.name]
        return self._tuned(Active(mode.name, loaded.shaders, problems=loaded.problems, explanation=self.text))

    def _tuned(self, active: Active) -> Active:
        tuning = self._choice.tuning
        return replace(active, shaders=tuning.files(active.shaders), chain=active.shaders, tuning=tuning)
