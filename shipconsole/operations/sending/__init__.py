"""Sending: one update is sent, verified where no response came, and followed up; many go as one batch."""
