"""Where linktui keeps its things, each directory for the owner alone.

`LINKTUI_HOME=DIR` puts everything below DIR; without it the XDG base directories are used
(https://specifications.freedesktop.org/basedir-spec/latest/).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linktui.model.errors import StorageUnusable

APP = "linktui"


@dataclass(frozen=True, slots=True)
class Locations:
    """The four base directories and what lies in them."""

    config: Path
    data: Path
    state: Path
    cache: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Locations:
        """Return the locations that `environment` (the process's by default) asks for."""
        environment = os.environ if environment is None else environment
        home = environment.get("LINKTUI_HOME")
        if home:
            return cls.below(Path(home))
        bases = (
            ("XDG_CONFIG_HOME", "~/.config"),
            ("XDG_DATA_HOME", "~/.local/share"),
            ("XDG_STATE_HOME", "~/.local/state"),
            ("XDG_CACHE_HOME", "~/.cache"),
        )
        named = (environment.get(name, "").strip() or usual for name, usual in bases)
        return cls(*(Path(base).expanduser() / APP for base in named))

    @classmethod
    def below(cls, home: Path) -> Locations:
        """Return locations that all lie below one directory."""
        home = home.expanduser().absolute()
        return cls(home / "config", home / "data", home / "state", home / "cache")

    @property
    def settings_file(self) -> Path:
        """The one configuration file, which need not exist."""
        return self.config / "linktui.toml"

    @property
    def database(self) -> Path:
        """Links, files, the upload queue and the journal."""
        return self.data / "linktui.db"

    @property
    def server(self) -> Path:
        """The link server's catalogue, blobs, token and port."""
        return self.data / "server"

    @property
    def spool(self) -> Path:
        """Upload sources that linktui made itself: stdin, and ZIPs of folders."""
        return self.data / "spool"

    @property
    def lock(self) -> Path:
        """The lock of the one daemon that may serve this data directory."""
        return self.data / "daemon.lock"

    @property
    def presence(self) -> Path:
        """The lock that every open face shares."""
        return self.data / "faces.lock"

    @property
    def log(self) -> Path:
        """The daemon's log."""
        return self.state / "daemon.log"

    @property
    def sheets(self) -> Path:
        """Links as text while somebody edits them."""
        return self.state / "sheets"

    @property
    def themes(self) -> Path:
        """Themes the user made."""
        return self.config / "themes"

    def create(self) -> None:
        """Make the directories, 0700 each; raises StorageUnusable where that is impossible."""
        for directory in (self.config, self.data, self.state, self.cache, self.spool):
            try:
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                if directory.stat().st_mode & 0o077:
                    directory.chmod(0o700)
            except OSError as error:
                raise StorageUnusable(directory, error.strerror or str(error)) from error
