"""The first run: the pages of the settings that a new station needs, one at a time, and a practice package."""
