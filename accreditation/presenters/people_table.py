"""The office's list of people as a table: its columns, on the page and in a file."""

from accreditation.presenters.accounts import PersonRow
from accreditation.presenters.tables import Cell, Column, words

COLUMNS: tuple[Column[PersonRow], ...] = (
    Column(
        "name", "Name", lambda row: row.person.full_name,
        cell=lambda row: Cell(row.person.full_name, url=row.url), field="full_name",
    ),
    Column("email", "E-mail address", lambda row: row.person.email, field="email"),
    Column("roles", "Roles", lambda row: row.roles, cell=lambda row: Cell(row.roles or "None")),
    Column(
        "university", "University or provider",
        lambda row: row.person.institution.short_name if row.person.institution else "",
        field="institution__short_name",
    ),
    Column(
        "seen", "Last signed in", lambda row: row.person.last_login,
        cell=lambda row: Cell(words(row.person.last_login) or "Never"), field="last_login",
    ),
    Column("since", "Account since", lambda row: row.person.date_joined, field="date_joined", spare=True),
)  # fmt: skip
