"""What belongs to AWS: queues, requests, telemetry, what is deployed."""
