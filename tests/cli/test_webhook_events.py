"""webhook-events and reprocess: long lists, and events that could not be processed."""

import json
from pathlib import Path

import pytest

from shipconsole.cli.webhooks import MOST_LISTED
from shipconsole.domain.message import Message
from shipconsole.operations.inbound import process
from shipconsole.station.keys import MemoryKeys
from tests.cli.in_process import Here
from tests.cli.program import line
from tests.support import sql
from tests.support.silence import ExpectedNoise


@pytest.fixture
def here(tmp_path: Path) -> Here:
    """A profile with SwiftPOD connected, and one webhook event."""
    made = Here(tmp_path / "profile", MemoryKeys())
    made.done("connect", "swiftpod", "--name", "Pod", "--url", "http://127.0.0.1:1")
    event = {"event": {"uuid": "u-1", "name": "shipment_notify"}, "data": {"id": 2, "order_id": "X-1"}}
    (tmp_path / "event.json").write_text(json.dumps(event), encoding="utf-8")
    made.done("import-webhook-event", str(tmp_path / "event.json"), "--connection", "Pod")
    return made


def test_a_table_that_does_not_have_all_events_says_so(here: Here) -> None:
    whole = here.done("webhook-events")
    assert (len(whole.out.splitlines()), whole.err) == (1, "")
    database = sql.connect(here.profile / "shipconsole.db")
    columns = [name for _, name, *_ in database.execute("PRAGMA table_info(webhook_event)") if name != "id"]
    copied = ", ".join(name if name != "dedupe_key" else "dedupe_key || n.value" for name in columns)
    database.execute(
        f"WITH RECURSIVE n(value) AS (VALUES(1) UNION ALL SELECT value + 1 FROM n WHERE value < {MOST_LISTED})"
        f" INSERT INTO webhook_event ({', '.join(columns)}) SELECT {copied} FROM webhook_event, n"
    )
    database.close()
    listed = here.done("webhook-events")
    assert len(listed.out.splitlines()) == MOST_LISTED
    assert listed.err == line("cli.latest_events", shown=MOST_LISTED, count=MOST_LISTED + 1)
    in_json = here.done("webhook-events", "--json")
    assert (len(in_json.json), in_json.err) == (MOST_LISTED + 1, "")


@pytest.mark.parametrize("in_json", [False, True])
def test_an_event_that_cannot_be_processed_is_an_error_of_the_program(
    here: Here, in_json: bool, monkeypatch: pytest.MonkeyPatch, expected_noise: ExpectedNoise
) -> None:
    words = ("reprocess", "1", *(("--json",) if in_json else ()))
    processed = here.done(*words)
    assert (processed.json["state"] if in_json else processed.out.split()[0]) == "processed"
    # No input makes processing fail, so an error of the program is put into it.
    monkeypatch.setattr(process, "store_event", None)
    with expected_noise("Webhook event 1 could not be processed"):
        failed = here.run(*words)
    assert failed.code == 1
    message = str(Message("webhook.failed"))
    assert ((failed.json["state"], failed.json["message"]) if in_json else failed.out) == (
        ("failed", message) if in_json else f"failed  {message}\n"
    )
