"""Reading pass blocks and whole files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from anime4k.errors import MediaError, ShaderSyntaxError
from anime4k.hooks.decl import ComputeDecl, ShaderFile
from anime4k.hooks.lint import lint
from anime4k.hooks.parse import parse_file
from anime4k.hooks.stages import Stage
from anime4k.hooks.syntax import MAX_PASSES

Parse = Callable[[str | bytes], ShaderFile]

BODY = "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"

EVERYTHING = (
    """licence text
//!HOOK MAIN
//!HOOK LUMA
//!BIND HOOKED
//!BIND in
//!SAVE conv2d_tf
//!DESC a pass: 100 % "quoted"
//!WIDTH HOOKED.w 2 *
//!HEIGHT OUTPUT.height
//!WHEN OUTPUT.w MAIN.w / 1.200 >
//!OFFSET -0.5 +1.25
//!OFFSET ALIGN
//!COMPONENTS 3
//!COMPUTE 32 16 8 4
// comment
"""
    + BODY
)


def refused(parse: Parse, text: str) -> ShaderSyntaxError:
    """The error that `text` ends in; it must say file, line and directive."""
    with pytest.raises(ShaderSyntaxError) as caught:
        parse(text)
    assert str(caught.value).startswith(f"test.glsl:{caught.value.line}: ")
    return caught.value


def test_every_pass_directive(parse: Parse) -> None:
    (decl,) = parse(EVERYTHING).passes
    assert decl.hooks == (Stage.MAIN, Stage.LUMA)
    assert decl.binds == ("HOOKED", "in")
    assert decl.save == "conv2d_tf"
    assert decl.desc == 'a pass: 100 % "quoted"'
    assert decl.width is not None and decl.width.text == "HOOKED.w 2 *"
    assert decl.height is not None and decl.height.textures == {"OUTPUT"}
    assert decl.when is not None and decl.when.origin.line == 10
    assert decl.offset == (-0.5, 1.25)
    assert decl.align
    assert decl.components == 3
    assert decl.compute == ComputeDecl(32, 16, 8, 4)
    assert decl.body == "// comment\n" + BODY
    assert (decl.body_line, decl.origin.line, decl.origin.path) == (15, 2, "test.glsl")


def test_defaults(parse: Parse) -> None:
    (decl,) = parse("//!HOOK MAIN\n" + BODY).passes
    assert (decl.binds, decl.save, decl.desc) == ((), None, "")
    assert (decl.width, decl.height, decl.when, decl.compute) == (None, None, None, None)
    assert (decl.offset, decl.align, decl.components) == ((0.0, 0.0), False, 0)


# -- the conformance list: parsing ---------------------------------------------------------------------


def test_garbage_prefix(parse: Parse) -> None:
    file = parse(b"\xef\xbb\xbf// licence \xff\n\n\n//!HOOK MAIN\n" + BODY.encode())
    assert len(file.passes) == 1
    assert file.passes[0].origin.line == 4


def test_byte_order_mark_before_the_first_directive(parse: Parse) -> None:
    file = parse(b"\xef\xbb\xbf//!HOOK MAIN\n" + BODY.encode())
    assert file.passes[0].hooks == (Stage.MAIN,)


@pytest.mark.parametrize("text", ["", "vec4 hook() { return vec4(0); }\n", "// ! //\n/ /!\n"])
def test_no_magic(parse: Parse, text: str) -> None:
    file = parse(text)
    assert (file.passes, file.textures, file.buffers, file.params) == ((), (), (), ())
    assert [str(remark) for remark in file.warnings] == [
        "test.glsl:1: the file holds no //! directive, so it does nothing"
    ]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(parse: Parse, end: str) -> None:
    text = EVERYTHING + "#define A(x) \\\n x + \\\n 1\n\n//!PARAM p\n//!TYPE float\n2.5\n"
    assert parse(text.replace("\n", end)) == parse(text)


@pytest.mark.parametrize("indent", ["\t", "   ", " \v\f\t"])
def test_indented_headers(parse: Parse, indent: str) -> None:
    plain = parse("//!HOOK MAIN\n//!BIND HOOKED\n" + BODY)
    indented = parse(f"{indent}//!HOOK MAIN {indent}\n{indent}//!BIND{indent}HOOKED\n" + BODY)
    assert indented == plain


def test_blank_in_header_makes_two_blocks(parse: Parse) -> None:
    file = parse("//!HOOK MAIN\n\n//!BIND HOOKED\n" + BODY)
    first, second = file.passes
    assert (first.hooks, first.body) == ((Stage.MAIN,), "\n")
    assert (second.hooks, second.binds) == ((), ("HOOKED",))
    messages = [str(remark) for remark in lint(file)]
    assert any("test.glsl:1: the body does not define vec4 hook()" in message for message in messages)


def test_comment_in_header_ends_it(parse: Parse) -> None:
    first, second = parse("//!HOOK MAIN\n// why\n//!HOOK LUMA\n" + BODY).passes
    assert (first.body, second.hooks) == ("// why\n", (Stage.LUMA,))


def test_magic_midline_rejects(parse: Parse) -> None:
    error = refused(parse, "//!HOOK MAIN\n// see //!x\n" + BODY)
    assert error.line == 2
    assert "wherever it stands" in error.hint


def test_magic_midline_starts_a_block(parse: Parse) -> None:
    first, second = parse("//!HOOK MAIN\nint a; /* //!HOOK LUMA\n*/ " + BODY).passes
    assert first.body == "int a; /* "
    assert (second.hooks, second.body, second.origin.line) == ((Stage.LUMA,), "*/ " + BODY, 2)


def test_unknown_directive_rejects_the_whole_file(parse: Parse) -> None:
    good = "//!HOOK MAIN\n" + BODY + "\n"
    error = refused(parse, good * 2 + "//!FOO\n" + BODY)
    assert (error.line, error.directive) == (7, "FOO")


def test_no_separator(parse: Parse) -> None:
    file = parse("//!HOOKMAIN\n//!WIDTH8\n//!OFFSETALIGN\n" + BODY)
    (decl,) = file.passes
    assert decl.hooks == (Stage.MAIN,)
    assert decl.width is not None and decl.width.text == "8"
    assert decl.align
    assert [remark.origin.line for remark in file.warnings] == [1, 2, 3]


def test_hookless_pass_is_kept_with_a_warning(parse: Parse) -> None:
    file = parse("//!DESC helper\n" + BODY + "//!HOOK MAIN\n" + BODY)
    assert [decl.hooks for decl in file.passes] == [(), (Stage.MAIN,)]
    assert [(remark.origin.line, "no HOOK line" in remark.message) for remark in file.warnings] == [(1, True)]


def test_bind_limit(parse: Parse) -> None:
    binds = [f"//!BIND t{i}\n" for i in range(17)]
    (decl,) = parse("//!HOOK MAIN\n" + "".join(binds[:16]) + BODY).passes
    assert len(decl.binds) == 16
    error = refused(parse, "//!HOOK MAIN\n" + "".join(binds) + BODY)
    assert (error.line, error.directive) == (18, "BIND")


def test_hook_limit(parse: Parse) -> None:
    assert parse("//!HOOK LUMA\n" * 16 + BODY).passes[0].hooks == (Stage.LUMA,)
    error = refused(parse, "//!HOOK LUMA\n" * 17 + BODY)
    assert (error.line, error.directive) == (17, "HOOK")


def test_last_wins(parse: Parse) -> None:
    (decl,) = parse(
        "//!HOOK MAIN\n//!WIDTH HOOKED.w 2 * 1 +\n//!WIDTH 8\n//!SAVE A\n//!SAVE B\n//!DESC x\n//!DESC y\n"
        "//!OFFSET 1 2\n//!OFFSET 3 4\n//!COMPONENTS 1\n//!COMPONENTS 2\n//!COMPUTE 1 1\n//!COMPUTE 2 2\n" + BODY
    ).passes
    assert decl.width is not None and decl.width.text == "8" and len(decl.width.tokens) == 1
    assert (decl.save, decl.desc, decl.offset, decl.components) == ("B", "y", (3.0, 4.0), 2)
    assert decl.compute == ComputeDecl(2, 2, 2, 2)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [("32 8", ComputeDecl(32, 8, 32, 8)), ("64 16 32 8", ComputeDecl(64, 16, 32, 8))],
)
def test_compute_with_two_or_four_numbers(parse: Parse, numbers: str, expected: ComputeDecl) -> None:
    assert parse(f"//!HOOK MAIN\n//!COMPUTE {numbers}\n{BODY}").passes[0].compute == expected


@pytest.mark.parametrize(
    "numbers", ["", "8", "8 8 8", "8 8 8 8 8", "0 8", "-8 8", "8 8.0", "8 x", "99999 8", "9" * 5000]
)
def test_compute_rejects(parse: Parse, numbers: str) -> None:
    error = refused(parse, f"//!HOOK MAIN\n//!COMPUTE {numbers}\n{BODY}")
    assert (error.line, error.directive) == (2, "COMPUTE")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("  1.5   -2", (1.5, -2.0)), (" +.5 1e1", (0.5, 10.0)), ("-1 -1", (-1.0, -1.0)), (" 0\t2.", (0.0, 2.0))],
)
def test_offset_spacing(parse: Parse, text: str, expected: tuple[float, float]) -> None:
    (decl,) = parse(f"//!HOOK MAIN\n//!OFFSET{text}\n{BODY}").passes
    assert (decl.offset, decl.align) == (expected, False)


@pytest.mark.parametrize("text", ["", "1", "1 2 3", "nan 0", "inf 0", "1e999 0", "1_0 0", "align", "a b", "1,2"])
def test_offset_rejects(parse: Parse, text: str) -> None:
    error = refused(parse, f"//!HOOK MAIN\n//!OFFSET {text}\n{BODY}")
    assert (error.line, error.directive) == (2, "OFFSET")


# -- names and values ----------------------------------------------------------------------------------


def test_main_and_mainpresub_are_one_stage(parse: Parse) -> None:
    (decl,) = parse("//!HOOK MAINPRESUB\n//!HOOK MAIN\n//!BIND MAINPRESUB\n" + BODY).passes
    assert (decl.hooks, decl.unknown_hooks, decl.binds) == ((Stage.MAIN,), (), ("MAINPRESUB",))


@pytest.mark.parametrize(
    ("name", "hint"), [("MIAN", "did you mean MAIN?"), ("main", "did you mean MAIN?"), ("MAIN // x", "comment")]
)
def test_unknown_stage_never_fires(parse: Parse, name: str, hint: str) -> None:
    file = parse(f"//!HOOK {name}\n{BODY}")
    assert (file.passes[0].hooks, file.passes[0].unknown_hooks) == ((), (name,))
    assert len(file.warnings) == 1 and hint in file.warnings[0].message


def test_names_need_no_identifiers(parse: Parse) -> None:
    (decl,) = parse("//!HOOK MAIN\n//!BIND var\n//!BIND 2d map\n//!BIND var\n//!SAVE in\n" + BODY).passes
    assert (decl.binds, decl.save) == (("var", "2d map", "var"), "in")


@pytest.mark.parametrize("keyword", ["WIDTH", "HEIGHT", "WHEN"])
def test_empty_expression_leaves_the_default(parse: Parse, keyword: str) -> None:
    (decl,) = parse(f"//!HOOK MAIN\n//!{keyword}\n{BODY}").passes
    assert (decl.width, decl.height, decl.when) == (None, None, None)


@pytest.mark.parametrize(("written", "taken"), [("-1", 0), ("0", 0), ("4", 4), ("7", 4)])
def test_components_are_clamped(parse: Parse, written: str, taken: int) -> None:
    file = parse(f"//!HOOK MAIN\n//!COMPONENTS {written}\n{BODY}")
    assert file.passes[0].components == taken
    assert len(file.warnings) == (int(written) != taken)


@pytest.mark.parametrize(
    ("text", "line", "directive", "hint"),
    [
        ("//!HOOK\n", 1, "HOOK", "//!HOOK MAIN"),
        ("//!HOOK MAIN\n//!BIND \n", 2, "BIND", "//!BIND HOOKED"),
        ("//!HOOK MAIN\n//!SAVE\n", 2, "SAVE", "//!SAVE"),
        ("//!HOOK MAIN\n//!COMPONENTS x\n", 2, "COMPONENTS", ""),
        ("//!hook MAIN\n", 1, "hook", "did you mean HOOK?"),
        ("//!HOKO MAIN\n", 1, "HOKO", "did you mean HOOK?"),
        ("//!HOOK MAIN\n//!HIEGHT 2\n", 2, "HIEGHT", "did you mean HEIGHT?"),
        ("//! HOOK MAIN\n", 1, "HOOK", "without a space"),
        ("//!HOOK MAIN\n//!SIZE 2\n", 2, "SIZE", "does not belong into a pass block"),
        ("//!HOOK MAIN\n//!TEXTURE x\n", 2, "TEXTURE", "first line of its block"),
        ("//!TEXTURE x\n//!HOOK MAIN\n", 2, "HOOK", "does not belong into a TEXTURE block"),
        ("//!TEXTURE x\n//!FLITER LINEAR\n", 2, "FLITER", "did you mean FILTER?"),
        ("//!\n", 1, "", "directives here are HOOK"),
        ("//!HOOK MAIN\n//!WHEN " + "1 " * 65 + "\n", 2, "WHEN", "shorten"),
    ],
)
def test_errors_say_where_and_what_to_do(parse: Parse, text: str, line: int, directive: str, hint: str) -> None:
    error = refused(parse, text)
    assert (error.line, error.directive) == (line, directive)
    assert hint in error.hint
    assert "\n" not in str(error) and len(str(error)) < 400


def test_number_of_passes_is_bounded(parse: Parse) -> None:
    text = "//!HOOK MAIN\nx\n"
    assert len(parse(text * MAX_PASSES).passes) == MAX_PASSES
    assert refused(parse, text * (MAX_PASSES + 1)).line == 2 * MAX_PASSES + 1


# -- files ---------------------------------------------------------------------------------------------


def test_parse_file_reads_bytes(tmp_path: Path) -> None:
    path = tmp_path / "my shader.v2.glsl"
    path.write_bytes(b"//!HOOK MAIN\r\n" + BODY.encode())
    file = parse_file(path)
    assert (file.path, file.name, len(file.passes)) == (str(path), "my shader.v2", 1)
    assert file.passes[0].origin.path == str(path)


def test_parse_file_missing(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"none\.glsl: there is no such shader file"):
        parse_file(tmp_path / "none.glsl")


@pytest.mark.timeout(20)
def test_parse_file_refuses_what_is_no_regular_file(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.glsl"
    os.mkfifo(fifo)
    for path in (tmp_path, fifo, Path("/dev/zero")):
        with pytest.raises(MediaError, match="not a regular file"):
            parse_file(path)


def test_parse_file_refuses_a_name_that_no_system_takes() -> None:
    with pytest.raises(MediaError, match="cannot be read"):
        parse_file("a\0b")


def test_parse_file_refuses_a_huge_file(tmp_path: Path) -> None:
    path = tmp_path / "huge.glsl"
    with path.open("wb") as stream:
        stream.truncate(200 << 20)
    with pytest.raises(ShaderSyntaxError, match="larger than 64 MiB"):
        parse_file(path)
