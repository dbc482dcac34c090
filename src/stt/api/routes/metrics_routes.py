"""What Prometheus asks."""

from fastapi import Response

from stt.api.dependencies import Metrics
from stt.api.guard.scopes import watching
from stt.api.routes.routing import new_router
from stt.core.metrics.table import CONTENT_TYPE

router = new_router("", "health")
_EXAMPLE = '# TYPE stt_queue_depth gauge\nstt_queue_depth{lane="jobs",rank="0"} 3.0\n'
_TEXT = {"schema": {"type": "string"}, "example": _EXAMPLE}


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": _TEXT}}})
@watching
async def metrics(counted: Metrics) -> Response:
    """What is counted, in Prometheus's text format; takes a key with the scope `metrics`."""
    return Response(await counted.text(), media_type=CONTENT_TYPE)
