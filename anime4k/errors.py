"""The exceptions of the project: one small tree with built-in bases.

Every message is one sentence that says what happened, where, and what the user can do. The command
line prints ``str(error)`` and nothing else, so a message must stand on its own.
"""

from __future__ import annotations

from pathlib import Path


class Anime4kError(Exception):
    """Base of every error that the project raises on purpose."""


class UsageError(Anime4kError, ValueError):
    """A wrong argument or option value; the command line exits with 2."""


class MediaError(Anime4kError, OSError):
    """An input file cannot be opened, decoded or written."""


class OutputError(MediaError):
    """An output file cannot be written or did not verify."""


class FetchError(Anime4kError, OSError):
    """Something that is fetched from a package index could not be had, or is not what was expected."""


class GLError(Anime4kError, RuntimeError):
    """No usable OpenGL context, or the driver refused something that the pipeline needs."""


class GraphicsMemoryError(GLError):
    """The graphics memory has no room; it may have when something else is given up."""


class DisplayError(GLError):
    """No window can be opened because there is no display."""


class PlanError(Anime4kError, ValueError):
    """No plan can be made of the request (impossible size, unsupported source)."""


class ShaderError(Anime4kError, ValueError):
    """A user shader file cannot be used; the picture goes on without that file.

    Attributes:
        path: the shader file.
        line: 1-based line in that file, or None when the error has no line.
        reason: what is wrong, without file and line.
        hint: what the author or user can do, or an empty string.
    """

    def __init__(self, path: str | Path, line: int | None, reason: str, hint: str = "") -> None:
        self.path = str(path)
        self.line = line
        self.reason = reason
        self.hint = hint
        where = self.path if line is None else f"{self.path}:{line}"
        super().__init__(f"{where}: {reason}" + (f" ({hint})" if hint else ""))


class ShaderSyntaxError(ShaderError):
    """The text of a shader file breaks the rules of the user-shader language.

    Attributes:
        directive: the directive keyword concerned, or an empty string.
    """

    def __init__(
        self, path: str | Path, line: int | None, reason: str, hint: str = "", directive: str = ""
    ) -> None:
        self.directive = directive
        super().__init__(path, line, reason, hint)


class ShaderCompileError(ShaderError):
    """The driver refused the GLSL of a pass."""


class ExpressionError(Anime4kError, ValueError):
    """An RPN expression (WIDTH, HEIGHT, WHEN) has no value."""
