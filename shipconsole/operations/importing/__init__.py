"""Importing: orders are downloaded from the connections, matched with those here, and compared with what was sent."""
