"""Shader files that mean harm: whatever the bytes, one clear error or a file, in time linear in the size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anime4k.errors import ShaderSyntaxError
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.lint import lint
from anime4k.hooks.parse import parse_text
from anime4k.hooks.write import write

Parse = Callable[[str | bytes], ShaderFile]

FRAGMENTS = [
    *(
        f"//!{word} ".encode()
        for word in [
            "HOOK",
            "BIND",
            "SAVE",
            "DESC",
            "WIDTH",
            "HEIGHT",
            "WHEN",
            "OFFSET",
            "COMPONENTS",
            "COMPUTE",
            "TEXTURE",
            "SIZE",
            "FORMAT",
            "FILTER",
            "BORDER",
            "STORAGE",
            "BUFFER",
            "VAR",
            "PARAM",
            "TYPE",
            "MINIMUM",
            "MAXIMUM",
        ]
    ),
    *b"MAIN;LUMA;HOOKED;rgba16f;r8;LINEAR;CLAMP;float;vec4 a[2];ENUM int;DEFINE;ALIGN;1;2 2;-1;0.5;1e9;.w;>=".split(
        b";"
    ),
    b"\n",
    b"\n",
    b"\n",
    b" ",
    b"\t",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"//!",
    b"//",
    b"00",
    b"9" * 30,
    "²".encode(),
    "٣".encode(),
    b"vec4 hook()",
    b"a_tex",
    b"/*",
    b"e",
    b"_",
    b"nan",
]


def check(data: bytes | str) -> None:
    """The parser gives a file or a `ShaderSyntaxError`; both keep what they promise."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    lines = 1 + text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    try:
        file = parse_text(data, "evil.glsl")
    except ShaderSyntaxError as error:
        assert error.line is not None and 1 <= error.line <= lines
        message = str(error)
        assert message.startswith(f"evil.glsl:{error.line}: ")
        assert "\n" not in message and len(message) < 500
        return
    assert all("//!" not in decl.body and 1 <= decl.body_line <= lines for decl in file.passes)
    remarks = lint(file)
    assert all(1 <= remark.origin.line <= lines for remark in remarks)
    again = parse_text(write(file), "evil.glsl")
    assert (len(again.passes), again.params and again.params[0].name) == (
        len(file.passes),
        file.params and file.params[0].name,
    )


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=300))
@example(b"//!WHEN \xc2\xb2")
def test_arbitrary_bytes(data: bytes) -> None:
    check(data)
    check(b"//!" + data)


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(b"".join))
def test_arbitrary_directives(data: bytes) -> None:
    check(data)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=100))
@example("\ud800//!HOOK \udfff\n")
def test_arbitrary_text(text: str) -> None:
    check(text)
    check("//!HOOK MAIN\n//!WHEN " + text)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["HOOK", "BIND", "OFFSET", "COMPUTE", "COMPONENTS", "WIDTH", "SAVE"]), st.text(max_size=40))
def test_arbitrary_arguments(keyword: str, argument: str) -> None:
    check(f"//!HOOK MAIN\n//!{keyword} {argument}\nx\n")


SIZE = 8 << 20

BIG = {
    "one long line": "//!HOOK MAIN" + "x" * SIZE,
    "one long body line": "//!HOOK MAIN\n" + "x" * SIZE,
    "blank space": "//!HOOK MAIN\n" + " " * SIZE,
    "newlines": "\n" * SIZE + "//!HOOK MAIN\n" + "\n" * SIZE,
    "slashes": "//!HOOK MAIN\n" + "/" * SIZE,
    "header lines": "//!HOOK MAIN\n" + "//!DESC x\n" * (SIZE // 10),
    "empty tokens": "//!HOOK MAIN\n//!WHEN" + " " * SIZE + "1\n",
    "tokens": "//!HOOK MAIN\n//!WHEN " + "1 " * (SIZE // 2),
    "digits": "//!HOOK MAIN\n//!WHEN " + "9" * SIZE + "\n",
    "offset digits": "//!HOOK MAIN\n//!OFFSET " + "9" * SIZE + " 1\n",
    "compute digits": "//!HOOK MAIN\n//!COMPUTE " + "0" * SIZE + "1 1\n",
    "unknown word": "//!HOOK MAIN\n//!" + "HOKO" * (SIZE // 4),
    "stage name": "//!HOOK " + "MIAN" * (SIZE // 4) + "\n",
    "hex": "//!TEXTURE t\n//!SIZE 4096 2048\n//!FORMAT r8\n//!FILTER NEAREST\n" + "00" * SIZE,
    "hex with blanks": "//!TEXTURE t\n//!SIZE 2\n//!FORMAT r8\n" + "0 " * SIZE,
    "hex with an error": "//!TEXTURE t\n//!FORMAT r8\n" + "0\n" * SIZE + "z",
    "labels": "//!PARAM p\n//!TYPE ENUM int\n" + "\n".join(f"l{i}" for i in range(SIZE // 8)),
    "comments in a value": "//!PARAM p\n//!TYPE int\n" + "//\n" * (SIZE // 64) + "1\n",
    "members": "//!BUFFER b\n" + "".join(f"//!VAR int a{i}\n" for i in range(SIZE // 16)),
    "member brackets": "//!BUFFER b\n//!VAR int a[" + "[" * SIZE + "\n",
    "member blanks": "//!BUFFER b\n//!VAR int" + " " * SIZE + "\n",
    "open comments": "//!HOOK MAIN\n" + "/*" * (SIZE // 2),
    "underscores": "//!HOOK MAIN\n" + "_tex" * (SIZE // 4),
    "return types": "//!HOOK MAIN\n" + "vec4 " * (SIZE // 5),
    "conditions": "//!HOOK MAIN\n" + "#if a_tex\n" * (SIZE // 10),
    "conditions with blanks": "//!HOOK MAIN\n" + (" " * 63 + "\n") * (SIZE // 64) + "#" + " " * SIZE,
    "passes": "//!HOOK MAIN\n//!BIND a\n//!SAVE b\n//!WHEN a.w b.w >\nx\n" * 512,
    "blocks": "//!PARAM p\n//!TYPE int\n1\n\n" * 4096,
    "unicode": "//!HOOK MAIN\n//!DESC " + "é" * (SIZE // 2) + "\n",
    "names": f"//!HOOK MAIN\n//!SAVE {'s' * SIZE}\nx\n//!HOOK MAIN\nvec4 hook() {{ {'s' * SIZE}_tex(0); }}\n",
    "identifier": f"//!PARAM {'p' * SIZE}\n//!TYPE int\n1\n",
    "negative number": f"//!HOOK MAIN\n//!WHEN 1 1 -{'1' * SIZE}\nx\n",
    "size": f"//!HOOK MAIN\n//!WIDTH {'a' * SIZE}.w\nx\n",
    "carriage returns": "//!HOOK MAIN\r" * (SIZE // 13),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", BIG)
def test_big_input_takes_linear_time(name: str) -> None:
    # The limit is far above linear time and far below quadratic time for these sizes.
    text = BIG[name]
    try:
        file = parse_text(text, "evil.glsl")
    except ShaderSyntaxError as error:
        assert len(str(error)) < 500
    else:
        assert sum(len(decl.body) for decl in file.passes) <= len(text)
        assert all(len(str(remark)) < 500 for remark in lint(file))


def test_binary_masquerading_as_text(parse: Parse) -> None:
    file = parse("//!HOOK MAIN\nvec4 hook() { return vec4(1); }\n".encode("utf-16"))
    assert file.passes == ()
    assert len(file.warnings) == 1
