"""Texts of the program as a whole: window, `serve`, webhook receiver."""

from shipconsole.texts import Table

TEXTS: Table = {
    "profile.in_use": "Shipconsole is already running with this profile. Use the open window or close it. If “shipconsole serve” is running, stop it first.",
    "receiver.not_started": "Webhooks can't be received at {host}, port {port}: {reason}.",
    "receiver.stopped": "The webhook receiver stopped unexpectedly. Details are in the log.",
    "serve.reachable": "Other computers can reach {host}, and traffic is not encrypted. Use a proxy with TLS, or omit --host.",
    "serve.receiving": "Receiving webhooks at {urls:and}",
    "serve.signatures_off": "{connection}: webhook signatures are not verified (webhook_signature is off).",
    "simulator.not_started": "The simulated platforms did not start.",
    "simulator.started": "Simulated platforms are at {url}",
}
