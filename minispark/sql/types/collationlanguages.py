"""What the languages and countries in names of collations are called."""

from __future__ import annotations

_LANGUAGES = """
    af:Afrikaans am:Amharic ar:Arabic as:Assamese az:Azerbaijani be:Belarusian bg:Bulgarian blo:Anii bn:Bangla
    bo:Tibetan br:Breton bs:Bosnian ca:Catalan ceb:Cebuano chr:Cherokee cs:Czech cy:Welsh da:Danish de:German
    dsb:Lower_Sorbian dz:Dzongkha ee:Ewe el:Greek en:English eo:Esperanto es:Spanish et:Estonian fa:Persian ff:Fula
    fi:Finnish fil:Filipino fo:Faroese fr:French fy:Western_Frisian ga:Irish gl:Galician gu:Gujarati ha:Hausa
    haw:Hawaiian he:Hebrew hi:Hindi hr:Croatian hsb:Upper_Sorbian hu:Hungarian hy:Armenian id:Indonesian ig:Igbo
    is:Icelandic it:Italian ja:Japanese ka:Georgian kk:Kazakh kl:Kalaallisut km:Khmer kn:Kannada ko:Korean
    kok:Konkani ku:Kurdish ky:Kyrgyz lb:Luxembourgish lij:Ligurian lkt:Lakota ln:Lingala lo:Lao lt:Lithuanian
    lv:Latvian mk:Macedonian ml:Malayalam mn:Mongolian mr:Marathi ms:Malay mt:Maltese my:Burmese nb:Norwegian_Bokmål
    ne:Nepali nl:Dutch nn:Norwegian_Nynorsk no:Norwegian nso:Northern_Sotho om:Oromo or:Odia pa:Punjabi pl:Polish
    ps:Pashto pt:Portuguese ro:Romanian ru:Russian sa:Sanskrit se:Northern_Sami si:Sinhala sk:Slovak sl:Slovenian
    smn:Inari_Sami sq:Albanian sr:Serbian st:Southern_Sotho sv:Swedish sw:Swahili ta:Tamil te:Telugu th:Thai
    tk:Turkmen tn:Tswana to:Tongan tr:Turkish ug:Uyghur uk:Ukrainian ur:Urdu uz:Uzbek vi:Vietnamese wae:Walser
    wo:Wolof xh:Xhosa yi:Yiddish yo:Yoruba zh:Chinese zu:Zulu
"""
_COUNTRIES = """
    SAU:Saudi_Arabia AUT:Austria USA:United_States AFG:Afghanistan CAN:Canada ISR:Israel IDN:Indonesia NOR:Norway
    IND:India BIH:Bosnia_&_Herzegovina MNE:Montenegro SRB:Serbia CHN:China SGP:Singapore HKG:Hong_Kong_SAR_China
    MAC:Macao_SAR_China TWN:Taiwan
"""


def _names(text: str) -> dict[str, str]:
    return {key: name.replace("_", " ") for key, _, name in (word.partition(":") for word in text.split())}


LANGUAGES = _names(_LANGUAGES)
COUNTRIES = _names(_COUNTRIES)
