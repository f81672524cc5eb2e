"""Lets `python -m shipconsole` do what the command `shipconsole` does."""

import sys

from shipconsole.cli import main

if __name__ == "__main__":
    sys.exit(main())
