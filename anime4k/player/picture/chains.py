"""Which chain draws, which comes next, and what happens when one is impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from anime4k.errors import GLError, GraphicsMemoryError, PlanError
from anime4k.gl.counts import Counts
from anime4k.hooks.decl import ShaderFile
from anime4k.media.format import SourceFormat
from anime4k.media.frame import Frame
from anime4k.modes.load import load_mode
from anime4k.modes.table import find_mode
from anime4k.pipeline.settings import RenderSettings
from anime4k.pipeline.upcoming import Chain, Progress
from anime4k.player.geometry import Size
from anime4k.player.interrupts import ending_at_once
from anime4k.player.picture.edits import Edits
from anime4k.player.picture.lane import Lane, RendererLike, Wanted
from anime4k.player.picture.selection import Active, Facts, Selection

SettingsFor = Callable[[Sequence[ShaderFile]], RenderSettings]
LoadShaders = Callable[[str], tuple[ShaderFile, ...]]
UNUSED_FRAMES = 48
"""The textures of a chain that has not drawn for so many frames are given back."""

Place = tuple[SourceFormat, Size]
"""What a chain is made for: format of the frames, size of the picture."""


def shaders_of_mode(name: str) -> tuple[ShaderFile, ...]:
    """The files of a mode."""
    return load_mode(find_mode(name)).shaders


class Chains:
    """The main chain, which follows the selection, and those beside it: without shaders, and to compare with.

    Args:
        renderer: draws the main chain; its companions draw the others.
        selection: what the user chose.
        settings_for: the settings that go with shader files.
        load: the files of a mode.
    """

    def __init__(
        self, renderer: RendererLike, selection: Selection, settings_for: SettingsFor, load: LoadShaders
    ) -> None:
        self.selection = selection
        self.facts = Facts()
        """What is known of the file that plays."""
        self.stale = False
        """Whether the selection or the facts have changed since the last `ask`."""
        self.problem = ""
        """Why the picture is not drawn at the size of the window, empty when it is."""
        self.active: Active | None = None
        """What the present chain draws with."""
        self.wished: Active | None = None
        """What the next chain will draw with."""
        self.complaints: list[str] = []
        """Sentences about what cannot be used."""
        self.edits = Edits(self.complaints)
        """Shader files that were changed on disk."""
        self.main = Lane(renderer)
        """The chain of the selection."""
        self._settings_for = settings_for
        self._load = load
        self._beside: dict[str, Lane] = {}
        self._asked: Place | None = None
        self._refused: Place | None = None
        self._failed: list[tuple[ShaderFile, ...]] = []
        self._alone: Place | None = None
        self._incomparable: Wanted | None = None
        self._unused = 0

    @property
    def progress(self) -> Progress | None:
        """How far the next chain is; None when none is on its way."""
        lanes = (self.main, *self._beside.values())
        return next((lane.progress for lane in lanes if lane.progress is not None), None)

    @property
    def strength(self) -> float:
        """How much of the main chain is wanted to be seen, 0 to 1."""
        tuned = self.selection.tuning.strength
        return self._settings_for(()).strength if tuned is None else tuned

    @property
    def counts(self) -> Counts:
        """Objects on the device that belong to one of the chains alone."""
        return sum((lane.renderer.counts for lane in (self.main, *self._beside.values())), Counts())

    def can_draw(self, frame: Frame) -> bool:
        """Whether there is any chain for frames of this format."""
        plain = self._beside.get("plain")
        return self.main.fits(frame) or (plain is not None and plain.fits(frame))

    # -- the main chain --------------------------------------------------------------------------------

    def ask(self, frame: Frame, size: Size) -> None:
        """Set out for the chain that follows from the selection for `frame` at `size`; cheap when nothing changed."""
        wanted = (frame.format, size)
        if wanted == self._refused and self.main.present is not None and self.main.fits(frame):
            wanted = (frame.format, self.main.present.size)
        if wanted == self._asked and not self.stale:
            return
        self._asked, self.stale = wanted, False
        self._failed.clear()
        self._alone = None
        wished = self.selection.active(self.facts.situation(*wanted))
        if wished.problems and (self.wished is None or wished.problems != self.wished.problems):
            self.complaints += [f"{problem}; the picture goes on without this file" for problem in wished.problems]
        self._go_for(self.edits.applied(wished))

    def _go_for(self, wished: Active) -> None:
        assert self._asked is not None
        self.wished = wished
        if not self.main.want(self._wanted(self._asked, wished)):
            self._adopted()

    def work(self, budget_s: float) -> bool:
        """Go on for about so long; whether a chain has taken over."""
        if self._advance(budget_s):
            return True
        return any(self._advance_beside(lane, budget_s) for lane in list(self._beside.values()))

    def ready_for(self, frame: Frame, size: Size, *, budget_s: float, patient: bool) -> Lane:
        """What draws `frame`: the main chain, or none of its shaders as long as it is not ready.

        Args:
            frame: what will be drawn.
            size: of the finished picture.
            budget_s: how long to work on the first chain.
            patient: wait for the first chain.

        Raises:
            PlanError: the frame cannot be drawn at this size.
        """
        for _ in range(2):  # a chain that is refused is followed by the one before
            self.ask(frame, size)
            if self.main.fits(frame):
                return self.main
            if patient:
                self.finish()
            else:
                self._advance(budget_s)
        return self.main if self.main.fits(frame) else self.plain(frame, size)

    def finish(self) -> None:
        """Wait for the next main chain."""
        try:
            with ending_at_once():
                done = self.main.finish()
        except (PlanError, GLError) as error:
            self._refuse(error)
        else:
            if done:
                self._adopted()

    def _advance(self, budget_s: float) -> bool:
        try:
            if not self.main.advance(budget_s, self._accepted):
                return False
        except (PlanError, GLError) as error:
            self._refuse(error)
            return False
        self._adopted()
        return True

    def _accepted(self, chain: Chain) -> bool:
        """Whether files that were edited are good enough to take the place of those before."""
        if not self.edits.trying:
            return True
        refused = {entry.path: entry.reason for entry in chain.made.plan.disabled}
        if self.edits.judged(refused):
            return True
        self.stale = True
        return False

    def _wanted(self, place: Place, active: Active) -> Wanted:
        settings = self._settings_for(active.shaders)
        if active.tuning.strength is not None:
            settings = replace(settings, strength=active.tuning.strength)
        return Wanted(*place, active.shaders, settings, active.tuning.overrides)

    def _adopted(self) -> None:
        """The wanted chain is the present one."""
        self.active = self.wished
        self.selection.keep()
        if self._refused is None or self._asked is None or self._asked[0] != self._refused[0]:
            self.problem = ""

    def _refuse(self, error: PlanError | GLError) -> None:
        """The wanted chain is impossible: keep what there is, as much of it as possible."""
        assert self._asked is not None and self.wished is not None
        if self.edits.trying:
            self.edits.judged({path: str(error) for path in self.edits.trying})
            self.stale = True
            return
        present, before, wished = self.main.present, self.active, self.wished
        if isinstance(error, GraphicsMemoryError) and present is not None and self._alone != self._asked:
            # Without the present chain there may be room; meanwhile there are no shaders.
            self._alone = self._asked
            self.main.forget()
            self._go_for(wished)
            return
        same_format = present is not None and present.source == self._asked[0]
        if isinstance(error, PlanError) and same_format and present is not None and present.size != self._asked[1]:
            # Only the size is impossible: the picture stays as large as it was and is stretched.
            self._refused, self.problem, self.stale = self._asked, str(error), True
        elif before is not None and (before.shaders, before.tuning) != (wished.shaders, wished.tuning):
            self.selection.undo()
            self._failed.append(wished.shaders)
            again = self.edits.applied(self.selection.active(self.facts.situation(*self._asked)))
            if again.shaders in self._failed:  # auto can say the same again
                again = before
            self.complaints.append(
                f"the mode {wished.full_name} cannot be used here ({error}); the picture goes on with the mode"
                f" {again.full_name}"
            )
            self._go_for(again)
        elif wished.shaders and isinstance(error, GLError):
            self.complaints.append(
                f"the mode {wished.full_name} cannot be used here ({error}); the picture goes on without shaders"
            )

    def reload(self, paths: Iterable[str]) -> None:
        """These files have been changed on disk: try the chain with their new contents."""
        for path in paths:
            self.stale |= self.edits.read(path)

    def resized(self) -> None:
        """The size is another one: what was impossible may be asked for again."""
        self._refused = None

    # -- beside it -------------------------------------------------------------------------------------

    def plain(self, frame: Frame, size: Size) -> Lane:
        """What draws `frame` without shaders, ready at once; as large as the main picture when there is one.

        Raises:
            PlanError: the frame cannot be drawn at this size.
        """
        present = self.main.present
        if self.main.fits(frame) and present is not None:
            size = present.size
        wanted = self.without_shaders(frame, size)
        if present == wanted:
            return self.main
        lane = self._lane("plain")
        lane.make_now(wanted)
        return lane

    def other(self, frame: Frame, against: str | None) -> Lane:
        """What the main picture is compared with: a mode, or no shaders, as also until the mode is ready."""
        present = self.main.present
        size = present.size if present is not None else (0, 0)
        if against is None or not self.main.fits(frame):
            return self.plain(frame, size)
        shaders = self._load(against)
        wanted = Wanted(frame.format, size, shaders, self._settings_for(shaders))
        if wanted == self._incomparable:
            return self.plain(frame, size)
        lane = self._lane("other")
        lane.want(wanted)
        return lane if lane.present == wanted else self.plain(frame, size)

    def rest_beside(self) -> None:
        """A frame was drawn with the main chain alone: give back what the others hold when that lasts."""
        self._unused += 1
        if self._unused == UNUSED_FRAMES:
            self.forget_beside()

    def forget_beside(self) -> None:
        """Only the main chain is needed: give back what the others hold."""
        for lane in self._beside.values():
            lane.forget()

    def close(self) -> None:
        """Give up everything; the renderer of the main chain stays."""
        for lane in self._beside.values():
            lane.close()
        self._beside.clear()
        self.main.forget()

    def without_shaders(self, frame: Frame, size: Size) -> Wanted:
        """What draws frames like this one without shaders at a size."""
        return Wanted(frame.format, size, (), self._settings_for(()))

    def _lane(self, name: str) -> Lane:
        self._unused = 0
        if name not in self._beside:
            self._beside[name] = Lane(self.main.renderer.companion())
        return self._beside[name]

    def _advance_beside(self, lane: Lane, budget_s: float) -> bool:
        goal = lane.goal
        try:
            return lane.advance(budget_s)
        except (PlanError, GLError) as error:
            self._incomparable = goal
            self.complaints.append(f"the mode cannot be compared with ({error}); choose another")
            return False
