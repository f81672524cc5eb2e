"""The dialog that edits the tracking of a package after it shipped, or voids its shipment."""
