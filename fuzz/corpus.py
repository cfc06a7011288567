"""Unpacks the corpora, with seeds out of the vectors; or packs what is in them now.

    python3 fuzz/corpus.py unpack    # corpus.tar.xz and the seeds into corpus/
    python3 fuzz/corpus.py pack      # corpus/ without the seeds into corpus.tar.xz

The first byte of a seed chooses the kind of the message, as in the targets. The same files give the
same archive, so that a change of it is a change of the corpus.
"""
import io, lzma, pathlib, re, sys, tarfile

here = pathlib.Path(__file__).parent
corpus, archive = here / "corpus", here / "corpus.tar.xz"


def seeds():
    """Every seed: its target, its name, its bytes."""
    kinds = re.findall(r'^    \w+ = "(\w+)"', (here / "../crates/wire/src/kind.rs").read_text(), re.M)
    for target, ends in [("parse_xml", ("xml",)), ("parse_json", ("json",)), ("roundtrip", ("xml", "json"))]:
        for case in sorted((here / "../vectors").iterdir()):
            for side in ("request", "response"):
                for end in ends:
                    file = case / f"{side}.{end}"
                    if file.exists():
                        kind = kinds.index(case.name.split("-")[0] + side[:3])
                        yield target, f"{case.name}-{side}.{end}", bytes([kind]) + file.read_bytes()
    for number, kind in enumerate(kinds):
        yield "file_name", str(number), f"{kind}_架空-{number}.xml".encode()
    yield "file_name", "face", b"OQSsiquc01res_face_27142063_20260929160112.xml"
    yield "file_name", "unknown", b"OQSsihvq01req_1.xml"
    yield from medical()
    yield "file_name", "number", "　１２ー３４‐５６ ｶﾞｷﾞ".encode()


def medical():
    """What issue 10 brought: lines of reports, FHIR, and names that are looked for."""
    for number, block in enumerate(re.findall(r"^```\n(\{\"Medicines.*?)```", (here / "../docs/operating.md").read_text(), re.M | re.S)):
        yield "medical_line", f"operating-{number}", block.replace("\n", "").encode()
    head = '"Person":1,"InsurerNumber":"06139018","Month":"202610","InstitutionCode":"1319990014","InstitutionName":"架空","Days":'
    for kind, days in {
        "Treatments": '[{"Date":"20261005","Treatments":[{"Code":"199999002","Name":"見本","Quantity":"1","Times":"1"}]}]',
        "Operations": '[{"Date":"20261005","Code":"159999004","Name":"見本"}]',
        "Checkups": '[{"Date":"20261005","Items":[{"Code":"9N001000000000001","Name":"身長","DataType":"PQ","Value":"160.6","Unit":"cm"}]}]',
    }.items():
        yield "medical_line", kind, f'{{"{kind}":{{{head}{days}}}}}'.encode()
    for file in sorted((here / "../vectors/fhir").glob("*Request*.json")):
        yield "fhir_request", file.name, file.read_bytes()
    for number, text in enumerate([
        "_id=abc,def&_count=20",
        "\nidentifier=http%3A%2F%2Fjpfhir.jp%2Ffhir%2Fclins%2FIdsystem%2FJP_Insurance_memberID%7C01130012%3Aa%3A1%3A00&birthdate=1981-10-17",
        "patient=Patient/abc&date=ge2026-04&date=lt2026-11-26&category=urn:onshi:fhir:medication-source|Claim,Dispensing&_format=json",
        "patient=abc&page=def&code=629999102&status=active",
    ]):
        for kind in range(9):
            yield "fhir_search", f"{number}-{kind}", bytes([kind]) + text.encode()
    for number, text in enumerate(["髙橋　花子", "高橋花子", "ﾀｶﾊｼ ﾊﾅｺ", "たかはしはなこ", "渡邉 ﾊﾞﾊﾟ", "東京都千代田区霞が関１－２－２", "葛󠄀飾区"]):
        yield "folded", str(number), text.encode()


def unpack():
    with tarfile.open(archive) as tar:
        tar.extractall(here, filter="data")
    for target, name, content in seeds():
        (corpus / target).mkdir(parents=True, exist_ok=True)
        (corpus / target / f"seed-{name}").write_bytes(content)
    print(sum(1 for file in corpus.rglob("*") if file.is_file()), "files in", corpus)


def pack():
    files = sorted(file for file in corpus.glob("*/*") if not file.name.startswith("seed-"))
    if not files:
        sys.exit(f"there is nothing in {corpus}: unpack first")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for file in files:
            content = file.read_bytes()
            entry = tarfile.TarInfo(file.relative_to(here).as_posix())
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    archive.write_bytes(lzma.compress(packed.getvalue(), preset=9 | lzma.PRESET_EXTREME))
    print(len(files), "files in", archive)


match sys.argv[1:]:
    case ["unpack"]:
        unpack()
    case ["pack"]:
        pack()
    case _:
        sys.exit(__doc__)
