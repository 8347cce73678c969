"""The stand-in for _ssl, compared with the real one of the Python that runs the tests."""

from __future__ import annotations

import _ssl
import base64
from pathlib import Path

import pytest
from stubs import _ssl as stub

# Real names that the stub need not have: gone from later versions of CPython, or of one system only.
NOT_NEEDED = {
    *("RAND_pseudo_bytes", "RAND_egd", "enum_certificates", "enum_crls"),
    *("err_codes_to_names", "err_names_to_codes", "lib_codes_to_names"),
}
# Values that describe the build of OpenSSL.
DIFFERENT = {"OPENSSL_VERSION", "OPENSSL_VERSION_NUMBER", "OPENSSL_VERSION_INFO", "_OPENSSL_API_VERSION"}

PEM = f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(b'not really one').decode()}\n-----END CERTIFICATE-----\n"


def public(module: object) -> set[str]:
    return {name for name in dir(module) if not name.startswith("__")}


def test_every_name_is_there() -> None:
    assert public(_ssl) - NOT_NEEDED <= public(stub)


@pytest.mark.parametrize(
    ("real", "ours"),
    [
        (_ssl._SSLContext, stub._SSLContext(stub.PROTOCOL_TLS_CLIENT)),
        (_ssl.MemoryBIO, stub.MemoryBIO()),
        (_ssl.SSLError, stub.SSLError()),
    ],
)
def test_every_attribute_is_there(real: type, ours: object) -> None:
    assert public(real) <= public(ours)


def test_constants_have_their_values() -> None:
    for name in sorted(public(_ssl) & public(stub) - DIFFERENT):
        value = getattr(_ssl, name)
        if isinstance(value, int) and name.startswith(("ALERT_", "CERT_", "HOSTFLAG_", "PROTO", "SSL_", "VERIFY_")):
            assert getattr(stub, name) == value, name


def test_errors_are_os_errors_with_readable_text() -> None:
    assert issubclass(stub.SSLCertVerificationError, ValueError)
    error = stub.SSLError(1, "what happened")
    assert isinstance(error, OSError)
    assert (str(error), error.errno) == ("what happened", 1)
    assert str(stub.SSLError("alone")) == str(_ssl.SSLError("alone"))


def test_memory_bio_is_a_queue() -> None:
    bio = stub.MemoryBIO()
    assert (bio.write(b"hello "), bio.write(memoryview(b"world"))) == (6, 5)
    assert (bio.pending, bio.read(3), bio.read()) == (11, b"hel", b"lo world")
    assert not bio.eof
    bio.write(b"x")
    bio.write_eof()
    assert not bio.eof
    assert bio.read() == b"x"
    assert bio.eof
    with pytest.raises(stub.SSLError):
        bio.write(b"late")


def test_client_context_checks_by_default_and_consistently() -> None:
    context = stub._SSLContext(stub.PROTOCOL_TLS_CLIENT)
    assert (context.verify_mode, context.check_hostname) == (stub.CERT_REQUIRED, True)
    with pytest.raises(ValueError, match="check_hostname"):
        context.verify_mode = stub.CERT_NONE
    context.check_hostname = False
    context.verify_mode = stub.CERT_NONE
    context.check_hostname = True
    assert context.verify_mode == stub.CERT_REQUIRED


def test_context_refuses_what_openssl_refuses() -> None:
    context = stub._SSLContext(stub.PROTOCOL_TLS_CLIENT)
    with pytest.raises(ValueError, match="version"):
        context.minimum_version = 5
    with pytest.raises(ValueError, match="server context"):
        context.num_tickets = 1
    with pytest.raises(ValueError, match="protocol version 99"):
        stub._SSLContext(99)
    with pytest.raises(TypeError):
        context.load_verify_locations()
    with pytest.raises(FileNotFoundError):
        context.load_cert_chain("/does/not/exist")


def test_old_protocols_warn() -> None:
    with pytest.warns(DeprecationWarning, match="PROTOCOL_TLS is deprecated"):
        stub._SSLContext(stub.PROTOCOL_TLS)


def test_authorities_are_remembered_once(tmp_path: Path) -> None:
    context = stub._SSLContext(stub.PROTOCOL_TLS_CLIENT)
    (tmp_path / "ca.pem").write_text(PEM)
    context.load_verify_locations(cafile=tmp_path / "ca.pem")
    context.load_verify_locations(cadata=PEM)
    assert context.cert_store_stats() == {"x509": 1, "crl": 0, "x509_ca": 1}
    assert context.get_ca_certs(binary_form=True) == [b"not really one"]
    with pytest.raises(stub.SSLError):
        context.load_verify_locations(cadata="nothing")


def test_connections_say_why_there_are_none() -> None:
    context = stub._SSLContext(stub.PROTOCOL_TLS_CLIENT)
    with pytest.raises(NotImplementedError, match="TLS is not available"):
        context._wrap_bio(stub.MemoryBIO(), stub.MemoryBIO(), False)
    with pytest.raises(NotImplementedError, match="TLS is not available"):
        context._wrap_socket(None, False)


def test_random_bytes() -> None:
    assert len(stub.RAND_bytes(16)) == 16
    assert stub.RAND_bytes(16) != stub.RAND_bytes(16)
    with pytest.raises(ValueError, match="positive"):
        stub.RAND_bytes(-1)


def test_the_objects_that_ssl_names() -> None:
    assert stub.txt2obj("1.3.6.1.5.5.7.3.1") == _ssl.txt2obj("1.3.6.1.5.5.7.3.1") == stub.nid2obj(129)
    assert stub.txt2obj("clientAuth", name=True) == _ssl.txt2obj("clientAuth", name=True)
    with pytest.raises(ValueError, match="unknown object"):
        stub.txt2obj("9.9")
