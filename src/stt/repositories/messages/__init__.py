"""What is told to the outside: events, and messages to webhooks."""
