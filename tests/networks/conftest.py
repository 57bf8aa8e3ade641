"""What the tests of the shader writers share: a device, the means to draw, and the other renderers."""

from tests.shaders.conftest import devices as devices
from tests.shaders.conftest import peer_display as peer_display
