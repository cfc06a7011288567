"""Seeds the corpora out of the vectors: the first byte chooses the kind, as in the targets."""
import pathlib, re

here = pathlib.Path(__file__).parent
kinds = re.findall(r'^    \w+ = "(\w+)"', (here / "../crates/wire/src/kind.rs").read_text(), re.M)
for target, ends in [("parse_xml", ("xml",)), ("parse_json", ("json",)), ("roundtrip", ("xml", "json"))]:
    folder = here / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for case in sorted((here / "../vectors").iterdir()):
        for side in ("request", "response"):
            for end in ends:
                file = case / f"{side}.{end}"
                if file.exists():
                    kind = kinds.index(case.name.split("-")[0] + side[:3])
                    (folder / f"seed-{case.name}-{side}.{end}").write_bytes(bytes([kind]) + file.read_bytes())
names = here / "corpus" / "file_name"
names.mkdir(parents=True, exist_ok=True)
for number, kind in enumerate(kinds):
    (names / f"seed-{number}").write_text(f"{kind}_架空-{number}.xml")
(names / "seed-face").write_text("OQSsiquc01res_face_27142063_20260929160112.xml")
(names / "seed-unknown").write_text("OQSsihvq01req_1.xml")
(names / "seed-number").write_text("　１２ー３４‐５６ ｶﾞｷﾞ")
