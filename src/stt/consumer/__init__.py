"""The queue's edge: tickets come in, work gets done, tickets are settled."""
