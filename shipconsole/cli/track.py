"""The command track: queries a platform about a package, and subscribes to its tracking events."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.outcomes import print_outcome
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.remote_track import RemoteTime, RemoteTrack
from shipconsole.operations.connections import connections
from shipconsole.operations.tracking import query


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    track = commands.add_parser("track", parents=[common], help=help_text("help.track"))
    track.add_argument("number", metavar="NUMBER", help=help_text("help.its_tracking"))
    track.add_argument("--connection", required=True, metavar="NAME", help=help_text("help.query_connection"))
    track.add_argument("--carrier", default="", metavar="CODE", help=help_text("help.its_carrier"))
    choice = track.add_mutually_exclusive_group()
    choice.add_argument("--subscribe", action="store_true", help=help_text("help.subscribe"))
    choice.add_argument("--unsubscribe", action="store_true", help=help_text("help.unsubscribe"))
    track.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    track.set_defaults(run=_track)


async def _track(session: Session, args: argparse.Namespace) -> int:
    ctx = session.ctx
    (connection,) = await connections.named(ctx, [args.connection])
    if args.subscribe or args.unsubscribe:
        subscribe = query.subscribe_package if args.subscribe else query.unsubscribe_package
        return print_outcome(await subscribe(ctx, connection, args.number, args.carrier), in_json=args.json)
    track = await query.query_package(ctx, connection, args.number, args.carrier)
    if not isinstance(track, RemoteTrack):
        return print_outcome(track, in_json=args.json)
    if args.json:
        output.document(_track_json(track))
        return EXIT_DONE
    output.line(f"{track.tracking_number}  {track.message}")
    for sentence in track.platform_texts:
        output.line(f"  {sentence}")
    output.table([[event.occurred.text, event.location, event.message] for event in track.events])
    return EXIT_DONE


def _track_json(track: RemoteTrack) -> output.Json:
    def moment(time: RemoteTime) -> output.Json:
        return {"text": time.text, "at": None if time.at_ms is None else output.when(time.at_ms)}

    return {
        "tracking_number": track.tracking_number,
        "carrier": track.carrier,
        "status": track.status,
        "code": track.code,
        **output.message_json(track.message, "message_code"),
        "platform_texts": list(track.platform_texts),
        "description": track.description,
        "detail_code": track.detail_code,
        "carrier_status_code": track.carrier_status_code,
        "carrier_detail_code": track.carrier_detail_code,
        "url": track.url,
        "label_url": track.label_url,
        "shipped": moment(track.shipped),
        "expected": moment(track.expected),
        "delivered": moment(track.delivered),
        "notes": [output.message_json(note) for note in track.notes],
        "events": [
            {
                "occurred": moment(event.occurred),
                "local_time": event.local_time,
                **output.message_json(event.message, "message_code"),
                "status": event.status,
                "code": event.code,
                "event_code": event.event_code,
                "detail_code": event.detail_code,
                "platform_text": event.platform_text,
                "location": event.location,
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
