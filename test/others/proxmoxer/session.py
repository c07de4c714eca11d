"""What every script here begins with: the twin's address, logins, tasks to their end, and how a check is told."""
import json
import os
import sys
import time

import requests
from proxmoxer import ProxmoxAPI
from proxmoxer.core import ResourceException

HOST = os.environ["TWIN_HOST"]
PASSWORD = os.environ["TWIN_PASSWORD"]
CA = os.environ["TWIN_CA"]


def login(user="root@pam", password=PASSWORD):
    return ProxmoxAPI(HOST, user=user, password=password, verify_ssl=CA, timeout=20)


def with_token(user, name, value):
    return ProxmoxAPI(HOST, user=user, token_name=name, token_value=value, verify_ssl=CA, timeout=20)


def task(api, upid):
    """Follows a task to its end; how it ended."""
    node = upid.split(":")[1]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        status = api.nodes(node).tasks(upid).status.get()
        if status["status"] == "stopped":
            return status["exitstatus"]
        time.sleep(0.02)
    raise TimeoutError("still running: " + upid)


def log_of(api, upid):
    return [line["t"] for line in api.nodes(upid.split(":")[1]).tasks(upid).log.get(limit=500)]


def refusal(call, *args, **kwargs):
    """Status and reason of a call that must be refused. (proxmoxer 1.2 looks for the errors by parameter in the data.)"""
    try:
        answer = call(*args, **kwargs)
    except ResourceException as error:
        return (error.status_code, error.content)
    return ("accepted", answer)


def check(title, actual, expected=True):
    """Tells one thing that must be so."""
    line = {"title": title, "passed": actual == expected}
    if actual != expected:
        line["actual"], line["expected"] = repr(actual), repr(expected)
    print(json.dumps(line), flush=True)


def has(title, actual, **expected):
    """Tells that a row has these values."""
    check(title, {key: actual.get(key) for key in expected}, expected)
