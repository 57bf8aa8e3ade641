"""The quality comparison: chains of shader files, pictures for them, tables and contact sheets of what they make."""
