"""The record of all that was done and told: found, read, copied and written to a file."""
