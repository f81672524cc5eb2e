"""Starshipit's carrier codes for our carriers.

Source: Starshipit, Update Order, the values of `carrier` (read November 2026), with those added since.
"""

from shipconsole.vendors.adapter import Options
from shipconsole.vendors.options import chosen_code, default_code

_PUBLISHED = """
    CourierPost NZPost DHL Fastways PostHaste CastleParcels NZCouriers NOW Sub60 PlainLabel AusPost
    UPS Urgent DPDNL PBT TollPriority DHLGlobalMail CouriersPlease StarTrack Pace StarTrackCourier
    TollIPEC TNT Sendle HunterExpress InXpress QuantiumSolutions PickupInStore PackAndSend Seko
    Zoom2u QuantiumSolutionsNZ PlainLabel2 PlainLabel3 PlainLabel4 PlainLabel5 DHLParcelEurope
    DPDLocalUK DPDUK RoyalMail DeutschePost USPS DHLUS SingaporePost DHLParcelUK BorderExpress
    Hermes MyPostBusiness None
"""

_ADDED_SINCE = """
    Sherpa MyToll FedEx Rendr Uber DirectFreight AmazonEasyShip TollNZ AlliedExpress AmazonShipping
    MyNZPostBusiness AusPostMail DHLExpressGMB FedExInternationalConnect
"""

CODES = (*_PUBLISHED.split(), *_ADDED_SINCE.split())

OTHER_NAMES = {
    "amazon": "AmazonShipping",
    "aramex": "Fastways",
    "australiapost": "AusPost",
    "evri": "Hermes",
    "newzealandpost": "NZPost",
    "toll": "MyToll",
}
"""Carriers of ours whose code has another name; all others differ at most in case, spaces and underscores."""


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


_CODE_BY_KEY = {_key(code): code for code in CODES} | OTHER_NAMES


def usual_code(carrier_id: str) -> str:
    """Return the code for a carrier of ours where the connection chose none, empty where none is known."""
    return _CODE_BY_KEY.get(_key(carrier_id), "")


def code_for(carrier: str, options: Options) -> str | None:
    """Return the code: the connection's choice, the list, the default; None leaves the order's own."""
    return chosen_code(carrier, options) or usual_code(carrier) or default_code(options) or None
