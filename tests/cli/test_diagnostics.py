"""diagnostics: a file with all API keys masked, also those that only the keyring has."""

from pathlib import Path

from shipconsole.messages import text
from tests.cli.program import Program
from tests.support.bench import SECRETS
from tests.support.many_orders import store_with_orders

KEYS = [value for fields in SECRETS.values() for value in fields.values()]


def test_keys_that_only_the_keyring_knows_are_masked(program: Program, tmp_path: Path) -> None:
    # No vendor is asked with the token of its webhooks: nothing but the masking reads it.
    tokens = [connection["webhook_path"].rpartition("/")[2] for connection in program.json("connections")]
    assert len(tokens) == 3
    planted = [*KEYS, *tokens]
    log = program.profile / "logs" / "shipconsole.log"
    as_it_was = log.read_bytes()
    with log.open("a", encoding="utf-8") as file:
        file.writelines(f"before {key} after\n" for key in planted)
    to = tmp_path / "diagnostics.txt"
    assert program.done("diagnostics", "--to", str(to)).out == f"{to}\n"
    # Other tests look for keys in this profile.
    log.write_bytes(as_it_was)
    written = to.read_text(encoding="utf-8")
    assert [key for key in planted if key in written] == []
    assert written.count("before ******** after") == len(planted)
    assert f"connection ShipEngine: {text('connections.verdict_ok')}" in written
    ended = program.run("diagnostics", "--to", str(to))
    assert ended.code == 2
    assert "already exists" in ended.err


def test_the_usual_place_is_beside_the_log(program: Program, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    store_with_orders(profile, 2).close()
    made = Path(program.on(profile).done("diagnostics").out.strip())
    assert made.parent == profile / "logs"
    assert "2 orders" in made.read_text(encoding="utf-8")
