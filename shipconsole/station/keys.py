"""Store the platforms' API keys in the operating system's keyring, and nowhere else.

Only the keyring library's backend classes are used. Its module-level functions would let an environment variable, a
``keyringrc.cfg`` or another installed package choose the store, even a plain text file. Here the store comes from a
short list, and if none of them works there is no store.
"""

import functools
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import NamedTuple, NoReturn, Protocol, TypeVar, cast

from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station import logs, memory
from shipconsole.station.deadline import DeadlineThread

T = TypeVar("T")

DEADLINE_S = 5.0
LONGEST = 1_200

_USER = "shipconsole"
_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

NOT_ANSWERING = Message("keyring.silent")
LOCKED = Message("keyring.locked")


class KeyringUnavailable(EnvironmentFailure):
    """The keyring does not respond at present; it does not mean that a key is missing or wrong."""


class UnstorableKeyError(EnvironmentFailure):
    """A text can't be stored as a key; `message` says why."""


class Secret:
    """A key in memory: shown as asterisks, and masked in the log from now on."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Store the value and mask it in the log."""
        logs.hide(value)
        self._value = value

    def reveal(self) -> str:
        """Return the value, for the request that needs it."""
        return self._value

    def __repr__(self) -> str:
        """Return asterisks, whatever the length of the value."""
        return logs.MASK

    def __eq__(self, other: object) -> bool:
        """Compare the values."""
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        """Hash the value."""
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        """Raise TypeError: a key must not be serialized."""
        raise TypeError("a secret is not written to a file")


class Keys(Protocol):
    """The stored keys, one per connection and field; every result is a future."""

    def get(self, connection: str, field: str) -> "Future[Secret | None]":
        """Return the key, None if there is none; fails with KeyringUnavailable."""
        ...

    def put(self, connection: str, field: str, value: str) -> "Future[None]":
        """Store a key, replacing an older one; fails with UnstorableKeyError or KeyringUnavailable."""
        ...

    def delete(self, connection: str, field: str) -> "Future[None]":
        """Remove a key, if there is one."""
        ...

    def describe(self) -> "Future[Message]":
        """Return the name of the store in use; fails with KeyringUnavailable if there is none."""
        ...


class Backend(Protocol):
    """What is used of a keyring backend; the library's own classes are only partly typed."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the password, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store the password."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Remove the password; raise if there is none."""
        ...


class Store(NamedTuple):
    """A chosen backend and its name."""

    backend: Backend
    message: Message


def unstorable_reason(value: str) -> Message | None:
    """Return why a text can't be stored as a key; None if it can.

    Windows stores 2,560 bytes of UTF-16, 1,280 characters, and its error beyond that is not helpful. The same limit
    applies everywhere, so that a key can move with its station.
    """
    if not value.strip():
        return Message("key.empty")
    if _CONTROL.search(value):
        return Message("key.invisible_character")
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        return Message("key.not_text")
    if len(value.encode("utf-16-le")) // 2 > LONGEST:
        return Message("key.too_long", most=LONGEST)
    return None


class OsKeys:
    """The operating system's keyring, called on a thread of its own, so that a hanging one blocks nothing."""

    def __init__(
        self,
        profile_id: str,
        *,
        deadline_s: float = DEADLINE_S,
        stores: "Callable[[], Iterator[Store]] | None" = None,
    ) -> None:
        """Store keys for this profile; `stores` returns the usable stores, best first (the platform's own)."""
        # Before the first key is in memory.
        memory.keep_private()
        self._profile_id = profile_id
        self._stores = stores or usable_stores
        self._store: Store | None = None
        self._thread = DeadlineThread("keyring", deadline_s, lambda: KeyringUnavailable(NOT_ANSWERING))

    def get(self, connection: str, field: str) -> "Future[Secret | None]":
        """Return the key, None if there is none."""
        service = self._service(connection, field)

        def ask(backend: Backend) -> Secret | None:
            value = backend.get_password(service, _USER)
            return None if value is None else Secret(value)

        return self._submit(ask)

    def put(self, connection: str, field: str, value: str) -> "Future[None]":
        """Store a key, replacing an older one."""
        service = self._service(connection, field)
        refusal = unstorable_reason(value)
        if refusal:
            return _failed(UnstorableKeyError(refusal))
        logs.hide(value)
        return self._submit(lambda backend: backend.set_password(service, _USER, value))

    def delete(self, connection: str, field: str) -> "Future[None]":
        """Remove a key, if there is one."""
        service = self._service(connection, field)

        def remove(backend: Backend) -> None:
            # The libraries raise the same error for a missing key and for a failure.
            if backend.get_password(service, _USER) is not None:
                backend.delete_password(service, _USER)

        return self._submit(remove)

    def describe(self) -> "Future[Message]":
        """Return the name of the store in use."""
        return self._thread.submit(lambda: self._chosen().message)

    def _submit(self, work: Callable[[Backend], T]) -> "Future[T]":
        def guarded() -> T:
            store = self._chosen()
            try:
                return work(store.backend)
            except Exception as error:
                # The stores raise errors of four libraries; any of them means that the store failed.
                raise KeyringUnavailable(self._words(error)) from error

        return self._thread.submit(guarded)

    def _chosen(self) -> Store:
        """Return the store; it is chosen once, because another one would report that there are no keys."""
        if self._store is None:
            self._store = next(self._stores(), None)
        if self._store is None:
            raise KeyringUnavailable(_no_keyring())
        return self._store

    def _words(self, error: Exception) -> Message:
        kinds = {kind.__name__ for kind in type(error).__mro__}
        if kinds & {
            "KeyringLocked",
            "LockedException",
            "PromptDismissedException",
        } or "Prompt dismissed" in str(error):
            return LOCKED
        if next(self._stores(), None) is None:
            return _no_keyring()
        return Message("keyring.refused", error=type(error).__name__)

    def _service(self, connection: str, field: str) -> str:
        if not connection or not _FIELD.fullmatch(field):
            raise ValueError(f"not the name of a key: {connection!r} {field!r}")
        return f"shipconsole/{self._profile_id}/{connection}/{field}"


class MemoryKeys:
    """Keys that end with the process, for the demo's temporary profile."""

    def __init__(self) -> None:
        """Initialize without keys."""
        self._secrets: dict[tuple[str, str], Secret] = {}

    def get(self, connection: str, field: str) -> "Future[Secret | None]":
        """Return the key, None if there is none."""
        return _done(self._secrets.get((connection, field)))

    def put(self, connection: str, field: str, value: str) -> "Future[None]":
        """Store a key, replacing an older one."""
        refusal = unstorable_reason(value)
        if refusal:
            return _failed(UnstorableKeyError(refusal))
        self._secrets[connection, field] = Secret(value)
        return _done(None)

    def delete(self, connection: str, field: str) -> "Future[None]":
        """Remove a key, if there is one."""
        self._secrets.pop((connection, field), None)
        return _done(None)

    def describe(self) -> "Future[Message]":
        """Return where the keys are."""
        return _done(Message("keyring.memory"))


def usable_stores() -> Iterator[Store]:
    """Return the stores of this platform that work, best first; no others are used.

    The modules are imported by name, so that a frozen program includes them. Runs on the keyring's thread: checking
    whether a store exists may hang as well.
    """
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring

        if WinVaultKeyring.viable:
            vault = WinVaultKeyring()
            # The library's default would copy the keys to every computer that the user signs in to.
            vault.persist = "local machine"
            yield Store(cast("Backend", vault), verbatim("Windows Credential Manager"))
    elif sys.platform == "darwin":
        from keyring.backends.macOS import Keyring as Keychain

        if Keychain.viable:
            yield Store(cast("Backend", Keychain()), verbatim("macOS Keychain"))
    else:
        from keyring.backends.kwallet import DBusKeyring
        from keyring.backends.SecretService import Keyring as SecretService

        if SecretService.viable:
            yield Store(_secret_service(), Message("keyring.secret_service"))
        if DBusKeyring.viable:
            yield Store(cast("Backend", DBusKeyring()), verbatim("KWallet"))


@functools.cache
def _secret_service() -> Backend:
    """Return the Secret Service backend; the library's own leaves its connection open when it fails."""
    import secretstorage
    from keyring.backends.SecretService import Keyring
    from keyring.errors import KeyringLocked

    class ClosingKeyring(Keyring):
        def get_preferred_collection(self) -> secretstorage.Collection:
            bus = secretstorage.dbus_init()
            try:
                collection = secretstorage.get_default_collection(bus)
                if collection.is_locked():
                    collection.unlock()
                if collection.is_locked():
                    raise KeyringLocked("the person dismissed the question for the password")
            except BaseException:
                bus.close()
                raise
            return collection

    return cast("Backend", ClosingKeyring())


def _no_keyring() -> Message:
    if sys.platform == "win32":
        return Message("keyring.none_windows")
    if sys.platform == "darwin":
        return Message("keyring.none_mac")
    return Message("keyring.none_linux")


def _done(value: T) -> "Future[T]":
    future: Future[T] = Future()
    future.set_result(value)
    return future


def _failed(error: Exception) -> "Future[None]":
    future: Future[None] = Future()
    future.set_exception(error)
    return future
