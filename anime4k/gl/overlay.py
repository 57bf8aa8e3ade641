"""Laying overlays (subtitles, on-screen text) over what is in the window."""

from __future__ import annotations

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import moderngl
import numpy as np

from anime4k.gl import raw
from anime4k.gl.atlas import CORNERS, FLOATS, Batch, Kind, Run, Sheet, batches
from anime4k.gl.counts import Counts
from anime4k.gl.device import Device
from anime4k.gl.texture import picture_texture
from anime4k.overlay import Overlay, Pixels

_SIDE = 4096
_RESIDENT = 2
"""Batches kept on the device; an overlay with more of them is uploaded for every drawing, in bounded memory."""

# Windows count rows from the bottom, overlays from the top.
_VERTEX = """
in vec4 in_target, in_bounds, in_colour, in_map;
uniform vec2 us_window;
flat out vec4 us_target, us_bounds, us_colour, us_map;
void main() {
    int us_number = gl_VertexID % 6;
    vec2 us_corner = vec2(us_number == 1 || us_number == 3 || us_number == 4, us_number == 2 || us_number > 3);
    vec2 us_at = in_target.xy + us_corner * in_target.zw;
    gl_Position = vec4(us_at.x / us_window.x * 2.0 - 1.0, 1.0 - us_at.y / us_window.y * 2.0, 0.0, 1.0);
    us_target = in_target;
    us_bounds = in_bounds;
    us_colour = in_colour;
    us_map = in_map;
}
"""
# Interpolated by hand: only so can no driver mix in a neighbour of the tile, not even by its rounding.
_FRAGMENT = """
uniform sampler2D us_sheet;
uniform vec2 us_window;
flat in vec4 us_target, us_bounds, us_colour, us_map;
out vec4 us_out;
vec4 us_texel(vec2 us_at) {
    return texelFetch(us_sheet, ivec2(clamp(us_at, us_bounds.xy, us_bounds.zw)), 0);
}
void main() {
    vec2 us_pixel = vec2(gl_FragCoord.x, us_window.y - gl_FragCoord.y) - us_target.xy;
    vec2 us_at = us_map.xy + us_pixel * us_map.zw;
#if SCALED
    us_at -= 0.5;
    vec2 us_low = floor(us_at), us_part = us_at - us_low;
    vec4 us_color = mix(
        mix(us_texel(us_low), us_texel(us_low + vec2(1.0, 0.0)), us_part.x),
        mix(us_texel(us_low + vec2(0.0, 1.0)), us_texel(us_low + vec2(1.0, 1.0)), us_part.x), us_part.y);
#else
    vec4 us_color = us_texel(floor(us_at));
#endif
#if RGBA
    us_out = us_color * us_colour.a;
#else
    us_out = vec4(us_colour.rgb, 1.0) * (us_color.r * us_colour.a);
#endif
}
"""


class OverlayPainter:
    """Draws overlays into the default framebuffer.

    One painter remembers one overlay, so every layer that changes on its own wants its own painter.

    Args:
        device: a current context; it must be the window's when something is drawn.
        side: largest width and height of the textures used.
    """

    def __init__(self, device: Device, *, side: int = _SIDE) -> None:
        self.uploads = 0
        """Overlays copied to the device so far."""
        self._device = device
        self._side = max(4, min(side, device.info.max_texture_size))
        self._programs: dict[Kind, moderngl.Program] = {}
        self._screen: moderngl.Framebuffer | None = None
        self._slots: list[_Slot] = []
        self._overlay: Overlay | None = None
        self._window = (0, 0)
        self._batches: list[Batch] = []
        self._prepared: WeakKeyDictionary[Overlay, tuple[tuple[int, int], list[Batch]]] = WeakKeyDictionary()

    @property
    def texture_count(self) -> int:
        """Textures held."""
        return sum((slot.coverage is not None) + (slot.rgba is not None) for slot in self._slots)

    def prepare(self, overlay: Overlay, framebuffer_size: tuple[int, int]) -> None:
        """Do what drawing an overlay needs no device for; safe from any thread."""
        if overlay.tiles and min(framebuffer_size) > 0 and overlay not in self._prepared:
            self._prepared[overlay] = (framebuffer_size, batches(overlay, framebuffer_size, self._side))

    def draw(
        self, overlay: Overlay, framebuffer_size: tuple[int, int], target: moderngl.Framebuffer | None = None
    ) -> None:
        """Lay an overlay over what is there; blending is off again afterwards, the framebuffer stays bound.

        Args:
            overlay: its tiles; the same object as last time is not uploaded again.
            framebuffer_size: of the window, in pixels.
            target: where to draw instead of the window; it is as large as the window.

        Raises:
            GLError: the device has no room for the tiles.
        """
        if not overlay.tiles or min(framebuffer_size) <= 0:
            return
        if overlay is not self._overlay or framebuffer_size != self._window:
            self._overlay, self._window = None, framebuffer_size
            prepared = self._prepared.get(overlay)
            if prepared is None or prepared[0] != framebuffer_size:
                prepared = (framebuffer_size, batches(overlay, framebuffer_size, self._side))
            self._batches = prepared[1]
            self._overlay = overlay
            self.uploads += 1
        if not self._batches:
            return
        if target is None:
            if self._screen is None:
                self._screen = self._device.ctx.detect_framebuffer(0)
            target = self._screen
        context = self._device.ctx
        target.use()
        target.scissor = None  # type: ignore[assignment]
        target.viewport = (0, 0, *framebuffer_size)
        context.enable_only(moderngl.BLEND)
        context.blend_func = (moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)
        self._device.raw("glDisable", raw.SCISSOR_TEST)
        self._device.raw("glDisable", raw.FRAMEBUFFER_SRGB)
        try:
            for number, batch in enumerate(self._batches):
                if number % _RESIDENT >= len(self._slots):
                    self._slots.append(_Slot(self._device))
                slot = self._slots[number % _RESIDENT]
                slot.hold(batch)
                for run in batch.runs:
                    program = self._program(run.kind)
                    program["us_window"] = framebuffer_size
                    slot.draw(program, run)
        finally:
            context.enable_only(moderngl.NOTHING)
            context.blend_func = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA

    def onto(self, picture: Pixels, overlay: Overlay) -> Pixels:
        """`picture`, (h, w, 3) of uint8, with an overlay of its own size over it.

        Raises:
            GLError: the device has no room for it.
        """
        height, width = picture.shape[:2]
        canvas = picture_texture(self._device, (width, height), 4, 8, False)
        target = self._device.ctx.framebuffer([canvas])
        try:
            rgba = np.dstack([picture, np.full((height, width), 255, np.uint8)])
            canvas.write(np.ascontiguousarray(rgba[::-1]))  # windows count rows from the bottom
            self.draw(overlay, (width, height), target)
            drawn = np.frombuffer(canvas.read(alignment=1), np.uint8).reshape(height, width, 4)
        finally:
            self._device.ctx.detect_framebuffer(0).use()
            target.release()
            canvas.release()
        return np.ascontiguousarray(drawn[::-1, :, :3])

    @property
    def counts(self) -> Counts:
        """What there is."""
        textures = sum(texture is not None for slot in self._slots for texture in (slot.coverage, slot.rgba))
        buffers = sum(slot.buffer is not None for slot in self._slots)
        return Counts(textures=textures, programs=len(self._programs), buffers=buffers)

    def _program(self, kind: Kind) -> moderngl.Program:
        """A program for each kind: software rendering would pay for both sides of every branch."""
        if kind not in self._programs:
            version = f"#version {self._device.info.glsl}\n"
            defines = f"#define RGBA {kind.rgba:d}\n#define SCALED {kind.scaled:d}\n"
            self._programs[kind] = self._device.ctx.program(
                vertex_shader=version + _VERTEX, fragment_shader=version + defines + _FRAGMENT
            )
        return self._programs[kind]

    def release(self) -> None:
        """Delete every GL object; the painter can be used again."""
        for slot in self._slots:
            slot.release()
        self._slots.clear()
        for program in self._programs.values():
            program.release()
        self._programs.clear()
        self._overlay = None
        self._batches = []


@dataclass(eq=False)
class _Slot:
    """Room on the device for one batch; it grows and is used again."""

    device: Device
    coverage: moderngl.Texture | None = None
    rgba: moderngl.Texture | None = None
    buffer: moderngl.Buffer | None = None
    vertex_arrays: dict[Kind, moderngl.VertexArray] = field(default_factory=dict)
    holds: Batch | None = None

    def hold(self, batch: Batch) -> None:
        """Copy a batch to the device unless it is there."""
        if self.holds is batch:
            return
        self.holds = None
        self.coverage = self._filled(self.coverage, batch.coverage, 1)
        self.rgba = self._filled(self.rgba, batch.rgba, 4)
        self._write(batch)
        self.holds = batch

    def draw(self, program: moderngl.Program, run: Run) -> None:
        """Draw a run of the batch."""
        texture = self.rgba if run.kind.rgba else self.coverage
        assert texture is not None and self.buffer is not None, "hold() comes first"
        if run.kind not in self.vertex_arrays:
            content = (self.buffer, "4f 4f 4f 4f", "in_target", "in_map", "in_bounds", "in_colour")
            self.vertex_arrays[run.kind] = self.device.ctx.vertex_array(program, [content])
        texture.use(0)
        self.vertex_arrays[run.kind].render(
            moderngl.TRIANGLES, vertices=run.count * CORNERS, first=run.first * CORNERS
        )

    def _filled(self, texture: moderngl.Texture | None, sheet: Sheet, components: int) -> moderngl.Texture | None:
        if not sheet.placed:
            return texture
        old = texture.size if texture is not None else (64, 64)
        needed = (max(old[0], _power_of_two(sheet.size[0])), max(old[1], _power_of_two(sheet.size[1])))
        if texture is None or needed != old:
            made = picture_texture(self.device, needed, components, 8, False)
            if texture is not None:
                texture.release()
            texture = made
        texture.write(sheet.picture(), viewport=(0, 0, *sheet.size), alignment=1)
        return texture

    def _write(self, batch: Batch) -> None:
        data = batch.vertices().tobytes()
        if self.buffer is None or self.buffer.size < len(data):
            self._release_buffer()
            self.buffer = self.device.ctx.buffer(reserve=_power_of_two(max(len(data), 1024 * FLOATS)), dynamic=True)
        else:
            self.buffer.orphan()
        self.buffer.write(data)

    def _release_buffer(self) -> None:
        for array in self.vertex_arrays.values():
            array.release()
        self.vertex_arrays.clear()
        if self.buffer is not None:
            self.buffer.release()
            self.buffer = None

    def release(self) -> None:
        self._release_buffer()
        for texture in (self.coverage, self.rgba):
            if texture is not None:
                texture.release()
        self.coverage = self.rgba = None
        self.holds = None


def _power_of_two(number: int) -> int:
    return 1 << max(0, number - 1).bit_length()
