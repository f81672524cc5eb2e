"""The settle delay: how long a platform may still act on a request without a response; no check is made before."""

from shipconsole.domain.connection import Connection
from shipconsole.operations.context import Context
from shipconsole.store import connections
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import Notified


def settle_delay_ms(db: Db, ctx: Context, connection: Connection) -> int:
    """Return the connection's own settle delay, else the default; longer where its responses took long.

    A check that comes too early does not see what the platform does afterwards, and the customer is notified twice.
    """
    options = VENDORS[connection.vendor].options.read(connection.options)
    delay_ms = ctx.timings.settle_delay_ms
    if isinstance(options, Notified) and "settle_delay_s" in options.model_fields_set:
        delay_ms = options.settle_delay_s * 1_000
    return max(delay_ms, ctx.timings.settle_delay_answers * connections.longest_response_ms(db, connection.id))
