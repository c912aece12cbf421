//! Where things are, and how child processes are started: with the pinned tools first on PATH.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::failure::{Failure, Result};

/// The repository and the environment every child process gets.
#[derive(Debug, Clone)]
pub(crate) struct Workbench {
    pub(crate) root: PathBuf,
    pub(crate) target_dir: PathBuf,
    path: OsString,
    wasm_env: Vec<(&'static str, OsString)>,
}

impl Workbench {
    /// The workspace this xtask was built from.
    pub(crate) fn open() -> Result<Self> {
        let manifest_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest_dir
            .ancestors()
            .nth(2)
            .filter(|root| root.join("Cargo.lock").is_file())
            .ok_or_else(|| {
                Failure::new(format!("the workspace around {} is gone", manifest_dir.display()))
                    .next("run `cargo xtask` inside the clone; it rebuilds this tool there")
            })?
            .to_path_buf();
        let target_dir = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        Ok(Self { root, target_dir, path: env::var_os("PATH").unwrap_or_default(), wasm_env: Vec::new() })
    }

    /// Puts a directory of tools before everything else on the children's PATH.
    pub(crate) fn prepend_path(&mut self, dir: &Path) {
        let rest = env::split_paths(&self.path).filter(|known| known != dir);
        let all: Vec<PathBuf> = std::iter::once(dir.to_path_buf()).chain(rest).collect();
        // A directory with a colon in its name cannot be on a PATH at all.
        if let Ok(joined) = env::join_paths(all) {
            self.path = joined;
        }
    }

    /// Extra environment of every build for `wasm32-unknown-unknown`.
    pub(crate) fn set_wasm_env(&mut self, vars: Vec<(&'static str, OsString)>) {
        self.wasm_env = vars;
    }

    /// Where builds for the browser leave their files.
    pub(crate) fn wasm_target_dir(&self) -> PathBuf {
        self.wasm_env
            .iter()
            .find(|(name, _)| *name == "CARGO_TARGET_DIR")
            .map_or_else(|| self.target_dir.clone(), |(_, dir)| PathBuf::from(dir))
    }

    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    pub(crate) fn tests_dir(&self) -> PathBuf {
        self.root.join("tests")
    }

    /// The walks of the vendors' own clients.
    pub(crate) fn clients_dir(&self) -> PathBuf {
        self.tests_dir().join("clients")
    }

    /// Finds an executable on the children's PATH.
    pub(crate) fn which(&self, program: &str) -> Option<PathBuf> {
        which::which_in(program, Some(&self.path), &self.root).ok()
    }

    /// A child process in the repository's root.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", &self.path).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        // `cargo run` describes xtask in these; a nested cargo would hand them on to build scripts, which
        // then see another environment than in a build started by hand and run again.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        command
    }

    /// A child process that compiles for the browser.
    pub(crate) fn wasm_command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.command(program);
        command.envs(self.wasm_env.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| {
            let part = part.to_string_lossy();
            if part.is_empty() || part.contains([' ', '\'', '"', '$', '&', ';']) {
                format!("'{}'", part.replace('\'', r"'\''"))
            } else {
                part.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs a child to its end on our own terminal.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    command.stdin(Stdio::null()).status().map_err(|error| {
        Failure::new(format!("could not start `{}`", shown(command)))
            .because(error)
            .next("run `cargo xtask setup`: it installs what is missing")
    })
}

/// Runs a child that must succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{}` failed", shown(command))).because(status)) }
}

/// Standard output of a child that succeeded, trimmed; `None` if it is missing or failed.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_shown_command_can_be_pasted_into_a_shell() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo it's $HOME", "plain", ""]);
        assert_eq!(shown(&command), r"sh -c 'echo it'\''s $HOME' plain ''");
    }

    #[test]
    fn a_prepended_directory_wins_and_stands_once() {
        let mut bench = Workbench::open().unwrap();
        bench.prepend_path(Path::new("/tools/a"));
        bench.prepend_path(Path::new("/tools/b"));
        bench.prepend_path(Path::new("/tools/a"));
        let dirs: Vec<_> = env::split_paths(&bench.path).take(3).collect();
        assert_eq!(dirs[..2], [Path::new("/tools/a"), Path::new("/tools/b")]);
        assert_ne!(dirs[2], Path::new("/tools/a"));
    }
}
