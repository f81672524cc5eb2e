"""Sounds: each verdict has its own, played by the system's player. No sound card, or no player, is no error."""
