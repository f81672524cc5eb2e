"""The password of a server as it is typed: of a station to keep it, or of the owner for one command."""

import getpass
import os
import sys

from pydantic import SecretStr

from shipconsole.domain.database_address import DatabaseAddress
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.maintenance.opening import PASSWORD_VARIABLE
from shipconsole.station.keys import Secret


def typed(address: DatabaseAddress) -> str:
    """Read the password from standard input, hidden while it is typed; only the end of its line is removed."""
    if sys.stdin.isatty():
        return _asked(address)
    line = sys.stdin.readline()
    if not line:
        raise ValidationFailed(Problem(("set_password",), Message("cli.no_password_line")))
    return line.rstrip("\r\n")


def of_owner(address: DatabaseAddress) -> DatabaseAddress:
    """Return the address with the password that a person types for this command, which is stored nowhere.

    The keyring has that of the station, another role. Without a terminal, or if Enter alone is pressed, the address
    stays as it is.
    """
    if address.password is not None or os.environ.get(PASSWORD_VARIABLE) or not sys.stdin.isatty():
        return address
    password = _asked(address)
    if not password:
        return address
    # From now on it is masked in the log.
    Secret(password)
    return address.model_copy(update={"password": SecretStr(password)})


def _asked(address: DatabaseAddress) -> str:
    return getpass.getpass(f"{Message('cli.password_prompt', database=address.text)} ", stream=sys.stderr)
