"""Verifies an export of the audit trail: python3 verify-audit.py EXPORT [HEADS-KEPT-ELSEWHERE]"""
import hashlib, json, sys

HASHED = "action actor at chain entity entity_id seq".split()


def digest(before, value):
    # RFC 8785: names in order, no blanks, UTF-8. The names are ASCII and the numbers whole, so this is the canonical form.
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(before + text.encode("utf-8")).hexdigest()


def is_redacted(fact, where):
    opening = [fact[key] for key in ("salt", "value") if key in fact]
    if opening:
        # A salt of another length could be moved against the value.
        salt = bytes.fromhex(opening[0]) if len(opening) == 2 else b""
        if len(salt) != 16 or digest(salt, opening[1]) != fact["commitment"]:
            sys.exit(f"broken: {where} is not the value that was recorded")
    return not opening


rows, heads, kept, count, facts, redacted = {}, None, {}, 0, 0, 0
if len(sys.argv) > 2:
    kept = {(head["chain"], head["seq"]): head["hash"] for line in open(sys.argv[2]) for head in json.loads(line)["heads"]}
for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
    row = json.loads(line)
    if heads is not None:
        sys.exit("broken: the heads are not the last line")
    if "heads" in row:
        heads = {head["chain"]: (head["seq"], head["hash"]) for head in row["heads"]}
        continue
    seq, before = rows.get(row["chain"], (0, ""))
    commitments = {name: fact["commitment"] for name, fact in row["facts"].items()}
    expected = digest(before.encode(), {**{key: row[key] for key in HASHED}, "facts": commitments})
    if (row["seq"], row["prev_hash"], row["hash"]) != (seq + 1, before, expected):
        sys.exit(f"broken: chain {row['chain']}, row {seq + 1}")
    if kept.pop((row["chain"], row["seq"]), expected) != expected:
        sys.exit(f"broken: chain {row['chain']}, row {row['seq']} is not the one whose hash was kept elsewhere")
    gone = sum(is_redacted(fact, f"chain {row['chain']}, row {row['seq']}, {name}") for name, fact in sorted(row["facts"].items()))
    rows[row["chain"]], count = (row["seq"], expected), count + 1
    facts, redacted = facts + len(row["facts"]) - gone, redacted + gone
wrong = sorted(chain for chain in {*rows, *(heads or {})} if rows.get(chain) != (heads or {}).get(chain)) + sorted(kept)
if heads is None or wrong:
    sys.exit(f"broken: the rows do not end at the heads: {wrong or 'no heads'}")
print(f"{len(rows)} chains, {count} rows, {facts} facts verified, {redacted} redacted")
