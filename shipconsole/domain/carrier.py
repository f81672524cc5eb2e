"""Carriers: who they are, which of them a number belongs to, and whether its check digit is right.

What is said of a number is advice. A number that we do not know is as good as any other: most carriers of
Australia and New Zealand publish no format, so theirs are unknown here and never wrong.
"""

from collections.abc import Iterable
from functools import cache
from re import Match, Pattern
from re import compile as compile_pattern
from typing import Literal, NamedTuple

from shipconsole.domain import gtin
from shipconsole.domain.carrier_formats import FORMATS, S10_POSTS, Format

CheckDigit = Literal["right", "wrong", "none"]


class Carrier(NamedTuple):
    """A company that brings parcels: our id for it, and the name that people know."""

    id: str
    name: str


class Identified(NamedTuple):
    """What a number told about itself.

    `number` is what the carrier knows the parcel by; of a number that no carrier's format fits it is the text
    as it came. `carriers` are ids, the likeliest first. `check_digit` is "none" where there is none that we
    could check; `right_digit` is what a wrong one should be. `certain` says that its check digit names one carrier
    and that it is no article's number. `postal_code` is where the label says that the parcel goes, "" where it says
    nothing.
    """

    number: str
    carriers: tuple[str, ...] = ()
    check_digit: CheckDigit = "none"
    format_words: str = ""
    postal_code: str = ""
    certain: bool = False
    right_digit: str = ""


CARRIERS = (
    Carrier("allied_express", "Allied Express"),
    Carrier("amazon", "Amazon"),
    Carrier("an_post", "An Post"),
    Carrier("aramex", "Aramex (Fastway)"),
    Carrier("asendia", "Asendia"),
    Carrier("auspost", "Australia Post"),
    Carrier("border_express", "Border Express"),
    Carrier("canada_post", "Canada Post"),
    Carrier("canpar", "Canpar"),
    Carrier("castle_parcels", "Castle Parcels"),
    Carrier("chronopost", "Chronopost"),
    Carrier("colissimo", "Colissimo"),
    Carrier("courierpost", "CourierPost"),
    Carrier("couriers_please", "CouriersPlease"),
    Carrier("deutsche_post", "Deutsche Post"),
    Carrier("dhl", "DHL"),
    Carrier("direct_freight", "Direct Freight"),
    Carrier("dpd", "DPD"),
    Carrier("evri", "Evri (Hermes)"),
    Carrier("fedex", "FedEx"),
    Carrier("gls", "GLS"),
    Carrier("gofo", "GOFO Express"),
    Carrier("hunter_express", "Hunter Express"),
    Carrier("la_poste", "La Poste"),
    Carrier("landmark", "Landmark Global"),
    Carrier("lasership", "LaserShip"),
    Carrier("mondial_relay", "Mondial Relay"),
    Carrier("nz_couriers", "NZ Couriers"),
    Carrier("nzpost", "NZ Post"),
    Carrier("old_dominion", "Old Dominion"),
    Carrier("ontrac", "OnTrac"),
    Carrier("pbt", "PBT Couriers"),
    Carrier("post_haste", "Post Haste"),
    Carrier("postnl", "PostNL"),
    Carrier("purolator", "Purolator"),
    Carrier("royal_mail", "Royal Mail"),
    Carrier("s10", "International post"),
    Carrier("sendle", "Sendle"),
    Carrier("singapore_post", "Singapore Post"),
    Carrier("speedee", "Spee-Dee"),
    Carrier("startrack", "StarTrack"),
    Carrier("tnt", "TNT"),
    Carrier("toll", "Toll"),
    Carrier("ups", "UPS"),
    Carrier("usps", "USPS"),
    Carrier("yodel", "Yodel"),
    Carrier("yunexpress", "YunExpress"),
)

_BY_ID = {carrier.id: carrier for carrier in CARRIERS}
_WITH_FORMATS = frozenset(form.carrier for form in FORMATS)

# Where a customer looks a parcel up; the braces stand for the number.
_LINKS = {
    "auspost": "https://auspost.com.au/mypost/track/#/details/{}",
    "canada_post": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
    "canpar": "https://www.canpar.com/en/track/tracking.jsp?reference={}&locale=en",
    "colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "dhl": "https://www.dhl.com/en/express/tracking.html?brand=DHL&AWB={}",
    "dpd": "https://www.dpdgroup.com/nl/mydpd/my-parcels/track?lang=en&parcelNumber={}",
    "evri": "https://www.evri.com/track/parcel/{}",
    "fedex": "https://www.fedex.com/apps/fedextrack/?tracknumbers={}",
    "gofo": "https://www.gofoexpress.com/tracking.html?searchID={}",
    "la_poste": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "landmark": "https://track.landmarkglobal.com/?search={}",
    "nzpost": "https://www.nzpost.co.nz/tools/tracking/item/{}",
    "old_dominion": "https://www.odfl.com/us/en/tools/trace-track-ltl-freight/trace.html?proNumbers={}",
    "ontrac": "https://www.ontrac.com/tracking/?number={}",
    "purolator": "https://www.purolator.com/en/shipping/tracker?searchValue={}",
    "royal_mail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "sendle": "https://track.sendle.com/tracking?ref={}",
    "speedee": "https://www.speedeedelivery.com/track/?tracking={}",
    "ups": "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    "yodel": "https://www.yodel.co.uk/tracking/{}",
    "yunexpress": "https://www.yuntrack.com/parcelTracking?id={}",
}

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_DROPPED = str.maketrans("", "", _DASHES + _UNSEEN)


def by_id(carrier_id: str) -> Carrier | None:
    """The carrier that we call so, None where we know none."""
    return _BY_ID.get(carrier_id)


def named(text: str) -> Carrier | None:
    """Find a carrier by its id or its name, upper and lower case being the same."""
    wanted = text.strip().casefold()
    return next((one for one in CARRIERS if wanted in (one.id, one.name.casefold())), None)


def names(carrier_ids: Iterable[str]) -> str:
    """The names of some carriers as a choice: "UPS or DHL"."""
    return " or ".join(_BY_ID[one].name if one in _BY_ID else one for one in carrier_ids)


def has_formats(carrier_id: str) -> bool:
    """Whether we know how the carrier's own numbers look."""
    return carrier_id in _WITH_FORMATS


def tracking_link(carrier_id: str, number: str) -> str | None:
    """Where a customer looks the parcel up, https only; None where we know no such page."""
    # Here and not above: it takes longer to load than all else that a scan needs.
    from urllib.parse import quote

    link = _LINKS.get(carrier_id)
    return link.format(quote(number, safe="", errors="replace")) if link and number else None


def identify(number: str, chosen: str = "") -> Identified:
    """Tell from a number whose it may be and whether its check digit is right, whatever the text.

    `chosen` is the carrier that the packer named, if any: a run of digits with a check digit that does not
    fit is then told to be wrong, while of itself it may be the number of a carrier that we know no format of.
    """
    text = number.strip()
    bare = "".join(text.split()).translate(_DROPPED)
    right: list[_Fit] = []
    wrong: list[_Fit] = []
    unchecked: list[_Fit] = []
    if bare.isascii():
        bare = bare.upper()
        for form in FORMATS:
            match = _pattern(form.pattern).fullmatch(bare) if len(bare) in form.lengths else None
            if match is None:
                continue
            if form.rule is None:
                unchecked.append(_Fit(form, match))
            elif form.rule(_checked_part(form, match)) == match["check"]:
                right.append(_Fit(form, match))
            elif not form.plain or form.carrier == chosen:
                wrong.append(_Fit(form, match))
    if right:
        return _told(right + unchecked, "right")
    if wrong:
        return _told(wrong, "wrong")
    return _told(unchecked, "none") if unchecked else Identified(text)


def words(identified: Identified) -> str:
    """What was found, in a sentence for the packer."""
    if not identified.carriers:
        return "Not a number format we know. It is sent as it is."
    listed = names(identified.carriers)
    match identified.check_digit:
        case "right":
            return f"Check digit is right. {listed}, {identified.format_words}."
        case "wrong":
            return f"Looks like {listed}, but the check digit is wrong."
        case "none":
            return f"{listed}, {identified.format_words}. This format has no check digit."


class _Fit(NamedTuple):
    """A format and how the number fits it."""

    form: Format
    match: Match[str]


@cache
def _pattern(pattern: str) -> Pattern[str]:
    return compile_pattern(pattern)


def _checked_part(form: Format, match: Match[str]) -> str:
    serial = match["serial"]
    return serial if serial.startswith(form.lead) else form.lead + serial


def _told(fits: list[_Fit], check_digit: CheckDigit) -> Identified:
    form, match = fits[0]
    number = match.expand(form.written)
    zip_code = match.groupdict().get("zip") or ""
    carriers = tuple(dict.fromkeys(_carrier(fit) for fit in fits))
    return Identified(
        number=number,
        carriers=carriers,
        check_digit=check_digit,
        format_words=form.words.format(length=len(number)),
        postal_code=f"{zip_code[:5]}-{zip_code[5:]}" if len(zip_code) > 5 else zip_code,
        certain=check_digit == "right" and len(carriers) == 1 and not gtin.is_valid(match[0]),
        right_digit=form.rule(_checked_part(form, match)) if form.rule and check_digit == "wrong" else "",
    )


def _carrier(fit: _Fit) -> str:
    country = fit.match.groupdict().get("country")
    return S10_POSTS.get(country, fit.form.carrier) if country else fit.form.carrier
