"""Every remark is shown by a file that earns it, and by the corrected file that does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.lint import lint
from anime4k.hooks.parse import parse_file
from anime4k.modes.pack import pack_files

Parse = Callable[[str | bytes], ShaderFile]

BODY = "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"
MAIN = "//!HOOK MAIN\n//!BIND HOOKED\n"
USE = "//!HOOK MAIN\n//!BIND HOOKED\n//!BIND {}\nvec4 hook() {{ return vec4(0); }}\n"
COMPUTE = "//!COMPUTE 8 8\nvoid hook() { imageStore(out_image, ivec2(0), vec4(0)); }\n"


def param(type_: str = "float", value: str = "1") -> str:
    return f"//!PARAM p\n//!TYPE {type_}\n{value}\n\n"


def texture(name: str, extra: str = "//!FILTER NEAREST\n") -> str:
    return f"//!TEXTURE {name}\n//!FORMAT r8\n{extra}00\n\n"


CASES = {
    "hookless": ("//!BIND HOOKED\n" + BODY, MAIN + BODY, 1, "no HOOK line"),
    "unknown stage": ("//!HOOK LUMMA\n" + BODY, "//!HOOK LUMA\n" + BODY, 1, "did you mean LUMA?"),
    "comment in PARAM": (
        param(value="1 // one") + MAIN + "//!WHEN p\n" + BODY,
        param() + MAIN + "//!WHEN p\n" + BODY,
        3,
        "a comment stands in the value",
    ),
    "missing separator": ("//!HOOKMAIN\n" + BODY, "//!HOOK MAIN\n" + BODY, 1, "write a space"),
    "components": (MAIN + "//!COMPONENTS 5\n" + BODY, MAIN + "//!COMPONENTS 4\n" + BODY, 3, "is taken as 4"),
    "missing filter": (texture("t", "") + USE.format("t"), texture("t") + USE.format("t"), 1, "has no FILTER"),
    "texture not bound": (texture("t") + MAIN + BODY, texture("t") + USE.format("t"), 1, "no pass binds TEXTURE t"),
    "buffer not bound": (
        "//!BUFFER b\n//!VAR int n\n//!STORAGE\n\n" + MAIN + BODY,
        "//!BUFFER b\n//!VAR int n\n//!STORAGE\n\n" + USE.format("b"),
        1,
        "no pass binds BUFFER b",
    ),
    "param not used": (param() + MAIN + BODY, param() + MAIN + "float a = p;\n" + BODY, 1, "nothing uses PARAM p"),
    "bind of nothing": (
        MAIN + "//!BIND edge\n" + BODY,
        MAIN + "//!SAVE edge\n" + BODY + USE.format("edge"),
        1,
        'BIND "edge" is neither saved',
    ),
    "bind before save": (
        USE.format("edge") + MAIN + "//!SAVE edge\n" + BODY,
        MAIN + "//!SAVE edge\n" + BODY + USE.format("edge"),
        1,
        "only saved after this pass",
    ),
    "bind of own result": (
        MAIN + "//!BIND x\n//!SAVE x\n" + BODY,
        MAIN + "//!SAVE x\n" + BODY + MAIN + "//!BIND x\n//!SAVE x\n" + BODY,
        1,
        "only saved after this pass",
    ),
    "bind of a later stage": (
        "//!HOOK LUMA\n//!BIND CHROMA\n" + BODY,
        "//!HOOK CHROMA\n//!BIND LUMA\n" + BODY,
        1,
        "reached after",
    ),
    "bind of a later save": (
        "//!HOOK LUMA\n//!BIND x\n" + BODY + "//!HOOK MAIN\n//!SAVE x\n" + BODY,
        "//!HOOK OUTPUT\n//!BIND x\n" + BODY + "//!HOOK MAIN\n//!SAVE x\n" + BODY,
        1,
        "only saved after this pass",
    ),
    "save of a dead pass": (
        "//!SAVE x\n" + BODY + USE.format("x"),
        "//!HOOK MAIN\n//!SAVE x\n" + BODY + USE.format("x"),
        3,
        "never run",
    ),
    "save not read": (
        MAIN + "//!SAVE x\n" + BODY,
        MAIN + "//!SAVE x\n" + BODY + MAIN + "//!WIDTH x.w\n" + BODY,
        1,
        'nothing reads SAVE "x"',
    ),
    "saving the stage itself is no save": (
        MAIN + "//!SAVE z\n" + BODY,
        MAIN + "//!SAVE MAINPRESUB\n" + BODY,
        1,
        "SAVE",
    ),
    "offset on a saved pass": (
        MAIN + "//!SAVE x\n//!OFFSET 1 1\n" + BODY + USE.format("x"),
        MAIN + "//!OFFSET 1 1\n" + BODY,
        1,
        "OFFSET has no effect",
    ),
    "size at a fixed stage": (
        "//!HOOK OUTPUT\n//!WIDTH OUTPUT.w 2 *\n" + BODY,
        "//!HOOK OUTPUT\n//!WIDTH OUTPUT.w\n//!HEIGHT HOOKED.h\n" + BODY,
        1,
        "cannot change its size",
    ),
    "no hook function": (MAIN + "// vec4 hook()\n", MAIN + BODY, 1, "does not define vec4 hook()"),
    "no hook function in compute": (
        MAIN + COMPUTE.replace("hook", "hok"),
        MAIN + COMPUTE,
        1,
        "does not define void hook()",
    ),
    "wrong kind of hook function": (
        MAIN + COMPUTE.replace("void hook", "vec4 hook"),
        MAIN + COMPUTE,
        1,
        "a compute pass defines void hook()",
    ),
    "compute without a store": (
        MAIN + "//!COMPUTE 8 8\nvoid hook() { /* out_image */ }\n",
        MAIN + COMPUTE,
        1,
        "never stores to out_image",
    ),
    "macro without bind": (
        MAIN + "//!SAVE x\n" + BODY + USE.format("x") + MAIN + "vec4 hook() { return x_tex(HOOKED_pos); }\n",
        MAIN + "//!SAVE x\n" + BODY + MAIN + "//!BIND x\nvec4 hook() { return x_tex(HOOKED_pos); }\n",
        9,
        'the body uses "x" without a BIND',
    ),
    "tab in RPN": (MAIN + "//!WHEN 1\t1 +\n" + BODY, MAIN + "//!WHEN 1 1 +\n" + BODY, 3, "a tab does not"),
    "long operator": (
        MAIN + "//!WHEN MAIN.w 2 >=\n" + BODY,
        MAIN + "//!WHEN MAIN.w 2 >\n" + BODY,
        3,
        '">=" is read as the operator >',
    ),
    "negative number": (
        MAIN + "//!WHEN MAIN.w 5 -1 *\n" + BODY,
        MAIN + "//!WHEN MAIN.w 0 1 - *\n" + BODY,
        3,
        "write 0 1 -",
    ),
    "number with a tail": (
        MAIN + "//!WIDTH MAIN.w 2x *\n" + BODY,
        MAIN + "//!WIDTH MAIN.w 2 *\n" + BODY,
        3,
        "number 2",
    ),
    "number without a digit": (MAIN + "//!WIDTH .5\n" + BODY, MAIN + "//!WIDTH 0.5\n" + BODY, 3, "write 0.5"),
    "unknown parameter": (
        param() + MAIN + "//!WHEN P\n" + BODY + "//p\n",
        param() + MAIN + "//!WHEN p\n" + BODY,
        7,
        "did you mean p?",
    ),
    "too few values": (MAIN + "//!WHEN MAIN.w >\n" + BODY, MAIN + "//!WHEN MAIN.w 1 >\n" + BODY, 3, "needs 2 values"),
    "too many values": (MAIN + "//!WHEN MAIN.w 1\n" + BODY, MAIN + "//!WHEN MAIN.w\n" + BODY, 3, "2 values are left"),
    "size of a TEXTURE": (
        texture("t") + MAIN + "//!BIND t\n//!WIDTH t.w\n" + BODY,
        texture("t") + MAIN + "//!BIND t\n//!WIDTH MAIN.w\n" + BODY,
        9,
        "is a TEXTURE, which has no size here",
    ),
    "size of nothing": (MAIN + "//!WIDTH edge.w\n" + BODY, MAIN + "//!WIDTH LUMA.w\n" + BODY, 3, "neither saved"),
    "division by zero": (MAIN + "//!WHEN 1 0 /\n" + BODY, MAIN + "//!WHEN 1 2 /\n" + BODY, 3, "no finite number"),
    "always false": (MAIN + "//!WHEN 1 2 >\n" + BODY, MAIN + "//!WHEN 2 1 >\n" + BODY, 3, "always false"),
    "empty image": (MAIN + "//!HEIGHT 1 4 /\n" + BODY, MAIN + "//!HEIGHT 1 2 /\n" + BODY, 3, "at least one texel"),
    "texture twice": (
        texture("t") * 2 + USE.format("t"),
        texture("t") + USE.format("t"),
        6,
        "clashes with the TEXTURE",
    ),
    "texture hides a stage": (
        texture("LUMA") + USE.format("LUMA"),
        texture("luma") + USE.format("luma"),
        1,
        "hides the stage",
    ),
    "texture hides a save": (
        texture("t") + MAIN + "//!SAVE t\n" + BODY + USE.format("t"),
        texture("t") + MAIN + "//!SAVE u\n" + BODY + USE.format("t") + USE.format("u"),
        1,
        "hides what is saved",
    ),
    "reserved name": (
        param().replace(" p", " gl_p") + MAIN + "//!WHEN gl_p\n" + BODY,
        param() + MAIN + "//!WHEN p\n" + BODY,
        1,
        "GLSL keeps for itself",
    ),
    "built-in uniform": (
        param().replace(" p", " frame") + MAIN + "//!WHEN frame\n" + BODY,
        param() + MAIN + "//!WHEN p\n" + BODY,
        1,
        "built-in uniform",
    ),
    "label of two parameters": (
        "//!PARAM a\n//!TYPE ENUM int\non\n\n//!PARAM b\n//!TYPE ENUM int\non\n\n" + MAIN + "//!WHEN a b +\n" + BODY,
        "//!PARAM a\n//!TYPE ENUM int\non\n\n//!PARAM b\n//!TYPE ENUM int\noff\n\n" + MAIN + "//!WHEN a b +\n" + BODY,
        5,
        "clashes with the label",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_remark(parse: Parse, case: str) -> None:
    wrong, right, line, fragment = CASES[case]
    found = lint(parse(wrong))
    assert any(remark.origin.line == line and fragment in remark.message for remark in found), found
    assert not [remark for remark in lint(parse(right)) if fragment in remark.message]


@pytest.mark.parametrize(
    "text",
    [
        MAIN + BODY,
        "//!HOOK MAIN\n//!HOOK LUMA\n//!BIND HOOKED\n#ifdef LUMA_raw\n#endif\n" + BODY,
        MAIN + "//!WHEN OUTPUT.w MAIN.w / 1.2 > OUTPUT.h NATIVE_CROPPED.h / 1.2 > *\n" + BODY,
        "//!HOOK LUMA\n//!SAVE x\n//!WIDTH 1\n" + BODY + "//!HOOK OUTPUT\n//!BIND x\n//!BIND PREKERNEL\n" + BODY,
    ],
)
def test_good_files_get_no_remarks(parse: Parse, text: str) -> None:
    assert lint(parse(text)) == ()


def test_remarks_come_in_the_order_of_lines_without_repetition(parse: Parse) -> None:
    found = lint(parse(MAIN + "//!WHEN .5 .5 +\n//!HEIGHT 0\n//!COMPONENTS 9\n" + BODY))
    lines = [remark.origin.line for remark in found]
    assert lines == sorted(lines)
    assert len(found) == len(set(found))


def test_our_own_pack_is_clean() -> None:
    files = pack_files()
    assert files
    assert [str(remark) for path in files for remark in lint(parse_file(path))] == []


def test_third_party_files_get_no_remarks(third_party: tuple[Path, ...]) -> None:
    assert len(third_party) >= 57
    assert [str(remark) for path in third_party for remark in lint(parse_file(path))] == []
