"""The outbox: what decides when an update may be sent, sent again, or resolved by a person."""
