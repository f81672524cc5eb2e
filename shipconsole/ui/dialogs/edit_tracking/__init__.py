"""Corrects a parcel that somebody was told of, or calls its shipment back."""
