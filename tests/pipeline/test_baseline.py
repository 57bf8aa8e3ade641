"""A real OpenGL 4.1 context: fragment passes give the same picture, everything newer is refused by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_file
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.settings import Dither, RenderSettings
from tests.networks.shipped import NETWORKS, smallest
from tests.pipeline.support import block, computes, pixels, shade

ROOT = Path(__file__).resolve().parents[2]
OWN = [
    path
    for path in sorted((ROOT / "shaders").glob("*.glsl"))
    if "//!COMPUTE" not in path.read_text() and (path.stem not in NETWORKS or path.stem in smallest())
]
"""The pack's files without compute passes; of networks, which one generator writes, the smallest of each family."""

OLD = {"MESA_GL_VERSION_OVERRIDE": "4.1", "MESA_GLSL_VERSION_OVERRIDE": "410"}
"""Mesa then makes contexts that offer 4.1 and nothing else."""

FRAGMENT = (
    """//!PARAM mode
//!TYPE ENUM int
soft
hard

//!TEXTURE lut
//!SIZE 4
//!FORMAT rgba16f
//!FILTER LINEAR
"""
    + np.linspace(0, 1, 16, dtype="<f4").tobytes().hex()
    + """

//!BUFFER numbers
//!VAR float gain
//!VAR vec3 tint
0000003f0000000000000000000000000000803f0000003f0000803e
"""
    + shade("HOOKED_texOff(vec2(1, 0)) * 0.5 + HOOKED_gather(HOOKED_pos, 0) * 0.25", "SAVE X", hook="LUMA")
)
FRAGMENT += shade("HOOKED_tex(HOOKED_pos) * 0.5 + X_tex(X_pos) * gain", "WIDTH HOOKED.w 2 *", "HEIGHT HOOKED.h 2 *",
                  hook="LUMA", bind="HOOKED X numbers")  # fmt: skip
FRAGMENT += block(
    "HOOK OUTPUT",
    "BIND HOOKED",
    "BIND lut",
    "BIND numbers",
    code="""
#extension GL_MADE_UP : enable
vec4 here = HOOKED_tex(HOOKED_pos);
vec4 hook() { return vec4(here.rgb * tint + lut_tex(here.r).rgb * 0.25 + fwidth(here.g) * float(hard), 1.0); }""",
)

COMPUTE = shade("vec4(1, 0, 0, 1)") + computes("imageStore(out_image, ivec2(0), vec4(1));", "8 8", desc="my compute")
STORAGE = block("TEXTURE past", "SIZE 2 2", "FORMAT r32f", "STORAGE")
STORAGE += shade("imageLoad(past, ivec2(0))", bind="HOOKED past")
BLOCK = block("BUFFER state", "VAR uint count", "STORAGE") + shade("vec4(count)", bind="HOOKED state")

SOURCE = pixels("yuv420p", 48, 32)
SIZE = (96, 64)


def frame() -> tuple[np.ndarray[Any, Any], ...]:
    """A picture with edges and slopes."""
    y, x = np.mgrid[0:32, 0:48]
    luma = 60 + 2 * x + 40 * ((x // 6 + y // 5) % 2) + y
    chroma = np.mgrid[0:16, 0:24]
    return luma.astype(np.uint8), (100 + 2 * chroma[1]).astype(np.uint8), (90 + 4 * chroma[0]).astype(np.uint8)


def draw(device: Device, paths: list[str]) -> tuple[np.ndarray[Any, Any], dict[str, str]]:
    """The picture through these files, and which were switched off."""
    files = [parse_file(path) for path in paths]
    renderer = Renderer(device, files, settings=RenderSettings(dither=Dither.NONE))
    renderer.configure(SOURCE, SIZE)
    renderer.render(frame())
    picture, disabled = renderer.read()[0].copy(), dict(renderer.disabled)
    renderer.release()
    return picture, disabled


@dataclass(frozen=True)
class Told:
    """What the old context reported.

    Attributes:
        version: text of the driver.
        glsl: version that programs were written in.
        compute: whether compute was offered.
        disabled: per request, path -> reason.
        errors: GL errors left after every request.
    """

    version: str
    glsl: int
    compute: bool
    disabled: list[dict[str, str]]
    errors: list[str]


def run_old(folder: Path, requests: list[list[str]], **environment: str) -> tuple[Told, list[np.ndarray[Any, Any]]]:
    """Draw in a process of its own, since the version of a context is decided when Mesa loads."""
    code = (
        "import json, sys, numpy as np\n"
        "from anime4k.gl.device import Device\n"
        "from tests.pipeline.test_baseline import draw\n"
        "device = Device.standalone(baseline=True)\n"
        "folder, requests = sys.argv[1], json.loads(sys.argv[2])\n"
        "told = {'version': device.info.version, 'glsl': device.info.glsl, 'compute': device.compute,"
        " 'disabled': [], 'errors': []}\n"
        "for number, paths in enumerate(requests):\n"
        "    picture, disabled = draw(device, paths)\n"
        "    np.save(f'{folder}/{number}.npy', picture)\n"
        "    told['disabled'].append(disabled); told['errors'].append(device.ctx.error)\n"
        "print(json.dumps(told))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), json.dumps(requests)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return Told(**json.loads(done.stdout)), [np.load(folder / f"{n}.npy") for n in range(len(requests))]


@pytest.fixture(scope="module", params=["4.1 context", "newer context"])
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Pictures of an old context, and the same device class held to 4.1 on whatever the machine offers."""
    folder = tmp_path_factory.mktemp("baseline")
    written = {"fragment": FRAGMENT, "compute": COMPUTE, "storage": STORAGE, "block": BLOCK}
    paths = {}
    for name, text in written.items():
        (folder / f"{name}.glsl").write_text(text)
        paths[name] = str(folder / f"{name}.glsl")
    own = [str(path) for path in OWN]
    requests = [[], [paths["fragment"]], [paths["compute"], paths["fragment"]], [paths["storage"], paths["fragment"]],
                [paths["block"], paths["fragment"]], *([path] for path in own)]  # fmt: skip
    told, pictures = run_old(folder, requests, **(OLD if request.param == "4.1 context" else {}))
    return told, pictures, paths, own


def test_the_context_is_what_it_claims(old: Any, request: pytest.FixtureRequest) -> None:
    told: Told = old[0]
    assert told.glsl == 410 and not told.compute
    if "4.1" in request.node.callspec.id:
        assert told.version.startswith("4.1 ")


def test_fragment_passes_give_the_same_picture(device: Device, old: Any) -> None:
    told, pictures, paths, _ = old
    for number, names in enumerate([[], ["fragment"]]):
        expected, disabled = draw(device, [paths[name] for name in names])
        assert not disabled and not told.disabled[number]
        difference = np.abs(pictures[number].astype(int) - expected.astype(int))
        assert difference.max() <= 1, names
        assert expected.std() > 10  # a picture, not a surface
    assert (pictures[0] != pictures[1]).mean() > 0.5


def test_own_shaders_give_the_same_picture(device: Device, old: Any) -> None:
    told, pictures, _, own = old
    assert own
    for number, path in enumerate(own, 5):
        expected, disabled = draw(device, [path])
        assert not disabled and not told.disabled[number]
        assert np.abs(pictures[number].astype(int) - expected.astype(int)).max() <= 1, path


@pytest.mark.parametrize(
    ("number", "name", "words"),
    [
        (2, "compute", "compute.glsl:4: a compute pass needs OpenGL 4.3"),
        (3, "storage", "storage.glsl:6: it writes past, and storage needs OpenGL 4.3"),
        (4, "block", "block.glsl:5: it writes state, and storage needs OpenGL 4.3"),
    ],
)
def test_newer_features_are_refused_and_the_rest_goes_on(old: Any, number: int, name: str, words: str) -> None:
    told, pictures, paths, _ = old
    assert list(told.disabled[number]) == [paths[name]]
    assert words in told.disabled[number][paths[name]]
    assert np.array_equal(pictures[number], pictures[1])


def test_no_gl_error_is_left_behind(old: Any) -> None:
    assert set(old[0].errors) == {"GL_NO_ERROR"}
