"""What CPython's own ssl.py needs of OpenSSL, without OpenSSL: names, settings and memory buffers.

No program in a browser may open a socket, so there is nothing for TLS to run on: fetch and WebSocket bring their own.
Libraries still import ssl, make contexts and configure them. All of that works here; a handshake works on the sockets
of Node (`_pyodide._tls`) and raises NotImplementedError elsewhere. The constants have the values of OpenSSL 3, the
version number is the oldest that libraries accept.
"""

from __future__ import annotations

import io
import os
import sys
from binascii import Error as _Base64Error
from binascii import a2b_base64
from functools import wraps
from warnings import warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn, Self, TypeAlias

    from typing_extensions import Buffer

    _Path: TypeAlias = str | bytes | os.PathLike[str] | os.PathLike[bytes]
    _Object: TypeAlias = tuple[int, str, str, str]

OPENSSL_VERSION = "OpenSSL (stub)"
OPENSSL_VERSION_NUMBER = 0x101011_7F
OPENSSL_VERSION_INFO = _OPENSSL_API_VERSION = (1, 1, 1, 23, 15)
_DEFAULT_CIPHERS = "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"

HAS_ALPN = HAS_ECDH = HAS_SNI = HAS_TLS_UNIQUE = HAS_TLSv1_2 = True
HAS_NPN = HAS_PHA = HAS_PSK = HAS_SSLv2 = HAS_SSLv3 = HAS_TLSv1 = HAS_TLSv1_1 = HAS_TLSv1_3 = False

CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED = 0, 1, 2
ENCODING_PEM, ENCODING_DER = 1, 2

PROTOCOL_TLS = PROTOCOL_SSLv23 = 2
PROTOCOL_TLSv1, PROTOCOL_TLSv1_1, PROTOCOL_TLSv1_2 = 3, 4, 5
PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER = 16, 17

PROTO_MINIMUM_SUPPORTED, PROTO_MAXIMUM_SUPPORTED = -2, -1
PROTO_SSLv3, PROTO_TLSv1, PROTO_TLSv1_1, PROTO_TLSv1_2, PROTO_TLSv1_3 = 0x300, 0x301, 0x302, 0x303, 0x304

HOSTFLAG_ALWAYS_CHECK_SUBJECT = 0x01
HOSTFLAG_NO_WILDCARDS = 0x02
HOSTFLAG_NO_PARTIAL_WILDCARDS = 0x04
HOSTFLAG_MULTI_LABEL_WILDCARDS = 0x08
HOSTFLAG_SINGLE_LABEL_SUBDOMAINS = 0x10
HOSTFLAG_NEVER_CHECK_SUBJECT = 0x20

VERIFY_DEFAULT = 0
VERIFY_CRL_CHECK_LEAF = 0x4
VERIFY_CRL_CHECK_CHAIN = 0xC
VERIFY_X509_STRICT = 0x20
VERIFY_ALLOW_PROXY_CERTS = 0x40
VERIFY_X509_TRUSTED_FIRST = 0x8000
VERIFY_X509_PARTIAL_CHAIN = 0x80000

OP_NO_SSLv2 = OP_SINGLE_DH_USE = OP_SINGLE_ECDH_USE = 0
OP_LEGACY_SERVER_CONNECT = 0x4
OP_ENABLE_KTLS = 0x8
OP_IGNORE_UNEXPECTED_EOF = 0x80
OP_NO_TICKET = 0x4000
OP_NO_COMPRESSION = 0x20000
OP_ENABLE_MIDDLEBOX_COMPAT = 0x100000
OP_CIPHER_SERVER_PREFERENCE = 0x400000
OP_NO_SSLv3 = 0x2000000
OP_NO_TLSv1 = 0x4000000
OP_NO_TLSv1_2 = 0x8000000
OP_NO_TLSv1_1 = 0x10000000
OP_NO_TLSv1_3 = 0x20000000
OP_NO_RENEGOTIATION = 0x40000000
OP_ALL = 0x80000054

SSL_ERROR_SSL = 1
SSL_ERROR_WANT_READ = 2
SSL_ERROR_WANT_WRITE = 3
SSL_ERROR_WANT_X509_LOOKUP = 4
SSL_ERROR_SYSCALL = 5
SSL_ERROR_ZERO_RETURN = 6
SSL_ERROR_WANT_CONNECT = 7
SSL_ERROR_EOF = 8
SSL_ERROR_INVALID_ERROR_CODE = 10

ALERT_DESCRIPTION_CLOSE_NOTIFY = 0
ALERT_DESCRIPTION_UNEXPECTED_MESSAGE = 10
ALERT_DESCRIPTION_BAD_RECORD_MAC = 20
ALERT_DESCRIPTION_RECORD_OVERFLOW = 22
ALERT_DESCRIPTION_DECOMPRESSION_FAILURE = 30
ALERT_DESCRIPTION_HANDSHAKE_FAILURE = 40
ALERT_DESCRIPTION_BAD_CERTIFICATE = 42
ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE = 43
ALERT_DESCRIPTION_CERTIFICATE_REVOKED = 44
ALERT_DESCRIPTION_CERTIFICATE_EXPIRED = 45
ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN = 46
ALERT_DESCRIPTION_ILLEGAL_PARAMETER = 47
ALERT_DESCRIPTION_UNKNOWN_CA = 48
ALERT_DESCRIPTION_ACCESS_DENIED = 49
ALERT_DESCRIPTION_DECODE_ERROR = 50
ALERT_DESCRIPTION_DECRYPT_ERROR = 51
ALERT_DESCRIPTION_PROTOCOL_VERSION = 70
ALERT_DESCRIPTION_INSUFFICIENT_SECURITY = 71
ALERT_DESCRIPTION_INTERNAL_ERROR = 80
ALERT_DESCRIPTION_USER_CANCELLED = 90
ALERT_DESCRIPTION_NO_RENEGOTIATION = 100
ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION = 110
ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE = 111
ALERT_DESCRIPTION_UNRECOGNIZED_NAME = 112
ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE = 113
ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE = 114
ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY = 115

_NO_TLS = (
    "TLS is not available in WebAssembly: use the host's own, through fetch or pyodide.http, or in Node useNodeSockFS"
)
_NO_X509 = "Certificates cannot be decoded: this distribution has no OpenSSL"

_CURVES = (b"prime256v1", b"secp256r1", b"secp384r1", b"secp521r1", b"x25519", b"x448", b"p-256", b"p-384", b"p-521")

# Mixed use of the old and the new way to choose a version; the setter warns of it as OpenSSL's module does.
_OP_NO_VERSIONS = OP_NO_SSLv3 | OP_NO_TLSv1 | OP_NO_TLSv1_1 | OP_NO_TLSv1_2 | OP_NO_TLSv1_3

# The only ASN.1 objects that ssl.py itself names: number, short name, long name, identifier.
_OBJECTS: tuple[_Object, ...] = (
    (129, "serverAuth", "TLS Web Server Authentication", "1.3.6.1.5.5.7.3.1"),
    (130, "clientAuth", "TLS Web Client Authentication", "1.3.6.1.5.5.7.3.2"),
)


class SSLError(OSError):
    """An error of the SSL implementation."""

    __module__ = "ssl"
    library: str | None = None
    reason: str | None = None

    def __str__(self) -> str:
        return self.strerror if isinstance(self.strerror, str) else str(self.args)


class SSLZeroReturnError(SSLError):
    """The session was closed cleanly."""

    __module__ = "ssl"


class SSLWantReadError(SSLError):
    """A non-blocking operation needs to read more data."""

    __module__ = "ssl"


class SSLWantWriteError(SSLError):
    """A non-blocking operation needs to write more data."""

    __module__ = "ssl"


class SSLSyscallError(SSLError):
    """A system error while an operation was under way."""

    __module__ = "ssl"


class SSLEOFError(SSLError):
    """The connection ended abruptly."""

    __module__ = "ssl"


class SSLCertVerificationError(SSLError, ValueError):
    """A certificate could not be verified."""

    __module__ = "ssl"
    verify_code: int = 0
    verify_message: str = ""


class Certificate:
    """A certificate of a connection; without connections there are none."""

    def __new__(cls) -> NoReturn:
        raise TypeError(f"cannot create '{cls.__name__}' instances")


class SSLSession:
    """A session to resume; without connections there are none."""

    def __new__(cls) -> NoReturn:
        raise TypeError(f"cannot create '{cls.__name__}' instances")


class _SSLSocket:
    """A connection; none can be made."""

    def __new__(cls) -> NoReturn:
        raise TypeError(f"cannot create '{cls.__name__}' instances")


class MemoryBIO:
    """A queue of bytes."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._eof_written = False

    @property
    def pending(self) -> int:
        """How many bytes can be read."""
        return len(self._data)

    @property
    def eof(self) -> bool:
        """Whether all is read and no more will be written."""
        return self._eof_written and not self._data

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; all of them if it is negative."""
        end = len(self._data) if size < 0 else size
        data = bytes(self._data[:end])
        del self._data[:end]
        return data

    def write(self, b: Buffer, /) -> int:
        """Append bytes and return how many."""
        if self._eof_written:
            raise SSLError("cannot write() after write_eof()")
        data = memoryview(b)
        if not data.contiguous:
            raise BufferError("memoryview: underlying buffer is not C-contiguous")
        self._data += data
        return data.nbytes

    def write_eof(self) -> None:
        """Write no more."""
        self._eof_written = True


def _check_tls() -> None:
    """Raises NotImplementedError where sockets are not the host's own, which has TLS."""
    if not hasattr(sys.modules.get("_pyodide._selector"), "HostSelector"):
        raise NotImplementedError(_NO_TLS)


class _SSLContext:
    """The settings of connections, with the checks that OpenSSL's contexts make."""

    keylog_filename: _Path | None
    post_handshake_auth: bool
    _alpn: list[str]
    _authorities: list[bytes]
    _chain: tuple[str, str, str | None] | None
    _defaults: bool
    _check: bool
    _flags: int
    _host_flags: int
    _newest: int
    _oldest: int
    _on_message: Callable[..., object] | None
    _on_server_name: Callable[..., object] | None
    _option_bits: int
    _protocol: int
    _tickets: int
    _verify: int

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__module__ == "ssl":
            # ssl.py would first ask the socket for an option that Emscripten's own do not have.
            own = cls.wrap_socket  # type: ignore[attr-defined]

            @wraps(own)
            def wrap_socket(self: Self, *args: Any, **kwargs: Any) -> Any:
                _check_tls()
                return own(self, *args, **kwargs)

            cls.wrap_socket = wrap_socket  # type: ignore[attr-defined]

    def __new__(cls, protocol: int, /) -> Self:
        client = protocol == PROTOCOL_TLS_CLIENT
        if protocol in (PROTOCOL_TLS, PROTOCOL_TLSv1, PROTOCOL_TLSv1_1, PROTOCOL_TLSv1_2):
            name = {2: "TLS", 3: "TLSv1", 4: "TLSv1_1", 5: "TLSv1_2"}[protocol]
            warn(f"ssl.PROTOCOL_{name} is deprecated", DeprecationWarning, stacklevel=3)
        elif not client and protocol != PROTOCOL_TLS_SERVER:
            raise ValueError(f"invalid or unsupported protocol version {protocol}")
        self = super().__new__(cls)
        self._protocol = protocol
        self._check = client
        self._verify = CERT_REQUIRED if client else CERT_NONE
        self._flags = VERIFY_X509_TRUSTED_FIRST
        self._option_bits = (
            OP_ALL | OP_NO_SSLv3 | OP_NO_COMPRESSION | OP_CIPHER_SERVER_PREFERENCE
            | OP_ENABLE_MIDDLEBOX_COMPAT
        )  # fmt: skip
        self._oldest = PROTO_TLSv1_2
        self._newest = PROTO_MAXIMUM_SUPPORTED
        self._tickets = 2
        self._authorities = []
        self._alpn = []
        self._chain = None
        self._defaults = False
        self._on_server_name = None
        self._on_message = None
        self._host_flags = HOSTFLAG_NO_PARTIAL_WILDCARDS
        self.keylog_filename = None
        self.post_handshake_auth = False
        return self

    @property
    def protocol(self) -> int:
        return self._protocol

    @property
    def security_level(self) -> int:
        return 2

    @property
    def check_hostname(self) -> bool:
        return self._check

    @check_hostname.setter
    def check_hostname(self, value: object) -> None:
        self._check = bool(value)
        if self._check and self._verify == CERT_NONE:
            self._verify = CERT_REQUIRED

    @property
    def verify_mode(self) -> int:
        return self._verify

    @verify_mode.setter
    def verify_mode(self, value: int) -> None:
        if _index(value) not in (CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED):
            raise ValueError("invalid value for verify_mode")
        if value == CERT_NONE and self._check:
            raise ValueError("Cannot set verify_mode to CERT_NONE when check_hostname is enabled.")
        self._verify = int(value)

    @property
    def verify_flags(self) -> int:
        return self._flags

    @verify_flags.setter
    def verify_flags(self, value: int) -> None:
        self._flags = int(value)

    @property
    def options(self) -> int:
        return self._option_bits

    @options.setter
    def options(self, value: int) -> None:
        value = _index(value)
        if value < 0:
            raise ValueError("value must be positive")
        if value >= 2**64:
            raise OverflowError("Python int too large to convert to C unsigned long long")
        if value & ~self._option_bits & _OP_NO_VERSIONS:
            warn("ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated", DeprecationWarning, stacklevel=3)
        self._option_bits = value

    @property
    def minimum_version(self) -> int:
        return self._oldest

    @minimum_version.setter
    def minimum_version(self, value: int) -> None:
        self._oldest = self._version(value)

    @property
    def maximum_version(self) -> int:
        return self._newest

    @maximum_version.setter
    def maximum_version(self, value: int) -> None:
        self._newest = self._version(value)

    @property
    def num_tickets(self) -> int:
        return self._tickets

    @num_tickets.setter
    def num_tickets(self, value: int) -> None:
        if value < 0:
            raise ValueError("value must be non-negative")
        if self._protocol != PROTOCOL_TLS_SERVER:
            raise ValueError("SSLContext is not a server context.")
        self._tickets = value

    @property
    def sni_callback(self) -> Callable[..., object] | None:
        return self._on_server_name

    @sni_callback.setter
    def sni_callback(self, value: Callable[..., object] | None) -> None:
        if self._protocol == PROTOCOL_TLS_CLIENT:
            raise ValueError("sni_callback cannot be set on TLS_CLIENT context")
        if value is not None and not callable(value):
            raise TypeError("not a callable object")
        self._on_server_name = value

    @property
    def _msg_callback(self) -> Callable[..., object] | None:
        return self._on_message

    @_msg_callback.setter
    def _msg_callback(self, value: Callable[..., object] | None) -> None:
        if value is not None and not callable(value):
            raise TypeError(f"{value} is not callable.")
        self._on_message = value

    def set_ciphers(self, cipherlist: str, /) -> None:
        """Accept any list: which ciphers there are is the host's business."""

    def get_ciphers(self) -> list[dict[str, Any]]:
        return []

    def set_ecdh_curve(self, name: str | bytes, /) -> None:
        """Accept the curves that TLS has (RFC 8422)."""
        if not isinstance(name, (str, bytes)):
            raise TypeError(f"name must be str or bytes, not {type(name).__name__}")
        if (name if isinstance(name, bytes) else name.encode()).lower() not in _CURVES:
            raise ValueError(f"unknown elliptic curve name {name!r}")

    def load_dh_params(self, filepath: _Path, /) -> None:
        """Check that there is such a file."""
        if b"-----BEGIN DH PARAMETERS-----" not in _read(filepath):
            raise SSLError("[PEM: NO_START_LINE] no start line: the file has no DH parameters")

    def set_default_verify_paths(self) -> None:
        """The certificates of authorities that the host comes with."""
        self._defaults = True

    def load_cert_chain(self, certfile: _Path, keyfile: _Path | None = None, password: object = None) -> None:
        """Read the certificate and its key, both in PEM. A key that does not fit shows in the handshake."""
        chain = _read(certfile)
        key = chain if keyfile is None else _read(keyfile)
        if b"CERTIFICATE-----" not in chain or b"KEY-----" not in key:
            raise SSLError("[SSL] PEM lib: no certificate or no key in the file")
        if callable(password):
            password = password()
        if isinstance(password, (bytes, bytearray)):
            password = password.decode()
        self._chain = (chain.decode(), key.decode(), password)  # type: ignore[assignment]

    def load_verify_locations(
        self, cafile: _Path | None = None, capath: _Path | None = None, cadata: str | Buffer | None = None
    ) -> None:
        """Remember the certificates of authorities."""
        if cafile is None and capath is None and cadata is None:
            raise TypeError("cafile, capath and cadata cannot be all omitted")
        if isinstance(cadata, str):
            if not cadata.isascii():
                raise TypeError("cadata should be an ASCII string or a bytes-like object")
            self._add_authorities(_certificates(cadata.encode(), "cadata does not contain a certificate"))
        elif cadata is not None:
            self._add_authorities(_sequences(bytes(cadata)))
        if cafile is not None:
            self._add_authorities(_certificates(_read(cafile), "no certificate or crl found"))

    def cert_store_stats(self) -> dict[str, int]:
        return {"x509": len(self._authorities), "crl": 0, "x509_ca": len(self._authorities)}

    def get_ca_certs(self, binary_form: bool = False) -> list[Any]:
        if not binary_form and self._authorities:
            raise NotImplementedError(_NO_X509)
        return list(self._authorities)

    def session_stats(self) -> dict[str, int]:
        kinds = ("connect", "connect_good", "connect_renegotiate", "accept", "accept_good", "accept_renegotiate")
        return dict.fromkeys(("number", *kinds, "hits", "misses", "timeouts", "cache_full"), 0)

    def set_psk_client_callback(self, callback: object) -> NoReturn:
        raise NotImplementedError(_NO_TLS)

    def set_psk_server_callback(self, callback: object, identity_hint: str | None = None) -> NoReturn:
        raise NotImplementedError(_NO_TLS)

    def _set_alpn_protocols(self, protos: Buffer, /) -> None:
        """Remember the protocols, each behind a byte that tells its length."""
        data = bytes(protos)
        self._alpn = []
        while data:
            self._alpn.append(data[1 : data[0] + 1].decode())
            data = data[data[0] + 1 :]

    def _wrap_socket(self, sock: Any, server_side: bool, server_hostname: str | None = None, **kwargs: object) -> Any:
        _check_tls()
        from _pyodide._tls import TlsSocket

        return TlsSocket(self, sock, server_side, server_hostname)

    def _wrap_bio(
        self,
        incoming: MemoryBIO,
        outgoing: MemoryBIO,
        server_side: bool,
        server_hostname: str | None = None,
        **kwargs: object,
    ) -> Any:
        _check_tls()
        from _pyodide._tls import TlsMemory

        return TlsMemory(self, incoming, outgoing, server_side, server_hostname)

    def _version(self, value: int) -> int:
        if self._protocol not in (PROTOCOL_TLS, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER):
            raise ValueError("The context's protocol doesn't support modification of highest and lowest version.")
        names = {PROTO_SSLv3: "SSLv3", PROTO_TLSv1: "TLSv1", PROTO_TLSv1_1: "TLSv1_1"}
        if value in names:
            warn(f"ssl.TLSVersion.{names[value]} is deprecated", DeprecationWarning, stacklevel=4)
        elif value not in (PROTO_MINIMUM_SUPPORTED, PROTO_MAXIMUM_SUPPORTED, PROTO_TLSv1_2, PROTO_TLSv1_3):
            raise ValueError(f"Unsupported TLS/SSL version {value:#x}")
        return int(value)

    def _add_authorities(self, certificates: list[bytes]) -> None:
        self._authorities += [der for der in certificates if der not in self._authorities]


def RAND_bytes(n: int, /) -> bytes:
    """`n` bytes from the host's cryptographic source."""
    if n < 0:
        raise ValueError("num must be positive")
    return os.urandom(n)


def RAND_add(string: str | Buffer, entropy: float, /) -> None:
    """The host's source needs no seed."""


def RAND_status() -> bool:
    """Whether the source is seeded: always."""
    return True


def get_default_verify_paths() -> tuple[str, str, str, str]:
    """The variables that name a certificate file and folder, and where these are otherwise: nowhere."""
    return ("SSL_CERT_FILE", "", "SSL_CERT_DIR", "")


def txt2obj(txt: str, name: bool = False) -> _Object:
    """The ASN.1 object of an identifier or, if `name` is true, of a name."""
    for known in _OBJECTS:
        if txt == known[3] or (name and txt in known[1:3]):
            return known
    raise ValueError(f"unknown object {txt[:100]!r}")


def nid2obj(nid: int, /) -> _Object:
    """The ASN.1 object of a number."""
    if nid < 0:
        raise ValueError("NID must be positive.")
    for known in _OBJECTS:
        if nid == known[0]:
            return known
    raise ValueError(f"unknown NID {nid}")


def _test_decode_cert(path: _Path, /) -> NoReturn:
    raise NotImplementedError(_NO_X509)


def _read(path: _Path) -> bytes:
    with io.FileIO(path) as file:
        return file.readall()


def _index(value: object) -> int:
    """The number, which must not be a float or None."""
    if not isinstance(value, int):
        raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
    return value


def _sequences(data: bytes) -> list[bytes]:
    """The DER sequences that stand one behind the other (X.690, 8.1). Raises SSLError if it is anything else."""
    found = []
    while data:
        size, head = data[1] if len(data) > 1 else 0, 2
        if size & 0x80:
            head += size & 0x7F
            size = int.from_bytes(data[2:head], "big")
        if data[0] != 0x30 or len(data) < head + size:
            raise SSLError("[ASN1: NOT_ENOUGH_DATA] not enough data: cadata does not contain a certificate")
        found.append(data[: head + size])
        data = data[head + size :]
    if not found:
        raise ValueError("Empty certificate data")
    return found


def _certificates(pem: bytes, complaint: str) -> list[bytes]:
    """The certificates in PEM text, in DER. Raises SSLError with the complaint if there are none."""
    found = []
    for block in pem.split(b"-----BEGIN CERTIFICATE-----")[1:]:
        body, end, _ = block.partition(b"-----END CERTIFICATE-----")
        if end:
            try:
                found.append(a2b_base64(body))
            except _Base64Error as error:
                raise SSLError(f"[X509] PEM lib: bad base64 in a certificate: {error}") from None
    if not found:
        raise SSLError(complaint)
    return found
