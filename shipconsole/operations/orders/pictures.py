"""Pictures of items: the addresses that platforms give, and the pictures themselves where the settings allow them."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.domain.web_address import is_plain_https
from shipconsole.operations.context import Context
from shipconsole.station import pictures
from shipconsole.station.deadline import DeadlineThread
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import tls_context

DEADLINE_S = 60.0
LARGE = 200_000
"""Documents with more characters are not searched for pictures: their orders have hundreds of items."""
T = TypeVar("T")
_THREAD = DeadlineThread("pictures", DEADLINE_S, lambda: EnvironmentFailure(Message("network.too_slow")))


def addresses(known: dict[int, Connection], links: Sequence[Link]) -> dict[int, str]:
    """Return the addresses of pictures that may be requested, by line id; the first connection that has one counts."""
    found: dict[int, str] = {}
    for link in links:
        read = VENDORS[known[link.connection_id].vendor].orders.read_pictures
        if read is None or len(link.document) > LARGE:
            continue
        by_item = read(link.document)
        for line in link.lines:
            address = by_item.get(line.remote_id, "")
            if is_plain_https(address):
                found.setdefault(line.line_id, address)
    return found


async def picture(ctx: Context, address: str, decode: Callable[[bytes], T]) -> T | None:
    """Return a picture, decoded off the window's thread; None where there is none, or the settings allow none."""
    folder = ctx.picture_folder
    if folder is None or not is_plain_https(address):
        return None

    def load() -> T | None:
        found = pictures.picture(folder, address, tls_context)
        return None if found is None else decode(found)

    try:
        return await asyncio.wrap_future(_THREAD.submit(load))
    except EnvironmentFailure:
        return None
