"""Recipients of orders: names and addresses in many scripts, as customers type them."""

from random import Random
from typing import NamedTuple

from shipconsole.domain import countries
from shipconsole.domain.address import Address


class Land(NamedTuple):
    """What names and addresses in a country are made of; weights are shares of all orders."""

    code: str
    weight: int
    given: str
    family: str
    streets: str
    towns: str
    postal: str
    """`#` is a digit, `@` a capital letter."""
    family_first: bool = False


LANDS = (
    Land(
        "AU",
        26,
        "Olivia Jack Charlotte William Amelia Noah Mia Thomas Isla Henry",
        "Smith Jones Williams Nguyen Brown Taylor O’Brien Kelly Martin Wilson",
        "George Street|Flinders Lane|Ocean Parade|Unit 4/18 Beach Road|Lot 7 Old Northern Road",
        "Sydney|Melbourne|Brisbane|Perth|Wagga Wagga|Alice Springs",
        "####",
    ),
    Land(
        "US",
        22,
        "James Mary Robert Jennifer José Linda Tyrone Aaliyah Wei Guadalupe",
        "Smith Johnson Garcia Miller Davis Rodríguez Martinez Washington Lee McDonald",
        "Main St|W 45th St Apt 12B|Martin Luther King Jr Blvd|PO Box 114|Route 66",
        "New York|Los Angeles|Chicago|Cortland|Winston-Salem|Coeur d’Alene",
        "#####",
    ),
    Land(
        "GB",
        9,
        "Oliver Emily George Siân Hamish Aoife Mohammed Priya",
        "Evans Campbell Patel Okafor Wright Ní Dhomhnaill Khan Thompson",
        "High Street|The Old Rectory, Church Lane|Flat 2, 9 Kings Road",
        "London|Leeds|Stoke-on-Trent|Llanfairpwllgwyngyll|Inverness",
        "@@# #@@",
    ),
    Land(
        "DE",
        7,
        "Jürgen Anna Björn Käthe Lukas Ayşe",
        "Müller Weiß Schröder Groß Yılmaz von der Heide",
        "Hauptstraße|Am Wall|Königsallee|Straße des 17. Juni",
        "Bremen|Köln|München|Düsseldorf|Görlitz",
        "#####",
    ),
    Land(
        "FR",
        5,
        "Léa François Zoé Hervé Chloé Anaïs",
        "Lefèvre Dupré Martin d’Ornano Benoît L’Hôpital",
        "rue de l’Église|bis avenue Jean-Jaurès|place de la Comédie",
        "Paris|Lyon|Saint-Étienne|Aix-en-Provence",
        "#####",
    ),
    Land(
        "PL",
        3,
        "Łukasz Agnieszka Wojciech Żaneta",
        "Wiśniewski Dąbrowska Żółtowski Świątek",
        "ul. Świętokrzyska|os. Słoneczne|al. Jerozolimskie",
        "Łódź|Kraków|Wrocław|Zielona Góra",
        "##-###",
    ),
    Land(
        "VN",
        3,
        "Thị Mai|Văn Hùng|Quốc Bảo|Thuý Hằng",
        "Nguyễn Trần Phạm Đặng",
        "Đường Nguyễn Huệ|Ngõ 12 Phố Huế",
        "Hà Nội|Thành phố Hồ Chí Minh|Đà Nẵng",
        "######",
        True,
    ),
    Land(
        "JP",
        7,
        "太郎 花子 健一 美咲 さくら 蓮",
        "佐藤 鈴木 高橋 田中 渡辺 齋藤",
        "丁目中央通り|西新宿|大字東",
        "東京都千代田区|大阪市北区|札幌市中央区|京都市",
        "###-####",
        True,
    ),
    Land(
        "CN",
        5,
        "伟 芳 秀英 敏 静",
        "王 李 张 刘 欧阳",
        "人民路|解放大道|中关村大街",
        "北京市|上海市|深圳市|乌鲁木齐",
        "######",
        True,
    ),
    Land(
        "KR",
        3,
        "민준 서연 지우 하은",
        "김 이 박 최",
        "테헤란로|세종대로|해운대해변로",
        "서울특별시|부산광역시|제주시",
        "#####",
        True,
    ),
    Land(
        "UA",
        3,
        "Олександр Марія Ганна Ярослав",
        "Шевченко Коваленко Бондар Щербак",
        "вул. Хрещатик|просп. Перемоги",
        "Київ|Львів|Одеса",
        "#####",
    ),
    Land(
        "GR",
        2,
        "Γιώργος Ελένη Κωνσταντίνος Άννα",
        "Παπαδόπουλος Ιωάννου Οικονόμου",
        "Λεωφόρος Αλεξάνδρας|Ερμού",
        "Αθήνα|Θεσσαλονίκη|Πάτρα",
        "### ##",
    ),
    Land(
        "IL",
        2,
        "דוד רחל יעקב שרה",
        "כהן לוי מזרחי פרץ",
        "דרך מנחם בגין|רחוב הרצל",
        "תל אביב-יפו|ירושלים|חיפה",
        "#######",
    ),
    Land(
        "AE",
        2,
        "محمد فاطمة أحمد عائشة",
        "المنصوري الهاشمي خليفة",
        "شارع الشيخ زايد|شارع الكورنيش",
        "دبي|أبوظبي|الشارقة",
        "",
    ),
    Land(
        "IN",
        1,
        "अमित प्रिया राजेश सुनीता",
        "शर्मा वर्मा सिंह अय्यर",
        "महात्मा गांधी मार्ग|नेहरू नगर",
        "नई दिल्ली|मुंबई|वाराणसी",
        "######",
    ),
)
_COMPANIES = ("", "", "", "", "", "", "", "Acme & Sons Pty Ltd", "Bäckerei Groß GmbH", "株式会社みどり", "Café “L’Été”")
_LETTERS = "ABCDEFGHJKLMNPRSTUWYZ"


class Person(NamedTuple):
    """A recipient as orders have it."""

    ship_to: str
    """The address as JSON."""
    recipient: str
    texts: tuple[str, ...]
    """What an order is found by, beside its numbers and SKUs."""
    country: str


def people(rng: Random, count: int) -> list[Person]:
    """Return recipients; some share a name, and a few have only a company or no address that is complete."""
    weights = [land.weight for land in LANDS]
    return [_person(rng, land, number) for number, land in enumerate(rng.choices(LANDS, weights, k=count))]


def _person(rng: Random, land: Land, number: int) -> Person:
    separator = "|" if "|" in land.given else None
    given, family = rng.choice(land.given.split(separator)), rng.choice(land.family.split())
    name = f"{family} {given}" if land.family_first else f"{given} {family}"
    address = Address(
        name="" if number % 211 == 7 else name,
        company=rng.choice(_COMPANIES) or ("Goods In" if number % 211 == 7 else ""),
        email=f"customer{number}@example.com",
        phone=f"+{rng.randrange(10**10, 10**11)}" if rng.random() < 0.7 else "",
        street=f"{rng.randrange(1, 400)} {rng.choice(land.streets.split('|'))}",
        street2=f"c/o {rng.choice(land.family.split())}" if rng.random() < 0.04 else "",
        city=rng.choice(land.towns.split("|")),
        postal_code="".join(_filled(rng, sign) for sign in land.postal),
        country=land.code,
        instructions="Ring twice, dog is friendly" if rng.random() < 0.05 else "",
    )
    texts = (address.name, address.company, address.town, address.postal_code, address.email)
    names = (address.country, countries.code_of(address.country), countries.name_of(address.country))
    return Person(address.model_dump_json(exclude_defaults=True), address.recipient, (*texts, *names), land.code)


def _filled(rng: Random, sign: str) -> str:
    return str(rng.randrange(10)) if sign == "#" else rng.choice(_LETTERS) if sign == "@" else sign
