"""The known carriers, and the pages where customers track their packages."""

from typing import NamedTuple

from shipconsole.domain import code


class Carrier(NamedTuple):
    """A company that delivers packages: our id and its usual name."""

    id: str
    name: str


CARRIERS = (
    Carrier("allied_express", "Allied Express"),
    Carrier("amazon", "Amazon"),
    Carrier("an_post", "An Post"),
    Carrier("aramex", "Aramex (Fastway)"),
    Carrier("asendia", "Asendia"),
    Carrier("auspost", "Australia Post"),
    Carrier("austrian_post", "Austrian Post"),
    Carrier("border_express", "Border Express"),
    Carrier("bpost", "bpost"),
    Carrier("brt", "BRT"),
    Carrier("canada_post", "Canada Post"),
    Carrier("canpar", "Canpar"),
    Carrier("castle_parcels", "Castle Parcels"),
    Carrier("chronopost", "Chronopost"),
    Carrier("colissimo", "Colissimo"),
    Carrier("correos", "Correos"),
    Carrier("courierpost", "CourierPost"),
    Carrier("couriers_please", "CouriersPlease"),
    Carrier("deutsche_post", "Deutsche Post"),
    Carrier("dhl", "DHL"),
    Carrier("direct_freight", "Direct Freight"),
    Carrier("dpd", "DPD"),
    Carrier("dpd_uk", "DPD UK"),
    Carrier("evri", "Evri (Hermes)"),
    Carrier("fedex", "FedEx"),
    Carrier("gls", "GLS"),
    Carrier("gofo", "GOFO Express"),
    Carrier("hermes_de", "Hermes Germany"),
    Carrier("hunter_express", "Hunter Express"),
    Carrier("inpost", "InPost"),
    Carrier("la_poste", "La Poste"),
    Carrier("landmark", "Landmark Global"),
    Carrier("lasership", "LaserShip"),
    Carrier("mondial_relay", "Mondial Relay"),
    Carrier("nz_couriers", "NZ Couriers"),
    Carrier("nzpost", "NZ Post"),
    Carrier("old_dominion", "Old Dominion"),
    Carrier("ontrac", "OnTrac"),
    Carrier("parcelforce", "Parcelforce"),
    Carrier("pbt", "PBT Couriers"),
    Carrier("poczta_polska", "Poczta Polska"),
    Carrier("post_haste", "Post Haste"),
    Carrier("poste_italiane", "Poste Italiane"),
    Carrier("postnl", "PostNL"),
    Carrier("purolator", "Purolator"),
    Carrier("royal_mail", "Royal Mail"),
    Carrier("s10", "International post"),
    Carrier("sendle", "Sendle"),
    Carrier("seur", "SEUR"),
    Carrier("singapore_post", "Singapore Post"),
    Carrier("speedee", "Spee-Dee"),
    Carrier("startrack", "StarTrack"),
    Carrier("tnt", "TNT"),
    Carrier("toll", "Toll"),
    Carrier("ups", "UPS"),
    Carrier("ups_mi", "UPS Mail Innovations"),
    Carrier("usps", "USPS"),
    Carrier("yodel", "Yodel"),
    Carrier("yunexpress", "YunExpress"),
)

_BY_ID = {carrier.id: carrier for carrier in CARRIERS}


def _key(text: str) -> str:
    return "".join(code.search_key(text).replace("-", "").replace("_", "").split())


_BY_KEY = {_key(text): carrier for carrier in CARRIERS for text in (carrier.name, carrier.id)}

# The braces are replaced by the number. Each page is in a source of the formats; pages that need more than the
# number, such as the postal code for PostNL, are left out.
_LINKS = {
    "auspost": "https://auspost.com.au/mypost/track/details/{}",
    "austrian_post": "https://www.post.at/sv/sendungssuche?snr={}",
    "bpost": "https://track.bpost.cloud/btr/web/#/search?itemCode={}",
    "canada_post": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
    "canpar": "https://www.canpar.com/en/track/tracking.jsp?reference={}&locale=en",
    "chronopost": "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={}",
    "colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "correos": "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={}",
    "courierpost": "https://www.nzpost.co.nz/tools/tracking/item/{}",
    "couriers_please": "https://www.couriersplease.com.au/tools-track?no={}",
    "dhl": "https://www.dhl.com/en/express/tracking.html?brand=DHL&AWB={}",
    "dpd": "https://www.dpdgroup.com/nl/mydpd/my-parcels/track?lang=en&parcelNumber={}",
    "evri": "https://www.evri.com/track/parcel/{}",
    "fedex": "https://www.fedex.com/apps/fedextrack/?tracknumbers={}",
    "gls": "https://gls-group.eu/track/{}",
    "gofo": "https://www.gofoexpress.com/tracking.html?searchID={}",
    "hermes_de": "https://www.myhermes.de/tracking/{}",
    "inpost": "https://inpost.pl/sledzenie-przesylek?number={}",
    "la_poste": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "landmark": "https://track.landmarkglobal.com/?search={}",
    "nzpost": "https://www.nzpost.co.nz/tools/tracking/item/{}",
    "old_dominion": "https://www.odfl.com/us/en/tools/trace-track-ltl-freight/trace.html?proNumbers={}",
    "ontrac": "https://www.ontrac.com/tracking/?number={}",
    "purolator": "https://www.purolator.com/en/shipping/tracker?searchValue={}",
    "royal_mail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "sendle": "https://track.sendle.com/tracking?ref={}",
    "speedee": "https://www.speedeedelivery.com/track/?tracking={}",
    "tnt": "https://www.tnt.com/express/en_au/site/tracking.html?searchType=con&cons={}",
    "ups": "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    "yodel": "https://www.yodel.co.uk/tracking/{}",
    "yunexpress": "https://www.yuntrack.com/parcelTracking?id={}",
}


def by_id(carrier_id: str) -> Carrier | None:
    """Return the carrier with this id, None if there is none."""
    return _BY_ID.get(carrier_id)


def named(text: str) -> Carrier | None:
    """Find a carrier by its id or name; case, spaces, dashes and underscores do not matter."""
    key = _key(text)
    return _BY_KEY.get(key) if key else None


def tracking_link(carrier_id: str, number: str) -> str | None:
    """Return the carrier's tracking page for a number, https only; None if no such page is known."""
    # Imported here because it takes longer to load than everything else that a scan needs.
    from urllib.parse import quote

    link = _LINKS.get(carrier_id)
    return link.format(quote(number, safe="", errors="replace")) if link and number else None
