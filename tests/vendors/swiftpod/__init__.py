"""SwiftPOD's requests and answers."""
