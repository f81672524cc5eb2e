"""How many of the carriers that the platforms name are known by their numbers here, and why the others are not.

Which carrier of ours a platform's code means is our reading of its name; no source states it.
"""

from shipconsole.domain.carrier import by_id
from shipconsole.vendors.shipengine import carriers as shipengine
from shipconsole.vendors.starshipit import carriers as starshipit
from tests.support.known_formats import WITH_FORMATS

NO_CARRIER = "names no carrier"
NO_FORMAT = "no public document on its numbers"
RESOLD = "sells other carriers' services, whose numbers the labels have"

STARSHIPIT = {
    "courierpost": "CourierPost",
    "nzpost": "NZPost MyNZPostBusiness",
    "dhl": "DHL DHLGlobalMail DHLParcelEurope DHLUS DHLParcelUK DHLExpressGMB",
    "aramex": "Fastways",
    "post_haste": "PostHaste",
    "castle_parcels": "CastleParcels",
    "nz_couriers": "NZCouriers",
    "auspost": "AusPost MyPostBusiness AusPostMail",
    "ups": "UPS",
    "dpd": "DPDNL",
    "dpd_uk": "DPDUK DPDLocalUK",
    "toll": "TollPriority TollIPEC MyToll",
    "couriers_please": "CouriersPlease",
    "startrack": "StarTrack",
    "tnt": "TNT",
    "sendle": "Sendle",
    "hunter_express": "HunterExpress",
    "royal_mail": "RoyalMail",
    "deutsche_post": "DeutschePost",
    "usps": "USPS",
    "singapore_post": "SingaporePost",
    "border_express": "BorderExpress",
    "evri": "Hermes",
    "fedex": "FedEx FedExInternationalConnect",
    "direct_freight": "DirectFreight",
    "allied_express": "AlliedExpress",
    "amazon": "AmazonShipping AmazonEasyShip",
}
STARSHIPIT_WITHOUT = {
    NO_CARRIER: "PlainLabel PlainLabel2 PlainLabel3 PlainLabel4 PlainLabel5 PickupInStore None",
    NO_FORMAT: (
        "NOW Sub60 Urgent PBT Pace StarTrackCourier QuantiumSolutions QuantiumSolutionsNZ Seko Zoom2u Sherpa Rendr Uber"
        " TollNZ"
    ),
    RESOLD: "InXpress PackAndSend",
}
SHIPENGINE = {
    "usps": "stamps_com usps endicia",
    "ups": "ups",
    "fedex": "fedex fedex_uk",
    "dhl": (
        "dhl_ecommerce dhl_express dhl_express_au dhl_express_australia dhl_express_ca dhl_express_canada"
        " dhl_express_uk dhl_express_worldwide dhl_global_mail"
    ),
    "ontrac": "ontrac",
    "amazon": "amazon_shipping amazon_shipping_uk amazon_buy_shipping",
    "auspost": "australia_post",
    "canada_post": "canada_post",
    "dpd": "dpd",
    "lasership": "lasership",
    "purolator": "purolator_canada",
    "royal_mail": "royal_mail",
    "sendle": "sendle",
}
SHIPENGINE_WITHOUT = {
    NO_CARRIER: "other",
    NO_FORMAT: "apc asendia seko",
    RESOLD: "access_worldwide firstmile imex newgistics rr_donnelley",
}


def check(known: tuple[str, ...], covered: dict[str, str], without: dict[str, str]) -> int:
    """Each code stands once, under a carrier whose numbers are known here or under the reason."""
    listed = [code for codes in (*covered.values(), *without.values()) for code in codes.split()]
    assert sorted(listed) == sorted(known)
    assert all(by_id(carrier) and carrier in WITH_FORMATS for carrier in covered)
    return sum(len(codes.split()) for codes in covered.values())


def test_the_carriers_of_starshipits_list_that_are_known_by_their_numbers() -> None:
    assert check(starshipit.CODES, STARSHIPIT, STARSHIPIT_WITHOUT) == 40
    published = set(starshipit.CODES[:49])
    covered = {code for codes in STARSHIPIT.values() for code in codes.split()}
    assert len(published & covered) == 30


def test_the_carriers_of_shipengines_list_that_are_known_by_their_numbers() -> None:
    assert check(shipengine.KNOWN, SHIPENGINE, SHIPENGINE_WITHOUT) == 26
    assert len(shipengine.KNOWN) == 35


def test_a_carrier_without_a_code_gets_the_platforms_default() -> None:
    for carrier in ("bpost", "brt", "correos", "hermes_de", "inpost", "parcelforce", "seur", "ups_mi", "austrian_post"):
        assert shipengine.code_for(carrier, {}) == "other"
        assert starshipit.code_for(carrier, {}) is None
    assert starshipit.code_for("dpd_uk", {}) == "DPDUK"
