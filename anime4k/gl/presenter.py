"""Showing pictures in a window."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

import moderngl
import numpy as np

from anime4k.gl.device import Device
from anime4k.gl.look import NEUTRAL, Box, Fill, Look
from anime4k.gl.program import Drawable, compile_fragment, set_uniform


class _Way(enum.Enum):
    """How a pixel of the window finds its colour; the value is GLSL that is given the place `us_at`.

    Each is a program of its own: software renderers compute every branch of one that chooses.
    """

    EXACT = "return texelFetch(us_picture, ivec2(us_at), 0);"
    FILTERED = "return textureLod(us_picture, us_at / us_size, 0.0);"
    """Only needed while the picture has not been planned for a new window size yet."""
    SHARP = """ivec2 us_extent = textureSize(us_picture, 0);
    return texelFetch(us_picture, clamp(ivec2(us_at / us_size * vec2(us_extent)), ivec2(0), us_extent - 1), 0);"""


# Windows count rows from the bottom, pictures from the top.
_HEAD = """uniform sampler2D us_picture;
uniform vec2 us_origin, us_size;
out vec4 us_out;
vec4 us_color() {
    vec2 us_at = vec2(gl_FragCoord.x - us_origin.x, us_origin.y - gl_FragCoord.y);
    WAY
}
"""
_PLAIN = """void main() { us_out = vec4(us_color().rgb, 1.0); }
"""
_ADJUSTED = """uniform float us_contrast, us_brightness, us_gamma, us_saturation;
void main() {
    vec3 us_rgb = us_color().rgb;
    float us_luma = dot(us_rgb, vec3(0.2126, 0.7152, 0.0722));
    us_rgb = us_contrast * (us_luma + us_saturation * (us_rgb - us_luma)) + us_brightness;
    us_out = vec4(pow(clamp(us_rgb, 0.0, 1.0), vec3(1.0 / us_gamma)), 1.0);
}
"""


@dataclass(frozen=True)
class Placed:
    """A picture in the window.

    Attributes:
        picture: its texture.
        rect: where all of it lies; may reach beyond the window.
        clip: the part of the window in which it is seen; None = everywhere.
        sharp: whether texels stay squares when it is enlarged.
    """

    picture: moderngl.Texture
    rect: Box
    clip: Box | None = None
    sharp: bool = False


class Presenter:
    """Draws pictures into the default framebuffer.

    Args:
        device: a current context; it must be the window's when something is drawn.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._programs: dict[tuple[_Way, bool], Drawable] = {}
        self.screen: moderngl.Framebuffer | None = None
        """Where to draw; the window unless set."""

    def draw(self, items: Sequence[Placed | Fill], framebuffer_size: tuple[int, int], look: Look = NEUTRAL) -> None:
        """Draw pictures in this order, black around them; blending and the like must be off.

        Args:
            items: what to draw.
            framebuffer_size: of the window, in pixels.
            look: colours.
        """
        screen = self._target()
        screen.use()
        screen.scissor = None  # type: ignore[assignment]
        screen.viewport = (0, 0, *framebuffer_size)
        if not (items and _covers(items[0], framebuffer_size)):
            screen.clear(0.0, 0.0, 0.0, 1.0)
        for item in items:
            if isinstance(item, Fill):
                box = _inside(item.rect, framebuffer_size)
                if box is not None:
                    screen.clear(*item.colour, 1.0, viewport=_flipped(box, framebuffer_size))
                continue
            self._place(screen, item, framebuffer_size, look)
        screen.scissor = None  # type: ignore[assignment]
        screen.viewport = (0, 0, *framebuffer_size)

    def _place(self, screen: moderngl.Framebuffer, item: Placed, framebuffer_size: tuple[int, int], look: Look) -> None:
        box = _inside(item.rect, framebuffer_size, item.clip)
        if box is None:
            return
        x, y, width, height = item.rect
        exact = item.picture.size == (width, height)
        drawable = self._program(_Way.EXACT if exact else _Way.SHARP if item.sharp else _Way.FILTERED, look)
        program = drawable.program
        # Only the seen part is the viewport: its size is limited, that of an enlarged picture is not.
        screen.viewport = _flipped(box, framebuffer_size)
        set_uniform(program, "us_origin", (x, framebuffer_size[1] - y))
        set_uniform(program, "us_size", (width, height))
        if look != NEUTRAL:
            for name in ("contrast", "brightness", "gamma", "saturation"):
                set_uniform(program, f"us_{name}", (getattr(look, name),))
        item.picture.use(0)
        drawable.vertex_array.render(moderngl.TRIANGLES, 3)

    def read(self, framebuffer_size: tuple[int, int]) -> np.ndarray:
        """What has been drawn into the window: (h, w, 3) of uint8, top row first."""
        width, height = framebuffer_size
        data = self._target().read(viewport=(0, 0, width, height), components=3, alignment=1)
        return np.ascontiguousarray(np.frombuffer(data, np.uint8).reshape(height, width, 3)[::-1])

    @property
    def programs(self) -> int:
        """Programs that exist."""
        return len(self._programs)

    def _target(self) -> moderngl.Framebuffer:
        if self.screen is None:
            self.screen = self._device.ctx.detect_framebuffer(0)
        return self.screen

    def _program(self, way: _Way, look: Look) -> Drawable:
        key = way, look != NEUTRAL
        if key not in self._programs:
            text = _HEAD.replace("WAY", way.value) + (_ADJUSTED if look != NEUTRAL else _PLAIN)
            self._programs[key] = compile_fragment(self._device, (), text)
        return self._programs[key]

    def release(self) -> None:
        """Delete the programs."""
        for program in self._programs.values():
            program.release()
        self._programs.clear()


def _covers(item: Placed | Fill, framebuffer_size: tuple[int, int]) -> bool:
    """Whether all of the window is drawn over; clearing it first would only take time on software renderers."""
    clip = item.clip if isinstance(item, Placed) else None
    return _inside(item.rect, framebuffer_size, clip) == (0, 0, *framebuffer_size)


def _inside(rect: Box, framebuffer_size: tuple[int, int], clip: Box | None = None) -> Box | None:
    """The part of a rectangle that is in the window and in `clip`; None = nothing."""
    left, top, right, bottom = 0, 0, *framebuffer_size
    for x, y, width, height in (rect, clip or rect):
        left, top, right, bottom = max(left, x), max(top, y), min(right, x + width), min(bottom, y + height)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def _flipped(box: Box, framebuffer_size: tuple[int, int]) -> Box:
    """The same rectangle counted from the bottom left corner."""
    return (box[0], framebuffer_size[1] - box[1] - box[3], box[2], box[3])
