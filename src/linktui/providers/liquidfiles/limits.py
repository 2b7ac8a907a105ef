"""What LiquidFiles can do (API 4.3), and what it does not have.

https://docs.liquidfiles.com/api/v4.3/filelink/
"""

from __future__ import annotations

from datetime import timedelta

from linktui.model.capability import NO_VERSIONS, Ability, Limits, Precision
from linktui.model.link import LinkKind
from linktui.model.option import Option, OptionKind

AUTHENTICATION = "require_authentication"
RECEIPTS = "send_download_confirmation"
DOWNLOADS = "allow_download"
DIRECT_LINKS = "allow_direct_links"
DISPLAY = "display_mode"
RECIPIENTS = "recipient_limitations"
HEADER = "header_html"
FOOTER = "footer_html"

LIMITS = Limits(
    missing={
        Ability.EXPIRE_NOW: "its links end with a whole day; set today as the last one, or delete the link",
        Ability.NEVER_EXPIRE: "each of its links has a last day; set a late one",
        Ability.REVOKE: "it takes no link back and keeps it; delete the link",
        Ability.RENAME: "a link is called after its first file; put another file first",
        Ability.CHANGE_KIND: "a link that is only viewed is one with the option “allow_download” set to no",
        Ability.DOWNLOAD_LIMIT: "it counts no downloads; set a password or an earlier last day",
        Ability.METADATA: "its links have none; a caption can say something of a file",
        Ability.EDIT_METADATA: "its links have none; a caption can say something of a file",
        Ability.DOWNLOAD_FILE: "its API gives no file back; open a link to the file in the browser",
        Ability.FILE_VERSIONS: NO_VERSIONS,
    },
    kinds=(LinkKind.DOWNLOAD,),
    precision=Precision.DAY,
    # What an administrator can allow at most; most groups are allowed less, which the server checks.
    longest=timedelta(days=3650),
    files_per_link=100,
    chunk_size=100_000_000,
    even_chunks=True,
    pieces_at_once=3,
    one_upload_per_name=True,
    link_options=(
        Option(
            key=AUTHENTICATION,
            title="Sign-in",
            kind=OptionKind.TOGGLE,
            help="Whoever opens the link has to sign in first.",
        ),
        Option(
            key=RECEIPTS,
            title="Receipts",
            kind=OptionKind.TOGGLE,
            help="Send a mail for each download.",
        ),
        Option(
            key=DOWNLOADS,
            title="Downloading",
            kind=OptionKind.TOGGLE,
            help="With no, the files are only shown.",
        ),
        Option(
            key=DIRECT_LINKS,
            title="Direct links",
            kind=OptionKind.TOGGLE,
            help="Give each file an address of its own; not with a sign-in, a password or without downloads.",
        ),
        Option(
            key=DISPLAY,
            title="Display",
            kind=OptionKind.CHOICE,
            choices=("icons", "inline", "gallery"),
            help="How the link's page shows the files.",
        ),
        Option(
            key=RECIPIENTS,
            title="Recipients",
            kind=OptionKind.NAMES,
            help="Only these addresses or domains may open the link; empty lets everybody.",
        ),
        Option(
            key=HEADER,
            title="Header",
            kind=OptionKind.LONG_TEXT,
            help="HTML above the files.",
        ),
        Option(
            key=FOOTER,
            title="Footer",
            kind=OptionKind.LONG_TEXT,
            help="HTML below the files.",
        ),
    ),
    call_per_field=True,
    rate=5.0,
)
