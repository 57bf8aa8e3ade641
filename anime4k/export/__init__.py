"""The shader pack and the modes as configuration of mpv and of players that are built on it."""
