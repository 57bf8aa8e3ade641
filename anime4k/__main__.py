"""`python -m anime4k` is the console script."""

import sys

from anime4k.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
