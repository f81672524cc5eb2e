"""Two stations on one store in every order of their steps: whatever ends when, the rules hold (case 26)."""

import asyncio
import itertools
import shutil
import unittest
from collections.abc import Callable, Generator
from pathlib import Path

import psycopg
import pytest

from tests.faults.flaky_vendors import FlakyVendors, Trouble, flaky_vendors
from tests.stations.databases import Database
from tests.stations.two_stations import World, add_orders, model, steps_of_time, synced, trusting_the_screen

# Minutes of several processes on a machine that does nothing else.
pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def vendors() -> Generator[FlakyVendors]:
    """Platforms on which nothing takes time."""
    with flaky_vendors(orders=0, trouble=Trouble(), now=steps_of_time()) as server:
        yield server


@pytest.fixture
def world(vendors: FlakyVendors, database: Database, tmp_path: Path) -> Generator[World]:
    """A database with the synced orders, and copies of it."""
    add_orders(vendors)
    asyncio.run(synced(database, tmp_path, vendors.url))
    copies: list[str] = []
    yield World(vendors, _copies_of_file(database) if database.is_file else _copies_at_server(database, copies))
    if copies:
        with psycopg.connect(database.address, autocommit=True) as connection:
            for name in copies:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def _copies_of_file(template: Database) -> Callable[[], Database]:
    numbers = itertools.count()
    file = Path(template.address)

    def copied() -> Database:
        copy = file.with_name(f"copy {next(numbers)}.db")
        shutil.copy(file, copy)
        return Database(str(copy))

    return copied


def _copies_at_server(template: Database, copies: list[str]) -> Callable[[], Database]:
    numbers = itertools.count()
    name = template.address.rpartition("/")[2]
    admin = template.address.removesuffix(name) + "postgres"

    def copied() -> Database:
        copy = f"{name[:40]}_{next(numbers)}"
        copies.append(copy)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}" STRATEGY file_copy'.encode())
        return Database(template.address.removesuffix(name) + copy)

    return copied


def failures(case: type[unittest.TestCase]) -> list[str]:
    """Run a model and return what went wrong, as text."""
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return [text for _, text in (*result.failures, *result.errors)]


SIZES = [pytest.param(12, 25, id="few"), pytest.param(300, 40, id="many", marks=pytest.mark.heavy)]


@pytest.mark.parametrize(("examples", "steps"), SIZES)
def test_the_rules_hold_in_every_order_of_steps(world: World, tmp_path: Path, examples: int, steps: int) -> None:
    assert failures(model(world, tmp_path, examples, steps)) == []


def test_a_station_that_trusts_its_screen_is_found(world: World, tmp_path: Path) -> None:
    with trusting_the_screen():
        found = failures(model(world, tmp_path, 100, 25, explains=False))
    assert len(found) == 1
    assert "a shipment took more than there was" in found[0]
