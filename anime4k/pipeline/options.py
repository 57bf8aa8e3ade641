"""The options of rendering, one row each."""

from __future__ import annotations

from anime4k.hooks.compat import Compat
from anime4k.hooks.form import Form
from anime4k.options import Kind, Option, Rebuild
from anime4k.pipeline.reuse import REUSE
from anime4k.pipeline.rewrites import REWRITES
from anime4k.pipeline.settings import Dither, Light, Scaler

SHADER = Option(
    name="shader",
    kind=Kind.TEXT,
    metavar="FILE|NAME",
    repeatable=True,
    help="an mpv user shader, or a name of the pack ('anime4k shaders list'); repeatable, the order is kept;"
    " replaces the mode",
)
SHADER_OPT = Option(
    name="shader-opt",
    kind=Kind.ASSIGNMENT,
    metavar="NAME=VALUE",
    repeatable=True,
    help="value of a shader's PARAM; NAME is PARAM or SHADERNAME/PARAM; repeatable",
    on_change=Rebuild.UNIFORMS,
)
STRENGTH = Option(
    name="strength",
    kind=Kind.NUMBER,
    metavar="0..1",
    default=1.0,
    minimum=0.0,
    maximum=1.0,
    help="blend of the whole shader chain against the plain scaler",
)
SCALE = Option(
    name="scale",
    kind=Kind.NUMBER,
    short="s",
    metavar="N",
    minimum=0.05,
    maximum=32.0,
    help="output size as a factor of the source; 2 when neither this nor --size is given",
)
SIZE = Option(
    name="size",
    kind=Kind.SIZE,
    metavar="WxH",
    minimum=1,
    maximum=32768,
    help="output size in pixels",
)
SCALER = Option(
    name="scaler",
    kind=Kind.CHOICE,
    metavar="NAME",
    default=Scaler.LANCZOS.value,
    choices=tuple(scaler.value for scaler in Scaler),
    help="kernel of the resampling that is left after the shaders",
)
LIGHT = Option(
    name="light",
    kind=Kind.CHOICE,
    metavar="NAME",
    default=Light.LINEAR.value,
    choices=tuple(light.value for light in Light),
    help="in what the picture is scaled: linear light (with less ringing when it is enlarged), or the values as they"
    " are stored, which is faster",
)
DITHER = Option(
    name="dither",
    kind=Kind.CHOICE,
    metavar="NAME",
    default=Dither.ORDERED.value,
    choices=tuple(dither.value for dither in Dither),
    help="how what lies between two codes of the output is shown: by a pattern, or rounded",
)
COMPAT = Option(
    name="compat",
    kind=Kind.CHOICE,
    metavar="NAME",
    default=Compat.NEXT.value,
    choices=tuple(compat.value for compat in Compat),
    help="whose user-shader semantics: those of mpv's newer or of its older renderer",
)
PRECISION = Option(
    name="precision",
    kind=Kind.CHOICE,
    metavar="BITS",
    default="16",
    choices=("16", "32"),
    help="bits of the floats that passes hand on; 32 shows what rounding does, at the cost of time and memory",
)
SOURCE = Option(
    name="source",
    kind=Kind.CHOICE,
    metavar="MODEL",
    default="auto",
    choices=("auto", "yuv", "rgb"),
    help="how shaders see an RGB source; auto is yuv when a loaded shader hooks a luma or chroma plane, otherwise rgb",
)
NO_OPT = Option(
    name="no-opt",
    kind=Kind.CHOICE,
    metavar="NAME",
    choices=(*(rewrite.name for rewrite in REWRITES), REUSE),
    repeatable=True,
    help="leave out something that makes frames cheaper, to see what it does: a rewrite of the plan, or that frames"
    " like the one before are not drawn again; repeatable",
)
REUSE_THRESHOLD = Option(
    name="reuse-threshold",
    kind=Kind.NUMBER,
    metavar="CODES",
    default=0.0,
    minimum=0.0,
    maximum=16.0,
    help="by how many 8-bit codes samples may differ from what was drawn and not be drawn again; 0 = the picture is"
    " exact",
)
FORM = Option(
    name="form",
    kind=Kind.CHOICE,
    metavar="NAME",
    default=Form.AUTO.value,
    choices=tuple(form.value for form in Form),
    help="how networks of the pack are drawn that exist in two forms, which give the same picture: in fragment or in"
    " compute passes; auto is what 'anime4k bench --forms' has found to be faster on this machine, otherwise fragment",
)
GPU = Option(
    name="gpu",
    kind=Kind.INTEGER,
    short="g",
    metavar="N",
    minimum=0,
    maximum=63,
    help="number of the GPU, as listed by --list-gpus",
    on_change=Rebuild.WINDOW,
)

RENDER_OPTIONS: tuple[Option, ...] = (
    SHADER, SHADER_OPT, STRENGTH, SCALE, SIZE, SCALER, LIGHT, DITHER, COMPAT, PRECISION, SOURCE, NO_OPT,
    REUSE_THRESHOLD, FORM, GPU,
)  # fmt: skip
"""In the order in which help texts show them."""
