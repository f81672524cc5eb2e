"""The platforms' folders: sample in, value out; no server, no clock."""
