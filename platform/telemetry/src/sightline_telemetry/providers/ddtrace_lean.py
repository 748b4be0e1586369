"""The vendor's Flask integration without the nine spans a request that nobody reads.

By default it wraps every hook, view, handler and teardown of Flask in a span of its own. What is kept: `flask.request`
(whose trace metrics Datadog's service pages are made of; it gets its route and resource when the response starts) with
the WSGI pair under it, and rendered templates. Errors are recorded on the request's span by our own middleware.
"""

from types import ModuleType

import flask

_UNUSED: dict[type, tuple[str, ...]] = {
    flask.Flask: (
        "preprocess_request",
        "dispatch_request",
        "process_response",
        "do_teardown_request",
        "do_teardown_appcontext",
        "handle_exception",
        "handle_http_exception",
        "handle_user_exception",
        "register_error_handler",
        "add_url_rule",
        "endpoint",
        "before_request",
        "after_request",
        "teardown_request",
        "teardown_appcontext",
    ),
    flask.Blueprint: (
        "after_app_request",
        "after_request",
        "before_app_request",
        "before_request",
        "teardown_request",
        "teardown_app_request",
    ),
}
_SIGNALS = (
    "template_rendered",
    "request_started",
    "request_finished",
    "request_tearing_down",
    "got_request_exception",
    "appcontext_tearing_down",
    "before_render_template",
    "appcontext_pushed",
    "appcontext_popped",
    "message_flashed",
)


def keep_flask_lean() -> None:
    """Take the integration's wrappers off again where they only add spans; those that are not there are passed by."""
    for owner, names in _UNUSED.items():
        for name in names:
            _unwrap(owner, name)
    _unwrap(flask, "jsonify")
    for signal in _SIGNALS:
        _unwrap(getattr(flask, signal), "receivers_for")


def _unwrap(owner: object, name: str) -> None:
    wrapper = vars(owner).get(name)
    original = getattr(wrapper, "__wrapped__", None)
    if original is None:
        return
    if isinstance(owner, (type, ModuleType)):
        setattr(owner, name, original)
    else:
        delattr(owner, name)  # an instance's wrapper only hides its class's method
