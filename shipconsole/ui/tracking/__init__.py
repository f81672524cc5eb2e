"""Tracking: the packages of the open order after they shipped."""
