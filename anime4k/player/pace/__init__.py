"""When a frame is shown, what it may cost, and what is done when it costs too much."""
