"""What schemathesis does not know by itself: how JSON lines are sent."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def json_lines(_, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.serializer("text/csv")
def csv(_, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
