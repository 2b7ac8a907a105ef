"""What Finix can do with files and their external links, and what it does not have.

https://docs.finix.com/api/files
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from linktui.model.capability import NO_VERSIONS, Ability, Limits, Precision
from linktui.model.link import LinkKind
from linktui.model.option import Option, OptionKind

TYPE = "type"
LINKED_TO = "linked_to"
SEND_THROUGH = "send_through"
API, LINK = "api", "link"
"""How the bytes of an upload go: in a call of their own, or by an upload link that linktui makes for them."""

OUR_TAG = "linktui"
"""The tag that tells what an earlier try has made already; its value is the key of the act."""
LONGEST_MINUTES = 7 * 24 * 60

_FIXED = "Finix changes no link; make a new one, and let this one run out"
_FILTERS = frozenset({"ids", "created_after", "created_before", "updated_after", "updated_before"})
_TYPE = Option(
    key=TYPE,
    title="Type",
    kind=OptionKind.CHOICE,
    choices=(
        "OTHER",
        "BANK_STATEMENT",
        "BUSINESS_ADDRESS_VERIFICATION",
        "BUSINESS_REGISTRATION",
        "DRIVERS_LICENSE_BACK",
        "DRIVERS_LICENSE_FRONT",
        "IDENTIFICATION_CARD_BACK",
        "IDENTIFICATION_CARD_FRONT",
        "PASSPORT",
        "PCI_DOCUMENT",
        "TAX_DOCUMENT",
    ),
    open=True,
    default="OTHER",
    help="The kind of document, for Finix's review.",
    on_edit=False,
)
_LINKED_TO = Option(
    key=LINKED_TO,
    title="Linked to",
    longest=255,
    help="The merchant the document is about, such as MU2n7BSovtwYsWYZF6rBnnzk.",
    on_edit=False,
)
_SEND_THROUGH = Option(
    key=SEND_THROUGH,
    title="Send through",
    kind=OptionKind.CHOICE,
    choices=(API, LINK),
    default=API,
    help="With link, the bytes go to Finix's store by an upload link of linktui's own.",
)

LIMITS = Limits(
    missing={
        Ability.CHANGE_EXPIRY: _FIXED,
        Ability.EXPIRE_NOW: "Finix ends no link early; give the next one less time",
        Ability.REVIVE: "an ended link stays so; make a new one to the same file",
        Ability.NEVER_EXPIRE: "a link lives 7 days at most; make a new one then",
        Ability.REVOKE: "Finix takes no link back; it ends by itself at its time",
        Ability.DELETE_LINK: "Finix deletes no link; it ends by itself at its time",
        Ability.RENAME: "a link is called as its file, which keeps its name; upload it under another",
        Ability.CHANGE_KIND: _FIXED,
        Ability.PASSWORD: "Finix has none; give the link little time",
        Ability.DOWNLOAD_LIMIT: "Finix counts no downloads; give the link little time",
        Ability.SLUG: "the address is a signed one of Finix's store; use the one that is given",
        Ability.EDIT_METADATA: "the tags of a link are set when it is made; make a new one",
        Ability.EDIT_FILES: "a link is to one file for good; make another link",
        Ability.DOWNLOAD_LOG: "Finix counts no downloads; ask whoever has the link",
        Ability.DELETE_FILE: "Finix deletes no file; let its links run out",
        Ability.RESUME_UPLOAD: "Finix takes a file in one request; a broken one is sent again from the start",
        Ability.FILE_VERSIONS: NO_VERSIONS,
    },
    kinds=(LinkKind.DOWNLOAD, LinkKind.VIEW, LinkKind.UPLOAD),
    precision=Precision.MINUTE,
    longest=timedelta(minutes=LONGEST_MINUTES),
    shortest=timedelta(minutes=1),
    metadata_pairs=49,  # of 50: one is linktui's own
    chunk_size=None,
    link_options=(
        replace(
            _TYPE, help="The kind of document that an upload link is for; another link's file has its own."
        ),
        replace(_LINKED_TO, help="The merchant that an upload link's document is about."),
    ),
    file_options=(_TYPE, _LINKED_TO, _SEND_THROUGH),
    link_filters=_FILTERS | {"file_id"},
    file_filters=_FILTERS,
)
