"""A real-time anime video player whose picture comes from mpv user shaders."""

__version__ = "0.1.0"
