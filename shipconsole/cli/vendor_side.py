"""Commands about what a platform has on its side: track, webhooks."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import Commands
from shipconsole.cli.help_text import help_text
from shipconsole.cli.session import EXIT_DONE, EXIT_NOT_YET, EXIT_REFUSED, Session
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.remote_track import RemoteTime, RemoteTrack
from shipconsole.domain.webhook_event import Webhook
from shipconsole.operations.connections import connections
from shipconsole.operations.connections.ask_once import outcome_message, outcome_problems
from shipconsole.operations.inbound import receive, subscriptions
from shipconsole.operations.tracking import query

_OUTCOMES: dict[type, str] = {
    Accepted: "accepted",
    Refused: "refused",
    Blocked: "blocked",
    TryLater: "try_later",
    Unsure: "unsure",
}


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the command line."""
    track = commands.add_parser("track", parents=[common], help=help_text("help.track"))
    track.add_argument("number", metavar="NUMBER", help=help_text("help.its_tracking"))
    track.add_argument("--connection", required=True, metavar="NAME", help=help_text("help.query_connection"))
    track.add_argument("--carrier", default="", metavar="CODE", help=help_text("help.its_carrier"))
    what = track.add_mutually_exclusive_group()
    what.add_argument("--subscribe", action="store_true", help=help_text("help.subscribe"))
    what.add_argument("--unsubscribe", action="store_true", help=help_text("help.unsubscribe"))
    track.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    track.set_defaults(run=_track)
    hooks = commands.add_parser("webhooks", parents=[common], help=help_text("help.webhooks"))
    hooks.add_argument("name", metavar="NAME", help=help_text("help.the_connection"))
    do = hooks.add_mutually_exclusive_group()
    do.add_argument("--register", default="", metavar="EVENT", help=help_text("help.register"))
    do.add_argument("--change", default=None, metavar="ID", help=help_text("help.change_url"))
    do.add_argument("--remove", default=None, metavar="ID", help=help_text("help.remove_webhook"))
    do.add_argument("--rotate-url", action="store_true", help=help_text("help.rotate_url"))
    hooks.add_argument("--url", default="", metavar="URL", help=help_text("help.webhook_url"))
    hooks.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    hooks.set_defaults(run=_webhooks)


async def _track(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    (connection,) = await connections.named(ctx, [words.connection])
    if words.subscribe or words.unsubscribe:
        do = query.subscribe_package if words.subscribe else query.unsubscribe_package
        return _told(await do(ctx, connection, words.number, words.carrier), words.json)
    found = await query.query_package(ctx, connection, words.number, words.carrier)
    if not isinstance(found, RemoteTrack):
        return _told(found, words.json)
    if words.json:
        output.document(_track_json(found))
        return EXIT_DONE
    output.line(f"{found.tracking_number}  {found.message}")
    for sentence in found.said:
        output.line(f"  {sentence}")
    output.table([[event.occurred.text, event.place, event.message] for event in found.events])
    return EXIT_DONE


async def _webhooks(session: Session, words: argparse.Namespace) -> int:
    ctx = session.ctx
    (connection,) = await connections.named(ctx, [words.name])
    if words.url and not words.register and words.change is None:
        raise ValidationFailed(Problem(("url",), Message("cli.url_alone")))
    if words.register:
        made = await subscriptions.register(ctx, connection, words.register, words.url)
        return _shown((made,), words.json) if isinstance(made, Webhook) else _told(made, words.json)
    if words.change is not None:
        return _told(await subscriptions.change(ctx, connection, words.change, words.url), words.json)
    if words.remove is not None:
        return _told(await subscriptions.remove(ctx, connection, words.remove), words.json)
    if words.rotate_url:
        return _moved(await receive.rotate_path(ctx, connection), words.json)
    found = await subscriptions.every(ctx, connection)
    if not isinstance(found, tuple):
        return _told(found, words.json)
    if not found:
        output.said(Message("cli.no_webhooks", events=tuple(subscriptions.offered(connection))))
    return _shown(found, words.json)


def _shown(found: tuple[Webhook, ...], in_json: bool) -> int:
    if in_json:
        output.document([{"id": one.id, "event": one.event, "url": one.url, "name": one.name} for one in found])
    else:
        output.table([[one.id, one.event, one.url, one.name] for one in found])
    return EXIT_DONE


def _moved(path: str, in_json: bool) -> int:
    """Print the path at which a connection's webhooks come in from now on."""
    if in_json:
        output.document({"webhook_path": path})
    else:
        output.line(path)
    output.said(Message("cli.url_rotated"))
    return EXIT_DONE


def _told(outcome: Outcome, in_json: bool) -> int:
    """Print what a call came to; give the exit code that says the same."""
    code = EXIT_REFUSED if isinstance(outcome, Refused | Blocked) else EXIT_NOT_YET
    code = EXIT_DONE if isinstance(outcome, Accepted) else code
    words = outcome_message(outcome)
    if in_json:
        problems: list[output.Json] = [output.problem_json(problem) for problem in outcome_problems(outcome)]
        output.document({"outcome": _OUTCOMES[type(outcome)], **output.message_json(words), "problems": problems})
    elif code == EXIT_DONE:
        output.line(words or Message("cli.done"))
    else:
        output.said(words)
    return code


def _track_json(track: RemoteTrack) -> output.Json:
    def moment(time: RemoteTime) -> output.Json:
        return {"text": time.text, "at": None if time.at_ms is None else output.when(time.at_ms)}

    return {
        "tracking_number": track.tracking_number,
        "carrier": track.carrier,
        "status": track.status,
        "code": track.code,
        **output.message_json(track.message, "message_code"),
        "said": list(track.said),
        "description": track.description,
        "detail_code": track.detail_code,
        "carrier_status_code": track.carrier_status_code,
        "carrier_detail_code": track.carrier_detail_code,
        "url": track.url,
        "label_url": track.label_url,
        "shipped": moment(track.shipped),
        "expected": moment(track.expected),
        "delivered": moment(track.delivered),
        "notes": [output.message_json(one) for one in track.notes],
        "events": [
            {
                "occurred": moment(event.occurred),
                "local_time": event.local_time,
                **output.message_json(event.message, "message_code"),
                "status": event.status,
                "code": event.code,
                "event_code": event.event_code,
                "detail_code": event.detail_code,
                "said": event.said,
                "place": event.place,
                "postal_code": event.postal_code,
                "latitude": event.latitude,
                "longitude": event.longitude,
                "company": event.company,
                "signer": event.signer,
                "proof_url": event.proof_url,
            }
            for event in track.events
        ],
    }
