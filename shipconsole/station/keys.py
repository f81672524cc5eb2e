"""Keeps the platforms' keys in the operating system's keyring, and nowhere else.

The keyring library is used through its backend classes alone. Its module-level functions would let an
environment variable, a ``keyringrc.cfg`` or whatever else is installed choose the store, a plain text file
among them. Here the store comes from a short list, and where none of it works there is no store.
"""

import functools
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import NamedTuple, NoReturn, Protocol, TypeVar, cast

from shipconsole.domain.message import Message
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
    """The keyring cannot be asked just now; this never means that a key is absent or wrong."""


class UnstorableKeyError(EnvironmentFailure):
    """This text cannot be kept as a key; the words say why."""


class Secret:
    """A key in memory: it shows itself as asterisks, and the log masks its value from now on."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Hold the value."""
        logs.hide(value)
        self._value = value

    def reveal(self) -> str:
        """Give the value itself; for the request that needs it and nothing else."""
        return self._value

    def __repr__(self) -> str:
        """Show asterisks, however long the value is."""
        return logs.MASK

    def __eq__(self, other: object) -> bool:
        """Compare the values."""
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        """Refuse to be written anywhere."""
        raise TypeError("a secret is not written to a file")


class Keys(Protocol):
    """Where keys are kept, one per connection and field; every answer is a future."""

    def get(self, connection: str, field: str) -> "Future[Secret | None]":
        """Give the key, or None where there is none; fails with KeyringUnavailable when it cannot be told."""
        ...

    def put(self, connection: str, field: str, value: str) -> "Future[None]":
        """Keep a key in place of an older one; fails with UnstorableKeyError or KeyringUnavailable."""
        ...

    def delete(self, connection: str, field: str) -> "Future[None]":
        """Remove a key; where there is none, all is well."""
        ...

    def describe(self) -> "Future[Message]":
        """Say in words which store is used; fails with KeyringUnavailable where there is none."""
        ...


class Backend(Protocol):
    """What we use of a keyring backend; the library leaves its own classes half untyped."""

    def get_password(self, service: str, username: str) -> str | None:
        """Give the password, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the password."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Remove the password; raises where there is none."""
        ...


class Store(NamedTuple):
    """A backend that we chose, and what it is called."""

    backend: Backend
    message: Message


def why_unstorable(value: str) -> Message | None:
    """Say why a text cannot be kept as a key; None when it can.

    Windows keeps 2,560 bytes of UTF-16, 1,280 of its characters, and fails beyond in words that help nobody.
    The same limit holds everywhere, so that a key moves with its station.
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
    """The operating system's keyring, asked on a thread of its own, so that one that hangs blocks nobody."""

    def __init__(
        self,
        profile_id: str,
        *,
        deadline_s: float = DEADLINE_S,
        stores: "Callable[[], Iterator[Store]] | None" = None,
    ) -> None:
        """Keep keys for this profile; `stores` gives the usable stores, best first (the platform's own)."""
        # Before the first key is there, wherever it comes from.
        memory.keep_private()
        self._profile_id = profile_id
        self._stores = stores or usable_stores
        self._store: Store | None = None
        self._thread = DeadlineThread("keyring", deadline_s, lambda: KeyringUnavailable(NOT_ANSWERING))

    def get(self, connection: str, field: str) -> "Future[Secret | None]":
        """Give the key, or None where there is none."""
        service = self._service(connection, field)

        def ask(backend: Backend) -> Secret | None:
            value = backend.get_password(service, _USER)
            return None if value is None else Secret(value)

        return self._submit(ask)

    def put(self, connection: str, field: str, value: str) -> "Future[None]":
        """Keep a key in place of an older one."""
        service = self._service(connection, field)
        refusal = why_unstorable(value)
        if refusal:
            return _failed(UnstorableKeyError(refusal))
        logs.hide(value)
        return self._submit(lambda backend: backend.set_password(service, _USER, value))

    def delete(self, connection: str, field: str) -> "Future[None]":
        """Remove a key; where there is none, all is well."""
        service = self._service(connection, field)

        def remove(backend: Backend) -> None:
            # The libraries raise the same error for "there is none" and for "could not".
            if backend.get_password(service, _USER) is not None:
                backend.delete_password(service, _USER)

        return self._submit(remove)

    def describe(self) -> "Future[Message]":
        """Say in words which store is used."""
        return self._thread.submit(lambda: self._chosen().message)

    def _submit(self, work: Callable[[Backend], T]) -> "Future[T]":
        def guarded() -> T:
            store = self._chosen()
            try:
                return work(store.backend)
            except Exception as error:
                # The stores raise errors of four libraries; whatever it is, the store could not be asked.
                raise KeyringUnavailable(self._words(error)) from error

        return self._thread.submit(guarded)

    def _chosen(self) -> Store:
        """Give the store; once chosen it stays, for another one would answer that there are no keys."""
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
    """Keys that are gone with the process; for the throw-away profile of the demo."""

    def __init__(self) -> None:
        """Begin with none."""
        self._secrets: dict[tuple[str, str], Secret] = {}

    def get(self, connection: str, field: str) -> "Future[Secret | None]":
        """Give the key, or None where there is none."""
        return _done(self._secrets.get((connection, field)))

    def put(self, connection: str, field: str, value: str) -> "Future[None]":
        """Keep a key in place of an older one."""
        refusal = why_unstorable(value)
        if refusal:
            return _failed(UnstorableKeyError(refusal))
        self._secrets[connection, field] = Secret(value)
        return _done(None)

    def delete(self, connection: str, field: str) -> "Future[None]":
        """Remove a key; where there is none, all is well."""
        self._secrets.pop((connection, field), None)
        return _done(None)

    def describe(self) -> "Future[Message]":
        """Say where the keys are."""
        return _done(Message("keyring.memory"))


def usable_stores() -> Iterator[Store]:
    """Give the stores of this platform that work here, best first; nothing else is ever used.

    The modules are named in plain imports, so that a frozen program carries them. Runs on the keyring's
    thread: asking whether a store is there may hang as well.
    """
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring

        if WinVaultKeyring.viable:
            vault = WinVaultKeyring()
            # The library's default lets the keys travel to every computer that the user signs in to.
            vault.persist = "local machine"
            yield Store(cast("Backend", vault), Message("keyring.windows"))
    elif sys.platform == "darwin":
        from keyring.backends.macOS import Keyring as Keychain

        if Keychain.viable:
            yield Store(cast("Backend", Keychain()), Message("keyring.mac"))
    else:
        from keyring.backends.kwallet import DBusKeyring
        from keyring.backends.SecretService import Keyring as SecretService

        if SecretService.viable:
            yield Store(_secret_service(), Message("keyring.secret_service"))
        if DBusKeyring.viable:
            yield Store(cast("Backend", DBusKeyring()), Message("keyring.kwallet"))


@functools.cache
def _secret_service() -> Backend:
    """Make the Secret Service backend; the library's own leaves its connection open whenever it fails."""
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
