"""Starshipit: a voided shipment's packages are deleted, a corrected one is changed, and no other is touched."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.request import Request
from shipconsole.vendors.starshipit.notify import notify
from shipconsole.vendors.starshipit.void import void
from tests.vendors.examples import link, notification, order, package, sent_json, shipment

PACKAGES = [{"package_id": 1, "tracking_number": "AAA 1"}, {"package_id": 2, "tracking_number": "BBB2"}]


def notification_of(
    number: str, *, replaced: Mapping[str, str] | None = None, remote_id: str = "5"
) -> ShipmentNotification:
    there = link(remote_id, {1: ("71", 3)}, {"order_id": 5, "items": [{"item_id": 71}], "packages": PACKAGES})
    return replace(notification(order(3), there, shipment(package(number, {1: 1}))), replaced=replaced or {})


def sent(request: Request | None) -> dict[str, Any]:
    assert request is not None
    assert request.repeatable
    return cast("dict[str, Any]", sent_json(request))["order"]


def test_only_the_packages_of_the_shipment_are_deleted() -> None:
    assert sent(void(notification_of("aaa1"))) == {"order_id": 5, "packages": [{"package_id": 1, "delete": True}]}


def test_a_package_that_still_has_an_older_number_is_deleted_too() -> None:
    assert sent(void(notification_of("CCC3", replaced={"BBB2": "CCC3", "CCC3": ""})))["packages"] == [
        {"package_id": 2, "delete": True}
    ]


def test_nothing_is_sent_where_there_is_no_such_package_or_order() -> None:
    assert void(notification_of("DDD4")) is None
    assert void(replace(notification_of("aaa1"), link=None)) is None
    with pytest.raises(ValidationFailed, match="has no ID"):
        void(notification_of("aaa1", remote_id="x"))


def test_an_edited_number_changes_its_package_and_ships_no_more_units() -> None:
    corrected = replace(notification_of("CCC3", replaced={"AAA1": "CCC3"}), again=True)
    assert sent(notify(corrected)) == {
        "order_id": 5,
        "order_number": "10001",
        "packages": [
            {"package_id": 1, "tracking_number": "CCC3"},
            {"package_id": 2, "tracking_number": "BBB2"},
        ],
    }
