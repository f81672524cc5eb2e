"""Orders to a pickup point are recognized by the carriers' names for it; streets of such a name are not."""

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.pickup_point import goes_to_pickup_point

PLACES = """
Parcel Locker 10234 56789 | Parcel Lockers | ParcelShop | c/o GLS Parcel Shop | ParcelPoint Newtown | Pick-up point
DPD Pickup paketshop | Pick up | PUDO | UPS Access Point™ | DHL ServicePoint | Collection Point | Collect+ Spar
CollectPlus | Click & Collect | InPost Locker | Amazon Hub Locker | Amazon Counter | Locker 12 | Locker no 12
Evri ParcelShop | Local Collect | Parcel Motel | Parcel Collect 10234 | ParcelPod | Parcel Connect | HUBBED | POPStation
FlexDelivery | FedEx OnSite | Packstation 145 | PACKSTATION | Pack-Station 12 | Paketstation | Abholstation | Abholpunkt
DHL Paketshop | Hermes PaketShop | Paketbox | Postfiliale 512 | DHL Filiale | Post-Partner Graz | PickPost | My Post 24
Point Relais Tabac | Mondial Relay 012345 | Relais Colis | Relais Pickup | Chronopost Relais | Chrono Relais
Point de retrait | Point Chronopost | Consigne Pickup Gare | Consigne automatique | bpack 24/7 | Punto de recogida
Punto Pack | Oficina de Correos | CityPaq | Ponto de recolha | PuntoPoste | Punto di ritiro | BRT-fermopoint
Fermoposta | Royal Mail Parcel Locker
Pakketpunt | Pakketautomaat | PostNL punt | Afhaalpunt | Servicepunt | Pakkeshop | Pakkeboks 1 | Pakkeautomat
Paketautomat | Paketombud | Postombud | DHL ombud | PostNord utlämningsställe | Hentested | Post i butikk | Instabox
Pakettiautomaatti | Noutopiste | Pakiautomaat | Pakomāts | Paštomatas | Paczkomat KRA01 | Paczkomaty InPost
Automat paczkowy | Punkt odbioru | ORLEN Paczka | Zásilkovna Z-BOX | Packeta | Výdejní místo | Výdajné miesto
Balíkovna | ZBOX 4
AlzaBox | Csomagpont | Csomagautomata | FoxPost | easybox | Ｐａｃｋｓｔａｔｉｏｎ １４５
"""
LOOK_ALIKES = """
12 rue du Relais de Poste | 3 Locker Avenue | The Locker Room | 4 place de la Consigne | 12 Blockers Lane
1 Collection Point Road | 5 Pickup Street | Pick up Lane 3 | Ombudsman House | Ombudsgatan 3 | 7 Access Road
Service Pointer Pty Ltd | PO Box 12 | GPO Box 4890 | Postfach 10 20 30 | Locked Bag 7 | Post Office Lane 4 | Post Road
Packer Street 3 | Stationsstraat 4 | Filialweg 2 | Poststraße 5 | Relaisstraße 7 | Rue de la Poste | Collect Records Ltd
Parcel Road 5 | Boxhill | Shop 2, 14 Mall | Hub 3 | Unit 5 | Level 2, Point Cook | Ritiro 4 | Punto Verde
"""


def each(texts: str) -> list[str]:
    """Return one text after the other."""
    return [text.strip() for line in texts.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", each(PLACES))
@pytest.mark.parametrize("field", ["company", "building", "street", "street2", "street3"])
def test_a_pickup_point_is_recognized_by_its_name(text: str, field: str) -> None:
    assert goes_to_pickup_point(Address.model_validate({field: text}))
    assert goes_to_pickup_point(Address.model_validate({field: f"Ada Byron, {text.upper()}, 5"}))


@pytest.mark.parametrize("text", each(LOOK_ALIKES))
def test_similar_names_are_no_pickup_points(text: str) -> None:
    assert not goes_to_pickup_point(Address(street=text, company=text))


def test_delivery_instructions_are_no_pickup_point() -> None:
    assert not goes_to_pickup_point(Address(street="1 Station Street", instructions="Do not pick up before noon"))
    assert not goes_to_pickup_point(Address())


def test_a_pickup_point_is_recognized_by_the_service() -> None:
    assert goes_to_pickup_point(Address(street="1 High Street"), "Tracked 24 Local Collect")
    assert not goes_to_pickup_point(Address(street="1 High Street"), "Tracked 24")
