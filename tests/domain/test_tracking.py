"""Tracks: packages shipped here and packages that platforms report, in one list."""

from shipconsole.domain.message import verbatim
from shipconsole.domain.remote_track import RemoteEvent, RemoteTime, RemoteTrack
from shipconsole.domain.shipment import Package, Packed, Shipment
from shipconsole.domain.tracking import tracks_of

NUMBER = "9400100109361129278357"
LEFT_MS, DELIVERED = 1_790_000_000_000, RemoteTime.read("2026-11-21T08:30:00Z")


def test_a_package_shipped_here_gains_a_platforms_report() -> None:
    package = Package(id=1, tracking_number=NUMBER, carrier="usps", lines=(Packed(line_id=1, quantity=1),))
    left = Shipment(id=1, created_at_ms=LEFT_MS, station="Bench 3", packages=(package,))
    events = (
        RemoteEvent(message=verbatim("Delivered."), occurred=DELIVERED),
        RemoteEvent(message=verbatim("Some time")),
    )
    report = RemoteTrack(tracking_number=NUMBER, carrier="USPS", status="delivered", events=events, document="{}")
    other = report.model_copy(update={"tracking_number": "1Z", "carrier": "a new one", "events": ()})
    first, ours = tracks_of((left,), {1: LEFT_MS + 1}, [("Pod", other), ("Pod", report)])
    assert (first.tracking_number, first.carrier, first.status, first.events) == ("1Z", "a new one", "delivered", ())
    assert (ours.carrier, ours.status) == ("usps", "delivered")
    assert [str(event.message) for event in ours.events] == ["Delivered.", "Platforms notified", "Packed", "Some time"]
    assert ours.events[-1].at_ms is None, "what has no time is shown all the same"
    unsure = report.model_copy(update={"status": "unknown", "events": ()})
    assert [track.status for track in tracks_of((left,), {1: LEFT_MS + 1}, [("Pod", unsure)])] == ["announced"]


def test_missing_details_come_from_another_platform() -> None:
    day = RemoteTime.read("2026-11-24T00:00:00Z")
    first = RemoteTrack(
        tracking_number=NUMBER, status="in_transit", expected=day, url="https://a.example/", document="{}"
    )
    second = RemoteTrack(tracking_number=NUMBER, status="delivered", message=verbatim("Delivered."), document="{}")
    for reports in ((("A", first), ("B", second)), (("B", second), ("A", first))):
        (track,) = tracks_of((), {}, reports)
        assert (track.status, str(track.message), track.expected, track.url) == (
            "delivered",
            "Delivered.",
            "2026-11-24T00:00:00Z",
            "https://a.example/",
        )


def test_an_unknown_state_is_shown_beside_the_last_known_one() -> None:
    package = Package(id=1, tracking_number=NUMBER, carrier="usps", lines=(Packed(line_id=1, quantity=1),))
    packed = Shipment(id=1, created_at_ms=LEFT_MS, packages=(package,))
    odd = RemoteTrack(tracking_number=NUMBER, status="unknown", message=verbatim("Something new"), document="{}")
    (track,) = tracks_of((packed,), {1: LEFT_MS + 1}, (("ShipEngine", odd),))
    assert (track.status, str(track.message)) == ("announced", "Something new")
