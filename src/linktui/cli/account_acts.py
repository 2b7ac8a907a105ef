"""The commands that change accounts or call their services: add, test, rename, remove and default."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

from linktui.cli.accounts import identity_facts, limit_facts, mode, record_of
from linktui.cli.desk import Desk, at_desk, confirm
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.options import add_json, add_options, add_yes, tag
from linktui.cli.output import say, write_facts, write_json, write_table
from linktui.cli.secret import KEYRING, ask_for_secret, keep_secret
from linktui.cli.table import Column
from linktui.config.account import AccountSettings
from linktui.model.capability import Account
from linktui.model.identity import Identity

_TRIAL_COLUMNS = (Column("VERDICT", fixed=True), Column("CHECK", fixed=True), Column("WHY"))


def add_add(parser: ArgumentParser) -> None:
    """Describe `accounts add`."""
    parser.add_argument("name", metavar="NAME", help="what you call it")
    parser.add_argument("--provider", required=True, metavar="KIND", help="stripe, finix, digitalriver, ...")
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument(
        "--secret",
        default="",
        metavar="WHERE",
        help="where it is kept, not the secret itself: env:NAME, keyring:, “command: pass show x”, file:PATH",
    )
    secret.add_argument("--secret-stdin", action="store_true", help="read it from stdin into the keyring")
    secret.add_argument("--login", metavar="EMAIL", help="log in for a key, where the service gives one")
    parser.add_argument("--base-url", default="", metavar="URL", help="the service's address, if not its own")
    parser.add_argument(
        "--set",
        type=tag,
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="what the service wants to know",
    )
    parser.add_argument("--read-only", action="store_true", help="refuse every write")
    parser.add_argument("--proxy", default="", metavar="URL")
    parser.add_argument(
        "--ca-file", default="", metavar="FILE", help="certificates to trust besides the system's"
    )
    parser.add_argument(
        "--fingerprint", default="", metavar="HEX", help="SHA-256 of the one certificate to trust"
    )
    parser.add_argument("--insecure", action="store_true", help="trust any certificate; every screen says so")
    parser.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS")
    parser.add_argument("--rate", type=float, default=0.0, metavar="N", help="calls a second")
    parser.add_argument("--default-expires", default="", metavar="7d", help="what a new link gets")
    parser.add_argument("--longest-expires", default="", metavar="30d", help="the most a new link may get")
    parser.add_argument(
        "--tag", type=tag, action="append", default=[], metavar="KEY=VALUE", help="for every link"
    )
    parser.add_argument("--default", action="store_true", help="have new links go there")
    parser.add_argument("--replace", action="store_true", help="in place of the account of that name")
    parser.add_argument("--no-test", action="store_true", help="do not call the service")
    add_yes(parser)
    parser.set_defaults(act=at_desk(_add))


def add_test(parser: ArgumentParser) -> None:
    """Describe `accounts test`."""
    parser.add_argument("name", metavar="NAME")
    parser.add_argument(
        "--conformance",
        action="store_true",
        help="try everything it claims, with a file and links of its own; on a test account",
    )
    add_options(parser)
    add_yes(parser)
    add_json(parser)
    parser.set_defaults(act=at_desk(_test))


def add_rename(parser: ArgumentParser) -> None:
    """Describe `accounts rename`."""
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    parser.set_defaults(act=at_desk(_rename))


def add_remove(parser: ArgumentParser) -> None:
    """Describe `accounts remove`."""
    parser.add_argument("name", metavar="NAME")
    add_yes(parser)
    parser.set_defaults(act=at_desk(_remove))


def add_default(parser: ArgumentParser) -> None:
    """Describe `accounts default`."""
    parser.add_argument("name", metavar="NAME")
    parser.set_defaults(act=at_desk(_default))


async def _add(desk: Desk) -> ExitCode:
    arguments, book = desk.arguments, desk.services.book
    settings = AccountSettings(
        provider=arguments.provider,
        secret=arguments.secret,
        base_url=arguments.base_url,
        read_only=arguments.read_only,
        proxy=arguments.proxy,
        ca_file=str(Path(arguments.ca_file).absolute()) if arguments.ca_file else "",
        fingerprint=arguments.fingerprint,
        verify=not arguments.insecure,
        timeout=arguments.timeout,
        rate=arguments.rate,
        default_expires=arguments.default_expires,
        longest_expires=arguments.longest_expires,
        tags=dict(arguments.tag),
        settings=dict(arguments.set),
    )
    book.check_free(arguments.name, replacing=arguments.replace)
    secret = await ask_for_secret(desk, arguments.name, settings)
    if secret:
        settings = replace(settings, secret=KEYRING)
    identity = None
    if not arguments.no_test:
        identity = await book.try_out(arguments.name, settings, secret=secret)
    if secret:
        # Only now: a wrong one must not take the place of one that works.
        settings = replace(settings, secret=await keep_secret(desk, arguments.name, secret))
    account = await book.add(arguments.name, settings, replacing=arguments.replace)
    if arguments.default:
        await book.make_default(account.name)
    if identity is not None:
        await book.remember(account.name, identity)
        say(f"It works: {_who(identity)}.")
    say(f"“{account.name}” is in {desk.house.locations.settings_file}.")
    return ExitCode.DONE


async def _test(desk: Desk) -> ExitCode:
    name = desk.arguments.name
    identity = await desk.services.book.identify(name)
    account = desk.services.accounts.get(name)
    if desk.arguments.conformance:
        return await _try_out(desk, account, live=identity.live)
    if desk.arguments.json:
        write_json(record_of(desk, account))
    else:
        facts = [("Mode", mode(account)), *identity_facts(identity), *limit_facts(account)]
        write_facts([("Service", account.title), *facts])
    return ExitCode.DONE


async def _try_out(desk: Desk, account: Account, *, live: bool | None) -> ExitCode:
    from linktui.services.conformance import Trial, Verdict

    if live:
        raise Stop(f"“{account.name}” is a LIVE account; try a test account instead.", ExitCode.REFUSED)
    if live is None and account.connection.secret:
        confirm(
            f"{account.title} does not tell whether “{account.name}” is live. Go on?", yes=desk.arguments.yes
        )
    provider = desk.services.accounts.provider(account.name)
    trial = Trial(provider, clock=desk.services.clock, options=dict(desk.arguments.option))
    outcomes = [outcome async for outcome in trial.run()]
    if desk.arguments.json:
        write_json(
            [{"check": one.check, "verdict": one.verdict.value, "detail": one.detail} for one in outcomes]
        )
    else:
        write_table(_TRIAL_COLUMNS, [(one.verdict.value, one.check, one.detail) for one in outcomes])
    failed = any(one.verdict is Verdict.FAILED for one in outcomes)
    return ExitCode.PARTIAL if failed else ExitCode.DONE


async def _rename(desk: Desk) -> ExitCode:
    await desk.services.book.rename(desk.arguments.old, desk.arguments.new)
    say(f"“{desk.arguments.old}” is now “{desk.arguments.new}”.")
    return ExitCode.DONE


async def _remove(desk: Desk) -> ExitCode:
    account = desk.services.accounts.get(desk.arguments.name)
    confirm(
        f"Forget “{account.name}” here? At {account.title} its files and links stay as they are.",
        yes=desk.arguments.yes,
    )
    await desk.services.book.remove(account.name)
    say(f"“{account.name}” is removed.")
    return ExitCode.DONE


async def _default(desk: Desk) -> ExitCode:
    await desk.services.book.make_default(desk.arguments.name)
    say(f"New links go to “{desk.arguments.name}”.")
    return ExitCode.DONE


def _who(identity: Identity) -> str:
    live = {True: "a LIVE account", False: "a test account", None: "live or test is not told"}[identity.live]
    return ", ".join(word for word in (identity.who, live, identity.version) if word)
