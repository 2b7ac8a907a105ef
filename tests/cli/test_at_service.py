"""The service's own lists, and what would be sent, by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell


def test_the_service_is_asked_by_its_own_filters(shell: Shell) -> None:
    link = shell.link()
    [found] = shell.array("links", "query", "--no-expired", "--created-after", "2026-01-01", "--limit", "5")
    assert found["id"] == link["id"]
    assert link["id"] in shell.run("links", "query")
    assert shell.provider.calls.count("list_links") == 2
    assert shell.run("files", "query") == ""
    assert "none of that kind" in shell.narration


@pytest.mark.parametrize(
    "arguments",
    [
        ("links", "query", "--id", "x"),
        ("files", "query", "--purpose", "tax"),
        ("files", "query", "--largest", "1"),
    ],
)
def test_a_filter_that_the_service_lacks_is_said_without_a_call(
    shell: Shell, arguments: tuple[str, ...]
) -> None:
    shell.run(*arguments, code=13)
    assert "filter by" in shell.narration
    assert not {"list_links", "list_files"} & set(shell.provider.calls)


def test_a_moment_that_is_none_is_a_usage_error(shell: Shell) -> None:
    shell.run("links", "query", "--created-after", "soon", code=2)


def test_an_upload_that_would_be_refused_is_not_rehearsed(shell: Shell, notes: Path) -> None:
    shell.run("upload", "-", "--dry-run", code=2)
    shell.run("upload", str(notes), "--dry-run", "--option", "nothing=1", code=2)
    assert "nothing" in shell.narration
