"""What a provider claims it has, and what it lacks it explains."""

from __future__ import annotations

from linktui.model.capability import Ability
from linktui.model.link import LinkKind
from linktui.providers.base import (
    DeletesFiles,
    DeletesLinks,
    HasFolders,
    KeepsFiles,
    KeepsVersions,
    ListsDownloads,
    Provider,
    ReadsFiles,
    RevokesLinks,
    UpdatesLinks,
    UploadsResumably,
    Wanted,
)
from linktui.providers.registry import kind_of
from tests.conformance.conftest import Far

_PROTOCOLS = {
    Ability.CHANGE_EXPIRY: UpdatesLinks,
    Ability.RENAME: UpdatesLinks,
    Ability.EDIT_FILES: UpdatesLinks,
    Ability.REVOKE: RevokesLinks,
    Ability.DELETE_LINK: DeletesLinks,
    Ability.DOWNLOAD_LOG: ListsDownloads,
    Ability.LIST_FILES: KeepsFiles,
    Ability.DELETE_FILE: DeletesFiles,
    Ability.DOWNLOAD_FILE: ReadsFiles,
    Ability.FILE_VERSIONS: KeepsVersions,
}


def test_every_claim_has_the_calls_behind_it(provider: Provider) -> None:
    for ability, protocol in _PROTOCOLS.items():
        if provider.limits.can(ability):
            assert isinstance(provider, protocol), ability
    assert isinstance(provider, UploadsResumably)
    assert isinstance(provider, HasFolders) == bool(provider.limits.folder_option)


def test_every_lack_has_its_reason_in_a_clause(provider: Provider) -> None:
    for ability, reason in provider.limits.missing.items():
        assert len(reason) > 10, ability
        assert not reason.endswith("."), ability
        assert reason.isprintable(), ability


def test_its_limits_fit_together(far: Far) -> None:
    limits = far.account.limits
    assert limits.kinds
    assert set(limits.kinds) <= set(LinkKind)
    assert limits.rate > 0
    assert limits.folder_option in {"", *(option.key for option in limits.file_options)}
    link_options = {"", *(option.key for option in limits.link_options)}
    assert {limits.version_option, limits.copied_by} <= link_options
    assert limits.can(Ability.FILE_VERSIONS) == bool(limits.version_option)
    assert limits.can(Ability.METADATA) == bool(limits.metadata_pairs)
    assert limits.link_filters | limits.file_filters <= set(Wanted.__slots__)
    for option in (*limits.link_options, *limits.file_options, *kind_of(far.name).settings):
        option_keys = [one.key for one in (*limits.link_options, *limits.file_options)]
        assert option.title
        assert option_keys.count(option.key) <= 2
        if option.default:
            option.check(option.default)


async def test_it_says_who_the_account_is_by_a_call_that_changes_nothing(
    far: Far, provider: Provider
) -> None:
    identity = await provider.identify()
    assert identity.live is not True
    assert far.line.requests
    assert {request.method for request in far.line.requests} <= {"GET", "HEAD"}
