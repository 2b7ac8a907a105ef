"""Where Digital River is, and what an account there can or must say."""

from __future__ import annotations

from linktui.model.option import Option, OptionKind

BASE_URL = "https://api.digitalriver.com"
VERSION = "2021-12-13"
"""The version that is spoken here; without one Digital River takes that of the key."""
VERSION_KEY = "version"
AUTH = "auth"
BEARER, BASIC = "bearer", "basic"

SETTINGS = (
    Option(
        key=VERSION_KEY,
        title="API version",
        help=f"The digitalriver-version to ask for; {VERSION} when left out.",
    ),
    Option(
        key=AUTH,
        title="Authentication",
        kind=OptionKind.CHOICE,
        choices=(BEARER, BASIC),
        default=BEARER,
        help="How the secret key is sent.",
    ),
)
