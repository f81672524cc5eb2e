"""Forwarding: a shipment made elsewhere is recorded here and sent to other connections."""
