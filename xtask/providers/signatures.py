"""Calls as a provider signs them, right ones and forged ones, each with what the provider's own library says of it: one JSON a line.

Bodies are in base64: what is signed are bytes.
"""

import base64
import json
import logging
import random
import sys
import urllib.parse

NAMES = ["Body", "From", "To", "MessageSid", "Médico", "a", "A", "a1", "B[]", "Ñ", "名", "x y", "x+y", "=", ""]
WORDS = ["", " ", "¿Cuál fue la dosis?", "+51999888777", "sí", "a=b&c", "100 %", "línea\r\n2", "😀", "e\u0301", "é", "%41", "+", "A", "a", "名"]


def text(chance):
    return "".join(chance.choice(WORDS) for _ in range(chance.randrange(4)))


class Pairs:
    """As the frameworks hand a form over: a name may have several values."""

    def __init__(self, pairs):
        self.pairs = pairs

    def __iter__(self):
        return iter(name for name, _ in self.pairs)

    def __bool__(self):
        return bool(self.pairs)

    def getall(self, wanted):
        return [value for name, value in self.pairs if name == wanted]


def address(chance):
    """What stands before the path, and the path with its query."""
    public = chance.choice(["https://fv.example", "https://fv.example:443", "https://fv.example:8443", "http://127.0.0.1:8080", "http://fv.example:80"])
    query = "&".join(
        f"{name}={urllib.parse.quote_plus(value)}" for name, value in [(chance.choice("abcr"), text(chance)) for _ in range(chance.randrange(4))]
    )
    path = chance.choice(["/", "/api/v1/webhooks/twilio/status", "/api/v1/webhooks/twilio/sms", "/a:b/c%C3%B1"])
    return public, path + (f"?{query}" if query else "")


def spelt(url, chance):
    """The same address as Twilio may sign it: as called, without its port, or with that of its scheme."""
    parts = urllib.parse.urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    bare = parts._replace(netloc=parts.hostname).geturl()
    return chance.choice([url, bare, parts._replace(netloc=f"{parts.hostname}:{port}").geturl()])


def of_twilio(chance):
    from twilio.request_validator import RequestValidator

    token = chance.choice(["12345", "0123456789abcdef0123456789abcdef", "clave ñ", "k" * 100])
    validator = RequestValidator(token)
    public, path = address(chance)
    # The algorithm that a call names; most name none.
    algorithm = chance.choice([None, None, None, "HMAC_SHA1", "HMAC_SHA256", "hmac_sha256", "HMAC_MD5"])
    known = algorithm if algorithm and algorithm.upper() in ("HMAC_SHA1", "HMAC_SHA256") else None
    if chance.random() < 0.7:
        kind = chance.choice(["application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8", "Application/X-WWW-Form-Urlencoded"])
        pairs = [(chance.choice(NAMES), text(chance)) for _ in range(chance.randrange(12))]
        pairs += [chance.choice(pairs) for _ in range(chance.randrange(3)) if pairs]
        chance.shuffle(pairs)
        body, told = urllib.parse.urlencode(pairs), Pairs(pairs)
        signature = validator.compute_signature(spelt(public + path, chance), told, known)
    else:
        kind = "application/json"
        body = told = json.dumps({text(chance): text(chance) for _ in range(chance.randrange(4))}, ensure_ascii=chance.random() < 0.5)
        if chance.random() < 0.9:
            path += ("&" if "?" in path else "?") + f"bodySHA256={validator.compute_hash(body)}"
        signature = validator.compute_signature(spelt(public + path, chance), {}, known)
    forged = chance.choice([None] * 20 + ["body", "path", "token", "signature", "short"])
    if forged == "body" and isinstance(told, Pairs):
        told = Pairs([*told.pairs, ("Body", "otra")])
        body = urllib.parse.urlencode(told.pairs)
    elif forged == "body":
        body = told = body + " "
    elif forged == "path":
        path += ("&" if "?" in path else "?") + "z=1"
    elif forged == "token":
        signature = RequestValidator(token + "x").compute_signature(public + path, told if isinstance(told, Pairs) else {}, known)
    elif forged == "signature":
        signature = ("B" if signature[0] == "A" else "A") + signature[1:]
    elif forged == "short":
        signature = signature[: chance.randrange(len(signature))]
    try:
        valid = validator.validate(public + path, told, signature, algorithm)
    except TypeError:
        # Of a body without a hash in the address: the library cannot look at it as a form.
        valid = False
    settings = "" if algorithm is None else chance.choice([f"key=webhooks_sharedkey_1,algorithm={algorithm}", f"algorithm={algorithm}"])
    return {
        "token": token,
        "public_url": public,
        "path": path,
        "type": kind,
        "settings": settings,
        "body": body.encode(),
        "signature": signature,
        "valid": valid,
    }


def of_meta(chance):
    from pywa.utils import webhook_updates_validator
    import hashlib
    import hmac

    secret = chance.choice(["0123456789abcdef0123456789abcdef", "clave ñ", "s", "k" * 100])
    if chance.random() < 0.8:
        # Meta writes what is no ASCII, and slashes, as escapes; what is signed are the bytes as they are.
        body = json.dumps({text(chance): [text(chance)] for _ in range(chance.randrange(4))}, ensure_ascii=chance.random() < 0.7).replace("/", "\\/").encode()
    else:
        body = chance.randbytes(chance.randrange(200))
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    forged = chance.choice([None] * 20 + ["body", "secret", "signature", "short", "sha1"])
    if forged == "body":
        body += b" "
    elif forged == "secret":
        signature = "sha256=" + hmac.new(secret.encode() + b"x", body, hashlib.sha256).hexdigest()
    elif forged == "signature":
        signature = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    elif forged == "short":
        signature = signature[: 7 + chance.randrange(64)]
    elif forged == "sha1":
        signature = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return {"secret": secret, "body": body, "signature": signature, "valid": webhook_updates_validator(secret, body, signature)}


def main(provider, count, file):
    chance = random.Random(1)
    # It tells of each call with an algorithm that it does not know.
    logging.disable()
    make = {"twilio": of_twilio, "meta": of_meta}[provider]
    with open(file, "w", encoding="utf-8") as calls:
        for _ in range(int(count)):
            call = make(chance)
            call["body"] = base64.b64encode(call["body"]).decode()
            calls.write(json.dumps(call) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
