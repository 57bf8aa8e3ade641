"""The commands of `python -m anime4k.training`, one module each."""
