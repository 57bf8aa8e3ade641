"""One frame's journey: a plan as pure data, and its execution."""
