"""`/api/stt/webhooks`: what is told when jobs have ended, and how that went."""

from fastapi import Response

from stt.api.dependencies import Caller, Webhooks
from stt.api.routes.routing import new_router
from stt.api.schemas.error import refusals
from stt.api.schemas.webhook import (
    DeliveryBody,
    DeliveryListBody,
    SentBody,
    WebhookBody,
    WebhookChange,
    WebhookForm,
    WebhookListBody,
    WebhookWithSecretBody,
)

router = new_router("/api/stt/webhooks", "webhooks")

_ABSENT = refusals(s404="There is no such webhook (`webhook_not_found`).")


@router.post(
    "",
    status_code=201,
    responses=refusals(
        s409="There is one for this URL (`webhook_exists`), or ten are told of every job (`too_many_webhooks`, with "
        "`limit`).",
        s422="The URL is none, or lies in a private network (`url_not_allowed`), or its host is not known "
        "(`url_unreachable`).",
    ),
)
async def create_webhook(form: WebhookForm, webhooks: Webhooks, owner: Caller) -> WebhookWithSecretBody:
    """Make a webhook, for every job or for those that name it, and read its secret.

    Jobs that name a URL without one make it by themselves.
    """
    return WebhookWithSecretBody.with_secret(*await webhooks.add(owner, form.url, every_job=form.every_job))


@router.get("")
async def list_webhooks(webhooks: Webhooks, owner: Caller) -> WebhookListBody:
    """All webhooks."""
    return WebhookListBody(data=[WebhookBody.of(webhook) for webhook in await webhooks.all(owner)])


@router.get("/{webhook_id}", responses=_ABSENT)
async def show_webhook(webhook_id: str, webhooks: Webhooks, owner: Caller) -> WebhookBody:
    """One webhook."""
    return WebhookBody.of(await webhooks.get(owner, webhook_id))


@router.delete("/{webhook_id}", status_code=204, responses=_ABSENT)
async def delete_webhook(webhook_id: str, webhooks: Webhooks, owner: Caller) -> Response:
    """Remove a webhook; nothing more is sent to it."""
    await webhooks.remove(owner, webhook_id)
    return Response(status_code=204)


@router.post("/{webhook_id}/rotate", responses=_ABSENT)
async def rotate_webhook_secret(webhook_id: str, webhooks: Webhooks, owner: Caller) -> WebhookWithSecretBody:
    """A new secret; for 24 hours messages carry a signature by the one before as well."""
    return WebhookWithSecretBody.with_secret(*await webhooks.rotate(owner, webhook_id))


@router.patch(
    "/{webhook_id}",
    responses={**_ABSENT, **refusals(s409="Ten are told of every job (`too_many_webhooks`, with `limit`).")},
)
async def change_webhook(webhook_id: str, change: WebhookChange, webhooks: Webhooks, owner: Caller) -> WebhookBody:
    """Have a webhook told of every job from now on, or only of those that name it."""
    return WebhookBody.of(await webhooks.change(owner, webhook_id, every_job=change.every_job))


@router.post("/{webhook_id}/pause", responses=_ABSENT)
async def pause_webhook(webhook_id: str, webhooks: Webhooks, owner: Caller) -> WebhookBody:
    """Send nothing to a webhook until it is resumed; what comes meanwhile is held."""
    return WebhookBody.of(await webhooks.pause(owner, webhook_id))


@router.post("/{webhook_id}/resume", responses=_ABSENT)
async def resume_webhook(webhook_id: str, webhooks: Webhooks, owner: Caller) -> WebhookBody:
    """Send to a paused webhook again; what was held meanwhile goes first."""
    return WebhookBody.of(await webhooks.resume(owner, webhook_id))


@router.post("/{webhook_id}/test", status_code=202, responses=_ABSENT)
async def test_webhook(webhook_id: str, webhooks: Webhooks, owner: Caller) -> SentBody:
    """Send a message of the type `webhook.test`."""
    return SentBody(delivery_id=await webhooks.test(owner, webhook_id))


@router.get("/{webhook_id}/deliveries", responses=_ABSENT)
async def list_deliveries(webhook_id: str, webhooks: Webhooks, owner: Caller) -> DeliveryListBody:
    """What was sent to a webhook in the last seven days, and every attempt at it; the newest hundred."""
    return DeliveryListBody(data=[DeliveryBody.of(each) for each in await webhooks.deliveries(owner, webhook_id)])


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/redeliver",
    status_code=202,
    responses=refusals(
        s404="There is no such webhook or message (`webhook_not_found`, `delivery_not_found`).",
        s409="The webhook is paused (`webhook_paused`).",
    ),
)
async def redeliver(webhook_id: str, delivery_id: str, webhooks: Webhooks, owner: Caller) -> SentBody:
    """Send a message once more, with the id that it has."""
    await webhooks.send_again(owner, webhook_id, delivery_id)
    return SentBody(delivery_id=delivery_id)
