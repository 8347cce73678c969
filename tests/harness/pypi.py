"""A stand-in for PyPI, for programs that know its address: a proxy that answers in the name of its hosts."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from harness.index import hashed
from harness.localserver import LocalServer
from harness.tcpserver import make_certificate

HOSTS = ("pypi.org", "files.pythonhosted.org")


class Pypi(LocalServer):
    """Serves the files of one release and its record in the JSON API.

    environment: the variables by which a program asks it instead of PyPI, and believes it.
    """

    def __init__(self, folder: Path, name: str, version: str, files: Iterable[Path]) -> None:
        make_certificate(folder, "pypi", *(f"DNS:{host}" for host in HOSTS))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "pypi.crt", folder / "pypi.key")
        served = {path.name: path.read_bytes() for path in files}
        record = _record(name, version, served)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_CONNECT(self) -> None:
                host = self.path.partition(":")[0]
                self.send_response(200 if host in HOSTS else 403)
                self.end_headers()
                if host in HOSTS:
                    self.request = context.wrap_socket(self.connection, server_side=True)
                    self.setup()

            def do_GET(self) -> None:
                file = self.path.rpartition("/")[2]
                found = record if self.path == f"/pypi/{name}/json" else served.get(file)
                self.send_response(404 if found is None else 200)
                self.send_header("Content-Length", str(len(found or b"")))
                self.end_headers()
                self.wfile.write(found or b"")

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        super().__init__(Handler)
        certificate = str(folder / "pypi.crt")
        self.environment = {"HTTPS_PROXY": self.url, "SSL_CERT_FILE": certificate, "REQUESTS_CA_BUNDLE": certificate}


def _record(name: str, version: str, files: dict[str, bytes]) -> bytes:
    urls = [
        {
            "filename": file,
            "packagetype": "bdist_wheel" if file.endswith(".whl") else "sdist",
            "url": f"https://{HOSTS[1]}/packages/{file}",
            "digests": hashed(data),
        }
        for file, data in files.items()
    ]
    info = {"name": name, "version": version, "summary": "", "home_page": "", "license": ""}
    return json.dumps({"info": info, "urls": urls, "releases": {version: urls}}).encode()
