//! The wire to a PostgreSQL that counts what is executed over it: how many statements something costs, by what
//! the server is asked and not by what the program says.
//!
//! It reads PostgreSQL's protocol just so far that it tells messages apart, and passes everything on as it is.

use std::io::{Read, Result, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A message with a prepared statement that is to be run.
const EXECUTE: u8 = b'E';
/// The codes of requests that come before a start: for TLS, for GSSAPI.
const BEFORE_A_START: [u32; 2] = [80_877_103, 80_877_104];

/// A database behind a wire that counts.
pub struct CountedDatabase {
    /// The address of the database, through the wire.
    pub location: String,
    executed: Arc<AtomicU64>,
}

impl CountedDatabase {
    /// Lays the wire to the database of this address, on the loopback.
    ///
    /// # Panics
    /// When the address has no port of the loopback.
    pub fn before(location: &str) -> CountedDatabase {
        let (before, rest) = location.split_once("@127.0.0.1:").expect("the loopback");
        let (port, name) = rest.split_once('/').expect("a database");
        let port: u16 = port.parse().expect("a port");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let own = listener.local_addr().expect("it listens").port();
        let executed = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&executed);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if let Ok(server) = TcpStream::connect(("127.0.0.1", port)) {
                    join(client, server, &counter);
                }
            }
        });
        CountedDatabase {
            location: format!("{before}@127.0.0.1:{own}/{name}"),
            executed,
        }
    }

    /// How many statements were executed until now.
    pub fn executed(&self) -> u64 {
        self.executed.load(Ordering::SeqCst)
    }
}

/// Passes on what both sides say, until one of them has gone.
fn join(mut client: TcpStream, mut server: TcpStream, counter: &Arc<AtomicU64>) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (Ok(mut answers), Ok(mut back)) = (server.try_clone(), client.try_clone()) else {
        return;
    };
    let counter = Arc::clone(counter);
    std::thread::spawn(move || {
        let _ = questions(&mut client, &mut server, &counter);
        let _ = server.shutdown(Shutdown::Both);
    });
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
}

fn questions(client: &mut TcpStream, server: &mut TcpStream, counter: &AtomicU64) -> Result<()> {
    // What comes first has no letter.
    loop {
        let message = message(client, Vec::new())?;
        server.write_all(&message)?;
        let code = message.get(4..8).and_then(|code| code.try_into().ok());
        if !BEFORE_A_START.contains(&u32::from_be_bytes(code.unwrap_or_default())) {
            break;
        }
    }
    loop {
        let mut letter = vec![0];
        client.read_exact(&mut letter)?;
        let message = message(client, letter)?;
        if message.first() == Some(&EXECUTE) {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        server.write_all(&message)?;
    }
}

/// Reads a message behind its letter: its length, and the rest.
fn message(client: &mut TcpStream, mut read: Vec<u8>) -> Result<Vec<u8>> {
    let mut length = [0; 4];
    client.read_exact(&mut length)?;
    let rest = u64::from(u32::from_be_bytes(length)).saturating_sub(4);
    read.extend(length);
    client.take(rest).read_to_end(&mut read)?;
    Ok(read)
}
