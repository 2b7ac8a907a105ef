"""Everything a link server keeps, below one directory: the catalogue and the bytes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import apsw

from linktui.linkserver import media_types
from linktui.linkserver.blobs import Blobs, new_blob_id
from linktui.linkserver.catalog import downloads, files, keys, link_pages, uploads
from linktui.linkserver.catalog.database import Database
from linktui.linkserver.catalog.rows import FileRow, UploadRow
from linktui.linkserver.errors import Refusal
from linktui.linkserver.limits import KEY_LIFE_MS, UPLOAD_LIFE_MS
from linktui.linkserver.times import Onward, to_ms
from linktui.storage.damage import named

log = logging.getLogger("linktui.linkserver")


def utc_now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


class Store:
    """The catalogue and the blobs of one server; close it when done."""

    def __init__(self, database: Database, blobs: Blobs, *, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.blobs = blobs
        self.clock = Onward(clock)
        self.busy: set[str] = set()
        """Uploads that somebody is at work on."""
        self._publishing: set[str] = set()

    @classmethod
    def open(cls, directory: Path, *, clock: Callable[[], datetime] = utc_now) -> Store:
        """Open what is below `directory` (made if missing) and finish what an ended process left undone.

        Raises StorageUnusable, DatabaseCorrupt or DatabaseTooNew.
        """
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = Database(directory / "catalogue.sqlite")
        store = cls(database, Blobs(directory), clock=clock)
        try:
            with named(database.path):
                database.write_now(lambda db: downloads.reset(db, now=store.now()))
                store._recover()
        except BaseException:
            database.close()
            raise
        return store

    def close(self) -> None:
        """Finish the write at hand and close the catalogue."""
        self.database.close()

    def now(self) -> int:
        """Return milliseconds since 1970 UTC, by the store's clock."""
        return to_ms(self.clock())

    def in_use(self) -> bool:
        """Tell whether any link gives or takes something now."""
        with named(self.database.path):
            return link_pages.any_active(self.database.read, now=self.now())

    def has_dialects(self) -> bool:
        """Tell whether a dialect keeps anything here."""
        with named(self.database.path):
            return bool(self.database.read.execute("SELECT EXISTS (SELECT 1 FROM dialect_object)").get)

    def revision(self) -> int:
        """Return a number that grows with every change of a link."""
        with named(self.database.path):
            return int(str(self.database.read.execute("SELECT revision FROM counter").get))

    def publish(
        self, upload: UploadRow, *, digest: str | None = None, resumable: bool = True, key: str | None = None
    ) -> FileRow:
        """Turn a complete, durable part into a file, or into the one that `key` made of the same bytes.

        May block on the disk. Raises a 409 Refusal when the key made another, a 460 Refusal (and drops the
        upload) when the digest is not the one promised, and Gone when the link that it came through takes
        no more. https://tus.io/protocols/resumable-upload#checksum
        """
        self._publishing.add(upload.id)
        try:
            digest = digest or self.blobs.digest(upload.id)
            return self._publish(upload, digest, resumable=resumable, key=key)
        except Refusal as refusal:
            if refusal.status in {410, 460}:
                self.discard(upload.id)
            raise
        finally:
            self._publishing.discard(upload.id)

    def _publish(self, upload: UploadRow, digest: str, *, resumable: bool, key: str | None) -> FileRow:
        if upload.sha256 is not None and upload.sha256 != digest:
            raise Refusal(460, "checksum_mismatch", "What arrived is not what was announced.")
        # Named as garbage until it is published: a crash in between leaves nothing behind.
        self.database.write_now(
            lambda db: db.execute("INSERT OR IGNORE INTO garbage VALUES (?)", (upload.id,))
        )
        self.blobs.place(upload.id)
        now = self.now()
        file = FileRow(
            id=f"f_{new_blob_id()}",
            blob=upload.id,
            name=upload.name,
            size=upload.size,
            media_type=media_types.media_type(upload.name),
            inline_type=media_types.inline_type(upload.name, self.blobs.head(upload.id, media_types.HEAD)),
            sha256=digest,
            created_at=now,
            from_link=upload.link_id or None,
        )

        def act(db: apsw.Connection) -> FileRow:
            request = repr((file.name, digest))
            if (made := keys.find(db, "file", key, request)) is not None:
                return files.get(db, made)
            files.publish(db, file, now=now)
            keys.remember(db, "file", key, digest=request, subject=file.id, now=now)
            if resumable:
                uploads.finish(db, upload.id, file_id=file.id, expires_at=now + UPLOAD_LIFE_MS)
            return file

        published = self.database.write_now(act)
        if published is not file:
            self.unlink(upload.id)
        return published

    @contextmanager
    def placing(self, blobs: Sequence[str]) -> Iterator[None]:
        """Have blobs named as garbage until the block has published them; may block on the disk.

        If it does not, or the process dies before, nothing of them is left behind.
        """
        rows = [(blob,) for blob in blobs]
        self._publishing.update(blobs)
        try:
            self.database.write_now(lambda db: db.executemany("INSERT INTO garbage VALUES (?)", rows))
            yield
        except BaseException:
            for blob in blobs:
                self.blobs.discard(blob)  # what the catalogue says of it is cleared by the housekeeping
            raise
        finally:
            self._publishing.difference_update(blobs)

    def discard(self, upload_id: str) -> None:
        """Forget an unfinished upload and its bytes; may block on the disk."""
        self.database.write_now(lambda db: uploads.drop(db, upload_id))
        self.blobs.discard(upload_id)

    def collect(self, now: datetime) -> None:
        """Remove what nobody needs any more.

        That is uploads whose time, or whose link's, is over; old keys; bytes of deleted files.
        """
        with named(self.database.path):
            self._collect(to_ms(now))

    def _collect(self, moment: int) -> None:
        for upload in self.database.write_now(lambda db: uploads.expired(db, now=moment)):
            if upload.id in self._publishing or upload.id in self.busy:
                continue
            self.database.write_now(partial(uploads.drop, upload_id=upload.id))
            if upload.file_id is None:
                self.blobs.discard(upload.id)
        self.database.write_now(lambda db: keys.forget_older(db, than=moment - KEY_LIFE_MS))
        self.empty_garbage()

    def empty_garbage(self) -> None:
        """Unlink the bytes of files that are no longer in the catalogue.

        Not those of an upload that is whole but could not be published: the next try may.
        """
        wanted = "SELECT blob FROM garbage WHERE blob NOT IN (SELECT id FROM upload WHERE file_id IS NULL)"
        rows = self.database.write_now(lambda db: db.execute(wanted).fetchall())
        for (blob,) in rows:
            if blob not in self._publishing:
                self.unlink(str(blob))

    def unlink(self, blob: str) -> None:
        """Unlink bytes that the catalogue names as garbage; may block on the disk."""
        self.blobs.discard(blob)
        self.database.write_now(lambda db: db.execute("DELETE FROM garbage WHERE blob = ?", (blob,)))

    def _recover(self) -> None:
        for upload in uploads.complete_but_unpublished(self.database.read):
            try:
                self.publish(upload)
            except FileNotFoundError:
                self.discard(upload.id)
            except (Refusal, OSError) as error:
                # What is wrong with the bytes has dropped them; a failing disk may work again.
                log.warning("an upload could not be finished: %s", type(error).__name__)
        for blob in self.blobs.stray_parts(uploads.unfinished(self.database.read)):
            self.blobs.discard(blob)
        self.empty_garbage()
