"""The owner's JSON API: files, links, downloads, changes."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import TypeVar

import apsw
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linktui.linkserver import query
from linktui.linkserver.bodies import LinkCreate, LinkPatch, parse
from linktui.linkserver.body import content_length, pieces, read_all
from linktui.linkserver.catalog import downloads, files, link_pages, links
from linktui.linkserver.catalog.rows import LinkRow
from linktui.linkserver.context import Context
from linktui.linkserver.delivery import Delivery
from linktui.linkserver.errors import Refusal, invalid
from linktui.linkserver.health import health_route
from linktui.linkserver.intake import take_whole
from linktui.linkserver.limits import MAX_FILE, MAX_JSON
from linktui.linkserver.names import clean_name
from linktui.linkserver.openapi import document
from linktui.linkserver.owner import Owner, if_match_of
from linktui.linkserver.parcels import Parcels
from linktui.linkserver.shapes import Json, download_json, file_json, link_json
from linktui.linkserver.tus import Tus
from linktui.linkserver.tus_headers import idempotency_key

Handler = Callable[[Request], Awaitable[Response]]
T = TypeVar("T")
KINDS = ("view", "download", "upload")
STATES = ("active", "expired", "exhausted", "revoked")
TUS_PATH = "/api/tus"
PARCELS_PATH = "/api/parcels"


class Api:
    """The handlers below /api."""

    def __init__(self, context: Context, *, delivery: Delivery, tus: Tus) -> None:
        self._context = context
        self._store = context.store
        self._owner = Owner(context)
        self._delivery = delivery
        self._tus = tus
        self._parcels = Parcels(context)

    def routes(self) -> list[Route]:
        """Return the routes; all but health and the document ask for the token."""
        open_to_all = [
            health_route(self._context),
            Route("/api/openapi.json", self.openapi, methods=["GET"]),
        ]
        guarded: list[tuple[str, str, Handler]] = [
            ("GET", "/api/files", self.list_files),
            ("POST", "/api/files", self.create_file),
            ("GET", "/api/files/{file_id}", self.get_file),
            ("DELETE", "/api/files/{file_id}", self.delete_file),
            ("GET", "/api/files/{file_id}/content", self.content),
            ("POST", PARCELS_PATH, self.take_parcel),
            ("DELETE", PARCELS_PATH + "/{key}", self.take_back),
            ("GET", "/api/links", self.list_links),
            ("POST", "/api/links", self.create_link),
            ("GET", "/api/links/{link_id}", self.get_link),
            ("PATCH", "/api/links/{link_id}", self.update_link),
            ("DELETE", "/api/links/{link_id}", self.delete_link),
            ("POST", "/api/links/{link_id}/revoke", self.revoke_link),
            ("GET", "/api/links/{link_id}/downloads", self.list_downloads),
            ("GET", "/api/changes", self.list_changes),
            ("OPTIONS", TUS_PATH, self.tus_options),
            ("POST", TUS_PATH, self.tus_create),
            ("HEAD", TUS_PATH + "/{upload_id}", self.tus_head),
            ("PATCH", TUS_PATH + "/{upload_id}", self.tus_patch),
            ("DELETE", TUS_PATH + "/{upload_id}", self.tus_delete),
        ]
        by_path: dict[str, dict[str, Handler]] = {}
        for method, path, handler in guarded:
            by_path.setdefault(path, {})[method] = handler
        return open_to_all + [self._guarded(path, handlers) for path, handlers in by_path.items()]

    def _guarded(self, path: str, handlers: dict[str, Handler]) -> Route:
        async def endpoint(request: Request) -> Response:
            self._require_token(request)
            handler = handlers.get(request.method) or handlers["GET"]
            return await handler(request)

        return Route(path, endpoint, methods=list(handlers))

    def _require_token(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode(), self._context.token.encode())
        if scheme.lower() != "bearer" or not right:
            raise Refusal(
                401, "unauthorized", "The token is missing or wrong.", headers={"WWW-Authenticate": "Bearer"}
            )

    async def openapi(self, request: Request) -> Response:
        """Return the OpenAPI document."""
        return _json(document())

    async def list_files(self, request: Request) -> Response:
        """Return files, newest first."""
        most, before = query.limit(request), query.before(request)
        text = query.text(request, "q") or ""
        found, more = await self._read(
            lambda db: files.page(db, limit=most, before=before, text=text), far=bool(text)
        )
        return _page([file_json(file) for file in found], _cursor(more))

    async def create_file(self, request: Request) -> Response:
        """Store the raw body as a file; the same key and bytes again return the same one."""
        key = idempotency_key(request)
        name = request.query_params.get("name")
        if not name or len(name) > 5000:
            raise invalid("name", "name is the file's name.")
        name, length = clean_name(name), content_length(request, most=MAX_FILE)
        body = pieces(request, most=MAX_FILE, stopping=self._context.stopping)
        file = await take_whole(self._store, body, name=name, announced=length, key=key)
        return _json(file_json(file), status=201)

    async def take_parcel(self, request: Request) -> Response:
        """Store many small files, and make their links."""
        return await self._parcels.take(request)

    async def take_back(self, request: Request) -> Response:
        """Delete what came in a parcel with a key."""
        return await self._parcels.take_back(request.path_params["key"])

    async def get_file(self, request: Request) -> Response:
        """Return one file."""
        return _json(file_json(files.get(self._store.database.read, request.path_params["file_id"])))

    async def delete_file(self, request: Request) -> Response:
        """Delete a file and its bytes."""
        file_id, now = request.path_params["file_id"], self._context.now()
        force = query.choice(request, "force", ("true", "false")) == "true"
        blob = await self._store.database.write(lambda db: files.delete(db, file_id, force=force, now=now))
        await asyncio.to_thread(self._store.unlink, blob)
        return Response(status_code=204)

    async def content(self, request: Request) -> Response:
        """Return a file's bytes to its owner."""
        file = files.get(self._store.database.read, request.path_params["file_id"])
        return await self._delivery.file(request, file, link=None)

    async def list_links(self, request: Request) -> Response:
        """Return links by filter, in one of two orders."""
        wanted = link_pages.LinkQuery(
            limit=query.limit(request),
            cursor=request.query_params.get("cursor"),
            by_expiry=query.choice(request, "sort", ("created_at", "expires_at")) == "expires_at",
            kind=query.choice(request, "kind", KINDS),
            state=query.choice(request, "state", STATES),
            file=query.text(request, "file"),
            text=query.text(request, "q"),
            created_after=query.moment(request, "created_after"),
            created_before=query.moment(request, "created_before"),
            expires_after=query.moment(request, "expires_after"),
            expires_before=query.moment(request, "expires_before"),
        )
        now = self._context.now()
        found, cursor = await self._read(lambda db: link_pages.page(db, wanted, now=now), far=wanted.far)
        return _page([self._link(link) for link in found], cursor)

    async def create_link(self, request: Request) -> Response:
        """Make a link; the same key again returns the same one."""
        key, raw = idempotency_key(request), await self._body(request)
        link, new = await self._owner.create(parse(LinkCreate, raw), key=key, raw=raw)
        return _json(self._link(link), status=201 if new else 200)

    async def get_link(self, request: Request) -> Response:
        """Return one link."""
        return _json(self._link(self._find(request)))

    async def update_link(self, request: Request) -> Response:
        """Change a link."""
        if_match = if_match_of(request.headers)
        body = parse(LinkPatch, await self._body(request))
        link = await self._owner.update(request.path_params["link_id"], body, if_match=if_match)
        return _json(self._link(link))

    async def delete_link(self, request: Request) -> Response:
        """Delete a link; its files stay."""
        await self._owner.delete(request.path_params["link_id"])
        return Response(status_code=204)

    async def revoke_link(self, request: Request) -> Response:
        """Revoke a link for good."""
        return _json(self._link(await self._owner.revoke(request.path_params["link_id"])))

    async def list_downloads(self, request: Request) -> Response:
        """Return a link's downloads, newest first."""
        link = self._find(request)
        found, more = downloads.page(
            self._store.database.read, link.id, limit=query.limit(request), before=query.before(request)
        )
        return _page([download_json(download) for download in found], _cursor(more))

    async def list_changes(self, request: Request) -> Response:
        """Return links changed or deleted after a revision."""
        since, most = query.since(request), query.limit(request)
        # One transaction: a change in between must not be skipped.
        found, more = await self._store.database.write(lambda db: links.changes(db, since=since, limit=most))
        data = [
            {
                "revision": revision,
                "id": link_id,
                "deleted": link is None,
                "link": None if link is None else self._link(link),
            }
            for revision, link_id, link in found
        ]
        return _json({"data": data, "next_since": found[-1][0] if found else since, "more": more})

    async def tus_options(self, request: Request) -> Response:
        """Tell what the tus door speaks."""
        return self._tus.options(most=MAX_FILE)

    async def tus_create(self, request: Request) -> Response:
        """Begin an upload."""
        return await self._tus.create(request, place=TUS_PATH, link_id="", most=MAX_FILE)

    async def tus_head(self, request: Request) -> Response:
        """Tell how far an upload is."""
        return await self._tus.head(request, upload_id=request.path_params["upload_id"], link_id="")

    async def tus_patch(self, request: Request) -> Response:
        """Add to an upload."""
        return await self._tus.patch(request, upload_id=request.path_params["upload_id"], link_id="")

    async def tus_delete(self, request: Request) -> Response:
        """Forget an upload."""
        return await self._tus.delete(request, upload_id=request.path_params["upload_id"], link_id="")

    async def _read(self, act: Callable[[apsw.Connection], T], *, far: bool) -> T:
        """Return what `act` reads; what may look at every row is done beside the event loop."""
        database = self._store.database
        return await database.search(act) if far else act(database.read)

    def _find(self, request: Request) -> LinkRow:
        return links.get(self._store.database.read, request.path_params["link_id"])

    def _link(self, link: LinkRow) -> Json:
        return link_json(link, url=self._context.url(link), now=self._context.now())

    async def _body(self, request: Request) -> bytes:
        return await read_all(request, most=MAX_JSON, stopping=self._context.stopping)


def _json(content: object, *, status: int = 200) -> Response:
    return JSONResponse(content, status_code=status, headers={"Cache-Control": "no-store"})


def _page(data: list[Json], cursor: str | None) -> Response:
    return _json({"data": data, "next_cursor": cursor})


def _cursor(before: int | None) -> str | None:
    return None if before is None else f"c{before}"
