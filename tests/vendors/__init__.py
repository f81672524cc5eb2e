"""The vendors' folders: sample in, value out; no server, no clock."""
