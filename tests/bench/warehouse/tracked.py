"""What platforms reported by themselves: tracks with their events, webhook events, notices."""

import hashlib
from datetime import UTC, datetime
from random import Random
from typing import Any

from shipconsole.domain.remote_track import RemoteTime, RemoteTrack
from tests.bench.warehouse.platforms import SHIPENGINE

Rows = dict[str, list[tuple[Any, ...]]]
DAY_MS = 86_400_000
_NUMBER = "9400100000000000000006"
STAGES = (
    ("accepted", "AC", "Accepted at the depot"),
    ("in_transit", "IT", "In transit"),
    ("delivered", "DE", "Delivered, left at door"),
)
KEPT_MS = 90 * DAY_MS
"""Bodies of webhook events that are older were removed."""


class Tracked:
    """Adds the track of one package after the other; one in five was reported by a webhook event."""

    def __init__(self, rng: Random, *, until_ms: int) -> None:
        """Prepare the texts that all tracks share."""
        self._rng, self._until_ms = rng, until_ms
        self._tracks = self._events = self._webhooks = self._notices = 0
        found = {
            status: RemoteTrack(
                tracking_number=_NUMBER, carrier="usps", status=status, expected=RemoteTime(text="@"), document="{}"
            )
            for status in ("accepted", "in_transit", "delivered", "exception")
        }
        self._details = {name: track.model_dump_json(exclude={"events"}) for name, track in found.items()}

    def add(self, rows: Rows, number: str, order_id: int, at_ms: int) -> None:
        """Add the track of a package that shipped at a time, as far as it has come since."""
        rng = self._rng
        self._tracks += 1
        age_days = (self._until_ms - at_ms) // DAY_MS
        stages = min(3, 1 + age_days // 2)
        status = STAGES[stages - 1][0]
        if stages < 3 and rng.random() < 0.02:
            status = "exception"
        elif stages == 3 and age_days < 40 and rng.random() < 0.01:
            stages, status = 2, "in_transit"
        expected_at_ms = at_ms // DAY_MS * DAY_MS + 5 * DAY_MS
        expected = _iso(expected_at_ms)[:10]
        changed_at_ms = min(self._until_ms, at_ms + stages * 2 * DAY_MS)
        delivered = _iso(changed_at_ms)[:10] if status == "delivered" else ""
        details = self._details[status].replace(_NUMBER, number).replace('"@"', f'"{expected}"')
        track = (
            self._tracks,
            SHIPENGINE,
            number,
            number,
            "usps",
            order_id,
            status,
            expected,
            expected_at_ms,
            delivered,
        )
        rows["track"].append((*track, details, changed_at_ms, changed_at_ms + DAY_MS, 1))
        for stage, code, text in STAGES[:stages]:
            self._events += 1
            event_at_ms = min(self._until_ms, at_ms + (self._events % 3 + 1) * DAY_MS)
            message = f'{{"id":"verbatim","arguments":{{"text":"{text}"}}}}'
            key = f'["{event_at_ms // 1_000}", "{code}", "Sydney", "{text}", ""]'
            event = (self._events, self._tracks, key, _iso(event_at_ms), event_at_ms, code, message, "Sydney")
            rows["track_event"].append((*event, text, stage, text))
        if rng.random() < 0.2:
            self._webhook(rows, number, order_id, changed_at_ms, status, details)

    def _webhook(self, rows: Rows, number: str, order_id: int, at_ms: int, status: str, details: str) -> None:
        self._webhooks += 1
        body = f'{{"resource_type":"API_TRACK","data":{details[:-1]},"tracking_number":"{number}"}}}}'.encode()
        sha = hashlib.sha256(body).hexdigest()
        is_old = self._until_ms - at_ms > KEPT_MS
        message = f'{{"id":"webhook.order","arguments":{{"number":"{number}","status":"{status}"}}}}'
        headers = '{"content-type": "application/json", "user-agent": "ShipEngine/v1"}'
        known = (self._webhooks, SHIPENGINE, at_ms, headers, b"" if is_old else body, sha, sha, 1, "processed", message)
        rows["webhook_event"].append((*known, at_ms + 900, self._until_ms if is_old else None))
        if not is_old:
            self._notices += 1
            stands_out = int(status == "exception")
            notice = (self._notices, at_ms, SHIPENGINE, self._webhooks, order_id, "track", 0, message, stands_out)
            rows["platform_notice"].append((*notice, number, stands_out))


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
