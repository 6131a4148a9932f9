"""The figures: as published, refused by name where wrong, one version for one meaning."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import ConfigError
from config.intake import CensusLimits
from config.loader import DEFAULT_DIRECTORY, load_config
from config.model_text import model_from_text, model_text
from config.plain_yaml import Plain
from scoring.metrics.catalogue import METRICS, PILLARS
from scoring.model import FeedLimits, Segment, Threshold
from tests.config.folders import FILES, change, copy_figures

HERE = Path(__file__).parent
PUBLISHED = json.loads((HERE / "published_model.json").read_text())
WRONG = yaml.safe_load((HERE / "wrong_files.yaml").read_text())
REAL = load_config()
MODEL = REAL.model
RAW: Mapping[str, Any] = {name: yaml.safe_load((DEFAULT_DIRECTORY / name).read_text()) for name in FILES}


def published(group: str) -> dict[str, float]:
    """Give the published weights of a dimension, or of the pillars."""
    return dict(PUBLISHED["weights"][group])


def test_shares_are_as_published() -> None:
    """Every weight is the published one; what is not published counts 0."""
    assert {"churn_risk": MODEL.churn_risk, "platform_value": MODEL.platform_value} == PUBLISHED["health_score"]
    assert MODEL.dimensions == PUBLISHED["churn_risk"]
    assert MODEL.pillars == published("platform_value")
    for dimension, shares in MODEL.metrics.items():
        assert {name: share for name, share in shares.items() if share > 0} == published(dimension)


def test_metrics_without_approval_stand_at_zero() -> None:
    """The metrics of phases 2 and 3 are in the model, and count nothing."""
    zero = {name for shares in MODEL.metrics.values() for name, share in shares.items() if share == 0}
    waiting = "license_utilisation_pct fin_deflection_pct fin_cx_score support_volume_trend_pct nps_score"
    assert zero == {*waiting.split(), "customer_sentiment", "customer_sentiment_trend"}


def test_metrics_stand_in_the_order_of_the_catalogue() -> None:
    """Equal models give equal bytes, whatever the order in the file."""
    names = [name for shares in MODEL.metrics.values() for name in shares]
    assert names == [metric.name for metric in METRICS]
    assert list(MODEL.pillars) == [pillar.name for pillar in PILLARS]


@pytest.mark.parametrize("segment", ["paid", "standard"])
def test_thresholds_are_as_published(segment: Segment) -> None:
    """Every threshold of a segment is the published one."""
    metrics = {name: said for group in PUBLISHED["thresholds"].values() for name, said in group.items()}
    expected = {name: Threshold(said["lower_is_better"], *said[segment]) for name, said in metrics.items()}
    assert MODEL.thresholds[segment] == expected


def test_tiers_caps_expiry_and_segments_are_as_published() -> None:
    """The rest of the published figures is in the model too."""
    assert dict(MODEL.tiers) == PUBLISHED["tiers"]
    assert [floor for _, floor in MODEL.tiers] == [90, 76, 60, 0]
    assert MODEL.caps == PUBLISHED["caps"]
    assert MODEL.expiry_days == PUBLISHED["signal_expiry_days"]
    segments = {"paid_arr_floor": MODEL.paid_arr_floor, "standard_arr_ceiling": MODEL.standard_arr_ceiling}
    assert segments == PUBLISHED["segments"]


def test_floor_and_limits_are_as_specified() -> None:
    """The coverage floor, and when a silent source is stale and dead."""
    assert MODEL.coverage_floor == 50
    assert MODEL.limits == {
        "intercom": FeedLimits(3, 7),
        "salesforce": FeedLimits(3, None),
        "looker": FeedLimits(2, 7),
    }


def test_rules_are_as_specified_and_in_lower_case() -> None:
    """The words that metrics count by."""
    rules = MODEL.rules
    assert rules.urgent_priorities == {"priority", "high", "urgent"}
    assert rules.urgent_tags == {"p1", "p2", "priority", "urgent", "critical"}
    assert rules.escalation_tags == {"escalated", "escalation"}
    assert rules.customer_started == {"customer_initiated"}
    assert rules.agent_previews == {"workflow_preview", "fin_preview"}
    assert rules.agent_resolved == {"assumed_resolution", "confirmed_resolution"}


@pytest.mark.parametrize(
    ("field", "meaning", "words"),
    [
        ("opportunity.type", "renewal", {"renewal"}),
        ("opportunity.type", "contraction", {"downgrade", "amendment", "existing customer - downgrade"}),
        ("opportunity.stage", "won", {"closed won"}),
        ("opportunity.stage", "lost", {"closed lost"}),
        ("payment.status", "failed", {"failed"}),
        ("event.type", "qbr", {"qbr"}),
        ("csql.status", "open", {"open"}),
        ("signal.confidence", "Confirmed", {"confirmed"}),
    ],
)
def test_words_that_decide_are_as_specified(field: str, meaning: str, words: set[str]) -> None:
    """No other word has a meaning that moves a score."""
    meanings = MODEL.words[field].meanings
    assert {word for word, means in meanings.items() if means == meaning} == words


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("opportunity.type", "Existing Customer - Upgrade|Existing Customer - Replacement|New Customer|New Business"),
        ("opportunity.type", "Existing Customer - Downgrade|Existing Business"),
        ("opportunity.stage", "Prospecting|Qualification|Needs Analysis|Value Proposition|Id. Decision Makers"),
        ("opportunity.stage", "Perception Analysis|Proposal/Price Quote|Negotiation/Review|Closed Won|Closed Lost"),
        ("opportunity.stage", "Qualify|Meet & Present|Propose|Negotiate"),
        ("event.type", "Call|Email|Meeting|Other"),
        ("payment.status", "Draft|Processed|Failed|Pending|Canceled|Paid|Refunded"),
    ],
)
def test_the_ordinary_words_of_a_fresh_org_have_a_meaning(field: str, words: str) -> None:
    """So a first run does not flag every account."""
    assert [word for word in words.split("|") if MODEL.words[field].meaning(word) is None] == []


@pytest.mark.parametrize("word", ["closed won", " CLOSED  WON ", "Closed\u00a0Won", "\uff23losed Won"])
def test_capitals_spaces_and_forms_of_letters_make_no_difference(word: str) -> None:
    """People and spreadsheets write one word in many ways."""
    assert MODEL.words["opportunity.stage"].meaning(word) == "won"
    assert MODEL.words["opportunity.stage"].meaning("Closed-Won") is None


def test_flags_name_a_field_as_the_org_does(tmp_path: Path) -> None:
    """So whoever reads one knows where to look; the name is part of the model, as flags are of a score."""
    assert MODEL.words["signal.severity"].flag == "unknown_word:Churn_Signal__c.Severity__c"
    folder = copy_figures(tmp_path)
    change(folder / "sources.yaml", "severity: Severity__c", "severity: Ernst__c")
    model = load_config(folder).model
    assert model.words["signal.severity"].flag == "unknown_word:Churn_Signal__c.Ernst__c"
    assert model.version != MODEL.version


def test_an_empty_field_may_be_given_a_meaning(tmp_path: Path) -> None:
    """Where an opportunity without a type is ordinary, config says so."""
    assert MODEL.words["opportunity.type"].meaning(None) is None
    folder = copy_figures(tmp_path)
    change(folder / "sources.yaml", "      Renewal: renewal", '      Renewal: Renewal\n      "": nothing')
    words = load_config(folder).model.words["opportunity.type"]
    assert [words.meaning(None), words.meaning(" "), words.meaning("Renewal")] == ["nothing", "nothing", "renewal"]


def test_objects_and_fields_are_as_specified() -> None:
    """CRM objects by their API names, with the field that names the account."""
    owners = {name: crm_object.owner_field for name, crm_object in REAL.intake.objects.items()}
    assert owners == {
        "Account": None,
        "Opportunity": "AccountId",
        "Payment_Record__c": "Account__c",
        "Event": "AccountId",
        "CSQL__c": "Account__c",
        "Churn_Signal__c": "Account__c",
        "User": None,
    }
    signal = REAL.intake.objects["Churn_Signal__c"].fields
    assert {name: (field.name, field.type) for name, field in signal.items()} == {
        "Signal_Category__c": ("category", "text"),
        "Signal_Detail__c": ("detail", "text"),
        "Source__c": ("reported_by", "text"),
        "Severity__c": ("severity", "text"),
        "Confidence__c": ("confidence", "text"),
        "Status__c": ("status", "text"),
        "Date_Observed__c": ("date_observed", "date"),
        "Accepted_At__c": ("accepted_at", "date"),
        "Suggestion_Key__c": ("suggestion_key", "text"),
        "Dismissed_At__c": ("dismissed_at", "date"),
        "Dismissed_By__c": ("dismissed_by", "lookup"),
        "Dismissal_Reason__c": ("dismissal_reason", "text"),
    }


def test_both_generations_of_words_are_known() -> None:
    """A word of an older or a newer API version is no surprise."""
    known = REAL.intake.known_words
    assert {"priority", "not_priority", "none", "urgent"} <= known["conversation.priority"]
    assert {"routed_to_team", "abandoned", "procedure_handoff"} <= known["conversation.agent_resolution"]
    assert known["signal.severity"] == {"critical", "moderate", "watch"}


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["name"])
def test_a_wrong_file_is_refused_by_name(case: dict[str, Any], tmp_path: Path) -> None:
    """The refusal names file, key, value, what was expected and the nearest right name."""
    folder = copy_figures(tmp_path)
    change(folder / case["file"], case["old"], case["new"])
    with pytest.raises(ConfigError) as refusal:
        load_config(folder)
    for part in [case["file"], *case["says"]]:
        assert part in str(refusal.value)


def test_all_problems_of_all_files_are_listed(tmp_path: Path) -> None:
    """One run tells everything that is to be mended, one line each."""
    folder = copy_figures(tmp_path)
    change(folder / "weights.yaml", "reopen_rate_pct: 0.20", "reopen_rate_pct: 0.30")
    change(folder / "weights.yaml", "messaging: 0.50", "messaging: half")
    change(folder / "thresholds.yaml", "paid: [2, 4, 8]", "paid: [8, 4, 2]")
    change(folder / "sources.yaml", "dead_days: 7", "dead_days: 1")
    (folder / "record.yaml").unlink()
    with pytest.raises(ConfigError) as refusal:
        load_config(folder)
    places = [Path(problem.file).name + " " + problem.place for problem in refusal.value.problems]
    assert places == [
        "weights.yaml weights.support_health",
        "weights.yaml weights.platform_value.messaging",
        "thresholds.yaml thresholds.support_health.p1_p2_volume.paid",
        "sources.yaml limits.intercom.dead_days",
        "record.yaml the file",
    ]
    assert len(str(refusal.value).splitlines()) == len(places)


@pytest.mark.parametrize("content", [b"", b"- 1\n", b"just words\n", b"a: 1\n--- \nb: 2\n", b"\xff\xfe", b"a: \x00\n"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_something_else_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    """An empty file, another kind of YAML, two documents and bytes that are no text are all refused."""
    folder = copy_figures(tmp_path)
    (folder / name).write_bytes(content)
    with pytest.raises(ConfigError, match=name):
        load_config(folder)


@given(
    st.sampled_from(FILES),
    st.integers(0, 3000),
    st.sampled_from([b"[", b"{", b"}", b"&a ", b"*a", b"!!int ", b'"\\UFFFFFFFF"', b"\xff", b"? ", b"|\n", b"<<: "])
    | st.binary(max_size=3),
    st.integers(0, 9),
)
@settings(max_examples=60)
def test_a_garbled_file_loads_or_is_refused(name: str, place: int, junk: bytes, lost: int) -> None:
    """Whatever bytes get lost or in, the answer is a configuration or a refusal that names the file."""
    content = (DEFAULT_DIRECTORY / name).read_bytes()
    with TemporaryDirectory() as folder:
        copy_figures(Path(folder))
        (Path(folder) / name).write_bytes(content[:place] + junk + content[place + lost :])
        try:
            load_config(Path(folder))
        except ConfigError as refusal:
            assert all(Path(problem.file).name in FILES for problem in refusal.problems)  # noqa: PT017


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    """A folder that is not there is named once, with the files that belong in it."""
    with pytest.raises(ConfigError, match=r"nowhere: the folder is not there: expected a folder with weights\.yaml"):
        load_config(tmp_path / "nowhere")


def test_the_model_is_read_back_from_its_text() -> None:
    """The text kept beside records gives the same model, version and order of metrics."""
    again = model_from_text(REAL.model_text)
    assert again == MODEL
    assert model_text(again) == REAL.model_text
    assert [*again.metrics["support_health"]] == [*MODEL.metrics["support_health"]]


def test_a_text_that_was_tampered_with_has_another_version() -> None:
    """The version is the hash of the text, so nobody can change one alone."""
    tampered = REAL.model_text.replace('"critical_1":65.0', '"critical_1":100.0')
    assert model_from_text(tampered).version != MODEL.version


@pytest.mark.parametrize("text", ["", "{}", "[]", "not JSON", '{"version": ""}'])
def test_a_text_that_is_no_models_is_refused(text: str) -> None:
    """A broken text is named as such."""
    with pytest.raises(ConfigError, match="stored model"):
        model_from_text(text)


def test_the_version_is_twelve_hex_digits() -> None:
    """Short enough to read, long enough to tell models apart."""
    assert len(MODEL.version) == 12
    assert int(MODEL.version, 16) >= 0


def test_names_of_fields_do_not_change_the_version(tmp_path: Path) -> None:
    """How the CRM calls its fields, and what is written there, is not the model."""
    folder = copy_figures(tmp_path)
    change(folder / "sources.yaml", "ARR__c", "Annual_Revenue__c")
    change(folder / "sources.yaml", "agent_source: [", "agent_source: [other, ")
    change(folder / "record.yaml", "label: Tier}", "label: Health Tier}")
    assert load_config(folder).model.version == MODEL.version
    assert load_config(folder).intake != REAL.intake


def test_where_usage_stands_in_looker_does_not_change_the_version(tmp_path: Path) -> None:
    """Names of fields are no figures; what the explore lacks is not asked for."""
    folder = copy_figures(tmp_path)
    change(folder / "sources.yaml", "active_staff: daily_usage.active_staff", "active_staff: null")
    change(folder / "sources.yaml", "requests: daily_usage.requests_score", "requests: null")
    change(folder / "sources.yaml", "name: daily_usage.customer_name", "name: null")
    change(folder / "sources.yaml", "row_limit: null", "row_limit: 50000")
    change(folder / "sources.yaml", "rest_days: []", "rest_days: [Saturday, ' sunday ']")
    config = load_config(folder)
    assert config.looker.rest_days == {"saturday", "sunday"}
    assert config.model.version == MODEL.version
    assert (config.looker.name, config.looker.row_limit) == (None, 50000)
    assert REAL.looker.values.keys() - config.looker.values.keys() == {"active_staff"}
    assert REAL.looker.pillars.keys() - config.looker.pillars.keys() == {"requests"}


@pytest.mark.parametrize("name", ["acme__ARR__c", "Region__pc", "AnnualRevenue"])
def test_an_api_name_may_have_the_namespace_of_a_package(name: str, tmp_path: Path) -> None:
    """An installed package's fields begin with it; those of a person account end in their own way."""
    folder = copy_figures(tmp_path)
    change(folder / "sources.yaml", "ARR__c", name)
    assert load_config(folder).intake.objects["Account"].fields[name].name == "arr"


@pytest.mark.parametrize("name", ["ARR__x", "a__b__d__c", "ARR___c", "__c", "Account.ARR__c", "ARR c", "ÀRR__c"])
def test_what_is_no_api_name_is_refused(name: str, tmp_path: Path) -> None:
    """A name that reaches over a relationship too: change events do not carry it."""
    folder = copy_figures(tmp_path)
    change(folder / "sources.yaml", "arr: ARR__c", f"arr: {name}")
    with pytest.raises(ConfigError, match="expected an API name"):
        load_config(folder)


def test_a_config_of_before_csms_were_read_is_read_as_it_was(tmp_path: Path) -> None:
    """Without users, or the field that names them, nothing of them is asked for; the version stays."""
    folder = copy_figures(tmp_path)
    text = (folder / "sources.yaml").read_text()
    begin, end = text.index("  user:"), text.index("# Where a backfill finds the ARR")
    lines = (text[:begin] + text[end:]).splitlines(keepends=True)
    (folder / "sources.yaml").write_text("".join(line for line in lines if "owner_id:" not in line))
    config = load_config(folder)
    assert config.model.version == MODEL.version
    assert "User" not in config.intake.objects
    assert "OwnerId" not in config.intake.objects["Account"].fields


def test_what_a_census_believes_does_not_change_the_version(tmp_path: Path) -> None:
    """It is about answers, not about scores; without the lines it is as they are."""
    folder = copy_figures(tmp_path)
    change(folder / "sources.yaml", "few: 10", "few: 3")
    change(folder / "sources.yaml", "most_gone_pct: 20", "most_gone_pct: null")
    config = load_config(folder)
    assert (config.model.version, config.intake.census) == (MODEL.version, CensusLimits(3, None))
    change(folder / "sources.yaml", "census:\n  few: 3\n  most_gone_pct: null\n", "")
    assert load_config(folder).intake == REAL.intake


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("few: 10", "few: -1", "expected a number from 0 on"),
        ("most_gone_pct: 20", "most_gone_pct: 101", "expected a number from 0 to 100"),
    ],
)
def test_limits_of_a_census_that_are_none_are_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    """By name."""
    folder = copy_figures(tmp_path)
    change(folder / "sources.yaml", old, new)
    with pytest.raises(ConfigError, match=said):
        load_config(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      QBR: qbr", "      QBR: qbr\n      EBR: qbr"),
        ("stale_days: 2", "stale_days: 2.5"),
        ("Closed Won", "Won"),
        ("corporate: USD", "corporate: EUR"),
        ("rates: {}", "rates: {EUR: 0.92}"),
        ("state: [open,", "state: [new, open,"),
    ],
)
def test_rules_and_limits_change_the_version(old: str, new: str, tmp_path: Path) -> None:
    """Whatever a score depends on is in the version."""
    folder = copy_figures(tmp_path)
    change(folder / "sources.yaml", old, new)
    assert load_config(folder).model.version != MODEL.version


def leaves(value: Plain, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """List the places of all numbers in plain values."""
    if isinstance(value, dict | list):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(member, (*path, key))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


FIGURES = [(name, path) for name in FILES for path in leaves(RAW[name]) if path[0] != "census"]
"""The figures that scores depend on."""


def put(name: str, path: tuple[str | int, ...], figure: object) -> dict[str, Any]:
    """Give all files with one figure changed."""
    files: dict[str, Any] = json.loads(json.dumps(RAW))
    place = files[name]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = figure
    return files


def version_of(files: Mapping[str, Any]) -> str | None:
    """Load files of these values (JSON is YAML); None where they are refused."""
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_text(json.dumps(content))
        try:
            return load_config(Path(folder)).model.version
        except ConfigError:
            return None


def test_every_figure_is_looked_at() -> None:
    """The mutations below reach weights, thresholds (both segments), tiers, caps, limits and windows."""
    assert len(FIGURES) == 2 + 4 + 27 + 5 + 20 * 6 + 4 + 1 + 4 + 2 + 2 + 5 + 2


@given(st.sampled_from(FIGURES), st.floats(-1e6, 1e6) | st.integers(-1000, 1000) | st.sampled_from(["1", None, True]))
def test_a_changed_figure_is_refused_or_gives_another_version(
    place: tuple[str, tuple[str | int, ...]], figure: object
) -> None:
    """No figure can change unnoticed."""
    name, path = place
    changed = put(name, path, figure)
    same = json.dumps(changed) == json.dumps(RAW) or (changed == RAW and type(figure) is not bool)
    assert (version_of(changed) == MODEL.version) == same


@given(st.sampled_from(FIGURES), st.sampled_from([1 + 1e-9, 1 - 1e-9, 1.5, 0.5]))
def test_a_figure_moved_a_little_is_refused_or_gives_another_version(
    place: tuple[str, tuple[str | int, ...]], factor: float
) -> None:
    """A change too small to be refused is still another model."""
    name, path = place
    figure = RAW[name]
    for step in path:
        figure = figure[step]
    assert (version_of(put(name, path, figure * factor)) == MODEL.version) == (figure * factor == figure)


def shuffled(value: Plain, random: Random) -> Plain:
    """Give the same meaning in another order: keys, words and their capitals, 1 or 1.0."""
    if isinstance(value, dict):
        return {key: shuffled(member, random) for key, member in random.sample(list(value.items()), len(value))}
    if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
        return [word.upper() if random.random() < 0.5 else f" {word} " for word in random.sample(value, len(value))]
    if isinstance(value, list):
        return [shuffled(member, random) for member in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


@given(st.integers(0, 2**32))
@settings(max_examples=30)
def test_order_and_spelling_do_not_change_the_version(seed: int) -> None:
    """Files that mean the same are the same model, byte for byte."""
    random = Random(seed)  # noqa: S311  # nothing secret
    assert version_of({name: shuffled(content, random) for name, content in RAW.items()}) == MODEL.version


def test_a_crm_without_suggested_signals_needs_no_word_nor_field_of_them(tmp_path: Path) -> None:
    """A config of before loads as it is; a word that it does not know stays unknown."""
    folder = copy_figures(tmp_path)
    lines = (folder / "sources.yaml").read_text().splitlines()
    kept = [
        line
        for line in lines
        if not line.strip().startswith(
            (
                "Suggested:",
                "Dismissed:",
                "accepted_at:",
                "suggestion_key:",
                "dismissed_at:",
                "dismissed_by:",
                "dismissal_reason:",
            )
        )
    ]
    assert len(lines) - len(kept) == 7
    (folder / "sources.yaml").write_text("\n".join(kept))
    config = load_config(folder)
    assert config.model.words["signal.status"].meaning("Suggested") is None
    assert "Accepted_At__c" not in config.intake.objects["Churn_Signal__c"].fields
    assert REAL.intake.objects["Churn_Signal__c"].fields["Accepted_At__c"].optional


def test_comments_do_not_change_the_version(tmp_path: Path) -> None:
    """What is said to the reader is not said to the model."""
    folder = copy_figures(tmp_path)
    for name in FILES:
        lines = (folder / name).read_text().splitlines()
        (folder / name).write_text("\n".join(line.split(" #")[0] for line in lines if not line.startswith("#")))
    assert load_config(folder) == load_config(copy_figures(tmp_path / "said"))


def test_a_version_of_another_name_is_another_model() -> None:
    """The text is of the content alone: the version it carries is worked out."""
    assert model_text(replace(MODEL, version="anything")) == REAL.model_text


def test_fields_of_outcomes_may_be_named_and_are_asked_for_only_where_the_org_has_them(tmp_path: Path) -> None:
    """When notice was given, when a renewal takes effect, when a customer left; the model stays what it was."""
    folder = copy_figures(tmp_path)
    names = {"churn_date": "Churn_Date__c", "notice_date": "Notice_Date__c", "effective_date": "Renewal_Date__c"}
    for name, api_name in names.items():
        change(folder / "sources.yaml", f"# {name}: {api_name} ", f"{name}: {api_name} ")
    config = load_config(folder)
    fields = {name: one for crm_object in config.intake.objects.values() for name, one in crm_object.fields.items()}
    assert {one.name: name for name, one in fields.items() if one.name in names} == names
    assert all(fields[name].type == "date" and fields[name].optional for name in names.values())
    assert not {*names.values()} & {name for one in load_config().intake.objects.values() for name in one.fields}
    assert config.model.version == MODEL.version
