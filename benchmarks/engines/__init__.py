"""Comparison of pictures and speed with other programs that run mpv user shaders.

The programs ("peers") are mpv with its OpenGL output and FFmpeg's libplacebo filter. Nothing here is part of
the installed package; the scripts next to this folder and the tests use it.
"""
