"""The entry point of `python -m shipconsole`, the same as the command `shipconsole`."""

import sys

from shipconsole.cli import main

if __name__ == "__main__":
    sys.exit(main())
