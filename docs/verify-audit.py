"""Verifies an export of the audit trail: python3 verify-audit.py EXPORT [HEADS-KEPT-ELSEWHERE]"""
import hashlib, json, sys

HASHED = "action actor at chain entity entity_id new old reason seq".split()
rows, heads, kept = {}, None, {}
if len(sys.argv) > 2:
    kept = {(head["chain"], head["seq"]): head["hash"] for line in open(sys.argv[2]) for head in json.loads(line)["heads"]}
count = 0
for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
    row = json.loads(line)
    if heads is not None:
        sys.exit("broken: the heads are not the last line")
    if "heads" in row:
        heads = {head["chain"]: (head["seq"], head["hash"]) for head in row["heads"]}
        continue
    seq, before = rows.get(row["chain"], (0, ""))
    # RFC 8785: names in order, no blanks, UTF-8. The names are ASCII and the numbers whole, so this is the canonical form.
    text = json.dumps({key: row[key] for key in HASHED}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256((before + text).encode("utf-8")).hexdigest()
    if (row["seq"], row["prev_hash"], row["hash"]) != (seq + 1, before, digest):
        sys.exit(f"broken: chain {row['chain']}, row {seq + 1}")
    if kept.pop((row["chain"], row["seq"]), digest) != digest:
        sys.exit(f"broken: chain {row['chain']}, row {row['seq']} is not the one whose hash was kept elsewhere")
    rows[row["chain"]], count = (row["seq"], digest), count + 1
wrong = sorted(chain for chain in {*rows, *(heads or {})} if rows.get(chain) != (heads or {}).get(chain)) + sorted(kept)
if heads is None or wrong:
    sys.exit(f"broken: the rows do not end at the heads: {wrong or 'no heads'}")
print(f"{len(rows)} chains, {count} rows verified")
