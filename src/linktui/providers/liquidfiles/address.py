"""An appliance's address, checked before anything is sent to it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from linktui.model.errors import InvalidInput

FIELD = "base_url"


def address_of(text: str) -> str:
    """Return the base URL that `text` means, ending in a slash; raises InvalidInput.

    Plain http is refused but for this machine: an appliance redirects it to https, and that turns every
    POST into a GET (https://docs.liquidfiles.com/system/public_url/).
    """
    url = text.strip()
    if url and "://" not in url:
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise InvalidInput(FIELD, f"“{text}” is no address") from error
    if not host:
        raise InvalidInput(
            FIELD, "is missing; give the appliance's address, such as https://files.example.com"
        )
    if parts.scheme not in {"https", "http"}:
        raise InvalidInput(FIELD, "has to begin with https://")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise InvalidInput(FIELD, "begins with http://, which the appliance only redirects; write https://")
    return f"{url.rstrip('/')}/"


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
