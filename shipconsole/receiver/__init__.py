"""Receive webhooks: an HTTP server in a thread of its own that stores each request and responds."""
