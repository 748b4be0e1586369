"""Authorises payments; declines are good events, failures bad ones."""
