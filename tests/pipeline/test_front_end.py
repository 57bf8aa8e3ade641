"""A second compiler reads what we write: Khronos' reference front end knows the rules that Mesa is lenient about."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from anime4k.colour import Matrix, Primaries, Transfer
from anime4k.errors import ShaderSyntaxError
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_file
from anime4k.media.format import PIXEL_LAYOUTS
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.journey import PlanRequest
from anime4k.pipeline.plan import Plan, Program, Size, StepKind
from anime4k.pipeline.rewrites import optimised_plan
from anime4k.pipeline.settings import OutputFormat, RenderSettings, Scaler
from tests.pipeline.support import block, computes, files, pixels, shade

ROOT = Path(__file__).resolve().parents[2]
OLD = Capabilities(glsl=410)
NEW = Capabilities(glsl=450, compute=True)
SPELLED = Capabilities(glsl=450, compute=True, exact_gather=False)
MOST_FILES = 40
"""Files that the compiler is given at once."""


@pytest.fixture(scope="module")
def compiler() -> str:
    found = shutil.which("glslangValidator")
    if found is None:
        pytest.skip("glslangValidator is not installed (Debian: glslang-tools)")
    return found


def complaints(compiler: str, folder: Path, programs: Iterable[tuple[int, Program]]) -> list[str]:
    """Errors and warnings about programs, given with their GLSL version; lines count as in the whole text."""
    paths: list[str] = []
    for number, (glsl, program) in enumerate(dict.fromkeys(programs)):
        ending = "comp" if program.kind is StepKind.COMPUTE else "frag"
        path = folder / f"{number}.{ending}"
        path.write_text("\n".join([f"#version {glsl}", *program.extensions, "#line 1000000", program.text]))
        paths.append(str(path))
    assert paths
    found: list[str] = []
    for start in range(0, len(paths), MOST_FILES):
        part = paths[start : start + MOST_FILES]
        done = subprocess.run([compiler, *part], capture_output=True, text=True, timeout=120, check=False)
        told = [line for line in done.stdout.splitlines() if line.startswith(("ERROR", "WARNING"))]
        found += told or ([done.stdout] if done.returncode else [])
    return found


def planned(
    pixel_format: str,
    scale: float,
    shaders: Sequence[ShaderFile] = (),
    device: Capabilities = OLD,
    settings: RenderSettings = RenderSettings(),
    output: OutputFormat = OutputFormat(),
    **source: object,
) -> list[tuple[int, Program]]:
    """The programs of a plan for a small picture, with their GLSL version."""
    values = tuple(tuple((param.name, param.default) for param in file.params) for file in shaders)
    size = Size(round(66 * scale), round(34 * scale))
    frames = pixels(pixel_format, 66, 34, **source)
    request = PlanRequest(frames, size, tuple(shaders), values, settings, output, device)
    made: Plan = optimised_plan(request)
    return [(device.glsl, step.program) for step in made.steps]


def test_built_in_steps_are_plain_glsl_410(compiler: str, tmp_path: Path) -> None:
    programs: list[tuple[int, Program]] = []
    for name in PIXEL_LAYOUTS:
        programs += planned(name, 2.0)
    for scaler in Scaler:
        for scale in (2.0, 1.37, 1.0, 0.5):
            programs += planned("yuva420p10le", scale, settings=RenderSettings(scaler=scaler))
    for transfer in Transfer:
        for primaries in Primaries:
            programs += planned("yuv420p10le", 2.0, transfer=transfer, primaries=primaries)
    for matrix in Matrix:
        programs += planned("rgba", 1.0, output=OutputFormat(matrix=matrix, depth=10, subsampling=(2, 2), alpha=True))
    for rotation in (90, 180, 270):
        programs += planned("nv12", 2.0, rotation=rotation)
    assert complaints(compiler, tmp_path, programs) == []


EVERYTHING = (
    block("PARAM mode", "TYPE ENUM DEFINE", code="soft\nhard")
    + block("PARAM gain", "TYPE DYNAMIC float", "MINIMUM 0", "MAXIMUM 1e30", code="0.5")
    + block("PARAM count", "TYPE CONSTANT uint", code="4")
    + block("PARAM PTS", "TYPE int", code="0")
    + block("TEXTURE lut", "SIZE 2 1", "FORMAT rgba8", "FILTER LINEAR", code="00ff00ff00ff00ff")
    + block("TEXTURE codes", "SIZE 2", "FORMAT r16u", code="01000200")
    + block("BUFFER state", "VAR float level", "VAR mat3x4 turn[2]", code="00" * 112)
    + shade("linearize(HOOKED_texOff(0)) + delinearize(vec4(gain))", "SAVE X", hook="LUMA")
    + block("HOOK LUMA", "BIND HOOKED", "BIND X", "BIND lut", "BIND codes", "BIND state", code="""
#define twice(a) \\
    ((a) + \\
     (a))
#ifdef GL_MADE_UP
#extension GL_MADE_UP : require
#endif
precision highp float;
vec4 here = HOOKED_tex(HOOKED_pos);
float list[count];
vec4 hook() {
    list[1] = random + float(frame) + float(PTS) + turn[1][2].w;
    vec2 at = input_size + target_size + tex_offset + LUMA_off * LUMA_rot + X_size * X_pt;
    return twice(here) + X_texOff(ivec2(1, -1)) + HOOKED_gather(HOOKED_pos, 0) + lut_tex(at) * list[1]
        + textureGatherOffset(HOOKED_raw, HOOKED_map(ivec2(2)), ivec2(1)) * level + float(texelFetch(codes, hard, 0).x)
        + tex1D(HOOKED_raw, vec2(LUT_POS(0.5, 2.0))) * LUMA_mul;
}
""")
)  # fmt: skip

NEWER = (
    block("BUFFER memory", "VAR uint seen[4]", "VAR vec3 place", "STORAGE")
    + "".join(
        block(f"TEXTURE image_{name}", f"SIZE {size}", f"FORMAT {name}", "STORAGE")
        for name, size in (("r8", "4"), ("rg16", "4 4"), ("rgba8s", "4 4"), ("r32u", "2 2 2"), ("rgba16i", "4 4"),
                           ("rgb10_a2", "4 4"), ("bgra8", "4 4"))
    )
    + computes(
        "imageStore(out_image, ivec2(gl_GlobalInvocationID), HOOKED_tex(HOOKED_pos) + gl_FragCoord.xyxy);"
        " atomicAdd(seen[0], 1u); imageStore(image_rg16, ivec2(0), vec4(1)); imageStore(image_r8, 0, vec4(1));"
        " imageStore(image_rgba8s, ivec2(0), vec4(1)); imageStore(image_r32u, ivec3(0), uvec4(1));"
        " barrier();", "16 16 8 8", bind="HOOKED memory image_r8 image_rg16 image_rgba8s image_r32u")
    + shade("imageLoad(image_rgb10_a2, ivec2(0)) + imageLoad(image_bgra8, ivec2(0))"
            " + vec4(imageLoad(image_rgba16i, ivec2(0)))", bind="HOOKED image_rgb10_a2 image_bgra8 image_rgba16i")
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "device"),
    [(EVERYTHING, OLD), (EVERYTHING, NEW), (EVERYTHING, SPELLED), (NEWER, NEW)],
    ids=["410", "450", "gather", "newer"],
)
def test_every_feature_of_the_language(compiler: str, tmp_path: Path, text: str, device: Capabilities) -> None:
    programs = planned("yuv420p10le", 2.0, files([text]), device)
    assert len(programs) > 4
    told = complaints(compiler, tmp_path, programs)
    assert [line for line in told if "GL_MADE_UP" not in line] == []
    # Names that begin with gl_ are the language's own; some drivers refuse macros that take them.
    assert not any("#define gl_" in program.text for _, program in programs)


def test_own_shaders_and_those_of_the_wild(compiler: str, tmp_path: Path, third_party: tuple[Path, ...]) -> None:
    programs: list[tuple[int, Program]] = []
    for path in (*sorted((ROOT / "shaders").glob("*.glsl")), *third_party):
        try:
            file = parse_file(path)
        except ShaderSyntaxError:
            continue
        for device in (OLD, NEW):
            programs += planned("yuv420p", 2.0, [file], device)
    assert len(set(programs)) > 400
    assert complaints(compiler, tmp_path, programs) == []
