"""OpenGL: what moderngl lacks, and nothing of video."""
