//! A program and whatever it starts, as one process group: what an engine starts outlives it otherwise.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::failure::{AtPath, Failure, Result};
use crate::workbench::{output, shown};

/// So long a program may take to end by itself.
const GRACE: Duration = Duration::from_secs(15);
/// Something of every engine's command lines, so that no other process is ended that has got the same number since.
const MARKS: [&str; 2] = ["prefect", "airflow"];

/// Ends when it is dropped.
pub(super) struct Group {
    id: u32,
    child: Option<Child>,
    left: bool,
}

impl Group {
    /// Starts a program as a group of its own, which writes to that file.
    pub(super) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let file = fs::File::create(log).at("create", log)?;
        let errors = file.try_clone().at("write", log)?;
        command.stdin(Stdio::null()).stdout(file).stderr(errors);
        own_group(command);
        let child = command.spawn().map_err(|error| Failure::new(format!("could not start `{}`", shown(command))).because(error))?;
        Ok(Self { id: child.id(), child: Some(child), left: false })
    }

    /// One that was started before and still has processes: it ends too when it is dropped.
    pub(super) fn known(id: u32) -> Option<Self> {
        alive(id).then_some(Self { id, child: None, left: false })
    }

    pub(super) const fn id(&self) -> u32 {
        self.id
    }

    /// Goes on without this process.
    pub(super) fn leave(mut self) {
        self.left = true;
    }

    /// Waits until it is so; fails if the program ends before, or takes too long.
    pub(super) fn until(&mut self, what: &str, within: Duration, log: &Path, ready: impl Fn() -> bool) -> Result<()> {
        let begun = Instant::now();
        while !ready() {
            let ended = self.child.as_mut().is_some_and(|child| child.try_wait().is_ok_and(|status| status.is_some()));
            if ended || begun.elapsed() > within {
                let said = fs::read_to_string(log).unwrap_or_default();
                let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
                let problem = if ended { "ended" } else { "is not ready in time" };
                return Err(Failure::new(format!("{what} {problem}")).because(last).next(format!("read {}", log.display())));
            }
            sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn signal(&self, name: &str) {
        // That it may be over already is no matter.
        let _ = output(Command::new("kill").args([&format!("-{name}"), "--", &format!("-{}", self.id)]).stderr(Stdio::null()));
    }

    fn over(&mut self) -> bool {
        if let Some(child) = &mut self.child {
            // Else it stays in the list of processes.
            let _ = child.try_wait();
        }
        !alive(self.id)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.left {
            return;
        }
        for name in ["TERM", "KILL"] {
            self.signal(name);
            let begun = Instant::now();
            while begun.elapsed() < GRACE {
                if self.over() {
                    return;
                }
                sleep(Duration::from_millis(100));
            }
        }
    }
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}

/// Whether a process of this group is an engine's.
pub(super) fn alive(id: u32) -> bool {
    let all = output(Command::new("ps").args(["-eo", "pgid=,stat=,args="])).unwrap_or_default();
    all.lines().any(|line| of_group(line, id))
}

fn of_group(line: &str, id: u32) -> bool {
    let mut words = line.split_whitespace();
    let (group, state) = (words.next(), words.next().unwrap_or_default());
    group.and_then(|group| group.parse().ok()) == Some(id) && !state.starts_with('Z') && MARKS.iter().any(|mark| line.contains(mark))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_an_engines_own_processes_are_a_group() {
        assert!(of_group("  71 Sl   /c/prefect-3.9.1/bin/python -m prefect.engine", 71));
        assert!(!of_group("  71 Sl   /c/prefect-3.9.1/bin/python -m prefect.engine", 7));
        assert!(!of_group("  71 Z    [prefect] <defunct>", 71));
        assert!(of_group("  71 S    airflow worker -- LocalExecutor:", 71));
        assert!(!of_group("  71 S    vi notes.txt", 71));
    }

    #[cfg(unix)]
    #[test]
    fn what_a_program_started_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut shell = Command::new("sh");
        shell.args(["-c", "sh -c 'sleep 600; : prefect' & echo ready; wait; : prefect"]);
        let mut group = Group::start(&mut shell, &log).unwrap();
        group.until("it", GRACE, &log, || fs::read_to_string(&log).unwrap() == "ready\n").unwrap();
        let id = group.id();
        assert!(alive(id));
        assert!(alive(id), "looking ends nothing");
        drop(group);
        assert!(!alive(id));
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_ends_says_its_last_line() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut group = Group::start(Command::new("sh").args(["-c", "echo no room; exit 3 # prefect"]), &log).unwrap();
        let failure = group.until("it", GRACE, &log, || false).unwrap_err();
        assert_eq!(failure.on_one_line(), "it ended: no room");
    }
}
