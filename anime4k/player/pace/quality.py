"""The governor at work: one for every choice and size, started with what is remembered. No window, no OpenGL."""

from __future__ import annotations

import enum
from collections import OrderedDict

from anime4k.modes.situation import UNKNOWN_RATE, Situation
from anime4k.modes.table import AUTO, Mode, Quality
from anime4k.modes.tiers import Tiers, tiers
from anime4k.player.pace.governor import Decision, Governor, Sample
from anime4k.player.pace.measured import Measurements

KEPT = 8
"""Sizes and choices whose governors are kept, so that going to full screen and back begins nothing anew."""


class Governing(enum.Enum):
    """What may be exchanged; the value is what people type."""

    AUTO = "auto"
    """Only what the mode auto takes; of a mode that the user named one note says that it is too slow."""
    YES = "yes"
    """Modes that the user named as well."""
    NO = "no"
    """Nothing, without a word."""


_Key = tuple[Mode | str, Quality | None, Situation, float]


class QualityControl:
    """Knows which mode draws in place of the one that was chosen.

    Args:
        measurements: what modes took earlier.
        renderer: what draws, with its driver.
        governing: what may be exchanged.
    """

    def __init__(
        self,
        measurements: Measurements | None = None,
        *,
        renderer: str = "",
        governing: Governing = Governing.AUTO,
    ) -> None:
        self.measurements = measurements or Measurements()
        self._renderer = renderer
        self._governing = governing
        self._governors: OrderedDict[_Key, Governor] = OrderedDict()
        self._governor: Governor | None = None
        self._key: _Key | None = None
        self.speed = 1.0
        """Media seconds per second: frames have less time when it is high."""

    @property
    def cheaper(self) -> str:
        """Name of the mode that would take less, empty = there is none."""
        if self._governor is None or self._key is None:
            return ""
        if self._governor.cheaper is not None:
            return self._governor.cheaper.name
        chosen, quality, situation, _ = self._key
        if isinstance(chosen, str) or len(below := tiers(chosen, situation, quality).modes) < 2:
            return ""
        return below[1].name if self._governor.fixed else ""

    @property
    def level(self) -> int | None:
        """How many tiers below the best one what is drawn with is; None = there are none."""
        return None if self._governor is None or self._governor.fixed else self._governor.level

    def choose(self, mode: Mode, quality: Quality | None, situation: Situation) -> Mode:
        """What is drawn with in place of `mode`.

        Args:
            mode: what the user chose, or the mode auto.
            quality: the form that the user wants, None = never said.
            situation: the source on its way to the output.
        """
        everything = tiers(mode, situation, quality)
        chosen = everything.modes[everything.start]
        if self._governing is Governing.NO:
            self._governor = self._key = None
            return chosen
        governor = self._recall((mode, quality, situation, self.speed))
        if governor is None:
            governor = self._begin(mode, quality, situation, everything)
        return governor.mode or chosen

    def watch_files(self, title: str, situation: Situation) -> None:
        """Files that the user named draw from here on: never exchanged, but one note says when they are too slow."""
        key = (title, None, situation, self.speed)
        if self._governing is Governing.NO:
            self._governor = self._key = None
        elif self._recall(key) is None:
            self._keep(key, Governor(None, title=title))

    def rest(self) -> None:
        """The shaders are switched off: there is nothing to govern."""
        self._governor = self._key = None

    def step(self, now: float, sample: Sample) -> Decision | None:
        """Take in one frame; a decision with a mode means that the chain has to be selected anew.

        Args:
            now: seconds on a clock that only grows.
            sample: the frame.
        """
        if self._governor is None or self._key is None:
            return None
        decision = self._governor.step(now, sample)
        if self._renderer:
            situation = self._key[2]
            figures = self._governor.take_figures()
            self.measurements.record_modes(self._renderer, situation.source, situation.output, figures)
        return decision

    def refused(self) -> None:
        """The present tier cannot be drawn here: the next one takes its place."""
        if self._governor is not None and self._governor.mode is not None:
            self._governor.refused(self._governor.mode)

    def _recall(self, key: _Key) -> Governor | None:
        governor = self._governors.get(key)
        if governor is None:
            return None
        self._governors.move_to_end(key)
        if key != self._key:
            governor.interrupt()
            self._governor, self._key = governor, key
        return governor

    def _begin(self, mode: Mode, quality: Quality | None, situation: Situation, everything: Tiers) -> Governor:
        title = ""
        if mode != AUTO and self._governing is not Governing.YES:
            everything, title = Tiers(everything.modes[:1]), f"the mode {mode.name}"
        known = dict(self.measurements.known(self._renderer, situation.source, situation.output, everything))
        before = self._governor.mode if self._governor is not None else None
        same_choice = self._key is not None and self._key[:2] == (mode, quality)
        if same_choice and not known and before in everything.modes:  # what it had to step down to stays a good guess
            everything = Tiers(everything.modes, everything.modes.index(before))
        budget_s = 1.0 / (float(situation.frame_rate or UNKNOWN_RATE) * self.speed)
        governor = Governor(everything, known, budget_s=budget_s, title=title)
        self._keep((mode, quality, situation, self.speed), governor)
        return governor

    def _keep(self, key: _Key, governor: Governor) -> None:
        self._governors[key] = governor
        self._governor, self._key = governor, key
        while len(self._governors) > KEPT:
            self._governors.popitem(last=False)
