//! The log: lines for people or JSON, to standard error or into files that never grow beyond a bound, and no more of them than a disk
//! bears, whatever callers do.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::ValueEnum;
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

use crate::bucket::Bucket;
use crate::metrics::metrics;

const DEFAULT: &str = "warn,sqlx::query=error,gateway=info,sandbox=info";
/// A file and those before it: `sluice.log`, `sluice.log.1` … `sluice.log.4`.
const FILES: u32 = 5;
const LARGEST: u64 = 16 * 1024 * 1024;
/// Lines a second in the long run, and how many may come at once.
const A_SECOND: f64 = 50.0;
const AT_ONCE: f64 = 2_000.0;
/// How often it is told that lines were left out.
const TOLD_EVERY: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A line for people
    #[default]
    Text,
    /// A JSON object a line
    Json,
}

/// Begins to log; `Err` is one sentence.
pub fn begin(format: Format, file: Option<&Path>) -> Result<(), String> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let colours = file.is_none() && io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let writer = match file {
        Some(path) => {
            let files = Files::open(path, LARGEST).map_err(|error| {
                format!("The log file {} cannot be written: {error}. Name another one with --log-file.", path.display())
            })?;
            BoxMakeWriter::new(Shared(Arc::new(Mutex::new(files))))
        }
        None => BoxMakeWriter::new(io::stderr),
    };
    let lines = fmt::layer().with_target(false).with_ansi(colours).with_writer(writer);
    let lines = match format {
        Format::Text => lines.boxed(),
        Format::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    tracing_subscriber::registry().with(lines).with(Bounded(Bucket::new(A_SECOND, AT_ONCE))).with(filter).init();
    Ok(())
}

/// Says from time to time how many lines were left out.
pub async fn tell_of_gaps() {
    let mut told = 0;
    loop {
        tokio::time::sleep(TOLD_EVERY).await;
        let all = metrics().log_lines_left_out.get();
        if all > told {
            tracing::warn!(lines = all - told, "lines were left out of the log, since more came than it takes");
            told = all;
        }
    }
}

/// Lets so many lines through that no caller fills the disk with them.
struct Bounded(Bucket);

impl<S: Subscriber> Layer<S> for Bounded {
    fn event_enabled(&self, _: &Event<'_>, _: Context<'_, S>) -> bool {
        let takes = self.0.has(1.0);
        if !takes {
            metrics().log_lines_left_out.inc();
        }
        takes
    }
}

/// A log file and the ones before it.
#[derive(Debug)]
struct Files {
    path: PathBuf,
    file: File,
    size: u64,
    largest: u64,
}

impl Files {
    fn open(path: &Path, largest: u64) -> io::Result<Self> {
        let file = append(path)?;
        Ok(Self { size: file.metadata()?.len(), path: path.to_owned(), file, largest })
    }

    /// `sluice.log.1` becomes `sluice.log.2`, and so on; the last one goes.
    fn turn(&mut self) -> io::Result<()> {
        let named = |number: u32| match number {
            0 => self.path.clone(),
            _ => {
                let mut name = self.path.clone().into_os_string();
                name.push(format!(".{number}"));
                name.into()
            }
        };
        for number in (0..FILES - 1).rev() {
            match std::fs::rename(named(number), named(number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        self.file = append(&self.path)?;
        self.size = 0;
        Ok(())
    }
}

/// Its owner's only: addresses of callers and names of connections are in it.
fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl Write for Files {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.size > 0 && self.size + line.len() as u64 > self.largest {
            self.turn()?;
        }
        let written = self.file.write(line)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[derive(Clone, Debug)]
struct Shared(Arc<Mutex<Files>>);

impl Write for Shared {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

impl<'a> MakeWriter<'a> for Shared {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_caller_cannot_fill_the_disk_with_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files::open(&folder.path().join("sluice.log"), 1_000).unwrap();
        for at in 0..1_000 {
            writeln!(files, "{at:0>99}").unwrap();
        }
        let all: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).collect();
        assert_eq!(all.len(), FILES as usize);
        assert!(all.iter().all(|size| *size <= 1_000), "{all:?}");
        let newest = std::fs::read_to_string(folder.path().join("sluice.log")).unwrap();
        assert!(newest.ends_with("999\n"), "{newest}");
        // Started again, it goes on in the same file.
        writeln!(Files::open(&folder.path().join("sluice.log"), 10_000).unwrap(), "again").unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("sluice.log")).unwrap(), format!("{newest}again\n"));
    }
}
