"""Makes of the providers' documents what is asked of them: the calls that we make, closed, and Meta's own examples of its webhook.

The documents leave most objects open, so that a misspelt name would be valid by them. Here every object of a request has the names that the
document knows, and no other. Names in a query are not looked at: Prism passes over those that it does not know.
"""

import json
import pathlib
import sys

import yaml

# The calls that we make. Meta's templates of addresses overlap, and of several that fit another one would answer.
TWILIO = ["/2010-04-01/Accounts/{AccountSid}/Messages.json"]
META = ["/{Version}/{Phone-Number-ID}/messages", "/{Version}/{WABA-ID}/message_templates", "/{Version}/{Media-ID}"]

# What Meta's document leaves out though its reference has it, by schema: name, what stands there, where.
LEFT_OUT = [
    (
        "BaseMessageProperties",
        "biz_opaque_callback_data",
        # As the document has it for calls.
        {"type": "string", "maxLength": 512},
        "https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages",
    ),
]


def close(schema, schemas, seen, is_part=False):
    """Closes a schema and what it is made of. Of parts that are put together the last one is closed, as Meta's document does it."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if (name, is_part) not in seen:
            seen.add((name, is_part))
            close(schemas[name], schemas, seen, is_part)
        return
    if "properties" in schema and not is_part:
        schema.setdefault("additionalProperties", False)
    for inner in schema.get("properties", {}).values():
        close(inner, schemas, seen)
    parts = schema.get("allOf", [])
    for number, part in enumerate(parts, 1):
        close(part, schemas, seen, is_part or number < len(parts))
    for one in [*schema.get("oneOf", []), *schema.get("anyOf", [])]:
        close(one, schemas, seen, is_part)
    if isinstance(schema.get("items"), dict):
        close(schema["items"], schemas, seen)


def cut(document, paths):
    """The document with these calls alone, and the schemas of their requests closed."""
    missing = [path for path in paths if path not in document["paths"]]
    if missing:
        sys.exit(f"the document no longer has {missing}")
    document["paths"] = {path: document["paths"][path] for path in paths}
    schemas, seen = document["components"]["schemas"], set()
    for path in document["paths"].values():
        for operation in path.values():
            body = operation.get("requestBody") if isinstance(operation, dict) else None
            for kind, content in (body or {}).get("content", {}).items():
                close(content["schema"], schemas, seen)
                if kind == "application/x-www-form-urlencoded":
                    # Of a form Prism takes out the fields that the schema names, and never sees another; one level down it does not look.
                    content["schema"] = {"type": "object", "anyOf": [content["schema"]]}
    return document


def main(twilio, meta, folder):
    folder = pathlib.Path(folder)
    document = json.loads(pathlib.Path(twilio).read_text(encoding="utf-8"))
    (folder / "twilio.json").write_text(json.dumps(cut(document, TWILIO)), encoding="utf-8")

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(pathlib.Path(meta).read_text(encoding="utf-8"), Loader=loader)
    bodies = document["paths"]["/whatsapp/webhooks"]["post"]["requestBody"]["content"]["application/json"]
    examples = {name: example["value"] for name, example in bodies["examples"].items()}
    (folder / "meta_examples.json").write_text(json.dumps(examples, default=str), encoding="utf-8")
    schemas = document["components"]["schemas"]
    for schema, name, stands, source in LEFT_OUT:
        if name in schemas[schema]["properties"]:
            sys.exit(f"Meta's document has {name} by now: take it out of the list")
        schemas[schema]["properties"][name] = stands
        print(f"{name} is not in Meta's document, but in {source}", file=sys.stderr)
    (folder / "meta.json").write_text(json.dumps(cut(document, META), default=str), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
