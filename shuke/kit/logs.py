"""Logs: plain lines on standard output, traces without the values of variables: those may be tokens or names."""

import sys

import structlog


def plain_logs() -> None:
    """Set it up, once in a process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback),
        ]
    )
