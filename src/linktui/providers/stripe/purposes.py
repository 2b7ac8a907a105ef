"""What Stripe's files are for, which decides what they may be, how large, and whether they can be shared.

https://docs.stripe.com/file-upload, https://docs.stripe.com/api/files/object
"""

from __future__ import annotations

from dataclasses import dataclass
from mimetypes import guess_type

from linktui.model.errors import InvalidInput

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "apk": "application/vnd.android.package-archive",
}
"""By extension: what a system's own list knows differs from one to the next."""
_KB, _MB = 1024, 1024 * 1024
_PAPERS = ("pdf", "jpg", "jpeg", "png")
_PICTURES = ("jpg", "jpeg", "png", "gif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """The rules for the files of one purpose; those that no page tells are left to Stripe."""

    extensions: tuple[str, ...] = ()
    """What its files may be; empty where nobody tells."""
    largest: int | None = None
    """Bytes."""
    uploads: bool = True
    """Whether people make its files, and not Stripe alone."""
    links: bool = False


_MADE_BY_STRIPE = Purpose(uploads=False, links=True)

PURPOSES = {
    "dispute_evidence": Purpose(extensions=_PAPERS, largest=5 * _MB, links=True),
    "account_requirement": Purpose(extensions=_PAPERS, largest=16 * _MB),
    "additional_verification": Purpose(extensions=_PAPERS, largest=16 * _MB),
    "business_icon": Purpose(extensions=_PICTURES, largest=512 * _KB, links=True),
    "business_logo": Purpose(extensions=_PICTURES, largest=512 * _KB, links=True),
    "customer_signature": Purpose(extensions=("jpg", "jpeg", "png", "svg"), largest=4 * _MB, links=True),
    "identity_document": Purpose(extensions=_PAPERS, largest=16 * _MB),
    "issuing_regulatory_reporting": Purpose(links=True),
    "pci_document": Purpose(extensions=("pdf",), largest=16 * _MB, links=True),
    "platform_terms_of_service": Purpose(),
    "tax_document_user_upload": Purpose(
        extensions=("pdf", "csv", "jpg", "jpeg", "png", "xlsx", "docx"), largest=16 * _MB, links=True
    ),
    "terminal_android_apk": Purpose(links=True),
    "terminal_reader_splashscreen": Purpose(links=True),
    "terminal_wifi_certificate": Purpose(),
    "terminal_wifi_private_key": Purpose(),
    "finance_report_run": _MADE_BY_STRIPE,
    "financial_account_statement": _MADE_BY_STRIPE,
    "identity_document_downloadable": _MADE_BY_STRIPE,
    "selfie": _MADE_BY_STRIPE,
    "sigma_scheduled_query": _MADE_BY_STRIPE,
    "document_provider_identity_document": Purpose(uploads=False),
}
UPLOADED = tuple(name for name, purpose in PURPOSES.items() if purpose.uploads)
_UNKNOWN = Purpose(links=True)
"""A purpose newer than this list: Stripe itself says what it takes."""


def purpose_of(name: str) -> Purpose:
    """Return the rules of a purpose."""
    return PURPOSES.get(name, _UNKNOWN)


def why_not_linkable(name: str) -> str:
    """Return why Stripe makes no links to files of a purpose, or nothing where it does."""
    if purpose_of(name).links:
        return ""
    return f"Stripe shares no {name} files; upload it for another purpose, such as dispute_evidence"


def check_upload(name: str, size: int, *, purpose: str) -> None:
    """Raise InvalidInput for a file that its purpose does not take, naming the rule."""
    rules = purpose_of(purpose)
    if not rules.uploads:
        raise InvalidInput("purpose", f"“{purpose}” is for files that Stripe makes itself; choose another")
    if rules.extensions and _extension(name) not in rules.extensions:
        allowed = ", ".join(rules.extensions)
        raise InvalidInput(
            "file",
            f"“{name}” is none of what {purpose} takes: {allowed}; choose another purpose, by `--option"
            " purpose=…` (`linktui accounts options NAME` lists them) or in the form",
        )
    if rules.largest is not None and size > rules.largest:
        raise InvalidInput("file", f"“{name}” is larger than the {_size(rules.largest)} {purpose} takes")


def media_type_of(name: str) -> str:
    """Return the media type that a file's name tells, or nothing."""
    return MEDIA_TYPES.get(_extension(name)) or guess_type(name)[0] or ""


def _extension(name: str) -> str:
    _, dot, extension = name.rpartition(".")
    return extension.lower() if dot else ""


def _size(size: int) -> str:
    return f"{size // _MB} MB" if size >= _MB else f"{size // _KB} KB"
