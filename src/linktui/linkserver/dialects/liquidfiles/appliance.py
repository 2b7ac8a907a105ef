"""What an administrator sets on an appliance: its version, and what the user's group may do."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rights and bounds of the one user's group; those on expiry and receipts have no documented names.

    https://docs.liquidfiles.com/features/filelinks/configuration.html
    """

    can_use_filelinks: bool = True
    permitted_extensions: str = ""
    """Comma-separated, without dots; empty for no limit."""
    blocked_extensions: str = ""
    message_max_size: int = 0
    """Megabytes of one upload; 0 for no limit but the disk."""
    filelink_default_expiration: int = 14
    """Days."""
    filelink_max_expiration: int = 180
    """Days."""
    filelink_max_files: int = 100
    filelink_can_change_expiration: bool = True
    filelink_can_change_require_authentication: bool = True
    filelink_can_change_download_confirmation: bool = True
    filelink_can_use_password: bool = True
    filelink_can_change_url: bool = True
    filelink_custom_url_prefix_email: bool = False
    """Whether an address of one's own begins with the user's name."""
    filelink_can_use_inline: bool = True
    filelink_can_use_gallery: bool = True
    filelink_can_disable_downloads: bool = True
    filelink_can_use_direct_links: bool = True
    filelink_can_customise_header_footer: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Appliance:
    """One server with one group."""

    version: str = "4.3.1"
    group: Group = Group()

    @property
    def version_numeric(self) -> int:
        """The version as one number, 4.3.1 as 40301."""
        major, minor, patch = map(int, re.findall(r"\d+", f"{self.version}.0.0")[:3])
        return major * 10_000 + minor * 100 + patch

    @property
    def old(self) -> bool:
        """Whether it is from before 4.3: no bearer keys, one file in a link, few options."""
        return self.version_numeric < 40_300
