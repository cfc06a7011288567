//! A card in a virtual reader: `vpcd` of vsmartcard listens, and the card connects to it.

use super::folder::{Folder, InReader};
use super::{FolderArguments, OneArguments};
use crate::output::{Failure, Output};
use crate::serve::{asked_to_stop, runtime};
use clap::Args;
use onshi_card::slot::{Answer, Asked};
use onshi_card::{Card, CardFile, Inserted, Random, may_change};
use onshi_core::entropy::fresh_seed;
use onshi_language::{cause, counted, say};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use socket2::SockRef;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How soon a reader asks what is in it, where nothing else is.
const FIRST_QUESTION: Duration = Duration::from_secs(5);
/// How long it may take until a card that is told to is out.
const LEAVE: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Which card, and into which reader.
#[derive(Args)]
pub struct InsertArguments {
    /// What the card is called.
    ///
    /// カードの名前
    name: String,
    #[command(flatten)]
    place: FolderArguments,
    /// Where the virtual reader listens for cards.
    ///
    /// 仮想カードリーダーがカードを待ち受けているアドレス
    #[arg(long, default_value = "127.0.0.1:35963", value_name = "ADDRESS")]
    reader: SocketAddr,
    /// How long each command takes, in milliseconds, instead of what the card's file says.
    ///
    /// 1回の応答にかかる時間（ミリ秒）。省略するとカードのファイルのとおりです。
    #[arg(long)]
    latency_ms: Option<u32>,
    /// The card is taken away after this many commands, whatever its file says.
    ///
    /// この回数の応答の後に、カードを取り去ります。省略するとカードのファイルのとおりです。
    #[arg(long, value_name = "COMMANDS")]
    taken_away_after: Option<u32>,
    /// A phone's owner has not unlocked it.
    ///
    /// スマートフォンのロックを解除していない状態にします。
    #[arg(long)]
    locked: bool,
}

/// How it ended.
enum End {
    /// Somebody took the card out.
    Removed,
    /// It was taken away after so many commands.
    TakenAway,
    /// The reader ended the connection.
    ReaderEnded,
}

/// `onshi card insert`.
pub fn run(arguments: &InsertArguments, output: &Output) -> Result<(), Failure> {
    let folder = Folder::new(&arguments.place.folder);
    let name = &arguments.name;
    // Read after it is taken: whoever had it before has written its counters.
    folder.card(name)?;
    let _taken = folder.take(name)?;
    let file = folder.card(name)?;
    let mut slot = Slot::new(folder, file, arguments);
    let end = runtime()?.block_on(slot.run(arguments.reader, output))?;
    let commands = slot.inserted.commands();
    let answered = counted(commands, "command", "commands");
    match end {
        End::Removed => output.result(&json!({"ended": "removed", "commands": commands}), || {
            say!(
                "The card {name} was taken out, after {answered}.",
                "カード {name} を取り出しました（応答{commands}回）。"
            )
        }),
        End::TakenAway => {
            output.result(
                &json!({"ended": "taken-away", "commands": commands}),
                || {
                    say!(
                        "The card {name} was taken away after {answered}, as it was to be.",
                        "指定のとおり、{commands}回の応答の後にカード {name} が取り去られました。"
                    )
                },
            );
        }
        End::ReaderEnded => {
            return Err(Failure::fault(
                say!("the reader at {}", "リーダー（{}）", arguments.reader),
                say!(
                    "it ended the connection; the card is out, and its counters are kept",
                    "接続が終わりました。カードは取り出した状態で、残り回数などは保存されています。"
                ),
            ));
        }
    }
    Ok(())
}

/// `onshi card remove`.
pub fn remove(one: &OneArguments, output: &Output) -> Result<(), Failure> {
    let folder = Folder::new(&one.place.folder);
    let name = &one.name;
    folder.card(name)?;
    let pid = match folder.holder(name)? {
        Some(InReader::Process(pid)) => Pid::from_raw(pid),
        Some(InReader::Tray) => {
            let text = say!(
                "the card {name} lies on the reader of `onshi reader`; take it off on its page",
                "カード {name} は `onshi reader` のリーダーに置かれています。その画面で「取る」を押してください。"
            );
            return Err(Failure::refused("card.on_tray", text));
        }
        None => None,
    };
    let Some(pid) = pid else {
        let text = say!(
            "the card {name} is in no reader",
            "カード {name} はリーダーに入っていません。"
        );
        return Err(Failure::refused("card.not_inserted", text));
    };
    let what = say!("taking out the card {name}", "カード {name} の取り出し");
    kill_process(pid, Signal::TERM).map_err(|error| Failure::io(what.clone(), &error.into()))?;
    let begin = Instant::now();
    while folder.is_inserted(name)? {
        if begin.elapsed() > LEAVE {
            let why = say!(
                "process {} does not let go of it; end that process",
                "プロセス {} が応答しません。そのプロセスを終了してください。",
                pid.as_raw_nonzero()
            );
            return Err(Failure::fault(what, why));
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    output.result(&json!({"removed": name}), || {
        say!(
            "The card {name} is out of the reader.",
            "カード {name} をリーダーから取り出しました。"
        )
    });
    Ok(())
}

/// The card on its way into a reader and in it.
struct Slot {
    folder: Folder,
    file: CardFile,
    inserted: Inserted,
    random: Random,
}

impl Slot {
    fn new(folder: Folder, file: CardFile, arguments: &InsertArguments) -> Slot {
        let mut handling = file.handling;
        handling.latency_ms = arguments.latency_ms.unwrap_or(handling.latency_ms);
        handling.taken_away_after = arguments.taken_away_after.or(handling.taken_away_after);
        let mut card = Card::new(file.memory.clone());
        card.hold(!arguments.locked);
        Slot {
            folder,
            inserted: Inserted::new(card, handling),
            file,
            random: Random::from_seed(fresh_seed()),
        }
    }

    async fn run(&mut self, reader: SocketAddr, output: &Output) -> Result<End, Failure> {
        let stopped = asked_to_stop();
        tokio::pin!(stopped);
        let mut stream = TcpStream::connect(reader).await.map_err(|error| {
            let why = say!(
                "{}. Is pcscd running with vsmartcard-vpcd?",
                "{}。pcscd が vsmartcard-vpcd とともに動いているか確かめてください。",
                cause(&error)
            );
            let what = say!(
                "the virtual reader at {reader}",
                "仮想カードリーダー（{reader}）"
            );
            Failure::fault(what, why)
        })?;
        stream.set_nodelay(true).map_err(|e| broken(reader, &e))?;
        let name = &self.file.name;
        output.result(&json!({"inserted": name, "reader": reader}), || {
            say!(
                "The card {name} is in the reader at {reader}. Ctrl-C or `onshi card remove {name}` takes it out.",
                "カード {name} をリーダー（{reader}）に入れました。Ctrl-C か `onshi card remove {name}` で取り出せます。"
            )
        });
        let mut quiet = Some(FIRST_QUESTION);
        loop {
            let message = tokio::select! {
                () = &mut stopped => return Ok(End::Removed),
                message = next(&mut stream, quiet.take(), reader) => message,
            };
            let Some(message) = message.map_err(|e| broken(reader, &e))? else {
                return Ok(End::ReaderEnded);
            };
            let Some(asked) = Asked::parse(&message) else {
                continue;
            };
            match self.inserted.answer(asked, &mut self.random) {
                Answer::Nothing => {}
                Answer::Gone => return Ok(End::TakenAway),
                Answer::Bytes(answered) => {
                    self.keep(asked)?;
                    tokio::time::sleep(answered.after).await;
                    let sent = write(&mut stream, &answered.bytes).await;
                    sent.map_err(|e| broken(reader, &e))?;
                }
            }
        }
    }

    /// Keeps what a command changed before its answer is given: no try comes back by a kill.
    fn keep(&mut self, asked: Asked<'_>) -> Result<(), Failure> {
        match asked {
            Asked::Command(command) if may_change(command) => {
                self.file.memory = self.inserted.card().memory().clone();
                self.folder.write(&self.file.name, &self.file)
            }
            _ => Ok(()),
        }
    }
}

/// The next message. Where none comes for so long, it is told, and waited on.
async fn next(
    stream: &mut TcpStream,
    quiet: Option<Duration>,
    reader: SocketAddr,
) -> std::io::Result<Option<Vec<u8>>> {
    let message = read(stream);
    tokio::pin!(message);
    if let Some(quiet) = quiet {
        match tokio::time::timeout(quiet, &mut message).await {
            Ok(message) => return message,
            Err(_) => warn(reader),
        }
    }
    message.await
}

/// The next message, without its length; `None` at the end of the connection.
async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut length = [0; 2];
    if !fill(stream, &mut length).await? {
        return Ok(None);
    }
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    Ok(fill(stream, &mut message).await?.then_some(message))
}

/// Reads until it is full; `false` at the end of the connection.
async fn fill(stream: &mut TcpStream, bytes: &mut [u8]) -> std::io::Result<bool> {
    let mut done = 0;
    while let Some(rest) = bytes.get_mut(done..).filter(|rest| !rest.is_empty()) {
        // The reader sends length and message apart, and waits with the second until the first is
        // acknowledged: without this each command takes 40 ms more. The system forgets it each time.
        SockRef::from(&*stream).set_tcp_quickack(true)?;
        match stream.read(rest).await? {
            0 => return Ok(false),
            read => done += read,
        }
    }
    Ok(true)
}

async fn write(stream: &mut TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let length = u16::try_from(answer.len()).unwrap_or(u16::MAX);
    let message = [&length.to_be_bytes(), answer].concat();
    stream.write_all(&message).await
}

fn broken(reader: SocketAddr, error: &std::io::Error) -> Failure {
    let what = say!(
        "the virtual reader at {reader}",
        "仮想カードリーダー（{reader}）"
    );
    Failure::io(what, error)
}

fn warn(reader: SocketAddr) {
    use std::io::Write;
    let text = say!(
        "onshi: the reader at {reader} asks nothing yet: another card may be in it, or nobody uses it. Waiting.",
        "onshi: リーダー（{reader}）からまだ何も求められていません。別のカードが入っているか、リーダーが使われていない可能性があります。待っています。"
    );
    let _ = writeln!(std::io::stderr(), "{text}");
}
