"""Commands that change nothing: connections, test-connection, orders, order, identify, doctor."""

from pathlib import Path

from shipconsole import simulator
from shipconsole.messages import text
from shipconsole.simulator.server import SimulatorServer
from tests.cli.program import Program, line
from tests.support.labels import usps
from tests.vendors.test_http import free_port


def test_connections_are_listed(program: Program, shop: SimulatorServer) -> None:
    listed = program.json("connections")
    assert [(row["name"], row["vendor"], row["url"], row["state"]) for row in listed] == [
        ("ShipEngine", "shipengine", f"{shop.url}/shipengine", "ok"),
        ("Starshipit", "starshipit", f"{shop.url}/starshipit", "ok"),
        ("Shipup", "shipup", f"{shop.url}/shipup", "ok"),
    ]
    assert all(row["synced_at"] for row in listed)


def test_a_connection_test_has_a_verdict_and_an_exit_code(
    program: Program, shop: SimulatorServer, tmp_path: Path
) -> None:
    other = program.on(tmp_path / "profile")
    wrong = ("connect", "shipengine", "--name", "Mistyped", "--secret", "api_key", "--url", f"{shop.url}/shipengine")
    away = (
        "connect",
        "shipengine",
        "--name",
        "Away",
        "--secret",
        "api_key",
        "--url",
        f"http://127.0.0.1:{free_port()}",
    )
    keyless = ("connect", "shipup", "--name", "Keyless", "--url", f"{shop.url}/shipup")
    starting = [other.start(*wrong), other.start(*away), other.start(*keyless)]
    typed = ("TEST_simulator_shipengin\n", f" {simulator.SHIPENGINE_API_KEY} \r\n", "")
    connected = [other.end(process, text) for process, text in zip(starting, typed, strict=True)]
    assert [ended.code for ended in connected] == [0, 0, 0]

    good, mistyped, unreachable, no_key, unknown, doctor = [
        (program if words[-1] == "ShipEngine" else other).start(*words)
        for words in (
            ("test-connection", "ShipEngine"),
            ("test-connection", "mistyped", "--json"),
            ("test-connection", "Away"),
            ("test-connection", "Keyless"),
            ("test-connection", "Elsewhere"),
            ("doctor", "--json"),
        )
    ]
    ended = other.end(good)
    assert (ended.code, ended.out) == (0, "ok\n")
    ended = other.end(mistyped)
    assert ended.code == 3
    assert (ended.json["name"], ended.json["verdict"]) == ("Mistyped", "wrong key")
    assert ended.json["code"]
    assert ended.json["message"]
    ended = other.end(unreachable)
    assert (ended.code, ended.out) == (4, "no network\n")
    assert ended.err.startswith("ShipEngine: No connection")
    ended = other.end(no_key)
    assert (ended.code, ended.out) == (2, "no key\n")
    assert "Keyless has no Private key" in ended.err
    ended = other.end(unknown)
    assert (ended.code, ended.out) == (2, "")
    assert "“Elsewhere”" in ended.err
    assert all(name in ended.err for name in ("Mistyped", "Away", "Keyless"))
    ended = other.end(doctor)
    assert ended.code == 5
    found = {entry["what"]: entry for entry in ended.json}
    assert not found["connection Mistyped"]["ok"]
    assert found["connection Mistyped"]["message"].startswith(text("connections.verdict_wrong_key"))
    assert found["connection Away"]["message"].startswith(text("connections.verdict_no_network", connection="Away"))


def test_the_doctor_finds_all_in_order(program: Program) -> None:
    found = program.json("doctor")
    assert all(entry["ok"] for entry in found)
    names = ("python", "qt", "profile", "database", "keyring", "clock")
    assert {entry["what_code"] for entry in found} >= {f"health.{name}" for name in names}
    assert [entry["code"] for entry in found if entry["what_code"] == "health.keyring"] == ["keyring.secret_service"]


def test_orders_are_found_by_text_and_by_state(program: Program) -> None:
    everything, by_name, by_sku, nothing, wrong = program.run_together(
        [
            ("orders", "--json"),
            ("orders", "--json", "--find", "tanaka"),
            ("orders", "--json", "--find", "POWER-BANK-20K"),
            ("orders", "--json", "--find", "nobody at all"),
            ("orders", "--json", "--state", "somewhere"),
        ]
    )
    assert len(everything.json) == 24
    assert {"number", "state", "recipient", "ordered", "shipped", "left"} <= everything.json[0].keys()
    assert {entry["number"] for entry in by_name.json} == {"10003", "10019"}
    assert [entry["number"] for entry in by_sku.json] == ["10006"]
    assert nothing.json == []
    assert (wrong.code, wrong.out) == (2, "")
    assert "'somewhere'" in wrong.err


def test_profile_and_database_count_before_the_command_and_after_it(program: Program, tmp_path: Path) -> None:
    for option, elsewhere in (("--profile", str(tmp_path)), ("--database", f"sqlite:///{tmp_path}/other.db")):
        before, after = program.run_together(
            [(option, elsewhere, "connections", "--json"), ("connections", "--json", option, elsewhere)]
        )
        assert (before.json, after.json) == ([], []), option


def test_a_failed_sync_has_the_exit_code_of_its_trouble(
    program: Program, shop: SimulatorServer, tmp_path: Path
) -> None:
    other = program.on(tmp_path / "profile")
    bare = other.on(other.profile, DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere/bus")
    address = f"{shop.url}/shipup"
    other.done("connect", "shipup", "--name", "Mistyped", "--secret", "api_key", "--url", address, typed="wrong\n")
    away = f"http://127.0.0.1:{free_port()}"
    other.done("connect", "shipup", "--name", "Away", "--secret", "api_key", "--url", away, typed="any\n")
    other.done("connect", "shipup", "--name", "Keyless", "--url", address)

    refused, unreachable, no_key, several = other.run_together(
        [
            ("sync", "--connection", "Mistyped"),
            ("sync", "--connection", "Away"),
            ("sync", "--connection", "Keyless"),
            ("sync",),
        ]
    )
    no_keyring = bare.run("sync", "--connection", "Away")
    assert [ended.code for ended in (refused, unreachable, no_key, no_keyring)] == [3, 4, 2, 5]
    assert several.code == 2


def test_one_order_has_the_keys_that_scripts_use(program: Program) -> None:
    order = program.json("order", "10008")
    assert order.keys() >= {"number", "state", "lines", "shipments", "tracks"}
    assert (order["number"], order["state"], order["shipments"], order["tracks"]) == ("10008", "open", [], [])
    assert order["connections"] == ["ShipEngine", "Starshipit", "Shipup"]
    for item in order["lines"]:
        assert item.keys() >= {"sku", "description", "ordered", "cancelled", "shipped", "left"}
        assert (item["shipped"], item["cancelled"], item["left"]) == (0, 0, item["ordered"])


def test_scans_are_identified(program: Program) -> None:
    scans = {
        "10001": ("order", "10001", [], "none", ""),
        "mobile-case-blk": ("item", "MOBILE-CASE-BLK", [], "none", ""),
        "%next package": ("command", "NEXT PACKAGE", [], "none", ""),
        "1Z999AA10123456784": ("tracking", "1Z999AA10123456784", ["ups"], "right", ""),
        "9400100109361129278358": ("tracking", "9400100109361129278358", ["usps"], "wrong", ""),
        "420787459400111206206406260787": ("tracking", "9400111206206406260787", ["usps"], "right", "78745"),
        "1027590111820004833500785458233610": ("tracking", "785458233610", ["fedex"], "right", "48335"),
        "Grüße 日本": ("unknown", "Grüße 日本", [], "none", ""),
    }
    identified = program.json("identify", *scans)
    in_words = program.done("identify", "10001", "9400100109361129278358").out.splitlines()
    assert in_words == [
        "10001: order",
        "9400100109361129278358: tracking, USPS, but the check digit is wrong: it should be 7",
    ]
    assert [entry["raw"] for entry in identified] == list(scans)
    seen = [
        (entry["kind"], entry["number"], entry["carriers"], entry["check_digit"], entry["postal_code"])
        for entry in identified
    ]
    assert seen == list(scans.values())


def test_what_a_pipe_cannot_carry_is_written_so_that_it_can(program: Program) -> None:
    narrow = program.on(program.profile, PYTHONIOENCODING="cp1252")
    in_json, in_words = narrow.run_together([("identify", "é\x81日本🙂", "--json"), ("identify", "日本")])
    assert in_json.json[0]["raw"] == "é\x81日本🙂"
    assert (in_words.code, in_words.out) == (0, f"\\u65e5\\u672c: unknown, {text('scan.unknown')}\n")


def test_a_shift_is_reported_as_a_table_as_csv_and_as_json(program: Program, tmp_path: Path) -> None:
    program.done("ship", "10021", "--all-left", "--tracking", usps(301))
    (bench,) = program.json("shift-report")
    assert bench["shipments"] >= 1
    assert bench["units"] >= bench["packages"] >= 1
    heading, row, whole = program.done("shift-report").out.splitlines()
    assert heading.split()[:3] == ["packer", "station", "shipments"]
    assert row.startswith("no packer")
    assert whole.startswith("all")
    file = tmp_path / "report.csv"
    assert program.done("shift-report", "--csv", str(file)).err == line("cli.rows_written", count=1, file=str(file))
    assert file.read_text("utf-8-sig").startswith('"operator","station","shipments"')
    assert program.done("shift-report", "--until", "2020-01-01").out == ""
    assert program.run("shift-report", "--since", "2026-11-21", "--until", "2026-11-20").code == 2
    assert program.run("shift-report", "--since", "0001-01-01T00:00").code in (0, 2)
    assert program.run("shift-report", "--since", "soon").code == 2
