"""The receiver's one page: a webhook comes in, is kept, and is answered."""

import asyncio
import logging

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from shipconsole.domain.problem import OutsideError
from shipconsole.operations.receiving import Kind, Reception, answer_to
from shipconsole.receiver.rules import Rules

STATUSES: dict[Kind, int] = {"taken": 200, "unsigned": 404, "untrusted": 400, "unusable": 400, "later": 503}

_log = logging.getLogger(__name__)


def application(reception: Reception, rules: Rules) -> Starlette:
    """The pages of the receiver: one, and nothing at any other path."""

    async def webhook(request: Request) -> Response:
        try:
            body = b"".join([part async for part in request.stream()])
        except ClientDisconnect:
            return Response(status_code=400)
        try:
            async with asyncio.timeout(rules.answer_s):
                return await _answer(reception, request, body)
        except TimeoutError:
            _log.warning("A webhook could not be kept in time")
            return Response(status_code=503)

    whole = Starlette(routes=[Route("/webhooks/{connection}/{token}", webhook, methods=["POST"])])
    whole.router.redirect_slashes = False
    return whole


async def _answer(reception: Reception, request: Request, body: bytes) -> Response:
    try:
        connection = await reception.whose(request.path_params["connection"], request.path_params["token"])
    except OutsideError as error:
        _log.warning("A webhook could not be taken in: %s", error.words)
        return Response(status_code=503)
    if connection is None:
        return Response(status_code=404)
    headers = {name.lower(): value for name, value in request.headers.items()}
    verdict = await reception.take(connection, headers, body)
    if verdict.kind != "taken":
        return Response(status_code=STATUSES[verdict.kind])
    answer = answer_to(connection)
    return Response(answer, media_type="application/json" if answer else None)
