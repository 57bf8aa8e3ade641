"""The renderer's own stages, in the same form as user passes."""
