"""Corrects a package that somebody was told of, or calls its shipment back."""
