"""The signatures of ShipEngine's webhooks, and which of them are accepted.

It signs the text of the time header, a full stop, and the body exactly as sent, by RSA (PKCS#1 v1.5) with SHA-256;
its public keys are at ``/jwks`` of its address, each under an id. Other kinds of keys are there too. The page names the
headers, the time limit and that the raw body is signed.
Source: ShipStation API, Validating Webhooks (read November 2026).
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from shipconsole.vendors.adapter import PublicKey, Signature, Signed
from shipconsole.vendors.request import Request, Response

KEY_ID_HEADER = "x-shipengine-rsa-sha256-key-id"
SIGNATURE_HEADER = "x-shipengine-rsa-sha256-signature"
TIMESTAMP_HEADER = "x-shipengine-timestamp"
HEADERS = (KEY_ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER)
KEY_BITS = range(2_048, 8_193)
LONGEST_HEADER = 4_096


def jwks() -> Request:
    """Ask for the public keys; no key of ours is sent with it."""
    return Request("Get JWKS", "GET", "/jwks")


def read(headers: Mapping[str, str], body: bytes) -> Signed | None:
    """Return what was signed, by which key and when; None where one of the three headers is missing."""
    key_id, signature, timestamp = (headers.get(name, "") for name in HEADERS)
    if not (key_id and signature and timestamp):
        return None
    text = timestamp.encode("latin-1", "replace") + b"." + body
    return Signed(key_id[:LONGEST_HEADER], _moment_ms(timestamp), _bytes(signature[:LONGEST_HEADER]), text)


def read_jwks(response: Response) -> Mapping[str, PublicKey] | None:
    """Return the RSA keys of a set by their ids, without weak keys; None where the response is no set of keys."""
    try:
        listed: object = json.loads(response.body) if response.status == 200 else None
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
    """Return the check of a signature by one key of the set (RFC 7518, section 6.3), None for an unusable key."""
    # Some 20 ms, and needed only where webhooks are received.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.hashes import SHA256

    modulus, exponent = (_number(entry.get(name)) for name in ("n", "e"))
    is_for_signing = entry.get("use", "sig") == "sig" and entry.get("alg", "RS256") == "RS256"
    if entry.get("kty") != "RSA" or not is_for_signing or modulus.bit_length() not in KEY_BITS:
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
    """Return a number in unpadded base64url, 0 where it is invalid."""
    if not isinstance(text, str):
        return 0
    try:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return 0


def _bytes(text: str) -> bytes:
    """Return decoded base64, empty where it is invalid."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _moment_ms(text: str) -> int | None:
    """Return when it was signed, None where that cannot be read; a time without a zone is UTC."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1_000)
    except (ValueError, OverflowError):
        return None


SIGNATURE = Signature(headers=HEADERS, read=read, keys=jwks, read_keys=read_jwks)
