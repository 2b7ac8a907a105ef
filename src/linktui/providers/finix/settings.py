"""Where Finix is, and what an account there can or must say."""

from __future__ import annotations

from linktui.model.option import Option

BASE_URL = "https://finix.live-payments-api.com"
VERSION = "2022-02-01"
"""The version that is spoken here; any other word for it makes Finix answer as in 2018."""

SETTINGS = (
    Option(
        key="username",
        title="User name",
        required=True,
        help="It begins with US. For a sandbox user, Address (base_url) is https://finix.sandbox-payments-api.com.",
    ),
    Option(
        key="version",
        title="API version",
        help=f"The Finix-Version to ask for, to the letter; {VERSION} when left out.",
    ),
)
