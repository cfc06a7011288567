//! The reader at work: one task that owns the state machine, one thread that speaks with the card,
//! one that compares faces.

use std::sync::Arc;
use std::sync::mpsc as threads;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::centre::ReaderClient;
use super::face::{Comparer, Picture};
use super::machine::{Command, Event, Machine, ReaderCredential, Settings, Shown, Sight, Touch};
use super::port::Port;
use super::secret::Secret;

/// How often it is looked whether a card is there.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const TICK_EVERY: Duration = Duration::from_millis(250);
/// What waits to be done at most; a page that sends more is told to wait.
const WAITING_MAX: usize = 64;

/// The way to the reader for its pages.
#[derive(Clone, Debug)]
pub struct Handle {
    events: mpsc::Sender<Event>,
    frames: threads::SyncSender<ForFace>,
    pub(super) shown: watch::Receiver<Shown>,
}

impl Handle {
    /// Somebody touched a screen.
    pub async fn touch(&self, number: u64, touch: Touch) {
        // Nobody listens only at the end.
        let _ = self.events.send(Event::Touched(number, touch)).await;
    }

    /// The camera took a picture. It is left out where the last one is still being compared.
    pub fn frame(&self, picture: Picture) {
        let _ = self.frames.try_send(ForFace::Frame(picture));
    }

    /// What is shown.
    pub fn shown(&self) -> Shown {
        self.shown.borrow().clone()
    }

    /// Waits until something else is shown than this handle has told so far; none at the end.
    pub async fn changed(&mut self) -> Option<Shown> {
        self.shown.changed().await.ok()?;
        Some(self.shown.borrow_and_update().clone())
    }

    /// There is no camera, or it may not be used.
    pub async fn no_camera(&self) {
        let _ = self.events.send(Event::Seen(Sight::NoCamera)).await;
    }
}

enum ForCard {
    Send(u64, Secret),
    Release,
    ReadPrinted,
}

#[derive(Debug)]
enum ForFace {
    Photo(Secret),
    Frame(Picture),
    Clear,
}

/// What a reader is made of.
pub(super) struct Parts {
    /// The rules.
    pub settings: Settings,
    /// Where the card lies.
    pub port: Box<dyn Port>,
    /// What lets a card sign without its PIN; without it there is neither face nor 目視.
    pub credential: Option<Arc<dyn ReaderCredential>>,
    /// The way to the centre.
    pub(super) client: ReaderClient,
    /// A name for each visit, drawn at random.
    pub draw: fn() -> String,
}

/// Starts a reader, which ends with its handles.
pub(super) fn start(parts: Parts) -> Handle {
    let (events, arriving) = mpsc::channel(WAITING_MAX);
    let (frames, faces) = threads::sync_channel(2);
    let (cards, for_card) = threads::channel();
    let machine = Machine::new(parts.settings, parts.credential);
    let (show, shown) = watch::channel(machine.shown());
    let (port, draw) = (parts.port, parts.draw);
    let tell = events.downgrade();
    std::thread::spawn(move || speak(port, &for_card, &tell, draw));
    let tell = events.downgrade();
    std::thread::spawn(move || compare(&faces, &tell));
    let work = Work {
        machine,
        began: Instant::now(),
        cards,
        frames: frames.clone(),
        client: Arc::new(parts.client),
        events: events.downgrade(),
        show,
    };
    tokio::spawn(work.run(arriving));
    Handle {
        events,
        frames,
        shown,
    }
}

struct Work {
    machine: Machine,
    began: Instant,
    cards: threads::Sender<ForCard>,
    frames: threads::SyncSender<ForFace>,
    client: Arc<ReaderClient>,
    events: mpsc::WeakSender<Event>,
    show: watch::Sender<Shown>,
}

impl Work {
    async fn run(mut self, mut arriving: mpsc::Receiver<Event>) {
        let mut ticks = tokio::time::interval(TICK_EVERY);
        let status = tokio::spawn(keep_asking(self.client.clone(), self.events.clone()));
        let renewal = tokio::spawn(super::renewal::look_after(
            self.client.clone(),
            self.show.subscribe(),
        ));
        loop {
            let event = tokio::select! {
                event = arriving.recv() => match event {
                    Some(event) => event,
                    None => break,
                },
                _ = ticks.tick() => Event::Tick,
            };
            let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
            for command in self.machine.step(now, event) {
                self.carry_out(command);
            }
            let shown = self.machine.shown();
            self.show.send_if_modified(|last| {
                let changed = *last != shown;
                *last = shown;
                changed
            });
        }
        status.abort();
        renewal.abort();
    }

    fn carry_out(&self, command: Command) {
        match command {
            Command::Send(number, bytes) => drop(self.cards.send(ForCard::Send(number, bytes))),
            Command::Release => drop(self.cards.send(ForCard::Release)),
            Command::ReadPrinted => drop(self.cards.send(ForCard::ReadPrinted)),
            Command::Photo(photo) => self.face(ForFace::Photo(photo)),
            Command::LookAway => self.face(ForFace::Clear),
            // The page sees by the screen that the camera is to look, and that the alarm sounds.
            Command::Look | Command::Alarm(_) => {}
            Command::Tell(trouble) => {
                let client = self.client.clone();
                tokio::spawn(async move { client.tell(trouble).await });
            }
            Command::Ask(number, question) => {
                let (client, events) = (self.client.clone(), self.events.clone());
                tokio::spawn(async move {
                    let reply = Box::new(client.ask(question).await);
                    tell(&events, Event::Centre(number, reply)).await;
                });
            }
        }
    }

    fn face(&self, work: ForFace) {
        let frames = self.frames.clone();
        // A comparison takes some milliseconds, and what is to be cleared must be.
        tokio::task::spawn_blocking(move || drop(frames.send(work)));
    }
}

async fn tell(events: &mpsc::WeakSender<Event>, event: Event) {
    if let Some(events) = events.upgrade() {
        let _ = events.send(event).await;
    }
}

/// What holds at this reader, asked again as often as the centre says.
async fn keep_asking(client: Arc<ReaderClient>, events: mpsc::WeakSender<Event>) {
    loop {
        let (rules, again) = client.status().await;
        if let Some(rules) = rules {
            tell(&events, Event::Rules(rules)).await;
        }
        tokio::time::sleep(again).await;
    }
}

fn say(events: &mpsc::WeakSender<Event>, event: Event) -> bool {
    match events.upgrade() {
        Some(events) => events.blocking_send(event).is_ok(),
        None => false,
    }
}

/// Speaks with the card, and looks whether one is there.
fn speak(
    mut port: Box<dyn Port>,
    work: &threads::Receiver<ForCard>,
    events: &mpsc::WeakSender<Event>,
    draw: fn() -> String,
) {
    let mut known = None;
    loop {
        let there = port.card();
        if there != known {
            if known.is_some() {
                port.release();
                // What was still to be said was for the card before.
                while work.try_recv().is_ok() {}
                if !say(events, Event::CardOut) {
                    return;
                }
            }
            known = there;
            if there.is_some() && !say(events, Event::CardIn(draw())) {
                return;
            }
        }
        let event = match work.recv_timeout(LOOK_EVERY) {
            Err(threads::RecvTimeoutError::Timeout) => {
                if events.upgrade().is_none() {
                    return;
                }
                continue;
            }
            Err(threads::RecvTimeoutError::Disconnected) => return,
            Ok(ForCard::Release) => {
                port.release();
                continue;
            }
            Ok(ForCard::ReadPrinted) => Event::Printed(port.printed()),
            Ok(ForCard::Send(number, command)) => match port.transmit(&command) {
                // Pulled out: that is said by its own event.
                Err(_) if port.card() != known => continue,
                answer => Event::Card(number, answer),
            },
        };
        if !say(events, event) {
            return;
        }
    }
}

/// Compares what the camera sees with the card's photo.
fn compare(work: &threads::Receiver<ForFace>, events: &mpsc::WeakSender<Event>) {
    let mut comparer = Comparer::new();
    while let Ok(next) = work.recv() {
        let event = match next {
            ForFace::Clear => {
                comparer.clear();
                continue;
            }
            ForFace::Photo(photo) => Event::Photo(comparer.keep(&photo)),
            ForFace::Frame(picture) => match comparer.see(&picture) {
                Some(sight) => Event::Seen(sight),
                None => continue,
            },
        };
        if !say(events, event) {
            return;
        }
    }
}
