"""TLS by the host: what `_ssl` gives to ssl.SSLSocket and ssl.SSLObject after `pyodide.useNodeSockFS()`."""

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
    from typing import Any, NoReturn

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


class _Connection:
    """One end of a TLS connection: what programs ask about it."""

    def __init__(self, context: Any, server_side: bool, server_hostname: str | None) -> None:
        self.context = context
        self.server_side = server_side
        self.server_hostname = server_hostname
        self.owner = None
        self.session = None
        self.session_reused = False
        self._about: Any = None

    def _options(self, early: bytes = b"") -> Any:
        """What the host wants to know. `early` was received already."""
        context = self.context
        chain, key, password = context._chain or (None, None, None)
        options = {
            "isServer": self.server_side,
            "host": self.server_hostname or "",
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
            "early": early,
        }
        return to_js(options, dict_converter=_object)

    def _error(self, error: JsException) -> OSError:
        return _error(getattr(error, "code", "") or "", str(error.message), self.server_hostname)

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


class TlsSocket(_Connection):
    """TLS over a socket. The socket's own calls carry the plain text once the handshake is done."""

    def __init__(self, context: Any, sock: Any, server_side: bool, server_hostname: str | None) -> None:
        super().__init__(context, server_side, server_hostname)
        self._sock: Callable[[], Any] = weakref.ref(sock)  # which holds this

    def do_handshake(self) -> None:
        """Raises SSLCertVerificationError, SSLError, SSLWantReadError, or what the socket raises."""
        if self._about is not None:
            return
        seconds = self._sock().gettimeout()
        try:
            if seconds == 0:
                self._about = pyodide_js._api.tryTls(self._sock().fileno(), self._options())
                if self._about is None:
                    raise _ssl.SSLWantReadError(2, "The operation did not complete (do_handshake)")
            else:
                self._about = run_sync(self._handshake(seconds))
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
        return pyodide_js._api.startTls(self._sock().fileno(), self._options(early), (seconds or 0) * 1000)

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


class TlsMemory(_Connection):
    """TLS between two ssl.MemoryBIO, for ssl.SSLObject. The host works on it in turns of its own event loop.

    So these methods wait for it as run_sync() does, but never for the peer. Raises RuntimeError where Python cannot.
    """

    def __init__(
        self, context: Any, incoming: Any, outgoing: Any, server_side: bool, server_hostname: str | None
    ) -> None:
        super().__init__(context, server_side, server_hostname)
        self._incoming = incoming
        self._outgoing = outgoing
        self._tls: Any = None
        self._closing = False

    def __del__(self) -> None:
        if self._tls is not None:
            self._tls.destroy()

    def do_handshake(self) -> None:
        """Raises SSLWantReadError as long as the peer has to say more, SSLCertVerificationError, SSLError."""
        if self._about is not None:
            return
        if self._tls is None:
            self._tls = pyodide_js._api.memoryTls(self._options())
        self._advance()
        self._about = self._tls.facts
        if self._about is None:
            self._want_more("do_handshake")

    def read(self, length: int = 1024, buffer: Any = None) -> Any:
        """The bytes, or their number if there is a buffer for them."""
        self.do_handshake()
        if length == 0:
            return b"" if buffer is None else 0
        if self._tls.pending == 0 and self._incoming.pending:
            self._advance()
        if self._tls.pending == 0:
            if self._tls.ended:
                raise _ssl.SSLZeroReturnError(6, "TLS/SSL connection has been closed (EOF)")
            self._want_more("read")
        if buffer is None:
            return self._tls.read(length).to_bytes()
        data = self._tls.read(min(length or len(buffer), len(buffer)))
        size = data.length
        memoryview(buffer).cast("B")[:size] = data.to_bytes()
        return size

    def write(self, data: Any) -> int:
        """Encrypts all of the bytes and returns how many."""
        self.do_handshake()
        view = memoryview(data).cast("B")
        if self._closing:
            raise _ssl.SSLError(1, "[SSL: PROTOCOL_IS_SHUTDOWN] protocol is shutdown")
        if view.nbytes:
            self._tls.write(to_js(view))
            self._advance()
        return view.nbytes

    def pending(self) -> int:
        return self._tls.pending if self._tls is not None else 0

    def shutdown(self) -> None:
        """Says that no more is sent. Raises SSLWantReadError until the peer has said so too."""
        self.do_handshake()
        if not self._closing:
            self._closing = True
            self._tls.end()
        self._advance()
        if not self._tls.ended:
            self._want_more("shutdown")

    def _advance(self) -> None:
        """Let the host work on what has come, and take what it wants to send."""
        data = run_sync(self._tls.advance(to_js(self._incoming.read())))
        self._outgoing.write(data.to_bytes())
        if self._tls.error is not None and self._tls.pending == 0 and not self._tls.ended:
            raise self._error(self._tls.error)

    def _want_more(self, what: str) -> NoReturn:
        if self._incoming.eof:
            raise _ssl.SSLEOFError(8, "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol")
        raise _ssl.SSLWantReadError(2, f"The operation did not complete ({what})")


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
