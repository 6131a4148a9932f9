"""An office with what a renewal needs: a fit account, a primary contact, stages, the template."""

from datetime import date, timedelta

from tests.salesforce.office import TODAY, Office
from tests.salesforce.org import Record

STAGES = (
    ("Prospecting", False, False),
    ("Negotiation", False, False),
    ("Closed Won", True, True),
    ("Closed Lost", True, False),
)
SEND = "Approve and send it now"
KEEP = "Take it back: I will handle this renewal myself"


class RenewalOffice(Office):
    """A Standard account that is Healthy; its owner goes through the screens."""

    def __init__(self, *, managed: bool = True, active: bool = True, tier: str | None = "Healthy") -> None:
        """Fill an org."""
        super().__init__(managed=managed, active=active)
        self.org.user = self.owner
        self.record("User", self.owner).update({"Name": "Ada Byron", "FirstName": "Ada", "LastName": "Byron"})
        self.org.keep("Organization", Name="Guestline")
        self.org.keep("EmailTemplate", DeveloperName="Health_Renewal", Name="Health Renewal", IsActive=True)
        for place, (name, is_closed, is_won) in enumerate(STAGES):
            self.org.keep(
                "OpportunityStage", ApiName=name, IsActive=True, IsClosed=is_closed, IsWon=is_won, SortOrder=place
            )
        self.contact = self.org.keep("Contact", Name="Jane Doe", FirstName="Jane", Email="jane@acme.example")
        self.fit(tier)

    def fit(self, tier: str | None = "Healthy", month: str = "2026-10", **more: object) -> str:
        """Write the current score."""
        final = {"Champion": 95.0, "Healthy": 82.0}.get(tier or "", 62.0)
        return self.score(month, tier, final, **{"Scoring_Date__c": TODAY, **more})

    def due(self, days: int = 30, *, with_contact: bool = True, **more: object) -> str:
        """Keep an open renewal, with a primary contact."""
        renewal = self.renewal(days, **{"Name": "Acme 2027", "StageName": "Prospecting", **more})
        if with_contact:
            self.role(renewal)
        return renewal

    def won(self, closed: date = TODAY - timedelta(days=335), **more: object) -> str:
        """Keep a deal that was won, with a primary contact; its term of 12 months ends in 30 days."""
        said = {"AccountId": self.account, "Type": "Renewal", "StageName": "Closed Won", "IsClosed": True}
        said |= {"IsWon": True, "OwnerId": self.owner, "Name": "Acme 2026", "Amount": 85_000.0, "CloseDate": closed}
        deal = self.org.keep("Opportunity", **{**said, **more})
        self.role(deal)
        return deal

    def role(self, opportunity: str) -> str:
        """Make the contact the primary one of an opportunity."""
        return self.org.keep(
            "OpportunityContactRole", OpportunityId=opportunity, ContactId=self.contact, IsPrimary=True
        )

    def switch(self, name: str, **changes: object) -> None:
        """Change a setting as an administrator does."""
        (setting,) = [one for one in self.org.of("Health_Setting__mdt") if one["DeveloperName"] == name]
        setting |= changes

    def start(self) -> str:
        """Start the renewal of the account, and give what is said of it."""
        return str(self.does.outputs("Start_Renewal", AccountId=self.account)["Outcome"])

    def send(self, renewal: str, decision: str = SEND, **terms: str) -> str:
        """Press Send Renewal, and name the screen that it ends with."""
        answers = {"Review": {"Decision": decision, **terms}, "Start_Again": {"Again": "Start over with this renewal"}}
        return self.does.screens("Send_Renewal", answers, recordId=renewal)[-1]

    def state(self, renewal: str) -> str | None:
        """Give where a renewal stands."""
        said: str | None = self.record("Opportunity", renewal).get("Renewal_State__c")
        return said

    def task(self, beginning: str) -> Record:
        """Give the one task whose subject begins so."""
        (task,) = [one for one in self.org.of("Task") if one["Subject"].startswith(beginning)]
        return task

    def begun(self) -> list[str]:
        """Name the tasks of the renewal flows, without their accounts."""
        return [subject.partition(":")[0] for subject in self.subjects if "enewal" in subject]

    def faults(self) -> list[str]:
        """Give what the log of faults says."""
        return [str(one["Message__c"]) for one in self.org.of("Health_Fault__c")]
