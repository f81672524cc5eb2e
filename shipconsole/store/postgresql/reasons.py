"""The server's errors as failures with a message, by their SQLSTATE."""

import psycopg

from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store.errors import StoreAwayError, StoreBusyError, StoreError
from shipconsole.store.postgresql.address import Address
from shipconsole.store.postgresql.engine import sqlstate

# Another attempt may succeed by itself: the server starts, stops, is full, or was changed over.
_AWAY = {
    "53300": Message("server.too_many_connections"),
    "57P01": Message("server.stopped"),
    "57P02": Message("server.stopped"),
    "57P03": Message("server.starting"),
    "57P05": Message("server.stopped"),
    "25P03": Message("server.ended_waiting"),
}
_REASONS = {
    "28P01": Message("server.wrong_password"),
    "28000": Message("server.not_allowed"),
    "3D000": Message("server.no_database"),
    "42501": Message("server.no_rights"),
    "53100": Message("server.disk_full"),
    "53200": Message("database.no_memory"),
    "53400": Message("server.limit"),
    "25006": Message("server.read_only"),
    "57014": Message("database.interrupted"),
    "58030": Message("database.disk_error"),
    "XX001": Message("database.damaged"),
    "XX002": Message("database.damaged"),
    "42P01": Message("database.other_tables"),
    "42703": Message("database.other_tables"),
}
# libpq verifies the certificate by itself and has no code for it.
_UNVERIFIED = ("certificate verify failed", "server certificate for", "root certificate file")
_BUSY = ("55P03", "40001", "40P01")


def as_failure(error: BaseException, address: Address, code: str = "") -> EnvironmentFailure:
    """Return an error of the driver or the system as a failure with a message; a failure is returned unchanged.

    `code` is the SQLSTATE of a refused connection, which the error itself does not have.
    """
    if isinstance(error, EnvironmentFailure):
        return error
    code = sqlstate(error) or code
    if reason := _AWAY.get(code):
        return _away(address, reason)
    if code in _BUSY:
        return StoreBusyError(Message("server.unusable", database=address.label, reason=Message("server.busy")))
    if reason := _REASONS.get(code):
        return StoreError(Message("server.unusable", database=address.label, reason=reason))
    words = verbatim(" ".join(str(error).split()))
    if isinstance(error, (psycopg.OperationalError, OSError)) and not code:
        if any(found in str(error) for found in _UNVERIFIED):
            words = Message("server.unverified", reason=words)
        return _away(address, words)
    return StoreError(Message("server.unusable", database=address.label, reason=words))


def _away(address: Address, reason: Message) -> StoreAwayError:
    return StoreAwayError(
        Message("server.away", host=address.host, port=address.port, database=address.name, reason=reason)
    )
