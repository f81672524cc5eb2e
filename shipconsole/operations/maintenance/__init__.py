"""Maintenance: backups, health, audit log, reports, diagnostics, retention and new versions."""
