"""The line to a provider: its SDK blocks, so it works in threads of its own, for a few seconds at most."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog

CONNECT, READ = 3.0, 5.0  # seconds for one step of one request
WHOLE = 12.0  # seconds for all that is asked at once
THREADS = 8  # so that a provider that hangs holds up nothing but itself

Answer = TypeVar("Answer")
log = structlog.get_logger()


class Line:
    """The way to one provider, and whatever goes wrong on it."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=provider)

    async def ask(self, question: Callable[[], Answer]) -> Answer | None:
        """The answer, or None: no network, no time left, a wrong signature, or nothing that can be read."""
        try:
            async with asyncio.timeout(WHOLE):
                return await asyncio.get_running_loop().run_in_executor(self._threads, question)
        except Exception as trouble:
            # the text of an SDK's own exception may hold what was sent: its kind says enough
            text = str(trouble)[:200] if isinstance(trouble, OSError) or type(trouble) is Exception else ""
            log.warning("provider gave no answer", provider=self._provider, trouble=type(trouble).__name__, text=text)
            return None

    def refused(self, code: str) -> None:
        """For the operator's eyes: the provider's own word for why it won't."""
        log.warning("provider refused", provider=self._provider, code=code)
