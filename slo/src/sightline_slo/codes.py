"""The codes of what can be wrong with the form of a spec. Those of its content stand with their checks."""

from __future__ import annotations

UNKNOWN_VERSION = "SLO001"
UNKNOWN_KEY = "SLO002"
MISSING_KEY = "SLO003"
WRONG_TYPE = "SLO004"
EITHER_OR = "SLO005"
BAD_NAME = "SLO006"
UNKNOWN_VARIABLE = "SLO007"
BAD_HANDLE = "SLO008"
BAD_DURATION = "SLO009"
BAD_FORM = "SLO018"
NOT_SENT = "SLO019"
BAD_CALENDAR = "SLO020"
BAD_PLUGIN = "SLO029"
UNKNOWN_OBJECT = "SLO080"
BAD_TEST = "SLO060"
