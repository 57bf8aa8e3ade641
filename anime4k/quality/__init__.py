"""How good a picture is: measures against a known truth, and drawn scenes whose truth is known."""
