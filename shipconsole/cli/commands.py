"""How a group of commands is added to the command line."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Protocol


class Commands(Protocol):
    """Where each group adds its commands; `argparse` has no public name for it."""

    def add_parser(self, name: str, *, parents: Sequence[ArgumentParser], help: str) -> ArgumentParser:  # noqa: A002 - argparse's own word
        """Add one command with what all commands take, and what it is for."""
        ...
