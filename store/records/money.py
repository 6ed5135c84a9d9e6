"""Money: integers of the smallest unit (分, cents), read from what people write and written as people read."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from locales import _
from store.errors import Refused

WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF"})
WITH_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""ISO 4217: currencies whose smallest unit is not a hundredth."""

CURRENCIES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
    MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
    SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES
    VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - to be read
)
"""ISO 4217: the money of countries."""

SYMBOLS = {
    "CNY": "¥",
    "JPY": "¥",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "TWD": "NT$",
    "SGD": "S$",
}

_NOISE = re.compile(r"[\s,_'’￥¥$€£元圆块]|RMB|CNY|USD|HK|NT", re.IGNORECASE)
_LARGEST = 10**15


def is_currency(code: str) -> bool:
    """Whether `code` is the ISO 4217 code of a country's money."""
    return code in CURRENCIES


def digits(currency: str) -> int:
    """How many digits the smallest unit of `currency` lies behind the point."""
    if currency in WITHOUT_CENTS:
        return 0
    return 3 if currency in WITH_THOUSANDTHS else 2


def parse_amount(text: str, currency: str) -> int:
    """Minor units of what a person wrote: "1,580.5", "￥88.00", "100元".

    Raises:
        Refused: it is no amount, is not finite, or is finer than the smallest unit.
    """
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    try:
        value = Decimal(plain)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise Refused(_('"{text}" is not an amount of money.').format(text=text))
    minor = value.scaleb(digits(currency))
    whole = minor.to_integral_value(ROUND_HALF_UP)
    # A spreadsheet stores 0.1+0.2 as 0.30000000000000004; a person's third decimal is another thing.
    if abs(whole - minor) > Decimal("0.0001"):
        raise Refused(
            _('"{text}" is finer than the smallest unit of {currency}.').format(text=text, currency=currency)
        )
    return int(whole)


def plain_amount(minor: int, currency: str) -> str:
    """Write 158050 as 1580.50: without symbol and separators, for files."""
    places = digits(currency)
    return f"{Decimal(minor).scaleb(-places):.{places}f}"


def show_amount(minor: int, currency: str) -> str:
    """Write 158050 as ¥1,580.50, for people."""
    places = digits(currency)
    number = f"{abs(Decimal(minor).scaleb(-places)):,.{places}f}"
    sign = "-" if minor < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency}"


def to_json(minor: int, currency: str) -> dict[str, int | str]:
    """The JSON shape of money."""
    return {"amount": minor, "currency": currency}
