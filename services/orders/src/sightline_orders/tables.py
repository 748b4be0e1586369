"""The orders' tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Integer, MetaData, String, Table, Text

from sightline_service.tables import Kit

METADATA = MetaData()
KIT = Kit(METADATA)

ORDER = Table(
    "shop_order",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("cart_id", String(64), nullable=False, index=True),
    Column("state", String(20), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_at", Float, nullable=False, index=True),
    Column("carrier", Text, nullable=False),
    Column("created_at", Float, nullable=False),
)
LINE = Table(
    "order_line",
    METADATA,
    Column("order_id", String(64), ForeignKey("shop_order.id"), primary_key=True),
    Column("product_id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("quantity", Integer, nullable=False),
)

PENDING, ACCEPTED, REJECTED, FAILED = "pending", "accepted", "rejected", "failed"
"""Accepted and rejected are final. Failed charged nothing and may be tried again with the same key. Pending is in the
hands of a request, or, once its claim has run out, of whoever asks next: the customer or the settler."""
