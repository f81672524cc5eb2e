"""Rules that hold for every file of the project."""
