"""The files of the chain as the interface shows them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anime4k.hooks.decl import ParamDecl, Scalar, ShaderFile
from anime4k.player.picture.tuning import Tuning
from anime4k.player.state import FileView, ParameterView


def file_views(
    tuning: Tuning,
    chain: Sequence[ShaderFile],
    started_with: Mapping[tuple[str, str], float],
    problems: Mapping[str, str],
) -> tuple[FileView, ...]:
    """The chain as the interface shows it.

    Args:
        tuning: the user's changes.
        chain: the files of the mode.
        started_with: (file name, parameter) to the value that the player was started with.
        problems: path to what is wrong with a file.
    """
    return tuple(
        FileView(
            name=link.file.name,
            path=str(link.file.path),
            used=link.used,
            parameters=tuple(
                _parameter(param, tuning.values.get((link.file.name, param.name)),
                           started_with.get((link.file.name, param.name), param.default))
                for param in link.file.params
            ),
            problem=problems.get(str(link.file.path), ""),
        )
        for link in tuning.links(chain)
    )  # fmt: skip


def _parameter(param: ParamDecl, value: float | None, begin: float) -> ParameterView:
    low, high = param.minimum, param.maximum
    return ParameterView(
        name=param.name,
        text=param.desc,
        value=begin if value is None else value,
        default=param.default,
        minimum=low if low > float("-inf") else None,
        maximum=high if high < float("inf") else None,
        whole=param.scalar is not Scalar.FLOAT,
        choices=param.labels,
    )
