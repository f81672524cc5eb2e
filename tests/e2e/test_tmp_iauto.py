from time import sleep
from tests.e2e.test_by_itself_walk import *  # noqa
from tests.e2e.test_by_itself_walk import Station, scan, label, station, keyring_env
import json, pytest
@pytest.mark.parametrize("on", [False, True])
def test_x(station: Station, on) -> None:
    units = station.units("10001")
    station.set(ship_when_packed=on)
    walk = station.open()
    for s in ("10001", *units, label(1)):
        scan(walk, s)
        sleep(1)
        texts = walk.read_screen().texts
        print("@@", s, [t for t in texts if "units packed" in t or "utomatic" in t or "ackage 1" in t])
    sleep(3)
    texts = walk.read_screen().texts
    print("@@", s, [t for t in texts if "units packed" in t or "utomatic" in t or "ackage 1" in t])
    print("@@", texts[-40:])
    assert 0
