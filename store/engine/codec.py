"""Documents to JSON bytes and back, equal to the last character or refused before anything is written."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from locales import _
from store.engine.trouble import NotStorable

MAXIMUM_DEPTH = 100
"""Lists and objects within each other that a document may have: what is stored can be read wherever it is asked for."""

_encode = msgspec.json.encode
_decode = msgspec.json.decode


def encode(value: Any) -> bytes:
    """The JSON bytes of a value that came out of `decode` (or is known to be plain JSON)."""
    try:
        return _encode(value)
    except UnicodeEncodeError:
        # A lone surrogate, as a terminal's undecodable byte gives: only an escape can carry it.
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def encode_document(document: Mapping[str, Any]) -> bytes:
    """The JSON bytes of a document, on one line.

    Raises:
        NotStorable: a value or a key that JSON cannot hold as it is (NaN, a date, a key that is no text).
    """
    return encode_and_read(document)[0]


def encode_and_read(document: Mapping[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """The JSON bytes of a document, on one line, and what reading them gives.

    Raises:
        NotStorable: a value or a key that JSON cannot hold as it is (NaN, a date, a key that is no text).
    """
    try:
        raw = _encode(document)
        value = _decode(raw)
        if raw.count(b"[") + raw.count(b"{") > MAXIMUM_DEPTH:
            _require_shallow(value)
        if value == document:
            return raw, value
    except (TypeError, ValueError, OverflowError, RecursionError):
        pass  # The careful way below stores it or says what is wrong with it.
    try:
        _require_json(document, "")
        _require_shallow(document)
        raw = json.dumps(document, separators=(",", ":"), allow_nan=False).encode("ascii")
        return raw, decode(raw)
    except RecursionError:
        raise NotStorable(_("This cannot be stored: it is nested too deeply.")) from None


def decode(raw: bytes | msgspec.Raw) -> Any:
    """The value of JSON bytes.

    Raises:
        ValueError: the bytes are not JSON.
    """
    try:
        return _decode(raw)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        # Lone surrogates are the one thing that the fast decoder refuses and the standard one reads.
        return json.loads(bytes(raw), parse_constant=_refuse_constant)


def _require_shallow(document: Any) -> None:
    """Raise `RecursionError` where something is nested more deeply than can be read again at any time."""
    level = [document]
    for _depth in range(MAXIMUM_DEPTH):
        below: list[Any] = []
        for value in level:
            if isinstance(value, Mapping):
                below += value.values()
            elif isinstance(value, (list, tuple)):
                below += value
        if not below:
            return
        level = below
    if any(isinstance(value, (Mapping, list, tuple)) for value in level):
        raise RecursionError


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _require_json(value: Any, where: str) -> None:
    """Raise `NotStorable` naming the first place in `value` that JSON cannot hold."""
    if value is None or isinstance(value, (bool, str, int)):
        return
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NotStorable(
                _("{place} is not a number that can be stored.").format(place=where or "?"), place=where
            )
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                sentence = _("The name {name} in {place} is not text and cannot be stored.")
                raise NotStorable(sentence.format(name=repr(key), place=where or "?"), place=where)
            _require_json(item, f"{where}.{key}" if where else key)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            _require_json(item, f"{where}[{number}]")
    else:
        sentence = _("{place} holds a {type}, which cannot be stored.")
        raise NotStorable(sentence.format(place=where or "?", type=type(value).__name__), place=where)
