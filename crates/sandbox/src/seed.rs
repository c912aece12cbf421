//! The history a new sandbox starts with.

use crate::{
    error::StoreResult,
    model::{Dialect, FileRow, Flow, Run, RunDetail},
    store::Store,
};

pub(crate) async fn plant(_store: &Store, _runs: u64) -> StoreResult<()> {
    Ok(())
}

pub(crate) fn detail(run: Run, _flow: &Flow) -> RunDetail {
    RunDetail { run, steps: vec![], events: vec![], attempts: vec![], files: vec![], reviews: vec![] }
}

pub(crate) fn file_owner(_dialect: Dialect, _id: &str) -> Option<(i64, usize)> {
    None
}

pub(crate) fn file(_run: &Run, _flow: &Flow, _slot: usize) -> Option<(FileRow, Vec<u8>)> {
    None
}
