"""A new order that a person types: checked, previewed, stored, and created in the chosen connections."""
