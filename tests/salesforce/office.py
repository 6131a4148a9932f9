"""An org with a manager, an owner and an account, in which the flows run."""

from datetime import UTC, datetime, timedelta

from tests.salesforce.automation import Automated
from tests.salesforce.org import Org, Record

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
TODAY = NOW.date()


class Office:
    """An org with a manager, an owner and an account, and its automation."""

    def __init__(self, *, managed: bool = True, active: bool = True) -> None:
        """Fill an org; the address of the setting Fault Alerts is that of an active user."""
        self.org = Org(NOW)
        self.does = Automated(self.org)
        manager = self.org.keep("User", IsActive=True, UserType="Standard") if managed else None
        self.owner = self.org.keep("User", IsActive=active, UserType="Standard", ManagerId=manager)
        self.org.user = self.owner
        self.manager = manager
        self.admin = self.org.keep("User", IsActive=True, UserType="Standard", Email="admin@example.com")
        self.account = self.org.keep("Account", Name="Hotel Acme", OwnerId=self.owner)
        self.org.keep("CustomNotificationType", DeveloperName="Customer_Health_Alert")

    def score(self, period: str, tier: str | None = "Healthy", final: float | None = 80.0, **more: object) -> str:
        """Write the score of a month as the middleware does."""
        said: Record = {
            "Account__c": self.account,
            "External_Key__c": f"{self.account}_{period}",
            "Scoring_Period__c": period,
            "Tier__c": tier,
            "Recorded_Final_Score__c": final,
            "Quantitative_Score__c": final,
            "As_Of__c": self.org.now,
        }
        return self.does.upsert("Health_Score__c", "External_Key__c", {**said, "Segment__c": "standard", **more})

    def signal(self, severity: str | None = "Critical", **more: object) -> str:
        """Log a signal."""
        said: Record = {"Account__c": self.account, "Signal_Category__c": "Budget", "Signal_Detail__c": "Budget cut"}
        said |= {"Source__c": "CSM", "Severity__c": severity, "Confidence__c": "Likely", "Context__c": "Heard it."}
        return self.does.create("Churn_Signal__c", {**said, "Date_Observed__c": TODAY, "Status__c": "Active", **more})

    def renewal(self, days: int, **more: object) -> str:
        """Keep an open renewal that closes in some days."""
        said = {"AccountId": self.account, "Type": "Renewal", "IsClosed": False, "OwnerId": self.owner}
        return self.org.keep("Opportunity", **{**said, "CloseDate": TODAY + timedelta(days=days), **more})

    def record(self, crm_object: str, record_id: str) -> Record:
        """Give a record as it is."""
        return self.org.records[crm_object][record_id]

    @property
    def subjects(self) -> list[str]:
        """Give what the tasks are about."""
        return [task["Subject"] for task in self.org.of("Task")]
