//! The files of `deploy/` with the real programs they are for. They need the built app and those programs, so `cargo xtask test --only deploy`
//! runs them: it names the app (`SLUICE_APP`) and leaves out, and says so, what cannot be tried here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

mod caddy;
mod container;
mod front;
mod nginx;
mod recipe;
mod systemd;
mod vendor;
mod walk;
mod world;
