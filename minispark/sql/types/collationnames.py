"""The names of collations: those of UTF-8, of Unicode, and of the languages that Java's ICU knows."""

from __future__ import annotations

_LANGUAGES = """
    af am ar ar_SAU as az be bg blo bn bo br bs bs_Cyrl ca ceb chr cs cy da de de_AUT dsb dz ee el en en_USA eo es et fa
    fa_AFG ff ff_Adlm fi fil fo fr fr_CAN fy ga gl gu ha haw he he_ISR hi hr hsb hu hy id id_IDN ig is it ja ka kk
    kk_Arab kl km kn ko kok ku ky lb lij lkt ln lo lt lv mk ml mn mr ms mt my nb nb_NOR ne nl nn no nso om or pa pa_Guru
    pa_Guru_IND pl ps pt ro ru sa se si sk sl smn sq sr sr_Cyrl sr_Cyrl_BIH sr_Cyrl_MNE sr_Cyrl_SRB sr_Latn sr_Latn_BIH
    sr_Latn_SRB st sv sw ta te th tk tn to tr ug uk ur uz vi wae wo xh yi yo zh zh_Hans zh_Hans_CHN zh_Hans_SGP zh_Hant
    zh_Hant_HKG zh_Hant_MAC zh_Hant_TWN zu
"""
BYTES = ("UTF8_BINARY", "UTF8_LCASE")
"""Collations that compare bytes, of the text or of its lower case."""
LOCALES = ("UNICODE", *_LANGUAGES.split())
"""Those that ICU compares."""
_ROOTS = {name.lower(): name for name in (*BYTES, *LOCALES)}
_USUAL = {"cs", "as"}
_ORDER = ("ci", "ai", "rtrim")


def collation_name(text: str) -> str | None:
    """The name in its usual form: root, then ``_CI``, ``_AI``, ``_RTRIM``; None for no collation.

    >>> collation_name("de_aut_ai_ci"), collation_name("UNICODE_CS_AS"), collation_name("utf8_lcase_ci")
    ('de_AUT_CI_AI', 'UNICODE', None)
    """
    words = text.lower().split("_")
    endings: list[str] = []
    while "_".join(words) not in _ROOTS:
        if len(words) < 2 or words[-1] not in (*_ORDER, *_USUAL) or words[-1] in endings:
            return None
        endings.append(words.pop())
    root = _ROOTS["_".join(words)]
    if {"ci", "cs"} <= set(endings) or {"ai", "as"} <= set(endings) or (root in BYTES and set(endings) - {"rtrim"}):
        return None
    return "".join([root, *(f"_{ending.upper()}" for ending in _ORDER if ending in endings)])


def usual_name(text: str) -> str:
    """The same. Raises AnalysisException for a name that no collation has; ``a.b.UNICODE`` is one of a schema.

    >>> usual_name("system.builtin.unicode_ci")
    'UNICODE_CI'
    """
    found = collation_name(text.rpartition(".")[2])
    if found is not None:
        return found
    import difflib

    from minispark.errors import AnalysisException

    usual = {name.lower(): name for name in collation_names()}
    close = ", ".join(usual[name] for name in difflib.get_close_matches(text.lower(), list(usual), n=3))
    raise AnalysisException(
        f"there is no collation {text!r}; there are, for example, {close or 'UTF8_BINARY, UTF8_LCASE, UNICODE'}",
        "COLLATION_INVALID_NAME",
        {"collationName": text, "proposals": close},
    )


def collation_names() -> list[str]:
    """All names."""
    names = [f"{root}{ending}" for root in BYTES for ending in ("", "_RTRIM")]
    for root in LOCALES:
        names += [
            f"{root}{case}{accent}{trim}" for case in ("", "_CI") for accent in ("", "_AI") for trim in ("", "_RTRIM")
        ]
    return names
