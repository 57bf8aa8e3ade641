"""Splitting the text of a shader file into blocks: header lines and a body each."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from anime4k.errors import ShaderSyntaxError
from anime4k.hooks.syntax import MAGIC, MAX_BLOCKS, WHITESPACE


class BlockKind(enum.Enum):
    """What a block declares; the value is the directive that must come first, empty for a pass."""

    PASS = ""
    TEXTURE = "TEXTURE"
    BUFFER = "BUFFER"
    PARAM = "PARAM"


@dataclass(frozen=True)
class HeaderLine:
    """One header line.

    Attributes:
        text: what follows the magic characters, without trailing white space.
        line: 1-based line in the file.
        after_text: whether something else precedes it on its line, which is hardly ever meant.
    """

    text: str
    line: int
    after_text: bool


@dataclass(frozen=True)
class Block:
    """One block: at least one header line and a body.

    Attributes:
        kind: decided by the first header line alone.
        header: the header lines in order.
        body: everything up to the next magic characters, verbatim.
        body_line: 1-based line at which the body starts.
    """

    kind: BlockKind
    header: tuple[HeaderLine, ...]
    body: str
    body_line: int

    @property
    def line(self) -> int:
        """The line of the first header line."""
        return self.header[0].line


def normalise(text: str | bytes) -> str:
    """Text with LF line ends only, and without anything that cannot be encoded as UTF-8."""
    if isinstance(text, bytes):
        decoded = text.decode("utf-8", errors="replace")
    else:
        decoded = text.encode("utf-8", errors="replace").decode("utf-8")
    if "\r" in decoded:
        decoded = decoded.replace("\r\n", "\n").replace("\r", "\n")
    return decoded


def split(text: str, path: str) -> Iterator[Block]:
    """The blocks of a normalised text, in order; none when the magic characters never occur.

    The magic characters count wherever they stand, also in the middle of a line or in a comment. The
    header of a block ends before the first line that does not start with them (white space aside).

    Raises:
        ShaderSyntaxError: more than `MAX_BLOCKS` blocks.
    """
    cursor = text.find(MAGIC)
    if cursor < 0:
        return
    line = 1 + text.count("\n", 0, cursor)
    before = text[text.rfind("\n", 0, cursor) + 1 : cursor]
    after_text = bool(before.strip(WHITESPACE + "\ufeff"))
    count = 0
    while cursor < len(text):
        count += 1
        if count > MAX_BLOCKS:
            raise ShaderSyntaxError(path, line, f"the file has more than {MAX_BLOCKS} blocks", "split the file")
        kind = _kind(text, cursor)
        header: list[HeaderLine] = []
        while cursor < len(text):
            end = text.find("\n", cursor)
            end = len(text) if end < 0 else end + 1
            stripped = text[cursor:end].strip(WHITESPACE)
            if not stripped.startswith(MAGIC):
                break
            header.append(HeaderLine(stripped[len(MAGIC) :], line, after_text))
            after_text = False
            line += text.count("\n", cursor, end)
            cursor = end
        body_line = line
        end = text.find(MAGIC, cursor)
        end = len(text) if end < 0 else end
        body = text[cursor:end]
        line += body.count("\n")
        after_text = bool(body[body.rfind("\n") + 1 :].strip(WHITESPACE))
        cursor = end
        yield Block(kind, tuple(header), body, body_line)


def _kind(text: str, cursor: int) -> BlockKind:
    """The kind of the block whose first header line starts at `cursor`."""
    for kind in (BlockKind.TEXTURE, BlockKind.BUFFER, BlockKind.PARAM):
        if text.startswith(MAGIC + kind.value, cursor):
            return kind
    return BlockKind.PASS
