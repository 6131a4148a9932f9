"""What is asked of an org, each as the call of Salesforce's CLI that asks it."""

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.metadata.project import API_VERSION


@dataclass(frozen=True, slots=True)
class Question:
    """One question: a query, by the Tooling API or not, or the description of an object."""

    name: str
    query: str = ""
    tooling: bool = False
    describes: str = ""

    def call(self, org: str) -> list[str]:
        """Give the words after `sf` that ask it."""
        to = ["--json", "--target-org", org, "--api-version", API_VERSION]
        if self.describes:
            return ["sobject", "describe", "--sobject", self.describes, *to]
        return ["data", "query", "--query", self.query, *(["--use-tooling-api"] if self.tooling else []), *to]


ORGANIZATION = Question("organization", "SELECT Name, OrganizationType, IsSandbox FROM Organization")
DASHBOARDS = Question(
    "dashboards", "SELECT DeveloperName, Title, Type FROM Dashboard WHERE Type IN ('LoggedInUser', 'MyTeamUser')"
)
CHANNEL_MEMBERS = Question(
    "channel_members", "SELECT DeveloperName, SelectedEntity FROM PlatformEventChannelMember", tooling=True
)
RELAYS = Question("relays", "SELECT DeveloperName, State FROM EventRelayConfig", tooling=True)
ACCOUNT_LIMITS = Question(
    "account_limits",
    "SELECT Type, Label, Max, Remaining FROM EntityLimit WHERE EntityDefinition.QualifiedApiName = 'Account'",
    tooling=True,
)
VALIDATION_RULES = Question(
    "validation_rules",
    "SELECT ValidationName, ErrorMessage FROM ValidationRule "
    "WHERE EntityDefinition.QualifiedApiName = 'Account' AND Active = true",
    tooling=True,
)
ACCOUNT_FLOWS = Question(
    "account_flows",
    "SELECT ApiName, Label, TriggerType FROM FlowDefinitionView "
    "WHERE IsActive = true AND TriggerObjectOrEvent.QualifiedApiName = 'Account'",
)
ACCOUNT_TRIGGERS = Question(
    "account_triggers", "SELECT Name FROM ApexTrigger WHERE TableEnumOrId = 'Account' AND Status = 'Active'"
)
CUSTOM_FIELDS = Question(
    "custom_fields",
    "SELECT DeveloperName, TableEnumOrId, NamespacePrefix FROM CustomField "
    "WHERE TableEnumOrId IN ('Account', 'Activity', 'Opportunity')",
    tooling=True,
)


def described(crm_object: str) -> Question:
    """Ask for the description of an object."""
    return Question(f"describe_{crm_object}", describes=crm_object)


def objects_named(names: Iterable[str]) -> Question:
    """Ask which objects of some names there are, whoever may see them."""
    query = f"SELECT QualifiedApiName, Label FROM EntityDefinition WHERE QualifiedApiName IN ({_listed(names)})"  # noqa: S608  our own names
    return Question("objects", query, tooling=True)


def flows_named(names: Iterable[str]) -> Question:
    """Ask which flows of some names there are."""
    query = f"SELECT ApiName, Label FROM FlowDefinitionView WHERE ApiName IN ({_listed(names)})"  # noqa: S608  our own
    return Question("flows", query)


def all_of(objects: Iterable[str], flows: Iterable[str]) -> tuple[Question, ...]:
    """Give every question that may be asked about a package of some objects and flows."""
    fixed = (ORGANIZATION, CUSTOM_FIELDS, ACCOUNT_LIMITS, DASHBOARDS, CHANNEL_MEMBERS, RELAYS)
    acting = (VALIDATION_RULES, ACCOUNT_FLOWS, ACCOUNT_TRIGGERS)
    told = tuple(described(name) for name in ("Account", "Event", "Opportunity", *objects))
    return (*fixed, objects_named(objects), flows_named(flows), *told, *acting)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
