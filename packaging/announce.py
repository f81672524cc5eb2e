"""Makes the announcement of a version, which a program asks for where its settings say so; and the key that signs it.

    build/environment/bin/python packaging/announce.py key private.pem
    build/environment/bin/python packaging/announce.py sign private.pem --page URL --words TEXT > shipconsole.json

`key` makes the private key once, to be kept where no computer on the network reads it, and prints the public one, which
goes into the settings as `announcements_signer`. `sign` prints what is to be put at the address of `announcements`. It
announces the version of this checkout. Each announcement counts from the second in which it was signed: one that was
signed earlier is refused by whoever saw a later one.
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
    """Makes a key or an announcement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    making = verbs.add_parser("key", help="make a private key and print the public one")
    making.add_argument("private", type=Path, metavar="FILE", help="the private key to make; no other file's place")
    signing = verbs.add_parser("sign", help="print the announcement of this version")
    signing.add_argument("private", type=Path, metavar="FILE", help="the private key")
    signing.add_argument("--page", required=True, metavar="URL", help="the page that tells of it, over https")
    signing.add_argument("--words", default="", metavar="TEXT", help="what is new, in a sentence or two")
    words = parser.parse_args()
    if words.verb == "key":
        print(public_text(make_key(words.private)))
        return 0
    key = load_pem_private_key(words.private.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    sys.stdout.write(announcement(key, page=words.page, words=words.words, signed_at_s=int(time.time())).decode())
    return 0


def make_key(private: Path) -> Ed25519PrivateKey:
    """Makes a private key in a file that only its owner can read."""
    key = Ed25519PrivateKey.generate()
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """Gives the public key as it stands in the settings."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def announcement(key: Ed25519PrivateKey, *, page: str, words: str, signed_at_s: int) -> bytes:
    """Gives the file, after reading it as the program will; raises AnnouncementError for what that would not take."""
    from shipconsole.station import announcement as program

    told = program.Announcement(VERSION, page, words, signed_at_s)
    line = json.dumps(told._asdict()).encode("ascii")
    file = line + b"\n" + base64.b64encode(key.sign(line)) + b"\n"
    program.read(file, public_text(key))
    return file


if __name__ == "__main__":
    sys.exit(main())
