"""The calls to one bucket, or to the store itself, each signed as it leaves, and the signatures others use.

https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from linktui.model.errors import Rejected
from linktui.model.phrases import moment_text
from linktui.providers.answers import Answer, Said
from linktui.providers.context import Context
from linktui.providers.http import HttpClient, Rules
from linktui.providers.masking import masked
from linktui.providers.rehearsal import MASK
from linktui.providers.request import Request
from linktui.providers.s3 import wire
from linktui.providers.s3.address import bucket_url, escaped, query_of, service_url
from linktui.providers.s3.credentials import Credentials
from linktui.providers.s3.settings import (
    ADDRESSING,
    AUTO,
    BUCKET,
    ENCRYPTION,
    KMS,
    KMS_KEY,
    PAYER,
    PREFIX,
    REGION,
)

if TYPE_CHECKING:
    from linktui.providers.s3.signing import Keys

USUAL_REGION = "us-east-1"
DIGEST = "x-amz-content-sha256"
"""The header with the SHA-256 of a body, in hex, which the signature covers."""
UNSIGNED = "UNSIGNED-PAYLOAD"
"""What it says of a body that the signature does not cover."""
_ELSEWHERE = frozenset({301, 307, 400, 403})
"""Statuses by which a store says that a bucket is in another region."""
_LARGE = 256 * 1024
"""Bytes whose digest is made in a thread."""
_UNLIKE = {"NotImplemented", "InvalidArgument", "InvalidRequest"}
"""Codes by which stores refuse a header that they do not know."""


class Store:
    """One account's bucket, or the store itself where the account names none."""

    def __init__(self, context: Context, *, beside: Store | None = None) -> None:
        """`beside` is one of the same keys, whose line, allowance and clock this one shares."""
        settings = context.account.settings
        self._context = context
        self._settings = settings
        self._credentials: Credentials = beside._credentials if beside else Credentials(context)
        self._region = settings.get(REGION, "")
        self._base = self._first_base = self._base_url()
        self.prefix = settings.get(PREFIX, "").lstrip("/")
        self.unknown: set[str] = beside.unknown if beside else set()
        """Headers that the store does not know."""
        self._client: HttpClient = HttpClient(
            context,
            self._first_base,
            sign=self._sign,
            rules=Rules(said=self._said, request_id="x-amz-request-id", should_retry=self._heard),
            beside=beside._client if beside else None,
        )

    @property
    def rehearses(self) -> bool:
        """Whether writes are only noted down."""
        return self._context.rehearsal is not None

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get the store's."""
        return self._client.clock_offset

    @property
    def now(self) -> datetime:
        """The moment by the store's clock, as far as it was heard."""
        return self._context.clock() + self.clock_offset

    @property
    def bucket(self) -> str:
        """What the bucket is called; empty for the store itself."""
        return self._settings.get(BUCKET, "")

    @property
    def region(self) -> str:
        """The region that is signed for."""
        return self._region or self._credentials.region or USUAL_REGION

    @property
    def encryption(self) -> dict[str, str]:
        """The headers that say how what is put is to be encrypted."""
        mode, key = self._settings.get(ENCRYPTION, ""), self._settings.get(KMS_KEY, "")
        told = {"x-amz-server-side-encryption": mode} if mode else {}
        if mode == KMS and key:
            told["x-amz-server-side-encryption-aws-kms-key-id"] = key
        return told

    async def close(self) -> None:
        """Let go of every connection."""
        await self._client.close()

    async def keys(self) -> Keys:
        """Return the keys that are signed with."""
        return await self._credentials.keys()

    async def keys_end(self) -> str:
        """Return when the keys end, in words; empty for those that do not."""
        keys = await self.keys()
        if keys.ends_at is not None:
            return moment_text(keys.ends_at)
        return "not told: links may end sooner than they say" if keys.token else ""

    async def call(
        self,
        method: str,
        key: str = "",
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        wished: Mapping[str, str] | None = None,
        content: AsyncIterator[bytes] | bytes | None = None,
        allow: frozenset[int] = frozenset(),
        patience: float = 0.0,
    ) -> Answer:
        """Make one call about a key (about the bucket, for none) and return its answer; raises ProviderError.

        `wished` are headers that some stores do not know: one that refuses them is called without from then.
        The last of them is left out first. Every call of ours may be made twice: what makes something says
        under which name.
        """
        wished = {name: text for name, text in (wished or {}).items() if name not in self.unknown}

        async def make(headers: Mapping[str, str]) -> Answer:
            return await self._client.call(
                method,
                self._url(self._first_base, key, query),
                headers={**self._paying, **headers},
                content=content,
                allow=allow,
                repeatable=True,
                patience=patience,
            )

        plain, names = headers or {}, list(wished)
        for known in range(len(names), -1, -1):
            try:
                answer = await make({**plain, **{name: wished[name] for name in names[:known]}})
            except Rejected as error:
                if known == 0 or not _is_unlike(error):
                    raise
            else:
                self.unknown.update(names[known:])
                return answer
        raise AssertionError("a loop that ends by returning or raising")

    async def long_call(self, method: str, key: str, **parts: Any) -> Answer:
        """Make a call that is answered at once with success, and at its end with what came of it."""
        answer = await self.call(method, key, patience=600.0, **parts)
        if (error := wire.hidden_error(answer)) is not None:
            raise error
        return answer

    def read(self, key: str, *, version: str = "") -> AsyncIterator[bytes]:
        """Yield an object's bytes, as they are or as they were; raises NotFound."""
        query = {"versionId": version} if version else None
        return self._client.stream(self._url(self._first_base, key, query))

    async def presign(self, key: str, query: dict[str, str], *, moment: datetime, seconds: int) -> str:
        """Return an address by which anyone can GET an object for so many seconds from a moment on."""
        from linktui.providers.s3.signing import presigned

        keys = await self.keys()
        url = self._url(self._base, key, query)
        signed = presigned(url, keys, region=self.region, moment=moment, seconds=seconds)
        # What is only shown to a person gives nobody the file.
        return f"{signed.rpartition('=')[0]}={MASK}" if self.rehearses else signed

    @property
    def base(self) -> str:
        """The bucket's own address, to which forms are sent."""
        return self._base

    @property
    def _paying(self) -> dict[str, str]:
        return {"x-amz-request-payer": "requester"} if self._settings.get(PAYER) == "yes" else {}

    def _url(self, base: str, key: str, query: Mapping[str, str] | None = None) -> str:
        """Return a whole address: joining would take the double slashes out of a key."""
        url = base + escaped(key)
        return f"{url}?{query_of(query)}" if query else url

    def _base_url(self) -> str:
        endpoint = self._context.account.connection.base_url
        if not self.bucket:
            return service_url(endpoint, self._region)
        addressing = self._settings.get(ADDRESSING) or AUTO
        return bucket_url(endpoint, self.bucket, region=self._region, addressing=addressing)

    def _move(self, region: str) -> None:
        """Sign for another region, and at AWS ask there."""
        self._region = region
        self._base = self._base_url()

    async def _sign(self, request: Request) -> Request:
        keys = await self._credentials.keys()
        from linktui.providers.s3.signing import signed

        if not self._region and self._credentials.region:
            self._move(self._credentials.region)
        if request.url.startswith(self._first_base):
            request = replace(request, url=self._base + request.url.removeprefix(self._first_base))
        digest = request.headers.get(DIGEST) or UNSIGNED
        if isinstance(request.body, bytes) and DIGEST not in request.headers:
            digest = await _digest(request.body)
        return signed(request, keys, region=self.region, moment=self.now, digest=digest)

    def _heard(self, answer: Answer) -> bool | None:
        """Learn from a refusal what makes the next try another one, and say whether it does."""
        if answer.is_success:
            return None
        region = wire.region_in(answer) if answer.status in _ELSEWHERE else ""
        if region and (region != self.region or not self._region):
            self._move(region)
            return True
        match wire.code_in(answer):
            case "RequestTimeTooSkewed":
                return True  # the answer told the store's time
            case "ExpiredToken":
                self._credentials.renew()
                return True
            case _:
                return None

    def _said(self, body: Any) -> Said:
        words, keys = wire.said(body), self._credentials.latest
        if keys is None:
            return words
        secrets = [text for text in (keys.access_key, keys.secret_key, keys.token) if text]
        return replace(words, message=masked(words.message, secrets))


def _is_unlike(error: Rejected) -> bool:
    """Tell whether a store refused a call for a header that it does not know."""
    return error.status == 501 or error.code in _UNLIKE


async def _digest(body: bytes) -> str:
    if len(body) < _LARGE:
        return hashlib.sha256(body).hexdigest()
    return (await asyncio.to_thread(hashlib.sha256, body)).hexdigest()
