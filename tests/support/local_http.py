"""Send requests to servers on loopback, without loading certificates, which takes longer than most tests."""

from typing import Any

import httpx

# Connections are not reused, because the servers of tests come and go.
_CLIENT = httpx.Client(trust_env=False, verify=False, timeout=60, limits=httpx.Limits(max_keepalive_connections=0))


def request(method: str, url: str, **options: Any) -> httpx.Response:
    """Send a request and return the response; `options` are those of `httpx.request`."""
    return _CLIENT.request(method, url, **options)


def get(url: str, **options: Any) -> httpx.Response:
    """Send a GET request."""
    return request("GET", url, **options)


def post(url: str, **options: Any) -> httpx.Response:
    """Send a POST request."""
    return request("POST", url, **options)


def put(url: str, **options: Any) -> httpx.Response:
    """Send a PUT request."""
    return request("PUT", url, **options)


def delete(url: str, **options: Any) -> httpx.Response:
    """Send a DELETE request."""
    return request("DELETE", url, **options)
