"""Which certificates are trusted: the system's, a file's, or the one whose fingerprint the owner gave."""

from __future__ import annotations

import hashlib
import hmac
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from linktui.model.capability import Connection
from linktui.model.errors import InvalidInput, Unavailable

PARTIAL_CHAIN = 0x80000
"""X509_V_FLAG_PARTIAL_CHAIN: a pinned certificate is trusted though it is no authority's."""


def trust(connection: Connection, base_url: str) -> ssl.SSLContext:
    """Return the TLS settings for one origin; may block on the network when a fingerprint is given.

    Raises InvalidInput for a certificate that is not the pinned one or a file that holds none, and
    Unavailable where the service cannot be reached to show its certificate.
    """
    context = ssl.create_default_context()
    if connection.ca_file:
        try:
            context.load_verify_locations(Path(connection.ca_file).expanduser())
        except (OSError, ssl.SSLError) as error:
            reason = getattr(error, "strerror", None) or "it holds no certificate"
            raise InvalidInput("ca_file", f"{connection.ca_file} cannot be used: {reason}") from error
    if connection.fingerprint:
        return _pinned(connection.fingerprint, base_url)
    if not connection.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def fingerprint_of(certificate: str) -> str:
    """Return the SHA-256 of a PEM certificate as lower-case hex."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()


def served_certificate(base_url: str) -> str:
    """Return the PEM certificate that an origin shows, unchecked; raises Unavailable."""
    parts = urlsplit(base_url)
    try:
        return ssl.get_server_certificate((parts.hostname or "", parts.port or 443), timeout=10.0)
    except (OSError, ValueError) as error:
        raise Unavailable("no connection") from error


def _pinned(fingerprint: str, base_url: str) -> ssl.SSLContext:
    certificate = served_certificate(base_url)
    shown = fingerprint_of(certificate)
    if not hmac.compare_digest(shown, fingerprint.replace(":", "").lower()):
        raise InvalidInput("fingerprint", f"is not that of the certificate shown, which is {shown}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # the certificate itself is the identity
    context.load_verify_locations(cadata=certificate)
    context.verify_flags |= PARTIAL_CHAIN
    return context
