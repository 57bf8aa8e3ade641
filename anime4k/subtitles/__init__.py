"""Subtitles: tracks become tiles that are laid over the picture, in a thread of their own."""
