"""Asks what is to become of a store that is damaged."""
