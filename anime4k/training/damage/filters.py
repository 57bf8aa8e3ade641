"""Blur, sharpening and grain on float32 RGB pictures of shape (height, width, 3) on the 0..255 scale."""

from __future__ import annotations

import math

import numpy as np

from anime4k.training.damage.resample import Picture

COARSE_GRAIN_SIGMA = 1.2
"""Blur in pixels that makes coarse grain of fine one."""


def blur(picture: Picture, sigma_y: float, sigma_x: float) -> Picture:
    """A picture under a Gaussian with its own standard deviation in pixels for each axis; 0 leaves an axis alone."""
    for axis, sigma in enumerate((sigma_y, sigma_x)):
        if sigma > 0:
            picture = _along(picture, axis, sigma)
    return picture


def unsharp(picture: Picture, amount: float, sigma: float) -> Picture:
    """A picture plus `amount` times its difference from its blur, clipped to 0..255."""
    result: Picture = np.clip(picture + amount * (picture - blur(picture, sigma, sigma)), 0, 255, dtype=np.float32)
    return result


def grain(picture: Picture, sigma: float, coarse: bool, random: np.random.Generator) -> Picture:
    """A picture with noise in its luma: the same normal deviate is added to red, green and blue.

    Args:
        picture: float RGB.
        sigma: standard deviation in codes.
        coarse: blur the noise first; it keeps its standard deviation.
        random: where the noise comes from.
    """
    noise = random.standard_normal((*picture.shape[:2], 1), dtype=np.float32)
    if coarse:
        noise = blur(noise, COARSE_GRAIN_SIGMA, COARSE_GRAIN_SIGMA)
        noise /= noise.std()
    result: Picture = np.clip(picture + sigma * noise, 0, 255, dtype=np.float32)
    return result


def _along(picture: Picture, axis: int, sigma: float) -> Picture:
    radius = max(1, math.ceil(3.5 * sigma))
    taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    taps /= taps.sum()
    width = [(0, 0), (0, 0), (0, 0)]
    width[axis] = (radius, radius)
    padded = np.pad(picture, width, mode="edge")
    result = np.zeros_like(picture)
    for start, tap in enumerate(taps.astype(np.float32)):
        stop = start + picture.shape[axis]
        result += tap * (padded[start:stop] if axis == 0 else padded[:, start:stop])
    return result
