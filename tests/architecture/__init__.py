"""The rules of the house: what must hold for every file of the project."""
