//! The commands that stand in a document: its fences in the language `sh`, each with a mark before it where it is not run.

/// What is done with the commands of a fence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// They are run.
    Run,
    /// They are run, and the last of them goes on until it is ended.
    GoesOn,
    /// They are not, for this reason.
    NotRun(String),
}

/// A fence of a document.
#[derive(Clone, Debug)]
pub struct Fence {
    /// The line on which it begins.
    pub line: usize,
    /// Its language.
    pub language: String,
    pub mark: Mark,
    pub text: String,
}

/// Every fence of a document.
pub fn fences(text: &str) -> Vec<Fence> {
    let (mut found, mut open, mut before) = (Vec::new(), None::<(usize, Fence)>, "");
    for (at, line) in text.lines().enumerate() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        match open.take() {
            Some((_, fence)) if bare.starts_with("```") => found.push(fence),
            Some((indent, mut fence)) => {
                fence.text += line.get(indent..).unwrap_or(bare);
                fence.text += "\n";
                open = Some((indent, fence));
            }
            None => {
                if let Some(language) = bare.strip_prefix("```") {
                    let fence = Fence {
                        line: at + 1,
                        language: language.to_owned(),
                        mark: mark(before),
                        text: String::new(),
                    };
                    open = Some((indent, fence));
                }
            }
        }
        before = bare;
    }
    found
}

fn mark(before: &str) -> Mark {
    let comment = before.strip_prefix("<!-- ");
    let comment = comment.and_then(|rest| rest.strip_suffix(" -->"));
    match comment.and_then(|words| words.split_once(": ")) {
        Some(("not run", why)) => Mark::NotRun(why.to_owned()),
        Some(("goes on", _)) => Mark::GoesOn,
        _ => Mark::Run,
    }
}

/// The commands of a fence, each as long as the shell finds it unfinished.
pub fn commands(text: &str) -> Vec<String> {
    let (mut all, mut command) = (Vec::new(), String::new());
    for line in text.lines() {
        command += line;
        command += "\n";
        let bare = command.trim();
        if bare.is_empty() || bare.starts_with('#') && !bare.contains('\n') {
            command.clear();
        } else if !line.ends_with('\\') && is_whole(&command) {
            all.push(std::mem::take(&mut command));
        }
    }
    assert!(command.trim().is_empty(), "no whole command: {command}");
    all
}

fn is_whole(command: &str) -> bool {
    let read = std::process::Command::new("bash")
        .args(["-n", "-c", command])
        .stderr(std::process::Stdio::null())
        .status();
    read.is_ok_and(|status| status.success())
}

#[test]
fn fences_are_read_with_their_marks_and_commands_whole() {
    let text = "1. a\n   <!-- not run: it needs root -->\n   ```sh\n   apt install x\n   ```\n```json\n{}\n```\n\
                ```sh\n# what follows\na=1\nsend() { curl \\\n  x; }\njq 'a\n  b' | \\\n  send\n```\n";
    let found = fences(text);
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].mark, Mark::NotRun("it needs root".to_owned()));
    assert_eq!(found[0].text, "apt install x\n");
    assert_eq!(found[1].language, "json");
    let commands = commands(&found[2].text);
    assert_eq!(commands.len(), 3, "{commands:?}");
    assert_eq!(commands[2], "jq 'a\n  b' | \\\n  send\n");
}
