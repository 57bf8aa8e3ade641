"""What happens to pictures on their way to the viewer, done again on purpose: pairs of clean and damaged crops."""
