"""The commands that look at accounts: list, show and options."""

from __future__ import annotations

import re
from argparse import ArgumentParser

from linktui.cli.desk import Desk, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_json, add_output
from linktui.cli.output import say, write_csv, write_facts, write_json, write_table
from linktui.cli.records import Record, account_record
from linktui.cli.table import Column
from linktui.model.capability import Account
from linktui.model.identity import Identity
from linktui.model.option import NO, YES, Option, OptionKind
from linktui.model.phrases import length_text, size_text

_COLUMNS = (
    Column("NAME", fixed=True),
    Column("SERVICE"),
    Column("MODE", fixed=True),
    Column("WHO"),
    Column("SECRET"),
    Column("DEFAULT", fixed=True),
)
_USER = re.compile(r"//[^/]*@")
"""Who a proxy is told one is, and the password."""
_OPTION_COLUMNS = (Column("OPTION", fixed=True), Column("FOR", fixed=True), Column("VALUES"), Column("WHAT"))


def add_list(parser: ArgumentParser) -> None:
    """Describe `accounts list`."""
    add_output(parser)
    parser.set_defaults(act=looking(_list))


def add_show(parser: ArgumentParser) -> None:
    """Describe `accounts show`."""
    parser.add_argument("name", metavar="NAME")
    add_json(parser)
    parser.set_defaults(act=looking(_show))


def add_options(parser: ArgumentParser) -> None:
    """Describe `accounts options`."""
    parser.add_argument("name", metavar="NAME")
    parser.set_defaults(act=looking(_options))


def _list(desk: Desk) -> ExitCode:
    accounts = desk.services.accounts.all()
    default = desk.services.accounts.default.name
    records = [record_of(desk, account) for account in accounts]
    if desk.arguments.json:
        write_json(records)
    elif desk.arguments.csv:
        write_csv(records, of="accounts")
    else:
        rows = [
            (
                account.name,
                account.title,
                mode(account),
                desk.services.book.identity(account.name).who,
                account.connection.secret,
                "yes" if account.name == default else "",
            )
            for account in accounts
        ]
        write_table(_COLUMNS, rows)
    return ExitCode.DONE


def _show(desk: Desk) -> ExitCode:
    account = desk.services.accounts.get(desk.arguments.name)
    if desk.arguments.json:
        write_json(record_of(desk, account))
        return ExitCode.DONE
    connection, policy = account.connection, account.policy
    write_facts(
        [
            ("Name", account.name),
            ("Service", account.title),
            ("Mode", mode(account)),
            *identity_facts(desk.services.book.identity(account.name)),
            ("Address", connection.base_url),
            ("Secret", connection.secret),
            ("Proxy", _USER.sub("//…@", connection.proxy)),
            ("CA file", connection.ca_file),
            ("Fingerprint", connection.fingerprint),
            ("Certificates", "" if connection.verify else "NOT CHECKED"),
            *((key, value) for key, value in account.settings.items()),
            ("New links end", policy.default_expires),
            ("Longest life", length_text(policy.longest) if policy.longest else ""),
            ("Tags", ", ".join(f"{key}={value}" for key, value in policy.tags.items())),
            *limit_facts(account),
        ]
    )
    return ExitCode.DONE


def _options(desk: Desk) -> ExitCode:
    limits = desk.services.accounts.get(desk.arguments.name).limits
    rows = [
        (option.key, what, _values_of(option), option.missing or option.help)
        for what, options in (("upload", limits.file_options), ("link", limits.link_options))
        for option in options
    ]
    if rows:
        write_table(_OPTION_COLUMNS, rows)
    else:
        say("Its service has no options of its own.")
    return ExitCode.DONE


def mode(account: Account) -> str:
    """Return in a word or two how careful one has to be with an account."""
    words = ["LIVE"] if account.live else []
    words += ["read-only"] if account.read_only else []
    words += [] if account.connection.verify else ["certificates NOT checked"]
    return ", ".join(words)


def record_of(desk: Desk, account: Account) -> Record:
    """Return an account as a record, with who it is as last told."""
    is_default = account.name == desk.services.accounts.default.name
    return account_record(account, desk.services.book.identity(account.name), is_default=is_default)


def _values_of(option: Option) -> str:
    match option.kind:
        case OptionKind.TOGGLE:
            words = f"{YES}, {NO}"
        case OptionKind.CHOICE:
            words = ", ".join(option.choices) + (", …" if option.open else "")
        case OptionKind.NAMES:
            words = "words with commas"
        case _:
            words = "text"
    return f"{words} (needed)" if option.required else words


def identity_facts(identity: Identity) -> list[tuple[str, str]]:
    """Return who an account is, by title."""
    told = {True: "live", False: "test", None: ""}[identity.live]
    return [("Who", identity.who), ("Keys", told), ("Version", identity.version), *identity.facts.items()]


def limit_facts(account: Account) -> list[tuple[str, str]]:
    """Return what an account's service allows and lacks, by title."""
    limits = account.limits
    return [
        ("Longest link", length_text(limits.longest) if limits.longest else "no limit"),
        ("Ends to the", limits.precision.value),
        ("Moving an end", limits.new_address),
        ("Largest file", size_text(limits.largest_file) if limits.largest_file else ""),
        ("Calls", f"{account.connection.rate or limits.rate:g} a second"),
        *((f"Cannot {ability.value}", reason) for ability, reason in limits.missing.items()),
    ]
