"""A Redis of our own: started, held, emptied, killed. It keeps nothing on disk, as nothing in it has to be kept."""

import secrets
import signal
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from app.cluster.programs import Program, free_port, redis_program


class RedisServer:
    """One server that only the loopback reaches, by password."""

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self._password = secrets.token_urlsafe(24)
        lines = (f"port {self.port}", "bind 127.0.0.1", f"requirepass {self._password}", 'save ""', f'dir "{folder}"')
        self.program = Program(
            "Redis", [redis_program(), "-"], folder / "redis.log", self._answers, says="\n".join(lines) + "\n"
        )

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        self.program.start()

    def stop(self) -> None:
        """Stop it."""
        self.program.stop()

    def kill(self) -> None:
        """End it as a crash would."""
        self.program.kill()

    def hold(self) -> None:
        """Let it hang: connections stay, nothing is answered."""
        self.program.send(signal.SIGSTOP)

    def silence(self) -> None:
        """Let nobody say anything: connections stay and hear, every publication is refused."""
        with self.client() as redis:
            redis.acl_setuser("default", enabled=True, commands=["-publish"])

    def let_go(self) -> None:
        """Let it go on after `hold` or `silence`."""
        self.program.send(signal.SIGCONT)
        with self.client() as redis:
            redis.acl_setuser("default", enabled=True, commands=["+publish"])

    def client(self) -> "Redis":
        """A connection for whoever wants to look or break something."""
        return Redis.from_url(self.url, decode_responses=True, socket_timeout=2)

    def _answers(self) -> bool:
        try:
            with self.client() as redis:
                return bool(redis.ping())
        except RedisError:
            return False
