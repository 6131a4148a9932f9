"""What the vendors have of a portfolio, made up when it is read: companies, their conversations, days of use."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, overload

from handlers.clock import now
from scoring.instants import DAY, SECOND, Instant, format_date
from tests.bench.scale.tables import Portfolio
from tests.fakes.looker import Day

REREAD_AN_HOUR: Final = 20 / 30 / 24
"""Conversations of an account that a sweep of an hour reads: docs/scale.md assumes 20 a month."""

_HOUR_SECONDS: Final = 3_600


class Companies(Sequence[dict[str, Any]]):
    """All companies, as the listing of Intercom gives them."""

    def __init__(self, portfolio: Portfolio) -> None:
        """Have a company of each account."""
        self._portfolio = portfolio

    def __len__(self) -> int:
        """Count them."""
        return len(self._portfolio.numbers)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """Give one, or those of a page."""
        if isinstance(place, int):
            return _company(self._portfolio.numbers[place])
        return [_company(number) for number in self._portfolio.numbers[place]]


def _company(number: int) -> dict[str, Any]:
    created = 1_600_000_000 + number
    return {
        "type": "company",
        "id": f"{number:024x}",
        "company_id": f"htl-{number}",
        "name": f"Hotel {number}",
        "created_at": created,
        "updated_at": created,
        "website": f"https://hotel-{number}.example",
        "custom_attributes": {"salesforce_account_id": f"001{number:012d}AAA"},
    }


def conversations(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Give the conversations that changed in the last hour."""
    many = round(len(portfolio.numbers) * REREAD_AN_HOUR)
    second = now() // SECOND
    return [_conversation(number, second - _HOUR_SECONDS // 2 + number % 600, portfolio) for number in range(many)]


def _conversation(number: int, at: int, portfolio: Portfolio) -> dict[str, Any]:
    owner = number * 7_919 % portfolio.size
    return {
        "type": "conversation",
        "id": f"9{number:014d}",
        "created_at": at - 5_000,
        "updated_at": at,
        "state": "open",
        "open": True,
        "read": True,
        "priority": "not_priority",
        "source": {"type": "conversation", "delivered_as": "customer_initiated", "body": "<p>" + "x" * 400 + "</p>"},
        "company": {"type": "company", "id": f"{owner:024x}", "company_id": f"htl-{owner}"},
        "statistics": {"type": "conversation_statistics", "count_reopens": 0, "count_conversation_parts": 3},
        "tags": {"type": "tag.list", "tags": []},
        "contacts": {"type": "contact.list", "contacts": []},
    }


class Days:
    """The use of each customer on the last day before one; of the days before it an explore may have none."""

    def __init__(self, portfolio: Portfolio, end: Instant) -> None:
        """Have a day of each customer."""
        self._portfolio, self._day = portfolio, format_date(Instant(end - DAY))

    def __iter__(self) -> Iterator[Day]:
        """Give one after the other."""
        for number in self._portfolio.numbers:
            values = {"staff_logins": 20 + number % 7, "admin_logins": 1, "active_modules": 5, "available_modules": 8}
            yield Day(f"axp-{number}", self._day, values | {"platform_score": 60 + number % 30}, f"Hotel {number}")
