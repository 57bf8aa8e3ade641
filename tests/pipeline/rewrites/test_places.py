"""What the text of a pass tells of the texels that it reads, and when it tells nothing."""

from __future__ import annotations

import math

import pytest

from anime4k.pipeline.parts import BoundTexture, PassParts
from anime4k.pipeline.plan import Size
from anime4k.pipeline.reach import Reach, Reaches
from anime4k.pipeline.rewrites.places import reaches_of_pass

SIZE = Size(64, 48)
HALF = Size(32, 24)


def part(body: str, *, fetched: bool = False, size: Size = SIZE, macros: tuple[str, ...] = ()) -> PassParts:
    """A pass that binds HOOKED of a size."""
    bound = BoundTexture(7, ("HOOKED", "MAIN"), size, 1.0, (0.0, 0.0), (0.0, 0.0), fetched)
    return PassParts("it", (bound,), (), (), macros, 1, body, "hook()")


def texels(reaches: Reaches | None, pixel: int, across: bool = True) -> tuple[int, int] | None:
    """First and last texel that a pixel depends on."""
    if reaches is None:
        return None
    sides = [reach.across if across else reach.down for _, reach in reaches]
    return (
        min(math.floor(side.scale * (pixel + 0.5) + side.low) for side in sides),
        max(math.floor(side.scale * (pixel + 0.5) + side.high) for side in sides),
    )


FETCHES = {
    "own": ("texelFetch(HOOKED_raw, us_here, 0)", (20, 20), (20, 20)),
    "position": ("texelFetch(HOOKED_raw, ivec2(HOOKED_pos * HOOKED_size), 0)", (20, 20), (20, 20)),
    "fragment": ("texelFetch(HOOKED_raw, ivec2(gl_FragCoord.xy) + ivec2(2, -1), 0)", (22, 22), (19, 19)),
    "offset": ("HOOKED_texOff(vec2(-3, 1.0))", (17, 17), (21, 21)),
    "one number for both": ("HOOKED_texOff(-2)", (18, 18), (18, 18)),
}


@pytest.mark.parametrize("name", FETCHES)
def test_fetched_texels_are_exact(name: str) -> None:
    value, across, down = FETCHES[name]
    found = reaches_of_pass(part(f"vec4 hook() {{ return {value}; }}", fetched=True), SIZE)
    assert (texels(found, 20), texels(found, 20, across=False)) == (across, down)


READS = {
    "filtered": ("return HOOKED_tex(HOOKED_pos);", (19, 21)),
    "filtered beside": ("return HOOKED_tex(HOOKED_pos + HOOKED_pt * vec2(1.5, 0.0));", (20, 23)),
    "texture": ("return texture(HOOKED_raw, HOOKED_pos);", (19, 21)),
    "gather": ("return HOOKED_gather(HOOKED_pos, 0);", (19, 21)),
    "a rotation that is none": ("return HOOKED_tex(HOOKED_pos + HOOKED_rot * vec2(0.0));", (19, 21)),
    "names": ("vec2 d = HOOKED_pt * 2.0; vec2 p = HOOKED_pos - d; return HOOKED_tex(p);", (17, 19)),
    "a loop": (
        "vec4 s = vec4(0.0); for (int i = -2; i <= 2; i++) s += HOOKED_texOff(vec2(i, 0)); return s;", (17, 23)
    ),
    "a loop without its end": (
        "vec4 s = vec4(0.0); for (int i = 0; i < 3; ++i) s += HOOKED_texOff(vec2(i, 0)); return s;", (19, 23)
    ),
    "one of two": (
        "vec4 s; if (HOOKED_tex(HOOKED_pos).x > 0.5) { vec2 p = vec2(1, 0); s = HOOKED_texOff(p); }"
        " else { vec2 p = vec2(-4, 0); s = HOOKED_texOff(p); } return s;", (15, 22)
    ),
    "clamped": (
        "ivec2 at = us_here, last = ivec2(HOOKED_size) - 1; int x0 = clamp(at.x - 3, 0, last.x), y0 = at.y;"
        " return texelFetch(HOOKED_raw, ivec2(x0, y0), 0);", (17, 17)
    ),
    "one by one": ("return texelFetch(HOOKED_raw, max(us_here - 2, ivec2(0)), 0);", (18, 18)),
    "fraction": (
        "vec2 f = fract(HOOKED_pos * HOOKED_size); return HOOKED_tex((vec2(0.5) - f) * HOOKED_pt + HOOKED_pos);",
        (19, 22),
    ),
    "integers": ("return texelFetch(HOOKED_raw, (us_here / 2) * 2, 0);", (17, 21)),
    "another name": ("return MAIN_tex(MAIN_pos);", (19, 21)),
    "a texture of the file": ("return lut_tex(HOOKED_tex(HOOKED_pos).xy) + texture(lut, vec2(0.1));", (19, 21)),
    "the size": ("return texelFetch(HOOKED_raw, min(us_here, textureSize(HOOKED_raw, 0) - 1), 0);", (20, 20)),
    "macros": ("return go(1, 0) + go(-1, 0);", (18, 22)),
}
GO = "#define at(x, y) HOOKED_texOff(vec2(x, y))\n#define go(x, y) (max(at(x, y), 0.0))\n"


@pytest.mark.parametrize("name", READS)
def test_reads_are_covered_and_not_much_more(name: str) -> None:
    code, (first, last) = READS[name]
    found = texels(reaches_of_pass(part(f"{GO}vec4 hook() {{ {code} }}"), SIZE), 20)
    assert found is not None
    # Filtering may touch a texel more on either side, and what is rounded another one.
    assert first - 1 <= found[0] <= first + 1 and last - 1 <= found[1] <= last + 1


def test_pixels_of_larger_pictures_read_smaller_ones() -> None:
    code = "ivec2 at = ivec2(HOOKED_pos * HOOKED_size); return texelFetch(HOOKED_raw, at + ivec2(1, 0), 0);"
    found = reaches_of_pass(part(f"vec4 hook() {{ {code} }}", size=HALF), SIZE)
    for pixel in range(64):
        seen = texels(found, pixel)
        assert seen is not None and seen[0] <= pixel // 2 + 1 <= seen[1] and seen[1] - seen[0] <= 1


def test_parameters_and_conditions_are_followed() -> None:
    body = "#if strength == 0\nvec4 hook() { return HOOKED_tex(HOOKED_tex(HOOKED_pos).xy); }\n#else\n"
    body += "vec4 hook() { return HOOKED_texOff(vec2(width, 0)); }\n#endif\n"
    made = part(body, fetched=True, macros=("#define strength 100", "#define width 5"))
    assert texels(reaches_of_pass(made, SIZE), 20) == (25, 25)


UNKNOWN = {
    "data": "return HOOKED_tex(HOOKED_tex(HOOKED_pos).xy);",
    "data in a name": "vec2 p = HOOKED_tex(HOOKED_pos).xy; return HOOKED_tex(p);",
    "changed": "vec2 p = HOOKED_pos; p.x += 0.25; return HOOKED_tex(p);",
    "changed deep": "vec2 p = HOOKED_pos; p.xy.x = 0.25; return HOOKED_tex(p);",
    "counted up": "int i = 0; i++; return HOOKED_texOff(vec2(i, 0));",
    "set later": "vec2 p; p = HOOKED_pos; return HOOKED_tex(p);",
    "set by a call": "vec2 p = HOOKED_pos; move(p); return HOOKED_tex(p);",
    "an argument": "return at_place(HOOKED_pos * 0.5);",
    "an argument of the same name": "vec2 where = HOOKED_pos; return at_place(where * 0.5);",
    "an unknown loop": "vec4 s; for (float i = 0.0; i < 9.0; i += 2.0) s += HOOKED_texOff(vec2(i, 0)); return s;",
    "an unknown end": "vec4 s; int n = int(HOOKED_tex(HOOKED_pos).x); "
    "for (int i = 0; i < n; i++) s += HOOKED_texOff(vec2(i, 0)); return s;",
    "other axes": "return HOOKED_tex(HOOKED_pos.yx);",
    "mirrored": "return HOOKED_tex(1.0 - HOOKED_pos);",
    "one texel for all": "return HOOKED_tex(vec2(0.5));",
    "clamped within": "return texelFetch(HOOKED_raw, clamp(us_here, ivec2(9), ivec2(12)), 0);",
    "clamped and moved": "return texelFetch(HOOKED_raw, max(us_here, ivec2(0)) + 1, 0);",
    "handed on": "return read(HOOKED_raw);",
    "by another name": "return call(HOOKED_tex);",
    "chosen": "vec2 p = true ? HOOKED_pos : vec2(0.0); return HOOKED_tex(p);",
    "derivative": "return dFdx(HOOKED_tex(HOOKED_pos));",
    "discarded": "if (HOOKED_tex(HOOKED_pos).x > 0.5) discard; return vec4(0.0);",
    "pasted": "return PASTE(HOOKED, tex)(HOOKED_pos);",
    "an offset function": "return textureLodOffset(HOOKED_raw, HOOKED_pos, 0.0, ivec2(5, 5));",
    "never closed": "return HOOKED_tex((((HOOKED_pos);",
    "an array": "vec2 o[2] = vec2[](vec2(0), vec2(1)); return HOOKED_texOff(o[1]);",
}
HELPERS = """vec4 at_place(vec2 where) { return HOOKED_tex(where); }
void move(inout vec2 p) { p += 0.25; }
"""


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_plain_is_unknown(name: str) -> None:
    helpers = HELPERS if name in ("set by a call", "an argument", "an argument of the same name") else ""
    define = "#define PASTE(a, b) a##_##b\n" if name == "pasted" else ""
    assert reaches_of_pass(part(f"{define}{helpers}vec4 hook() {{ {UNKNOWN[name]} }}"), SIZE) is None


HOSTILE = {
    "macros that double": "".join(f"#define a{n} a{n + 1} a{n + 1}\n" for n in range(40))
    + "vec4 hook() { return a0; }",
    "itself": "#define a a + a\nvec4 hook() { return HOOKED_tex(a); }",
    "brackets": "vec4 hook() { return HOOKED_tex(" + "(" * 100_000 + ")" * 100_000 + "); }",
    "many reads": "vec4 hook() { return " + " + ".join(f"HOOKED_texOff(vec2({n}, 0))" for n in range(8000)) + "; }",
    "names of names": "vec4 hook() { float a0 = 1.0;"
    + "".join(f"float a{n + 1} = a{n} + a{n};" for n in range(2000))
    + "return HOOKED_texOff(vec2(a2000, 0)); }",
    "blanks": "vec4 hook() { return HOOKED_tex" + " " * 200_000 + "(HOOKED_pos); }",
    "signs": "vec4 hook() { return HOOKED_texOff(" + "-" * 1900 + "1); }",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_end_soon(name: str) -> None:
    found = reaches_of_pass(part(HOSTILE[name]), SIZE)
    assert found is None or all(isinstance(reach, Reach) for _, reach in found)
