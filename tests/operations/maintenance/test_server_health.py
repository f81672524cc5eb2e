"""What `doctor` says of a server: each finding by what a real server says, changed in one respect."""

from collections.abc import Callable
from typing import Any

import pytest

from shipconsole.domain.database_address import database_address
from shipconsole.operations.maintenance import server_health
from shipconsole.station.clock import SystemClock
from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.postgresql.facts import ServerFacts, Standby, facts
from tests.support.postgresql import PostgresqlServer, database_name

REMOTE = "postgresql://bench@db.example.org/ship"
Findings = Callable[..., dict[str, bool]]


@pytest.fixture
def real(postgresql_database: str) -> ServerFacts:
    """What the server of the tests says; in order but for its settings and for the role."""
    create_or_upgrade(postgresql_database)
    found = facts(postgresql_database, SystemClock().now_ms)
    rights = found.rights._replace(is_superuser=False, may_create_roles=False, changeable=())
    return found._replace(fsync=True, full_page_writes=True, is_encrypted=True, rights=rights)


@pytest.fixture
def findings(real: ServerFacts) -> Findings:
    """Return the codes of all findings, and whether each is in order, of a server that differs in some respects."""

    def of(url: str = REMOTE, **changed: Any) -> dict[str, bool]:
        found = server_health.of_server(database_address(url), real._replace(**changed))
        assert all(str(checked.message) != checked.message.id for checked in found)
        return {checked.message.id.removeprefix("health."): checked.ok for checked in found}

    return of


def test_a_server_that_is_set_up_well_is_in_order(findings: Findings) -> None:
    assert findings() == {
        "server_version": True,
        "server_durable": True,
        "server_verified": True,
        "no_standby": True,
        "server_clock_right": True,
        "rights_right": True,
        "server_connections": True,
    }


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"version_number": 120_004, "version": "12.4"}, "server_too_old"),
        ({"fsync": False}, "server_unsafe"),
        ({"full_page_writes": False}, "server_unsafe"),
        ({"synchronous_commit": "off"}, "server_unsafe"),
        ({"is_encrypted": False, "url": f"{REMOTE}?sslmode=disable"}, "server_plain"),
        ({"url": f"{REMOTE}?sslmode=require"}, "server_unverified"),
        ({"standbys": (Standby("s1", "async"),)}, "standby_asynchronous"),
        ({"standbys": (Standby("s1", ""),)}, "standby_asynchronous"),
        ({"standbys": (Standby("s1", "async"),), "synchronous_standby_names": "s2"}, "standby_asynchronous"),
        (
            {"standbys": (Standby("s1", "sync"),), "synchronous_standby_names": "s1", "synchronous_commit": "local"},
            "standby_asynchronous",
        ),
        ({"synchronous_standby_names": "s1"}, "standby_away"),
        ({"apart_ms": 3_600_000}, "server_clock_later"),
        ({"apart_ms": -3_600_000}, "server_clock_earlier"),
        ({"connections": 190}, "server_connections_few"),
        ({"is_pooled": True}, "pooler_between"),
        ({"encoding": "SQL_ASCII"}, "encoding_wrong"),
        ({"is_standby": True}, "is_standby"),
    ],
)
def test_what_is_not_in_order_is_said(findings: Findings, changed: dict[str, Any], code: str) -> None:
    assert [found for found, ok in findings(**changed).items() if not ok] == [code]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"missing": ("orders", "call")}, "rights_missing"),
        ({"is_superuser": True}, "rights_superuser"),
        ({"changeable": ("attempt",)}, "rights_owner"),
        ({"may_create_roles": True}, "rights_roles"),
    ],
)
def test_too_few_and_too_many_rights_are_said(
    real: ServerFacts, findings: Findings, changed: dict[str, Any], code: str
) -> None:
    assert not findings(rights=real.rights._replace(**changed))[code]


def test_a_synchronous_standby_and_a_server_on_this_computer_are_in_order(findings: Findings) -> None:
    standbys = (Standby("s1", "sync"), Standby("s2", "potential"))
    assert findings(standbys=standbys, synchronous_standby_names="s1, s2")["standby_synchronous"]
    # Without the right to see how they follow.
    assert findings(standbys=(Standby("s1", ""),), synchronous_standby_names="s1")["standby_synchronous"]
    assert findings("postgresql://bench@localhost/ship", is_encrypted=False)["server_local"]


def test_the_facts_of_a_superuser(postgresql_database: str, postgresql_server: PostgresqlServer) -> None:
    before = facts(postgresql_database, SystemClock().now_ms)
    assert (before.migrations, before.role, before.rights.is_superuser) == (None, "postgres", True)
    create_or_upgrade(postgresql_database)
    after = facts(postgresql_database, SystemClock().now_ms)
    assert after.migrations == (1,)
    assert {"attempt", "orders"} <= set(after.rights.changeable)
    assert abs(after.apart_ms) < 60_000
    assert after.size_bytes > before.size_bytes
    assert not after.is_pooled
    name = database_name(postgresql_database)
    with postgresql_server.connect(name, application_name="shipconsole writer"):
        (station,) = [found for found in facts(postgresql_database, SystemClock().now_ms).stations if found.name]
    assert station == ("shipconsole writer", "postgres", 1)
