"""Looking at a running player from outside: its screen, its sound, its keys."""
