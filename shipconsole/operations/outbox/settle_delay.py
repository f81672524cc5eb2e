"""The quarantine: how long a platform may still act on what it did not answer; nobody looks there earlier."""

from shipconsole.domain.connection import Connection
from shipconsole.operations.context import Context
from shipconsole.store import connections
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import Notified


def settle_delay_ms(db: Db, ctx: Context, connection: Connection) -> int:
    """The connection's own quarantine, else the usual one; longer where its answers took long.

    A look that comes too early sees nothing of what the platform does afterwards, and the same is told twice.
    """
    options = VENDORS[connection.vendor].options.read(connection.options)
    wanted_ms = ctx.timings.settle_delay_ms
    if isinstance(options, Notified) and "settle_delay_s" in options.model_fields_set:
        wanted_ms = options.settle_delay_s * 1_000
    return max(wanted_ms, ctx.timings.settle_delay_answers * connections.longest_response_ms(db, connection.id))
