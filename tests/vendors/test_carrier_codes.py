"""Carrier codes: the usual one, the connection's choice, the default; the same rule at every notified platform."""

from collections.abc import Callable

import pytest

from shipconsole.domain.carrier import CARRIERS
from shipconsole.vendors.adapter import Options
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import carrier_of, option_of
from shipconsole.vendors.shipengine import carriers as shipengine
from shipconsole.vendors.shipup import carriers as shipup
from shipconsole.vendors.starshipit import carriers as starshipit

CODE_FOR: dict[str, Callable[[str, Options], str | None]] = {
    "shipengine": shipengine.code_for,
    "starshipit": starshipit.code_for,
    "shipup": shipup.code_for,
}


@pytest.mark.parametrize("name", CODE_FOR)
def test_the_usual_code_is_the_one_that_is_sent(name: str) -> None:
    vendor, code_for = VENDORS[name], CODE_FOR[name]
    default = next(option.default for option in vendor.options.fields() if option.name == "carrier_default")
    for carrier in CARRIERS:
        usual = vendor.shipments.carrier_code(carrier.id)
        assert code_for(carrier.id, {}) == (usual or default or None), carrier.id
        assert code_for(carrier.id, {"carrier_default": "mine"}) == (usual or "mine"), carrier.id
        assert code_for(carrier.id, {option_of(carrier.id): "mine"}) == "mine"
        assert not usual or usual in vendor.shipments.known_carrier_codes, carrier.id


def test_the_codes_that_platforms_are_known_to_accept() -> None:
    counts = {name: len(vendor.shipments.known_carrier_codes) for name, vendor in VENDORS.items()}
    assert counts == {"shipengine": 35, "starshipit": 63, "shipup": 3, "swiftpod": 0}
    assert all(
        len(set(vendor.shipments.known_carrier_codes)) == len(vendor.shipments.known_carrier_codes)
        for vendor in VENDORS.values()
    )
    assert {"Sherpa", "MyToll", "Uber", "None"} <= set(VENDORS["starshipit"].shipments.known_carrier_codes)


def test_an_options_name_leads_to_its_carrier_and_back() -> None:
    assert option_of(" USPS ") == "carrier.usps"
    assert carrier_of("carrier.joe's van") == "joe's van"
    assert carrier_of("carrier_default") == carrier_of("page_size") == ""
