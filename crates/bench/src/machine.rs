//! The machine that was measured, and how often its disk flushes.

use super::timing::rounded;
use onshi_core::Fault;
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// What the figures depend on.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    pub cores: usize,
    pub processor: String,
    pub memory_gib: u64,
    pub kernel: String,
    /// The load of the last minute before the run: what others did on the machine.
    pub load: String,
    /// The folder that the program was built into: `debug`, `demo` or `release`.
    pub build: String,
}

impl Machine {
    /// Looks at this machine.
    pub fn look() -> Machine {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split_once(':'))
                .map_or(String::new(), |(_, value)| value.trim().to_owned())
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal");
        let kib: u64 = memory
            .split(' ')
            .next()
            .and_then(|n| n.parse().ok())
            .unwrap_or(0);
        let word = |path: &str| {
            let text = read(path);
            text.split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        let folder = std::env::current_exe()
            .ok()
            .and_then(|exe| exe.parent()?.file_name()?.to_str().map(str::to_owned));
        Machine {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor: field(&read("/proc/cpuinfo"), "model name"),
            memory_gib: kib.div_ceil(1024 * 1024),
            kernel: word("/proc/sys/kernel/osrelease"),
            load: word("/proc/loadavg"),
            build: folder.unwrap_or_default(),
        }
    }
}

/// Appends a little and flushes, again and again: what one commit costs at the least. Returns how
/// often a second that went.
pub fn flush_disk(folder: &Path, time: Duration) -> Result<f64, Fault> {
    let path = folder.join("flush-probe");
    let fault = |e| Fault::at(format!("flushing {}", path.display()), e);
    let mut file = std::fs::File::create(&path).map_err(fault)?;
    let begun = Instant::now();
    let mut flushes: u32 = 0;
    while begun.elapsed() < time {
        file.write_all(&[7; 512]).map_err(fault)?;
        file.sync_data().map_err(fault)?;
        flushes += 1;
    }
    let per_second = f64::from(flushes) / begun.elapsed().as_secs_f64();
    std::fs::remove_file(&path).map_err(fault)?;
    Ok(rounded(per_second))
}

/// How much of the processors' time this thread has had so far.
pub fn processor_time_of_thread() -> Result<Duration, Fault> {
    let path = "/proc/thread-self/schedstat";
    let fault = |e: &dyn std::fmt::Display| Fault::at(format!("reading {path}"), e);
    let text = std::fs::read_to_string(path).map_err(|e| fault(&e))?;
    // The first number is the nanoseconds that it ran.
    let first = text.split(' ').next().unwrap_or_default();
    let nanoseconds = first.parse().map_err(|e| fault(&e))?;
    Ok(Duration::from_nanos(nanoseconds))
}

/// How many bytes were read from the disk for this process so far.
pub fn read_from_disk() -> Result<u64, Fault> {
    let path = "/proc/self/io";
    let fault = |e: &dyn std::fmt::Display| Fault::at(format!("reading {path}"), e);
    let text = std::fs::read_to_string(path).map_err(|e| fault(&e))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("read_bytes: "));
    let bytes = line.unwrap_or_default().parse();
    bytes.map_err(|e: std::num::ParseIntError| fault(&e))
}
