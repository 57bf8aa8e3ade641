"""Showing a picture in a window."""

from __future__ import annotations

import moderngl

from anime4k.gl.device import Device
from anime4k.gl.program import Drawable, compile_fragment, set_uniform

# Windows count rows from the bottom, pictures from the top.
_TEXT = """uniform sampler2D us_picture;
uniform vec2 us_origin, us_size;
uniform bool us_exact;
out vec4 us_out;
void main() {
    vec2 us_at = vec2(gl_FragCoord.x - us_origin.x, us_origin.y - gl_FragCoord.y);
    // Filtering is only needed while the picture has not been planned for a new window size yet.
    vec4 us_color = us_exact ? texelFetch(us_picture, ivec2(us_at), 0) : textureLod(us_picture, us_at / us_size, 0.0);
    us_out = vec4(us_color.rgb, 1.0);
}
"""


class Presenter:
    """Draws pictures into the default framebuffer.

    Args:
        device: a current context; it must be the window's when something is drawn.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._program: Drawable | None = None
        self._screen: moderngl.Framebuffer | None = None

    def draw(
        self, picture: moderngl.Texture, framebuffer_size: tuple[int, int], rect: tuple[int, int, int, int]
    ) -> None:
        """Draw a picture, black around it; blending and the like must be off.

        Args:
            picture: its texture.
            framebuffer_size: of the window, in pixels.
            rect: (x, y, width, height) of the picture, from the top-left corner.
        """
        if self._program is None:
            self._program = compile_fragment(self._device, (), _TEXT)
        if self._screen is None:
            self._screen = self._device.ctx.detect_framebuffer(0)
        x, y, width, height = rect
        screen, program = self._screen, self._program.program
        screen.use()
        screen.scissor = None  # type: ignore[assignment]
        screen.viewport = (0, 0, *framebuffer_size)
        screen.clear(0.0, 0.0, 0.0, 1.0)
        screen.viewport = (x, framebuffer_size[1] - y - height, width, height)
        set_uniform(program, "us_origin", (x, framebuffer_size[1] - y))
        set_uniform(program, "us_size", (width, height))
        set_uniform(program, "us_exact", (picture.size == (width, height),))
        picture.use(0)
        self._program.vertex_array.render(moderngl.TRIANGLES, 3)

    def release(self) -> None:
        """Delete the program."""
        if self._program is not None:
            self._program.release()
            self._program = None
