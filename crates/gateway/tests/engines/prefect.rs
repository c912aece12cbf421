//! A real Prefect 3 through the gateway (`SLUICE_PREFECT_URL`, and `SLUICE_PREFECT_KEY` as `user:password`).

mod acting;
mod deciding;
mod lists;
mod racing;
mod reading;
mod server;
mod through;
