"""What a server says of itself, asked with a role of the least rights and with one that has too many."""

import time

import pytest

from shipconsole.domain.database_address import DatabaseAddress, database_address
from shipconsole.store import roles, server
from tests.support.postgresql import PostgresqlServer

TABLES = """
CREATE TABLE orders (id BIGINT);
CREATE TABLE attempt (id BIGINT);
"""
