"""Shipping: a shipment is checked and stored, undone, or corrected after it was sent."""
