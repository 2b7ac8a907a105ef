"""Stripe's official SDK takes the dialect for Stripe: every call on files and links, over a real socket."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

stripe = pytest.importorskip("stripe", reason="the official stripe package is not installed")

PDF = b"%PDF-1.4 evidence"
Dialects = dict[str, dict[str, str]]


@pytest.fixture
def account(dialects_on_socket: Dialects) -> dict[str, str]:
    return dialects_on_socket["stripe"]


@pytest.fixture
def client(account: dict[str, str]) -> Any:
    return client_of(account)


def client_of(account: dict[str, str], **options: Any) -> Any:
    base = account["base_url"]
    return stripe.StripeClient(
        account["secret"], base_addresses={"api": base, "files": base}, max_network_retries=0, **options
    )


def upload(client: Any, **params: Any) -> Any:
    return client.v1.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(PDF)} | params)


def test_a_file_goes_up_and_its_link_gives_the_bytes(
    client: Any, account: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "Beweis ü.pdf"
    path.write_bytes(PDF)
    expires_at = int(time.time()) + 3600
    with path.open("rb") as body:
        file = client.v1.files.create(
            {
                "purpose": "dispute_evidence",
                "file": body,
                "file_link_data": {"create": True, "expires_at": expires_at, "metadata": {"order": "6735"}},
            }
        )
    assert (file.object, file.size, file.type, file.filename) == ("file", len(PDF), "pdf", "Beweis ü.pdf")
    (link,) = file.links.data
    assert (link.expires_at, link.metadata.to_dict(), link.expired) == (expires_at, {"order": "6735"}, False)
    assert httpx.get(link.url, trust_env=False).content == PDF
    assert httpx.get(file.url, trust_env=False).status_code == 401
    assert httpx.get(file.url, auth=(account["secret"], ""), trust_env=False).content == PDF


def test_files_are_found_again(client: Any) -> None:
    first, second = upload(client), upload(client, purpose="pci_document")
    assert client.v1.files.retrieve(first.id).to_dict() == first.to_dict()
    assert [file.id for file in client.v1.files.list().data] == [second.id, first.id]
    assert [file.id for file in client.v1.files.list({"purpose": "pci_document"}).data] == [second.id]
    assert client.v1.files.list({"created": {"gt": int(time.time()) + 60}}).data == []


def test_a_link_lives_the_whole_of_its_life(client: Any) -> None:
    file, later = upload(client), int(time.time()) + 3600
    links = client.v1.file_links
    link = links.create({"file": file.id, "metadata": {"order": "6735", "name": "Ü"}})
    assert (link.livemode, link.expires_at, link.file) == (False, None, file.id)
    assert links.retrieve(link.id).to_dict() == link.to_dict()
    assert links.update(link.id, {"expires_at": later}).expires_at == later
    assert links.update(link.id, {"expires_at": ""}).expires_at is None
    assert links.update(link.id, {"metadata": {"order": "", "new": "1"}}).metadata.to_dict() == {
        "name": "Ü",
        "new": "1",
    }
    assert links.update(link.id, {"metadata": ""}).metadata.to_dict() == {}
    assert links.update(link.id, {"expires_at": "now"}).expired is True
    assert httpx.get(link.url, trust_env=False).status_code == 410
    with pytest.raises(stripe.InvalidRequestError):
        links.update(link.id, {"expires_at": later})
    assert [found.id for found in links.list({"expired": True}).data] == [link.id]
    assert links.list({"expired": False}).data == []


def test_lists_page_by_themselves_and_keep_their_filters(client: Any) -> None:
    file, other = upload(client), upload(client)
    made = [client.v1.file_links.create({"file": file.id}).id for _ in range(7)]
    client.v1.file_links.create({"file": other.id})
    page = client.v1.file_links.list({"limit": 3, "file": file.id, "created": {"gt": 5}})
    assert [link.id for link in page.auto_paging_iter()] == made[::-1]
    backwards = client.v1.file_links.list({"limit": 3, "file": file.id, "ending_before": made[0]})
    assert {link.id for link in backwards.auto_paging_iter()} == set(made[1:])
    embedded = client.v1.files.retrieve(file.id).links
    assert [link.id for link in embedded.auto_paging_iter()] == made[::-1]
    (nested,) = client.v1.files.retrieve(other.id).links.list().data
    assert nested.file == other.id


def test_what_is_expanded_is_an_object(client: Any) -> None:
    file = upload(client)
    link = client.v1.file_links.create({"file": file.id, "expand": ["file"]})
    assert (link.file.object, link.file.id) == ("file", file.id)
    (listed,) = client.v1.file_links.list({"expand": ["data.file"]}).data
    assert listed.file.size == len(PDF)


def test_errors_are_the_sdks_own(client: Any, account: dict[str, str]) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.files.retrieve("file_none")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    assert missing.value.request_id.startswith("req_")
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        client.v1.file_links.create({"file": "x", "surprise": 1})
    assert (unknown.value.code, unknown.value.param) == ("parameter_unknown", "surprise")
    with pytest.raises(stripe.AuthenticationError):
        client_of(account | {"secret": "sk_test_wrong"}).v1.files.list()
    with pytest.raises(stripe.PermissionError):
        client.v1.files.list(options={"stripe_account": "nobody"})


def test_an_idempotency_key_makes_one_link(client: Any) -> None:
    file, options = upload(client), {"idempotency_key": "k1"}
    first = client.v1.file_links.create({"file": file.id}, options=options)
    assert client.v1.file_links.create({"file": file.id}, options=options).id == first.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.file_links.create({"file": file.id, "metadata": {"a": "b"}}, options=options)
    assert first.last_response.request_id.startswith("req_")


def test_a_connected_account_has_its_own_objects(client: Any) -> None:
    options = {"stripe_account": "acct_1connected"}
    file = client.v1.files.create(
        {"purpose": "business_icon", "file": io.BytesIO(b"GIF89a")},
        options=options,
    )
    assert [found.id for found in client.v1.files.list(options=options).data] == [file.id]
    assert client.v1.files.list().data == []


def test_the_module_style_works_too(account: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe, "api_key", account["secret"])
    monkeypatch.setattr(stripe, "api_base", account["base_url"])
    monkeypatch.setattr(stripe, "upload_api_base", account["base_url"])
    file = stripe.File.create(purpose="dispute_evidence", file=io.BytesIO(PDF))
    link = stripe.FileLink.create(file=file.id)
    assert stripe.FileLink.modify(link.id, metadata={"a": "b"}).metadata.to_dict() == {"a": "b"}
    assert stripe.FileLink.retrieve(link.id).id == stripe.FileLink.list().data[0].id
    assert stripe.File.retrieve(file.id).id == stripe.File.list().data[0].id


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the SDK's own way with httpx
async def test_the_async_client_makes_every_call(account: dict[str, str]) -> None:
    client = client_of(account, http_client=stripe.HTTPXClient(allow_sync_methods=False))
    files, links = client.v1.files, client.v1.file_links
    file = await files.create_async({"purpose": "dispute_evidence", "file": io.BytesIO(PDF)})
    assert (await files.retrieve_async(file.id)).id == file.id
    assert [found.id for found in (await files.list_async()).data] == [file.id]
    made = [(await links.create_async({"file": file.id})).id for _ in range(3)]
    page = await links.list_async({"limit": 2})
    assert [link.id async for link in page.auto_paging_iter()] == made[::-1]
    assert (await links.update_async(made[0], {"expires_at": "now"})).expired is True
    assert (await links.retrieve_async(made[0])).expired is True
    with pytest.raises(stripe.InvalidRequestError):
        await links.retrieve_async("link_none")
    await client._requestor._client.close_async()
