"""The system's root certificates as a file for libpq."""

import ssl
from pathlib import Path

from shipconsole.station.root_certificates import root_certificates


def test_the_system_s_own_file_is_used(tmp_path: Path) -> None:
    roots = tmp_path / "roots.crt"
    roots.write_text("")
    missing = str(tmp_path / "missing.crt")
    assert root_certificates(tmp_path, {}, (missing, str(roots))) == str(roots)
    assert root_certificates(tmp_path, {"SSL_CERT_FILE": str(roots)}) == str(roots)
    assert ssl.create_default_context(cafile=root_certificates(tmp_path)).get_ca_certs()


def test_where_there_is_no_file_one_is_written_from_the_system_s_store(tmp_path: Path) -> None:
    written = Path(root_certificates(tmp_path, {}, ()))
    assert written.parent == tmp_path
    known = ssl.create_default_context().get_ca_certs(binary_form=True)
    assert sorted(ssl.create_default_context(cafile=written).get_ca_certs(binary_form=True)) == sorted(known)
    before = written.stat().st_mtime_ns
    assert root_certificates(tmp_path, {}, ()) == str(written)
    assert written.stat().st_mtime_ns == before
