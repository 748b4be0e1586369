"""The fault switches of the services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_demo.api import Api

if TYPE_CHECKING:
    from sightline_demo.scene import Scene


def set_payments(scene: Scene, *, failing: bool) -> None:
    """Make every payment fail, or none.

    Raises:
        SightlineError: payments does not answer, or refuses.
    """
    payments = Api(scene.ports.url("payments"), {"authorization": f"Bearer {scene.admin_token}"})
    if failing:
        payments.send("PUT", "/admin/faults/failing_payment", {"ratio": 1.0})
    else:
        payments.send("DELETE", "/admin/faults/failing_payment")
