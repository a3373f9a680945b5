"""Draws an OpenAPI 3.1 description as one static page: no script, no other file, one style element.

page(document) gives the page as text, the same for the same document. It knows what
docs/openapi.yaml uses of OpenAPI and raises PageError where it would leave a rule out in silence.
"""

import html
import json
import pathlib
import re

METHODS = ("get", "post", "patch", "put", "delete")
SCHEMA_WORDS_READ = {
    "$ref", "allOf", "oneOf", "type", "properties", "required", "items", "enum", "const", "description",
    "format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
    "default", "examples", "additionalProperties", "unevaluatedProperties", "contentMediaType",
}
PERMISSIONS = {
    "public": "public",
    "viewer": "viewer and above",
    "staff": "staff and admin",
    "admin": "admin only",
}

STYLE = (pathlib.Path(__file__).parent / "openapi_page.css").read_text(encoding="utf-8")


class PageError(Exception):
    """The document uses something that the page would leave out."""


def escape(text):
    return html.escape(str(text), quote=True)


def inline(text):
    """`code`, **strong**, *emphasis* and [text](address) of Markdown."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        f"<code>{escape(part[1:-1])}</code>" if part.startswith("`") and len(part) > 1
        else re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>',
                    re.sub(r"\*(\S[^*]*)\*", r"<em>\1</em>",
                           re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", escape(part))))
        for part in parts)


def prose(text):
    """Paragraphs and `- ` lists of Markdown."""
    blocks = []
    for block in re.split(r"\n\s*\n", (text or "").strip()):
        if block.startswith("- "):
            items = re.split(r"\n- ", block[2:])
            blocks.append("<ul>" + "".join(f"<li>{inline(item)}</li>" for item in items) + "</ul>")
        elif block:
            blocks.append(f"<p>{inline(block)}</p>")
    return "".join(blocks)


def example_block(value):
    """A JSON value, indented, with its keys and strings coloured."""
    text = json.dumps(value, indent=2, ensure_ascii=False)

    def paint(match):
        kind = "key" if match.group(2) else "string"
        return f'<span class="{kind}">{escape(match.group(1))}</span>{match.group(2) or ""}'

    pieces, end = [], 0
    for match in re.finditer(r'("(?:[^"\\]|\\.)*")(:)?', text):
        pieces += [escape(text[end:match.start()]), paint(match)]
        end = match.end()
    return "<pre>" + "".join(pieces) + escape(text[end:]) + "</pre>"


def folded(title, content):
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


def table(heads, rows):
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>")


def reference_name(reference):
    return reference.rsplit("/", 1)[1]


def beside_reference(value):
    """What stands next to a $ref, or the whole where there is none."""
    return {key: kept for key, kept in value.items() if key != "$ref"}


class Page:
    def __init__(self, document):
        self.document = document
        self.operations = [
            (method, path, item, item[method])
            for path, item in document["paths"].items()
            for method in METHODS if method in item]

    def resolve(self, value):
        """Follows one reference; what stands beside it (OpenAPI 3.1) goes first."""
        if "$ref" not in value:
            return value
        target = self.document
        for step in value["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        return {**target, **beside_reference(value)}

    # Schemas

    def type_text(self, schema):
        """The type as HTML; a named schema is a link to its entry."""
        if "$ref" in schema:
            name = reference_name(schema["$ref"])
            return f'<a href="#schema-{escape(name)}">{escape(name)}</a>'
        if "oneOf" in schema:
            return " or ".join(self.type_text(choice) for choice in schema["oneOf"])
        kind = schema.get("type")
        if kind == "array":
            return "array of " + self.type_text(schema["items"])
        if isinstance(kind, list):
            return escape(" or ".join(kind))
        return escape(kind or ("object" if "allOf" in schema else "any"))

    @staticmethod
    def span(low, high, unit):
        if low is None and high is None:
            return []
        if high is None:
            return [f"at least {low}{unit}"]
        if low is None:
            return [f"at most {high}{unit}"]
        return [f"{low} to {high}{unit}"]

    def limits(self, schema):
        """What a value must keep to, besides its type."""
        unread = set(schema) - SCHEMA_WORDS_READ
        if unread:
            raise PageError(f"the page does not show {', '.join(sorted(unread))} of a schema")
        found = []
        if "const" in schema:
            found.append(f"always {schema['const']}")
        if "enum" in schema:
            found.append("one of " + ", ".join(map(str, schema["enum"])))
        if "format" in schema:
            found.append(schema["format"])
        found += self.span(schema.get("minimum"), schema.get("maximum"), "")
        found += self.span(schema.get("minLength"), schema.get("maxLength"), " characters")
        found += self.span(schema.get("minItems"), schema.get("maxItems"), " entries")
        if "pattern" in schema:
            found.append("matches " + schema["pattern"])
        if "default" in schema:
            found.append("default " + json.dumps(schema["default"]))
        return f'<span class="limits">{escape("; ".join(found))}</span>' if found else ""

    def flattened(self, schema):
        """The schema with the members of its allOf put together, as a reader sees them."""
        if "allOf" not in schema:
            return schema
        whole = {key: value for key, value in schema.items() if key != "allOf"}
        properties, required = dict(schema.get("properties", {})), list(schema.get("required", []))
        for part in schema["allOf"]:
            part = self.flattened(self.resolve(part))
            properties.update(part.get("properties", {}))
            required += part.get("required", [])
        return {**whole, "type": "object", "properties": properties, "required": required}

    def fields(self, schema):
        """The table of an object's fields, those of objects inside it with a dotted name."""
        rows = []

        def add(owner, prefix):
            owner = self.flattened(owner)
            for name, field in owner.get("properties", {}).items():
                needed = ('<span class="needed">required</span>'
                          if name in owner.get("required", []) else "")
                rows.append((f"<code>{escape(prefix + name)}</code>{needed}",
                             self.type_text(field) + self.limits(beside_reference(field)),
                             prose(field.get("description", ""))))
                if "properties" in field:
                    add(field, f"{prefix}{name}.")
                elif "properties" in field.get("items", {}):
                    add(field["items"], f"{prefix}{name}[].")

        add(schema, "")
        return table(("Field", "Type", "Meaning"), rows)

    def body(self, media_type, content):
        schema = content["schema"]
        parts = [f"<p><code>{escape(media_type)}</code> {self.type_text(schema)}</p>"]
        if "$ref" not in schema:
            parts.append(self.fields(schema))
        if "example" in content:
            parts.append(folded("Example", example_block(content["example"])))
        return "".join(parts)

    # Operations

    def parameters(self, item, operation):
        rows = []
        for parameter in item.get("parameters", []) + operation.get("parameters", []):
            parameter = self.resolve(parameter)
            needed = '<span class="needed">required</span>' if parameter.get("required") else ""
            example = ""
            if "example" in parameter:
                shown = parameter["example"]
                shown = shown if isinstance(shown, str) else json.dumps(shown)
                example = f'<p class="soft">Example: <code>{escape(shown)}</code></p>'
            rows.append((f"<code>{escape(parameter['name'])}</code>{needed}",
                         escape(parameter["in"]),
                         self.type_text(parameter["schema"])
                         + self.limits(beside_reference(parameter["schema"])),
                         prose(parameter.get("description", "")) + example))
        found = table(("Name", "In", "Type", "Meaning"), rows)
        return f"<h4>Parameters</h4>{found}" if found else ""

    def request_body(self, operation):
        if "requestBody" not in operation:
            return ""
        parts = ["<h4>Body</h4>"]
        for media_type, content in operation["requestBody"]["content"].items():
            parts.append(self.body(media_type, content))
            if "$ref" in content["schema"]:
                parts.append(folded("Fields", self.fields(self.resolve(content["schema"]))))
        return "".join(parts)

    def header_rows(self, response):
        return [(f"<code>{escape(name)}</code>", prose(self.resolve(header).get("description", "")))
                for name, header in response.get("headers", {}).items()]

    def response_content(self, response):
        return "".join(self.body(media_type, content)
                       for media_type, content in response.get("content", {}).items())

    def responses(self, operation):
        own, shared = [], []
        for status, response in operation["responses"].items():
            if "$ref" in response:
                name = reference_name(response["$ref"])
                meaning = self.resolve(response)["description"].strip()
                first_sentence = re.split(r"\.(?:\s|$)", meaning)[0] + "."
                link = f'<a class="status" href="#response-{escape(name)}">{escape(status)}</a>'
                shared.append((link, prose(first_sentence)))
            else:
                headers = [name for name in response.get("headers", {})]
                listed = ("<p class=\"soft\">Headers: "
                          + ", ".join(f"<code>{escape(name)}</code>" for name in headers) + "</p>"
                          if headers else "")
                own.append(f'<p><span class="status">{escape(status)}</span> '
                           f'{inline(response["description"].strip())}</p>{listed}'
                           f"{self.response_content(response)}")
        return ("<h4>Answers</h4>" + "".join(own)
                + folded("Other answers", table(("Status", "Meaning"), shared)))

    def operation(self, method, path, item, operation):
        permission = operation["x-permission"]
        name = escape(operation["operationId"])
        return (f'<article class="operation" id="{name}"><h3>{escape(operation["summary"])}</h3>'
                f'<div class="address"><span class="method {method}">{method.upper()}</span>'
                f"<code>{escape(path)}</code>"
                f'<span class="permission">{escape(PERMISSIONS[permission])}</span></div>'
                f"{prose(operation.get('description'))}{self.parameters(item, operation)}"
                f"{self.request_body(operation)}{self.responses(operation)}</article>")

    def by_tag(self, tag):
        return [entry for entry in self.operations if entry[3]["tags"] == [tag]]

    # The whole

    def navigation(self):
        parts = []
        for tag in self.document["tags"]:
            name = escape(tag["name"])
            links = "".join(
                f'<li><a href="#{escape(operation["operationId"])}">'
                f'<span class="method {method}">{method.upper()}</span> '
                f'<span class="path">{escape(path).replace("/", "/<wbr>")}</span></a></li>'
                for method, path, _, operation in self.by_tag(tag["name"]))
            parts.append(f'<b><a href="#tag-{name}">{name}</a></b><ul>{links}</ul>')
        for anchor, title in (("errors", "Errors"), ("schemas", "Schemas")):
            parts.append(f'<b><a href="#{anchor}">{title}</a></b>')
        return "".join(parts)

    def tags(self):
        parts = []
        for tag in self.document["tags"]:
            name = escape(tag["name"])
            parts.append(f'<section><h2 id="tag-{name}">{name}</h2>{prose(tag["description"])}')
            parts += [self.operation(*entry) for entry in self.by_tag(tag["name"])]
            parts.append("</section>")
        return "".join(parts)

    def shared_responses(self):
        parts = ['<section><h2 id="errors">Errors</h2>'
                 "<p>Answers that several endpoints have in common.</p>"]
        statuses = {}
        answers = [operation["responses"] for *_, operation in self.operations]
        for responses in answers + [self.document.get("x-any-request", {})]:
            for status, response in responses.items():
                if "$ref" in response:
                    statuses[reference_name(response["$ref"])] = status
        for name, response in self.document["components"]["responses"].items():
            parts.append(f'<article class="entry" id="response-{escape(name)}">'
                         f'<h3><span class="status">{escape(statuses[name])}</span> '
                         f"{escape(name)}</h3>"
                         f"{prose(response['description'])}"
                         f"{table(('Header', 'Meaning'), self.header_rows(response))}"
                         f"{self.response_content(response)}</article>")
        return "".join(parts) + "</section>"

    def schemas(self):
        parts = ['<section><h2 id="schemas">Schemas</h2>']
        for name, schema in self.document["components"]["schemas"].items():
            fields = self.fields(schema)
            kind = "" if fields else f"<p>{self.type_text(schema)}{self.limits(schema)}</p>"
            parts.append(f'<article class="entry" id="schema-{escape(name)}">'
                         f"<h3>{escape(name)}</h3>"
                         f"{prose(schema.get('description'))}{kind}{fields}</article>")
        return "".join(parts) + "</section>"

    def text(self):
        info = self.document["info"]
        tags = [tag["name"] for tag in self.document["tags"]]
        unshown = [operation["operationId"] for *_, operation in self.operations
                   if len(operation["tags"]) != 1 or operation["tags"][0] not in tags]
        if unshown:
            raise PageError(f"operations without one tag of the list: {', '.join(unshown)}")
        navigation = self.navigation()
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(info['title'])}</title><style>{STYLE}</style></head><body>"
            '<a class="skip" href="#content">Skip to the text</a><div class="frame">'
            f'<nav class="side" aria-label="Endpoints">{navigation}</nav><main id="content">'
            f"<h1>{escape(info['title'])}</h1>"
            f'<p class="version">Version {escape(info["version"])}. '
            'The same as OpenAPI: <a href="openapi.json">openapi.json</a></p>'
            f'<details class="fold"><summary>All endpoints</summary>'
            f'<nav aria-label="Endpoints, folded">{navigation}</nav></details>'
            f"{prose(info['description'])}{self.tags()}{self.shared_responses()}{self.schemas()}"
            "</main></div></body></html>\n")


def page(document):
    return Page(document).text()
