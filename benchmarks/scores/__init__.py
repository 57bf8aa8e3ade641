"""Scores of convolution networks: ours and the official files, on the same pictures, through the same renderer."""
