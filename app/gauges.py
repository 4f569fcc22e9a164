"""What is counted while Stairstep runs, for Prometheus. No number here tells what anybody chose."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

REGISTRY = CollectorRegistry()
_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

sockets = Gauge("stairstep_sockets", "Open sockets.", ["face"], registry=REGISTRY)
votes = Counter("stairstep_votes", "Answers stored.", registry=REGISTRY)
refusals = Counter("stairstep_refusals", "Messages refused, by reason.", ["reason"], registry=REGISTRY)
lane_batch = Histogram(
    "stairstep_lane_batch_size",
    "Writes stored with one commit.",
    buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500),
    registry=REGISTRY,
)
lane_seconds = Histogram(
    "stairstep_lane_seconds", "From taking a batch to its durable commit.", buckets=_FAST, registry=REGISTRY
)
lane_waiting = Gauge("stairstep_lane_waiting", "Writes that wait for the lane.", registry=REGISTRY)
lane_failures = Counter("stairstep_lane_failures", "Batches that the database did not take.", registry=REGISTRY)
look_seconds = Histogram(
    "stairstep_look_seconds",
    "One look: reading and rendering what the sessions that wait show.",
    buckets=_FAST,
    registry=REGISTRY,
)
disk_full = Gauge("stairstep_disk_full", "1 while nothing but deletions can be stored.", registry=REGISTRY)
pushes = Counter("stairstep_pushes", "View frames put into mailboxes.", ["face"], registry=REGISTRY)
drops = Counter("stairstep_drops", "View frames replaced by newer ones before they were sent.", registry=REGISTRY)
slow = Counter("stairstep_slow_sockets", "Sockets closed because they did not take what was sent.", registry=REGISTRY)
version_lag = Gauge(
    "stairstep_version_lag", "Most versions that a watched session is behind the database.", registry=REGISTRY
)


def exposition() -> tuple[bytes, str]:
    """Every figure as Prometheus reads it, and the media type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
