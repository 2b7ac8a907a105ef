"""The link server by itself, as a script starts and ends it."""

from __future__ import annotations

import json
import subprocess

import httpx

from tests.e2e.conftest import PROGRAM, Program


def test_a_script_has_a_server_on_a_free_port_and_ends_it(program: Program) -> None:
    command = [*PROGRAM, "serve", "--json", "--port", "0"]
    with subprocess.Popen(command, env=program.environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = json.loads(server.stdout.readline())["url"]
            assert not url.endswith(":0")
            assert httpx.get(f"{url}/api/openapi.json").status_code == 200
            server.terminate()
            assert server.wait(timeout=30) == 0
        finally:
            server.kill()
