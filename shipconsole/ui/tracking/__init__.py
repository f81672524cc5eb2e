"""Follows: the packages of the open order on their way."""
