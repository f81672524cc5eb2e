"""What a server says of itself, asked with a role of the least rights and with one that has too many."""

TABLES = """
CREATE TABLE orders (id BIGINT);
CREATE TABLE attempt (id BIGINT);
"""
