"""What commands share that queue updates: send them, print them or their requests, and derive the exit code."""

import argparse
import asyncio
import json
from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.cli import output
from shipconsole.cli.session import EXIT_DONE, EXIT_NOT_YET, EXIT_REFUSED, Session
from shipconsole.domain.call import Call
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.sending import batches
from shipconsole.operations.shipping.plan import PlannedUpdate

WAIT_STEP_S = 0.2


class NotUpdated(NamedTuple):
    """A connection that gets no update, and the reason; `number` if the command is about several orders."""

    connection: str
    reason: Message
    number: str = ""

    @property
    def line(self) -> str:
        """Return the line for people."""
        order = Message("cli.update_to", number=self.number, connection=self.connection)
        return f"{order if self.number else self.connection}: {self.reason}"


async def report_updates(
    session: Session,
    args: argparse.Namespace,
    number: str,
    order_ids: Sequence[int],
    call_ids: tuple[int, ...],
    not_updated: Sequence[NotUpdated] = (),
    *,
    summary: Sequence[Message] = (),
) -> int:
    """Send queued updates if that is wanted, print them and the connections without one; return the exit code.

    People see `summary` instead of `not_updated` where it is given, because that list may be long.
    """
    calls = await send_and_wait(session, order_ids, call_ids, args.wait)
    if args.json:
        output.document(
            {
                "order": number,
                "ids": list(order_ids),
                "calls": [output.call_json(call) for call in calls],
                "not_updated": [
                    {
                        "order": missing.number or number,
                        "connection": missing.connection,
                        **output.message_json(missing.reason),
                    }
                    for missing in not_updated
                ],
            }
        )
    else:
        for call in calls:
            to = Message("cli.update_to", number=call.order_number, connection=call.connection)
            output.line(f"{to}: {call.state}  {call.summary}  {call.message}".rstrip())
        for line in summary or [missing.line for missing in not_updated]:
            output.note(line)
    return exit_code(calls, args.wait)


async def send_and_wait(
    session: Session,
    order_ids: Sequence[int],
    call_ids: tuple[int, ...],
    wait_s: float | None,
    *,
    saved: str = "cli.change_saved",
) -> tuple[Call, ...]:
    """Send updates and wait for their results, if there is a time to wait, and return the updates.

    A failure of the environment is only reported, with the message id `saved`: the change is stored by then, and
    a script that saw the command fail would repeat it.
    """
    if wait_s is not None:
        try:
            await _send(session, order_ids[0] if len(order_ids) == 1 else None, call_ids, wait_s)
        except EnvironmentFailure as error:
            output.note(Message(saved, reason=error.message))
    return await worker.updates_of(session.ctx, call_ids)


async def _send(session: Session, order_id: int | None, call_ids: tuple[int, ...], wait_s: float) -> None:
    """Send due updates until the given ones need no more time, or the time is over; None sends those of all orders."""
    deadline_s = session.ctx.clock.monotonic_s() + wait_s
    waiting = {"held", "pending", "sending", "retry_wait"} | ({"checking"} if order_id is None else set[str]())
    while True:
        await worker.flush(session.ctx, until_empty=True, order_id=order_id)
        states = {update.state for update in await batches.states_of(session.ctx, call_ids)}
        if not states & waiting or session.ctx.clock.monotonic_s() >= deadline_s:
            return
        await asyncio.sleep(WAIT_STEP_S)


def exit_code(calls: Sequence[Call], wait_s: float | None = 0) -> int:
    """Return the exit code for the states of updates; without a time to wait they are not judged."""
    states = {call.state for call in calls}
    if wait_s is None or states <= {"confirmed", "cancelled", "superseded"}:
        return EXIT_DONE
    return EXIT_REFUSED if states & {"rejected", "blocked"} else EXIT_NOT_YET


def print_calls(calls: Sequence[Call]) -> None:
    """Print a line for each update of an order."""
    for call in calls:
        output.line(f"{call.connection}: {call.state}  {call.summary}  {call.message}".rstrip())


def show_requests(number: str, updates: Sequence[PlannedUpdate], *, in_json: bool) -> None:
    """Print requests about an order as they would be sent, keys masked."""
    documents: list[output.Json] = []
    for update in updates:
        request, connection = update.request, update.connection
        url = connection.base_url.rstrip("/") + request.path
        documents.append(
            {
                "connection": connection.name,
                "vendor": connection.vendor,
                "call": request.call,
                "method": request.method,
                "url": url,
                "headers": dict(connections.masked_headers(connection)),
                "body": json.loads(request.body_text) if request.body_text else None,
                **output.message_json(request.summary, "summary_code", "summary"),
                "warnings": [output.problem_json(warning) for warning in request.warnings],
            }
        )
        for warning in request.warnings:
            output.warn(f"{connection.name}: {warning.sentence}")
        if not in_json:
            output.line(f"{connection.name}: {request.call}  {request.summary}")
            output.line(f"  {request.method} {url}")
            output.line(f"  {request.body_text}")
    if in_json:
        output.document({"order": number, "requests": documents})
