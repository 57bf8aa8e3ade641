"""The mpv user-shader language: text to data and back. Pure: no sizes of real images, no OpenGL."""
