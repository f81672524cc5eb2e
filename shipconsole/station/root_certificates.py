"""The system's root certificates as one file, for a library that reads no other form: libpq.

The PostgreSQL driver brings an OpenSSL of its own, which does not know where this system has its certificates.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from shipconsole.station.private_file import create_own

_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, Alpine
)
_COPY = "root-certificates.pem"


def root_certificates(folder: Path, env: Mapping[str, str] = os.environ, files: tuple[str, ...] = _FILES) -> str:
    """Return the file of the system's root certificates; where the system has none, one is written into the folder.

    `SSL_CERT_FILE` names another one, as for OpenSSL itself. Raises OSError if it can't be written.
    """
    named = (env.get("SSL_CERT_FILE", ""), *(files if sys.platform != "win32" else ()))
    found = next((file for file in named if file and Path(file).is_file()), "")
    return found or _written(folder / _COPY)


def _written(file: Path) -> str:
    """Write the certificates of the system's own store, if they are not those of the file."""
    import ssl

    roots = ssl.create_default_context().get_ca_certs(binary_form=True)
    text = "".join(sorted(map(ssl.DER_cert_to_PEM_cert, roots)))
    if not file.exists() or file.read_text("ascii") != text:
        fresh = file.with_name(f"{file.name}.new")
        with open(fresh, "w", encoding="ascii", opener=create_own) as stream:
            stream.write(text)
        fresh.replace(file)
    return str(file)
