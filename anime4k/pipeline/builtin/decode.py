"""From uploaded planes to components, and from components to R'G'B'."""

from __future__ import annotations

from dataclasses import dataclass

from anime4k.colour import Matrix, Range
from anime4k.hooks.compat import Compat
from anime4k.media.format import ColourModel, Component, SourceFormat
from anime4k.pipeline.builtin.draft import Draft, glsl_float, glsl_vec, sampler_name
from anime4k.pipeline.plan import Rect, Size, TextureId
from anime4k.pipeline.reach import OWN


@dataclass(frozen=True)
class Codes:
    """Where black, white and neutral lie in *normalised* plane values (after `mul`).

    Attributes:
        mul: factor from texture values to normalised values.
        black: luma of black.
        white: luma of white.
        neutral: chroma of grey.
        chroma_span: what a chroma difference of 1 (Cb from -0.5 to 0.5) spans.
    """

    mul: float
    black: float
    white: float
    neutral: float
    chroma_span: float


def codes(source: SourceFormat, compat: Compat) -> Codes:
    """The normalisation of a source's planes.

    Limited-range codes keep their place relative to the full scale of the texture (libplacebo), or relative
    to 8-bit codes (`Compat.GPU`). Full-range chroma is that of ITU-T H.273: neutral is 2^(d-1) of 2^d - 1.
    """
    depth, top = source.depth, float(2**source.texture_bits - 1)
    if source.depth > 16:
        return Codes(1.0, 0.0, 1.0, 0.5, 1.0)
    unshift = float(2**source.shift)
    full = source.range is Range.FULL or source.model is ColourModel.RGB
    if full:
        most = float(2**depth - 1)
        return Codes(top / most / unshift, 0.0, 1.0, 2 ** (depth - 1) / most, 1.0)
    if compat is Compat.GPU:
        # code / (2^d * 255/256): 8-bit positions at every depth.
        mul = top / (2**depth * 255 / 256) / unshift
        return Codes(mul, 16 / 255, 235 / 255, 128 / 255, 224 / 255)
    # code * 2^(T-d) / (2^T - 1): the code moved to the top of the texture's word.
    mul = 2.0 ** (source.texture_bits - depth) / unshift
    scale = 2.0 ** (source.texture_bits - 8) / top
    return Codes(mul, 16 * scale, 235 * scale, 128 * scale, 224 * scale)


@dataclass(frozen=True)
class Channel:
    """Where a component is: texture and GLSL swizzle letter."""

    texture: TextureId
    letter: str


def channels(source: SourceFormat, planes: tuple[TextureId, ...]) -> dict[Component, Channel]:
    """Every component of a source with its texture and channel."""
    found: dict[Component, Channel] = {}
    for texture, layout in zip(planes, source.planes, strict=True):
        for letter, component in zip("rgba", layout.components, strict=False):
            found[component] = Channel(texture, letter)
    return found


def gather_components(
    label: str, parts: list[tuple[str, Channel]], size: Size, rect: Rect, mul: float, components: int
) -> Draft:
    """A draft that puts channels of several equally large textures side by side.

    Args:
        label: what it makes, for people.
        parts: (target letter in the result, channel).
        size: size of the textures and of the result.
        rect: rectangle of the result.
        mul: factor applied to every channel.
        components: meaningful channels.
    """
    factor = "" if mul == 1.0 else f" * {glsl_float(mul)}"
    code = ""
    for letter, channel in parts:
        code += f"color.{letter} = texelFetch({sampler_name(channel.texture)}, us_px, 0).{channel.letter}{factor};\n"
    samplers = tuple(dict.fromkeys(channel.texture for _, channel in parts))
    reaches = tuple((texture, OWN) for texture in samplers)
    return Draft((label,), size, rect, components, samplers, code, reads=len(parts), reaches=reaches)


def to_rgb(draft: Draft, source: SourceFormat, numbers: Codes) -> Draft:
    """Y'CbCr (or grey) of a draft to R'G'B', unclamped; RGB passes through. Alpha is multiplied in.

    The formulas are those of ITU-R BT.601/709/2020 written with Kr and Kb.
    """
    if source.model is not ColourModel.RGB:
        luma = f"(color.x - {glsl_float(numbers.black)}) * {glsl_float(1 / (numbers.white - numbers.black))}"
        if source.model is ColourModel.GRAY:
            draft = draft.then("grey to RGB", f"color.rgb = vec3({luma});", components=3)
        else:
            draft = draft.then(f"{source.matrix.label} to RGB", _matrix_code(source.matrix, luma, numbers))
    if source.has_alpha and not source.premultiplied:
        draft = draft.then("premultiply alpha", "color.rgb *= color.a;")
    return draft


def _matrix_code(matrix: Matrix, luma: str, numbers: Codes) -> str:
    if matrix is Matrix.RGB:  # G, B, R in Y, Cb, Cr
        return "color.rgb = color.brg;"
    kr, kb = matrix.kr, matrix.kb
    kg = 1 - kr - kb
    red = (0.0, 2 * (1 - kr))
    green = (-2 * kb * (1 - kb) / kg, -2 * kr * (1 - kr) / kg)
    blue = (2 * (1 - kb), 0.0)
    return (
        f"{{ float us_y = {luma};"
        f" vec2 us_c = (color.yz - {glsl_float(numbers.neutral)}) * {glsl_float(1 / numbers.chroma_span)};"
        f" color.rgb = us_y + vec3(dot(us_c, {glsl_vec(red)}), dot(us_c, {glsl_vec(green)}),"
        f" dot(us_c, {glsl_vec(blue)})); }}"
    )


def rgb_to_yuv(matrix: Matrix, numbers: Codes) -> str:
    """Statements that turn R'G'B' in `color.rgb` into normalised Y', Cb, Cr codes."""
    kr, kb = matrix.kr, matrix.kb
    weights = glsl_vec(matrix.luma_weights)
    return (
        f"{{ float us_y = dot(color.rgb, {weights});"
        f" vec2 us_c = vec2((color.b - us_y) * {glsl_float(0.5 / (1 - kb))},"
        f" (color.r - us_y) * {glsl_float(0.5 / (1 - kr))});"
        f" color.rgb = vec3({glsl_float(numbers.black)} + us_y * {glsl_float(numbers.white - numbers.black)},"
        f" {glsl_float(numbers.neutral)} + us_c * {glsl_float(numbers.chroma_span)}); }}"
    )


def chroma_rect(source: SourceFormat, size: Size) -> Rect:
    """Where the visible source lies in a chroma plane of `size`, from subsampling and chroma location.

    A chroma plane coordinate is `source / subsampling - site / subsampling`, with the nominal factor also
    for odd luma sizes (the surplus lies outside the picture).
    """
    sx, sy = source.subsampling
    cx, cy = source.chroma_site.offset
    tx = -cx / sx if sx > 1 else 0.0
    ty = -cy / sy if sy > 1 else 0.0
    box = source.visible
    return Rect(box.left / sx + tx, box.top / sy + ty, box.right / sx + tx, box.bottom / sy + ty)
