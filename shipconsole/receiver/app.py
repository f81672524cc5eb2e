"""The receiver's only route: a webhook is received, stored, and answered."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from shipconsole.domain.connection import Connection
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.inbound.receive import Kind, WebhookInbox, response_body
from shipconsole.receiver.rules import Rules

STATUSES: dict[Kind, int] = {"unsigned": 404, "untrusted": 400, "invalid": 400, "retry_later": 503}
"""The status of a response to a webhook that was not stored."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


def application(inbox: WebhookInbox, rules: Rules) -> Starlette:
    """Return the application with its one route; any other path is not found."""

    async def webhook(request: Request) -> Response:
        if "expect" in request.headers and (refused := await in_time(_refusal(inbox, request))):
            # The body has not been sent yet: for an unknown path it is not needed.
            return refused
        try:
            body = b"".join([part async for part in request.stream()])
        except ClientDisconnect:
            return Response(status_code=400)
        return await in_time(_process(inbox, request, body))

    async def in_time(answer: Coroutine[Any, Any, T]) -> T | Response:
        try:
            async with asyncio.timeout(rules.answer_s):
                return await answer
        except TimeoutError:
            _log.warning("A webhook could not be stored in time")
            return Response(status_code=503)

    app = Starlette(routes=[Route("/webhooks/{connection}/{token}", webhook, methods=["POST"])])
    app.router.redirect_slashes = False
    return app


async def _refusal(inbox: WebhookInbox, request: Request) -> Response | None:
    """Return 404 for an unknown path, 503 if the lookup fails, else None."""
    found = await _connection_of(inbox, request)
    return found if isinstance(found, Response) else None


async def _connection_of(inbox: WebhookInbox, request: Request) -> Connection | Response:
    try:
        connection = await inbox.find_connection(request.path_params["connection"], request.path_params["token"])
    except EnvironmentFailure as error:
        _log.warning("A webhook could not be received: %s", error.message)
        return Response(status_code=503)
    return connection or Response(status_code=404)


async def _process(inbox: WebhookInbox, request: Request, body: bytes) -> Response:
    connection = await _connection_of(inbox, request)
    if isinstance(connection, Response):
        return connection
    result = await inbox.store_webhook(connection, request.headers, body)
    if result.kind != "stored":
        return Response(status_code=STATUSES[result.kind])
    answer = response_body(connection)
    return Response(answer, media_type="application/json" if answer else None)
