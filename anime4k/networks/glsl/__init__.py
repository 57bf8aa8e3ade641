"""Networks written as mpv user shaders."""

from anime4k.networks.glsl.fragment import fragment

__all__ = ["fragment"]
