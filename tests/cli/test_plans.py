"""`linktui plan …` and `linktui history` show, apply and take back changes to many links."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs

from linktui.model.change import Intent, Verb
from linktui.model.errors import Rejected
from linktui.model.identity import Identity
from linktui.model.link import Link, LinkEdit
from linktui.model.query import LinkQuery
from linktui.services.planning import Planner
from linktui.wiring import build
from tests.cli.conftest import Shell

ENDS = "2030-01-01T00:00:00Z"
LATER = "2030-01-08T00:00:00Z"


def plan_of(shell: Shell, make: Callable[[Planner, Link], Intent], title: str = "longer") -> int:
    """Make a plan of what becomes of each link, oldest link first, and return its number."""

    async def make_it() -> int:
        house = build(shell.locations, connect_provider=lambda account: shell.provider)
        links = house.services.links.window(LinkQuery(descending=False, ended=True), offset=0, limit=100)
        planner = house.services.plans.planner()
        plan = await house.services.plans.make(title, [make(planner, link) for link in links])
        await house.close()
        return plan.id

    return asyncio.run(make_it())


def make_live(shell: Shell) -> None:
    """Have the service tell that the account is live, as one that moves money is."""

    async def tell() -> None:
        house = build(shell.locations)
        await house.services.book.remember("local", Identity(who="somebody", live=True))
        await house.close()

    asyncio.run(tell())


def links(shell: Shell, *names: str) -> None:
    for name in names:
        shell.link("--name", name, "--expires", ENDS)


def longer(planner: Planner, link: Link) -> Intent:
    return planner.extended(link, "7d")


def states(plan: dict[str, Any]) -> list[str]:
    return [change["state"] for change in plan["changes"]]


def ends(shell: Shell) -> set[str]:
    return {str(link["expires_at"]) for link in shell.array("links", "list", "--ended")}


def test_a_plan_is_listed_and_shown_change_by_change(shell: Shell) -> None:
    links(shell, "a.pdf", "b.pdf")
    number = plan_of(shell, longer)
    [listed, *_] = shell.array("plan", "list")
    assert (listed["id"], listed["title"], listed["state"]) == (number, "longer", "draft")
    assert listed["verbs"] == {"update": 2}
    assert listed["changes"] is None
    shown = shell.run("plan", "show", str(number))
    assert f"Plan {number}: longer (· draft)" in shown
    assert "~ 2 change" in shown
    assert "local 2 calls in 1s · all can be undone" in shown
    assert [line.split()[:3] for line in shown.splitlines()[-2:]] == [
        ["~", "l_1", "a.pdf"],
        ["~", "l_2", "b.pdf"],
    ]
    assert "longer" in shell.run("plan", "list")
    plan = shell.object("plan", "show", str(number))
    assert plan["changes"][0]["differences"] == [{"field": "expires", "before": ENDS, "after": LATER}]
    [row, _] = csv.DictReader(io.StringIO(shell.run("plan", "show", str(number), "--csv")))
    assert (row["link"], row["state"]) == ("l_1", "planned")


def test_a_plan_that_is_none_is_not_found(shell: Shell) -> None:
    for verb in ("show", "apply", "undo", "pause", "stop", "retry", "renew", "discard"):
        shell.run("plan", verb, "99", code=4)
    shell.run("plan", "list")
    assert "no plan yet" in shell.narration


def test_a_plan_is_applied_and_taken_back_and_done_again(shell: Shell) -> None:
    links(shell, "a.pdf", "b.pdf")
    number = plan_of(shell, longer)
    shell.run("plan", "apply", str(number), code=64)
    assert "Change 2 links?" in shell.narration
    assert ends(shell) == {ENDS}
    applied = shell.json("plan", "apply", str(number), "--yes")
    assert states(applied) == ["done", "done"]
    assert f"`linktui plan undo {number}` takes back" in shell.narration
    assert ends(shell) == {LATER}
    undone = shell.json("plan", "undo", "--yes")
    assert (undone["undo_of"], undone["state"]) == (number, "settled")
    assert ends(shell) == {ENDS}
    shell.run("plan", "redo", "--yes")
    assert ends(shell) == {LATER}
    shell.run("plan", "redo", "--yes", code=5)
    shell.run("plan", "apply", str(number), "--yes", code=5)
    assert "is done, so there is nothing to apply" in shell.narration


def test_an_undo_that_is_not_wanted_leaves_no_plan(shell: Shell) -> None:
    links(shell, "a.pdf")
    shell.run("plan", "undo", code=64)
    assert "Delete 1 link?" in shell.narration
    assert len(shell.array("plan", "list")) == 1


def test_some_that_fail_are_said_and_make_it_partial(shell: Shell) -> None:
    links(shell, "a.pdf", "b.pdf")
    number = plan_of(shell, longer)
    shell.provider.failures["update_link"] = [Rejected("not today")]
    shell.run("plan", "apply", str(number), "--yes", code=8)
    assert "(l_1): not today." in shell.narration
    assert f"linktui plan retry {number}" in shell.narration
    assert states(shell.json("plan", "retry", str(number))) == ["done", "done"]
    shell.run("plan", "retry", str(number), code=5)


def test_the_only_change_gives_its_own_code(shell: Shell) -> None:
    links(shell, "a.pdf")
    number = plan_of(shell, longer)
    shell.provider.failures["update_link"] = [Rejected("not today")]
    shell.run("plan", "apply", str(number), "--yes", code=5)


def test_what_cannot_be_done_at_all_is_refused_with_its_reason(shell: Shell) -> None:
    shell.link("--name", "for ever", "--expires", "never")
    number = plan_of(shell, longer)
    shell.run("plan", "apply", str(number), "--yes", code=13)
    assert "“for ever” (l_1): Link never expires already." in shell.narration


def test_a_plan_stands_in_the_schema(shell: Shell) -> None:
    links(shell, "a.pdf", "b.pdf")
    number = plan_of(shell, longer)
    schemas = {name: json.loads(shell.run("schema", name)) for name in ("plans", "changes")}
    for plan in [*shell.array("plan", "list"), shell.json("plan", "show", str(number))]:
        jsonschema_rs.validate(schemas["plans"], plan)
    shell.run("plan", "apply", str(number), "--yes")
    for change in shell.array("history"):
        jsonschema_rs.validate(schemas["changes"], change)


def test_the_history_has_everything_that_was_begun_newest_first(shell: Shell) -> None:
    links(shell, "a.pdf", "b.pdf")
    plan_of(shell, longer)
    shell.run("links", "extend", "l_1", "--by", "7d")
    shell.run("links", "delete", "l_2", "--yes")
    assert [change["verb"] for change in shell.array("history")] == ["delete", "update", "create", "create"]
    assert [change["verb"] for change in shell.array("history", "l_1")] == ["update", "create"]
    assert [change["verb"] for change in shell.array("history", "l_2")] == ["delete", "create"]
    assert len(shell.array("history", "--limit", "1", "--account", "local")) == 1
    assert "expires" in shell.run("history")
    [header, newest, *_] = shell.run("history", "--csv").splitlines()
    assert (header.split(",")[4], newest.split(",")[4]) == ("verb", "delete")
    shell.run("history", "l_99", code=4)


def test_no_url_and_no_address_is_in_what_scripts_are_told(shell: Shell) -> None:
    shell.link("--name", "a", "--slug", "hidden-place")
    number = plan_of(shell, lambda planner, link: planner.edited(link, LinkEdit(slug="other-place")))
    for arguments in (["plan", "show", str(number)], ["history"]):
        for form in ("--json", "--csv"):
            told = shell.run(*arguments, form)
            assert "-place" not in told
            assert "http" not in told


def test_a_draft_is_forgotten_and_what_was_applied_is_not(shell: Shell) -> None:
    links(shell, "a.pdf")
    number = str(plan_of(shell, longer))
    for verb in ("pause", "stop", "retry"):
        shell.run("plan", verb, number, code=5)
    shell.run("plan", "discard", number)
    shell.run("plan", "show", number, code=4)
    number = str(plan_of(shell, longer))
    shell.run("plan", "apply", number, "--yes")
    shell.run("plan", "discard", number, code=2)


def test_no_wait_returns_the_number(shell: Shell) -> None:
    links(shell, "a.pdf")
    number = str(plan_of(shell, longer))
    assert shell.run("plan", "apply", number, "--yes", "--no-wait") == number
    assert "The daemon does it" in shell.narration


def test_what_cannot_be_undone_waits_when_asked_to_and_can_be_stopped(shell: Shell) -> None:
    links(shell, "a.pdf")
    number = str(plan_of(shell, lambda planner, link: planner.ended(link, Verb.REVOKE)))
    shell.run("plan", "apply", number, "--yes", "--hold", "1h", "--no-wait")
    shell.run("plan", "stop", number)
    shell.run("plan", "apply", number, code=130)
    assert shell.provider.links["l_1"].revoked_at is None
    shell.run("plan", "apply", number, "--hold", "long", code=2)


def test_ending_links_of_a_live_account_takes_their_number(shell: Shell) -> None:
    links(shell, "a.pdf", "b.pdf")
    make_live(shell)
    number = str(plan_of(shell, lambda planner, link: planner.ended(link, Verb.REVOKE)))
    shell.run("plan", "apply", number, "--yes", code=64)
    assert "--yes --count 2" in shell.narration
    shell.run("plan", "apply", number, "--yes", "--count", "3", code=64)
    shell.run("plan", "apply", number, "--yes", "--count", "2")
    assert all(link.revoked_at for link in shell.provider.links.values())
