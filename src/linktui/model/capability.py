"""What a service can do and within which limits: data that the doors read instead of its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from linktui.model.errors import Unsupported
from linktui.model.link import LinkKind
from linktui.model.option import NO, Option

HERE = "local"
"""This machine's own link server, as the place where links are answered for."""
ROUND = 1024 * 1024
"""Bytes that the length of even pieces is a multiple of, where it is made longer for a long file."""

NO_VERSIONS = "a file there never changes; an upload of the same name is another file"
"""Why most services keep no versions of a file."""


class Ability(StrEnum):
    """One thing a service may or may not be able to do."""

    CHANGE_EXPIRY = "change the expiry"
    EXPIRE_NOW = "end a link at once"
    REVIVE = "revive an expired link"
    NEVER_EXPIRE = "make links that never expire"
    REVOKE = "revoke a link"
    DELETE_LINK = "delete a link"
    RENAME = "rename a link"
    CHANGE_KIND = "change the kind"
    PASSWORD = "protect a link with a password"  # noqa: S105 - an ability's name, no secret
    DOWNLOAD_LIMIT = "limit the downloads"
    SLUG = "choose the address"
    METADATA = "keep metadata"
    EDIT_METADATA = "change metadata"
    EDIT_FILES = "change a link's files"
    DOWNLOAD_LOG = "tell who downloaded"
    LIST_FILES = "list stored files"
    DELETE_FILE = "delete a file"
    DOWNLOAD_FILE = "fetch a stored file"
    FILE_VERSIONS = "keep the versions of a file"
    RESUME_UPLOAD = "resume an upload"

    @property
    def is_of_links(self) -> bool:
        """Whether it is done to links, and not to stored files."""
        return self not in _OF_FILES


_OF_FILES = frozenset({
    Ability.LIST_FILES,
    Ability.DELETE_FILE,
    Ability.DOWNLOAD_FILE,
    Ability.FILE_VERSIONS,
    Ability.RESUME_UPLOAD,
})  # fmt: skip


class Precision(StrEnum):
    """The smallest step of an expiry that the service keeps."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


def _nothing() -> Mapping[Ability, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The abilities and bounds of one service."""

    missing: Mapping[Ability, str] = field(default_factory=_nothing)
    """Each ability the service lacks, with the reason and the substitute in one clause."""
    kinds: tuple[LinkKind, ...] = (LinkKind.DOWNLOAD,)
    precision: Precision = Precision.SECOND
    longest: timedelta | None = None
    shortest: timedelta = timedelta(seconds=1)
    files_per_link: int = 1
    metadata_pairs: int = 0
    metadata_key: int = 40
    metadata_value: int = 500
    largest_file: int | None = None
    """Bytes."""
    chunk_size: int | None = 8 * 1024 * 1024
    """Bytes sent in one request of an upload; None sends a file whole."""
    even_chunks: bool = False
    """Whether every piece but the last has to have exactly `chunk_size` bytes."""
    pieces_at_once: int = 1
    """Pieces of one file that the service takes at the same time, in any order; they are even then."""
    last_piece_waits: bool = False
    """Whether the last of them may go with the others, and is answered when all are there."""
    most_pieces: int | None = None
    """Even pieces that one file may consist of; a file that is too long for it goes in longer ones."""
    parcel_file: int = 0
    """Bytes of a file that is sent together with others in one request; 0 where each takes its own."""
    one_upload_per_name: bool = False
    """Whether two unfinished uploads of one name would be mixed up."""
    link_options: tuple[Option, ...] = ()
    """What else a link can be, beyond what every service knows."""
    file_options: tuple[Option, ...] = ()
    """What has to be, or may be, said of a file when it is uploaded."""
    folder_option: str = ""
    """The option of a file that says which folder it goes to; empty where a service has no folders."""
    version_option: str = ""
    """The option of a link that says which version of its file it is to; empty where there are none."""
    copied_by: str = ""
    """The option of a link that has it be to a copy of its file; without one it is lost with the file."""
    counts_links: bool = True
    """Whether the service tells how many links a file has."""
    link_filters: frozenset[str] = frozenset()
    """The fields of `Wanted` by which the service itself narrows its list of links."""
    file_filters: frozenset[str] = frozenset()
    """The same for its list of files."""
    taken_back_by: str = ""
    """The option of a link without which nothing takes it back; empty where that depends on none."""
    uploads_taken_back_by: str = ""
    """The same of a link for uploads, where that depends on any; empty where nothing takes those back."""
    new_address: str = ""
    """What becomes of a link's address when its end is moved, in one sentence; empty where it stays."""
    call_per_field: bool = False
    """Whether each field of a link that is changed takes a call of its own."""
    links_at: str = ""
    """Where a link server answers for the links: its address, or HERE; empty where the service does so."""
    rate: float = 100.0
    """Calls a second that the service allows, or that we allow ourselves."""

    def can(self, ability: Ability) -> bool:
        """Tell whether the service has `ability`."""
        return ability not in self.missing

    def can_take_back(self, kind: LinkKind, options: Mapping[str, str]) -> bool:
        """Tell whether a link can be ended before its time, as far as that depends on how it was made."""
        if not self.taken_back_by:
            return True
        option = self.uploads_taken_back_by if kind is LinkKind.UPLOAD else self.taken_back_by
        return bool(option) and options.get(option) != NO

    def even_piece(self, size: int) -> int | None:
        """Return the bytes of every piece but the last of a file of `size` bytes; None sends it whole."""
        chunk, most = self.chunk_size, self.most_pieces
        if chunk is None or most is None or size <= chunk * most:
            return chunk
        return -(-size // (most * ROUND)) * ROUND

    def require(self, ability: Ability) -> None:
        """Raise Unsupported, with the reason, unless the service has `ability`."""
        if ability in self.missing:
            raise Unsupported(ability.value, self.missing[ability])


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How an account's service is reached."""

    base_url: str = ""
    """The service's own address when empty."""
    secret: str = ""
    """Where the secret is kept (`env:NAME`, `file:PATH`, ...), never the secret itself."""
    proxy: str = field(default="", repr=False)  # it may hold a password
    ca_file: str = ""
    """PEM certificates to trust besides the system's."""
    fingerprint: str = ""
    """SHA-256 of the one certificate to trust, in hex; empty checks the chain as usual."""
    verify: bool = True
    """False trusts any certificate: said on every screen."""
    timeout: float = 30.0
    """Seconds without a byte after which a call is given up."""
    rate: float | None = None
    """Calls a second, where the account has a limit of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the owner of an account allows and adds."""

    default_expires: str = ""
    """A phrase such as 7d; empty is the general default."""
    longest: timedelta | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Metadata that every new link gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account at one service, by the name its owner gave it."""

    name: str
    provider: str
    limits: Limits
    live: bool = False
    """Whether acts on it move real things for real people (a live payment account)."""
    test: bool = False
    """Whether its service says that it is for trying things out."""
    read_only: bool = False
    title: str = ""
    """What people call the service."""
    connection: Connection = field(default_factory=Connection)
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The options of this kind of account, such as a user name or an API version."""
    policy: Policy = field(default_factory=Policy)
