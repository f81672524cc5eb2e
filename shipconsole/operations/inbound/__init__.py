"""Inbound: webhook events are received, processed, listed, and subscribed to; packages without events are queried."""
