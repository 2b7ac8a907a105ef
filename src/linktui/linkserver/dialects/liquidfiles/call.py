"""One call of LiquidFiles' API, and what it finds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TypeVar

import apsw
from pydantic import BaseModel
from starlette.requests import Request

from linktui.linkserver.body import read_all
from linktui.linkserver.dialects import forms, objects
from linktui.linkserver.dialects.liquidfiles import params
from linktui.linkserver.dialects.liquidfiles.appliance import Appliance
from linktui.linkserver.dialects.liquidfiles.errors import invalid, not_found
from linktui.linkserver.dialects.liquidfiles.shapes import ATTACHMENT, LINK, NAME, Shapes
from linktui.linkserver.dialects.objects import Object
from linktui.linkserver.limits import MAX_JSON

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request of the user's."""

    request: Request
    base_url: str
    appliance: Appliance
    stopping: asyncio.Event
    now: int
    """Milliseconds since 1970 UTC."""

    def shapes(self, db: apsw.Connection) -> Shapes:
        """Return what makes objects into JSON."""
        return Shapes(db, base_url=self.base_url, old=self.appliance.old)

    def link(self, db: apsw.Connection) -> Object:
        """Return the link whose id the path has; raises a 404 Refusal."""
        found = objects.get(db, NAME, LINK, self.request.path_params["link"])
        if found is None:
            raise not_found("FileLink")
        return found

    def attachment(self, db: apsw.Connection) -> Object:
        """Return the attachment whose id the path has; raises a 404 Refusal."""
        found = objects.get(db, NAME, ATTACHMENT, self.request.path_params["attachment"])
        if found is None:
            raise not_found("Attachment")
        return found

    async def body(self, shape: type[M]) -> M:
        """Return the JSON that was sent; raises a 422 Refusal."""
        if forms.content_type(self.request) != "application/json":
            raise invalid("The body has to be application/json")
        data = await read_all(self.request, most=MAX_JSON, stopping=self.stopping)
        return params.read(shape, data)
