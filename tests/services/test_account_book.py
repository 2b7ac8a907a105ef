"""Accounts are read from the file, changed through the program, and what the services told is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import MappingProxyType

import keyring
import pytest

from linktui.config.account import AccountSettings
from linktui.config.locations import Locations
from linktui.config.secrets import SERVICE, keep_in_keyring
from linktui.model.capability import Ability, Account
from linktui.model.errors import InvalidInput, Unauthorized, Unsupported
from linktui.model.identity import Identity
from linktui.model.link import LinkEdit, LinkSpec
from linktui.model.transfer import TransferState
from linktui.providers.base import Provider
from linktui.providers.registry import GROUP, OURS
from linktui.services.house import House
from linktui.services.transfers import Order
from linktui.storage.links import Links
from linktui.storage.transfers import Transfers
from linktui.wiring import build
from tests.fakes import Clock, FakeProvider
from tests.unit.config.test_secrets import Ring

SECOND = AccountSettings(provider="local", secret="", read_only=False)


@pytest.fixture
def file(house: House) -> Path:
    return house.locations.settings_file


@pytest.fixture
def ring() -> Iterator[Ring]:
    ring, before = Ring(), keyring.get_keyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


async def test_the_embedded_account_is_always_there(house: House) -> None:
    assert [account.name for account in house.services.accounts.all()] == ["local"]
    assert house.services.accounts.default.name == "local"
    for act in (house.services.book.remove("local"), house.services.book.rename("local", "mine")):
        with pytest.raises(InvalidInput, match="always there"):
            await act


async def test_an_added_account_is_there_at_once_and_after_a_restart(house: House) -> None:
    await house.services.book.add("work", SECOND)
    await house.services.book.make_default("work")
    assert house.services.accounts.default.name == "work"
    again = build(house.locations, clock=Clock())
    assert [account.name for account in again.services.accounts.all()] == ["local", "work"]
    assert again.services.accounts.default.name == "work"
    await again.close()


async def test_a_secret_s_file_is_kept_with_its_whole_path(
    house: House, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await house.services.book.add("shop", AccountSettings(provider="stripe", secret="file:.key"))
    assert f'secret = "file:{tmp_path}/.key"' in file.read_text()


async def test_a_name_is_taken_once(house: House) -> None:
    await house.services.book.add("work", SECOND)
    for name in ("work", "local"):
        with pytest.raises(InvalidInput, match="there already"):
            await house.services.book.add(name, SECOND)
    with pytest.raises(InvalidInput, match="there already"):
        await house.services.book.rename("work", "local")
    await house.services.book.add("work", replace(SECOND, read_only=True), replacing=True)
    assert house.services.accounts.get("work").read_only


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (AccountSettings(provider="nobody"), "not known"),
        (AccountSettings(provider="local", settings=MappingProxyType({"speed": "1"})), "speed"),
        (AccountSettings(provider="local", base_url="ftp://x"), "https://"),
    ],
)
async def test_a_wrong_account_is_refused_and_nothing_is_written(
    house: House, file: Path, settings: AccountSettings, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        await house.services.book.add("work", settings)
    assert not file.exists()


async def test_another_process_changes_are_taken_over(house: House, file: Path) -> None:
    book = house.services.book
    assert not await book.reload_if_changed()
    file.write_text('[accounts.new]\nprovider = "local"\n')
    assert await book.reload_if_changed()
    assert "new" in {account.name for account in house.services.accounts.all()}
    assert not await book.reload_if_changed()
    file.write_text('[accounts.new]\nprovider = "nobody"\n')
    with pytest.raises(InvalidInput, match=r"line 2,.*accounts\.new\.provider"):
        await book.reload_if_changed()
    assert "new" in {account.name for account in house.services.accounts.all()}


async def test_what_is_known_of_an_account_goes_with_its_name(house: House, provider: FakeProvider) -> None:
    await house.services.book.add("work", SECOND)
    link = replace(provider.seed_link(), account="work")
    await Links(house.database).save([(link, "raw")], seen=provider.clock())
    await house.services.book.rename("work", "office")
    assert [account.name for account in house.services.accounts.all()] == ["local", "office"]
    moved = house.services.links.get("office", link.id)
    assert moved == replace(link, account="office")
    assert house.services.links.raw(moved) == "raw"
    await house.services.book.remove("office")
    assert house.services.links.get("office", link.id) is None


async def test_an_account_is_not_removed_under_its_uploads(house: House, tmp_path: Path) -> None:
    await house.services.book.add("work", SECOND)
    file = tmp_path / "a.txt"
    file.write_text("x")
    [transfer] = await house.services.transfers.enqueue(Order(account="work", paths=(file,)))
    for act in (house.services.book.remove("work"), house.services.book.rename("work", "office")):
        with pytest.raises(InvalidInput, match="cancel them first"):
            await act
    await Transfers(house.database).set([transfer.id], state=TransferState.CANCELLED)
    await house.services.book.remove("work")


async def test_who_an_account_is_is_remembered(house: House, provider: FakeProvider) -> None:
    identity = Identity(
        who="Acme GmbH",
        live=True,
        version="4.3",
        missing=MappingProxyType({Ability.SLUG: "not in your group"}),
    )

    async def identify() -> Identity:
        return identity

    provider.identify = identify  # type: ignore[method-assign]  # another answer of the fake
    await house.services.book.add("work", SECOND)
    assert await house.services.book.identify("work") == identity
    account = house.services.accounts.get("work")
    assert account.live
    with pytest.raises(Unsupported, match="not in your group"):
        account.limits.require(Ability.SLUG)
    again = build(house.locations, clock=Clock())
    assert again.services.accounts.get("work").live
    await again.close()


async def test_a_service_that_refuses_leaves_what_was_known(house: House, provider: FakeProvider) -> None:
    provider.failures["identify"] = [Unauthorized("no")]
    with pytest.raises(Unauthorized):
        await house.services.book.identify("local")


async def test_a_read_only_account_claims_no_change(house: House) -> None:
    await house.services.book.add("work", replace(SECOND, read_only=True))
    limits = house.services.accounts.get("work").limits
    for ability in (Ability.REVOKE, Ability.CHANGE_EXPIRY, Ability.DELETE_FILE):
        assert "read_only" in limits.missing[ability]


async def test_the_owners_policy_holds(house: House, provider: FakeProvider, clock: Clock) -> None:
    settings = replace(SECOND, longest_expires="2d", tags=MappingProxyType({"team": "ops", "by": "linktui"}))
    await house.services.book.add("work", settings)
    links, kind = house.services.links, provider.limits.kinds[2]
    for end in (None, clock.now + timedelta(days=3)):
        with pytest.raises(InvalidInput, match="longest_expires"):
            await links.create("work", (), LinkSpec(kind=kind, expires_at=end))
    spec = LinkSpec(
        kind=kind, expires_at=clock.now + timedelta(days=1), metadata=MappingProxyType({"by": "me"})
    )
    link = await links.create("work", (), spec)
    assert dict(link.metadata) == {"team": "ops", "by": "me"}
    with pytest.raises(InvalidInput, match="longest_expires"):
        links.check_edit(replace(link, account="work"), LinkEdit(expires_at=clock.now + timedelta(days=3)))


def test_a_default_that_is_not_there_is_said_at_the_start(tmp_path: Path) -> None:
    locations = Locations.below(tmp_path / "home")
    locations.create()
    locations.settings_file.write_text('[defaults]\naccount = "gone"\n')
    with pytest.raises(InvalidInput, match=r"defaults\.account"):
        build(locations)


async def test_no_edit_makes_a_link_outlive_the_owners_policy(
    house: House, provider: FakeProvider, clock: Clock
) -> None:
    await house.services.book.add("work", replace(SECOND, longest_expires="2d"))
    link = replace(provider.seed_link(expires_at=clock.now + timedelta(days=1)), account="work")
    for end in (None, clock.now + timedelta(days=3)):
        with pytest.raises(InvalidInput, match="longest_expires"):
            await house.services.links.edit(link, LinkEdit(expires_at=end))
    assert "update_link" not in provider.calls


async def test_a_secret_in_the_keyring_goes_with_its_accounts_name(house: House, ring: Ring) -> None:
    keep_in_keyring("work", "s3cret")
    await house.services.book.add("work", replace(SECOND, secret="keyring:"))
    await house.services.book.rename("work", "office")
    assert ring.kept == {(SERVICE, "office"): "s3cret"}
    await house.services.book.remove("office")
    assert ring.kept == {}


async def test_what_is_left_of_an_account_taken_out_by_hand_hinders_no_rename(
    house: House, file: Path, provider: FakeProvider
) -> None:
    links, book = Links(house.database), house.services.book
    link = provider.seed_link()
    for name in ("work", "office"):
        await book.add(name, SECOND)
        await book.remember(name, Identity(who=name))
        await links.save([(replace(link, account=name, name=name), name)], seen=provider.clock())
    file.write_text('[accounts.work]\nprovider = "local"\n')
    await book.reload()
    await book.rename("work", "office")
    moved = house.services.links.get("office", link.id)
    assert moved is not None
    assert (moved.name, book.identity("office").who) == ("work", "work")


async def test_another_packages_broken_provider_hides_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = EntryPoint(name="broken", value="no.such.module:KIND", group=GROUP)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: EntryPoints([entry]))
    assert [name for name, _ in house.services.book.kinds()] == list(OURS[1:])


async def test_a_read_only_account_can_be_logged_in_to(house: House, provider: FakeProvider) -> None:
    opened = []

    class Door(FakeProvider):
        async def log_in(self, email: str, password: str) -> str:
            return "key"

    def connect(account: Account) -> Provider:
        opened.append(account)
        return Door(Clock())

    book = build(house.locations, clock=Clock(), connect_provider=connect).services.book
    assert await book.log_in("work", replace(SECOND, read_only=True), "a@b.test", "pw") == "key"
    assert not opened[0].read_only
