"""Sound: decoded here, heard through a process of its own, and the clock that follows it."""
