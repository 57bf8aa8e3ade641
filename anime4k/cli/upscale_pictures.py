"""Pictures through the renderer into new pictures."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from anime4k.cli.main import warn
from anime4k.cli.modes import decided, situation_of
from anime4k.cli.progress import Progress
from anime4k.cli.render_options import RenderRequest
from anime4k.cli.stopping import StopRequest
from anime4k.cli.upscale_jobs import Job
from anime4k.cli.upscale_report import say_what_runs
from anime4k.errors import Anime4kError, UsageError
from anime4k.gl.device import Device
from anime4k.media.destination import check_destination
from anime4k.media.images import is_animation, is_image, read_image, write_image
from anime4k.modes.forms import Driver
from anime4k.modes.pairs import Forms
from anime4k.modes.situation import Pace
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.planning import output_size
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.rewrites import impatient
from anime4k.pipeline.settings import OutputFormat

_log = logging.getLogger(__name__)
_NO_ALPHA = (".jpg", ".jpeg")
_DEEP = (".png",)


class PictureUpscaler:
    """Upscales pictures one after the other, keeping one renderer for each kind of output.

    Args:
        device: what draws.
        request: how.
        count: of the pictures that are to come.
        png16: whether .png files get 16 bits also where the source has 8.
        overwrite: whether files that exist are replaced.
    """

    def __init__(self, device: Device, request: RenderRequest, *, count: int, png16: bool, overwrite: bool) -> None:
        self._device = device
        self._count = count
        self._request = request
        self._png16 = png16
        self._overwrite = overwrite
        self._renderers: dict[tuple[OutputFormat, str], Renderer] = {}
        self._said: set[str] = set()
        self._forms = Forms(Driver.of(device.info))
        self._pace = Pace.of(playing=False, software=device.info.is_software)

    def upscale(self, source: Path, target: Path) -> tuple[int, int]:
        """Upscale one picture; the size of the result.

        Raises:
            UsageError: the target exists or is the source.
            MediaError: the source cannot be read or the target cannot be written.
            PlanError: no plan can be made for the size.
        """
        check_destination(target, source, overwrite=self._overwrite)
        if not is_image(source) and is_animation(source):
            raise UsageError(f"{source} is an animation, so it cannot become {target}; use an extension such as .mkv")
        frame = read_image(source)
        size = output_size(frame.format, scale=self._request.scale, size=self._request.size)
        suffix = target.suffix.lower()
        deep = suffix in _DEEP and (self._png16 or frame.format.depth > 8)
        alpha = frame.format.has_alpha
        if alpha and suffix in _NO_ALPHA:
            warn(f"{target} loses the transparency of {source}, black shows through: {suffix} files have none")
        if frame.corrupt:
            warn(f"{source} is damaged; what could be read of it is upscaled")
        situation = situation_of(frame.format, size, None, self._pace)
        self._request = decided(self._request, situation, name=str(source))
        if not self._renderers:  # all pictures are taken to be as large as the first
            self._settle(self._count * frame.format.width * frame.format.height)
        renderer = self._renderer(OutputFormat(depth=16 if deep else 8, alpha=alpha), deep)
        renderer.configure(frame.format, size)
        if self._chain not in self._said:
            say_what_runs(renderer, self._request)
            self._said.add(self._chain)
        renderer.render(frame.planes)
        write_image(target, renderer.read()[0], overwrite=self._overwrite)
        return size

    def _settle(self, pixels: int) -> None:
        """Leave out what only pays for more pixels."""
        asked = self._request.settings
        self._request = replace(self._request, settings=impatient(asked, pixels))
        left_out = self._request.settings.no_rewrites - asked.no_rewrites
        if left_out and self._device.info.is_software:
            _log.info("%d pixels are too few for what takes long to compile: %s", pixels, ", ".join(sorted(left_out)))

    def _renderer(self, output: OutputFormat, deep: bool) -> Renderer:
        key = (output, self._chain)
        if key not in self._renderers:
            settings = self._request.settings
            self._renderers[key] = Renderer(
                self._device,
                self._request.shaders,
                overrides=self._request.overrides,
                # Half floats between the passes would leave 11 of the 16 bits.
                settings=replace(settings, float32=True) if deep else settings,
                output=output,
                forms=self._forms,
            )
        return self._renderers[key]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """What was drawn last for each kind of output."""
        return tuple(renderer.plan for renderer in self._renderers.values())

    @property
    def _chain(self) -> str:
        """What is being drawn with: the mode auto may take another for every picture."""
        decision = self._request.decision
        return self._request.mode if decision is None else decision.mode.name

    def release(self) -> None:
        """Free what the renderers hold."""
        for renderer in self._renderers.values():
            renderer.release()
        self._renderers.clear()


def upscale_pictures(upscaler: PictureUpscaler, jobs: Sequence[Job]) -> tuple[int, bool]:
    """Upscale many pictures; one that fails is reported and the others go on.

    Returns:
        How many failed, and whether the user stopped the work.
    """
    failed = 0
    with (
        StopRequest("stopping after this picture") as stop,
        Progress(float(len(jobs)), "pictures", jobs[0].target.parent.name or "pictures") as progress,
    ):
        for number, job in enumerate(jobs):
            if stop.requested:
                return failed, True
            job.target.parent.mkdir(parents=True, exist_ok=True)
            try:
                upscaler.upscale(job.source, job.target)
            except Anime4kError as error:
                warn(f"{error}; going on with the next picture")
                failed += 1
            progress.update(number + 1)
    return failed, False
