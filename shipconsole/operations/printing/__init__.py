"""What printed documents contain, as data; nothing here draws, and nothing knows a printer."""
