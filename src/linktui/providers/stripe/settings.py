"""Where Stripe is, and what an account there can or must say."""

from __future__ import annotations

from linktui.model.option import Option

BASE_URL = "https://api.stripe.com"
VERSION = "2026-09-30.endive"
"""The version that is spoken here; without one Stripe takes each account's own."""
UPLOAD_URL = "upload_url"
STRIPE_ACCOUNT = "stripe_account"
VERSION_KEY = "version"

SETTINGS = (
    Option(
        key=UPLOAD_URL,
        title="Upload address",
        help="Where files are sent and read: https://files.stripe.com, or base_url where that is set.",
    ),
    Option(
        key=STRIPE_ACCOUNT,
        title="Connected account",
        help="Act for this account of the platform, such as acct_1M2JTkLkdIwHu7ix.",
    ),
    Option(
        key=VERSION_KEY,
        title="API version",
        help=f"The Stripe-Version to ask for; {VERSION} when left out.",
    ),
)
