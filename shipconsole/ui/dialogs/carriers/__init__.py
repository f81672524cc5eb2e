"""Names: what each connection calls the carriers."""
