"""Edits the tracking of a package after it shipped, or voids its shipment, and notifies connections of it."""
