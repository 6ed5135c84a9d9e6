"""How words are put together, in the punctuation of the language."""

from __future__ import annotations

from locales import _


def labelled(label: str, text: str) -> str:
    """`text` behind what it is: "Subject: damp tea", in Chinese with a colon of full width."""
    return _("{label}: {text}").format(label=label, text=text)
