"""The private X display of the product, where the peers draw too."""

from anime4k.export.display import private_display

__all__ = ["private_display"]
