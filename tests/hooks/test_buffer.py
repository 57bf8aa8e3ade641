"""Reading BUFFER blocks; the layouts are the worked rules of the OpenGL specification, section 7.6.2.2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from anime4k.errors import ShaderSyntaxError
from anime4k.hooks.buffer import TYPES, layout
from anime4k.hooks.decl import ShaderFile

Parse = Callable[[str | bytes], ShaderFile]


def offsets(*variables: tuple[str, int], storage: bool) -> list[tuple[int, int]]:
    named = [(type_, f"m{index}", count) for index, (type_, count) in enumerate(variables)]
    return [(member.offset, member.size) for member in layout(named, storage)]


@pytest.mark.parametrize(
    ("variables", "std140", "std430"),
    [
        ([("float", 1), ("vec3", 1), ("float", 1)], [(0, 4), (16, 12), (28, 4)], [(0, 4), (16, 12), (28, 4)]),
        ([("float", 1), ("float", 3), ("int", 1)], [(0, 4), (16, 48), (64, 4)], [(0, 4), (4, 12), (16, 4)]),
        ([("vec2", 1), ("vec2", 2), ("vec2", 1)], [(0, 8), (16, 32), (48, 8)], [(0, 8), (8, 16), (24, 8)]),
        ([("uint", 1), ("uvec4", 1), ("uint", 1)], [(0, 4), (16, 16), (32, 4)], [(0, 4), (16, 16), (32, 4)]),
        ([("vec3", 2), ("float", 1)], [(0, 32), (32, 4)], [(0, 32), (32, 4)]),
        ([("float", 1), ("mat2", 1), ("float", 1)], [(0, 4), (16, 32), (48, 4)], [(0, 4), (8, 16), (24, 4)]),
        ([("mat3", 1), ("float", 1)], [(0, 48), (48, 4)], [(0, 48), (48, 4)]),
        ([("mat4", 2), ("vec2", 1)], [(0, 128), (128, 8)], [(0, 128), (128, 8)]),
        ([("mat4x2", 1), ("mat2x4", 1)], [(0, 64), (64, 32)], [(0, 32), (32, 32)]),
        ([("float", 1), ("mat3x4", 1)], [(0, 4), (16, 48)], [(0, 4), (16, 48)]),
    ],
)
def test_layout(variables: list[tuple[str, int]], std140: list[tuple[int, int]], std430: list[tuple[int, int]]) -> None:
    assert offsets(*variables, storage=False) == std140
    assert offsets(*variables, storage=True) == std430


def test_every_glsl_type_is_known() -> None:
    assert {"float", "vec2", "vec3", "vec4", "mat2", "mat2x3", "mat2x4", "mat3", "mat3x4", "mat4x2", "mat4x3"} <= set(
        TYPES
    )
    assert {"mat4", "int", "ivec2", "ivec3", "ivec4", "uint", "uvec2", "uvec3", "uvec4"} <= set(TYPES)


def test_storage_buffer(parse: Parse) -> None:
    text = "\n//!BUFFER b\n//!VAR uint n;\n//!VAR vec4  history [ 8 ]; // x\n//!STORAGE\n\n"
    (buffer,) = parse(text).buffers
    assert (buffer.name, buffer.storage, buffer.payload, buffer.size) == ("b", True, b"", 144)
    assert [(m.type, m.name, m.count, m.offset) for m in buffer.members] == [
        ("uint", "n", 1, 0),
        ("vec4", "history", 8, 16),
    ]
    assert buffer.origin.line == 2


def test_uniform_buffer_needs_its_exact_payload(parse: Parse) -> None:
    head = "//!BUFFER b\n//!VAR float a\n//!VAR vec3 c\n"
    (buffer,) = parse(head + "00" * 28 + "\n").buffers
    assert (buffer.size, len(buffer.payload), buffer.storage) == (28, 28, False)
    for payload in ("", "00" * 27, "00" * 32):
        with pytest.raises(ShaderSyntaxError, match="members need 28"):
            parse(head + payload + "\n")


def test_one_element_is_no_array(parse: Parse) -> None:
    (buffer,) = parse("//!BUFFER b\n//!VAR float a[1]\n//!VAR float c\n" + "00" * 8).buffers
    assert [member.offset for member in buffer.members] == [0, 4]


def test_storage_directive_decides_the_layout_wherever_it_stands(parse: Parse) -> None:
    for lines in ("//!STORAGE\n//!VAR float a[2]\n", "//!VAR float a[2]\n//!STORAGE\n"):
        (buffer,) = parse("//!BUFFER b\n" + lines + "\n").buffers
        assert buffer.size == 8


@pytest.mark.parametrize(
    ("text", "line", "directive", "reason"),
    [
        ("//!BUFFER b\n00", 1, "BUFFER", "has no members"),
        ("//!BUFFER\n//!VAR float a\n", 1, "BUFFER", "no name for a buffer"),
        ("//!BUFFER b\n//!VAR float\n", 2, "VAR", "a type and a name"),
        ("//!BUFFER b\n//!VAR float a b\n", 2, "VAR", "a type and a name"),
        ("//!BUFFER b\n//!VAR float 2a\n", 2, "VAR", "a type and a name"),
        ("//!BUFFER b\n//!VAR double a\n", 2, "VAR", "no type"),
        ("//!BUFFER b\n//!VAR vec5 a\n", 2, "VAR", "no type"),
        ("//!BUFFER b\n//!VAR float a[]\n", 2, "VAR", "number of elements"),
        ("//!BUFFER b\n//!VAR float a[0]\n", 2, "VAR", "number of elements"),
        ("//!BUFFER b\n//!VAR float a[N]\n", 2, "VAR", "number of elements"),
        ("//!BUFFER b\n//!VAR float a[2\n", 2, "VAR", "a type and a name"),
        ("//!BUFFER b\n//!VAR float a\n//!VAR int a\n", 3, "VAR", "twice"),
        ("//!BUFFER b\n//!VAR mat4 a[99999999]\n//!STORAGE\n", 1, "BUFFER", "the limit is"),
        ("//!BUFFER b\n//!VAR float a\n//!STORAGE\n// c", 4, "BUFFER", "no hexadecimal digit"),
        ("//!BUFFER b\n//!FORMAT r8\n", 2, "FORMAT", "no directive of a BUFFER block"),
    ],
)
def test_errors(parse: Parse, text: str, line: int, directive: str, reason: str) -> None:
    with pytest.raises(ShaderSyntaxError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.directive) == (line, directive)
    assert reason in caught.value.reason
