"""Make and sign the announcement of a new version, and make the key pair that signs it.

    build/environment/bin/python packaging/announce.py key private.pem
    build/environment/bin/python packaging/announce.py sign private.pem --page URL --text TEXT > shipconsole.json

`key` makes the private key, once; store it offline. It prints the public key for the setting `announcements_signer`.
`sign` prints the file to publish at the address in the setting `announcements`, for the version of this checkout. A
program ignores an announcement that was signed earlier than the last one it received.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from freeze import ROOT, VERSION

sys.path.insert(0, str(ROOT))


def main() -> int:
    """Run the chosen command and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    key_command = verbs.add_parser("key", help="make a private key and print the public one")
    key_command.add_argument("private", type=Path, metavar="FILE", help="the private key to create; must not exist yet")
    sign_command = verbs.add_parser("sign", help="print the announcement of this version")
    sign_command.add_argument("private", type=Path, metavar="FILE", help="the private key")
    sign_command.add_argument("--page", required=True, metavar="URL", help="the https page about the new version")
    sign_command.add_argument("--text", default="", metavar="TEXT", help="what is new, in one or two sentences")
    options = parser.parse_args()
    if options.verb == "key":
        print(public_text(make_key(options.private)))
        return 0
    key = load_pem_private_key(options.private.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    sys.stdout.write(announcement(key, page=options.page, text=options.text, signed_at_s=int(time.time())).decode())
    return 0


def make_key(private: Path) -> Ed25519PrivateKey:
    """Create a private key in a file that only its owner can read."""
    key = Ed25519PrivateKey.generate()
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """Return the public key as it is written in the settings."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def announcement(key: Ed25519PrivateKey, *, page: str, text: str, signed_at_s: int) -> bytes:
    """Return the signed file; raises AnnouncementError if the program would not accept it."""
    from shipconsole.station import announcement as program

    announced = program.Announcement(VERSION, page, text, signed_at_s)
    line = json.dumps(announced._asdict()).encode("ascii")
    file = line + b"\n" + base64.b64encode(key.sign(line)) + b"\n"
    program.read(file, public_text(key))
    return file


if __name__ == "__main__":
    sys.exit(main())
