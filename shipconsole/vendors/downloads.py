"""Downloads a file from an address that a platform gave: without keys, without redirects, and only so many bytes."""

import asyncio
import ssl

import httpx

from shipconsole import __version__
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure

TOTAL_S = 30.0


class Downloaded(Frozen):
    """A file; `media_type` is as the server calls it, in lower case and without parameters."""

    media_type: str
    content: bytes


async def download(tls: ssl.SSLContext, address: str, *, accept: str, most_bytes: int) -> Downloaded:
    """Return the file at an address; raise `EnvironmentFailure` where there is none, or it is too large."""
    headers = {"user-agent": f"Shipconsole/{__version__}", "accept": accept, "accept-encoding": "identity"}
    transport = httpx.AsyncHTTPTransport(verify=tls)
    try:
        async with (
            asyncio.timeout(TOTAL_S),
            httpx.AsyncClient(transport=transport, headers=headers, follow_redirects=False) as client,
            client.stream("GET", address) as response,
        ):
            if response.is_redirect:
                raise EnvironmentFailure(Message("download.redirect"))
            if response.status_code != 200:
                raise EnvironmentFailure(Message("download.status", status=response.status_code))
            content = bytearray()
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > most_bytes:
                    raise EnvironmentFailure(Message("download.too_long", mib=most_bytes // 1_048_576))
            named = str(response.headers.get("content-type", ""))
            return Downloaded(media_type=named.partition(";")[0].strip().lower(), content=bytes(content))
    except TimeoutError:
        raise EnvironmentFailure(Message("download.timeout", seconds=f"{TOTAL_S:g}")) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise EnvironmentFailure(Message("download.failed", reason=reason)) from error
