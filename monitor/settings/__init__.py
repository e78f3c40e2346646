"""What can the admin set?"""

from monitor.settings.loaded import Settings, Token, load, secret_named, source_of, unknown
from monitor.settings.values import OFF, CatchUp, LogFormat, Requests, host_and_port

__all__ = [
    "OFF",
    "CatchUp",
    "LogFormat",
    "Requests",
    "Settings",
    "Token",
    "host_and_port",
    "load",
    "secret_named",
    "source_of",
    "unknown",
]
