"""What English calls time zones (CLDR's names as Java 17 has them), and which zone an abbreviation means.

Each entry of the table: the abbreviation and the full name of standard time, of summer time, and of either season; then
the zones so called. Zones that are not listed are called by their offset.
"""

from __future__ import annotations

from functools import lru_cache

_NAMES = """
GMT|Greenwich Mean Time|GMT|Greenwich Mean Time|GMT|Greenwich Mean Time: Africa/Abidjan Africa/Bamako Africa/Banjul
  Africa/Bissau Africa/Conakry Africa/Dakar Africa/Freetown Africa/Lome Africa/Monrovia Africa/Nouakchott
  Africa/Ouagadougou Africa/Sao_Tome Africa/Timbuktu America/Danmarkshavn Atlantic/Reykjavik Atlantic/St_Helena
  Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich GMT GMT0 Greenwich Iceland
GMT|Greenwich Mean Time|GHST|Ghana Summer Time|GMT|Ghana Mean Time: Africa/Accra
EAT|East Africa Time|EAST|Eastern African Summer Time|EAT|Eastern Africa Time: Africa/Addis_Ababa Africa/Asmara
  Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala Africa/Mogadishu Africa/Nairobi
  Indian/Antananarivo Indian/Comoro Indian/Mayotte
CET|Central European Standard Time|CEST|Central European Summer Time|CET|Central European Time: Africa/Algiers
  Africa/Ceuta Africa/Tunis Arctic/Longyearbyen Atlantic/Jan_Mayen Europe/Amsterdam Europe/Andorra Europe/Belgrade
  Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest Europe/Busingen Europe/Copenhagen Europe/Gibraltar
  Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Monaco Europe/Oslo Europe/Paris
  Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo Europe/Skopje Europe/Stockholm
  Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb Europe/Zurich Poland
WAT|West Africa Standard Time|WAST|West Africa Summer Time|WAT|West Africa Time: Africa/Bangui Africa/Brazzaville
  Africa/Douala Africa/Kinshasa Africa/Lagos Africa/Libreville Africa/Luanda Africa/Malabo Africa/Ndjamena
  Africa/Niamey Africa/Porto-Novo
CAT|Central Africa Time|CAST|Central African Summer Time|CAT|Central Africa Time: Africa/Blantyre Africa/Bujumbura
  Africa/Gaborone Africa/Harare Africa/Juba Africa/Khartoum Africa/Kigali Africa/Lubumbashi Africa/Lusaka
  Africa/Maputo
EET|Eastern European Standard Time|EEST|Eastern European Summer Time|EET|Eastern European Time: Africa/Cairo
  Africa/Tripoli Asia/Amman Asia/Beirut Asia/Damascus Asia/Gaza Asia/Hebron Asia/Nicosia Egypt Europe/Athens
  Europe/Bucharest Europe/Chisinau Europe/Helsinki Europe/Kaliningrad Europe/Kiev Europe/Kyiv Europe/Mariehamn
  Europe/Nicosia Europe/Riga Europe/Sofia Europe/Tallinn Europe/Tiraspol Europe/Uzhgorod Europe/Vilnius
  Europe/Zaporozhye Libya
WET|Western European Time|WEST|Western European Summer Time|WET|Western European Time: Africa/Casablanca
  Africa/El_Aaiun WET
SAST|South Africa Standard Time|SAST|South Africa Summer Time|SAT|South Africa Time: Africa/Johannesburg
  Africa/Maseru Africa/Mbabane
CAT|Central Africa Time|WAT|Western African Time|CAT|Central African Time: Africa/Windhoek
HAST|Hawaii-Aleutian Standard Time|HADT|Hawaii-Aleutian Daylight Time|HAT|Hawaii-Aleutian Time: America/Adak
  America/Atka Pacific/Johnston US/Aleutian
AKST|Alaska Standard Time|AKDT|Alaska Daylight Time|AKT|Alaska Time: America/Anchorage America/Juneau
  America/Metlakatla America/Nome America/Sitka America/Yakutat US/Alaska
AST|Atlantic Standard Time|ADT|Atlantic Daylight Time|AT|Atlantic Time: America/Anguilla America/Antigua
  America/Aruba America/Barbados America/Blanc-Sablon America/Curacao America/Dominica America/Glace_Bay
  America/Goose_Bay America/Grenada America/Guadeloupe America/Halifax America/Kralendijk America/Lower_Princes
  America/Marigot America/Martinique America/Moncton America/Montserrat America/Port_of_Spain America/Puerto_Rico
  America/Santo_Domingo America/St_Barthelemy America/St_Kitts America/St_Lucia America/St_Thomas America/St_Vincent
  America/Thule America/Tortola America/Virgin Atlantic/Bermuda Canada/Atlantic
BRT|Brasilia Standard Time|BRST|Brasilia Summer Time|BRT|Brasilia Time: America/Araguaina America/Bahia
  America/Belem America/Fortaleza America/Maceio America/Recife America/Santarem America/Sao_Paulo Brazil/East
ART|Argentina Standard Time|ARST|Argentina Summer Time|ART|Argentina Time: America/Argentina/Buenos_Aires
  America/Argentina/Catamarca America/Argentina/ComodRivadavia America/Argentina/Cordoba America/Argentina/Jujuy
  America/Argentina/La_Rioja America/Argentina/Mendoza America/Argentina/Rio_Gallegos America/Argentina/Salta
  America/Argentina/San_Juan America/Argentina/San_Luis America/Argentina/Tucuman America/Argentina/Ushuaia
  America/Buenos_Aires America/Catamarca America/Cordoba America/Jujuy America/Mendoza America/Rosario
PYT|Paraguay Standard Time|PYST|Paraguay Summer Time|PYT|Paraguay Time: America/Asuncion
EST|Eastern Standard Time|EDT|Eastern Daylight Time|ET|Eastern Time: America/Atikokan America/Cancun America/Cayman
  America/Coral_Harbour America/Detroit America/Fort_Wayne America/Grand_Turk America/Indiana/Indianapolis
  America/Indiana/Marengo America/Indiana/Petersburg America/Indiana/Vevay America/Indiana/Vincennes
  America/Indiana/Winamac America/Indianapolis America/Iqaluit America/Jamaica America/Kentucky/Louisville
  America/Kentucky/Monticello America/Louisville America/Montreal America/Nassau America/New_York America/Nipigon
  America/Panama America/Pangnirtung America/Port-au-Prince America/Thunder_Bay America/Toronto Canada/Eastern
  EST5EDT Jamaica US/East-Indiana US/Eastern US/Michigan
CST|Central Standard Time|CDT|Central Daylight Time|CT|Central Time: America/Bahia_Banderas America/Belize
  America/Chicago America/Chihuahua America/Costa_Rica America/El_Salvador America/Guatemala America/Indiana/Knox
  America/Indiana/Tell_City America/Knox_IN America/Managua America/Matamoros America/Menominee America/Merida
  America/Mexico_City America/Monterrey America/North_Dakota/Beulah America/North_Dakota/Center
  America/North_Dakota/New_Salem America/Ojinaga America/Rainy_River America/Rankin_Inlet America/Regina
  America/Resolute America/Swift_Current America/Tegucigalpa America/Winnipeg CST6CDT Canada/Central
  Canada/Saskatchewan Mexico/General US/Central US/Indiana-Starke
AMT|Amazon Standard Time|AMST|Amazon Summer Time|AMT|Amazon Time: America/Boa_Vista America/Campo_Grande
  America/Cuiaba America/Manaus America/Porto_Velho Brazil/West
COT|Colombia Standard Time|COST|Colombia Summer Time|COT|Colombia Time: America/Bogota
MST|Mountain Standard Time|MDT|Mountain Daylight Time|MT|Mountain Time: America/Boise America/Cambridge_Bay
  America/Ciudad_Juarez America/Creston America/Dawson America/Dawson_Creek America/Denver America/Edmonton
  America/Fort_Nelson America/Inuvik America/Phoenix America/Shiprock America/Whitehorse America/Yellowknife
  Canada/Mountain Canada/Yukon MST7MDT Navajo US/Arizona US/Mountain
VET|Venezuela Time|VEST|Venezuela Summer Time|VET|Venezuela Time: America/Caracas
GFT|French Guiana Time|GFST|French Guiana Summer Time|GFT|French Guiana Time: America/Cayenne
ACT|Acre Standard Time|ACST|Acre Summer Time|ACT|Acre Time: America/Eirunepe America/Porto_Acre America/Rio_Branco
  Brazil/Acre
PST|Pacific Standard Time|PDT|Pacific Daylight Time|PT|Pacific Time: America/Ensenada America/Los_Angeles
  America/Tijuana America/Vancouver Canada/Pacific Mexico/BajaNorte PST8PDT US/Pacific
WGT|West Greenland Standard Time|WGST|West Greenland Summer Time|WGT|West Greenland Time: America/Godthab
  America/Nuuk
ECT|Ecuador Time|ECST|Ecuador Summer Time|ECT|Ecuador Time: America/Guayaquil
GYT|Guyana Time|GYST|Guyana Summer Time|GYT|Guyana Time: America/Guyana
CST|Cuba Standard Time|CDT|Cuba Daylight Time|CT|Cuba Time: America/Havana Cuba
MST|Mexican Pacific Standard Time|MDT|Mexican Pacific Daylight Time|MT|Mexican Pacific Time: America/Hermosillo
  America/Mazatlan Mexico/BajaSur
BOT|Bolivia Time|BOST|Bolivia Summer Time|BOT|Bolivia Time: America/La_Paz
PET|Peru Standard Time|PEST|Peru Summer Time|PET|Peru Time: America/Lima
PMST|St. Pierre & Miquelon Standard Time|PMDT|St. Pierre & Miquelon Daylight Time|PMT|St. Pierre & Miquelon Time:
  America/Miquelon
UYT|Uruguay Standard Time|UYST|Uruguay Summer Time|UYT|Uruguay Time: America/Montevideo
FNT|Fernando de Noronha Standard Time|FNST|Fernando de Noronha Summer Time|FNT|Fernando de Noronha Time:
  America/Noronha Brazil/DeNoronha
SRT|Suriname Time|SRST|Suriname Summer Time|SRT|Suriname Time: America/Paramaribo
GMT-03:00|Punta Arenas Standard Time|GMT-03:00|Punta Arenas Standard Time|GMT-03:00|Punta Arenas Time:
  America/Punta_Arenas
PST|Northwest Mexico Standard Time|PDT|Northwest Mexico Daylight Time|PT|Northwest Mexico Time: America/Santa_Isabel
CLT|Chile Standard Time|CLST|Chile Summer Time|CLT|Chile Time: America/Santiago Chile/Continental
EGT|East Greenland Standard Time|EGST|East Greenland Summer Time|EGT|East Greenland Time: America/Scoresbysund
NST|Newfoundland Standard Time|NDT|Newfoundland Daylight Time|NT|Newfoundland Time: America/St_Johns
  Canada/Newfoundland
AWST|Casey Time|AWDT|Australian Western Daylight Time|AWT|Australian Western Time: Antarctica/Casey
DAVT|Davis Time|DAVST|Davis Summer Time|DAVT|Davis Time: Antarctica/Davis
DDUT|Dumont-d’Urville Time|DDUST|Dumont-d'Urville Summer Time|DDUT|Dumont-d'Urville Time: Antarctica/DumontDUrville
AEST|Australian Eastern Standard Time|AEDT|Australian Eastern Daylight Time|AET|Eastern Australia Time:
  Antarctica/Macquarie Australia/ACT Australia/Brisbane Australia/Canberra Australia/Currie Australia/Hobart
  Australia/Lindeman Australia/Melbourne Australia/NSW Australia/Queensland Australia/Sydney Australia/Tasmania
  Australia/Victoria
MAWT|Mawson Time|MAWST|Mawson Summer Time|MAWT|Mawson Time: Antarctica/Mawson
NZST|New Zealand Standard Time|NZDT|New Zealand Daylight Time|NZT|New Zealand Time: Antarctica/McMurdo
  Antarctica/South_Pole NZ Pacific/Auckland
CLT|Chile Time|CLST|Chile Summer Time|CLT|Chile Time: Antarctica/Palmer
ROTT|Rothera Time|ROTST|Rothera Summer Time|ROTT|Rothera Time: Antarctica/Rothera
SYOT|Syowa Time|SYOST|Syowa Summer Time|SYOT|Syowa Time: Antarctica/Syowa
GMT|Greenwich Mean Time|CEST|Central European Summer Time|ATT|Troll Time: Antarctica/Troll
VOST|Vostok Time|VOSST|Vostok Summer Time|VOST|Vostok Time: Antarctica/Vostok
AST|Arabian Standard Time|ADT|Arabian Daylight Time|AT|Arabian Time: Asia/Aden Asia/Baghdad Asia/Bahrain Asia/Kuwait
  Asia/Qatar Asia/Riyadh
ALMT|East Kazakhstan Time|ALMST|Alma-Ata Summer Time|ALMT|Alma-Ata Time: Asia/Almaty
ANAT|Anadyr Standard Time|ANAST|Anadyr Summer Time|ANAT|Anadyr Time: Asia/Anadyr
AQTT|West Kazakhstan Time|AQTST|Aqtau Summer Time|AQTT|Aqtau Time: Asia/Aqtau
AQTT|West Kazakhstan Time|AQTST|Aqtobe Summer Time|AQTT|Aqtobe Time: Asia/Aqtobe
TMT|Turkmenistan Standard Time|TMST|Turkmenistan Summer Time|TMT|Turkmenistan Time: Asia/Ashgabat Asia/Ashkhabad
GMT+05:00|West Kazakhstan Time|GMT+05:00|Atyrau Daylight Time|GMT+05:00|Atyrau Time: Asia/Atyrau
AZT|Azerbaijan Standard Time|AZST|Azerbaijan Summer Time|AZT|Azerbaijan Time: Asia/Baku
ICT|Indochina Time|ICST|Indochina Summer Time|ICT|Indochina Time: Asia/Bangkok Asia/Ho_Chi_Minh Asia/Phnom_Penh
  Asia/Saigon Asia/Vientiane
GMT+07:00|Barnaul Standard Time|GMT+07:00|Barnaul Daylight Time|GMT+07:00|Barnaul Time: Asia/Barnaul
KGT|Kyrgyzstan Time|KGST|Kirgizstan Summer Time|KGT|Kirgizstan Time: Asia/Bishkek
BNT|Brunei Darussalam Time|BNST|Brunei Summer Time|BNT|Brunei Time: Asia/Brunei
IST|India Standard Time|IDT|India Daylight Time|IT|India Time: Asia/Calcutta Asia/Colombo Asia/Kolkata
YAKT|Yakutsk Standard Time|YAKST|Yakutsk Summer Time|YAKT|Yakutsk Time: Asia/Chita Asia/Khandyga Asia/Yakutsk
CHOT|Ulaanbaatar Standard Time|CHOST|Ulaanbaatar Summer Time|CHOT|Ulaanbaatar Time: Asia/Choibalsan
CST|China Standard Time|CDT|China Daylight Time|CT|China Time: Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Macao
  Asia/Macau Asia/Shanghai PRC
BDT|Bangladesh Standard Time|BDST|Bangladesh Summer Time|BDT|Bangladesh Time: Asia/Dacca Asia/Dhaka
TLT|East Timor Time|TLST|Timor-Leste Summer Time|TLT|Timor-Leste Time: Asia/Dili
GST|Gulf Standard Time|GDT|Gulf Daylight Time|GT|Gulf Time: Asia/Dubai Asia/Muscat
TJT|Tajikistan Time|TJST|Tajikistan Summer Time|TJT|Tajikistan Time: Asia/Dushanbe
EET|Eastern European Time|EEST|Eastern European Summer Time|EET|Eastern European Time: Asia/Famagusta EET
HKT|Hong Kong Standard Time|HKST|Hong Kong Summer Time|HKT|Hong Kong Time: Asia/Hong_Kong Hongkong
HOVT|Hovd Standard Time|HOVST|Hovd Summer Time|HOVT|Hovd Time: Asia/Hovd
IRKT|Irkutsk Standard Time|IRKST|Irkutsk Summer Time|IRKT|Irkutsk Time: Asia/Irkutsk
TRT|Turkey Time|TRST|Turkey Summer Time|TRT|Turkey Time: Asia/Istanbul Europe/Istanbul Turkey
WIB|Western Indonesia Time|WIST|West Indonesia Summer Time|WIB|West Indonesia Time: Asia/Jakarta Asia/Pontianak
WIT|Eastern Indonesia Time|EIST|East Indonesia Summer Time|WIT|East Indonesia Time: Asia/Jayapura
IST|Israel Standard Time|IDT|Israel Daylight Time|IT|Israel Time: Asia/Jerusalem Asia/Tel_Aviv Israel
AFT|Afghanistan Time|AFST|Afghanistan Summer Time|AFT|Afghanistan Time: Asia/Kabul
PETT|Petropavlovsk-Kamchatski Standard Time|PETST|Petropavlovsk-Kamchatski Summer Time|PETT|Petropavlovsk-Kamchatski
  Time: Asia/Kamchatka
PKT|Pakistan Standard Time|PKST|Pakistan Summer Time|PKT|Pakistan Time: Asia/Karachi
XJT|Xinjiang Standard Time|XJDT|Xinjiang Daylight Time|XJT|Xinjiang Time: Asia/Kashgar Asia/Urumqi
NPT|Nepal Time|NPST|Nepal Summer Time|NPT|Nepal Time: Asia/Kathmandu Asia/Katmandu
KRAT|Krasnoyarsk Standard Time|KRAST|Krasnoyarsk Summer Time|KRAT|Krasnoyarsk Time: Asia/Krasnoyarsk
  Asia/Novokuznetsk
MYT|Malaysia Time|MYST|Malaysia Summer Time|MYT|Malaysia Time: Asia/Kuala_Lumpur Asia/Kuching
MAGT|Magadan Standard Time|MAGST|Magadan Summer Time|MAGT|Magadan Time: Asia/Magadan
WITA|Central Indonesia Time|CIST|Central Indonesia Summer Time|WITA|Central Indonesia Time: Asia/Makassar
  Asia/Ujung_Pandang
PST|Philippine Standard Time|PDT|Philippine Summer Time|PT|Philippine Time: Asia/Manila
NOVT|Novosibirsk Standard Time|NOVST|Novosibirsk Summer Time|NOVT|Novosibirsk Time: Asia/Novosibirsk
OMST|Omsk Standard Time|OMSST|Omsk Summer Time|OMST|Omsk Time: Asia/Omsk
ORAT|West Kazakhstan Time|ORAST|Oral Summer Time|ORAT|Oral Time: Asia/Oral
KST|Korean Standard Time|KDT|Korean Daylight Time|KT|Korean Time: Asia/Pyongyang Asia/Seoul ROK
QOST|East Kazakhstan Time|QOSST|Kostanay Summer Time|QOST|Kostanay Time: Asia/Qostanay
QYZT|West Kazakhstan Time|QYZST|Qyzylorda Summer Time|QYZT|Qyzylorda Time: Asia/Qyzylorda
MMT|Myanmar Time|MMST|Myanmar Summer Time|MMT|Myanmar Time: Asia/Rangoon Asia/Yangon
SAKT|Sakhalin Standard Time|SAKST|Sakhalin Summer Time|SAKT|Sakhalin Time: Asia/Sakhalin
UZT|Uzbekistan Standard Time|UZST|Uzbekistan Summer Time|UZT|Uzbekistan Time: Asia/Samarkand Asia/Tashkent
SGT|Singapore Standard Time|SGST|Singapore Summer Time|SGT|Singapore Time: Asia/Singapore Singapore
SRET|Srednekolymsk Time|SREDT|Srednekolymsk Daylight Time|SRET|Srednekolymsk Time: Asia/Srednekolymsk
CST|Taipei Standard Time|CDT|Taipei Daylight Time|CT|Taipei Time: Asia/Taipei
GET|Georgia Standard Time|GEST|Georgia Summer Time|GET|Georgia Time: Asia/Tbilisi
IRST|Iran Standard Time|IRDT|Iran Daylight Time|IRT|Iran Time: Asia/Tehran Iran
BTT|Bhutan Time|BTST|Bhutan Summer Time|BTT|Bhutan Time: Asia/Thimbu Asia/Thimphu
JST|Japan Standard Time|JDT|Japan Daylight Time|JT|Japan Time: Asia/Tokyo Japan
GMT+07:00|Tomsk Standard Time|GMT+07:00|Tomsk Daylight Time|GMT+07:00|Tomsk Time: Asia/Tomsk
ULAT|Ulaanbaatar Standard Time|ULAST|Ulaanbaatar Summer Time|ULAT|Ulaanbaatar Time: Asia/Ulaanbaatar Asia/Ulan_Bator
VLAT|Vladivostok Standard Time|VLAST|Vladivostok Summer Time|VLAT|Vladivostok Time: Asia/Ust-Nera Asia/Vladivostok
YEKT|Yekaterinburg Standard Time|YEKST|Yekaterinburg Summer Time|YEKT|Yekaterinburg Time: Asia/Yekaterinburg
AMT|Armenia Standard Time|AMST|Armenia Summer Time|AMT|Armenia Time: Asia/Yerevan
AZOT|Azores Standard Time|AZOST|Azores Summer Time|AZOT|Azores Time: Atlantic/Azores
WET|Western European Standard Time|WEST|Western European Summer Time|WET|Western European Time: Atlantic/Canary
  Atlantic/Faeroe Atlantic/Faroe Atlantic/Madeira Europe/Lisbon Portugal
CVT|Cape Verde Standard Time|CVST|Cape Verde Summer Time|CVT|Cape Verde Time: Atlantic/Cape_Verde
GST|South Georgia Time|GDT|South Georgia Daylight Time|GT|South Georgia Time: Atlantic/South_Georgia
FKT|Falkland Islands Standard Time|FKST|Falkland Islands Summer Time|FKT|Falkland Islands Time: Atlantic/Stanley
ACST|Australian Central Standard Time|ACDT|Australian Central Daylight Time|ACT|Central Australia Time:
  Australia/Adelaide Australia/Broken_Hill Australia/Darwin Australia/North Australia/South Australia/Yancowinna
ACWST|Australian Central Western Standard Time|ACWDT|Australian Central Western Daylight Time|ACWT|Australian
  Central Western Time: Australia/Eucla
LHST|Lord Howe Standard Time|LHDT|Lord Howe Daylight Time|LHT|Lord Howe Time: Australia/LHI Australia/Lord_Howe
AWST|Australian Western Standard Time|AWDT|Australian Western Daylight Time|AWT|Western Australia Time:
  Australia/Perth Australia/West
CET|Central European Time|CEST|Central European Summer Time|CET|Central European Time: CET
EAST|Easter Island Standard Time|EASST|Easter Island Summer Time|EAST|Easter Island Time: Chile/EasterIsland
  Pacific/Easter
GMT|Greenwich Mean Time|IST|Irish Standard Time|IT|Irish Time: Eire Europe/Dublin
UTC|Coordinated Universal Time|UTC|Coordinated Universal Time|UTC|Coordinated Universal Time: Etc/UCT Etc/UTC
  Etc/Universal Etc/Zulu UCT UTC Universal Zulu
GMT+04:00|Astrakhan Standard Time|GMT+04:00|Astrakhan Standard Time|GMT+04:00|Astrakhan Time: Europe/Astrakhan
GMT|Greenwich Mean Time|BST|British Summer Time|BT|British Time: Europe/Belfast Europe/Guernsey Europe/Isle_of_Man
  Europe/Jersey Europe/London GB GB-Eire
MSK|Moscow Standard Time|MSD|Moscow Daylight Time|MT|Moscow Time: Europe/Kirov
MSK|Moscow Standard Time|MSD|Moscow Summer Time|MT|Moscow Time: Europe/Minsk Europe/Moscow Europe/Simferopol W-SU
SAMT|Samara Standard Time|SAMST|Samara Summer Time|SAMT|Samara Time: Europe/Samara
GMT+04:00|Saratov Standard Time|GMT+04:00|Saratov Standard Time|GMT+04:00|Saratov Time: Europe/Saratov
GMT+04:00|Ulyanovsk Standard Time|GMT+04:00|Ulyanovsk Standard Time|GMT+04:00|Ulyanovsk Time: Europe/Ulyanovsk
MSK|Volgograd Standard Time|MSD|Volgograd Summer Time|MT|Volgograd Time: Europe/Volgograd
IOT|Indian Ocean Time|IOST|Indian Ocean Territory Summer Time|IOT|Indian Ocean Territory Time: Indian/Chagos
CXT|Christmas Island Time|CXST|Christmas Island Summer Time|CIT|Christmas Island Time: Indian/Christmas
CCT|Cocos Islands Time|CCST|Cocos Islands Summer Time|CCT|Cocos Islands Time: Indian/Cocos
TFT|French Southern & Antarctic Time|TFST|French Southern & Antarctic Lands Summer Time|TFT|French Southern &
  Antarctic Lands Time: Indian/Kerguelen
SCT|Seychelles Time|SCST|Seychelles Summer Time|SCT|Seychelles Time: Indian/Mahe
MVT|Maldives Time|MVST|Maldives Summer Time|MVT|Maldives Time: Indian/Maldives
MUT|Mauritius Standard Time|MUST|Mauritius Summer Time|MUT|Mauritius Time: Indian/Mauritius
RET|Réunion Time|REST|Reunion Summer Time|RET|Reunion Time: Indian/Reunion
MHT|Marshall Islands Time|MHST|Marshall Islands Summer Time|MHT|Marshall Islands Time: Kwajalein Pacific/Kwajalein
  Pacific/Majuro
MET|Middle Europe Time|MEST|Middle Europe Summer Time|MET|Middle Europe Time: MET
CHAST|Chatham Standard Time|CHADT|Chatham Daylight Time|CHAT|Chatham Time: NZ-CHAT Pacific/Chatham
WSST|Apia Standard Time|WSDT|Apia Daylight Time|WST|Apia Time: Pacific/Apia
BST|Bougainville Standard Time|BST|Bougainville Daylight Time|BT|Bougainville Time: Pacific/Bougainville
CHUT|Chuuk Time|CHUST|Chuuk Summer Time|CHUT|Chuuk Time: Pacific/Chuuk Pacific/Truk Pacific/Yap
VUT|Vanuatu Standard Time|VUST|Vanuatu Summer Time|VUT|Vanuatu Time: Pacific/Efate
PHOT|Phoenix Islands Time|PHOST|Phoenix Is. Summer Time|PHOT|Phoenix Is. Time: Pacific/Enderbury
TKT|Tokelau Time|TKST|Tokelau Summer Time|TKT|Tokelau Time: Pacific/Fakaofo
FJT|Fiji Standard Time|FJST|Fiji Summer Time|FJT|Fiji Time: Pacific/Fiji
TVT|Tuvalu Time|TVST|Tuvalu Summer Time|TVT|Tuvalu Time: Pacific/Funafuti
GALT|Galapagos Time|GALST|Galapagos Summer Time|GALT|Galapagos Time: Pacific/Galapagos
GAMT|Gambier Time|GAMST|Gambier Summer Time|GAMT|Gambier Time: Pacific/Gambier
SBT|Solomon Islands Time|SBST|Solomon Is. Summer Time|SBT|Solomon Is. Time: Pacific/Guadalcanal
ChST|Chamorro Standard Time|ChDT|Chamorro Daylight Time|ChT|Chamorro Time: Pacific/Guam Pacific/Saipan
HST|Hawaii-Aleutian Standard Time|HDT|Hawaii-Aleutian Daylight Time|HST|Hawaii-Aleutian Time: Pacific/Honolulu
  US/Hawaii
GMT+13:00|Kanton Standard Time|GMT+13:00|Kanton Daylight Time|GMT+13:00|Kanton Time: Pacific/Kanton
LINT|Line Islands Time|LINST|Line Is. Summer Time|LINT|Line Is. Time: Pacific/Kiritimati
KOST|Kosrae Time|KOSST|Kosrae Summer Time|KOST|Kosrae Time: Pacific/Kosrae
MART|Marquesas Time|MARST|Marquesas Summer Time|MART|Marquesas Time: Pacific/Marquesas
SST|Samoa Standard Time|SDT|Samoa Daylight Time|ST|Samoa Time: Pacific/Midway Pacific/Pago_Pago Pacific/Samoa
  US/Samoa
NRT|Nauru Time|NRST|Nauru Summer Time|NRT|Nauru Time: Pacific/Nauru
NUT|Niue Time|NUST|Niue Summer Time|NUT|Niue Time: Pacific/Niue
NFT|Norfolk Island Standard Time|NFST|Norfolk Island Daylight Time|NFT|Norfolk Island Time: Pacific/Norfolk
NCT|New Caledonia Standard Time|NCST|New Caledonia Summer Time|NCT|New Caledonia Time: Pacific/Noumea
PWT|Palau Time|PWST|Palau Summer Time|PWT|Palau Time: Pacific/Palau
PST|Pitcairn Time|PDT|Pitcairn Daylight Time|PT|Pitcairn Time: Pacific/Pitcairn
PONT|Ponape Time|PONST|Pohnpei Summer Time|PONT|Ponape Time: Pacific/Pohnpei Pacific/Ponape
PGT|Papua New Guinea Time|PGST|Papua New Guinea Summer Time|PGT|Papua New Guinea Time: Pacific/Port_Moresby
CKT|Cook Islands Standard Time|CKHST|Cook Islands Half Summer Time|CKT|Cook Islands Time: Pacific/Rarotonga
TAHT|Tahiti Time|TAHST|Tahiti Summer Time|TAHT|Tahiti Time: Pacific/Tahiti
GILT|Gilbert Islands Time|GILST|Gilbert Is. Summer Time|GILT|Gilbert Is. Time: Pacific/Tarawa
TOT|Tonga Standard Time|TOST|Tonga Summer Time|TOT|Tonga Time: Pacific/Tongatapu
WAKT|Wake Island Time|WAKST|Wake Summer Time|WAKT|Wake Time: Pacific/Wake
WFT|Wallis & Futuna Time|WFST|Wallis & Futuna Summer Time|WFT|Wallis & Futuna Time: Pacific/Wallis
"""

_READ = """
ACDT=Australia/Adelaide ACST=America/Rio_Branco ACT=America/Rio_Branco ACWDT=Australia/Eucla ACWST=Australia/Eucla
ACWT=Australia/Eucla ADT=America/Halifax AEDT=Australia/Sydney AEST=Australia/Sydney AET=Australia/Sydney
AFST=Asia/Kabul AFT=Asia/Kabul AKDT=America/Juneau AKST=America/Juneau AKT=America/Juneau ALMST=Asia/Almaty
ALMT=Asia/Almaty AMST=America/Manaus AMT=America/Manaus ANAST=Asia/Anadyr ANAT=Asia/Anadyr AQTST=Asia/Aqtobe
AQTT=Asia/Aqtobe ARST=America/Argentina/Buenos_Aires ART=America/Argentina/Buenos_Aires AST=America/Halifax
AT=America/Halifax ATT=Africa/Abidjan AWDT=Australia/Perth AWST=Australia/Perth AWT=Australia/Perth
AZOST=Atlantic/Azores AZOT=Atlantic/Azores AZST=Asia/Baku AZT=Asia/Baku BDST=Asia/Dhaka BDT=Asia/Dhaka
BNST=Asia/Kuching BNT=Asia/Kuching BOST=America/La_Paz BOT=America/La_Paz BRST=America/Sao_Paulo BRT=America/Sao_Paulo
BST=Pacific/Bougainville BT=Pacific/Bougainville BTST=Asia/Thimphu BTT=Asia/Thimphu CAST=Africa/Maputo
CAT=Africa/Maputo CCST=Asia/Yangon CCT=Asia/Yangon CDT=America/Chicago CEST=Europe/Paris CET=Europe/Paris
CHADT=Pacific/Chatham CHAST=Pacific/Chatham CHAT=Pacific/Chatham CHOST=Asia/Ulaanbaatar CHOT=Asia/Ulaanbaatar
CHUST=Pacific/Port_Moresby CHUT=Pacific/Port_Moresby CIST=Asia/Makassar CIT=Asia/Bangkok CKHST=Pacific/Rarotonga
CKT=Pacific/Rarotonga CLST=Antarctica/Palmer CLT=Antarctica/Palmer COST=America/Bogota COT=America/Bogota
CST=America/Chicago CT=America/Chicago CVST=Atlantic/Cape_Verde CVT=Atlantic/Cape_Verde CXST=Asia/Bangkok
CXT=Asia/Bangkok ChDT=Pacific/Guam ChST=Pacific/Guam ChT=Pacific/Guam DAVST=Antarctica/Davis DAVT=Antarctica/Davis
DDUST=Pacific/Port_Moresby DDUT=Pacific/Port_Moresby EASST=Pacific/Easter EAST=Pacific/Easter EAT=Africa/Nairobi
ECST=America/Guayaquil ECT=America/Guayaquil EDT=America/New_York EEST=Europe/Bucharest EET=Europe/Bucharest
EGST=America/Scoresbysund EGT=America/Scoresbysund EIST=Asia/Jayapura EST=America/New_York ET=America/New_York
FJST=Pacific/Fiji FJT=Pacific/Fiji FKST=Atlantic/Stanley FKT=Atlantic/Stanley FNST=America/Noronha FNT=America/Noronha
GALST=Pacific/Galapagos GALT=Pacific/Galapagos GAMST=Pacific/Gambier GAMT=Pacific/Gambier GDT=Atlantic/South_Georgia
GEST=Asia/Tbilisi GET=Asia/Tbilisi GFST=America/Cayenne GFT=America/Cayenne GHST=Africa/Abidjan GILST=Pacific/Tarawa
GILT=Pacific/Tarawa GMT=GMT GST=Atlantic/South_Georgia GT=Atlantic/South_Georgia GYST=America/Guyana
GYT=America/Guyana HADT=Pacific/Honolulu HAST=Pacific/Honolulu HAT=Pacific/Honolulu HDT=Pacific/Honolulu
HKST=Asia/Hong_Kong HKT=Asia/Hong_Kong HOVST=Asia/Hovd HOVT=Asia/Hovd HST=Pacific/Honolulu ICST=Asia/Bangkok
ICT=Asia/Bangkok IDT=Asia/Kolkata IOST=Indian/Chagos IOT=Indian/Chagos IRDT=Asia/Tehran IRKST=Asia/Irkutsk
IRKT=Asia/Irkutsk IRST=Asia/Tehran IRT=Asia/Tehran IST=Africa/Abidjan IT=Africa/Abidjan JDT=Asia/Tokyo JST=Asia/Tokyo
JT=Asia/Tokyo KDT=Asia/Seoul KGST=Asia/Bishkek KGT=Asia/Bishkek KOSST=Pacific/Kosrae KOST=Pacific/Kosrae
KRAST=Asia/Krasnoyarsk KRAT=Asia/Krasnoyarsk KST=Asia/Seoul KT=Asia/Seoul LHDT=Australia/Lord_Howe
LHST=Australia/Lord_Howe LHT=Australia/Lord_Howe LINST=Pacific/Kiritimati LINT=Pacific/Kiritimati MAGST=Asia/Magadan
MAGT=Asia/Magadan MARST=Pacific/Marquesas MART=Pacific/Marquesas MAWST=Antarctica/Mawson MAWT=Antarctica/Mawson
MDT=America/Denver MEST=Europe/Paris MET=Europe/Paris MHST=Pacific/Tarawa MHT=Pacific/Tarawa MMST=Asia/Yangon
MMT=Asia/Yangon MSD=Europe/Moscow MSK=Europe/Moscow MST=America/Denver MT=Europe/Moscow MUST=Indian/Mauritius
MUT=Indian/Mauritius MVST=Indian/Maldives MVT=Indian/Maldives MYST=Asia/Kuching MYT=Asia/Kuching NCST=Pacific/Noumea
NCT=Pacific/Noumea NDT=America/St_Johns NFST=Pacific/Norfolk NFT=Pacific/Norfolk NOVST=Asia/Novosibirsk
NOVT=Asia/Novosibirsk NPST=Asia/Kathmandu NPT=Asia/Kathmandu NRST=Pacific/Nauru NRT=Pacific/Nauru NST=America/St_Johns
NT=America/St_Johns NUST=Pacific/Niue NUT=Pacific/Niue NZDT=Pacific/Auckland NZST=Pacific/Auckland
NZT=Pacific/Auckland OMSST=Asia/Omsk OMST=Asia/Omsk ORAST=Asia/Aqtobe ORAT=Asia/Aqtobe PDT=America/Los_Angeles
PEST=America/Lima PET=America/Lima PETST=Asia/Kamchatka PETT=Asia/Kamchatka PGST=Pacific/Port_Moresby
PGT=Pacific/Port_Moresby PHOST=Pacific/Kanton PHOT=Pacific/Kanton PKST=Asia/Karachi PKT=Asia/Karachi
PMDT=America/Miquelon PMST=America/Miquelon PMT=America/Miquelon PONST=Pacific/Guadalcanal PONT=Pacific/Guadalcanal
PST=America/Los_Angeles PT=America/Los_Angeles PWST=Pacific/Palau PWT=Pacific/Palau PYST=America/Asuncion
PYT=America/Asuncion QOSST=Asia/Almaty QOST=Asia/Almaty QYZST=Asia/Aqtobe QYZT=Asia/Aqtobe REST=Asia/Dubai
RET=Asia/Dubai ROTST=Antarctica/Rothera ROTT=Antarctica/Rothera SAKST=Asia/Sakhalin SAKT=Asia/Sakhalin
SAMST=Europe/Samara SAMT=Europe/Samara SAST=Africa/Johannesburg SAT=Africa/Johannesburg SBST=Pacific/Guadalcanal
SBT=Pacific/Guadalcanal SCST=Asia/Dubai SCT=Asia/Dubai SDT=Pacific/Pago_Pago SGST=Asia/Singapore SGT=Asia/Singapore
SREDT=Asia/Srednekolymsk SRET=Asia/Srednekolymsk SRST=America/Paramaribo SRT=America/Paramaribo SST=Pacific/Pago_Pago
ST=Pacific/Pago_Pago SYOST=Asia/Riyadh SYOT=Asia/Riyadh TAHST=Pacific/Tahiti TAHT=Pacific/Tahiti TFST=Indian/Maldives
TFT=Indian/Maldives TJST=Asia/Dushanbe TJT=Asia/Dushanbe TKST=Pacific/Fakaofo TKT=Pacific/Fakaofo TLST=Asia/Dili
TLT=Asia/Dili TMST=Asia/Ashgabat TMT=Asia/Ashgabat TOST=Pacific/Tongatapu TOT=Pacific/Tongatapu TRST=Europe/Istanbul
TRT=Europe/Istanbul TVST=Pacific/Tarawa TVT=Pacific/Tarawa ULAST=Asia/Ulaanbaatar ULAT=Asia/Ulaanbaatar UTC=UTC
UYST=America/Montevideo UYT=America/Montevideo UZST=Asia/Tashkent UZT=Asia/Tashkent VEST=America/Caracas
VET=America/Caracas VLAST=Asia/Vladivostok VLAT=Asia/Vladivostok VOSST=Antarctica/Vostok VOST=Antarctica/Vostok
VUST=Pacific/Efate VUT=Pacific/Efate WAKST=Pacific/Tarawa WAKT=Pacific/Tarawa WAST=Africa/Lagos WAT=Africa/Lagos
WEST=Atlantic/Canary WET=Atlantic/Canary WFST=Pacific/Tarawa WFT=Pacific/Tarawa WGST=America/Nuuk WGT=America/Nuuk
WIB=Asia/Jakarta WIST=Asia/Jakarta WIT=Asia/Jayapura WITA=Asia/Makassar WSDT=Pacific/Apia WSST=Pacific/Apia
WST=Pacific/Apia XJDT=Asia/Urumqi XJT=Asia/Urumqi YAKST=Asia/Yakutsk YAKT=Asia/Yakutsk YEKST=Asia/Yekaterinburg
YEKT=Asia/Yekaterinburg
"""


@lru_cache(maxsize=1)
def zone_names() -> dict[str, tuple[str, ...]]:
    """From a zone's id to its six names: standard short and full, summer short and full, generic short and full."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in _NAMES.strip().replace("\n  ", " ").split("\n"):
        names, _, ids = entry.partition(": ")
        for name in ids.split():
            found[name] = tuple(names.split("|"))
    return found


@lru_cache(maxsize=1)
def zones_by_abbreviation() -> dict[str, str]:
    """From an abbreviation, in lower case, to the id of the zone that it is read as."""
    return {short.lower(): name for short, _, name in (pair.partition("=") for pair in _READ.split())}


@lru_cache(maxsize=1)
def zones_by_full_name() -> dict[str, str]:
    """From a full name, in lower case, to the id of a zone so called: that of its abbreviation if there is one."""
    found: dict[str, str] = {}
    for name, names in zone_names().items():
        for short, full in zip(names[::2], names[1::2], strict=True):
            meant = zones_by_abbreviation().get(short.lower(), name)
            found.setdefault(full.lower(), meant if full in zone_names().get(meant, ()) else name)
    return found
