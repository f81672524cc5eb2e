"""A packing station program: pack an order, scan its label, and notify each connected platform exactly once."""

__version__ = "0.1.0"
