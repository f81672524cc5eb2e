"""The binding kit: tables, forms, and widgets that show and edit pydantic models."""
