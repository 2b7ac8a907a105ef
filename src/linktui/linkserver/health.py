"""Whether a server lives, for whoever watches over it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linktui import __version__
from linktui.linkserver.context import Site
from linktui.linkserver.times import iso


def health_route(site: Site) -> Route:
    """Return the route that tells that the server lives, and its time."""

    async def health(request: Request) -> Response:
        told = {"ok": True, "version": __version__, "time": iso(site.now())}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    return Route("/api/health", health, methods=["GET"])
