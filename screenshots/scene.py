"""The made-up week of a small team that the screenshots show: always the same, to the second."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from linktui.config.account import AccountSettings
from linktui.model.call import Call
from linktui.model.file import File
from linktui.model.finding import Served
from linktui.model.identity import Identity
from linktui.model.link import Download, Link, LinkedFile, LinkKind, LinkSpec
from linktui.model.transfer import Source, Transfer, TransferState
from linktui.services.house import House
from linktui.storage.accounts import Accounts
from linktui.storage.calls import Calls
from linktui.storage.files import Files
from linktui.storage.links import Links
from linktui.storage.transfers import Transfers
from tests.fakes import NOON, FakeProbes, FakeProvider

MB = 1_000_000

_ACCOUNTS = {
    "acme-payments": AccountSettings(provider="stripe", secret="env:STRIPE_API_KEY"),
    "acme-underwriting": AccountSettings(
        provider="finix",
        secret="command: pass show finix",
        settings=MappingProxyType({"username": "US8ECPVZRMdkbHLBZMDNoFsj"}),
    ),
    "acme-files": AccountSettings(
        provider="liquidfiles", secret="keyring:", base_url="https://files.acme.example"
    ),
    "acme-tax": AccountSettings(provider="digitalriver", secret="keyring:"),
    "acme-store": AccountSettings(
        provider="s3",
        settings=MappingProxyType({"bucket": "acme-share", "links_at": "https://links.acme.example"}),
    ),
}
_IDENTITIES = {
    "acme-payments": Identity(who="acct_1M2JTkLkdIwHu7ix", live=True, version="2026-09-30.endive"),
    "acme-underwriting": Identity(who="US8ECPVZRMdkbHLBZMDNoFsj", live=False, version="2022-02-01"),
    "acme-files": Identity(who="Ada Lovelace <ada@acme.example>", version="4.3.1"),
    "acme-tax": Identity(who="the account of the key", live=False, version="2021-12-13"),
    "acme-store": Identity(who="AKIAIOSFODNN7EXAMPLE", version="acme-share at eu-central-1"),
}
_DEAD = "onboarding-video.mp4", "q3-report.pdf"
"""Links that give nothing, so that the link doctor finds something."""
_ELSEWHERE = {
    "dispute-4410-evidence.pdf": "acme-payments",
    "invoice-10233.pdf": "acme-payments",
    "bank-statement-october.pdf": "acme-underwriting",
    "brand-assets.zip": "acme-files",
    "contract-signed.pdf": "acme-files",
}
"""Which links are at another account than the embedded one."""

# name, kind, hours until it ends (None: never), downloads, limit, password, created hours ago, megabytes
_LINKS: list[tuple[str, LinkKind, float | None, int | None, int | None, bool, float, float]] = [
    ("dispute-4410-evidence.pdf", LinkKind.DOWNLOAD, 0.21, None, None, False, 20.0, 2.4),
    ("bank-statement-october.pdf", LinkKind.UPLOAD, 5.2, 0, 1, False, 3.0, 0.0),
    ("build-2026.11.21-amd64.deb", LinkKind.DOWNLOAD, 30.5, 41, None, False, 5.5, 84.2),
    ("q3-report.pdf", LinkKind.VIEW, 160.0, 12, None, False, 8.0, 3.1),
    ("onboarding-video.mp4", LinkKind.VIEW, 310.0, 7, None, False, 26.0, 412.0),
    ("api-gateway.log.zst", LinkKind.DOWNLOAD, 2.7, 0, None, False, 0.4, 18.6),
    ("invoice-10233.pdf", LinkKind.DOWNLOAD, 66.0, None, None, False, 44.0, 0.3),
    ("brand-assets.zip", LinkKind.DOWNLOAD, None, 230, None, False, 900.0, 57.0),
    ("photos-offsite.zip", LinkKind.DOWNLOAD, 11.9, 4, 20, False, 12.1, 1290.0),
    ("schema-dump.sql.gz", LinkKind.DOWNLOAD, 0.013, 2, None, True, 1.0, 91.0),
    ("contract-signed.pdf", LinkKind.VIEW, 700.0, 0, 1, True, 2.2, 0.9),
    ("release-notes.md", LinkKind.VIEW, None, 18, None, False, 60.0, 0.02),
    ("old-price-list.xlsx", LinkKind.DOWNLOAD, -30.0, 9, None, False, 200.0, 0.4),
    ("coupon-codes.csv", LinkKind.DOWNLOAD, 90.0, 5, 5, False, 70.0, 0.1),
]


async def seed(house: House, provider: FakeProvider, probes: FakeProbes) -> None:
    """Fill the database and the service with the scene."""
    for name, settings in _ACCOUNTS.items():
        await house.services.book.add(name, settings)
        await house.services.book.remember(name, _IDENTITIES[name])
        await Accounts(house.database).synced(name, at=NOON, cursor="", clock_offset=timedelta(0))
    links = [_link(provider, number, *row) for number, row in enumerate(_LINKS, 1)]
    await Links(house.database).save([(link, '{\n  "id": "' + link.id + '"\n}') for link in links], seen=NOON)
    files = [_file(link, file) for link in links for file in link.files]
    provider.files |= {file.id: file for file in files}
    for link in links:
        if link.name in _DEAD:
            probes.answer(link, Served.NOTHING)
    await Files(house.database).save([file for file in files if file.account == "local"], seen=NOON)
    await Calls(house.database).add(_calls())
    await Accounts(house.database).synced("local", at=NOON, cursor="1", clock_offset=timedelta(0))
    await Transfers(house.database).add(_transfers(links))
    provider.downloads[links[2].id] = _downloads()


def make_folder(folder: Path) -> None:
    """Make the local folder that the Files screen shows."""
    for name in ("contracts", "invoices", "logs"):
        (folder / name).mkdir(parents=True)
    for name, size in (
        ("api-gateway.log.zst", 18_600_000),
        ("build-2026.11.21-amd64.deb", 84_200_000),
        ("invoice-10234.pdf", 311_000),
        ("meeting-notes.md", 4_200),
        ("q3-report.pdf", 3_100_000),
    ):
        with (folder / name).open("wb") as file:
            file.truncate(size)
    for number, path in enumerate(sorted(folder.iterdir())):
        moment = (NOON - timedelta(hours=3 * number)).timestamp()
        os.utime(path, (moment, moment))


def _link(
    provider: FakeProvider,
    number: int,
    name: str,
    kind: LinkKind,
    hours: float | None,
    downloads: int | None,
    limit: int | None,
    password: bool,
    created: float,
    megabytes: float,
) -> Link:
    files: tuple[LinkedFile, ...] = (LinkedFile(f"f_{number}", name, round(megabytes * MB), "", ""),)
    if name.startswith("build"):
        files += (LinkedFile("f_90", "SHA256SUMS", 312, "text/plain", "signed by the build host"),)
    return provider.seed_link(
        account=_ELSEWHERE.get(name, "local"),
        id=f"l_{number:02d}kQ0b1vXw7uPz2mR9sTA",
        name=name,
        kind=kind,
        url=f"https://files.example.org/l/{number:02d}Yf3kQ0b1vXw7uPz2mR9s",
        slug=f"{number:02d}Yf3kQ0b1vXw7uPz2mR9s",
        created_at=NOON - timedelta(hours=created),
        updated_at=NOON - timedelta(hours=created),
        expires_at=None if hours is None else NOON + timedelta(hours=hours),
        downloads=downloads,
        download_limit=limit,
        has_password=password,
        last_download_at=NOON - timedelta(minutes=17) if downloads else None,
        files=() if kind is LinkKind.UPLOAD else files,
        metadata=MappingProxyType({"team": "platform", "order": "4410"} if number % 3 == 1 else {}),
    )


def _file(link: Link, file: LinkedFile) -> File:
    return File(
        account=link.account,
        id=file.id,
        name=file.name,
        size=file.size or 0,
        created_at=link.created_at,
        link_count=1,
    )


def _calls() -> list[Call]:
    rows = [
        (190, "acme-files", "GET", "/api/v4/filelinks", 0.212, 200),
        (95, "acme-underwriting", "GET", "/files", 0.174, 200),
        (94, "acme-underwriting", "GET", "/files/FILE_bJ9rE2/external_links", 0.161, 200),
        (61, "acme-payments", "GET", "/v1/file_links", 0.138, 200),
        (60, "acme-payments", "POST", "/v1/file_links/link_1MrO2z", 0.204, 429),
        (58, "acme-payments", "POST", "/v1/file_links/link_1MrO2z", 0.187, 200),
    ]
    return [
        Call(
            at=NOON - timedelta(seconds=ago),
            account=account,
            method=method,
            path=path,
            seconds=seconds,
            status=status,
            request_id=f"req_{ago:03d}Xk2p",
        )
        for ago, account, method, path, seconds, status in rows
    ]


def _downloads() -> tuple[Download, ...]:
    rows = [
        (4, "complete", 84 * MB, "curl/8.14.1"),
        (17, "complete", 84 * MB, "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"),
        (52, "partial", 12 * MB, "Mozilla/5.0 (Macintosh) Safari/619"),
        (95, "complete", 84 * MB, "apt/2.9"),
    ]
    return tuple(
        Download(
            id=str(number),
            at=NOON - timedelta(minutes=minutes),
            state=state,
            size=size,
            file_id="f_3",
            agent=agent,
            address="203.0.113.7",
        )
        for number, (minutes, state, size, agent) in enumerate(rows)
    )


def _transfers(links: list[Link]) -> list[Transfer]:
    rows = [
        ("database-2026-11-21.tar.zst", TransferState.UPLOADING, 2100, 0.64, 48 * MB, ""),
        ("walkthrough.mp4", TransferState.UPLOADING, 640, 0.18, 21 * MB, ""),
        ("traces-eu-west.ndjson", TransferState.QUEUED, 95, 0.0, 0.0, ""),
        ("invoice-10234.pdf", TransferState.CONFLICT, 0.3, 0.0, 0.0, ""),
        ("server.log", TransferState.SOURCE_CHANGED, 12, 0.0, 0.0,
         "“server.log” changed since it was queued and was not sent; retry sends it as it is now."),
        ("camera-roll.zip", TransferState.PAUSED, 3200, 0.41, 0.0, ""),
        ("api-gateway.log.zst", TransferState.DONE, 18.6, 1.0, 0.0, ""),
        ("q3-report.pdf", TransferState.DONE, 3.1, 1.0, 0.0, ""),
    ]  # fmt: skip
    return [
        Transfer(
            id=f"{number:012x}",
            account="local",
            source=Source(
                path=Path("/srv/outbox", name),
                device=1,
                inode=number,
                size=round(megabytes * MB),
                mtime_ns=0,
            ),
            name=name,
            state=state,
            created_at=NOON - timedelta(minutes=9 - number),
            position=number,
            batch=f"b{number}",
            share=LinkSpec(),
            attempts=1 if error else 0,
            error=error,
            offset=round(megabytes * MB * share),
            sent=round(megabytes * MB * share),
            rate=rate,
            link_id=links[5].id if state is TransferState.DONE else "",
            url=links[5].url if state is TransferState.DONE else "",
            finished_at=NOON - timedelta(minutes=2) if state is TransferState.DONE else None,
        )
        for number, (name, state, megabytes, share, rate, error) in enumerate(rows, 1)
    ]
