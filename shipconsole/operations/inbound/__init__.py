"""Inbound: webhook events are received, stored, processed, listed, and subscribed to."""
