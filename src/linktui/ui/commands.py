"""What a person can do, said once: a command is a Textual binding with an id, a title and a sentence.

Keys, the footer, the palette and the help screen are all made from these records; the id is what a
key map changes, and what is written in the palette.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from textual.binding import Binding
from textual.dom import DOMNode

from linktui.ui.key_names import NO_KEY

EVERYWHERE = "everywhere"
"""The scope of what holds on every screen."""


@dataclass(frozen=True)
class Command(Binding):
    """A binding that says more of itself than Textual keeps; `declared` gives it back."""

    takes: str = ""
    """What may be written after its id in the palette, for the action to get it: `2d, fri 17:00, never`."""
    counted: str = ""
    """The action with a count before its key, such as `move({count})`; empty where none is taken."""
    again: bool = False
    """Whether `&` can do it again to another row."""


def command(
    keys: str,
    action: str,
    title: str,
    sentence: str,
    *,
    id: str = "",  # noqa: A002 - Textual's own name for it
    shown: bool = False,
    takes: str = "",
    counted: str = "",
    again: bool = False,
    priority: bool = False,
) -> Command:
    """Return a command; `keys` are separated by commas, `shown` puts it into the footer.

    `priority` has it come before what the widget with the focus does with the key.
    """
    name = id or action.partition("(")[0].removeprefix("app.").replace("_", "-")
    return Command(
        # By keys Textual tells apart what a class and those above it have.
        keys or f"{NO_KEY}_{name}",
        action,
        title,
        show=shown,
        priority=priority,
        tooltip=sentence,
        id=name,
        takes=takes,
        counted=counted,
        again=again,
    )


def scope_of(node: type[DOMNode]) -> str:
    """Return where a node's commands hold, as a key map calls it: the first of its classes that has any.

    `LinksScreen` is `links`, `FormDialog` and every form made of it `form`; a class may say it as `scope`,
    empty for one that is only there to be made others of.
    """
    for one in node.__mro__:
        if any(isinstance(binding, Command) for binding in one.__dict__.get("BINDINGS", ())):
            return str(one.__dict__.get("scope", _kebab(one.__name__)))
    return ""


@cache
def declared(node: type[DOMNode]) -> Mapping[str, Command]:
    """Return the commands of a node by their ids, those of its own class first."""
    found: dict[str, Command] = {}
    for one in node.__mro__:
        for binding in one.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Command) and binding.id:
                found.setdefault(binding.id, binding)
    return found


def _kebab(name: str) -> str:
    short = name.removesuffix("Screen").removesuffix("Dialog")
    return "".join(f"-{one.lower()}" if one.isupper() and at else one.lower() for at, one in enumerate(short))


FILTERS = (
    ("report acme", "Words of name, files, id, tags; letters may be left out."),
    ('"q3 report"', "Exactly so; quotes make anything a plain word."),
    ("state:expired", "active, expiring, expired, exhausted, revoked, gone, alive, ended."),
    ("expires<24h", 'Also >=2026-12-01, :today, <"fri 17:00", :never.'),
    ("final<24h", "Can be saved only so long; final:never, final<now."),
    ("created>7d", "Older than 7 days; created<24h, created:yesterday."),
    ("kind:view", "Also account: service: name: file: id: has:password."),
    ("tag.order=42", "Also tag:order and option.KEY=VALUE."),
    ("downloads=0", "Also limit>3 and size>10MB."),
    ("-kind:view", "Not so."),
    ("a OR (b c)", "Either; side by side both. kind:view|upload is either, too."),
)
"""How a filter of the links is written, for the help screen."""
