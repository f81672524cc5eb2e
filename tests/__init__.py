"""The tests: they mirror the package; kit holds what they share, house what holds for the whole tree."""
