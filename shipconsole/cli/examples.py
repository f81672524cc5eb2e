"""The end of each command's `--help`: an example, and the exit codes."""

import argparse
from collections.abc import Mapping

from shipconsole.domain.message import Message

EXAMPLES: Mapping[str, str] = {
    "audit-log": "shipconsole audit-log --order 10001 --csv audit.csv",
    "backup": "shipconsole backup --to /mnt/backups/orders.db",
    "cancel": "shipconsole cancel 10001 --item MOBILE=1 --reason 'out of stock'",
    "carriers": "shipconsole carriers --connection Shipup --set ups=ups-ground",
    "cases": "shipconsole cases set 10036000291459 12",
    "change": "shipconsole change 10001 --connection Starshipit --set reference=A-7",
    "command-sheet": "shipconsole command-sheet --pdf commands.pdf",
    "connect": "printf '%s\\n' \"$KEY\" | shipconsole connect shipengine --name ShipEngine --secret api_key",
    "connections": "shipconsole connections --json",
    "create-order": "shipconsole create-order N-1 --item CABLE=2 --name 'A. Example' --to Starshipit",
    "database": "shipconsole database --create --database postgresql://shipconsole_owner@db.example.org/shipconsole",
    "diagnostics": "shipconsole diagnostics --to diagnostics.txt",
    "doctor": "shipconsole doctor",
    "edit-tracking": (
        "shipconsole edit-tracking 10001 --tracking 1Z999AA10123456784 --new 9400100109361129278357"
        " --reason 'wrong label'"
    ),
    "fields": "shipconsole fields 10001 --connection Starshipit",
    "flush": "shipconsole flush --until-empty",
    "pause": 'shipconsole pause Shipup --reason "Maintenance until noon"',
    "resume": "shipconsole resume Shipup",
    "forward-review": "shipconsole forward-review --accept 3",
    "forwarding": "shipconsole forwarding --from SwiftPOD --to Shipup --mode review",
    "hand-over": "shipconsole hand-over --record --pdf hand-over.pdf",
    "identify": "shipconsole identify --order 10001 9400100109361129278357",
    "import": "shipconsole import shipments.csv --dry-run --map order='Customer reference'",
    "import-webhook-event": "shipconsole import-webhook-event event.json --connection ShipEngine",
    "link": "shipconsole link 10001 POD-77 --reason 'same order'",
    "move": "shipconsole move --to postgresql://owner@db.example.org/shipconsole",
    "order": "shipconsole order 10001 --json",
    "orders": "shipconsole orders --state to_ship",
    "acknowledge": "shipconsole acknowledge 10001",
    "packers": 'shipconsole packers add "Mira Berg" --badge MB-1',
    "outbox": "shipconsole outbox --state needs_attention",
    "preview": "shipconsole preview 10001 --all-left --tracking 9400100109361129278357",
    "push": "shipconsole push 10001 10002 --to Shipup",
    "reprocess": "shipconsole reprocess 12",
    "resolve": "shipconsole resolve 42 --mark-confirmed --reason 'seen at the platform'",
    "resolve-item": "shipconsole resolve-item 10001 --item CLOTH --shipped --reason 'cut and packed'",
    "restore": "shipconsole restore backups/shipconsole-2026-11-21.db",
    "retention": "shipconsole retention --dry-run",
    "serve": "shipconsole serve --port 8737",
    "shift-report": "shipconsole shift-report --since 2026-11-21T06:00",
    "ship": "shipconsole ship 10001 --item MOBILE=1 --tracking 9400100109361129278357 --wait 30",
    "slip": "shipconsole slip 10001 --pdf slip.pdf",
    "ship-box": "shipconsole ship-box 10001 10002:MOBILE=1 --tracking 9400100109361129278357",
    "simulator": "shipconsole simulator --port 8700 --fault shipup:503:2",
    "stores": "shipconsole stores --refresh 'Shopify AU'",
    "sync": "shipconsole sync --connection ShipEngine",
    "test-connection": "shipconsole test-connection ShipEngine",
    "track": "shipconsole track 9400100109361129278357 --connection ShipEngine",
    "unlink": "shipconsole unlink 10001 --connection SwiftPOD --reason 'two orders'",
    "void": "shipconsole void 10001 --tracking 9400100109361129278357 --reason damaged",
    "webhook-events": "shipconsole webhook-events --json",
    "webhooks": "shipconsole webhooks ShipEngine --register track --url https://warehouse.example/webhooks/a/b",
}
"""An example for each command."""

EXIT_CODES = {
    0: "exit.done",
    1: "exit.defect",
    2: "exit.wrong_request",
    3: "exit.rejected",
    4: "exit.not_yet",
    5: "exit.environment",
}


def add_to(name: str, command: argparse.ArgumentParser) -> None:
    """Add the example and the exit codes to the help of a command."""
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    codes = "\n".join(f"  {code}  {Message(meaning)}" for code, meaning in EXIT_CODES.items())
    example = f"{Message('help.example')}\n  {EXAMPLES[name]}"
    command.epilog = f"{example}\n\n{Message('help.exit_codes')}\n{codes}"
