"""A chain and its single file draw the same picture, bit by bit, whatever names the files use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.bundle import bundle
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file, parse_text
from anime4k.pipeline.render import Renderer
from tests.pipeline.support import DEEP, PLAIN, Array, block, pixels, ran, shade

SOURCE = pixels("yuv420p", 24, 16)
RNG = np.random.default_rng(5)
PLANES = tuple(
    RNG.integers(low, high, size).astype(np.uint8)
    for low, high, size in ((40, 200, (16, 24)), (100, 150, (8, 12)), (100, 150, (8, 12)))
)


def draw(device: Device, files: Sequence[ShaderFile], size: tuple[int, int]) -> tuple[Array, int]:
    """The second frame, for files that remember something, and how many of their passes drew it."""
    renderer = Renderer(device, files, settings=PLAIN, output=DEEP)
    try:
        made = renderer.configure(SOURCE, size)
        for _ in range(2):
            renderer.render(PLANES)
        assert not renderer.disabled, renderer.disabled
        return renderer.read()[0].copy(), len(ran(made))
    finally:
        renderer.release()


def same(device: Device, chain: Sequence[ShaderFile], size: tuple[int, int] = (36, 24)) -> None:
    """Check that the bundle draws the chain's picture with as many passes, with parameters and without."""
    expected, count = draw(device, chain, size)
    for bake in (False, True):
        made = bundle(chain, bake=bake)
        assert made.remarks == ()
        picture, passes = draw(device, [parse_text(made.text, "bundle.glsl")], size)
        assert passes == count and np.array_equal(picture, expected), (bake, [file.name for file in chain])


def param(name: str, type_: str, body: str) -> str:
    return block(f"PARAM {name}", f"TYPE {type_}", code=body)


def scaled(factor: str) -> str:
    return shade(f"HOOKED_tex(HOOKED_pos) * {factor}")


CHAINS: dict[str, tuple[str, ...]] = {
    "names made of parts": (
        shade("HOOKED_tex(HOOKED_pos) * 0.5", "SAVE X1")
        + block("HOOK MAIN", "BIND HOOKED", "BIND X1", code=(
            "#define PART(n) X##n##_tex(X##n##_pos)\nvec4 hook() { return PART(1) * float(k); }"
        )) + param("k", "DEFINE", "1"),
        block("TEXTURE own", "SIZE 1 1", "FORMAT r8", code="c0")
        + block("HOOK MAIN", "BIND HOOKED", "BIND own", code=(
            "#define READ(n) n##_tex(vec2(0.5)).r\nvec4 hook() { return HOOKED_tex(HOOKED_pos) * READ(own); }"
        ))
        + shade("HOOKED_tex(HOOKED_pos) * 0.8", "SAVE X1")
        + block("HOOK MAIN", "BIND X1", code="#define ALL(n) n##_tex(n##_pos)\nvec4 hook() { return ALL(X1); }"),
    ),
    "fields called like parameters": (
        block("HOOK MAIN", "BIND HOOKED", code=(
            "struct S { float k; };\nvec4 hook() { S s; s.k = 0.5; return HOOKED_tex(HOOKED_pos) * s.k * k; }"
        )) + param("k", "float", "1.5"),
        scaled("k") + param("k", "float", "0.75"),
    ),
    "components called like parameters": (
        shade("HOOKED_tex(HOOKED_pos).xyzw * x + HOOKED_tex(HOOKED_pos).x * 0.1") + param("x", "float", "0.5"),
    ),
    "variables that hide parameters": (
        block("HOOK MAIN", "BIND HOOKED", code=(
            "float f(float k) { return k * 2.0; }\n"
            "vec4 hook() { float q = f(k); float k = 0.5; return HOOKED_tex(HOOKED_pos) * k * q; }"
        )) + param("k", "float", "0.5"),
    ),
    "numbers that hold names": (
        scaled("e5 * 1.e5 * .00001 * 1e-1 * f * 1.f * 0xf") + param("e5", "float", "0.5") + param("f", "DEFINE", "2"),
        scaled("e5") + param("e5", "float", "0.5"),
    ),
    "labels": (
        shade("HOOKED_tex(HOOKED_pos) * (way == hard ? 0.5 : 0.7)", "WHEN way soft =")
        + param("way", "ENUM int", "soft\nhard"),
        block("HOOK MAIN", "BIND HOOKED", code=(
            "struct S { float hard; };\nvec4 hook() { S s; s.hard = 0.9; return HOOKED_tex(HOOKED_pos) * s.hard; }"
        )),
    ),
    "textures of one name": (
        block("TEXTURE t", "SIZE 1 1", "FORMAT rgba16f", "STORAGE")
        + block("HOOK MAIN", "BIND HOOKED", "BIND t", code=(
            "vec4 hook() { vec4 sum = imageLoad(t, ivec2(0)) + 0.0625; imageStore(t, ivec2(0), sum);\n"
            "return HOOKED_tex(HOOKED_pos) + sum * 0.0; }"
        )),
        block("TEXTURE t", "SIZE 1 1", "FORMAT r8", code="80")
        + shade("HOOKED_tex(HOOKED_pos) * t_tex(vec2(0.5)).r * texture(t, vec2(0.5)).r", bind="HOOKED t"),
    ),
    "buffers of one name": (
        block("BUFFER b", "VAR float n", "VAR float x", code="0000003f0000003f")
        + shade("HOOKED_tex(HOOKED_pos).xyzw * n * x", bind="HOOKED b"),
        block("BUFFER b", "VAR float n", code="0000403f") + shade("HOOKED_tex(HOOKED_pos) * n", bind="HOOKED b"),
    ),
    "parameters called like images": (
        shade("HOOKED_tex(HOOKED_pos) * 0.5", "SAVE k", "WIDTH HOOKED.w 2 /")
        + shade("k_tex(k_pos) * k", "WHEN k.w HOOKED.w < k 0 > *", bind="k")
        + param("k", "float", "1.5"),
        shade("HOOKED_tex(HOOKED_pos) * 0.9", "SAVE k") + shade("k_tex(k_pos)", bind="k"),
    ),
    "keywords": (
        shade("vec4(0.3)", "SAVE in") + shade("in_tex(in_pos)", bind="in"),
        shade("vec4(0.6)", "SAVE in")
        + block("HOOK MAIN", "BIND in", code=(
            "vec4 f(in vec4 v) { return v; }\nvec4 hook() { return f(in_tex(in_pos)); }"
        )),
    ),
    "sizes of arrays, and less than zero": (
        block("HOOK MAIN", "BIND HOOKED", "WHEN m 0 <", code=(
            "float a[n];\n#if m != -1\n#error\n#endif\n"
            "vec4 hook() { a[0] = 0.5; return HOOKED_tex(HOOKED_pos) * float(n - 3u) * a[0]; }"
        )) + param("n", "CONSTANT uint", "4") + param("m", "DEFINE", "-1"),
    ),
    "values in case there are no parameters": (
        block("HOOK MAIN", "BIND HOOKED", code=(
            "#ifndef k\n#define k 5\n#endif\nvec4 hook() { return HOOKED_tex(HOOKED_pos) / float(k); }"
        )) + param("k", "DEFINE", "2"),
    ),
    "the end of a text": (
        scaled("0.5").rstrip() + " //",
        scaled("1.2").rstrip(),
    ),
}  # fmt: skip
"""What a chain's files do -> their texts."""


@pytest.mark.parametrize("names", [("a", "b"), ("4x", "日本"), ("x" * 150, "gl_b"), ("__", "-")])
@pytest.mark.parametrize("subject", CHAINS)
def test_odd_files(device: Device, subject: str, names: tuple[str, str]) -> None:
    chain = [parse_text(text, f"/{name}.glsl") for name, text in zip(names, CHAINS[subject], strict=False)]
    same(device, chain)
    if names == ("a", "b"):
        same(device, [*chain, *chain])
        same(device, chain[::-1])


WILD = (
    ("FSRCNNX_x2_8-0-4-1.glsl", "FSR.glsl", "CAS-scaled.glsl"),
    ("FSR.glsl", "FSR.glsl", "KrigBilateral.glsl"),
    ("nnedi3-nns16-win8x6.hook", "KrigBilateral.glsl", "SSimDownscaler.glsl"),
    ("Anime4K_Clamp_Highlights.glsl", "Anime4K_Upscale_CNN_x2_S.glsl", "Anime4K_Upscale_CNN_x2_S.glsl"),
    ("Anime4K_Upscale_DoG_x2.glsl", "Anime4K_Thin_VeryFast.glsl", "Anime4K_Upscale_Deblur_DoG_x2.glsl"),
)


@pytest.mark.parametrize("names", WILD)
@pytest.mark.parametrize("factor", [1.5, 4])
def test_chains_of_the_wild(
    device: Device, third_party: tuple[Path, ...], names: tuple[str, ...], factor: float
) -> None:
    paths = {path.name: path for path in third_party}
    same(device, [parse_file(paths[name]) for name in names], (int(24 * factor), int(16 * factor)))
