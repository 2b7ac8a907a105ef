"""What a file may be for, and what each purpose asks of it.

https://docs.stripe.com/file-upload ; sizes count in MiB, and what Stripe does not tell is not limited
beyond `MAX_UPLOAD`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linktui.linkserver.dialects.stripe.errors import StripeRefusal

_MIB = 1 << 20
_DAY = 86_400
MAX_UPLOAD = 512 * _MIB
_IMAGES = frozenset({"jpg", "jpeg", "png"})
_DOCUMENTS = _IMAGES | {"pdf"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """The rules of one purpose."""

    upload: bool = True
    link: bool = False
    types: frozenset[str] | None = None
    """Endings without the dot; any if not told."""
    most: int = MAX_UPLOAD
    """Bytes."""
    life: int | None = None
    """Seconds until the file expires."""
    download: bool = True
    """Whether the account may read it back."""


_MADE_BY_STRIPE = Purpose(upload=False, link=True)
_IDENTITY = Purpose(types=_DOCUMENTS, most=16 * _MIB, download=False)
_BRAND = Purpose(link=True, types=_IMAGES | {"gif"}, most=512 * 1024)
PURPOSES: Mapping[str, Purpose] = {
    "account_requirement": _IDENTITY,
    "additional_verification": _IDENTITY,
    "business_icon": _BRAND,
    "business_logo": _BRAND,
    "customer_signature": Purpose(link=True, types=_IMAGES | {"svg"}, most=4 * _MIB, life=7 * _DAY),
    "dispute_evidence": Purpose(link=True, types=_DOCUMENTS, most=5 * _MIB, life=270 * _DAY),
    "document_provider_identity_document": Purpose(upload=False),
    "finance_report_run": _MADE_BY_STRIPE,
    "financial_account_statement": _MADE_BY_STRIPE,
    "identity_document": _IDENTITY,
    "identity_document_downloadable": _MADE_BY_STRIPE,
    "issuing_regulatory_reporting": Purpose(link=True),
    "pci_document": Purpose(link=True, types=frozenset({"pdf"}), most=16 * _MIB),
    "platform_terms_of_service": Purpose(),
    "selfie": _MADE_BY_STRIPE,
    "sigma_scheduled_query": _MADE_BY_STRIPE,
    "tax_document_user_upload": Purpose(
        link=True, types=_DOCUMENTS | {"csv", "xlsx", "docx"}, most=16 * _MIB
    ),
    "terminal_android_apk": Purpose(link=True),
    "terminal_reader_splashscreen": Purpose(link=True),
    "terminal_wifi_certificate": Purpose(),
    "terminal_wifi_private_key": Purpose(),
}


def require_uploadable(purpose: str, *, size: int, kind: str | None) -> None:
    """Raise a StripeRefusal unless such a file may be uploaded for the purpose."""
    rules = PURPOSES.get(purpose)
    if rules is None or not rules.upload:
        known = ", ".join(name for name, other in PURPOSES.items() if other.upload)
        raise StripeRefusal(f"Invalid purpose: must be one of {known}", param="purpose")
    if size > rules.most:
        raise StripeRefusal(f"The file is too large: at most {rules.most} bytes for {purpose}.", param="file")
    if rules.types is not None and kind not in rules.types:
        known = ", ".join(sorted(rules.types))
        raise StripeRefusal(f"Invalid file type for {purpose}: must be one of {known}", param="file")


def require_linkable(purpose: str, *, param: str) -> None:
    """Raise a StripeRefusal unless a file of the purpose may have a link."""
    if not PURPOSES[purpose].link:
        raise StripeRefusal(f"Files with purpose {purpose} cannot have file links.", param=param)
