"""Figures as briefly as a table or a headline has room for: money, months."""

NOTHING = "\N{EN DASH}"
"""Stands where nothing is known."""

_MONTHS = "January February March April May June July August September October November December".split()
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def money(amount: float | None, currency: str | None) -> str:
    """Write an amount briefly: $1.2M, $477k, $950; a currency without a sign of its own by its code."""
    if amount is None:
        return NOTHING
    sign = _SIGNS.get(currency or "", f"{currency} " if currency else "")
    minus, size = ("\N{MINUS SIGN}" if amount < 0 else ""), abs(amount)
    if size >= 999_500:
        return f"{minus}{sign}{size / 1e6:,.1f}M"
    return f"{minus}{sign}{size / 1e3:,.0f}k" if size >= 999.5 else f"{minus}{sign}{size:,.0f}"


def month(period: str) -> str:
    """Name a month: October 2026."""
    return f"{month_name(period)} {period[:4]}"


def month_name(period: str) -> str:
    """Name a month without its year."""
    return _MONTHS[int(period[5:]) - 1]
