"""Starts the frozen program: the one script of it; everything else is in the package."""

import sys

from shipconsole.cli import main

sys.exit(main())
