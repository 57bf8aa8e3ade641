"""A chain as one file: names that collide are kept apart, and nothing else changes."""

from __future__ import annotations

import pytest

from anime4k.hooks.bundle import Bundle, bundle, preamble
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.lint import lint
from anime4k.hooks.parse import parse_text

BLUR = """// Blur, by somebody
// second line

//!HOOK MAIN
//!BIND HOOKED
//!SAVE WIDE
//!WIDTH HOOKED.w 2 *
//!WHEN strength 0 >
//!DESC first
vec4 hook() { return HOOKED_tex(HOOKED_pos) * strength; }
//!HOOK MAIN
//!BIND HOOKED
//!BIND WIDE
//!WIDTH WIDE.w 2 /
//!DESC second
// WIDE_tex stays in a comment
vec4 hook() { float x = WIDE_pos.x; return WIDE_tex(WIDE_pos) + lut.strength * WIDE_texOff(vec2(strength, x)); }

//!PARAM strength
//!DESC how much
//!TYPE float
//!MINIMUM -1
//!MAXIMUM 1
0.5
"""

SHARP = """// Sharp
//!TEXTURE lut
//!SIZE 1 1
//!FORMAT r8
ff

//!HOOK MAIN
//!BIND HOOKED
//!BIND lut
//!SAVE WIDE
//!DESC sharp 1
vec4 hook() { float strength = texture(lut, vec2(0)).r; return vec4(strength); }
//!HOOK MAIN
//!BIND WIDE
//!DESC sharp 2
vec4 hook() { return WIDE_tex(WIDE_pos); }
"""

ENUM = """//!HOOK OUTPUT
//!BIND HOOKED
//!WHEN way hard =
vec4 hook() { return way == hard ? vec4(1) : HOOKED_tex(HOOKED_pos); }
//!PARAM way
//!TYPE ENUM int
soft
hard
"""


def parse(text: str, name: str) -> ShaderFile:
    return parse_text(text, f"/x/{name}.glsl")


def reread(made: Bundle) -> ShaderFile:
    """What a player reads; it must be what the bundle says it is."""
    file = parse_text(made.text, made.file.path)
    assert [decl.desc for decl in file.passes] == [decl.desc for decl in made.file.passes]
    return file


def test_saved_names_of_different_files_are_kept_apart() -> None:
    made = reread(bundle([parse(BLUR, "blur"), parse(SHARP, "sharp")]))
    assert [decl.save for decl in made.passes] == ["WIDE", None, "WIDE_2", None]
    assert made.passes[3].binds == ("WIDE_2",)
    assert "WIDE_2_tex(WIDE_2_pos)" in made.passes[3].body
    assert made.passes[1].width is not None and made.passes[1].width.text == "WIDE.w 2 /"


def test_the_same_file_twice_shares_parameters_and_keeps_its_images_apart() -> None:
    blur = parse(BLUR, "blur")
    made = reread(bundle([blur, blur]))
    assert [decl.save for decl in made.passes] == ["WIDE", None, "WIDE_2", None]
    assert made.passes[3].width is not None and made.passes[3].width.text == "WIDE_2.w 2 /"
    assert "// WIDE_tex stays in a comment" in made.passes[3].body
    assert [param.name for param in made.params] == ["strength"]


def test_parameters_say_whose_they_are_and_hide_nothing() -> None:
    made = bundle([parse(BLUR, "blur"), parse(SHARP, "sharp")])
    assert made.params == (("blur", "strength", "blur_strength"),)
    file = reread(made)
    assert file.passes[0].when is not None and file.passes[0].when.text == "blur_strength 0 >"
    assert "lut.blur_strength * WIDE_texOff(vec2(blur_strength, x))" in file.passes[1].body
    assert "float strength = texture(" in file.passes[2].body
    # The other file's texture is called like a variable of the first, so it gets another name.
    assert file.textures[0].name == "sharp_lut" and file.passes[2].binds == ("HOOKED", "sharp_lut")


def test_two_files_of_one_name_get_prefixes_of_their_own() -> None:
    made = bundle([parse_text(BLUR, "/a/blur.glsl"), parse_text(BLUR, "/b/blur.glsl")])
    assert [row[2] for row in made.params] == ["blur_strength", "blur_2_strength"]
    assert [decl.save for decl in reread(made).passes] == ["WIDE", None, "WIDE_2", None]


def test_a_name_that_another_file_only_reads_stays_unknown_to_it() -> None:
    # On its own, the reading pass is skipped because there is no such texture; in the bundle it must be as well.
    reader = parse("//!HOOK MAIN\n//!BIND WIDE\nvec4 hook() { return WIDE_tex(WIDE_pos); }\n", "reader")
    made = reread(bundle([parse(BLUR, "blur"), reader]))
    assert made.passes[0].save == "WIDE_2" and made.passes[2].binds == ("WIDE",)


def test_values_become_the_defaults() -> None:
    made = reread(bundle([parse(BLUR, "blur"), parse(ENUM, "enum")], [{"strength": 0.25}, {"way": 1}]))
    assert [(param.name, param.default) for param in made.params] == [("blur_strength", 0.25)]
    # An ENUM always begins with its first label, so another value can only be fixed.
    assert made.passes[2].body.startswith(
        "const int enum_way_baked = 1;\n#define enum_way enum_way_baked\n#define soft 0\n#define hard 1\n"
    )
    made = reread(bundle([parse(BLUR, "blur"), parse(ENUM, "enum")], [{"strength": 0.25}, {"way": 0}]))
    assert [param.name for param in made.params] == ["blur_strength", "enum_way"]


def test_baked_values_stand_in_the_passes_and_need_no_parameters() -> None:
    made = reread(bundle([parse(BLUR, "blur"), parse(ENUM, "enum")], [{"strength": -0.25}, {"way": 1}], bake=True))
    assert made.params == ()
    assert made.passes[0].when is not None and made.passes[0].when.text == "0 0.25 - 0 >"
    assert made.passes[0].body.startswith("const float blur_strength_baked = -0.25;\n")
    assert made.passes[2].when is not None and made.passes[2].when.text == "1 1 ="
    assert "const int enum_way_baked = 1;\n" in made.passes[2].body and "#define hard 1\n" in made.passes[2].body
    assert not any("parameter" in remark.message for remark in lint(made))


def test_parameters_that_the_player_fills_keep_their_names() -> None:
    clock = "//!HOOK MAIN\n//!BIND HOOKED\nvec4 hook() { return vec4(PTS); }\n//!PARAM PTS\n//!TYPE float\n0\n"
    made = reread(bundle([parse(clock, "one"), parse(clock, "two"), parse(BLUR, "blur")], bake=True))
    assert [param.name for param in made.params] == ["PTS"]


def test_parameters_come_last_for_players_that_stop_at_them() -> None:
    text = bundle([parse(BLUR, "blur"), parse(SHARP, "sharp")]).text
    assert text.rindex("//!HOOK") < text.index("//!PARAM")


def test_licences_stay_and_nothing_in_front_becomes_code() -> None:
    odd = "/* made by\n   me */ text\n" + ENUM
    files = [parse(BLUR, "blur"), parse(odd, "enum")]
    made = bundle(files, preambles=[preamble(BLUR), preamble(odd)])
    head = made.text[: made.text.index("//!")]
    assert "// Blur, by somebody\n// second line" in head and "// /* made by\n//    me */ text" in head
    assert all(line.startswith("//") or not line for line in head.splitlines())


def test_what_means_something_else_in_one_file_is_said() -> None:
    late = parse("//!HOOK OUTPUT\n//!BIND HOOKED\n//!BIND MAIN\nvec4 hook() { return MAIN_tex(MAIN_pos); }\n", "late")
    change = parse("//!HOOK MAIN\n//!BIND HOOKED\nvec4 hook() { return vec4(0); }\n", "change")
    assert [remark.origin.path for remark in bundle([late, change]).remarks] == ["/x/late.glsl"]
    twice = parse_text("//!HOOK OUTPUT\n//!BIND MAIN\nvec4 hook() { return vec4(0); }\n" * 2, "/x/twice.glsl")
    assert len(bundle([twice, change]).remarks) == 1
    assert bundle([change, late]).remarks == ()


def test_an_image_saved_under_the_name_of_a_stage_is_said() -> None:
    saver = parse("//!HOOK MAIN\n//!BIND HOOKED\n//!SAVE NATIVE\nvec4 hook() { return vec4(0); }\n", "saver")
    reader = parse("//!HOOK MAIN\n//!BIND NATIVE\nvec4 hook() { return NATIVE_tex(NATIVE_pos); }\n", "reader")
    assert ["NATIVE" in remark.message for remark in bundle([saver, reader]).remarks] == [True]
    assert bundle([saver]).remarks == ()


def test_files_without_passes_and_odd_names_leave_no_text_behind() -> None:
    assert preamble("no directive at all\n" * 9) == ""
    assert preamble("\ufeff// licence\r\n//!HOOK MAIN\r\n") == "// licence"
    made = bundle([parse(BLUR, "a\n//!HOOK MAIN\nb")])
    assert len(reread(made).passes) == 2


@pytest.mark.timeout(60)
def test_megabytes_take_seconds() -> None:
    rows = "".join(f"x += WIDE_{index} * /* strength */ .5e{index % 9}; // strength\n" for index in range(15_000))
    open_comment = "/*" + "/ * strength " * 100_000
    text = BLUR.replace("float x = WIDE_pos.x;", rows) + f"//!HOOK MAIN\n{rows}{open_comment}"
    files = [parse(text, "one"), parse(text, "two"), parse(text, "one")]
    assert len(bundle(files, bake=True, preambles=["text\n" * 100_000] * 3).file.passes) == 9


def test_too_many_parameters_for_mpv_are_said() -> None:
    blocks = "".join(f"//!PARAM p{index}\n//!TYPE int\n1\n\n" for index in range(17))
    many = parse("//!HOOK MAIN\n//!BIND HOOKED\nvec4 hook() { return vec4(0); }\n" + blocks, "many")
    assert ["17 parameters" in remark.message for remark in bundle([many]).remarks] == [True]
    assert bundle([many], bake=True).remarks == ()
