"""Dates as they are stored, where nothing heavier than the standard library may be loaded."""

NO_DUE_DATE_MS = 253_402_300_799_000
"""The end of the year 9999 stands for "no due date", so that such orders come last in every list."""
