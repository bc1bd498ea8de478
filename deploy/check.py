"""Checks compose.yaml and the chart; see check.sh. Ends with an error that says what is wrong."""

import pathlib
import re
import sys

import compose_spec
import crossplane
import kubernetes_validate
import yaml
from helm_python import chart as helm

HERE = pathlib.Path(__file__).parent
CHART = HERE / "helm" / "driver-sync-gateway"

# What an operator sets, beside the defaults.
ACCOUNTS = "accounts:\n  - id: acme\n    name: Acme: \"Logistics\"\n"
VALUES = {
    "defaults": {},
    "everything": {
        "image": {"repository": "registry.example.com/fleet/gateway", "tag": "1.2.3"},
        "api": {"replicas": 3, "resources": {}},
        "worker": {"replicas": 1, "resources": {"limits": {"memory": "2Gi"}}},
        "env": {"LOG_LEVEL": "debug", "GPS_POLL_SECONDS": 20, "INTROSPECTION": True},
        "accounts": ACCOUNTS,
        "podMonitor": True,
    },
}
# Kinds of the Prometheus operator: Kubernetes itself has no schema for them.
FOREIGN = {"PodMonitor"}


def main() -> None:
    check_compose()
    check_balancer()
    for name, values in VALUES.items():
        check_chart(name, values)


def check_compose() -> None:
    # As Compose fills variables in: a default, or what .env has to give.
    given = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", (HERE / "compose.yaml").read_text())
    text = re.sub(r"\$\{\w+:\?[^}]*\}", "given-by-env", given)
    if "${" in text:
        fail("compose.yaml has a variable with neither a default nor a message for when it is missing")
    options = compose_spec.PyOptions()
    options.apply_merge = True
    compose = options.from_yaml(text)
    compose.validate()
    wanted = {"api", "worker", "balancer", "postgres", "redis"}
    if set(compose.service_names()) != wanted:
        fail(f"compose.yaml has the services {sorted(compose.service_names())}, not {sorted(wanted)}")


def check_balancer() -> None:
    parsed = crossplane.parse(str(HERE / "nginx.conf"))
    if parsed["status"] != "ok":
        fail(f"nginx.conf: {parsed['errors']}")


def check_chart(name: str, values: dict) -> None:
    report = helm.lint(CHART, values, strict=True)
    messages = [one for one in report.get("messages", []) if one.get("severity") not in ("INFO", 1)]
    if messages or report.get("errors"):
        fail(f"the chart with {name}: {report}")
    with helm.Chart.load(CHART) as chart:
        rendered = chart.render(values, name="fleet", namespace="gateway")
    documents = [one for text in rendered.values() for one in yaml.safe_load_all(text) if one]
    version = kubernetes_validate.latest_version()
    for document in documents:
        if document["kind"] not in FOREIGN:
            kubernetes_validate.validate(document, version, strict=True)
    check_documents(name, values, documents)


def check_documents(name: str, values: dict, documents: list) -> None:
    kinds = sorted(document["kind"] for document in documents)
    wanted = ["ConfigMap", "Deployment", "Deployment", "PodDisruptionBudget", "PodDisruptionBudget"]
    wanted += (["PodMonitor"] if values.get("podMonitor") else []) + ["Service"]
    if kinds != wanted:
        fail(f"the chart with {name} renders {kinds}")
    by_kind = {document["kind"]: document for document in documents}
    if "accounts" in values and by_kind["ConfigMap"]["data"]["accounts.yaml"].strip() != ACCOUNTS.strip():
        fail(f"the chart with {name} changes the accounts file: {by_kind['ConfigMap']['data']}")
    pods = [document["spec"]["template"] for document in documents if document["kind"] == "Deployment"]
    # Service, budgets and monitor select pods by labels: each must find some.
    selectors = [
        document["spec"]["selector"].get("matchLabels", document["spec"]["selector"])
        for document in documents
        if "selector" in document.get("spec", {})
    ]
    for selector in selectors:
        if not any(selector.items() <= pod["metadata"]["labels"].items() for pod in pods):
            fail(f"the chart with {name}: nothing has the labels {selector}")
    for pod in pods:
        names = [one["name"] for one in pod["spec"]["containers"][0]["env"]]
        if len(names) != len(set(names)):
            fail(f"the chart with {name} sets a variable twice: {names}")


def fail(message: str) -> None:
    sys.exit(message)


main()
