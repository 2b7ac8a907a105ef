"""A file arrives once and as it was, whatever happens to the answers."""

from __future__ import annotations

import os

import pytest

from linktui.model.capability import Ability
from linktui.model.errors import ProviderError, Unavailable
from linktui.providers.base import KeepsFiles, Provider, ReadsFiles, UploadsResumably
from tests.conformance.acts import PDF, all_file_ids, go_on, needs, options_of, send, shared, spec, stored
from tests.conformance.conftest import Far


async def test_a_file_is_what_was_sent(provider: Provider) -> None:
    data = PDF + os.urandom(50_000)
    file_id = await stored(provider, data, "quarterly report.pdf")
    assert isinstance(provider, KeepsFiles)
    file = await provider.get_file(file_id)
    assert file.name == "quarterly report.pdf"
    assert file.size in {len(data), None}
    assert file_id in await all_file_ids(provider)
    needs(provider, Ability.DOWNLOAD_FILE)
    assert isinstance(provider, ReadsFiles)
    assert b"".join([piece async for piece in provider.read_file(file_id)]) == data


@pytest.mark.parametrize(
    "name", ["Überweisung €.pdf", "日本語.pdf", 'a b;c"d.pdf', "[nope] {{x}}.pdf", "💶.pdf"]
)
async def test_a_name_comes_back_as_it_was_given(provider: Provider, name: str) -> None:
    file_id = await stored(provider, name=name)
    assert isinstance(provider, KeepsFiles)
    assert (await provider.get_file(file_id)).name == name


async def test_a_lost_answer_to_the_last_byte_makes_no_second_file(far: Far, provider: Provider) -> None:
    assert isinstance(provider, UploadsResumably)
    session = await provider.begin_upload("a.pdf", len(PDF), key="k1", options=options_of(provider))
    await provider.upload_status(session)
    for method in ("POST", "PATCH", "PUT"):
        far.line.lose_answers_to = method
        try:
            await go_on(provider, session, PDF)
        except (Unavailable, ProviderError):
            break
    far.line.lose_answers_to = ""
    after = far.open()
    status = await go_on(after, session, PDF)
    assert await all_file_ids(after) == [status.file_id]


async def test_an_upload_begun_twice_by_one_key_is_one_file(far: Far) -> None:
    before, after = far.open(), far.open()
    assert isinstance(before, UploadsResumably)
    # The process dies before it has written down what the service calls the upload.
    await before.begin_upload("a.pdf", len(PDF), key="same", options=options_of(before))
    file_id = (await send(after, PDF, name="a.pdf", key="same")).file_id
    assert await all_file_ids(far.open()) == [file_id]


async def test_a_link_wanted_with_the_file_is_made_once(far: Far, provider: Provider) -> None:
    status = await send(provider, PDF, share=spec(far))
    links = (await provider.list_links()).rows
    if status.link is None:
        assert not links
    else:
        assert [told.link.id for told in links] == [status.link.link.id]
        assert status.link.link.url


async def test_a_file_that_is_not_there_is_not_found(provider: Provider) -> None:
    assert isinstance(provider, KeepsFiles)
    with pytest.raises(ProviderError):
        await provider.get_file("file_that_never_was")


async def test_a_file_that_is_deleted_is_gone(far: Far, provider: Provider) -> None:
    needs(provider, Ability.DELETE_FILE)
    from linktui.providers.base import DeletesFiles

    assert isinstance(provider, DeletesFiles)
    file_id = await stored(provider)
    await provider.delete_file(file_id)
    await provider.delete_file(file_id)
    assert await all_file_ids(provider) == []
    link = await shared(far, provider)
    assert link.id
