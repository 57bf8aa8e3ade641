"""Smooth curves as arrays of points."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]


def smooth(points: Points, count: int = 12, closed: bool = False) -> Points:
    """A Catmull-Rom spline through (n, 2) points, `count` steps from each to the next."""
    if closed:
        around = np.concatenate([points[-1:], points, points[:2]])
    else:
        around = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    before, here, there, after = around[:-3], around[1:-2], around[2:-1], around[3:]
    t = np.linspace(0, 1, count, endpoint=False)[:, None, None]
    result = 0.5 * (
        2 * here
        + (there - before) * t
        + (2 * before - 5 * here + 4 * there - after) * t**2
        + (3 * here - before - 3 * there + after) * t**3
    )
    curve = result.transpose(1, 0, 2).reshape(-1, 2)
    return curve if closed else np.concatenate([curve, points[-1:]])


def wander(
    rng: np.random.Generator, start: tuple[float, float], angle: float, length: float, bend: float, count: int = 40
) -> Points:
    """A path from `start` in the direction `angle` (radians) whose curvature changes slowly at random.

    `bend` is about how far it turns on the way, in radians.
    """
    knots = rng.normal(0, bend, 4)
    turn = np.interp(np.linspace(0, 3, count), np.arange(4), knots) / count
    directions = angle + np.cumsum(turn) * 2
    steps = np.stack([np.cos(directions), np.sin(directions)], -1) * (length / count)
    return np.concatenate([[start], np.asarray(start) + np.cumsum(steps, 0)])


def ribbon(path: Points, widths: npt.NDArray[np.float64]) -> Points:
    """The outline of a stroke along a path (n, 2) that is `widths` (n,) wide."""
    along = np.gradient(path, axis=0)
    along /= np.maximum(1e-9, np.hypot(along[:, 0], along[:, 1]))[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], -1) * (widths[:, None] / 2)
    return np.concatenate([path + across, (path - across)[::-1]])


def tapered(
    count: int, width: float, head: float = 0.3, tail: float = 0.3, thinnest: float = 0.12
) -> npt.NDArray[np.float64]:
    """Widths (count,) of a pen stroke that swells over its first `head` and thins over its last `tail`."""
    place = np.linspace(0, 1, count)
    rise = np.clip(place / max(head, 1e-6), 0, 1)
    fall = np.clip((1 - place) / max(tail, 1e-6), 0, 1)
    result: npt.NDArray[np.float64] = width * np.maximum(thinnest, np.sin(np.minimum(rise, fall) * np.pi / 2))
    return result


def placed(points: Points, centre: tuple[float, float], size: float, tilt: float = 0.0) -> Points:
    """Points in units of `size` around the origin, turned by `tilt` (radians) and moved to `centre`."""
    cos, sin = np.cos(tilt), np.sin(tilt)
    turned = points @ np.array([[cos, sin], [-sin, cos]])
    result: Points = turned * size + np.asarray(centre)
    return result


def oval(width: float, height: float, count: int = 40) -> Points:
    """An ellipse around the origin."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.cos(angles) * width / 2, np.sin(angles) * height / 2], -1)


def blob(rng: np.random.Generator, size: float, corners: int = 7, unrest: float = 0.25) -> Points:
    """A smooth irregular closed shape around the origin, about `size` across."""
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False) + rng.uniform(-0.2, 0.2, corners)
    radii = size / 2 * (1 + rng.uniform(-unrest, unrest, corners))
    return smooth(np.stack([np.cos(angles) * radii, np.sin(angles) * radii], -1), 10, closed=True)
