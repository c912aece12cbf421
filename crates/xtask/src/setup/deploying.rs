//! The programs that the files of `deploy/` are for. None of them has to be there: what cannot be tried is left out, and said.

use std::fs;
use std::path::PathBuf;

use super::cargo_tools::cache_dir;
use super::report::Report;
use super::system::{Missing, System};
use crate::failure::{AtPath, Failure, Result};
use crate::workbench::{Workbench, output, run};

/// What the tests of `deploy/` can use here.
#[derive(Debug)]
pub(crate) struct Deploying {
    /// The files of a Debian, for an image to begin with.
    pub(crate) base: Option<PathBuf>,
    /// The part of the tests that is left out, and why.
    pub(crate) left_out: Vec<(&'static str, String)>,
}

/// A program, and the Debian package that brings it.
const PROGRAMS: [(&str, &str); 4] = [("nginx", "nginx-light"), ("caddy", "caddy"), ("buildah", "buildah"), ("debootstrap", "debootstrap")];

/// What to install where that needs nobody's password.
pub(super) fn missing(bench: &Workbench, system: &System) -> Vec<Missing> {
    let absent = |(program, package): (&'static str, &'static str)| {
        (bench.which(program).is_none()).then(|| Missing {
            tool: program,
            why: "the files of deploy/ are tested with it".into(),
            packages: vec![package],
        })
    };
    if system.installs_alone() { PROGRAMS.into_iter().filter_map(absent).collect() } else { Vec::new() }
}

/// Never fails: what is not there is left out.
pub(super) fn ensure(bench: &Workbench, system: &System, report: &mut Report) -> Deploying {
    let mut left_out = Vec::new();
    for (program, part) in [("nginx", "nginx::"), ("caddy", "caddy::"), ("systemd-analyze", "systemd::the_unit")] {
        match bench.which(program) {
            Some(_) => report.present(program, ""),
            None => left_out.push((part, format!("there is no {program}"))),
        }
    }
    let base = base(bench, system, report).map_err(|failure| left_out.push(("container::the_image", failure.on_one_line()))).ok();
    Deploying { base, left_out }
}

/// A minimal Debian of this machine's own release, so that its C library is new enough for what is built here.
fn base(bench: &Workbench, system: &System, report: &mut Report) -> Result<PathBuf> {
    for program in ["buildah", "debootstrap"] {
        bench.which(program).ok_or_else(|| Failure::new(format!("there is no {program}")))?;
    }
    let release = system.debian_release().filter(|_| system.is_root());
    let release = release.ok_or_else(|| Failure::new("an image is built on Debian as root only"))?;
    let folder = cache_dir()?.join(format!("debian-{release}"));
    let done = folder.join(".complete");
    if done.is_file() {
        report.present("a base image of Debian", release);
        return Ok(folder.join("root"));
    }
    report.missing("a base image of Debian", "deploy/Dockerfile is built on it in the tests", "a minute");
    if folder.exists() {
        fs::remove_dir_all(&folder).at("remove", &folder)?;
    }
    let root = folder.join("root");
    fs::create_dir_all(&root).at("create", &root)?;
    let mut debootstrap = bench.command("debootstrap");
    debootstrap.args(["--variant=minbase", "--include=ca-certificates", release]).arg(&root);
    let log = folder.join("log");
    debootstrap.stdout(fs::File::create(&log).at("create", &log)?);
    run(&mut debootstrap)?;
    if output(bench.command("chroot").arg(&root).arg("true")).is_none() {
        return Err(Failure::new("the base image was made but does not start"));
    }
    fs::write(&done, "").at("write", &done)?;
    Ok(root)
}
