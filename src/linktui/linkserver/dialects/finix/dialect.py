"""Finix's API for files and external links, as its SDK and its documentation describe it.

The bytes behind a link are at an object store of another kind: its addresses are signed, it takes PUT for an
UPLOAD link, and it speaks XML.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linktui.linkserver.body import pieces
from linktui.linkserver.context import Context
from linktui.linkserver.dialects import auth, forms, objects
from linktui.linkserver.dialects.base import Dialect, Dialects, random_text
from linktui.linkserver.dialects.finix.call import Call
from linktui.linkserver.dialects.finix.errors import FinixRefusal, s3_error, translated
from linktui.linkserver.dialects.finix.files import Files
from linktui.linkserver.dialects.finix.links import Links
from linktui.linkserver.dialects.finix.shapes import FILE, LINK, NAME
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.dialects.rates import Rate
from linktui.linkserver.errors import Gone, Refusal
from linktui.linkserver.limits import MAX_RECEIVED

VERSION = "2022-02-01"
_PER_SECOND = 100
_HEADERS = {"Cache-Control": "no-store"}
_JSON = ("application/json", "application/vnd.api+json", "application/hal+json")
_TAKEN = (*_JSON, "application/octet-stream", "application/*", "*/*")

Handler = Callable[[Call], Awaitable[Fields | Response]]


class Finix(Dialect):
    """One user of the sandbox."""

    name = NAME

    def __init__(self, context: Context, *, secret: str, settings: Dialects) -> None:
        super().__init__(context, secret=secret, settings=settings)
        self._username = secret.partition(":")[0]
        self._files = Files(self)
        self._links = Links(self)
        self._rates = {"GET": Rate(_PER_SECOND, context.clock), "POST": Rate(_PER_SECOND, context.clock)}

    @staticmethod
    def new_secret() -> str:
        """Return a fresh user name and password, with a colon between."""
        return f"US{random_text(22)}:{uuid.uuid4()}"

    @staticmethod
    def credentials(secret: str) -> dict[str, str]:
        """Return the user name and the password."""
        username, _, password = secret.partition(":")
        return {"username": username, "secret": password}

    def routes(self) -> list[Route]:
        """Return the routes; only what a link leads to goes without the password."""
        files, links = self._files, self._links
        return [
            self._route("/files", GET=files.list, POST=files.create),
            self._route("/files/{file_id}", GET=files.get),
            self._route("/files/{file_id}/upload", POST=files.upload),
            self._route("/files/{file_id}/download", GET=files.download),
            self._route("/files/{file_id}/external_links", GET=links.list, POST=links.create),
            self._route("/files/{file_id}/external_links/{link_id}", GET=links.get),
            Route("/s3/{token}", self.bytes, methods=["GET", "PUT"]),
        ]

    def headers(self) -> Mapping[str, str]:
        """Return the id of this request and the role of the user."""
        return {"x-request-id": str(uuid.uuid4()), "finix-apiuser-role": "ROLE_PARTNER"}

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """Return an error as Finix's JSON."""
        said = translated(refusal)
        return JSONResponse(said.envelope(str(request.url)), said.status, headers=_HEADERS | said.headers)

    async def bytes(self, request: Request) -> Response:
        """Give or take the bytes behind a link, to anyone who has its address."""
        link = self._link_of(request.path_params["token"])
        if link is None or link.fields["expires_at"] <= self.context.now():
            return _xml(403, "AccessDenied", "Request has expired")
        wants = "PUT" if link.fields["type"] == "UPLOAD" else "GET"
        if request.method != wants or "X-Amz-Signature" not in request.query_params:
            return _xml(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")
        if wants == "PUT":
            return await self._take(request, link)
        try:
            return await self.give(request, link.subject or "", inline=link.fields["type"] == "VIEW")
        except Gone:
            return _xml(403, "AccessDenied", "Request has expired")

    async def _take(self, request: Request, link: Object) -> Response:
        file = objects.get(self.database.read, NAME, FILE, link.parent or "")
        assert file is not None  # files are never deleted
        body = pieces(request, most=MAX_RECEIVED, stopping=self.context.stopping)
        row = await self._files.take(file, body, name=file.fields["display_name"] or "file")
        await self._files.arrived(self._call(request), file, row)
        return Response(status_code=200, headers={"ETag": f'"{row.sha256[:32]}"'})

    def _link_of(self, token: str) -> Object | None:
        where = {"object.fields ->> 'token' = ?": token}
        page = objects.page(self.database.read, NAME, LINK, limit=1, where=where)
        return page.data[0] if page.data else None

    def _route(self, path: str, **handlers: Handler) -> Route:
        # A record is told with 200, as in the specification; a link with 201, as in the newer pages.
        creates = path.endswith("/external_links")

        async def endpoint(request: Request) -> Response:
            self._admit(request)
            handler = handlers[request.method if request.method in handlers else "GET"]
            answer = await handler(self._call(request))
            if isinstance(answer, Response):
                return answer
            created = creates and request.method == "POST"
            return JSONResponse(answer, 201 if created else 200, headers=_HEADERS)

        return Route(path, endpoint, methods=list(handlers))

    def _call(self, request: Request) -> Call:
        return Call(
            request=request,
            base_url=self.base_url,
            username=self._username,
            now=self.context.now(),
            pairs=forms.pairs(request.scope["query_string"]),
            paged_by_offset=request.headers.get("finix-version") != VERSION,
        )

    def _admit(self, request: Request) -> None:
        given = auth.basic(request)
        if given is None or not auth.same(":".join(given), self.secret):
            raise FinixRefusal(401, "Unauthorized.")
        accepted = request.headers.get("accept", "*/*").lower()
        if not any(kind in accepted for kind in _TAKEN):
            raise FinixRefusal(406, "None of the media types that are accepted can be given.")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method == "POST" and kind not in {*_JSON, "multipart/form-data"}:
            raise FinixRefusal(400, "The content type is not supported.")
        if self.settings.rates and self._rates.get(request.method, self._rates["GET"]).take():
            raise FinixRefusal(429, "Too many requests.")


def _xml(status: int, code: str, message: str) -> Response:
    return Response(s3_error(code, message), status, media_type="application/xml", headers=_HEADERS)
