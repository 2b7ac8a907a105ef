"""A link server in a process of its own (`link_server.py DIRECTORY PORT`), and nginx, for benchmarks."""

from __future__ import annotations

import asyncio
import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from linktui.linkserver.server import LinkServer

NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {files}; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Serving:
    """A running link server."""

    port: int
    token: str
    process: int

    @property
    def memory(self) -> float:
        """Megabytes that it holds."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Return the JSON that its API answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, {"Authorization": f"Bearer {self.token}"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def publish(self, *paths: Path) -> str:
        """Return the path of a new link to files."""
        files = [{"id": self._send(path)} for path in paths]
        slug = self.call("POST", "/api/links", {"kind": "download", "files": files})["slug"]
        return f"/l/{slug}/download"

    def _send(self, path: Path) -> str:
        url = f"http://127.0.0.1:{self.port}/api/files?name={path.name}"
        command = ["curl", "-sS", "-X", "POST", "-T", str(path), "-H", "@-", url]
        header = f"Authorization: Bearer {self.token}"
        sent = subprocess.run(command, check=True, capture_output=True, text=True, input=header)
        return str(json.loads(sent.stdout)["id"])


@contextmanager
def link_server(directory: Path) -> Iterator[Serving]:
    """Run a link server over `directory`."""
    port = free_port()
    command = [sys.executable, __file__, str(directory), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield Serving(port, (directory / "token").read_text().strip(), process.pid)
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def nginx(files: Path, folder: Path) -> Iterator[int | None]:
    """Run nginx over `files` with sendfile, and give its port; or nothing where it is not installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        yield None
        return
    port, settings = free_port(), folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, files=files, port=port))
    process = subprocess.Popen([program, "-c", str(settings), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on {port}")


async def _serve(directory: Path, port: int) -> None:
    server, stop, loop = (
        LinkServer(directory=directory, port=port),
        asyncio.Event(),
        asyncio.get_running_loop(),
    )
    # Not the loop's own handler: it loses a signal while a thousand readers leave and fill its pipe.
    signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(stop.set))
    await server.start()
    print("ready", flush=True)
    await stop.wait()
    await server.stop()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
