"""Finix's official SDK takes the dialect for Finix: every call on files and external links."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    finix = pytest.importorskip("finix", reason="the official finix package is not installed")
    models = pytest.importorskip("finix.models")

pytestmark = pytest.mark.filterwarnings("ignore")
PDF = b"%PDF-1.4 statement"


@pytest.fixture
def account(dialects_on_socket: dict[str, dict[str, str]]) -> dict[str, str]:
    return dialects_on_socket["finix"]


def client_of(account: dict[str, str], *, secret: str | None = None) -> Any:
    from finix.configuration import Configuration  # type: ignore[import-untyped]  # it has no types

    password = account["secret"] if secret is None else secret
    return finix.FinixClient(
        Configuration(username=account["username"], password=password, environment=account["base_url"])
    )


@pytest.fixture
def client(account: dict[str, str]) -> Any:
    return client_of(account)


def record(client: Any, name: str = "Statement") -> Any:
    request = models.CreateFileRequest(
        display_name=name, linked_to="MU1", type="BANK_STATEMENT", tags=models.Tags(order="42")
    )
    return client.files.create(create_file_request=request)


def test_a_file_goes_up_and_comes_back(client: Any, tmp_path: Path) -> None:
    made = record(client)
    assert (made.status, made.linked_to, made.type) == ("REQUIRES_UPLOAD", "MU1", "BANK_STATEMENT")
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    with path.open("rb") as body:
        sent = client.files.upload(made.id, upload_file_request=models.UploadFileRequest(file=body))
    assert (sent.id, sent.status, sent.extension) == (made.id, "PENDING", "pdf")
    assert client.files.get(made.id).id == made.id
    with client.files.download(made.id) as got:
        assert got.read() == PDF


def test_links_are_made_listed_and_got(client: Any, tmp_path: Path) -> None:
    made = record(client)
    request = models.CreateExternalLinkRequest(type="UPLOAD", duration=30)
    link = client.files.create_external_link(made.id, create_external_link_request=request)
    left = datetime.fromisoformat(str(link.expires_at)) - datetime.now(UTC)
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    assert httpx.put(link.url, content=PDF, trust_env=False).status_code == 200
    request = models.CreateExternalLinkRequest(type="DOWNLOAD", duration=5)
    download = client.files.create_external_link(made.id, create_external_link_request=request)
    assert httpx.get(download.url, trust_env=False).content == PDF
    assert client.files.get_external_link(made.id, link.id).type == "UPLOAD"
    page = client.files.list_external_links(made.id, limit=1)
    assert [one.id for one in page] == [download.id]
    assert page.page["next_cursor"] == download.id


def test_lists_are_walked_to_their_end(client: Any) -> None:
    names = {record(client, f"f{number}").display_name for number in range(5)}
    page, seen = client.files.list(limit=2), set()
    while True:
        seen |= {one.display_name for one in page}
        if page.page["next_cursor"] is None:
            break
        page = page.list_next()
    assert seen == names
    # The SDK takes a null cursor for one more page, and asks for it by the word None.
    assert list(page.list_next()) == []
    assert len(list(client.files.list(created_at_gte="2022-09-27T11:21:23"))) == 5


def test_errors_are_the_sdks_own(client: Any, account: dict[str, str]) -> None:
    with pytest.raises(finix.exceptions.NotFoundException) as missing:
        client.files.get("FILE_gone")
    assert [error.code for error in missing.value.body] == ["NOT_FOUND"]
    with pytest.raises(finix.exceptions.UnauthorizedException) as unknown:
        client_of(account, secret="wrong").files.list()
    assert [error.code for error in unknown.value.body] == ["UNKNOWN"]
