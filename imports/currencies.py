"""Currencies and units beside amounts: signs, words and codes; thousands and millions."""

import re
from functools import lru_cache

CODES = frozenset(
    """AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MAD MXN MYR NGN NOK
    NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD UYU VND ZAR""".split()
)
# Signs and words that mean one currency.
CLEAR = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "us$": "USD", "usd$": "USD", "ca$": "CAD", "c$": "CAD",
    "a$": "AUD", "au$": "AUD", "nz$": "NZD", "hk$": "HKD", "r$": "BRL", "₹": "INR", "₩": "KRW", "₺": "TRY", "zł": "PLN",
    "kč": "CZK", "sfr": "CHF", "sfr.": "CHF", "franken": "CHF", "₪": "ILS", "₽": "RUB",
}  # fmt: skip
# Names of currencies, as columns of their own hold them.
NAMES = {
    "us dollar": "USD", "us dollars": "USD", "u.s. dollar": "USD", "pound": "GBP", "pounds": "GBP", "sterling": "GBP",
    "pound sterling": "GBP", "british pound": "GBP", "swiss franc": "CHF", "schweizer franken": "CHF", "yen": "JPY",
    "japanese yen": "JPY", "yuan": "CNY", "rupee": "INR", "indian rupee": "INR", "zloty": "PLN", "złoty": "PLN",
    "canadian dollar": "CAD", "australian dollar": "AUD",
}  # fmt: skip
# Signs that several currencies share, with the commonest of them: the file's own currency goes before it.
SHARED = {"$": "USD", "¥": "JPY", "dollar": "USD", "dollars": "USD", "fr.": "CHF"}
CODE = re.compile(r"[a-z]{3}")
MARK = "|".join(re.escape(mark) for mark in sorted((*CODES, *CLEAR, *SHARED), key=len, reverse=True))
BEFORE = re.compile(rf"(?P<sign>[-+\u2212]?)\s*(?P<mark>{MARK})\s*(?=[-+\u2212(.\d])", re.IGNORECASE)
AFTER = re.compile(rf"(?<=[\d.,)\-\u2212–—])\s*(?P<mark>{MARK})", re.IGNORECASE)
# Words for thousands and millions behind a number, as people write amounts: `850k`, `1.2M`, `1,2 Mio. €`, `90 T€`.
UNITS = {
    **dict.fromkeys(("k", "t", "tsd", "tausend", "thousand"), 10**3),
    **dict.fromkeys(("m", "mm", "mio", "mln", "million", "millions", "millionen"), 10**6),
    **dict.fromkeys(("bn", "mrd", "mld", "milliarden", "milliards"), 10**9),
}  # fmt: skip
OF_HEADER = re.compile(rf"(?P<name>.+?)[\s_]*(?:[\s_(\[]|\bin\b)\s*(?P<mark>{MARK})\s*[)\]]?\s*", re.I)
UNIT = "|".join(sorted({*UNITS} - {"t"}, key=len, reverse=True))
WITH_UNIT = re.compile(
    rf"(?P<digits>.*\d)[ \u00a0\u202f]?(?P<unit>(?:{UNIT})\.?|t(?=€|eur))[ \u00a0\u202f]?(?P<mark>{MARK})?", re.I
)


def without_unit(text: str) -> tuple[str, int]:
    """An amount without its unit, and what the unit multiplies it by: `1.2M €` is `1.2 €` and a million."""
    if text[-1:].isdigit() or not (found := WITH_UNIT.fullmatch(text)):
        return text, 1
    return f"{found['digits']}{found['mark'] or ''}", UNITS[found["unit"].lower().rstrip(".")]


def without_mark(text: str) -> tuple[str, str]:
    """An amount's digits, and the currency's mark that stands before or after them, in lower case."""
    if found := BEFORE.match(text):
        return found["sign"] + text[found.end() :], found["mark"].lower()
    for found in AFTER.finditer(text):
        if found.end() == len(text):
            return text[: found.start()], found["mark"].lower()
    return text, ""


def code_of(text: str, default: str = "") -> str:
    """The code that a column of currencies means: a code, a sign or a name, `default` for one that several share;
    nothing where it is none of them."""
    word = " ".join(text.split()).lower()
    if word in SHARED:
        return default or SHARED[word]
    return CLEAR.get(word) or NAMES.get(word) or (word.upper() if CODE.fullmatch(word) else "")


def currency_of(text: str, default: str = "") -> str:
    """The currency that an amount names; `default` where it names none, or only a sign that several share."""
    text, _ = without_unit(text)
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    _, mark = without_mark(text)
    return CLEAR.get(mark) or (mark.upper() if mark.upper() in CODES else "") or default or SHARED.get(mark, "")


@lru_cache(maxsize=4_000)
def of_header(header: str) -> tuple[str, str]:
    """A header without the currency that it names at its end, and that currency: `Amount (PLN)`, `Betrag in €`."""
    if not (found := OF_HEADER.fullmatch(header)):
        return header, ""
    return found["name"], code_of(found["mark"])
