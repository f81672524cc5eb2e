"""The connections to the platforms: added, tested, changed."""
