"""`linktui links …` shows and changes links, asks before it destroys, and ends with the right code."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from linktui.model.errors import RateLimited, Rejected
from tests.cli.conftest import Shell


def names(shell: Shell, *arguments: str) -> list[str]:
    listed = shell.array("links", "list", *arguments)
    return [link["name"] for link in listed]


def test_an_empty_list_says_what_to_do_and_is_an_array_for_scripts(shell: Shell) -> None:
    assert shell.run("links", "list") == ""
    assert "linktui upload FILE --link" in shell.narration
    assert shell.json("links", "list") == []


def test_the_list_filters_sorts_and_ends_where_told(shell: Shell) -> None:
    for name in ("beta report", "alpha report", "gamma"):
        shell.link("--name", name)
    assert names(shell, "--filter", "report", "--sort", "name") == ["alpha report", "beta report"]
    assert names(shell, "--sort", "name", "--reverse", "--limit", "1") == ["gamma"]
    assert names(shell, "--kind", "view") == []
    shell.run("links", "list", "--account", "nobody", code=2)


def test_a_filter_asks_more_than_words_and_an_error_points_at_the_character(shell: Shell) -> None:
    shell.link("--name", "old", "--expires", "1h", "--tag", "order=42")
    shell.link("--name", "new", "--expires", "30d")
    assert names(shell, "--filter", "expires<24h") == ["old"]
    assert names(shell, "--filter", "name:new OR tag.order=42", "--sort", "name") == ["new", "old"]
    assert names(shell, "--filter", "-tag:order") == ["new"]
    assert shell.run("links", "list", "--filter", "a state:actve", code=2) == ""
    sentence, shown, sign = shell.narration.splitlines()[-3:]
    assert sentence.startswith("“actve” is no state; write active, expiring")
    assert (shown, sign) == ("a state:actve", "        ^")


def test_ended_links_are_shown_when_asked_for(shell: Shell) -> None:
    link = shell.link("--name", "old")
    shell.run("links", "revoke", str(link["id"]), "--yes")
    assert names(shell) == []
    assert names(shell, "--ended") == ["old"]
    assert names(shell, "--state", "revoked") == ["old"]
    shown = shell.object("links", "show", str(link["id"]))
    assert shown["state"] == "revoked"


def test_the_table_hides_urls_unless_asked(shell: Shell) -> None:
    url = str(shell.link()["url"])
    assert url not in shell.run("links", "list")
    assert url in shell.run("links", "list", "--urls")
    assert url in shell.run("links", "show", "l_1")


def test_csv_has_a_line_of_names_and_a_line_each(shell: Shell) -> None:
    shell.link("--name", 'a,"b"', "--tag", "k=v")
    [row] = csv.DictReader(io.StringIO(shell.run("links", "list", "--csv")))
    assert (row["name"], row["metadata"], row["revoked_at"]) == ('a,"b"', '{"k": "v"}', "")


def test_no_control_character_of_a_name_is_printed(shell: Shell) -> None:
    shell.provider.seed_link(name="x")
    hostile = "[/nope]\x1b]0;owned\x07\n\u202egnp"
    shell.link("--name", hostile)
    for arguments in (["links", "list"], ["links", "show", "l_2"], ["links", "list", "--csv"],
                      ["links", "list", "--json"]):  # fmt: skip
        written = shell.run(*arguments)
        assert "[/nope]" in written
        assert not {"\x1b", "\x07", "\u202e"} & set(written + shell.narration)


def test_a_link_is_created_from_a_stored_file(shell: Shell, notes: Path) -> None:
    file_id = shell.run("upload", str(notes))
    url = shell.run("links", "create", "--file", file_id, "--expires", "1h")
    assert url == "http://127.0.0.1:8460/l/l_1"
    shell.run("links", "create", "--file", "f_99", code=4)
    shell.run("links", "create", code=2)


def test_an_edit_changes_what_it_names_and_nothing_else(shell: Shell) -> None:
    shell.link("--name", "old", "--tag", "a=1", "--tag", "b=2", "--limit", "4")
    edited = shell.object("links", "edit", "l_1", "--name", "new", "--untag", "a", "--tag", "c=3")
    assert (edited["name"], edited["metadata"], edited["download_limit"]) == ("new", {"b": "2", "c": "3"}, 4)
    edited = shell.object("links", "edit", "l_1", "--limit", "none", "--expires", "never")
    assert (edited["download_limit"], edited["expires_at"]) == (None, None)
    shell.run("links", "edit", "l_1", code=2)


def test_extending_moves_the_end(shell: Shell) -> None:
    shell.link("--expires", "2030-01-01T00:00:00Z")
    [link] = shell.array("links", "extend", "l_1", "--by", "7d")
    assert link["expires_at"] == "2030-01-08T00:00:00Z"
    [link] = shell.array("links", "extend", "l_1", "--until", "2031-01-01T00:00:00Z")
    assert link["expires_at"] == "2031-01-01T00:00:00Z"


def test_what_destroys_needs_yes_without_a_terminal(shell: Shell) -> None:
    shell.link("--name", "precious")
    for verb, question in (("expire", "End"), ("revoke", "Revoke"), ("delete", "Delete")):
        shell.run("links", verb, "l_1", code=64)
        assert f"{question} “precious”" in shell.narration
    assert shell.provider.links["l_1"].revoked_at is None
    shell.run("links", "delete", "l_1", "--yes")
    assert shell.provider.links == {}


def test_several_go_on_after_a_failure_and_end_as_partial(shell: Shell) -> None:
    shell.link()
    shell.link()
    shell.provider.failures["revoke_link"] = [Rejected("not today")]
    shell.run("links", "revoke", "l_1", "l_2", "--yes", code=8)
    assert "not today" in shell.narration
    assert [link.revoked_at is None for link in shell.provider.links.values()].count(False) == 1


def test_one_failure_has_the_errors_own_code(shell: Shell) -> None:
    shell.link()
    shell.provider.failures["update_link"] = [RateLimited(retry_after=3)]
    shell.run("links", "expire", "l_1", "--yes", code=6)
    assert "again in 3 s" in shell.narration


def test_an_unknown_id_is_not_found(shell: Shell) -> None:
    for verb in ("show", "edit", "downloads"):
        shell.run("links", verb, "l_none", code=4)


def test_nobodys_downloads_are_said(shell: Shell) -> None:
    shell.link("--name", "quiet")
    assert shell.json("links", "downloads", "l_1") == []
    shell.run("links", "downloads", "l_1")
    assert "Nobody has fetched “quiet” yet" in shell.narration


def test_the_files_of_a_link_are_put_in_order_added_and_captioned(shell: Shell, notes: Path) -> None:
    other = notes.with_name("other.txt")
    other.write_text("more\n")
    first, second = shell.run("upload", str(notes)), shell.run("upload", str(other))
    link_id = shell.object("links", "create", "--file", first, "--caption", "read me")["id"]
    edited = shell.object("links", "edit", link_id, "--file", second, first, "--caption", "new")
    assert [(file["id"], file["caption"]) for file in edited["files"]] == [
        (second, "new"),
        (first, "read me"),
    ]
    captioned = shell.object("links", "edit", link_id, "--caption", "a", "--caption", "")
    assert [file["caption"] for file in captioned["files"]] == ["a", ""]
    shell.run("links", "edit", link_id, "--file", second, "--caption", "a", "--caption", "b", code=2)
    assert "2 times for 1 file" in shell.narration
    shell.run("links", "edit", link_id, "--file", "gone", code=4)


def test_what_the_service_says_now_is_asked_for(shell: Shell, notes: Path) -> None:
    file_id = shell.run("upload", str(notes))
    link_id = shell.object("links", "create", "--file", file_id)["id"]
    shell.provider.links.clear()
    assert shell.object("links", "show", link_id)["id"] == link_id
    shell.run("links", "show", link_id, "--now", code=4)
    assert shell.array("links", "list") == []
    assert shell.object("files", "show", file_id, "--now")["id"] == file_id
    shell.provider.files.clear()
    shell.run("files", "show", file_id, "--now", code=4)
    assert shell.array("files", "list") == []


def test_downloads_that_nobody_counts_are_not_called_none(shell: Shell) -> None:
    link_id = shell.link()["id"]
    link = shell.provider.links[link_id]
    shell.provider.links[link_id] = replace(link, downloads=None, facts={"Seen by": "nobody yet"})
    shown = shell.run("links", "show", link_id, "--now")
    assert "not counted" in shown
    assert "nobody yet" in shown
