"""An address out of the parts in which Outlook, Thunderbird and Google keep it."""

from __future__ import annotations

import re

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def compose(parts: dict[str, str]) -> str:
    """The address on one line: in Chinese from the country down to the street, elsewhere from the street up."""
    street = [parts[name] for name in ("street1", "street2", "street3") if parts.get(name)]
    country, region, city = parts.get("country", ""), parts.get("region", ""), parts.get("city", "")
    district = parts.get("district", "")
    code, box = parts.get("zip", ""), parts.get("pobox", "")
    if _CJK.search("".join([*street, district, city, region])):
        whole = country + region + (city if city != region else "") + district + "".join(street)
        return " ".join(part for part in (whole, box, code) if part)
    state = " ".join(part for part in (region, code) if part)
    return ", ".join(part for part in (*street, box, district, city, state, country) if part)
