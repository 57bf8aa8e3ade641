"""Convolutions by minimal filtering: the same values as the plain sum, and hands off where a pass is no such sum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.execute import Executor, capabilities
from anime4k.pipeline.parts import Block
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.rewrites import effects, optimise, optimised_plan
from tests.pipeline.support import NO_FOLD, PLAIN, Array, Bench, block, float_rgb, request, step_named

MakeBench = Callable[..., Bench]
SHAPES = [((4, 2), (29, 17)), ((4, 2), (4, 2)), ((4, 2), (1, 1)), ((4, 2), (65, 9)), ((2, 2), (29, 17)),
          ((4, 4), (29, 17)), ((2, 4), (3, 5))]  # fmt: skip
"""(pixels of a block, size of the picture)."""
ODD = float_rgb(29, 17)
MODERN = Capabilities(glsl=450, compute=True, winograd=Block((4, 2), (16, 4)))
READ = "X0_texOff(vec2({x}.0, {y}.0))"


def noise(width: int, height: int) -> Array:
    return np.random.default_rng(7).uniform(-2, 2, (height, width, 3)).astype(np.float32)


def matrices(seed: int, features: int) -> Array:
    """(feature, down, across, result, value), as a layer of a network has them."""
    return np.random.default_rng(seed).normal(0, 0.5, (features, 3, 3, 4, 4)).astype(np.float32)


def mat4(matrix: Array) -> str:
    return f"mat4({', '.join(f'{value:.9g}' for value in matrix.T.ravel())})"


def layer(weights: Array, bias: Array, textures: int = 2) -> str:
    """A pass as networks are written everywhere: macros for the signs, a sum of matrices times what they give."""
    lines = []
    for n in range(textures):
        read = f"X{n}_texOff(vec2(across, down))"
        lines += [f"#define g{2 * n}(across, down) (max(({read}), 0.0))"]
        lines += [f"#define g{2 * n + 1}(across, down) (max(-({read}), 0.0))"]
    lines += ["vec4 hook() {", "    vec4 result = vec4(0.0);"]
    for feature, down, across in np.ndindex(*weights.shape[:3]):
        matrix = mat4(weights[feature, down, across])
        lines.append(f"    result += {matrix} * g{feature}({float(across - 1)}, {float(down - 1)});")
    lines += [f"    result += vec4({', '.join(f'{value:.9g}' for value in bias)});", "    return result;", "}"]
    return "\n".join(lines)


def network(*codes: str, textures: int = 2) -> str:
    """Passes over textures X0 and X1, which are made of the picture first."""
    makes = ("vec4 hook() { return 3.0 * HOOKED_texOff(0) - 1.0; }", "vec4 hook() { return HOOKED_texOff(0).bgra; }")
    text = "".join(
        block("HOOK MAIN", "BIND HOOKED", f"SAVE X{n}", f"DESC make {n}", code=makes[n]) for n in range(textures)
    )
    binds = [f"BIND X{n}" for n in range(textures)]
    for n, code in enumerate(codes):
        text += block("HOOK MAIN", "BIND HOOKED", *binds, f"SAVE Y{n}", f"DESC {n}", code=code)
    return text


def optimised(text: str, device: Capabilities = MODERN, without: frozenset[str] = frozenset()) -> Plan:
    return optimised_plan(request(ODD, text, settings=replace(PLAIN, no_rewrites=without), device=device))


def filtered(plan: Plan, desc: str) -> bool:
    """Whether a pass is computed by minimal filtering."""
    return "us_m0_0_0 +=" in step_named(plan, desc).program.text


def padded(values: Array) -> Array:
    return np.pad(values, ((1, 1), (1, 1), (0, 0)), mode="edge")


def convolution(features: list[Array], weights: Array, bias: Array) -> Array:
    """The layer in 64-bit floats: (h, w, 4)."""
    height, width = features[0].shape[:2]
    found = np.broadcast_to(bias.astype(np.float64), (height, width, 4)).copy()
    for feature, values in enumerate(features):
        around = padded(values)
        for down, across in np.ndindex(3, 3):
            window = around[down : down + height, across : across + width]
            found += window @ weights[feature, down, across].T.astype(np.float64)
    return found


@pytest.mark.parametrize(("pixels", "size"), SHAPES)
def test_a_layer_is_what_the_plain_sum_is(device: Device, pixels: tuple[int, int], size: tuple[int, int]) -> None:
    weights, bias = [matrices(n, 4) for n in range(2)], np.float32([0.25, -0.5, 0.125, 0.75])
    text = network(*(layer(each, bias) for each in weights))
    able = replace(capabilities(device), winograd=Block(pixels, (8, 4)))
    made = Bench(device, float_rgb(*size), text, settings=replace(PLAIN, float32=True), able=able).draw(noise(*size))
    assert filtered(made.plan, "0") and filtered(made.plan, "1")
    inputs = [made.at("make 0"), made.at("make 1")]
    features = [np.maximum(sign * values, 0) for values in inputs for sign in (1, -1)]
    for n, each in enumerate(weights):
        wanted = convolution(features, each, bias)
        # What rounds is the largest sum of the window.
        most = convolution([np.abs(one) for one in features], np.abs(each), np.abs(bias)).max()
        assert np.abs(made.at(str(n)) - wanted).max() < 2e-6 * most


def test_passes_of_a_layer_are_computed_together() -> None:
    bias = np.zeros(4, np.float32)
    made = optimised(network(layer(matrices(1, 4), bias), layer(matrices(2, 4), bias)))
    assert len(step_named(made, "0").outputs) == 2 and filtered(made, "0")


def test_it_is_done_where_the_device_asks_for_it_and_can_be_switched_off() -> None:
    text = network(layer(matrices(1, 4), np.zeros(4, np.float32)))
    assert filtered(optimised(text), "0")
    assert not filtered(optimised(text, without=frozenset({"winograd"})), "0")
    for device in (replace(MODERN, winograd=None), replace(MODERN, compute=False)):
        assert not filtered(optimised(text, device), "0")
    plain = optimise(optimised(text, without=frozenset({"exact-fetch", "winograd"})), Capabilities())
    assert any(line.startswith("winograd: changes 1 of") for line in effects(plain, MODERN))


def terms(read: str, places: tuple[tuple[int, int], ...]) -> str:
    rows = (mat4(np.full((4, 4), 0.25 + n, np.float32)) for n in range(len(places)))
    return " + ".join(f"{row} * {read.format(x=x, y=y)}" for row, (x, y) in zip(rows, places, strict=True))


AROUND = tuple((x, y) for y in (-1, 0, 1) for x in (-1, 0, 1))
WHOLE = terms(READ, AROUND)
TWICE = f"{WHOLE} + {terms('max(' + READ + ', 0.0)', AROUND)}"
"""Enough products to be worth it."""
HALVES = mat4(np.full((4, 4), 0.5, np.float32))
RAMP = mat4(np.arange(16, dtype=np.float32).reshape(4, 4))

CLAMPED = """vec4 hook() {
    ivec2 at = ivec2(HOOKED_pos * HOOKED_size), last = ivec2(HOOKED_size) - 1;
    int x0 = clamp(at.x - 1, 0, last.x), x1 = clamp(at.x, 0, last.x), x2 = clamp(at.x + 1, 0, last.x);
    int y0 = clamp(at.y - 1, 0, last.y), y1 = clamp(at.y, 0, last.y), y2 = clamp(at.y + 1, 0, last.y);
    vec4 x, p, r = vec4(1.0, 2.0, 3.0, 4.0);
"""
for place in AROUND:
    CLAMPED += "    x = texelFetch(X0_raw, ivec2(x{}, y{}), 0);\n".format(*(n + 1 for n in place))
    for sign in ("", "-"):
        CLAMPED += f"    p = max({sign}x, 0.0); r += vec4(1, 2, 3, .4e1) * p.x; r += vec4(.5) * p.y;\n"
        CLAMPED += "    r += vec4(-1., 2e-1, .25, 0) * p.z; r += p.w * vec4(1.0, 0.5, +.25f, -.125);\n"
CLAMPED += "    return r;\n}"

SUMS = {
    "one expression": f"vec4 hook() {{ return {TWICE}; }}",
    "constants": "const float a = 2.0;\nconst vec4 B = vec4(0.5, 1, 2, 3.0) * a;\n"
    f"vec4 hook() {{ vec4 a = {TWICE}; return a + B; }}",
    "after it": f"vec4 hook() {{ vec4 a = {TWICE}; return clamp(max(a, 0.0) * 0.25 - max(-a, 0.5), -2.0, 3.0); }}",
    "a head": f"vec4 hook() {{ vec4 a = {TWICE}; return {HALVES} * max(a, 0.0) + X1_texOff(0); }}",
    "single values": f"vec4 hook() {{ vec4 a = {TWICE}; float s = a.x; return vec4(s, a.yz, dot(a, vec4(0.25))); }}",
    "own and beside": f"vec4 hook() {{ return {TWICE} + max(X1_texOff(vec2(0.0)) / 2.0, 0.125); }}",
    "clamped places": CLAMPED,
    "signs and numbers": "#define f 3\n#define e1 + 3.0\n#define NEG -a\nconst float K = 7;\nvec4 hook() {"
    f" vec4 a = {TWICE}; return -{RAMP} * a * 1.f - - a * 1.e1 -NEG + a * (K / 2) + a.stpq / 3 + vec4(1) / 3; }}",
    "limits": f"vec4 hook() {{ vec4 a = {TWICE}; return vec4(max(0.0, a.x), min(vec3(0.5), max(a.yzw, -0.5)))"
    " + clamp(a, 1.0, 0.0) + min(a, 3e38); }",
}


@pytest.mark.parametrize("name", SUMS)
def test_what_is_understood_gives_what_the_text_gives(bench: MakeBench, device: Device, name: str) -> None:
    text = network(SUMS[name])
    settings = replace(PLAIN, float32=True)
    made = bench(ODD, text, settings=settings).draw(noise(29, 17))
    if capabilities(device).winograd is not None:
        assert filtered(made.plan, "0")
    plain = bench(ODD, text, settings=replace(settings, no_rewrites=NO_FOLD | {"winograd"})).draw(noise(29, 17))
    assert not filtered(plain.plan, "0")
    wanted = plain.at("0")
    assert np.abs(made.at("0") - wanted).max() < 1e-5 * max(1.0, np.abs(wanted).max())


OTHERS = {
    "a wider window": f"vec4 hook() {{ return {TWICE} + X0_texOff(vec2(2.0, 0.0)); }}",
    "between texels": f"vec4 hook() {{ return {TWICE} + X0_texOff(vec2(0.5, 0.0)); }}",
    "a branch": f"vec4 hook() {{ vec4 a = {TWICE}; if (a.x > 0.0) a = vec4(1.0); return a; }}",
    "a choice": f"vec4 hook() {{ vec4 a = {TWICE}; return a.x > 0.0 ? a : vec4(1.0); }}",
    "a loop": f"vec4 hook() {{ vec4 a = {TWICE}; for (int i = 0; i < 2; i++) a *= 2.0; return a; }}",
    "a product of values": f"vec4 hook() {{ vec4 a = {TWICE}; return a * a; }}",
    "another function": f"vec4 hook() {{ return tanh({TWICE}); }}",
    "a function of its own": f"vec4 twice(vec4 x) {{ return x * 2.0; }}\nvec4 hook() {{ return twice({TWICE}); }}",
    "a limit that is a value": f"vec4 hook() {{ vec4 a = {TWICE}; return max(a, X1_texOff(0)); }}",
    "a global": f"vec4 last = vec4(1.0);\nvec4 hook() {{ return {TWICE} + last; }}",
    "a value that is changed in part": f"vec4 hook() {{ vec4 a = {TWICE}; a.x += 1.0; return a; }}",
    "another assignment": f"vec4 hook() {{ vec4 a = {TWICE}; a *= 2.0; return a; }}",
    "a divisor that is a value": f"vec4 hook() {{ vec4 a = {TWICE}; return a / X1_texOff(0); }}",
    "the own place": f"vec4 hook() {{ return {TWICE} + vec4(HOOKED_pos, 0.0, 0.0); }}",
    "places that are not clamped": "vec4 hook() { ivec2 at = ivec2(HOOKED_pos * HOOKED_size); vec4 r = vec4(0.0), x;"
    + "".join(
        f" x = texelFetch(X0_raw, at + ivec2({x}, {y}), 0); r += {mat4(np.ones((4, 4)))} * x;" for x, y in AROUND * 2
    )
    + " return r; }",
    "the matrix behind": f"vec4 hook() {{ vec4 a = {TWICE}; return a * {mat4(np.ones((4, 4)))}; }}",
    "few products": f"vec4 hook() {{ return {WHOLE}; }}",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_something_else_stays_as_it_is(device: Device, name: str) -> None:
    assert not filtered(optimised(network(OTHERS[name])), "0")
    Bench(device, ODD, network(OTHERS[name])).draw(noise(29, 17))


SEEN = "ivec2 at = ivec2(X0_pos * X0_size), last = ivec2(X0_size) - 1; uint c = 0u;"
"""Places, in the form in which they are understood."""
LOOKALIKES = {
    "a quotient of integers": "return a + vec4(7 / 2);",
    "an integer that is assigned later": "int i; i = 7; float f = i / 2; return a * f;",
    "a product beyond 32 bits": "return a * (100000 * 100000);",
    "an octal number": "return a + vec4(010);",
    "an octal number in a plain line": "a += vec4(010, 1, 2, 3) * a.x; return a;",
    "an octal place": f"{SEEN} return a + texelFetch(X0_raw, ivec2(clamp(at.x + 010 - 9, 0, last.x), at.y), 0);",
    "a decrement": "return --a;",
    "an increment behind": "vec4 b = a++ + vec4(1.0); return a + b;",
    "an assignment in a declaration": "vec4 b = a = vec4(1.0); return a;",
    "an assignment in brackets": "float t = (a += vec4(1.0)).x; return a;",
    "a change in a declaration of an integer": "int t = int(a.x++); return a;",
    "a macro that acts on what follows": "\n#define max(x, y) min(x, y)\n#define G max\nreturn G(a, vec4(0.0));",
    "a macro that comes late": "vec4 b = max(a, 0.0);\n#define max(x, y) min(x, y)\nreturn max(a, 0.0) + 2.0 * b;",
    "a macro of what our macros use": "\n#define ivec2(x) ivec2(-(x))\nreturn a;",
    "a comment in two lines": "float u = 1.0 /\\\n/ ; a += 9.0; float v\n , w = 3.0; return a;",
    "a constant that rounds": "return max(a + 49152.0, 0.0) - 49152.0;",
    "numbers that overflow": "return a * 1e30 * 1e30 * 1e-30;",
    "a limit beyond 32 bits": "return min(max(a, -1e39), 1e999);",
    "a carry": f"{SEEN} uint s = uaddCarry(0xffffffffu, 1u, c); return a + texelFetch(X0_raw,"
    " ivec2(clamp(at.x + int(c), 0, last.x), at.y), 0);",
    "no number": "return a * .;",
    "another alphabet": "return a * \u00b2;",
    "no argument": "return a + texelFetch(X0_raw, X0_map(), 0);",
    "an infinite place": "return a + texelFetch(X0_raw, ivec2(1e999), 0);",
    "letters of two kinds": "return a.xgba;",
    "a number and a vector": "return max(0.0, a);",
    "a name that is declared twice": "vec4 b = a; vec4 b = a; return b;",
}


@pytest.mark.parametrize("name", LOOKALIKES)
def test_what_only_looks_like_sums_stays_as_it_is(name: str) -> None:
    assert not filtered(optimised(network(f"vec4 hook() {{ vec4 a = {TWICE}; {LOOKALIKES[name]} }}")), "0")


@pytest.mark.parametrize("change", ["at.x++", "(at).x += 1", "(at.x)++", "++(at.x)", "at[0] -= 1"])
def test_places_that_change_are_not_known(change: str) -> None:
    code = f"vec4 hook() {{ {SEEN} CHANGE; return texelFetch(X0_raw, clamp(at, ivec2(0), last), 0); }}"
    assert optimised(network(code.replace("CHANGE", ""))).tiling is not None
    assert optimised(network(code.replace("CHANGE", change))).tiling is None


HOSTILE = {
    "limits of limits": "a = max(a, 0.0) + max(-a, 0.0); " * 40 + "return a;",
    "deep limits": "a = max(a, 0.0) + 1.0; " * 3000 + "return a;",
    "many limits": "return a" + "".join(f" + max(X0_texOff(0), {n}e-5)" for n in range(7000)) + ";",
    "digits": "return a * " + "1" * 250_000 + "x;",
    "digits in plain lines": f"a += vec4({', '.join(['1' * 60_000] * 4)}) * a.x + q; return a;",
    "brackets": "return " + "a[" * 120_000 + ";",
    "selections": "return " + "a. " * 80_000 + "a;",
    "macros": "\n#define m0 a + a\n"
    + "".join(f"#define m{n} m{n - 1} + m{n - 1} + m{n - 1}\n" for n in range(1, 11))
    + "return m10;",
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", HOSTILE)
def test_understanding_takes_little_time(name: str) -> None:
    assert not filtered(optimised(network(f"vec4 hook() {{ vec4 a = {TWICE}; {HOSTILE[name]} }}")), "0")


def test_parts_of_frames_round_as_whole_frames_do(device: Device) -> None:
    """The pixels of a block share what they compute, so that a texel that one does not read may round another."""
    read, names = "{0}_texOff(vec2({{x}}.0, {{y}}.0))", ("HOOKED", "Z")
    text = ""
    for name, x, saved in zip(names, (1, -1), ("SAVE Z", "SAVE W"), strict=True):  # columns beside only
        places = tuple((x, y) for y in (-1, 0, 1))
        limited = (f"clamp({read}, {n / 10}, {1 + n / 10})".format(name) for n in range(5))
        code = " + ".join(terms(each, places) for each in limited)
        binds = [f"BIND {one}" for one in dict.fromkeys(("HOOKED", name))]
        text += block("HOOK MAIN", *binds, saved, f"DESC {saved}", code=f"vec4 hook() {{ return 0.01 * ({code}); }}")
    frame = np.random.default_rng(5).uniform(0, 1, (40, 160, 3)).astype(np.float32)
    plan = optimised_plan(request(float_rgb(160, 40), text, device=capabilities(device)))
    assert plan.tiling is not None and filtered(plan, "SAVE W") or capabilities(device).winograd is None
    whole, parts = Executor(device), Executor(device)
    for each in (whole, parts):
        each.prepare(plan)
    for row in range(1, 40, 6):
        for column in (63, 64):
            frame = frame.copy()
            frame[row, column] = 1.0 - frame[row, column]
            parts.draw([frame], 0.0, reuse=True)
            whole.draw([frame], 0.0)
            for output in (*step_named(plan, "SAVE Z").outputs, *step_named(plan, "SAVE W").outputs):
                assert np.array_equal(parts.read_texture(output), whole.read_texture(output)), (row, column)
    assert parts.partly
    for each in (whole, parts):
        each.release()


def test_a_file_parameter_is_no_constant() -> None:
    head = "//!PARAM gain\n//!TYPE DYNAMIC float\n//!MINIMUM 0\n//!MAXIMUM 4\n2.0\n\n"
    text = head + network(f"vec4 hook() {{ return ({TWICE}) * gain; }}")
    assert not filtered(optimised(text), "0")
