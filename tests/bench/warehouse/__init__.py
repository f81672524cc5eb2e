"""Generated stores that look like a real warehouse after a year: the same seed gives the same rows."""
