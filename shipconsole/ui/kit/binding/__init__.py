"""The binding kit: tables, forms and single widgets that show pydantic models, and edit them."""
