"""From uploaded planes to one image with all components: the stages RGB, LUMA, CHROMA and ALPHA."""

from __future__ import annotations

from dataclasses import dataclass, replace

from anime4k.colour import Matrix, Range
from anime4k.hooks.stages import Stage
from anime4k.media.format import ColourModel, Component, PlaneLayout, SourceFormat
from anime4k.pipeline.build import PlanBuilder
from anime4k.pipeline.builtin import decode, output
from anime4k.pipeline.builtin.draft import Draft, Image, combine, fetch
from anime4k.pipeline.builtin.resample import resample
from anime4k.pipeline.hooked import HookRunner
from anime4k.pipeline.plan import Rect, Size, TexelFormat, TextureId
from anime4k.pipeline.settings import RenderSettings, Scaler


@dataclass(frozen=True)
class Components:
    """All components of the source on the reference grid.

    Attributes:
        draft: Y, Cb, Cr or R, G, B in .xyz, alpha in .a.
        source: what the components are; differs from the file's format when RGB is shown as Y'CbCr.
        codes: where black, white and neutral lie.
    """

    draft: Draft
    source: SourceFormat
    codes: decode.Codes


class PlaneStages:
    """The plane stages of one frame.

    Args:
        source: what the planes are.
        planes: the uploaded textures, in plane order.
        settings: choices about built-in stages.
        builder: receives steps and textures.
        runner: runs the passes that hook planes.
    """

    def __init__(
        self,
        source: SourceFormat,
        planes: tuple[TextureId, ...],
        settings: RenderSettings,
        builder: PlanBuilder,
        runner: HookRunner,
    ) -> None:
        self.source = source
        self.settings = settings
        self.builder = builder
        self.runner = runner
        self.numbers = decode.codes(source, settings.compat)
        self.channels = decode.channels(source, planes)
        self.size = Size(source.width, source.height)
        self.rect = visible_rect(source)

    def run(self) -> Components:
        """Plan the stages up to the combined components."""
        as_rgb = self.source.model is ColourModel.RGB and not self.settings.rgb_as_yuv
        draft = self._rgb() if as_rgb else self._yuv()
        return Components(draft, self.source, self.numbers)

    def _rgb(self) -> Draft:
        draft = self._rgb_planes()
        draft = self.runner.hook(Stage.RGB, draft, "RGB planes")
        self.runner.move_reference(draft.rect)
        return draft

    def _rgb_planes(self) -> Draft:
        letters = {Component.R: "r", Component.G: "g", Component.B: "b", Component.A: "a"}
        parts = [(letters[c], channel) for c, channel in self.channels.items() if c in letters]
        return decode.gather_components("RGB planes", parts, self.size, self.rect, self.numbers.mul, len(parts))

    def _yuv(self) -> Draft:
        if self.source.model is ColourModel.RGB:
            luma, chroma, alpha = self._rgb_as_yuv()
        else:
            luma = self._luma_plane()
            chroma, alpha = None, self._alpha_plane()
        if self.runner.wants(Stage.LUMA):
            luma = self.runner.run(Stage.LUMA, luma)
        self.runner.fired.add(Stage.LUMA)
        reference = luma
        self.runner.move_reference(reference.rect)
        parts = [("us_all.x = us_part.x;", fetch(luma))]
        if self.source.model is not ColourModel.GRAY:
            parts.append(("us_all.yz = us_part.xy;", self._chroma(chroma, reference)))
        if alpha is not None:
            parts.append(("us_all.a = us_part.x;", self._alpha(alpha, reference)))
        if len(parts) == 1:
            return fetch(luma)
        count = 4 if alpha is not None else 3
        return combine("combine planes", parts, reference.size, reference.rect, count)

    def _luma_plane(self) -> Image:
        return Image(self.channels[Component.Y].texture, self.size, self.rect, 1, self.numbers.mul)

    def _alpha_plane(self) -> Image | None:
        channel = self.channels.get(Component.A)
        if channel is None:
            return None
        top, most = float(2**self.source.texture_bits - 1), float(2**self.source.depth - 1)
        return Image(channel.texture, self.size, self.rect, 1, top / most)

    def _rgb_as_yuv(self) -> tuple[Image, Image, Image | None]:
        """Luma, chroma and alpha images of an RGB source; the source is Y'CbCr 4:4:4 from here on."""
        codes = output.yuv_codes_for_hooks()
        rgb = self._rgb_planes()
        yuv = self.builder.materialise(
            rgb.then("RGB to BT.709", decode.rgb_to_yuv(Matrix.BT709, codes)), "RGB as Y'CbCr"
        )
        luma = self.builder.materialise(replace(fetch(yuv), components=1, image=None), "luma of RGB")
        moved = replace(fetch(yuv).then("chroma of RGB", "color = vec4(color.yz, 0.0, 1.0);"), components=2)
        chroma = self.builder.materialise(moved, "chroma of RGB")
        alpha = None
        layout = [PlaneLayout((Component.Y,)), PlaneLayout((Component.CB, Component.CR))]
        if self.source.has_alpha:
            layout.append(PlaneLayout((Component.A,)))
            alpha = self.builder.materialise(fetch(yuv).then("alpha", "color = color.aaaa;"), "alpha of RGB")
        self.source = self.source.with_changes(
            model=ColourModel.YUV, planes=tuple(layout), depth=8, matrix=Matrix.BT709, range=Range.LIMITED
        )
        self.numbers = codes
        return luma, chroma, alpha

    # -- chroma ----------------------------------------------------------------------------------------

    def _chroma(self, ready: Image | None, reference: Image) -> Draft:
        """Chroma on the reference grid, in .xy."""
        runner = self.runner
        if ready is not None:
            image: Image | None = ready
            size, rect = ready.size, ready.rect
        else:
            size, rect = self._chroma_geometry()
            image = self._packed_chroma(size, rect)
        scaler = self.settings.chroma_scaler or self.settings.scaler
        hooked = runner.wants(Stage.CHROMA)
        runner.fired.add(Stage.CHROMA)
        # Two planes can be sampled where they are unless a pass or a kernel of several taps reads them.
        resampled = self.source.subsampling != (1, 1) and scaler is not Scaler.BILINEAR
        if image is None and (hooked or resampled):
            image = self._merged_chroma(size, rect, hooked)
        if image is not None and hooked:
            image = runner.run(Stage.CHROMA, image)
        if image is not None:
            draft = self._to_reference(replace(image, components=2), reference, scaler)
        else:
            cb, cr = (self._plane(c, size, rect) for c in (Component.CB, Component.CR))
            halves = [
                ("us_all.x = us_part.x;", self._to_reference(cb, reference, scaler)),
                ("us_all.y = us_part.x;", self._to_reference(cr, reference, scaler)),
            ]
            draft = combine("", halves, reference.size, reference.rect, 2)
        draft = replace(draft, rect=reference.rect)
        return self.runner.hook(Stage.CHROMA_SCALED, draft, "chroma at luma size")

    def _chroma_geometry(self) -> tuple[Size, Rect]:
        sx, sy = self.source.subsampling
        size = Size(-(-self.source.width // sx), -(-self.source.height // sy))
        return size, decode.chroma_rect(self.source, size)

    def _plane(self, component: Component, size: Size, rect: Rect) -> Image:
        return Image(self.channels[component].texture, size, rect, 1, self.numbers.mul)

    def _packed_chroma(self, size: Size, rect: Rect) -> Image | None:
        """The chroma plane itself when Cb and Cr already lie side by side (nv12)."""
        cb, cr = self.channels[Component.CB], self.channels[Component.CR]
        if (cb.letter, cr.letter) == ("r", "g") and cb.texture == cr.texture:
            return Image(cb.texture, size, rect, 2, self.numbers.mul)
        return None

    def _merged_chroma(self, size: Size, rect: Rect, hooked: bool) -> Image:
        """Cb and Cr side by side: normalised for passes, else a plain copy of the codes, which loses nothing."""
        parts = [("r", self.channels[Component.CB]), ("g", self.channels[Component.CR])]
        mul = self.numbers.mul if hooked else 1.0
        draft = decode.gather_components("merge Cb and Cr", parts, size, rect, mul, 2)
        texel = None if hooked else TexelFormat.of(2, self.source.texture_bits)
        image = self.builder.materialise(draft, "merge Cb and Cr", texel)
        return image if hooked else replace(image, mul=self.numbers.mul)

    def _to_reference(self, image: Image, reference: Image, scaler: Scaler) -> Draft:
        """An image on the grid of the reference plane, by the two rectangles."""
        step = (image.rect.width / reference.rect.width, image.rect.height / reference.rect.height)
        origin = (image.rect.x0 - reference.rect.x0 * step[0], image.rect.y0 - reference.rect.y0 * step[1])
        return resample(
            image, reference.size, origin, step, scaler,
            antialias=self.settings.antialias, exact=True, add_texture=self.builder.add_texture,
            materialise=self.builder.materialise,
        )  # fmt: skip

    def _alpha(self, alpha: Image, reference: Image) -> Draft:
        self.runner.fired.add(Stage.ALPHA)
        if self.runner.wants(Stage.ALPHA):
            alpha = self.runner.run(Stage.ALPHA, alpha)
        draft = replace(self._to_reference(alpha, reference, Scaler.BILINEAR), rect=reference.rect)
        return self.runner.hook(Stage.ALPHA_SCALED, draft, "alpha at luma size")


def visible_rect(source: SourceFormat) -> Rect:
    """Where the visible source lies on the reference plane."""
    box = source.visible
    return Rect(float(box.left), float(box.top), float(box.right), float(box.bottom))
