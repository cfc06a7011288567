//! The commands of the documents are run, in the order in which they stand: beside a demo, and those of operating.md at a
//! centre of their own. A command that is not run says why in the document.

mod fences;

use fences::{Mark, commands, fences};
use onshi_scenarios::demo::{Demo, build_folder};
use std::fmt::Write;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A document, and how its commands are run.
struct Document {
    name: &'static str,
    /// What is there before the first of them.
    before: &'static str,
    /// What stands there for the reader's own, and what it is here.
    instead: &'static [(&'static str, &'static str)],
}

/// A folder of answers has what is asked for when it is there, and not after so many seconds on any machine.
const ANSWER_BY_FILE: (&str, &str) = (
    "sleep 3;",
    "until [ -e demo/terminal/res/OQSsiquc01res_1.xml ]; do sleep 0.1; done;",
);

const BESIDE_A_DEMO: [Document; 7] = [
    Document {
        name: "README.md",
        before: "",
        instead: &[ANSWER_BY_FILE],
    },
    Document {
        name: "README.ja.md",
        before: "rm -f demo/terminal/res/*",
        instead: &[ANSWER_BY_FILE],
    },
    Document {
        name: "docs/guide.md",
        before: "",
        instead: &[],
    },
    Document {
        name: "docs/guide.ja.md",
        before: "",
        instead: &[],
    },
    Document {
        name: "docs/testing-the-api.md",
        before: "",
        instead: &[],
    },
    Document {
        name: "vectors/README.md",
        before: "\
            of() { jq -r \"$1\" demo/demo.json; }\n\
            cp \"$(of .centre.ca)\" authority.pem; cp \"$(of .facility.terminal.pkcs12)\" terminal.p12\n\
            of .facility.terminal.pkcs12_password > p12-password\n\
            of '.facility.accounts[] | select(.kind == \"webapi\").password' > password\n\
            export ONSHI_STORE__LOCATION=demo/data/onshi.db ONSHI_CENTRE__SECRETS=demo/secrets",
        instead: &[
            (
                "https://localhost:8443",
                "$(jq -r .centre.url demo/demo.json)",
            ),
            ("1319999999", "1319990014"),
            ("DIR", "demo/terminal"),
        ],
    },
    Document {
        name: "docs/demo.md",
        before: "",
        instead: &[],
    },
];

const OPERATING: Document = Document {
    name: "docs/operating.md",
    before: "\
        onshi migrate; onshi serve > serve.log 2>&1 & centre=$!\n\
        trap 'kill $centre; wait $centre' EXIT\n\
        until curl -s --cacert secrets/authority.pem https://localhost:$PORT/health > health; do sleep 0.1; kill -0 $centre || exit; done\n\
        cp secrets/authority.pem . && mkdir backup reports && onshi backup key --out backup-key > key.txt\n\
        grep -o 'age1[a-z0-9]*' key.txt | head -n 1 > recipients\n\
        files() {\n\
          head -n 1 people.jsonl | jq -c '.Insurer.InsurerNumber = \"06139018\"' > report.jsonl\n\
          grep -m 1 '{\"Qualification\"' people.jsonl | jq -c '.Qualification += {Person: 999999, InsurerNumber: \"06139018\"}' >> report.jsonl\n\
          echo '{\"Medicines\": {\"Person\": 999999, \"InsurerNumber\": \"06139018\", \"Source\": \"Claim\", \"Month\": \"202410\",\n\
            \"InstitutionCode\": \"1319990014\", \"InstitutionName\": \"架空内科\", \"InOut\": \"2\", \"Days\": []}}' | jq -c . > records.jsonl\n\
        }",
    instead: &[
        ("https://centre.example:8443", "https://localhost:$PORT"),
        (
            "curl --fail-with-body --cacert",
            "files; curl --fail-with-body --cacert",
        ),
        (
            "terminal --centre",
            "terminal --listen 127.0.0.1:0 --centre",
        ),
        ("/path/to/folder", "certificates"),
        (
            "XXXXX-XXXXX-XXXXX-XXXXX",
            "$(onshi --json certificate enrolment-code --facility 1319990014 --terminal 受付2号機 | jq -r .code)",
        ),
        ("--persons 100000", "--persons 500"),
        ("/safe/place", "."),
        ("/etc/onshi/backup-recipients", "recipients"),
        ("/backup", "backup"),
        ("/var/lib/onshi/reports", "reports"),
        (
            "--head SEAL --head SEAL",
            "--head $(onshi --json audit verify | jq -r '.heads[0].seal')",
        ),
        ("--facility CODE", "--facility 1319990014"),
    ],
};

/// What came of a document's commands.
#[derive(Default)]
struct Tally {
    run: usize,
    passed: usize,
    not_run: usize,
    failed: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Document {
    /// A script of its commands, each with a line that says what came of it.
    fn script(&self, tally: &mut Tally) -> String {
        let text = std::fs::read_to_string(root().join(self.name)).unwrap();
        let mut script = format!("set -o pipefail\n{}\nexec 3> results\n", self.before);
        for fence in fences(&text) {
            let place = format!("{}:{}", self.name, fence.line);
            assert!(
                !fence.language.is_empty(),
                "{place}: say in which language it is; `sh` is run"
            );
            if fence.language != "sh" {
                continue;
            }
            let mut all = commands(&fence.text);
            if let Mark::NotRun(why) = &fence.mark {
                assert!(!why.is_empty(), "{place}: say why it is not run");
                tally.not_run += all.len();
                continue;
            }
            let last = match fence.mark {
                Mark::GoesOn => all.pop(),
                _ => None,
            };
            for command in all {
                let command = self.here(&command);
                let _ = write!(
                    script,
                    "echo '## {place}'\n{command}\necho \"$? {place}\" >&3\n"
                );
                tally.run += 1;
            }
            if let Some(command) = last {
                let command = self.here(&command);
                let _ = write!(
                    script,
                    "echo '## {place}'\n( exec {command} ) & p=$!\nsleep 2; kill -TERM $p; echo \"$? {place}\" >&3\nwait $p\n"
                );
                tally.run += 1;
            }
        }
        script
    }

    fn here(&self, command: &str) -> String {
        let each = self.instead.iter();
        each.fold(command.to_owned(), |text, (there, here)| {
            text.replace(there, here)
        })
    }

    /// Runs them in this folder, and prints what came of it.
    fn run(&self, place: &Path, environment: &[(&str, String)]) -> Tally {
        let mut tally = Tally::default();
        std::fs::write(place.join("commands"), self.script(&mut tally)).unwrap();
        let output = std::fs::File::create(place.join("output")).unwrap();
        let mut shell = Command::new("setpriv");
        shell.args(["--pdeathsig", "KILL", "--", "bash", "commands"]);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ONSHI_") {
                shell.env_remove(name);
            }
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = format!("{}:{}", place.join("bin").display(), path.to_string_lossy());
        let ended = shell
            .env("PATH", path)
            .env("HOME", place)
            .env("LC_ALL", "C.UTF-8")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .current_dir(place)
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .status()
            .unwrap();
        let results = std::fs::read_to_string(place.join("results")).unwrap_or_default();
        for line in results.lines() {
            match line.strip_prefix("0 ") {
                Some(_) => tally.passed += 1,
                None => tally.failed.push(line.to_owned()),
            }
        }
        println!(
            "{}: {} commands run, {} passed, {} not run",
            self.name, tally.run, tally.passed, tally.not_run
        );
        if tally.passed != tally.run {
            let output = std::fs::read_to_string(place.join("output")).unwrap_or_default();
            tally.failed.push(format!("{ended}\n{output}"));
        }
        tally
    }
}

/// A folder with the program, the samples, and the demo if there is one.
fn place(demo: Option<&Demo>) -> tempfile::TempDir {
    let place = tempfile::Builder::new()
        .prefix("onshi-documents-")
        .tempdir()
        .unwrap();
    let bin = place.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    symlink(build_folder().join("onshi"), bin.join("onshi")).unwrap();
    symlink(root().join("docs"), place.path().join("docs")).unwrap();
    if let Some(demo) = demo {
        symlink(demo.folder(), place.path().join("demo")).unwrap();
    }
    place
}

#[tokio::test]
async fn the_commands_of_the_documents_do_what_they_say_beside_a_demo() {
    let demo = Demo::start().await.unwrap();
    let mut failed = Vec::new();
    for document in &BESIDE_A_DEMO {
        let place = place(Some(&demo));
        failed.extend(document.run(place.path(), &[]).failed);
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn the_commands_of_operating_do_what_they_say_at_a_centre_of_their_own() {
    let place = place(None);
    let at = place.path().display().to_string();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let settings = format!(
        "[centre]\nlisten = \"127.0.0.1:{port}\"\nnames = [\"localhost\"]\nsecrets = \"{at}/secrets\"\n\
         [portal]\nlisten = \"127.0.0.1:0\"\n[operations]\nlisten = \"127.0.0.1:0\"\n\
         [store]\nlocation = \"{at}/onshi.db\"\n"
    );
    let file = place.path().join("onshi.toml");
    std::fs::write(&file, settings).unwrap();
    drop(socket);
    let environment = [
        ("PORT", port.to_string()),
        ("ONSHI_CONFIG", file.display().to_string()),
    ];
    let tally = OPERATING.run(place.path(), &environment);
    assert!(tally.failed.is_empty(), "\n{}", tally.failed.join("\n"));
}

/// A command that finds no configuration says so, and leaves nothing behind.
#[test]
fn a_command_without_its_configuration_leaves_no_folder() {
    let commands = [
        "facility list",
        "facility add --code 1319990014 --name x",
        "application list",
        "account list --facility 1319990014",
        "certificate list --facility 1319990014",
        "certificate issue --facility 1319990014 --terminal x --out out",
        "insurer list",
        "insurer issue --name x --number 06139018 --out out",
        "insured populate --persons 1",
        "insured import nothing.jsonl",
        "medical import nothing.jsonl",
        "medical populate --persons 1",
        "card-authority list",
        "card-registration import nothing.jsonl",
        "emergency list",
        "access-report --person 1",
        "audit verify",
        "audit export --facility 1319990014",
        "backup --to out",
        "backup drill --report out",
        "vectors load --demo nowhere",
        "demo reset --dir nowhere",
        "demo clock --dir nowhere",
        "demo faults --dir nowhere",
        "demo log --dir nowhere",
    ];
    let mut wrong = Vec::new();
    for command in commands {
        let place = tempfile::tempdir().unwrap();
        let mut asked = Command::new(build_folder().join("onshi"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ONSHI_") {
                asked.env_remove(name);
            }
        }
        asked.args(command.split(' ')).current_dir(place.path());
        let output = asked.stdin(Stdio::null()).output().unwrap();
        let left: Vec<_> = std::fs::read_dir(place.path()).unwrap().flatten().collect();
        let code = output.status.code();
        if code != Some(2) || !left.is_empty() {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            wrong.push(format!(
                "onshi {command}: exit code {code:?}, left {left:?}: {why}"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
