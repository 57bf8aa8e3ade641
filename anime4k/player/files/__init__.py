"""The files around playing: lists of them, drops, `player.conf`, what is remembered, where screenshots go."""
