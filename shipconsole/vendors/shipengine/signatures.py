"""How ShipEngine signs its webhooks, and what of that is believed.

It signs the text of the time header, a full stop, and the body just as it comes, by RSA (PKCS#1 v1.5) with SHA-256;
its public keys are at ``/jwks`` of its address, each under an id. Other kinds of keys stand there too. The page names
the headers, the time limit and that the raw body counts.
Source: ShipStation API, Validating Webhooks (read November 2026).
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from shipconsole.vendors.adapter import PublicKey, Signature, Signed
from shipconsole.vendors.exchange import Answer, Request

KEY_ID = "x-shipengine-rsa-sha256-key-id"
SIGNATURE = "x-shipengine-rsa-sha256-signature"
TIMESTAMP = "x-shipengine-timestamp"
KEY_BITS = range(2_048, 8_193)
LONGEST_HEADER = 4_096


def jwks() -> Request:
    """Ask for the public keys; no key of ours goes with it."""
    return Request("Get JWKS", "GET", "/jwks")


def read(headers: Mapping[str, str], body: bytes) -> Signed | None:
    """What was signed, by which key and when; None where one of the three headers is missing."""
    key_id, signature, timestamp = (headers.get(name, "") for name in (KEY_ID, SIGNATURE, TIMESTAMP))
    if not (key_id and signature and timestamp):
        return None
    text = timestamp.encode("latin-1", "replace") + b"." + body
    return Signed(key_id[:LONGEST_HEADER], _moment_ms(timestamp), _bytes(signature[:LONGEST_HEADER]), text)


def read_jwks(answer: Answer) -> Mapping[str, PublicKey] | None:
    """The RSA keys of a set by their ids; None where the answer is none. Weak keys and other kinds are left out."""
    try:
        listed: object = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        return None
    entries: object = cast("dict[str, object]", listed).get("keys") if isinstance(listed, dict) else None
    if not isinstance(entries, list):
        return None
    found: dict[str, PublicKey] = {}
    for entry in cast("list[object]", entries):
        if not isinstance(entry, dict):
            continue
        parts = cast("dict[str, object]", entry)
        key_id, check = parts.get("kid"), _rsa(parts)
        if isinstance(key_id, str) and check is not None:
            found[key_id] = check
    return found


def _rsa(entry: Mapping[str, object]) -> PublicKey | None:
    """The check of a signature by one key of the set (RFC 7518, section 6.3), None where it is not to be used."""
    # Some 20 ms, and needed only where webhooks come in.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.hashes import SHA256

    modulus, exponent = (_number(entry.get(name)) for name in ("n", "e"))
    meant_for_this = entry.get("use", "sig") == "sig" and entry.get("alg", "RS256") == "RS256"
    if entry.get("kty") != "RSA" or not meant_for_this or modulus.bit_length() not in KEY_BITS:
        return None
    try:
        key = RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None

    def is_right(signature: bytes, text: bytes) -> bool:
        try:
            key.verify(signature, text, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    return is_right


def _number(text: object) -> int:
    """A number in unpadded base64url, 0 where it is none."""
    if not isinstance(text, str):
        return 0
    try:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return 0


def _bytes(text: str) -> bytes:
    """What base64 stands for, nothing where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _moment_ms(text: str) -> int | None:
    """When it was signed, None where that cannot be read; a time without a zone is UTC."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1_000)
    except (ValueError, OverflowError):
        return None


SIGNS = Signature(headers=(KEY_ID, SIGNATURE, TIMESTAMP), read=read, keys=jwks, read_keys=read_jwks)
