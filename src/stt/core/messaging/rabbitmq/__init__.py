"""Tickets through RabbitMQ (AMQP 0-9-1)."""

from stt.core.messaging.rabbitmq.queue import RabbitQueue

__all__ = ["RabbitQueue"]
