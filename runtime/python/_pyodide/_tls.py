"""TLS over sockets by the host: what `_ssl` gives to ssl.SSLSocket after `pyodide.useNodeSockFS()`."""

from __future__ import annotations

import _socket
import _ssl
import socket
import weakref
from binascii import b2a_base64

import pyodide_js
from pyodide.ffi import JsException, run_sync, to_js

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# What the host calls a certificate it does not accept: OpenSSL's number and words.
_VERIFY_ERRORS = {
    "CERT_NOT_YET_VALID": (9, "certificate is not yet valid"),
    "CERT_HAS_EXPIRED": (10, "certificate has expired"),
    "DEPTH_ZERO_SELF_SIGNED_CERT": (18, "self-signed certificate"),
    "SELF_SIGNED_CERT_IN_CHAIN": (19, "self-signed certificate in certificate chain"),
    "UNABLE_TO_GET_ISSUER_CERT": (2, "unable to get issuer certificate"),
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY": (20, "unable to get local issuer certificate"),
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE": (21, "unable to verify the first certificate"),
    "CERT_SIGNATURE_FAILURE": (7, "certificate signature failure"),
    "CERT_REVOKED": (23, "certificate revoked"),
    "INVALID_PURPOSE": (26, "unsuitable certificate purpose"),
    "CERT_UNTRUSTED": (27, "certificate not trusted"),
    "ERR_TLS_CERT_ALTNAME_INVALID": (62, "hostname mismatch"),
}

_NAMES = {
    "C": "countryName",
    "ST": "stateOrProvinceName",
    "L": "localityName",
    "O": "organizationName",
    "OU": "organizationalUnitName",
    "CN": "commonName",
    "emailAddress": "emailAddress",
}

_VERSIONS = {
    _ssl.PROTO_TLSv1: "TLSv1",
    _ssl.PROTO_TLSv1_1: "TLSv1.1",
    _ssl.PROTO_TLSv1_2: "TLSv1.2",
    _ssl.PROTO_TLSv1_3: "TLSv1.3",
}


class TlsSocket:
    """One end of a TLS connection. The socket's own calls carry the plain text once the handshake is done."""

    def __init__(self, context: Any, sock: Any, server_side: bool, server_hostname: str | None) -> None:
        self.context = context
        self.server_side = server_side
        self.server_hostname = server_hostname
        self.owner = None
        self.session = None
        self.session_reused = False
        self._sock: Callable[[], Any] = weakref.ref(sock)  # which holds this
        self._about: Any = None

    def do_handshake(self) -> None:
        """Raises SSLCertVerificationError, SSLError, or what the socket raises."""
        if self._about is not None:
            return
        try:
            self._about = run_sync(self._handshake(self._sock().gettimeout()))
        except JsException as error:
            raise self._error(error) from None

    async def shake_hands(self, seconds: float, early: bytes = b"") -> None:
        """As do_handshake(), for asyncio. `early` was received already."""
        try:
            self._about = await self._handshake(seconds, early)
        except JsException as error:
            raise self._error(error) from None

    def _handshake(self, seconds: float | None, early: bytes = b"") -> Any:
        """A promise."""
        options = to_js({**self._options(), "early": early}, dict_converter=_object)
        return pyodide_js._api.startTls(self._sock().fileno(), options, (seconds or 0) * 1000)

    def _error(self, error: JsException) -> OSError:
        return _error(getattr(error, "code", "") or "", str(error.message), self.server_hostname)

    def _options(self) -> dict[str, Any]:
        context = self.context
        name = self.server_hostname or ""
        chain, key, password = context._chain or (None, None, None)
        return {
            "isServer": self.server_side,
            "host": name,
            "verify": context.verify_mode != _ssl.CERT_NONE,
            "optional": context.verify_mode == _ssl.CERT_OPTIONAL,
            "minVersion": _VERSIONS.get(context.minimum_version),
            "maxVersion": _VERSIONS.get(context.maximum_version),
            "checkName": context.check_hostname,
            "defaults": context._defaults,
            "authorities": [_pem(der) for der in context._authorities],
            "protocols": context._alpn,
            "cert": chain,
            "key": key,
            "passphrase": password,
        }

    def read(self, length: int = 1024, buffer: Any = None) -> Any:
        """The bytes, or their number if there is a buffer for them."""
        sock = self._sock()
        try:
            if buffer is None:
                return _socket.socket.recv(sock, length)
            return _socket.socket.recv_into(sock, buffer, length)
        except BlockingIOError:
            raise _ssl.SSLWantReadError(2, "The operation did not complete (read)") from None

    def write(self, data: Any) -> int:
        """Sends some of the bytes and returns how many."""
        try:
            return _socket.socket.send(self._sock(), data)
        except BlockingIOError:
            raise _ssl.SSLWantWriteError(3, "The operation did not complete (write)") from None

    def pending(self) -> int:
        """None that poll() would not find as well."""
        return 0

    def shutdown(self) -> Any:
        """Says that no more is sent."""
        sock = self._sock()
        _socket.socket.shutdown(sock, socket.SHUT_WR)
        return sock

    def version(self) -> str | None:
        return self._about and self._about.version  # type: ignore[no-any-return]

    def cipher(self) -> tuple[str, str, int | None] | None:
        if self._about is None:
            return None
        return self._about.cipher, self._about.version, None

    def shared_ciphers(self) -> None:
        """Not known."""

    def compression(self) -> None:
        """There is none."""

    def selected_alpn_protocol(self) -> str | None:
        return (self._about and self._about.protocol) or None

    def getpeercert(self, binary_form: bool = False) -> Any:
        """The peer's certificate: as DER, or as a dict, which is empty if it was not verified."""
        if self._about is None:
            raise ValueError("handshake not done yet")
        if not hasattr(self._about.certificate, "raw"):
            return None
        certificate = self._about.certificate
        if binary_form:
            return certificate.raw.to_bytes()
        if self.context.verify_mode == _ssl.CERT_NONE:
            return {}
        names = str(getattr(certificate, "subjectaltname", None) or "")
        return {
            "subject": _names(certificate.subject),
            "issuer": _names(certificate.issuer),
            "serialNumber": certificate.serialNumber,
            "notBefore": certificate.valid_from,
            "notAfter": certificate.valid_to,
            "subjectAltName": tuple(tuple(name.split(":", 1)) for name in names.split(", ") if name),
        }

    def get_channel_binding(self, kind: str = "tls-unique") -> None:
        """Not known."""


def _object(entries: Any) -> Any:
    from js import Object

    return Object.fromEntries(entries)


def _pem(der: bytes) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{b2a_base64(der).decode()}-----END CERTIFICATE-----\n"


def _names(entries: Any) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(((_NAMES.get(key, key), str(value)),) for key, value in entries.object_entries())


def _error(code: str, message: str, name: str | None) -> OSError:
    if code == "ETIMEDOUT":
        return TimeoutError("_ssl.c: The handshake operation timed out")
    if code in ("ECONNRESET", "EPIPE"):
        return _ssl.SSLEOFError(8, f"[SSL: UNEXPECTED_EOF_WHILE_READING] {message}")
    number, text = _VERIFY_ERRORS.get(code, (0, ""))
    if not number:
        return _ssl.SSLError(1, f"[SSL] {message}")
    if number == 62:
        text = f"Hostname mismatch, certificate is not valid for {name!r}."
    error = _ssl.SSLCertVerificationError(1, f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {text}")
    error.verify_code, error.verify_message = number, text
    error.reason, error.library = "CERTIFICATE_VERIFY_FAILED", "SSL"
    return error
