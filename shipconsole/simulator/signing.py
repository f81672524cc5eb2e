"""The signatures of the simulated ShipEngine's webhooks, with a key that exists only in this process."""

import base64
import datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from shipconsole.simulator.messages import Json

KEY_ID = "simulator-1"
_BITS = 2048


def public_keys() -> Json:
    """Return the key set for verifying the signatures."""
    numbers = _key().public_key().public_numbers()
    key: dict[str, Json] = {
        "kty": "RSA",
        "kid": KEY_ID,
        "use": "sig",
        "alg": "RS256",
        "n": _base64url(numbers.n),
        "e": _base64url(numbers.e),
    }
    return {"keys": [key]}


def signature_of(body: bytes, now_s: float) -> dict[str, str]:
    """Return the signature headers of a body.

    Source: ShipStation API, Validating Webhooks (read November 2026).
    """
    moment = datetime.datetime.fromtimestamp(now_s, datetime.UTC)
    time = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    signature = _key().sign(f"{time}.".encode() + body, PKCS1v15(), SHA256())
    return {
        "X-ShipEngine-RSA-SHA256-Key-Id": KEY_ID,
        "X-ShipEngine-RSA-SHA256-Signature": base64.b64encode(signature).decode(),
        "X-ShipEngine-Timestamp": time,
    }


@cache
def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=_BITS)


def _base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode().rstrip("=")
