//! A real Prefect 3 through the gateway. It needs a server that serves the flows of `tests/engines`: `cargo xtask test --only engines`
//! starts one and names it (`SLUICE_PREFECT_URL`, and `SLUICE_PREFECT_KEY` as `user:password`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

mod acting;
mod deciding;
mod lists;
#[path = "../http/place.rs"]
#[allow(dead_code, unused_macros, unused_imports, reason = "shared with the tests over HTTP")]
mod place;
mod racing;
mod reading;
mod server;
#[path = "../http/support.rs"]
#[allow(dead_code, reason = "shared with the tests over HTTP")]
mod support;
mod through;
