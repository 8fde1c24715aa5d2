"""System checks of our own: what must never be true in production."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from accreditation import access


@register(deploy=True)
def demo_is_off_in_production(**kwargs: Any) -> list[CheckMessage]:
    """The demo world has a shared password: it may not stand behind a public address."""
    if settings.DEMO:
        return [Error("CASE_DEMO is on.", hint="Unset CASE_DEMO on a public server.", id="case.E001")]
    return []


@register(deploy=True)
def mail_leaves_the_machine(**kwargs: Any) -> list[CheckMessage]:
    """Without EMAIL_URL messages are written into files, which is right for the demo and silent in production."""
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return [
            Error(
                "No mail would be sent.",
                hint="Set EMAIL_URL, for example smtp://user:password@host:587/?tls=True",
                id="case.E002",
            )
        ]
    return []


@register(deploy=True)
def the_second_step_is_asked_for(**kwargs: Any) -> list[CheckMessage]:
    """Whoever sees other people's work needs more than a password."""
    if not settings.REQUIRE_TWO_STEP:
        return [
            Error(
                "CASE_REQUIRE_TWO_STEP is off.",
                hint="Unset it: officers, assessors and the Committee then set up an app or a passkey.",
                id="case.E003",
            )
        ]
    return []


@register()
def every_address_stands_in_the_access_table(**kwargs: Any) -> list[CheckMessage]:
    """A page that nobody has decided about is closed to everybody; say so before anybody meets it."""
    names, table = access.address_names(), access.table().keys()
    absent: list[CheckMessage] = [
        Error(
            f"The address {name} stands in no access table.",
            hint="See settings.ACCESS_TABLES.",
            id="case.E010",
        )
        for name in sorted(names - table)
    ]
    idle = [
        Error(f"The access table names {name}, and there is no such address.", id="case.E011")
        for name in sorted(table - names)
    ]
    return [*absent, *idle]
