"""Key derivation without OpenSSL. CPython's own vectors are in its test_hashlib, which test_cpython.py runs."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from harness.runtime import Runtime


@pytest.mark.parametrize(
    "name", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s"]
)
def test_pbkdf2_gives_what_openssl_gives(runtime: Runtime, name: str) -> None:
    there = {"blake2b": "blake2b512", "blake2s": "blake2s256", "sha3_256": "sha3-256"}.get(name, name)
    for password, salt, rounds, size in (
        (b"p", b"", 1, 5),
        (b"password" * 40, b"salt", 3, 200),
        (b"", b"\0", 1000, None),
    ):
        code = f"import hashlib; hashlib.pbkdf2_hmac({name!r}, {password!r}, {salt!r}, {rounds}, {size}).hex()"
        assert runtime.run_python(code) == hashlib.pbkdf2_hmac(there, password, salt, rounds, size).hex()


@pytest.mark.parametrize(("n", "r", "p", "size"), [(2, 1, 1, 64), (16, 8, 3, 33), (1024, 8, 1, 64), (64, 3, 2, 1)])
def test_scrypt_gives_what_openssl_gives(runtime: Runtime, n: int, r: int, p: int, size: int) -> None:
    code = f"import hashlib; hashlib.scrypt(b'password', salt=b'NaCl', n={n}, r={r}, p={p}, dklen={size}).hex()"
    assert runtime.run_python(code) == hashlib.scrypt(b"password", salt=b"NaCl", n=n, r=r, p=p, dklen=size).hex()


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("pbkdf2_hmac('unknown', b'', b'', 1)", "ValueError: unsupported hash type unknown"),
        ("pbkdf2_hmac('sha1', 'text', b'', 1)", "TypeError: a bytes-like object is required, not 'str'"),
        ("pbkdf2_hmac('sha1', b'', b'', 0)", "ValueError: iteration value must be greater than 0."),
        ("pbkdf2_hmac('sha1', b'', b'', 1, 0)", "ValueError: key length must be greater than 0."),
        ("scrypt(b'', salt=b'', n=3, r=8, p=1)", "ValueError: n must be a power of 2."),
        (
            "scrypt(b'', salt=b'', n=2 ** 20, r=8, p=1)",
            "ValueError: Invalid parameter combination for n, r, p, maxmem.",
        ),
        (
            "scrypt(b'', salt=b'', n=2, r=8, p=1, maxmem=-1)",
            "ValueError: maxmem must be positive and smaller than 2147483647",
        ),
    ],
)
def test_bad_arguments_are_refused(runtime: Runtime, call: str, error: str) -> None:
    code = f"""
        import hashlib
        try:
            hashlib.{call}
        except Exception as error:
            said = f"{{type(error).__name__}}: {{error}}"
        said
    """
    assert runtime.run_python(code) == error


def test_every_digest_hmac_and_random_source(runtime: Runtime) -> None:
    code = """
        import hashlib, hmac, random, secrets, uuid
        [sorted(hashlib.algorithms_available),
         [hmac.digest(b"k", b"m", name).hex() for name in ("md5", "sha256", "sha3_512")],
         random.SystemRandom().random() != random.random(),
         len(secrets.token_urlsafe()) > 40,
         uuid.uuid4() != uuid.uuid4(),
         hashlib.file_digest(__import__("io").BytesIO(b"abc"), "sha1").hexdigest()]
    """
    names, digests, *rest, file = runtime.run_python(code)
    assert {*hashlib.algorithms_guaranteed} <= set(names)
    assert digests == [hmac_of(name) for name in ("md5", "sha256", "sha3_512")]
    assert rest == [True, True, True]
    assert file == hashlib.sha1(b"abc").hexdigest()


def hmac_of(name: str) -> str:
    return hmac.digest(b"k", b"m", name).hex()
