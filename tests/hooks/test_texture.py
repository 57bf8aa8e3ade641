"""Reading TEXTURE blocks."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from anime4k.errors import ShaderSyntaxError
from anime4k.hooks.decl import Border, Filter, SampleType, ShaderFile, TextureFormat
from anime4k.hooks.texture import texture_format

Parse = Callable[[str | bytes], ShaderFile]

UNORM, SNORM, FLOAT = SampleType.UNORM, SampleType.SNORM, SampleType.FLOAT
UINT, SINT = SampleType.UINT, SampleType.SINT


def refused(parse: Parse, text: str) -> ShaderSyntaxError:
    with pytest.raises(ShaderSyntaxError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("name", "components", "bits", "sample_type", "texel_bytes"),
    [
        ("r8", 1, 8, UNORM, 1),
        ("rg8", 2, 8, UNORM, 2),
        ("rgb8", 3, 8, UNORM, 3),
        ("rgba8", 4, 8, UNORM, 4),
        ("r16", 1, 16, UNORM, 2),
        ("rgba16", 4, 16, UNORM, 8),
        ("r16f", 1, 16, FLOAT, 4),
        ("rgba16f", 4, 16, FLOAT, 16),
        ("rgba16hf", 4, 16, FLOAT, 8),
        ("r32f", 1, 32, FLOAT, 4),
        ("rgba32f", 4, 32, FLOAT, 16),
        ("r8u", 1, 8, UINT, 1),
        ("r8ui", 1, 8, UINT, 1),
        ("rgba16u", 4, 16, UINT, 8),
        ("r32ui", 1, 32, UINT, 4),
        ("r32i", 1, 32, SINT, 4),
        ("rg8s", 2, 8, SNORM, 2),
        ("rgb10_a2", 4, 10, UNORM, 4),
        ("bgra8", 4, 8, UNORM, 4),
    ],
)
def test_formats(name: str, components: int, bits: int, sample_type: SampleType, texel_bytes: int) -> None:
    found = texture_format(name)
    assert isinstance(found, TextureFormat)
    assert (found.name, found.components, found.bits, found.sample_type) == (name, components, bits, sample_type)
    assert found.payload_texel_bytes == texel_bytes


@pytest.mark.parametrize(
    "name", ["", "r", "r32", "rgba8f", "rgba8hf", "r32hf", "r32s", "rgba64f", "RGBA8", "bgra16", "r8 "]
)
def test_unknown_formats(parse: Parse, name: str) -> None:
    assert texture_format(name) is None
    if name == name.strip():
        error = refused(parse, f"//!TEXTURE t\n//!FORMAT {name}\n00\n")
        assert (error.line, error.directive) == (2, "FORMAT")


def test_all_directives(parse: Parse) -> None:
    text = (
        "//!TEXTURE lut\n//!SIZE 2 1\n//!FORMAT rg8\n//!FILTER LINEAR\n//!BORDER MIRROR\n01 02\n03\t0\n4\n\n"
        "//!TEXTURE other\n//!FORMAT r8\n7f\n"
    )
    lut, other = parse(text).textures
    assert (lut.name, lut.size, lut.filter, lut.border) == ("lut", (2, 1), Filter.LINEAR, Border.MIRROR)
    assert (lut.payload, lut.storage, lut.origin.line) == (b"\x01\x02\x03\x04", False, 1)
    assert (other.size, other.filter, other.border, other.payload) == ((1, 1), None, Border.CLAMP, b"\x7f")


def test_size_decides_the_dimension(parse: Parse) -> None:
    sizes = ["4", "4 1", "4 1 1"]
    found = [parse(f"//!TEXTURE t\n//!SIZE {s}\n//!FORMAT r8\n00010203\n").textures[0].size for s in sizes]
    assert found == [(4,), (4, 1), (4, 1, 1)]


def test_half_formats_take_their_own_payload(parse: Parse) -> None:
    values = struct.pack("<4f", 0.5, 1, 2, 3)
    (texture,) = parse(f"//!TEXTURE t\n//!FORMAT rgba16f\n{values.hex()}\n").textures
    assert texture.payload == values
    assert "need 16" in refused(parse, "//!TEXTURE t\n//!FORMAT rgba16f\n" + "00" * 8).reason
    assert len(parse("//!TEXTURE t\n//!FORMAT rgba16hf\n" + "00" * 8).textures[0].payload) == 8
    assert "need 8" in refused(parse, "//!TEXTURE t\n//!FORMAT rgba16hf\n" + "00" * 16).reason


def test_hex_digits_of_both_cases_and_white_space(parse: Parse) -> None:
    (texture,) = parse("//!TEXTURE t\n//!SIZE 3\n//!FORMAT r8\r\n\n a B\n\n\tcD\vE\ff  \n\n").textures
    assert texture.payload == b"\xab\xcd\xef"


@pytest.mark.parametrize("storage", ["", "//!STORAGE\n"])
def test_payload_must_have_the_exact_length(parse: Parse, storage: str) -> None:
    for payload in ("00", "000000"):
        error = refused(parse, f"//!TEXTURE t\n//!SIZE 2\n//!FORMAT r8\n{storage}{payload}\n")
        assert (error.line, error.directive) == (1, "TEXTURE")


def test_only_storage_may_be_empty(parse: Parse) -> None:
    (texture,) = parse("//!TEXTURE t\n//!SIZE 8 8\n//!FORMAT rgba16f\n//!STORAGE\n\n").textures
    assert (texture.storage, texture.payload) == (True, b"")
    assert "has 0 bytes" in refused(parse, "//!TEXTURE t\n//!SIZE 8 8\n//!FORMAT rgba16f\n\n").reason


@pytest.mark.parametrize(
    ("text", "line", "directive", "reason"),
    [
        ("//!TEXTURE\n//!FORMAT r8\n00", 1, "TEXTURE", "no name for a texture"),
        ("//!TEXTURE a b\n//!FORMAT r8\n00", 1, "TEXTURE", "no name for a texture"),
        ("//!TEXTURE 3d\n//!FORMAT r8\n00", 1, "TEXTURE", "no name for a texture"),
        ("//!TEXTURE t\n00", 1, "TEXTURE", "has no FORMAT"),
        ("//!TEXTURE t\n//!SIZE\n//!FORMAT r8\n00", 2, "SIZE", "one to three"),
        ("//!TEXTURE t\n//!SIZE 1 1 1 1\n//!FORMAT r8\n00", 2, "SIZE", "one to three"),
        ("//!TEXTURE t\n//!SIZE 0\n//!FORMAT r8\n00", 2, "SIZE", "one to three"),
        ("//!TEXTURE t\n//!SIZE 1.5\n//!FORMAT r8\n00", 2, "SIZE", "one to three"),
        ("//!TEXTURE t\n//!SIZE 40000\n//!FORMAT r8\n00", 2, "SIZE", "up to 32768"),
        ("//!TEXTURE t\n//!SIZE 32768 32768\n//!FORMAT r8\n//!STORAGE\n", 2, "SIZE", "the limit is"),
        ("//!TEXTURE t\n//!FORMAT r8\n//!FILTER linear\n00", 3, "FILTER", "NEAREST or LINEAR"),
        ("//!TEXTURE t\n//!FORMAT r8u\n//!FILTER LINEAR\n00", 3, "FILTER", "cannot be filtered"),
        ("//!TEXTURE t\n//!FORMAT r8\n//!BORDER WRAP\n00", 3, "BORDER", "CLAMP or REPEAT or MIRROR"),
        ("//!TEXTURE t\n//!FORMAT rgb8\n//!STORAGE\n", 3, "STORAGE", "cannot be written"),
        ("//!TEXTURE t\n//!FORMAT r8\nzz", 3, "TEXTURE", '"z"'),
        ("//!TEXTURE t\n//!FORMAT r8\n00\n\n\n0x00", 6, "TEXTURE", '"x"'),
        ("//!TEXTURE t\n//!FORMAT r8\n00\n// end", 4, "TEXTURE", '"/"'),
        ("//!TEXTURE t\n//!FORMAT r8\n000", 1, "TEXTURE", "odd number"),
        ("//!TEXTURE t\n//!FORMAT r8\n００", 3, "TEXTURE", "no hexadecimal digit"),
    ],
)
def test_errors(parse: Parse, text: str, line: int, directive: str, reason: str) -> None:
    error = refused(parse, text)
    assert (error.line, error.directive) == (line, directive)
    assert reason in error.reason


def test_a_comment_in_the_data_gets_its_own_hint(parse: Parse) -> None:
    assert "move the comment" in refused(parse, "//!TEXTURE t\n//!FORMAT r8\n00 // black\n").hint
