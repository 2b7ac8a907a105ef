"""Who may use a link: finds it, checks that it lives, and asks for its password."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from functools import partial
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from linktui.linkserver.catalog.rows import LinkRow
from linktui.linkserver.context import Site
from linktui.linkserver.decoys import decoy, is_decoy
from linktui.linkserver.distant import DistantLink, LookUp
from linktui.linkserver.errors import Gone, Refusal
from linktui.linkserver.limits import UNLOCK_LIFE
from linktui.linkserver.throttle import Throttle
from linktui.model.slugs import can_be_guessed

COOKIE = "linktui_unlock"


class Access:
    """The doorkeeper of every public route."""

    def __init__(self, context: Site, *, look_up: LookUp) -> None:
        """`look_up` returns the link at an address, whatever became of it, or None."""
        self._context = context
        self._look_up = look_up
        # Apart from the links' own, as anybody could fill it.
        self._decoys = Throttle(context.clock)

    async def find(self, request: Request) -> LinkRow:
        """Return the link that the path names, or what stands in for it; raises Gone unless it is active."""
        slug = request.path_params["slug"]
        link = await self._look_up(slug)
        if link is not None and link.state(self._context.now()) == "active":
            return link
        was_open = link is not None and (link.password_hash is None or self._has_cookie(request, link))
        if was_open or not can_be_guessed(slug):
            raise Gone
        return decoy(slug)

    async def admitted(self, request: Request, link: LinkRow) -> bool:
        """Tell whether the request carries the link's password, or the cookie it got for it.

        Raises a 429 Refusal when too many wrong ones came before.
        """
        if link.password_hash is None or self._has_cookie(request, link):
            return True
        password = _basic_password(request)
        return password is not None and await self.try_password(request, link, password)

    async def require(self, request: Request, link: LinkRow) -> None:
        """Raise Locked unless the request is admitted."""
        if not await self.admitted(request, link):
            raise Locked(link)

    async def try_password(self, request: Request, link: LinkRow, password: str) -> bool:
        """Tell whether it is the password; raises a 429 Refusal when too many wrong ones came before."""
        assert link.password_hash is not None
        address, passwords = self._context.address(request), self._context.passwords
        if is_decoy(link):
            await passwords.pretend(
                link.slug, password, allow=partial(self._decoys.check, address, link.slug)
            )
            self._decoys.wrong(address, link.slug)
            return False
        throttle = self._context.throttle
        allow = partial(throttle.check, address, link.id)
        if await passwords.verify(link.password_hash, password, allow=allow):
            throttle.right(address, link.id)
            return True
        throttle.wrong(address, link.id)
        return False

    def give_cookie(self, response: Response, link: LinkRow, *, path: str | None = None) -> None:
        """Let this browser in for some hours, to this link with this password.

        `path` is that of the link's page where it is another than the link server's own.
        """
        response.set_cookie(
            COOKIE,
            self._signer(link).dumps([link.id, _fingerprint(link)]),
            max_age=int(UNLOCK_LIFE.total_seconds()),
            path=path or self._context.path(link),
            secure=self._context.secure,
            httponly=True,
            samesite="lax",
        )

    def require_same_site(self, request: Request) -> None:
        """Raise a 403 Refusal for a change that another site's page asks for."""
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            foreign = site not in {"same-origin", "none"}
        else:
            origin = request.headers.get("origin")
            foreign = origin is not None and origin != self._origin
        if foreign:
            raise Refusal(403, "cross_site", "Another site's page may not do this.")

    def _signer(self, link: LinkRow) -> URLSafeTimedSerializer:
        # The owner's token under another name: a new token ends every unlocking. Several servers that answer
        # for one link share no token, but they all know the hash of its password.
        shared = link.password_hash if isinstance(link, DistantLink) else None
        return URLSafeTimedSerializer(shared or self._context.token, salt="linktui-unlock")

    @property
    def _origin(self) -> str:
        parts = urlsplit(self._context.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    def _has_cookie(self, request: Request, link: LinkRow) -> bool:
        cookie = request.cookies.get(COOKIE)
        if cookie is None:
            return False
        try:
            told = self._signer(link).loads(cookie, max_age=int(UNLOCK_LIFE.total_seconds()))
        except BadSignature:
            return False
        return bool(told == [link.id, _fingerprint(link)])


class Locked(Refusal):
    """A request without the link's password; browsers get the form of `link`, if it has one."""

    def __init__(self, link: LinkRow | None = None) -> None:
        said = "This link has a password"
        if link is not None and can_be_guessed(link.slug):
            said += ", or is not available"
        super().__init__(
            401,
            "password_required",
            f"{said}: add /download to its address and -u :PASSWORD to curl.",
            headers={"WWW-Authenticate": 'Basic realm="link", charset="UTF-8"'},
        )
        self.link = link


def _fingerprint(link: LinkRow) -> str:
    return hashlib.sha256((link.password_hash or "").encode()).hexdigest()[:32]


def _basic_password(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return b64decode(value.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return None
