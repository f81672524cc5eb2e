"""An incomplete sync: its message, its JSON and its exit code."""

from pathlib import Path

from tests.cli.program import Program
from tests.operations.importing.lying_lists import lying, shipengine, shipup


def test_a_sync_that_stopped_ends_with_4_and_reads_the_other_connections(program: Program, tmp_path: Path) -> None:
    own = program.on(tmp_path)
    with (
        lying(lambda _: shipengine([1, 2], pages=3, total=6)) as endless,
        lying(lambda _: shipup([9], more=False)) as sound,
    ):
        own.done("connect", "shipengine", "--name", "Lies", "--url", endless.url, "--secret", "api_key", typed="key\n")
        own.done("connect", "shipup", "--name", "Sound", "--url", sound.url, "--secret", "api_key", typed="key\n")
        ended = own.run("sync", "--json")
    assert ended.code == 4
    lies, other = ended.json
    assert (lies["complete"], lies["problem"], lies["orders"]) == (False, "incomplete", 2)
    assert lies["shortfalls"] == ["page_number", "repeated", "too_few"]
    assert "Couldn't read all orders" in lies["message"]
    assert (other["complete"], other["problem"], other["orders"], other["message"]) == (True, "", 1, "")
    assert "a page of the list was sent twice" in ended.err
    assert len(own.json("orders")) == 3
    known = {connection["name"]: connection for connection in own.json("connections")}
    assert (known["Lies"]["synced_at"], known["Lies"]["sync_problem"]) == (None, "incomplete")
    assert (bool(known["Sound"]["synced_at"]), known["Sound"]["sync_problem"]) == (True, "")
