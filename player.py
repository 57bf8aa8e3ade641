"""`python player.py ARGS` is `anime4k play ARGS`."""

import sys

from anime4k.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["play", *sys.argv[1:]]))
