//! Recent choices of the command palette.

use crate::platform::storage;
use crate::state::globals;

const KEPT: &str = "palette";
const MOST: usize = 5;

/// Address, name, and what it is: the last choice first.
type Choice = (String, String, String);

pub fn read() -> Vec<Choice> {
    let text = storage::get(KEPT).unwrap_or_default();
    let line = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        let choice = (parts.next()?, parts.next()?, parts.next()?);
        // Addresses of this app alone.
        (choice.0.starts_with('/') && !choice.0.starts_with("//")).then_some(choice)
    };
    text.lines().filter_map(line).take(MOST).collect()
}

/// Keeps a choice in this browser, unless it is a shared one.
pub fn keep(href: &str, label: &str, hint: &str) {
    if globals().session.shared_device() {
        return;
    }
    let plain = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    let mut lines = vec![format!("{}\t{}\t{}", plain(href), plain(label), plain(hint))];
    lines.extend(
        read().into_iter().filter(|(known, ..)| known != href).take(MOST - 1).map(|(href, label, hint)| format!("{href}\t{label}\t{hint}")),
    );
    storage::set(KEPT, &lines.join("\n"));
}
