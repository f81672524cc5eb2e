"""The webhook events that platforms sent, the shipments to review, and the forwarding rules."""
