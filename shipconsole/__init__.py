"""A packing bench's desktop program: pack an order, scan the label, and each carrier platform is told exactly once."""

__version__ = "0.1.0"
