"""The link server: downloads beside nginx with sendfile, a thousand slow readers, a million links."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figure import Figure, paired, tell
from benchmarks.link_server import Serving, link_server, nginx
from benchmarks.server_catalogue import LINKS, fill
from linktui.linkserver.catalog import link_pages, links
from linktui.linkserver.catalog.link_pages import LinkQuery
from linktui.linkserver.store import Store

LARGE = 1 << 30
READERS = 1000
LOOK = 10.0
"""Seconds that the slow readers are watched."""


def fetched(port: int, path: str, *options: str) -> float:
    """Return the seconds that curl takes."""
    began = time.perf_counter()
    command = ["curl", "-sf", "-o", "/dev/null", *options, f"http://127.0.0.1:{port}{path}"]
    subprocess.run(command, check=True)
    return time.perf_counter() - began


def downloads(ours: Serving, large: Path, peer: int | None) -> Iterator[Figure]:
    """Time one reader of a large file, whole and in part."""
    path, half = ours.publish(large), f"{LARGE // 4}-{LARGE // 4 * 3 - 1}"
    for name, options in (("download of 1 GiB", ()), ("the middle half of it", ("-r", half))):
        if peer is None:
            taken = tuple(fetched(ours.port, path, *options) * 1000 for _ in range(5))
            yield Figure(name=name, unit="ms", ours=taken, note="nginx is not installed")
            continue
        yield paired(
            name,
            lambda options=options: fetched(ours.port, path, *options),  # type: ignore[misc]
            "nginx sendfile",
            lambda options=options: fetched(peer, f"/{large.name}", *options),  # type: ignore[misc]
            runs=5,
            reach="<= 2 x",
        )


def archives(ours: Serving, large: Path, small: Path) -> Iterator[Figure]:
    """Time a ZIP made on the way."""
    path = ours.publish(large, small)
    rates = tuple(LARGE / (1 << 20) / fetched(ours.port, path) for _ in range(3))
    yield Figure(name="ZIP of 1 GiB made on the way", unit="MiB/s", ours=rates)


def small_files(ours: Serving, small: Path, peer: int | None) -> Iterator[Figure]:
    """Count downloads of a small file, each of which linktui logs durably twice."""
    if shutil.which("wrk") is None:
        return
    path = ours.publish(small)
    mine = _per_second(ours.port, path)
    theirs = () if peer is None else (_per_second(peer, f"/{small.name}"),)
    yield Figure(
        name="downloads of 4 KiB, 64 at once",
        unit="a second",
        ours=(mine,),
        peer="nginx sendfile",
        theirs=theirs,
        note="each is begun and ended durably in the link's log; nginx keeps none",
    )


def _per_second(port: int, path: str) -> float:
    command = ["wrk", "-t1", "-c64", "-d4", f"http://127.0.0.1:{port}{path}"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0])


def slow_readers(ours: Serving, large: Path) -> Iterator[Figure]:
    """Open a thousand downloads, read nothing, and ask for the server's health meanwhile."""
    path, memory, waits = ours.publish(large), [ours.memory], []
    with ExitStack() as opened:
        readers = []
        for _ in range(READERS):
            readers.append(opened.enter_context(socket.create_connection(("127.0.0.1", ours.port))))
            readers[-1].sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        for reader in readers:
            reader.recv(1)  # its download has begun
        until = time.monotonic() + LOOK
        while time.monotonic() < until:
            began = time.perf_counter()
            ours.call("GET", "/api/health")
            waits.append((time.perf_counter() - began) * 1000)
            memory.append(ours.memory)
            time.sleep(0.05)
    yield Figure(
        name=f"memory with {READERS:,} downloads that nobody reads",
        unit="MiB",
        ours=(max(memory),),
        reach="<= 200",
        note=f"{memory[0]:.0f} before",
    )
    yield Figure(
        name="another visitor's wait meanwhile", unit="ms", ours=tuple(waits), note="connecting included"
    )


def answers(ours: Serving) -> Iterator[Figure]:
    """Time answers over one connection at a million links."""
    number = LINKS // 2 + 3  # neither over nor revoked
    asked = {
        "API: one link": f"/api/links/l_{number:022d}",
        "page of one link": f"/l/s{number * 7919:016x}",
        "API: 20 links": "/api/links?limit=20",
    }
    for name, path in asked.items():
        connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=60)
        headers = {"Authorization": f"Bearer {ours.token}", "Accept": "text/html"}
        taken = []
        for _ in range(200):
            began = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, (path, answer.status)
            taken.append((time.perf_counter() - began) * 1000)
        connection.close()
        yield Figure(name=f"{name}, over HTTP", unit="ms", ours=tuple(taken), reach="<= 2")


def queries(directory: Path) -> Iterator[Figure]:
    """Take the processor's time of pages of 100 links from the catalogue."""
    store = Store.open(directory)
    db, now = store.database.read, store.now()
    day = 24 * 3600 * 1000

    def page(query: LinkQuery) -> Callable[[], object]:
        return lambda: link_pages.page(db, query, now=now)

    asked: dict[str, Callable[[], object]] = {
        "newest": page(LinkQuery(limit=100)),
        "from the middle": page(LinkQuery(limit=100, cursor=f"c0.{LINKS // 2}")),
        "soonest to expire": page(LinkQuery(limit=100, by_expiry=True, state="active")),
        "active": page(LinkQuery(limit=100, state="active")),
        "revoked": page(LinkQuery(limit=100, state="revoked")),
        "created before last year": page(LinkQuery(limit=100, created_before=now - 399 * day)),
        "changes": lambda: links.changes(db, since=LINKS // 2, limit=100),
    }
    for name, act in asked.items():
        act()
        yield Figure(
            name=f"100 of {LINKS:,} links: {name}",
            unit="ms of processor",
            ours=tuple(_processor(act) * 1000 for _ in range(20)),
            reach="<= 2",
        )
    store.close()


def _processor(act: Callable[[], object]) -> float:
    began = time.thread_time()
    act()
    return time.thread_time() - began


def pages(ours: Serving) -> Iterator[Figure]:
    """Weigh what a browser fetches for the page of a link."""
    weights = []
    for number in range(1, LINKS, LINKS // 200):
        link = ours.call("GET", f"/api/links/l_{number:022d}")
        if link["state"] == "active":
            weights.append(_weight(ours, f"/l/{link['slug']}") + _weight(ours, "/assets/page.css"))
    weights.sort()
    yield Figure(
        name="page of a link with its style, 95th percentile",
        unit="bytes",
        ours=(weights[len(weights) * 95 // 100],),
    )


def _weight(ours: Serving, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=60)
    connection.request("GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"})
    size = len(connection.getresponse().read())
    connection.close()
    return size


def figures() -> Iterator[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as opened:
        folder = Path(name)
        files, store, scratch = (folder / part for part in ("files", "store", "nginx"))
        for made in (files, scratch):
            made.mkdir()
        folder.chmod(0o755)  # nginx's workers may be another user
        large, small = files / "large.bin", files / "small.bin"
        small.write_bytes(os.urandom(4096))
        with large.open("wb") as file:
            for _ in range(LARGE >> 20):
                file.write(os.urandom(1 << 20))
        fill(store)
        yield from queries(store)
        ours = opened.enter_context(link_server(store))
        yield from answers(ours)
        yield from pages(ours)
        peer = opened.enter_context(nginx(files, scratch))
        yield from downloads(ours, large, peer)
        yield from archives(ours, large, small)
        yield from small_files(ours, small, peer)
        yield from slow_readers(ours, large)


if __name__ == "__main__":
    tell(figures())
