"""How an account's people write, on its page: the number, the messages behind it, and that it counts nothing."""

from scoring.instants import DAY, HOUR, Instant
from scoring.observations import Conversation, Message, Observation, Subject
from tests.desk.places import NOW, Place
from tests.desk.test_account import text_of
from tests.desk.test_account_states import score_of, tell


def test_the_page_says_how_many_messages_stand_behind_the_sentiment(own_place: Place) -> None:
    """Nothing before there are any; the score is what it was, and no word of a message is shown."""
    account = next(one for one in own_place.desk.accounts() if "intercom" in one.owners)
    visitor, address = own_place.visitor(), f"/accounts/{account.id}?as=live"
    subject, company = Subject("intercom", "conversation", "215474"), account.owners["intercom"][0]
    begun = Conversation(Instant(NOW - 80 * DAY), "closed", last_close=Instant(NOW - 79 * DAY))
    tell(own_place, Observation(subject, Instant(NOW - 79 * DAY), begun, company))
    before = text_of(visitor.get(address))
    assert "sentiment" not in before.lower()
    said = [(2, "en", -0.5), (3, "en", -0.24), (4, "de", None), (50, "en", 0.5)]
    tell(
        own_place,
        *(
            Observation(subject, Instant(NOW - day * DAY - HOUR), Message(str(day), language, sentiment))
            for day, language, sentiment in said
        ),
    )
    page = text_of(visitor.get(address))
    assert (
        "Customer sentiment -0.37 on a scale of -1 to 1, over 2 messages in 30 days, too few to build on; 1 more "
        "message in other languages." in page
    )
    assert "It counts nothing in the score." in page
    assert 'Fewer than five messages stand behind "customer sentiment"' in page
    assert score_of(page) == score_of(before)
