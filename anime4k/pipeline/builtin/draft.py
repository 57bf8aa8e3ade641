"""A picture in the making: GLSL statements that have not been drawn yet.

Built-in stages are mostly per-pixel arithmetic. Instead of one draw each, they append statements to a
`Draft`; only where somebody needs texels (a hook, a scaler) is the draft drawn, as one step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from anime4k.pipeline.parts import Ending
from anime4k.pipeline.plan import Program, Rect, Sampler, Size, Step, StepKind, TextureId, Uniform
from anime4k.pipeline.reach import OWN, Reaches, together

_T = TypeVar("_T")


@dataclass(frozen=True)
class Image:
    """A picture that exists as a texture.

    Attributes:
        texture: where its texels are.
        size: size of the texture.
        rect: where the visible source lies in it, in texels.
        components: meaningful channels.
        mul: factor that normalises raw texel values.
    """

    texture: TextureId
    size: Size
    rect: Rect
    components: int
    mul: float = 1.0


@dataclass(frozen=True)
class Draft:
    """Statements that compute `vec4 color` for the output pixel `ivec2 us_px`.

    Attributes:
        labels: what the statements do, in order, for people.
        size: size of the picture.
        rect: where the visible source lies in it, in texels.
        components: meaningful channels.
        samplers: textures read; texture n is called `us_t<n>` in the code.
        uniforms: uniforms used, with unique names.
        functions: GLSL functions needed, each text once.
        code: statements; `color` is (0, 0, 0, 1) before them.
        reads: texel reads per pixel.
        image: the image of which this draft is a plain copy, if it is one.
        reaches: which texels it depends on, None = unknown.
    """

    labels: tuple[str, ...]
    size: Size
    rect: Rect
    components: int
    samplers: tuple[TextureId, ...]
    code: str
    uniforms: tuple[Uniform, ...] = ()
    functions: tuple[str, ...] = ()
    reads: int = 0
    image: Image | None = None
    reaches: Reaches | None = None

    def then(self, label: str, code: str, *, functions: Sequence[str] = (), components: int | None = None) -> Draft:
        """The same picture with more arithmetic on `color`."""
        return replace(
            self,
            labels=(*self.labels, label) if label else self.labels,
            code=self.code + code + "\n",
            functions=_merged(self.functions, functions),
            components=self.components if components is None else components,
            image=None,
        )

    def moved(self, label: str, place: str, size: Size, rect: Rect) -> Draft:
        """The same texels in other places, still undrawn; what it depends on is unknown then.

        Args:
            label: what the move is, for people.
            place: GLSL expression of the texel, an ivec2, to show at `us_px`.
            size: size of the result.
            rect: rectangle of the result.
        """
        code = f"{{ ivec2 us_here = us_px; us_px = {place};\n{self.code}us_px = us_here; }}\n"
        labels = (*self.labels, label) if label else self.labels
        return replace(self, labels=labels, code=code, size=size, rect=rect, image=None, reaches=None)


def sampler_name(texture: TextureId) -> str:
    """GLSL name of a texture in built-in code."""
    return f"us_t{texture}"


def fetch(image: Image) -> Draft:
    """The draft that reads an image texel by texel."""
    mul = "" if image.mul == 1.0 else f" * {glsl_float(image.mul)}"
    code = f"color = texelFetch({sampler_name(image.texture)}, us_px, 0){mul};\n"
    return Draft((), image.size, image.rect, image.components, (image.texture,), code, reads=1,
                 image=image if image.mul == 1.0 else None, reaches=((image.texture, OWN),))  # fmt: skip


def combine(label: str, parts: Sequence[tuple[str, Draft]], size: Size, rect: Rect, components: int) -> Draft:
    """One draft from several of equal size.

    Args:
        label: what the combination is.
        parts: (assignment, draft) pairs; the assignment takes what it needs from `us_part`, the colour of
            that draft, into `us_all`.
        size: size of the result.
        rect: rectangle of the result.
        components: meaningful channels of the result.
    """
    code = "vec4 us_all = vec4(0.0, 0.0, 0.0, 1.0);\n"
    for assignment, part in parts:
        code += f"{{ vec4 color = vec4(0.0, 0.0, 0.0, 1.0);\n{part.code}vec4 us_part = color; {assignment} }}\n"
    code += "color = us_all;\n"
    drafts = [part for _, part in parts]
    return Draft(
        labels=_merged([text for draft in drafts for text in draft.labels], [label]),
        size=size,
        rect=rect,
        components=components,
        samplers=_merged([t for draft in drafts for t in draft.samplers], []),
        code="{\n" + code + "}\n",
        uniforms=_merged([u for draft in drafts for u in draft.uniforms], []),
        functions=_merged([f for draft in drafts for f in draft.functions], []),
        reads=sum(draft.reads for draft in drafts),
        reaches=together(draft.reaches for draft in drafts),
    )


def to_step(draft: Draft, output: TextureId, desc: str = "") -> Step:
    """The step that draws a draft into a texture of the draft's size."""
    lines = [f"uniform sampler2D {sampler_name(texture)};" for texture in draft.samplers]
    kinds = {1: "float", 2: "vec2", 3: "vec3", 4: "vec4"}
    lines += [f"uniform {kinds[len(uniform.values)]} {uniform.name};" for uniform in draft.uniforms]
    lines += ["out vec4 us_out;", *draft.functions]
    lines += ["void main() {", "ivec2 us_px = ivec2(gl_FragCoord.xy);", "vec4 color = vec4(0.0, 0.0, 0.0, 1.0);"]
    text = "\n".join(lines) + "\n" + draft.code + "us_out = color;\n}\n"
    return Step(
        desc=desc or ", ".join(draft.labels) or "copy",
        stage=None,
        origin=None,
        file=-1,
        program=Program(StepKind.FRAGMENT, (), text),
        samplers=tuple(Sampler(sampler_name(texture), texture) for texture in draft.samplers),
        user_textures=(),
        buffers=(),
        uniforms=draft.uniforms,
        frame_uniforms=(),
        outputs=(output,),
        size=draft.size,
        reads=draft.reads * draft.size.area,
        reaches=draft.reaches,
        ending=_ending(draft),
    )


def _ending(draft: Draft) -> Ending | None:
    """What a draft that begins by reading its own texel of its one texture does with it; None for all others."""
    if len(draft.samplers) != 1 or draft.uniforms:
        return None
    name = sampler_name(draft.samplers[0])
    first = f"color = texelFetch({name}, us_px, 0)"
    rest = draft.code.removeprefix(first)
    if rest == draft.code or any(name in text for text in (rest, *draft.functions)):
        return None
    return Ending(draft.functions, f"color = color{rest}")


def glsl_float(value: float) -> str:
    """A float literal that GLSL accepts, without loss."""
    text = repr(float(value))
    return text if any(mark in text for mark in ".en") else text + ".0"


def glsl_vec(values: Sequence[float]) -> str:
    """A vec2, vec3 or vec4 literal."""
    return f"vec{len(values)}({', '.join(glsl_float(value) for value in values)})"


def _merged(first: Iterable[_T], second: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys([*first, *second]))
