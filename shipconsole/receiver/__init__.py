"""Takes webhooks in: an HTTP server in a thread of its own, which keeps what comes and answers."""
