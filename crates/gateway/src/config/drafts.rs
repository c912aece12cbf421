//! The table `[drafts]`: drafts that follow people from browser to browser.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::connection::bounded;
use super::{Surroundings, Wrong};
use crate::drafts::{DEFAULT_DAYS, Keys, Settings};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDrafts {
    key_file: Option<Spanned<PathBuf>>,
    /// Known only to be refused with the reason.
    key: Option<Spanned<serde::de::IgnoredAny>>,
    keep_days: Option<Spanned<i64>>,
}

pub(super) fn check(raw: RawDrafts, folder: &Path, from: &dyn Surroundings, wrong: &mut Vec<Wrong>) -> Settings {
    if let Some(key) = &raw.key {
        wrong.push(Wrong::new(key, "a key does not belong into this file: put it into a file of its own and name that with key_file"));
    }
    let days = bounded(raw.keep_days.as_ref(), "keep_days", 1, 3_650).unwrap_or_else(|problem| {
        wrong.push(problem);
        None
    });
    let mut keys = None;
    if let Some(named) = &raw.key_file {
        let file = folder.join(named.get_ref());
        match from.file(&file).and_then(|text| Keys::read(&text)) {
            Ok(read) => {
                if crate::key::is_open_to_others(&file) {
                    tracing::warn!("the key file {0} can be read by others on this machine: chmod 600 {0}", file.display());
                }
                keys = Some(Arc::new(read));
            }
            Err(reason) => wrong.push(Wrong::new(named, format!("the key file {}: {reason}", file.display()))),
        }
    } else if let Some(days) = &raw.keep_days {
        wrong.push(Wrong::new(days, "keep_days has no meaning without key_file: without a key no drafts are kept"));
    }
    Settings { keys, days: days.and_then(|days| u32::try_from(days).ok()).unwrap_or(DEFAULT_DAYS) }
}
