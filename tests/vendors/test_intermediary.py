"""Pages of firewalls, proxies and networks: recognized as not the platform's own, they do not blame the key."""

import json

import pytest

from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.messages import text
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.field_errors import intermediary
from shipconsole.vendors.request import Request, Response
from tests.support.effort import Effort

TOLD = Request("tell", "PUT", "/")
CLOUDFLARE = (
    b"<!DOCTYPE html>\n<!--[if lt IE 7]> <html class='no-js ie6 oldie'> <![endif]-->\n<html><head>"
    b"<title>Attention Required! | Cloudflare</title></head><body>Cloudflare Ray ID: 1</body></html>"
)
CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>/cdn-cgi/</body></html>"
PLAIN_PAGE = b"<html><head><title>403 Forbidden</title></head><body><center>nginx</center></body></html>"
ZSCALER = b"\xef\xbb\xbf  <?xml version='1.0'?><!-- blocked --><!DOCTYPE HTML><html><title>Policy</title></html>"
PROBLEM_JSON = json.dumps(
    {
        "type": "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/",
        "title": "Error 1020: Access denied",
        "status": 403,
        "detail": "You have been blocked by the site owner.",
    }
).encode()

every_vendor = pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
stopped_for_sure = pytest.mark.parametrize(
    "page",
    [
        Response(403, {"server": "cloudflare", "content-type": "text/html; charset=UTF-8"}, CLOUDFLARE),
        Response(403, {}, CLOUDFLARE),
        Response(403, {"content-type": "text/html"}, CLOUDFLARE.decode().encode("utf-16")),
        Response(401, {"server": "cloudflare"}, CLOUDFLARE),
        Response(403, {"server": "cloudflare", "cf-mitigated": "challenge"}, CHALLENGE),
        Response(429, {"cf-mitigated": "challenge"}, CHALLENGE),
        Response(503, {"cf-mitigated": "challenge"}, CHALLENGE),
        Response(403, {"server": "cloudflare", "content-type": "text/plain; charset=UTF-8"}, b"error code: 1020"),
        Response(403, {"content-type": "application/json; charset=utf-8"}, PROBLEM_JSON),
        Response(403, {"server": "squid/6.1", "x-squid-error": "ERR_ACCESS_DENIED 0"}, PLAIN_PAGE),
        Response(407, {"proxy-authenticate": 'Basic realm="proxy"'}, b""),
        Response(511, {}, PLAIN_PAGE),
    ],
    ids=lambda page: f"{page.status} {page.headers.get('server', '')} {page.body[:12]!r}",
)
perhaps_stopped = pytest.mark.parametrize(
    "page",
    [
        Response(403, {"server": "nginx"}, PLAIN_PAGE),
        Response(403, {"server": "Zscaler/6.2"}, ZSCALER),
        Response(451, {}, PLAIN_PAGE),
    ],
    ids=lambda page: f"{page.status} {page.headers.get('server', '')}",
)
the_platforms_own = pytest.mark.parametrize(
    ("own", "kind"),
    [
        (Response(403, {"server": "cloudflare", "cf-ray": "1"}, b'{"errors":[{"message":"forbidden"}]}'), Blocked),
        (Response(403, {"server": "cloudflare"}, b""), Blocked),
        (Response(403, {}, b"Forbidden"), Blocked),
        (Response(401, {}, PLAIN_PAGE), Blocked),
        (Response(401, {}, b'{"message":"no"}'), Blocked),
        (Response(403, {"content-type": "text/html"}, b'{"message":"no"}'), Blocked),
        (Response(429, {"server": "cloudflare"}, CLOUDFLARE), TryLater),
        (Response(404, {}, PLAIN_PAGE), Refused),
        (Response(502, {"server": "cloudflare"}, CLOUDFLARE), Unsure),
        (Response(503, {}, PLAIN_PAGE), Unsure),
    ],
    ids=lambda value: f"{value.status} {value.body[:12]!r}" if isinstance(value, Response) else value.__name__,
)


def outcomes(vendor: Vendor, given: Response) -> list[Outcome]:
    """Return the outcomes of all of a platform's readers for a response."""
    found: list[object] = [
        vendor.read_probe(given),
        vendor.orders.read_page(given, vendor.orders.list_page({}, "", {})),
        vendor.orders.read(given),
    ]
    if vendor.is_notified:
        found.append(vendor.read_update(TOLD, given))
    if vendor.tracking:
        found.append(vendor.tracking.read(given))
    assert all(isinstance(one, Accepted | Refused | TryLater | Unsure | Blocked) for one in found)
    return [one for one in found if isinstance(one, Accepted | Refused | TryLater | Unsure | Blocked)]


@every_vendor
@stopped_for_sure
def test_a_request_that_was_certainly_stopped_is_retried(vendor: Vendor, page: Response) -> None:
    for outcome in outcomes(vendor, page):
        assert isinstance(outcome, TryLater)
        assert outcome.nobody_there
        assert not outcome.whole_account
        assert "API key was not checked" in str(outcome.message)
        assert "rejected" not in str(outcome.message)


@every_vendor
@perhaps_stopped
def test_any_other_page_does_not_blame_the_key_and_is_unsure(vendor: Vendor, page: Response) -> None:
    for outcome in outcomes(vendor, page):
        assert isinstance(outcome, Unsure)
        assert text("network.key_unknown") in str(outcome.message)


@every_vendor
@the_platforms_own
def test_the_platforms_own_responses_decide_as_usual(vendor: Vendor, own: Response, kind: type) -> None:
    assert intermediary(own) is None
    assert {type(outcome) for outcome in outcomes(vendor, own)} == {kind}


@every_vendor
@pytest.mark.parametrize("status", [200, 201, 204, 202])
def test_a_login_page_of_a_network_confirms_nothing(vendor: Vendor, status: int) -> None:
    page = Response(status, {"content-type": "text/html"}, b"<!doctype html><html><title>Guest Wi-Fi</title></html>")
    assert intermediary(page) is not None
    for outcome in outcomes(vendor, page):
        assert isinstance(outcome, Unsure)
        assert "Guest Wi-Fi" in str(outcome.message)
        assert "browser" in str(outcome.message)


@pytest.mark.parametrize("name", ["shipengine", "starshipit", "shipup"])
@pytest.mark.parametrize("body", [b"", b"{}", b'{"job_id": 7}', b'{"success": true}', b'{"status": "queued"}'])
def test_a_202_is_accepted_and_not_done(name: str, body: bytes) -> None:
    outcome = VENDORS[name].read_update(TOLD, Response(202, {}, body))
    assert isinstance(outcome, Unsure)
    assert isinstance(VENDORS[name].read_update(TOLD, Response(200, {}, b'{"success": true}')), Accepted)


@pytest.mark.parametrize("piece", [b"<!--", b"<!-- -->", b"<!-- --> ", b"<?xml", b" ", b"<", b"<!doctype ", b"<html"])
def test_no_page_makes_the_search_slow(piece: bytes) -> None:
    effort = Effort()
    with effort.of():
        intermediary(Response(403, {}, piece * (65_536 // len(piece))))
    assert effort.most < 40


def test_the_ray_id_is_kept_for_the_firewalls_owner() -> None:
    assert Response(403, {"cf-ray": "8f0a1b2c-SYD"}, CLOUDFLARE).request_id == "8f0a1b2c-SYD"
    assert Response(403, {"cf-ray": "8f0a1b2c-SYD", "request-id": "own"}, b"{}").request_id == "own"
