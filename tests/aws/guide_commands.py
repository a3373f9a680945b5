#!/usr/bin/python3 -B
"""Has Debian's AWS CLI take every `aws` command of the documents and scripts, up to the call itself: the command is there, its options
are known, none that is required is missing, values are what the service's model says, and --query is an expression. Nothing is sent: in the
place of each call stands a check of what would have been sent. And what the guide names of the template is there: parameters, outputs, alarms.
"""

import argparse
import contextlib
import io
import json
import os
import pathlib
import re
import sys

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lint"))
from findings import Planted, main  # noqa: E402

# Of nobody's profile, aliases or credentials.
os.environ.update(HOME="/nonexistent", AWS_CONFIG_FILE="/nonexistent", AWS_SHARED_CREDENTIALS_FILE="/nonexistent", AWS_PAGER="",
                  AWS_DEFAULT_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true")

from awscli import argprocess, clidriver, paramfile  # noqa: E402
from awscli.botocore.validate import ParamValidator  # noqa: E402
from awscli.customizations import commands, waiters  # noqa: E402

GUIDE = "docs/AWS_DEPLOYMENT_GUIDE.md"
DOCUMENTS = (GUIDE, "docs/aws.md", "docs/cloudwatch.md", "docs/configuration.md", "docs/dashboard.md", "docs/operations.md",
             "docs/security.md")
SCRIPTS = ("infra/secrets", "infra/host/set-up-host", "infra/cloudwatch/install")
BUILDS = ("amplify.yml",)
TEMPLATE = "infra/stockpilot.yaml"
# Without these a check of nothing would be content.
NEEDED = (GUIDE, "docs/aws.md", "infra/secrets", "amplify.yml", TEMPLATE)

FENCE = re.compile(r"^( *)```(?:sh|bash)?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(aws [a-z0-9-]+ [a-z0-9-]+ --[^`]*)`")
USER_DATA = re.compile(r"^ *#!/bin/bash\n(?:.*\n)*?(?= *- [A-Z])", re.MULTILINE)
# Where a command begins: a line, behind an operator, a bracket or a keyword, perhaps behind assignments.
BEGINNING = r"(?:(?<=[|&;({!`])|(?<=\bthen)|(?<=\bdo)|(?<=\belse)|(?<=\bif)|(?<=\bsudo)|(?<=\bpatiently)|^)[ \t]*(?:[A-Z_]+=\S* +)*"
WRAPPER = re.compile(r"^(\w+)\(\) \{ (aws [^\"]*?) ?\"\$@\".*\}$", re.MULTILINE)
# Long enough for an ARN, and good for --endpoint-url.
PLACEHOLDER = "https://placeholder.example"


# ---- finding commands

class Reader:
    """The words of one command of a shell, from where it begins to the operator that ends it."""

    def __init__(self, text, at):
        self.text, self.at = text, at

    def peek(self, length=1):
        return self.text[self.at:self.at + length]

    def take(self, length=1):
        taken = self.peek(length)
        self.at += length
        return taken

    def substitution(self):
        """$(…), as a placeholder; a command in it is found by itself."""
        depth = 0
        while self.at < len(self.text):
            character = self.take()
            if character == "'":
                self.at = self.text.index("'", self.at) + 1
            depth += (character == "(") - (character == ")")
            if depth == 0:
                break
        return PLACEHOLDER

    def variable(self):
        """$NAME, ${…} and $(…). Lists of further words are none of the command's own."""
        self.take()
        if self.peek() == "(":
            return self.substitution()
        if self.peek() == "{":
            end = self.text.index("}", self.at)
            name = self.text[self.at + 1:end]
            self.at = end + 1
            while self.text[self.at - 1:self.at + 2] == '}"}':  # ${a[@]+"${a[@]}"}
                self.at += 2
            return "" if "@" in name else PLACEHOLDER
        name = re.compile(r"\w+|[@*#?]").match(self.text, self.at)
        if not name:
            return "$"
        self.at = name.end()
        return "" if name[0] in "@*" else PLACEHOLDER

    def quoted(self):
        word = ""
        while self.at < len(self.text):
            if self.peek() == '"':
                self.take()
                break
            if self.peek() == "$":
                word += self.variable()
            elif self.peek() == "\\" and self.peek(2)[1:] in '"\\$`':
                word += self.take(2)[1:]
            else:
                word += self.take()
        return word

    def words(self):
        words, word = [], None
        while self.at < len(self.text):
            character = self.peek()
            if self.peek(2) == "\\\n":
                self.take(2)
                character = " "
            elif character in "\n|&;)":
                break
            elif character in "<>" or (character == "#" and word is None):
                break
            elif re.match(r"\d?>", self.peek(2)) and word is None:
                break
            elif character == "'":
                end = self.text.index("'", self.at + 1)
                word = (word or "") + self.text[self.at + 1:end]
                self.at = end + 1
                continue
            elif character == '"':
                self.take()
                more = self.quoted()
                if more or self.text[self.at - 2:self.at] == '""':
                    word = (word or "") + more
                continue
            elif character == "$":
                more = self.variable()
                if more:
                    word = (word or "") + more
                continue
            else:
                self.take()
            if character in " \t":
                if word is not None:
                    words.append(word)
                word = None
            elif character == "\\":
                word = (word or "") + self.take()
            else:
                word = (word or "") + character
        if word is not None:
            words.append(word)
        return words


def without_comments(text):
    return re.sub(r"^[ \t]*#.*$", "", text, flags=re.MULTILINE)


def commands_in(text):
    """The argument lists, without `aws` itself, of a piece of shell; and how each begins, to tell it by."""
    text = without_comments(text)
    wrappers = dict(WRAPPER.findall(text))
    for program, expansion in {"aws": "aws", **wrappers}.items():
        for found in re.finditer(BEGINNING + rf"({program})(?= )", text, re.MULTILINE):
            if text[found.start(1):].startswith(f"{program}() "):
                continue
            words = Reader(text, found.end(1)).words()
            full = expansion.split()[1:] + words
            # The body of a wrapper is not a command before somebody calls it.
            if program == "aws" and re.match(r'[^\n]*"\$@"', text[found.end(1):]) and len(full) < 2:
                continue
            yield full


def pieces(root):
    """(name, shell) of everything that has commands."""
    for name in DOCUMENTS:
        if (root / name).exists():
            text = (root / name).read_text(encoding="utf-8")
            blocks = [block for _, block in FENCE.findall(text)]
            yield name, "\n".join([*blocks, *INLINE.findall(FENCE.sub("", text))])
    for name in SCRIPTS:
        if (root / name).exists():
            yield name, (root / name).read_text(encoding="utf-8")
    for name in BUILDS:
        build = yaml.safe_load((root / name).read_text(encoding="utf-8"))
        phases = [phase for application in build["applications"] for phase in application["frontend"]["phases"].values()]
        yield name, "\n".join(command for phase in phases for command in phase["commands"])
    yield TEMPLATE, "\n".join(USER_DATA.findall((root / TEMPLATE).read_text(encoding="utf-8")))


# ---- judging one

class Wrong(Exception):
    pass


def example_of(shape, depth=0):
    """The least that a shape takes: what stands in a file that is not here."""
    if shape.type_name == "structure":
        return {name: example_of(shape.members[name], depth + 1) for name in shape.required_members}
    if shape.type_name == "list":
        return [example_of(shape.member, depth + 1)]
    if shape.type_name == "map":
        return {PLACEHOLDER: example_of(shape.value, depth + 1)}
    if shape.type_name in ("integer", "long"):
        return 1
    return shape.enum[0] if getattr(shape, "enum", None) else PLACEHOLDER


def outside_of_enum(shape, value, path=""):
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, each in value.items():
            if name in shape.members:
                yield from outside_of_enum(shape.members[name], each, f"{path}.{name}")
    elif shape.type_name == "list" and isinstance(value, (list, tuple)):
        for each in value:
            yield from outside_of_enum(shape.member, each, path)
    elif shape.type_name == "map" and isinstance(value, dict):
        for each in value.values():
            yield from outside_of_enum(shape.value, each, path)
    elif getattr(shape, "enum", None) and value not in shape.enum and PLACEHOLDER not in str(value):
        yield f"{path.lstrip('.')} is {value!r}, which is none of {', '.join(shape.enum)}"


def instead_of_invoking(_caller, service, operation, parameters, _globals):
    model = DRIVER.session.get_service_model(service).operation_model(operation)
    if model.input_shape is None:
        return 0
    # Of the program itself, which asks for page after page.
    parameters = {name: value for name, value in parameters.items() if name != "PaginationConfig"}
    report = ParamValidator().validate(parameters, model.input_shape)
    if report.has_errors():
        raise Wrong(report.generate_report())
    for each in outside_of_enum(model.input_shape, parameters):
        raise Wrong(each)
    return 0


def all_kinds_of(kind):
    for each in kind.__subclasses__():
        yield each
        yield from all_kinds_of(each)


def files_as_examples(unpack):
    def unpacked(session, service, operation, argument, value):
        first = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(first, str) and re.match(r"fileb?://", first):
            model = getattr(argument, "argument_model", None)
            if model is not None and model.type_name in ("structure", "list", "map"):
                return json.dumps(example_of(model))
            return PLACEHOLDER
        return unpack(session, service, operation, argument, value)
    return unpacked


def quiet_driver():
    clidriver.CLIOperationCaller.invoke = instead_of_invoking
    waiters.WaiterCaller.invoke = instead_of_invoking
    clidriver.unpack_argument = files_as_examples(argprocess.unpack_argument)
    commands.unpack_argument = files_as_examples(argprocess.unpack_argument)
    # It takes --nam for --name, until another option begins so.
    argparse.ArgumentParser._get_option_tuples = lambda _self, _option: []  # pylint: disable=protected-access
    return clidriver.create_clidriver()


DRIVER = quiet_driver()


def judge(words):
    """What is wrong with a command, or an empty text."""
    # Those that are more than one call, such as s3 cp, cloudformation deploy, logs tail. They come as they are asked for.
    for kind in all_kinds_of(commands.BasicCommand):
        if "_run_main" in vars(kind):
            kind._run_main = lambda *_: 0  # pylint: disable=protected-access
    output, errors = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            status = DRIVER.main(words)
    except SystemExit as end:
        status = end.code
    if status == 0:
        return ""
    said = [line.strip() for line in errors.getvalue().splitlines() if line.strip()]
    said = [line for line in said if not line.startswith(("usage:", "To see help", "aws help", "aws <command>", "aws [options]"))]
    return " ".join(said)[:400] or f"status {status}"


def findings_of(root):
    found = {}
    for name, text in pieces(root):
        found.setdefault(name, [])
        found[name] += commands_in(text)
    return found


def members_of(section, template):
    """The names of a section of the template, by how it is indented."""
    text = re.split(rf"^{section}:\n", template, maxsplit=1, flags=re.MULTILINE)[-1]
    return set(re.findall(r"^  (\w+):", re.split(r"^\w", text, maxsplit=1, flags=re.MULTILINE)[0], re.MULTILINE))


def named_findings(root, lists):
    """What the guide says of the template that is not so."""
    template = (root / TEMPLATE).read_text(encoding="utf-8")
    text = (root / GUIDE).read_text(encoding="utf-8")
    parameters, outputs = members_of("Parameters", template), members_of("Outputs", template)
    alarms = set(re.findall(r"^ *AlarmName: (\S+)$", template, re.MULTILINE))
    named = [name for words in lists if words[:2] == ["cloudformation", "deploy"] for name in re.findall(r"(?<=\s)(\w+)=", " ".join(words))]
    for block in re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        named += json.loads(block).get("Parameters", {})
    for name in sorted(set(named) - parameters):
        yield f"{GUIDE}: the template has no parameter {name}"
    for name in sorted(set(re.findall(r"\boutput ([A-Z]\w+)", text)) - outputs):
        yield f"{GUIDE}: the template has no output {name}"
    for words in lists:
        if "--alarm-name" in words and words[words.index("--alarm-name") + 1] not in alarms:
            yield f"{GUIDE}: the template has no such alarm: {' '.join(words)}"


def check(root):
    found = findings_of(root)
    findings = [f"{name}: no command was found" for name in NEEDED if not found.get(name)]
    for name, lists in found.items():
        for words in lists:
            wrong = judge(words)
            if wrong:
                findings.append(f"{name}: aws {' '.join(words)}\n    {wrong}")
    return findings + list(named_findings(root, found.get(GUIDE, [])))


def show(root):
    for name, lists in findings_of(root).items():
        if lists:
            print(f"{name}: {len(lists)} commands")


def fenced(text):
    return f"Do this:\n\n```sh\n{text}\n```\n"


GOOD = r"""
aws sts get-caller-identity --query '[Account,Arn]' --output text
aws ssm put-parameter --name /a/b --type SecureString \
    --value file://secret --overwrite   # a remark
of() { aws ssm get-parameters-by-path --path "/a/$1" --query "Parameters[?ends_with(Name, '/$2')].Value" --output text; }
id=$(aws cognito-idp list-groups --user-pool-id "$(output Pool)" --query 'Groups[0].GroupName' --output text)
aws s3 cp a.deb s3://packages/ && aws s3 mb s3://packages
aws cloudformation deploy --stack-name a --template-file a.yaml --parameter-overrides A=b --capabilities CAPABILITY_IAM
aws rds wait db-instance-available --db-instance-identifier a
aws s3api put-bucket-cors --bucket a --cors-configuration file://cors.json
aws logs tail /a --since 5m --filter-pattern '{ $.level = "error" }'
aws ec2 describe-instances --filters Name=tag:Name,Values=a >instances.json
"""
CLEAN = {
    GUIDE: fenced(GOOD) + '```json\n{"Parameters": {"A": "c"}}\n```\nThen `output Pool`.\n',
    "docs/aws.md": fenced("sudo aws sns list-topics\n# aws has no such command, and this is a remark"),
    "infra/secrets": '#!/bin/bash\nssm() { aws ssm "$@" ${options[@]+"${options[@]}"}; }\n'
                     'put() { ssm put-parameter --name "$1" --type SecureString --value file:///dev/stdin "${@:2}"; }\n',
    "amplify.yml": "applications:\n- frontend: {phases: {build: {commands: ['x=${S:-$(aws ssm get-parameter --name /a --region r)}']}}}\n",
    TEMPLATE: "Parameters:\n  A:\n    Type: String\nResources:\n      AlarmName: a-rings\n  UserData: |\n    #!/bin/bash\n    aws s3 cp --only-show-errors s3://${B}/${K} /var/cache/a.deb\n  - A: b\nOutputs:\n  Pool:\n    Value: b\n",
}


def planted(what, expected, wrong, name=GUIDE):
    return Planted(what, expected, {name: CLEAN[name].replace("```\n", f"{wrong}\n```\n", 1) if name.endswith(".md") else wrong})


PLANTED = [
    planted("an operation that there is not", "aws ssm get-paramter", "aws ssm get-paramter --name /a"),
    planted("a service that there is not", "aws smm get-parameter", "aws smm get-parameter --name /a"),
    planted("a misspelt option", "Unknown options: --with-decription", "aws ssm get-parameter --name /a --with-decription"),
    planted("an option that is missing", "required: --name", "aws ssm get-parameter --with-decryption"),
    planted("one that is missing on the next line", "required: --value", "aws ssm put-parameter --name /a \\\n    --type String"),
    planted("a wrong enum", "'SecretString', which is none of", "aws ssm put-parameter --name /a --value b --type SecretString"),
    planted("a wrong enum in a list", "'CAPABILITY_IAMM'", "aws cloudformation create-stack --stack-name a --capabilities CAPABILITY_IAMM"),
    planted("a wrong query", "Bad value for --query", "aws sts get-caller-identity --query 'Account[' --output text"),
    planted("a wrong output", "aws sts get-caller-identity", "aws sts get-caller-identity --output texts"),
    planted("a member that a structure has not", "aws ec2 describe-instances", "aws ec2 describe-instances --filters Nam=a,Values=b"),
    planted("a text for a number", "aws autoscaling", "aws autoscaling set-desired-capacity --auto-scaling-group-name a --desired-capacity many"),
    planted("a waiter that there is not", "aws rds wait", "aws rds wait db-instance-ready --db-instance-identifier a"),
    planted("an option of a waiter", "Unknown options: --db-instance", "aws rds wait db-instance-available --db-instances a"),
    planted("a misspelt option of deploy", "Unknown options: --capability", "aws cloudformation deploy --stack-name a --template-file b --capability C"),
    planted("a deploy of nothing", "required: --template-file", "aws cloudformation deploy --stack-name a"),
    planted("a misspelt option of s3", "Unknown options: --recursiv", "aws s3 cp a s3://b --recursiv"),
    planted("a misspelt option of logs tail", "Unknown options: --sinze", "aws logs tail /a --sinze 5m"),
    planted("behind a pipe", "Unknown options: --topicarn", "cat a | aws sns publish --topicarn b --message c"),
    planted("in a substitution", "Unknown options: --zone", 'topics="$(aws sns list-topics --zone a)"'),
    planted("in a line of text", "Unknown options: --zone", "```\n\nSee `aws sns list-topics --zone a`.\n\n```sh\ntrue"),
    planted("in another document", "docs/aws.md", "aws sns list-topic", "docs/aws.md"),
    planted("in a wrapper of a script", "infra/secrets: aws ssm put-parameter --nam ", CLEAN["infra/secrets"].replace("--name", "--nam"), "infra/secrets"),
    planted("in Amplify's build", "amplify.yml", CLEAN["amplify.yml"].replace("--name", "--nmae"), "amplify.yml"),
    planted("a parameter that the template has not", "no parameter B", "aws cloudformation deploy --stack-name a --template-file b --parameter-overrides A=1 B=2"),
    Planted("one of a file", "no parameter C", {GUIDE: CLEAN[GUIDE].replace('"A"', '"C"')}),
    planted("an output that it has not", "no output Pond", "aws sns publish --topic-arn \"$(output Pond)\" --message a"),
    planted("an alarm that it has not", "no such alarm", "aws cloudwatch set-alarm-state --alarm-name a-falls --state-value OK --state-reason b"),
    planted("at a host's first boot", "Unknown options: --only-errors", CLEAN[TEMPLATE].replace("--only-show-errors", "--only-errors"), TEMPLATE),
    Planted("a guide without a command", f"{GUIDE}: no command was found", {GUIDE: "Nothing.\n"}),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED, show)
