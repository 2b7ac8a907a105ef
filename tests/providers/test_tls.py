"""A service is believed by its certificate: the system's authorities, a file, or one fingerprint."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from linktui.model.capability import Account, Connection, Limits
from linktui.model.errors import InvalidInput, Unavailable
from linktui.providers.context import Context
from linktui.providers.http import HttpClient
from linktui.providers.tls import fingerprint_of, served_certificate, trust
from tests.fakes import Clock

trustme = pytest.importorskip("trustme")


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def authority() -> object:
    return trustme.CA()


@pytest.fixture
def url(authority: object) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)  # type: ignore[attr-defined]  # trustme is optional
    server = HTTPServer(("127.0.0.1", 0), Hello)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def ask(url: str, connection: Connection) -> int:
    account = Account(name="a", provider="fake", limits=Limits(), connection=connection)

    async def at_once(seconds: float) -> None:
        """Let no time pass."""

    client = HttpClient(Context(account=account, clock=Clock(), sleep=at_once), url)
    try:
        return (await client.call("GET", "/")).status
    finally:
        await client.close()


async def test_a_certificate_nobody_vouches_for_is_refused(url: str) -> None:
    with pytest.raises(Unavailable):
        await ask(url, Connection())


async def test_an_authority_of_ones_own_is_trusted(url: str, authority: object, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)  # type: ignore[attr-defined]  # trustme is optional
    assert await ask(url, Connection(ca_file=str(path))) == 200


async def test_the_one_certificate_of_a_fingerprint_is_trusted(url: str) -> None:
    shown = fingerprint_of(served_certificate(url))
    with_colons = ":".join(shown[at : at + 2] for at in range(0, 64, 2)).upper()
    assert await ask(url, Connection(fingerprint=shown)) == 200
    assert await ask(url, Connection(fingerprint=with_colons)) == 200


async def test_another_fingerprint_is_said_with_the_one_shown(url: str) -> None:
    with pytest.raises(InvalidInput, match=fingerprint_of(served_certificate(url))):
        await ask(url, Connection(fingerprint="00" * 32))


async def test_anything_is_trusted_only_when_told_so(url: str) -> None:
    assert await ask(url, Connection(verify=False)) == 200


def test_a_file_of_no_certificates_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("nothing")
    for name in (path, tmp_path / "none.pem"):
        with pytest.raises(InvalidInput, match=name.name):
            trust(Connection(ca_file=str(name)), "https://service.test")


def test_a_host_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        trust(Connection(fingerprint="00" * 32), "https://127.0.0.1:1")
