"""What keys do: the built-in bindings, `input.conf`, and the commands of mpv in words."""
