"""How long it takes: the whole pipeline measured on this machine, and what the figures mean."""
