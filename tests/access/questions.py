"""All questions to guards; what a question is: `tests.access.asking`."""

from collections.abc import Iterator

from tests.access.asking import Question
from tests.access.questions_cases import (
    of_accounts_and_events,
    of_courses_and_cases,
    of_letters,
    of_pages,
    of_panels,
    of_the_table,
)
from tests.access.questions_portfolios import of_logs, of_portfolios, of_the_register
from tests.access.questions_steps import of_conditions, of_messages, of_reports, of_steps, of_the_office


def every_question() -> Iterator[Question]:
    """All of them, each with words of its own."""
    yield from of_the_table()
    yield from of_courses_and_cases()
    yield from of_letters()
    yield from of_panels()
    yield from of_accounts_and_events()
    yield from of_steps()
    yield from of_conditions()
    yield from of_reports()
    yield from of_the_office()
    yield from of_messages()
    yield from of_pages()
    yield from of_the_register()
    yield from of_portfolios()
    yield from of_logs()
