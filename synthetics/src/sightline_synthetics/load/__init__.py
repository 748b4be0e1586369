"""Seeded shopping as load: what each visit intends, what it bought, and whether that was good enough.

Only `locustfile` imports locust, because importing locust patches the sockets of the whole process.
"""
