"""What an account at an S3-compatible store can or has to say."""

from __future__ import annotations

from linktui.model.option import NO, Option, OptionKind

BASE_URL = "https://s3.amazonaws.com/"
BUCKET = "bucket"
PREFIX = "prefix"
REGION = "region"
ADDRESSING = "addressing"
AUTO, PATH, VIRTUAL = "auto", "path", "virtual"
PROFILE = "profile"
PAYER = "requester_pays"
ENCRYPTION = "encryption"
KMS = "aws:kms"
KMS_KEY = "kms_key"
LINKS_AT = "links_at"

SETTINGS = (
    Option(
        key=BUCKET,
        title="Bucket",
        help="It has to be there already. Empty: every bucket that the keys see, as folders.",
    ),
    Option(
        key=PREFIX,
        title="Prefix",
        help="Such as team-a/: all is kept below it, in the bucket that is named; empty is the whole of it.",
    ),
    Option(
        key=REGION,
        title="Region",
        help="Empty: the profile's, else what the store says, else us-east-1.",
    ),
    Option(
        key=ADDRESSING,
        title="Addressing",
        kind=OptionKind.CHOICE,
        choices=(AUTO, PATH, VIRTUAL),
        help="Whether the bucket stands in the path or before the host; auto is the host at AWS only.",
    ),
    Option(
        key=PROFILE,
        title="Profile",
        help="Of ~/.aws/config, where no secret is given: keys, SSO, role, program.",
    ),
    Option(
        key=PAYER,
        title="Requester pays",
        kind=OptionKind.TOGGLE,
        default=NO,
        help="Say that this account pays for what it asks of the bucket.",
    ),
    Option(
        key=ENCRYPTION,
        title="Encryption",
        kind=OptionKind.CHOICE,
        choices=("AES256", KMS),
        help="How the store encrypts what is put there; empty leaves that to the bucket.",
    ),
    Option(key=KMS_KEY, title="KMS key", help=f"Its id, for {KMS}; empty is the bucket's own."),
    Option(
        key=LINKS_AT,
        title="Links at",
        help="Where a `linktui serve --store` answers for the links, such as https://links.example.org, or"
        " local for this machine's own; empty: links are signed addresses.",
    ),
)
