"""Keys come from the account's secret or from botocore's own chain, and their end is a link's end too."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from linktui.model.errors import SecretMissing
from linktui.model.link import LinkSpec
from linktui.providers.s3.provider import S3Provider
from tests.fakes import Clock
from tests.providers.s3.acts import stored
from tests.providers.s3.conftest import Machines

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = NOW + timedelta(hours=1)
ROLE = "arn:aws:iam::123456789012:role/sharer"


@pytest.fixture
def clock() -> Clock:
    """Return a clock at the real time: botocore's own is not to be moved."""
    return Clock(NOW)


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave the chain nothing but what a test gives it; no call for a machine's own keys is made."""
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "PROFILE", "DEFAULT_REGION"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


async def signer(provider: S3Provider) -> str:
    """Return the key id that an address is signed with."""
    file_id = await stored(provider)
    spec = LinkSpec(expires_at=NOW + timedelta(hours=1))
    url = (await provider.create_link((file_id,), spec, key="k")).link.url
    return url.partition("X-Amz-Credential=")[2].partition("%2F")[0]


async def test_a_secret_holds_both_keys_and_perhaps_a_token(machines: Machines) -> None:
    assert await signer(machines.open(secret="AKID:a/b+c")) == "AKID"
    provider = machines.open(secret="AKID:a/b+c:token:with:colons")
    keys = await provider._store.keys()
    assert (keys.secret_key, keys.token) == ("a/b+c", "token:with:colons")
    assert (await provider.identify()).facts["Credentials end"].startswith("not told")
    spec = LinkSpec(expires_at=NOW + timedelta(hours=1))
    link = (await provider.create_link((await stored(provider, name="b.pdf"),), spec, key="t")).link
    assert "may end sooner" in link.facts["Credentials"]


@pytest.mark.parametrize("secret", ["AKID", ":x", "AKID:", ""])
async def test_a_secret_of_another_form_is_said(machines: Machines, secret: str) -> None:
    with pytest.raises(SecretMissing, match="KEY_ID:SECRET_KEY"):
        await machines.open(secret=secret).identify()


async def test_the_environment_is_asked_where_there_is_no_secret(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    assert await signer(machines.open(reference="")) == "AKIDENV"


async def test_a_profile_gives_keys_and_region(machines: Machines, nowhere: Path) -> None:
    (nowhere / "config").write_text(
        "[profile team]\naws_access_key_id=AKIDTEAM\naws_secret_access_key=s\nregion=eu-west-2\n"
    )
    provider = machines.open(reference="", profile="team")
    assert await signer(provider) == "AKIDTEAM"
    assert (await provider.identify()).facts["Region"] == "eu-west-2"


async def test_nothing_and_a_profile_that_is_not_there_are_said(machines: Machines) -> None:
    with pytest.raises(SecretMissing, match="no keys"):
        await machines.open(reference="").identify()
    with pytest.raises(SecretMissing, match="nobody"):
        await machines.open(reference="", profile="nobody").identify()


def program(folder: Path, *, ends_at: datetime) -> None:
    """Have a profile's keys printed by a program, which counts how often it ran."""
    keys = {"Version": 1, "AccessKeyId": "AKIDSHORT", "SecretAccessKey": "s", "SessionToken": "t"}
    (folder / "keys.json").write_text(json.dumps(keys | {"Expiration": ends_at.isoformat()}))
    (folder / "keys.py").write_text(
        "import pathlib\nhere = pathlib.Path(__file__).parent\n"
        "(here / 'runs').open('a').write('.')\nprint((here / 'keys.json').read_text())\n"
    )
    (folder / "config").write_text(
        f"[profile short]\ncredential_process={sys.executable} -S {folder / 'keys.py'}\n"
    )


async def test_credentials_that_end_in_ten_minutes_end_their_links_which_say_so(
    machines: Machines, nowhere: Path
) -> None:
    soon = NOW + timedelta(minutes=10)
    program(nowhere, ends_at=soon)
    provider = machines.open(reference="", profile="short")
    file_id = await stored(provider)
    wanted = NOW + timedelta(days=2)
    link = (await provider.create_link((file_id,), LinkSpec(expires_at=wanted), key="k")).link
    assert link.expires_at == soon
    assert link.facts["Ends by"] == "the end of the credentials that signed it"
    assert link.facts["Asked for"]
    assert "X-Amz-Expires=600" in link.url
    assert (await provider.identify()).facts["Credentials end"]
    short = (
        await provider.create_link((file_id,), LinkSpec(expires_at=NOW + timedelta(minutes=5)), key="k2")
    ).link
    assert short.facts["Ends by"] == "the link's own end"


async def test_credentials_are_renewed_before_they_end_but_not_at_each_call(
    machines: Machines, nowhere: Path, clock: Clock
) -> None:
    program(nowhere, ends_at=NOW + timedelta(minutes=10))
    provider = machines.open(reference="", profile="short")
    for _ in range(5):
        await provider.list_files()
    first = len((nowhere / "runs").read_text())
    assert first <= 2
    program(nowhere, ends_at=NOW + timedelta(hours=1))
    clock.move(minutes=5)
    await provider.list_files()
    keys = await provider._store.keys()
    assert keys.ends_at == NOW + timedelta(hours=1)


async def test_nothing_is_signed_with_credentials_that_are_over(machines: Machines, nowhere: Path) -> None:
    program(nowhere, ends_at=NOW - timedelta(minutes=10))
    with pytest.raises(SecretMissing, match="expired"):
        await machines.open(reference="", profile="short").identify()


class _Issuer(BaseHTTPRequestHandler):
    """Gives keys for an hour, as AWS's STS does to a workload and its SSO portal to a person."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert form["Action"] == ["AssumeRoleWithWebIdentity"]
        assert (form["WebIdentityToken"], form["RoleArn"]) == (["who I am"], [ROLE])
        keys = "".join(
            f"<{name}>{text}</{name}>"
            for name, text in {
                "AccessKeyId": "AKIDWEB",
                "SecretAccessKey": "s",
                "SessionToken": "t",
                "Expiration": HOUR.isoformat(),
            }.items()
        )
        role = "AssumeRoleWithWebIdentity"
        result = f"<{role}Result><Credentials>{keys}</Credentials></{role}Result>"
        self._say("text/xml", f"<{role}Response>{result}</{role}Response>")

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        assert asked.path == "/federation/credentials"
        assert parse_qs(asked.query) == {"role_name": ["Sharer"], "account_id": ["123456789012"]}
        assert self.headers["x-amz-sso_bearer_token"] == "who I am"
        keys = {
            "accessKeyId": "AKIDSSO",
            "secretAccessKey": "s",
            "sessionToken": "t",
            "expiration": int(HOUR.timestamp() * 1000),
        }
        self._say("application/json", json.dumps({"roleCredentials": keys}))

    def _say(self, kind: str, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the chain ask a server here in the place of AWS's."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Issuer) as server:
        for service in ("STS", "SSO"):
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", f"http://127.0.0.1:{server.server_port}")
        Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


async def test_a_workload_gets_keys_by_its_web_identity(
    machines: Machines, nowhere: Path, issuer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (nowhere / "token").write_text("who I am")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(nowhere / "token"))
    monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
    provider = machines.open(reference="")
    assert await signer(provider) == "AKIDWEB"
    assert (await provider._store.keys()).ends_at == HOUR


async def test_a_person_gets_keys_by_single_sign_on_and_is_told_to_log_in(
    machines: Machines, nowhere: Path, issuer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR", str(nowhere))
    start = "https://acme.awsapps.example/start"
    (nowhere / "config").write_text(
        f"[profile acme]\nsso_start_url={start}\nsso_region=eu-central-1\n"
        "sso_account_id=123456789012\nsso_role_name=Sharer\nregion=eu-central-1\n"
    )
    with pytest.raises(SecretMissing, match="aws sso login --profile acme"):
        await machines.open(reference="", profile="acme").identify()
    kept = nowhere / f"{hashlib.sha1(start.encode(), usedforsecurity=False).hexdigest()}.json"
    kept.write_text(json.dumps({"startUrl": start, "accessToken": "who I am", "expiresAt": HOUR.isoformat()}))
    provider = machines.open(reference="", profile="acme")
    assert await signer(provider) == "AKIDSSO"
    assert (await provider._store.keys()).ends_at == HOUR
    assert provider._store.region == "eu-central-1"
