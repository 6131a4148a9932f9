"""Change events as the relay delivers them: what each kind of change says, and what it leaves open."""

import pytest

from config.intake import Field
from scoring.account import Naming
from scoring.facts import ENTIRE
from scoring.feeds import Heard
from scoring.instants import parse_instant
from scoring.observations import NOBODY, Fields, Gap, Observation, Subject, Value
from tests.messages import ACCOUNT, COMMITTED, OPPORTUNITY, Message, appflow_event, change, headed
from tests.sources.taking import event, observation, refusal, said, short, take_in, the_intake, unix, values

AT = unix(COMMITTED / 1000)
HEARD = Heard("salesforce", AT)
NOTHING: dict[str, object] = {"type": None, "stage": None, "is_closed": None, "is_won": None, "close_date": None}
GAP = Gap("Opportunity")
SUBJECT = Subject("salesforce", "opportunity", OPPORTUNITY)


def contents(message: Message) -> list[object]:
    """Read one message, and give the contents of its observations."""
    return [one.content for one in said(message, Observation)]


def holding(entity: str, kind: str, api_name: str, value: object) -> Message:
    """Give a change of one field."""
    return change(entity, kind, [api_name], **{api_name: value})


def updated(changed: list[object], /, **fields: object) -> Message:
    """Give an update of the opportunity."""
    return change("Opportunity", "UPDATE", changed, **fields)


def test_a_created_record_has_all_fields_and_absent_ones_are_empty() -> None:
    """A create carries all that is not empty."""
    message = change("Opportunity", "CREATE", AccountId=ACCOUNT, Type="Renewal", IsClosed=False, CloseDate="2026-09-30")
    told = NOTHING | {"type": "Renewal", "is_closed": False, "close_date": parse_instant("2026-09-30")}
    seen = observation(message)
    assert seen.content == Fields(tuple(sorted({"deleted": False, **told}.items())), created=AT)  # type: ignore[arg-type]
    assert (seen.subject, seen.at, seen.owner) == (SUBJECT, AT, ACCOUNT)
    assert take_in(message).statements == [HEARD, seen, Naming("salesforce", (ACCOUNT,), AT)]
    assert take_in(message).remarks == []


def test_the_mock_event_of_two_merged_accounts_is_read_for_each() -> None:
    """Its dates are epoch milliseconds, and every record has all that the event says."""
    taken = take_in(event("salesforce_account_create_two_records"))
    at = unix(1712693965)
    ids = ("0015f00002J9YYEAA3", "0015f00002J9YYFAA3")
    empty = ("arr", "champion_since", "expansion_mentions", "last_exec_interaction", "responsiveness", "success_tier")
    said: dict[str, Value] = {"deleted": False, "name": "Acme", "owner_id": "0055f000005mc66AAA"}
    told = Fields(tuple(sorted((said | dict.fromkeys(empty)).items())), created=at)
    assert taken.statements[0] == Heard("salesforce", at)
    for record_id in ids:
        assert Observation(Subject("salesforce", "account", record_id), at, told, record_id) in taken.statements
        assert Naming("salesforce", (record_id,), at, "Acme") in taken.statements
    assert len(taken.statements) == 5
    assert taken.remarks == []


@pytest.mark.parametrize("created", ["2026-05-01T00:00:00.000Z", "2026-05-01T00:00:00.000+0000", 1777593600000])
def test_a_record_says_when_it_was_created(created: object) -> None:
    """As ISO text, as REST writes it, or in epoch milliseconds."""
    for kind in ("CREATE", "UNDELETE"):
        told = contents(change("Opportunity", kind, CreatedDate=created))[0]
        assert isinstance(told, Fields)
        assert told.created == parse_instant("2026-05-01")


def test_an_undelete_says_what_it_bears_and_leaves_the_rest_to_be_read_again() -> None:
    """It undoes the deletion, and does not say that the record was created now."""
    told = contents(change("Opportunity", "UNDELETE", StageName="Closed Won"))
    assert told == [Fields((("deleted", False), ("stage", "Closed Won"))), GAP]


def test_an_update_says_the_changed_fields_alone() -> None:
    """An enriched field stands in the body unchanged, and says nothing."""
    message = updated(["StageName", "LastModifiedDate"], StageName="Closed Won", Type="Renewal", IsClosed=True)
    assert values(message) == {"stage": "Closed Won"}
    assert observation(message).owner is None


def test_the_sample_update_is_read() -> None:
    """As the relay delivers it."""
    seen = Observation(SUBJECT, AT, Fields((("stage", "Closed Won"),)))
    assert take_in(event("salesforce_opportunity_update")).statements == [HEARD, seen]


def test_a_nulled_field_is_empty() -> None:
    """A field that was emptied is changed, and null."""
    assert values(updated(["CloseDate"], CloseDate=None)) == {"close_date": None}


def test_an_enriched_owner_is_named_although_it_did_not_change() -> None:
    """Enrichment brings the AccountId along."""
    message = updated(["StageName"], StageName="Closed Won", AccountId=ACCOUNT)
    assert observation(message).owner == ACCOUNT
    assert said(message, Naming) == [Naming("salesforce", (ACCOUNT,), AT)]


def test_a_moved_record_says_its_new_owner_and_nothing_else() -> None:
    """An owner alone is worth an observation."""
    assert take_in(updated(["AccountId"], AccountId=ACCOUNT)).statements == [
        HEARD,
        Observation(SUBJECT, AT, Fields(()), ACCOUNT),
        Naming("salesforce", (ACCOUNT,), AT),
    ]


def test_a_changed_field_that_is_not_given_must_be_read_again() -> None:
    """What is given stands; the record is marked."""
    assert contents(updated(["StageName", "Type"], StageName="Closed Won")) == [
        Fields((("stage", "Closed Won"),)),
        GAP,
    ]
    assert contents(updated(["Type"])) == [GAP]


def test_a_changed_owner_that_is_not_given_must_be_read_again() -> None:
    """Whose is the record now?"""
    assert contents(updated(["AccountId"])) == [GAP]


def test_an_owner_changed_to_none_is_taken_away() -> None:
    """The lookup is among what changed, and empty."""
    seen = observation(updated(["AccountId"], AccountId=None))
    assert (seen.content, seen.owner) == (Fields(()), NOBODY)


def test_what_is_named_as_nulled_is_empty_whether_it_is_given_or_not() -> None:
    """Other subscribers than the relay are told what was emptied apart."""
    for given in ({}, {"AccountId": None, "CloseDate": None}):
        for changed in ([], ["AccountId", "CloseDate"]):
            message = headed(updated(list(changed), **given), nulledFields=["AccountId", "CloseDate"])
            told = observation(message)
            assert (told.content, told.owner) == (Fields((("close_date", None),)), NOBODY)
    assert contents(headed(updated(["StageName"], StageName="Closed Won"), nulledFields=["0x40"])) == [
        Fields((("stage", "Closed Won"),)),
        GAP,
    ]


def test_an_owner_changed_to_none_is_taken_away_in_whatever_capitals() -> None:
    """Names of fields have no capitals to the CRM."""
    assert observation(updated(["ACCOUNTID"], accountId=None)).owner == NOBODY


def test_an_owner_that_is_empty_but_not_said_to_have_changed_says_nothing_about_it() -> None:
    """Enriched and empty, or left out of a creation: nothing is said of the owner."""
    assert observation(updated(["StageName"], StageName="Closed Won", AccountId=None)).owner is None
    assert observation(change("Opportunity", "CREATE")).owner is None
    assert observation(change("Opportunity", "CREATE", AccountId=None)).owner is None


@pytest.mark.parametrize("changed", [None, "StageName", 7, {}, True])
def test_an_update_that_does_not_list_what_changed_must_be_read_again(changed: object) -> None:
    """What changed is not inferred from what is there."""
    message = headed(updated([], StageName="Closed Won"), changedFields=changed)
    assert contents(message) == [GAP]
    assert take_in(message).remarks == ["dropped:changedFields"]


@pytest.mark.parametrize("entry", [7, None, {}, ["StageName"], "0x400000", "2-0x15", ""])
def test_an_entry_that_is_no_fields_name_must_be_read_again(entry: object) -> None:
    """Other subscribers than the relay are sent bitmaps; the names beside them count."""
    message = updated([entry, "StageName"], StageName="Closed Won", Type="Renewal")
    assert contents(message) == [Fields((("stage", "Closed Won"),)), GAP]
    assert take_in(message).remarks == ["dropped:changedFields"]


def test_the_sample_of_a_changed_address_says_nothing_of_health() -> None:
    """Components of compound fields that no metric needs are no gap; nobody is touched by them."""
    taken = take_in(event("salesforce_account_update_compound"))
    at = unix(1778192987)
    assert taken.statements == [Heard("salesforce", at)]
    assert taken.remarks == []


def test_an_update_of_fields_that_no_metric_needs_says_nothing() -> None:
    """It shows that the feed lives."""
    assert take_in(updated(["LastModifiedDate", "NextStep"], NextStep="call")).statements == [HEARD]


def test_a_merged_event_speaks_of_every_record() -> None:
    """The same change to several records of one transaction comes as one event, with one enriched owner."""
    ids = [OPPORTUNITY, "006SM0000001Tb4", OPPORTUNITY, 7]
    message = headed(updated(["StageName"], StageName="Closed Won", AccountId=ACCOUNT), recordIds=ids)
    told = {(one.subject.id, one.owner, one.content) for one in said(message, Observation)}
    stage = Fields((("stage", "Closed Won"),))
    assert told == {(key, ACCOUNT, stage) for key in (OPPORTUNITY, "006SM0000001Tb4YAE", "7")}


def test_an_id_that_is_none_among_merged_ones_is_dropped_by_name() -> None:
    """The other records stand."""
    message = headed(updated(["StageName"], StageName="Closed Won"), recordIds=["", OPPORTUNITY, {}, None])
    assert observation(message).subject == SUBJECT
    assert take_in(message).remarks == ["dropped:recordIds", "dropped:recordIds"]


@pytest.mark.parametrize("ids", [None, [], {}, "006SM0000001Tb3YAE", [None], ["", " "], [[]]])
def test_an_event_that_names_no_record_is_refused(ids: object) -> None:
    """It is of nothing."""
    message = headed(updated(["StageName"], StageName="Closed Won"), recordIds=ids)
    assert refusal(message) == "recordIds names no id"


def test_ids_of_15_characters_are_brought_to_18() -> None:
    """The record's and the owner's alike."""
    message = updated(["StageName"], StageName="Closed Won", AccountId=ACCOUNT[:15])
    seen = observation(headed(message, recordIds=[OPPORTUNITY[:15]]))
    assert (seen.subject.id, seen.owner) == (OPPORTUNITY, ACCOUNT)


@pytest.mark.parametrize("kind", ["DELETE", "GAP_DELETE"])
def test_a_deletion_is_a_field_like_any_other(kind: str) -> None:
    """It has no body; a gap that is a deletion leaves nothing to read again."""
    message = change("Opportunity", kind)
    assert take_in(message).statements == [HEARD, Observation(SUBJECT, AT, Fields((("deleted", True),)))]


def test_a_deletion_may_name_the_owner_by_enrichment() -> None:
    """Enriched fields come with a delete too, and are not said."""
    message = change("Opportunity", "DELETE", AccountId=ACCOUNT, StageName="Closed Won")
    assert values(message) == {"deleted": True}
    assert observation(message).owner == ACCOUNT


def test_the_sample_of_a_deleted_account_is_read() -> None:
    """An account is its own owner."""
    seen = observation(event("salesforce_account_delete"))
    subject = Subject("salesforce", "account", "001RM000004UF9sYAG")
    assert seen == Observation(subject, unix(1608073975), Fields((("deleted", True),)), "001RM000004UF9sYAG")


@pytest.mark.parametrize("kind", ["GAP_CREATE", "GAP_UPDATE"])
def test_a_gap_marks_the_record(kind: str) -> None:
    """It has ids and no data."""
    assert take_in(change("Opportunity", kind)).statements == [HEARD, Observation(SUBJECT, AT, GAP)]


def test_a_gap_of_several_records_marks_each() -> None:
    """Gap events are merged like any other."""
    message = headed(change("Opportunity", "GAP_UPDATE"), recordIds=[OPPORTUNITY, "006SM0000001Tb4YAE"])
    assert [one.subject.id for one in said(message, Observation)] == [OPPORTUNITY, "006SM0000001Tb4YAE"]


def test_the_sample_of_a_gap_marks_the_account() -> None:
    """An account is its own owner, and named by its gap."""
    seen = observation(event("salesforce_account_gap_update"))
    subject = Subject("salesforce", "account", "001ZM000001n4n5YAA")
    assert seen == Observation(subject, unix(1714417112), Gap("Account"), "001ZM000001n4n5YAA")


def test_an_undelete_unseen_undoes_the_deletion_and_marks_the_record() -> None:
    """That it is there again is known; what it holds is not."""
    assert contents(change("Opportunity", "GAP_UNDELETE")) == [Fields((("deleted", False),)), GAP]


@pytest.mark.parametrize("ids", [["000000000000000AAA"], ["000000000000000"], [], None, ["*"], [OPPORTUNITY]])
def test_an_overflow_marks_all_of_the_object(ids: object) -> None:
    """The dummy id is never looked up, and without any id the whole object is meant all the same."""
    message = headed(change("Opportunity", "GAP_OVERFLOW"), recordIds=ids)
    entire = Observation(Subject("salesforce", "opportunity", ENTIRE), AT, GAP)
    assert take_in(message).statements == [HEARD, entire]


@pytest.mark.parametrize("kind", ["UPDATE", "GAP_UPDATE", "DELETE", "CREATE"])
@pytest.mark.parametrize("wildcard", ["006*", "*", "000000000000000AAA"])
def test_a_wildcard_marks_all_of_the_object(kind: str, wildcard: str) -> None:
    """Every record of the object is meant, whatever the change was; the other ids stand."""
    message = headed(change("Opportunity", kind, AccountId=ACCOUNT), recordIds=[wildcard])
    assert said(message, Observation) == [Observation(Subject("salesforce", "opportunity", ENTIRE), AT, GAP)]
    both = headed(change("Opportunity", kind, AccountId=ACCOUNT), recordIds=[wildcard, OPPORTUNITY])
    assert {one.subject.id for one in said(both, Observation)} == {ENTIRE, OPPORTUNITY}


@pytest.mark.parametrize("kind", ["SNAPSHOT", "GAP_SPLIT", "update", ""])
def test_an_unheard_of_change_marks_the_record(kind: str) -> None:
    """Something changed: it is remarked and must be read again."""
    message = change("Opportunity", kind, ["StageName"], StageName="Closed Won")
    assert contents(message) == [GAP]
    assert take_in(message).remarks == [f"unknown:changeType={kind}"]


def test_an_unheard_of_object_is_remarked() -> None:
    """Its event shows that the feed lives."""
    taken = take_in(change("Invoice__c", "UPDATE", ["Status__c"], Status__c="Sent"))
    assert taken.statements == [HEARD]
    assert taken.remarks == ["unknown:object=Invoice__c"]


@pytest.mark.parametrize("name", ["commitTimestamp", "entityName", "changeType"])
@pytest.mark.parametrize("value", [None, [], {}, True])
def test_a_header_without_what_it_must_say_is_refused_by_name(name: str, value: object) -> None:
    """When, of what, and what kind of change."""
    assert refusal(headed(updated([]), **{name: value})).startswith(f"{name} is ")


@pytest.mark.parametrize("at", [1e300, 10**4000, -(10**15), "later", "0001-01-01T00:00:00+01:00"], ids=short)
def test_a_change_at_no_instant_is_refused(at: object) -> None:
    """What no calendar knows could not be written as a date again."""
    assert refusal(headed(updated([]), commitTimestamp=at)).startswith("commitTimestamp is ")


@pytest.mark.parametrize("at", [COMMITTED, float(COMMITTED), "2026-05-07T22:30:10.000Z"])
def test_a_change_may_be_dated_in_either_form(at: object) -> None:
    """One instant is one observation."""
    message = updated(["StageName"], StageName="Closed Won")
    assert observation(headed(message, commitTimestamp=at)) == observation(message)


def test_appflows_shape_is_refused_by_name() -> None:
    """By its source, and by its header directly under `detail`."""
    assert "AppFlow" in refusal(appflow_event())
    relayed = change("Opportunity", "UPDATE")["source"]
    assert "AppFlow" in refusal(appflow_event() | {"source": relayed})


@pytest.mark.parametrize("detail", [None, [], "text", {}, {"payload": None}, {"payload": []}, {"payload": {}}])
def test_an_event_without_a_payload_is_refused(detail: object) -> None:
    """It says what is missing."""
    assert refusal(updated([]) | {"detail": detail}).startswith("detail.payload is missing")


@pytest.mark.parametrize("header", [None, [], "text", {}])
def test_a_payload_without_a_header_is_refused(header: object) -> None:
    """A platform event of one's own is no change event."""
    message = updated([])
    payload = message["detail"]["payload"] | {"ChangeEventHeader": header}
    assert refusal(message | {"detail": {"payload": payload}}) == "commitTimestamp is missing"


WRONG: dict[str, list[object]] = {
    "text": [True, 7, [], {}, "x" * 131_073],
    "number": [True, "7", [], {}, 1e18, 1e-300, 10**4000],
    "date": [True, "soon", [], {}, 1e300, "", "9999-12-31T23:59:59-12:00"],
    "yes_no": [0, 1, "true", [], {}],
    "lookup": [True, 1.5, [], {}, "", "  "],
}
RIGHT: dict[str, list[tuple[object, object]]] = {
    "text": [("Closed Won", "Closed Won"), ("", "")],
    "number": [(477000, 477000.0), (477000.0, 477000.0), (-1.5, -1.5), (-0.0, 0.0), (0, 0.0)],
    "date": [("2026-05-07", parse_instant("2026-05-07")), (1778112000000, parse_instant("2026-05-07"))],
    "yes_no": [(True, True), (False, False)],
    "lookup": [("0055f000005mc66AAA", "0055f000005mc66AAA"), ("0055f000005mc66", "0055f000005mc66AAA")],
}
FIELDS = [
    (crm_object.object, api_name, field)
    for crm_object in the_intake().objects.values()
    for api_name, field in crm_object.fields.items()
]


@pytest.mark.parametrize(("entity", "api_name", "field"), FIELDS, ids=[f"{one}.{name}" for one, name, _ in FIELDS])
def test_every_field_is_read_by_what_it_holds(entity: str, api_name: str, field: Field) -> None:
    """A value of its kind is said, in whichever JSON form."""
    for value, expected in RIGHT[field.type]:
        assert values(holding(entity, "UPDATE", api_name, value)) == {field.name: expected}


@pytest.mark.parametrize(("entity", "api_name", "field"), FIELDS, ids=[f"{one}.{name}" for one, name, _ in FIELDS])
def test_a_value_that_is_none_of_its_field_is_dropped_by_name(entity: str, api_name: str, field: Field) -> None:
    """It is neither kept nor taken as empty; the rest stands, and what it has changed to is to be read again.

    The sweep reads each change of a user, whatever events said.
    """
    for value in WRONG[field.type]:
        alone = take_in(holding(entity, "UPDATE", api_name, value))
        unread = [] if entity == "User" else [Gap(entity)]
        assert [one.content for one in alone.statements if isinstance(one, Observation)] == unread
        assert alone.remarks == [f"dropped:{api_name}"]
        assert field.name not in values(holding(entity, "CREATE", api_name, value))
        assert values(holding(entity, "CREATE", api_name, value))["deleted"] is False


@pytest.mark.parametrize(
    ("entity", "api_name", "word", "remark"),
    [
        ("Account", "Success_Tier__c", "Platinum", "unknown:account.success_tier=Platinum"),
        ("Churn_Signal__c", "Severity__c", "Mild", "unknown:signal.severity=Mild"),
        ("Churn_Signal__c", "Confidence__c", "Guessed", "unknown:signal.confidence=Guessed"),
        ("Churn_Signal__c", "Status__c", "Sleeping", "unknown:signal.status=Sleeping"),
        ("Payment_Record__c", "Status__c", "Payment Failed", "unknown:payment.status=Payment Failed"),
        ("Opportunity", "Type", "Renewal - Standard", "unknown:opportunity.type=Renewal - Standard"),
        ("Event", "Type", "Business Review", "unknown:event.type=Business Review"),
        ("CSQL__c", "Status__c", "New", "unknown:csql.status=New"),
    ],
)
def test_an_unheard_of_word_is_kept_and_remarked(entity: str, api_name: str, word: str, remark: str) -> None:
    """A new picklist value is counted and reported; capitals make no difference."""
    message = change(entity, "UPDATE", [api_name], **{api_name: word})
    assert list(values(message).values()) == [word]
    assert take_in(message).remarks == [remark]


@pytest.mark.parametrize("word", ["CRITICAL", "critical", " Critical ", "Critical", "", None])
def test_a_known_word_in_any_case_or_none_is_not_remarked(word: object) -> None:
    """An empty picklist is no new word."""
    assert take_in(change("Churn_Signal__c", "UPDATE", ["Severity__c"], Severity__c=word)).remarks == []


@pytest.mark.parametrize("owner", ["", "  ", [], True, 1.5, "001*", "000000000000000AAA"])
def test_an_owner_that_is_none_is_dropped_by_name(owner: object) -> None:
    """The record stands without it."""
    message = updated(["StageName"], StageName="Closed Won", AccountId=owner)
    assert observation(message).owner is None
    assert take_in(message).remarks == ["dropped:AccountId"]


@pytest.mark.parametrize("name", ["", "  "])
def test_a_blank_account_name_is_none(name: str) -> None:
    """The field is empty, and no name is overwritten."""
    message = change("Account", "UPDATE", ["Name"], Name=name)
    assert [naming.name for naming in said(message, Naming)] == [None]
