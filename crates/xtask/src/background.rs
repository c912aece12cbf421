//! A build that goes on beside other work: into a log, with a word on how far it is while somebody waits for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{AtPath, Failure, Result};
use crate::workbench::{Workbench, shown};

/// Between two words to whoever waits.
const WORD: Duration = Duration::from_secs(15);

pub(crate) struct Background {
    child: Child,
    what: &'static str,
    command: String,
    log: PathBuf,
}

impl Background {
    /// Starts it; `what` is named to whoever waits, `name` is the log's.
    pub(crate) fn start(bench: &Workbench, what: &'static str, name: &str, command: &mut Command) -> Result<Self> {
        let log = bench.target_dir.join(name);
        fs::create_dir_all(&bench.target_dir).at("create", &bench.target_dir)?;
        let file = fs::File::create(&log).at("create", &log)?;
        let errors = file.try_clone().at("write", &log)?;
        // Cargo tells how far it is only to terminals, unless asked.
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
        let child = command.stdin(Stdio::null()).stdout(file).stderr(errors).spawn();
        let command = shown(command);
        let child = child.map_err(|error| Failure::new(format!("`{command}` could not be started")).because(error))?;
        eprintln!("-- {what} is being built meanwhile: {}", log.display());
        Ok(Self { child, what, command, log })
    }

    /// Waits for its end; what it said is shown where it failed, else its last line.
    pub(crate) fn finish(mut self) -> Result<()> {
        let started = Instant::now();
        let mut told = started;
        let status = loop {
            let status =
                self.child.try_wait().map_err(|error| Failure::new(format!("`{}` cannot be waited for", self.command)).because(error))?;
            if let Some(status) = status {
                break status;
            }
            if told == started || told.elapsed() >= WORD {
                told = Instant::now();
                let far = progress(&read(&self.log)?).unwrap_or_default();
                eprintln!("-- waiting for {} ({} s){far}", self.what, started.elapsed().as_secs());
            }
            thread::sleep(Duration::from_millis(200));
        };
        self.ended(status)
    }

    fn ended(&self, status: ExitStatus) -> Result<()> {
        let said = read(&self.log)?;
        if status.success() {
            eprintln!("{}", said.lines().last().unwrap_or_default());
            return Ok(());
        }
        eprintln!("{said}");
        Err(Failure::new(format!("{} could not be built", self.what))
            .because(status)
            .next(format!("`{}` repeats the build alone", self.command)))
    }
}

impl Drop for Background {
    /// What nobody waits for any more is not left running.
    fn drop(&mut self) {
        self.child.kill().ok();
    }
}

fn read(log: &Path) -> Result<String> {
    fs::read(log).at("read", log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// `: 123/456 crates`, from the line in which Cargo tells how far it is.
fn progress(said: &str) -> Option<String> {
    let line = said.rsplit(['\r', '\n']).find(|line| line.trim_start().starts_with("Building ["))?;
    let counts = line.split_once("] ")?.1;
    let counts = counts.split_once(':').map_or(counts, |(counts, _)| counts);
    counts.contains('/').then(|| format!(": {counts} crates"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_a_build_is_is_read_from_what_cargo_says() {
        let said = "   Compiling a v1\n    Building [==>      ] 12/380: a, b\r    Building [===>     ] 13/380: b\r";
        assert_eq!(progress(said).as_deref(), Some(": 13/380 crates"));
        assert_eq!(progress("   Compiling a v1\n"), None);
    }
}
