"""The renderer: frames in, pictures out. It plans when something changed and otherwise just runs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anime4k.colour import Matrix
from anime4k.errors import GLError, PlanError
from anime4k.gl.counts import Counts
from anime4k.gl.device import Device
from anime4k.gl.look import NEUTRAL, Box, Fill, Look
from anime4k.gl.presenter import Placed
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.params import resolve_overrides
from anime4k.media.format import SourceFormat
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.costs import NO_COST, FrameCost, Watch
from anime4k.pipeline.execute import Executor, capabilities
from anime4k.pipeline.helper import Helper
from anime4k.pipeline.journey import Failures, PlanRequest
from anime4k.pipeline.plan import Plan, Size
from anime4k.pipeline.planning import FormChoice, in_form
from anime4k.pipeline.programs import StepFailure
from anime4k.pipeline.reuse import REUSE, code
from anime4k.pipeline.rewrites import optimised_plan
from anime4k.pipeline.settings import DEFAULT_SETTINGS, RGB8, OutputFormat, RenderSettings
from anime4k.pipeline.stock import Stock
from anime4k.pipeline.upcoming import Chain, Upcoming


@dataclass(frozen=True)
class Part:
    """The last picture of a renderer in the window.

    Attributes:
        renderer: whose.
        rect: where all of it lies; may reach beyond the window.
        clip: the part of the window in which it is seen; None = everywhere.
        sharp: whether texels stay squares when it is enlarged.
    """

    renderer: Any
    rect: Box
    clip: Box | None = None
    sharp: bool = False


class Renderer:
    """Draws frames through shader files on a device.

    Args:
        device: a current context; it must stay current for every call.
        shaders: shader files in order.
        overrides: (key, value) parameter overrides in order.
        settings: choices about built-in stages.
        output: what comes out.
        stock: programs and textures shared with other renderers of the device; its own unless given.
        helper: compiles for chains that are begun; nobody unless given.
        able: what plans may assume of the device; what it says of itself unless given.
        forms: chooses between forms of files; they are drawn as they are unless given.
    """

    def __init__(
        self,
        device: Device,
        shaders: Sequence[ShaderFile] = (),
        *,
        overrides: Sequence[tuple[str, str]] = (),
        settings: RenderSettings = DEFAULT_SETTINGS,
        output: OutputFormat = RGB8,
        stock: Stock | None = None,
        helper: Helper | None = None,
        able: Capabilities | None = None,
        forms: FormChoice | None = None,
    ) -> None:
        self.device = device
        self.measure = False
        """Wait after every step and keep `timings`; slows drawing down."""
        self.timings: list[tuple[str, float]] = []
        """(description, milliseconds) of the last measured frame, upload first."""
        self.messages: list[str] = []
        """Parameter overrides that were ignored, in words."""
        self._executor = Executor(device, settings.seed, stock=stock)
        self._helper = helper
        self._capabilities = able or capabilities(device)
        self._forms = forms
        self._settings = settings
        self._output = output
        self._overrides = tuple(overrides)
        self._shaders: tuple[ShaderFile, ...] = ()
        self._formed: tuple[object, tuple[ShaderFile, ...]] = (None, ())
        self._failures = Failures()
        self._values: tuple[tuple[tuple[str, float], ...], ...] = ()
        self._request: PlanRequest | None = None
        self._plan: Plan | None = None
        self._pts_s = 0.0
        self.set_shaders(shaders)

    @property
    def counts(self) -> Counts:
        """Objects of this renderer, without those of the stock."""
        return self._executor.counts

    @property
    def stock_counts(self) -> Counts:
        """Objects of the stock that it shares with its companions."""
        return self._executor.stock.counts

    # -- what to draw with -------------------------------------------------------------------------------

    def set_shaders(self, shaders: Sequence[ShaderFile]) -> None:
        """Replace the chain; takes effect at the next `configure`."""
        self._shaders = tuple(shaders)
        self._failures = Failures()
        self._resolve()

    def set_overrides(self, overrides: Sequence[tuple[str, str]]) -> None:
        """Replace the parameter overrides; takes effect at the next `configure`."""
        self._overrides = tuple(overrides)
        self._failures = Failures()
        self._resolve()

    def set_settings(self, settings: RenderSettings) -> None:
        """Replace the settings; takes effect at the next `configure`."""
        if settings.seed != self._settings.seed:
            self._executor.reseed(settings.seed)
        self._settings = settings
        self._failures = Failures()

    def _resolve(self) -> None:
        values, self.messages = resolve_overrides(self._shaders, self._overrides)
        self._values = tuple(tuple(mapping.items()) for mapping in values)

    # -- planning ----------------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        """The plan in force.

        Raises:
            PlanError: `configure` has not been called.
        """
        if self._plan is None:
            raise PlanError("No picture has been configured yet.")
        return self._plan

    @property
    def disabled(self) -> Mapping[str, str]:
        """Shader files that are switched off: path -> message."""
        if self._plan is None:
            return {}
        return {disabled.path: disabled.reason for disabled in self._plan.disabled}

    @property
    def executor(self) -> Executor:
        """The executor, for counters and tests."""
        return self._executor

    def configure(self, source: SourceFormat, size: tuple[int, int]) -> Plan:
        """Make ready for frames of `source` shown at `size`; free when nothing changed.

        A shader file that does not compile is switched off and the rest planned again.

        Raises:
            PlanError: the sizes are impossible or the driver refuses our own steps.
            GLError: the graphics memory has no room for the picture.
        """
        if self._request is None or (self._request.source, self._request.size) != (source, Size(*size)):
            # What had no room in memory may have it now; what does not compile is known to the program store.
            self._failures = Failures(untouched=self._failures.untouched)
        request = PlanRequest(
            source,
            Size(*size),
            self._drawn(source),
            self._values,
            self._settings,
            self._output,
            self._capabilities,
            self._failures.disabled,
            self._failures.untouched,
            self._pts_s if self._plan is not None and self._plan.pts_dependent else 0.0,
        )
        if self._plan is not None and request == self._request:
            return self._plan
        while True:
            plan = optimised_plan(request)
            try:
                if self._plan is None or plan != self._plan or self._executor.plan is None:
                    self._executor.prepare(plan)
                break
            except StepFailure as failure:
                self._failures = self._failures.after(failure.file, str(failure.error), failure.rewritten)
                request = self._failures.applied(request)
            except GLError:
                self._plan = self._request = None
                raise
        self._request, self._plan = request, plan
        self._executor.resources.forget_all_but(request.files)
        return plan

    def _drawn(self, source: SourceFormat) -> tuple[ShaderFile, ...]:
        """The chain in the forms that draw frames of `source`."""
        asked = (self._shaders, source.width, source.height, self._settings.form)
        if self._formed[0] != asked:
            self._formed = asked, in_form(self._forms, self._shaders, self._settings.form, source, self._capabilities)
        return self._formed[1]

    # -- another chain, while this one is drawn ------------------------------------------------------------

    def begin(
        self,
        source: SourceFormat,
        size: tuple[int, int],
        shaders: Sequence[ShaderFile],
        settings: RenderSettings,
        overrides: Sequence[tuple[str, str]] = (),
    ) -> Upcoming:
        """Begin to make ready for frames of `source` shown at `size` through other shaders; `adopt` ends it.

        `overrides` are parameter values beyond those of the renderer.
        """
        values, _ = resolve_overrides(shaders, (*self._overrides, *overrides))
        request = PlanRequest(
            source,
            Size(*size),
            in_form(self._forms, shaders, settings.form, source, self._capabilities),
            tuple(tuple(mapping.items()) for mapping in values),
            settings,
            self._output,
            self._capabilities,
        )
        return Upcoming(self._executor, request, self._helper)

    def adopt(self, chain: Chain) -> Plan:
        """Draw with what `begin` has led to from now on; returns its plan."""
        request = chain.request
        if request.settings.seed != self._settings.seed:
            self._executor.reseed(request.settings.seed)
        self._settings, self._shaders, self._values = request.settings, request.files, request.values
        self._failures = Failures(request.disabled, request.untouched)
        self._executor.adopt(chain.made)
        self._request, self._plan = request, chain.made.plan
        self._executor.resources.forget_all_but(request.files)
        return self._plan

    def companion(self) -> Renderer:
        """A second renderer beside this one: its own chain, the same programs and spare textures."""
        return Renderer(
            self.device,
            overrides=self._overrides,
            settings=self._settings,
            output=self._output,
            stock=self._executor.stock,
            helper=self._helper,
            able=self._capabilities,
            forms=self._forms,
        )

    def forget(self) -> None:
        """Give up the present chain; its programs and textures are kept for others."""
        self._executor.forget()
        self._plan = self._request = None

    # -- frames ------------------------------------------------------------------------------------------

    def render(self, planes: Sequence[np.ndarray], pts: float = 0.0, watch: Watch = Watch.NOTHING) -> FrameCost:
        """Upload and draw one frame of the configured format.

        A frame that equals the one before is not drawn again, unless the plan depends on more than its planes.

        Args:
            planes: arrays as described by the format: (h, w) or (h, w, c), uint8, uint16 or float32.
            pts: presentation time in seconds.
            watch: how closely it is timed; where the CPU draws, the picture is waited for then.

        Returns:
            What it took, as far as it was watched.

        Raises:
            PlanError: nothing is configured, or the planes do not fit the format.
        """
        plan = self.plan
        if plan.pts_dependent and self._request is not None:
            self._pts_s = pts
            self.configure(self._request.source, (self._request.size.width, self._request.size.height))
        if not self.measure:
            assert self._request is not None, "there is a plan"
            threshold = self._settings.reuse_threshold * code(self._request.source)
            reuse = REUSE not in self._settings.no_rewrites
            return self._executor.draw(planes, pts, watch, reuse=reuse, threshold=threshold)
        start = time.perf_counter()
        self._executor.upload(planes)
        self.device.ctx.finish()
        upload_ms = (time.perf_counter() - start) * 1e3
        self.timings = [("upload", upload_ms), *self._executor.run_measured(pts)]
        return NO_COST

    def skip(self, frames: int) -> None:
        """Go on as if `frames` frames had been rendered, as far as the shaders' counter and random numbers go."""
        self._executor.skip(frames)

    def read(self) -> tuple[np.ndarray, ...]:
        """The last picture: RGB(A) as one (h, w, 3 or 4) array, Y'CbCr as three (h, w) arrays; top row first."""
        planes = tuple(self._executor.read(number) for number in range(len(self.plan.outputs)))
        if self._output.matrix is Matrix.RGB:
            alpha = self._output.alpha and self._request is not None and self._request.source.has_alpha
            return (planes[0] if alpha else planes[0][..., :3],)
        return planes

    def present(self, framebuffer_size: tuple[int, int], rect: tuple[int, int, int, int]) -> None:
        """Draw the last picture into the window's default framebuffer, black around it.

        Args:
            framebuffer_size: of the window, in pixels.
            rect: (x, y, width, height) of the picture, from the top-left corner.
        """
        self._executor.present(framebuffer_size, rect)

    def compose(
        self, items: Sequence[Part | Fill], framebuffer_size: tuple[int, int], look: Look = NEUTRAL
    ) -> None:
        """Draw the last pictures of renderers of one device into the window, black around them.

        Args:
            items: what to draw, in this order.
            framebuffer_size: of the window, in pixels.
            look: colours of the pictures.
        """
        placed = [
            item
            if isinstance(item, Fill)
            else Placed(item.renderer.executor.output(0), item.rect, item.clip, item.sharp)
            for item in items
        ]
        self._executor.compose(placed, framebuffer_size, look)

    def grab(self, framebuffer_size: tuple[int, int]) -> np.ndarray:
        """What has been drawn into the window since the last swap: (h, w, 3) of uint8, top row first."""
        return self._executor.stock.presenter.read(framebuffer_size)

    def release(self) -> None:
        """Delete every GL object."""
        self._executor.release()
        self._plan = self._request = None
