"""What Stripe can do with files and their links, and what it does not have.

https://docs.stripe.com/api/file_links
"""

from __future__ import annotations

from linktui.model.capability import NO_VERSIONS, Ability, Limits
from linktui.model.option import Option, OptionKind
from linktui.providers.stripe.purposes import UPLOADED

PURPOSE = "purpose"
_EXPIRE = "expire it now: that is final on Stripe"

LIMITS = Limits(
    missing={
        Ability.REVIVE: "an expired link stays so on Stripe; make a new one to the same file",
        Ability.REVOKE: f"Stripe takes no link back otherwise; {_EXPIRE}",
        Ability.DELETE_LINK: f"Stripe keeps every link; {_EXPIRE}",
        Ability.RENAME: "a link is called as its file, which keeps its name; use metadata",
        Ability.CHANGE_KIND: "Stripe's links only hand the file out; make no other kind",
        Ability.PASSWORD: "Stripe has none; give the link little time",
        Ability.DOWNLOAD_LIMIT: f"Stripe counts no downloads; {_EXPIRE}",
        Ability.SLUG: "Stripe chooses the address; use the one that is given",
        Ability.EDIT_FILES: f"a link is to one file for good; make another link and {_EXPIRE}",
        Ability.DOWNLOAD_LOG: "Stripe counts no downloads; ask whoever has the link",
        Ability.DELETE_FILE: "Stripe deletes no file; expire its links now: that is final on Stripe",
        Ability.RESUME_UPLOAD: "a file goes to Stripe in one request; a broken one is sent again whole",
        Ability.FILE_VERSIONS: NO_VERSIONS,
    },
    metadata_pairs=50,
    metadata_key=40,
    metadata_value=500,
    chunk_size=None,
    file_options=(
        Option(
            key=PURPOSE,
            title="Purpose",
            kind=OptionKind.CHOICE,
            choices=UPLOADED,
            open=True,
            default=UPLOADED[0],
            required=True,
            help="It decides what the file may be and whether it can be shared. Stripe removes"
            " dispute_evidence after 270 days and customer_signature after 7.",
            on_edit=False,
        ),
    ),
    link_filters=frozenset({"file_id", "expired", "created_after", "created_before"}),
    file_filters=frozenset({"purpose", "created_after", "created_before"}),
    rate=20.0,
)
