"""The end of a plan: the planes that were asked for, what nobody reads left out, memory, costs."""

from __future__ import annotations

from collections.abc import Sequence

from anime4k.colour import Matrix
from anime4k.media.format import SourceFormat
from anime4k.pipeline.build import PlanBuilder
from anime4k.pipeline.builtin import output
from anime4k.pipeline.builtin.draft import Draft, fetch, to_step
from anime4k.pipeline.lifetime import assign_slots, slot_bytes
from anime4k.pipeline.plan import Cost, Disabled, Plan, Role, Size, Skip, Step, TexelFormat, Texture, TextureId
from anime4k.pipeline.settings import Dither, OutputFormat


def write_outputs(
    builder: PlanBuilder, picture: Draft, source: SourceFormat, wanted: OutputFormat, dither: Dither
) -> tuple[TextureId, ...]:
    """Turn the picture upright, quantise it and write the planes that were asked for."""
    if source.rotation:
        picture = output.rotate(picture, source.rotation)
    stored = 8 if wanted.depth <= 8 else 16
    outputs: list[TextureId] = []

    def write(plane: Draft, components: int, number: int, label: str) -> None:
        texel = TexelFormat.of(4 if components > 1 else 1, stored)
        texture = builder.add_texture(Texture(f"output {label}", plane.size, texel, Role.OUTPUT, number))
        quantised = output.quantise(plane, wanted.depth, stored, dither, max(components, 1))
        builder.steps.append(to_step(quantised, texture, "output: " + ", ".join(quantised.labels)))
        outputs.append(texture)

    if wanted.matrix is Matrix.RGB:
        if wanted.alpha and source.has_alpha:
            write(output.unpremultiply(picture), 4, 0, "RGBA")
        else:
            write(picture, 4, 0, "RGB")
        return tuple(outputs)
    image = builder.materialise(picture, "finished picture")
    write(output.luma_plane(fetch(image), wanted), 1, 0, "Y")
    for which in (0, 1):
        write(output.chroma_plane(image, wanted, which), 1, 1 + which, ("Cb", "Cr")[which])
    return tuple(outputs)


def assemble(
    builder: PlanBuilder,
    outputs: tuple[TextureId, ...],
    size: Size,
    skipped: tuple[Skip, ...],
    disabled: tuple[Disabled, ...],
    notes: tuple[str, ...],
    pts_dependent: bool,
) -> Plan:
    """The finished plan: memory assigned, costs added up."""
    textures = tuple(builder.textures)
    steps = drop_unread(builder.steps, textures)
    slots = assign_slots(steps, textures)
    total = costs(steps, textures, slots)
    return Plan(tuple(steps), textures, slots, outputs, size, skipped, disabled, notes, pts_dependent, total)


def drop_unread(steps: Sequence[Step], textures: Sequence[Texture]) -> list[Step]:
    """Leave out built-in steps whose result nobody reads (user passes always run, as in mpv)."""
    kept: list[Step] = []
    read = {number for number, texture in enumerate(textures) if texture.role is Role.OUTPUT}
    for step in reversed(steps):
        if step.origin is not None or not read.isdisjoint(step.outputs):
            kept.append(step)
            read.update(sampler.texture for sampler in step.samplers)
    return kept[::-1]


def costs(steps: Sequence[Step], textures: Sequence[Texture], slots: Sequence[int]) -> Cost:
    """The sums over all steps, and the memory of all textures."""
    resident = sum(t.size.area * t.format.texel_bytes for t in textures if t.role is not Role.STEP)
    return Cost(
        reads=sum(step.reads for step in steps),
        writes=sum(step.writes for step in steps),
        multiply_adds=sum(step.multiply_adds for step in steps),
        peak_bytes=resident + slot_bytes(textures, slots),
    )
