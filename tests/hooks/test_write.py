"""Writing a file and reading it again gives the same declarations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from anime4k.hooks.buffer import TYPES, layout
from anime4k.hooks.decl import (
    Border,
    BufferDecl,
    ComputeDecl,
    Filter,
    Origin,
    ParamDecl,
    ParamKind,
    PassDecl,
    Scalar,
    ShaderFile,
    TextureDecl,
)
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.hooks.rpn import parse_expression
from anime4k.hooks.stages import Stage
from anime4k.hooks.texture import texture_format
from anime4k.hooks.write import write

Strip = Callable[[object], object]

HERE = Origin("x", 1)
LINE = st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=20).map(
    lambda text: text.strip(" \t\n\r\v\f")
)
NAMES = LINE.filter(bool)
IDENTIFIERS = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,8}\Z").filter(str.isascii)
EXPRESSIONS = st.none() | NAMES.map(lambda text: parse_expression(text, HERE))
FLOATS = st.floats(-1e30, 1e30, allow_nan=False)
BODIES = st.lists(
    st.sampled_from(["vec4 hook() {}", "\n", " ", "/", "//", "é", "# define x \\", "int a;"]), max_size=8
).map("".join)


@st.composite
def passes(draw: st.DrawFn) -> PassDecl:
    body = draw(BODIES.filter(lambda text: "//!" not in text))
    return PassDecl(
        hooks=tuple(draw(st.lists(st.sampled_from(Stage), unique=True, max_size=4))),
        unknown_hooks=tuple(draw(st.lists(NAMES.filter(lambda name: Stage.parse(name) is None), max_size=2))),
        binds=tuple(draw(st.lists(NAMES, max_size=16))),
        save=draw(st.none() | NAMES),
        desc=draw(LINE),
        width=draw(EXPRESSIONS),
        height=draw(EXPRESSIONS),
        when=draw(EXPRESSIONS),
        offset=draw(st.tuples(FLOATS, FLOATS)),
        align=draw(st.booleans()),
        components=draw(st.integers(0, 4)),
        compute=draw(st.none() | st.builds(ComputeDecl, *[st.integers(1, 1024)] * 4)),
        body=body + "\n",
        body_line=1,
        origin=HERE,
    )


@st.composite
def textures(draw: st.DrawFn) -> TextureDecl:
    format_ = texture_format(
        draw(st.sampled_from(["r8", "rg16", "rgba16f", "rgba16hf", "rgba32f", "bgra8", "rgb10_a2"]))
    )
    assert format_ is not None
    size = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
    count = format_.payload_texel_bytes
    for extent in size:
        count *= extent
    storage = draw(st.booleans())
    payload = draw(st.binary(min_size=count, max_size=count) | (st.just(b"") if storage else st.nothing()))
    filter_ = draw(st.none() | st.sampled_from(Filter))
    return TextureDecl(draw(IDENTIFIERS), size, format_, filter_, draw(st.sampled_from(Border)), storage, payload, HERE)


@st.composite
def buffers(draw: st.DrawFn) -> BufferDecl:
    names = draw(st.lists(IDENTIFIERS, min_size=1, max_size=4, unique=True))
    variables = [(draw(st.sampled_from(sorted(TYPES))), name, draw(st.integers(1, 3))) for name in names]
    storage = draw(st.booleans())
    members = layout(variables, storage)
    size = members[-1].offset + members[-1].size
    payload = b"" if storage and draw(st.booleans()) else bytes(size)
    return BufferDecl(draw(IDENTIFIERS), members, storage, payload, size, HERE)


@st.composite
def params(draw: st.DrawFn, name: str) -> ParamDecl:
    kind = draw(st.sampled_from(ParamKind))
    labels: tuple[str, ...] = ()
    if draw(st.booleans()):
        labels = tuple(draw(st.lists(IDENTIFIERS, min_size=1, max_size=4, unique=True)))
        scalar = Scalar.INT if kind is ParamKind.DEFINE else draw(st.sampled_from([Scalar.INT, Scalar.UINT]))
        return ParamDecl(name, draw(LINE), kind, scalar, 0.0, len(labels) - 1.0, 0.0, labels, HERE)
    scalar = Scalar.INT if kind is ParamKind.DEFINE else draw(st.sampled_from(Scalar))
    low = 0 if scalar is Scalar.UINT else -(2**31)
    number = FLOATS if scalar is Scalar.FLOAT else st.integers(low, 2**31 - 1)
    minimum, default, maximum = sorted(draw(st.tuples(number, number, number)))
    bounds = (
        (float(minimum), float(maximum)) if draw(st.booleans()) else (0.0 if low == 0 else float("-inf"), float("inf"))
    )
    return ParamDecl(name, draw(LINE), kind, scalar, *bounds, default, labels, HERE)


@st.composite
def files(draw: st.DrawFn) -> ShaderFile:
    names = draw(st.lists(IDENTIFIERS, max_size=3, unique=True))
    return ShaderFile(
        "x",
        tuple(draw(st.lists(passes(), max_size=4))),
        tuple(draw(st.lists(textures(), max_size=2))),
        tuple(draw(st.lists(buffers(), max_size=2))),
        tuple(draw(params(name)) for name in names),
    )


@settings(max_examples=300, deadline=None)
@given(file=files())
def test_declarations_survive(file: ShaderFile, without_places: Strip) -> None:
    assert without_places(parse_text(write(file), "x")) == without_places(file)


DIRECTIVES = st.sampled_from(
    [
        "//!HOOK MAIN",
        "//!HOOKLUMA",
        "//!BIND HOOKED",
        "//!SAVE x",
        "//!DESC d",
        "//!WIDTH 2",
        "//!WHEN 1 2 >",
        "//!DESC",
        "//!OFFSET 1 -2",
        "//!OFFSET ALIGN",
        "//!COMPONENTS 2",
        "//!COMPUTE 8 8",
        "body",
        "",
        " ",
        "x //!HOOK OUTPUT",
        "//",
    ]
)


@settings(max_examples=300, deadline=None)
@given(lines=st.lists(DIRECTIVES, max_size=20), end=st.sampled_from(["", "\n", "\r\n"]))
def test_whatever_can_be_read_can_be_written(lines: list[str], end: str, without_places: Strip) -> None:
    file = parse_text("\n".join(lines) + end, "x")
    assert without_places(parse_text(write(file), "x")) == without_places(file)


def test_a_pass_without_a_body_does_not_swallow_the_next(without_places: Strip) -> None:
    (decl,) = parse_text("//!HOOK MAIN\n", "x").passes
    again = parse_text(write(ShaderFile("x", (decl, replace(decl, hooks=(Stage.LUMA,))))), "x")
    assert [found.hooks for found in again.passes] == [(Stage.MAIN,), (Stage.LUMA,)]


def test_text_is_canonical() -> None:
    text = "junk\n//!DESCname\n //!BIND  HOOKED\n//!HOOK MAINPRESUB\n//!WIDTH  2 HOOKED.w *\nvec4 hook() { }\n"
    assert write(parse_text(text, "x")) == (
        "//!HOOK MAIN\n//!BIND HOOKED\n//!WIDTH 2 HOOKED.w *\n//!DESC name\nvec4 hook() { }\n"
    )


def test_third_party_files_survive(third_party: tuple[Path, ...], without_places: Strip) -> None:
    for path in third_party:
        file = parse_file(path)
        assert without_places(parse_text(write(file), str(path))) == without_places(file), path.name
