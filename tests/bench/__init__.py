"""`poe bench`: every speed bar beside its floor, at several sizes, on both databases."""
