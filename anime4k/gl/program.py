"""Compiling GLSL and reading what drivers say about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import moderngl

from anime4k.gl.device import Device

# One triangle that covers the viewport, without any vertex data; or cells of it, as strips of four vertices: left and
# bottom edge, width, and the height negated. Without data the attribute is (0, 0, 0, 1).
_VERTEX = """layout(location = 0) in vec4 us_cell;
void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    gl_Position = vec4(us_cell.w > 0.0 ? corner * 4.0 - 1.0 : us_cell.xy + corner * abs(us_cell.zw), 0.0, 1.0);
}
"""
CELL = "us_cell"
"""The attribute of cells."""

OWN_LINES = 1_000_000
"""Lines of our own text count from here, so that a smaller number in a message is a line of the user's file.

The number of the source string cannot tell them apart: Mesa forgets it in some messages.
"""

# "1:12(3): error: text" (Mesa), "1(12) : error C1: text" (NVIDIA), "ERROR: 1:12: text" (Apple, Intel, AMD).
_MESSAGE = re.compile(r"(?:^|\s)(\d+)(?::(\d+)(?:\(\d+\))?|\((\d+)\))\s*:?\s*(.*)$")


class CompileError(Exception):
    """The driver refused a program.

    Attributes:
        line: line in the user's text, None when the message concerns our own or has no line.
        reason: the driver's first error, one line.
        log: everything the driver said.
    """

    def __init__(self, log: str) -> None:
        self.log = log
        self.line, self.reason = _first_error(log)
        super().__init__(self.reason)


def _first_error(log: str) -> tuple[int | None, str]:
    fallback = ""
    own: str | None = None
    for text in log.splitlines():
        if "error" not in text.lower():
            continue
        match = _MESSAGE.search(text)
        if match:
            line = int(match.group(2) or match.group(3))
            words = re.sub(r"^\W*(?:error\s*\w*\s*:)?\s*", "", match.group(4), flags=re.IGNORECASE)
            words = words.strip() or text.strip()
            if line < OWN_LINES:
                return line, words
            own = own or words
            continue
        fallback = fallback or text.strip()
    lines = [line.strip() for line in log.splitlines() if line.strip(" =\t")]
    return None, own or fallback or (lines[-1] if lines else "no message")


@dataclass
class Drawable:
    """A linked fragment program with its vertex array.

    Attributes:
        program: the program.
        vertex_array: an empty one.
        drawn: whether it has been drawn once, which is when drivers finish compiling.
    """

    program: moderngl.Program
    vertex_array: moderngl.VertexArray
    drawn: bool = False

    def release(self) -> None:
        """Delete both."""
        self.vertex_array.release()
        self.program.release()


@dataclass
class Dispatchable:
    """A linked compute program; `drawn` as for `Drawable`."""

    program: moderngl.ComputeShader
    drawn: bool = False

    def release(self) -> None:
        """Delete it."""
        self.program.release()


AnyProgram = Drawable | Dispatchable


def source_text(device: Device, extensions: Sequence[str], text: str) -> str:
    """The complete text of a shader: version, extensions, body; a `#line` in them begins the user's text."""
    return "\n".join([f"#version {device.info.glsl}", *extensions, f"#line {OWN_LINES}", text])


def compile_fragment(device: Device, extensions: Sequence[str], text: str) -> Drawable:
    """Compile and link a full-screen fragment program.

    Raises:
        CompileError: with the line in the user's text where known.
    """
    try:
        program = device.ctx.program(
            vertex_shader=f"#version {device.info.glsl}\n{_VERTEX}",
            fragment_shader=source_text(device, extensions, text),
        )
    except moderngl.Error as error:
        raise CompileError(str(error)) from error
    return Drawable(program, device.ctx.vertex_array(program, []))


def compile_compute(device: Device, extensions: Sequence[str], text: str) -> Dispatchable:
    """Compile and link a compute program.

    Raises:
        CompileError: with the line in the user's text where known.
    """
    try:
        return Dispatchable(device.ctx.compute_shader(source_text(device, extensions, text)))
    except moderngl.Error as error:
        raise CompileError(str(error)) from error


GLProgram = moderngl.Program | moderngl.ComputeShader


def set_uniform(program: GLProgram, name: str, values: Sequence[float]) -> None:
    """Set a uniform if the compiler kept it."""
    member = program.get(name, None)
    if isinstance(member, moderngl.Uniform):
        member.value = values[0] if len(values) == 1 else tuple(values)
