#!/usr/bin/env -S python3 -B
"""Holds the policy of docs/aws.md against the calls of AWS in the source: what is called is allowed, and
what is allowed is called.

Beyond the calls there are the permissions of the CloudWatch agent, which is not ours, and s3:ListBucket, without which
S3 does not say that an object is missing.
"""

import json
import re

from findings import Planted, main

DOCUMENT = "docs/aws.md"
POLICY = re.compile(r"^```json\n(\{\n  \"Version\".*?\n\})\n```$", re.MULTILINE | re.DOTALL)

# Where a service's calls stand, and how one looks there.
CALLS = {
    "ssm": ("src/aws/ssm.c", re.compile(r'"AmazonSSM\.(\w+)"')),
    "sns": ("src/aws/sns.c", re.compile(r'begin_form\(\w*&?\w+, [^,]+, "(\w+)"\)')),
    "cognito-idp": ("src/aws/cognito.c", re.compile(r'\b(?:send|tell)\(client, "(\w+)"')),
    "s3": ("src/aws/s3.c", re.compile(r'\.method = "(\w+)"')),
}
S3_ACTIONS = {"PUT": "PutObject", "GET": "GetObject", "DELETE": "DeleteObject"}
BESIDE_CALLS = {"s3:ListBucket", "cloudwatch:PutMetricData"}
AGENT = "logs:"


def called(root):
    """{ "ssm:GetParametersByPath", … }, and findings."""
    actions, findings = set(), []
    for service, (source, pattern) in CALLS.items():
        names = pattern.findall((root / source).read_text(encoding="utf-8"))
        if not names:
            findings.append(f"{source}: no call was found")
        actions |= {f"{service}:{S3_ACTIONS.get(name, name)}" for name in names}
    return actions, findings


def as_list(value):
    return value if isinstance(value, list) else [value]


def statement_findings(statement):
    sid = statement.get("Sid", "without Sid")
    for action in as_list(statement["Action"]):
        if "*" in action:
            yield f"{DOCUMENT}: {sid} allows {action}: each action is named"
    for resource in as_list(statement["Resource"]):
        if resource == "*" and "Condition" not in statement:
            yield f"{DOCUMENT}: {sid} is for every resource, without a condition"


def check(root):
    match = POLICY.search((root / DOCUMENT).read_text(encoding="utf-8"))
    if not match:
        return [f"{DOCUMENT}: no policy was found"]
    try:
        statements = json.loads(match.group(1))["Statement"]
    except ValueError as error:
        return [f"{DOCUMENT}: the policy is no JSON: {error}"]
    needed, findings = called(root)
    allowed = {action for statement in statements for action in as_list(statement["Action"])}
    for statement in statements:
        findings += statement_findings(statement)
    findings += [f"{DOCUMENT}: {action} is called and not allowed" for action in sorted(needed - allowed)]
    findings += [f"{DOCUMENT}: {action} is allowed and not called"
                 for action in sorted(allowed - needed - BESIDE_CALLS) if not action.startswith(AGENT)]
    return findings


def document(*actions, resource="arn:aws:x"):
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "All", "Action": list(actions), "Resource": resource}]}
    return f"# AWS\n\n```json\n{json.dumps(policy, indent=2)}\n```\n"


ALL = ("ssm:GetParametersByPath", "sns:Publish", "cognito-idp:AdminGetUser", "s3:PutObject", "s3:ListBucket", "logs:PutLogEvents")
CLEAN = {
    DOCUMENT: document(*ALL),
    "src/aws/ssm.c": '#define TARGET "AmazonSSM.GetParametersByPath"\n',
    "src/aws/sns.c": '    begin_form(&form, client->arena, "Publish");\n',
    "src/aws/cognito.c": '    return tell(client, "AdminGetUser", &draft);\n',
    "src/aws/s3.c": '        .method = "PUT",\n',
}
PLANTED = [
    Planted("a call without permission", "cognito-idp:AdminGetUser is called and not allowed",
            {DOCUMENT: document(*(action for action in ALL if "Admin" not in action))}),
    Planted("a permission without a call", "sns:DeleteTopic is allowed and not called", {DOCUMENT: document(*ALL, "sns:DeleteTopic")}),
    Planted("all actions of a service", "allows s3:*: each action is named", {DOCUMENT: document(*ALL, "s3:*")}),
    Planted("every resource", "is for every resource, without a condition", {DOCUMENT: document(*ALL, resource="*")}),
    Planted("an unreadable policy", "the policy is no JSON", {DOCUMENT: document(*ALL).replace('"Sid"', "Sid")}),
    Planted("no policy", "no policy was found", {DOCUMENT: "# AWS\n"}),
    Planted("a source that tells nothing", "src/aws/sns.c: no call was found", {"src/aws/sns.c": "\n"}),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED)
