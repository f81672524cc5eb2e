"""Pages of firewalls, proxies and networks: they are told apart from the platform's own responses, and blame no key."""

import json

import pytest

from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer, Request
from shipconsole.vendors.field_errors import who_answered
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
        Answer(403, {"server": "cloudflare", "content-type": "text/html; charset=UTF-8"}, CLOUDFLARE),
        Answer(403, {}, CLOUDFLARE),
        Answer(403, {"content-type": "text/html"}, CLOUDFLARE.decode().encode("utf-16")),
        Answer(401, {"server": "cloudflare"}, CLOUDFLARE),
        Answer(403, {"server": "cloudflare", "cf-mitigated": "challenge"}, CHALLENGE),
        Answer(429, {"cf-mitigated": "challenge"}, CHALLENGE),
        Answer(503, {"cf-mitigated": "challenge"}, CHALLENGE),
        Answer(403, {"server": "cloudflare", "content-type": "text/plain; charset=UTF-8"}, b"error code: 1020"),
        Answer(403, {"content-type": "application/json; charset=utf-8"}, PROBLEM_JSON),
        Answer(403, {"server": "squid/6.1", "x-squid-error": "ERR_ACCESS_DENIED 0"}, PLAIN_PAGE),
        Answer(407, {"proxy-authenticate": 'Basic realm="proxy"'}, b""),
        Answer(511, {}, PLAIN_PAGE),
    ],
    ids=lambda page: f"{page.status} {page.headers.get('server', '')} {page.body[:12]!r}",
)
perhaps_stopped = pytest.mark.parametrize(
    "page",
    [
        Answer(403, {"server": "nginx"}, PLAIN_PAGE),
        Answer(403, {"server": "Zscaler/6.2"}, ZSCALER),
        Answer(451, {}, PLAIN_PAGE),
    ],
    ids=lambda page: f"{page.status} {page.headers.get('server', '')}",
)
the_platforms_own = pytest.mark.parametrize(
    ("own", "kind"),
    [
        (Answer(403, {"server": "cloudflare", "cf-ray": "1"}, b'{"errors":[{"message":"forbidden"}]}'), Blocked),
        (Answer(403, {"server": "cloudflare"}, b""), Blocked),
        (Answer(403, {}, b"Forbidden"), Blocked),
        (Answer(401, {}, PLAIN_PAGE), Blocked),
        (Answer(401, {}, b'{"message":"no"}'), Blocked),
        (Answer(403, {"content-type": "text/html"}, b'{"message":"no"}'), Blocked),
        (Answer(429, {"server": "cloudflare"}, CLOUDFLARE), TryLater),
        (Answer(404, {}, PLAIN_PAGE), Refused),
        (Answer(502, {"server": "cloudflare"}, CLOUDFLARE), Unsure),
        (Answer(503, {}, PLAIN_PAGE), Unsure),
    ],
    ids=lambda value: f"{value.status} {value.body[:12]!r}" if isinstance(value, Answer) else value.__name__,
)


def outcomes(vendor: Vendor, given: Answer) -> list[Outcome]:
    """What the readers of a platform make of a response that none of them wants."""
    found: list[object] = [
        vendor.read_probe(given),
        vendor.read_orders(given, vendor.list_orders({}, "", {})),
        vendor.read_order(given),
    ]
    if vendor.is_told:
        found.append(vendor.read_told(TOLD, given))
    if vendor.tracking:
        found.append(vendor.tracking.read(given))
    assert all(isinstance(one, Accepted | Refused | TryLater | Unsure | Blocked) for one in found)
    return [one for one in found if isinstance(one, Accepted | Refused | TryLater | Unsure | Blocked)]


@every_vendor
@stopped_for_sure
def test_what_stopped_a_request_for_sure_lets_it_go_again(vendor: Vendor, page: Answer) -> None:
    for outcome in outcomes(vendor, page):
        assert isinstance(outcome, TryLater)
        assert outcome.nobody_there
        assert not outcome.whole_account
        assert "API key was not checked" in str(outcome.message)
        assert "rejected" not in str(outcome.message)


@every_vendor
@perhaps_stopped
def test_any_other_page_blames_no_key_and_leaves_open_whether_it_arrived(vendor: Vendor, page: Answer) -> None:
    for outcome in outcomes(vendor, page):
        assert isinstance(outcome, Unsure)
        assert "says nothing about the API key" in str(outcome.message)


@every_vendor
@the_platforms_own
def test_what_the_platform_says_itself_counts_as_before(vendor: Vendor, own: Answer, kind: type) -> None:
    assert who_answered(own) is None
    assert {type(outcome) for outcome in outcomes(vendor, own)} == {kind}


@every_vendor
@pytest.mark.parametrize("status", [200, 201, 204, 202])
def test_a_login_page_of_a_network_confirms_nothing(vendor: Vendor, status: int) -> None:
    page = Answer(status, {"content-type": "text/html"}, b"<!doctype html><html><title>Guest Wi-Fi</title></html>")
    assert who_answered(page) is not None
    for outcome in outcomes(vendor, page):
        assert isinstance(outcome, Unsure)
        assert "Guest Wi-Fi" in str(outcome.message)
        assert "browser" in str(outcome.message)


@pytest.mark.parametrize("name", ["shipengine", "starshipit", "shipup"])
@pytest.mark.parametrize("body", [b"", b"{}", b'{"job_id": 7}', b'{"success": true}', b'{"status": "queued"}'])
def test_a_202_is_taken_in_and_not_done(name: str, body: bytes) -> None:
    outcome = VENDORS[name].read_told(TOLD, Answer(202, {}, body))
    assert isinstance(outcome, Unsure)
    assert isinstance(VENDORS[name].read_told(TOLD, Answer(200, {}, b'{"success": true}')), Accepted)


@pytest.mark.parametrize("piece", [b"<!--", b"<!-- -->", b"<!-- --> ", b"<?xml", b" ", b"<", b"<!doctype ", b"<html"])
def test_no_page_makes_the_search_slow(piece: bytes) -> None:
    effort = Effort()
    with effort.of():
        who_answered(Answer(403, {}, piece * (65_536 // len(piece))))
    assert effort.most < 40


def test_the_ray_id_is_kept_for_whoever_asks_the_firewalls_owner() -> None:
    assert Answer(403, {"cf-ray": "8f0a1b2c-SYD"}, CLOUDFLARE).request_id == "8f0a1b2c-SYD"
    assert Answer(403, {"cf-ray": "8f0a1b2c-SYD", "request-id": "own"}, b"{}").request_id == "own"
