use super::shared::n;
use crate::strings::Shell;

pub(super) static WORDS: Shell = Shell {
    product: "Sluice",
    home: "Sluice home",
    skip: "Skip to content",
    messages: "Messages",
    main_nav: "Main",
    runs: "Runs",
    reviews: "Reviews",
    waiting_count: |count| format!("waiting: {}", n(count)),
    times_in: |zone, offset| {
        if zone.is_empty() || zone == offset { format!("Times in {offset}") } else { format!("Times in {zone}, {offset}") }
    },
    palette: "Go to anything",
    shortcuts: "Keyboard shortcuts",
    switch_theme: "Switch theme",
    who_none: "Say who you are",
    who: |name| format!("Decisions are made as {name}"),
    signed_in: |name| format!("Signed in as {name}"),
    sandbox: "Sandbox",
    sandbox_hint: "This connection is the local sandbox: its runs are made up for trying Sluice.",
    config_failed: "Sluice could not read its connections",
    no_connections: "No connections yet",
    no_connections_next: "An administrator adds them to sluice.toml, one for each vendor account. The README shows an example for each vendor.",
    unknown_page: "There is no such page",
    unknown_page_next: "The address may be mistyped, or the link is from another version.",
    unknown_connection: |id| format!("There is no connection “{id}”"),
    unknown_connection_next: "It may have been renamed or removed in the gateway's configuration.",
    to_runs: "Go to runs",
    title: |page| format!("{page} - Sluice"),
    live: |ago| format!("Updated {ago} · live"),
    finished: |ago| format!("Read {ago} · finished"),
    stale: |ago| format!("Updated {ago} · not current"),
    reading: "Reading",
    not_read: "Not read",
    refresh: "Refresh",
    part_missing: "This page did not arrive",
    part_missing_next: "The line broke, you were signed out, or Sluice was updated while it was open here. Loading the page again leads on in each case.",
    keys_missing: "The keyboard shortcuts did not arrive: the line broke, you were signed out, or Sluice was updated. Press the key again, or load the page again.",
    reload: "Load the page again",
    stopped: "This page stopped because of a mistake in Sluice",
    stopped_again: "Open the page anew",
    stopped_details: "Details for a report",
    stopped_sent,
};

fn stopped_sent(sent: usize, held: usize) -> String {
    let sent = match sent {
        0 => "Nothing was on its way to a vendor.".to_owned(),
        1 => {
            "One request was on its way to a vendor: whether it arrived is not known here. Look at the run before you repeat it.".to_owned()
        }
        sent => format!(
            "{sent} requests were on their way to a vendor: whether they arrived is not known here. Look at the runs before you repeat them."
        ),
    };
    let held = match held {
        0 => "",
        1 => " One decision was still held for its undo time: it was not sent.",
        _ => " Some decisions were still held for their undo time: they were not sent.",
    };
    format!("{sent}{held} Drafts are as they were kept last.")
}
