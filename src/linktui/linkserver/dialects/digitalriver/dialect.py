"""Digital River's API for files and file links, as its SDK and its documentation describe it.

Its paths have no prefix; the secret comes as a bearer token, or as the user name of HTTP Basic.
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linktui.linkserver.context import Context
from linktui.linkserver.dialects import auth, forms, objects
from linktui.linkserver.dialects.base import Dialect, Dialects
from linktui.linkserver.dialects.digitalriver.call import Call
from linktui.linkserver.dialects.digitalriver.errors import RiverRefusal, bad, too_many, translated
from linktui.linkserver.dialects.digitalriver.files import Files
from linktui.linkserver.dialects.digitalriver.links import Links
from linktui.linkserver.dialects.digitalriver.shapes import LINK, NAME
from linktui.linkserver.dialects.objects import Fields
from linktui.linkserver.dialects.rates import Rate
from linktui.linkserver.errors import Gone, Refusal

_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PER_SECOND = 25
_HEADERS = {"Cache-Control": "no-store"}

Handler = Callable[[Call], Awaitable[Fields | Response]]


class DigitalRiver(Dialect):
    """Test mode of one account."""

    name = NAME

    def __init__(self, context: Context, *, secret: str, settings: Dialects) -> None:
        super().__init__(context, secret=secret, settings=settings)
        self._files = Files(self)
        self._links = Links(self)
        self._limit = _Limit(context.clock)

    @staticmethod
    def new_secret() -> str:
        """Return a fresh secret key of test mode."""
        return f"sk_test_{uuid.uuid4()}"

    def routes(self) -> list[Route]:
        """Return the routes; only the public address of a link goes without the key."""
        files, links = self._files, self._links
        return [
            self._route("/files", GET=files.list, POST=files.create),
            self._route("/files/{id}", GET=files.get, DELETE=files.delete),
            self._route("/files/{id}/content", GET=files.content),
            self._route("/file-links", GET=links.list, POST=links.create),
            self._route("/file-links/{id}", GET=links.get, POST=links.update, DELETE=links.delete),
            Route("/links/{id}", self.public, methods=["GET"]),
        ]

    def headers(self) -> Mapping[str, str]:
        """Return the id of this request."""
        return {"x-dr-requestid": str(uuid.uuid4())}

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """Return an error as Digital River's JSON."""
        said = translated(refusal)
        return JSONResponse(said.body(), said.status, headers=_HEADERS | said.headers)

    async def public(self, request: Request) -> Response:
        """Return the bytes behind a link to anyone; raises Gone once it has expired."""
        link = objects.get(self.database.read, NAME, LINK, request.path_params["id"])
        if link is None:
            raise Gone
        return await self.give(request, link.subject or "")

    def _route(self, path: str, **handlers: Handler) -> Route:
        creates = "{id}" not in path

        async def endpoint(request: Request) -> Response:
            self._admit(request)
            call = Call(
                request=request,
                base_url=self.base_url,
                now=self.context.now(),
                pairs=forms.pairs(request.scope["query_string"]),
            )
            answer = await handlers[request.method if request.method in handlers else "GET"](call)
            if isinstance(answer, Response):
                return answer
            created = creates and request.method == "POST"
            return JSONResponse(answer, 201 if created else 200, headers=_HEADERS)

        return Route(path, endpoint, methods=list(handlers))

    def _admit(self, request: Request) -> None:
        given = auth.key(request)
        if given is None or not auth.same(given, self.secret):
            raise RiverRefusal(401, "", "An authorization error has occurred.")
        version = request.headers.get("digitalriver-version")
        if version is not None and not _VERSION.fullmatch(version):
            raise bad("invalid_parameter", "digitalriver-version", "The version is a date.")
        if self.settings.rates:
            self._limit.take()


class _Limit:
    """The limit of test mode: who goes over it waits, and what comes meanwhile is refused too."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._rate = Rate(_PER_SECOND, clock)
        self._blocked_until = clock()

    def take(self) -> None:
        """Raise a 429 RiverRefusal for one request too many."""
        left = (self._blocked_until - self._clock()).total_seconds()
        if left <= 0 and (wait := self._rate.take()):
            left = math.ceil(wait)
            self._blocked_until = self._clock() + timedelta(seconds=left)
        if left > 0:
            raise too_many(math.ceil(left))
