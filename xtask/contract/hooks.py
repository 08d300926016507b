"""What a JSON Schema cannot say, said to the fuzzer of `cargo xtask contract`."""

import os
import time
from datetime import datetime, timezone

import requests
import schemathesis

schemathesis.serializer.alias("message/rfc822", "application/octet-stream")


AUTHORIZATION = f"Bearer {os.environ['CONTRACT_TOKEN']}"


def prepare(api):
    """Cases with letters and plans, so that the calls about them have something to be about."""
    asked = requests.Session()
    asked.headers["Authorization"] = AUTHORIZATION
    for number in range(1, 4):
        reporter = {"reportante_contacto": f"r{number}@example.org, 999 888 77{number}", "producto_sospechoso": "Paracetamol"}
        asked.post(f"{api}/icsr", json=reporter).raise_for_status()
        plan = {"plan_id": 1, "base_at": "2024-01-01T00:00:00Z"}
        asked.post(f"{api}/icsr/{number}/followup/plan", json=plan).raise_for_status()
    # Above the size limit: the header stands in the quarantine.
    for number in range(1, 4):
        mail = f"Subject: Rash {number}\r\n\r\n{'x' * 1_100_000}"
        provider = ("provider", "a password of the contract")
        requests.post(f"{api}/webhooks/email", data=mail, headers={"Content-Type": "message/rfc822"}, auth=provider)
    # The mails that lie in the folder are read within seconds of the start.
    for _ in range(60):
        if asked.get(f"{api}/inbox/unassigned").json()["total"] and asked.get(f"{api}/inbox/quarantine").json()["total"]:
            return
        time.sleep(1)
    raise RuntimeError("the mails that were put into the folder were not read")


prepare(os.environ["CONTRACT_API"])


@schemathesis.auth()
class AdminToken:
    def get(self, case, context):
        return AUTHORIZATION

    def set(self, case, data, context):
        case.headers["Authorization"] = data


@schemathesis.hook
def before_call(context, case, kwargs):
    """Hours that ascend from one attempt to the next, and calls that were made already."""
    body = case.body
    if not isinstance(body, dict):
        return
    attempts = body.get("attempts")
    if isinstance(attempts, list) and all(is_attempt(attempt) for attempt in attempts):
        for hour, attempt in zip(sorted(attempt["afterHours"] for attempt in attempts), attempts):
            attempt["afterHours"] = hour
        for before, attempt in zip(attempts, attempts[1:]):
            attempt["afterHours"] = max(attempt["afterHours"], before["afterHours"] + 1)
        if attempts and attempts[-1]["afterHours"] > LAST_HOUR:
            for hour, attempt in enumerate(attempts):
                attempt["afterHours"] = hour
    if "outcome" in body and is_future(body.get("at")):
        body["at"] = "2024-01-01T00:00:00Z"


LAST_HOUR = 87600


def is_attempt(value):
    hours = value.get("afterHours") if isinstance(value, dict) else None
    return isinstance(hours, (int, float)) and not isinstance(hours, bool) and hours == int(hours) and 0 <= hours <= LAST_HOUR


def is_future(text):
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")) > datetime.now(timezone.utc)
    except (AttributeError, TypeError, ValueError):
        return False
