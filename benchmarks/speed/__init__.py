"""How long things take, compared: rounds in which candidates take turns, ratios with their spread, targets."""
