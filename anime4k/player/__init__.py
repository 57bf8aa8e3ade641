"""The player: a window, keys, a clock and a frame loop around the rendering pipeline."""
