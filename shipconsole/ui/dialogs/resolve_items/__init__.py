"""The dialog in which a person records what became of items that are not counted in units."""
