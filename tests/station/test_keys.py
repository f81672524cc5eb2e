"""Keys: in a real Secret Service in each of its states, behind failing stores, and never in plain text."""

import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from shipconsole.domain.message import Message, verbatim
from shipconsole.station import logs
from shipconsole.station.keys import (
    LOCKED,
    NOT_ANSWERING,
    KeyringUnavailable,
    Keys,
    MemoryKeys,
    OsKeys,
    Secret,
    Store,
    UnstorableKeyError,
)
from tests.support.secret_service import SecretService

PROFILE = "0123456789abcdef0123456789abcdef"
KEY = "clé-北京-🔑-" + "x" * 500
NO_KEYRING = Message("keyring.none_linux")


@pytest.fixture
def bus(bare_bus: SecretService, monkeypatch: pytest.MonkeyPatch) -> SecretService:
    """Return a bus without a Secret Service."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bare_bus.address)
    return bare_bus


@pytest.fixture
def keys() -> OsKeys:
    return OsKeys(PROFILE)


def why(future: "Future[Secret | None] | Future[None] | Future[str]") -> Message:
    """Return the message of a refusal; any other result fails the test."""
    with pytest.raises(KeyringUnavailable) as refused:
        future.result(60)
    return refused.value.message


def test_a_key_is_kept_replaced_and_removed(bus: SecretService, keys: OsKeys) -> None:
    bus.start()
    assert keys.get("Shop", "api_key").result(60) is None
    keys.put("Shop", "api_key", "older").result(60)
    keys.put("Shop", "api_key", KEY).result(60)
    stored = keys.get("Shop", "api_key").result(60)
    assert stored is not None
    assert stored.reveal() == KEY
    assert keys.get("Shop", "subscription_key").result(60) is None
    assert keys.get("Other shop", "api_key").result(60) is None
    assert OsKeys("f" * 32).get("Shop", "api_key").result(60) is None
    keys.delete("Shop", "api_key").result(60)
    keys.delete("Shop", "api_key").result(60)
    assert keys.get("Shop", "api_key").result(60) is None


def test_the_keyring_entry_has_the_documented_name(bus: SecretService, keys: OsKeys) -> None:
    from keyring.backends.SecretService import Keyring

    bus.start()
    keys.put("Shop", "api_key", KEY).result(60)
    assert Keyring().get_password(f"shipconsole/{PROFILE}/Shop/api_key", "shipconsole") == KEY
    assert keys.describe().result(60) == Message("keyring.secret_service")


def test_a_key_survives_a_crash_of_the_keyring_and_another_process_reads_it(bus: SecretService, keys: OsKeys) -> None:
    bus.start()
    keys.put("Shop", "api_key", KEY).result(60)
    bus.stop()
    bus.start()
    code = (
        "import sys; from shipconsole.station.keys import OsKeys;"
        "sys.stdout.reconfigure(encoding='utf-8');"
        f"print(OsKeys('{PROFILE}').get('Shop', 'api_key').result(60).reveal())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=bus.env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stdout.strip() == KEY


def test_a_locked_keyring_is_not_an_absent_key(bus: SecretService, keys: OsKeys) -> None:
    bus.start()
    keys.put("Shop", "api_key", KEY).result(60)
    bus.start_locked()
    assert why(keys.get("Shop", "api_key")) == LOCKED
    assert why(keys.put("Shop", "api_key", "newer")) == LOCKED
    assert why(keys.delete("Shop", "api_key")) == LOCKED
    bus.start("another password")
    assert why(keys.get("Shop", "api_key")) == LOCKED
    bus.start()
    stored = keys.get("Shop", "api_key").result(60)
    assert stored == Secret(KEY)


def test_a_keyring_that_never_had_a_password_is_locked(bus: SecretService, keys: OsKeys) -> None:
    bus.start_locked()
    assert why(keys.get("Shop", "api_key")) == LOCKED


def test_without_a_service_there_is_no_keyring(bus: SecretService, keys: OsKeys) -> None:
    assert why(keys.get("Shop", "api_key")) == NO_KEYRING
    assert why(keys.put("Shop", "api_key", KEY)) == NO_KEYRING
    assert why(keys.describe()) == NO_KEYRING
    bus.start()
    keys.put("Shop", "api_key", KEY).result(60)
    bus.stop()
    assert why(keys.get("Shop", "api_key")) == NO_KEYRING
    bus.kill_bus()
    assert why(keys.get("Shop", "api_key")) == NO_KEYRING


def test_a_hanging_keyring_fails_in_time_and_blocks_nothing(bus: SecretService, keys: OsKeys) -> None:
    bus.start()
    keys.put("Shop", "api_key", KEY).result(60)
    bus.freeze()
    asked = [keys.get("Shop", "api_key"), keys.put("Shop", "subscription_key", KEY)]
    assert not any(future.done() and future.exception() is None for future in asked)
    assert [why(future) for future in asked] == [NOT_ANSWERING, NOT_ANSWERING]
    bus.thaw()
    assert keys.get("Shop", "api_key").result(60) == Secret(KEY)


PLAIN_TEXT_BACKEND = """
from pathlib import Path
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 99
    def get_password(self, service, username):
        return None
    def set_password(self, service, username, password):
        Path({file!r}).write_text(password)
    def delete_password(self, service, username):
        pass
"""
STORE_ONE = """
import sys
from shipconsole.station.keys import KeyringUnavailable, OsKeys
try:
    OsKeys("p").put("Shop", "api_key", "canary-plain").result(60)
    print("stored")
except KeyringUnavailable:
    print("unavailable", "plain_text_ring" in sys.modules, "keyring.backends.chainer" in sys.modules)
import keyring
print(type(keyring.get_keyring()).__module__)
"""


@pytest.mark.parametrize("by", ["variable", "file"])
def test_neither_environment_nor_file_can_bring_in_a_plain_text_store(
    bus: SecretService, tmp_path: Path, by: str
) -> None:
    written = tmp_path / "passwords.txt"
    (tmp_path / "plain_text_ring.py").write_text(PLAIN_TEXT_BACKEND.format(file=str(written)))
    env = {**bus.env, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    if by == "variable":
        env |= {
            "PYTHON_KEYRING_BACKEND": "plain_text_ring.Keyring",
            "PYTHONPATH": f"{Path.cwd()}{os.pathsep}{tmp_path}",
        }
    else:
        folder = tmp_path / "config" / "python_keyring"
        folder.mkdir(parents=True)
        (folder / "keyringrc.cfg").write_text(
            f"[backend]\ndefault-keyring=plain_text_ring.Keyring\nkeyring-path={tmp_path}\n"
        )
    ran = subprocess.run([sys.executable, "-c", STORE_ONE], env=env, capture_output=True, text=True, check=True)
    # The last line shows that the trap was set: the library's own choice is the plain text store.
    assert ran.stdout.splitlines() == ["unavailable False False", "plain_text_ring"]
    assert not written.exists()


class BrokenStore:
    """A store whose every call fails with an error that repeats its arguments."""

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError(1783, f"The stub received bad data: {service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError(1783, f"The stub received bad data: {service} {username} {password}")

    def delete_password(self, service: str, username: str) -> None:
        raise OSError(1783, f"The stub received bad data: {service} {username}")


def test_any_error_of_a_store_is_unavailability_and_its_text_is_not_shown() -> None:
    def stores() -> Iterator[Store]:
        yield Store(BrokenStore(), verbatim("broken"))

    keys = OsKeys(PROFILE, stores=stores)
    message = why(keys.get("Shop", "api_key"))
    assert message == Message("keyring.refused", error="OSError")
    assert why(keys.put("Shop", "api_key", KEY)) == message
    assert why(keys.delete("Shop", "api_key")) == message


def test_a_hanging_search_for_stores_fails_in_time() -> None:
    over = threading.Event()

    def stores() -> Iterator[Store]:
        over.wait(60)
        yield from ()

    assert why(OsKeys(PROFILE, deadline_s=0.1, stores=stores).describe()) == NOT_ANSWERING
    over.set()


def never_asked() -> Iterator[Store]:
    pytest.fail("the store was asked")
    yield


@pytest.mark.parametrize("make", [MemoryKeys, lambda: OsKeys(PROFILE, stores=never_asked)], ids=["memory", "os"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("key\n", "line break"),
        ("ke\x00y", "line break"),
        ("ke\u2028y", "line break"),
        ("k\ud800", "not text"),
        ("x" * 1201, "longer than 1,200"),
        ("🔑" * 601, "longer than 1,200"),
    ],
)
def test_an_unstorable_key_is_refused_before_the_store_is_called(
    make: Callable[[], Keys], value: str, message: str
) -> None:
    with pytest.raises(UnstorableKeyError) as refused:
        make().put("Shop", "api_key", value).result(60)
    assert message in str(refused.value.message)
    assert value.strip() == "" or value not in str(refused.value.message)


@pytest.mark.parametrize("value", ["x" * 1200, "🔑" * 600, "a b"])
def test_the_longest_key_is_kept(value: str) -> None:
    keys = MemoryKeys()
    keys.put("Shop", "api_key", value).result(60)
    assert keys.get("Shop", "api_key").result(60) == Secret(value)


@pytest.mark.parametrize(("connection", "field"), [("", "api_key"), ("Shop", ""), ("Shop", "a/b"), ("Shop", "API")])
def test_a_name_that_would_blur_two_entries_is_a_bug(keys: OsKeys, connection: str, field: str) -> None:
    with pytest.raises(ValueError, match="not the name of a key"):
        keys.get(connection, field)


def test_keys_in_memory_are_kept_replaced_and_removed() -> None:
    keys = MemoryKeys()
    keys.put("Shop", "api_key", "older").result(60)
    keys.put("Shop", "api_key", "newer").result(60)
    assert keys.get("Shop", "api_key").result(60) == Secret("newer")
    keys.delete("Shop", "api_key").result(60)
    keys.delete("Shop", "api_key").result(60)
    assert keys.get("Shop", "api_key").result(60) is None
    assert keys.describe().result(60) == Message("keyring.memory")


def test_a_secret_shows_nothing_of_itself() -> None:
    secret = Secret("canary-4711")
    shown = f"{secret} {secret!r} {[secret]}"
    assert shown == "******** ******** [********]"
    assert secret.reveal() == "canary-4711"
    assert logs.mask("x canary-4711 y") == "x ******** y"
    assert secret == Secret("canary-4711")
    assert secret != "canary-4711"
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(secret)


def test_a_key_is_masked_from_when_it_is_put(bus: SecretService, keys: OsKeys) -> None:
    keys.put("Shop", "api_key", "canary-put-55").exception(60)
    assert logs.mask("canary-put-55") == "********"
    assert logging.getLogger("keyring").handlers == []
