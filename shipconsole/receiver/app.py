"""The receiver's one page: a webhook comes in, is kept, and is answered."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from shipconsole.domain.connection import Connection
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.inbound.receive import Kind, WebhookInbox, response_body
from shipconsole.receiver.rules import Rules

STATUSES: dict[Kind, int] = {"taken": 200, "unsigned": 404, "untrusted": 400, "unusable": 400, "later": 503}

T = TypeVar("T")

_log = logging.getLogger(__name__)


def application(inbox: WebhookInbox, rules: Rules) -> Starlette:
    """The pages of the receiver: one, and nothing at any other path."""

    async def webhook(request: Request) -> Response:
        if "expect" in request.headers and (refused := await in_time(_refusal(inbox, request))):
            # The body has not been sent yet: for a path that is nobody's it need not be.
            return refused
        try:
            body = b"".join([part async for part in request.stream()])
        except ClientDisconnect:
            return Response(status_code=400)
        return await in_time(_answer(inbox, request, body))

    async def in_time(answer: Coroutine[Any, Any, T]) -> T | Response:
        try:
            async with asyncio.timeout(rules.answer_s):
                return await answer
        except TimeoutError:
            _log.warning("A webhook could not be kept in time")
            return Response(status_code=503)

    whole = Starlette(routes=[Route("/webhooks/{connection}/{token}", webhook, methods=["POST"])])
    whole.router.redirect_slashes = False
    return whole


async def turned_away(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 503 to who comes while there are too many, once all was said: a sender that is cut off hears nothing."""
    while (came := await receive()).get("more_body", False):
        pass
    if came["type"] == "http.request":
        headers = [(b"content-length", b"0"), (b"retry-after", b"1")]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


async def _refusal(inbox: WebhookInbox, request: Request) -> Response | None:
    """The answer to a request whose path leads nowhere, None for all others."""
    found = await _whose(inbox, request)
    return found if isinstance(found, Response) else None


async def _whose(inbox: WebhookInbox, request: Request) -> Connection | Response:
    try:
        connection = await inbox.whose(request.path_params["connection"], request.path_params["token"])
    except EnvironmentFailure as error:
        _log.warning("A webhook could not be taken in: %s", error.message)
        return Response(status_code=503)
    return connection or Response(status_code=404)


async def _answer(inbox: WebhookInbox, request: Request, body: bytes) -> Response:
    connection = await _whose(inbox, request)
    if isinstance(connection, Response):
        return connection
    headers = {name.lower(): value for name, value in request.headers.items()}
    verdict = await inbox.take(connection, headers, body)
    if verdict.kind != "taken":
        return Response(status_code=STATUSES[verdict.kind])
    answer = response_body(connection)
    return Response(answer, media_type="application/json" if answer else None)
