//! The operating system: what it is, and the steps that need root, all in one command.

use std::fs;

use super::report::Report;
use crate::failure::{AtPath, Failure, Result};
use crate::workbench::{self, Workbench, output, shown};

/// The facts about this machine that decide what setup may do.
#[derive(Debug)]
pub(super) struct System {
    name: String,
    ubuntu: bool,
    apt: bool,
    root: bool,
    /// Debian's name of its release; empty elsewhere.
    release: String,
}

impl System {
    pub(super) fn detect(bench: &Workbench) -> Self {
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let field = |name: &str| os_release_field(&release, name);
        let family = format!("{} {}", field("ID"), field("ID_LIKE"));
        let debian = family.split_whitespace().any(|id| id == "debian" || id == "ubuntu");
        let name = field("PRETTY_NAME");
        Self {
            name: if name.is_empty() { std::env::consts::OS.to_owned() } else { name },
            ubuntu: family.split_whitespace().any(|id| id == "ubuntu"),
            apt: debian && bench.which("apt-get").is_some(),
            root: output(bench.command("id").arg("-u")).as_deref() == Some("0"),
            release: if field("ID") == "debian" { field("VERSION_CODENAME") } else { String::new() },
        }
    }

    /// Debian, Ubuntu or a relative: packages can be installed unattended.
    pub(super) fn has_apt(&self) -> bool {
        self.apt
    }

    /// Debian as root: its packages come without a question.
    pub(super) fn installs_alone(&self) -> bool {
        self.apt && self.root && !self.ubuntu
    }

    pub(super) fn is_root(&self) -> bool {
        self.root
    }

    /// `bookworm`, where this is Debian itself.
    pub(super) fn debian_release(&self) -> Option<&str> {
        Some(self.release.as_str()).filter(|release| !release.is_empty())
    }

    /// The packages of a browser and its driver.
    pub(super) fn browser_packages(&self) -> [&'static str; 2] {
        if self.ubuntu { ["chromium-browser", "chromium-chromedriver"] } else { ["chromium", "chromium-driver"] }
    }
}

fn os_release_field(release: &str, name: &str) -> String {
    release
        .lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.trim_matches(['"', '\'']).to_owned())
        .unwrap_or_default()
}

/// One missing program of the operating system.
#[derive(Debug)]
pub(super) struct Missing {
    pub(super) tool: &'static str,
    pub(super) why: String,
    pub(super) packages: Vec<&'static str>,
}

/// Everything that root has to do, gathered so that it is one command.
#[derive(Debug, Default)]
pub(super) struct RootSteps {
    pub(super) missing: Vec<Missing>,
    pub(super) wasm_std: bool,
}

impl RootSteps {
    /// Runs the steps as root; tells an ordinary user the one command; elsewhere names each tool.
    pub(super) fn carry_out(&self, system: &System, bench: &Workbench, report: &mut Report) -> Result<()> {
        if self.missing.is_empty() && !self.wasm_std {
            return Ok(());
        }
        if !system.apt {
            return Err(self.by_hand(system));
        }
        let script = std::env::temp_dir().join(format!("sluice-setup-{}.sh", std::process::id()));
        let repository_copy = bench.root.join("crates/xtask/src/setup/root.sh");
        let mut command = bench.command("sh");
        command.arg(&repository_copy).args(self.arguments());
        if !system.root {
            return Err(Failure::new("some of what is missing can only be installed by root")
                .because(self.named())
                .next(format!("run this one command, then the same task again:\nsudo {}", shown(&command))));
        }
        for missing in &self.missing {
            report.missing(missing.tool, &missing.why, "a minute");
        }
        // sh reads a script while it runs; a copy cannot change under it.
        fs::copy(&repository_copy, &script).at("copy", &repository_copy)?;
        let mut command = bench.command("sh");
        command.arg(&script).args(self.arguments());
        let done = workbench::run(&mut command);
        // A left-over copy in the temporary folder does no harm.
        let _ = fs::remove_file(&script);
        done.map_err(|failure| {
            Failure::new(format!("could not install {}", self.named()))
                .after(&failure)
                .next("check that the package servers can be reached (`apt-get update`), then run it again")
        })
    }

    fn arguments(&self) -> Vec<&'static str> {
        let flag = self.wasm_std.then_some("--wasm-std");
        let mut packages: Vec<_> = self.missing.iter().flat_map(|m| m.packages.iter().copied()).collect();
        packages.sort_unstable();
        packages.dedup();
        flag.into_iter().chain(packages).collect()
    }

    fn named(&self) -> String {
        let mut names: Vec<_> = self.missing.iter().map(|m| m.tool).collect();
        if self.wasm_std {
            names.push("the WebAssembly standard library");
        }
        names.join(", ")
    }

    fn by_hand(&self, system: &System) -> Failure {
        let lines: Vec<_> = self.missing.iter().map(|m| format!("{}: {}", m.tool, m.why)).collect();
        Failure::new(format!("setup installs by itself on Debian and Ubuntu only; this is {}", system.name))
            .because(format!("missing: {}", self.named()))
            .next(format!("install these with your system's package manager, then run it again:\n{}", lines.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> RootSteps {
        RootSteps {
            missing: vec![
                Missing { tool: "Chromium", why: "the tests drive it".into(), packages: vec!["chromium"] },
                Missing {
                    tool: "chromedriver",
                    why: "the WebAssembly tests run through it".into(),
                    packages: vec!["chromium-driver", "chromium"],
                },
            ],
            wasm_std: true,
        }
    }

    #[test]
    fn one_command_names_each_package_once() {
        assert_eq!(steps().arguments(), ["--wasm-std", "chromium", "chromium-driver"]);
    }

    #[test]
    fn an_unknown_system_is_told_every_tool() {
        let system = System { name: "Plan 9".into(), ubuntu: false, apt: false, root: true, release: String::new() };
        let text = steps().by_hand(&system).to_string();
        for part in ["Plan 9", "Chromium: the tests drive it", "chromedriver", "WebAssembly standard library"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }

    #[test]
    fn os_release_is_read_with_and_without_quotes() {
        let release = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nID_LIKE='x y'";
        assert_eq!(os_release_field(release, "ID"), "debian");
        assert_eq!(os_release_field(release, "PRETTY_NAME"), "Debian GNU/Linux 12 (bookworm)");
        assert_eq!(os_release_field(release, "ID_LIKE"), "x y");
        assert_eq!(os_release_field(release, "VERSION"), "");
    }
}
