"""Training the networks of the pack: data, damage, fitting and export. Needs the extra `train` (PyTorch)."""
