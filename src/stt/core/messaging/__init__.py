"""Tickets that tell consumers there is work: RabbitMQ, or the database alone with a poll."""
