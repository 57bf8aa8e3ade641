"""Reading and writing video, pictures and what travels with them. No OpenGL."""
