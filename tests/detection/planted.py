"""What a customer might write that is nobody else's business, made by chance: mails, accounts, cards, phones, names."""

import string

from hypothesis import strategies as st

from config.name_lists import name_lists

PHONES = (
    "+## ### ### ####",
    "+##.###.#######",
    "+## (0)## ###-###",
    "+##(0)##########",
    "+## - ## - ### ## ##",
    "+1 (###) ###-####",
    "+1-###-###-####",
    "+351 ## ### ## ##",
    "+33 # ## ## ## ##",
    "00## ## #### ####",
    "0044##########",
    "0049 (0) ## #######",
    "0# ## ## ## ##",
    "0#.##.##.##.##",
    "0#-##-##-##-##",
    "0########",
    "0## #### ####",
    "0##/#######",
    "0## / ### ## ##",
    "0####-######",
    "(0##) ### ####",
    "(###) ###-####",
    "###-###-####",
    "###.###.####",
    "### ### ###",
    "### ## ## ##",
    "###-####",
    "### ####",
    "#######",
    "##########",
    "(##) 9####-####",
    "+## ### ### ####",
    "+## ##\u200b## ####",
)
"""Ways in which people write a number that may be called."""

_COUNTRIES = {"DE": 18, "FR": 23, "GB": 18, "ES": 20, "PT": 21, "NL": 14, "AT": 16, "CH": 17, "NO": 11, "MT": 27}
_GREETINGS = (
    "Hi {}, we cancel.",
    "Sehr geehrte Frau {}, wir kündigen.",
    "Bonjour {},\non résilie.",
    "Ciao {}!",
    "Olá {},",
)
_FAREWELLS = (
    "We cancel.\nBest regards,\n{}",
    "Wir kündigen.\nViele Grüße\n{}",
    "On arrête. Cordialement, {}",
    "Nos vamos.\n\n{}",
    "Disdiciamo.\nCordiali saluti\n{}\nReception",
    "Vamos sair. Abraço, {}",
)
_SENTENCES = (
    "Yesterday {} told us to cancel.",
    "We cancel, as {} said.",
    "Gestern hat {} gekündigt, und wir auch.",
    "Notre accord avec {} est rompu, nous résilions.",
    "La cuenta de {} ya no hace falta.",
    "Ieri {} ha disdetto tutto.",
    "A conta do {} foi encerrada.",
)


def phones() -> st.SearchStrategy[str]:
    """Make a phone number in one of many spellings."""
    return st.sampled_from(PHONES).flatmap(_filled)


def _filled(pattern: str) -> st.SearchStrategy[str]:
    """Put digits where a pattern wants them; the first is none that begins a year or a count of thousands."""
    count = pattern.count("#")
    digits = st.text("23456789", min_size=count, max_size=count)
    return digits.map(
        lambda drawn: "".join(next(one) if sign == "#" else sign for one in [iter(drawn)] for sign in pattern)
    )


def cards() -> st.SearchStrategy[str]:
    """Make a payment card whose digits are right by Luhn, in one of five spellings."""
    body = st.text(string.digits, min_size=14, max_size=14)
    spelt = st.sampled_from((" ", "-", "", ".", "\u00a0"))
    return st.builds(
        lambda first, rest, mark: mark.join(_fours(_with_luhn(first + rest))), st.sampled_from("3456"), body, spelt
    )


def accounts() -> st.SearchStrategy[str]:
    """Make an IBAN whose check digits are right, large or small, with marks or without."""
    country = st.sampled_from(sorted(_COUNTRIES))
    spelt = st.sampled_from((" ", "", "-", "\u00a0"))
    made = country.flatmap(
        lambda one: st.text(string.digits, min_size=_COUNTRIES[one], max_size=_COUNTRIES[one]).map(
            lambda d: _with_check(one, d)
        )
    )
    return st.builds(lambda account, mark, small: _spelt(account, mark, small=small), made, spelt, st.booleans())


def names() -> st.SearchStrategy[str]:
    """Make a name from the lists: a given name alone, or with a surname."""
    given = st.sampled_from(sorted(name for name in name_lists().sure if len(name) > 2)).map(str.capitalize)
    return st.one_of(
        given, st.builds("{} {}".format, given, st.sampled_from(("Okafor", "Wiśniewska", "von der Heydt")))
    )


def texts_with_names() -> st.SearchStrategy[tuple[str, str]]:
    """Plant a name in a greeting, a farewell or a sentence; gives the name and the text."""
    places = st.sampled_from((*_GREETINGS, *_FAREWELLS, *_SENTENCES))
    return st.builds(lambda name, place: (name, place.format(name)), names(), places)


def surroundings() -> st.SearchStrategy[str]:
    """Make what may stand around: anything without digits."""
    return st.text(st.characters(exclude_categories=("Nd", "Nl", "No", "Cs")), max_size=60)


def _fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def _with_luhn(digits: str) -> str:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return digits + str(-sum(sum(divmod(value, 10)) for value in doubled) % 10)


def _with_check(country: str, account: str) -> str:
    number = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
    return f"{country}{98 - number % 97:02}{account}"


def _spelt(account: str, mark: str, *, small: bool) -> str:
    text = mark.join(_fours(account))
    return text.lower() if small else text
