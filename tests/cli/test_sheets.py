"""`linktui links export` writes links out, and `linktui plan make` reads back what was changed in them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from linktui.cli.link_sheets import form_of
from linktui.services.sheets import SheetForm
from tests.cli.conftest import Shell

FORMS = [form.value for form in SheetForm]


@pytest.fixture
def two(shell: Shell) -> Shell:
    for name in ("a.pdf", "b.pdf"):
        shell.link("--name", name, "--expires", "2030-01-01T00:00:00Z", "--tag", "team=x")
    return shell


@pytest.mark.parametrize("form", FORMS)
def test_what_is_exported_unchanged_is_no_plan(two: Shell, tmp_path: Path, form: str) -> None:
    file = tmp_path / "links"
    file.write_text(two.run("links", "export", "--format", form) + "\n")
    assert two.run("plan", "make", str(file)) == ""
    assert "changes nothing" in two.narration


@pytest.mark.parametrize("form", FORMS)
def test_what_was_changed_becomes_a_plan_and_is_made_so(two: Shell, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"links.{form}"
    two.run("links", "export", "--filter", "a.pdf", "--format", form, "-o", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    file.write_text(text.replace("a.pdf", "new.pdf"))
    number = two.run("plan", "make", str(file), "--format", form)
    assert "~ 1 change" in two.narration
    assert [link.name for link in two.provider.links.values()] == ["a.pdf", "b.pdf"]
    two.run("plan", "apply", number, "--yes")
    assert [link.name for link in two.provider.links.values()] == ["new.pdf", "b.pdf"]


def test_it_is_applied_in_one_go_from_stdin(two: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    text = two.run("links", "export", "l_1").replace("a.pdf", "new.pdf")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    plan = two.json("plan", "make", "-", "--apply", "--yes")
    assert plan["counts"] == {"done": 1}
    assert two.provider.links["l_1"].name == "new.pdf"


def test_every_fault_is_said_with_its_line(two: Shell, tmp_path: Path) -> None:
    file = tmp_path / "links.txt"
    file.write_text("local/l_1 never kind=odd\n\nlocal/l_2 someday\n")
    two.run("plan", "make", str(file), code=2)
    assert f"{file}:1: " in two.narration
    assert f"{file}:3: " in two.narration
    two.run("plan", "make", str(tmp_path / "missing"), code=12)
    file.write_bytes(b"\xff")
    two.run("plan", "make", str(file), code=12)


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("", "links.toml", SheetForm.TOML),
        ("", "links.CSV", SheetForm.CSV),
        ("# note\nexport = 'x'\n[[link]]\n", "-", SheetForm.TOML),
        ("id,expires,kind\n", "-", SheetForm.CSV),
        ("sep=;\nid;expires\n", "-", SheetForm.CSV),
        ('# note\nlocal/l_1  never  name="a, b"\n', "-", SheetForm.TEXT),
        ("", "-", SheetForm.TEXT),
    ],
)
def test_the_form_is_known_by_the_name_or_the_content(text: str, name: str, form: SheetForm) -> None:
    assert form_of(text, name, None) is form
    assert form_of(text, name, "csv") is SheetForm.CSV
