"""Splitting into blocks, against a second splitter written in another way."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anime4k.errors import ShaderSyntaxError
from anime4k.hooks.blocks import BlockKind, normalise, split
from anime4k.hooks.syntax import MAX_BLOCKS

BLANK = " \t\v\f"


def reference(text: str) -> list[tuple[list[str], str]]:
    """(header lines, body) of each block: the text is cut at every magic mark, then the pieces are joined again."""
    pieces = re.split(r"(?=//!)", text)
    pieces = pieces[1:] if "//!" in text else []
    blocks: list[tuple[list[str], str]] = []
    header: list[str] = []
    held = ""
    for index, piece in enumerate(pieces):
        held += piece
        line, newline, rest = held.partition("\n")
        last = index == len(pieces) - 1
        if not newline and not last:
            continue  # the next mark stands on the same header line
        header.append(line.strip(BLANK)[3:])
        held = ""
        if not last and not rest.strip(BLANK):
            continue  # the next mark follows on the next line
        blocks.append((header, rest))
        header = []
    return blocks


@given(st.lists(st.sampled_from(["//!", "\n", " ", "\t", "a", "/", "//", "TEXTURE", "\n\n", "\n//!"]), max_size=60))
def test_blocks_equal_the_reference(parts: list[str]) -> None:
    text = "".join(parts)
    found = [([line.text for line in block.header], block.body) for block in split(text, "x")]
    assert found == reference(text)


@given(st.lists(st.sampled_from(["//!A", "\n", " ", "b", "//", "\n//!C"]), max_size=40))
def test_line_numbers_point_at_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    lines = text.split("\n")
    for block in split(text, "x"):
        for header in block.header:
            assert ("//!" + header.text) in lines[header.line - 1]
        first_body_line = block.body.split("\n")[0]
        assert lines[block.body_line - 1].startswith(first_body_line)


def test_kind_is_decided_by_the_first_line_only() -> None:
    text = "//!TEXTUREx\n//!HOOK A\n\n//!HOOK A\n//!TEXTURE x\n\n//!BUFFER b\n\n//!PARAM p\n"
    assert [block.kind for block in split(text, "x")] == [
        BlockKind.TEXTURE,
        BlockKind.PASS,
        BlockKind.BUFFER,
        BlockKind.PARAM,
    ]


@pytest.mark.parametrize("source", [b"a\r\nb\rc\n", "a\r\nb\rc\n"])
def test_line_ends_become_lf(source: str | bytes) -> None:
    assert normalise(source) == "a\nb\nc\n"


def test_undecodable_text_becomes_replacements() -> None:
    assert normalise(b"a\xff") == "a\ufffd"
    assert normalise("a\ud800") == "a?"


def test_number_of_blocks_is_bounded() -> None:
    block = "//!HOOK MAIN\n\n"
    assert len(list(split(block * MAX_BLOCKS, "x"))) == MAX_BLOCKS
    with pytest.raises(ShaderSyntaxError, match="more than") as caught:
        list(split(block * (MAX_BLOCKS + 1), "x"))
    assert caught.value.line == 2 * MAX_BLOCKS + 1
