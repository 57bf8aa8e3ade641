"""Networks written as mpv user shaders: a fragment form that runs everywhere, and a compute form."""

from anime4k.networks.glsl.compute import compute
from anime4k.networks.glsl.fragment import fragment

__all__ = ["compute", "fragment"]
