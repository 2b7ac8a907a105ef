"""What a person adds to the program: commands of their own, hooks that events run, and notifications."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSettings:
    """One table [commands.NAME]: a shell line bound to a key."""

    run: str
    """What /bin/sh is given. Nothing from outside is ever put into it."""
    key: str = ""
    """Keys, separated by commas; empty leaves it to the palette."""
    title: str = ""
    """What it is called on screens; empty is its name."""
    on: tuple[str, ...] = ("links", "detail")
    """The screens that have it: links, detail, files, uploads."""
    each: bool = False
    """Whether it runs once for each of the marked, and not once for all of them."""
    show: str = "nothing"
    """nothing (a toast says how it ended), output (in a box), or terminal (handed over to it)."""
    confirm: str = ""
    """A question to be answered first."""
    footer: bool = False
    """Whether it stands in the line of keys, before the others."""
    timeout: str = "60s"
    """How long one run may take before it is killed; not on a terminal of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookSettings:
    """One table [hooks.NAME]: a shell line that the daemon runs when something happens."""

    on: tuple[str, ...]
    """The events: see `linktui.model.happening`."""
    run: str
    before: tuple[str, ...] = ("24h",)
    """How long before a link's end link.expiring happens; each is an event of its own."""
    timeout: str = "60s"
    """How long one run may take before it is killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """The table [notify]."""

    before: tuple[str, ...] = ("1h",)
    """How long before a link's end it is said; none says nothing."""
    uploads: str = "30s"
    """How long an upload has to take for its end to be said, or never."""
    desktop: str = "auto"
    """Whether the daemon says it on the desktop while no screen is open: on, off, or auto (where it can)."""
    terminal: str = "auto"
    """Whether an open screen says it to the terminal too, for its desktop to show: on, off, auto."""
