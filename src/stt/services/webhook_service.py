"""Webhooks as their owners see them."""

import secrets

from stt.core.http_client import HttpClient, UrlUnreachable
from stt.domain.access.owner import Owner
from stt.domain.errors import InvalidRequest
from stt.domain.events.webhook import SECRET_BYTES, Delivery, Webhook, endpoint_of, new_secret
from stt.repositories.messages.delivery_repository import DeliveryRepository
from stt.repositories.messages.webhook_repository import WebhookRepository

SHOWN = 100
"""Deliveries that are shown, the newest."""


class WebhookService:
    """URLs that are told what happens; every method raises `Unavailable` while the database is away.

    Methods that name a webhook raise `NotFound` (code `webhook_not_found`) where its owner has none of that id.
    """

    def __init__(self, webhooks: WebhookRepository, deliveries: DeliveryRepository, http: HttpClient) -> None:
        self._webhooks, self._deliveries, self._http = webhooks, deliveries, http

    async def add(self, owner: Owner, url: str, *, every_job: bool = False) -> tuple[Webhook, str]:
        """Make a webhook, and the secret that its messages are signed with: it is told here alone.

        With `every_job` it is told of all jobs of its owner, and else of those that name it.

        Raises:
            InvalidRequest: codes `url_not_allowed`, `url_unreachable`, `webhook_exists`, `too_many_webhooks`.
        """
        await self._check(url)
        secret = _secret()
        every_job_url = url if every_job else None
        webhook = await self._webhooks.add(owner, endpoint_of(url), secret, every_job_url=every_job_url)
        if webhook is None:
            message = "There is a webhook for this URL; rotate its secret to read one."
            raise InvalidRequest(message, code="webhook_exists")
        return webhook, secret

    async def expect(self, owner: Owner, url: str) -> None:
        """Make sure that there is a webhook for the URL of a job; raises `InvalidRequest` as `add` does."""
        await self._check(url)
        if not await self._webhooks.exists(owner, endpoint_of(url)):
            await self._webhooks.add(owner, endpoint_of(url), _secret())

    async def _check(self, url: str) -> None:
        try:
            await self._http.check(url)
        except UrlUnreachable as error:
            raise error.refusal() from error

    async def all(self, owner: Owner) -> list[Webhook]:
        """Those of an owner, oldest first."""
        return await self._webhooks.of_owner(owner)

    async def get(self, owner: Owner, webhook_id: str) -> Webhook:
        """One of them."""
        return await self._webhooks.get(owner, webhook_id)

    async def remove(self, owner: Owner, webhook_id: str) -> None:
        """Remove it; what was to be sent to it is not."""
        await self._webhooks.remove(owner, webhook_id)

    async def rotate(self, owner: Owner, webhook_id: str) -> tuple[Webhook, str]:
        """A new secret; for a day messages are signed with the one before as well."""
        secret = _secret()
        return await self._webhooks.rotate(owner, webhook_id, secret), secret

    async def change(self, owner: Owner, webhook_id: str, *, every_job: bool) -> Webhook:
        """Have it told of every job, or of those that name it; raises `InvalidRequest` (code `too_many_webhooks`)."""
        return await self._webhooks.change(owner, webhook_id, every_job=every_job)

    async def pause(self, owner: Owner, webhook_id: str) -> Webhook:
        """Send nothing to it until it is resumed; what comes meanwhile is held."""
        return await self._webhooks.pause(owner, webhook_id)

    async def resume(self, owner: Owner, webhook_id: str) -> Webhook:
        """Send to a paused webhook again, what was held meanwhile first."""
        return await self._webhooks.resume(owner, webhook_id)

    async def test(self, owner: Owner, webhook_id: str) -> str:
        """Have a test sent; the id of the delivery."""
        return await self._webhooks.test(owner, webhook_id)

    async def deliveries(self, owner: Owner, webhook_id: str) -> list[Delivery]:
        """The newest messages to it, and every attempt at them."""
        await self._webhooks.get(owner, webhook_id)
        return await self._deliveries.of_webhook(owner, webhook_id, SHOWN)

    async def send_again(self, owner: Owner, webhook_id: str, delivery_id: str) -> None:
        """Send a message once more.

        Raises:
            NotFound: codes `webhook_not_found`, `delivery_not_found`.
            InvalidRequest: code `webhook_paused`.
        """
        await self._deliveries.send_again(owner, webhook_id, delivery_id)


def _secret() -> str:
    return new_secret(secrets.token_bytes(SECRET_BYTES))
