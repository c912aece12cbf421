//! Versions of a review: each is made from one before it; those that nothing was made from are the latest.

use crate::model::review::{Pin, Version};
use crate::value::json::Json;

/// Oldest first; a list without times keeps the vendor's order.
pub(super) fn sort(versions: &mut [Version]) {
    crate::value::order::sort(versions, &|version| (crate::value::order::when(version.created_at), 0));
}

/// The latest versions, the newest of them last. More than one: the lineage forks.
pub(super) fn latest(versions: &[Version]) -> Vec<&Version> {
    let is_parent = |id: &str| versions.iter().any(|other| other.id != id && other.parent.as_deref() == Some(id));
    versions.iter().filter(|version| !is_parent(&version.id)).collect()
}

/// What a decision on these versions is pinned to: the ids of all latest ones, which stand for their content.
pub(super) fn pin(versions: &[Version]) -> Pin {
    let ids = latest(versions).into_iter().map(|version| Json::from(version.id.as_str()));
    Pin::of(&Json::Array(ids.collect()), None, None, None)
}
