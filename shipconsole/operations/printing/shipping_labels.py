"""Shipping labels that platforms give as links: fetched once their link was checked, as PDF or PNG and nothing else.

The beginning of the file decides what it is, not what the server calls it.
"""

from typing import Literal

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.vendors.downloads import download

BYTES_MAX = 10 * 1_048_576
PIXELS_MAX = 40_000_000
"""A label of 8 by 11 inches at 600 dpi has 32 million."""
_PNG = b"\x89PNG\r\n\x1a\n"
_PDF = b"%PDF-"
_ACCEPT = "application/pdf, image/png"


class ShippingLabel(Frozen):
    """A label's file."""

    kind: Literal["pdf", "png"]
    content: bytes


async def fetch(ctx: Context, address: str) -> ShippingLabel:
    """Return the label at an address that was checked; raise `EnvironmentFailure` where it is none."""
    found = await download(ctx.sender.tls, address, accept=_ACCEPT, most_bytes=BYTES_MAX)
    return label_of(found.content)


def label_of(content: bytes) -> ShippingLabel:
    """Return the label that a file is; raise `EnvironmentFailure` for another kind of file, or too large a picture."""
    if content.startswith(_PDF):
        return ShippingLabel(kind="pdf", content=content)
    if not content.startswith(_PNG) or content[12:16] != b"IHDR":
        raise EnvironmentFailure(Message("printing.label_not_pdf"))
    width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if not 0 < width * height <= PIXELS_MAX:
        raise EnvironmentFailure(Message("printing.label_too_many_pixels", count=PIXELS_MAX // 1_000_000))
    return ShippingLabel(kind="png", content=content)
