"""Named modes: which shaders to load, chosen by a word instead of by a list of files."""
