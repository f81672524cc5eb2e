"""The address of a database: what it says, what is wrong with it in words, and that it never shows a password."""

import pytest

from shipconsole.domain.database_address import (
    LONGEST,
    AddressError,
    DatabaseAddress,
    database_address,
    is_server,
)


def wrong(url: str) -> str:
    """Return the message id with which an address is refused; its sentence repeats no password."""
    with pytest.raises(AddressError) as refused:
        database_address(url)
    assert "s3cret" not in str(refused.value)
    return refused.value.message.id.removeprefix("database_address.")


def test_an_address_with_everything() -> None:
    address = database_address(
        "postgresql://bench:s3cret@db.example.org:5433/orders?connect_timeout=5&sslmode=verify-ca"
    )
    assert (address.user, address.hosts, address.name) == ("bench", (("db.example.org", 5433),), "orders")
    assert address.text == "postgresql://bench@db.example.org:5433/orders?connect_timeout=5&sslmode=verify-ca"
    assert "s3cret" not in f"{address!r} {address} {address.model_dump()} {address.model_dump_json()}"
    assert address.connection_parameters(password="of the keyring", root_certificates="/roots.pem") == {
        "connect_timeout": "5",
        "dbname": "orders",
        "host": "db.example.org",
        "password": "s3cret",
        "port": "5433",
        "sslmode": "verify-ca",
        "sslrootcert": "/roots.pem",
        "user": "bench",
    }


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db/orders",
        "postgresql://bench@db:5433/orders?sslmode=require",
        "postgresql://bench@[2001:db8::7]:5433/orders",
        "postgresql://a%40b@db/or%2Cders%3F",
        "postgresql://bench@one,two:5433/orders?target_session_attrs=any",
        "postgresql://bench@%2Fvar%2Frun%2Fpostgresql/orders",
        "postgresql:///?service=shop",
    ],
)
def test_the_text_of_an_address_is_read_as_the_same_address(url: str) -> None:
    address = database_address(url)
    assert address.text == url
    assert database_address(address.text) == address


def test_other_spellings_of_the_same() -> None:
    same = database_address("postgresql://bench@%2Frun%2Fpg:5433/orders")
    assert database_address("postgres://bench@/orders?host=/run/pg&port=5433") == same
    assert database_address("POSTGRESQL://@/orders?host=/run/pg&port=5433&user=bench") == same
    assert [is_server(url) for url in ("POSTGRES://x", "sqlite:///x", "")] == [True, False, False]


@pytest.mark.parametrize(
    ("host", "mode"),
    [
        ("db.example.org", "verify-full"),
        ("10.0.0.5", "verify-full"),
        ("[2001:db8::7]", "verify-full"),
        ("localhost.example.org", "verify-full"),
        ("127.0.0.1,db.example.org", "verify-full"),
        ("localhost", "prefer"),
        ("127.3.0.1", "prefer"),
        ("[::1]", "prefer"),
        ("%2Frun%2Fpostgresql", "prefer"),
    ],
)
def test_who_answers_is_verified_except_on_this_computer(host: str, mode: str) -> None:
    address = database_address(f"postgresql://bench@{host}/orders")
    assert address.connection_parameters()["sslmode"] == mode
    assert address.is_verified == (mode == "verify-full")
    assert ("sslrootcert" in address.connection_parameters()) == address.is_verified
    weaker = database_address(f"postgresql://bench@{host}/orders?sslmode=require")
    assert (weaker.connection_parameters()["sslmode"], weaker.is_verified) == ("require", False)
    own = database_address(f"postgresql://bench@{host}/orders?sslmode=verify-full&sslrootcert=/ours.pem")
    assert own.connection_parameters(root_certificates="/system.pem")["sslrootcert"] == "/ours.pem"


def test_of_several_hosts_the_one_that_can_be_written() -> None:
    address = database_address("postgresql://bench@one:5433,two/orders")
    given = address.connection_parameters()
    assert (given["host"], given["port"], given["target_session_attrs"]) == ("one,two", "5433,5432", "read-write")


def test_a_password_with_signs_of_its_own() -> None:
    address = database_address("postgresql://bench:a%40b%2F%3A%3Fs3cret@db/orders")
    assert address.connection_parameters()["password"] == "a@b/:?s3cret"
    assert address.text == "postgresql://bench@db/orders"
    assert database_address("postgresql://bench:@db/orders").password is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:///orders.db", "not_one"),
        ("mysql://bench:s3cret@db/orders", "not_one"),
        ("postgresql:/db/orders", "not_one"),
        ("postgresql://db/" + "o" * LONGEST, "not_one"),
        ("postgresql://db/orders\n", "not_one"),
        ("postgresql://bench@db", "no_name"),
        ("postgresql://bench@db/", "no_name"),
        ("postgresql://bench@db/a/b", "no_name"),
        ("postgresql://bench@/orders", "no_host"),
        ("postgresql:///orders", "no_host"),
        ("postgresql://db:0/orders", "port"),
        ("postgresql://db:65536/orders", "port"),
        ("postgresql://db:٣/orders", "port"),
        ("postgresql://bench:s3cret@db:port/orders", "port"),
        ("postgresql://db,:5432/orders", "bad_host"),
        ("postgresql://d b/orders", "bad_host"),
        ("postgresql://[db]/orders", "bad_host"),
        ("postgresql://[::1/orders", "bad_host"),
        ("postgresql://[::1]5432/orders", "bad_host"),
        ("postgresql://a/b:s3cret@db/orders", "escape"),
        ("postgresql://bench:s3cret@x@db/orders", "escape"),
        ("postgresql://bench:s3cret#@db/orders", "hash"),
        ("postgresql://bench:s3cret%FF@db/orders", "not_text"),
        ("postgresql://db/orders%00", "not_text"),
        ("postgresql://db/orders?password=s3cret", "secret_parameter"),
        ("postgresql://db/orders?sslpassword=s3cret", "secret_parameter"),
        ("postgresql://db/orders?options=-csynchronous_commit%3Doff", "unknown_parameter"),
        ("postgresql://db/orders?hostaddr=10.0.0.1", "unknown_parameter"),
        ("postgresql://db/orders?client_encoding=latin1", "unknown_parameter"),
        ("postgresql://db/orders?passwrd=s3cret", "unknown_parameter"),
        ("postgresql://db/orders?sslmode", "no_value"),
        ("postgresql://db/orders?sslmode=", "no_value"),
        ("postgresql://db/orders?sslmode=require&sslmode=disable", "no_value"),
        ("postgresql://db/orders?sslmode=safe", "ssl_mode"),
        ("postgresql://db/orders?connect_timeout=soon", "not_number"),
        ("postgresql://db/orders?host=/run/pg", "two_hosts"),
        ("postgresql://db/orders?port=5433", "port_apart"),
    ],
)
def test_what_is_wrong_with_an_address(url: str, reason: str) -> None:
    assert wrong(url) == reason


def test_an_address_that_was_built_has_the_text_of_one_that_was_read() -> None:
    built = DatabaseAddress(hosts=(("::1", 5432),), name="orders", user="bench")
    assert built.text == "postgresql://bench@[::1]/orders"
