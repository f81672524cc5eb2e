"""Scans at a station with their verdicts, and what a station remembers between scans."""

from collections.abc import Sequence

from shipconsole.store.database import Db


def add(
    db: Db,
    order_id: int | None,
    *,
    station: str,
    operator: str,
    raw: str,
    kind: str,
    reason: str,
    number: str,
    verdict: str,
    answer: str,
    now_ms: int,
) -> None:
    """Add a scan, or a person's answer to a verdict."""
    db.change(
        "scans.add",
        order_id=order_id,
        at_ms=now_ms,
        station=station,
        operator=operator,
        raw=raw,
        kind=kind,
        reason=reason,
        number=number,
        verdict=verdict,
        answer=answer,
    )


def chosen_carrier(db: Db, order_id: int, carriers: Sequence[str]) -> str:
    """Return the carrier chosen among several for orders of the same connection, else an empty text."""
    row = db.row("scans.chosen_carrier", order_id=order_id, carriers=_joined(carriers))
    return row[0] if row else ""


def choose_carrier(db: Db, order_id: int, carriers: Sequence[str], carrier: str) -> None:
    """Store which of several carriers was chosen."""
    db.change("scans.choose_carrier", order_id=order_id, carriers=_joined(carriers), carrier=carrier)


def open_order(db: Db, station: str) -> int | None:
    """Return the order that was open at a station when its window ended, None if there was none."""
    row = db.row("scans.open_order", station=station)
    return row[0] if row else None


def keep_open_order(db: Db, station: str, order_id: int | None) -> None:
    """Store which order is open at a station; None deletes it."""
    if order_id is None:
        db.change("scans.drop_open_order", station=station)
    else:
        db.change("scans.keep_open_order", station=station, order_id=order_id)


def focus(db: Db, station: str) -> str:
    """Return what `keep_focus` stored for a station's open order, else an empty text."""
    row = db.row("scans.focus", station=station)
    return row[0] if row else ""


def keep_focus(db: Db, station: str, focus: str) -> None:
    """Store which field of a station's open order has the keyboard focus, as text of the caller's own."""
    db.change("scans.keep_focus", station=station, focus=focus)


def _joined(carriers: Sequence[str]) -> str:
    return " ".join(sorted(carriers))
