"""SwiftPOD's requests and responses."""
