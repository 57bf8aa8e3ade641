"""Neural networks as data: how they are described, kept, evaluated in numpy, and written as shaders."""
