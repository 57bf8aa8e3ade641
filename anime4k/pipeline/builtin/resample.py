"""Bring an image to another grid: bilinear, by separable kernels, or by a polar kernel."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from anime4k.pipeline.builtin import kernels
from anime4k.pipeline.builtin.draft import Draft, Image, fetch, glsl_float, glsl_vec, sampler_name
from anime4k.pipeline.plan import Rect, Role, Size, TexelFormat, Texture, TextureId, Uniform
from anime4k.pipeline.reach import SAME, SLACK, Along, Reach, filtered, shifted
from anime4k.pipeline.settings import Scaler

_UNROLL_LIMIT = 32
_MOST_PHASES = 4

AddTexture = Callable[[Texture], TextureId]
Materialise = Callable[[Draft, str], Image]


def resample(
    image: Image,
    size: Size,
    origin: tuple[float, float],
    step: tuple[float, float],
    scaler: Scaler,
    *,
    antialias: bool,
    exact: bool,
    add_texture: AddTexture,
    materialise: Materialise,
) -> Draft:
    """A draft of the image on a grid of `size`.

    Output texel (i, j) shows the image at `origin + (i + 0.5, j + 0.5) * step`, in texels of the image.
    The rectangle of the draft is the image's, moved to the new grid.

    Args:
        image: what to resample.
        size: size of the result.
        origin: see above.
        step: source texels per output texel.
        scaler: the kernel.
        antialias: widen the kernel where the picture shrinks.
        exact: do not leave bilinear weights to the texture unit, which may give them no more than 8 bits.
        add_texture: registers a constant texture of the plan.
        materialise: draws a draft into a texture.
    """
    rect = _moved(image.rect, origin, step)
    if size == image.size and _stays(origin[0], step[0]) and _stays(origin[1], step[1]):
        return fetch(image)
    if _is_shift(origin, step):
        return _shifted(image, size, rect, (round(origin[0]), round(origin[1])))
    shrinks = antialias and (step[0] > 1 + 1e-6 or step[1] > 1 + 1e-6)
    if scaler is Scaler.BILINEAR and not shrinks:
        draw = _gathered if exact else _bilinear
        return draw(image, size, rect, origin, step)
    kernel = kernels.separable(scaler)
    if kernel is None:
        return _polar(image, size, rect, origin, step, antialias, add_texture)
    across, down = Size(size.width, image.size.height), size
    label = f"{scaler.value} {image.size} to {size}"
    # An axis that does not change needs no draw, nor the blur of a kernel that is not 1 at 0.
    if size.width == image.size.width and _stays(origin[0], step[0]):
        return _axis(image, size, rect, kernel, origin[1], step[1], antialias, True, label, add_texture)
    if size.height == image.size.height and _stays(origin[1], step[1]):
        return _axis(image, size, rect, kernel, origin[0], step[0], antialias, False, label, add_texture)
    # The axis that grows least goes first: the first draw is then the smaller one.
    if size.width * image.size.height <= image.size.width * size.height:
        first = _axis(image, across, _moved(image.rect, (origin[0], 0.0), (step[0], 1.0)), kernel,
                      origin[0], step[0], antialias, False, label, add_texture)  # fmt: skip
        half = materialise(first, f"{label}, horizontally")
        return _axis(half, down, rect, kernel, origin[1], step[1], antialias, True, label, add_texture)
    tall = Size(image.size.width, size.height)
    first = _axis(image, tall, _moved(image.rect, (0.0, origin[1]), (1.0, step[1])), kernel,
                  origin[1], step[1], antialias, True, label, add_texture)  # fmt: skip
    half = materialise(first, f"{label}, vertically")
    return _axis(half, size, rect, kernel, origin[0], step[0], antialias, False, label, add_texture)


def _moved(rect: Rect, origin: tuple[float, float], step: tuple[float, float]) -> Rect:
    return Rect(
        (rect.x0 - origin[0]) / step[0],
        (rect.y0 - origin[1]) / step[1],
        (rect.x1 - origin[0]) / step[0],
        (rect.y1 - origin[1]) / step[1],
    )


def _stays(origin: float, step: float) -> bool:
    return max(abs(origin), abs(step - 1)) <= 1e-6


def _is_shift(origin: tuple[float, float], step: tuple[float, float]) -> bool:
    whole = max(abs(origin[0] - round(origin[0])), abs(origin[1] - round(origin[1])))
    return max(whole, abs(step[0] - 1), abs(step[1] - 1)) <= 1e-6


def _mul(image: Image) -> str:
    return "" if image.mul == 1.0 else f" * {glsl_float(image.mul)}"


def _meaningful(components: int) -> tuple[str, str]:
    """(GLSL type, swizzle) of the channels worth adding up; the others keep their defaults."""
    return {1: ("float", ".x"), 2: ("vec2", ".xy"), 3: ("vec3", ".xyz")}.get(components, ("vec4", ".xyzw"))


def _shifted(image: Image, size: Size, rect: Rect, by: tuple[int, int]) -> Draft:
    tex = sampler_name(image.texture)
    code = (
        f"color = texelFetch({tex}, clamp(us_px + ivec2({by[0]}, {by[1]}), ivec2(0), textureSize({tex}, 0) - 1), 0)"
        f"{_mul(image)};\n"
    )
    reaches = ((image.texture, shifted(*by)),)
    return Draft(("crop",), size, rect, image.components, (image.texture,), code, reads=1, reaches=reaches)


def _bilinear(
    image: Image, size: Size, rect: Rect, origin: tuple[float, float], step: tuple[float, float]
) -> Draft:
    tex, map_name = sampler_name(image.texture), f"us_map{image.texture}"
    width, height = image.size.width, image.size.height
    uniform = Uniform(map_name, (origin[0] / width, origin[1] / height, step[0] / width, step[1] / height))
    code = f"color = textureLod({tex}, {map_name}.xy + (vec2(us_px) + 0.5) * {map_name}.zw, 0.0){_mul(image)};\n"
    label = f"bilinear {image.size} to {size}"
    reaches = ((image.texture, Reach(filtered(step[0], origin[0]), filtered(step[1], origin[1]))),)
    return Draft(
        (label,), size, rect, image.components, (image.texture,), code, (uniform,), reads=1, reaches=reaches
    )


def _gathered(
    image: Image, size: Size, rect: Rect, origin: tuple[float, float], step: tuple[float, float]
) -> Draft:
    """Bilinear in floats: some texture units filter 8-bit planes with 8-bit weights and results.

    For one or two components a gather each costs about as much as a filtered read.
    """
    tex, map_name = sampler_name(image.texture), f"us_map{image.texture}"
    uniform = Uniform(map_name, (*origin, *step))
    code = (
        f"{{ vec2 us_at = {map_name}.xy + (vec2(us_px) + 0.5) * {map_name}.zw - 0.5, us_f = fract(us_at);\n"
        f"us_at = (floor(us_at) + 1.0) / vec2(textureSize({tex}, 0)); vec4 us_g;\n"
    )
    for number, letter in enumerate("rgba"[: image.components]):
        code += (
            f"us_g = textureGather({tex}, us_at, {number}); us_g.xy = mix(us_g.wx, us_g.zy, us_f.x);"
            f" color.{letter} = mix(us_g.x, us_g.y, us_f.y){_mul(image)};\n"
        )
    label = f"bilinear {image.size} to {size}"
    reaches = ((image.texture, Reach(filtered(step[0], origin[0]), filtered(step[1], origin[1]))),)
    return Draft(
        (label,), size, rect, image.components, (image.texture,), code + "}\n", (uniform,), reads=4, reaches=reaches
    )


def _axis(
    image: Image,
    size: Size,
    rect: Rect,
    kernel: kernels.Kernel,
    origin: float,
    step: float,
    antialias: bool,
    vertical: bool,
    label: str,
    add_texture: AddTexture,
) -> Draft:
    out = size.height if vertical else size.width
    axis = kernels.taps(kernel, out, origin, step, antialias)
    count = axis.weights.shape[1]
    src, along = sampler_name(image.texture), "us_px.y" if vertical else "us_px.x"
    last = f"textureSize({src}, 0).{'y' if vertical else 'x'} - 1"
    kind, part = _meaningful(image.components)
    read = f"texelFetch({src}, {'ivec2(us_px.x, us_i)' if vertical else 'ivec2(us_i, us_px.y)'}, 0){part}"
    phases = kernels.period(axis, step, _MOST_PHASES) if count <= _UNROLL_LIMIT else 0
    if phases:
        code = _by_phase(axis, phases, round(step * phases), along, last, read)
        extra: tuple[TextureId, ...] = ()
    else:
        row, payload = kernels.taps_payload(axis)
        table = Texture(f"weights {label}", Size(row, out), TexelFormat.RGBA32F, Role.CONSTANT, -1, payload)
        extra = (add_texture(table),)
        code = _by_table(sampler_name(extra[0]), count, along, last, read)
    reads = count + (0 if phases else 1 + -(-count // 4))
    code = f"{{ {kind} us_sum = {kind}(0.0); {code}color{part} = us_sum{_mul(image)}; }}\n"
    places = (np.arange(out) + 0.5) * step
    first = axis.start[:out] - places
    along_axis = Along(step, float(first.min()) - SLACK, float(first.max()) + count - 1 + SLACK)
    reaches = ((image.texture, Reach(SAME, along_axis) if vertical else Reach(along_axis, SAME)),)
    return Draft(
        (label,), size, rect, image.components, (image.texture, *extra), code, reads=reads, reaches=reaches
    )


def _by_phase(axis: kernels.Taps, phases: int, advance: int, along: str, last: str, read: str) -> str:
    """Taps with weights written into the text: they repeat every few texels (doubling, 3:2, ...)."""

    def choose(values: list[str]) -> str:
        text = values[-1]
        for phase in range(len(values) - 2, -1, -1):
            text = f"us_phase == {phase} ? {values[phase]} : {text}"
        return text

    code = f"int us_phase = {along} % {phases}, us_last = {last}, us_i;\n"
    first = choose([str(start) for start in axis.start[:phases]])
    code += f"int us_first = {along} / {phases} * {advance} + ({first});\n"
    for tap in range(axis.weights.shape[1]):
        weight = choose([glsl_float(value) for value in axis.weights[:phases, tap]])
        code += f"us_i = clamp(us_first + {tap}, 0, us_last); us_sum += ({weight}) * {read};\n"
    return code


def _by_table(tab: str, count: int, along: str, last: str, read: str) -> str:
    """Taps with weights from a table that has a row for every output row or column."""
    code = f"int us_first = int(texelFetch({tab}, ivec2(0, {along}), 0).x), us_last = {last}, us_i; vec4 us_w;\n"
    if count <= _UNROLL_LIMIT:
        for tap in range(count):
            if tap % 4 == 0:
                code += f"us_w = texelFetch({tab}, ivec2({1 + tap // 4}, {along}), 0);\n"
            code += f"us_i = clamp(us_first + {tap}, 0, us_last); us_sum += us_w.{'xyzw'[tap % 4]} * {read};\n"
        return code
    return code + (
        f"for (int us_k = 0; us_k < {count}; ++us_k) {{ us_i = clamp(us_first + us_k, 0, us_last);\n"
        f"us_w = texelFetch({tab}, ivec2(1 + us_k / 4, {along}), 0); us_sum += us_w[us_k % 4] * {read}; }}\n"
    )


def _polar(
    image: Image,
    size: Size,
    rect: Rect,
    origin: tuple[float, float],
    step: tuple[float, float],
    antialias: bool,
    add_texture: AddTexture,
) -> Draft:
    widen = (max(1.0, step[0]), max(1.0, step[1])) if antialias else (1.0, 1.0)
    radius = kernels.EWA_RADIUS * kernels.EWA_SHARPEN
    reach = (math.ceil(radius * widen[0]), math.ceil(radius * widen[1]))
    table = add_texture(
        Texture("ewa_lanczossharp weights", Size(kernels.EWA_TABLE_SIZE, 1), TexelFormat.R32F, Role.CONSTANT, -1,
                kernels.ewa_payload())
    )  # fmt: skip
    src, tab, map_name = sampler_name(image.texture), sampler_name(table), f"us_map{image.texture}"
    kind, part = _meaningful(image.components)
    uniform = Uniform(map_name, (*origin, *step))
    last = kernels.EWA_TABLE_SIZE - 1
    code = f"""{{ vec2 us_at = {map_name}.xy + (vec2(us_px) + 0.5) * {map_name}.zw - 0.5;
ivec2 us_base = ivec2(floor(us_at)), us_max = textureSize({src}, 0) - 1; vec2 us_f = us_at - vec2(us_base);
{kind} us_sum = {kind}(0.0); float us_total = 0.0;
for (int us_y = {1 - reach[1]}; us_y <= {reach[1]}; ++us_y)
for (int us_x = {1 - reach[0]}; us_x <= {reach[0]}; ++us_x) {{
float us_d = length((vec2(us_x, us_y) - us_f) / {glsl_vec(widen)}) / {glsl_float(radius)};
if (us_d < 1.0) {{
float us_w = textureLod({tab}, vec2((us_d * {glsl_float(last)} + 0.5) / {glsl_float(last + 1)}, 0.5), 0.0).x;
ivec2 us_i = clamp(us_base + ivec2(us_x, us_y), ivec2(0), us_max);
us_sum += us_w * texelFetch({src}, us_i, 0){part}; us_total += us_w; }} }}
color{part} = us_sum / us_total{_mul(image)}; }}
"""
    label = f"ewa_lanczossharp {image.size} to {size}"
    reads = int(math.pi * radius * radius * widen[0] * widen[1]) * 2
    across, down = (
        Along(scale, first + 0.5 - radius - SLACK, first - 0.5 + radius + SLACK)
        for scale, first, radius in zip(step, origin, reach, strict=True)
    )
    return Draft((label,), size, rect, image.components, (image.texture, table), code, (uniform,), reads=reads,
                 reaches=((image.texture, Reach(across, down)),))  # fmt: skip
