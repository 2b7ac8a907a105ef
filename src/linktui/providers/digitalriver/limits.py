"""What Digital River can do with files and their links, and what it does not have.

https://docs.digitalriver.com/digital-river-api-reference/2021-12-13/file-links
"""

from __future__ import annotations

from linktui.model.capability import NO_VERSIONS, Ability, Limits
from linktui.model.option import Option, OptionKind

PURPOSE, TITLE, LINK_EXPIRES = "purpose", "title", "link_expires"
LARGEST_FILE = 10 * 1024 * 1024
"""Bytes: it is said to be 10 MB, and whether those are 10^7 or 2^20 times ten is UNCONFIRMED."""
_DELETE = "delete the link, which ends it surely"
_FILTERS = frozenset({"ids", "created_after", "created_before"})

LIMITS = Limits(
    missing={
        Ability.REVIVE: "an expired link stays so; make a new one to the same file",
        Ability.NEVER_EXPIRE: "each link has to have an end; take a late one",
        Ability.REVOKE: f"Digital River has no other way; {_DELETE}",
        Ability.RENAME: "a link is called as its file, which keeps its name; upload it under another",
        Ability.CHANGE_KIND: "its links only hand the file out; make no other kind",
        Ability.PASSWORD: "Digital River has none; give the link little time",
        Ability.DOWNLOAD_LIMIT: f"Digital River counts no downloads; {_DELETE}",
        Ability.SLUG: "Digital River chooses the address; use the one that is given",
        Ability.METADATA: "whether a new link takes any is not documented; give the file a title",
        Ability.EDIT_METADATA: "only the end of a link can be changed; give the file a title",
        Ability.EDIT_FILES: "a link is to one file for good; make another link and delete this one",
        Ability.DOWNLOAD_LOG: "Digital River counts no downloads; ask whoever has the link",
        Ability.RESUME_UPLOAD: "a file goes in one request; a broken one is sent again whole",
        Ability.FILE_VERSIONS: NO_VERSIONS,
    },
    largest_file=LARGEST_FILE,
    chunk_size=None,
    one_upload_per_name=True,  # a file is found again by its name and size
    file_options=(
        Option(
            key=PURPOSE,
            title="Purpose",
            kind=OptionKind.CHOICE,
            choices=(
                "tax_document_customer_upload",
                "customer_invoice",
                "customer_credit_memo",
                "customer_tax_invoice",
            ),
            open=True,
            default="tax_document_customer_upload",
            required=True,
            help="What the file is for; only the first is documented for uploads.",
            on_edit=False,
        ),
        Option(key=TITLE, title="Title", help="A title of the file.", on_edit=False),
        Option(
            key=LINK_EXPIRES,
            title="Link expires",
            help="When the file's own link ends, such as 7d or 2026-12-31T12:00Z. That this makes a link is"
            " not documented; one that comes is taken for the one wanted.",
            on_edit=False,
        ),
    ),
    link_filters=_FILTERS | {"file_id", "expired"},
    file_filters=_FILTERS | {"purpose", "name", "title", "type", "smallest", "largest"},
    rate=25.0,  # of a test key; a live one has 250
)
