"""The countries of ISO 3166-1 with their codes and names: what `countries` looks up.

An entry is its two-letter code, its three-letter code, its usual English name, and after bars other names by which it
is known: its official English ones, those in its own languages, and those of its neighbours. Source of the codes and
the English names: ISO 3166-1, as the iso-codes project lists it (read November 2026).
"""

TABLE = """
AD AND Andorra | Principality of Andorra
AE ARE United Arab Emirates | UAE | U.A.E. | Emirates | الإمارات العربية المتحدة | الإمارات | Vereinigte Arabische
    Emirate | Émirats arabes unis | Emiratos Árabes Unidos
AF AFG Afghanistan | Islamic Republic of Afghanistan | افغانستان
AG ATG Antigua and Barbuda
AI AIA Anguilla
AL ALB Albania | Republic of Albania | Shqipëria | Albanien | Albanie
AM ARM Armenia | Republic of Armenia | Հայաստան | Armenien
AO AGO Angola | Republic of Angola
AQ ATA Antarctica
AR ARG Argentina | Argentine Republic | Argentinien | Argentine
AS ASM American Samoa | Samoa, American
AT AUT Austria | Republic of Austria | Österreich | Oesterreich | Autriche | Oostenrijk | Rakousko | Ausztria |
    Austria, Republic of | Republik Österreich
AU AUS Australia | Commonwealth of Australia | Australien | Australie | Australië | 澳大利亚
    | オーストラリア | 호주
AW ABW Aruba
AX ALA Åland Islands | Åland | Aland Islands
AZ AZE Azerbaijan | Republic of Azerbaijan
BA BIH Bosnia and Herzegovina | Republic of Bosnia and Herzegovina | Bosnia | Bosna i Hercegovina | Bosnia-Herzegovina
    | Bosnien und Herzegowina | Bosnie-Herzégovine
BB BRB Barbados
BD BGD Bangladesh | People's Republic of Bangladesh
BE BEL Belgium | Kingdom of Belgium | België | Belgique | Belgien | Bélgica | Belgio
BF BFA Burkina Faso
BG BGR Bulgaria | Republic of Bulgaria | България | Bulgarien | Bulgarie
BH BHR Bahrain | Kingdom of Bahrain | البحرين
BI BDI Burundi | Republic of Burundi
BJ BEN Benin | Republic of Benin
BL BLM Saint Barthélemy | Saint Barts | Saint Barth
BM BMU Bermuda
BN BRN Brunei | Brunei Darussalam
BO BOL Bolivia | Bolivia, Plurinational State of | Plurinational State of Bolivia | Bolivien
BQ BES Bonaire, Sint Eustatius and Saba | Bonaire | Caribbean Netherlands | Sint Eustatius | Saba | BES Islands
BR BRA Brazil | Federative Republic of Brazil | Brasil | Brasilien | Brésil | Brazilië | Brasile
BS BHS Bahamas | Commonwealth of the Bahamas | The Bahamas
BT BTN Bhutan | Kingdom of Bhutan
BV BVT Bouvet Island
BW BWA Botswana | Republic of Botswana
BY BLR Belarus | Republic of Belarus | Беларусь | Belarus, Republic of | Weißrussland | Byelorussia
BZ BLZ Belize
CA CAN Canada | Kanada | Canadá | カナダ | 加拿大
CC CCK Cocos Islands | Cocos (Keeling) Islands | Keeling Islands
CD COD Democratic Republic of the Congo | Congo, The Democratic Republic of the | Congo, Democratic Republic | DR
    Congo | DRC | Congo-Kinshasa | Congo (Kinshasa) | République démocratique du Congo | Zaire
CF CAF Central African Republic
CG COG Republic of the Congo | Congo | Congo-Brazzaville | Congo (Brazzaville) | République du Congo
CH CHE Switzerland | Swiss Confederation | Schweiz | Suisse | Svizzera | Svizra | Suiza | Zwitserland | Schweizerische
    Eidgenossenschaft
CI CIV Côte d'Ivoire | Republic of Côte d'Ivoire | Ivory Coast | Elfenbeinküste | Costa de Marfil
CK COK Cook Islands
CL CHL Chile | Republic of Chile
CM CMR Cameroon | Republic of Cameroon
CN CHN China | People's Republic of China | PRC | P.R. China | PR China | Mainland China
    | 中国 | 中國 | 中华人民共和国 | 中華人民共和國 | Chine | Volksrepublik China
CO COL Colombia | Republic of Colombia
CR CRI Costa Rica | Republic of Costa Rica
CU CUB Cuba | Republic of Cuba
CV CPV Cabo Verde | Republic of Cabo Verde | Cape Verde | Kap Verde
CW CUW Curaçao
CX CXR Christmas Island
CY CYP Cyprus | Republic of Cyprus | Κύπρος | Kıbrıs | Zypern | Chypre | Chipre
CZ CZE Czechia | Czech Republic | Česko | Česká republika | Tschechien | Tschechische Republik | République tchèque |
    Tchéquie | Tsjechië | República Checa | Repubblica Ceca
DE DEU Germany | Federal Republic of Germany | Deutschland | Allemagne | Alemania |
    Duitsland | Germania | Alemanha | Tyskland | Niemcy | Německo | Bundesrepublik
    Deutschland | BRD | West Germany | ドイツ | 德国 | 독일
DJ DJI Djibouti | Republic of Djibouti
DK DNK Denmark | Kingdom of Denmark | Danmark | Dänemark | Danemark | Dinamarca | Denemarken | Danimarca
DM DMA Dominica | Commonwealth of Dominica
DO DOM Dominican Republic | República Dominicana | Dominikanische Republik
DZ DZA Algeria | People's Democratic Republic of Algeria | الجزائر | Algérie | Algerien
EC ECU Ecuador | Republic of Ecuador | República del Ecuador
EE EST Estonia | Republic of Estonia | Eesti | Estland | Estonie
EG EGY Egypt | Arab Republic of Egypt | مصر | Ägypten | Égypte | Egipto
EH ESH Western Sahara
ER ERI Eritrea | State of Eritrea
ES ESP Spain | Kingdom of Spain | España | Spanien | Espagne | Spanje | Spagna | Espanya
    | Espanha | Hiszpania | Espainia | Canary Islands | Islas Canarias | スペイン | 西班牙
ET ETH Ethiopia | Federal Democratic Republic of Ethiopia
FI FIN Finland | Republic of Finland | Suomi | Finnland | Finlande | Finlandia
FJ FJI Fiji | Republic of Fiji
FK FLK Falkland Islands | Falkland Islands (Malvinas) | Malvinas | Islas Malvinas
FM FSM Micronesia | Micronesia, Federated States of | Federated States of Micronesia
FO FRO Faroe Islands | Faroes | Føroyar | Færøerne | Faeroe Islands
FR FRA France | French Republic | Frankreich | Francia | Frankrijk | França | Francja |
    Frankrike | Metropolitan France | フランス | 法国 | 프랑스
GA GAB Gabon | Gabonese Republic
GB GBR United Kingdom | United Kingdom of Great Britain and Northern Ireland | U.K. |
    Great Britain | Britain | England | Scotland | Wales | Northern Ireland | United
    Kingdom of Great Britain | Großbritannien | Grossbritannien | Vereinigtes Königreich
    | Royaume-Uni | Reino Unido | Verenigd Koninkrijk | Regno Unito | Grande-Bretagne |
    Gran Bretaña | Gran Bretagna | Groot-Brittannië | Storbritannien | Wielka Brytania |
    Cymru | Alba | イギリス | 英国 | 英國 | 영국
GD GRD Grenada
GE GEO Georgia | საქართველო | Georgia, Republic of | Georgien
GF GUF French Guiana | Guyane | Guyane française
GG GGY Guernsey
GH GHA Ghana | Republic of Ghana
GI GIB Gibraltar
GL GRL Greenland | Kalaallit Nunaat | Grønland
GM GMB Gambia | Republic of the Gambia
GN GIN Guinea | Republic of Guinea
GP GLP Guadeloupe
GQ GNQ Equatorial Guinea | Republic of Equatorial Guinea
GR GRC Greece | Hellenic Republic | Ελλάδα | Ελλάς | Hellas | Ellada | Griechenland | Grèce | Grecia | Griekenland
GS SGS South Georgia and the South Sandwich Islands
GT GTM Guatemala | Republic of Guatemala
GU GUM Guam
GW GNB Guinea-Bissau | Republic of Guinea-Bissau | Guiné-Bissau
GY GUY Guyana | Republic of Guyana
HK HKG Hong Kong | Hong Kong Special Administrative Region of China | Hong Kong SAR |
    Hong Kong SAR China | Hongkong | Hong Kong, China | 香港
HM HMD Heard Island and McDonald Islands
HN HND Honduras | Republic of Honduras
HR HRV Croatia | Republic of Croatia | Hrvatska | Kroatien | Croatie | Croacia | Kroatië | Croazia
HT HTI Haiti | Republic of Haiti
HU HUN Hungary | Magyarország | Ungarn | Hongrie | Hungría | Hongarije | Ungheria
ID IDN Indonesia | Republic of Indonesia | Indonesien | Indonésie
IE IRL Ireland | Éire | Republic of Ireland | Irland | Irlande | Irlanda | Ierland | Ireland, Republic of | Southern
    Ireland | Eire
IL ISR Israel | State of Israel | ישראל
IM IMN Isle of Man
IN IND India | Republic of India | भारत | Bharat | Indien | Inde
IO IOT British Indian Ocean Territory
IQ IRQ Iraq | Republic of Iraq | العراق
IR IRN Iran | Iran, Islamic Republic of | Islamic Republic of Iran | ایران
IS ISL Iceland | Republic of Iceland | Ísland | Island | Islande | Islandia
IT ITA Italy | Italian Republic | Italia | Italien | Italie | Italië | Itália | Włochy |
    イタリア | 意大利 | 이탈리아
JE JEY Jersey
JM JAM Jamaica
JO JOR Jordan | Hashemite Kingdom of Jordan | الأردن
JP JPN Japan | Nippon | Nihon | 日本 | 日本国 | Japon | Japón | Giappone | 일본
KE KEN Kenya | Republic of Kenya
KG KGZ Kyrgyzstan | Kyrgyz Republic
KH KHM Cambodia | Kingdom of Cambodia | កម្ពុជា
KI KIR Kiribati | Republic of Kiribati
KM COM Comoros | Union of the Comoros
KN KNA Saint Kitts and Nevis | St Kitts and Nevis | Saint Christopher and Nevis
KP PRK North Korea | Korea, Democratic People's Republic of | Democratic People's Republic of Korea | DPRK | Nordkorea
KR KOR South Korea | Korea, Republic of | Korea, South | Republic of Korea | ROK | 대한민국
    | 한국 | 南韓 | 韩国 | 韓国 | Südkorea | Corée du Sud | Corea del Sur | Zuid-Korea
KW KWT Kuwait | State of Kuwait | الكويت
KY CYM Cayman Islands
KZ KAZ Kazakhstan | Republic of Kazakhstan | Қазақстан | Казахстан | Kasachstan
LA LAO Laos | Lao People's Democratic Republic | Lao PDR | Lao | ລາວ
LB LBN Lebanon | Lebanese Republic | لبنان | Liban
LC LCA Saint Lucia
LI LIE Liechtenstein | Principality of Liechtenstein
LK LKA Sri Lanka | Democratic Socialist Republic of Sri Lanka
LR LBR Liberia | Republic of Liberia
LS LSO Lesotho | Kingdom of Lesotho
LT LTU Lithuania | Republic of Lithuania | Lietuva | Litauen | Lituanie | Lituania
LU LUX Luxembourg | Grand Duchy of Luxembourg | Lëtzebuerg | Luxemburg | Lussemburgo
LV LVA Latvia | Republic of Latvia | Latvija | Lettland | Lettonie | Letonia
LY LBY Libya | ليبيا
MA MAR Morocco | Kingdom of Morocco | المغرب | Maroc | Marokko | Marruecos
MC MCO Monaco | Principality of Monaco
MD MDA Moldova | Moldova, Republic of | Republic of Moldova | Republica Moldova | Moldawien | Moldavia
ME MNE Montenegro | Crna Gora | Црна Гора
MF MAF Saint Martin | Saint Martin (French part) | Saint-Martin | Saint Martin (French)
MG MDG Madagascar | Republic of Madagascar
MH MHL Marshall Islands | Republic of the Marshall Islands
MK MKD North Macedonia | Republic of North Macedonia | Macedonia | Former Yugoslav Republic of Macedonia | FYROM |
    Северна Македонија | Nordmazedonien
ML MLI Mali | Republic of Mali
MM MMR Myanmar | Republic of Myanmar | Burma
MN MNG Mongolia | Монгол Улс
MO MAC Macau | Macao | Macao Special Administrative Region of China | Macao SAR | Macao
    SAR China | 澳門 | 澳门
MP MNP Northern Mariana Islands | Commonwealth of the Northern Mariana Islands
MQ MTQ Martinique
MR MRT Mauritania | Islamic Republic of Mauritania
MS MSR Montserrat
MT MLT Malta | Republic of Malta
MU MUS Mauritius | Republic of Mauritius
MV MDV Maldives | Republic of Maldives
MW MWI Malawi | Republic of Malawi
MX MEX Mexico | United Mexican States | México | Mexiko | Mexique | Messico
MY MYS Malaysia | Malaisie
MZ MOZ Mozambique | Republic of Mozambique
NA NAM Namibia | Republic of Namibia | Namibië
NC NCL New Caledonia | Nouvelle-Calédonie
NE NER Niger | Republic of the Niger
NF NFK Norfolk Island
NG NGA Nigeria | Federal Republic of Nigeria
NI NIC Nicaragua | Republic of Nicaragua
NL NLD Netherlands | Kingdom of the Netherlands | Holland | Nederland | The Netherlands
    | Niederlande | Pays-Bas | Países Bajos | Paesi Bassi | Países Baixos | Holandia |
    Nederlanden | オランダ | 荷兰
NO NOR Norway | Kingdom of Norway | Norge | Noreg | Norwegen | Norvège | Noruega | Noorwegen | Norvegia
NP NPL Nepal | Federal Democratic Republic of Nepal | नेपाल
NR NRU Nauru | Republic of Nauru
NU NIU Niue
NZ NZL New Zealand | Aotearoa | Neuseeland | Nouvelle-Zélande | Nieuw-Zeeland | Nueva
    Zelanda | ニュージーランド | 新西兰 | N.Z.
OM OMN Oman | Sultanate of Oman | عمان
PA PAN Panama | Republic of Panama
PE PER Peru | Republic of Peru | Perú
PF PYF French Polynesia | Polynésie française | Tahiti
PG PNG Papua New Guinea | Independent State of Papua New Guinea
PH PHL Philippines | Republic of the Philippines | Pilipinas | Philippinen | The Philippines
PK PAK Pakistan | Islamic Republic of Pakistan | پاکستان
PL POL Poland | Republic of Poland | Polska | Polen | Pologne | Polonia
PM SPM Saint Pierre and Miquelon
PN PCN Pitcairn Islands | Pitcairn
PR PRI Puerto Rico | Porto Rico
PS PSE Palestine | Palestine, State of | State of Palestine | Palestinian Territory | Palestinian Territory, Occupied
    | Palestinian Territories | فلسطين
PT PRT Portugal | Portuguese Republic | Portugal, Republic of
PW PLW Palau | Republic of Palau
PY PRY Paraguay | Republic of Paraguay | República del Paraguay
QA QAT Qatar | State of Qatar | قطر
RE REU Réunion | La Réunion
RO ROU Romania | România | Rumänien | Roumanie | Rumania | Roemenië | Roumania
RS SRB Serbia | Republic of Serbia | Србија | Srbija | Serbien | Serbie
RU RUS Russia | Russian Federation | Россия | Российская Федерация | Russland | Russie | Rusia
RW RWA Rwanda | Rwandese Republic
SA SAU Saudi Arabia | Kingdom of Saudi Arabia | KSA | السعودية | المملكة العربية السعودية | Saudi-Arabien
SB SLB Solomon Islands
SC SYC Seychelles | Republic of Seychelles
SD SDN Sudan | Republic of the Sudan
SE SWE Sweden | Kingdom of Sweden | Sverige | Schweden | Suède | Suecia | Zweden | Svezia | Szwecja
SG SGP Singapore | Republic of Singapore | 新加坡 | シンガポール | Singapur
SH SHN Saint Helena, Ascension and Tristan da Cunha | Saint Helena | St Helena
SI SVN Slovenia | Republic of Slovenia | Slovenija | Slowenien | Slovénie | Eslovenia | Slovenië
SJ SJM Svalbard and Jan Mayen | Svalbard
SK SVK Slovakia | Slovak Republic | Slovensko | Slovenská republika | Slowakei | Slovaquie | Slowakije | Eslovaquia
SL SLE Sierra Leone | Republic of Sierra Leone
SM SMR San Marino | Republic of San Marino
SN SEN Senegal | Republic of Senegal
SO SOM Somalia | Federal Republic of Somalia
SR SUR Suriname | Republic of Suriname
SS SSD South Sudan | Republic of South Sudan
ST STP São Tomé and Príncipe | Sao Tome and Principe | Democratic Republic of Sao Tome and Principe | São Tomé e
    Príncipe
SV SLV El Salvador | Republic of El Salvador | República de El Salvador
SX SXM Sint Maarten | Sint Maarten (Dutch part) | Sint Maarten (Dutch)
SY SYR Syria | Syrian Arab Republic | سوريا | Syrien
SZ SWZ Eswatini | Kingdom of Eswatini | Swaziland
TC TCA Turks and Caicos Islands
TD TCD Chad | Republic of Chad
TF ATF French Southern Territories
TG TGO Togo | Togolese Republic
TH THA Thailand | Kingdom of Thailand | ไทย | ประเทศไทย | Thaïlande
TJ TJK Tajikistan | Republic of Tajikistan
TK TKL Tokelau
TL TLS Timor-Leste | Democratic Republic of Timor-Leste | East Timor | Timor Leste
TM TKM Turkmenistan
TN TUN Tunisia | Republic of Tunisia | تونس | Tunisie | Tunesien
TO TON Tonga | Kingdom of Tonga
TR TUR Türkiye | Republic of Türkiye | Turkey | Türkei | Turquie | Turquía | Turkije | Turchia | Türkiye Cumhuriyeti
TT TTO Trinidad and Tobago | Republic of Trinidad and Tobago | Trinidad
TV TUV Tuvalu
TW TWN Taiwan | Taiwan, Province of China | 台灣 | 臺灣 | 台湾 | Taiwan, ROC | Taiwan,
    Republic of China | Taiwan R.O.C. | Chinese Taipei
TZ TZA Tanzania | Tanzania, United Republic of | United Republic of Tanzania
UA UKR Ukraine | Україна | Ukraina
UG UGA Uganda | Republic of Uganda
UM UMI United States Minor Outlying Islands
US USA United States | United States of America | USA | U.S.A. | U.S. | America | United
    States of America (USA) | The States | Vereinigte Staaten | Vereinigte Staaten von
    Amerika | États-Unis | États-Unis d'Amérique | Estados Unidos | Estados Unidos de
    América | EE.UU. | EE. UU. | EEUU | Verenigde Staten | Stati Uniti | Stati Uniti
    d'America | Stany Zjednoczone | EUA | アメリカ | アメリカ合衆国 | 米国 | 美国 | 美國 | 미국
UY URY Uruguay | Eastern Republic of Uruguay | República Oriental del Uruguay
UZ UZB Uzbekistan | Republic of Uzbekistan | Oʻzbekiston
VA VAT Vatican City | Holy See (Vatican City State) | Vatican | Holy See | Vatican City State | Città del Vaticano
VC VCT Saint Vincent and the Grenadines | St Vincent and the Grenadines | Saint Vincent
VE VEN Venezuela | Venezuela, Bolivarian Republic of | Bolivarian Republic of Venezuela
VG VGB British Virgin Islands | Virgin Islands, British | BVI
VI VIR United States Virgin Islands | Virgin Islands, U.S. | Virgin Islands of the United States | US Virgin Islands |
    U.S. Virgin Islands | Virgin Islands, US | USVI | Virgin Islands, United States
VN VNM Vietnam | Viet Nam | Socialist Republic of Viet Nam | Việt Nam
VU VUT Vanuatu | Republic of Vanuatu
WF WLF Wallis and Futuna
WS WSM Samoa | Independent State of Samoa
YE YEM Yemen | Republic of Yemen | اليمن
YT MYT Mayotte
ZA ZAF South Africa | Republic of South Africa | RSA | Suid-Afrika | Südafrika | Afrique du Sud | Zuid-Afrika |
    Sudáfrica | iNingizimu Afrika
ZM ZMB Zambia | Republic of Zambia
ZW ZWE Zimbabwe | Republic of Zimbabwe
"""
