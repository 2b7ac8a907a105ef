"""A link server that keeps nothing says what it cannot answer for, before it listens."""

from __future__ import annotations

from tests.cli.conftest import Shell

TABLES = """
[accounts.work]
provider = "stripe"
secret = "env:NOWHERE"

[accounts.team]
provider = "s3"
bucket = "files"
links_at = "links.example.org"

[accounts.everything]
provider = "s3"
"""


def test_a_server_for_a_store_says_what_is_wrong_with_it(shell: Shell) -> None:
    shell.run("serve", "--store", "nowhere", code=2)
    assert "“nowhere” is not configured" in shell.narration
    shell.locations.settings_file.parent.mkdir(parents=True, exist_ok=True)
    shell.locations.settings_file.write_text(TABLES)
    shell.run("serve", "--store", "team", code=2)
    assert "has to be local or an address such as https://" in shell.narration
    shell.run("serve", "--store", "work", code=2)
    assert "has to be an account whose links a link server can answer for" in shell.narration
    shell.run("serve", "--store", "everything", code=2)
    assert "“everything” is none" in shell.narration
    shell.run("serve", "--store", "work", "--dialects", code=2)
    assert "keeps nothing" in shell.narration
    assert not shell.locations.data.exists()
