"""The two ways in which a network of the pack can be written; which one draws is chosen for each machine."""

from __future__ import annotations

import enum


class Form(enum.Enum):
    """How a network is drawn; the value is the name on the command line."""

    AUTO = "auto"
    """The form that was measured to be faster, fragment passes where nothing was measured."""
    FRAGMENT = "fragment"
    """Fragment passes, which the renderer draws together and of which it can draw parts."""
    COMPUTE = "compute"
    """Compute passes, whose work groups share what they have read."""
