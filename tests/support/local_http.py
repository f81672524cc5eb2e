"""Requests to servers on loopback, by one client without certificates: to read those takes longer than most tests."""

from typing import Any

import httpx

# No connection outlives its request: the servers of tests come and go.
_CLIENT = httpx.Client(trust_env=False, verify=False, timeout=60, limits=httpx.Limits(max_keepalive_connections=0))


def request(method: str, url: str, **named: Any) -> httpx.Response:
    """Send a request and return the response; `named` as for `httpx.request`."""
    return _CLIENT.request(method, url, **named)


def get(url: str, **named: Any) -> httpx.Response:
    """Send a GET request."""
    return request("GET", url, **named)


def post(url: str, **named: Any) -> httpx.Response:
    """Send a POST request."""
    return request("POST", url, **named)


def put(url: str, **named: Any) -> httpx.Response:
    """Send a PUT request."""
    return request("PUT", url, **named)


def delete(url: str, **named: Any) -> httpx.Response:
    """Send a DELETE request."""
    return request("DELETE", url, **named)
