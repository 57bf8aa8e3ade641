"""The last steps: turn, quantise with dither, and where asked convert to Y'CbCr planes."""

from __future__ import annotations

import math

from anime4k.colour import Matrix, Range
from anime4k.hooks.compat import Compat
from anime4k.media.format import ColourModel, SourceFormat
from anime4k.pipeline.builtin.decode import Codes, codes, rgb_to_yuv
from anime4k.pipeline.builtin.draft import Draft, Image, glsl_float, sampler_name
from anime4k.pipeline.plan import Rect, Size
from anime4k.pipeline.reach import Along, Reach
from anime4k.pipeline.settings import Dither, OutputFormat

# Thresholds of the 8x8 Bayer matrix by bit interleaving: value in (0, 1), mean 1/2.
_BAYER = """float us_bayer(ivec2 us_p) {
int us_x = us_p.x ^ us_p.y, us_y = us_p.y;
int us_v = ((us_x & 1) << 5) | ((us_y & 1) << 4) | ((us_x & 2) << 2);
us_v |= ((us_y & 2) << 1) | ((us_x & 4) >> 1) | ((us_y & 4) >> 2);
return (float(us_v) + 0.5) / 64.0; }"""


def quantise(draft: Draft, depth: int, stored_bits: int, dither: Dither, components: int) -> Draft:
    """Round `color` to codes of `depth` bits, stored in the low bits of words of `stored_bits`.

    Alpha is never dithered: opaque pixels must stay opaque even where half floats made them 1 - 2^-11.
    """
    most = float(2**depth - 1)
    scale = most / float(2**stored_bits - 1)
    threshold = "us_bayer(us_px)" if dither is Dither.ORDERED else "0.5"
    if dither is Dither.ORDERED and components == 4:
        threshold = f"vec4(vec3({threshold}), 0.5)"
    letters = "rgba"[:components]
    low, high = ("0.0", "1.0")
    code = (
        f"color.{letters} = floor(clamp(color.{letters}, {low}, {high}) * {glsl_float(most)} + {threshold})"
        f" * {glsl_float(scale / most)};"
    )
    label = f"{depth} bit, ordered dither" if dither is Dither.ORDERED else f"{depth} bit"
    return draft.then(label, code, functions=(_BAYER,) if dither is Dither.ORDERED else ())


def unpremultiply(draft: Draft) -> Draft:
    """Divide the colours by alpha (transparent pixels become black)."""
    return draft.then("straight alpha", "color.rgb = color.a > 0.0 ? color.rgb / color.a : vec3(0.0);")


def rotate(picture: Draft, degrees: int) -> Draft:
    """The picture turned clockwise by 90, 180 or 270 degrees."""
    right, bottom = picture.size.width - 1, picture.size.height - 1
    place = {
        90: f"ivec2(us_px.y, {bottom} - us_px.x)",
        180: f"ivec2({right}, {bottom}) - us_px",
        270: f"ivec2({right} - us_px.y, us_px.x)",
    }[degrees]
    size = picture.size if degrees == 180 else Size(picture.size.height, picture.size.width)
    rect = Rect(0.0, 0.0, float(size.width), float(size.height))
    return picture.moved(f"turn by {degrees} degrees", place, size, rect)


def output_codes(output: OutputFormat) -> Codes:
    """Code positions of Y'CbCr output, relative to the full scale of its depth."""
    most = float(2**output.depth - 1)
    if output.range is Range.FULL:
        return Codes(1.0, 0.0, 1.0, 2 ** (output.depth - 1) / most, 1.0)
    unit = 2 ** (output.depth - 8) / most
    return Codes(1.0, 16 * unit, 235 * unit, 128 * unit, 224 * unit)


def luma_plane(picture: Draft, output: OutputFormat) -> Draft:
    """The Y' plane of an R'G'B' picture, not yet quantised."""
    return picture.then(f"RGB to {output.matrix.label} luma", rgb_to_yuv(output.matrix, output_codes(output)))


def chroma_plane(picture: Image, output: OutputFormat, which: int) -> Draft:
    """The Cb (0) or Cr (1) plane of an R'G'B' picture: filtered to the chroma grid, not yet quantised.

    A sample is the mean over an area as large as a chroma pixel, centred on the site: in 4:2:0 samples on luma
    columns (left-sited) take a 1-2-1 filter, samples between columns the mean of two; vertically likewise.
    """
    sx, sy = output.subsampling
    size = Size(-(-picture.size.width // sx), -(-picture.size.height // sy))
    cx, cy = output.chroma_site.offset
    columns = _site_taps(sx, cx)
    rows = _site_taps(sy, cy)
    tex = sampler_name(picture.texture)
    code = f"{{ ivec2 us_last = textureSize({tex}, 0) - 1; vec3 us_sum = vec3(0.0);\n"
    for dy, wy in rows:
        for dx, wx in columns:
            code += (
                f"us_sum += {glsl_float(wx * wy)} * texelFetch({tex}, clamp(us_px * ivec2({sx}, {sy})"
                f" + ivec2({dx}, {dy}), ivec2(0), us_last), 0).rgb;\n"
            )
    code += f"color.rgb = us_sum; {rgb_to_yuv(output.matrix, output_codes(output))} color.r = color.{'gb'[which]}; }}\n"
    rect = Rect(0.0, 0.0, float(size.width), float(size.height))
    label = f"RGB to {output.matrix.label} {('Cb', 'Cr')[which]}"
    # Pixel i reads the columns factor * i + dx.
    across, down = (
        Along(float(factor), taps[0][0] - factor / 2, taps[-1][0] - factor / 2)
        for factor, taps in ((sx, columns), (sy, rows))
    )
    reaches = ((picture.texture, Reach(across, down)),)
    return Draft(
        (label,), size, rect, 1, (picture.texture,), code, reads=len(columns) * len(rows), reaches=reaches
    )


def _site_taps(subsampling: int, site: float) -> tuple[tuple[int, float], ...]:
    """(offset in luma pixels from the block's first, weight): the mean over one chroma pixel around its site."""
    if subsampling == 1:
        return ((0, 1.0),)
    # The block begins at 0 and is as wide as the area, whose centre is moved by `site`.
    first, last = site, site + subsampling
    return tuple(
        (pixel, (min(pixel + 1, last) - max(pixel, first)) / subsampling)
        for pixel in range(math.floor(first), math.ceil(last))
    )


def yuv_codes_for_hooks() -> Codes:
    """Code positions of an RGB picture that is shown to luma and chroma passes as 8-bit limited Y'CbCr."""
    model = SourceFormat(1, 1, ColourModel.YUV, (), 8, range=Range.LIMITED, matrix=Matrix.BT709)
    return codes(model, Compat.NEXT)


def describe(output: OutputFormat) -> str:
    """The output format in words."""
    if output.matrix is Matrix.RGB:
        return f"RGB{'A' if output.alpha else ''} {output.depth} bit"
    sx, sy = output.subsampling
    name = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0"}.get((sx, sy), f"{sx}x{sy}")
    return f"{output.matrix.label} {name} {output.range.label} {output.depth} bit"
