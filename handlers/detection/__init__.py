"""Detection, pure: a customer's text in; its language, its sentiment and possible churn signals out."""
