"""What a person may set, with what holds when nothing is set.

The one file is `linktui.toml` in the configuration directory; it need not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from linktui.config.account import AccountSettings
from linktui.config.extensions import CommandSettings, HookSettings, NotifySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSettings:
    """The table [uploads]."""

    concurrency: int = 3
    """How many files are sent at once, 1 to 16."""
    bandwidth_limit: int = 0
    """Bytes a second for all uploads together; 0 is no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultSettings:
    """The table [defaults]: what a new link is unless told otherwise."""

    expires: str = "7d"
    """A phrase such as 7d or never."""
    kind: str = "download"
    account: str = ""
    """The account that new links go to; empty is the embedded one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSettings:
    """The table [local]: the embedded link server."""

    port: int = 0
    """0 picks a free port at the first start and keeps it."""
    public_url: str = ""
    """What links begin with when a reverse proxy stands before the server; empty is its own address."""
    dialects: bool = False
    """Whether it speaks the other services' APIs too, below /dialects, to try things out with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSettings:
    """The table [sender]: who the link server's pages say that the files are from."""

    name: str = ""
    logo: str = ""
    """A PNG or SVG file; a path that is not absolute begins at the configuration file."""
    accent: str = ""
    """The pages' colour, as #1f5fbf; empty is the program's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonSettings:
    """The table [daemon]."""

    idle_exit: str = "never"
    """How long the daemon stays with nothing to send and no live link to serve: 30m, 2h or never."""
    warm: bool = True
    """Whether a process is kept ready that opens the screens at once (Linux only)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSettings:
    """The table [screen]."""

    theme: str = ""
    """A theme's name; empty or auto takes one of the next two, as the terminal is light or dark."""
    theme_dark: str = "linktui"
    theme_light: str = "linktui-light"
    borders: str = "auto"
    """round, ascii (then nothing but ASCII is drawn), or auto for what locale and terminal can show."""
    density: str = "normal"
    """compact, normal or roomy."""
    pictures: str = "auto"
    """Whether images are shown: on, off, or auto for where they look well."""
    mouse: bool = True
    clipboard: str = "auto"
    """auto, osc52 (the terminal's) or native (this machine's)."""
    slow: str = "auto"
    """Whether the line to the terminal is spared: on, off, or auto for when it proves slow."""
    mask_urls: bool = False
    """Whether addresses are masked on the screens, so that pictures of them give nothing away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """The table [plans]."""

    hold: str = "10s"
    """How long what nothing can undo waits before it is sent: 10s, 1m or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSettings:
    """The table [sync]."""

    keep: str = "30d"
    """How long a link that is gone at its service stays in the list as history: 30d, 1y, none or forever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole file."""

    uploads: UploadSettings = field(default_factory=UploadSettings)
    defaults: DefaultSettings = field(default_factory=DefaultSettings)
    local: LocalSettings = field(default_factory=LocalSettings)
    sender: SenderSettings = field(default_factory=SenderSettings)
    daemon: DaemonSettings = field(default_factory=DaemonSettings)
    screen: ScreenSettings = field(default_factory=ScreenSettings)
    plans: PlanSettings = field(default_factory=PlanSettings)
    sync: SyncSettings = field(default_factory=SyncSettings)
    notify: NotifySettings = field(default_factory=NotifySettings)
    accounts: Mapping[str, AccountSettings] = field(default_factory=lambda: MappingProxyType({}))
    """The tables [accounts.NAME], in the order of the file."""
    filters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The table [filters]: saved filters by name, in the order of the file."""
    commands: Mapping[str, CommandSettings] = field(default_factory=lambda: MappingProxyType({}))
    """The tables [commands.NAME], in the order of the file."""
    hooks: Mapping[str, HookSettings] = field(default_factory=lambda: MappingProxyType({}))
    """The tables [hooks.NAME], in the order of the file."""
    templates: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The table [templates]: ways of one's own to write links down, by name."""
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The table [keys]: keys of commands by `id`, or `screen.id` for what [keys.screen] says."""
