"""What belongs to AWS: queues, requests, telemetry, what is deployed.

Whoever begins here begins a function: what it imports makes no cycles that are worth a look at each 700 objects.
"""

from handlers.garbage import collect_seldom

collect_seldom()
